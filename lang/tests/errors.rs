//! Every code of the front end, in `errors.txt`: the program that triggers it and the text that a
//! model sees.
//!
//! `UPDATE=1 cargo test` writes the file anew; read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalog;

use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::{parse, render};

/// Codes that this crate reports: lexer, parser, checks, and habits.
fn own(code: &Code) -> bool {
    code.number() < 400 || *code == Code::Habit
}

#[test]
fn every_code_has_its_program_and_its_text() {
    let mut text = String::new();
    for &code in Code::ALL.iter().filter(|code| own(code)) {
        let program = code.program();
        let parsed = parse(program);
        let mut found = check::check(&parsed, &catalog::Small, &Options::default());
        if found.is_empty() {
            found = parsed.notes.clone();
        }
        let codes: Vec<Code> = found.iter().map(|one| one.code).collect();
        assert_eq!(codes, [code], "{program}");
        assert!(!code.explanation().is_empty(), "{code}");
        text += &format!("=== {code} {code:?}: {}\n", code.explanation());
        text += &render::plain_all(program, &found);
        text += "\n";
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text);
}
