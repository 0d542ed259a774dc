//! Parsing keeps nothing: a run parses a program a turn, the REPL one a line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

use rlm_lang_syntax::parse;

/// The system's allocator, with a count of the bytes in use.
struct Counting;

static IN_USE: AtomicIsize = AtomicIsize::new(0);

// SAFETY: every call goes on to the system's allocator with its own arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size().cast_signed(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size().cast_signed(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const PROGRAM: &str = r#"
for row in rows:
    if (m := search(r"(\d+)", row)) and m[1] not in seen:
        seen[m[1]] = [ask(f"what of {row!r:>10}?", x) for x in docs if x]
def f(a, *b, c={"k": lambda x: x}):
    try: return xs[a:b][0].name
    except (KeyError, ValueError) as e: raise
"#;

/// One test, as another one at the same time would be counted too.
#[test]
fn parsing_keeps_no_memory() {
    let parse_all = || {
        for program in [PROGRAM, "x = = 1\ny = (", ""] {
            drop(parse(program));
        }
    };
    // Before counting: what is made once, of the thread and of the process.
    parse_all();
    std::thread::spawn(parse_all).join().unwrap();

    let before = IN_USE.load(Ordering::Relaxed);
    for _ in 0..700 {
        parse_all();
    }
    let kept = IN_USE.load(Ordering::Relaxed) - before;
    assert!(kept.abs() < 1000, "{kept} bytes are kept by 2,100 parses");

    // The rules of a thread end with it: every child of a run is a thread.
    for _ in 0..50 {
        std::thread::spawn(parse_all).join().unwrap();
    }
    let kept = IN_USE.load(Ordering::Relaxed) - before;
    assert!(kept.abs() < 10_000, "{kept} bytes are kept by 50 threads");
}
