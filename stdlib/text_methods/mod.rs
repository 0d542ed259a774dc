//! The methods of texts: Python's `str`, and where a text stands in the input.

pub mod case;
pub mod cut;
pub mod find;
pub mod place;
pub mod shape;
pub mod template;
pub mod unicode;

use crate::builtin::Builtin;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &cut::STRIP,
    &cut::LSTRIP,
    &cut::RSTRIP,
    &cut::SPLIT,
    &cut::RSPLIT,
    &cut::SPLITLINES,
    &cut::PARTITION,
    &cut::RPARTITION,
    &cut::REMOVEPREFIX,
    &cut::REMOVESUFFIX,
    &cut::SUBSTRING,
    &find::FIND,
    &find::RFIND,
    &find::INDEX,
    &find::RINDEX,
    &find::COUNT,
    &find::STARTSWITH,
    &find::ENDSWITH,
    &find::CONTAINS,
    &case::LOWER,
    &case::UPPER,
    &case::TITLE,
    &case::CAPITALIZE,
    &case::CASEFOLD,
    &case::SWAPCASE,
    &case::ISALPHA,
    &case::ISALNUM,
    &case::ISDIGIT,
    &case::ISDECIMAL,
    &case::ISNUMERIC,
    &case::ISSPACE,
    &case::ISUPPER,
    &case::ISLOWER,
    &case::ISTITLE,
    &case::ISASCII,
    &case::ISIDENTIFIER,
    &case::ISPRINTABLE,
    &template::CAPWORDS,
    &template::TEMPLATE,
    &template::SUBSTITUTE,
    &template::SAFE_SUBSTITUTE,
    &shape::JOIN,
    &shape::REPLACE,
    &shape::LJUST,
    &shape::RJUST,
    &shape::CENTER,
    &shape::ZFILL,
    &shape::EXPANDTABS,
    &shape::TRANSLATE,
    &shape::MAKETRANS,
    &shape::ENCODE,
    &shape::DECODE,
    &shape::REPEAT,
    &shape::TO_STRING,
    &place::START,
    &place::END,
    &place::LINE,
    &place::NAME,
    &place::SOURCE,
    &place::TEXT,
    &place::AROUND,
    &place::AROUND_LINES,
];

#[cfg(test)]
mod tests;
