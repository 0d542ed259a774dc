//! Tests of programs against an outside whose replies come in an order of the test's choice.

mod fake;
mod lanes;
