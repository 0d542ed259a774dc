//! The three wire formats from the server's side.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

/// A wire format, told by the path of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Chat Completions.
    Chat,
    /// Anthropic's Messages.
    Messages,
    /// Google's generateContent.
    Generate,
}

impl Format {
    /// The format that a path belongs to.
    pub fn of_path(path: &str) -> Option<Self> {
        if path.ends_with("/v1/chat/completions") {
            Some(Self::Chat)
        } else if path.ends_with("/v1/messages") {
            Some(Self::Messages)
        } else if path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent") {
            Some(Self::Generate)
        } else {
            None
        }
    }

    /// The messages of a request as role (`system`, `user`, `assistant`) and text.
    pub fn messages(self, body: &Value) -> Vec<(String, String)> {
        let (system, list, parts) = match self {
            Self::Chat => ("", "messages", "content"),
            Self::Messages => ("system", "messages", "content"),
            Self::Generate => ("systemInstruction", "contents", "parts"),
        };
        let mut out = Vec::new();
        match body.get(system) {
            Some(Value::Object(content)) => out.push(("system".into(), text_of(&content["parts"]))),
            Some(content) => out.push(("system".into(), text_of(content))),
            None => {}
        }
        for message in body[list].as_array().into_iter().flatten() {
            let role = message["role"].as_str().unwrap_or("user");
            let role = if role == "model" { "assistant" } else { role };
            out.push((role.to_owned(), text_of(&message[parts])));
        }
        out
    }

    /// The model that a request asks for.
    pub fn model(self, body: &Value, path: &str) -> String {
        let named = match self {
            Self::Chat | Self::Messages => body["model"].as_str(),
            Self::Generate => path.rsplit_once('/').and_then(|(_, last)| last.split(':').next()),
        };
        named.unwrap_or_default().to_owned()
    }

    /// A right reply. Tokens are counted as a quarter of the bytes; `size` is the request's.
    pub fn reply(self, model: &str, text: &str, size: usize) -> Value {
        let (input, output) = tokens(size, text);
        match self {
            Self::Chat => json!({
                "id": "chatcmpl-fake", "object": "chat.completion", "created": 1_700_000_000, "model": model,
                "choices": [{"index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": input, "completion_tokens": output,
                    "total_tokens": input + output}
            }),
            Self::Messages => json!({
                "id": "msg_fake", "type": "message", "role": "assistant", "model": model,
                "content": [{"type": "text", "text": text}], "stop_reason": "end_turn",
                "usage": {"input_tokens": input, "output_tokens": output}
            }),
            Self::Generate => json!({
                "candidates": [{"content": {"role": "model", "parts": [{"text": text}]},
                    "finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": input, "candidatesTokenCount": output},
                "modelVersion": model
            }),
        }
    }

    /// Whether a request wants a stream.
    pub fn wants_stream(self, body: &Value, path: &str) -> bool {
        match self {
            Self::Chat | Self::Messages => body["stream"] == true,
            Self::Generate => path.ends_with(":streamGenerateContent"),
        }
    }

    /// The events of a stream that says what a whole reply says, each as it is sent. The text comes in
    /// pieces of a few characters.
    pub fn events(self, reply: &Value, body: &Value) -> Vec<String> {
        let named = |event: &Value| match event["type"].as_str() {
            Some(name) => format!("event: {name}\ndata: {event}\n\n"),
            None => format!("data: {event}\n\n"),
        };
        let mut events: Vec<String> = match self {
            Self::Chat => chat_events(reply, body),
            Self::Messages => message_events(reply),
            Self::Generate => generate_events(reply),
        }
        .iter()
        .map(named)
        .collect();
        if self == Self::Chat {
            events.push("data: [DONE]\n\n".to_owned());
        }
        events
    }

    /// A reply without choices, content or candidates.
    pub fn empty(self, model: &str) -> Value {
        match self {
            Self::Chat => json!({"object": "chat.completion", "model": model, "choices": []}),
            Self::Messages => json!({"type": "message", "model": model}),
            Self::Generate => json!({"candidates": [], "modelVersion": model}),
        }
    }

    /// A reply that says it was cut off by the limit of tokens.
    pub fn truncated(self, mut reply: Value) -> Value {
        match self {
            Self::Chat => reply["choices"][0]["finish_reason"] = json!("length"),
            Self::Messages => reply["stop_reason"] = json!("max_tokens"),
            Self::Generate => reply["candidates"][0]["finishReason"] = json!("MAX_TOKENS"),
        }
        reply
    }

    /// A reply that does not say what it used.
    pub fn without_usage(self, mut reply: Value) -> Value {
        if let Some(map) = reply.as_object_mut() {
            map.remove("usage");
            map.remove("usageMetadata");
        }
        reply
    }
}

/// The tokens of a request of `size` bytes and of its reply, as the server counts them.
pub fn tokens(size: usize, text: &str) -> (usize, usize) {
    (size / 4, text.len() / 4 + 1)
}

/// Characters of text in one event.
const PIECE: usize = 7;

fn pieces(text: &Value) -> Vec<String> {
    let chars: Vec<char> = text.as_str().unwrap_or_default().chars().collect();
    chars.chunks(PIECE).map(String::from_iter).collect()
}

fn chat_events(reply: &Value, body: &Value) -> Vec<Value> {
    let event = |choices: Value| {
        json!({"id": reply["id"], "object": "chat.completion.chunk",
        "model": reply["model"], "choices": choices})
    };
    let choice = |delta: Value, finish: &Value| json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
    let mut events = Vec::new();
    if let Some(choice_of) = reply["choices"].get(0) {
        events.push(event(choice(json!({"role": "assistant", "content": ""}), &Value::Null)));
        for piece in pieces(&choice_of["message"]["content"]) {
            events.push(event(choice(json!({"content": piece}), &Value::Null)));
        }
        events.push(event(choice(json!({}), &choice_of["finish_reason"])));
    }
    if body["stream_options"]["include_usage"] == true && reply.get("usage").is_some() {
        let mut last = event(json!([]));
        last["usage"] = reply["usage"].clone();
        events.push(last);
    }
    events
}

fn message_events(reply: &Value) -> Vec<Value> {
    let Some(block) = reply["content"].get(0) else {
        return vec![json!({"type": "ping"})];
    };
    let mut start = json!({"type": "message_start", "message": {"id": reply["id"], "type": "message",
        "role": "assistant", "model": reply["model"], "content": [], "stop_reason": null}});
    let mut end = json!({"type": "message_delta", "delta": {"stop_reason": reply["stop_reason"]}});
    if let Some(usage) = reply.get("usage") {
        // Snapshots: the first counts what little was written by then.
        start["message"]["usage"] =
            json!({"input_tokens": usage["input_tokens"], "output_tokens": 1});
        end["usage"] = json!({"output_tokens": usage["output_tokens"]});
    }
    let mut events = vec![
        start,
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
    ];
    for piece in pieces(&block["text"]) {
        events.push(json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "text_delta", "text": piece}}));
    }
    events.extend([
        json!({"type": "content_block_stop", "index": 0}),
        end,
        json!({"type": "message_stop"}),
    ]);
    events
}

fn generate_events(reply: &Value) -> Vec<Value> {
    let Some(candidate) = reply["candidates"].get(0) else { return vec![reply.clone()] };
    let pieces = pieces(&candidate["content"]["parts"][0]["text"]);
    let last = pieces.len().saturating_sub(1);
    let event = |(i, piece): (usize, &String)| {
        let mut event = json!({"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}}],
            "modelVersion": reply["modelVersion"]});
        if i == last {
            event["candidates"][0]["finishReason"] = candidate["finishReason"].clone();
        }
        if let Some(usage) = reply.get("usageMetadata") {
            event["usageMetadata"] = usage.clone();
            // Also here each event has the counts so far.
            let so_far = json!(i + 1);
            let count = if i == last { &usage["candidatesTokenCount"] } else { &so_far };
            event["usageMetadata"]["candidatesTokenCount"] = count.clone();
        }
        event
    };
    pieces.iter().enumerate().map(event).collect()
}

/// The key that a request carries, in whichever header.
pub fn key_of(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
    bearer.or_else(|| text("x-api-key")).or_else(|| text("x-goog-api-key")).map(str::to_owned)
}

/// A response that is a stream of events, all sent at once.
pub fn stream_response(body: impl Into<Body>) -> Response {
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(body.into())
        .expect("a response")
}

/// A response with a JSON body, or one that claims to be JSON.
pub fn json_response(status: u16, body: String) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body))
        .expect("a response")
}

fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}
