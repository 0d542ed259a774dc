//! What programs cost: bytes in use on this thread, and the stack that is left.
//!
//! The binary installs [`Counting`] as its allocator. A library user who does not gets no count of
//! small allocations; large ones are still refused one by one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static IN_USE: Cell<isize> = const { Cell::new(0) };
    static STACK_LEFT: Cell<usize> = const { Cell::new(1 << 20) };
}

/// Bytes allocated and not yet freed by this thread.
pub fn in_use() -> usize {
    usize::try_from(IN_USE.with(Cell::get)).unwrap_or(0)
}

/// Counts bytes that another thread allocated and this one is going to free.
pub(crate) fn adopt(bytes: usize) {
    // Where the allocator does not count, they would never be taken off again.
    let before = IN_USE.with(Cell::get);
    let probe = std::hint::black_box(Vec::<u8>::with_capacity(1 << 10));
    if IN_USE.with(Cell::get) != before {
        count(isize::try_from(bytes).unwrap_or(isize::MAX));
    }
    drop(probe);
}

/// The stack of this thread as told by [`on_large_stack`]; a safe small figure elsewhere.
pub(crate) fn stack_left() -> usize {
    STACK_LEFT.with(Cell::get)
}

/// Runs `work` on a thread with a large stack and waits for it. Interpreters live on such threads.
///
/// # Errors
/// When the thread cannot be started or `work` panics.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("program".to_string())
            .stack_size(super::STACK_SIZE)
            .spawn_scoped(scope, || {
                // A part is taken by frames that are already there.
                STACK_LEFT.with(|left| left.set(super::STACK_SIZE - (256 << 10)));
                work()
            })?;
        thread.join().map_err(|_| std::io::Error::other("the interpreter stopped unexpectedly"))
    })
}

/// The stack of a child engine's thread: there can be many.
const SMALL_STACK: usize = 64 << 20;

/// Runs `work` on a thread of its own, without waiting for it.
///
/// # Errors
/// When the thread cannot be started.
pub(crate) fn spawn_small(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name("child".to_string()).stack_size(SMALL_STACK).spawn(|| {
        STACK_LEFT.with(|left| left.set(SMALL_STACK - (256 << 10)));
        work();
    })?;
    Ok(())
}

/// The system's allocator with a count for each thread: one addition a call.
pub struct Counting;

fn count(change: isize) {
    // While a thread ends its locals may be gone; nobody reads the count then.
    let _ = IN_USE.try_with(|used| used.set(used.get().wrapping_add(change)));
}

/// Lets all threads take memory from one heap, where the C library would give each its own. Those of
/// glibc grow by single pages, each with a system call that keeps out whoever touches new memory: to send
/// the first 256 requests took twice as long. To be called before other threads are started.
pub fn share_heap() {
    // Safety: it sets a number, under the allocator's own lock.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code)]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

// Safety: every call is handed to `System` unchanged.
#[allow(unsafe_code, clippy::cast_possible_wrap)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(new_size as isize - layout.size() as isize);
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}
