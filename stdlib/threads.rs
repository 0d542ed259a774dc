//! Two threads for one pass over a large text.

use memchr::memchr;

/// Does two parts of some work at the same time.
pub(crate) fn in_two<T: Send>(first: impl FnOnce() -> T, second: impl Fn() -> T + Sync) -> (T, T) {
    let second = &second;
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().spawn_scoped(scope, second);
        let first = first();
        // Without a second thread, or should it have panicked, the work is done here.
        (first, other.ok().and_then(|other| other.join().ok()).unwrap_or_else(second))
    })
}

/// Where to cut bytes in two, behind a newline near the middle, if there are at least `least`. That depends on
/// the bytes alone, not on the machine, so that a program costs the same steps everywhere.
pub(crate) fn middle_line(bytes: &[u8], least: usize) -> Option<usize> {
    let middle = bytes.len() / 2;
    let rest = bytes.get(middle..).filter(|_| bytes.len() >= least)?;
    Some(middle + memchr(b'\n', rest)? + 1)
}
