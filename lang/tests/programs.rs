//! Programs as models wrote them: all parse, and the canonical ones without a note.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

fn programs(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(folder);
    let mut found: Vec<(PathBuf, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect();
    found.sort();
    found
}

fn all_parse(folder: &str, count: usize) -> Vec<rlm_lang_syntax::Parsed> {
    let programs = programs(folder);
    assert_eq!(programs.len(), count, "programs in {folder}");
    let mut failures = String::new();
    let mut all = Vec::new();
    for (path, source) in programs {
        let parsed = rlm_lang_syntax::parse(&source);
        if !parsed.errors.is_empty() {
            failures += &format!("{}\n", path.display());
            failures += &rlm_lang_syntax::render::plain_all(&source, &parsed.errors);
            failures += "\n";
        }
        all.push(parsed);
    }
    assert!(failures.is_empty(), "{failures}");
    all
}

#[test]
fn the_eight_programs_parse_without_a_note() {
    for parsed in all_parse("programs", 8) {
        assert_eq!(parsed.notes, []);
        assert!(!parsed.program.body.is_empty());
    }
}

#[test]
fn programs_written_on_instinct_parse() {
    all_parse("instinct", 15);
}

#[test]
fn programs_of_fresh_readers_parse() {
    all_parse("readers", 28);
}
