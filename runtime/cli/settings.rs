//! From arguments to what they mean: inputs loaded, models connected, limits set.

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
use crate::model::{Api, HttpOptions, ModelConfig, RetryPolicy, Wanted, connect};

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
    Duration::try_from_secs_f64(number * factor).map_err(|e| e.to_string())
}

/// Loads the inputs. Without any the context is empty.
pub(super) fn load(inputs: &Inputs, quiet: bool) -> Result<Context, Failure> {
    let paths: Vec<String> = inputs.context.iter().chain(&inputs.paths).cloned().collect();
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

/// The limits as asked for.
pub(super) fn limits(args: &LimitArgs) -> Limits {
    Limits {
        turns: args.max_turns,
        depth: args.max_depth,
        calls: Some(args.max_calls),
        tokens: args.max_tokens,
        cost: args.max_cost,
        time: args.max_time,
    }
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

fn prices(file: Option<&std::path::Path>) -> Result<Prices, Failure> {
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
    Ok(Chosen { root, sub, prices, http: http(models), prompt: models.prompt })
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

/// A runtime and a hub for these models. Keep the runtime as long as the hub is used.
pub(super) fn hub(
    chosen: &Chosen,
    limits: Limits,
    concurrency: usize,
    observers: Observers,
    direct: Direct,
) -> Result<(Runtime, Arc<Hub>), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    let _inside = runtime.enter();
    let failed = |e: crate::model::ModelError| Failure::failed(e.message);
    let root = connect(&chosen.root, chosen.http.clone()).map_err(failed)?;
    let sub = if chosen.sub == chosen.root {
        root.clone()
    } else {
        connect(&chosen.sub, chosen.http.clone()).map_err(failed)?
    };
    let handle = runtime.handle().clone();
    let ledger = Ledger::with_prices(limits, chosen.prices.clone());
    let mut hub = Hub::new((root, sub), handle, ledger, observers, concurrency);
    hub.direct = direct;
    hub.prompt = chosen.prompt;
    let hub = Arc::new(hub);
    interrupt(&runtime, &hub);
    Ok((runtime, hub))
}

/// The first Ctrl-C stops the run in order, the second at once.
fn interrupt(runtime: &Runtime, hub: &Arc<Hub>) {
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

/// A flag that each Ctrl-C sets; a program stops at its next look.
pub(super) fn watch_interrupts() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let shared = flag.clone();
    let watcher = std::thread::Builder::new().name("interrupts".to_string()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                shared.store(true, Ordering::Relaxed);
            }
        });
    });
    // Without the watcher Ctrl-C ends the process, as it does by default.
    drop(watcher);
    flag
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
