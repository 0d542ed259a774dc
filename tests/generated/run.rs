//! Runs a program as a model's turn does, and keeps everything that it shows.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rlm_lang::engine::event::Observers;
use rlm_lang::engine::{Hub, Ledger, Limits, ProgramOutside, Task, fault_text};
use rlm_lang::interpreter::{Fuel, Session, memory};
use rlm_lang::model::Model;
use rlm_lang::model::scripted::Scripted;
use rlm_lang_std::builtin::Table;
use rlm_lang_std::output::answer_text;
use rlm_lang_std::text::{Source, Text};
use rlm_lang_std::value::repr;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::{check, parse, render};

/// What a program runs in.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) context: Arc<Source>,
    /// Replies of the sub-model; without it there is no model.
    pub(crate) script: Option<&'static str>,
    /// Stopped by the user before it starts.
    pub(crate) cancelled: bool,
    /// Steps that it may take.
    pub(crate) steps: u64,
}

impl Setting {
    pub(crate) fn new(context: Arc<Source>) -> Setting {
        Setting { context, script: None, cancelled: false, steps: 2_000_000 }
    }
}

/// One error or note.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// What became of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran {
    pub(crate) printed: String,
    /// The last value as the language writes it.
    pub(crate) value: Option<String>,
    pub(crate) answer: Option<String>,
    pub(crate) findings: Vec<Finding>,
    /// The text of errors and notes that a model sees.
    pub(crate) told: String,
    /// It was refused, or ended by an error.
    pub(crate) failed: bool,
}

impl Ran {
    /// The result as examples write it: what was answered, printed, or is the last value.
    pub(crate) fn result(&self) -> String {
        match (&self.answer, &self.value) {
            _ if self.failed => self.told.clone(),
            (Some(answer), _) => answer.clone(),
            _ if !self.printed.is_empty() => self.printed.trim_end().to_string(),
            (None, Some(value)) => value.clone(),
            (None, None) => "None".to_string(),
        }
    }
}

/// Parses, checks and runs.
pub(crate) fn run(source: &str, setting: &Setting) -> Ran {
    memory::on_large_stack(|| on_this_thread(source, setting)).expect("a thread")
}

fn on_this_thread(source: &str, setting: &Setting) -> Ran {
    let mut ran = Ran::default();
    let parsed = parse(source);
    let errors = check::check(&parsed, Table::get(), &check::Options::default());
    let is_refused = !errors.is_empty();
    let shown = if is_refused { errors } else { parsed.notes.clone() };
    ran.told = render::plain_all(source, &shown);
    ran.findings.extend(shown.into_iter().map(|one| Finding {
        code: one.code,
        message: one.message,
        help: one.help,
    }));
    ran.failed = is_refused;
    if is_refused {
        return ran;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    let script = setting.script;
    let connect = move || {
        let Some(script) = script else { return Err("no model; give one by --model".to_string()) };
        let model: Arc<dyn Model> = Arc::new(Scripted::parse("examples", script).unwrap());
        let ledger = Ledger::new(Limits::default());
        // One call at a time: replies in the order of the calls.
        let models = (model.clone(), model);
        Ok(Arc::new(Hub::new(models, handle.clone(), ledger, Observers::default(), 1)))
    };
    let task = Task::new(Text::from("Who wrote first?"), Text::whole(&setting.context));
    let mut printed = Vec::new();
    let mut outside = ProgramOutside::new(task, &mut printed, Box::new(connect));
    outside.unused = Limits::default().unused();
    outside.cancelled.store(setting.cancelled, Ordering::Relaxed);
    let mut session = Session::new();
    let fuel = Fuel { steps: setting.steps, memory: 256 << 20 };
    let outcome = session
        .run(source, &parsed.program.body, &mut outside, fuel)
        .unwrap_or_else(|errors| panic!("{}", render::plain_all(source, &errors)));
    ran.answer = outside.take_answer().map(|(value, _)| answer_text(&value).to_string());
    drop(outside);
    ran.printed = String::from_utf8(printed).unwrap();
    ran.value = outcome.value.as_ref().map(repr);
    let mut told: Vec<String> = Vec::new();
    ran.failed = outcome.error.is_some();
    if let Some(fault) = &outcome.error {
        told.push(fault_text(fault, &session));
        ran.findings.push(Finding {
            code: fault.code,
            message: fault.message.clone(),
            help: fault.help.clone(),
        });
    }
    for note in &outcome.notes {
        told.push(format!("note: {}", note.message));
        ran.findings.push(Finding { code: note.code, message: note.message.clone(), help: None });
    }
    if !told.is_empty() {
        ran.told = told.join("\n");
    }
    drop(session);
    runtime.shutdown_background();
    ran
}
