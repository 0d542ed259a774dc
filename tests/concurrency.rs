//! `--concurrency` bounds the requests of the whole tree, and loops and items use what it allows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::process::{Command, Output};
use std::time::Duration;

use support::fake_server::{Arrival, FakeServer, Script};
use support::faults::Fault;

fn rlm(server: &FakeServer, args: &[&str]) -> Output {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.txt"), "some text\n").unwrap();
    Command::new(env!("CARGO_BIN_EXE_rlm-lang"))
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .env_remove("OPENAI_API_KEY")
        .args(args)
        .args(["--base-url", &server.url()])
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn fenced(code: &str) -> String {
    format!("```rlm\n{code}\n```")
}

/// Three levels of engines: four children of the root, four of each of those, each of which makes four calls.
#[test]
fn the_bound_holds_over_three_levels() {
    let low = fenced("answer(\"\".join([ask(f\"LEAF {i} of {question}\") for i in range(4)]))");
    let middle = fenced(
        "answer(\"\".join([recurse(f\"LOW {i} of {question}\", context) for i in range(4)]))",
    );
    let top = fenced("answer(\"\".join([recurse(f\"MIDDLE {i}\", context) for i in range(4)]))");
    let server = Script::new()
        .rule("LEAF", "x")
        .rule("LOW", &low)
        .rule("MIDDLE", &middle)
        .rule("TOP", &top)
        .latency(Duration::from_millis(15))
        .start();
    let bound = 6;
    let args = ["ask", "TOP", "a.txt", "--direct", "never", "--max-depth", "2"];
    let output = rlm(&server, &[&args[..], &["--concurrency", &bound.to_string()]].concat());
    assert_eq!(out(&output).trim(), "x".repeat(64));
    assert_eq!(server.arrived(), 1 + 4 + 16 + 64);
    assert_eq!(server.most_in_flight(), bound);
}

#[test]
fn a_loop_uses_the_bound_and_stops_with_break() {
    let server = Script::new().rule(r"^q (\d+)", "r$1").latency(Duration::from_millis(30)).start();
    let code = "\
found = []
for i in range(40) {
    found.append(ask(f\"q {i}\"))
    if i == 20 { break }
}
answer(found)";
    let output = rlm(&server, &["run", "-e", code, "--concurrency", "5"]);
    let expected: Vec<String> = (0..=20).map(|i| format!("\"r{i}\"")).collect();
    assert_eq!(out(&output).trim(), format!("[{}]", expected.join(", ")));
    assert_eq!(server.most_in_flight(), 5);
    // Of the calls that `break` gave up only those on their way were sent.
    assert!(server.arrived() <= 21 + 20, "{}", server.arrived());
}

/// The window of a loop doubles with its rounds, up to what may be in flight, so a loop that goes on keeps
/// all of that busy, and one that breaks off early has sent little.
#[test]
fn a_long_loop_fills_the_bound() {
    let code = "n = 0\nfor i in range(300) { n += len(ask(f\"q {i}\")) }\nanswer(n)";
    let server = Script::new().otherwise("x").latency(Duration::from_millis(20)).start();
    let output = rlm(&server, &["run", "-e", code, "--concurrency", "40"]);
    assert_eq!(out(&output).trim(), "300");
    assert_eq!(server.arrived(), 300);
    let most = server.most_in_flight();
    assert!((17..=40).contains(&most), "{most}");
    // At round 4 eight rounds are looked at ahead, however many may be in flight.
    let code = "for i in range(300) {\nx = ask(f\"q {i}\")\nif i == 4 { break }\n}\nanswer(x)";
    let server = Script::new().otherwise("x").start();
    assert_eq!(out(&rlm(&server, &["run", "-e", code, "--concurrency", "40"])).trim(), "x");
    assert!((5..=12).contains(&server.arrived()), "{}", server.arrived());
}

#[test]
fn calls_that_were_never_sent_are_given_back() {
    // Of the loop's calls only the first is ever answered.
    let later = |arrival: &Arrival| arrival.last.starts_with("q ") && arrival.last != "q 0";
    let server = Script::new()
        .otherwise("yes")
        .faults(move |arrival| later(arrival).then_some(Fault::StalledHeaders))
        .start();
    let code = "\
for i in range(30) {
    if ask(f\"q {i}\") == \"yes\" { break }
}
rest = [ask(f\"rest {i}\") for i in range(15)]
answer(len(rest))";
    // One call at a time: the seven started ahead are given back by `break`, up to one on its way.
    let args = ["run", "-e", code, "--concurrency", "1", "--max-calls", "18"];
    assert_eq!(out(&rlm(&server, &args)).trim(), "15");
}

#[test]
fn functions_of_functions_run_at_once_at_depth() {
    let server = Script::new()
        .rule(r"^leaf (\d+)", "v$1")
        .rule(r"^then (v\d+)", "w$1")
        .latency(Duration::from_millis(20))
        .start();
    let code = "\
def leaf(i) { return ask(f\"then {ask(f\"leaf {i}\")}\") }
def down(i, n) { return leaf(i) if n == 0 else down(i, n - 1) }
answer(list(map(lambda i: down(i, 60), range(12))))";
    let output = rlm(&server, &["run", "-e", code, "--concurrency", "12"]);
    let expected: Vec<String> = (0..12).map(|i| format!("\"wv{i}\"")).collect();
    assert_eq!(out(&output).trim(), format!("[{}]", expected.join(", ")));
    assert_eq!(server.most_in_flight(), 12);
}
