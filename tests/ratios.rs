//! How close a run comes to what the model's latency allows. Measurements take a quiet machine and an
//! optimised build, so they run only when asked for:
//!
//! ```text
//! cargo test --release --test ratios -- --ignored --nocapture --test-threads 1
//! ```
//!
//! Each figure is the best of several runs of the real binary against the scripted server of the tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // figures are what it is for

mod support;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use support::fake_server::{FakeServer, Script};

const RUNS: usize = 5;

/// The best wall time of the binary with these arguments, whose output is checked.
fn best(server: &FakeServer, args: &[&str], expected: &str) -> Duration {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.txt"), "some text\n").unwrap();
    let run = || {
        let started = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_rlm-lang"))
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .args(args)
            .args(["--base-url", &server.url()])
            .output()
            .unwrap();
        let elapsed = started.elapsed();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(text.trim(), expected, "{}", String::from_utf8_lossy(&output.stderr));
        elapsed
    };
    (0..RUNS).map(|_| run()).min().unwrap()
}

/// The time of the process without any calls, for what the calls add to it.
fn empty(server: &FakeServer) -> Duration {
    best(server, &["run", "-e", "answer(1)"], "1")
}

const CALLS: u32 = 1000;

fn run_calls(server: &FakeServer, code: &str, concurrency: u32) -> Duration {
    let concurrency = concurrency.to_string();
    best(server, &["run", "-e", code, "--concurrency", &concurrency], &CALLS.to_string())
}

/// The same calls by nothing but the HTTP client: what is left of the time is the client's, the server's and
/// the machine's.
fn bare(server: &FakeServer, concurrency: u32) -> Duration {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let url = format!("{}/v1/chat/completions", server.url());
    let once = || {
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let started = Instant::now();
        runtime.block_on(async {
            let places = Arc::new(Semaphore::new(concurrency as usize));
            let mut calls = JoinSet::new();
            for call in 0..CALLS {
                let place = places.clone().acquire_owned().await.unwrap();
                let message = serde_json::json!({"role": "user", "content": format!("q {call}")});
                let body = serde_json::json!({"model": "m", "messages": [message]}).to_string();
                let request = client.post(&url).body(body);
                calls.spawn(async move {
                    let reply = request.send().await.unwrap().bytes().await.unwrap();
                    drop(place);
                    assert!(!reply.is_empty());
                });
            }
            while let Some(call) = calls.join_next().await {
                call.unwrap();
            }
        });
        started.elapsed()
    };
    (0..RUNS).map(|_| once()).min().unwrap()
}

#[test]
#[ignore = "a measurement; see the top of the file"]
fn a_thousand_calls_take_little_more_than_their_latency() {
    let latency = Duration::from_millis(50);
    let server = Script::new().otherwise("x").latency(latency).forget().start();
    let start = empty(&server);
    let item = "answer(len([ask(f\"q {i}\") for i in range(1000)]))";
    let round = "n = 0\nfor i in range(1000) { n += len(ask(f\"q {i}\")) }\nanswer(n)";
    for (concurrency, goal) in [(16, 1.05), (64, 1.1), (256, 1.2)] {
        let ideal = latency * CALLS.div_ceil(concurrency);
        let floor = bare(&server, concurrency).as_secs_f64() / ideal.as_secs_f64();
        println!("1,000 calls at 50 ms, {concurrency} in flight, bare client: {floor:.3} of ideal");
        for (form, code) in [("comprehension", item), ("loop", round)] {
            let took = run_calls(&server, code, concurrency).saturating_sub(start);
            let ratio = took.as_secs_f64() / ideal.as_secs_f64();
            println!("1,000 calls at 50 ms, {concurrency} in flight, {form}: {ratio:.3} of ideal");
            // A loop needs a few rounds until its window is as wide as the bound.
            assert!(form == "loop" || ratio <= goal, "{ratio} is more than {goal}");
        }
    }
}

#[test]
#[ignore = "a measurement; see the top of the file"]
fn a_call_costs_little_by_itself() {
    let server = Script::new().otherwise("x").forget().start();
    let start = empty(&server);
    let code = "answer(len([ask(f\"q {i}\") for i in range(1000)]))";
    let took = run_calls(&server, code, 64).saturating_sub(start);
    // The server's own time on the same cores is in it.
    println!("1,000 calls at 0 ms: {:.3} ms each", took.as_secs_f64());
}

#[test]
#[ignore = "a measurement; see the top of the file"]
fn children_start_quickly() {
    let first = "```rlm\nn = len(context)\nprint(n)\n```";
    let second = "```rlm\nanswer(n)\n```";
    let top = "```rlm\nanswer(len([recurse(f\"CHILD {i}\", context) for i in range(100)]))\n```";
    // A child's turn is told by its number of messages; the root's question has a rule of its own.
    let server = Script::new().rule("TOP", top).turn(first).turn(second).forget().start();
    let args = ["ask", "TOP", "a.txt", "--direct", "never", "--concurrency", "64"];
    let took = best(&server, &args, "100").saturating_sub(empty(&server));
    println!("100 children of two turns at 0 ms: {:.3} s", took.as_secs_f64());
}
