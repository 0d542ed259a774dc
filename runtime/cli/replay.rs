//! `rlm-lang replay` and `rlm-lang resume`: a recorded run once more, and further.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rlm_lang_std::prompt::Variant;
use rlm_lang_std::text::Text;
use tokio::runtime::Runtime;

use super::args::{Inputs, Models, Replay, Resume};
use super::ask::{self, finish};
use super::failure::Failure;
use super::record;
use super::save::{self, Done};
use super::settings::{self, Chosen, Way};
use crate::context::Context;
use crate::engine::event::{Event, ModelInfo, Observers, RunInfo};
use crate::engine::{self, Hub, Ledger, Limits, Task};
use crate::model::{BoxFuture, ErrorKind, Model, ModelError, Reply, Request};
use crate::record::{Mode, Past, RecordError, Recorded, folder, inputs, load};

/// A recorded run again: everything it learned from outside comes from the record.
pub(super) fn replay(args: Replay) -> Result<u8, Failure> {
    let (path, recorded) = find_question(&args.run)?;
    let context = reload(&recorded.run, &args.paths)?;
    let trace = args.trace.as_deref().map(|trace| record::repeat(trace, &path)).transpose()?;
    let observers = ask::observers(ask::progress(&args.output, None), trace.as_ref());
    let way = Way {
        // Where time was over is in the record; a replay has its own.
        limits: Limits { time: None, ..limits_of(&recorded) },
        concurrency: recorded.run.concurrency,
        direct: recorded.run.direct,
        keep_program: args.save.is_some(),
    };
    let past = Past::new(&recorded, Mode::Replay);
    let (runtime, hub) = hub(&recorded.run, &way, observers.clone(), past)?;
    let task = Task::new(Text::from(recorded.run.question.as_str()), context.text());
    observers.tell(&Event::Run(Box::new(recorded.run.clone())));
    let result = engine::run(&hub, &task);
    observers.end();
    let (run, record) = (&recorded.run, Some(path.as_path()));
    let done = Done { result: &result, run, input: context.text(), record };
    save::save(args.save.as_deref(), &done);
    let code = finish(result, &hub, &args.output, None);
    settings::end(runtime, &hub);
    code
}

/// A recorded run that stopped goes on; its record does, too.
pub(super) fn resume(args: Resume) -> Result<u8, Failure> {
    let (path, recorded) = find_question(&args.run)?;
    if Past::new(&recorded, Mode::Resume).is_answered(0) {
        eprintln!("note: this run is finished; here is its answer again");
        let Resume { run, paths, output, save, .. } = args;
        return replay(Replay { run, paths, output, save, trace: None });
    }
    if args.limits.max_depth.is_some() {
        // What recurse(...) meant in the turns that are done cannot change.
        return Err(Failure::usage("the depth of a run stays; leave out --max-depth"));
    }
    let writer = record::append(&path)?;
    // Read again now that no other process writes.
    let recorded = load(&path).map_err(failed)?;
    let context = reload(&recorded.run, &args.paths)?;
    let concurrency = args.models.concurrency;
    let chosen = in_folder(&recorded.run, || choose(args.models, &recorded.run))?;
    let limits = settings::limits(&args.limits, limits_of(&recorded));
    settings::check_cost(&chosen, &limits, &[&chosen.root, &chosen.sub])?;
    let mut past = Past::new(&recorded, Mode::Resume);
    past.limit(&limits);
    let observers = ask::observers(ask::progress(&args.output, limits.time), Some(&writer));
    let way = Way {
        limits: limits.clone(),
        concurrency: concurrency.unwrap_or(recorded.run.concurrency),
        direct: recorded.run.direct,
        keep_program: args.save.is_some(),
    };
    let (runtime, hub) =
        in_folder(&recorded.run, || settings::hub(&chosen, way, observers.clone(), past))?;
    let task = Task::new(Text::from(recorded.run.question.as_str()), context.text());
    observers.tell(&Event::Run(Box::new(recorded.run.clone())));
    observers.tell(&Event::Resumed {
        rlm_lang: env!("CARGO_PKG_VERSION").to_string(),
        started: folder::now(),
        limits,
    });
    let result = engine::run(&hub, &task);
    observers.end();
    if let Some(changed) = context.changed() {
        eprintln!("note: {changed}");
    }
    let (run, record) = (&recorded.run, Some(path.as_path()));
    let done = Done { result: &result, run, input: context.text(), record };
    save::save(args.save.as_deref(), &done);
    let code = finish(result, &hub, &args.output, Some(writer.path()));
    settings::end(runtime, &hub);
    code
}

fn failed(error: RecordError) -> Failure {
    Failure::failed(error.message)
}

/// The record that a user means.
pub(super) fn find(name: &str) -> Result<Recorded, Failure> {
    let path = folder::find(name).map_err(failed)?;
    load(&path).map_err(failed)
}

/// A runtime and a hub whose replies all come from a record.
pub(super) fn hub(
    run: &RunInfo,
    way: &Way,
    observers: Observers,
    past: Past,
) -> Result<(Runtime, Arc<Hub>), Failure> {
    let runtime = settings::runtime()?;
    let models = (Silent::model(&run.model), Silent::model(&run.sub_model));
    let ledger = Ledger::new(way.limits.clone());
    let mut hub = settings::assemble(&runtime, models, ledger, way, observers, past);
    hub.prompt = prompt_of(run);
    let hub = Arc::new(hub);
    settings::interrupt(&runtime, &hub);
    Ok((runtime, hub))
}

/// The record of a question that a user means.
fn find_question(name: &str) -> Result<(PathBuf, Recorded), Failure> {
    let path = folder::find(name).map_err(failed)?;
    let recorded = load(&path).map_err(failed)?;
    if recorded.run.program.is_some() {
        let message = format!(
            "{} holds the calls of a program; use rlm-lang run PROGRAM --replay {name}",
            path.display()
        );
        return Err(Failure::usage(message));
    }
    Ok((path, recorded))
}

/// The limits that were in force when the record ended.
fn limits_of(recorded: &Recorded) -> Limits {
    let resumed = recorded.events.iter().rev().find_map(|event| match event {
        Event::Resumed { limits, .. } => Some(limits.clone()),
        _ => None,
    });
    resumed.unwrap_or_else(|| recorded.run.limits.clone())
}

/// Loads the input of a recorded run: from where it was, or from other paths. It must be the same.
pub(super) fn reload(run: &RunInfo, paths: &[String]) -> Result<Context, Failure> {
    let elsewhere = !paths.is_empty();
    let given = Inputs {
        paths: if elsewhere { paths.to_vec() } else { run.paths.clone() },
        context: Vec::new(),
        all: run.all,
        no_mmap: run.no_mmap,
    };
    let load = || settings::load(&given, true);
    let mut context = if elsewhere { load()? } else { in_folder(run, load)? };
    if elsewhere {
        // Programs see the names.
        context.source.rename(run.documents.iter().map(|document| document.name.clone()));
    }
    match inputs::difference(&run.documents, &inputs::documents(&context.source)) {
        Some(difference) => Err(Failure::failed(format!(
            "{difference}; this run cannot be done again without the input it had"
        ))),
        None => Ok(context),
    }
}

/// Does something in the folder where the run was started: relative paths start there.
pub(super) fn in_folder<T>(
    run: &RunInfo,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let here = std::env::current_dir();
    // A folder that is gone leaves absolute paths, and relative ones as seen from here.
    let moved = std::env::set_current_dir(Path::new(&run.folder)).is_ok();
    let result = work();
    if moved && let Ok(here) = here {
        let back = std::env::set_current_dir(&here);
        back.map_err(|error| Failure::file("go back to", &here, &error))?;
    }
    result
}

/// The models of a resumed run: those of the record unless others are named.
fn choose(mut models: Models, run: &RunInfo) -> Result<Chosen, Failure> {
    models.prompt = prompt_of(run);
    if models.model.is_some() {
        return settings::choose(&models);
    }
    let own_window = models.window.is_some();
    let server = |info: &ModelInfo| Some(info.base_url.clone()).filter(|url| !url.is_empty());
    let protocol = |info: &ModelInfo| Some(info.api.clone()).filter(|api| api != "script");
    models.model = Some(run.model.name.clone());
    models.api = models.api.or_else(|| protocol(&run.model));
    if models.base_url.is_none() && !settings::is_usual_server(&run.model.base_url) {
        models.base_url = server(&run.model);
    }
    let same_sub = run.sub_model == run.model;
    if models.sub_model.is_none() && !same_sub {
        models.sub_model = Some(run.sub_model.name.clone());
        models.sub_api = models.sub_api.or_else(|| protocol(&run.sub_model));
        if models.sub_base_url.is_none() && !settings::is_usual_server(&run.sub_model.base_url) {
            models.sub_base_url = server(&run.sub_model);
        }
    }
    let mut chosen = settings::choose(&models)?;
    if !own_window {
        chosen.root.window = run.model.window;
        chosen.sub.window = if same_sub { run.model.window } else { run.sub_model.window };
    }
    Ok(chosen)
}

/// How the language was taught.
fn prompt_of(run: &RunInfo) -> Variant {
    run.prompt.as_deref().and_then(Variant::named).unwrap_or_default()
}

/// The model of a replay: it has a name and a window, and is never asked.
struct Silent {
    name: String,
    window: Option<u64>,
}

impl Silent {
    fn model(info: &ModelInfo) -> Arc<dyn Model> {
        Arc::new(Silent { name: info.name.clone(), window: info.window })
    }
}

impl Model for Silent {
    fn complete(&self, _request: Request) -> BoxFuture<'_, Result<Reply, ModelError>> {
        let message = "a replay asks no model";
        Box::pin(async move { Err(ModelError::unsent(ErrorKind::NotConfigured, message)) })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn window(&self) -> Option<u64> {
        self.window
    }
}
