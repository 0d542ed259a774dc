//! Tests of texts.

mod sizes;
