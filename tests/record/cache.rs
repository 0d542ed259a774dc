//! Replies that are kept, and replies that are shared.

use std::path::Path;
use std::time::Duration;

use crate::of_kind;
use crate::support::fake_server::Script;
use crate::support::faults::Fault;
use crate::support::process::{ends, err, fenced, folder_with, json, out, rlm, run};

const CODE: &str = "rs = [ask(f\"Q {i}\") for i in range(20)]\nanswer(\", \".join(rs))";

fn server() -> Script {
    Script::new().turn(&fenced(CODE)).rule(r"^Q (\d+)", "a$1")
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn kept_replies_cost_nothing() {
    let server = server().start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--trace", "t.jsonl", "--json", "--cache=kept"];
    let first = json(&run(folder.path(), &args));
    assert_eq!((server.arrived(), &first["totals"]["calls"]), (21, &20.into()));
    let second = run(folder.path(), &args);
    assert_eq!(json(&second)["answer"], first["answer"], "{}", err(&second));
    assert_eq!((server.arrived(), &json(&second)["totals"]["calls"]), (21, &0.into()));
    assert_eq!(json(&second)["totals"]["input_tokens"], 0);
    let record = folder.path().join("t.jsonl");
    assert!(of_kind(&record, "call").iter().all(|call| call["free"] == "cache"));
    // A replay needs no cache; without one everything is asked again.
    let again = run(folder.path(), &["replay", "t.jsonl", "--json"]);
    assert_eq!(out(&again), out(&second), "{}", err(&again));
    assert_eq!(json(&run(folder.path(), &args[..7]))["answer"], first["answer"]);
    assert_eq!(server.arrived(), 42);
    // Switched on by the variable, in the user's folder.
    let by_variable = || {
        let mut command = rlm(folder.path());
        command.env("RLM_CACHE", "1").env("XDG_CACHE_HOME", folder.path().join("caches"));
        command.args(&args[..7]).output().unwrap()
    };
    by_variable();
    assert_eq!(json(&by_variable())["totals"]["calls"], 0);
    assert!(folder.path().join("caches/rlm-lang/replies").is_dir());
}

#[test]
fn a_damaged_reply_is_asked_again_and_mended() {
    let server = server().start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--cache=kept"];
    let first = run(folder.path(), &args);
    let kept = files(&folder.path().join("kept"));
    assert_eq!(kept.len(), 21);
    for (index, path) in kept.iter().enumerate().take(4) {
        std::fs::write(path, [&b""[..], b"{\"version\"", b"\xff", b"null"][index]).unwrap();
    }
    assert_eq!(out(&run(folder.path(), &args)), out(&first));
    assert_eq!(server.arrived(), 25);
    assert_eq!(out(&run(folder.path(), &args)), out(&first));
    assert_eq!(server.arrived(), 25);
}

#[test]
fn what_failed_or_was_cut_off_is_not_kept() {
    let server = Script::new()
        .turn(&fenced("answer([ask(\"CUT\"), ask(\"BAD\")])"))
        .faults(|arrival| match arrival.last.as_str() {
            "CUT" => Some(Fault::Truncated),
            "BAD" => Some(Fault::Status(400, "{}")),
            _ => None,
        })
        .start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--cache=kept"];
    ends(&run(folder.path(), &args), 0, &[]);
    assert_eq!(files(&folder.path().join("kept")).len(), 1);
    ends(&run(folder.path(), &args), 0, &[]);
    assert_eq!(server.arrived(), 5);
}

#[test]
fn two_processes_share_a_cache() {
    let server = server().latency(Duration::from_millis(20)).start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--cache=kept"];
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = rlm(folder.path());
            command.args(args).stdout(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let answers: Vec<String> =
        children.into_iter().map(|child| out(&child.wait_with_output().unwrap())).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert!(answers[0].starts_with("a0, a1, "), "{answers:?}");
    let kept = files(&folder.path().join("kept"));
    assert_eq!(kept.len(), 21, "no file but the replies: {kept:?}");
    let before = server.arrived();
    assert_eq!(out(&run(folder.path(), &args)), answers[0]);
    assert_eq!(server.arrived(), before);
}

#[test]
fn a_cache_that_cannot_be_written_is_told_of_and_loses_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let server = server().start();
    let folder = folder_with(&[("kept/x", "")]);
    let kept = folder.path().join("kept");
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(kept.join("y"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    let url = server.url();
    let output = run(folder.path(), &["ask", "q", "--base-url", &url, "--cache=kept"]);
    ends(&output, 0, &["the cache cannot be written"]);
    assert_eq!(err(&output).matches("cannot be written").count(), 1);
}

#[test]
fn equal_prompts_on_their_way_are_asked_once() {
    let code = "rs = [ask(f\"Q {i % 2}\") for i in range(12)]\nanswer(\", \".join(rs))";
    let server = Script::new()
        .turn(&fenced(code))
        .rule(r"^Q (\d)", "a$1")
        .latency(Duration::from_millis(400))
        .start();
    let folder = folder_with(&[]);
    let url = server.url();
    let args = ["ask", "q", "--base-url", &url, "--trace", "t.jsonl", "--json"];
    let output = run(folder.path(), &args);
    assert_eq!(json(&output)["answer"], ["a0, a1"; 6].join(", "), "{}", err(&output));
    assert_eq!(server.arrived(), 3);
    assert_eq!(json(&output)["totals"]["calls"], 2);
    let calls = of_kind(&folder.path().join("t.jsonl"), "call");
    assert_eq!(calls.iter().filter(|call| call["free"] == "shared").count(), 10);
    let again = run(folder.path(), &["replay", "t.jsonl", "--json"]);
    assert_eq!(out(&again), out(&output), "{}", err(&again));
}
