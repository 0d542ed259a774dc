//! What a lying server does instead of answering.

use super::fake_server::Arrival;
use super::formats::{Format, json_response};
use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::io;

/// One way in which a server can fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// 429, with this `Retry-After` if there is one.
    TooMany(Option<&'static str>),
    /// 500 with a JSON error.
    Internal,
    /// 502 with a page of HTML, as a proxy sends it.
    BadGateway,
    /// Any status with any body.
    Status(u16, &'static str),
    /// Nothing is sent at all.
    StalledHeaders,
    /// Half a body, then nothing.
    StalledBody,
    /// Half a body, then the connection is closed.
    Dropped,
    /// A body that ends in the middle of its JSON, with the right length.
    BrokenJson,
    /// A right reply with bytes in its text that are no UTF-8.
    BrokenUtf8,
    /// A reply without choices, content or candidates.
    Empty,
    /// A right reply that does not say what it used.
    NoUsage,
    /// A right reply of 10 MB.
    Huge,
    /// Half the text, marked as cut off by the limit of tokens.
    Truncated,
}

/// The faults after which a retry, or tolerance, gives the right text in the end.
pub const SURVIVABLE: [Fault; 11] = [
    Fault::TooMany(None),
    Fault::TooMany(Some("0.01")),
    Fault::Internal,
    Fault::BadGateway,
    Fault::StalledHeaders,
    Fault::StalledBody,
    Fault::Dropped,
    Fault::BrokenJson,
    Fault::Empty,
    Fault::NoUsage,
    Fault::BrokenUtf8,
];

/// The size of [`Fault::Huge`] in bytes.
pub const HUGE: usize = 10 << 20;

impl Fault {
    /// Chooses among `faults` for the given share of requests, in an order that looks random and is
    /// always the same. A request that failed twice is let through, so that every call can succeed
    /// within three tries.
    pub fn mixed(
        percent: u64,
        faults: &'static [Fault],
    ) -> impl Fn(&Arrival) -> Option<Fault> + Send + Sync + 'static {
        move |arrival| {
            let mixed = (arrival.number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17;
            let hit = mixed % 100 < percent && arrival.seen < 2;
            hit.then(|| faults[(mixed / 100) as usize % faults.len()].clone())
        }
    }

    /// The response that shows the fault; `text` is what would have been the reply.
    pub(super) async fn response(&self, format: Format, model: &str, text: &str) -> Response {
        let right = || format.reply(model, text, 400);
        match self {
            Self::TooMany(after) => {
                let body = json!({"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}});
                let mut response = json_response(429, body.to_string());
                if let Some(after) = after {
                    response.headers_mut().insert("retry-after", after.parse().expect("a header"));
                }
                response
            }
            Self::Internal => {
                json_response(500, json!({"error": {"message": "internal error"}}).to_string())
            }
            Self::BadGateway => Response::builder()
                .status(502)
                .header("content-type", "text/html")
                .body(Body::from(
                    "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
                ))
                .expect("a response"),
            Self::Status(status, body) => json_response(*status, (*body).to_owned()),
            Self::StalledHeaders => std::future::pending().await,
            Self::StalledBody => partial(&right(), false),
            Self::Dropped => partial(&right(), true),
            Self::BrokenJson => {
                let mut body = right().to_string();
                body.truncate(body.len() / 2);
                json_response(200, body)
            }
            Self::BrokenUtf8 => broken_utf8(format, model, text),
            Self::Empty => json_response(200, format.empty(model).to_string()),
            Self::NoUsage => json_response(200, format.without_usage(right()).to_string()),
            Self::Huge => {
                let text = "x".repeat(HUGE);
                json_response(200, format.reply(model, &text, 400).to_string())
            }
            Self::Truncated => {
                let half: String = text.chars().take(text.chars().count() / 2).collect();
                json_response(200, format.truncated(format.reply(model, &half, 400)).to_string())
            }
        }
    }
}

/// A right reply whose text ends in two bytes that are no UTF-8.
fn broken_utf8(format: Format, model: &str, text: &str) -> Response {
    const MARK: &str = "\u{1}\u{1}";
    let whole = format.reply(model, &format!("{text}{MARK}"), 400).to_string();
    let escaped = "\\u0001\\u0001";
    let (before, after) = whole.split_once(escaped).expect("the mark is in the reply");
    let bytes = [before.as_bytes(), b"\xff\xfe", after.as_bytes()].concat();
    Response::builder()
        .header("content-type", "application/json")
        .body(Body::from(bytes))
        .expect("a response")
}

/// The first half of a body whose full length is promised; then an end or silence.
fn partial(reply: &Value, ends: bool) -> Response {
    let whole = reply.to_string();
    let half = Bytes::copy_from_slice(&whole.as_bytes()[..whole.len() / 2]);
    let first = stream::iter([Ok(half)]);
    let body = if ends {
        // The pause lets the half arrive before the connection breaks.
        let end = stream::once(async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            Err(io::Error::other("the server closes the connection"))
        });
        Body::from_stream(first.chain(end))
    } else {
        Body::from_stream(first.chain(stream::pending()))
    };
    Response::builder()
        .header("content-type", "application/json")
        .header("content-length", whole.len())
        .body(body)
        .expect("a response")
}
