//! Anthropic's Messages API, with prompt caching for conversations that grow.

use super::json::{sum, tokens};
use super::quirks::Quirks;
use super::remote::{Answer, Wire};
use super::stream::Partial;
use super::{Finish, Purpose, Request, Role, Usage, base_url, schema};
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

/// Where requests go when nothing else is said.
pub(crate) const HOME: &str = "https://api.anthropic.com";

/// The version of the API that this module speaks.
pub(crate) const VERSION: &str = "2023-06-01";

/// The limit of output tokens where the caller sets none: the API demands one.
const USUAL_LIMIT: u64 = 8192;

/// The limit that every model takes, for when a larger one was refused.
const SAFE_LIMIT: u64 = 4096;

/// The API refuses empty texts; this stands for one.
const EMPTY: &str = "(empty)";

/// The wire format of the Messages API.
pub(crate) struct Anthropic {
    url: Url,
}

impl Anthropic {
    /// The format for a base URL.
    pub(crate) fn new(base: &Url) -> Self {
        let base = base_url::versioned(base, "/v1", "/messages");
        Self { url: base_url::endpoint(&base, "/v1", "/messages") }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop_sequences: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: [Block<'a>; 1],
}

#[derive(Serialize)]
struct Block<'a> {
    r#type: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
struct CacheControl {
    r#type: &'static str,
}

#[derive(Serialize)]
struct OutputConfig {
    format: Format,
}

#[derive(Serialize)]
struct Format {
    r#type: &'static str,
    schema: Value,
}

impl<'a> Block<'a> {
    fn new(text: &'a str, cached: bool) -> Self {
        let text = if text.trim().is_empty() { EMPTY } else { text };
        let cache_control = cached.then_some(CacheControl { r#type: "ephemeral" });
        Self { r#type: "text", text, cache_control }
    }
}

impl Wire for Anthropic {
    fn url(&self, _model: &str, _stream: bool) -> Url {
        self.url.clone()
    }

    fn body(
        &self,
        model: &str,
        request: &Request,
        quirks: Quirks,
        stream: bool,
    ) -> serde_json::Result<Vec<u8>> {
        let limit = request.max_output_tokens.unwrap_or(USUAL_LIMIT);
        let schema = request.response_schema.as_ref().filter(|_| !quirks.has(Quirks::NO_SCHEMA));
        let (system, messages) = conversation(request);
        // The API refuses stop texts of nothing but spaces; `NO_STOP` covers further whims.
        let stop = request.stop.iter().map(String::as_str).filter(|text| !text.trim().is_empty());
        serde_json::to_vec(&Body {
            model,
            max_tokens: if quirks.has(Quirks::OTHER_LIMIT) { limit.min(SAFE_LIMIT) } else { limit },
            system,
            messages,
            temperature: request.temperature.filter(|_| !quirks.has(Quirks::NO_TEMPERATURE)),
            stop_sequences: stop.filter(|_| !quirks.has(Quirks::NO_STOP)).collect(),
            // The API compiles every schema strictly and refuses one that leaves something open.
            output_config: schema.map(schema::prepare).filter(|prepared| prepared.strict).map(
                |prepared| OutputConfig {
                    format: Format { r#type: "json_schema", schema: prepared.schema },
                },
            ),
            stream: stream.then_some(true),
        })
    }

    fn read(&self, reply: &mut Value) -> Result<Answer, String> {
        let blocks = reply.get("content").and_then(Value::as_array).ok_or("holds no content")?;
        // Blocks of other types are thoughts, open or redacted.
        let texts = blocks.iter().filter(|block| block.get("type").is_none_or(|t| t == "text"));
        let text: String = texts.filter_map(|block| block.get("text")?.as_str()).collect();
        let reason = reply.get("stop_reason").and_then(Value::as_str);
        let finish = reason.map_or(Finish::Stop, finish_of);
        let model = reply.get("model").and_then(Value::as_str).map(str::to_owned);
        let raw_usage = reply.get("usage").cloned().unwrap_or_default();
        let usage = usage_of(&raw_usage);
        Ok(Answer { text, usage, raw_usage, finish, left_after: None, model })
    }

    fn fold(&self, event: &Value, partial: &mut Partial) -> Result<(), String> {
        match event.get("type").and_then(Value::as_str) {
            Some("message_start") => {
                partial.begun = true;
                partial.note_model(event.pointer("/message/model"));
                partial.note_usage(event.pointer("/message/usage"));
            }
            Some("content_block_start") => {
                if let Some(text) = event.pointer("/content_block/text").and_then(Value::as_str) {
                    partial.push(text);
                }
            }
            // Thoughts, their signatures and citations come as deltas of other types.
            Some("content_block_delta") => {
                if event.pointer("/delta/type").is_none_or(|kind| kind == "text_delta")
                    && let Some(text) = event.pointer("/delta/text").and_then(Value::as_str)
                {
                    partial.push(text);
                }
                partial.think(event.pointer("/delta/thinking"));
            }
            Some("message_delta") => {
                partial.note_usage(event.get("usage"));
                if let Some(reason) = event.pointer("/delta/stop_reason").and_then(Value::as_str) {
                    partial.finish = Some(finish_of(reason));
                }
            }
            Some("message_stop") => partial.ended = true,
            Some("error") => return Err("holds an error".into()),
            // Pings, ends of blocks, and whatever else is added to the API.
            _ => {}
        }
        Ok(())
    }

    /// The reason comes before the end, which every server of this format sends.
    fn is_whole(&self, partial: &Partial) -> bool {
        partial.ended
    }

    fn usage(&self, usage: &Value) -> Usage {
        usage_of(usage)
    }

    fn usage_fields(&self) -> &'static [&'static str] {
        &[INPUT, OUTPUT, CACHED, WRITTEN, REASONING]
    }
}

fn finish_of(reason: &str) -> Finish {
    match reason {
        "end_turn" | "stop_sequence" => Finish::Stop,
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "refusal" => Finish::Filtered,
        other => Finish::Other(other.to_owned()),
    }
}

/// Splits the system prompt off and sets the marks up to which the provider caches the prompt. At most
/// four are allowed; three are used: the system prompt, which many calls share, and for a conversation
/// the last message, which the next turn builds on, and the one that the turn before marked, so that
/// its entry is found.
fn conversation(request: &Request) -> (Vec<Block<'_>>, Vec<Turn<'_>>) {
    let leading = request.messages.iter().take_while(|m| m.role == Role::System).count();
    let (system, rest) = request.messages.split_at(leading);
    let system = system
        .iter()
        .enumerate()
        .map(|(i, message)| Block::new(&message.content, i + 1 == leading))
        .collect();
    let grows = request.purpose == Purpose::Root;
    let last = rest.len();
    let turns = rest.iter().enumerate().map(|(i, message)| {
        // A system message in the middle would change the prefix of all that is cached.
        let role = if message.role == Role::Assistant { "assistant" } else { "user" };
        let cached = grows && (i + 1 == last || i + 3 == last);
        Turn { role, content: [Block::new(&message.content, cached)] }
    });
    (system, turns.collect())
}

const INPUT: &str = "/input_tokens";
const OUTPUT: &str = "/output_tokens";
const CACHED: &str = "/cache_read_input_tokens";
const WRITTEN: &str = "/cache_creation_input_tokens";
const REASONING: &str = "/output_tokens_details/thinking_tokens";

/// Usage. The API counts cached input beside `input_tokens`.
fn usage_of(usage: &Value) -> Usage {
    let cached_input = tokens(usage, CACHED);
    let cache_write = tokens(usage, WRITTEN);
    let input = tokens(usage, INPUT);
    Usage {
        input: sum(&[input, cached_input, cache_write]),
        output: tokens(usage, OUTPUT),
        cached_input,
        cache_write,
        reasoning: tokens(usage, REASONING),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Message;
    use serde_json::json;

    fn wire() -> Anthropic {
        Anthropic::new(&Url::parse(HOME).unwrap())
    }

    fn body(request: &Request, quirks: Quirks) -> Value {
        serde_json::from_slice(&wire().body("m", request, quirks, false).unwrap()).unwrap()
    }

    fn marks(body: &Value) -> Vec<String> {
        let blocks = body["messages"].as_array().unwrap().iter().map(|m| &m["content"][0]);
        let blocks = body["system"].as_array().into_iter().flatten().chain(blocks);
        let marked = blocks.filter(|b| b.get("cache_control").is_some());
        marked.map(|b| b["text"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_url() {
        assert_eq!(wire().url("m", true).as_str(), "https://api.anthropic.com/v1/messages");
    }

    #[test]
    fn the_prompt_is_cached_where_it_will_be_met_again() {
        let mut messages = vec![Message::system("s1"), Message::system("s2"), Message::user("q")];
        let mut request = Request { messages: messages.clone(), ..Request::default() };
        assert_eq!(marks(&body(&request, Quirks::default())), ["s2", "q"]);
        messages.extend([Message::assistant("a"), Message::user("r"), Message::system("late")]);
        request.messages = messages;
        assert_eq!(marks(&body(&request, Quirks::default())), ["s2", "a", "late"]);
        request.purpose = Purpose::Call;
        assert_eq!(marks(&body(&request, Quirks::default())), ["s2"]);
    }

    #[test]
    fn bodies_keep_the_rules_of_the_api() {
        let request = Request {
            messages: vec![Message::user(" ")],
            stop: vec!["\n".into(), "END".into()],
            max_output_tokens: Some(64_000),
            purpose: Purpose::Call,
            ..Request::default()
        };
        let sent = body(&request, Quirks::default());
        assert_eq!(
            sent,
            json!({"model": "m", "max_tokens": 64000, "stop_sequences": ["END"],
                "messages": [{"role": "user", "content": [{"type": "text", "text": EMPTY}]}]})
        );
        assert_eq!(body(&request, Quirks::OTHER_LIMIT)["max_tokens"], SAFE_LIMIT);
        let none = Request { max_output_tokens: None, ..request };
        assert_eq!(body(&none, Quirks::default())["max_tokens"], USUAL_LIMIT);
    }

    #[test]
    fn replies_without_thoughts() {
        let mut reply = json!({"model": "x", "stop_reason": "max_tokens", "content": [
            {"type": "thinking", "thinking": "t", "text": "no"}, {"type": "redacted_thinking", "data": "d"},
            {"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
            "usage": {"input_tokens": 3, "cache_read_input_tokens": 100,
                "cache_creation_input_tokens": 20, "output_tokens": 7}});
        let answer = wire().read(&mut reply).unwrap();
        assert_eq!((answer.text.as_str(), answer.finish), ("ab", Finish::Length));
        assert_eq!(answer.model.as_deref(), Some("x"));
        let usage = answer.usage;
        assert_eq!((usage.input, usage.output), (Some(123), Some(7)));
        assert_eq!((usage.cached_input, usage.cache_write), (Some(100), Some(20)));
        assert!(wire().read(&mut json!({"type": "error"})).is_err());
        let empty = wire().read(&mut json!({"content": []})).unwrap();
        assert_eq!((empty.text.as_str(), empty.usage), ("", Usage::default()));
    }
}
