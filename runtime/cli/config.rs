//! The settings file: flags that are the same in every run, written down once.
//!
//! Its keys are the names of the flags under "Models" and "Limits", with `_` for `-`; its values become
//! arguments before those that the user wrote. So there is one table of settings and one way to read
//! them, and flags come before the environment, which comes before the file.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use etcetera::BaseStrategy;
use rlm_lang_syntax::suggest;

use super::args::{Cli, Models};
use super::failure::Failure;
use crate::told::{toml_kind, toml_trouble};

/// The headings of `--help` whose flags are settings.
const HEADINGS: &[&str] = &["Models", "Limits"];

/// Environment variables that come before a key of the file.
const ENVIRONMENT: &[(&str, &str)] =
    &[("model", "RLM_MODEL"), ("sub_model", "RLM_SUB_MODEL"), ("base_url", "OPENAI_BASE_URL")];

/// A settings file that was read.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    text: String,
    table: toml::Table,
}

/// Where the file is if no `--config` says otherwise; `None` without a home folder.
pub(super) fn usual_path() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("rlm-lang").join("config.toml"))
}

impl File {
    /// Reads the file that `--config` names, else the usual one, if there is one.
    pub(super) fn find(named: Option<&Path>) -> Result<Option<File>, Failure> {
        let path = match (named, usual_path()) {
            (Some(path), _) => path.to_path_buf(),
            (None, Some(path)) if path.exists() => path,
            (None, _) => return Ok(None),
        };
        let bytes =
            std::fs::read(&path).map_err(|error| Failure::file("read settings", &path, &error))?;
        let text = String::from_utf8_lossy(&bytes);
        let table = text.parse::<toml::Table>().map_err(|error| {
            let (line, what) = toml_trouble(&text, &error);
            Failure::usage(format!("{}:{line}: {what}", path.display()))
        })?;
        Ok(Some(File { path, text: text.into_owned(), table }))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The keys that it sets.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.table.keys().map(String::as_str).collect()
    }

    /// The models of `rlm-lang doctor` with what the file says of them.
    pub(super) fn models(&self) -> Result<Models, Failure> {
        let cli = Cli::command();
        let command = cli.find_subcommand("doctor").cloned().unwrap_or_default();
        let all = self.before(&command, std::env::args_os().collect())?;
        let parsed = cli
            .args_override_self(true)
            .try_get_matches_from(all)
            .and_then(|matches| Cli::from_arg_matches(&matches));
        match parsed.map(|cli| cli.command) {
            Ok(super::args::Command::Doctor(args)) => Ok(args.models),
            Ok(_) => Err(Failure::usage("this is for rlm-lang doctor alone")),
            Err(error) => Err(Failure::usage(error.to_string())),
        }
    }

    /// The arguments of the process with the file's values before those of the user.
    fn before(&self, command: &Command, given: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
        let mut all: Vec<OsString> = given.iter().take(2).cloned().collect();
        all.extend(self.arguments(command)?);
        all.extend(given.into_iter().skip(2));
        Ok(all)
    }

    /// The line where a key is set: the first that begins with it.
    fn line_of(&self, key: &str) -> usize {
        let sets = |line: &str| {
            let line = line.trim_start_matches([' ', '\t', '[', '"', '\'']);
            let rest = line.strip_prefix(key);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        self.text.lines().position(sets).map_or(1, |index| index + 1)
    }

    /// The file's values as arguments of a subcommand.
    fn arguments(&self, command: &Command) -> Result<Vec<OsString>, Failure> {
        let wrong = |key: &str, what: String| {
            let line = self.line_of(key);
            Failure::usage(format!("{}:{line}: {key}: {what}", self.path.display()))
        };
        let known = settings();
        let mut arguments = Vec::new();
        for (key, value) in &self.table {
            let flag = key.replace('_', "-");
            let Some(setting) = known.iter().find(|arg| arg.get_long() == Some(&flag)) else {
                let names = known.iter().filter_map(|arg| arg.get_long());
                let near = suggest::nearest(&flag, names).map(|near| near.replace('-', "_"));
                let near = near.map(|near| format!("; did you mean {near}?"));
                let what = format!("there is no such setting{}", near.unwrap_or_default());
                return Err(wrong(key, what));
            };
            let argument = argument(setting, &flag, value).map_err(|what| wrong(key, what))?;
            let overruled = ENVIRONMENT.iter().any(|(setting, variable)| {
                *setting == flag.replace('-', "_")
                    && std::env::var_os(variable).is_some_and(|value| !value.is_empty())
            });
            let is_taken = command.get_arguments().any(|arg| arg.get_long() == Some(&flag));
            if let Some(argument) = argument.filter(|_| is_taken && !overruled) {
                arguments.push(OsString::from(argument));
            }
        }
        Ok(arguments)
    }
}

/// A value as the argument that it stands for; `None` for a switch that is off.
fn argument(setting: &Arg, flag: &str, value: &toml::Value) -> Result<Option<String>, String> {
    let is_switch = matches!(setting.get_action(), ArgAction::SetTrue);
    let text = match value {
        toml::Value::Boolean(on) if is_switch => return Ok(on.then(|| format!("--{flag}"))),
        _ if is_switch => return Err("expected true or false".to_string()),
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        other => return Err(format!("expected a text or a number, found {}", toml_kind(other))),
    };
    let argument = format!("--{flag}={text}");
    // Tried by itself, so that what is wrong is said of the file and not of a flag that nobody wrote.
    let alone = Command::new("settings").arg(setting.clone());
    match alone.try_get_matches_from(["settings", &argument]) {
        Ok(_) => Ok(Some(argument)),
        Err(error) => Err(what_is_wrong(&error, &text)),
    }
}

fn what_is_wrong(error: &clap::Error, text: &str) -> String {
    let because = std::error::Error::source(error).map(ToString::to_string);
    let valid = error.get(ContextKind::ValidValue).map(|valid| format!("expected {valid}"));
    let why = valid.or(because).unwrap_or_else(|| "it cannot be used".to_string());
    if error.kind() == ErrorKind::ValueValidation || error.kind() == ErrorKind::InvalidValue {
        format!("{why}, found {text:?}")
    } else {
        error.to_string().lines().next().unwrap_or_default().to_string()
    }
}

/// The flags that may stand in the file, over all subcommands, each once.
fn settings() -> Vec<Arg> {
    let mut found: Vec<Arg> = Vec::new();
    let mut cli = Cli::command();
    cli.build();
    for argument in cli.get_subcommands().flat_map(Command::get_arguments) {
        let is_setting = argument.get_help_heading().is_some_and(|h| HEADINGS.contains(&h));
        if is_setting && !found.iter().any(|known| known.get_long() == argument.get_long()) {
            found.push(argument.clone());
        }
    }
    found
}

/// The arguments of the process with those of the settings file before them, if the subcommand takes
/// any.
pub(super) fn with_settings(arguments: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
    let cli = Cli::command();
    let name = arguments.get(1).map(|name| name.to_string_lossy().into_owned());
    let command = name.and_then(|name| cli.find_subcommand(name).cloned());
    let takes_settings = |command: &Command| {
        command.get_arguments().any(|argument| argument.get_long() == Some("config"))
    };
    let Some(command) = command.filter(takes_settings) else { return Ok(arguments) };
    let is_help = arguments.iter().any(|a| a == "--help" || a == "-h");
    // Doctor tells what is wrong with the file, and must start for that; so must help.
    if is_help || command.get_name() == "doctor" {
        return Ok(arguments);
    }
    match File::find(named(&arguments).as_deref())? {
        Some(file) => file.before(&command, arguments),
        None => Ok(arguments),
    }
}

/// What `--config` names.
fn named(arguments: &[OsString]) -> Option<PathBuf> {
    let mut before = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = before.next() {
        if argument == "--config" {
            return before.next().map(PathBuf::from);
        }
        if let Some(path) = argument.to_str().and_then(|a| a.strip_prefix("--config=")) {
            return Some(PathBuf::from(path));
        }
    }
    None
}

/// Writes the settings file where it is looked for, if there is none; gives the path.
pub(super) fn init() -> Result<PathBuf, Failure> {
    let none =
        || Failure::failed("there is no home folder; rlm-lang settings > FILE, then --config FILE");
    let path = usual_path().ok_or_else(none)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
    }
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
    match file.and_then(|mut file| file.write_all(template().as_bytes())) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Failure::failed(format!("{} is there already; it stays as it is", path.display())))
        }
        Err(error) => Err(Failure::file("write", &path, &error)),
    }
}

/// A settings file with every key, its meaning and its default, all of it commented out.
pub(super) fn template() -> String {
    let mut out = String::from(
        "# Settings of rlm-lang: what flags would say, for every run. Flags come before the environment,\n\
         # which comes before this file. Keys of servers do not belong here: they are read from\n\
         # OPENAI_API_KEY, ANTHROPIC_API_KEY and GEMINI_API_KEY.\n",
    );
    let (all, mut heading) = (settings(), None);
    for setting in &all {
        if setting.get_help_heading() != heading {
            heading = setting.get_help_heading();
            out.push_str(&format!("\n# {}\n", heading.unwrap_or_default()));
        }
        let key = setting.get_long().unwrap_or_default().replace('-', "_");
        let help = setting.get_help().map(ToString::to_string).unwrap_or_default();
        out.push_str(&format!(
            "\n# {}\n# {key} = {}\n",
            help.replace('\n', "\n# "),
            usual(setting)
        ));
    }
    out
}

/// The default of a setting as TOML, or what stands for it.
fn usual(setting: &Arg) -> String {
    if matches!(setting.get_action(), ArgAction::SetTrue) {
        return "false".to_string();
    }
    let default = setting.get_default_values().first().map(|value| value.to_string_lossy());
    let name = setting.get_value_names().and_then(|names| names.first());
    match default {
        Some(number) if number.parse::<f64>().is_ok() => number.into_owned(),
        Some(text) => format!("{text:?}"),
        None => format!("\"{}\"", name.map(ToString::to_string).unwrap_or_default()),
    }
}
