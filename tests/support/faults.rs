//! What a lying server does instead of answering.

use super::fake_server::Arrival;
use super::formats::{Format, json_response, stream_response};
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

/// All of them: also whole replies that no program can use.
pub const ALL: [Fault; 13] = [
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
    Fault::Huge,
    Fault::Truncated,
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

    /// The response that shows the fault.
    pub(super) async fn response(&self, asked: &Asked<'_>) -> Response {
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
            Self::StalledBody => partial(asked, false),
            Self::Dropped => partial(asked, true),
            Self::BrokenJson => {
                let mut body = asked.encoded(&asked.right());
                // A stream has broken JSON in one event, which ends as it should.
                if asked.stream {
                    body = b"data: {\"choices\": [{\n\ndata: [DONE]\n\n".to_vec();
                } else {
                    body.truncate(body.len() / 2);
                }
                asked.respond(body)
            }
            Self::BrokenUtf8 => {
                let whole = asked.format.reply(asked.model, &format!("{}{MARK}", asked.text), 400);
                asked.respond(with_broken_utf8(&asked.encoded(&whole)))
            }
            Self::Empty => asked.respond(asked.encoded(&asked.format.empty(asked.model))),
            Self::NoUsage => {
                asked.respond(asked.encoded(&asked.format.without_usage(asked.right())))
            }
            Self::Huge => {
                let text = "x".repeat(HUGE);
                json_response(200, asked.format.reply(asked.model, &text, 400).to_string())
            }
            Self::Truncated => {
                let half: String =
                    asked.text.chars().take(asked.text.chars().count() / 2).collect();
                let reply = asked.format.reply(asked.model, &half, 400);
                asked.respond(asked.encoded(&asked.format.truncated(reply)))
            }
        }
    }

    /// Whether a client that knows its trade takes the response for a reply.
    pub fn is_a_reply(&self) -> bool {
        matches!(self, Self::BrokenUtf8 | Self::NoUsage | Self::Huge | Self::Truncated)
    }
}

/// A request, and what the right reply to it would say.
pub(super) struct Asked<'a> {
    pub(super) format: Format,
    pub(super) model: &'a str,
    pub(super) text: &'a str,
    pub(super) body: &'a Value,
    pub(super) stream: bool,
}

impl Asked<'_> {
    /// The right reply, as a whole.
    pub(super) fn right(&self) -> Value {
        self.format.reply(self.model, self.text, self.body.to_string().len())
    }

    /// A reply as it is sent.
    pub(super) fn encoded(&self, reply: &Value) -> Vec<u8> {
        if self.stream {
            self.format.events(reply, self.body).concat().into_bytes()
        } else {
            reply.to_string().into_bytes()
        }
    }

    /// A response with a body of the kind that was asked for.
    pub(super) fn respond(&self, body: Vec<u8>) -> Response {
        if self.stream {
            stream_response(body)
        } else {
            let kind = ("content-type", "application/json");
            Response::builder().header(kind.0, kind.1).body(Body::from(body)).expect("a response")
        }
    }
}

/// What stands for two bytes that are no UTF-8, in JSON.
const MARK: &str = "\u{1}\u{1}";

/// A body whose text has bytes in it that are no UTF-8, where marks stand.
fn with_broken_utf8(body: &[u8]) -> Vec<u8> {
    let escaped = b"\\u0001";
    let mut out = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.windows(escaped.len()).position(|window| window == escaped) {
        out.extend_from_slice(&rest[..at]);
        out.push(0xff);
        rest = &rest[at + escaped.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// The first half of a body whose full length is promised; then an end or silence.
fn partial(asked: &Asked<'_>, ends: bool) -> Response {
    let whole = asked.encoded(&asked.right());
    let half = Bytes::copy_from_slice(&whole[..whole.len() / 2]);
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
    if asked.stream {
        return stream_response(body);
    }
    Response::builder()
        .header("content-type", "application/json")
        .header("content-length", whole.len())
        .body(body)
        .expect("a response")
}
