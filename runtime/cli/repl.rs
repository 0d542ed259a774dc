//! `rlm-lang repl`: programs by hand. Variables stay, the last value is shown, errors do not end it.

mod assist;
mod choices;
mod commands;
mod complete;
mod show;
mod undo;

use std::cell::RefCell;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use etcetera::BaseStrategy;
use rlm_lang_std::builtin::Table;
use rlm_lang_std::output::{describe, one_line, preview};
use rlm_lang_std::text::Text;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::check;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor};

use super::args::{Models, Repl};
use super::failure::Failure;
use super::paint::{self, Paint};
use super::progress::{Detail, Progress, size};
use super::screen::Above;
use super::{check as check_command, exit, run, settings};
use crate::engine::event::Observers;
use crate::engine::{self, Answer, Limits, ProgramOutside, Task};
use crate::interpreter::{Fuel, Session};
use crate::pages;
use assist::Assist;
use commands::Kind;
use complete::{Known, Variable};
use undo::Snapshot;

/// Documents that `:docs` lists.
const LISTED: usize = 50;

/// How many programs `:undo` can take back.
const UNDONE: usize = 20;

/// What `name[0]` is most likely.
fn first_item(value: &Value) -> Option<Value> {
    match value {
        Value::Text(_) | Value::Match(_) => Some(value.clone()),
        Value::List(list) => list.get(0),
        Value::Tuple(items) => items.first().cloned(),
        Value::Dict(dict) => dict.map().get_index(0).map(|(_, item)| item.clone()),
        _ => None,
    }
}

pub(super) fn repl(args: Repl) -> Result<u8, Failure> {
    let context = settings::load(&args.inputs, false)?;
    let keeper = Rc::new(RefCell::new(None));
    let limits = settings::limits(&args.limits, Limits::default());
    let unused = limits.unused();
    let progress = Arc::new(Progress::new(Detail::Now, args.limits.max_time));
    let out = Above::new(std::io::stdout(), progress.screen().clone());
    let observers = Observers(vec![progress]);
    let models = Rc::new(RefCell::new(args.models));
    let (shared, kept) = (models.clone(), keeper.clone());
    // The models are those of the moment when a program calls the first one: `:model` may change them.
    let connect = Box::new(move || {
        let models = shared.borrow().clone();
        let connected = run::connect(models, limits.clone(), observers.clone(), kept.clone())();
        connected.map_err(|message| in_here(&message))
    });
    let task = Task::new(Text::from(args.question), Text::whole(&context.source));
    let (documents, input) = (task.documents.clone(), task.context.clone());
    let mut outside = ProgramOutside::new(task, out, connect);
    outside.unused = unused;
    let interactive = std::io::stdin().is_terminal();
    if interactive {
        let bytes = context.source.bytes().len() as u64;
        let s = if documents.len() == 1 { "" } else { "s" };
        println!(
            "rlm-lang {}: {} document{s}, {}. :help says what can be done here; Ctrl-D ends.",
            env!("CARGO_PKG_VERSION"),
            documents.len(),
            size(bytes)
        );
    }
    let mut shell = Shell {
        session: Session::new(),
        outside,
        interrupted: settings::watch_interrupts(),
        models,
        documents,
        input,
        typed: Vec::new(),
        known: Rc::default(),
        paint: Paint { on: interactive && paint::has_color(&std::io::stdout()) },
    };
    let result = shell.read_loop(interactive);
    run::shut_down(&keeper, shell.outside.hub.as_ref());
    result
}

/// A program that was typed, and how things were before it.
struct Typed {
    source: String,
    before: Option<Snapshot>,
}

struct Shell {
    session: Session,
    outside: ProgramOutside<Above<std::io::Stdout>>,
    interrupted: Arc<AtomicBool>,
    models: Rc<RefCell<Models>>,
    documents: Vec<Text>,
    input: Text,
    /// Programs that ran without an error.
    typed: Vec<Typed>,
    known: Rc<RefCell<Known>>,
    paint: Paint,
}

impl Shell {
    fn read_loop(&mut self, interactive: bool) -> Result<u8, Failure> {
        let unusable = |error: ReadlineError| Failure::failed(format!("no input: {error}"));
        let config = Config::builder()
            .completion_type(CompletionType::List)
            // What is listed always fits on the screen.
            .completion_prompt_limit(usize::MAX)
            .build();
        let mut editor: Editor<Assist, DefaultHistory> =
            Editor::with_config(config).map_err(unusable)?;
        editor.set_helper(Some(Assist::new(self.known.clone(), self.paint)));
        let history = history_file().filter(|_| interactive);
        if let Some(path) = &history {
            // A missing history is an empty one.
            let _ = editor.load_history(path);
        }
        loop {
            match editor.readline(if interactive { "> " } else { "" }) {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => {
                    let _ = editor.add_history_entry(line.trim_end());
                    match commands::read(&line) {
                        Some(Ok((Kind::Quit, _))) => break,
                        Some(Ok((kind, argument))) => self.command(kind, argument),
                        Some(Err(message)) => eprintln!("rlm-lang: {message}"),
                        None => self.run("input", &line),
                    }
                    self.refresh();
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break,
                Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                    eprintln!("rlm-lang: what was typed is not UTF-8; nothing of it was run");
                }
                Err(error) => return Err(unusable(error)),
            }
        }
        if let Some(path) = &history {
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            // Losing the history is no reason to fail.
            let _ = editor.append_history(path);
        }
        Ok(exit::DONE)
    }

    /// Tells completion of the variables.
    fn refresh(&mut self) {
        let variables = self.session.variables();
        self.known.borrow_mut().variables = variables
            .map(|(name, value)| Variable {
                name: name.to_string(),
                ty: value.ty(),
                item: first_item(value).map(|item| item.ty()),
            })
            .collect();
    }

    /// Runs what was typed and shows what came of it.
    fn run(&mut self, name: &str, source: &str) {
        let parsed = rlm_lang_syntax::parse(source);
        let known = self.session.known_names();
        let options = check::Options { known: &known };
        let errors = check::check(&parsed, self.session.table(), &options);
        if !errors.is_empty() {
            return check_command::show(name, source, &errors);
        }
        self.interrupted.store(false, Ordering::Relaxed);
        self.outside.cancelled = self.interrupted.clone();
        let before = Snapshot::take(&self.session);
        let fuel = Fuel::default();
        let result = self.session.run(source, &parsed.program.body, &mut self.outside, fuel);
        self.outside.end();
        match result {
            Err(errors) => check_command::show(name, source, &errors),
            Ok(outcome) => {
                // A closed terminal is noticed by the next read.
                let _ = self.outside.flush();
                for note in &outcome.notes {
                    println!("note: {}", note.message);
                }
                if let Some(note) = engine::cut_off_note(outcome.cut_off) {
                    println!("note: {note}");
                }
                if let Some(fault) = &outcome.error {
                    run::show_fault(name, fault, &self.session);
                } else {
                    self.remember(Typed { source: source.trim_end().to_string(), before });
                }
                if let Some((value, sources)) = self.outside.take_answer() {
                    self.show_answer(&engine::answer_of(&value, sources.as_ref(), &self.input));
                } else if let Some(value) = &outcome.value {
                    println!("{}", self.shown(&show::seen(value)));
                }
            }
        }
        if self.interrupted.load(Ordering::Relaxed) {
            self.outside.disconnect();
        }
    }

    fn show_answer(&self, answer: &Answer) {
        println!("answer: {}", self.shown(&answer.text));
        for source in answer.sources.iter().filter(|source| !source.automatic) {
            println!("source: {}", self.shown(&one_line(&source.place())));
        }
    }

    /// A text for standard output: on a terminal nothing in it can change the terminal.
    fn shown(&self, text: &str) -> String {
        if std::io::stdout().is_terminal() { paint::harmless(text) } else { text.to_string() }
    }

    fn remember(&mut self, typed: Typed) {
        self.typed.push(typed);
        // Old ones stay for `:save`, but what they would bring back may be large.
        if let Some(index) = self.typed.len().checked_sub(UNDONE + 1)
            && let Some(old) = self.typed.get_mut(index)
        {
            old.before = None;
        }
    }

    fn command(&mut self, kind: Kind, argument: &str) {
        let result = match kind {
            Kind::Help => self.help(argument),
            Kind::Vars => Ok(self.variables()),
            Kind::Docs => Ok(self.list_documents()),
            Kind::Limits => Ok(self.limits()),
            Kind::Model => Ok(self.model(argument)),
            Kind::Time => self.time(argument),
            Kind::Load => self.load(argument),
            Kind::Save => self.save(argument, false),
            Kind::SaveOver => self.save(argument, true),
            Kind::Undo => self.undo(),
            Kind::Quit => Ok(String::new()),
        };
        match result {
            Ok(text) if text.is_empty() => {}
            Ok(text) => println!("{}", self.shown(text.trim_end())),
            Err(message) => eprintln!("rlm-lang: {message}"),
        }
    }

    fn help(&self, name: &str) -> Result<String, String> {
        if name.is_empty() {
            return Ok(commands::help());
        }
        let table = Table::get();
        let name = name.trim_end_matches("()").rsplit_once('.').map_or(name, |(_, last)| last);
        pages::of(table, name).ok_or_else(|| pages::unknown(table, name))
    }

    fn variables(&self) -> String {
        let lines: Vec<String> = self
            .session
            .variables()
            .map(|(name, value)| {
                format!("{name:<12} {:<14} {}", describe(value), preview(value, 60))
            })
            .collect();
        if lines.is_empty() { "no variables yet".to_string() } else { lines.join("\n") }
    }

    fn list_documents(&self) -> String {
        let mut lines: Vec<String> = self
            .documents
            .iter()
            .take(LISTED)
            .enumerate()
            .map(|(index, document)| {
                let name = document.place().map(|place| place.name.to_string());
                let bytes = size(document.byte_len() as u64);
                format!("docs[{index}]  {bytes:>10}  {}", name.unwrap_or_default())
            })
            .collect();
        let more = self.documents.len().saturating_sub(LISTED);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        if lines.is_empty() { "no documents".to_string() } else { lines.join("\n") }
    }

    fn limits(&mut self) -> String {
        let budget = self.outside.budget_now();
        let left = |what: &str, used: u64, left: Option<u64>| match left {
            Some(left) => format!("{what:<8} {used} used, {left} left"),
            None => format!("{what:<8} {used} used, no limit"),
        };
        [
            left("calls", budget.calls_made, budget.calls_left),
            left("tokens", budget.tokens_used, budget.tokens_left),
            format!("depth    {} left for recurse", budget.depth_left),
        ]
        .join("\n")
    }

    fn model(&mut self, name: &str) -> String {
        let (urls, names): (Vec<&str>, Vec<&str>) =
            name.split_whitespace().partition(|word| word.contains("://"));
        if let [_, _, ..] = names[..] {
            return "expected one name after :model, and the URL of its server if it has one"
                .to_string();
        }
        if !name.is_empty() {
            let mut models = self.models.borrow_mut();
            let named = names.first().map(ToString::to_string);
            (models.model, models.sub_model) = (named.clone(), named);
            if let Some(url) = urls.first() {
                (models.base_url, models.sub_base_url) = (Some(url.to_string()), None);
                (models.api, models.sub_api) = (None, None);
            }
            drop(models);
            self.outside.disconnect();
        }
        match settings::choose(&self.models.borrow()) {
            Ok(chosen) if chosen.sub.base_url.is_empty() => {
                format!("programs call {}", chosen.sub.model)
            }
            Ok(chosen) => {
                format!("programs call {} at {}", chosen.sub.model, chosen.sub.shown_url())
            }
            Err(failure) => in_here(&failure.into_message()),
        }
    }

    fn time(&mut self, code: &str) -> Result<String, String> {
        if code.is_empty() {
            return Err("expected a program after :time".to_string());
        }
        let started = Instant::now();
        self.run("input", code);
        let millis = started.elapsed().as_secs_f64() * 1e3;
        Ok(if millis < 1000.0 {
            format!("{millis:.1} ms")
        } else {
            format!("{:.2} s", millis / 1e3)
        })
    }

    fn load(&mut self, path: &str) -> Result<String, String> {
        if path.is_empty() {
            return Err("expected a file after :load".to_string());
        }
        let source = settings::read_text(Path::new(path)).map_err(Failure::into_message)?;
        self.run(path, &source);
        Ok(String::new())
    }

    /// Writes the programs that ran without an error as one, in canonical form.
    fn save(&self, path: &str, over: bool) -> Result<String, String> {
        if path.is_empty() {
            return Err("expected a file after :save".to_string());
        }
        let sources: Vec<&str> = self.typed.iter().map(|typed| typed.source.as_str()).collect();
        let joined = sources.join("\n") + "\n";
        let text = rlm_lang_syntax::printer::format(&joined).unwrap_or(joined);
        let path = Path::new(path);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).truncate(true).create(true).create_new(!over);
        let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => format!(
                "{} is there already; :save! {} writes over it",
                path.display(),
                path.display()
            ),
            _ => Failure::file("write", path, &error).into_message(),
        })?;
        let s = if sources.len() == 1 { "" } else { "s" };
        Ok(format!("{} program{s} written to {}", sources.len(), path.display()))
    }

    fn undo(&mut self) -> Result<String, String> {
        let Some(last) = self.typed.pop() else { return Err("nothing to undo".to_string()) };
        match last.before {
            Some(snapshot) => {
                snapshot.restore(&mut self.session);
                let first = last.source.lines().next().unwrap_or_default();
                Ok(format!("undone: {}", paint::cut(first, 60)))
            }
            None => {
                self.typed.push(last);
                Err("this cannot be undone: the variables hold too much, or it is too long ago"
                    .to_string())
            }
        }
    }
}

/// What to do about models that cannot be used, for someone who is in the REPL already: where the advice
/// is a flag, what to type takes its place.
fn in_here(message: &str) -> String {
    match message.split_once("; ") {
        Some((what, advice)) if advice.contains("--") => format!(
            "{what}; type :model NAME (its key has to be set before rlm-lang starts), \
             :model http://localhost:8080/v1 for a server of your own, or :model script:FILE"
        ),
        _ => message.to_string(),
    }
}

fn history_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Some(state.join("rlm-lang").join("history"))
}
