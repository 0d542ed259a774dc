//! Tables and JSON: `csv`, `json`, `to_json`, and the names Python has for them.

pub mod buffer;
pub mod csv;
mod dialect;
pub mod json;
mod lenient;
mod rows;
pub mod write;

#[cfg(test)]
mod tests;

use crate::builtin::Builtin;

pub use json::{parse_json, parse_json_lenient, parse_text_lenient};
pub use write::{to_json, to_json_value};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &csv::CSV,
    &csv::DICT_READER,
    &csv::READER,
    &csv::FIELDNAMES,
    &buffer::STRING_IO,
    &buffer::WRITE,
    &buffer::WRITELINES,
    &buffer::GETVALUE,
    &buffer::READ,
    &buffer::READLINE,
    &buffer::READLINES,
    &buffer::SEEK,
    &buffer::CLOSE,
    &buffer::WRITER,
    &buffer::DICT_WRITER,
    &buffer::WRITEROW,
    &buffer::WRITEROWS,
    &buffer::WRITEHEADER,
    &json::JSON,
    &write::TO_JSON_BUILTIN,
    &write::DUMPS,
];
