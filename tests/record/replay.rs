//! A replay says what the run said, and its record is the run's.

use crate::support::fake_server::Script;
use crate::support::faults::Fault;
use crate::support::process::{ends, err, fenced, folder_with, out, rlm, run, script};
use crate::{events, of_kind, only_record, sorted};

/// A server for a run with everything in it: concurrent calls, failures, schema retries, classify,
/// children.
fn busy_server() -> Script {
    let work = "\
rs = [ask(f\"CALL {i}\", docs[i % 2]) for i in range(12)]
fs = [ask(f\"FAIL {i}\") for i in range(2)]
n = ask(\"NUMBER\", schema=\"int\")
kinds = classify([f\"item {i}\" for i in range(50)], [\"x\", \"y\"], \"KIND\")
def twice(i) { return ask(f\"SECOND {ask(f'FIRST {i}')}\") }
ds = [twice(i) for i in range(5)]
kids = [recurse(f\"CHILD {i}?\", docs[0]) for i in range(4)]
print(rs, [f.reason for f in fs], n, ds, kids, budget())";
    Script::new()
        .rule(r"^CALL (\d+)", "reply $1")
        .rule(r"^NUMBER[\s\S]*An earlier reply", "42")
        .rule("^NUMBER", "I cannot say")
        .rule("KIND", "1: x\n2: y\n3: x")
        .rule(r"^FIRST (\d+)", "one $1")
        .rule(r"^SECOND (.+)", "two $1")
        .rule(r"CHILD 3\?", "no program here")
        .rule(
            r"CHILD (\d)\?",
            &fenced("x = ask(\"CALL 77\", context)\nprint(x)\nprint(len(context))"),
        )
        .rule(r"no program was found", "child prose")
        .rule(r"(?s)^\[turn 1 of .*\nreply 77\n", &fenced("answer(f\"{x} by child\")"))
        .turn(&fenced(work))
        .turn(&fenced("print(len(kinds), [k for k in kinds if k == \"x\"])\nnope = 1 / 0"))
        .turn(&fenced("answer(rs + ds + kids)"))
        .faults(|arrival| {
            let fails = arrival.last.starts_with("FAIL");
            fails.then_some(Fault::Status(400, "{\"error\":{\"message\":\"no such thing\"}}"))
        })
}

#[test]
fn a_replay_is_the_run_again_without_a_model() {
    let folder = folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n")]);
    let server = busy_server().start();
    let url = server.url();
    let args = ["ask", "what?", "a.txt", "b.txt", "--base-url", &url, "--trace", "t.jsonl"];
    let first = run(folder.path(), &[&args[..], &["--json"]].concat());
    ends(&first, 0, &[]);
    assert!(
        out(&first).contains("two one 4") && out(&first).contains("by child"),
        "{}",
        out(&first)
    );
    let asked = server.arrived();
    let record = folder.path().join("t.jsonl");
    assert_eq!(of_kind(&record, "child").len(), 4);
    assert!(of_kind(&record, "call").iter().any(|call| call["failure"]["kind"] == "refused"));

    for copy in ["r1.jsonl", "r2.jsonl"] {
        let again = run(folder.path(), &["replay", "t.jsonl", "--json", "--trace", copy]);
        ends(&again, 0, &[]);
        assert_eq!(out(&again), out(&first));
        assert_eq!(sorted(&folder.path().join(copy)), sorted(&record));
    }
    assert_eq!(server.arrived(), asked, "a replay sent something");
    // From elsewhere, and as a finished run that is resumed.
    let elsewhere = folder_with(&[]);
    let path = record.to_str().unwrap();
    let again = run(elsewhere.path(), &["replay", path, "--json"]);
    assert_eq!(out(&again), out(&first), "{}", err(&again));
    let resumed = run(folder.path(), &["resume", "t.jsonl", "--json"]);
    ends(&resumed, 0, &["finished"]);
    assert_eq!(out(&resumed), out(&first));
}

#[test]
fn every_ask_is_recorded_and_found_by_name() {
    let turns = script(&[&fenced("answer(len(context))")]);
    let folder = folder_with(&[("a.txt", "12345"), ("s.txt", &turns)]);
    let args = ["ask", "how long?", "a.txt", "--model", "script:s.txt"];
    assert_eq!(out(&run(folder.path(), &args)), "5\n");
    let record = only_record(folder.path());
    let name = record.file_stem().unwrap().to_str().unwrap().to_string();
    for meant in ["last", &name, &name[..17], record.to_str().unwrap()] {
        let again = run(folder.path(), &["replay", meant]);
        assert_eq!(out(&again), "5\n", "{meant}: {}", err(&again));
    }
    ends(&run(folder.path(), &["replay", "1999"]), 1, &["no run 1999"]);
    let other = folder_with(&[("a.txt", "12345"), ("s.txt", &turns)]);
    let silent = run(other.path(), &[&args[..], &["--no-record"]].concat());
    assert_eq!(out(&silent), "5\n");
    assert!(!other.path().join("state").exists());
}

#[test]
fn an_input_that_changed_is_named() {
    let turns = script(&[&fenced("answer(len(context))")]);
    let folder = folder_with(&[("a.txt", "12345"), ("b.txt", "x"), ("s.txt", &turns)]);
    let args = ["ask", "q", "a.txt", "b.txt", "--model", "script:s.txt", "--trace", "t.jsonl"];
    ends(&run(folder.path(), &args), 0, &[]);
    std::fs::create_dir(folder.path().join("moved")).unwrap();
    for name in ["a.txt", "b.txt"] {
        std::fs::copy(folder.path().join(name), folder.path().join("moved").join(name)).unwrap();
    }
    std::fs::write(folder.path().join("b.txt"), "y").unwrap();
    let changed = ["the document b.txt is not what it was"];
    ends(&run(folder.path(), &["replay", "t.jsonl"]), 1, &changed);
    ends(&run(folder.path(), &["resume", "t.jsonl"]), 1, &changed);
    std::fs::remove_file(folder.path().join("a.txt")).unwrap();
    ends(&run(folder.path(), &["replay", "t.jsonl"]), 1, &["a.txt", "no such file"]);
    let elsewhere = run(folder.path(), &["replay", "t.jsonl", "moved/a.txt", "moved/b.txt"]);
    // Five characters, a line break between the documents, one character.
    assert_eq!(out(&elsewhere), "7\n", "{}", err(&elsewhere));
}

#[test]
fn a_record_that_was_tampered_with_is_told() {
    let turns = script(&[&fenced("x = ask(\"SUB\")\nprint(x)"), &fenced("answer(x)")]);
    let script = format!("{turns}=== call SUB ===\nfine\n");
    let folder = folder_with(&[("s.txt", &script)]);
    let args = ["ask", "q", "--model", "script:s.txt", "--trace", "t.jsonl"];
    ends(&run(folder.path(), &args), 0, &[]);
    let text = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    let replay = |text: &str| {
        std::fs::write(folder.path().join("u.jsonl"), text).unwrap();
        run(folder.path(), &["replay", "u.jsonl"])
    };
    let other_reply = text.replace("\"reply\":\"fine\"", "\"reply\":\"bad\"");
    ends(&replay(&other_reply), 1, &["not as recorded: turn 1", "output"]);
    let other_prompt = text.replace("ask(\\\"SUB\\\")", "ask(\\\"SUP\\\")");
    ends(&replay(&other_prompt), 1, &["the prompt of the call at 1.1/1#0 is different"]);
    let call = text.lines().find(|line| line.contains("\"event\":\"call\"")).unwrap();
    let no_reply = text.replace(&format!("{call}\n"), "");
    ends(&replay(&no_reply), 1, &["no reply to the call at 1.1/1"]);
    ends(&replay("{}\n"), 1, &["no record"]);
    ends(&replay(&text.replacen("\"version\":3", "\"version\":9", 1)), 1, &["version 9"]);
    let damaged = text.replacen("{\"event\":\"result\"", "{\"event\":", 1);
    ends(&replay(&damaged), 1, &["line 7", "damaged"]);
    // A record that ends too early, and one whose last line is torn.
    let cut: String = text.lines().take(5).map(|line| format!("{line}\n")).collect();
    ends(&replay(&format!("{cut}{{\"event\":\"prog")), 1, &["ends before", "resume"]);
}

#[test]
fn endings_other_than_an_answer_are_replayed() {
    let stuck = fenced("answer = \"so far\"\nx = ask(\"SUB\")");
    let turns = script(&[&stuck, &stuck, &stuck]) + "=== call SUB ===\nfine\n";
    let folder = folder_with(&[("s.txt", &turns)]);
    for (extra, code) in [
        (&["--max-turns", "2"][..], 3),
        (&["--max-turns", "2", "--max-calls", "1"], 3),
        // The script has no fourth turn.
        (&["--max-turns", "9"], 1),
        (&["--max-time", "0s"], 3),
    ] {
        let args = ["ask", "q", "--model", "script:s.txt", "--trace", "t.jsonl"];
        let first = run(folder.path(), &[&args[..], extra].concat());
        ends(&first, code, &["rlm-lang resume t.jsonl"]);
        let again = run(folder.path(), &["replay", "t.jsonl", "--trace", "u.jsonl"]);
        ends(&again, code, &[]);
        assert_eq!(out(&again), out(&first), "{extra:?}");
        let (was, is) = (folder.path().join("t.jsonl"), folder.path().join("u.jsonl"));
        assert_eq!(sorted(&is), sorted(&was), "{extra:?}");
    }
    let prose = folder_with(&[("s.txt", &script(&["Hm.", "Blue."]))]);
    let args = ["ask", "q", "--model", "script:s.txt"];
    assert_eq!(out(&run(prose.path(), &args)), "Blue.\n");
    assert_eq!(out(&run(prose.path(), &["replay", "last"])), "Blue.\n");
}

#[test]
fn no_secret_is_recorded() {
    let open = Script::new().turn(&fenced("answer(ask(\"SUB\"))")).rule("^SUB", "ok").start();
    // It says which key it was sent.
    let locked = Script::new().key("sk-right").start();
    let folder = folder_with(&[]);
    for (server, code) in [(&open, 0), (&locked, 1)] {
        let url = server.url().replace("http://", "http://user:pass-word@") + "/v1?token=hidden";
        let mut command = rlm(folder.path());
        command.args(["ask", "q", "--trace", "t.jsonl", "-v"]);
        command.env("OPENAI_API_KEY", "sk-very-secret-key").env("OPENAI_BASE_URL", &url);
        let output = command.output().unwrap();
        ends(&output, code, &[]);
        let text = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap() + &err(&output);
        for secret in ["secret", "pass-word", "hidden", "user:"] {
            assert!(!text.contains(secret), "{secret} is in: {text}");
        }
    }
}

#[test]
fn a_record_that_cannot_be_written_loses_no_answer() {
    let turns = script(&[&fenced("answer(1)")]);
    let folder = folder_with(&[("s.txt", &turns), ("blocked", "a file, no folder")]);
    let args = ["ask", "q", "--model", "script:s.txt"];
    let output = rlm(folder.path())
        .args(args)
        .env("RLM_RUNS", folder.path().join("blocked/runs"))
        .output()
        .unwrap();
    ends(&output, 0, &["this run is not recorded"]);
    assert_eq!(out(&output), "1\n");
    // A record that was asked for by name must be there.
    ends(
        &run(folder.path(), &[&args[..], &["--trace", "blocked/t.jsonl"]].concat()),
        1,
        &["blocked"],
    );
    if !std::path::Path::new("/dev/full").exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    let full = run(folder.path(), &[&args[..], &["--trace", "/dev/full"]].concat());
    ends(&full, 0, &["/dev/full ends here"]);
    assert_eq!(out(&full), "1\n");
}

#[test]
fn a_record_never_holds_the_input() {
    let turn = fenced("print(ask(\"SUB\", context))\nanswer(\"done\")");
    let turns = script(&[&turn]) + "=== call SUB ===\nfine\n";
    let folder = folder_with(&[("a.txt", "UNSPEAKABLE\n"), ("s.txt", &turns)]);
    let args = ["ask", "q", "a.txt", "--model", "script:s.txt", "--trace", "t.jsonl"];
    ends(&run(folder.path(), &args), 0, &[]);
    let path = folder.path().join("t.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("UNSPEAKABLE"));
    let call = &of_kind(&path, "call")[0];
    assert_eq!(call["data"][0]["place"], "a.txt:0-12");
    assert_eq!(call["data"][0]["bytes"], 12);
    assert_eq!(call["at"], "1.1/1#0");
    assert_eq!(events(&path)[0]["documents"][0]["name"], "a.txt");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "others may read the record");
}
