//! The command `rlm-lang`: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

use rlm_lang::interpreter::memory;

/// Counts the memory of programs; see `memory`.
#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

fn main() -> ExitCode {
    memory::share_heap();
    rlm_lang::cli::main()
}
