//! The command line as it can be written. One table: parser, help and completions come from it.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use rlm_lang_std::prompt::Variant;

/// Ask questions about inputs of any size: a model writes small programs that search, slice and
/// call models on pieces.
#[derive(Debug, Parser)]
#[command(name = "rlm-lang", version, disable_help_subcommand = true, after_help = FIRST_STEPS)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What stands below the list of commands.
const FIRST_STEPS: &str = "\
First steps:
  rlm-lang ask \"Why did the deploy fail?\" logs/ --model gpt-5      with OPENAI_API_KEY set
  rlm-lang ask \"Who is the murderer?\" novel.txt --base-url http://localhost:8080/v1
                                                                  with a local server
  rlm-lang run -e 'for h in grep(r\"error\")[:5] { print(cite(h), h) }' app.log
                                                                  a program of your own, no model
  rlm-lang doctor                                                 what is configured, and does it work

rlm-lang COMMAND --help says more about each command.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Answer a question: a model writes programs until it answers.
    ///
    /// The answer goes to standard output, progress to standard error.
    Ask(Ask),
    /// Run a program.
    ///
    /// Prints and the answer go to standard output.
    Run(Run),
    /// Show what a run did: its turns, programs, calls, what they cost, and the answer.
    ///
    /// Without RUN the newest runs are listed. Runs of `ask` are recorded by themselves.
    Inspect(Inspect),
    /// Do a recorded run again without any model, and compare it with the record.
    ///
    /// Standard output and the exit code are those of the run; 1 if the run is not as recorded.
    Replay(Replay),
    /// Go on with a recorded run that was stopped: by Ctrl-C, a limit, a crash, a lost network.
    ///
    /// Nothing that was paid for is asked again. Options raise limits or name another model.
    Resume(Resume),
    /// Tell whether the texts that the answer of a run cites are still in the input.
    ///
    /// Each is ok, moved, changed or gone. The exit code is 1 if a text is in the input no more.
    Verify(Verify),
    /// Write programs by hand: variables stay, the last value is shown.
    Repl(Repl),
    /// Find the errors of a program without running it.
    Check(Check),
    /// Write programs in canonical form.
    Fmt(Fmt),
    /// Show what a builtin does; all of them without a name.
    Doc(Doc),
    /// Write the grammar of the canonical form, for constrained decoding and editors.
    Grammar(Grammar),
    /// Show the system prompt that teaches a model the language.
    Prompt(Prompt),
    /// Look at what is configured, and whether the models can be reached.
    ///
    /// Nothing is asked of a model, so nothing is paid. Keys are never shown. The exit code is 1 if
    /// something that is configured does not work.
    Doctor(Doctor),
    /// Write a settings file with every key, its meaning and its default.
    ///
    /// It goes to standard output, or with --init to where it is looked for.
    Settings(Settings),
    /// Write completions for a shell.
    ///
    /// For bash: rlm-lang completions bash > ~/.local/share/bash-completion/completions/rlm-lang
    Completions(Completions),
    /// Write the manual: one page to standard output, or all pages into a folder.
    Man(Man),
}

/// What a run reads.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// Files, folders, globs, or - for standard input.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    /// The same as PATH; for scripts that put paths first.
    #[arg(short, long = "context", value_name = "PATH")]
    pub context: Vec<String>,

    /// Take every file of a folder: also ignored, hidden and binary ones.
    #[arg(long)]
    pub all: bool,

    /// Read large files instead of mapping them (for files that may shrink meanwhile).
    #[arg(long)]
    pub no_mmap: bool,
}

/// Which models are used, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Models")]
pub(super) struct Models {
    /// Read settings from this file instead of the usual one; rlm-lang settings shows what it may hold.
    #[arg(long, value_name = "FILE", help_heading = "Options")]
    pub config: Option<PathBuf>,

    /// The model that writes programs; script:FILE plays replies from a file. [env: RLM_MODEL]
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,

    /// The model that programs call; the root model if left out. [env: RLM_SUB_MODEL]
    #[arg(long, value_name = "NAME")]
    pub sub_model: Option<String>,

    /// Where the server is, such as http://localhost:8080/v1; /v1 may be left out. [env: OPENAI_BASE_URL]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,

    /// Where the server of the sub-model is; the same if left out.
    #[arg(long, value_name = "URL")]
    pub sub_base_url: Option<String>,

    /// The server's protocol; guessed from model and URL if left out.
    #[arg(long, value_name = "API", value_parser = ["openai", "anthropic", "gemini"])]
    pub api: Option<String>,

    /// The protocol of the sub-model's server.
    #[arg(long, value_name = "API", value_parser = ["openai", "anthropic", "gemini"])]
    pub sub_api: Option<String>,

    /// Tokens that the models' windows hold; known ones come from the table of prices.
    #[arg(long, value_name = "TOKENS", value_parser = super::settings::positive)]
    pub window: Option<u64>,

    /// Prices and windows of models, as TOML; its rows come before the shipped ones.
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,

    /// How models learn the language: small is shorter and plainer, no-calls leaves out model calls.
    #[arg(long, value_name = "VARIANT", default_value = "full", value_parser = variants())]
    pub prompt: Variant,

    /// Keep replies in a folder and take them from there [env: RLM_CACHE].
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub cache: Option<PathBuf>,

    /// Requests in flight at once, over the whole run [default: 16].
    #[arg(long, value_name = "N", value_parser = super::settings::whole::<usize>)]
    pub concurrency: Option<usize>,

    /// Wait for whole replies of the root model instead of reading them as they come.
    #[arg(long)]
    pub no_stream: bool,

    /// How long a server may send nothing; local models may need long for a long prompt.
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = super::settings::duration)]
    pub idle_timeout: std::time::Duration,

    /// How often a request that failed is sent again.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = super::settings::whole::<u32>)]
    pub retries: u32,
}

/// What a run may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// Turns of the root and of each child; then one more request asks for the answer [default: 30].
    #[arg(long, value_name = "N", value_parser = super::settings::positive)]
    pub max_turns: Option<u64>,

    /// How deep recurse(...) may nest; 0 makes it a plain model call [default: 1].
    #[arg(long, value_name = "N", value_parser = super::settings::whole::<u32>)]
    pub max_depth: Option<u32>,

    /// Model calls of programs, children included [default: 1000].
    #[arg(long, value_name = "N", value_parser = super::settings::whole::<u64>)]
    pub max_calls: Option<u64>,

    /// Tokens in and out.
    #[arg(long, value_name = "N", value_parser = super::settings::whole::<u64>)]
    pub max_tokens: Option<u64>,

    /// US dollars, by the table of prices; needs a known price of every model.
    #[arg(long, value_name = "USD", value_parser = super::settings::usd)]
    pub max_cost: Option<f64>,

    /// Wall time: 90, 90s, 15m, 2h.
    #[arg(long, value_name = "TIME", value_parser = super::settings::duration)]
    pub max_time: Option<std::time::Duration>,

    /// Steps after which a program is ended [default: 2,000,000,000].
    #[arg(long, value_name = "N", value_parser = super::settings::whole::<u64>)]
    pub max_steps: Option<u64>,

    /// Megabytes of values after which a program is ended [default: 2048].
    #[arg(long, value_name = "MB", value_parser = super::settings::whole::<usize>)]
    pub max_memory: Option<usize>,
}

/// Where results go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// Write the answer to a file, exactly, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Print one JSON object with the answer, its sources and what the run used.
    #[arg(long)]
    pub json: bool,

    /// Show programs and their results as they come; twice: calls too.
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// No progress on standard error.
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct Ask {
    /// The question; left out with --question-file.
    #[arg(value_name = "QUESTION")]
    pub question: Option<String>,

    #[command(flatten)]
    pub inputs: Inputs,

    /// Read the question from a file (- for standard input).
    #[arg(long, value_name = "FILE")]
    pub question_file: Option<PathBuf>,

    #[command(flatten)]
    pub models: Models,

    #[command(flatten)]
    pub limits: LimitArgs,

    /// Send an input that fits the root model's window in one call, without programs.
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = ["auto", "always", "never"])]
    pub direct: String,

    #[command(flatten)]
    pub output: Output,

    #[command(flatten)]
    pub record: RecordArgs,

    /// Keep the program: the statements that the answer needed, for run on other input.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// What is written down of a run.
#[derive(Debug, Args)]
pub(super) struct RecordArgs {
    /// Record the run in this file instead of one in the folder of all runs. [env: RLM_RUNS]
    #[arg(long, visible_alias = "record", value_name = "FILE")]
    pub trace: Option<PathBuf>,

    /// Keep no record: the run can be neither resumed nor replayed.
    #[arg(long, conflicts_with = "trace")]
    pub no_record: bool,
}

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The record: a file, the beginning of a run's name, or last; left out, the newest runs are listed.
    #[arg(value_name = "RUN")]
    pub run: Option<String>,

    /// All of one turn: 3, or 1.2 for turn 2 of child 1.
    #[arg(long, value_name = "TURN", group = "view", requires = "run")]
    pub turn: Option<String>,

    /// A table of all model calls of programs; with --failed, of those that failed.
    #[arg(long, conflicts_with = "view", requires = "run")]
    pub calls: bool,

    /// Everything that failed: replies, programs, calls.
    #[arg(long, conflicts_with = "view", requires = "run")]
    pub failed: bool,

    /// The program that the answer needed, as --save writes it.
    #[arg(long, group = "view", requires = "run")]
    pub program: bool,

    /// What is different in another run: programs, answer, cost.
    #[arg(long, value_name = "RUN2", group = "view", requires = "run")]
    pub diff: Option<String>,

    /// Walk the run: a tree at the left, what is selected at the right; ? shows the keys.
    #[arg(short, long, visible_alias = "tui", group = "view", requires = "run")]
    pub interactive: bool,

    /// Write a log as the official implementation does, for its viewer; - for standard output.
    #[arg(long, value_name = "FILE", group = "view", requires = "run")]
    pub export_official: Option<PathBuf>,

    /// Write a page to look at in a browser, in one file: timeline, calls, what was read of each document.
    #[arg(long, value_name = "FILE", group = "view", requires = "run")]
    pub html: Option<PathBuf>,

    /// One JSON object with everything (docs/inspect.md); the list of runs without RUN.
    #[arg(long, group = "view")]
    pub json: bool,

    /// Runs that are listed.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, conflicts_with = "run", value_parser = super::settings::whole::<usize>)]
    pub limit: usize,

    /// Prices of models, as TOML; its rows come before the shipped ones.
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The record: a file, the beginning of a run's name, or last.
    #[arg(value_name = "RUN")]
    pub run: String,

    /// Where the input is now, if it moved.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    #[command(flatten)]
    pub output: Output,

    /// Record the replay in this file.
    #[arg(long, visible_alias = "record", value_name = "FILE")]
    pub trace: Option<PathBuf>,

    /// Keep the program: the statements that the answer needed, for run on other input.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The record: a file, the beginning of a run's name, or last.
    #[arg(value_name = "RUN")]
    pub run: String,

    /// Where the input is now, if it moved.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    /// Write JSON: each citation with its standing.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Resume {
    /// The record: a file, the beginning of a run's name, or last.
    #[arg(value_name = "RUN")]
    pub run: String,

    /// Where the input is now, if it moved.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    #[command(flatten)]
    pub models: Models,

    #[command(flatten)]
    pub limits: LimitArgs,

    #[command(flatten)]
    pub output: Output,

    /// Keep the program: the statements that the answer needed, for run on other input.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// The program's file, or - for standard input.
    #[arg(value_name = "PROGRAM", required_unless_present = "execute")]
    pub program: Option<String>,

    #[command(flatten)]
    pub inputs: Inputs,

    /// Run this text instead of a file.
    #[arg(short, long, value_name = "CODE")]
    pub execute: Option<String>,

    /// What `question` is in the program.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub question: String,

    #[command(flatten)]
    pub models: Models,

    #[command(flatten)]
    pub limits: LimitArgs,

    #[command(flatten)]
    pub output: Output,

    /// Record model calls in this file.
    #[arg(long, visible_alias = "trace", value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Take the replies of models from a record: of this program, or of the question it was saved from.
    #[arg(long, value_name = "RUN")]
    pub replay: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Repl {
    #[command(flatten)]
    pub inputs: Inputs,

    /// What `question` is in programs.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub question: String,

    #[command(flatten)]
    pub models: Models,

    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The program's file, or - for standard input.
    #[arg(value_name = "PROGRAM", required_unless_present = "execute")]
    pub program: Option<String>,

    /// Check this text instead of a file.
    #[arg(short, long, value_name = "CODE", conflicts_with = "program")]
    pub execute: Option<String>,

    /// Print findings as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Prompt {
    /// The number of calls that the prompt speaks of.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub max_calls: u64,

    /// Without recurse(...).
    #[arg(long)]
    pub no_recursion: bool,

    /// Which text: small is shorter and plainer, no-calls leaves out model calls.
    #[arg(long, value_name = "VARIANT", default_value = "full", value_parser = variants())]
    pub variant: Variant,
}

/// The variants of the system prompt by name.
fn variants() -> impl TypedValueParser<Value = Variant> {
    let names = Variant::ALL.iter().map(|variant| variant.name());
    PossibleValuesParser::new(names).map(|name| Variant::named(&name).unwrap_or_default())
}

#[derive(Debug, Args)]
pub(super) struct Fmt {
    /// The programs' files; - writes standard input to standard output.
    #[arg(value_name = "PROGRAM", required = true)]
    pub programs: Vec<String>,

    /// Change nothing; exit with 1 if a file is not in canonical form.
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub(super) struct Doc {
    /// The name of a function or method.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Grammar {
    /// Which notation.
    #[arg(long, value_name = "FORMAT", value_parser = ["lark", "gbnf", "ebnf", "textmate", "tree-sitter", "highlights"])]
    pub format: String,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub models: Models,
}

#[derive(Debug, Args)]
pub(super) struct Settings {
    /// Write the file where it is looked for; one that is there stays as it is.
    #[arg(long)]
    pub init: bool,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell.
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write a page for each command into this folder.
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}
