//! Reading a large mapped file from the disk while it is being searched.
//!
//! Whoever touches a page that is not in memory waits for the disk. Left alone the system reads a little
//! ahead, for one reader: two threads in two halves of a file disturb each other. So a thread of its own asks
//! for the pages, in large pieces, in every part that is read; it stops when the work is done. Of each
//! source that happens until it was read to its end, once.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use memmap2::Mmap;

/// Smaller ranges are not worth a thread. In bytes.
const LARGE: usize = 32 << 20;

/// What is asked for at a time. In bytes.
const WINDOW: usize = 4 << 20;

/// Does `work`, which reads a range of a mapped file in `parts` parts at the same time. `is_read` tells
/// whether the file was read to its end before.
pub(super) fn reading<T>(
    map: &Mmap,
    range: Range<usize>,
    parts: usize,
    is_read: &AtomicBool,
    work: impl FnOnce() -> T,
) -> T {
    if range.len() < LARGE || is_read.load(Ordering::Relaxed) {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let windows = || {
            for window in windows(range.clone(), parts) {
                if done.load(Ordering::Relaxed) || !ask_for(map, &window) {
                    return;
                }
            }
            is_read.fetch_or(range.len() == map.len(), Ordering::Relaxed);
        };
        // Without it the work is only slower.
        let _ = std::thread::Builder::new().name("read ahead".into()).spawn_scoped(scope, windows);
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// The windows of all parts, those at the beginning of each part first.
fn windows(range: Range<usize>, parts: usize) -> impl Iterator<Item = Range<usize>> {
    let share = range.len().div_ceil(parts.max(1)).max(1);
    (0..share).step_by(WINDOW).flat_map(move |at| {
        let range = range.clone();
        range.clone().step_by(share).map(move |start| {
            let end = range.end.min(start + share);
            (start + at).min(end)..(start + at + WINDOW).min(end)
        })
    })
}

/// Has the system read these bytes; false where it does not do that.
#[cfg(target_os = "linux")]
fn ask_for(map: &Mmap, window: &Range<usize>) -> bool {
    use memmap2::Advice::{PopulateRead, WillNeed};
    let ask = |advice| map.advise_range(advice, window.start, window.len()).is_ok();
    // Linux 5.14 and later waits until the pages are there; before that it only begins to read.
    window.is_empty() || ask(PopulateRead) || ask(WillNeed)
}

/// Has the system read these bytes; false where it does not do that.
#[cfg(all(unix, not(target_os = "linux")))]
fn ask_for(map: &Mmap, window: &Range<usize>) -> bool {
    window.is_empty()
        || map.advise_range(memmap2::Advice::WillNeed, window.start, window.len()).is_ok()
}

/// Has the system read these bytes; false where it does not do that.
#[cfg(not(unix))]
fn ask_for(_: &Mmap, _: &Range<usize>) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_every_part_from_its_beginning() {
        for (range, parts) in [(0..5 * WINDOW + 3, 2), (7..8, 1), (0..0, 2), (9..3 * WINDOW, 4)] {
            let all: Vec<_> = windows(range.clone(), parts).collect();
            let mut sorted = all.clone();
            sorted.retain(|window| !window.is_empty());
            sorted.sort_by_key(|window| window.start);
            let mut at = range.start;
            for window in sorted {
                assert_eq!(window.start, at);
                at = window.end;
            }
            assert_eq!(at, range.end.max(range.start));
        }
        let first: Vec<_> = windows(0..8 * WINDOW, 2).map(|window| window.start).take(3).collect();
        assert_eq!(first, [0, 4 * WINDOW, WINDOW]);
    }

    #[test]
    fn a_file_is_read_to_its_end_once() {
        let file = tempfile();
        file.set_len(LARGE as u64 + 1).unwrap();
        // SAFETY: nobody else knows this file.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.unwrap();
        let is_read = AtomicBool::new(false);
        // A part of it is not all of it.
        assert_eq!(reading(&map, 0..LARGE, 2, &is_read, || map.first().copied()), Some(0));
        assert!(!is_read.load(Ordering::Relaxed));
        let is_over = reading(&map, 0..map.len(), 2, &is_read, || {
            (0..10_000_000).any(|_| {
                std::thread::yield_now();
                is_read.load(Ordering::Relaxed)
            })
        });
        assert_eq!(is_over, cfg!(unix));
        // From then on it is only work.
        assert_eq!(reading(&map, 0..map.len(), 2, &is_read, || 1), 1);
    }

    fn tempfile() -> std::fs::File {
        let path = std::env::temp_dir().join(format!("rlm-lang-ahead-{}", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        file
    }
}
