//! Where the commands of a page run: a copy of what a reader has, and nobody outside.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::fake_server::{FakeServer, Script};

/// What readers have in front of them.
const CHECKOUT: &[&str] =
    &["README.md", "Cargo.toml", "docs", "examples", "grammar", "lang", "stdlib", "runtime"];

/// Commands that are shown and not run here, by how they begin: they run this test themselves, or wait
/// for a person, or are run by another test (`tests/library.rs` runs the examples).
const NOT_RUN: &[&str] = &[
    "cargo test",
    "cargo bench",
    "cargo fuzz",
    "cargo install",
    "RUSTC_BOOTSTRAP=1 cargo fuzz",
    "cargo run --release --example",
    ".ci/run",
    "tests/bench/run.py",
    "tests/interop/run",
    "UPDATE=1 cargo",
];

/// A folder, an environment and a model server for one page.
pub struct Shell {
    folder: TempDir,
    server: FakeServer,
}

/// What a command did.
pub struct Output {
    /// Both streams, as they came.
    pub text: String,
    pub code: i32,
}

impl Shell {
    pub fn new(root: &Path) -> Shell {
        let folder = TempDir::new().unwrap();
        for name in CHECKOUT {
            copy(&root.join(name), &folder.path().join(name));
        }
        let program = "Plan.\n```rlm\nanswer(f\"{len(context)} characters\")\n```";
        // Whoever was taught the language is to write a program, anyone else is asked for a text.
        let reply = move |body: &Value, _: &str| {
            let taught = body.to_string().contains("```rlm");
            Some(if taught { program } else { "Fine." }.to_string())
        };
        let server = Script::new().respond(reply).start();
        Shell { folder, server }
    }

    /// Runs a line, or a block, of a shell.
    pub fn run(&self, commands: &str) -> Output {
        let url = self.server.url();
        let local = url.trim_end_matches("/v1");
        let is_run = |line: &&str| !NOT_RUN.iter().any(|start| line.starts_with(start));
        let wanted: Vec<&str> = commands.lines().filter(is_run).collect();
        let script = wanted
            .join("\n")
            .replace("cargo run --release -- ", "rlm-lang ")
            .replace("http://localhost:8080", local);
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_rlm-lang"));
        let path = std::env::var("PATH").unwrap_or_default();
        let home = self.folder.path().join(".home");
        let mut command = Command::new("sh");
        command.arg("-ec").arg(format!("exec 2>&1\n{script}"));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("PATH", format!("{}:{path}", binary.parent().unwrap().display()));
        command.env("HOME", &home).env("XDG_STATE_HOME", home.join("state"));
        command.env("NO_COLOR", "1").env("COLUMNS", "100").env_remove("RLM_MODEL");
        // A page that forgets to say where its server is must not reach a real one.
        command.env("OPENAI_BASE_URL", &url).env("HTTPS_PROXY", "http://127.0.0.1:9");
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).replace(local, "http://localhost:8080");
        Output { text, code: output.status.code().unwrap_or(-1) }
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else if from.exists() {
        std::fs::copy(from, to).unwrap();
    }
}
