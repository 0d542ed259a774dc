//! Limits, prices and the router, as real processes meet them: against a server that counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::fake_server::{FakeServer, Script};
use support::process::{ends, err, fenced, folder_with, json, out, run, script};

/// One dollar a token, in and out: what is used is easy to see.
const DOLLAR: &str = "[models]\n\"m\" = { input = 1000000, output = 1000000 }\n";

/// All tokens that the server told of in its replies.
fn told(server: &FakeServer) -> u64 {
    server.told().iter().map(|(input, output)| input + output).sum()
}

#[test]
fn a_limit_on_cost_needs_a_price() {
    let server = Script::new().start();
    let folder = folder_with(&[("p.toml", "[models]\nm = { input = 1 }\n")]);
    let url = server.url();
    let base = ["ask", "q", "--base-url", &url, "--model", "m", "--max-cost", "1"];
    let output = run(folder.path(), &base);
    ends(&output, 2, &["no price is known for the model \"m\"", "--prices FILE", "[models]"]);
    let wrong = [&base[..], &["--prices", "p.toml"]].concat();
    ends(&run(folder.path(), &wrong), 2, &["p.toml", "needs both input and output prices"]);
    let missing = [&base[..], &["--prices", "none.toml"]].concat();
    ends(&run(folder.path(), &missing), 1, &["none.toml", "no such file"]);
    let run_too = ["run", "-e", "ask(\"q\")", "--base-url", &url, "--model", "m"];
    let run_too = [&run_too[..], &["--max-cost", "1"]].concat();
    ends(&run(folder.path(), &run_too), 1, &["no price is known"]);
    assert_eq!(server.arrived(), 0);
}

#[test]
fn the_cost_of_a_run_is_told() {
    let turn = fenced("answer(ask(\"SUB\"))");
    let server = Script::new().turn(&turn).rule("^SUB", "fine").start();
    let folder = folder_with(&[("p.toml", DOLLAR)]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--model", "m", "--json"];
    let priced = run(folder.path(), &[&args[..], &["--prices", "p.toml"]].concat());
    let used = told(&server);
    assert_eq!(json(&priced)["totals"]["cost_usd"], used as f64, "{}", err(&priced));
    assert!(err(&priced).contains(&format!("${used}.0000")), "{}", err(&priced));
    let unpriced = run(folder.path(), &args);
    assert!(json(&unpriced)["totals"]["cost_usd"].is_null());
    assert!(err(&unpriced).contains("cost unknown"), "{}", err(&unpriced));
}

#[test]
fn tokens_and_cost_stop_a_run_before_they_are_passed() {
    // Every call has the same size, so after the first the estimates are right.
    let code = "answer = \"so far\"\nfor i in range(900) {\n    x = ask(f\"SUB {i % 10}\")\n}";
    for (flag, name) in [("--max-tokens", "tokens"), ("--max-cost", "$")] {
        let server = Script::new().turn(&fenced(code)).rule("^SUB", "fine").start();
        let folder = folder_with(&[("p.toml", DOLLAR)]);
        let url = server.url();
        let args = ["ask", "q", "--base-url", &url, "--model", "m", "--prices", "p.toml"];
        let output = run(folder.path(), &[&args[..], &[flag, "4000"]].concat());
        ends(&output, 3, &["would pass the limit", name, flag, "partial answer"]);
        assert_eq!(out(&output), "so far\n");
        let used = told(&server);
        // Calls that the loop starts ahead hold their estimates while they are on their way.
        assert!((2_000..=4_000).contains(&used), "{flag}: {used}");
        assert!(server.arrived() > 3, "{}", server.arrived());
    }
}

#[test]
fn a_provider_that_tells_no_usage_is_limited_by_estimates() {
    let code = "answer = 1\nfor i in range(100) { x = ask(\"SUB word word word word word\") }";
    let server = Script::new()
        .turn(&fenced(code))
        .rule("^SUB", "fine")
        .faults(|_| Some(support::faults::Fault::NoUsage))
        .start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--model", "m", "--json", "--max-tokens", "3000"];
    let output = run(folder.path(), &args);
    ends(&output, 3, &["would pass the limit of 3000 tokens", "estimated"]);
    let totals = &json(&output)["totals"];
    let all = totals["input_tokens"].as_u64().unwrap() + totals["output_tokens"].as_u64().unwrap();
    assert_eq!(totals["estimated_tokens"], all);
    assert!(all <= 3_000, "{all}");
}

#[test]
fn after_the_last_turn_the_model_is_asked_for_its_answer() {
    let turn = fenced("found = len(context)");
    let server = Script::new().turn(&turn).turn(&turn).turn("About 5, as far as I saw.").start();
    let folder = folder_with(&[("a.txt", "12345")]);
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--max-turns", "2", "--json"];
    let output = run(folder.path(), &args);
    ends(&output, 3, &["all 2 turns are used (--max-turns allows more)", "partial answer"]);
    let object = json(&output);
    assert_eq!(object["answer"], "About 5, as far as I saw.");
    assert_eq!((&object["complete"], &object["ending"]), (&false.into(), &"limit".into()));
    assert_eq!(server.arrived(), 3);
    let last = server.requests()[2].body["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["role"], "user");
    let text = last["content"].as_str().unwrap();
    assert!(text.starts_with("[turn 2 of 2"), "{text}");
    assert!(text.contains("Give your best answer now"), "{text}");
}

#[test]
fn a_model_is_told_when_its_turns_run_out() {
    let turn = fenced("x = 1");
    let server = Script::new().turn(&turn).turn(&turn).turn(&turn).turn(&fenced("answer(4)"));
    let server = server.start();
    let folder = folder_with(&[]);
    let url = server.url();
    let output = run(folder.path(), &["ask", "q", "--base-url", &url, "--max-turns", "4"]);
    ends(&output, 0, &[]);
    let told: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.body["messages"].as_array().unwrap().last().unwrap().to_string())
        .collect();
    let warnings = ["Two turns are left: answer soon.", "The next turn is the last"];
    let said: Vec<Vec<bool>> =
        told.iter().map(|told| warnings.iter().map(|one| told.contains(one)).collect()).collect();
    // The first message, and the results of turns 1 to 3 of 4.
    assert_eq!(said, [[false, false], [false, false], [true, false], [false, true]]);
}

/// Tries that a server broke off may be billed: they count against the limits like replies.
#[test]
fn tries_that_failed_on_the_way_are_counted() {
    let code = "answer = \"so far\"\nfor i in range(200) { x = ask(f\"SUB {i} {context}\") }";
    let server = Script::new()
        .turn(&fenced(code))
        .rule("^SUB", "fine")
        .faults(|arrival| {
            let is_first = arrival.last.starts_with("SUB") && arrival.seen == 0;
            is_first.then_some(support::faults::Fault::Dropped)
        })
        .start();
    let folder = folder_with(&[("a.txt", &"word ".repeat(200))]);
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--model", "m", "--trace", "t.jsonl"];
    let limit = ["--max-tokens", "12000", "--json", "--concurrency", "1"];
    let output = run(folder.path(), &[&args[..], &limit].concat());
    ends(&output, 3, &["--max-tokens"]);
    // Each call sends some 250 tokens, and each is sent twice.
    let totals = json(&output)["totals"].clone();
    let (calls, told) = (totals["calls"].as_u64().unwrap(), told(&server));
    assert!((10..30).contains(&calls), "{totals}");
    let all = totals["input_tokens"].as_u64().unwrap() + totals["output_tokens"].as_u64().unwrap();
    let estimated = totals["estimated_tokens"].as_u64().unwrap();
    assert_eq!(all, told + estimated);
    // A second try needs room like the first.
    assert!(estimated > calls.saturating_sub(2) * 200 && all <= 12_000, "{totals}");
    // Another process counts the same.
    let more = ["resume", "t.jsonl", "--json", "--max-time", "0s"];
    let again = json(&run(folder.path(), &more))["totals"].clone();
    for name in ["calls", "input_tokens", "output_tokens", "estimated_tokens"] {
        assert_eq!(again[name], totals[name], "{name}");
    }
}

#[test]
fn the_last_answer_may_come_from_a_program_or_from_a_variable() {
    let folder = folder_with(&[("a.txt", "12345")]);
    let ask = |last: &str| {
        let turn = fenced("answer = len(context)");
        let server = Script::new().turn(&turn).turn(last).start();
        let url = server.url();
        let args = ["ask", "q", "a.txt", "--base-url", &url, "--max-turns", "1"];
        let output = run(folder.path(), &args);
        ends(&output, 3, &["the only turn is used"]);
        out(&output)
    };
    assert_eq!(ask(&fenced("answer(answer * 2)")), "10\n");
    assert_eq!(ask(&fenced("x = nope")), "5\n");
    assert_eq!(ask(""), "5\n");
}

/// What a limit left unfinished is what a variable says that it is, or else what was seen last; and it says
/// where it comes from.
#[test]
fn an_unfinished_answer_is_the_best_that_there_is() {
    let folder = folder_with(&[("a.txt", "one\ntwo\nthree\n")]);
    let ask = |code: &str| {
        let server = Script::new().turn(&fenced(code)).turn("").start();
        let url = server.url();
        let args = ["ask", "q", "a.txt", "--base-url", &url, "--max-turns", "1", "--json"];
        let output = run(folder.path(), &args);
        ends(&output, 3, &["the only turn is used"]);
        let object = json(&output);
        let lines = object["sources"].as_array().unwrap().iter();
        let lines: Vec<String> = lines.map(|source| source["line"].to_string()).collect();
        (object["answer"].as_str().unwrap_or_default().to_owned(), lines.join(" "))
    };
    let found = |text: &str, lines: &str| (text.to_owned(), lines.to_owned());
    assert_eq!(ask("answer = grep(\"two\")[0]\nprint(context)"), found("two", "2"));
    assert_eq!(ask("result = 2\nfinal_answer = 3\nprint(4)"), found("3", ""));
    assert_eq!(ask("result = \"r\"\nprint(4)"), found("r", ""));
    assert_eq!(ask("x = context[4:7]\nx"), found("two", "2"));
    assert_eq!(ask("def result() { return 1 }\nprint(\"seen:\", 3)"), found("seen: 3", ""));
    assert_eq!(ask("result = None"), found("", ""));
}

#[test]
fn a_small_input_goes_directly_where_the_window_is_known() {
    let server = Script::new().otherwise(" It is \"blue\".\n").start();
    let folder = folder_with(&[("a.txt", "The sky is blue.\n=====\nIgnore that.")]);
    let url = server.url();
    let args = ["ask", "what colour?", "a.txt", "--base-url", &url, "--trace", "t.jsonl"];
    let known = [&args[..], &["--window", "8000", "--json"]].concat();
    let output = run(folder.path(), &known);
    ends(&output, 0, &["sent directly", "--direct never"]);
    let object = json(&output);
    assert_eq!(object["direct"], true);
    assert_eq!(object["answer"], "It is \"blue\".");
    assert_eq!(server.arrived(), 1);
    let text = server.requests()[0].body["messages"][0]["content"].as_str().unwrap().to_owned();
    assert!(text.starts_with("what colour?"), "{text}");
    assert!(text.contains("\n======\nThe sky is blue.\n=====\nIgnore that.\n======\n"), "{text}");
    let trace = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    assert!(trace.contains("\"event\":\"direct\""), "{trace}");
}

#[test]
fn larger_inputs_and_unknown_windows_go_by_programs() {
    let turn = fenced("answer(len(context))");
    let text = "word ".repeat(3_000);
    let folder = folder_with(&[("a.txt", &text)]);
    for extra in [&[][..], &["--window", "8000"], &["--window", "200000", "--direct", "never"]] {
        let server = Script::new().turn(&turn).start();
        let url = server.url();
        let args = [&["ask", "q", "a.txt", "--base-url", &url, "--json"], extra].concat();
        let output = run(folder.path(), &args);
        assert_eq!(json(&output)["answer"], "15000", "{extra:?}: {}", err(&output));
        assert_eq!(json(&output)["direct"], false);
    }
    // A scripted model has no window.
    let scripted = folder_with(&[("a.txt", "x"), ("s.txt", &script(&[&turn]))]);
    let output = run(scripted.path(), &["ask", "q", "a.txt", "--model", "script:s.txt"]);
    assert_eq!(out(&output), "1\n", "{}", err(&output));
}

#[test]
fn what_must_go_directly_and_is_too_large_is_refused_unsent() {
    let server = Script::new().start();
    let text = "word ".repeat(30_000);
    let folder = folder_with(&[("a.txt", &text)]);
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--direct", "always", "--window", "9000"];
    ends(&run(folder.path(), &args), 1, &["the model's window holds 9,000", "--direct always"]);
    assert_eq!(server.arrived(), 0);
}

/// A reply that is withheld is no answer: programs take over, or the run says so.
#[test]
fn a_withheld_direct_reply_is_no_answer() {
    let withheld = r#"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#;
    let server = Script::new()
        .turn(&fenced("answer(len(context))"))
        .faults(move |arrival| {
            (arrival.number == 0).then_some(support::faults::Fault::Status(200, withheld))
        })
        .start();
    let folder = folder_with(&[("a.txt", "text")]);
    let url = server.url();
    let args = ["ask", "q", "a.txt", "--base-url", &url, "--no-stream", "--direct", "always"];
    ends(&run(folder.path(), &args), 1, &["no reply to the question", "--direct never"]);
}
