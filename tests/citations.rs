//! Citations: what an answer rests on, and whether it is still there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(dead_code)] // the helpers are shared by all tests

#[path = "support/mod.rs"]
mod support;

use std::path::Path;

use serde_json::Value;
use support::process::{ends, err, fenced, folder_with, json, out, run, script};

const NOTES: &str = "first\nthe total is 120 märk\nlast\n";
const OTHER: &str = "nothing\nhere\n";

/// A folder with two documents and the record `t.jsonl` of a run whose answer cites three places in them.
fn answered() -> (tempfile::TempDir, Value) {
    let code = "hit = grep(\"total\")[0]\nanswer({\"found\": search(r\"\\d+\", hit)[0]}, \
                sources=[hit, docs[1][0:7], \"notes.txt:3\"])";
    let script = script(&[&fenced(code)]);
    let folder = folder_with(&[("notes.txt", NOTES), ("other.txt", OTHER), ("s", &script)]);
    let args = ["ask", "q", "notes.txt", "other.txt", "--model", "script:s", "--trace", "t.jsonl"];
    let output = run(folder.path(), &[&args[..], &["--json"]].concat());
    ends(&output, 0, &[]);
    let object = json(&output);
    (folder, object)
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn an_answer_says_where_it_comes_from() {
    let (folder, object) = answered();
    let sources = object["sources"].as_array().unwrap();
    let told: Vec<String> = sources
        .iter()
        .map(|s| {
            let n = |name: &str| s[name].as_u64().unwrap();
            format!(
                "{}:{}-{} bytes {}-{} at {} chars {}-{}{}",
                s["document"].as_str().unwrap(),
                n("line"),
                n("last_line"),
                n("start"),
                n("end"),
                n("at"),
                n("start_char"),
                n("end_char"),
                if s["automatic"] == true { " automatic" } else { "" }
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "notes.txt:2-2 bytes 6-28 at 6 chars 6-27",
            "other.txt:1-1 bytes 34-41 at 0 chars 33-40",
            "notes.txt:3-3 bytes 29-33 at 29 chars 28-32",
            "notes.txt:2-2 bytes 19-22 at 19 chars 19-22 automatic",
        ]
    );
    for source in sources {
        let range = |from: &str, to: &str| {
            source[from].as_u64().unwrap() as usize..source[to].as_u64().unwrap() as usize
        };
        let whole = format!("{NOTES}{OTHER}");
        let text = &whole[range("start", "end")];
        let digest = blake3::hash(text.as_bytes()).to_hex();
        assert_eq!(source["blake3"].as_str().unwrap(), &digest[..32]);
        let chars: String =
            whole.chars().collect::<Vec<_>>()[range("start_char", "end_char")].iter().collect();
        assert_eq!(chars, text);
    }
    // The record has the same.
    let record = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    let last: Value = serde_json::from_str(record.lines().last().unwrap()).unwrap();
    assert_eq!(last["sources"], object["sources"]);
}

#[test]
fn people_are_told_of_the_sources_that_were_named() {
    let code = "hit = grep(\"total\")[0]\nanswer(hit, sources=[context[0:28]])";
    let folder = folder_with(&[("notes.txt", NOTES), ("p.rlm", code)]);
    let output = run(folder.path(), &["run", "p.rlm", "notes.txt"]);
    assert_eq!(out(&output), "the total is 120 märk\n");
    assert_eq!(err(&output), "source: notes.txt:1-2\n");
    let quiet = run(folder.path(), &["run", "p.rlm", "notes.txt", "-q"]);
    assert_eq!((out(&quiet), err(&quiet)), (out(&output), String::new()));
    let object = json(&run(folder.path(), &["run", "p.rlm", "notes.txt", "--json"]));
    assert_eq!(object["sources"].as_array().unwrap().len(), 2);
    // A program's record can be verified, too.
    ends(&run(folder.path(), &["run", "p.rlm", "notes.txt", "--trace", "t.jsonl"]), 0, &[]);
    let output = run(folder.path(), &["verify", "t.jsonl"]);
    assert_eq!(
        out(&output),
        "ok       notes.txt:1-2\nok       notes.txt:2\n2 of 2 cited texts are still there\n"
    );
}

#[test]
fn a_source_that_is_none_is_told() {
    let code =
        "x = len(context)\nanswer(x, sources=[\"notes.txt:2\", \"notes.txt:99\", \"page 3\", 7])";
    let script = script(&[&fenced(code)]);
    let folder = folder_with(&[("notes.txt", NOTES), ("p.rlm", code), ("s", &script)]);
    let note = "note: not cited: \"notes.txt:99\", \"page 3\", 7; \
                a source is a part of the input, or its lines as NAME:LINE";
    let by_hand = run(folder.path(), &["run", "p.rlm", "notes.txt"]);
    ends(&by_hand, 0, &[note, "source: notes.txt:2"]);
    let asked = ["ask", "q", "notes.txt", "--model", "script:s", "--trace", "t.jsonl"];
    ends(&run(folder.path(), &asked), 0, &[note]);
    ends(&run(folder.path(), &["replay", "t.jsonl"]), 0, &[note]);
}

#[test]
fn what_became_of_cited_texts_is_told() {
    let (folder, _) = answered();
    let verify = |args: &[&str]| run(folder.path(), &[&["verify", "t.jsonl"], args].concat());
    let lines = |output: &std::process::Output| -> Vec<String> {
        out(output)
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let output = verify(&[]);
    ends(&output, 0, &[]);
    assert_eq!(
        lines(&output),
        [
            "ok notes.txt:2",
            "ok other.txt:1",
            "ok notes.txt:3",
            "ok notes.txt:2",
            "4 of 4 cited texts are still there"
        ]
    );
    // Moved, inside of a line too, and to another document.
    write(folder.path(), "notes.txt", "new\nfirst\n- the total is 120 märk\n");
    write(folder.path(), "other.txt", "last\nis\nnothing\n");
    let output = verify(&[]);
    ends(&output, 0, &[]);
    assert_eq!(
        lines(&output),
        [
            "moved notes.txt:2 is now notes.txt:3",
            "moved other.txt:1 is now other.txt:3",
            "moved notes.txt:3 is now other.txt:1",
            "moved notes.txt:2 is now notes.txt:3",
            "4 of 4 cited texts are still there"
        ]
    );
    // Changed.
    write(folder.path(), "notes.txt", "first\nthe total is 121 märk\nlast\n");
    write(folder.path(), "other.txt", OTHER);
    let output = verify(&[]);
    ends(&output, 1, &[]);
    assert_eq!(
        lines(&output),
        [
            "changed notes.txt:2",
            "ok other.txt:1",
            "ok notes.txt:3",
            "changed notes.txt:2",
            "2 of 4 cited texts are still there"
        ]
    );
    // Gone: the other document is still looked at.
    std::fs::remove_file(folder.path().join("notes.txt")).unwrap();
    let output = verify(&["--json"]);
    ends(&output, 1, &["note: ", "notes.txt"]);
    let standings: Vec<Value> = json(&output)
        .as_array()
        .unwrap()
        .iter()
        .map(|checked| checked["standing"].clone())
        .collect();
    assert_eq!(standings, ["gone", "ok", "gone", "gone"]);
    // The same documents under other names.
    write(folder.path(), "a", NOTES);
    write(folder.path(), "b", OTHER);
    ends(&verify(&["a", "b"]), 0, &[]);
    // Binary, empty and cut input is input.
    write(folder.path(), "notes.txt", "");
    std::fs::write(folder.path().join("other.txt"), b"\xff\x00nothing\xfe").unwrap();
    let output = verify(&[]);
    ends(&output, 1, &[]);
    assert_eq!(lines(&output)[1], "moved other.txt:1 is now other.txt:1");
}

#[test]
fn answers_without_citations_and_runs_without_answers_say_so() {
    let folder =
        folder_with(&[("a.txt", "text\n"), ("s", &script(&[&fenced("answer(len(context))")]))]);
    let args = ["ask", "q", "a.txt", "--model", "script:s"];
    ends(&run(folder.path(), &[&args[..], &["--trace", "t.jsonl"]].concat()), 0, &[]);
    let output = run(folder.path(), &["verify", "t.jsonl"]);
    ends(&output, 0, &[]);
    assert_eq!(out(&output), "the answer cites nothing\n");
    ends(&run(folder.path(), &["run", "-e", "x = 1", "a.txt", "--trace", "u.jsonl"]), 0, &[]);
    ends(&run(folder.path(), &["verify", "u.jsonl"]), 1, &["has no answer"]);
    ends(&run(folder.path(), &["verify", "nowhere"]), 1, &["nowhere"]);
}
