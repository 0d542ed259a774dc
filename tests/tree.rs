//! A tree of engines of depth 3 with 16 children at once: its limits are those of the whole tree, and they
//! hold while all of it runs at the same time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::process::Output;

use support::fake_server::{FakeServer, Script};
use support::faults::Fault;
use support::process::{ends, err, fenced, folder_with, json, run};

/// One dollar a token, in and out.
const DOLLAR: &str = "[models]\n\"m\" = { input = 1000000, output = 1000000 }\n";

/// The root starts 16 children, each of them two, each of those two; every engine takes two turns.
fn tree() -> Script {
    let below = |level: u32, children: u32| {
        format!(
            "rs = [recurse(f\"L{level} {{question}}.{{i}}\", context[i:i+9]) for i in range({children})]\nprint(len(rs))"
        )
    };
    Script::new()
        .rule("^Question: root", &fenced(&below(1, 16)))
        .rule("^Question: L1", &fenced(&below(2, 2)))
        .rule("^Question: L2", &fenced(&below(3, 2)))
        .rule("^Question: L3", &fenced("print(context)"))
        .rule("^\\[turn 1 of", &fenced("answer(len(context))"))
}

/// Requests and children of the whole tree: 16 + 32 + 64 children of two turns each.
const CHILD_TURNS: u64 = 2 * (16 + 32 + 64);

fn ask(server: &FakeServer, extra: &[&str]) -> Output {
    let folder = folder_with(&[("a.txt", &"word ".repeat(50)), ("p.toml", DOLLAR)]);
    let url = server.url();
    let args = ["ask", "root", "a.txt", "--base-url", &url, "--model", "m", "--prices", "p.toml"];
    let rest = ["--max-depth", "3", "--json", "-q", "--concurrency", "16"];
    run(folder.path(), &[&args[..], &rest, extra].concat())
}

/// The requests of each engine, by its question: questions are unique in this tree.
fn requests_by_engine(server: &FakeServer) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for request in server.requests() {
        let list = request.body["messages"].as_array().unwrap().clone();
        let first = list.iter().find(|m| m["role"] == "user").unwrap()["content"].as_str().unwrap();
        *counts.entry(first.lines().next().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// The ledger counted each answer that the server gave, once.
fn assert_all_counted(server: &FakeServer, output: &Output) {
    let totals = json(output)["totals"].clone();
    let (input, out): (Vec<u64>, Vec<u64>) = server.told().into_iter().unzip();
    assert_eq!(totals["input_tokens"], input.iter().sum::<u64>(), "{totals}");
    assert_eq!(totals["output_tokens"], out.iter().sum::<u64>(), "{totals}");
    assert_eq!(totals["turns"], server.answered() as u64, "{totals}");
}

#[test]
fn the_whole_tree_runs() {
    let server = tree().start();
    let output = ask(&server, &[]);
    ends(&output, 0, &[]);
    assert_eq!(server.arrived() as u64, CHILD_TURNS + 2);
    assert_eq!(json(&output)["totals"]["calls"], CHILD_TURNS);
    assert!(server.most_in_flight() <= 16, "{}", server.most_in_flight());
    assert!(server.most_in_flight() >= 8, "{}", server.most_in_flight());
    assert_all_counted(&server, &output);
}

#[test]
fn calls_hold_exactly() {
    for most in [1, 40, 100] {
        let server = tree().start();
        let output = ask(&server, &["--max-calls", &most.to_string()]);
        let calls = json(&output)["totals"]["calls"].as_u64().unwrap();
        let root = requests_by_engine(&server)["Question: root"];
        assert!(calls <= most, "{calls} of {most}");
        // Nothing was given back here: every call that was reserved was made.
        assert_eq!(server.arrived() as u64 - root, calls, "{}", err(&output));
        if most > 1 {
            assert_eq!(calls, most, "more was wanted: {}", err(&output));
        }
        assert_all_counted(&server, &output);
    }
}

#[test]
fn turns_hold_exactly_in_every_engine() {
    // Nobody ever answers.
    let below = |level: u32, children: u32| {
        fenced(&format!(
            "rs = [recurse(f\"L{level} {{question}}.{{i}}\", context) for i in range({children})]"
        ))
    };
    let server = Script::new()
        .rule("^\\[turn", &fenced("print(1)"))
        .rule("^Question: root", &below(1, 16))
        .rule("^Question: L1", &below(2, 2))
        .rule("^Question: L2", &fenced("print(context)"))
        .start();
    let output = ask(&server, &["--max-turns", "3"]);
    ends(&output, 3, &["all 3 turns"]);
    let engines = requests_by_engine(&server);
    assert_eq!(engines.len(), 1 + 16 + 32);
    // Three turns, and one more request for the answer.
    assert!(engines.values().all(|&requests| requests == 4), "{engines:?}");
}

#[test]
fn tokens_and_cost_hold_in_the_tree() {
    let whole = {
        let server = tree().start();
        ends(&ask(&server, &[]), 0, &[]);
        server.told().iter().map(|(input, output)| input + output).sum::<u64>()
    };
    let most = whole / 2;
    for flag in ["--max-tokens", "--max-cost"] {
        let server = tree().start();
        let output = ask(&server, &[flag, &most.to_string()]);
        ends(&output, 3, &["would pass the limit", flag]);
        let used: u64 = server.told().iter().map(|(input, output)| input + output).sum();
        // No request here uses more than the largest of its kind before.
        assert!(used <= most, "{flag}: {used} of {most}");
        assert!(used >= most * 8 / 10, "{flag}: {used} of {most}");
        assert_all_counted(&server, &output);
    }
}

#[test]
fn a_child_that_fails_harms_no_other() {
    let broken = |arrival: &support::fake_server::Arrival| {
        arrival
            .last
            .starts_with("Question: L1.3")
            .then_some(Fault::Status(400, "{\"error\": \"no\"}"))
    };
    let code = "\
rs = [recurse(f\"L1.{i}\", context) for i in range(16)]
answer([len([r for r in rs if r]), [i for i in range(16) if not rs[i]]])";
    let server = Script::new()
        .rule("^Question: root", &fenced(code))
        .rule("^Question: L1", &fenced("answer(len(context))"))
        .faults(broken)
        .start();
    let output = ask(&server, &[]);
    ends(&output, 0, &[]);
    let value = json(&output)["value"].clone();
    assert_eq!(value, serde_json::json!([15, [3]]), "{}", err(&output));
}

#[test]
fn a_child_that_stops_at_a_limit_is_told_of() {
    let server = Script::new()
        .rule("^Question: root", &fenced("r = recurse(\"L1\", context)\nprint(r)"))
        .rule("Give your best answer now", "perhaps 7")
        .rule("^Question: L1", &fenced("print(1)"))
        .start();
    let output = ask(&server, &["--max-turns", "1"]);
    ends(&output, 3, &["the only turn"]);
    let last = server.requests().last().unwrap().body["messages"].to_string();
    assert!(last.contains("perhaps 7"), "{last}");
    assert!(last.contains("did not finish (the only turn is used"), "{last}");
}
