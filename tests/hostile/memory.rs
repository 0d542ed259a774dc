//! The most memory that a thread had in use at once: what the product's allocator counts, and its
//! highest mark.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

use rlm_lang::interpreter::memory::{Counting, in_use};

thread_local! {
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The most bytes that this thread had in use since it began.
pub fn peak() -> usize {
    PEAK.with(Cell::get)
}

/// [`Counting`] with a mark.
pub struct Peak;

fn mark() {
    // While a thread ends its locals may be gone; nobody reads the mark then.
    let _ = PEAK.try_with(|peak| peak.set(peak.get().max(in_use())));
}

// Safety: every call is handed to `Counting` unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Peak {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let place = unsafe { Counting.alloc(layout) };
        mark();
        place
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { Counting.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let place = unsafe { Counting.alloc_zeroed(layout) };
        mark();
        place
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let place = unsafe { Counting.realloc(place, layout, size) };
        mark();
        place
    }
}
