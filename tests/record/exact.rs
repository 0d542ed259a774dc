//! What was sent counts, also what was given up in the middle, in whichever process it was.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use regex::Regex;
use serde_json::Value;

use crate::of_kind;
use crate::support::fake_server::{FakeServer, Script};
use crate::support::faults::Fault;
use crate::support::process::{ends, err, fenced, folder_with, json, out, rlm, run};

/// Requests in flight at once.
const CONCURRENCY: usize = 6;

/// What a server answers, and what it has not.
#[derive(Default)]
struct Patience {
    /// Requests that are still answered.
    left: AtomicUsize,
    /// Requests that were not, from the start.
    stalled: AtomicUsize,
}

impl Patience {
    fn answer(&self, requests: usize) {
        self.left.store(requests, Ordering::SeqCst);
    }

    fn stalled(&self) -> usize {
        self.stalled.load(Ordering::SeqCst)
    }
}

/// A server that answers so many requests whose last message matches, and none of them after that; other
/// requests it answers always.
fn answers(script: Script, pattern: &str) -> (FakeServer, Arc<Patience>) {
    let patience = Arc::new(Patience::default());
    let (shared, pattern) = (patience.clone(), Regex::new(pattern).unwrap());
    let server = script
        .faults(move |arrival| {
            let take = |left: usize| left.checked_sub(1);
            let (set, get) = (Ordering::SeqCst, Ordering::SeqCst);
            let stalls = pattern.is_match(&arrival.last)
                && shared.left.fetch_update(set, get, take).is_err();
            shared.stalled.fetch_add(usize::from(stalls), Ordering::SeqCst);
            stalls.then_some(Fault::StalledHeaders)
        })
        .start();
    (server, patience)
}

/// How many requests with such a last message came.
fn seen(server: &FakeServer, pattern: &str) -> u64 {
    let pattern = Regex::new(pattern).unwrap();
    let last = |body: &Value| body["messages"].as_array().unwrap().last().unwrap().clone();
    let requests = server.requests();
    let such = |text: &Value| pattern.is_match(text["content"].as_str().unwrap());
    requests.iter().filter(|request| such(&last(&request.body))).count() as u64
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs until every place in flight is taken by a request that is not answered, then presses Ctrl-C.
fn interrupted(
    folder: &Path,
    (server, patience): (&FakeServer, &Patience),
    args: &[&str],
) -> Output {
    wait_until("the end of old requests", || server.in_flight() == 0);
    let all = patience.stalled() + CONCURRENCY;
    let process =
        rlm(folder).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("requests without an answer", || patience.stalled() == all);
    let pid = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = process.wait_with_output().unwrap();
    ends(&output, 130, &["interrupted"]);
    output
}

fn ask<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let args = ["ask", "q", "--base-url", url, "--trace", "t.jsonl", "--concurrency", "6"];
    [&args[..], more].concat()
}

/// What a run stopped and resumed three times uses, where `pattern` tells the requests that count as calls: of
/// `most` calls the first processes see 8, 7 and 5 answered and six each given up.
fn stopped_three_times(script: Script, pattern: &str, most: u64) {
    let (server, patience) = answers(script, pattern);
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let limit = most.to_string();
    let first = ask(&url, &["a.txt", "--max-calls", &limit]);
    for (round, answered) in [8, 7, 5].into_iter().enumerate() {
        patience.answer(answered);
        let args = if round == 0 { &first[..] } else { &["resume", "t.jsonl"] };
        interrupted(folder.path(), (&server, &patience), args);
    }
    patience.answer(usize::MAX);
    let last = run(folder.path(), &["resume", "t.jsonl", "--json"]);
    ends(&last, 0, &[]);
    assert_eq!(seen(&server, pattern), most, "{}", err(&last));
    let totals = &json(&last)["totals"];
    assert_eq!(totals["calls"], most);
    // What was given up is in the record, with what it probably cost.
    let record = folder.path().join("t.jsonl");
    let all = [of_kind(&record, "call"), of_kind(&record, "turn")].concat();
    let given_up: Vec<&Value> =
        all.iter().filter(|event| event["failure"]["kind"] == "cancelled").collect();
    assert_eq!(given_up.len(), 3 * CONCURRENCY);
    let counted = |event: &&Value| event["counted"]["input"].as_u64().unwrap();
    assert!(given_up.iter().all(|event| event["tries"] == 1 && counted(event) > 0));
    let estimated: u64 = given_up.iter().map(counted).sum();
    assert!(totals["estimated_tokens"].as_u64().unwrap() >= estimated, "{totals}");
    // A replay and a second resume send nothing and say the same.
    for again in ["replay", "resume"] {
        let again = run(folder.path(), &[again, "t.jsonl", "--json"]);
        assert_eq!(json(&again), json(&last), "{}", err(&again));
    }
    assert_eq!(seen(&server, pattern), most);
}

#[test]
fn calls_that_were_sent_and_interrupted_count() {
    // Whether an item calls is not certain beforehand, so that the limit is met in the middle.
    let code = "rs = [ask(f\"CALL {i}\") if i >= 0 else 0 for i in range(60)]";
    let script =
        Script::new().rule("^CALL", "fine").turn(&fenced(code)).turn(&fenced("answer(\"enough\")"));
    stopped_three_times(script, r"^CALL \d", 40);
}

#[test]
fn turns_of_children_that_were_sent_and_interrupted_count() {
    let code = "rs = [recurse(f\"CHILD {i}?\", \"text\") if i >= 0 else 0 for i in range(60)]";
    let script = Script::new()
        .rule(r"CHILD (\d+)\?", &fenced("answer(len(context))"))
        .turn(&fenced(code))
        .turn(&fenced("answer(\"enough\")"));
    stopped_three_times(script, r"CHILD \d", 40);
}

#[test]
fn calls_in_flight_when_time_is_over_count() {
    let code = "rs = [ask(f\"CALL {i}\") if i >= 0 else 0 for i in range(60)]";
    let script =
        Script::new().rule("^CALL", "fine").turn(&fenced(code)).turn(&fenced("answer(\"enough\")"));
    let (server, patience) = answers(script, r"^CALL \d");
    patience.answer(9);
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let args = ask(&url, &["a.txt", "--max-calls", "20", "--max-time", "4s"]);
    ends(&run(folder.path(), &args), 3, &["--max-time"]);
    let of = |kind: &str| {
        let calls = of_kind(&folder.path().join("t.jsonl"), "call");
        let failed = |call: &&Value| call["failure"]["kind"] == kind;
        calls.iter().filter(failed).map(|call| call["tries"].clone()).collect::<Vec<_>>()
    };
    let in_flight = of("limit_reached").iter().filter(|tries| **tries == 1).count();
    assert_eq!((in_flight, seen(&server, r"^CALL \d")), (6, 15));
    patience.answer(usize::MAX);
    let last = run(folder.path(), &["resume", "t.jsonl", "--max-time", "500s", "--json"]);
    ends(&last, 0, &[]);
    assert_eq!(seen(&server, r"^CALL \d"), 20);
    assert_eq!(json(&last)["totals"]["calls"], 20);
}

/// A loop that breaks off has sent calls ahead: they count in the next process, too, which sends more.
#[test]
fn calls_that_a_loop_gave_up_count_after_a_resume() {
    let code = "for i in range(40) { x = ask(f\"CALL {i}\")\n    if i == 2 { break } }";
    let script = Script::new()
        .rule("^CALL [012]$", "fine")
        .turn(&fenced(code))
        .turn(&fenced("y = ask(\"MORE\")\nanswer(y)"));
    let server = script
        .faults(|arrival| {
            let number = arrival.last.strip_prefix("CALL ").and_then(|n| n.parse::<u32>().ok());
            let is_last = arrival.last.contains("All turns are used");
            match number {
                Some(3..) => Some(Fault::StalledHeaders),
                _ => is_last.then_some(Fault::Status(401, "{}")),
            }
        })
        .start();
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let record = folder.path().join("t.jsonl");
    let recorded = |answered: usize| {
        let calls = of_kind(&record, "call");
        let is_given_up = |call: &&Value| call["failure"]["kind"] == "cancelled";
        let given_up = calls.iter().filter(is_given_up).count();
        assert!(given_up > 0 && calls.len() - given_up == answered, "{given_up}, {}", calls.len());
        // The last of them may have been given up before its bytes were there.
        let seen = seen(&server, r"^CALL \d") + seen(&server, "^MORE");
        assert!(seen > answered as u64 && seen <= calls.len() as u64, "{seen}, {}", calls.len());
        calls.len()
    };
    let first = run(folder.path(), &ask(&url, &["a.txt", "--max-turns", "1", "--json"]));
    ends(&first, 3, &[]);
    let made = recorded(3);
    assert_eq!(json(&first)["totals"]["calls"], made, "{}", err(&first));
    let second = run(folder.path(), &["resume", "t.jsonl", "--max-turns", "3", "--json"]);
    ends(&second, 0, &[]);
    // Whether what is read ahead was sent before the loop breaks off is a matter of time.
    assert!(recorded(4) > made);
    assert_eq!(json(&second)["totals"]["calls"], recorded(4), "{}", err(&second));
    let again = run(folder.path(), &["replay", "t.jsonl", "--json"]);
    assert_eq!(json(&again), json(&second), "{}", err(&again));
}

/// The last answer of a child that failed is asked for again by another process: as a call like others.
#[test]
fn a_last_answer_that_is_asked_for_again_counts() {
    let script = Script::new()
        .rule(r"CHILD\?", &fenced("x = 1"))
        .turn(&fenced("r = recurse(\"CHILD?\", \"text\")"));
    let server = script
        .faults(|arrival| {
            let is_last = arrival.last.contains("All turns are used");
            is_last.then_some(Fault::Status(401, "{}"))
        })
        .start();
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let args = ask(&url, &["a.txt", "--max-turns", "1", "--max-calls", "3", "--json"]);
    let mut output = run(folder.path(), &args);
    // The child's turn, and its last answer three times: one more than is allowed.
    for _ in 0..3 {
        ends(&output, 3, &[]);
        output = run(folder.path(), &["resume", "t.jsonl", "--json"]);
    }
    let by_child =
        |body: &Value| body["messages"][1]["content"].as_str().unwrap().contains("CHILD?");
    let requests = server.requests();
    assert_eq!(requests.iter().filter(|request| by_child(&request.body)).count(), 3);
    assert_eq!(json(&output)["totals"]["calls"], 3);
}

/// What was on its way when a process was killed may be billed: the next one counts it, and asks again.
#[test]
fn what_was_on_its_way_at_a_kill_counts() {
    let code = "rs = [ask(f\"CALL {i}\") for i in range(30)]\nanswer(len(rs))";
    let (server, patience) = answers(Script::new().turn(&fenced(code)), "^CALL");
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    patience.answer(10);
    let mut process = rlm(folder.path())
        .args(ask(&url, &["a.txt", "--direct", "never"]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("requests without an answer", || patience.stalled() == CONCURRENCY);
    process.kill().unwrap();
    process.wait().unwrap();
    let stopped = run(folder.path(), &["resume", "t.jsonl", "--json", "--max-time", "0s"]);
    ends(&stopped, 3, &[]);
    let totals = json(&stopped)["totals"].clone();
    assert_eq!(totals["calls"], 10 + CONCURRENCY, "{totals}");
    // A reply that came may have had no time to be written down.
    assert!(totals["failed"].as_u64().unwrap() >= CONCURRENCY as u64, "{totals}");
    assert!(totals["estimated_tokens"].as_u64().unwrap() >= CONCURRENCY as u64, "{totals}");
    patience.answer(usize::MAX);
    let last = run(folder.path(), &["resume", "t.jsonl", "--json", "--max-time", "100s"]);
    ends(&last, 0, &[]);
    assert_eq!(json(&last)["answer"], "30");
    assert_eq!(json(&last)["totals"]["calls"], seen(&server, "^CALL"), "{}", err(&last));
    let again = run(folder.path(), &["resume", "t.jsonl", "--json"]);
    assert_eq!(json(&again)["totals"], json(&last)["totals"]);
}

/// Items of a comprehension go on as replies come in. Where Ctrl-C stops them depends on timing; that a
/// replay stops them there does not.
#[test]
fn a_run_that_was_stopped_among_items_is_replayed_as_it_was() {
    let code = "\
def item(i) {
    a = ask(f\"FIRST {i}\")
    print(i, a)
    b = ask(f\"SECOND {i}\")
    print(i, b)
    return b
}
answer = \"nothing\"
rs = [item(i) for i in range(12)]
answer(len(rs))";
    for round in 0..6 {
        let (server, patience) = answers(
            Script::new()
                .rule(r"^(FIRST|SECOND) (\d+)", "reply $2")
                .turn(&fenced(code))
                .latency(Duration::from_millis(2)),
            r"^(FIRST|SECOND) \d",
        );
        patience.answer(3 + round * 3);
        let folder = folder_with(&[]);
        let url = server.url();
        let first = interrupted(folder.path(), (&server, &patience), &ask(&url, &[]));
        for _ in 0..2 {
            let again = run(folder.path(), &["replay", "t.jsonl", "--trace", "u.jsonl"]);
            ends(&again, 130, &[]);
            assert_eq!(again.stdout, first.stdout);
            let program = |name: &str| of_kind(&folder.path().join(name), "program");
            assert_eq!(program("u.jsonl"), program("t.jsonl"));
        }
        patience.answer(usize::MAX);
        let last = run(folder.path(), &["resume", "t.jsonl"]);
        ends(&last, 0, &[]);
        assert_eq!(out(&last), "12\n");
    }
}
