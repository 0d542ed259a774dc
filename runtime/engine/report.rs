//! What the model is told after a turn: bounded, whatever the program printed.

use std::fmt::Write;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::output::{describe, one_line, preview};
use rlm_lang_std::text::seen;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::diagnostic::Diagnostic;
use rlm_lang_syntax::render;
use rlm_lang_syntax::source::Lines;
use rlm_lang_syntax::span::Span;

use crate::engine::framing;
use crate::interpreter::{Note, Outcome, Session};

/// Characters of printed text that a turn reports: the first 60 % and the last 40 %.
pub const MAX_PRINTED: usize = 8_000;

/// Characters of one value.
const MAX_VALUE: usize = 2_000;

/// Variables named in a report.
const MAX_VARIABLES: usize = 40;

/// What a turn printed: all of it is counted, its two ends are kept.
#[derive(Default)]
pub(crate) struct Printed {
    head: String,
    head_chars: usize,
    tail: std::collections::VecDeque<char>,
    left_out: usize,
    left_out_lines: usize,
}

impl Printed {
    const HEAD: usize = MAX_PRINTED * 6 / 10;
    const TAIL: usize = MAX_PRINTED - Self::HEAD;

    /// Adds printed text.
    pub(crate) fn push(&mut self, text: &str) {
        let mut rest = text;
        if self.head_chars < Self::HEAD {
            let room = Self::HEAD - self.head_chars;
            let cut = rest.char_indices().nth(room).map_or(rest.len(), |(at, _)| at);
            let (head, after) = rest.split_at(cut);
            self.head.push_str(head);
            self.head_chars += head.chars().count();
            rest = after;
        }
        for c in rest.chars() {
            if self.tail.len() == Self::TAIL
                && let Some(dropped) = self.tail.pop_front()
            {
                self.left_out += 1;
                self.left_out_lines += usize::from(dropped == '\n');
            }
            self.tail.push_back(c);
        }
    }

    /// The text with the cut described where there is one.
    pub(crate) fn text(&self) -> String {
        let mut out = self.head.clone();
        if self.left_out > 0 {
            let _ = write!(
                out,
                "\n... {} more lines printed; {} characters left out; print a part, such as xs[30:60] ...\n",
                self.left_out_lines, self.left_out
            );
        }
        out.extend(&self.tail);
        out
    }

    /// Its two ends, and whether nothing is missing between them.
    pub(crate) fn parts(&self) -> (&str, String, bool) {
        (&self.head, self.tail.iter().collect(), self.left_out == 0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.head.is_empty()
    }
}

/// What one program of a turn did.
pub(super) enum Ran {
    /// It ran, to its end or to an error.
    Outcome(Outcome),
    /// It was refused before it ran; the source it was refused for.
    Refused(String, Vec<Diagnostic>),
}

/// Builds the report of a turn.
pub(super) fn report(header: &str, printed: &Printed, ran: &[Ran], session: &Session) -> String {
    let mut out = format!("{header}\n");
    if !printed.is_empty() {
        frame(&printed.text(), &mut out);
    }
    let mut said_something = !printed.is_empty();
    for program in ran {
        said_something |= describe_program(program, session, &mut out);
    }
    if !said_something {
        out.push_str("no output; print(...) what you need\n");
    }
    let variables = variables(session);
    if !variables.is_empty() {
        let _ = writeln!(out, "variables: {variables}");
    }
    for program in ran {
        if let Ran::Outcome(outcome) = program {
            notes(&outcome.notes, session, &mut out);
        }
    }
    let cut_off = ran.iter().map(|program| match program {
        Ran::Outcome(outcome) => outcome.cut_off,
        Ran::Refused(..) => 0,
    });
    if let Some(note) = cut_off_note(cut_off.sum()) {
        let _ = writeln!(out, "note: {note}");
    }
    out.truncate(out.trim_end().len());
    out
}

/// What is said of replies that a limit cut off: they are texts like others, and half of what was asked.
pub fn cut_off_note(count: u64) -> Option<String> {
    let what = match count {
        0 => return None,
        1 => "1 reply was".to_string(),
        n => format!("{n} replies were"),
    };
    Some(format!("{what} cut off at the model's limit of output tokens; ask for less at once"))
}

/// Text that may come from the input, between two lines that it cannot close: whatever it says, the
/// rest of the report is ours.
fn frame(text: &str, out: &mut String) {
    let mark = framing::mark([text.as_bytes()].into_iter());
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let _ = writeln!(out, "{mark}\n{text}{end}{mark}");
}

/// Value and error of one program; false if there is neither.
fn describe_program(program: &Ran, session: &Session, out: &mut String) -> bool {
    match program {
        Ran::Refused(source, diagnostics) => {
            out.push_str(&render::plain_all(source, diagnostics));
            out.push_str("\nNothing of this program ran.\n");
            true
        }
        Ran::Outcome(outcome) => {
            if let Some(value) = &outcome.value {
                let shown = seen::printing(|| preview(value, MAX_VALUE));
                // One line behind the arrow cannot be taken for anything else.
                if one_line(&shown) == shown {
                    let _ = writeln!(out, "=> {shown}");
                } else {
                    out.push_str("=>\n");
                    frame(&shown, out);
                }
            }
            if let Some(fault) = &outcome.error {
                out.push_str(&error_text(fault, session));
                out.push('\n');
            }
            outcome.value.is_some() || outcome.error.is_some()
        }
    }
}

/// An error of a running program as the model sees it.
pub fn error_text(fault: &Fault, session: &Session) -> String {
    let Some((source, diagnostic)) = diagnostic(fault, session) else {
        let help = fault.help.as_ref().map(|h| format!("; {h}")).unwrap_or_default();
        return format!("error: {}{help}", told(&fault.message));
    };
    let mut out = render::plain(source, &diagnostic);
    let line = line_of(source, diagnostic.span);
    if line > 1 {
        let _ = write!(out, "\nWhat ran before line {line} stays: its output and its variables.");
    }
    out
}

/// A fault as a diagnostic, with the source that it is about.
pub fn diagnostic<'s>(fault: &Fault, session: &'s Session) -> Option<(&'s str, Diagnostic)> {
    // The outermost call is in the program that just ran; the error may be in an older function.
    let place = fault.place?;
    let source = session.source(place.program)?;
    let mut diagnostic = Diagnostic::error(fault.code, place.span, told(&fault.message));
    diagnostic.help.clone_from(&fault.help);
    for (function, at) in fault.trace.iter().filter(|(_, at)| at.program == place.program) {
        diagnostic.labels.push((at.span, format!("called {function} here")));
    }
    Some((source, diagnostic))
}

/// Characters of an error's message.
const MAX_MESSAGE: usize = 1_000;

/// A message on one line: it may quote the input.
fn told(message: &str) -> String {
    let line = one_line(message);
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line.into_owned(),
    }
}

fn line_of(source: &str, span: Span) -> usize {
    Lines::new(source).line(span.start as usize)
}

fn variables(session: &Session) -> String {
    let all: Vec<String> = session
        .variables()
        .filter(|(_, value)| !matches!(value, Value::Function(_)))
        .map(|(name, value)| format!("{name} {}", describe(value)))
        .collect();
    let more = all.len().saturating_sub(MAX_VARIABLES);
    let mut text = all.into_iter().take(MAX_VARIABLES).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(text, ", and {more} more: vars()");
    }
    text
}

fn notes(notes: &[Note], session: &Session, out: &mut String) {
    let source = session.last_source().unwrap_or_default();
    for note in notes {
        let _ = writeln!(out, "note: line {}: {}", line_of(source, note.span), told(&note.message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_ends_of_what_is_printed() {
        let mut printed = Printed::default();
        for i in 0..5000 {
            printed.push(&format!("line {i}\n"));
        }
        let text = printed.text();
        assert!(text.starts_with("line 0\nline 1\n"));
        assert!(text.ends_with("line 4999\n"));
        assert!(text.contains(" characters left out; print a part"));
        assert!(text.chars().count() < MAX_PRINTED + 200);
    }

    #[test]
    fn one_huge_line_is_cut_too() {
        let mut printed = Printed::default();
        printed.push(&"ä".repeat(1_000_000));
        assert!(printed.text().chars().count() < MAX_PRINTED + 200);
    }
}
