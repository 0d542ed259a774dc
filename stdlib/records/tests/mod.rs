//! Tests against what CPython 3.11 gives.

mod csv;
mod json;
mod write;
