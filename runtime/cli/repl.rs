//! `rlm-lang repl`: programs by hand. Variables stay, the last value is shown, errors do not end it.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rlm_lang_std::builtin::Table;
use rlm_lang_std::output::{answer_text, preview};
use rlm_lang_std::text::Text;
use rlm_lang_syntax::check;
use rlm_lang_syntax::codes::Code;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Completer, Editor, Helper, Highlighter, Hinter};

use super::args::Repl;
use super::failure::Failure;
use super::progress::{Detail, Progress, size};
use super::screen::Above;
use super::{check as check_command, exit, run, settings};
use crate::engine::event::Observers;
use crate::engine::{Limits, ProgramOutside, Task};
use crate::interpreter::{Fuel, Session};

/// Characters of a value that is shown.
const SHOWN: usize = 4_000;

pub(super) fn repl(args: Repl) -> Result<u8, Failure> {
    let context = settings::load(&args.inputs, false)?;
    let keeper = Rc::new(RefCell::new(None));
    let limits = settings::limits(&args.limits, Limits::default());
    let calls = limits.calls;
    let progress = Arc::new(Progress::new(Detail::Now, args.limits.max_time));
    let out = Above::new(std::io::stdout(), progress.screen().clone());
    let observers = Observers(vec![progress]);
    let connect = run::connect(args.models, limits, observers, keeper.clone());
    let task = Task::new(Text::from(args.question), Text::whole(&context.source));
    let documents = task.documents.len();
    let mut outside = ProgramOutside::new(task, out, connect);
    outside.calls = calls;
    let interactive = std::io::stdin().is_terminal();
    if interactive {
        let bytes = context.source.bytes().len() as u64;
        let s = if documents == 1 { "" } else { "s" };
        println!(
            "rlm-lang {}: {documents} document{s}, {}. exit or Ctrl-D ends.",
            env!("CARGO_PKG_VERSION"),
            size(bytes)
        );
    }
    let mut shell =
        Shell { session: Session::new(), outside, interrupted: settings::watch_interrupts() };
    let result = shell.read_loop(interactive);
    run::shut_down(&keeper);
    result
}

struct Shell {
    session: Session,
    outside: ProgramOutside<Above<std::io::Stdout>>,
    interrupted: Arc<AtomicBool>,
}

impl Shell {
    fn read_loop(&mut self, interactive: bool) -> Result<u8, Failure> {
        let unusable = |error: ReadlineError| Failure::failed(format!("no input: {error}"));
        let mut editor: Editor<Blocks, DefaultHistory> = Editor::new().map_err(unusable)?;
        editor.set_helper(Some(Blocks));
        let history = history_file();
        if let Some(path) = history.as_ref().filter(|_| interactive) {
            // A missing history is an empty one.
            let _ = editor.load_history(path);
        }
        loop {
            match editor.readline(if interactive { "> " } else { "" }) {
                Ok(line) => {
                    if line.trim().is_empty() {
                        continue;
                    }
                    let _ = editor.add_history_entry(line.trim_end());
                    if matches!(line.trim(), "exit" | "quit" | "exit()" | "quit()" | ":quit" | ":q")
                    {
                        break;
                    }
                    self.run(&line);
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(unusable(error)),
            }
        }
        if let Some(path) = history.as_ref().filter(|_| interactive) {
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            // Losing the history is no reason to fail.
            let _ = editor.save_history(path);
        }
        Ok(exit::DONE)
    }

    /// Runs what was typed and shows what came of it.
    fn run(&mut self, source: &str) {
        let parsed = rlm_lang_syntax::parse(source);
        let known = self.session.known_names();
        let errors = if parsed.errors.is_empty() {
            check::check(&parsed, Table::get(), &check::Options { known: &known })
        } else {
            parsed.errors
        };
        if !errors.is_empty() {
            return check_command::show("input", source, &errors);
        }
        self.interrupted.store(false, Ordering::Relaxed);
        self.outside.cancelled = self.interrupted.clone();
        let fuel = Fuel::default();
        match self.session.run(source, &parsed.program.body, &mut self.outside, fuel) {
            Err(errors) => check_command::show("input", source, &errors),
            Ok(outcome) => {
                // A closed terminal is noticed by the next read.
                let _ = self.outside.flush();
                for note in &outcome.notes {
                    println!("note: {}", note.message);
                }
                if let Some(fault) = &outcome.error {
                    run::show_fault("input", fault, &self.session);
                }
                if let Some((value, _)) = self.outside.take_answer() {
                    println!("answer: {}", answer_text(&value));
                } else if let Some(value) = &outcome.value {
                    println!("{}", preview(value, SHOWN));
                }
            }
        }
        if self.interrupted.load(Ordering::Relaxed) {
            self.outside.disconnect();
        }
    }
}

fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let folder = state.or_else(|| {
        std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"))
    })?;
    Some(folder.join("rlm-lang/history"))
}

/// Asks for more lines while a program is open.
#[derive(Completer, Helper, Highlighter, Hinter)]
struct Blocks;

impl Validator for Blocks {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_open(context.input()) {
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
