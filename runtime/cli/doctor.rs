//! `rlm-lang doctor`: what is there, what is configured, and whether it works.

use std::time::{Duration, Instant};

use super::args::{Doctor, Models};
use super::config::{self, File};
use super::failure::Failure;
use super::paint::{self, Paint};
use super::{exit, settings};
use crate::model::probe::{Probe, probe};
use crate::model::{Api, ModelConfig};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn doctor(args: Doctor) -> Result<u8, Failure> {
    let mut report = Report::new();
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    report.good("version", &format!("rlm-lang {}, {os} {arch}", env!("CARGO_PKG_VERSION")));
    let models = read_settings(&mut report, args.models);
    for api in [Api::OpenAi, Api::Anthropic, Api::Gemini] {
        let name = api.key_variable();
        match std::env::var(name) {
            Ok(value) if !value.trim().is_empty() => report.good("key", &format!("{name} is set")),
            Ok(_) => report.plain("key", &format!("{name} is empty")),
            Err(_) => report.plain("key", &format!("{name} is not set")),
        }
    }
    if let Some(models) = models {
        match settings::choose(&models) {
            Ok(chosen) => {
                look("model", &chosen.root, &mut report)?;
                if chosen.sub == chosen.root {
                    report.plain("sub-model", "the same");
                } else {
                    look("sub-model", &chosen.sub, &mut report)?;
                }
            }
            Err(failure) => report.bad("model", &failure.into_message()),
        }
    }
    let code = if report.is_well { exit::DONE } else { exit::FAILED };
    print!("{}", report.text);
    Ok(code)
}

/// The settings file, and the models with what it says of them.
fn read_settings(report: &mut Report, models: Models) -> Option<Models> {
    let file = match File::find(models.config.as_deref()) {
        Ok(Some(file)) => file,
        Ok(None) => {
            let path = config::usual_path().map(|path| path.display().to_string());
            let path = path.unwrap_or_else(|| "no home folder".to_string());
            report
                .plain("settings", &format!("none at {path}; rlm-lang settings --init makes one"));
            return Some(models);
        }
        Err(failure) => {
            report.bad("settings", &failure.into_message());
            return None;
        }
    };
    match file.models() {
        Ok(models) => {
            let keys = file.keys().join(", ");
            let keys = if keys.is_empty() { "it sets nothing" } else { &keys };
            report.good("settings", &format!("{}: {keys}", file.path().display()));
            Some(models)
        }
        Err(failure) => {
            report.bad("settings", &failure.into_message());
            None
        }
    }
}

/// Looks at the server of a model.
fn look(which: &str, config: &ModelConfig, report: &mut Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    let started = Instant::now();
    let found = runtime.block_on(probe(config, PATIENCE));
    let millis = started.elapsed().as_millis();
    runtime.shutdown_background();
    let name = &config.model;
    report.good(which, &format!("{name}, {}", protocol(config)));
    let (url, status, models) = match found {
        Ok(Probe::Script) => {
            report.good("script", "it can be read");
            return Ok(());
        }
        Ok(Probe::Answered { url, status, models }) => (url, status, models),
        Err(error) => {
            report.bad("server", &error.message);
            return Ok(());
        }
    };
    match (status, models) {
        (200, Some(models)) if models.iter().any(|known| known == name) => {
            report.good("server", &format!("{url} answers in {millis} ms and knows the model"));
        }
        (200, Some(models)) if models.is_empty() => {
            report.plain("server", &format!("{url} answers in {millis} ms and lists no model"));
        }
        (200, Some(models)) => {
            const SHOWN: usize = 5;
            let more = models.len().saturating_sub(SHOWN);
            let mut names: Vec<String> =
                models.into_iter().take(SHOWN).map(|name| paint::harmless(&name)).collect();
            if more > 0 {
                names.push(format!("{more} more"));
            }
            let names = names.join(", ");
            report.plain(
                "server",
                &format!("{url} answers, but does not list the model; it has {names}"),
            );
        }
        (401 | 403, _) => {
            let what = if config.key.is_some() { "refuses the key" } else { "wants a key" };
            let variable = config.api.key_variable();
            report.bad("server", &format!("{url} {what} ({status}); set {variable}"));
        }
        (200..=499, _) => {
            // Many servers have no such list; that they answer is what was asked.
            report.good("server", &format!("{url} answers ({status}) in {millis} ms"));
        }
        _ => report.bad("server", &format!("{url} fails with status {status}")),
    }
    Ok(())
}

fn protocol(config: &ModelConfig) -> String {
    match config.api {
        Api::Script => "replies from a file".to_string(),
        api => format!("{} at {}", api.name(), config.shown_url()),
    }
}

/// The lines, and whether all is well.
struct Report {
    text: String,
    is_well: bool,
    paint: Paint,
}

impl Report {
    fn new() -> Report {
        let paint = Paint { on: paint::has_color(&std::io::stdout()) };
        Report { text: String::new(), is_well: true, paint }
    }

    fn line(&mut self, mark: &str, what: &str, about: &str) {
        self.text.push_str(&format!("{mark} {what:<10} {about}\n"));
    }

    fn good(&mut self, what: &str, about: &str) {
        self.line(&self.paint.good("ok"), what, about);
    }

    fn plain(&mut self, what: &str, about: &str) {
        self.line("--", what, about);
    }

    fn bad(&mut self, what: &str, about: &str) {
        self.is_well = false;
        self.line(&self.paint.bad("!!"), what, about);
    }
}
