//! Google's generateContent.

use super::json::{sum, tokens};
use super::quirks::Quirks;
use super::remote::{Answer, Wire};
use super::stream::Partial;
use super::{Finish, Message, Request, Role, Usage, base_url};
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

/// Where requests go when nothing else is said.
pub(crate) const HOME: &str = "https://generativelanguage.googleapis.com/v1beta";

/// The wire format of generateContent.
pub(crate) struct Gemini {
    base: Url,
}

impl Gemini {
    /// The format for a base URL.
    pub(crate) fn new(base: &Url) -> Self {
        let mut base = base.clone();
        // The model is part of the path: a URL copied whole is cut back to its base.
        if let Some((path, _)) = base.path().split_once("/models") {
            let path = path.to_owned();
            base.set_path(&path);
        }
        Self { base: base_url::versioned(&base, "/v1beta", "") }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    contents: Vec<Content<'a>>,
    generation_config: Config<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_sequences: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a Value>,
}

impl Wire for Gemini {
    fn url(&self, model: &str, stream: bool) -> Url {
        // Tuned models bring their own collection (`tunedModels/x`).
        let name = if model.contains('/') { model.to_owned() } else { format!("models/{model}") };
        // `?` and `#` in a name would end the path; `set_path` escapes them.
        if !stream {
            return base_url::endpoint(&self.base, "/v1beta", &format!("/{name}:generateContent"));
        }
        let tail = format!("/{name}:streamGenerateContent");
        let mut url = base_url::endpoint(&self.base, "/v1beta", &tail);
        // Without it the stream is one JSON array.
        url.query_pairs_mut().append_pair("alt", "sse");
        url
    }

    fn body(
        &self,
        _model: &str,
        request: &Request,
        quirks: Quirks,
        _stream: bool,
    ) -> serde_json::Result<Vec<u8>> {
        let leading = request.messages.iter().take_while(|m| m.role == Role::System).count();
        let (system, rest) = request.messages.split_at(leading);
        let system_parts: Vec<_> = system.iter().map(part).collect();
        let schema = request.response_schema.as_ref().filter(|_| !quirks.has(Quirks::NO_SCHEMA));
        let limit = request.max_output_tokens.filter(|_| !quirks.has(Quirks::OTHER_LIMIT));
        serde_json::to_vec(&Body {
            system_instruction: (!system_parts.is_empty())
                .then_some(Content { role: None, parts: system_parts }),
            contents: rest.iter().map(content).collect(),
            generation_config: Config {
                max_output_tokens: limit,
                temperature: request.temperature.filter(|_| !quirks.has(Quirks::NO_TEMPERATURE)),
                stop_sequences: (!request.stop.is_empty() && !quirks.has(Quirks::NO_STOP))
                    .then_some(request.stop.as_slice()),
                response_mime_type: schema.map(|_| "application/json"),
                response_json_schema: schema.filter(|_| !quirks.has(Quirks::NO_JSON_SCHEMA)),
            },
        })
    }

    fn read(&self, reply: &mut Value) -> Result<Answer, String> {
        let mut partial = Partial::default();
        self.fold(reply, &mut partial)?;
        if !partial.begun {
            return Err("holds no candidates".into());
        }
        let finish = partial.finish.take().unwrap_or(Finish::Stop);
        if finish == Finish::Stop && !has_parts(reply) {
            return Err("holds a candidate without content".into());
        }
        let raw_usage = partial.usage();
        let usage = usage_of(&raw_usage);
        let (model, left_after) = (partial.model.take(), None);
        Ok(Answer { model, text: partial.into_text(), usage, raw_usage, finish, left_after })
    }

    fn fold(&self, event: &Value, partial: &mut Partial) -> Result<(), String> {
        if event.get("error").is_some_and(|error| !error.is_null()) {
            return Err("holds an error".into());
        }
        partial.note_model(event.get("modelVersion"));
        partial.note_usage(event.get("usageMetadata"));
        if event.pointer("/promptFeedback/blockReason").is_some() {
            // A blocked prompt is an answer of a kind, and was counted.
            partial.begun = true;
            partial.finish = Some(Finish::Filtered);
        }
        let candidates = event.get("candidates").and_then(Value::as_array);
        let Some(candidate) = candidates.and_then(|c| c.first()) else { return Ok(()) };
        partial.begun = true;
        let parts = candidate.pointer("/content/parts").and_then(Value::as_array);
        let is_thought = |part: &Value| part.get("thought").is_some_and(|t| t == true);
        for part in parts.into_iter().flatten() {
            if is_thought(part) {
                partial.think(part.get("text"));
            } else {
                partial.push(part.get("text").and_then(Value::as_str).unwrap_or_default());
            }
        }
        if let Some(reason) = candidate.get("finishReason").and_then(Value::as_str) {
            partial.finish = Some(finish_of(reason));
        }
        Ok(())
    }

    fn usage(&self, usage: &Value) -> Usage {
        usage_of(usage)
    }

    fn usage_fields(&self) -> &'static [&'static str] {
        &[PROMPT, TOOLS, OUTPUT, THOUGHTS, CACHED, TOTAL]
    }
}

fn has_parts(reply: &Value) -> bool {
    reply.pointer("/candidates/0/content/parts").is_some_and(Value::is_array)
}

fn part(message: &Message) -> Part<'_> {
    Part { text: &message.content }
}

fn content(message: &Message) -> Content<'_> {
    let role = if message.role == Role::Assistant { "model" } else { "user" };
    Content { role: Some(role), parts: vec![part(message)] }
}

fn finish_of(reason: &str) -> Finish {
    match reason {
        "STOP" => Finish::Stop,
        "MAX_TOKENS" => Finish::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "LANGUAGE" => {
            Finish::Filtered
        }
        other => Finish::Other(other.to_owned()),
    }
}

const PROMPT: &str = "/promptTokenCount";
const TOOLS: &str = "/toolUsePromptTokenCount";
const OUTPUT: &str = "/candidatesTokenCount";
const THOUGHTS: &str = "/thoughtsTokenCount";
const CACHED: &str = "/cachedContentTokenCount";
const TOTAL: &str = "/totalTokenCount";

/// Usage. The API counts thoughts beside the candidates' tokens.
fn usage_of(usage: &Value) -> Usage {
    let reasoning = tokens(usage, THOUGHTS);
    Usage {
        input: sum(&[tokens(usage, PROMPT), tokens(usage, TOOLS)]),
        output: sum(&[tokens(usage, OUTPUT), reasoning]),
        cached_input: tokens(usage, CACHED),
        cache_write: None,
        reasoning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wire(base: &str) -> Gemini {
        Gemini::new(&Url::parse(base).unwrap())
    }

    fn read(mut reply: Value) -> Result<Answer, String> {
        wire(HOME).read(&mut reply)
    }

    #[test]
    fn urls() {
        let full = "https://generativelanguage.googleapis.com/v1beta/models/g:generateContent";
        assert_eq!(wire(HOME).url("g", false).as_str(), full);
        assert_eq!(wire(full).url("models/g", false).as_str(), full);
        assert_eq!(
            wire("http://localhost:1/").url("g", false).as_str(),
            "http://localhost:1/v1beta/models/g:generateContent"
        );
        assert!(
            wire(HOME).url("a?b#c", false).as_str().ends_with("/models/a%3Fb%23c:generateContent")
        );
    }

    #[test]
    fn bodies() {
        let request = Request {
            messages: vec![
                Message::system("s"),
                Message::user("q"),
                Message::assistant("a"),
                Message::system("late"),
            ],
            max_output_tokens: Some(5),
            response_schema: Some(json!({"type": "string"})),
            ..Request::default()
        };
        let body = |quirks| -> Value {
            serde_json::from_slice(&wire(HOME).body("g", &request, quirks, false).unwrap()).unwrap()
        };
        let want = json!({"systemInstruction": {"parts": [{"text": "s"}]}, "contents": [
            {"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]},
            {"role": "user", "parts": [{"text": "late"}]}],
            "generationConfig": {"maxOutputTokens": 5, "responseMimeType": "application/json",
                "responseJsonSchema": {"type": "string"}}});
        assert_eq!(body(Quirks::default()), want);
        let config = &body(Quirks::NO_JSON_SCHEMA)["generationConfig"];
        assert_eq!(*config, json!({"maxOutputTokens": 5, "responseMimeType": "application/json"}));
        let config = &body(Quirks::NO_SCHEMA)["generationConfig"];
        assert_eq!(*config, json!({"maxOutputTokens": 5}));
    }

    #[test]
    fn replies() {
        let answer = read(json!({"candidates": [{"finishReason": "STOP", "content": {"parts": [
            {"text": "t", "thought": true}, {"text": "a"}, {"inlineData": {}}, {"text": "b"}]}}],
            "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4,
                "thoughtsTokenCount": 6, "cachedContentTokenCount": 2}, "modelVersion": "g-1"}))
        .unwrap();
        assert_eq!((answer.text.as_str(), answer.finish), ("ab", Finish::Stop));
        assert_eq!((answer.usage.input, answer.usage.output), (Some(9), Some(10)));
        assert_eq!((answer.usage.cached_input, answer.usage.reasoning), (Some(2), Some(6)));
        assert_eq!(answer.model.as_deref(), Some("g-1"));
    }

    #[test]
    fn what_is_withheld_and_what_is_missing() {
        let blocked = read(json!({"promptFeedback": {"blockReason": "SAFETY"}})).unwrap();
        assert_eq!((blocked.text.as_str(), blocked.finish), ("", Finish::Filtered));
        let unsafe_reply = read(json!({"candidates": [{"finishReason": "SAFETY"}]})).unwrap();
        assert_eq!(unsafe_reply.finish, Finish::Filtered);
        let cut =
            read(json!({"candidates": [{"finishReason": "MAX_TOKENS", "content": {}}]})).unwrap();
        assert_eq!(cut.finish, Finish::Length);
        for reply in [
            json!({}),
            json!({"candidates": []}),
            json!({"candidates": [{"finishReason": "STOP"}]}),
        ] {
            assert!(read(reply.clone()).is_err(), "{reply}");
        }
    }
}
