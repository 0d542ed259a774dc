//! The REPL as a person has it: real processes, some of them on a terminal that `script` of util-linux makes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // a skipped test says why

mod support;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::process::{err, folder_with, out, rlm, script};

/// What the REPL does with lines from a pipe.
fn piped(folder: &Path, args: &[&str], typed: &str) -> Output {
    let mut command = rlm(folder);
    command.arg("repl").args(args).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn limits_are_known_before_the_first_call() {
    let folder = folder_with(&[("a.script", &(script(&["x"]) + "=== call . ===\nyes\n"))]);
    let args = ["--model", "script:a.script", "--max-depth", "2", "--max-calls", "7"];
    let output = piped(folder.path(), &args, ":limits\nask(\"a?\")\n:limits\n");
    let text = out(&output);
    let lines: Vec<&str> = text.lines().collect();
    let before =
        ["calls    0 used, 7 left", "tokens   0 used, no limit", "depth    2 left for recurse"];
    assert_eq!(lines[..3], before, "{text}{}", err(&output));
    assert_eq!((lines[3], lines[4], lines[6]), ("yes", "calls    1 used, 6 left", before[2]));
}

#[test]
fn advice_is_what_can_be_typed_here() {
    let folder = folder_with(&[("a.script", &(script(&["x"]) + "=== call . ===\nyes\n"))]);
    let typed = ":model\nask(\"a?\")\n:model gpt-5\n:model a b\n:model http://127.0.0.1:1/v1 tiny\n\
                 :model script:a.script\nask(\"a?\")\n";
    let output = piped(folder.path(), &[], typed);
    let (text, errors) = (out(&output), err(&output));
    assert_eq!(text.matches("; type :model NAME (its key").count(), 2, "{text}");
    assert!(errors.contains("; type :model NAME (its key"), "{errors}");
    assert!(text.contains("no key for the model \"gpt-5\"; type :model NAME"), "{text}");
    assert!(text.contains("expected one name after :model"), "{text}");
    assert!(text.contains("programs call tiny at http://127.0.0.1:1/v1"), "{text}");
    assert!(text.ends_with("programs call script:a.script\nyes\n"), "{text}{errors}");
    assert!(!text.contains("--model") && !errors.contains("--model"), "{text}{errors}");
}

#[test]
fn answers_name_their_sources() {
    let folder = folder_with(&[("a.txt", "one\ntwo\nthree\n")]);
    let output = piped(folder.path(), &["a.txt"], "answer(\"2\", sources=[grep(\"two\")[0]])\n");
    assert_eq!(out(&output), "answer: 2\nsource: a.txt:2\n", "{}", err(&output));
}

#[test]
fn what_is_saved_does_not_overwrite() {
    let folder = folder_with(&[("kept.rlm", "# mine\n")]);
    let output = piped(folder.path(), &[], "x = [1,2]\n:save kept.rlm\n:save new.rlm\n");
    assert!(
        err(&output).contains("kept.rlm is there already; :save! kept.rlm"),
        "{}",
        err(&output)
    );
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!((read("kept.rlm").as_str(), read("new.rlm").as_str()), ("# mine\n", "x = [1, 2]\n"));
    let output = piped(folder.path(), &[], "y = 3\n:save! kept.rlm\n");
    assert!(out(&output).contains("1 program written to kept.rlm"), "{}", err(&output));
    assert_eq!(read("kept.rlm"), "y = 3\n");
}

/// A REPL on a terminal, with what it shows.
struct Terminal {
    child: std::process::Child,
    shown: std::sync::Arc<std::sync::Mutex<String>>,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Also after a test that failed; once it has ended there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Terminal {
    /// `None` where `script` is missing.
    fn start(folder: &Path) -> Option<Terminal> {
        let mut command = Command::new("script");
        for (name, value) in rlm(folder).get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(folder).env("TERM", "xterm-256color").env("NO_COLOR", "1");
        let repl = format!("stty cols 80 rows 24; '{}' repl", env!("CARGO_BIN_EXE_rlm-lang"));
        command.args(["-qec", &repl, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                println!("skipped: script(1) is not there: {error}");
                return None;
            }
        };
        let shown = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let (mut stdout, kept) = (child.stdout.take().unwrap(), shown.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = stdout.read(&mut bytes) {
                if count == 0 {
                    break;
                }
                kept.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Some(Terminal { child, shown })
    }

    fn type_in(&mut self, keys: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(keys.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Waits until a text is shown that was not there before, and gives everything.
    fn until(&self, part: &str) -> String {
        for _ in 0..2000 {
            let shown = self.shown.lock().unwrap().clone();
            if shown.contains(part) {
                return shown;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("{part:?} is not in {:?}", self.shown.lock().unwrap());
    }

    fn end(mut self) -> String {
        assert!(self.child.wait().unwrap().success());
        self.shown.lock().unwrap().clone()
    }
}

#[test]
fn lines_that_are_typed_ahead_or_pasted_are_all_run() {
    let folder = folder_with(&[]);
    let Some(mut terminal) = Terminal::start(folder.path()) else { return };
    terminal.until("Ctrl-D ends");
    // One write, as a terminal without bracketed paste gives it; the third line is a block.
    terminal.type_in(
        "a = 40\rb = 2\rfor i in range(2) {\rb += i\r}\rprint(\"sum\", a + b - 1)\r:quit\r",
    );
    let shown = terminal.end();
    assert!(shown.contains("sum 42"), "{shown:?}");
}

#[test]
fn the_list_of_names_fits_the_screen_and_asks_nothing() {
    let folder = folder_with(&[]);
    let Some(mut terminal) = Terminal::start(folder.path()) else { return };
    terminal.until("Ctrl-D ends");
    terminal.type_in("\t\t");
    let shown = terminal.until("more: type on");
    assert!(!shown.contains("Display all") && shown.lines().count() < 30, "{shown:?}");
    terminal.type_in("grep(\t\t");
    // The parameters of the call, before anything else.
    let list = terminal.until("The most lines to return")[shown.len()..].to_string();
    let at = |part: &str| list.find(part).unwrap_or(usize::MAX);
    assert!(at("limit=  ") < at("context  "), "{list:?}");
    // What was typed ahead of Ctrl-C is dropped, as by a shell: a new line is begun first.
    terminal.type_in("\u{3}");
    terminal.until("\u{1b}[?2004l\r\n\u{1b}[?2004h");
    terminal.type_in("1 + 41\r:quit\r");
    let shown = terminal.end();
    assert!(shown.contains("42"), "{shown:?}");
}
