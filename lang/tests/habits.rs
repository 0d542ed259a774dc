//! The habits of other languages, in `habits.txt`: each with its treatment and what becomes of it.
//!
//! `UPDATE=1 cargo test` writes the file anew; read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalog;

use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::{parse, printer, render};

/// The most characters that an error may cost on average: about 60 tokens.
const MOST_CHARACTERS: usize = 240;

struct Habit {
    head: String,
    program: String,
    expected: String,
}

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/habits.txt")
}

fn habits() -> Vec<Habit> {
    let text = "\n".to_string() + &std::fs::read_to_string(path()).unwrap();
    let sections = text.split("\n=== ").skip(1);
    let habit = |section: &str| {
        let (head, rest) = section.split_once('\n').unwrap();
        let (program, expected) = rest.split_once("\n---\n").unwrap_or((rest, ""));
        Habit {
            head: head.to_string(),
            program: program.trim_end_matches('\n').to_string(),
            expected: expected.trim_end_matches('\n').to_string(),
        }
    };
    sections.map(habit).collect()
}

/// What becomes of a program: its treatment, and errors or notes with the canonical form.
fn outcome(program: &str, checked: bool) -> (&'static str, String) {
    let parsed = parse(program);
    let mut errors = parsed.errors.clone();
    if errors.is_empty() && checked {
        errors = check::check(&parsed, &catalog::Small, &Options::default());
    }
    if !errors.is_empty() {
        return ("error", render::plain_all(program, &errors));
    }
    let notes: String =
        parsed.notes.iter().map(|note| format!("note: {}\n", note.message)).collect();
    let canonical = printer::format(program).unwrap();
    let treatment = if notes.is_empty() { "accept" } else { "note" };
    (treatment, (notes + &canonical).trim_end().to_string())
}

#[test]
fn every_habit_is_treated_as_the_table_says() {
    let mut text = String::new();
    let mut wrong = String::new();
    for habit in habits() {
        let (treatment, title) = habit.head.split_once(": ").expect(&habit.head);
        let (wanted, checked) = match treatment.strip_suffix(", checked") {
            Some(wanted) => (wanted, true),
            None => (treatment, false),
        };
        let (found, result) = outcome(&habit.program, checked);
        text += &format!("=== {}\n{}\n---\n{result}\n", habit.head, habit.program);
        if found != wanted || result != habit.expected {
            wrong += &format!("{title}: {wanted} expected, found {found}\n{result}\n\n");
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path(), text).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn errors_are_short() {
    let lengths: Vec<usize> = habits()
        .iter()
        .filter(|habit| habit.head.starts_with("error"))
        .map(|habit| habit.expected.chars().count())
        .collect();
    let average = lengths.iter().sum::<usize>() / lengths.len();
    assert!(lengths.len() > 40 && average <= MOST_CHARACTERS, "{average} characters");
}
