//! `--save FILE`: the program that is left of a run.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use rlm_lang_std::builtin::Table;
use rlm_lang_std::output::answer_text;
use rlm_lang_std::text::Text;
use rlm_lang_syntax::{Parsed, check, printer};

use super::failure::Failure;
use super::run::{connect_record, shut_down};
use crate::engine::event::{Observers, RunInfo};
use crate::engine::{Answer, ProgramOutside, RunError, Task};
use crate::interpreter::Session;
use crate::record::{id_of, load};

/// A run whose program may be kept.
pub(super) struct Done<'r> {
    pub(super) result: &'r Result<Answer, RunError>,
    pub(super) run: &'r RunInfo,
    /// What the run looked at.
    pub(super) input: Text,
    pub(super) record: Option<&'r Path>,
}

/// Writes the program that the answer needed to a file, if one was asked for. A run that gave none
/// says so; its answer comes all the same.
pub(super) fn save(path: Option<&Path>, done: &Done<'_>) {
    let (Some(path), Ok(answer)) = (path, done.result) else { return };
    let Some(program) = &answer.program else {
        eprintln!("note: no program gave this answer: {} is not written", path.display());
        return;
    };
    let again = again(program, done);
    if let Again::Other = again {
        eprintln!(
            "note: run by itself, {} does not give this answer; read it before you use it",
            path.display()
        );
    }
    let text = text(program, done.run, done.record, Some(&again));
    if let Err(error) = std::fs::write(path, text) {
        // The answer was paid for: it must not be lost with the file.
        eprintln!("rlm-lang: {}", Failure::file("write", path, &error).into_message());
    }
}

/// A kept program with where it comes from, and what came of running it by itself if that was done.
pub(super) fn text(
    program: &str,
    run: &RunInfo,
    record: Option<&Path>,
    again: Option<&Again>,
) -> String {
    let text = format!("{}\n{program}", header(program, run, record, again));
    printer::format(&text).unwrap_or(text)
}

/// What came of a kept program when it was run by itself.
pub(super) enum Again {
    Same,
    Other,
    /// It calls models, and there is no record to take their replies from.
    NotRun,
}

impl Again {
    fn told(&self) -> String {
        let told = match self {
            Again::Same => "Run by itself on that input, it gave the same answer.",
            Again::Other => "Run by itself on that input, it gave another answer!",
            Again::NotRun => "Not run by itself: it calls models, and no record has their replies.",
        };
        told.to_string()
    }
}

/// Runs a kept program on the input it was written for; models reply as they did.
fn again(program: &str, done: &Done<'_>) -> Again {
    let Ok(answer) = done.result else { return Again::NotRun };
    let recorded = done.record.and_then(|path| load(path).ok());
    let limits = done.run.limits.clone();
    let fuel = limits.fuel();
    let task = Task::new(Text::from(done.run.question.as_str()), done.input.clone());
    let keeper = Rc::new(RefCell::new(None));
    let was_asked = Rc::new(RefCell::new(false));
    let asked = was_asked.clone();
    let connect: crate::engine::Connect = match recorded {
        Some(recorded) => connect_record(recorded, limits, Observers::default(), keeper.clone()),
        None => Box::new(move || {
            *asked.borrow_mut() = true;
            Err("no record of the replies".to_string())
        }),
    };
    let mut outside = ProgramOutside::new(task, std::io::sink(), connect);
    let parsed = rlm_lang_syntax::parse(program);
    let ran = Session::new().run(program, &parsed.program.body, &mut outside, fuel);
    let found = outside.take_answer().map(|(value, _)| answer_text(&value));
    shut_down(&keeper, outside.hub.as_ref());
    match found {
        _ if *was_asked.borrow() => Again::NotRun,
        Some(found) if ran.is_ok() && found == answer.text => Again::Same,
        _ => Again::Other,
    }
}

/// Where the program comes from and how it was checked, as comments.
fn header(program: &str, run: &RunInfo, record: Option<&Path>, again: Option<&Again>) -> String {
    let mut lines = vec![format!("Question: {}", run.question)];
    lines.push(format!("Written by {} on {}.", run.model.name, run.started));
    if let Some(record) = record {
        lines.push(format!("Run: {}", id_of(record)));
    }
    let inputs = if run.paths.is_empty() { "none".to_string() } else { run.paths.join(" ") };
    lines.push(format!("Input: {inputs}"));
    lines.push(format!("Checked: {}", checks(&rlm_lang_syntax::parse(program))));
    lines.extend(again.map(Again::told));
    // A lone carriage return ends a comment, too.
    let all = lines.join("\n").replace('\r', "\n");
    all.lines().map(|line| format!("# {line}").trim_end().to_string() + "\n").collect()
}

/// What `rlm-lang check` says of the program, on one line.
fn checks(parsed: &Parsed) -> String {
    let errors = check::check(parsed, Table::get(), &check::Options { known: &[] });
    let found = match errors.len() {
        0 => "no errors".to_string(),
        1 => "1 error".to_string(),
        n => format!("{n} errors"),
    };
    let summary = check::summary(parsed, Table::get()).to_string();
    std::iter::once(found.as_str()).chain(summary.lines()).collect::<Vec<_>>().join(", ")
}
