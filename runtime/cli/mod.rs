//! The command line: one file a subcommand. [`main`] maps results to exit codes.

#![allow(clippy::print_stderr, clippy::print_stdout)] // the one place that speaks to the user

mod args;
mod ask;
mod check;
mod config;
mod doc;
mod doctor;
mod failure;
mod fmt;
mod grammar;
mod inspect;
mod pages;
mod paint;
mod progress;
mod prompt;
mod record;
mod repl;
mod replay;
mod run;
mod save;
mod screen;
mod settings;
mod verify;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::interpreter::memory;
use args::{Cli, Command};
use failure::Failure;

/// Exit codes: part of the interface, so scripts can rely on them.
mod exit {
    /// Done.
    pub(super) const DONE: u8 = 0;
    /// Failed while running.
    pub(super) const FAILED: u8 = 1;
    /// Wrong usage, or a program with static errors.
    pub(super) const USAGE: u8 = 2;
    /// Stopped by a limit; a partial answer may have been given.
    pub(super) const LIMIT: u8 = 3;
    /// Interrupted.
    pub(super) const INTERRUPTED: u8 = 130;
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match config::with_settings(std::env::args_os().collect()) {
        Ok(arguments) => arguments,
        Err(failure) => return ExitCode::from(failure.report()),
    };
    // The user's flags come after those of the settings file, and the last one counts.
    let parsed = Cli::command()
        .args_override_self(true)
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let code = match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => exit::DONE,
                _ => exit::USAGE,
            };
            // Nothing can be done when the terminal is gone.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let result = memory::on_large_stack(|| command(cli.command));
    let code = match result {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => failure.report(),
        Err(error) => {
            eprintln!("rlm-lang: {error}");
            exit::FAILED
        }
    };
    ExitCode::from(code)
}

fn command(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Ask(args) => ask::ask(args),
        Command::Run(args) => run::run(args),
        Command::Inspect(args) => inspect::inspect(&args),
        Command::Replay(args) => replay::replay(args),
        Command::Resume(args) => replay::resume(args),
        Command::Verify(args) => verify::verify(&args),
        Command::Repl(args) => repl::repl(args),
        Command::Check(args) => check::check(&args),
        Command::Fmt(args) => fmt::fmt(&args),
        Command::Doc(args) => doc::doc(&args),
        Command::Grammar(args) => grammar::grammar(&args),
        Command::Prompt(args) => prompt::prompt(&args),
        Command::Doctor(args) => doctor::doctor(args),
        Command::Settings(args) => pages::settings(&args),
        Command::Completions(args) => pages::completions(&args),
        Command::Man(args) => pages::man(&args),
    }
}
