//! Targets of the interpreter: whatever parses and checks is run, within fuel.

use std::sync::Arc;

use arbitrary::Unstructured;
use rlm_lang::engine::fault_text;
use rlm_lang::interpreter::{Fuel, Session};
use rlm_lang_std::builtin::Table;
use rlm_lang_std::output::{answer_text, preview};
use rlm_lang_std::text::Source;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::check::{self, Options};

use super::fake::Fake;
use super::generate;

/// Enough for a few loops, little enough for thousands of inputs a second.
pub(super) const FUEL: Fuel = Fuel { steps: 200_000, memory: 64 << 20 };

/// Text with a little of everything, among it bytes that are no UTF-8.
pub(super) const INPUT: &[u8] =
    b"name,age\r\nAnn,42\nB\xc3\xa9a,\"7,5\"\n\n{\"k\": [1, 2.5, null]}\n\
    2024-01-31 ERROR x=1 \xff\xfe \xf0\x9f\x98\x80 done\n\xef\xbb\xbflast line without end";

/// What a run showed, for comparisons.
#[derive(Debug, PartialEq)]
pub struct Ran {
    /// What was printed.
    pub printed: String,
    /// The value of the last statement, the answer or the error, as text.
    pub end: String,
    /// Steps taken.
    pub steps: u64,
}

/// Runs a program that parses and checks; `None` for others.
pub fn run(source: &str, variables: &[(&str, Value)], fuel: Fuel) -> Option<Ran> {
    run_over(&Source::from_bytes("input.txt", INPUT.to_vec()), source, variables, fuel)
}

/// The same over an input.
pub(super) fn run_over(
    input: &Arc<Source>,
    source: &str,
    variables: &[(&str, Value)],
    fuel: Fuel,
) -> Option<Ran> {
    let parsed = rlm_lang_syntax::parse(source);
    let known: Vec<String> = variables.iter().map(|(name, _)| name.to_string()).collect();
    if !check::check(&parsed, Table::get(), &Options { known: &known }).is_empty() {
        return None;
    }
    let mut session = Session::new();
    for (name, value) in variables {
        session.set(name, value.clone());
    }
    let mut outside = Fake::new(input);
    let outcome = session.run(source, &parsed.program.body, &mut outside, fuel).ok()?;
    let end = match (&outcome.error, &outside.answer, &outcome.value) {
        (Some(fault), _, _) => {
            assert!(!fault.message.is_empty(), "an error without a message: {source:?}");
            fault_text(fault, &session)
        }
        (None, Some(answer), _) => answer_text(answer),
        (None, None, Some(value)) => preview(value, 1000),
        (None, None, None) => String::new(),
    };
    Some(Ran { printed: outside.printed, end, steps: outcome.steps })
}

/// A program of bytes.
pub fn interpret(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let first = run(&source, &[], FUEL);
    // Now and then a second time: the same program does the same.
    if bytes.len().is_multiple_of(4) && first.is_some() {
        assert_eq!(first, run(&source, &[], FUEL), "two runs differ: {source:?}");
    }
}

/// A program made of choices that the bytes take: always well formed.
pub fn generated(bytes: &[u8]) {
    let mut choices = Unstructured::new(bytes);
    let Ok(source) = generate::program(&mut choices) else { return };
    let first = run(&source, &[], FUEL);
    if bytes.len().is_multiple_of(4) && first.is_some() {
        assert_eq!(first, run(&source, &[], FUEL), "two runs differ: {source:?}");
    }
}
