//! Model providers as they are: streams, typed replies, the pitfalls of each wire format, and a server
//! that lies a thousand times.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

#[path = "providers/pitfalls.rs"]
mod pitfalls;
#[path = "providers/soak.rs"]
mod soak;
#[path = "providers/stream.rs"]
mod stream;
#[path = "providers/typed.rs"]
mod typed;

use rlm_lang::model::{
    Api, HttpOptions, Listener, Lost, Message, Model, ModelConfig, Purpose, Request, RetryPolicy,
    Secret, Tries, connect,
};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use support::fake_server::FakeServer;
use support::process::rlm;

const APIS: [Api; 3] = [Api::OpenAi, Api::Anthropic, Api::Gemini];

/// How long a silent server is waited for, where a test needs one.
const IDLE: Duration = Duration::from_millis(300);

fn options() -> HttpOptions {
    let first_wait = Duration::from_millis(4);
    let retry = RetryPolicy { tries: 4, first_wait, longest_wait: Duration::from_millis(40) };
    HttpOptions { retry, ..HttpOptions::default() }
}

fn client_with(api: Api, url: &str, options: HttpOptions) -> Arc<dyn Model> {
    let key = Secret::new("sk-test");
    let config =
        ModelConfig { api, base_url: url.to_owned(), key, model: "m-1".into(), window: None };
    connect(&config, options).unwrap()
}

fn client(api: Api, server: &FakeServer) -> Arc<dyn Model> {
    client_with(api, &server.url(), options())
}

fn turn(text: &str) -> Request {
    let messages = vec![Message::system("write programs"), Message::user(text)];
    Request { messages, purpose: Purpose::Root, ..Request::default() }
}

/// Keeps what it hears, and ends the reply behind a mark.
#[derive(Default)]
struct Ears {
    mark: Option<&'static str>,
    /// The text heard since the last beginning.
    heard: String,
    pieces: usize,
    beginnings: usize,
}

impl Ears {
    fn up_to(mark: &'static str) -> Self {
        Self { mark: Some(mark), ..Self::default() }
    }
}

impl Listener for Ears {
    fn begin(&mut self) {
        self.heard.clear();
        self.pieces = 0;
        self.beginnings += 1;
    }

    fn hear(&mut self, piece: &str) -> Option<usize> {
        let before = self.heard.len();
        self.heard.push_str(piece);
        self.pieces += 1;
        let mark = self.mark?;
        let end = self.heard.find(mark)? + mark.len();
        Some(end - before)
    }
}
