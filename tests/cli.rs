//! The command line as its users meet it: real processes, real files, a fake server on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // a skipped test says why

mod support;

use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;

use support::fake_server::Script;
use support::process::{ends, err, out, rlm, run};
use tempfile::TempDir;

fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

const TURN: &str = "=== turn ===\n";

fn script(turns: &[&str]) -> String {
    turns.iter().map(|turn| format!("{TURN}{turn}\n")).collect()
}

fn fenced(code: &str) -> String {
    format!("Plan.\n```rlm\n{code}\n```")
}

#[test]
fn run_prints_and_answers() {
    let folder = folder_with(&[("log.txt", b"a\nerror one\nb\nerror two\n")]);
    let code = "hits = grep(r\"error\")\nfor h in hits { print(cite(h), h) }\nanswer(len(hits))";
    let output = run(folder.path(), &["run", "-e", code, "log.txt"]);
    assert_eq!(out(&output), "log.txt:2 error one\nlog.txt:4 error two\n2\n", "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn run_reads_programs_and_standard_input() {
    let folder = folder_with(&[("p.rlm", b"print(len(context), question)\nlen(docs)")]);
    let mut child = rlm(folder.path())
        .args(["run", "p.rlm", "-", "--question", "why"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("äöü".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(out(&output), "3 why\n1\n");
}

#[test]
fn the_answer_goes_to_a_file_exactly() {
    let folder = folder_with(&[]);
    let output = run(folder.path(), &["run", "-e", "answer(\"no newline\")", "--out", "a.txt"]);
    assert_eq!((out(&output).as_str(), output.status.code()), ("", Some(0)));
    assert_eq!(std::fs::read(folder.path().join("a.txt")).unwrap(), b"no newline");
}

#[test]
fn a_folder_as_the_file_of_an_answer_is_refused_before_a_model_is_asked() {
    let folder = folder_with(&[("a.txt", b"x"), ("s", b"answer")]);
    std::fs::create_dir(folder.path().join("d")).unwrap();
    let args = ["ask", "what?", "a.txt", "--model", "script:s", "--out", "d"];
    let output = run(folder.path(), &args);
    let told = "rlm-lang: --out: d is a folder; name a file in it\n";
    assert_eq!((err(&output).as_str(), output.status.code()), (told, Some(2)));
}

#[test]
fn a_run_that_did_not_begin_leaves_no_record() {
    let folder = folder_with(&[("a.txt", b"x"), ("s", b"```rlm\nanswer(context)\n```")]);
    let way = ["ask", "what?", "a.txt", "--direct", "never", "--model"];
    let ask = |model: &str| run(folder.path(), &[&way[..], &[model]].concat());
    ends(&ask("script:none"), 1, &["cannot read the script none: no such file"]);
    ends(&run(folder.path(), &["resume", "last"]), 1, &["there are no runs in", "ask makes one"]);
    ends(&ask("s"), 1, &["no key for the model \"s\"", "--model script:s plays it"]);
    ends(&ask("script:s"), 0, &[]);
    ends(&ask("script:none"), 1, &[]);
    ends(&run(folder.path(), &["resume", "last"]), 0, &["this run is finished"]);
}

#[test]
fn json_holds_the_answer_and_its_sources() {
    let folder = folder_with(&[("a.txt", b"x\ny\nz\n")]);
    let code = "h = grep(\"y\")\nanswer({\"n\": 1}, sources=h)";
    let output = run(folder.path(), &["run", "-e", code, "a.txt", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(object["value"], serde_json::json!({"n": 1}));
    let sources = object["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 1);
    for (field, value) in [
        ("document", serde_json::json!("a.txt")),
        ("line", 2.into()),
        ("start", 2.into()),
        ("end", 3.into()),
    ] {
        assert_eq!(sources[0][field], value);
    }
}

#[test]
fn missing_files_and_folders_are_named() {
    let folder = folder_with(&[]);
    ends(&run(folder.path(), &["run", "nope.rlm"]), 1, &["nope.rlm", "no such file"]);
    let output = run(folder.path(), &["run", "-e", "1", "nope.txt"]);
    ends(&output, 1, &["nope.txt", "no such file or folder"]);
    let output = run(folder.path(), &["run", "-e", "1", "*.log"]);
    ends(&output, 1, &["*.log"]);
}

#[test]
fn unreadable_files_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with(&[("secret.txt", b"x")]);
    let path = folder.path().join("secret.txt");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        println!("skipped: this user may read every file");
        return;
    }
    let output = run(folder.path(), &["run", "-e", "1", "secret.txt"]);
    ends(&output, 1, &["secret.txt", "permission"]);
}

#[test]
fn odd_files_are_read() {
    let folder = folder_with(&[
        ("empty.txt", b""),
        ("binary.bin", b"\x00\x01\xfferror\x00\n"),
        ("latin1.txt", b"caf\xe9 error\r\nnext\r\n"),
    ]);
    let show = |file: &str, code: &str| {
        let output = run(folder.path(), &["run", "-e", code, file]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    assert_eq!(show("empty.txt", "print(len(context), len(docs), grep(\"a\"))"), "0 1 []\n");
    assert_eq!(show("binary.bin", "print(len(context), len(grep(\"error\")))"), "10 1\n");
    assert_eq!(
        show("latin1.txt", "print(grep(\"error\")[0], len(lines(context)))"),
        "caf\u{fffd} error 2\n"
    );
}

#[test]
fn a_folder_that_contains_itself_is_read_once() {
    let folder = folder_with(&[("d/a.txt", b"one\n")]);
    std::os::unix::fs::symlink("..", folder.path().join("d/loop")).unwrap();
    let output = run(folder.path(), &["run", "-e", "print([d.name for d in docs])", "d"]);
    assert_eq!(out(&output), "['d/a.txt']\n", "{}", err(&output));
}

#[test]
fn static_errors_stop_a_program_before_it_runs() {
    let folder = folder_with(&[("p.rlm", b"print(\"ran\")\nprint(totl)\n")]);
    let output = run(folder.path(), &["run", "p.rlm"]);
    ends(&output, 2, &["totl", "p.rlm:2"]);
    assert_eq!(out(&output), "");
    let output = run(folder.path(), &["check", "p.rlm"]);
    ends(&output, 2, &["totl"]);
    let output = run(folder.path(), &["check", "p.rlm", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(object["ok"], false);
    assert_eq!(object["findings"][0]["code"], "E301");
}

#[test]
fn check_takes_code_and_tells_how_many_errors_there_are() {
    let folder = folder_with(&[]);
    let output = run(folder.path(), &["check", "-e", "a = one(1)\nb = two(2)\nprint(\"fine\")"]);
    ends(&output, 2, &["one", "two", "-e:2"]);
    assert!(!err(&output).contains("more"), "{}", err(&output));
    let five = "a = one(1)\nb = two(2)\nc = three(3)\nd = four(4)\ne = five(5)";
    let output = run(folder.path(), &["check", "-e", five]);
    ends(&output, 2, &["one", "two", "three", "and 2 more errors"]);
    assert!(!err(&output).contains("four"), "{}", err(&output));
    let output = run(folder.path(), &["check", "--json", "-e", five]);
    let object: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(object["findings"].as_array().map(Vec::len), Some(5));
    let output = run(folder.path(), &["check", "-e", "answer(1)"]);
    ends(&output, 0, &[]);
    assert!(out(&output).starts_with("-e: no errors"), "{}", out(&output));
}

#[test]
fn errors_while_running_show_their_place() {
    let folder = folder_with(&[]);
    let output = run(folder.path(), &["run", "-e", "print(1)\nx = [1]\nprint(x[5])"]);
    ends(&output, 1, &["index", "x[5]"]);
    assert_eq!(out(&output), "1\n");
}

#[test]
fn endless_programs_end() {
    let folder = folder_with(&[]);
    let args = ["run", "-e", "while True { }", "--max-steps", "100000"];
    ends(&run(folder.path(), &args), 3, &["100000 steps"]);
    let args =
        ["run", "-e", "xs = []\nwhile True { xs.append(\"x\" * 1000) }", "--max-memory", "64"];
    ends(&run(folder.path(), &args), 3, &["64 MB"]);
    let args = ["run", "-e", "def f(n) { return f(n + 1) }\nf(0)"];
    ends(&run(folder.path(), &args), 1, &["deep"]);
}

#[test]
fn without_a_model_the_ways_to_one_are_named() {
    let folder = folder_with(&[("a.txt", b"x")]);
    let output = run(folder.path(), &["ask", "why?", "a.txt"]);
    ends(&output, 1, &["--model", "OPENAI_API_KEY", "--base-url", "script:"]);
    let output = run(folder.path(), &["run", "-e", "ask(\"hi\")"]);
    ends(&output, 1, &["--model", "OPENAI_API_KEY"]);
}

#[test]
fn wrong_usage_is_told() {
    let folder = folder_with(&[]);
    ends(&run(folder.path(), &["ask"]), 2, &["no question"]);
    ends(&run(folder.path(), &["frobnicate"]), 2, &["frobnicate"]);
    ends(&run(folder.path(), &["run"]), 2, &["PROGRAM"]);
}

#[test]
fn ask_answers_in_turns() {
    let turns = [
        fenced("hits = grep(\"needle\")\nprint(len(hits))"),
        fenced("answer(f\"{hits[0]} at {cite(hits[0])}\")"),
    ];
    let script = script(&[&turns[0], &turns[1]]);
    let folder = folder_with(&[("h.txt", b"hay\na needle\nhay\n"), ("s.txt", script.as_bytes())]);
    let args = ["ask", "where?", "h.txt", "--model", "script:s.txt", "--trace", "t.jsonl"];
    let output = run(folder.path(), &args);
    assert_eq!(out(&output), "a needle at h.txt:2\n", "{}", err(&output));
    assert!(err(&output).contains("turn 2"));
    let trace = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    let events: Vec<serde_json::Value> =
        trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = events.iter().map(|e| e["event"].as_str().unwrap()).collect();
    let (turn, end) = (["sent", "turn", "program", "coverage"], ["answer"]);
    assert_eq!(kinds, [&["run"][..], &turn, &["result"], &turn, &end].concat());
    assert_eq!(events[10]["text"], "a needle at h.txt:2");
    assert!(!trace.contains("hay"), "the context is not in the record");
}

#[test]
fn replies_without_usable_code_are_told_to_the_model() {
    let long = "x = [1,\n".to_string();
    let turns = [
        "I think about it.".to_string(),
        fenced("x = = 1"),
        format!("```rlm\n{long}"),
        fenced("answer(1)"),
    ];
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    let folder = folder_with(&[("s.txt", script(&turns).as_bytes())]);
    let output = run(folder.path(), &["ask", "q", "--model", "script:s.txt", "-v"]);
    assert_eq!(out(&output), "1\n", "{}", err(&output));
    for part in ["no program was found", "Nothing of this program ran", "cut off at line"] {
        assert!(err(&output).contains(part), "{part}: {}", err(&output));
    }
}

#[test]
fn two_replies_in_prose_are_taken_and_marked() {
    let folder = folder_with(&[("s.txt", script(&["Hm.", "It is blue."]).as_bytes())]);
    let output = run(folder.path(), &["ask", "q", "--model", "script:s.txt"]);
    assert_eq!((out(&output).as_str(), output.status.code()), ("It is blue.\n", Some(0)));
    assert!(err(&output).contains("without a program"));
}

#[test]
fn at_the_last_turn_the_best_answer_is_given() {
    let turn = fenced("answer = \"so far\"");
    let folder = folder_with(&[("s.txt", script(&[&turn, &turn]).as_bytes())]);
    let args = ["ask", "q", "--model", "script:s.txt", "--max-turns", "2"];
    let output = run(folder.path(), &args);
    ends(&output, 3, &["all 2 turns", "partial answer"]);
    assert_eq!(out(&output), "so far\n");
}

#[test]
fn calls_stop_at_their_limit() {
    let server = Script::new().otherwise("ok").start();
    let folder = folder_with(&[]);
    let code = "rs = [ask(f\"q {i}\") for i in range(5)]\nprint(len(rs))";
    let url = server.url();
    let args = ["run", "-e", code, "--base-url", &url, "--max-calls", "3"];
    ends(&run(folder.path(), &args), 3, &["model calls"]);
    assert!(server.arrived() <= 3);
}

#[test]
fn servers_that_refuse_are_told_apart() {
    let folder = folder_with(&[]);
    let ask = |url: &str, model: &str| {
        run(folder.path(), &["ask", "q", "--base-url", url, "--model", model, "-q"])
    };
    let locked = Script::new().key("sk-right").start();
    ends(&ask(&locked.url(), "m"), 1, &["OPENAI_API_KEY"]);
    let other = Script::new().model("other").start();
    ends(&ask(&other.url(), "nope"), 1, &["nope"]);
    ends(&ask("http://127.0.0.1:9", "m"), 1, &["127.0.0.1:9"]);
}

#[test]
fn a_question_is_answered_over_http() {
    let turn = fenced("notes = [ask(\"SUBQ what is here?\", d) for d in docs]\nanswer(notes[0])");
    let server = Script::new().turn(&turn).rule("^SUBQ", "a needle").start();
    let folder = folder_with(&[("a.txt", b"needle")]);
    let output = run(folder.path(), &["ask", "q", "a.txt", "--base-url", &server.url()]);
    assert_eq!(out(&output), "a needle\n", "{}", err(&output));
    assert_eq!(server.arrived(), 2);
}

#[test]
fn the_prompt_is_shown() {
    let folder = folder_with(&[]);
    let output = run(folder.path(), &["prompt"]);
    for part in ["```rlm", "grep(", "ask(instruction, text)", "answer(value)"] {
        assert!(out(&output).contains(part), "{part}");
    }
    let variant = |name: &str| out(&run(folder.path(), &["prompt", "--variant", name]));
    assert!(variant("small").len() < variant("full").len());
    assert!(!variant("no-calls").contains("ask("));
    ends(&run(folder.path(), &["prompt", "--variant", "tiny"]), 2, &["full, small, no-calls"]);
}

#[test]
fn models_get_the_variant_that_was_asked_for() {
    let folder = folder_with(&[("a.txt", b"needle")]);
    let opening = |more: &[&str]| {
        let server = Script::new().turn(&fenced("answer(len(context))")).start();
        let url = server.url();
        let args = ["ask", "q", "a.txt", "--direct", "never", "--base-url", &url];
        let output = run(folder.path(), &[&args, more].concat());
        assert_eq!(out(&output), "6\n", "{}", err(&output));
        server.requests()[0].body["messages"][0]["content"].as_str().unwrap().to_string()
    };
    assert!(opening(&[]).contains("ask(instruction, text)"));
    assert!(opening(&["--prompt", "small"]).contains("RLM is Python with braces"));
    assert!(!opening(&["--max-calls", "0"]).contains("ask(instruction"));
}

#[test]
fn grammars_are_written() {
    let folder = folder_with(&[]);
    for (format, part) in [
        ("lark", "start: "),
        ("gbnf", "root ::= "),
        ("ebnf", "start      = "),
        ("textmate", "source.rlm"),
        ("tree-sitter", "module.exports = grammar"),
        ("highlights", "@keyword"),
    ] {
        let output = run(folder.path(), &["grammar", "--format", format]);
        assert!(out(&output).contains(part), "{format}: {}", err(&output));
    }
}

#[test]
fn the_repl_goes_on_after_errors() {
    let folder = folder_with(&[("a.txt", b"one\ntwo\n")]);
    let mut child = rlm(folder.path())
        .args(["repl", "a.txt"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let typed = "x = 2\nnope\nfor i in range(x) {\n  print(i)\n}\n1 / 0\nx * 21\n[h for h in grep(\"t\")]\n";
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(out(&output), "0\n1\n42\n['two']\n", "{}", err(&output));
    assert!(err(&output).contains("nope") && err(&output).contains("division by zero"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_readme_s_question_is_answered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let args = ["lang", "stdlib", "runtime", "--model", "script:examples/tour.script"];
    let records = tempfile::tempdir().unwrap();
    let output = rlm(root)
        .env("RLM_RUNS", records.path())
        .args(["ask", "Which error code is used most, and where is it declared?"])
        .args(args)
        .output()
        .unwrap();
    let text = out(&output);
    assert!(text.contains("declared at lang/codes.rs:"), "{text}{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn fmt_writes_the_canonical_form() {
    let folder = folder_with(&[("p.rlm", b"if True:\n  x=1\n")]);
    ends(&run(folder.path(), &["fmt", "--check", "p.rlm"]), 1, &["p.rlm"]);
    assert_eq!(run(folder.path(), &["fmt", "p.rlm"]).status.code(), Some(0));
    let text = std::fs::read_to_string(folder.path().join("p.rlm")).unwrap();
    assert_eq!(text, "if True {\n    x = 1\n}\n");
    assert_eq!(run(folder.path(), &["fmt", "--check", "p.rlm"]).status.code(), Some(0));
}

#[test]
fn doc_shows_a_builtin() {
    let folder = folder_with(&[]);
    let output = run(folder.path(), &["doc", "grep"]);
    for part in ["grep(regex, t=context", "ignore_case", "-> list"] {
        assert!(out(&output).contains(part), "{part}: {}", out(&output));
    }
    ends(&run(folder.path(), &["doc", "grpe"]), 1, &["grpe", "grep"]);
}

#[test]
fn items_that_call_models_wait_at_the_same_time() {
    let server = Script::new()
        .rule(r"^first (\d+)", "a$1")
        .rule(r"^second a(\d+)", "b$1")
        .latency(std::time::Duration::from_millis(60))
        .start();
    let folder = folder_with(&[]);
    let code = "\
def both(i) {
    one = ask(f\"first {i}\")
    print(i, one)
    return ask(f\"second {one}\")
}
found = [both(i) for i in range(8)]
fs = [lambda: ask(f\"first {i}\") for i in (1, 2)]
answer([found, {k: [f() for f in fs] for k in (1, 2)}])";
    let output = run(folder.path(), &["run", "-e", code, "--base-url", &server.url()]);
    let printed: String = (0..8).map(|i| format!("{i} a{i}\n")).collect();
    let found: Vec<String> = (0..8).map(|i| format!("\"b{i}\"")).collect();
    let nested = r#"{"1": ["a2", "a2"], "2": ["a2", "a2"]}"#;
    let expected = format!("{printed}[[{}], {nested}]\n", found.join(", "));
    assert_eq!(out(&output), expected, "{}", err(&output));
    // The four equal prompts at the end are asked once where they are on their way together.
    assert!((17..=20).contains(&server.arrived()), "{}", server.arrived());
    assert!(server.most_in_flight() >= 8, "{}", server.most_in_flight());
}

#[test]
fn an_item_that_fails_ends_the_comprehension_in_order() {
    let server = Script::new().rule(r"^q (\d+)", "r$1").start();
    let folder = folder_with(&[]);
    let code = "\
def one(i) {
    r = ask(f\"q {i}\")
    print(r)
    assert i != 3, \"three\"
    return r
}
try { xs = [one(i) for i in range(6)] } except e { print(\"caught\", e) }
print(ask(\"q 9\"))";
    let output = run(folder.path(), &["run", "-e", code, "--base-url", &server.url()]);
    assert_eq!(out(&output), "r0\nr1\nr2\nr3\ncaught three\nr9\n", "{}", err(&output));
}

#[test]
fn too_many_calls_are_refused_before_the_first() {
    let server = Script::new().otherwise("ok").start();
    let folder = folder_with(&[]);
    let code = "rs = [ask(\"q\") for i in range(50)]";
    let url = server.url();
    let args = ["run", "-e", code, "--base-url", &url, "--max-calls", "20"];
    let output = run(folder.path(), &args);
    assert!(err(&output).contains("50 model calls"), "{}", err(&output));
    assert_eq!(server.arrived(), 0);
}

#[test]
fn a_program_s_time_is_limited_and_its_prints_are_kept() {
    let folder = folder_with(&[]);
    let code = "print(\"hello\")\nwhile True { pass }";
    let output = run(folder.path(), &["run", "-e", code, "--max-time", "0.3s"]);
    ends(&output, 3, &["the time of the program is over"]);
    assert_eq!(out(&output), "hello\n");
}

#[test]
fn odd_inputs_are_told_of() {
    let folder = folder_with(&[("e.txt", b""), ("b.bin", b"a\0b"), ("l.txt", b"caf\xe9")]);
    let output = run(folder.path(), &["run", "-e", "1", "e.txt", "b.bin", "l.txt"]);
    for part in ["e.txt is empty", "b.bin looks binary", "l.txt is not all UTF-8"] {
        assert!(err(&output).contains(part), "{part}: {}", err(&output));
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_citation_names_the_documents_it_spans() {
    let folder = folder_with(&[("d/a.txt", b"1\n2\n"), ("d/b.txt", b"3\n4\n")]);
    let code = "print(cite(context), cite(context[0:3]), cite(docs[1][2:3]))";
    let output = run(folder.path(), &["run", "-e", code, "d"]);
    assert_eq!(out(&output), "d/a.txt:1-2 to d/b.txt d/a.txt:1-2 d/b.txt:2\n", "{}", err(&output));
}

#[test]
fn a_program_whose_calls_go_to_the_sub_model_needs_no_other() {
    let folder = folder_with(&[("s.script", b"=== call . ===\nyes\n")]);
    let args = ["run", "-e", "print(llm_query(\"x\"))", "--sub-model", "script:s.script"];
    let output = run(folder.path(), &args);
    assert_eq!(out(&output), "yes\n", "{}", err(&output));
}

#[test]
fn a_long_line_does_not_flood_the_terminal() {
    let folder = folder_with(&[("p.rlm", format!("x = {} 5", "y".repeat(100_000)).as_bytes())]);
    let output = run(folder.path(), &["check", "p.rlm"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).len() < 2_000, "{}", err(&output).len());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = folder_with(&[]);
    for args in [&["doc"][..], &["run", "-e", "for i in range(100000) { print(i) }"]] {
        let mut command = rlm(folder.path());
        let mut process =
            command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 1];
        process.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = process.wait_with_output().unwrap();
        assert_eq!(err(&output), "", "{args:?}");
        assert!(output.status.success(), "{args:?}: {:?}", output.status);
    }
}
