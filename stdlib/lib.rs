//! Values, texts and builtins of rlm-lang. No network, no clock, no files: whatever a builtin needs
//! from outside goes through [`host::Host`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod builtin;
pub mod constants;
pub mod convert;
pub mod dates;
pub mod fault;
pub mod format;
pub mod host;
pub mod models;
pub mod numbers;
pub mod operators;
pub mod output;
pub mod prompt;
mod ranges;
pub mod records;
mod strftime;
pub mod subscript;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod testing;
pub mod text;
pub mod value;
pub mod values;
mod walk;

/// Every builtin, by the module that defines it. A test counts `#[builtin]` in the sources, so none
/// can be forgotten here.
pub const GROUPS: &[&[&builtin::Builtin]] = &[
    models::ALL,
    output::ALL,
    values::ALL,
    numbers::ALL,
    numbers::math::ALL,
    numbers::discrete::ALL,
    numbers::statistics::ALL,
];
