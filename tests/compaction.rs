//! Histories that fill the model's window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::fake_server::Script;
use support::process::{ends, err, fenced, folder_with, out, run, script};

/// A server whose model prints in every turn, sums up when asked, and searches its history at the end.
fn talkative(last: &str) -> Script {
    Script::new()
        .rule("Write the summary", "SUMMARY: found is 7.")
        .rule(last, &fenced("hits = grep(\"NOTE 1\", history)\nanswer([found, len(hits)])"))
        .rule("^(Question|\\[turn)", &fenced("found = 7\nprint(\"NOTE 1\", context)"))
}

#[test]
fn a_full_history_is_compacted_and_stays_searchable() {
    let text = "some words to fill the window with\n".repeat(60);
    let folder = folder_with(&[("a.txt", &text)]);
    let server = talkative("compacted 2 times").start();
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--direct", "never", "--window", "6000"];
    let output = run(folder.path(), &args);
    ends(&output, 0, &["history compacted, time 1", "history compacted, time 2"]);
    let found: Vec<u64> = serde_json::from_str(out(&output).trim()).unwrap();
    // Every turn before printed the note once, and its program names it once.
    let turns = server.requests().len() as u64 - 3;
    assert_eq!(found, [7, 2 * turns], "{}", err(&output));
    for request in server.requests() {
        let size = request.body["messages"].to_string().len();
        assert!(size / 4 < 6000, "{size}");
    }
    // The record holds the summaries: the run can be done again without the server.
    let asked = server.arrived();
    let again = run(folder.path(), &["replay", "last"]);
    assert_eq!(out(&again), out(&output), "{}", err(&again));
    assert_eq!(server.arrived(), asked);
    let last = server.requests().last().unwrap().body["messages"].clone();
    assert_eq!(last.as_array().unwrap().len(), 2, "{last}");
    let text = last[1]["content"].as_str().unwrap();
    assert!(text.starts_with("Question: q\n"), "{text}");
    assert!(
        text.contains("Do not repeat work") && text.ends_with("SUMMARY: found is 7."),
        "{text}"
    );
}

#[test]
fn after_three_times_the_window_ends_the_run() {
    let text = "some words to fill the window with\n".repeat(60);
    let folder = folder_with(&[("a.txt", &text)]);
    let server = talkative("nothing says this").start();
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--direct", "never", "--window", "6000"];
    let output = run(folder.path(), &[&args[..], &["--max-turns", "100"]].concat());
    ends(&output, 3, &["time 3", "the model's window of 6000 tokens is full"]);
    assert!(!err(&output).contains("time 4"), "{}", err(&output));
}

#[test]
fn a_script_s_history_is_compacted_too() {
    let print = fenced("print(context)");
    let turns = [print.as_str(), &print, &print, "All that was printed are words."];
    let after = "=== chat compacted 1 time ===\n=== turn ===\n".to_string()
        + &fenced("answer(len(history))");
    let script = script(&turns) + &after;
    let text = "some words to fill the window with\n".repeat(100);
    let folder = folder_with(&[("a.txt", &text), ("s.txt", &script)]);
    let args = ["ask", "q", "a.txt", "--model", "script:s.txt", "--window", "WINDOW"];
    let run_with = |window: &str| {
        let mut args = args;
        args[6] = window;
        run(folder.path(), &args)
    };
    // Windows that three turns fill to 85 %: found by trying, as the prompt may change.
    let all_turns = |output: &std::process::Output| {
        let length = out(output).trim().parse::<usize>().unwrap_or(0);
        output.status.success() && length > 3 * text.len()
    };
    let outputs: Vec<_> = (4_000..12_000).step_by(250).map(|n| run_with(&n.to_string())).collect();
    let compacted = outputs.iter().find(|output| all_turns(output)).expect("one fits");
    ends(compacted, 0, &["history compacted, time 1"]);
}
