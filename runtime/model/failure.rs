//! One failed try: what a server's status and body mean, in words for people.

use super::ErrorKind;
use serde_json::Value;
use std::time::Duration;

/// The most that is quoted from a server, in characters.
const QUOTE: usize = 240;

/// One failed try. The retry loop decides what follows from it.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    /// One line: what happened and where.
    pub(crate) message: String,
    pub(crate) status: Option<u16>,
    /// Whether another try may help.
    pub(crate) again: bool,
    /// How long the server asks to wait.
    pub(crate) wait: Option<Duration>,
    /// Whether the first new try need not wait: the server never saw the request.
    pub(crate) at_once: bool,
    /// Whether a reply of good status had begun.
    pub(crate) answered: bool,
    /// What the server said, whole and in lower case, to look for names of request fields in.
    pub(crate) said: String,
}

impl Failure {
    /// A failure without an HTTP status.
    pub(crate) fn new(kind: ErrorKind, message: String, again: bool) -> Self {
        Self {
            kind,
            message,
            status: None,
            again,
            wait: None,
            at_once: false,
            answered: false,
            said: String::new(),
        }
    }
}

/// Where a failure happened and what would help, known before anything is sent.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The URL, fit for messages.
    pub(crate) url: String,
    /// The model asked for.
    pub(crate) model: String,
    /// The environment variable that holds the key.
    pub(crate) key_variable: &'static str,
    /// Whether a key was sent.
    pub(crate) has_key: bool,
}

/// What a status other than 2xx means. `body` is what the server sent, perhaps cut.
pub(crate) fn from_status(place: &Place, status: u16, body: &str) -> Failure {
    let json: Option<Value> = serde_json::from_str(body).ok();
    let text = match &json {
        Some(value) => said_in_json(value).unwrap_or_default(),
        None => said_in_text(body),
    };
    let kind = kind_of(status, &format!("{text} {}", codes(json.as_ref())).to_lowercase());
    let no_credit = status == 402 || codes(json.as_ref()).contains("insufficient_quota");
    let again = match kind {
        // Waiting fills no empty account.
        ErrorKind::RateLimited => !no_credit,
        ErrorKind::Server => !matches!(status, 501 | 505),
        ErrorKind::Timeout => true,
        // Locks and races on the server's side; every other refusal would come again.
        ErrorKind::Refused => matches!(status, 409 | 425),
        _ => false,
    };
    let quoted = if text.is_empty() { String::new() } else { format!(": {}", quote(&text)) };
    Failure {
        kind,
        message: sentence(place, kind, status, &quoted, no_credit),
        status: Some(status),
        again,
        wait: json.as_ref().and_then(delay_in_json),
        at_once: false,
        answered: false,
        said: text.to_lowercase(),
    }
}

/// What an error means that came with a good status: inside a reply, or in the middle of a stream.
pub(crate) fn from_error(place: &Place, error: &Value) -> Failure {
    let body = serde_json::json!({ "error": error });
    from_status(place, status_in(error), &body.to_string())
}

/// The status that an error would have come with, by its code or its type.
fn status_in(error: &Value) -> u16 {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    let codes = ["code", "status"].into_iter().filter_map(|key| number(error.get(key)?));
    let status = codes.filter_map(|code| u16::try_from(code).ok()).find(|c| (400..600).contains(c));
    status.unwrap_or_else(|| {
        let said = codes_of(error).to_lowercase();
        let by_type = TYPES.iter().find(|(word, _)| said.contains(word));
        by_type.map_or(500, |(_, status)| *status)
    })
}

/// Types of errors, as Anthropic, OpenAI and Google name them, and the status that each stands for.
const TYPES: [(&str, u16); 8] = [
    ("overloaded", 529),
    ("rate_limit", 429),
    ("resource_exhausted", 429),
    ("authentication", 401),
    ("permission", 403),
    ("not_found", 404),
    ("too_large", 413),
    ("invalid_request", 400),
];

fn sentence(place: &Place, kind: ErrorKind, status: u16, quoted: &str, no_credit: bool) -> String {
    let Place { url, model, key_variable, has_key } = place;
    match kind {
        ErrorKind::Unauthorized if *has_key => {
            format!("{url} refuses the key ({status}){quoted}; check {key_variable}")
        }
        ErrorKind::Unauthorized => {
            format!("{url} wants a key ({status}){quoted}; set {key_variable}")
        }
        ErrorKind::NotFound if (300..400).contains(&status) => {
            format!(
                "{url} redirects elsewhere ({status}){quoted}; give the final address with --base-url"
            )
        }
        ErrorKind::NotFound => {
            format!(
                "{url} knows no model {model:?}, or nothing is there ({status}){quoted}; check --model and --base-url"
            )
        }
        ErrorKind::TooLarge => {
            format!(
                "the prompt is too large for {model:?} at {url} ({status}){quoted}; send less text at once"
            )
        }
        ErrorKind::RateLimited if no_credit => {
            format!(
                "the account at {url} has no credit left ({status}){quoted}; add credit or use another key"
            )
        }
        ErrorKind::RateLimited => {
            format!("{url} limits requests ({status}){quoted}; try later or lower --concurrency")
        }
        ErrorKind::Server | ErrorKind::Timeout => {
            format!("the server at {url} failed ({status}){quoted}; try again later")
        }
        _ => format!("{url} refuses the request ({status}){quoted}"),
    }
}

fn kind_of(status: u16, said: &str) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Unauthorized,
        300..=399 | 404 | 405 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        413 => ErrorKind::TooLarge,
        402 | 429 => ErrorKind::RateLimited,
        // Some local servers answer a prompt that does not fit with 500.
        400 | 422 | 500 if is_too_large(said) => ErrorKind::TooLarge,
        500.. => ErrorKind::Server,
        // Gemini answers a wrong key with 400.
        400 if said.contains("api_key_invalid") || said.contains("api key not valid") => {
            ErrorKind::Unauthorized
        }
        _ => ErrorKind::Refused,
    }
}

/// Whether an error says that the prompt does not fit. The words are those of OpenAI, vLLM, llama.cpp,
/// Anthropic, Gemini, Mistral, LiteLLM and text-generation-inference, in lower case.
fn is_too_large(said: &str) -> bool {
    const WORDS: [&str; 13] = [
        "context_length_exceeded",
        "context length",
        "context window",
        "context size",
        "context limit",
        "exceed_context_size",
        "prompt is too long",
        "prompt too long",
        "input is too long",
        "input token count",
        "contextwindowexceeded",
        "too many tokens",
        "`inputs` tokens",
    ];
    WORDS.iter().any(|words| said.contains(words))
}

/// The error's codes and types, as one text.
fn codes(json: Option<&Value>) -> String {
    json.into_iter().flat_map(errors).map(codes_of).collect()
}

fn codes_of(error: &Value) -> String {
    let names = ["code", "type", "status"].into_iter().filter_map(|key| error.get(key));
    let details = error.get("details").and_then(Value::as_array).into_iter().flatten();
    let reasons = details.filter_map(|detail| detail.get("reason"));
    names.chain(reasons).filter_map(Value::as_str).flat_map(|code| [code, " "]).collect()
}

/// The objects in which an error may be described: `{"error": {...}}`, the body itself, an object under
/// `message` (Mistral), or, from Gemini's streaming end, an array around any of these.
fn errors(body: &Value) -> Vec<&Value> {
    let body = match body {
        Value::Array(items) => items.first().unwrap_or(body),
        other => other,
    };
    let nested = body.get("message").filter(|message| message.is_object());
    body.get("error").into_iter().chain(nested).chain([body]).collect()
}

/// What a JSON error body says.
fn said_in_json(body: &Value) -> Option<String> {
    for error in errors(body) {
        if let Some(text) = error.as_str() {
            return Some(text.to_owned());
        }
        for key in ["message", "detail", "error_description", "msg", "error"] {
            match error.get(key) {
                Some(Value::String(text)) => return Some(with_cause(error, text)),
                // FastAPI's validation errors: a list of {"loc": [...], "msg": "..."}.
                Some(Value::Array(items)) => return items.first().map(validation),
                _ => {}
            }
        }
    }
    None
}

/// Adds the provider's own words, which OpenRouter puts beside a useless "Provider returned error",
/// and the name of the parameter at fault, which OpenAI does not always repeat in the text.
fn with_cause(error: &Value, text: &str) -> String {
    let raw = error.pointer("/metadata/raw").and_then(Value::as_str);
    let parameter = error.get("param").and_then(Value::as_str).filter(|name| !text.contains(name));
    match (raw, parameter) {
        (Some(raw), _) => format!("{text}: {raw}"),
        (None, Some(name)) => format!("{text} (parameter {name})"),
        (None, None) => text.to_owned(),
    }
}

fn validation(item: &Value) -> String {
    let message = item.get("msg").and_then(Value::as_str).unwrap_or("invalid request");
    let path = item.get("loc").and_then(Value::as_array).into_iter().flatten();
    let path: Vec<&str> = path.filter_map(Value::as_str).filter(|name| *name != "body").collect();
    if path.is_empty() { message.to_owned() } else { format!("{}: {message}", path.join(".")) }
}

/// What a body that is no JSON says: the title of a page, or the first line of a text.
fn said_in_text(body: &str) -> String {
    let lower = body.to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype") {
        let start = lower.find("<title>").map(|at| at + "<title>".len());
        let title = start.and_then(|start| {
            let end = lower.get(start..)?.find("</title>")?;
            body.get(start..start + end)
        });
        return title.unwrap_or("an HTML page").trim().to_owned();
    }
    body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

/// `"retryDelay": "34s"` among Gemini's error details.
fn delay_in_json(body: &Value) -> Option<Duration> {
    let details = errors(body).into_iter().find_map(|e| e.get("details")?.as_array())?;
    let text = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A server's words made safe for one line: no control characters, bounded.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::new();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().take(QUOTE + 1));
        if out.len() > QUOTE * 4 {
            break;
        }
    }
    match out.char_indices().nth(QUOTE) {
        Some((end, _)) => {
            out.truncate(end);
            out.push_str(" ...");
        }
        None => out.truncate(out.trim_end_matches(['.', ' ']).len()),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            url: "http://h/v1".into(),
            model: "m".into(),
            key_variable: "OPENAI_API_KEY",
            has_key: true,
        }
    }

    #[test]
    fn statuses_have_kinds() {
        for (status, kind, again) in [
            (302, ErrorKind::NotFound, false),
            (400, ErrorKind::Refused, false),
            (401, ErrorKind::Unauthorized, false),
            (402, ErrorKind::RateLimited, false),
            (403, ErrorKind::Unauthorized, false),
            (404, ErrorKind::NotFound, false),
            (408, ErrorKind::Timeout, true),
            (409, ErrorKind::Refused, true),
            (413, ErrorKind::TooLarge, false),
            (429, ErrorKind::RateLimited, true),
            (500, ErrorKind::Server, true),
            (501, ErrorKind::Server, false),
            (529, ErrorKind::Server, true),
        ] {
            let failure = from_status(&place(), status, "");
            assert_eq!((failure.kind, failure.again), (kind, again), "{status}");
            assert!(failure.message.contains("http://h/v1"), "{}", failure.message);
        }
    }

    #[test]
    fn prompts_that_do_not_fit() {
        for body in [
            r#"{"error":{"message":"x","code":"context_length_exceeded"}}"#,
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens."}"#,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            r#"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed"}}"#,
        ] {
            assert_eq!(from_status(&place(), 400, body).kind, ErrorKind::TooLarge, "{body}");
        }
        let other = r#"{"error":{"message":"max_tokens is too large: 99999"}}"#;
        assert_eq!(from_status(&place(), 400, other).kind, ErrorKind::Refused);
    }

    #[test]
    fn words_are_found_in_all_shapes() {
        for (body, said) in [
            (r#"{"error":{"message":"bad thing."}}"#, "bad thing"),
            (r#"{"error":"model not found"}"#, "model not found"),
            (r#"[{"error":{"message":"bad thing"}}]"#, "bad thing"),
            (
                r#"{"detail":[{"loc":["body","stop"],"msg":"field required"}]}"#,
                "stop: field required",
            ),
            (
                r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted","input":true}]},"type":"invalid_request_error"}"#,
                "stream_options.include_usage: Extra inputs are not permitted",
            ),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (
                r#"{"error":{"message":"wrong value","param":"stop"}}"#,
                "wrong value (parameter stop)",
            ),
            ("<html><head><TITLE> 502 Bad Gateway</TITLE>", "502 Bad Gateway"),
            ("<!DOCTYPE html><p>", "an HTML page"),
            ("\n\nupstream down\r\nmore", "upstream down"),
        ] {
            let message = from_status(&place(), 502, body).message;
            assert!(message.contains(&format!("(502): {said}; ")), "{body}: {message}");
        }
    }

    #[test]
    fn gemini_says_key_and_delay_in_the_body() {
        let key = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","details":[{"reason":"API_KEY_INVALID"}]}}"#;
        assert_eq!(from_status(&place(), 400, key).kind, ErrorKind::Unauthorized);
        let slow = r#"{"error":{"code":429,"message":"quota","details":[{"retryDelay":"1.5s"}]}}"#;
        assert_eq!(from_status(&place(), 429, slow).wait, Some(Duration::from_millis(1500)));
    }

    #[test]
    fn errors_that_come_with_a_good_status() {
        for (error, kind) in [
            (r#"{"type":"overloaded_error","message":"Overloaded"}"#, ErrorKind::Server),
            (r#"{"type":"rate_limit_error","message":"slow down"}"#, ErrorKind::RateLimited),
            (r#"{"code":429,"message":"slow down"}"#, ErrorKind::RateLimited),
            (r#"{"code":"429","message":"slow down"}"#, ErrorKind::RateLimited),
            (r#"{"status":"RESOURCE_EXHAUSTED","message":"quota"}"#, ErrorKind::RateLimited),
            (r#"{"type":"invalid_request_error","message":"no"}"#, ErrorKind::Refused),
            (r#"{"type":"BadRequestError","code":400,"object":"error"}"#, ErrorKind::Refused),
            (r#"{"message":"odd"}"#, ErrorKind::Server),
            (r#""odd""#, ErrorKind::Server),
        ] {
            let failure = from_error(&place(), &serde_json::from_str(error).unwrap());
            assert_eq!(failure.kind, kind, "{error}");
        }
    }

    #[test]
    fn an_empty_account_is_not_tried_again() {
        let body = r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
        let failure = from_status(&place(), 429, body);
        assert!(!failure.again && failure.message.contains("no credit"), "{failure:?}");
    }

    #[test]
    fn quotes_are_one_bounded_line() {
        assert_eq!(quote("a\n b\u{1b}[31m\tc. "), "a b [31m c");
        let long = quote(&"é".repeat(100_000));
        assert_eq!(long.chars().count(), QUOTE + 4);
        assert!(quote(&"a ".repeat(100_000)).chars().count() <= QUOTE + 4);
    }
}
