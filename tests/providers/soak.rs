//! A server that lies in every way it knows, to one request in five.

use super::*;
use serde_json::Value;
use std::collections::HashSet;
use support::fake_server::{Recorded, Script};
use support::faults::{ALL, Fault};

/// Asks for `count` numbers, and again for those that failed: what a program does that wants all.
fn program(count: usize, rounds: usize) -> String {
    format!(
        r#"
total = 0
failed = 0
for round in range({rounds}) {{
    got = {{}}
    for attempt in range(5) {{
        missing = [i for i in range(1, {count} + 1) if i not in got]
        replies = [ask(f"item {{round}} {{i}}", schema="int") for i in missing]
        for i, reply in zip(missing, replies) {{
            if reply {{ got[i] = reply }} else {{ failed += 1 }}
        }}
    }}
    total += sum(got.values()) if len(got) == {count} else 0
    print(round, failed)
}}
answer(total)
"#
    )
}

fn lying_server() -> Script {
    Script::new().rule(r"^item \d+ (\d+)", r#"{"value": $1}"#).faults(Fault::mixed(20, &ALL))
}

/// What the server said a reply used, in tokens in.
fn told_input(request: &Recorded) -> u64 {
    match request.fault {
        None => request.body.to_string().len() as u64 / 4,
        Some(Fault::NoUsage) => 0,
        // Made-up replies state a size of 400 bytes.
        Some(_) => 100,
    }
}

#[test]
fn a_thousand_calls_to_a_server_that_lies_end_right_and_are_each_counted_once() {
    const CALLS: usize = 1000;
    let folder = tempfile::tempdir().unwrap();
    let script = format!("```rlm\n{}\n```", program(CALLS, 1));
    std::fs::write(folder.path().join("s.txt"), script).unwrap();
    let server = lying_server().start();
    let output = rlm(folder.path())
        .args(["ask", "q", "--model", "script:s.txt", "--sub-model", "m", "--json"])
        .args(["--sub-base-url", &server.url(), "--idle-timeout", "3", "--concurrency", "64"])
        .args(["--max-calls", "5000", "--trace", "t.jsonl"])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["answer"], (CALLS * (CALLS + 1) / 2).to_string(), "{shown}");

    // The server's count of whole replies, the ledger and the trace agree.
    let sent = server.requests();
    let of = |wanted: &dyn Fn(&Fault) -> bool| {
        sent.iter().filter(|r| r.fault.as_ref().is_some_and(wanted)).count()
    };
    let replies: Vec<&Recorded> =
        sent.iter().filter(|r| r.fault.as_ref().is_none_or(Fault::is_a_reply)).collect();
    assert!(sent.len() - server.answered() > CALLS / 10, "only {} requests", sent.len());
    let kinds: HashSet<String> =
        sent.iter().filter_map(|r| r.fault.as_ref()).map(|f| format!("{f:?}")).collect();
    assert_eq!(kinds.len(), ALL.len(), "not every fault was met: {kinds:?}");
    let trace = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    let events: Vec<Value> = trace.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let calls: Vec<&Value> = events.iter().filter(|e| e["event"] == "call").collect();
    let (made, failed) = (calls.len(), calls.iter().filter(|c| c.get("failure").is_some()).count());
    // Cut-off data was paid for, but is no reply; nothing else fails for good.
    assert_eq!(failed, of(&|fault| *fault == Fault::Truncated));
    assert_eq!(made - failed, replies.len() - failed);
    assert_eq!(answer["totals"]["calls"], made, "{}", answer["totals"]);
    let input: u64 = calls.iter().filter_map(|c| c["usage"]["input"].as_u64()).sum();
    assert_eq!(input, replies.iter().map(|r| told_input(r)).sum::<u64>());
}

/// Resident memory of a process, in bytes.
fn resident(pid: u32) -> Option<u64> {
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    Some(pages.split_whitespace().nth(1)?.parse::<u64>().ok()? * 4096)
}

/// `cargo test --release --test providers -- --ignored --nocapture soak`
#[test]
#[ignore = "100,000 calls take minutes; run by hand, on Linux"]
#[allow(clippy::print_stdout)] // its figures are what it is for
fn soak_of_a_hundred_thousand_calls_with_flat_memory() {
    // Each round ends with a few calls that fail several times: long ones keep the server busy.
    const ROUNDS: usize = 10;
    const EACH: usize = 10_000;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.rlm"), program(EACH, ROUNDS)).unwrap();
    let server = lying_server().forget().start();
    let started = std::time::Instant::now();
    let mut child = rlm(folder.path())
        .args(["run", "p.rlm", "--model", "m", "--base-url", &server.url()])
        .args(["--idle-timeout", "2", "--concurrency", "128", "--max-calls", "1000000"])
        .args(["--max-steps", "1000000000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut samples = Vec::new();
    while child.try_wait().unwrap().is_none() {
        if let Some(bytes) = resident(child.id()) {
            samples.push(bytes);
            if samples.len() % 20 == 0 {
                let (seconds, mb) = (started.elapsed().as_secs(), bytes >> 20);
                println!("{seconds:5} s  {:7} requests  {mb:4} MB", server.arrived());
            }
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let want = ROUNDS * EACH * (EACH + 1) / 2;
    assert_eq!(printed.lines().last(), Some(want.to_string().as_str()), "{printed}");
    // The first fifth fills pools and buffers.
    let rest = &samples[samples.len() / 5..];
    let mean = |part: &[u64]| part.iter().sum::<u64>() / part.len().max(1) as u64;
    let (early, late) = (mean(&rest[..rest.len() / 4]), mean(&rest[rest.len() * 3 / 4..]));
    println!(
        "{} requests in {:?}; memory {} MB early, {} MB late, {} MB at most",
        server.arrived(),
        started.elapsed(),
        early >> 20,
        late >> 20,
        samples.iter().max().unwrap_or(&0) >> 20,
    );
    assert!(late <= early * 13 / 10, "memory grows from {early} to {late} bytes");
}
