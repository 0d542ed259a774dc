//! Values, texts and builtins of rlm-lang. No network, no clock, no files: whatever a builtin needs
//! from outside goes through [`host::Host`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod builtin;
pub mod constants;
pub mod convert;
pub mod cost;
pub mod dates;
pub mod datetime;
pub mod fault;
pub mod format;
pub mod host;
pub mod models;
pub mod operators;
pub mod output;
pub mod prompt;
mod ranges;
pub mod records;
pub mod search;
mod strftime;
pub mod subscript;
#[cfg(test)]
mod testing;
pub mod text;
pub mod text_methods;
pub mod texts;
pub mod textwrap;
pub mod value;
pub mod views;

/// Every builtin, by the module that defines it. A test counts `#[builtin]` in the sources, so none
/// can be forgotten here.
pub const GROUPS: &[&[&builtin::Builtin]] = &[
    text_methods::ALL,
    texts::ALL,
    textwrap::ALL,
    search::ALL,
    datetime::ALL,
    models::ALL,
    output::ALL,
];
