//! The suite: every `tests/suite/**/*.rlm` is a test.
//!
//! Beside `name.rlm` stand
//! - `name.out`: what is expected: prints, then `=> value`, `answer: …`, `error …` and `note: …` lines;
//! - `name.ctx`, a file or folder: the context (else it is empty);
//! - `name.script`: replies of the sub-model (see `model::scripted`);
//! - `name.before`: a program that runs first, as an earlier turn; what it prints is not kept;
//! - `name.answer`: the right answer; the outcome then says whether the program found it.
//!
//! Several programs may share a file: `21_a.rlm` and `21_b.rlm` use `21.ctx`, `r1_T3.rlm` and
//! `r3_T3.rlm` use `T3.ctx`, if they have none of their own.
//!
//! A first line `# question: …` sets the question; `# check only` only parses and checks. `UPDATE=1`
//! writes the `.out` files: look at the diff before you commit it.

//!
//! `docs/habits.md` is a part of it: each row of its table is a program over `habits/table.ctx`, with the
//! replies of `habits/table.script`, and what it shows, on one line.

#![allow(unreachable_pub)] // a module of a test program: nobody can reach it anyway
#![allow(clippy::print_stderr)] // a test program may say why it cannot start

#[path = "suite/habits.rs"]
mod habits;
#[path = "support/table.rs"]
mod table;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use rlm_lang::context::{self, LoadOptions};
use rlm_lang::engine::event::Observers;
use rlm_lang::engine::{Hub, Ledger, Limits, ProgramOutside, Task, fault_text};
use rlm_lang::interpreter::{Fuel, Session, memory};
use rlm_lang::model::Model;
use rlm_lang::model::scripted::Scripted;
use rlm_lang_std::builtin::Table;
use rlm_lang_std::output::{answer_text, preview};
use rlm_lang_std::text::{Document, Source, Storage, Text};
use rlm_lang_syntax::{check, render};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    // Documents are named by the path they were given as: a relative one is the same everywhere.
    if let Err(error) = std::env::set_current_dir(&root) {
        eprintln!("{}: {error}", root.display());
        std::process::exit(1);
    }
    let root = PathBuf::from(".");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name = file.strip_prefix(&root).unwrap_or(&file).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        Trial::test(name, move || run_file(&file))
    });
    let mut trials: Vec<Trial> = trials.collect();
    trials.extend(habits::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && path.extension().is_none_or(|e| e != "ctx") {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rlm") {
            files.push(path);
        }
    }
}

fn run_file(file: &Path) -> Result<(), Failed> {
    let source = std::fs::read_to_string(file)?;
    let found = memory::on_large_stack(|| outcome(file, &source))??;
    let expected_file = file.with_extension("out");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&expected_file, &found)?;
        return Ok(());
    }
    let expected = std::fs::read_to_string(&expected_file)
        .map_err(|e| format!("{}: {e}; UPDATE=1 writes it", expected_file.display()))?;
    if expected == found {
        return Ok(());
    }
    Err(format!("--- expected\n{expected}\n--- found\n{found}").into())
}

/// The file beside a program, or the one that it shares with others.
fn beside(file: &Path, extension: &str) -> PathBuf {
    let own = file.with_extension(extension);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let parts = stem.split_once('_').map_or([None, None], |(a, b)| [Some(a), Some(b)]);
    let shared =
        parts.into_iter().flatten().map(|part| file.with_file_name(format!("{part}.{extension}")));
    let shared = shared.filter(|_| !own.exists()).find(|path| path.exists());
    shared.unwrap_or(own)
}

/// The same documents with names that begin in the folder that holds them: as the task names them.
fn named_from_folder(source: &Arc<Source>, folder: &Path) -> Arc<Source> {
    let prefix = format!("{}/", folder.to_string_lossy().trim_start_matches("./"));
    let documents = source.documents().iter().map(|document| {
        let name = document.name.trim_start_matches("./");
        let name = name.strip_prefix(&prefix).unwrap_or(name).to_string();
        Document { name, range: document.range.clone() }
    });
    Source::from_documents(Storage::Owned(source.bytes().to_vec()), documents.collect())
}

/// What earlier turns defined: assigned by `.before`.
fn known_names(file: &Path) -> Vec<String> {
    let before = std::fs::read_to_string(beside(file, "before")).unwrap_or_default();
    let assigned = rlm_lang_syntax::scope::bound(&rlm_lang_syntax::parse(&before).program.body);
    assigned.names
}

/// Everything that the program shows.
fn outcome(file: &Path, source: &str) -> Result<String, String> {
    let parsed = rlm_lang_syntax::parse(source);
    let known = known_names(file);
    let errors = check::check(&parsed, Table::get(), &check::Options { known: &known });
    let mut out = String::new();
    if !errors.is_empty() {
        return Ok(render::plain_all(source, &errors) + "\n");
    }
    for note in &parsed.notes {
        let _ = writeln!(out, "note: {}", note.message);
    }
    let first = source.lines().next().unwrap_or_default();
    if first.starts_with("# check only") {
        return Ok(out + "checked\n");
    }
    let question = first.strip_prefix("# question: ").unwrap_or_default();
    let context_path = beside(file, "ctx");
    let paths: Vec<String> = if context_path.exists() {
        vec![context_path.to_string_lossy().into_owned()]
    } else {
        Vec::new()
    };
    let context =
        context::load(&paths, &LoadOptions::default()).map_err(|error| error.to_string())?;
    let source_of_task = match beside(file, "answer").exists() && context_path.is_dir() {
        true => named_from_folder(&context.source, &context_path),
        false => context.source.clone(),
    };
    let task = Task::new(Text::from(question), Text::whole(&source_of_task));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let script = beside(file, "script");
    let handle = runtime.handle().clone();
    let connect = move || {
        if !script.exists() {
            return Err("no model: this test has no .script file".to_string());
        }
        let model: Arc<dyn Model> =
            Arc::new(Scripted::read(&script).map_err(|error| error.message)?);
        let ledger = Ledger::new(Limits::default());
        // One call at a time: queued replies then arrive in the order of the calls.
        let hub = Hub::new((model.clone(), model), handle.clone(), ledger, Observers::default(), 1);
        Ok(Arc::new(hub))
    };
    let mut printed = Vec::new();
    let mut outside = ProgramOutside::new(task, &mut printed, Box::new(connect));
    let mut session = Session::new();
    let fuel = Fuel { steps: 50_000_000, memory: 256 << 20 };
    if let Ok(earlier) = std::fs::read_to_string(beside(file, "before")) {
        let parsed = rlm_lang_syntax::parse(&earlier);
        session
            .run(&earlier, &parsed.program.body, &mut outside, fuel)
            .map_err(|errors| render::plain_all(&earlier, &errors))?;
    }
    let result = session.run(source, &parsed.program.body, &mut outside, fuel);
    let answer = outside.take_answer();
    drop(outside);
    out.push_str(&String::from_utf8_lossy(&printed));
    match result {
        Err(errors) => out.push_str(&render::plain_all(source, &errors)),
        Ok(outcome) => {
            if let Some(value) = &outcome.value {
                let _ = writeln!(out, "=> {}", preview(value, 2000));
            }
            if let Some((value, _)) = &answer {
                let answer = answer_text(value);
                let _ = writeln!(out, "answer: {answer}");
                if let Ok(right) = std::fs::read_to_string(beside(file, "answer")) {
                    let is_right = answer.trim() == right.trim();
                    let _ = writeln!(out, "graded: {}", if is_right { "right" } else { "wrong" });
                }
            }
            if let Some(fault) = &outcome.error {
                let _ = writeln!(out, "{}", fault_text(fault, &session));
            }
            for note in &outcome.notes {
                let _ = writeln!(out, "note: {}", note.message);
            }
        }
    }
    drop(session);
    runtime.shutdown_background();
    Ok(out)
}
