//! Helpers shared by the test binaries, each of which says `mod support;`.
// Every test binary compiles all of it and uses a part; public items are for the other binaries.
#![allow(dead_code, unreachable_pub)]

pub mod fake_server;
pub mod faults;
pub mod formats;
pub mod process;
pub mod trajectories;
