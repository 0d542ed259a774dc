//! `rlm-lang ask`: a question answered by a model that writes programs.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rlm_lang_std::text::Text;

use super::args::{Ask, Output};
use super::failure::Failure;
use super::progress::{Detail, Progress};
use super::trace::TraceFile;
use super::{exit, paint, settings};
use crate::context::Context;
use crate::engine::event::{DocumentInfo, Event, Observer, Observers, TRACE_VERSION};
use crate::engine::{self, Answer, Direct, Ending, Hub, Task};

pub(super) fn ask(args: Ask) -> Result<u8, Failure> {
    let (question, inputs) = question(&args)?;
    let chosen = settings::choose(&args.models)?;
    let limits = settings::limits(&args.limits);
    settings::check_cost(&chosen, &limits, &[&chosen.root, &chosen.sub])?;
    let context = settings::load(&inputs, args.output.quiet)?;
    if let Some(folder) = args.output.out.as_deref().and_then(Path::parent)
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        return Err(Failure::usage(format!("--out: {} is no folder", folder.display())));
    }
    if context.source.documents().is_empty() && !args.output.quiet {
        eprintln!("note: no input is given; the context is empty");
    }
    let detail = lines(&args.output);
    let progress = detail.map(|detail| Arc::new(Progress::new(detail, args.limits.max_time)));
    let observers = observers(progress, args.trace.as_deref())?;
    let (runtime, hub) = settings::hub(
        &chosen,
        limits,
        args.models.concurrency,
        observers.clone(),
        Direct::from_name(&args.direct).unwrap_or_default(),
    )?;
    observers.tell(&Event::Run {
        version: TRACE_VERSION,
        rlm_lang: env!("CARGO_PKG_VERSION"),
        question: question.clone(),
        model: chosen.root.model.clone(),
        sub_model: chosen.sub.model.clone(),
        documents: documents(&context),
    });
    let task = Task::new(Text::from(question), Text::whole(&context.source));
    let result = engine::run(&hub, &task);
    observers.end();
    if let Some(changed) = context.changed() {
        eprintln!("note: {changed}");
    }
    let answer = result.map_err(|error| Failure::failed(error.message));
    let code = answer.and_then(|answer| deliver(&answer, &hub, &args.output));
    // Requests that nobody waits for must not delay the end.
    runtime.shutdown_background();
    code
}

/// The question, and the inputs without it: with `--question-file` the first argument is a path.
fn question(args: &Ask) -> Result<(String, super::args::Inputs), Failure> {
    let mut inputs = super::args::Inputs {
        paths: args.inputs.paths.clone(),
        context: args.inputs.context.clone(),
        all: args.inputs.all,
        no_mmap: args.inputs.no_mmap,
    };
    let question = match (&args.question_file, &args.question) {
        (Some(file), first) => {
            if let Some(path) = first {
                inputs.paths.insert(0, path.clone());
            }
            settings::read_text(file)?
        }
        (None, Some(question)) => question.clone(),
        (None, None) => {
            return Err(Failure::usage(
                "no question; write rlm-lang ask \"QUESTION\" PATH, or --question-file FILE",
            ));
        }
    };
    let question = question.trim().to_string();
    if question.is_empty() {
        return Err(Failure::usage("the question is empty"));
    }
    Ok((question, inputs))
}

/// What is told of the turns; nothing with `-q`.
fn lines(output: &Output) -> Option<Detail> {
    match (output.quiet, output.verbose) {
        (true, _) => None,
        (false, 0) => Some(Detail::Turns),
        (false, 1) => Some(Detail::Programs),
        (false, _) => Some(Detail::Calls),
    }
}

/// Progress for people and the trace, as asked for.
pub(super) fn observers(
    progress: Option<Arc<Progress>>,
    trace: Option<&Path>,
) -> Result<Observers, Failure> {
    let mut all: Vec<Arc<dyn Observer>> = Vec::new();
    all.extend(progress.map(|progress| progress as Arc<dyn Observer>));
    if let Some(path) = trace {
        all.push(Arc::new(TraceFile::create(path)?));
    }
    Ok(Observers(all))
}

/// Documents above this size are not hashed: it would delay the first request. In bytes.
const HASHED: usize = 64 << 20;

fn documents(context: &Context) -> Vec<DocumentInfo> {
    let bytes = context.source.bytes();
    let mut hashed = 0;
    context
        .source
        .documents()
        .iter()
        .map(|document| {
            let start = usize::try_from(document.range.start).unwrap_or(0);
            let end = usize::try_from(document.range.end).unwrap_or(0);
            let content = bytes.get(start..end).unwrap_or_default();
            hashed += content.len();
            let digest =
                (hashed <= HASHED).then(|| blake3::hash(content).to_hex()[..32].to_string());
            DocumentInfo {
                name: document.name.clone(),
                bytes: content.len() as u64,
                blake3: digest,
            }
        })
        .collect()
}

/// Puts the answer where it was asked for and gives the exit code.
pub(super) fn deliver(answer: &Answer, hub: &Hub, output: &Output) -> Result<u8, Failure> {
    let code = match &answer.ending {
        Ending::Answered => exit::DONE,
        Ending::Prose => {
            eprintln!("note: the model answered without a program; this is its last reply");
            exit::DONE
        }
        Ending::Limit(reason) => {
            let what = if answer.text.is_empty() { "no answer" } else { "a partial answer" };
            eprintln!("rlm-lang: {reason}; {what} was found until then");
            exit::LIMIT
        }
        Ending::Interrupted => {
            eprintln!("rlm-lang: interrupted");
            exit::INTERRUPTED
        }
    };
    let text = if output.json {
        let totals = hub.ledger.totals();
        let ending = match &answer.ending {
            Ending::Answered => "answered",
            Ending::Prose => "prose",
            Ending::Limit(_) => "limit",
            Ending::Interrupted => "interrupted",
        };
        let object = serde_json::json!({
            "answer": answer.text,
            "value": answer.value,
            "complete": answer.ending == Ending::Answered,
            "ending": ending,
            "direct": answer.direct,
            "sources": answer.sources,
            "totals": totals,
        });
        object.to_string() + "\n"
    } else {
        answer.text.clone()
    };
    write_answer(&text, output.out.as_ref())?;
    Ok(code)
}

/// Writes an answer to a file exactly, or to standard output with a newline at its end.
pub(super) fn write_answer(text: &str, out: Option<&PathBuf>) -> Result<(), Failure> {
    if let Some(path) = out {
        match std::fs::write(path, text) {
            Ok(()) => return Ok(()),
            // The answer was paid for: it must not be lost with the file.
            Err(error) => {
                eprintln!("rlm-lang: {}", Failure::file("write", path, &error).into_message())
            }
        }
    }
    if text.is_empty() {
        return Ok(());
    }
    let mut stdout = std::io::stdout().lock();
    // Files and pipes get the answer exactly; a terminal must not obey a text that a model wrote.
    let shown = stdout.is_terminal().then(|| paint::harmless(text));
    let text = shown.as_deref().unwrap_or(text);
    let newline: &[u8] = if text.ends_with('\n') { b"" } else { b"\n" };
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(newline))
        .and_then(|()| stdout.flush());
    match written {
        // A reader that has seen enough is no error.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::failed(format!("cannot write the answer: {error}"))),
        Ok(()) => Ok(()),
    }
}
