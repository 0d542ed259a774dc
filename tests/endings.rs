//! How runs end other than by a plain answer: answers from nowhere, texts that no window holds, stuck
//! programs and calls, Ctrl-C.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::fake_server::{FakeServer, Script};
use support::process::{ends, err, fenced, folder_with, out, rlm, run};

const FILES: &[(&str, &str)] = &[("a.txt", "one two three")];

fn ask(server: &FakeServer, extra: &[&str]) -> Output {
    let folder = folder_with(FILES);
    let url = server.url();
    let args = ["ask", "how many?", "--base-url", &url, "--model", "m"];
    run(folder.path(), &[&args[..], extra].concat())
}

/// The last message of a request.
fn last(server: &FakeServer, request: usize) -> String {
    let body = server.requests()[request].body.clone();
    body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_from_nowhere_is_refused_once() {
    let server = Script::new().turn(&fenced("answer(42)")).turn(&fenced("answer(43)")).start();
    let output = ask(&server, &["a.txt"]);
    assert_eq!(out(&output), "43\n", "{}", err(&output));
    ends(&output, 0, &[]);
    let told = last(&server, 1);
    assert!(told.contains("this answer rests on nothing"), "{told}");
    assert!(told.contains("look at context or docs first"), "{told}");
}

#[test]
fn answers_from_somewhere_stand() {
    for code in [
        "answer(len(context))",
        "answer(len(docs))",
        "answer(question)",
        "answer(len(grep(\"two\")))",
        "answer(ask(\"SUB\"))",
        "x = recurse(\"SUB\")\nanswer(1)",
    ] {
        let server = Script::new().turn(&fenced(code)).rule("SUB", "fine").start();
        ends(&ask(&server, &["a.txt", "--max-depth", "0"]), 0, &[]);
        assert!(server.arrived() <= 2, "{code}");
    }
    // What an earlier turn worked out counts, too.
    let server = Script::new().turn(&fenced("x = 6 * 7")).turn(&fenced("answer(x)")).start();
    assert_eq!(out(&ask(&server, &["a.txt"])), "42\n");
    assert_eq!(server.arrived(), 2);
    // Without an input there is nothing to look at.
    let server = Script::new().turn(&fenced("answer(42)")).start();
    assert_eq!(out(&ask(&server, &[])), "42\n");
}

#[test]
fn texts_that_no_window_holds_are_refused_unsent() {
    let text = "word ".repeat(4_000);
    let folder = folder_with(&[("a.txt", &text)]);
    for (code, fix) in [
        ("ask(\"sum\", context)", "[ask(q, c) for c in chunk(text, 5400)]"),
        ("ask(\"sum\", [context[:6000], context[6000:12000]])", "[ask(q, c) for"),
        ("ask(context)", "[ask(q, c) for"),
        ("recurse(\"sum\", context)", "[recurse(q, c) for c in chunk(text, 5400)]"),
    ] {
        let server = Script::new().turn(&fenced(code)).turn(&fenced("answer(1)")).start();
        let url = server.url();
        let args = ["ask", "q", "a.txt", "--base-url", &url, "--window", "4000"];
        let output = run(folder.path(), &[&args[..], &["--max-depth", "0"]].concat());
        ends(&output, 0, &[]);
        assert_eq!(server.arrived(), 2, "{code}: {}", err(&output));
        let told = last(&server, 1);
        assert!(told.contains("one call takes up to 10,800 characters"), "{told}");
        assert!(told.contains(fix), "{told}");
    }
}

#[test]
fn a_stuck_program_ends_with_the_run_s_time() {
    let server = Script::new().turn(&fenced("answer = 7\nwhile True { }")).start();
    let output = ask(&server, &["a.txt", "--max-time", "1s"]);
    ends(&output, 3, &["the time of 1 s is over (--max-time allows more)"]);
    assert_eq!(out(&output), "7\n");
}

#[test]
fn a_stuck_call_ends_with_the_run_s_time() {
    let code = "answer = 7\nr = ask(\"SUB\")";
    let stuck = |arrival: &support::fake_server::Arrival| {
        (arrival.last == "SUB").then_some(support::faults::Fault::StalledHeaders)
    };
    let server = Script::new().turn(&fenced(code)).faults(stuck).start();
    let output = ask(&server, &["a.txt", "--max-time", "1s"]);
    ends(&output, 3, &["the time of 1 s is over"]);
    assert_eq!(out(&output), "7\n");
}

#[test]
fn a_stuck_call_ends_when_the_server_is_silent_for_too_long() {
    let code = "r = ask(\"SUB\")\nanswer([bool(r), ask(\"FINE\")])";
    let stuck = |arrival: &support::fake_server::Arrival| {
        (arrival.last == "SUB").then_some(support::faults::Fault::StalledHeaders)
    };
    let server = Script::new().turn(&fenced(code)).rule("FINE", "fine").faults(stuck).start();
    let output = ask(&server, &["a.txt", "--idle-timeout", "0.3s", "--retries", "0"]);
    assert_eq!(out(&output), "[false, \"fine\"]\n", "{}", err(&output));
}

#[test]
fn ctrl_c_ends_the_wait_for_models() {
    // Longer than any test may take: only the signal can end the wait.
    let server = Script::new().latency(Duration::from_secs(600)).start();
    let folder = folder_with(FILES);
    let child = rlm(folder.path())
        .args(["ask", "q", "a.txt", "--base-url", &server.url()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while server.in_flight() == 0 {
        assert!(started.elapsed() < Duration::from_secs(60), "the request never came");
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {id}")]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    ends(&output, 130, &["interrupted"]);
    assert_eq!(server.answered(), 0);
}

#[test]
fn a_stuck_program_ends_by_its_own_limit() {
    let server = Script::new()
        .turn(&fenced("x = len(context)\nwhile True { }"))
        .turn(&fenced("answer(x)"))
        .start();
    let output = ask(&server, &["a.txt", "--max-steps", "100000"]);
    assert_eq!(out(&output), "13\n", "{}", err(&output));
    let told = last(&server, 1);
    assert!(told.contains("the program took more than 100000 steps"), "{told}");
    assert!(told.contains("variables: x int"), "{told}");
}
