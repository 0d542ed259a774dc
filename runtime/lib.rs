//! rlm-lang: a recursive language model engine.
//!
//! A question about an input far larger than any context window is answered by a model that writes
//! small programs in a language of its own. The command line is one user of this library; the same from
//! Rust, in five lines:
//!
//! ```no_run
//! # fn main() -> Result<(), rlm_lang::Error> {
//! let engine = rlm_lang::Engine::new("gpt-5")?; // with OPENAI_API_KEY set
//! let input = rlm_lang::Input::load(["logs/"])?;
//! let answer = engine.ask("What made the deploy fail?", &input)?;
//! println!("{}", answer.text);
//! # Ok(())
//! # }
//! ```
//!
//! [`Engine`] asks questions and runs programs; [`Builder`] sets models, limits, observers and own
//! functions ([`extend`]). The modules are what it is made of: [`engine`] runs the turns, [`interpreter`]
//! runs programs, [`context`] loads inputs, [`model`] talks to models, [`record`] writes down what happens
//! and goes over it again, [`inspect`] puts that together for people.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

// Helpers of the integration tests that unit tests use, too, name the crate from outside.
#[cfg(test)]
extern crate self as rlm_lang;

#[doc(hidden)] // the binary's; its interface is the command line
pub mod cli;
pub mod context;
pub mod engine;
mod error;
pub mod extend;
pub mod inspect;
pub mod interpreter;
mod library;
pub mod model;
mod pages;
pub mod record;
mod told;

pub use context::LoadOptions;
pub use engine::{Answer, Citation, Direct, Ending, Limits};
pub use error::Error;
pub use library::{Builder, Engine, Input, Ran};

/// The Rust programs of the pages compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/guide.md")]
struct Pages;
