//! The binary as a process, in a folder of its own and without models from the environment.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The binary with an environment that names no model.
pub fn rlm(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rlm-lang"));
    command.current_dir(folder);
    for name in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"] {
        command.env_remove(name);
    }
    command.env_remove("RLM_MODEL").env_remove("RLM_SUB_MODEL");
    command.env("HOME", folder).env("XDG_STATE_HOME", folder.join("state"));
    command.stdin(Stdio::null());
    command
}

/// What it does with arguments.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    rlm(folder).args(args).output().expect("the binary runs")
}

/// Its standard output.
pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Its standard error.
pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Its standard output as JSON.
pub fn json(output: &Output) -> serde_json::Value {
    let text = out(output);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{}", err(output)))
}

/// Asserts the exit code and that standard error holds all of `parts`, without a panic.
pub fn ends(output: &Output, code: i32, parts: &[&str]) {
    let text = err(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

/// A folder with files.
pub fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

/// A reply with a program.
pub fn fenced(code: &str) -> String {
    format!("Plan.\n```rlm\n{code}\n```")
}

/// A script for `--model script:FILE` with these turns.
pub fn script(turns: &[&str]) -> String {
    turns.iter().map(|turn| format!("=== turn ===\n{turn}\n")).collect()
}
