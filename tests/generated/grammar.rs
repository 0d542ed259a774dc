//! `rlm.lark` accepts what `fmt` writes, and refuses what the parser refuses.

use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::diagnostic::Diagnostic;
use rlm_lang_syntax::{parse, printer, render};

use crate::decoder;
use crate::mutate::{Random, damaged};
use crate::programs::{self, Program};
use crate::random;

/// Codes of errors that the grammar cannot see, with the reason.
const UNSEEN: &[(Code, &str)] = &[
    (Code::TooDeep, "a grammar without counting has no limit of depth"),
    (Code::BadEscape, "a text is one terminal; the escapes in it are not looked at"),
    (Code::NoLibraries, "names of modules are names like others"),
    (
        Code::Misplaced,
        "where `break`, `continue` and a bare `return` may stand is checked after parsing",
    ),
];

/// What is left of a program's errors once the grammar's blind spots are taken out: fields of
/// f-strings, as a text is one terminal with all that is in it; two signs without a blank between
/// them, which the parser takes for `i++`; a word right behind a number, where terminals end by
/// themselves; and the codes of [`UNSEEN`].
fn seen_errors(source: &str) -> Vec<Diagnostic> {
    let plain = parted_numbers(&parted_signs(&without_fields(source)));
    let mut errors = parse(&plain).errors;
    errors.retain(|error| !UNSEEN.iter().any(|(code, _)| error.code == *code));
    errors
}

/// The program with its f-strings as plain texts.
fn without_fields(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    };
    let is_prefix = |at: usize| {
        let before = at.checked_sub(1);
        let raw = before.is_some_and(|i| chars[i] == 'r') && !is_word(at.checked_sub(2));
        chars[at] == 'f'
            && matches!(chars.get(at + 1), Some('"' | '\''))
            && (raw || !is_word(before))
    };
    (0..chars.len()).filter(|&at| !is_prefix(at)).map(|at| chars[at]).collect()
}

fn parted_signs(source: &str) -> String {
    source.replace("++", "+ + ").replace("--", "- - ")
}

fn parted_numbers(source: &str) -> String {
    let behind = regex::Regex::new(r"\b(\d+)(and|or|in|is|if|else|not|for)\b").unwrap();
    behind.replace_all(source, "$1 $2").into_owned()
}

/// Programs of the tests of messages: the first argument of `says` and `foreign`.
pub(crate) fn of_messages() -> Vec<Program> {
    let tests = std::fs::read_to_string(programs::root("lang/tests/messages.rs")).unwrap();
    let call = regex::Regex::new(r#"(?:says|foreign)\(\s*"((?:[^"\\]|\\.)*)""#).unwrap();
    let programs = call.captures_iter(&tests).map(|found| Program {
        name: format!("message of {}", &found[1]),
        source: found[1].replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"),
    });
    programs.collect()
}

/// Programs that the parser refuses and the grammar takes, though it sees all that is wrong.
fn wrongly_accepted(programs: &[Program]) -> (usize, String) {
    let (mut refused, mut wrong) = (0, String::new());
    for program in programs {
        let errors = parse(&program.source).errors;
        if errors.is_empty() {
            continue;
        }
        refused += 1;
        if decoder::read(&program.source).is_ok() && !seen_errors(&program.source).is_empty() {
            let why = render::plain_all(&program.source, &errors);
            wrong += &format!("=== {}\n{why}\n---\n{}\n", program.name, program.source);
        }
    }
    (refused, wrong)
}

#[test]
fn every_program_in_canonical_form_is_accepted() {
    let (mut accepted, mut refused) = (0, String::new());
    for program in programs::all() {
        // What the parser refuses has no canonical form.
        let Ok(canonical) = printer::format(&program.source) else { continue };
        match decoder::read(&canonical) {
            Ok(()) => accepted += 1,
            Err(at) => {
                let (before, after) = canonical.split_at(at);
                refused += &format!("=== {}\n{before}<<<here>>>{after}\n", program.name);
            }
        }
    }
    assert!(refused.is_empty(), "{refused}");
    assert!(accepted > 500, "{accepted} programs");
}

#[test]
fn random_programs_in_canonical_form_are_accepted() {
    let mut refused = Vec::new();
    for seed in 1..=150 {
        let canonical = printer::format(&random::program(seed)).unwrap();
        if let Err(at) = decoder::read(&canonical) {
            let (before, after) = canonical.split_at(at);
            refused.push(format!("seed {seed}\n{before}<<<here>>>{after}"));
        }
    }
    // Fields that nest f-strings four deep run out of quotes: one must stand inside itself then.
    assert!(refused.len() <= 3, "{}: {}", refused.len(), refused.join("\n"));
}

#[test]
fn programs_with_errors_are_refused() {
    let mut programs = programs::all();
    programs.extend(of_messages());
    programs.push(Program {
        name: "nested deep".to_string(),
        source: format!("x = {}1{}\n", "(".repeat(201), ")".repeat(201)),
    });
    let (refused, wrong) = wrongly_accepted(&programs);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(refused > 120, "{refused} programs");
}

#[test]
fn damaged_programs_are_refused() {
    let mut random = Random(0x5eed_1234_5678_9abd);
    let mut damaged_programs = Vec::new();
    for program in programs::all() {
        let Ok(canonical) = printer::format(&program.source) else { continue };
        for _ in 0..6 {
            damaged_programs.push(Program {
                name: program.name.clone(),
                source: damaged(&canonical, &mut random),
            });
        }
    }
    let (refused, wrong) = wrongly_accepted(&damaged_programs);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(refused > 1000, "{refused} of {} programs", damaged_programs.len());
}

#[test]
fn words_and_names_are_told_apart() {
    for accepted in ["ifx = 1\n", "is_a = class_\n", "nonex = 1\n", "if x { y }\nelapsed = 2\n"] {
        assert_eq!(decoder::read(accepted), Ok(()), "{accepted}");
    }
    for refused in
        ["if = 1\n", "x = for\n", "f(else=1)\n", "for x intext { }\n", "x = a if b elsec\n"]
    {
        assert!(decoder::read(refused).is_err(), "{refused}");
    }
}
