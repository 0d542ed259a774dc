//! Values, texts and builtins of rlm-lang. No network, no clock, no files: whatever a builtin needs
//! from outside goes through [`host::Host`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod attributes;
pub mod builtin;
pub mod constants;
pub mod convert;
pub mod cost;
pub mod counting;
pub mod dates;
pub mod datetime;
pub mod dict_methods;
pub mod errors;
pub mod fault;
pub mod format;
pub mod functional;
pub mod host;
pub mod library;
pub mod list_methods;
pub mod meter;
pub mod models;
pub mod numbers;
pub mod operators;
pub mod output;
pub mod prompt;
mod ranges;
pub mod records;
pub mod reference;
pub mod search;
pub mod sequences;
pub mod set_methods;
pub mod sieve;
mod strftime;
pub mod subscript;
#[cfg(test)]
mod table_tests;
pub mod tables;
#[cfg(test)]
mod testing;
pub mod text;
pub mod text_methods;
pub mod texts;
pub mod textwrap;
mod threads;
pub mod value;
pub mod values;
pub mod views;
pub mod walk;

/// Every builtin, by the module that defines it. A test counts `#[builtin]` in the sources, so none
/// can be forgotten here.
pub const GROUPS: &[&[&builtin::Builtin]] = &[
    counting::ALL,
    datetime::ALL,
    dict_methods::ALL,
    errors::ALL,
    functional::ALL,
    library::ALL,
    functional::operator::ALL,
    functional::records::ALL,
    list_methods::ALL,
    models::ALL,
    numbers::ALL,
    numbers::discrete::ALL,
    numbers::math::ALL,
    numbers::special::ALL,
    numbers::statistics::ALL,
    output::ALL,
    records::ALL,
    search::ALL,
    sequences::ALL,
    set_methods::ALL,
    tables::ALL,
    text_methods::ALL,
    texts::ALL,
    textwrap::ALL,
    values::ALL,
];
