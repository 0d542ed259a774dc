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
        } else if path.ends_with(":generateContent") {
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

/// The key that a request carries, in whichever header.
pub fn key_of(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
    bearer.or_else(|| text("x-api-key")).or_else(|| text("x-goog-api-key")).map(str::to_owned)
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
