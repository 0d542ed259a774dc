//! Hostile inputs: whatever a program, pattern or text holds, it ends in one clear error or runs,
//! within its fuel and memory, and nothing panics.
//!
//! Four kinds of tests: every builtin on hostile arguments; the bombs of `hostile/bombs.txt`, each with
//! its expected end; programs that only size and nesting make hostile; and the fuzz targets (see
//! `fuzz/README.md`) on their seeds and on seeded mutations of them. `UPDATE=1` writes the ends of the bombs: look at the diff.

#![allow(unreachable_pub)] // the fuzzers' crate shows what is shared with it

use libtest_mimic::{Arguments, Trial};
mod hostile {
    pub mod arguments;
    pub mod bombs;
    pub mod memory;
    pub mod mutations;
    pub mod structures;
    pub mod threads;
}
#[path = "fuzz/exercise/mod.rs"]
mod exercise;
#[allow(unreachable_pub)] // as the other helpers of `support`
#[path = "support/random.rs"]
mod numbers;

/// Memory limits hold only where memory is counted.
#[global_allocator]
static ALLOCATOR: hostile::memory::Peak = hostile::memory::Peak;

fn main() {
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(hostile::arguments::trials());
    trials.extend(hostile::bombs::trials());
    trials.extend(hostile::structures::trials());
    trials.extend(hostile::mutations::trials());
    trials.extend(hostile::threads::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
