//! Tests of programs against an outside whose replies come in an order of the test's choice.

mod admission;
mod ahead;
mod fake;
mod lanes;
mod order;
mod quick;
