//! Tests of texts: against a naive model (a vector of characters), and against CPython itself.

mod compare;
mod cpython;
mod index;
mod join;
mod model;
mod pieces;
mod place;
mod positions;
mod seen;
mod sizes;
