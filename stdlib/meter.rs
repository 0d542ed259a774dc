//! The cost of walking nested values where no host is at hand: equality, hashing, printing.
//!
//! `==` on keys inside a map, or `Display` of a value, can neither charge a program nor fail. Yet a
//! list that holds one list twice, sixty times over, is as large as 2^60 items to whoever walks it.
//! So walks are counted for each thread, and stop where the program's fuel ends or nesting gets too
//! deep; what they give then is worthless. The interpreter calls [`settle`] after every operation
//! that may walk, before its result is used: it charges the work, and raises the error.
//!
//! Outside a program nothing settles; then the allowance of [`reset`] holds.

use std::cell::Cell;

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::value::Value;

/// Walks nest at most this deep: as deep as JSON may be, and little enough for the stack of a
/// comprehension's item.
pub const MAX_DEPTH: u32 = 500;

/// Items that a walk looks at in one step of the program.
const ITEMS_PER_STEP: u64 = 4;

/// Items that may be walked outside a program: previews, answers, tests.
const DEFAULT_ITEMS: u64 = 100_000_000;

/// Bytes that may be printed outside a program.
const DEFAULT_BYTES: usize = 1 << 30;

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    TooDeep,
    TooLong,
    TooLarge,
}

thread_local! {
    /// Items walked and not yet charged.
    static WALKED: Cell<u64> = const { Cell::new(0) };
    /// Items that may be walked before the next charge.
    static ALLOWED: Cell<u64> = const { Cell::new(DEFAULT_ITEMS) };
    /// Bytes that one value may print.
    static BYTES: Cell<usize> = const { Cell::new(DEFAULT_BYTES) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static TROUBLE: Cell<Trouble> = const { Cell::new(Trouble::None) };
}

/// One level of a walk; it ends when this is dropped.
pub(crate) struct Level(());

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
    }
}

/// Enters a container. `None` when the walk must stop: its result will not be used.
pub(crate) fn descend() -> Option<Level> {
    let depth = DEPTH.with(Cell::get);
    if depth >= MAX_DEPTH {
        stop(Trouble::TooDeep);
        return None;
    }
    if !walk(1) {
        return None;
    }
    DEPTH.with(|cell| cell.set(depth + 1));
    Some(Level(()))
}

/// Counts `items` looked at, or copied by what has no host. False when the walk must stop.
pub(crate) fn walk(items: u64) -> bool {
    let walked = WALKED.with(|cell| {
        cell.set(cell.get().saturating_add(items));
        cell.get()
    });
    if walked > ALLOWED.with(Cell::get) {
        stop(Trouble::TooLong);
    }
    TROUBLE.with(Cell::get) == Trouble::None
}

/// Whether a text that is being printed may be `bytes` long. False when the walk must stop.
pub(crate) fn print(bytes: usize) -> bool {
    if bytes > BYTES.with(Cell::get) {
        stop(Trouble::TooLarge);
    }
    TROUBLE.with(Cell::get) == Trouble::None
}

/// Whether there are steps and memory left for a list of so many items. False when the walk must stop.
pub(crate) fn hold(items: usize) -> bool {
    walk(items as u64) && print(items.saturating_mul(size_of::<Value>()))
}

fn stop(trouble: Trouble) {
    TROUBLE.with(|cell| {
        if cell.get() == Trouble::None {
            cell.set(trouble);
        }
    });
}

/// Begins anew: a program with so many steps and bytes left, or nobody's walk with `None`.
pub fn reset(left: Option<(u64, usize)>) {
    let (items, bytes) = match left {
        Some((steps, bytes)) => (steps.saturating_mul(ITEMS_PER_STEP), bytes),
        None => (DEFAULT_ITEMS, DEFAULT_BYTES),
    };
    ALLOWED.with(|cell| cell.set(items));
    BYTES.with(|cell| cell.set(bytes));
    WALKED.with(|cell| cell.set(0));
    TROUBLE.with(|cell| cell.set(Trouble::None));
}

/// Whether there is enough to settle at once: a walk that stopped, or some thousand items.
#[inline]
pub fn is_due() -> bool {
    const SOME: u64 = 4096;
    WALKED.with(Cell::get) > SOME || TROUBLE.with(Cell::get) != Trouble::None
}

/// Charges what was walked since the last time.
///
/// # Errors
/// When a walk was stopped, so that its result is worth nothing, or the fuel is used up.
pub fn settle(host: &mut dyn Host) -> Result<(), Fault> {
    let walked = WALKED.with(|cell| cell.replace(0));
    match TROUBLE.with(|cell| cell.replace(Trouble::None)) {
        Trouble::None => host.spend(walked / ITEMS_PER_STEP),
        Trouble::TooDeep => {
            host.spend(walked / ITEMS_PER_STEP)?;
            Err(too_deep())
        }
        Trouble::TooLong => {
            // More than all that was left.
            host.spend(u64::MAX)?;
            Err(Fault::limit(Code::OutOfSteps, "this value is too large to be walked"))
        }
        Trouble::TooLarge => {
            host.reserve(usize::MAX)?;
            Err(Fault::limit(Code::OutOfMemory, "this value is too large to be printed"))
        }
    }
}

/// The error for values that are nested too deeply, or in themselves.
pub(crate) fn too_deep() -> Fault {
    Fault::new(
        Code::BadValue,
        format!("values nested more than {MAX_DEPTH} deep cannot be compared or used as keys"),
    )
    .with_help("a list or dict may hold itself: compare parts of it")
}
