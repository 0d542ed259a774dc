//! Language models: what is asked, what comes back, and the clients that carry it.
//!
//! [`Model`] is the one trait that the engine knows. Behind it stand three wire formats over one HTTP
//! client (Chat Completions, Anthropic's Messages, Google's generateContent) and a scripted model for
//! tests and demonstrations ([`scripted`]). [`config`] turns flags and environment into one of them.
//!
//! Every failure ends in a [`ModelError`]: a kind that programs can match and one line for people.
//! Retries happen inside [`Model::complete`], so a caller sees either a reply or a final error.
//! Dropping the returned future cancels the exchange and closes its connection.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod anthropic;
mod base_url;
pub mod config;
mod digest;
mod failure;
pub mod gate;
mod gemini;
pub mod http;
mod json;
mod openai;
pub mod prices;
pub mod probe;
mod quirks;
mod remote;
pub mod retry;
mod schema;
pub mod scripted;
mod sse;
mod stream;
mod thoughts;
mod tries;

pub use config::{Api, ModelConfig, Wanted, connect, shown_url};
pub use gate::Gates;
pub use http::{HttpOptions, Secret};
pub use retry::RetryPolicy;
pub use tries::{Lost, Tries};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A boxed future, so that [`Model`] can be used as a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that answers a conversation with text.
pub trait Model: Send + Sync {
    /// Sends one request and waits for the whole reply, retries included. Must be polled inside a
    /// tokio runtime. Dropping the future cancels the call.
    fn complete(&self, request: Request) -> BoxFuture<'_, Result<Reply, ModelError>>;

    /// Like [`Model::complete`], for a listener who hears the text while it comes and may end the reply
    /// early. The reply's text ends where the listener said. A model that does not stream is heard all
    /// at once, to the same effect.
    fn listen<'a>(
        &'a self,
        request: Request,
        listener: &'a mut dyn Listener,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let mut reply = self.complete(request).await?;
            let mut hearing = stream::Hearing::new(Some(listener));
            hearing.hear(&reply.text);
            if let Some(kept) = hearing.kept() {
                reply.text.truncate(kept);
            }
            Ok(reply)
        })
    }

    /// Like [`Model::listen`] where there is a listener, otherwise like [`Model::complete`], for one who
    /// counts what every try may have cost. A model that does not tell of its tries is taken to make one.
    fn track<'a>(
        &'a self,
        request: Request,
        listener: Option<&'a mut dyn Listener>,
        tries: &'a Tries,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            tries.begin();
            let result = match listener {
                Some(listener) => self.listen(request, listener).await,
                None => self.complete(request).await,
            };
            tries.end();
            result
        })
    }

    /// The model's name, as the user gave it.
    fn name(&self) -> &str;

    /// The size of the context window in tokens, where it is known.
    fn window(&self) -> Option<u64> {
        None
    }
}

/// Someone who hears a reply while it comes: to show how far it is, and to end it when it is enough.
pub trait Listener: Send {
    /// A try begins: what was heard of an earlier one is void.
    fn begin(&mut self);

    /// Hears the next piece of the text, without thoughts. Some number of bytes ends the reply after
    /// that many bytes of the piece; nothing is heard any more then.
    fn hear(&mut self, piece: &str) -> Option<usize>;
}

/// Who speaks in a [`Message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions that stand above the conversation.
    System,
    /// The person or program that asks.
    User,
    /// The model's own earlier replies.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A system message.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// A user message.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// A message that the model wrote.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

/// What a request is for: adapters cache prompts differently, and scripts answer differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A turn of a conversation in which the model writes programs; its history grows.
    #[default]
    Root,
    /// A single call made by a program (`ask`, `classify`): no history.
    Call,
}

/// One request to a model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Request {
    /// The model's name; empty means the name that the client was configured with.
    pub model: String,
    /// The conversation so far, oldest first.
    pub messages: Vec<Message>,
    /// The longest reply wanted, in tokens.
    pub max_output_tokens: Option<u64>,
    /// Sampling temperature; `None` leaves it to the provider.
    pub temperature: Option<f64>,
    /// Texts at which the reply ends (they are not part of it).
    pub stop: Vec<String>,
    /// A JSON schema that the reply should follow, where the provider can enforce one. The reply is
    /// still text: the caller parses it and must expect text that does not follow.
    pub response_schema: Option<serde_json::Value>,
    /// What the request is for.
    pub purpose: Purpose,
}

/// A model's reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The text, without the model's thinking.
    pub text: String,
    /// What it used, as far as the provider says.
    pub usage: Usage,
    /// Numbers that the provider tells of the usage beyond that, as it writes them.
    pub other_usage: Option<serde_json::Value>,
    /// Why the text ends where it does.
    pub finish: Finish,
    /// Set where a stream was left before its end: the bytes of output that had come, thoughts included.
    /// `usage` is then what the provider had told by that time.
    pub left_after: Option<u64>,
    /// The model that answered, as the provider names it.
    pub model: String,
    /// How many times a request was sent for it, at least 1 (0 for a scripted model).
    pub tries: u32,
    /// From the first request to the whole reply, waits between tries included.
    pub elapsed: Duration,
}

impl Reply {
    /// Why the text of a reply cannot be used although it was paid for: there is none, because it was
    /// withheld or cut off before its first word, or it is data (`typed`) that was cut off, which may
    /// well read as less data. `None` where it can be used, and where the model chose to say nothing.
    pub fn unusable(&self, typed: bool) -> Option<&'static str> {
        let empty = self.text.trim().is_empty();
        match self.finish {
            Finish::Filtered if empty => Some("the provider withheld the reply (content filter)"),
            Finish::Length if empty => Some(
                "the reply was cut off before its first word: thinking used up its limit of tokens",
            ),
            Finish::Length if typed => {
                Some("the reply was cut off by the limit of output tokens: ask for less at once")
            }
            _ => None,
        }
    }
}

/// Why a reply ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Finish {
    /// The model was done, or met a stop text.
    Stop,
    /// The limit of output tokens, or the window, cut it off.
    Length,
    /// The provider withheld it, or the model refused.
    Filtered,
    /// Another reason, in the provider's word.
    Other(String),
}

/// Tokens that a reply used. Absent means that the provider did not say, never zero: it may not tell at
/// all, or only at the end of a stream that was not read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// All input tokens, with those read from or written to a cache.
    pub input: Option<u64>,
    /// All output tokens, with those spent on reasoning.
    pub output: Option<u64>,
    /// Of `input`: read from the provider's prompt cache.
    pub cached_input: Option<u64>,
    /// Of `input`: written to the provider's prompt cache.
    pub cache_write: Option<u64>,
    /// Of `output`: spent on reasoning that is not in the text.
    pub reasoning: Option<u64>,
}

/// What went wrong, for programs to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// No usable model: no name, no key, no such script, a URL that is none.
    NotConfigured,
    /// The key is missing, wrong, or may not do this (401, 403).
    Unauthorized,
    /// No such model or URL (404).
    NotFound,
    /// The prompt does not fit the model's window.
    TooLarge,
    /// The server refuses the request for another reason (400 and the like).
    Refused,
    /// Too many requests or tokens, or no credit left (429).
    RateLimited,
    /// The server failed (5xx).
    Server,
    /// No connection, or a connection that broke.
    Connect,
    /// The server sent nothing for too long.
    Timeout,
    /// A reply that is none: not JSON, no choices, over the size limit.
    BadReply,
    /// Cancelled by the caller. Clients never make it; the engine does when it drops a call.
    Cancelled,
    /// A limit of the run did not allow it, or its time was over. Clients never make it.
    LimitReached,
}

/// A call that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelError {
    /// What went wrong, for programs.
    pub kind: ErrorKind,
    /// What went wrong, where and what to do, in one line; never holds a secret.
    pub message: String,
    /// The HTTP status, if there was one.
    pub status: Option<u16>,
    /// How many times a request was sent.
    pub tries: u32,
}

impl ModelError {
    /// An error for which nothing was sent.
    pub fn unsent(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), status: None, tries: 0 }
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ModelError {}
