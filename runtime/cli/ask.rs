//! `rlm-lang ask`: a question answered by a model that writes programs.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rlm_lang_std::output::one_line;
use rlm_lang_std::text::Text;

use super::args::{Ask, Output};
use super::failure::Failure;
use super::progress::{Detail, Progress};
use super::save::{self, Done};
use super::settings::{self, Way};
use super::{exit, paint, record};
use crate::engine::event::{Event, Observer, Observers, RunInfo};
use crate::engine::{self, Answer, Direct, Ending, Hub, Limits, RunError, Task};
use crate::record::{Past, Writer, inputs};

pub(super) fn ask(args: Ask) -> Result<u8, Failure> {
    let (question, inputs) = question(&args)?;
    let chosen = settings::choose(&args.models)?;
    let limits = settings::limits(&args.limits, Limits::default());
    let concurrency = args.models.concurrency.unwrap_or(settings::CONCURRENCY);
    settings::check_cost(&chosen, &limits, &[&chosen.root, &chosen.sub])?;
    let context = settings::load(&inputs, args.output.quiet)?;
    if let Some(folder) = args.output.out.as_deref().and_then(Path::parent)
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        return Err(Failure::usage(format!("--out: {} is no folder", folder.display())));
    }
    // Said before the answer is paid for.
    if let Some(out) = args.output.out.as_deref().filter(|out| out.is_dir()) {
        let shown = out.display();
        return Err(Failure::usage(format!("--out: {shown} is a folder; name a file in it")));
    }
    if context.source.documents().is_empty() && !args.output.quiet {
        eprintln!("note: no input is given; the context is empty");
    }
    let direct = Direct::from_name(&args.direct).unwrap_or_default();
    let run = RunInfo {
        question: question.clone(),
        paths: settings::paths(&inputs),
        all: inputs.all,
        no_mmap: inputs.no_mmap,
        model: chosen.root.info(),
        sub_model: chosen.sub.info(),
        limits: limits.clone(),
        concurrency,
        direct,
        prompt: Some(chosen.prompt.name().to_string()),
        documents: inputs::documents(&context.source),
        ..record::begun()
    };
    let record = record::start(&args.record, &question)?;
    let observers = observers(progress(&args.output, limits.time), record.as_ref());
    let way = Way { limits, concurrency, direct, keep_program: args.save.is_some() };
    let made = settings::hub(&chosen, way, observers.clone(), Past::default());
    let (runtime, hub) = made.inspect_err(|_| record::discard(record.as_deref()))?;
    observers.tell(&Event::Run(Box::new(run.clone())));
    let task = Task::new(Text::from(question), Text::whole(&context.source));
    let result = engine::run(&hub, &task);
    observers.end();
    if let Some(changed) = context.changed() {
        eprintln!("note: {changed}");
    }
    let record = record.as_ref().map(|writer| writer.path());
    let input = Text::whole(&context.source);
    save::save(args.save.as_deref(), &Done { result: &result, run: &run, input, record });
    let code = finish(result, &hub, &args.output, record);
    settings::end(runtime, &hub);
    code
}

/// Delivers what came of a run; where there may be more to come, tells how to go on.
pub(super) fn finish(
    result: Result<Answer, RunError>,
    hub: &Hub,
    output: &Output,
    record: Option<&Path>,
) -> Result<u8, Failure> {
    let is_over = matches!(&result, Ok(Answer { ending: Ending::Answered | Ending::Prose, .. }));
    let code = result
        .map_err(|error| Failure::failed(error.message))
        .and_then(|answer| deliver(&answer, hub, output));
    let Some(record) = record.filter(|_| !is_over) else { return code };
    // The reason first, then the way on.
    let code = code.unwrap_or_else(Failure::report);
    record::tell_how_to_resume(record);
    Ok(code)
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

/// What is shown to people, as they want it.
pub(super) fn progress(output: &Output, time: Option<Duration>) -> Option<Arc<Progress>> {
    lines(output).map(|detail| Arc::new(Progress::new(detail, time)))
}

/// Progress for people and the record.
pub(super) fn observers(
    progress: Option<Arc<Progress>>,
    record: Option<&Arc<Writer>>,
) -> Observers {
    // The record first: what people are shown is written down already.
    let mut all: Vec<Arc<dyn Observer>> = Vec::new();
    all.extend(record.map(|writer| writer.clone() as Arc<dyn Observer>));
    all.extend(progress.map(|progress| progress as Arc<dyn Observer>));
    Observers(all)
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
        let totals = hub.totals();
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
    tell_sources(answer, output);
    Ok(code)
}

/// Names the sources that the program gave for its answer: those that the answer is made of say nothing new.
pub(super) fn tell_sources(answer: &Answer, output: &Output) {
    if output.quiet || output.json {
        return;
    }
    for source in answer.sources.iter().filter(|source| !source.automatic) {
        eprintln!("source: {}", one_line(&source.place()));
    }
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
        Err(error) => Err(Failure::failed(format!(
            "cannot write the answer: {}",
            crate::told::io_reason(&error)
        ))),
        Ok(()) => Ok(()),
    }
}
