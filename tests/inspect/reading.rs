//! From the record of a real run, whole or not, to its trajectory.

use std::path::Path;

use rlm_lang::inspect::{State, Trajectory, read};

use crate::support::fake_server::Script;
use crate::support::process::{ends, fenced, folder_with, run, script};
use crate::support::trajectories::{Size, record};

/// A run with calls at once, a failure, a child, two programs in a turn and an error.
fn busy(folder: &Path) -> Trajectory {
    let work =
        "rs = [ask(f\"CALL {i}\", docs[i % 2]) for i in range(12)]\nprint(len(rs), ask(\"FAIL\"))";
    let kids = "kid = recurse(\"CHILD?\", docs[0])\nprint(kid)";
    // A reply ends with its first program, unless it has another label than it should.
    let two = "One:\n```repl\nprint(1)\n```\nThen:\n```repl\nprint(2)\n```";
    let server = Script::new()
        .rule(r"^CALL (\d+)", "reply $1")
        .rule("(?s)CHILD", &fenced("x = ask(\"CALL 77\", context)\nanswer(x)"))
        .turn(&fenced(work))
        .turn(&fenced(kids))
        .turn(two)
        .turn(&fenced("print(\"now\")\nnope = 1 / 0"))
        .turn(&fenced("answer(\"done\")"))
        .faults(|arrival| {
            let fails = arrival.last.starts_with("FAIL");
            fails.then_some(crate::support::faults::Fault::Status(400, "{\"error\":\"no\"}"))
        })
        .start();
    let url = server.url();
    let args = ["ask", "what?", "a.txt", "b.txt", "--base-url", &url];
    let output = run(folder, &[&args[..], &["--model", "m", "--trace", "t.jsonl"]].concat());
    ends(&output, 0, &[]);
    read(&folder.join("t.jsonl")).unwrap()
}

#[test]
fn a_run_is_put_together() {
    let folder = folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n")]);
    let run = busy(folder.path());
    assert_eq!((run.id.as_str(), run.state), ("t", State::Answered));
    assert_eq!(run.run.question, "what?");
    assert!(run.notes.is_empty(), "{:?}", run.notes);
    let root = run.root();
    assert_eq!(root.turns.len(), 5);
    assert_eq!(root.end.as_ref().unwrap().text, "done");

    let program = &root.turns[0].programs[0];
    assert!(program.code.as_ref().unwrap().starts_with("rs = [ask("));
    assert_eq!(program.calls.len(), 13);
    assert_eq!(program.calls.iter().filter(|call| call.exchange.failure.is_some()).count(), 1);
    let call = program.calls.iter().find(|call| call.instruction == "CALL 3").unwrap();
    assert_eq!(call.exchange.reply.as_deref(), Some("reply 3"));
    assert_eq!(call.data[0].place.as_deref(), Some("b.txt:6-11"));
    assert!(program.printed.starts_with("12 "), "{:?}", program.printed);

    let asker = &root.turns[1].programs[0];
    assert_eq!(asker.children, [1]);
    let child = run.engine(1).unwrap();
    let asked = child.asked.as_ref().unwrap();
    assert_eq!((asked.parent, asked.question.as_str(), child.depth), (0, "CHILD?", 1));
    assert_eq!(child.turns[0].programs[0].calls.len(), 1);
    assert_eq!(child.end.as_ref().unwrap().text, "reply 77");

    let printed: Vec<&str> = root.turns[2].programs.iter().map(|p| p.printed.as_str()).collect();
    assert_eq!(printed, ["1\n", "2\n"], "each program has its own prints");
    let failed = &root.turns[3].programs[0];
    assert!(failed.error.as_ref().unwrap().contains("division"), "{:?}", failed.error);
    assert_eq!(run.totals.calls, 15, "13 calls, one of the child, the child's turn");
    assert_eq!(run.calls().count(), 14);
}

#[test]
fn moments_are_in_order_and_within_the_run() {
    let folder = folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n")]);
    let run = busy(folder.path());
    let end = run.ended_ms.unwrap();
    for engine in &run.engines {
        let (start, stop) = (engine.started_ms.unwrap(), engine.ended_ms.unwrap());
        assert!(start <= stop && stop <= end);
        let mut before = start;
        for turn in &engine.turns {
            let moments = [before, turn.started_ms.unwrap(), turn.replied_ms.unwrap()];
            // A request may be measured a millisecond longer than the moments around it.
            assert!(moments[0] <= moments[1] + 2 && moments[1] <= moments[2], "{moments:?}");
            for program in &turn.programs {
                let (start, stop) = (program.started_ms.unwrap(), program.ended_ms.unwrap());
                assert!(start <= stop, "{start} {stop}");
                for call in &program.calls {
                    let (asked, over) = (call.started_ms.unwrap(), call.ended_ms.unwrap());
                    assert!(start <= asked && asked <= over && over <= stop + 1);
                    assert!(call.exchange.waited <= call.exchange.millis);
                }
            }
            before = turn.ended_ms.unwrap();
        }
    }
}

#[test]
fn a_replay_keeps_the_moments_of_the_run() {
    let folder = folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n")]);
    let first = busy(folder.path());
    ends(&run(folder.path(), &["replay", "t.jsonl", "--trace", "u.jsonl", "-q"]), 0, &[]);
    let again = read(&folder.path().join("u.jsonl")).unwrap();
    let same = |run: &Trajectory| {
        let mut value = serde_json::to_value(run).unwrap();
        value["id"].take();
        value
    };
    assert_eq!(same(&again), same(&first));
}

#[test]
fn a_record_cut_anywhere_gives_what_it_holds() {
    let folder = folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n")]);
    busy(folder.path());
    let whole = std::fs::read(folder.path().join("t.jsonl")).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let path = folder.path().join("cut.jsonl");
    let mut before = 0;
    for end in (first..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..end]).unwrap();
        let run = read(&path).unwrap();
        assert!(run.calls().count() >= before, "calls were lost at {end}");
        before = run.calls().count();
        let is_torn = whole[end - 1] != b'\n';
        assert_eq!(run.notes.iter().any(|note| note.message.contains("torn")), is_torn);
        assert_eq!(run.state, State::Unfinished);
    }
    assert!(before >= 13);
}

#[test]
fn the_program_that_ran_when_the_run_was_killed_is_there() {
    let folder = folder_with(&[("a.txt", "alpha\n"), ("b.txt", "beta\n")]);
    busy(folder.path());
    let path = folder.path().join("t.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    for (until, calls) in [("\"event\":\"call\"", 0), ("\"event\":\"program\"", 13)] {
        let kept: Vec<&str> = text.lines().take_while(|line| !line.contains(until)).collect();
        let cut = folder.path().join("cut.jsonl");
        std::fs::write(&cut, kept.join("\n") + "\n").unwrap();
        let run = read(&cut).unwrap();
        let program = &run.root().turns[0].programs[0];
        assert!(program.code.as_ref().unwrap().starts_with("rs = ["), "{until}");
        assert_eq!((program.calls.len(), program.is_over), (calls, false));
    }
}

#[test]
fn lines_that_cannot_be_read_are_named_and_left_out() {
    let text = record(1, Size { turns: 3, calls: 9 });
    let mut lines: Vec<&str> = text.lines().collect();
    lines[2] = "{\"event\":\"turn\",\"engine\":0}";
    lines.insert(4, "\u{1}\u{2} no JSON");
    lines.insert(5, "{\"event\":\"of another version\",\"x\":[1]}");
    let folder = folder_with(&[("t.jsonl", &(lines.join("\n") + "\n"))]);
    let run = read(&folder.path().join("t.jsonl")).unwrap();
    let notes: Vec<&str> = run.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(notes.len(), 3, "{notes:?}");
    assert!(notes[0].starts_with("line 3 of the record cannot be read"), "{notes:?}");
    assert_eq!((run.state, run.calls().count()), (State::Answered, 8));
}

#[test]
fn of_a_place_that_occurs_twice_the_later_line_counts() {
    let turn = |reply: &str| {
        format!(
            "{{\"event\":\"turn\",\"engine\":0,\"turn\":1,\"request\":\"r\",\"model\":\"m\",{reply},\"usage\":{{}},\"millis\":1,\"tries\":1}}"
        )
    };
    let begin = record(1, Size { turns: 1, calls: 0 });
    let lines = [
        begin.lines().next().unwrap().to_string(),
        turn("\"failure\":{\"kind\":\"server\",\"message\":\"down\"}"),
        "{\"event\":\"resumed\",\"rlm_lang\":\"0.1.0\",\"started\":\"2026-01-02T03:05:05Z\",\"limits\":{\"turns\":1,\"depth\":1,\"steps\":1,\"memory\":1},\"elapsed\":60000}".to_string(),
        turn("\"reply\":\"hello\""),
    ];
    let folder = folder_with(&[("t.jsonl", &(lines.join("\n") + "\n"))]);
    let path = folder.path().join("t.jsonl");
    let run = read(&path).unwrap();
    assert_eq!(run.resumed[0].at_ms, Some(60_000));
    let turn = &run.root().turns[0];
    assert_eq!((turn.asked, run.root().turns.len()), (2, 1));
    assert_eq!(turn.exchange.as_ref().unwrap().reply.as_deref(), Some("hello"));
    // Cut after the failure, the run failed.
    std::fs::write(&path, lines[..2].join("\n") + "\n").unwrap();
    let run = read(&path).unwrap();
    assert_eq!((run.state, run.reason.as_deref()), (State::Failed, Some("down")));
}

#[test]
fn the_calls_of_a_program_that_was_run_by_hand_are_read() {
    let replies = script(&["one", "two"]);
    let program = "print(ask(\"A\"), ask(\"B\", context))";
    let folder = folder_with(&[("a.txt", "alpha"), ("p.rlm", program), ("s.txt", &replies)]);
    let args = ["run", "p.rlm", "a.txt", "--model", "script:s.txt", "--record", "t.jsonl"];
    ends(&run(folder.path(), &args), 0, &[]);
    let run = read(&folder.path().join("t.jsonl")).unwrap();
    assert!(run.run.program.is_some());
    let turn = &run.root().turns[0];
    assert!(turn.number == 0 && turn.exchange.is_none());
    assert_eq!(turn.programs[0].calls.len(), 2);
    assert_eq!(turn.programs[0].code, None);
}

#[test]
fn a_large_record_is_read_whole() {
    let text = record(7, Size { turns: 200, calls: 10_000 });
    assert_eq!(text, record(7, Size { turns: 200, calls: 10_000 }));
    let folder = folder_with(&[("t.jsonl", &text)]);
    let run = read(&folder.path().join("t.jsonl")).unwrap();
    assert_eq!(run.calls().count(), 10_000);
    assert_eq!((run.root().turns.len(), run.engines.len()), (200, 21));
    assert!(run.notes.is_empty() && run.state == State::Answered);
    assert!(run.root().turns.iter().all(|turn| turn.programs[0].canonical.is_some()));
}

#[test]
fn what_is_no_record_says_so() {
    let folder = folder_with(&[
        ("empty.jsonl", ""),
        ("binary.jsonl", "\u{0}\u{1}\u{2}\n\u{3}"),
        ("new.jsonl", "{\"event\":\"run\",\"version\":99}\n"),
        ("half.jsonl", "{\"event\":\"run\",\"version\":2}\n"),
    ]);
    for (name, expected) in [
        ("empty", "no record of a run"),
        ("binary", "no record of a run"),
        ("new", "is a record of version 99, this program reads 2 to 3"),
        ("half", "line 1: the record is damaged: missing field"),
        ("missing", "cannot read"),
    ] {
        let error = read(&folder.path().join(format!("{name}.jsonl"))).unwrap_err();
        assert!(error.message.contains(expected), "{name}: {error}");
    }
}
