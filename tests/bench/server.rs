//! A scripted server of Chat Completions on loopback: the model behind the benchmarks of whole runs.
//!
//! | request | what it does |
//! | --- | --- |
//! | `POST /v1/chat/completions` | replies as scripted; a `stream` request gets one chunk and an end |
//! | `POST /reset` | `{"latency_ms": N, "scenario": {...}}`: a new script, an empty log |
//! | `GET /stats` | requests, connections, the most in flight, and when each request came and went |
//!
//! A scenario holds `rules`, tried first: `{"match": REGEX, "reply": TEXT}`, searched in the last message
//! or, with `"where": "all"`, in all of them; instead of a reply a rule may hold `turns` of its own.
//! `turns` are the replies of the root: as many assistant messages as a request holds, that many are
//! skipped.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "match")]
    pattern: String,
    #[serde(rename = "where", default)]
    place: String,
    #[serde(default)]
    reply: String,
    #[serde(default)]
    turns: Vec<String>,
    #[serde(skip)]
    regex: Option<regex::Regex>,
}

#[derive(Deserialize, Default)]
struct Scenario {
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    turns: Vec<String>,
}

#[derive(Default)]
struct Script {
    latency: Duration,
    scenario: Scenario,
}

#[derive(Default)]
struct Log {
    entries: Vec<Value>,
    in_flight: u64,
    most_in_flight: u64,
}

#[derive(Default)]
struct Server {
    script: Mutex<Arc<Script>>,
    log: Mutex<Log>,
    connections: AtomicU64,
}

/// Serves on a free port of loopback, which it writes to `port_file`, until it is ended.
pub fn serve(port_file: &std::path::Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().unwrap().port();
        std::fs::write(port_file, port.to_string()).expect("the port file");
        let server = Arc::new(Server::default());
        let counter = server.clone();
        let listener = listener.tap_io(move |io| {
            counter.connections.fetch_add(1, Ordering::Relaxed);
            let _ = io.set_nodelay(true);
        });
        let router = Router::new()
            .route("/v1/chat/completions", post(chat))
            .route("/stats", get(stats))
            .route("/reset", post(reset))
            .layer(DefaultBodyLimit::disable())
            .with_state(server);
        axum::serve(listener, router).await.unwrap();
    });
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

async fn reset(State(server): State<Arc<Server>>, body: Bytes) -> &'static str {
    let wanted: Value = serde_json::from_slice(&body).expect("JSON");
    let mut scenario: Scenario =
        serde_json::from_value(wanted["scenario"].clone()).expect("a scenario");
    for rule in &mut scenario.rules {
        rule.regex = Some(regex::Regex::new(&rule.pattern).expect("a regex"));
    }
    let latency = Duration::from_millis(wanted["latency_ms"].as_u64().unwrap_or(0));
    *server.script.lock().unwrap() = Arc::new(Script { latency, scenario });
    *server.log.lock().unwrap() = Log::default();
    server.connections.store(0, Ordering::Relaxed);
    "reset\n"
}

async fn stats(State(server): State<Arc<Server>>) -> Response {
    let log = server.log.lock().unwrap();
    let stats = json!({
        "requests": log.entries.len(), "max_in_flight": log.most_in_flight,
        "connections": server.connections.load(Ordering::Relaxed), "log": log.entries,
    });
    ([(CONTENT_TYPE, "application/json")], stats.to_string()).into_response()
}

/// The reply to a conversation, and what answered it.
fn reply(script: &Script, messages: &[Value]) -> (String, String) {
    let text = |message: &Value| message["content"].as_str().unwrap_or_default().to_string();
    let last = messages.last().map(text).unwrap_or_default();
    let said = messages.iter().filter(|m| m["role"] == "assistant").count();
    for (number, rule) in script.scenario.rules.iter().enumerate() {
        let all = || messages.iter().map(text).collect::<Vec<_>>().join("\n");
        let place = if rule.place == "all" { all() } else { last.clone() };
        let captures = rule.regex.as_ref().and_then(|regex| regex.captures(&place));
        if let Some(captures) = captures {
            let mut out = String::new();
            captures.expand(rule.turns.get(said).unwrap_or(&rule.reply), &mut out);
            return (out, format!("rule{number}"));
        }
    }
    match script.scenario.turns.get(said) {
        Some(turn) => (turn.clone(), format!("turn{said}")),
        None => ("OK".to_string(), "default".to_string()),
    }
}

async fn chat(State(server): State<Arc<Server>>, body: Bytes) -> Response {
    let (came, started) = (now(), Instant::now());
    {
        let mut log = server.log.lock().unwrap();
        log.in_flight += 1;
        log.most_in_flight = log.most_in_flight.max(log.in_flight);
    }
    let script = server.script.lock().unwrap().clone();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    let (text, kind) = reply(&script, &messages);
    let usage = json!({"prompt_tokens": body.len() / 4, "completion_tokens": text.len() / 4 + 1});
    if !script.latency.is_zero() {
        tokio::time::sleep(script.latency.saturating_sub(started.elapsed())).await;
    }
    let object = |choice: Value, usage: &Value| json!({"id": "scripted", "model": request["model"], "choices": [choice], "usage": usage});
    let response = if request["stream"] == true {
        let delta = json!({"role": "assistant", "content": text});
        let first = object(json!({"index": 0, "delta": delta}), &Value::Null);
        let end = object(json!({"index": 0, "delta": {}, "finish_reason": "stop"}), &usage);
        let body = format!("data: {first}\n\ndata: {end}\n\ndata: [DONE]\n\n");
        ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
    } else {
        let message = json!({"role": "assistant", "content": text});
        let whole = json!({"index": 0, "finish_reason": "stop", "message": message});
        ([(CONTENT_TYPE, "application/json")], object(whole, &usage).to_string()).into_response()
    };
    let mut log = server.log.lock().unwrap();
    log.in_flight -= 1;
    log.entries.push(json!({"t_in": came, "t_out": now(), "bytes_in": body.len(), "kind": kind}));
    response
}
