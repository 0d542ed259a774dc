//! `rlm-lang check`: the errors of a program, without running it.

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::diagnostic::Diagnostic;
use rlm_lang_syntax::{Parsed, check, render};

use super::args::Check;
use super::failure::Failure;
use super::{exit, paint, settings};

pub(super) fn check(args: &Check) -> Result<u8, Failure> {
    let (name, source) = settings::program(args.program.as_deref(), args.execute.as_deref())?;
    let parsed = rlm_lang_syntax::parse(&source);
    let (errors, notes) = findings(&parsed);
    let summary = errors.is_empty().then(|| check::summary(&parsed, Table::get()));
    let code = if errors.is_empty() { exit::DONE } else { exit::USAGE };
    if args.json {
        let all: Vec<Diagnostic> = errors.into_iter().chain(notes).collect();
        let object = serde_json::json!({
            "ok": code == exit::DONE,
            "findings": render::json(&source, &all),
            "summary": summary,
        });
        println!("{object}");
        return Ok(code);
    }
    show(&name, &source, &errors);
    show(&name, &source, &notes);
    if let Some(summary) = summary {
        println!("{name}: no errors");
        println!("{summary}");
    }
    Ok(code)
}

/// Static errors and notes of a program.
fn findings(parsed: &Parsed) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let errors = check::check(parsed, Table::get(), &check::Options { known: &[] });
    let more =
        if parsed.errors.is_empty() { check::notes(parsed, Table::get()) } else { Vec::new() };
    (errors, parsed.notes.iter().cloned().chain(more).collect())
}

/// Shows findings on standard error, in colour on a terminal.
pub(super) fn show(name: &str, source: &str, findings: &[Diagnostic]) {
    if findings.is_empty() {
        return;
    }
    let color = paint::has_color(&std::io::stderr());
    eprint!("{}", render::fancy(name, source, findings, color));
}
