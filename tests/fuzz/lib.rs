//! What the fuzz targets share.
//!
//! [`exercise`] is the part that `tests/hostile.rs` runs too; here stands only what libFuzzer needs
//! around it.

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rlm_lang::interpreter::memory;

pub mod exercise;

/// Programs may use so much memory as they are given, so it must be counted.
#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

type Line = (SyncSender<Vec<u8>>, std::sync::Mutex<Receiver<()>>);

/// Runs a target on a thread with the stack that programs need, the same one at every call: to start
/// one for each input costs more than most inputs do.
pub fn on_worker(target: &'static str, bytes: &[u8]) {
    static WORKER: OnceLock<Line> = OnceLock::new();
    let (inputs, done) = WORKER.get_or_init(|| start(target));
    let done = done.lock().expect("one input at a time");
    inputs.send(bytes.to_vec()).expect("the worker waits for inputs");
    done.recv().expect("the worker ended: see its panic above");
}

fn start(target: &'static str) -> Line {
    let found = exercise::TARGETS.iter().find(|(name, _)| *name == target);
    let (_, run) = *found.expect("a target's name");
    let (inputs, waiting) = sync_channel::<Vec<u8>>(0);
    let (finished, done) = sync_channel::<()>(0);
    std::thread::spawn(move || {
        memory::on_large_stack(move || {
            for bytes in waiting {
                run(&bytes);
                let _ = finished.send(());
            }
        })
    });
    (inputs, std::sync::Mutex::new(done))
}
