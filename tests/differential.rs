//! Programs that Python and this language share must print the same in both.
//!
//! - `tests/differential/*.py`: programs, parted by lines `### name`. One named `### name (fails)`
//!   must end with an error in both; what is printed before must agree.
//! - `differential/random.rs` makes up more of them, the same ones in every run.
//! - `differential/cases.rs` goes through the arguments of single builtins.
//! - `docs/differences.md`: each row of its table is code that must show the difference.
//! - `docs/refused.md`: each row is code that CPython runs, and the error that it gets here.
//!
//! One CPython 3.11 process runs all programs. Where there is none, this test says so and passes.

#![allow(unreachable_pub)] // modules of a test program: nobody can reach them anyway
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout, clippy::print_stderr)] // a skipped test says why

#[path = "differential/cases.rs"]
mod cases;
#[path = "differential/differences.rs"]
mod differences;
#[path = "support/random.rs"]
mod numbers;
#[path = "differential/ours.rs"]
mod ours;
#[path = "differential/python.rs"]
mod python;
#[path = "differential/random.rs"]
mod random;
#[path = "differential/refused.rs"]
mod refused;
#[path = "support/table.rs"]
mod table;

use std::fmt::Write as _;
use std::path::Path;

use libtest_mimic::{Arguments, Failed, Trial};
use python::Reference;

/// Random programs of one run.
const RANDOM_PROGRAMS: u64 = 300;

/// Programs of each theme of `cases`: 21,600 cases in all.
const CASE_PROGRAMS: u64 = 30;

/// A program that both languages run.
struct Shared {
    name: String,
    source: String,
    /// It is meant to end with an error.
    fails: bool,
}

fn main() {
    let arguments = Arguments::from_args();
    if let Some(reason) = python::missing() {
        eprintln!("skipped: differential tests need CPython 3.11 as python3: {reason}");
        return;
    }
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(1);
        }
    }
}

fn trials() -> Result<Vec<Trial>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = written_programs(&root.join("tests/differential"))?;
    for seed in 0..RANDOM_PROGRAMS {
        let name = format!("random/{seed}");
        programs.push(Shared { name, source: random::program(seed), fails: false });
    }
    for (theme, case) in cases::THEMES {
        for seed in 0..CASE_PROGRAMS {
            let name = format!("cases/{theme}/{seed}");
            programs.push(Shared { name, source: cases::program(*case, seed), fails: false });
        }
    }
    let rows = differences::read(&root.join("docs/differences.md"))?;
    let mut sources: Vec<String> = programs.iter().map(|p| p.source.clone()).collect();
    sources.extend(rows.iter().map(|row| row.code.clone()));
    let refusals = refused::read(&root.join("docs/refused.md"))?;
    sources.extend(refusals.iter().map(|row| row.code.clone()));
    let script = root.join("tests/differential/python/reference.py");
    let references = python::run_all(&script, &sources).map_err(|e| e.to_string())?;
    let mut references = references.into_iter();
    let mut trials = Vec::new();
    for (program, reference) in programs.into_iter().zip(references.by_ref()) {
        trials.push(Trial::test(program.name.clone(), move || compare(&program, &reference)));
    }
    for (row, reference) in rows.into_iter().zip(references.by_ref()) {
        trials.push(Trial::test(row.name.clone(), move || row.check(&reference)));
    }
    for (row, reference) in refusals.into_iter().zip(references) {
        trials.push(Trial::test(row.name.clone(), move || row.check(&reference)));
    }
    Ok(trials)
}

/// The programs of all files, in order of file name.
fn written_programs(folder: &Path) -> Result<Vec<Shared>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "py"));
    files.sort();
    let mut programs = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|e| e.to_string())?;
        let theme = file.file_stem().unwrap_or_default().to_string_lossy();
        programs.extend(parted(&theme, &text));
    }
    Ok(programs)
}

/// The programs of one file.
fn parted(theme: &str, text: &str) -> Vec<Shared> {
    let mut programs: Vec<Shared> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("### ") {
            let fails = title.ends_with(" (fails)");
            let name = format!("{theme}/{}", title.trim_end_matches(" (fails)"));
            programs.push(Shared { name, source: String::new(), fails });
        } else if let Some(program) = programs.last_mut() {
            program.source.push_str(line);
            program.source.push('\n');
        }
    }
    programs
}

/// Runs the program here and compares with what CPython did.
fn compare(program: &Shared, reference: &Reference) -> Result<(), Failed> {
    if let Some(error) = reference.error.as_ref().filter(|_| !program.fails) {
        return Err(format!("fails in Python: {error}\n--- program\n{}", program.source).into());
    }
    let found = ours::run(&program.source);
    let fails_alike = found.error().is_some() == reference.error.is_some();
    // A program refused before its start prints nothing: that it fails is all that must agree.
    let prints_alike = found.refused.is_some() || found.output == reference.output;
    if fails_alike && prints_alike {
        return Ok(());
    }
    let expected = format!("{}{}", reference.output, failure(reference.error.as_deref()));
    let found = format!("{}{}", found.output, failure(found.error()));
    let diff = diff(&expected, &found);
    Err(format!("--- program\n{}--- python (-), here (+)\n{diff}", program.source).into())
}

/// The last line of a program's protocol.
fn failure(error: Option<&str>) -> String {
    error.map(|message| format!("ended by an error: {message}\n")).unwrap_or_default()
}

/// Lines that differ, with those that agree around them; lines are matched by their number.
fn diff(expected: &str, found: &str) -> String {
    let expected: Vec<&str> = expected.lines().collect();
    let found: Vec<&str> = found.lines().collect();
    let mut out = String::new();
    for i in 0..expected.len().max(found.len()) {
        match (expected.get(i), found.get(i)) {
            (Some(a), Some(b)) if a == b => writeln!(out, "  {a}"),
            (a, b) => {
                let minus = a.map(|line| format!("- {line}\n")).unwrap_or_default();
                let plus = b.map(|line| format!("+ {line}\n")).unwrap_or_default();
                write!(out, "{minus}{plus}")
            }
        }
        .unwrap_or_default();
    }
    out
}
