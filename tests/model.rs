//! The model clients against a server that behaves, and one that lies in every way it knows. Each call
//! ends in the right reply or in one clear error.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use rlm_lang::model::{
    Api, ErrorKind, Finish, HttpOptions, Message, Model, ModelConfig, ModelError, Purpose, Reply,
    Request, RetryPolicy, Secret, connect,
};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::fake_server::{FakeServer, Script};
use support::faults::{Fault, HUGE, SURVIVABLE};

const APIS: [Api; 3] = [Api::OpenAi, Api::Anthropic, Api::Gemini];

/// The key of all tests; no error may hold it.
const KEY: &str = "sk-very-secret";

/// How long a silent server is waited for.
const IDLE: Duration = Duration::from_millis(250);

fn options() -> HttpOptions {
    let first_wait = Duration::from_millis(4);
    let retry = RetryPolicy { tries: 4, first_wait, longest_wait: Duration::from_millis(40) };
    HttpOptions { idle_timeout: IDLE, retry, ..HttpOptions::default() }
}

fn config(api: Api, base_url: &str) -> ModelConfig {
    let base_url = base_url.to_owned();
    ModelConfig { api, base_url, key: Secret::new(KEY), model: "m-1".into(), window: Some(1000) }
}

fn client(api: Api, server: &FakeServer) -> Arc<dyn Model> {
    connect(&config(api, &server.url()), options()).unwrap()
}

fn ask(text: &str) -> Request {
    let messages = vec![Message::system("be brief"), Message::user(text)];
    Request { messages, purpose: Purpose::Call, ..Request::default() }
}

fn assert_clear(error: &ModelError) {
    let text = &error.message;
    assert!(!text.contains(KEY), "{text}");
    assert!(!text.contains('\n') && text.len() < 600, "{text}");
    assert!(text.contains("http://127.0.0.1:"), "{text}");
    assert!(!text.starts_with(char::is_uppercase) && !text.ends_with('.'), "{text}");
}

#[tokio::test]
async fn a_plain_call_in_all_formats() {
    for api in APIS {
        let server = Script::new().rule("^sum of (\\d+)", "it is $1").key(KEY).model("m-1").start();
        let model = client(api, &server);
        let reply = model.complete(ask("sum of 17 and 0")).await.unwrap();
        assert_eq!((reply.text.as_str(), &reply.finish), ("it is 17", &Finish::Stop), "{api:?}");
        assert_eq!((reply.model.as_str(), reply.tries), ("m-1", 1));
        assert!(reply.usage.input > Some(10) && reply.usage.output > Some(0), "{:?}", reply.usage);
        assert_eq!((model.name(), model.window()), ("m-1", Some(1000)));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn turns_follow_the_conversation() {
    let server = Script::new().turn("one").turn("two").start();
    let model = client(Api::Anthropic, &server);
    let mut request = ask("q");
    request.purpose = Purpose::Root;
    let first = model.complete(request.clone()).await.unwrap().text;
    request.messages.extend([Message::assistant(&*first), Message::user("result")]);
    assert_eq!(
        (first.as_str(), model.complete(request).await.unwrap().text.as_str()),
        ("one", "two")
    );
    let sent = &server.requests()[1].body;
    assert_eq!(sent["system"][0]["cache_control"]["type"], "ephemeral");
    assert_eq!(sent["messages"][2]["content"][0]["cache_control"]["type"], "ephemeral");
}

/// Asks once of a server that fails first, then behaves.
async fn after(api: Api, fault: Fault) -> (Reply, FakeServer) {
    let server =
        Script::new().otherwise("right answer").first(std::slice::from_ref(&fault)).start();
    let reply = client(api, &server).complete(ask("q")).await;
    (reply.unwrap_or_else(|e| panic!("{api:?} after {fault:?}: {e}")), server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_survivable_fault_is_survived() {
    let mut tasks = Vec::new();
    for api in APIS {
        for fault in SURVIVABLE {
            tasks.push(tokio::spawn(async move {
                let (reply, server) = after(api, fault.clone()).await;
                let (text, tries) = match fault {
                    // Tolerated, not repeated: the reply was whole and was paid for.
                    Fault::BrokenUtf8 => ("right answer\u{fffd}\u{fffd}", 1),
                    Fault::NoUsage => ("right answer", 1),
                    _ => ("right answer", 2),
                };
                assert_eq!((reply.text.as_str(), reply.tries), (text, tries), "{api:?} {fault:?}");
                assert_eq!(server.requests().len(), tries as usize, "{api:?} {fault:?}");
                let known = fault != Fault::NoUsage;
                assert_eq!(reply.usage.input.is_some(), known, "{api:?} {fault:?}");
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn long_and_cut_replies_are_replies() {
    for api in APIS {
        let (reply, _server) = after(api, Fault::Truncated).await;
        assert_eq!((reply.text.as_str(), reply.finish), ("right ", Finish::Length), "{api:?}");
    }
    let (reply, server) = after(Api::OpenAi, Fault::Huge).await;
    assert_eq!((reply.text.len(), reply.tries), (HUGE, 1));
    let small = HttpOptions { max_reply: 1 << 20, ..options() };
    let model = connect(&config(Api::OpenAi, &server.url()), small.clone()).unwrap();
    assert_eq!(model.complete(ask("q")).await.unwrap().text, "right answer");
    let server = Script::new().faults(|_| Some(Fault::Huge)).start();
    let model = connect(&config(Api::OpenAi, &server.url()), small).unwrap();
    let error = model.complete(ask("q")).await.unwrap_err();
    assert_eq!((error.kind, error.tries), (ErrorKind::BadReply, 1));
    assert!(error.message.contains("larger than 1048576 bytes"), "{error}");
    assert_clear(&error);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_never_recovers_ends_in_one_clear_error() {
    let cases = [
        (Fault::TooMany(None), ErrorKind::RateLimited, "limits requests (429): Rate limit reached"),
        (Fault::TooMany(Some("3600")), ErrorKind::RateLimited, "lower --concurrency"),
        (Fault::Internal, ErrorKind::Server, "failed (500): internal error"),
        (Fault::BadGateway, ErrorKind::Server, "failed (502): 502 Bad Gateway; try again later"),
        (Fault::StalledHeaders, ErrorKind::Timeout, "sent nothing for 250ms"),
        (Fault::StalledBody, ErrorKind::Timeout, "sent nothing for 250ms"),
        (Fault::Dropped, ErrorKind::Connect, "broke: "),
        (Fault::BrokenJson, ErrorKind::BadReply, "is not JSON"),
        (Fault::Empty, ErrorKind::BadReply, "holds no c"),
    ];
    let mut tasks = Vec::new();
    for api in APIS {
        for (fault, kind, says) in cases.clone() {
            tasks.push(tokio::spawn(async move {
                let always = fault.clone();
                let server = Script::new().faults(move |_| Some(always.clone())).start();
                let error = client(api, &server).complete(ask("q")).await.unwrap_err();
                assert_eq!((error.kind, error.tries), (kind, 4), "{api:?} {fault:?}: {error}");
                assert!(error.message.contains(says), "{api:?} {fault:?}: {error}");
                assert!(error.message.ends_with("(after 4 tries)"), "{error}");
                assert_eq!(server.requests().len(), 4, "{api:?} {fault:?}");
                assert_clear(&error);
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn refusals_are_final_and_say_what_to_do() {
    for (api, variable) in
        APIS.into_iter().zip(["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"])
    {
        let server = Script::new().key("another").model("m-2").start();
        let error = client(api, &server).complete(ask("q")).await.unwrap_err();
        assert_eq!(
            (error.kind, error.status, error.tries),
            (ErrorKind::Unauthorized, Some(401), 1)
        );
        // The server repeats the key; the error must not.
        assert!(error.message.contains("Incorrect API key provided: ***; check"), "{error}");
        assert!(error.message.ends_with(variable), "{error}");
        assert_clear(&error);

        let keyless = ModelConfig { key: None, ..config(api, &server.url()) };
        let error = connect(&keyless, options()).unwrap().complete(ask("q")).await.unwrap_err();
        assert!(error.message.ends_with(&format!("; set {variable}")), "{error}");

        let server = Script::new().model("m-2").start();
        let error = client(api, &server).complete(ask("q")).await.unwrap_err();
        assert_eq!((error.kind, error.status, error.tries), (ErrorKind::NotFound, Some(404), 1));
        assert!(error.message.contains("knows no model \"m-1\""), "{error}");
        assert_clear(&error);

        let wrong_path = config(api, &format!("{}/nowhere", server.url()));
        let error = connect(&wrong_path, options()).unwrap().complete(ask("q")).await.unwrap_err();
        assert!(api == Api::Gemini || error.kind == ErrorKind::NotFound, "{error}");
    }
}

#[tokio::test]
async fn other_statuses() {
    let too_long =
        r#"{"error":{"message":"maximum context length is 9","code":"context_length_exceeded"}}"#;
    for (status, body, kind, tries) in [
        (400, too_long, ErrorKind::TooLarge, 1),
        (400, r#"{"error":"no"}"#, ErrorKind::Refused, 1),
        (403, "", ErrorKind::Unauthorized, 1),
        (307, "", ErrorKind::NotFound, 1),
        (408, "", ErrorKind::Timeout, 4),
        (200, "<html><title>Welcome</title>", ErrorKind::BadReply, 4),
        (200, r#"{"error":{"code":429,"message":"slow down"}}"#, ErrorKind::RateLimited, 4),
        (200, r#"{"error":{"code":400,"message":"bad"}}"#, ErrorKind::Refused, 1),
    ] {
        let server = Script::new().faults(move |_| Some(Fault::Status(status, body))).start();
        let error = client(Api::OpenAi, &server).complete(ask("q")).await.unwrap_err();
        assert_eq!((error.kind, error.tries), (kind, tries), "{status} {body}: {error}");
        assert_clear(&error);
    }
}

#[tokio::test]
async fn a_refused_connection_is_final_at_first_and_tried_again_later() {
    let server = Script::new().start();
    let url = server.url();
    drop(server);
    for api in APIS {
        let model = connect(&config(api, &url), options()).unwrap();
        let error = model.complete(ask("q")).await.unwrap_err();
        assert_eq!((error.kind, error.tries), (ErrorKind::Connect, 1), "{error}");
        assert!(error.message.starts_with("cannot connect to http://127.0.0.1:"), "{error}");
        assert!(error.message.contains("connection refused"), "{error}");
        assert!(!error.message.contains("os error"), "{error}");
        assert_clear(&error);
    }
    let server = Script::new().start();
    let model = client(Api::OpenAi, &server);
    model.complete(ask("q")).await.unwrap();
    drop(server);
    let error = model.complete(ask("q")).await.unwrap_err();
    assert_eq!((error.kind, error.tries), (ErrorKind::Connect, 4), "{error}");
    let unknown =
        connect(&config(Api::OpenAi, "http://no-such-host.invalid/v1"), options()).unwrap();
    let error = unknown.complete(ask("q")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Connect, "{error}");
}

#[tokio::test]
async fn the_servers_wait_is_kept() {
    let server = Script::new().first(&[Fault::TooMany(Some("0.03"))]).start();
    let started = Instant::now();
    let reply = client(Api::OpenAi, &server).complete(ask("q")).await.unwrap();
    let times: Vec<_> = server.requests().iter().map(|r| r.arrived).collect();
    assert!(times[1] - times[0] >= Duration::from_millis(30), "{:?}", times[1] - times[0]);
    assert!(reply.elapsed >= Duration::from_millis(30) && reply.elapsed <= started.elapsed());
    let server = Script::new().first(&[Fault::TooMany(Some("3600"))]).start();
    client(Api::OpenAi, &server).complete(ask("q")).await.unwrap();
    let capped = Instant::now() - server.requests()[0].arrived;
    assert!(capped < Duration::from_secs(2), "{capped:?}");
}

#[tokio::test]
async fn fields_that_a_server_refuses_are_left_out_once_and_for_all() {
    let refuse = |body: &'static str| Fault::Status(400, body);
    let faults = [
        refuse(r#"{"error":{"message":"response_format is not supported"}}"#),
        refuse(r#"{"error":{"message":"Unsupported parameter: 'max_tokens'"}}"#),
        refuse(r#"{"error":{"message":"wrong","param":"temperature"}}"#),
        refuse(r#"{"detail":[{"loc":["body","stop"],"msg":"extra fields"}]}"#),
    ];
    let server = Script::new().otherwise("yes END no").first(&faults).start();
    let model = client(Api::OpenAi, &server);
    let request = Request {
        response_schema: Some(json!({"type": "string"})),
        max_output_tokens: Some(50),
        temperature: Some(0.0),
        stop: vec!["END".into()],
        ..ask("q")
    };
    let reply = model.complete(request.clone()).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.tries), ("yes ", 5));
    let sent = server.requests();
    assert_eq!(sent[0].body["response_format"]["type"], "json_schema");
    let last = &sent[4].body;
    assert_eq!(last["max_completion_tokens"], 50);
    for field in ["response_format", "max_tokens", "temperature", "stop"] {
        assert_eq!(last.get(field), None, "{field}");
    }
    assert_eq!(model.complete(request).await.unwrap().tries, 1);
    assert_eq!(server.requests()[5].body, *last);
}

#[tokio::test]
async fn a_refusal_that_nothing_can_avoid_is_final() {
    let body =
        r#"{"error":{"message":"max_tokens and response_format and temperature are wrong"}}"#;
    let server = Script::new().faults(move |_| Some(Fault::Status(400, body))).start();
    let error = client(Api::OpenAi, &server).complete(ask("q")).await.unwrap_err();
    assert_eq!((error.kind, error.tries, server.requests().len()), (ErrorKind::Refused, 1, 1));
    let limited = Request { max_output_tokens: Some(5), ..ask("q") };
    let error = client(Api::OpenAi, &server).complete(limited).await.unwrap_err();
    assert_eq!((error.kind, error.tries), (ErrorKind::Refused, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_with_mixed_faults_all_end_right() {
    const CALLS: usize = 120;
    let server =
        Script::new().rule("^item (\\d+)$", "got $1").faults(Fault::mixed(20, &SURVIVABLE)).start();
    let model = client(Api::OpenAi, &server);
    let started = Instant::now();
    let calls: Vec<_> = (0..CALLS)
        .map(|i| {
            let model = Arc::clone(&model);
            tokio::spawn(async move { model.complete(ask(&format!("item {i}"))).await })
        })
        .collect();
    let mut tries = 0;
    for (i, call) in calls.into_iter().enumerate() {
        let reply = call.await.unwrap().unwrap_or_else(|e| panic!("item {i}: {e}"));
        assert_eq!(reply.text.trim_end_matches('\u{fffd}'), format!("got {i}"));
        tries += reply.tries as usize;
    }
    let sent = server.requests();
    assert_eq!(tries, sent.len());
    let faults = sent.iter().filter(|r| r.fault.is_some()).count();
    assert!(faults > CALLS / 10, "only {faults} faults met");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test]
async fn connections_are_used_again_after_replies_and_refusals() {
    let server = Script::new().first(&[Fault::Internal, Fault::TooMany(None)]).start();
    let model = client(Api::OpenAi, &server);
    for _ in 0..5 {
        model.complete(ask("q")).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (7, 1));
}

#[tokio::test]
async fn a_dropped_call_closes_its_connection() {
    let server = Script::new().latency(Duration::from_secs(60)).start();
    let model = client(Api::OpenAi, &server);
    let call = model.complete(ask("q"));
    assert!(tokio::time::timeout(Duration::from_millis(80), call).await.is_err());
    let started = Instant::now();
    while server.in_flight() > 0 {
        assert!(started.elapsed() < Duration::from_secs(2), "the server still waits");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!((server.requests().len(), server.answered()), (1, 0));
}
