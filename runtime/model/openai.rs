//! Chat Completions: the format of OpenAI and of most other servers, read with tolerance for what
//! those leave out or add.

use super::json::tokens;
use super::quirks::Quirks;
use super::remote::{Answer, Wire};
use super::stream::Partial;
use super::{Finish, Message, Request, Usage, base_url, schema, thoughts};
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

/// Where requests go when nothing else is said.
pub(crate) const HOME: &str = "https://api.openai.com/v1";

/// The wire format of Chat Completions.
pub(crate) struct OpenAi {
    url: Url,
    /// OpenAI's own reasoning models refuse the old name of the limit; many other servers do not
    /// know the new one.
    new_limit_name: bool,
}

impl OpenAi {
    /// The format for a base URL.
    pub(crate) fn new(base: &Url) -> Self {
        let new_limit_name = base.host_str() == Some("api.openai.com");
        Self { url: base_url::endpoint(base, "/v1", "/chat/completions"), new_limit_name }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: &'a [Message],
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct ResponseFormat {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<JsonSchema>,
}

#[derive(Serialize)]
struct JsonSchema {
    name: &'static str,
    strict: bool,
    schema: Value,
}

impl Wire for OpenAi {
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
        let new_name = self.new_limit_name != quirks.has(Quirks::OTHER_LIMIT);
        let limit = request.max_output_tokens;
        let schema = request.response_schema.as_ref().filter(|_| !quirks.has(Quirks::NO_SCHEMA));
        serde_json::to_vec(&Body {
            model,
            messages: &request.messages,
            max_tokens: limit.filter(|_| !new_name),
            max_completion_tokens: limit.filter(|_| new_name),
            temperature: request.temperature.filter(|_| !quirks.has(Quirks::NO_TEMPERATURE)),
            stop: (!request.stop.is_empty() && !quirks.has(Quirks::NO_STOP))
                .then_some(request.stop.as_slice()),
            response_format: schema
                .and_then(|schema| response_format(schema, &request.messages, quirks)),
            stream: stream.then_some(true),
            stream_options: (stream && !quirks.has(Quirks::NO_STREAM_USAGE))
                .then_some(StreamOptions { include_usage: true }),
        })
    }

    fn read(&self, reply: &mut Value) -> Result<Answer, String> {
        let choices = reply.get_mut("choices").and_then(Value::as_array_mut);
        let choice = choices.and_then(|c| c.first_mut()).ok_or("holds no choices")?;
        if choice.get("error").is_some_and(|error| !error.is_null()) {
            return Err("holds an error".into());
        }
        // `text` is the older form, from servers that answer both in one.
        let content = match choice.get("message").is_some() {
            true => choice.pointer_mut("/message/content"),
            false if choice.get("text").is_none() => {
                return Err("holds a choice without a message".into());
            }
            false => choice.get_mut("text"),
        };
        let mut text = thoughts::without(match content {
            Some(Value::String(text)) => std::mem::take(text),
            content => text_of(content.as_deref()),
        });
        let mut finish = finish_of(choice.get("finish_reason").and_then(Value::as_str));
        if let Some(refusal) = choice.pointer("/message/refusal").and_then(Value::as_str)
            && text.is_empty()
        {
            refusal.clone_into(&mut text);
            finish = Finish::Filtered;
        }
        let model = reply.get("model").and_then(Value::as_str).filter(|name| !name.is_empty());
        let raw_usage = reply.get("usage").cloned().unwrap_or_default();
        let usage = usage_of(&raw_usage);
        let model = model.map(str::to_owned);
        Ok(Answer { text, usage, raw_usage, finish, left_after: None, model })
    }

    fn fold(&self, event: &Value, partial: &mut Partial) -> Result<(), String> {
        if event.get("error").is_some_and(|error| !error.is_null())
            || event.get("object").is_some_and(|kind| kind == "error")
        {
            return Err("holds an error".into());
        }
        partial.note_model(event.get("model"));
        partial.note_usage(event.get("usage"));
        // The event that brings the usage has no choices.
        let choices = event.get("choices").and_then(Value::as_array);
        let Some(choice) = choices.and_then(|c| c.first()) else { return Ok(()) };
        if choice.get("error").is_some_and(|error| !error.is_null()) {
            return Err("holds an error".into());
        }
        // Some servers send a whole message in a stream of one event.
        let message = choice.get("delta").or_else(|| choice.get("message"));
        let content = message.and_then(|m| m.get("content")).or_else(|| choice.get("text"));
        partial.push_with_thoughts(&text_of(content));
        let thought = |name| message.and_then(|m| m.get(name));
        partial.think(thought("reasoning_content").or_else(|| thought("reasoning")));
        let refusal = message.and_then(|m| m.get("refusal")).and_then(Value::as_str);
        if let Some(refusal) = refusal.filter(|refusal| !refusal.is_empty()) {
            partial.push(refusal);
            partial.finish = Some(Finish::Filtered);
        }
        let reason = choice.get("finish_reason").and_then(Value::as_str);
        if partial.finish != Some(Finish::Filtered) && reason.is_some_and(|r| !r.is_empty()) {
            partial.finish = Some(finish_of(reason));
        }
        Ok(())
    }

    fn usage(&self, usage: &Value) -> Usage {
        usage_of(usage)
    }

    fn usage_fields(&self) -> &'static [&'static str] {
        &[
            INPUT,
            OUTPUT,
            TOTAL,
            REASONING[0],
            REASONING[1],
            CACHED[0],
            CACHED[1],
            CACHED[2],
            WRITTEN[0],
            WRITTEN[1],
        ]
    }
}

/// The form of the reply: by its schema, or as any JSON object where the server takes no schemas. OpenAI and
/// others refuse the latter unless a message says "JSON"; one that does not asks for no object.
fn response_format(schema: &Value, messages: &[Message], quirks: Quirks) -> Option<ResponseFormat> {
    if !quirks.has(Quirks::NO_JSON_SCHEMA) {
        let schema::Prepared { schema, strict } = schema::prepare(schema);
        let json_schema = Some(JsonSchema { name: "reply", strict, schema });
        return Some(ResponseFormat { r#type: "json_schema", json_schema });
    }
    let says_json = messages.iter().any(|message| message.content.contains("JSON"));
    says_json.then_some(ResponseFormat { r#type: "json_object", json_schema: None })
}

/// The text of a message: a string, nothing, or a list of parts of which some are text.
fn text_of(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts
            .iter()
            .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()))
            .collect(),
        _ => String::new(),
    }
}

fn finish_of(reason: Option<&str>) -> Finish {
    match reason {
        None | Some("stop" | "eos" | "eos_token" | "stop_sequence" | "end_turn" | "") => {
            Finish::Stop
        }
        Some("length" | "max_tokens" | "model_length") => Finish::Length,
        Some("content_filter" | "refusal") => Finish::Filtered,
        Some(other) => Finish::Other(other.to_owned()),
    }
}

const INPUT: &str = "/prompt_tokens";
const OUTPUT: &str = "/completion_tokens";
const TOTAL: &str = "/total_tokens";
const REASONING: [&str; 2] = ["/completion_tokens_details/reasoning_tokens", "/reasoning_tokens"];
const CACHED: [&str; 3] =
    ["/prompt_tokens_details/cached_tokens", "/prompt_cache_hit_tokens", "/cached_tokens"];
const WRITTEN: [&str; 2] =
    ["/prompt_tokens_details/cache_write_tokens", "/cache_creation_input_tokens"];

/// Usage, each field where OpenAI, DeepSeek (`prompt_cache_hit_tokens`) or Moonshot (`cached_tokens`)
/// puts it.
fn usage_of(usage: &Value) -> Usage {
    let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| tokens(usage, pointer));
    let input = first(&[INPUT]);
    let mut output = first(&[OUTPUT]);
    let reasoning = first(&REASONING);
    // Some servers count reasoning beside the output; their total tells.
    if let (Some(i), Some(o), Some(r), Some(total)) = (input, output, reasoning, first(&[TOTAL]))
        && r > 0
        && i.saturating_add(o).saturating_add(r) == total
    {
        output = Some(o.saturating_add(r));
    }
    Usage { input, output, cached_input: first(&CACHED), cache_write: first(&WRITTEN), reasoning }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(mut reply: Value) -> Result<Answer, String> {
        wire("http://localhost:1").read(&mut reply)
    }

    fn wire(base: &str) -> OpenAi {
        OpenAi::new(&Url::parse(base).unwrap())
    }

    fn with_message(message: Value) -> Value {
        json!({"choices": [{"message": message}]})
    }

    #[test]
    fn texts_in_all_shapes() {
        for (message, text) in [
            (json!({"content": "a"}), "a"),
            (json!({"content": null, "reasoning_content": "t"}), ""),
            (json!({"reasoning": "t"}), ""),
            (json!({"content": [{"type": "text", "text": "a"}, {"type": "image"}, "b"]}), "ab"),
            (json!({"content": "\n<think>```x```</think>\n\na"}), "a"),
            (json!({"content": "a <think>b</think>"}), "a <think>b</think>"),
            (json!({"content": "<think>cut"}), ""),
        ] {
            assert_eq!(read(with_message(message.clone())).unwrap().text, text, "{message}");
        }
    }

    #[test]
    fn replies_that_are_none() {
        for reply in [
            json!({}),
            json!([]),
            json!(null),
            json!({"choices": []}),
            json!({"choices": {}}),
            json!({"choices": [{}]}),
            json!({"choices": [{"error": {"code": 502}, "message": {"content": ""}}]}),
        ] {
            assert!(read(reply.clone()).is_err(), "{reply}");
        }
    }

    #[test]
    fn endings() {
        let finish = |reason: Value| {
            let reply =
                json!({"choices": [{"message": {"content": "a"}, "finish_reason": reason}]});
            read(reply).unwrap().finish
        };
        assert_eq!(finish(json!("stop")), Finish::Stop);
        assert_eq!(finish(json!(null)), Finish::Stop);
        assert_eq!(finish(json!("length")), Finish::Length);
        assert_eq!(finish(json!("content_filter")), Finish::Filtered);
        assert_eq!(finish(json!("tool_calls")), Finish::Other("tool_calls".into()));
        let refused = read(with_message(json!({"content": null, "refusal": "no"}))).unwrap();
        assert_eq!((refused.text.as_str(), refused.finish), ("no", Finish::Filtered));
    }

    #[test]
    fn usage_of_several_servers() {
        let full =
            usage_of(&json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 3}}));
        let want = Usage {
            input: Some(10),
            output: Some(5),
            cached_input: Some(4),
            cache_write: None,
            reasoning: Some(3),
        };
        assert_eq!(full, want);
        let beside =
            usage_of(&json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 18,
            "completion_tokens_details": {"reasoning_tokens": 3}}));
        assert_eq!(beside.output, Some(8));
        assert_eq!(usage_of(&json!({"prompt_cache_hit_tokens": 7})).cached_input, Some(7));
        assert_eq!(usage_of(&json!(null)), Usage::default());
        let none = read(json!({"choices": [{"message": {"content": "a"}}]})).unwrap();
        assert_eq!(none.usage, Usage::default());
    }

    #[test]
    fn bodies_hold_what_is_asked_and_nothing_else() {
        let body = |base: &str, request: &Request, quirks| -> Value {
            serde_json::from_slice(&wire(base).body("m", request, quirks, false).unwrap()).unwrap()
        };
        let plain = Request { messages: vec![Message::user("q")], ..Request::default() };
        let none = Quirks::default();
        let want = json!({"model": "m", "messages": [{"role": "user", "content": "q"}]});
        assert_eq!(body("http://h", &plain, none), want);
        let full = Request {
            max_output_tokens: Some(9),
            temperature: Some(0.5),
            stop: vec!["x".into()],
            response_schema: Some(json!({"type": "string"})),
            ..plain
        };
        let local = body("http://h", &full, none);
        assert_eq!(local["max_tokens"], 9);
        assert_eq!(local["response_format"]["json_schema"]["strict"], true);
        assert_eq!(local["response_format"]["json_schema"]["schema"]["type"], "object");
        assert_eq!(body("http://h", &full, Quirks::OTHER_LIMIT)["max_completion_tokens"], 9);
        let home = body(HOME, &full, none);
        assert_eq!(home["max_completion_tokens"], 9);
        assert_eq!(home.get("max_tokens"), None);
        assert_eq!(body("http://h", &full, Quirks::NO_SCHEMA).get("response_format"), None);
        assert_eq!(body("http://h", &full, Quirks::NO_JSON_SCHEMA).get("response_format"), None);
        let told = Request { messages: vec![Message::user("Reply with JSON")], ..full.clone() };
        assert_eq!(
            body("http://h", &told, Quirks::NO_JSON_SCHEMA)["response_format"],
            json!({"type": "json_object"})
        );
        assert_eq!(body("http://h", &full, Quirks::NO_TEMPERATURE).get("temperature"), None);
        assert_eq!(body("http://h", &full, Quirks::NO_STOP).get("stop"), None);
    }
}
