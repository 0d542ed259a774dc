//! Searches against CPython, and what CPython does not have.

mod cpython;
mod own;
