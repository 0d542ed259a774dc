//! rlm-lang: a recursive language model engine.
//!
//! A question about an input far larger than any context window is answered by a model that writes
//! small programs in a language of its own. [`interpreter`] runs programs, [`engine`] runs the
//! turns, [`context`] loads inputs, [`model`] talks to models, [`cli`] is the command line.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod cli;
pub mod context;
pub mod engine;
pub mod interpreter;
pub mod model;
