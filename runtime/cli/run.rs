//! `rlm-lang run`: a program over an input.

use std::cell::RefCell;
use std::io::{BufWriter, IsTerminal};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use rlm_lang_std::builtin::Table;
use rlm_lang_std::fault::{Fault, FaultKind};
use rlm_lang_std::output::preview;
use rlm_lang_std::text::Text;
use rlm_lang_syntax::check;
use rlm_lang_syntax::codes::Code;
use tokio::runtime::Runtime;

use super::args::{Models, Output, Run};
use super::failure::Failure;
use super::progress::{Detail, Progress};
use super::screen::Above;
use super::settings::Way;
use super::{ask, check as check_command, exit, record, replay, settings};
use crate::engine::event::{EndingKind, Event, Observer, Observers, RunInfo};
use crate::engine::{self, Answer, Connect, Coverage, Direct, Hub, Limits, ProgramOutside, Task};
use crate::interpreter::{Outcome, Session};
use crate::model::ModelConfig;
use crate::record::{Past, Recorded, Writer, inputs};

/// Characters of the last value that are shown; `print` and `answer` show all.
const SHOWN: usize = 10_000;

pub(super) fn run(args: Run) -> Result<u8, Failure> {
    let (name, source) = settings::program(args.program.as_deref(), args.execute.as_deref())?;
    let parsed = rlm_lang_syntax::parse(&source);
    let errors = check::check(&parsed, Table::get(), &check::Options { known: &[] });
    if !errors.is_empty() {
        check_command::show(&name, &source, &errors);
        return Ok(exit::USAGE);
    }
    let mut given = args.inputs;
    // With -e the first argument is a path, too.
    if let (Some(_), Some(path)) = (&args.execute, &args.program) {
        given.paths.insert(0, path.clone());
    }
    let context = settings::load(&given, args.output.quiet)?;
    let recorded = args.replay.as_deref().map(replay::find).transpose()?;
    let base = recorded.as_ref().map(|recorded| recorded.run.limits.clone()).unwrap_or_default();
    let limits = settings::limits(&args.limits, base);
    let record = args.record.as_deref().map(record::create).transpose()?;
    let detail = match args.output.verbose {
        // A program's own output is enough; a terminal shows that calls are running.
        0 => Detail::Now,
        _ => Detail::Calls,
    };
    let progress =
        (!args.output.quiet).then(|| Arc::new(Progress::new(detail, args.limits.max_time)));
    let screen = progress.as_ref().map(|progress| progress.screen().clone());
    let observers = ask::observers(progress, record.as_ref());
    if record.is_some() {
        let chosen = settings::choose_for_programs(&args.models).ok();
        let info = |model: fn(&settings::Chosen) -> &ModelConfig| {
            chosen.as_ref().map(|chosen| model(chosen).info()).unwrap_or_default()
        };
        observers.tell(&Event::Run(Box::new(RunInfo {
            question: args.question.clone(),
            program: Some(inputs::digest(source.as_bytes())),
            paths: settings::paths(&given),
            all: given.all,
            no_mmap: given.no_mmap,
            model: info(|chosen| &chosen.root),
            sub_model: info(|chosen| &chosen.sub),
            limits: limits.clone(),
            concurrency: args.models.concurrency.unwrap_or(settings::CONCURRENCY),
            direct: Direct::Never,
            documents: inputs::documents(&context.source),
            ..record::begun()
        })));
    }
    let keeper = Rc::new(RefCell::new(None));
    let connect = match recorded {
        None => connect(args.models, limits.clone(), observers.clone(), keeper.clone()),
        Some(recorded) => {
            connect_record(recorded, limits.clone(), observers.clone(), keeper.clone())
        }
    };
    let task = Task::new(Text::from(args.question), Text::whole(&context.source));
    // On a terminal prints are seen as they come; a pipe gets them in large pieces.
    let stdout = std::io::stdout();
    let out: Box<dyn std::io::Write> = match screen {
        Some(screen) if stdout.is_terminal() => Box::new(Above::new(stdout, screen)),
        None if stdout.is_terminal() => Box::new(stdout),
        _ => Box::new(BufWriter::with_capacity(1 << 16, stdout)),
    };
    let mut outside = ProgramOutside::new(task, out, connect);
    outside.cancelled = settings::watch_interrupts();
    outside.deadline = args.limits.max_time.and_then(|time| Instant::now().checked_add(time));
    outside.unused = limits.unused();
    let fuel = limits.fuel();
    let mut session = Session::new();
    let coverage = record.as_ref().map(|_| Coverage::of(&context.text()));
    let outcome = match session.run(&source, &parsed.program.body, &mut outside, fuel) {
        Ok(outcome) => outcome,
        Err(errors) => {
            check_command::show(&name, &source, &errors);
            return Ok(exit::USAGE);
        }
    };
    outside.end();
    let answer = outside.take_answer();
    let not_cited = answer
        .as_ref()
        .and_then(|(_, sources)| engine::not_cited(sources.as_ref(), &context.text()));
    if let (Some(record), Some(message)) = (&record, &not_cited) {
        record.event(&Event::Note { message: message.clone() });
    }
    let answer =
        answer.map(|(v, sources)| engine::answer_of(&v, sources.as_ref(), &context.text()));
    if let Some(record) = &record {
        tell_end(record, coverage, answer.as_ref(), &outside);
    }
    observers.end();
    let flushed = outside.flush();
    let reader_left =
        matches!(&flushed, Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe);
    if let Err(error) = flushed
        && !reader_left
    {
        return Err(Failure::failed(format!("cannot print: {}", crate::told::io_reason(&error))));
    }
    if let Some(changed) = context.changed() {
        eprintln!("note: {changed}");
    }
    if let Some(message) = not_cited.filter(|_| !args.output.quiet) {
        eprintln!("note: {message}");
    }
    let difference = outside.hub.as_ref().and_then(|hub| hub.past.divergence());
    let code = match difference {
        Some(difference) => {
            Err(Failure::failed(format!("the replay is not as recorded: {difference}")))
        }
        // A reader that has seen enough is no error.
        None if reader_left => Ok(exit::DONE),
        None => finish(&name, &outcome, answer.as_ref(), &outside, &session, &args.output),
    };
    shut_down(&keeper, outside.hub.as_ref());
    code
}

/// Keeps the runtime of model calls until the command ends.
pub(super) type Keeper = Rc<RefCell<Option<Runtime>>>;

/// Connects the models at the first call.
pub(super) fn connect(
    models: Models,
    limits: Limits,
    observers: Observers,
    keeper: Keeper,
) -> Connect {
    Box::new(move || {
        let chosen = settings::choose_for_programs(&models).map_err(Failure::into_message)?;
        settings::check_cost(&chosen, &limits, &[&chosen.sub]).map_err(Failure::into_message)?;
        // Programs of one's own ask no root model.
        let direct = Direct::Never;
        let concurrency = models.concurrency.unwrap_or(settings::CONCURRENCY);
        let way = Way { limits: limits.clone(), concurrency, direct, keep_program: false };
        let (runtime, hub) = settings::hub(&chosen, way, observers.clone(), Past::default())
            .map_err(Failure::into_message)?;
        *keeper.borrow_mut() = Some(runtime);
        Ok(hub)
    })
}

/// Takes the place of the models at the first call: replies come from a record.
pub(super) fn connect_record(
    recorded: Recorded,
    limits: Limits,
    observers: Observers,
    keeper: Keeper,
) -> Connect {
    Box::new(move || {
        let way = Way {
            limits: limits.clone(),
            concurrency: recorded.run.concurrency,
            direct: Direct::Never,
            keep_program: false,
        };
        let past = Past::by_request(&recorded);
        let (runtime, hub) = replay::hub(&recorded.run, &way, observers.clone(), past)
            .map_err(Failure::into_message)?;
        *keeper.borrow_mut() = Some(runtime);
        Ok(hub)
    })
}

/// Ends the runtime without waiting for calls that nobody needs.
pub(super) fn shut_down(keeper: &Keeper, hub: Option<&Arc<Hub>>) {
    match (keeper.borrow_mut().take(), hub) {
        (Some(runtime), Some(hub)) => settings::end(runtime, hub),
        (Some(runtime), None) => runtime.shutdown_background(),
        (None, _) => {}
    }
}

/// Shows notes, the error or the answer; gives the exit code.
fn finish<W: std::io::Write>(
    name: &str,
    outcome: &Outcome,
    answer: Option<&Answer>,
    outside: &ProgramOutside<W>,
    session: &Session,
    output: &Output,
) -> Result<u8, Failure> {
    if !output.quiet {
        let source = session.last_source().unwrap_or_default();
        for note in &outcome.notes {
            let line = rlm_lang_syntax::source::Lines::new(source).line(note.span.start as usize);
            eprintln!("note: {name}:{line}: {}", note.message);
        }
        if let Some(note) = engine::cut_off_note(outcome.cut_off) {
            eprintln!("note: {name}: {note}");
        }
    }
    if let Some(fault) = &outcome.error {
        if fault.kind == FaultKind::Interrupted && outside.time_is_over() {
            eprintln!("rlm-lang: the time of the program is over; --max-time allows more");
            return Ok(exit::LIMIT);
        }
        return Ok(show_fault(name, fault, session));
    }
    match answer {
        Some(answer) => {
            deliver(answer, output)?;
            Ok(exit::DONE)
        }
        None => {
            // The value of the last line is worth seeing, as in the REPL.
            if let Some(value) = &outcome.value {
                println!("{}", preview(value, SHOWN));
            }
            Ok(exit::DONE)
        }
    }
}

fn deliver(answer: &Answer, output: &Output) -> Result<(), Failure> {
    let text = if output.json {
        let object = serde_json::json!({
            "answer": answer.text, "value": answer.value, "sources": answer.sources,
        });
        object.to_string() + "\n"
    } else {
        answer.text.clone()
    };
    ask::write_answer(&text, output.out.as_ref())?;
    ask::tell_sources(answer, output);
    Ok(())
}

/// Writes down what the program looked at and what it answered.
fn tell_end<W: std::io::Write>(
    record: &Writer,
    coverage: Option<Coverage>,
    answer: Option<&Answer>,
    outside: &ProgramOutside<W>,
) {
    if let Some(event) = coverage.and_then(Coverage::of_program) {
        record.event(&event);
    }
    if let Some(answer) = answer {
        record.event(&Event::Answer {
            engine: 0,
            text: answer.text.clone(),
            ending: EndingKind::Answered,
            reason: None,
            totals: outside.hub.as_ref().map(|hub| hub.totals()).unwrap_or_default(),
            sources: answer.sources.clone(),
        });
    }
}

/// Shows why a program stopped, and gives the exit code.
pub(super) fn show_fault(name: &str, fault: &Fault, session: &Session) -> u8 {
    if fault.kind == FaultKind::Interrupted {
        eprintln!("rlm-lang: interrupted");
        return exit::INTERRUPTED;
    }
    match engine::fault_diagnostic(fault, session) {
        Some((source, diagnostic)) => check_command::show(name, source, &[diagnostic]),
        None => {
            let help = fault.help.as_ref().map(|h| format!("; {h}")).unwrap_or_default();
            eprintln!("rlm-lang: {}{help}", fault.message);
        }
    }
    let is_limit = fault.kind == FaultKind::Limit && fault.code != Code::NoModel;
    // A program that was refused because it would go over a limit was stopped by that limit.
    if is_limit || fault.code == Code::LimitReached { exit::LIMIT } else { exit::FAILED }
}
