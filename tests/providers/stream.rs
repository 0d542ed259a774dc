//! Replies that come in pieces.

use super::*;
use rlm_lang::model::{ErrorKind, Finish};
use support::fake_server::Script;
use support::faults::{Fault, SURVIVABLE};

const TEXT: &str = "Plan: count. 数える 😀\n```rlm\nprint(len(context))\n```";

#[tokio::test]
async fn a_stream_says_what_a_whole_reply_says() {
    for api in APIS {
        let server = Script::new().otherwise(TEXT).model("m-1").start();
        let model = client(api, &server);
        let mut ears = Ears::default();
        let streamed = model.listen(turn("q"), &mut ears).await.unwrap();
        assert_eq!((ears.heard.as_str(), ears.beginnings), (TEXT, 1), "{api:?}");
        assert!(ears.pieces > 3, "{api:?}: {} pieces", ears.pieces);
        let whole = model.complete(turn("q")).await.unwrap();
        assert_eq!((&streamed.text, &streamed.finish), (&whole.text, &whole.finish), "{api:?}");
        assert_eq!(streamed.usage.output, whole.usage.output, "{api:?}");
        assert!(streamed.usage.input >= whole.usage.input, "{api:?}");
        assert_eq!((streamed.model.as_str(), streamed.tries), ("m-1", 1));
        let sent = server.requests();
        if api == Api::Gemini {
            assert!(sent[0].path.ends_with(":streamGenerateContent?alt=sse"), "{}", sent[0].path);
        } else {
            assert_eq!(sent[0].body["stream"], true);
            assert_eq!(sent[1].body.get("stream"), None);
        }
        assert_eq!(
            server.connections(),
            1,
            "{api:?}: a stream read to its end leaves its connection"
        );
    }
}

#[tokio::test]
async fn a_listener_ends_the_reply_and_the_server_stops_writing() {
    let long = format!("a ```\n{}", "and so on ".repeat(200));
    for api in APIS {
        let server = Script::new().otherwise(&long).pace(Duration::from_millis(5)).start();
        let mut ears = Ears::up_to("```");
        let reply = client(api, &server).listen(turn("q"), &mut ears).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.finish), ("a ```", Finish::Stop), "{api:?}");
        // What is told by now is no count of what was written.
        assert!(reply.left_after >= Some("a ```".len() as u64), "{api:?}: {:?}", reply.left_after);
        assert_eq!(reply.usage.input.is_some(), api != Api::OpenAi, "{api:?}");
        for _ in 0..400 {
            if server.in_flight() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(server.in_flight(), 0, "{api:?}: the server still writes");
        assert!(server.events() < 200, "{api:?}: {} events", server.events());
    }
}

#[tokio::test]
async fn a_stream_that_ends_behind_the_mark_tells_its_usage() {
    for api in APIS {
        let server = Script::new().otherwise("a ```\n \n").start();
        let mut ears = Ears::up_to("```");
        let reply = client(api, &server).listen(turn("q"), &mut ears).await.unwrap();
        assert_eq!(reply.text, "a ```", "{api:?}");
        assert!(reply.usage.output > Some(0), "{api:?}: {:?}", reply.usage);
        assert_eq!(reply.left_after, None);
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn servers_without_streams_work() {
    for api in APIS {
        let server = Script::new().otherwise("a ```\nb").without_streams().start();
        let mut ears = Ears::up_to("```");
        let reply = client(api, &server).listen(turn("q"), &mut ears).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.tries), ("a ```", 1), "{api:?}");
        assert!(reply.usage.output.is_some());
    }
}

#[tokio::test]
async fn servers_that_refuse_streams_are_asked_without_and_that_is_remembered() {
    for api in APIS {
        for (status, body, tries) in [
            (400, r#"{"error":{"message":"streaming is not supported"}}"#, 2),
            (404, r#"{"error":{"message":"not found"}}"#, 2),
            (501, "", 2),
            // Nothing says that it is the stream; two failures in a row may mean it.
            (500, r#"{"error":{"message":"internal error"}}"#, 3),
            (200, "data: nonsense\n\n", 3),
        ] {
            let server = Script::new()
                .otherwise("yes")
                .faults(move |request| {
                    let wants = request.body["stream"] == true
                        || request.path.contains(":streamGenerateContent");
                    wants.then_some(Fault::Status(status, body))
                })
                .start();
            let model = client(api, &server);
            let mut ears = Ears::default();
            let reply = model.listen(turn("q"), &mut ears).await.unwrap();
            assert_eq!((reply.text.as_str(), reply.tries), ("yes", tries), "{api:?} {status}");
            assert_eq!(ears.heard, "yes");
            let reply = model.listen(turn("q"), &mut ears).await.unwrap();
            assert_eq!(reply.tries, 1, "{api:?} {status}: asked for a stream again");
        }
    }
}

/// What breaks in the middle twice had begun both times: streams work there.
#[tokio::test]
async fn streams_that_break_are_asked_for_as_streams_again() {
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n";
    let broken = [Fault::Status(200, half), Fault::Status(200, half), Fault::Status(200, half)];
    let server = Script::new().otherwise("whole").first(&broken).start();
    let reply = client(Api::OpenAi, &server).listen(turn("q"), &mut Ears::default()).await;
    assert_eq!(reply.unwrap().text, "whole");
    assert!(server.requests().iter().all(|request| request.body["stream"] == true));
}

#[tokio::test]
async fn usage_in_streams_is_not_asked_for_again_where_it_is_refused() {
    for said in [
        r#"{"error":{"message":"property 'stream_options' is unsupported, did you mean 'stream'?"}}"#,
        r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]}}"#,
    ] {
        let refuse = Fault::Status(422, said);
        let server = Script::new().otherwise("yes").first(&[refuse]).start();
        let model = client(Api::OpenAi, &server);
        for tries in [2, 1] {
            let reply = model.listen(turn("q"), &mut Ears::default()).await.unwrap();
            assert_eq!(
                (reply.text.as_str(), reply.tries, reply.usage.output),
                ("yes", tries, None)
            );
        }
        let sent = server.requests();
        assert_eq!(sent[0].body["stream_options"]["include_usage"], true);
        assert!(sent[1..].iter().all(|r| r.body.get("stream_options").is_none()));
        assert!(sent.iter().all(|r| r.body["stream"] == true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_survivable_fault_is_survived_in_streams_too() {
    let mut tasks = Vec::new();
    for api in APIS {
        for fault in SURVIVABLE {
            tasks.push(tokio::spawn(async move {
                let faults = std::slice::from_ref(&fault);
                let server = Script::new().otherwise("the right answer").first(faults).start();
                let patient = HttpOptions { idle_timeout: IDLE, ..options() };
                let model = client_with(api, &server.url(), patient);
                let mut ears = Ears::default();
                let reply = model.listen(turn("q"), &mut ears).await;
                let reply = reply.unwrap_or_else(|e| panic!("{api:?} after {fault:?}: {e}"));
                let text = reply.text.trim_end_matches('\u{fffd}');
                assert_eq!(text, "the right answer", "{api:?} {fault:?}");
                assert_eq!(ears.heard, reply.text, "{api:?} {fault:?}");
                let tolerated = matches!(fault, Fault::BrokenUtf8 | Fault::NoUsage);
                assert_eq!(reply.tries, if tolerated { 1 } else { 2 }, "{api:?} {fault:?}");
                assert_eq!(
                    reply.usage.output.is_some(),
                    fault != Fault::NoUsage,
                    "{api:?} {fault:?}"
                );
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn errors_and_ends_in_the_middle_of_a_stream_are_failures() {
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n";
    for (api, body, kind) in [
        (Api::OpenAi, half, ErrorKind::Connect),
        (
            Api::OpenAi,
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"gone\",\"code\":502}}\n\n",
            ErrorKind::Server,
        ),
        (
            Api::OpenAi,
            "data: {\"object\":\"error\",\"message\":\"slow\",\"code\":429}\n\n",
            ErrorKind::RateLimited,
        ),
        (
            Api::Anthropic,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
            ErrorKind::Server,
        ),
        (
            Api::Anthropic,
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n",
            ErrorKind::Connect,
        ),
        (
            Api::Gemini,
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"half\"}]}}]}\n\n",
            ErrorKind::Connect,
        ),
        (
            Api::Gemini,
            "data: {\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"later\"}}\n\n",
            ErrorKind::Server,
        ),
    ] {
        let once = Script::new().otherwise("right").first(&[Fault::Status(200, body)]).start();
        let mut ears = Ears::default();
        let reply = client(api, &once).listen(turn("q"), &mut ears).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.tries), ("right", 2), "{api:?} {body}");
        assert_eq!((ears.heard.as_str(), ears.beginnings > 1), ("right", true), "{body}");
        let always = Script::new().faults(move |_| Some(Fault::Status(200, body))).start();
        let error = client(api, &always).listen(turn("q"), &mut ears).await.unwrap_err();
        assert_eq!((error.kind, error.tries), (kind, 4), "{api:?} {body}: {error}");
    }
}

#[tokio::test]
async fn a_program_that_is_whole_survives_the_end_of_its_stream() {
    let body = "data: {\"choices\":[{\"delta\":{\"content\":\"a ```\\n\"}}]}\n\n";
    let server = Script::new().faults(move |_| Some(Fault::Status(200, body))).start();
    let mut ears = Ears::up_to("```");
    let reply = client(Api::OpenAi, &server).listen(turn("q"), &mut ears).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.tries, reply.usage.output), ("a ```", 1, None));
}

#[test]
fn the_engine_stops_at_the_end_of_the_first_program() {
    let folder = tempfile::tempdir().unwrap();
    let imagined = "It prints 5.\n```rlm\nanswer(\"imagined\")\n```\n".repeat(40);
    let first = format!("Plan.\n```rlm\nprint(2 + 3)\n```\n{imagined}");
    let second = "```rlm\nanswer(\"seen\")\n```".to_owned();
    for extra in [&[][..], &["--no-stream"]] {
        let pace = Duration::from_millis(2);
        let server = Script::new().turn(&first).turn(&second).pace(pace).start();
        let output = rlm(folder.path())
            .args(["ask", "q", "-q", "--json", "--base-url", &server.url()])
            .args(extra)
            .output()
            .unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["answer"], "seen", "{output:?}");
        // What the first turn used was not told before the stream was dropped.
        let estimated = answer["totals"]["estimated_tokens"].as_u64().unwrap();
        assert_eq!(estimated > 0, extra.is_empty(), "{answer}");
        let sent = server.requests();
        let streams = extra.is_empty();
        assert!(sent.iter().all(|r| (r.body["stream"] == true) == streams));
        // What was not read is not in the history either.
        let said = sent[1].body["messages"].as_array().unwrap().iter();
        let said: Vec<_> = said.filter(|m| m["role"] == "assistant").collect();
        assert_eq!(said[0]["content"], "Plan.\n```rlm\nprint(2 + 3)\n```\n");
    }
}

#[test]
fn a_root_model_that_says_nothing_is_not_asked_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let body = r#"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#;
    let server = Script::new().faults(move |_| Some(Fault::Status(200, body))).start();
    let output =
        rlm(folder.path()).args(["ask", "q", "-q", "--base-url", &server.url()]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("withheld"), "{output:?}");
    assert_eq!(server.requests().len(), 2);
}
