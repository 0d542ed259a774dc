//! What makes the command line comfortable: settings, doctor, completions, pages, a terminal's progress.
//! Real processes; the network is a fake server on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // a skipped test says why

mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::fake_server::Script;
use tempfile::TempDir;

/// The binary with a home of its own and an environment that names no model.
fn rlm(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rlm-lang"));
    command.current_dir(home).stdin(Stdio::null());
    clean(&mut command, home);
    command
}

fn clean(command: &mut Command, home: &Path) {
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"] {
        command.env_remove(name);
    }
    for name in ["RLM_MODEL", "RLM_SUB_MODEL", "NO_COLOR", "RLM_RUNS"] {
        command.env_remove(name);
    }
    command.env("HOME", home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("XDG_STATE_HOME", home.join("state"));
}

fn home() -> TempDir {
    TempDir::new().unwrap()
}

fn with_settings(text: &str) -> TempDir {
    let home = home();
    std::fs::create_dir_all(home.path().join("config/rlm-lang")).unwrap();
    std::fs::write(home.path().join("config/rlm-lang/config.toml"), text).unwrap();
    home
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const ANSWER: &str = "```rlm\nanswer(\"from a script\")\n```";

#[test]
fn settings_are_flags_that_flags_and_environment_overrule() {
    let home = with_settings("model = \"script:a.script\"\nmax_turns = 7\n");
    std::fs::write(home.path().join("a.script"), ANSWER).unwrap();
    std::fs::write(home.path().join("b.script"), ANSWER.replace("a script", "b")).unwrap();
    let ask = |args: &[&str], variable: Option<&str>| {
        let mut command = rlm(home.path());
        command.arg("ask").arg("Anything?").args(args);
        command.envs(variable.map(|value| ("RLM_MODEL", value)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    assert_eq!(ask(&[], None), "from a script\n");
    assert_eq!(ask(&["--model", "script:b.script"], None), "from b\n");
    assert_eq!(ask(&[], Some("script:b.script")), "from b\n");
    assert_eq!(ask(&["--model", "script:a.script"], Some("script:b.script")), "from a script\n");
}

#[test]
fn a_named_settings_file_takes_the_place_of_the_usual_one() {
    let home = with_settings("model = \"script:missing.script\"\n");
    std::fs::write(home.path().join("a.script"), ANSWER).unwrap();
    std::fs::write(home.path().join("own.toml"), "model = \"script:a.script\"\n").unwrap();
    let run = |args: &[&str]| rlm(home.path()).args(args).output().unwrap();
    let output = run(&["ask", "Anything?", "--config", "own.toml"]);
    assert_eq!(out(&output), "from a script\n", "{}", err(&output));
    let output = run(&["ask", "Anything?", "--config=nope.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("nope.toml: no such file"), "{}", err(&output));
}

#[test]
fn wrong_settings_are_errors_that_name_file_and_key() {
    let cases = [
        ("modle = \"x\"", "modle: there is no such setting; did you mean model?"),
        ("json = true", "json: there is no such setting"),
        (
            "max_turns = \"many\"",
            "config.toml:1: max_turns: expected a whole number from 1 on, found",
        ),
        ("\nmax_turns = 0", "config.toml:2: max_turns: expected a whole number from 1 on"),
        ("max_time = \"soon\"", "expected a time such as 90s, 15m or 2h, found \"soon\""),
        ("api = \"smtp\"", "expected openai, anthropic, gemini, found \"smtp\""),
        ("model = [1]", "model: expected a text or a number, found a list"),
        ("model = \"a\"\nmodel = \"b\"", "config.toml:2: this name is set twice"),
        ("model = ", "config.toml:1: expected NAME = VALUE"),
    ];
    for (text, part) in cases {
        let home = with_settings(text);
        let output = rlm(home.path()).args(["run", "-e", "1"]).output().unwrap();
        let shown = err(&output);
        assert_eq!(output.status.code(), Some(2), "{text}: {shown}");
        assert!(shown.contains(part) && shown.contains("config.toml"), "{text}: {shown}");
        assert_eq!(shown.lines().count(), 1, "{shown}");
        // What needs no settings does not mind, and doctor tells.
        let output = rlm(home.path()).args(["doc", "grep"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let output = rlm(home.path()).arg("doctor").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(out(&output).contains(part), "{}", out(&output));
        let output = rlm(home.path()).args(["ask", "--help"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_settings_file_is_made_once() {
    let home = home();
    let init = || rlm(home.path()).args(["settings", "--init"]).output().unwrap();
    let output = init();
    let path = home.path().join("config/rlm-lang/config.toml");
    assert!(out(&output).contains("config.toml is written"), "{}", err(&output));
    let shown = rlm(home.path()).arg("settings").output().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), out(&shown));
    std::fs::write(&path, "max_turns = 3\n").unwrap();
    let output = init();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("config.toml is there already"), "{}", err(&output));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "max_turns = 3\n");
}

#[test]
fn the_settings_that_are_shown_can_all_be_used() {
    let home = home();
    let output = rlm(home.path()).arg("settings").output().unwrap();
    let text = out(&output);
    for key in ["model", "sub_model", "base_url", "api", "concurrency", "max_turns", "max_time"] {
        assert!(text.contains(&format!("\n# {key} = ")), "{key}: {text}");
    }
    let fresh = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.toml"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.toml"), &text).unwrap();
    } else {
        let how = "docs/settings.toml is stale: UPDATE=1 cargo test --test comforts";
        assert!(fresh.is_ok_and(|fresh| fresh == text), "{how}");
    }
    // Every default, taken out of its comment, is accepted.
    let is_default = |line: &&str| {
        line.strip_prefix("# ").is_some_and(|l| l.contains(" = ") && !l.ends_with("\"NAME\""))
            && !line.contains("= \"URL\"")
            && !line.contains("= \"FILE\"")
            && !line.contains("= \"API\"")
            && !line.contains("= \"TIME\"")
            && !line.contains("= \"N\"")
            && !line.contains("= \"TOKENS\"")
            && !line.contains("= \"USD\"")
            && !line.contains("= \"MB\"")
    };
    let used: Vec<&str> = text.lines().filter(is_default).map(|line| &line[2..]).collect();
    assert!(used.len() >= 4, "{used:?}");
    let home = with_settings(&used.join("\n"));
    let output = rlm(home.path()).args(["run", "-e", "print(1)"]).output().unwrap();
    assert_eq!(out(&output), "1\n", "{}", err(&output));
}

#[test]
fn doctor_says_what_is_there() {
    let home = home();
    std::fs::write(home.path().join("a.script"), ANSWER).unwrap();
    let mut command = rlm(home.path());
    command.args(["doctor", "--model", "script:a.script"]).env("OPENAI_API_KEY", "sk-secret-123");
    let output = command.output().unwrap();
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in ["ok version", "OPENAI_API_KEY is set", "GEMINI_API_KEY is not set", "ok script"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("sk-secret") && !text.contains('\u{1b}'), "{text}");
    let output = rlm(home.path()).args(["doctor", "--model", "script:b.script"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("!! ") && out(&output).contains("b.script"), "{}", out(&output));
}

#[test]
fn doctor_looks_at_servers_for_a_bounded_time() {
    let home = home();
    let doctor = |url: &str| {
        let args = ["doctor", "--base-url", url, "--model", "m"];
        let output = rlm(home.path()).args(args).env("OPENAI_API_KEY", "sk-x").output().unwrap();
        (output.status.code(), out(&output))
    };
    let (code, text) = doctor("http://127.0.0.1:9");
    assert_eq!(code, Some(1));
    assert!(text.contains("!! server") && text.contains("127.0.0.1:9"), "{text}");
    // One that takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, text) = doctor(&format!("http://{}", silent.local_addr().unwrap()));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("!! server"), "{text}");
    // One that knows no list of models is there all the same.
    let server = Script::new().start();
    let (code, text) = doctor(&server.url());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("ok server"), "{text}");
}

#[test]
fn completions_and_pages_come_from_the_table() {
    let home = home();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = rlm(home.path()).args(["completions", shell]).output().unwrap();
        let text = out(&output);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        for part in ["sub-model", "doctor", "max-turns"] {
            assert!(text.contains(part), "{shell}: {part}");
        }
    }
    let output = rlm(home.path()).arg("man").output().unwrap();
    assert!(out(&output).starts_with(".ie") || out(&output).starts_with(".TH"), "{}", out(&output));
    let output = rlm(home.path()).args(["man", "pages/man1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = std::fs::read_to_string(home.path().join("pages/man1/rlm-lang-ask.1")).unwrap();
    assert!(page.contains("max\\-turns"), "{page}");
    // A shell that reads the script knows the words.
    let bash = Command::new("bash")
        .arg("-c")
        .arg("source <(\"$0\" completions bash) && complete -p rlm-lang")
        .arg(env!("CARGO_BIN_EXE_rlm-lang"))
        .output();
    match bash {
        Ok(output) => assert!(out(&output).contains("rlm-lang"), "{}", err(&output)),
        Err(error) => println!("skipped: no bash here: {error}"),
    }
}

#[test]
fn help_is_plain_in_a_pipe_and_names_every_command() {
    let home = home();
    let text = out(&rlm(home.path()).arg("--help").output().unwrap());
    for part in ["ask", "run", "repl", "doctor", "settings", "rlm-lang ask \""] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('\u{1b}'));
}

/// Runs the binary on a terminal of 60 columns; `None` where `script` of util-linux is missing.
fn on_a_terminal(home: &Path, command: &str, color: bool) -> Option<String> {
    let mut script = Command::new("script");
    clean(&mut script, home);
    script.current_dir(home).env("TERM", "xterm-256color").stdin(Stdio::null());
    if !color {
        script.env("NO_COLOR", "1");
    }
    let binary = env!("CARGO_BIN_EXE_rlm-lang");
    let command = format!("stty cols 60 rows 24; '{binary}' {command}");
    match script.args(["-qec", &command, "/dev/null"]).output() {
        Ok(output) => Some(out(&output)),
        Err(error) => {
            println!("skipped: script(1) is not there: {error}");
            None
        }
    }
}

const SLOW: &str = "x = sum(i % 7 for i in range(3000000))\n";

#[test]
fn a_terminal_shows_what_goes_on_and_is_left_in_order() {
    let home = home();
    let turns = format!(
        "Plan: count a lot, {}\n```rlm\n{SLOW}```\n=== turn ===\n```rlm\nanswer(\"red \\u001b[31m\")\n```",
        "and say so at length ".repeat(10)
    );
    std::fs::write(home.path().join("a.script"), turns).unwrap();
    let Some(text) = on_a_terminal(home.path(), "ask 'What?' --model script:a.script", false)
    else {
        return;
    };
    assert!(text.contains("\r\u{1b}[2Kturn 1  the program is running"), "{text:?}");
    // Nothing but the status line controls the terminal, and it is gone at the end.
    let bare = text.replace("\r\u{1b}[2K", "\n");
    assert!(!bare.contains('\u{1b}'), "{text:?}");
    assert!(text.trim_end().ends_with("red \u{fffd}[31m"), "{text:?}");
    let widest = bare.lines().map(|line| line.trim_end().chars().count()).max();
    assert!(widest.is_some_and(|columns| columns < 60), "{widest:?} {text:?}");
    let colourful = on_a_terminal(home.path(), "ask 'What?' --model script:a.script -v", true);
    let text = colourful.unwrap();
    assert!(text.contains("\u{1b}[34msum\u{1b}[0m"), "{text:?}");
}

#[test]
fn pipes_get_lines_without_control_characters() {
    let home = home();
    let turns = format!("Plan: {}\n```rlm\n{SLOW}answer(1)\n```", "\u{1b}[2J\u{7}");
    std::fs::write(home.path().join("a.script"), turns).unwrap();
    for level in ["", "-v", "-vv"] {
        let mut command = rlm(home.path());
        command.args(["ask", "What?", "--model", "script:a.script"]);
        let output = command.args((!level.is_empty()).then_some(level)).output().unwrap();
        let text = err(&output);
        assert!(text.contains("turn 1: Plan: \u{fffd}[2J\u{fffd}"), "{text:?}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}
