//! Chat Completions: the format of OpenAI and of most other servers, read with tolerance for what
//! those leave out or add.

use super::remote::{Answer, Quirks, Wire, tokens};
use super::{Finish, Message, Request, Usage, base_url, schema};
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
}

#[derive(Serialize)]
struct ResponseFormat {
    r#type: &'static str,
    json_schema: JsonSchema,
}

#[derive(Serialize)]
struct JsonSchema {
    name: &'static str,
    strict: bool,
    schema: Value,
}

impl Wire for OpenAi {
    fn url(&self, _model: &str) -> Url {
        self.url.clone()
    }

    fn body(&self, model: &str, request: &Request, quirks: Quirks) -> serde_json::Result<Vec<u8>> {
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
            response_format: schema.map(|schema| {
                let schema::Prepared { schema, strict } = schema::prepare(schema);
                let json_schema = JsonSchema { name: "reply", strict, schema };
                ResponseFormat { r#type: "json_schema", json_schema }
            }),
        })
    }

    fn read(&self, reply: &Value, request: &Request) -> Result<Answer, String> {
        let choices = reply.get("choices").and_then(Value::as_array);
        let choice = choices.and_then(|c| c.first()).ok_or("holds no choices")?;
        if choice.get("error").is_some_and(|error| !error.is_null()) {
            return Err("holds an error".into());
        }
        let message = choice.get("message").ok_or("holds a choice without a message")?;
        let mut text = without_thoughts(text_of(message.get("content")));
        let mut finish = finish_of(choice.get("finish_reason").and_then(Value::as_str));
        if let Some(refusal) = message.get("refusal").and_then(Value::as_str)
            && text.is_empty()
        {
            refusal.clone_into(&mut text);
            finish = Finish::Filtered;
        }
        if let Some(schema) = &request.response_schema {
            text = schema::unwrap(text, schema);
        }
        let model = reply.get("model").and_then(Value::as_str).filter(|name| !name.is_empty());
        let usage = reply.get("usage").map(usage_of).unwrap_or_default();
        Ok(Answer { text, usage, finish, model: model.map(str::to_owned) })
    }
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

/// Leaves out a leading `<think>` block, in which servers without a reasoning field send thoughts.
fn without_thoughts(text: String) -> String {
    match text.trim_start().strip_prefix("<think>").and_then(|rest| rest.split_once("</think>")) {
        Some((_, rest)) => rest.trim_start().to_owned(),
        None => text,
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

/// Usage, each field where OpenAI, DeepSeek (`prompt_cache_hit_tokens`) or Moonshot (`cached_tokens`)
/// puts it.
fn usage_of(usage: &Value) -> Usage {
    let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| tokens(usage, pointer));
    let input = first(&["/prompt_tokens"]);
    let mut output = first(&["/completion_tokens"]);
    let reasoning = first(&["/completion_tokens_details/reasoning_tokens", "/reasoning_tokens"]);
    // Some servers count reasoning beside the output; their total tells.
    if let (Some(i), Some(o), Some(r), Some(total)) =
        (input, output, reasoning, first(&["/total_tokens"]))
        && r > 0
        && i.saturating_add(o).saturating_add(r) == total
    {
        output = Some(o.saturating_add(r));
    }
    Usage {
        input,
        output,
        cached_input: first(&[
            "/prompt_tokens_details/cached_tokens",
            "/prompt_cache_hit_tokens",
            "/cached_tokens",
        ]),
        cache_write: first(&[
            "/prompt_tokens_details/cache_write_tokens",
            "/cache_creation_input_tokens",
        ]),
        reasoning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(reply: Value) -> Result<Answer, String> {
        wire("http://localhost:1").read(&reply, &Request::default())
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
            (json!({"content": "<think>cut"}), "<think>cut"),
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
            serde_json::from_slice(&wire(base).body("m", request, quirks).unwrap()).unwrap()
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
        assert_eq!(body("http://h", &full, Quirks::NO_TEMPERATURE).get("temperature"), None);
        assert_eq!(body("http://h", &full, Quirks::NO_STOP).get("stop"), None);
    }
}
