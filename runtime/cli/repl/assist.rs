//! The line editor's helper: more lines while a program is open, colours, completion, hints.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use rlm_lang_syntax::codes::Code;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Context, Helper};

use super::choices::{self, Choice};
use super::complete::{self, Known};
use crate::cli::paint::{self, Paint};

/// Helps to edit.
#[derive(Helper)]
pub(super) struct Assist {
    known: Rc<RefCell<Known>>,
    files: FilenameCompleter,
    paint: Paint,
}

impl Assist {
    /// `known` is what the session knows, kept fresh by its owner.
    pub(super) fn new(known: Rc<RefCell<Known>>, paint: Paint) -> Assist {
        Assist { known, files: FilenameCompleter::new(), paint }
    }
}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        if [":load ", ":save ", ":save! "].iter().any(|command| line.starts_with(command)) {
            let (start, found) = self.files.complete(line, pos, context)?;
            return Ok((start, fitting(found)));
        }
        let (start, found) = complete::candidates(line, pos, &self.known.borrow());
        Ok((start, fitting(found)))
    }
}

/// What fits on the terminal.
fn fitting(found: Vec<impl Into<Choice>>) -> Vec<Pair> {
    let size = paint::terminal_size().unwrap_or((24, 80));
    choices::fitting(found.into_iter().map(Into::into).collect(), size)
}

impl Hinter for Assist {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if pos < line.len() || !self.paint.on { None } else { complete::hint(line) }
    }
}

impl Highlighter for Assist {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.paint.on && !line.starts_with(':') {
            Cow::Owned(self.paint.program(line))
        } else {
            Cow::Borrowed(line)
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.paint.dim(hint))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.split_once(' ') {
            Some((name, about)) => Cow::Owned(format!("{name} {}", self.paint.dim(about))),
            None => Cow::Borrowed(candidate),
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        // Moving the cursor changes no colour.
        self.paint.on && kind != CmdKind::MoveCursor
    }
}

impl Validator for Assist {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        Ok(if !input.starts_with(':') && is_open(input) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

/// Whether a program goes on in the next line: an open bracket, text or block. A block by
/// indentation ends at an empty line, as in Python's own prompt.
fn is_open(input: &str) -> bool {
    let Some(last) = input.lines().last() else { return false };
    if input.ends_with('\n') || last.trim().is_empty() {
        return false;
    }
    if last.trim_end().ends_with('\\') {
        return true;
    }
    let parsed = rlm_lang_syntax::parse(input);
    let is_cut = parsed.errors.iter().any(|error| {
        let at_end = error.span.end as usize >= input.trim_end().len();
        error.code == Code::UnbalancedBracket && input.get(error.span.range()).is_some_and(opens)
            || error.code == Code::UnterminatedText
                && is_long_text(input, error.span.start as usize)
            || at_end && last.trim_end().ends_with(':')
    });
    let has_header = input.lines().any(|l| l.trim_end().ends_with(':'));
    let in_layout = has_header && input.lines().count() > 1 && last.starts_with([' ', '\t']);
    is_cut || in_layout || last.trim_end().ends_with(':') && has_header
}

fn opens(bracket: &str) -> bool {
    bracket.starts_with(['(', '[', '{'])
}

fn is_long_text(input: &str, at: usize) -> bool {
    let rest = input.get(at..).unwrap_or_default().trim_start_matches(|c: char| c.is_alphabetic());
    rest.starts_with("\"\"\"") || rest.starts_with("'''")
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn open_programs_go_on() {
        assert!(is_open("for x in xs {"));
        assert!(is_open("f(1,"));
        assert!(is_open("x = \"\"\"a"));
        assert!(is_open("if x:"));
        assert!(is_open("if x:\n    y = 1"));
        assert!(is_open("x = 1 + \\"));
    }

    #[test]
    fn whole_programs_run() {
        assert!(!is_open("x = 1"));
        assert!(!is_open("for x in xs { print(x) }"));
        assert!(!is_open("if x:\n    y = 1\n"));
        assert!(!is_open("x = = 1"));
        assert!(!is_open("f(1))"));
        assert!(!is_open("{\"a\": 1}"));
        assert!(!is_open("x = \"abc"));
        assert!(!is_open(""));
    }
}
