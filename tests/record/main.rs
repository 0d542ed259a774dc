//! Records as their users meet them: real processes that are replayed, killed and resumed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // a skipped test says why

#[path = "../support/mod.rs"]
mod support;

mod cache;
mod exact;
mod format;
mod given_up;
mod programs;
mod replay;
mod resume;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The lines of a record that are whole, as JSON.
fn events(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |at| at + 1);
    text[..whole].lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Those of one kind.
fn of_kind(path: &Path, kind: &str) -> Vec<Value> {
    events(path).into_iter().filter(|event| event["event"] == kind).collect()
}

/// The lines of a record, sorted: calls that ran at the same time end in any order.
fn sorted(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    lines.sort();
    lines
}

/// The only record in the folder for runs of a test's user.
fn only_record(folder: &Path) -> PathBuf {
    let runs = folder.join("state/rlm-lang/runs");
    let mut paths = std::fs::read_dir(&runs).unwrap().map(|entry| entry.unwrap().path());
    let path = paths.next().unwrap();
    assert!(paths.next().is_none(), "more than one record in {}", runs.display());
    path
}
