//! Values, texts and builtins of rlm-lang. No network, no clock, no files: whatever a builtin needs
//! from outside goes through [`host::Host`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod builtin;
pub mod constants;
pub mod convert;
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
mod strftime;
pub mod subscript;
pub mod text;
pub mod value;
#[cfg(test)]
mod testing;

/// Every builtin, by the module that defines it. A test counts `#[builtin]` in the sources, so none
/// can be forgotten here.
pub const GROUPS: &[&[&builtin::Builtin]] = &[
    datetime::ALL,
    models::ALL,
    output::ALL,
    records::ALL,
];
