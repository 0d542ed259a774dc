//! `--save FILE`: the program that is left of a run.

use std::path::Path;

use rlm_lang_syntax::printer;

use super::failure::Failure;
use crate::engine::event::RunInfo;
use crate::engine::{Answer, RunError};
use crate::record::id_of;

/// Writes the program that the answer needed to a file, if one was asked for. A run that gave none
/// says so; its answer comes all the same.
pub(super) fn save(
    path: Option<&Path>,
    result: &Result<Answer, RunError>,
    run: &RunInfo,
    record: Option<&Path>,
) {
    let (Some(path), Ok(answer)) = (path, result) else { return };
    let Some(program) = &answer.program else {
        eprintln!("note: no program gave this answer: {} is not written", path.display());
        return;
    };
    let text = text(program, run, record);
    if let Err(error) = std::fs::write(path, text) {
        // The answer was paid for: it must not be lost with the file.
        eprintln!("rlm-lang: {}", Failure::file("write", path, &error).into_message());
    }
}

/// A kept program with where it comes from.
pub(super) fn text(program: &str, run: &RunInfo, record: Option<&Path>) -> String {
    let text = format!("{}\n{program}", header(run, record));
    printer::format(&text).unwrap_or(text)
}

/// Where the program comes from, as comments.
fn header(run: &RunInfo, record: Option<&Path>) -> String {
    let mut lines = vec![format!("Question: {}", run.question)];
    lines.push(format!("Written by {} on {}.", run.model.name, run.started));
    if let Some(record) = record {
        lines.push(format!("Run: {}", id_of(record)));
    }
    let inputs = if run.paths.is_empty() { "none".to_string() } else { run.paths.join(" ") };
    lines.push(format!("Input: {inputs}"));
    let all = lines.join("\n");
    all.lines().map(|line| format!("# {line}").trim_end().to_string() + "\n").collect()
}
