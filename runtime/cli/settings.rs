//! From arguments to what they mean: inputs loaded, models connected, limits set.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rlm_lang_std::prompt::Variant;
use tokio::runtime::Runtime;

use super::args::{Inputs, LimitArgs, Models};
use super::failure::Failure;
use crate::context::{self, Context, LoadOptions};
use crate::engine::event::Observers;
use crate::engine::{Direct, Hub, Ledger, Limits, no_price};
use crate::model::prices::Prices;
use crate::model::{Api, HttpOptions, Model, ModelConfig, RetryPolicy, Wanted, connect};
use crate::record::cache::{Asked, Cache};
use crate::record::{Past, folder};

/// `90`, `90s`, `15m`, `2h` as a duration.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (digits, factor) = match text.trim().strip_suffix(['s', 'm', 'h']) {
        Some(digits) if text.trim().ends_with('m') => (digits, 60.0),
        Some(digits) if text.trim().ends_with('h') => (digits, 3600.0),
        Some(digits) => (digits, 1.0),
        None => (text.trim(), 1.0),
    };
    let number: f64 =
        digits.parse().map_err(|_| "expected a time such as 90s, 15m or 2h".to_string())?;
    Duration::try_from_secs_f64(number * factor)
        .map_err(|_| "expected a time such as 90s, 15m or 2h".to_string())
}

/// A whole number, not negative.
pub(super) fn whole<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number = text.trim().parse::<u64>().ok().and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| "expected a whole number".to_string())
}

/// A whole number from 1 on.
pub(super) fn positive(text: &str) -> Result<u64, String> {
    let number = whole(text).ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected a whole number from 1 on".to_string())
}

/// The inputs in their order.
pub(super) fn paths(inputs: &Inputs) -> Vec<String> {
    inputs.context.iter().chain(&inputs.paths).cloned().collect()
}

/// Loads the inputs. Without any the context is empty.
pub(super) fn load(inputs: &Inputs, quiet: bool) -> Result<Context, Failure> {
    let paths = paths(inputs);
    let options = LoadOptions { all: inputs.all, mmap: !inputs.no_mmap, ..LoadOptions::default() };
    let context =
        context::load(&paths, &options).map_err(|error| Failure::failed(error.to_string()))?;
    if !quiet {
        for note in context.notes.iter().chain(&odd_documents(&context)) {
            eprintln!("note: {note}");
        }
    }
    Ok(context)
}

/// Bytes of a document that are looked at for binary content and broken UTF-8.
const LOOKED_AT: usize = 1 << 20;

/// One line for each of the first documents that are empty, binary or not UTF-8.
fn odd_documents(context: &Context) -> Vec<String> {
    const LOOKED_THROUGH: usize = 1000;
    const TOLD: usize = 3;
    let bytes = context.source.bytes();
    let mut notes = Vec::new();
    for document in context.source.documents().iter().take(LOOKED_THROUGH) {
        let start = usize::try_from(document.range.start).unwrap_or(0);
        let end = usize::try_from(document.range.end).unwrap_or(0);
        let content = bytes.get(start..end.min(start + LOOKED_AT)).unwrap_or_default();
        let name = &document.name;
        if content.is_empty() {
            notes.push(format!("{name} is empty"));
        } else if content.contains(&0) {
            notes.push(format!("{name} looks binary; it is read as it is"));
        } else if std::str::from_utf8(content)
            // The look may end inside a character; the document may not.
            .is_err_and(|e| e.error_len().is_some() || end - start <= LOOKED_AT)
        {
            notes.push(format!("{name} is not all UTF-8; other bytes count and print as U+FFFD"));
        }
    }
    let more = notes.len().saturating_sub(TOLD);
    notes.truncate(TOLD);
    if more > 0 {
        notes.push(format!("{more} more documents are empty, binary or not all UTF-8"));
    }
    notes
}

/// Requests in flight at once unless the user says otherwise.
pub(super) const CONCURRENCY: usize = 16;

/// The limits as asked for; what was not is as in `base`.
pub(super) fn limits(args: &LimitArgs, base: Limits) -> Limits {
    Limits {
        turns: args.max_turns.unwrap_or(base.turns),
        depth: args.max_depth.unwrap_or(base.depth),
        calls: args.max_calls.or(base.calls),
        tokens: args.max_tokens.or(base.tokens),
        cost: args.max_cost.or(base.cost),
        time: args.max_time.or(base.time),
        steps: args.max_steps.unwrap_or(base.steps),
        memory: args.max_memory.map_or(base.memory, |mb| mb.saturating_mul(1 << 20)),
    }
}

/// Whether a server, as records name it, is the one that the environment leads to: its full address
/// may hold what records leave out.
pub(super) fn is_usual_server(shown: &str) -> bool {
    let Ok(base_url) = std::env::var("OPENAI_BASE_URL") else { return false };
    crate::model::shown_url(&base_url).is_some_and(|url| url == shown)
}

/// Dollars: a number that is not negative.
pub(super) fn usd(text: &str) -> Result<f64, String> {
    match text.trim().trim_start_matches('$').parse() {
        Ok(number) if (0.0..1e6).contains(&number) => Ok(number),
        _ => Err("expected dollars such as 0.50".to_string()),
    }
}

/// The two models, decided, and what they cost.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub root: ModelConfig,
    pub sub: ModelConfig,
    pub prices: Prices,
    pub http: HttpOptions,
    pub prompt: Variant,
    /// Where replies are kept.
    pub cache: Option<PathBuf>,
}

/// Refuses a limit on cost for models whose price is not known.
pub(super) fn check_cost(
    chosen: &Chosen,
    limits: &Limits,
    used: &[&ModelConfig],
) -> Result<(), Failure> {
    let unpriced = used.iter().find(|m| chosen.prices.price(&m.model).is_none());
    match unpriced {
        Some(model) if limits.cost.is_some() => Err(Failure::usage(no_price(&model.model))),
        _ => Ok(()),
    }
}

pub(super) fn prices(file: Option<&std::path::Path>) -> Result<Prices, Failure> {
    let Some(path) = file else { return Ok(Prices::shipped()) };
    Prices::with_rows(&read_text(path)?)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

/// Decides which models are used, from flags and environment.
pub(super) fn choose(models: &Models) -> Result<Chosen, Failure> {
    let env = |name: &str| std::env::var(name).ok();
    let wanted = Wanted {
        model: models.model.clone(),
        api: models.api.as_deref().and_then(Api::from_name),
        base_url: models.base_url.clone(),
        key: None,
        window: models.window,
    };
    let prices = prices(models.prices.as_deref())?;
    let mut root = ModelConfig::root(&wanted, &env).map_err(|e| Failure::failed(e.message))?;
    let wanted = Wanted {
        model: models.sub_model.clone(),
        api: models.sub_api.as_deref().and_then(Api::from_name),
        base_url: models.sub_base_url.clone(),
        key: None,
        window: models.window,
    };
    let mut sub = ModelConfig::sub(&wanted, &root, &env).map_err(|e| Failure::failed(e.message))?;
    for config in [&mut root, &mut sub] {
        config.window = config.window.or_else(|| prices.window(&config.model));
    }
    let cache = cache(models.cache.as_deref())?;
    Ok(Chosen { root, sub, prices, http: http(models), prompt: models.prompt, cache })
}

/// Decides which models a program of one's own calls: those of [`choose`], or where no root model is
/// named, the sub-model for both, as nothing else is asked.
pub(super) fn choose_for_programs(models: &Models) -> Result<Chosen, Failure> {
    match choose(models) {
        Err(_) if models.model.is_none() && models.sub_model.is_some() => choose(&Models {
            model: models.sub_model.clone(),
            api: models.sub_api.clone().or_else(|| models.api.clone()),
            base_url: models.sub_base_url.clone().or_else(|| models.base_url.clone()),
            ..models.clone()
        }),
        chosen => chosen,
    }
}

/// How servers are talked to.
fn http(models: &Models) -> HttpOptions {
    let retry = RetryPolicy { tries: models.retries.saturating_add(1), ..RetryPolicy::default() };
    HttpOptions {
        idle_timeout: models.idle_timeout,
        stream: !models.no_stream,
        retry,
        ..HttpOptions::default()
    }
}

/// How a run is done, whatever its models.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub limits: Limits,
    pub concurrency: usize,
    pub direct: Direct,
    /// The program that the answer needed is to be found out.
    pub keep_program: bool,
}

/// A runtime and a hub for these models. Keep the runtime as long as the hub is used.
pub(super) fn hub(
    chosen: &Chosen,
    way: Way,
    observers: Observers,
    past: Past,
) -> Result<(Runtime, Arc<Hub>), Failure> {
    let runtime = runtime()?;
    let _inside = runtime.enter();
    let failed = |e: crate::model::ModelError| Failure::failed(e.message);
    let root = connect(&chosen.root, chosen.http.clone()).map_err(failed)?;
    let sub = if chosen.sub == chosen.root {
        root.clone()
    } else {
        connect(&chosen.sub, chosen.http.clone()).map_err(failed)?
    };
    let ledger = Ledger::with_prices(way.limits.clone(), chosen.prices.clone());
    past.carry_over(&ledger);
    let mut hub = assemble(&runtime, (root, sub), ledger, &way, observers, past);
    hub.prompt = chosen.prompt;
    // A script may hold several replies to one prompt.
    hub.share = chosen.sub.api != Api::Script;
    if let Some(folder) = &chosen.cache {
        let cache = Cache::open(folder).map_err(|error| Failure::failed(error.message))?;
        hub.cache = Some((cache, asked(&chosen.root), asked(&chosen.sub)));
    }
    let hub = Arc::new(hub);
    interrupt(&runtime, &hub);
    Ok((runtime, hub))
}

/// A hub of its parts.
pub(super) fn assemble(
    runtime: &Runtime,
    models: (Arc<dyn Model>, Arc<dyn Model>),
    ledger: Ledger,
    way: &Way,
    observers: Observers,
    past: Past,
) -> Hub {
    let handle = runtime.handle().clone();
    let mut hub = Hub::new(models, handle, ledger, observers, way.concurrency).with_past(past);
    hub.direct = way.direct;
    hub.keep_program = way.keep_program;
    hub
}

/// Who is asked, for the cache.
fn asked(model: &ModelConfig) -> Asked {
    Asked {
        api: model.api.name().to_string(),
        base_url: model.base_url.clone(),
        model: model.model.clone(),
    }
}

/// The folder of kept replies, if replies are to be kept.
fn cache(flag: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let variable = std::env::var_os("RLM_CACHE").filter(|value| !value.is_empty());
    let named = flag.map(Path::to_path_buf).or_else(|| variable.map(PathBuf::from));
    match named {
        // Switched on without a folder.
        Some(path) if path.as_os_str() == "1" => {
            let folder = folder::replies();
            let none = || Failure::failed("no folder for caches; name one with --cache=FOLDER");
            folder.ok_or_else(none).map(Some)
        }
        named => Ok(named),
    }
}

/// Where model calls run.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))
}

/// Ends what is still at work. Requests that nobody waits for must not delay the end, but the threads
/// of children need the runtime until they have stopped.
pub(super) fn end(runtime: Runtime, hub: &Hub) {
    hub.cancel.cancel();
    runtime.block_on(hub.at_rest());
    runtime.shutdown_background();
}

/// The first Ctrl-C stops the run in order, the second at once.
pub(super) fn interrupt(runtime: &Runtime, hub: &Arc<Hub>) {
    let hub = Arc::downgrade(hub);
    runtime.spawn(async move {
        let mut presses = 0;
        while tokio::signal::ctrl_c().await.is_ok() {
            presses += 1;
            match hub.upgrade() {
                Some(hub) if presses == 1 => hub.cancel.cancel(),
                hub => {
                    // The status line must not stay behind.
                    if let Some(hub) = hub {
                        hub.observers.end();
                    }
                    std::process::exit(i32::from(super::exit::INTERRUPTED))
                }
            }
        }
    });
}

/// A flag that each Ctrl-C sets; a program stops at its next look. When this returns Ctrl-C is watched: the
/// line editor of the REPL puts back what it found before its first line, which was the end of the process
/// in 14 of 30 starts where the watcher came later.
pub(super) fn watch_interrupts() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let shared = flag.clone();
    let (watched, ready) = std::sync::mpsc::channel();
    let watcher = std::thread::Builder::new().name("interrupts".to_string()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            loop {
                let mut press = std::pin::pin!(tokio::signal::ctrl_c());
                let watched = watched.clone();
                // The first look at it begins to watch.
                let pressed = std::future::poll_fn(|context| {
                    let pressed = press.as_mut().poll(context);
                    let _ = watched.send(());
                    pressed
                });
                if pressed.await.is_err() {
                    break;
                }
                shared.store(true, Ordering::Relaxed);
            }
        });
    });
    if watcher.is_ok() {
        let _ = ready.recv();
    }
    // Without the watcher Ctrl-C ends the process, as it does by default.
    drop(watcher);
    flag
}

/// A program's name for messages and its text: what `-e` gave, else the file.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn program(
    file: Option<&str>,
    execute: Option<&str>,
) -> Result<(String, String), Failure> {
    match (execute, file.unwrap_or_default()) {
        (Some(code), _) => Ok(("-e".to_string(), code.to_string())),
        (None, file) => Ok((file.to_string(), read_text(std::path::Path::new(file))?)),
    }
}

/// The text of a program or question: a file, or `-` for standard input.
pub(super) fn read_text(path: &std::path::Path) -> Result<String, Failure> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map_err(|error| Failure::file("read", path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::failed(format!("{} is not a text: byte {at} is no UTF-8", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_numbers() {
        assert_eq!(usd("0.5"), Ok(0.5));
        assert_eq!(usd("$2"), Ok(2.0));
        for wrong in ["-1", "inf", "nan", "much", ""] {
            assert!(usd(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7200)));
        assert!(duration("soon").is_err());
        assert!(duration("-1").is_err());
    }
}
