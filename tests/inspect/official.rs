//! Logs of the official implementation: written of our runs, and read. `official/log.jsonl` is made by hand
//! after `rlm/logger/rlm_logger.py` and `rlm/core/types.py` of github.com/alexzhang13/rlm.

use std::path::Path;

use rlm_lang::inspect::{Origin, Program, State, Trajectory, Turn, read};

use crate::support::process::{ends, folder_with, out, run};
use crate::support::trajectories::{Size, record};

fn log() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/inspect/official/log.jsonl"))
}

#[test]
fn a_log_is_read() {
    let run = read(log()).unwrap();
    assert_eq!((run.origin, run.state), (Origin::Official, State::Answered));
    assert_eq!(run.run.question, "Which animal is named most?");
    assert_eq!((run.run.model.name.as_str(), run.run.limits.turns), ("gpt-5", 30));
    let root = run.root();
    assert_eq!((root.turns.len(), root.end.as_ref().unwrap().text.as_str()), (2, "cat"));
    let first = &root.turns[0];
    assert!(first.exchange.as_ref().unwrap().reply.as_ref().unwrap().starts_with("Look first."));
    let moments = (first.started_ms, first.replied_ms, first.ended_ms);
    assert_eq!(moments, (Some(1000), Some(3250), Some(5500)));
    let program = &first.programs[0];
    assert!(program.code.as_ref().unwrap().contains("llm_query_batched"));
    assert_eq!(program.printed, "1200\n['cat', 'Error']\n");
    assert_eq!((program.calls.len(), program.is_over, &program.error), (2, true, &None));
    let (good, bad) = (&program.calls[0], &program.calls[1]);
    assert_eq!(good.exchange.reply.as_deref(), Some("cat"));
    assert_eq!((good.exchange.usage.input, good.exchange.millis), (Some(30), 1500));
    assert_eq!(bad.instruction, "the other half");
    assert_eq!(bad.exchange.failure.as_ref().unwrap().message, "RateLimitError: slow down");
    let second = &root.turns[1];
    assert_eq!(second.programs[0].children, [1]);
    assert!(second.programs[1].error.as_ref().unwrap().contains("ZeroDivisionError"));
    let child = run.engine(1).unwrap();
    assert_eq!((child.depth, child.turns.len()), (1, 1));
    assert_eq!(child.end.as_ref().unwrap().text, "cat, 12 times");
    assert_eq!(run.totals.cost_usd, None, "what the root model used is not in the log");
}

#[test]
fn a_log_is_shown_in_all_views() {
    let folder = folder_with(&[]);
    let path = log().to_str().unwrap();
    for (args, parts) in [
        (
            &[][..],
            &["Which animal is named most?", "child 1  count the animals", "ZeroDivision"][..],
        ),
        (&["--turn", "1"], &["the cat and the dog", "RateLimitError: slow down", "> 1200"]),
        (&["--turn", "1.1"], &["answer['content'] = 'cat, 12 times'"]),
        (&["--calls"], &["gpt-5-mini", "1.1/1#0", "server"]),
        (&["--failed"], &["turn 1, 1 call", "turn 2, program 2"]),
        (&["--diff", path], &["programs  the same in both"]),
        (&["--json"], &["\"origin\":\"official\""]),
    ] {
        let output = run(folder.path(), &[&["inspect", path], args].concat());
        ends(&output, 0, &[]);
        for part in parts {
            assert!(out(&output).contains(part), "{args:?} {part}: {}", out(&output));
        }
    }
    ends(&run(folder.path(), &["inspect", path, "--program"]), 1, &["no program to keep"]);
    ends(&run(folder.path(), &["replay", path]), 1, &["no record of a run"]);
}

#[test]
fn lines_that_cannot_be_read_are_left_out() {
    let text = std::fs::read_to_string(log()).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(1, "{\"type\":\"iteration\",");
    lines.push(lines[2]);
    let folder = folder_with(&[("l.jsonl", &lines.join("\n"))]);
    let run = read(&folder.path().join("l.jsonl")).unwrap();
    let notes: Vec<&str> = run.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(notes[0].starts_with("line 2 of the log cannot be read"), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("several runs")), "{notes:?}");
    assert_eq!(run.root().turns.len(), 3);
}

/// What both forms have a place for.
fn common(run: &Trajectory) -> Vec<String> {
    let mut all = vec![run.run.question.clone(), run.run.model.name.clone()];
    for engine in &run.engines {
        let asked = engine.asked.as_ref().map(|asked| (&asked.question, &asked.context));
        let end = engine.end.as_ref().map(|end| &end.text);
        all.push(format!("engine {} {} {asked:?} {end:?}", engine.number, engine.depth));
        for turn in &engine.turns {
            let Turn { number, started_ms, replied_ms, ended_ms, exchange, .. } = turn;
            let reply = exchange.as_ref().map(|exchange| (&exchange.model, &exchange.reply));
            let moments = (started_ms, replied_ms, ended_ms);
            all.push(format!("turn {number} {moments:?} {reply:?}"));
            for program in &turn.programs {
                let Program { number, code, printed, error, children, .. } = program;
                all.push(format!("{number} {code:?} {printed:?} {error:?} {children:?}"));
                for call in &program.calls {
                    let exchange = &call.exchange;
                    let failure = exchange.failure.as_ref().map(|failure| &failure.message);
                    all.push(format!(
                        "{} {:?} {} {:?} {failure:?} {:?} {} {}",
                        call.instruction,
                        call.data,
                        exchange.model,
                        exchange.reply,
                        exchange.usage.input,
                        exchange.usage.output.unwrap(),
                        exchange.millis
                    ));
                }
            }
        }
    }
    all
}

#[test]
fn what_is_exported_is_read_back_as_it_was() {
    let text = record(11, Size { turns: 20, calls: 200 });
    let folder = folder_with(&[("t.jsonl", &text)]);
    let args = ["inspect", "t.jsonl", "--export-official", "o.jsonl"];
    ends(&run(folder.path(), &args), 0, &[]);
    let ours = read(&folder.path().join("t.jsonl")).unwrap();
    let theirs = read(&folder.path().join("o.jsonl")).unwrap();
    assert_eq!(theirs.origin, Origin::Official);
    let (ours, theirs) = (common(&ours), common(&theirs));
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
    // On standard output it is the same.
    let printed = out(&run(folder.path(), &["inspect", "t.jsonl", "--export-official", "-"]));
    assert_eq!(printed, std::fs::read_to_string(folder.path().join("o.jsonl")).unwrap());
}

#[test]
fn an_export_has_what_the_official_viewer_reads() {
    let text = record(11, Size { turns: 10, calls: 20 });
    let folder = folder_with(&[("t.jsonl", &text)]);
    let printed = out(&run(folder.path(), &["inspect", "t.jsonl", "--export-official", "-"]));
    let lines: Vec<serde_json::Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // The fields of `visualizer/src/lib/types.ts`.
    let setup = ["root_model", "max_depth", "max_iterations", "backend", "backend_kwargs"];
    let environment = ["type", "environment_type", "environment_kwargs", "other_backends"];
    for field in setup.iter().chain(&environment) {
        assert!(lines[0].get(*field).is_some(), "{field}");
    }
    assert_eq!(lines[0]["type"], "metadata");
    for (index, line) in lines.iter().enumerate().skip(1) {
        assert_eq!(
            (line["type"].as_str(), line["iteration"].as_u64()),
            (Some("iteration"), Some(index as u64))
        );
        let messages = line["prompt"].as_array().unwrap();
        assert!(messages.iter().all(|m| m["role"].is_string() && m["content"].is_string()));
        assert!(line["response"].is_string() && line["timestamp"].is_string());
        assert!(line["iteration_time"].is_number());
        for block in line["code_blocks"].as_array().unwrap() {
            let result = &block["result"];
            assert!(block["code"].is_string() && result["stdout"].is_string());
            assert!(result["stderr"].is_string() && result["locals"].is_object());
            assert!(result["execution_time"].is_number());
            for call in result["rlm_calls"].as_array().unwrap() {
                assert!(call["prompt"].is_string() && call["response"].is_string());
                let numbers = ["prompt_tokens", "completion_tokens", "execution_time"];
                assert!(numbers.iter().all(|name| call[*name].is_number()), "{call}");
            }
        }
    }
    assert_eq!(lines.last().unwrap()["final_answer"], "forty-two");
    assert!(lines[..lines.len() - 1].iter().skip(1).all(|line| line["final_answer"].is_null()));
}
