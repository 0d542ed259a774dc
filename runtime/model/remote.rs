//! The exchange with a server, the same for every wire format: send, read, adapt, try again.

use super::failure::{Failure, Place, from_status};
use super::http::Http;
use super::{BoxFuture, ErrorKind, Finish, Model, ModelError, Reply, Request, Usage};
use reqwest::Url;
use serde_json::Value;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

/// A wire format: how a request is written and a reply is read.
pub(crate) trait Wire: Send + Sync {
    /// Where a request goes.
    fn url(&self, model: &str) -> Url;

    /// The body of a request, as JSON text.
    fn body(&self, model: &str, request: &Request, quirks: Quirks) -> serde_json::Result<Vec<u8>>;

    /// Reads a successful reply. The error says, in a few words, what is missing.
    fn read(&self, reply: &Value, request: &Request) -> Result<Answer, String>;
}

/// What a wire format reads from a reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) usage: Usage,
    pub(crate) finish: Finish,
    /// The model's name as the server tells it.
    pub(crate) model: Option<String>,
}

/// What a server does not take, learned from its refusals. A set of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quirks(u8);

impl Quirks {
    /// No structured output.
    pub(crate) const NO_SCHEMA: Self = Self(1);
    /// The other name, or the other amount, of the limit of output tokens.
    pub(crate) const OTHER_LIMIT: Self = Self(2);
    /// No temperature.
    pub(crate) const NO_TEMPERATURE: Self = Self(4);
    /// No stop texts.
    pub(crate) const NO_STOP: Self = Self(8);

    /// Whether a flag is set.
    pub(crate) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    /// The flags that might avoid a refusal, by the fields that the refusal names.
    fn named_in(said: &str) -> impl Iterator<Item = Self> {
        const FIELDS: [(Quirks, &[&str]); 4] = [
            (
                Quirks::NO_SCHEMA,
                &[
                    "response_format",
                    "json_schema",
                    "output_config",
                    "output_format",
                    "responsejsonschema",
                    "response_json_schema",
                    "responsemimetype",
                    "response_mime_type",
                ],
            ),
            (
                Quirks::OTHER_LIMIT,
                &["max_tokens", "max_completion_tokens", "maxoutputtokens", "max_output_tokens"],
            ),
            (Quirks::NO_TEMPERATURE, &["temperature"]),
            // The word alone is in too many sentences.
            (
                Quirks::NO_STOP,
                &[
                    "'stop'",
                    "`stop`",
                    "stop:",
                    "(parameter stop)",
                    "stop_sequences",
                    "stopsequences",
                ],
            ),
        ];
        let named = move |words: &[&str]| words.iter().any(|word| said.contains(word));
        FIELDS.into_iter().filter(move |(_, words)| named(words)).map(|(flag, _)| flag)
    }

    /// Whether the server would refuse the field in any request, and not only in this one.
    fn is_lasting(said: &str) -> bool {
        !said.contains("invalid schema")
    }
}

/// A model behind HTTP.
pub(crate) struct Remote<W> {
    pub(crate) wire: W,
    pub(crate) http: Http,
    pub(crate) model: String,
    pub(crate) window: Option<u64>,
    pub(crate) key_variable: &'static str,
    pub(crate) has_key: bool,
    /// Flags of [`Quirks`] learned so far, shared by all calls so that each is paid for once.
    pub(crate) quirks: AtomicU8,
}

impl<W: Wire> Model for Remote<W> {
    fn complete(&self, request: Request) -> BoxFuture<'_, Result<Reply, ModelError>> {
        Box::pin(self.exchange(request))
    }

    fn name(&self) -> &str {
        &self.model
    }

    fn window(&self) -> Option<u64> {
        self.window
    }
}

impl<W: Wire> Remote<W> {
    async fn exchange(&self, request: Request) -> Result<Reply, ModelError> {
        let started = Instant::now();
        let model = if request.model.is_empty() { &self.model } else { &request.model };
        let url = self.wire.url(model);
        let place = Place {
            url: super::base_url::shown(&url),
            model: model.clone(),
            key_variable: self.key_variable,
            has_key: self.has_key,
        };
        let mut quirks = Quirks(self.quirks.load(Ordering::Relaxed));
        let mut tries = 0;
        let mut failed = 0;
        loop {
            tries += 1;
            let failure = match self.attempt(&request, model, &url, &place, quirks).await {
                Ok(answer) => {
                    return Ok(Reply {
                        text: answer.text,
                        usage: answer.usage,
                        finish: answer.finish,
                        model: answer.model.unwrap_or(place.model),
                        tries,
                        elapsed: started.elapsed(),
                    });
                }
                Err(failure) => failure,
            };
            if let Some(quirk) = self.adapt(&failure, model, &request, quirks) {
                quirks = quirks.with(quirk);
                continue;
            }
            failed += 1;
            match self.http.retry().wait(&failure, failed, seed(&request)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error(failure, tries)),
            }
        }
    }

    async fn attempt(
        &self,
        request: &Request,
        model: &str,
        url: &Url,
        place: &Place,
        quirks: Quirks,
    ) -> Result<Answer, Failure> {
        let body = self.wire.body(model, request, quirks).map_err(|e| {
            let message = format!("the request cannot be written as JSON: {e}");
            Failure::new(ErrorKind::Refused, message, false)
        })?;
        let bytes = self.http.post(url, body, place).await?;
        let bad = |what: &str| {
            let message = format!("the reply of {} {what}; is this the right --api?", place.url);
            Failure::new(ErrorKind::BadReply, message, true)
        };
        let reply = parse(&bytes).ok_or_else(|| bad("is not JSON"))?;
        match self.wire.read(&reply, request) {
            Ok(mut answer) => {
                if quirks.has(Quirks::NO_STOP) {
                    cut_at_stop(&mut answer, &request.stop);
                }
                Ok(answer)
            }
            // Gateways wrap errors of the provider behind them into a reply with status 200.
            Err(what) => Err(wrapped_error(&reply, place).unwrap_or_else(|| bad(&what))),
        }
    }

    /// What to leave out so that a refused request may pass, if anything. Each thing is left out once,
    /// and only if that changes the request: otherwise the refusal is final.
    fn adapt(
        &self,
        failure: &Failure,
        model: &str,
        request: &Request,
        sent: Quirks,
    ) -> Option<Quirks> {
        let refused = failure.kind == ErrorKind::Refused || failure.kind == ErrorKind::Server;
        if !refused || !matches!(failure.status, Some(400 | 422 | 500)) {
            return None;
        }
        let body = |quirks| self.wire.body(model, request, quirks).ok();
        let before = body(sent);
        let helps = |quirk: &Quirks| !sent.has(*quirk) && body(sent.with(*quirk)) != before;
        let quirk = Quirks::named_in(&failure.said).find(helps)?;
        if Quirks::is_lasting(&failure.said) {
            self.quirks.fetch_or(quirk.0, Ordering::Relaxed);
        }
        Some(quirk)
    }
}

/// A count of tokens at a JSON pointer, where there is one. Some servers write it as a float.
pub(crate) fn tokens(value: &Value, pointer: &str) -> Option<u64> {
    let number = value.pointer(pointer)?;
    number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        (0.0..1e15).contains(&float).then_some(float as u64)
    })
}

/// The sum of counts of which at least one is known.
pub(crate) fn sum(counts: &[Option<u64>]) -> Option<u64> {
    counts.iter().flatten().copied().reduce(u64::saturating_add)
}

/// Reads JSON as servers send it: with a byte order mark, with broken UTF-8, with half surrogates.
fn parse(bytes: &[u8]) -> Option<Value> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(&text).ok().or_else(|| serde_json::from_str(&whole_surrogates(&text)).ok())
}

/// Replaces `\ud83d` without its other half by U+FFFD: Python servers write it when a reply is cut
/// inside a character.
fn whole_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = surrogate(escape);
        let next = unit.and_then(|_| surrogate(escape.get(6..)?));
        let (kept, length) = match (unit, next) {
            (Some(0xd800..0xdc00), Some(0xdc00..)) => (escape.get(..12), 12),
            (Some(_), _) => (Some("\\ufffd"), 6),
            // A backslash and what it escapes, which may be another backslash.
            (None, _) => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        out.push_str(kept.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The code unit of a `\uXXXX` escape at the start of a text, if it is a surrogate.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let unit = u32::from_str_radix(digits, 16).ok()?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}

fn wrapped_error(reply: &Value, place: &Place) -> Option<Failure> {
    let error = reply.get("error").or_else(|| reply.pointer("/choices/0/error"))?;
    if error.is_null() {
        return None;
    }
    let code = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let status = code.filter(|code| (400..600).contains(code)).unwrap_or(500);
    Some(from_status(place, status, &serde_json::json!({ "error": error }).to_string()))
}

/// Ends a text at the first stop text, where the server was not told of them.
fn cut_at_stop(answer: &mut Answer, stop: &[String]) {
    let ends = stop.iter().filter(|s| !s.is_empty()).filter_map(|s| answer.text.find(s.as_str()));
    if let Some(end) = ends.min() {
        answer.text.truncate(end);
        answer.finish = Finish::Stop;
    }
}

fn seed(request: &Request) -> u64 {
    let digest = request.digest();
    let first = digest.as_bytes().first_chunk::<8>();
    first.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn error(failure: Failure, tries: u32) -> ModelError {
    let mut message = failure.message;
    if tries > 1 {
        message.push_str(&format!(" (after {tries} tries)"));
    }
    ModelError { kind: failure.kind, message, status: failure.status, tries }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_as_servers_send_it() {
        let text = |bytes: &[u8]| parse(bytes).and_then(|v| v["t"].as_str().map(str::to_owned));
        assert_eq!(text(b"\xef\xbb\xbf{\"t\":\"a\"}").as_deref(), Some("a"));
        assert_eq!(text(b"{\"t\":\"a\xff b\"}").as_deref(), Some("a\u{fffd} b"));
        assert_eq!(text(br#"{"t":"a\ud83d"}"#).as_deref(), Some("a\u{fffd}"));
        assert_eq!(
            text(br#"{"t":"\ud83d\ude00\udE00\\ud83d\n"}"#).as_deref(),
            Some("😀\u{fffd}\\ud83d\n")
        );
        assert_eq!(text(br#"{"t":"\ud83d\ud83d\ude00 \u00e9"}"#).as_deref(), Some("\u{fffd}😀 é"));
        assert_eq!(parse(br#"{"t":"a"#), None);
        assert_eq!(parse(b"\\"), None);
        assert_eq!(parse("\\é".as_bytes()), None);
    }

    #[test]
    fn refusals_name_what_to_leave_out() {
        let first = |said: &str| Quirks::named_in(said).next();
        assert_eq!(first("response_format is not supported"), Some(Quirks::NO_SCHEMA));
        assert_eq!(first("unsupported parameter: 'max_tokens'"), Some(Quirks::OTHER_LIMIT));
        assert_eq!(first("'temperature' does not support 0"), Some(Quirks::NO_TEMPERATURE));
        assert_eq!(first("unsupported parameter: 'stop'"), Some(Quirks::NO_STOP));
        assert_eq!(first("something else stopped"), None);
    }

    #[test]
    fn counts_are_read_and_summed() {
        let usage = serde_json::json!({"a": 3, "b": {"c": 2.0}, "d": null, "e": -1, "f": "x"});
        let read = |pointer| tokens(&usage, pointer);
        assert_eq!(
            ["/a", "/b/c", "/d", "/e", "/f", "/g"].map(read),
            [Some(3), Some(2), None, None, None, None]
        );
        assert_eq!(sum(&[Some(1), None, Some(2)]), Some(3));
        assert_eq!(sum(&[None, None]), None);
    }

    #[test]
    fn texts_end_at_the_first_stop() {
        let usage = Usage::default();
        let mut answer =
            Answer { text: "a END b STOP".into(), usage, finish: Finish::Length, model: None };
        cut_at_stop(&mut answer, &["STOP".into(), "END".into(), String::new()]);
        assert_eq!((answer.text.as_str(), &answer.finish), ("a ", &Finish::Stop));
    }
}
