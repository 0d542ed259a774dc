//! What is generated from the tables, and what models and their engines see of it: the files of
//! `grammar/`, the grammar for constrained decoding, the examples of the reference, error texts and
//! prompts with their sizes in tokens.
//!
//! `UPDATE=1 cargo test --test generated` writes the files anew; read the difference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // sizes are worth reading with --nocapture

mod decoder;
mod errors;
mod examples;
mod fresh;
mod grammar;
mod mutate;
mod programs;
mod prompts;
/// Programs with every construct, in many spellings; the formatter is tested by them too.
#[path = "../../lang/tests/random/mod.rs"]
mod random;
mod run;
mod tokens;
