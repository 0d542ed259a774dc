//! Tests against what CPython 3.11 gives.

mod guess;
mod methods;
mod reading;
