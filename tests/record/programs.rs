//! Records of programs, and programs that are left of runs.

use crate::support::fake_server::Script;
use crate::support::process::{ends, err, fenced, folder_with, out, run, script};

#[test]
fn model_calls_of_a_program_are_recorded_and_replayed() {
    let code = "\
rs = [ask(f\"Q {i}\", docs[0]) for i in range(5)]
kids = [recurse(\"CHILD?\", context) for i in range(2)]
print(rs, kids)
answer(ask(\"LAST\"))";
    let server = Script::new()
        .rule(r"^Q (\d)", "a$1")
        .rule("^LAST", "the end")
        .rule(r"CHILD\?", &fenced("answer(ask(\"Q 7\"))"))
        .start();
    let folder = folder_with(&[("a.txt", "text"), ("p.rlm", code)]);
    let url = server.url();
    let args = ["run", "p.rlm", "a.txt"];
    let first =
        run(folder.path(), &[&args[..], &["--base-url", &url, "--record", "t.jsonl"]].concat());
    ends(&first, 0, &[]);
    assert_eq!(
        out(&first),
        "['a0', 'a1', 'a2', 'a3', 'a4'] ['a7', 'a7']\nthe end\n",
        "{}",
        err(&first)
    );
    drop(server);
    let again = run(folder.path(), &[&args[..], &["--replay", "t.jsonl"]].concat());
    assert_eq!(out(&again), out(&first), "{}", err(&again));
    // Another program asks something that is not recorded.
    let other = run(folder.path(), &["run", "-e", "answer(ask(\"NEW\"))", "--replay", "t.jsonl"]);
    ends(&other, 1, &["not as recorded", "no reply to what is asked"]);
    ends(&run(folder.path(), &["replay", "t.jsonl"]), 2, &["run PROGRAM --replay"]);
}

#[test]
fn the_program_of_a_run_is_kept() {
    let turns = [
        fenced("print(len(context))\nhits = grep(\"error\")\nrest = grep(\"fine\")\nprint(hits)"),
        fenced("kinds = []\nkinds.append(ask(\"SUB\", hits[0]))\nbad = 1 / 0\nlate = 2"),
        fenced(
            "def line(h) { return f\"{cite(h)}: {h}\" }\nfor h in hits { print(h); kinds.append(line(h)) }",
        ),
        fenced("answer(kinds)"),
    ];
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    let script = script(&turns) + "=== call SUB ===\nserious\n";
    let text = "fine\nerror one\nerror two\n";
    let folder = folder_with(&[("a.txt", text), ("s.txt", &script)]);
    let args = [
        "ask",
        "which?\nreally\ranswer(0)",
        "a.txt",
        "--model",
        "script:s.txt",
        "--trace",
        "t.jsonl",
    ];
    let first = run(folder.path(), &[&args[..], &["--save", "kept.rlm"]].concat());
    ends(&first, 0, &[]);
    let kept = std::fs::read_to_string(folder.path().join("kept.rlm")).unwrap();
    for part in [
        "# Question: which?\n# really\n# answer(0)\n",
        "# Run: t\n",
        "# Input: a.txt\n",
        "# Checked: no errors, reads the input,",
        "# Run by itself on that input, it gave the same answer.\n",
        "def line(h)",
    ] {
        assert!(kept.contains(part), "{part:?} is not in: {kept}");
    }
    for part in ["print(", "rest", "bad", "late"] {
        assert!(!kept.contains(part), "{part:?} is in: {kept}");
    }
    ends(&run(folder.path(), &["check", "kept.rlm"]), 0, &[]);
    ends(&run(folder.path(), &["fmt", "--check", "kept.rlm"]), 0, &[]);
    let again = run(folder.path(), &["run", "kept.rlm", "a.txt", "--replay", "t.jsonl"]);
    assert_eq!(out(&again), out(&first), "{}", err(&again));
    // The same program, kept by a replay.
    ends(&run(folder.path(), &["replay", "t.jsonl", "--save", "again.rlm"]), 0, &[]);
    assert_eq!(std::fs::read_to_string(folder.path().join("again.rlm")).unwrap(), kept);
}

#[test]
fn a_kept_program_whose_calls_are_not_recorded_says_that_it_was_not_run() {
    let turn = fenced("answer(ask(\"SUB\", context))");
    let script = script(&[&turn]) + "=== call SUB ===\nserious\n";
    let folder = folder_with(&[("a.txt", "text"), ("s.txt", &script)]);
    let args = ["ask", "q", "a.txt", "--model", "script:s.txt", "--no-record"];
    ends(&run(folder.path(), &[&args[..], &["--save", "kept.rlm"]].concat()), 0, &[]);
    let kept = std::fs::read_to_string(folder.path().join("kept.rlm")).unwrap();
    assert!(kept.contains("# Not run by itself: it calls models"), "{kept}");
}

#[test]
fn a_run_without_an_answering_program_keeps_none() {
    let folder = folder_with(&[("s.txt", &script(&["Hm.", "Blue."]))]);
    let args = ["ask", "q", "--model", "script:s.txt", "--save", "kept.rlm"];
    let output = run(folder.path(), &args);
    ends(&output, 0, &["kept.rlm is not written"]);
    assert_eq!(out(&output), "Blue.\n");
    assert!(!folder.path().join("kept.rlm").exists());
}
