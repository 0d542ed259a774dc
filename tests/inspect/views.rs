//! What `inspect` shows of a run of a scripted model, in all forms. `UPDATE=1` writes the expected texts:
//! look at the difference before you commit it.

use std::path::{Path, PathBuf};

use regex::Regex;

use crate::support::process::{ends, err, fenced, folder_with, json, out, rlm, run, script};
use crate::support::trajectories::{Size, record};

/// A run with everything that a view shows: few and many calls, a failure, prints that are cut, an error,
/// a child, an answer.
fn recorded() -> tempfile::TempDir {
    let turns = script(&[
        &format!(
            "I look first.\n{}",
            fenced("print(len(context))\nprint(ask('ONE', docs[0]))").trim_start_matches("Plan.\n")
        ),
        &fenced(
            "rs = [ask(f\"CALL {i}\", docs[i % 2]) for i in range(12)]\nfor r in rs:\n    print(r)",
        ),
        &fenced("x = nope / 0"),
        &fenced("kid = recurse(\"What is in it?\", docs[1])\nprint(kid)"),
        "```rlm\nanswer(f\"{len(rs)} replies: {kid}\")\n```",
    ]);
    let calls = "=== call ^ONE ===\nthe first line\n\
         === call ^CALL ([0-9]|10)\\b ===\nreply $1\n\
         === chat What is in it ===\n=== turn ===\n```rlm\nanswer(context.strip())\n```\n";
    let folder =
        folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n"), ("s.txt", &(turns + calls))]);
    let args = ["ask", "What is in the files?", "a.txt", "b.txt", "--model", "script:s.txt"];
    ends(&run(folder.path(), &[&args[..], &["--trace", "t.jsonl"]].concat()), 0, &[]);
    folder
}

/// Times and names that are others in every run.
fn normal(text: &str) -> String {
    let mut text = text.to_string();
    for (pattern, instead) in [
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "DATE"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d", "DATE"),
        (r"[\d.]+( m?s)?–[\d.]+ m?s", "TIME"),
        (r"\b\d+(\.\d)? m?s\b", "TIME"),
        (r" +TIME", " TIME"),
        (r"began +time +tokens", "began time tokens"),
        // Calls that start at the same time are numbered as it happens.
        (r"(?m)^ +\d+(  .*\d/)", "   N$1"),
        (r"call \d+", "call N"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, instead).into_owned();
    }
    text
}

fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect/expected").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == expected, "{name} is different; UPDATE=1 writes it\n{text}");
}

#[test]
fn every_view_of_a_run() {
    let folder = recorded();
    for (name, args) in [
        ("outline.txt", &[][..]),
        ("turn.txt", &["--turn", "2"]),
        ("turn_of_child.txt", &["--turn", "1.1"]),
        ("calls.txt", &["--calls"]),
        ("failed.txt", &["--failed"]),
        ("program.rlm", &["--program"]),
    ] {
        let output = run(folder.path(), &[&["inspect", "t.jsonl"], args].concat());
        ends(&output, 0, &[]);
        assert_eq!(err(&output), "", "{name}");
        check(name, &normal(&out(&output)));
    }
}

#[test]
fn the_program_is_the_one_that_save_writes() {
    let folder = recorded();
    ends(&run(folder.path(), &["replay", "t.jsonl", "-q", "--save", "saved.rlm"]), 0, &[]);
    let saved = std::fs::read_to_string(folder.path().join("saved.rlm")).unwrap();
    // Only --save has the input at hand and runs it.
    let was_run = "# Run by itself on that input, it gave the same answer.\n";
    assert!(saved.contains(was_run), "{saved}");
    let saved = saved.replace(was_run, "");
    assert_eq!(out(&run(folder.path(), &["inspect", "t.jsonl", "--program"])), saved);
}

#[test]
fn two_runs_beside_each_other() {
    let folder = recorded();
    let turns = script(&[&fenced("print(len(context))"), &fenced("answer(\"none\")")]);
    std::fs::write(folder.path().join("s2.txt"), turns).unwrap();
    let args = ["ask", "What is in the files?", "a.txt", "--model", "script:s2.txt"];
    ends(&run(folder.path(), &[&args[..], &["--trace", "u.jsonl"]].concat()), 0, &[]);
    let output = run(folder.path(), &["inspect", "t.jsonl", "--diff", "u.jsonl"]);
    ends(&output, 0, &[]);
    check("diff.txt", &normal(&out(&output)));
    let same = out(&run(folder.path(), &["inspect", "t.jsonl", "--diff", "t.jsonl"]));
    assert!(same.contains("programs  the same in both") && same.contains("answer  the same"));
}

#[test]
fn everything_as_json() {
    let folder = recorded();
    let value = json(&run(folder.path(), &["inspect", "t.jsonl", "--json"]));
    assert_eq!((value["state"].as_str(), value["id"].as_str()), (Some("answered"), Some("t")));
    assert_eq!(value["engines"][0]["turns"][1]["programs"][0]["calls"][3]["reply"], "reply 3");
    assert_eq!(value["engines"][1]["asked"]["question"], "What is in it?");
    let page = include_str!("../../docs/inspect.md");
    let mut names = std::collections::BTreeSet::new();
    collect(&value, &mut names);
    // What the record's page describes stands under these.
    let record = include_str!("../../docs/record.md");
    let missing: Vec<&String> = names
        .iter()
        .filter(|name| {
            !page.contains(&format!("`{name}`")) && !record.contains(&format!("`{name}`"))
        })
        .collect();
    assert!(missing.is_empty(), "docs/inspect.md does not name {missing:?}");
}

fn collect(value: &serde_json::Value, names: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                names.insert(name.clone());
                collect(value, names);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

#[test]
fn without_a_name_the_newest_runs_are_listed() {
    let folder = folder_with(&[("a.txt", "12345")]);
    let nothing = run(folder.path(), &["inspect"]);
    ends(&nothing, 0, &["no runs yet"]);
    for (question, script_of) in [("how long?", "answer(len(context))"), ("what?", "x = 1")] {
        let turns = script(&[&fenced(script_of)]);
        std::fs::write(folder.path().join("s.txt"), turns).unwrap();
        run(folder.path(), &["ask", question, "a.txt", "--model", "script:s.txt"]);
        // Names tell apart runs of one second, and sort by their second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    }
    std::fs::write(folder.path().join("state/rlm-lang/runs/0.jsonl"), "no record").unwrap();
    let listed = out(&run(folder.path(), &["inspect"]));
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    assert!(lines[1].ends_with("what?") && lines[1].contains("failed"), "{listed}");
    assert!(lines[2].ends_with("how long?") && lines[2].contains("answered"), "{listed}");
    let one = out(&run(folder.path(), &["inspect", "-n", "1"]));
    assert_eq!(one.lines().count(), 2);
    let value = json(&run(folder.path(), &["inspect", "--json"]));
    assert_eq!(value[0]["question"], "what?");
    let last = out(&run(folder.path(), &["inspect", "last"]));
    assert!(last.starts_with("what?\n"), "{last}");
}

#[test]
fn what_cannot_be_shown_says_why_and_what_to_do() {
    let folder = recorded();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("p.rlm", b"answer(1)");
    write("empty.jsonl", b"");
    write("binary.jsonl", &[0, 159, 146, 150, 10, 255, 254]);
    write("new.jsonl", b"{\"event\":\"run\",\"version\":99}\n");
    for (args, code, part) in [
        (&["no-such-run"][..], 1, "no-such-run: no such file"),
        (&["p.rlm"], 1, "p.rlm is a program, not the record of a run; rlm-lang run p.rlm runs it"),
        (&["empty.jsonl"], 1, "empty.jsonl is no record of a run; rlm-lang inspect lists them"),
        (&["binary.jsonl"], 1, "binary.jsonl is no record of a run; rlm-lang inspect lists them"),
        (&["new.jsonl"], 1, "record of version 99, this program reads 2 to 3"),
        (&["t.jsonl", "--turn", "x"], 2, "expected the number of a turn"),
        (&["t.jsonl", "--turn", "77"], 1, "there is no turn 77; the last is 5"),
        (&["t.jsonl", "--turn", "7.1"], 1, "the run has 1 child, none of number 7"),
        (&["t.jsonl", "--diff", "empty.jsonl"], 1, "empty.jsonl is no record"),
        (&["t.jsonl", "--turn", "1", "--calls"], 2, "cannot be used with"),
        (&["--failed"], 2, "required"),
    ] {
        let output = run(folder.path(), &[&["inspect"], args].concat());
        ends(&output, code, &[part]);
    }
    let cut: String = std::fs::read_to_string(folder.path().join("t.jsonl"))
        .unwrap()
        .lines()
        .take(4)
        .map(|line| format!("{line}\n"))
        .collect();
    write("cut.jsonl", cut.as_bytes());
    ends(&run(folder.path(), &["inspect", "cut.jsonl", "--program"]), 1, &["no program gave"]);
    let shown = out(&run(folder.path(), &["inspect", "cut.jsonl"]));
    assert!(shown.contains("the record has no end"), "{shown}");
}

#[test]
fn a_large_run_is_short_to_look_at() {
    let text = record(3, Size { turns: 40, calls: 2000 });
    let folder = folder_with(&[("t.jsonl", &text)]);
    let shown = out(&run(folder.path(), &["inspect", "t.jsonl"]));
    assert!(shown.contains("50 calls, "), "{shown}");
    assert!(shown.lines().count() < 40 * 40, "{}", shown.lines().count());
    let table = out(&run(folder.path(), &["inspect", "t.jsonl", "--calls"]));
    assert_eq!(table.lines().count(), 2001);
    let failed = out(&run(folder.path(), &["inspect", "t.jsonl", "--calls", "--failed"]));
    let count = text.matches("\"failure\":{").count();
    assert_eq!(failed.lines().count(), count + 1);
}

#[test]
fn nothing_in_a_record_can_change_a_terminal() {
    let text = record(3, Size { turns: 2, calls: 4 }).replace("forty-two", "a\\u001b[2Jb\\u202ec");
    let folder = folder_with(&[("t.jsonl", &text)]);
    for view in [&[][..], &["--turn", "2"], &["--calls"], &["--failed"], &["--diff", "t.jsonl"]] {
        let output = run(folder.path(), &[&["inspect", "t.jsonl"], view].concat());
        assert!(!out(&output).contains(['\u{1b}', '\u{202e}']), "{view:?}");
    }
}

#[test]
fn a_run_that_is_going_on_is_shown_as_such() {
    let folder = folder_with(&[]);
    let path: PathBuf = folder.path().join("t.jsonl");
    let text = record(3, Size { turns: 4, calls: 4 });
    let half: String = text.lines().take(6).map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, half).unwrap();
    let held = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    held.try_lock().unwrap();
    let shown = out(&rlm(folder.path()).args(["inspect", "t.jsonl"]).output().unwrap());
    assert!(shown.contains("still running"), "{shown}");
}
