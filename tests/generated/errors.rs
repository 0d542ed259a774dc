//! What a model is told when it makes a mistake: every code with its program in `errors.md`, typical
//! mistakes in `mistakes.txt`, and rules that hold for all of these texts.

use rlm_lang_std::reference::example_source;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::{parse, render};

use crate::fresh::is_fresh;
use crate::grammar::of_messages;
use crate::programs;
use crate::run::{Finding, Ran, Setting, run};
use crate::tokens;

/// Tokens that an error may cost on average.
const MOST_TOKENS: usize = 60;

/// What else a code needs than its program, and how the reference says it.
fn setting(code: Code) -> (Setting, &'static str) {
    let plain = Setting::new(example_source());
    let answering = Setting { script: Some("=== call Ready ===\nyes\n"), ..plain.clone() };
    match code {
        Code::FailedUsed => (answering, "When the model does not reply:"),
        Code::RanAhead => (
            Setting { script: Some("=== call prime ===\nyes\n"), ..plain },
            "When a model replies:",
        ),
        Code::LimitReached => (answering, "When 1,000 calls are left:"),
        Code::TextTooLarge => (answering, "When a call takes 400,000 characters:"),
        Code::NoModel => (plain, "Without a model:"),
        Code::OutOfSteps => (plain, "When a program may take 2,000,000 steps:"),
        Code::OutOfMemory => {
            (Setting { steps: u64::MAX / 2, ..plain }, "When a program may hold 256 MB:")
        }
        Code::Interrupted => (Setting { cancelled: true, ..plain }, "When the user stops the run:"),
        _ => (plain, ""),
    }
}

fn of_code(code: Code) -> Ran {
    run(code.program(), &setting(code).0)
}

#[test]
fn every_code_has_its_program_and_its_text() {
    let mut out = String::from(
        "# Errors and notes\n\nEvery code: what it means, a program that triggers it, and what a model is \
         told. Numbers are grouped by\nstage: 100 characters and texts, 200 syntax, 300 checks before the \
         run, 400 errors while running,\n500 limits and model calls, 900 notes.\n",
    );
    let mut wrong = String::new();
    for &code in Code::ALL {
        let ran = of_code(code);
        let codes: Vec<Code> = ran.findings.iter().map(|finding| finding.code).collect();
        if codes != [code] {
            wrong += &format!("{code} by {}: {codes:?}\n{}\n", code.program(), ran.told);
        }
        out += &format!("\n## {code} {code:?}\n\n{}\n\n", code.explanation());
        let condition = setting(code).1;
        if !condition.is_empty() {
            out += &format!("{condition}\n\n");
        }
        out +=
            &format!("```rlm\n{}\n```\n\n```text\n{}\n```\n", shortened(code.program()), ran.told);
    }
    assert!(wrong.is_empty(), "{wrong}");
    is_fresh("errors.md", &out);
}

/// A program of one line that nobody would read to its end is cut in the reference.
fn shortened(program: &str) -> String {
    let count = program.chars().count();
    if count <= 100 {
        return program.to_string();
    }
    let start: String = program.chars().take(20).collect();
    format!("{start}...  # {count} characters")
}

/// Programs with a mistake each, with what a model is told about it.
fn mistakes() -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(path()).unwrap();
    let text = format!("\n{text}");
    let section = |section: &str| {
        let (title, rest) = section.split_once('\n').unwrap();
        let (program, told) = rest.split_once("\n---").unwrap();
        (title.to_string(), program.to_string(), told.trim().to_string())
    };
    text.split("\n=== ").skip(1).map(section).collect()
}

fn path() -> std::path::PathBuf {
    programs::root("tests/generated/mistakes.txt")
}

#[test]
fn typical_mistakes_are_explained() {
    let setting = Setting::new(example_source());
    let (mut text, mut wrong) = (String::new(), String::new());
    for (title, program, expected) in mistakes() {
        let told = run(&program, &setting).told;
        assert!(!told.is_empty(), "no mistake: {title}");
        text += &format!("=== {title}\n{program}\n---\n{told}\n");
        if told != expected {
            wrong +=
                &format!("=== {title}\n{program}\n--- expected\n{expected}\n--- found\n{told}\n");
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path(), text).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// All findings of codes, habits, messages and mistakes, with a name each.
fn all_findings() -> Vec<(String, Finding)> {
    let mut all = Vec::new();
    for &code in Code::ALL {
        all.extend(of_code(code).findings.into_iter().map(|one| (code.to_string(), one)));
    }
    for (title, program, _) in mistakes() {
        let ran = run(&program, &Setting::new(example_source()));
        all.extend(ran.findings.into_iter().map(|one| (title.clone(), one)));
    }
    for program in programs::all().into_iter().chain(of_messages()) {
        let parsed = parse(&program.source);
        all.extend(parsed.errors.into_iter().chain(parsed.notes).map(|one| {
            let finding = Finding { code: one.code, message: one.message, help: one.help };
            (program.name.clone(), finding)
        }));
    }
    all
}

/// A name of the program or the language may begin a message as it is written.
fn begins_lower(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let named = ["None", "True", "False"].contains(&first.trim_end_matches([',', ';', ':']));
    named
        || first.starts_with('E') && first.ends_with(':')
        || !first.starts_with(char::is_uppercase)
}

#[test]
fn messages_follow_the_rules() {
    let mut wrong = String::new();
    for (name, finding) in all_findings() {
        let Finding { code, message, help } = &finding;
        let help = help.as_deref().unwrap_or("none");
        let mut breaks =
            |rule: &str| wrong += &format!("{name}, {code}: {rule}: {message}; {help}\n");
        // The words of `raise` and `assert` are the program's own.
        if *code == Code::Raised {
            continue;
        }
        if !begins_lower(message) || !begins_lower(help) {
            breaks("begins with a capital letter");
        }
        if message.ends_with('.') || help.ends_with('.') && !help.ends_with("..") {
            breaks("ends with a full stop");
        }
        if message.contains('\n') || help.contains('\n') {
            breaks("is longer than a line");
        }
        if message.starts_with("expected ")
            && !["found ", "after ", "not "].iter().any(|word| message.contains(word))
        {
            breaks("does not say what was found");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn errors_cost_few_tokens() {
    let mut texts: Vec<String> = Code::ALL.iter().map(|&code| of_code(code).told).collect();
    texts.extend(mistakes().into_iter().map(|(_, _, told)| told));
    for program in programs::habits().into_iter().chain(of_messages()) {
        let parsed = parse(&program.source);
        texts.extend(parsed.errors.iter().map(|error| render::plain(&program.source, error)));
    }
    let counts: Vec<usize> = texts.iter().map(|text| tokens::count(text)).collect();
    let average = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    let longest = counts.iter().max().copied().unwrap_or(0);
    println!("{} texts, {average:.1} tokens on average, {longest} at most", counts.len());
    assert!(counts.len() > 200, "{}", counts.len());
    assert!(average <= MOST_TOKENS as f64, "{average:.1}");
}
