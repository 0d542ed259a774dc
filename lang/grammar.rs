//! Grammars of the canonical form, all written from one table: EBNF for readers, Lark for engines
//! that decode with `llguidance`, GBNF for llama.cpp and its kin, TextMate and the highlights of a
//! tree-sitter grammar for editors.
//!
//! They describe what [`crate::printer`] writes, not the habits that the parser takes besides.

mod highlights;
mod notation;
mod rules;
mod textmate;
mod writers;

pub use highlights::{REFUSED, highlights};
pub use textmate::textmate;
pub use writers::{ebnf, gbnf, lark};

#[cfg(test)]
mod tests;
