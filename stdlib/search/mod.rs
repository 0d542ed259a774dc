//! Searching texts: `grep`, `findall` and their like, `rank`, `files`, `quoted`.
//!
//! Patterns are Python's regexes, translated by [`syntax`], compiled once by [`pattern`] and run
//! over bytes by [`scan`]. Results are lazy lists over offsets.

pub mod args;
mod collect;
pub mod compiled;
pub mod files;
pub mod find;
pub mod flags;
mod formed;
pub mod grep;
pub mod matches;
pub mod pattern;
mod postings;
pub mod quoted;
pub mod rank;
pub mod replace;
pub mod scan;
pub mod syntax;

use crate::builtin::Builtin;

pub use pattern::check_pattern;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &grep::GREP,
    &find::FINDALL,
    &find::FINDITER,
    &find::SEARCH,
    &find::MATCH,
    &find::FULLMATCH,
    &replace::SUB,
    &replace::SUBN,
    &replace::RE_SPLIT,
    &replace::ESCAPE,
    &compiled::COMPILE,
    &compiled::SEARCH,
    &compiled::MATCH,
    &compiled::FULLMATCH,
    &compiled::FINDALL,
    &compiled::FINDITER,
    &compiled::SUB,
    &compiled::SPLIT,
    &compiled::PATTERN,
    &compiled::FLAGS,
    &compiled::GROUPINDEX,
    &matches::GROUP,
    &matches::GROUPS,
    &matches::GROUPDICT,
    &matches::START,
    &matches::END,
    &matches::SPAN,
    &matches::STRING,
    &matches::RE,
    &matches::LASTINDEX,
    &matches::LASTGROUP,
    &matches::EXPAND,
    &rank::RANK,
    &files::FILES,
    &quoted::QUOTED,
    &quoted::COUNT,
];

#[cfg(test)]
mod tests;
