//! Work that a program gives up, and work that is another one when a run goes on.

use std::time::Duration;

use crate::events;
use crate::support::fake_server::Script;
use crate::support::faults::Fault;
use crate::support::process::{ends, err, fenced, folder_with, json, out, run};

/// An item fails while children of other items are at work: they stop, and the run can be replayed.
#[test]
fn children_of_items_that_are_given_up_stop() {
    let work = "\
def f(i) {
    if i == 0 { x = ask(\"QUICK\"); return 1 / 0 }
    return recurse(f\"SLOW {i}?\", context)
}
rs = [f(i) for i in range(4)]";
    let server = Script::new()
        .rule("^QUICK", "now")
        .rule("^NEXT", "later")
        // Left alone, a child would go on for all its turns.
        .rule(r"SLOW \d\?", &fenced("print(len(context))"))
        .rule(r"^\[turn \d+ of [^\n]*\n=+\n4\n", &fenced("print(len(context))"))
        .turn(&fenced(work))
        .turn(&fenced("ns = [ask(f\"NEXT {i}\") for i in range(8)]\nprint(len(ns))"))
        .turn(&fenced("answer(len(ns))"))
        .latency(Duration::from_millis(30))
        .start();
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let args =
        ["ask", "q", "a.txt", "--base-url", &url, "--trace", "t.jsonl", "--concurrency", "4"];
    let first = run(folder.path(), &args);
    ends(&first, 0, &[]);
    assert_eq!(out(&first), "8\n");
    // Root: three turns; items: one call, at most two turns of each child, and eight calls.
    assert!(server.arrived() <= 3 + 1 + 6 + 8, "{}", server.arrived());
    drop(server);
    for _ in 0..3 {
        let again = run(folder.path(), &["replay", "t.jsonl"]);
        ends(&again, 0, &[]);
        assert_eq!(out(&again), out(&first));
    }
}

/// Calls that a loop started ahead and gave up are in no record: a replay does without.
#[test]
fn a_loop_that_stopped_early_is_replayed() {
    let code = "\
found = []
for i in range(40) {
    found.append(ask(f\"q {i}\"))
    if i == 20 { break }
}
answer(len(found))";
    let server = Script::new().rule("^q", "r").latency(Duration::from_millis(5)).start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["run", "-e", code, "--concurrency", "5"];
    let first = run(folder.path(), &[&args[..], &["--base-url", &url, "--record", "t"]].concat());
    ends(&first, 0, &[]);
    drop(server);
    let again = run(folder.path(), &[&args[..], &["--replay", "t"]].concat());
    ends(&again, 0, &[]);
    assert_eq!(out(&again), "21\n", "{}", err(&again));
}

/// What failed for good fails in a replay, too.
#[test]
fn a_failed_call_is_replayed_as_one() {
    let code = "x = ask(\"FAIL\")\nanswer([bool(x), ask(\"ok\")])";
    let server = Script::new()
        .rule("^ok", "fine")
        .faults(|arrival| {
            let fails = arrival.last.starts_with("FAIL");
            fails.then_some(Fault::Status(400, "{\"error\":{\"message\":\"no such thing\"}}"))
        })
        .start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["run", "-e", code];
    let first = run(folder.path(), &[&args[..], &["--base-url", &url, "--record", "t"]].concat());
    ends(&first, 0, &[]);
    drop(server);
    let again = run(folder.path(), &[&args[..], &["--replay", "t"]].concat());
    assert_eq!(out(&again), out(&first), "{}", err(&again));
}

/// A child is asked another question when the run goes on: its recorded answer is not taken for that.
#[test]
fn a_child_with_another_question_is_asked_anew() {
    let denied = "{\"error\":{\"message\":\"not now\"}}";
    let work = "p = ask(\"OLD\")\nr = recurse(f\"CH {bool(p)}?\", context)\nprint(r)";
    let server = Script::new()
        .rule("^OLD", "old")
        .rule(r"CH (\w+)\?", &fenced("print(len(context))\nanswer(\"about $1\")"))
        .turn(&fenced(work))
        .turn(&fenced("answer(r)"))
        .faults(move |arrival| {
            // The first try of the first call, and of the second turn, is denied.
            let first = arrival.last.starts_with("OLD") || arrival.last.starts_with("[turn 1 of");
            (first && arrival.seen == 0 && arrival.number < 5).then_some(Fault::Status(401, denied))
        })
        .start();
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--trace", "t.jsonl", "--json"];
    ends(&run(folder.path(), &args), 1, &[]);
    let resumed = run(folder.path(), &["resume", "t.jsonl", "--json"]);
    ends(&resumed, 0, &[]);
    assert_eq!(json(&resumed)["answer"], "about True", "{}", err(&resumed));
    assert!(events(&folder.path().join("t.jsonl")).iter().any(|e| e["event"] == "diverged"));
}
