//! A run that was stopped goes on: with the answer of the undisturbed run, and nothing paid twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::fake_server::{FakeServer, Recorded, Script};
use crate::support::faults::Fault;
use crate::support::process::{ends, err, fenced, folder_with, out, rlm, run, script};
use crate::{events, of_kind};

/// A run of 200 calls: at the same time, one after another, dependent, and by children.
fn long_run(latency: u64) -> Script {
    let first = "\
rs = [ask(f\"CALL {i}\") for i in range(68)]
def twice(i) { return ask(f\"SECOND {ask(f'FIRST {i}')}\") }
ds = [twice(i) for i in range(30)]
print(len(rs), budget()[\"calls_left\"] > 0)";
    let second = "\
kids = [recurse(f\"CHILD {i}?\", f\"text {i}\") for i in range(10)]
ls = []
for i in range(20) { ls.append(ask(f\"LOOP {i} after {len(ls)}\")) }
answer(\", \".join(rs + ds + kids + ls))";
    let child = "\
parts = [ask(f\"PART {i} of $1\") for i in range(3)]
print(parts)";
    Script::new()
        .rule(r"^CALL (\d+)", "reply $1")
        .rule(r"^FIRST (\d+)", "one $1")
        .rule(r"^SECOND (.+)", "two $1")
        .rule(r"^LOOP (\d+) after", "loop $1")
        .rule(r"^PART (\d+) of (\d+)", "part $1.$2")
        .rule(r"CHILD (\d+)\?", &fenced(child))
        .rule(r"(?s)^\[turn 1 of .*part \d+\.\d+", &fenced("answer(\"+\".join(parts))"))
        .turn(&fenced(first))
        .turn(&fenced(second))
        .latency(Duration::from_millis(latency))
}

fn start(folder: &Path, server: &FakeServer) -> Child {
    rlm(folder)
        .args(["ask", "what?", "--base-url", &server.url(), "--trace", "t.jsonl", "-q"])
        .args(["--concurrency", "8"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// How often each call of a program was asked, by its prompt.
fn asked(server: &FakeServer) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for request in server.requests() {
        let messages = request.body["messages"].as_array().unwrap().clone();
        let last = messages.last().unwrap()["content"].as_str().unwrap();
        *counts.entry(format!("{} {last}", messages.len())).or_default() += 1;
    }
    counts
}

/// The prompts of calls whose replies are in the record.
fn finished(record: &Path) -> BTreeSet<String> {
    let calls = of_kind(record, "call").into_iter().filter(|call| call["reply"].is_string());
    calls.map(|call| format!("1 {}", call["instruction"].as_str().unwrap())).collect()
}

/// Numbers that look random and are always the same.
fn random(seed: u64) -> u64 {
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 32)
}

#[test]
fn killed_at_any_moment_it_ends_with_the_same_answer_and_pays_nothing_twice() {
    const KILLS: u64 = 50;
    let undisturbed = long_run(2).start();
    let folder = folder_with(&[]);
    let begun = Instant::now();
    let url = undisturbed.url();
    let args = ["ask", "what?", "--base-url", &url, "--trace", "u.jsonl", "-q"];
    let whole = run(folder.path(), &[&args[..], &["--concurrency", "8"]].concat());
    let duration = begun.elapsed();
    ends(&whole, 0, &[]);
    let calls = of_kind(&folder.path().join("u.jsonl"), "call").len();
    let turns = of_kind(&folder.path().join("u.jsonl"), "turn").len();
    assert_eq!((calls, turns), (178, 22));
    let mut in_the_middle = 0;
    for round in 0..KILLS {
        let server = long_run(2).start();
        let folder = folder_with(&[]);
        let record = folder.path().join("t.jsonl");
        let mut process = start(folder.path(), &server);
        let most = u64::try_from(duration.as_micros()).unwrap();
        std::thread::sleep(Duration::from_micros(random(round) % most));
        process.kill().unwrap();
        process.wait().unwrap();
        if events(&record).is_empty() {
            continue;
        }
        let paid = finished(&record);
        let was_finished = events(&record).last().unwrap()["event"] == "answer";
        in_the_middle += u64::from(!paid.is_empty() && !was_finished);
        let resumed = rlm(folder.path()).args(["resume", "t.jsonl", "-q"]).output().unwrap();
        ends(&resumed, 0, &[]);
        assert_eq!(out(&resumed), out(&whole), "round {round}");
        let counts = asked(&server);
        for prompt in &paid {
            assert_eq!(counts.get(prompt), Some(&1), "round {round}: {prompt}");
        }
        assert!(counts.values().all(|count| *count <= 2), "round {round}: {counts:?}");
        // Whatever arrived is counted, also what was on its way; beyond that what was about to be sent.
        let of_root = |request: &Recorded| {
            let first = request.body["messages"][1]["content"].as_str();
            first.is_some_and(|text| text.starts_with("Question: what?"))
        };
        let arrived = server.requests().iter().filter(|request| !of_root(request)).count();
        let counted = events(&record).last().unwrap()["totals"]["calls"].as_u64().unwrap();
        let counted = usize::try_from(counted).unwrap();
        assert!((arrived..=arrived + 8).contains(&counted), "round {round}: {arrived} {counted}");
        // Each event is there once, whichever process wrote it; a request may be sent twice.
        let mut lines = events(&record);
        lines.retain(|line| line["event"] != "sent");
        let count = lines.len();
        let different: BTreeSet<String> = lines
            .iter_mut()
            .map(|line| {
                line.as_object_mut().unwrap().remove("elapsed");
                line.to_string()
            })
            .collect();
        assert_eq!(different.len(), count, "round {round}");
        assert_eq!(of_kind(&record, "call").len(), calls, "round {round}");
        if round % 10 == 0 {
            let again = run(folder.path(), &["replay", "t.jsonl", "-q"]);
            assert_eq!(out(&again), out(&whole), "{}", err(&again));
        }
    }
    assert!(in_the_middle >= KILLS / 4, "only {in_the_middle} were killed in the middle");
}

#[test]
fn a_torn_last_line_is_cut_off() {
    let server = long_run(0).start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "what?", "--base-url", &url, "--trace", "t.jsonl", "-q"];
    let whole = run(folder.path(), &args);
    ends(&whole, 0, &[]);
    let record = folder.path().join("t.jsonl");
    let bytes = std::fs::read(&record).unwrap();
    for cut in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 10] {
        std::fs::write(&record, &bytes[..cut]).unwrap();
        let resumed = run(folder.path(), &["resume", "t.jsonl", "-q"]);
        ends(&resumed, 0, &[]);
        assert_eq!(out(&resumed), out(&whole), "cut at {cut}");
        assert!(events(&record).iter().any(|event| event["event"] == "resumed"));
    }
}

#[test]
fn ctrl_c_stops_in_order_and_the_run_goes_on() {
    let server = Script::new()
        .turn(&fenced("answer = \"so far\"\nx = ask(\"SLOW\")\nanswer(x)"))
        .rule("^SLOW", "slow reply")
        .latency(Duration::from_millis(700))
        .start();
    let folder = folder_with(&[]);
    let process = rlm(folder.path())
        .args(["ask", "q", "--base-url", &server.url(), "--trace", "t.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while server.arrived() < 2 && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = process.wait_with_output().unwrap();
    ends(&output, 130, &["interrupted", "to go on: rlm-lang resume t.jsonl"]);
    assert_eq!(out(&output), "so far\n");
    // The interrupted run can be replayed as it was.
    let again = run(folder.path(), &["replay", "t.jsonl"]);
    ends(&again, 130, &["interrupted"]);
    assert_eq!(out(&again), "so far\n");
    let resumed = run(folder.path(), &["resume", "t.jsonl"]);
    ends(&resumed, 0, &[]);
    assert_eq!(out(&resumed), "slow reply\n");
    assert_eq!(server.arrived(), 3, "the turn was paid for once");
    let again = run(folder.path(), &["replay", "t.jsonl"]);
    assert_eq!(out(&again), "slow reply\n", "{}", err(&again));
}

#[test]
fn a_raised_limit_lets_the_run_go_on() {
    let code = "rs = [ask(f\"Q {i}\") for i in range(6)]\nanswer(\", \".join(rs))";
    let server = Script::new().turn(&fenced(code)).rule(r"^Q (\d)", "a$1").start();
    let folder = folder_with(&[]);
    let url = server.url();
    let base = ["ask", "q", "--base-url", &url, "--trace", "t.jsonl", "--max-turns", "1"];
    let first = run(folder.path(), &[&base[..], &["--max-calls", "4"]].concat());
    ends(&first, 3, &["rlm-lang resume t.jsonl"]);
    let still = run(folder.path(), &["resume", "t.jsonl"]);
    ends(&still, 3, &["--max-turns"]);
    let resumed =
        run(folder.path(), &["resume", "t.jsonl", "--max-calls", "10", "--max-turns", "5"]);
    ends(&resumed, 0, &[]);
    assert_eq!(out(&resumed), "a0, a1, a2, a3, a4, a5\n");
    let again = run(folder.path(), &["replay", "t.jsonl"]);
    ends(&again, 0, &[]);
    assert_eq!(out(&again), out(&resumed));
}

#[test]
fn a_network_that_went_away_is_asked_again_and_only_for_what_is_missing() {
    let turns = [
        fenced("rs = [ask(f\"Q {i}\") for i in range(8)]\nprint([bool(r) for r in rs])"),
        fenced("answer(\", \".join(rs))"),
    ];
    let script = || {
        let script = Script::new().turn(&turns[0]).turn(&turns[1]);
        script.rule(r"^Q (\d)", "a$1")
    };
    // Calls 4 to 7 and the second turn meet a server that refuses everybody.
    let locked =
        |last: &str| last.starts_with("[turn 1") || ('4'..='7').any(|d| last == format!("Q {d}"));
    let away = script()
        .faults(move |arrival| locked(&arrival.last).then_some(Fault::Status(401, "{}")))
        .start();
    let folder = folder_with(&[]);
    let url = away.url();
    let first = run(folder.path(), &["ask", "q", "--base-url", &url, "--trace", "t.jsonl"]);
    ends(&first, 1, &["rlm-lang resume t.jsonl"]);
    // The failed run is replayed as it was.
    ends(&run(folder.path(), &["replay", "t.jsonl"]), 1, &["401"]);
    let back = script().start();
    let url = back.url();
    let resumed = run(folder.path(), &["resume", "t.jsonl", "--base-url", &url]);
    ends(&resumed, 0, &[]);
    assert_eq!(out(&resumed), "a0, a1, a2, a3, a4, a5, a6, a7\n");
    // Four calls and the second turn.
    assert_eq!(back.arrived(), 5);
    let again = run(folder.path(), &["replay", "t.jsonl"]);
    assert_eq!(out(&again), out(&resumed), "{}", err(&again));
}

#[test]
fn a_record_in_use_is_left_alone() {
    let server =
        Script::new().turn(&fenced("answer(1)")).latency(Duration::from_millis(1500)).start();
    let folder = folder_with(&[]);
    let mut process = start(folder.path(), &server);
    let begun = Instant::now();
    while events(&folder.path().join("t.jsonl")).is_empty() && begun.elapsed().as_secs() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    ends(&run(folder.path(), &["resume", "t.jsonl"]), 1, &["still going on"]);
    assert!(process.wait().unwrap().success());
}

#[test]
fn a_scripted_run_is_resumed_from_elsewhere() {
    let turns = script(&[&fenced("n = len(context)\nprint(n)"), &fenced("answer(n)")]);
    let folder = folder_with(&[("a.txt", "12345"), ("s.txt", &turns)]);
    let args = ["ask", "q", "a.txt", "--model", "script:s.txt", "--max-turns", "1"];
    // The second reply of the script serves as the last answer: unfinished.
    ends(&run(folder.path(), &args), 3, &["resume 20"]);
    let elsewhere = folder_with(&[]);
    let resumed = rlm(elsewhere.path())
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .args(["resume", "last", "--max-turns", "3"])
        .output()
        .unwrap();
    ends(&resumed, 0, &[]);
    assert_eq!(out(&resumed), "5\n");
}
