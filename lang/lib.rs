//! The front end of rlm-lang: program text in, checked syntax tree or diagnostics out.
//!
//! ```
//! let parsed = rlm_lang_syntax::parse("for x in [1, 2] { print(x) }");
//! assert!(parsed.errors.is_empty());
//! assert_eq!(parsed.program.body.len(), 1);
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ast;
mod atom;
pub mod check;
pub mod codes;
mod depth;
pub mod diagnostic;
pub mod errors;
mod escape;
mod expr;
mod fault;
mod foreign;
pub mod grammar;
mod guarded;
pub mod highlight;
mod layout;
mod lexer;
pub mod libraries;
mod message;
mod number;
mod parser;
mod placement;
pub mod printer;
pub mod render;
pub mod scope;
pub mod signature;
pub mod source;
pub mod span;
mod stmt;
pub mod suggest;
mod token;
pub mod visit;

pub use lexer::Comment;
pub use token::KEYWORDS;

use ast::{Block, Stmt};
use diagnostic::{Diagnostic, Severity};
use source::Lines;
use span::Span;

/// A program after parsing.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The program. With errors it is incomplete and must not run.
    pub program: Block,
    /// What is wrong, in the order of the source, at most one a statement.
    pub errors: Vec<Diagnostic>,
    /// Habits of other languages that were understood, each kind once.
    pub notes: Vec<Diagnostic>,
    /// Comments in the order of the source.
    pub comments: Vec<Comment>,
}

/// The largest program, in bytes; spans are 32 bits wide.
const LARGEST: usize = 1 << 30;

/// Parses a program. Never fails and never panics: what is wrong is in [`Parsed::errors`].
///
/// Programs nested more than 200 deep are refused, so that everything downstream may walk the tree
/// by recursion.
pub fn parse(source: &str) -> Parsed {
    if source.len() > LARGEST {
        let error =
            Diagnostic::error(codes::Code::TooDeep, Span::default(), "the program is too large");
        return Parsed { errors: vec![error], ..Parsed::default() };
    }
    let lexed = lexer::lex(source);
    let laid = layout::lay_out(source, &lexed.tokens);
    let mut parsed = Parsed { comments: lexed.comments, ..Parsed::default() };
    let mut notes = lexed.notes;
    notes.extend(laid.notes);
    let mut errors = lexed.errors;
    errors.extend(laid.errors);
    if let Some(deep) = depth::check(&laid.tokens) {
        errors.retain(|error| error.span < deep.span);
        errors.push(deep);
    } else {
        let (mut body, faults) = parser::parse(source, &laid.tokens);
        for fault in faults {
            let guessed = laid.guessed_from.is_some_and(|from| fault.span.start >= from);
            match message::diagnostic(source, &laid.tokens, fault) {
                Some(found) if found.severity == Severity::Note => notes.push(found),
                Some(found) if !guessed => errors.push(found),
                _ => {}
            }
        }
        guarded::rewrite(&mut body);
        for found in placement::check(&body) {
            match found.severity {
                Severity::Note => notes.push(found),
                Severity::Error => errors.push(found),
            }
        }
        parsed.program = program(body);
    }
    notes.sort_by_key(|note| note.span);
    let mut seen = std::collections::HashSet::new();
    notes.retain(|note| seen.insert(note.message.clone()));
    parsed.notes = notes;
    parsed.errors = first_of_each_line(source, errors);
    parsed
}

fn program(body: Vec<Stmt>) -> Block {
    let span = body.first().zip(body.last()).map(|(a, z)| a.span.to(z.span)).unwrap_or_default();
    Block { body, span }
}

/// Sorts errors and keeps one of each line, as what follows on a line is mostly its consequence: the
/// first of the lexer and the layout, else the first of the parser, which misses what they took away.
fn first_of_each_line(source: &str, mut errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let lines = Lines::new(source);
    let line = |error: &Diagnostic| lines.line(error.span.start as usize);
    errors.sort_by_cached_key(|error| {
        (line(error), error.code.number() >= 200, error.span.start, error.code)
    });
    errors.dedup_by_key(|error| line(error));
    errors
}
