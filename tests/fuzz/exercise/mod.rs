//! What every input must survive: one function a target, used by the fuzzers and, on the committed
//! seeds and mutations of them, by `tests/hostile.rs`.
//!
//! A function panics when a rule is broken; errors of the language are no such thing.

mod builtins;
mod coverage;
mod fake;
mod generate;
mod programs;
#[path = "../../../lang/tests/sexp/mod.rs"]
mod sexp;
mod syntax;

pub use builtins::{records, regex};
#[allow(unused_imports)] // each user takes a part of it
pub use coverage::{Tried, coverage, input, unread_does_not_matter};
#[allow(unused_imports)]
pub use generate::looking;
pub use programs::{Ran, generated, interpret, run};
pub use syntax::{check, fmt, parse, replies};

/// Runs one input.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also that of its folder under `seeds/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("parse", parse),
    ("fmt", fmt),
    ("check", check),
    ("interpret", interpret),
    ("generated", generated),
    ("coverage", coverage),
    ("regex", regex),
    ("records", records),
    ("replies", replies),
];
