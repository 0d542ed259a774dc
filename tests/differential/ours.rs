//! Runs a program through the library: parse, check, interpret.

use rlm_lang::context::{self, LoadOptions};
use rlm_lang::engine::{ProgramOutside, Task, fault_text};
use rlm_lang::interpreter::{Fuel, Session, memory};
use rlm_lang_std::builtin::Table;
use rlm_lang_std::text::Text;
use rlm_lang_syntax::{check, render};

/// What a program did.
#[derive(Debug, Default)]
pub struct Found {
    /// What it printed.
    pub output: String,
    /// The error that ended it while it ran.
    pub failed: Option<String>,
    /// The errors for which it never started.
    pub refused: Option<String>,
    /// What it was told besides.
    pub notes: Vec<String>,
}

impl Found {
    /// The error, found before or during the run.
    pub fn error(&self) -> Option<&str> {
        self.refused.as_deref().or(self.failed.as_deref())
    }
}

/// Runs a program without any input.
pub fn run(source: &str) -> Found {
    run_on(source, &[])
}

/// Runs a program with the files at these paths as its input.
pub fn run_on(source: &str, paths: &[String]) -> Found {
    let refused = |message: String| Found { refused: Some(message), ..Found::default() };
    memory::on_large_stack(|| run_here(source, paths).unwrap_or_else(refused))
        .unwrap_or_else(|error| refused(error.to_string()))
}

fn run_here(source: &str, paths: &[String]) -> Result<Found, String> {
    let parsed = rlm_lang_syntax::parse(source);
    let errors = check::check(&parsed, Table::get(), &check::Options { known: &[] });
    if !errors.is_empty() {
        return Err(render::plain_all(source, &errors));
    }
    let context =
        context::load(paths, &LoadOptions::default()).map_err(|error| error.to_string())?;
    let task = Task::new(Text::from(""), Text::whole(&context.source));
    let mut printed = Vec::new();
    let no_model = || Err("a program of this test has no model".to_string());
    let mut outside = ProgramOutside::new(task, &mut printed, Box::new(no_model));
    let mut session = Session::new();
    let fuel = Fuel { steps: 20_000_000, memory: 256 << 20 };
    let outcome = session
        .run(source, &parsed.program.body, &mut outside, fuel)
        .map_err(|errors| render::plain_all(source, &errors))?;
    drop(outside);
    let parse_notes = parsed.notes.iter().map(|note| note.message.clone());
    let run_notes = outcome.notes.iter().map(|note| note.message.clone());
    Ok(Found {
        output: String::from_utf8_lossy(&printed).into_owned(),
        failed: outcome.error.as_ref().map(|fault| fault_text(fault, &session)),
        refused: None,
        notes: parse_notes.chain(run_notes).collect(),
    })
}
