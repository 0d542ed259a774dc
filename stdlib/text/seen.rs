//! What of the input was looked at.
//!
//! Programs reach the bytes of their input through texts only. So the few functions of [`Text`](super::Text) that
//! give out bytes tell it here, and whatever stays untold was never read: of those bytes a program can
//! know where characters and lines begin (positions, lengths, line numbers), and nothing else.
//!
//! One source is watched on a thread, by whoever runs programs there. A read that goes on where the
//! last one ended, or lies inside what was read around it, is a comparison and nothing more; all of a
//! gigabyte is one range. What is too small to be seen beside the whole source is taken with the ranges
//! around it ([`gap`]), so a walk over lines or words leaves one range, not a million; beyond `MOST`
//! ranges near ones are joined. The set is never too small.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::hash::Hasher;
use std::ops::Range;
use std::ptr;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::{Ranges, Source};

/// Ranges of one kind that are kept apart.
const MOST: usize = 1 << 16;

/// Bytes between two ranges that are taken with them: a 65,536th of the source, but at least a line end, and
/// at most so much that a part of a line stays a part.
pub fn gap(source: &Source) -> usize {
    (source.len() >> 16).clamp(2, 1024)
}

/// Texts that were written into others or printed, kept from the beginning of the turn and as many from
/// its end: more do not fit into what a model is shown.
const WRITTEN: usize = 1 << 13;

/// How bytes were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A search went over them.
    Searched,
    /// They were a text of their own whose characters mattered.
    Sliced,
}

/// What was looked at, in bytes of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What searches went over.
    pub searched: Ranges,
    /// Texts that were cut out and looked at.
    pub sliced: Ranges,
    /// Texts that are written in longer ones of a program's own which were sent to models.
    pub sent: Ranges,
    /// Texts that were printed or written into other texts, in order; from the middle of many, some are
    /// missing.
    pub written: Vec<Written>,
}

/// A text of the source that became part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it stands in the source, in bytes.
    pub range: Range<usize>,
    /// It was printed, not only written into another text.
    pub printed: bool,
}

/// The range that reads of one kind go on in, not yet in the sets.
struct Cursor {
    start: Cell<usize>,
    end: Cell<usize>,
    /// How far behind `start` a read may begin that goes on here.
    reach: Cell<usize>,
}

/// What the fast path looks at: plain cells, so that reaching them costs nothing.
struct Fast {
    /// The source that is watched; null where none is.
    source: Cell<*const Source>,
    cursors: [Cursor; 2],
    /// See [`gap`].
    gap: Cell<usize>,
    /// The source instead, while something is printed: each read is to be written down.
    printed: Cell<*const Source>,
}

/// Everything else.
#[derive(Default)]
struct Slow {
    /// Held, so that no other source can come to stand at its address.
    source: Option<Arc<Source>>,
    looked: [Ranges; 2],
    sent: Ranges,
    first: Vec<Written>,
    last: VecDeque<Written>,
}

thread_local! {
    static FAST: Fast = const {
        Fast {
            source: Cell::new(ptr::null()),
            cursors: [Cursor::nowhere(), Cursor::nowhere()],
            gap: Cell::new(0),
            printed: Cell::new(ptr::null()),
        }
    };
    static SLOW: RefCell<Slow> = RefCell::new(Slow::default());
}

impl Cursor {
    const fn nowhere() -> Cursor {
        // No read begins at the last of all positions.
        Cursor { start: Cell::new(usize::MAX), end: Cell::new(0), reach: Cell::new(0) }
    }

    fn set(&self, start: usize, end: usize, gap: usize) {
        self.start.set(start);
        self.end.set(end);
        self.reach.set(end - start + gap);
    }

    fn take(&self) -> Option<Range<usize>> {
        let start = self.start.replace(usize::MAX);
        let end = self.end.replace(0);
        self.reach.set(0);
        (start < end).then_some(start..end)
    }
}

/// Tells that bytes of a source are looked at.
#[inline]
pub(super) fn look(source: &Source, start: usize, end: usize, how: Look) {
    FAST.with(|fast| {
        if ptr::eq(fast.source.get(), source) {
            pass(fast, start, end, how);
        } else if ptr::eq(fast.printed.get(), source) {
            pass(fast, start, end, how);
            keep(Written { range: start..end, printed: true });
        }
    });
}

#[inline]
fn pass(fast: &Fast, start: usize, end: usize, how: Look) {
    let cursor = match how {
        Look::Searched => &fast.cursors[0],
        Look::Sliced => &fast.cursors[1],
    };
    let first = cursor.start.get();
    // One comparison for "not before it" and "not far behind it".
    if start.wrapping_sub(first) > cursor.reach.get() {
        move_to(cursor, start, end, how, fast.gap.get());
    } else if end > cursor.end.get() {
        cursor.set(first, end, fast.gap.get());
    }
}

/// Puts the cursor's range into its set, and the cursor where bytes are read now, unless they are known.
#[cold]
#[inline(never)]
fn move_to(cursor: &Cursor, start: usize, end: usize, how: Look, gap: usize) {
    SLOW.with_borrow_mut(|slow| {
        let [searched, sliced] = &mut slow.looked;
        let looked = if how == Look::Searched { searched } else { sliced };
        if start >= end || looked.contains(&(start..end)) {
            return;
        }
        if let Some(range) = cursor.take() {
            looked.insert_near(range, gap);
            if looked.len() > MOST {
                looked.join(MOST / 2);
            }
        }
        cursor.set(start, end, gap);
    });
}

/// Keeps a text that became part of another, if it is one of the first or the last.
#[cold]
fn keep(written: Written) {
    SLOW.with_borrow_mut(|slow| {
        if written.range.is_empty() {
            return;
        }
        if slow.first.len() < WRITTEN {
            slow.first.push(written);
            return;
        }
        if slow.last.len() == WRITTEN {
            slow.last.pop_front();
        }
        slow.last.push_back(written);
    });
}

/// Which parts of the watched source are written in short texts of a program's own, by the hash of their
/// content: long ones have a source that says so, short ones have none. Two generations, so that what was
/// made lately is known and the set stays small. A text of the same content made of other parts is taken for
/// all of them.
#[derive(Default)]
struct Made {
    now: FxHashMap<u64, Ranges>,
    before: FxHashMap<u64, Ranges>,
}

/// Short texts of one generation, and the ranges that are kept of one text.
const MADE: usize = 1 << 15;
const RANGES: usize = 16;

thread_local! {
    static SOME_MADE: Cell<bool> = const { Cell::new(false) };
    static MADE_TEXTS: RefCell<Made> = RefCell::default();
}

/// Remembers what is written in a short text.
pub(super) fn remember(text: &str, ranges: &Ranges) {
    MADE_TEXTS.with_borrow_mut(|made| {
        SOME_MADE.set(true);
        if made.now.len() >= MADE {
            made.before = std::mem::take(&mut made.now);
        }
        let known = made.now.entry(hash(text)).or_default();
        known.extend(ranges.iter());
        known.join(RANGES);
    });
}

/// Whether anything is remembered of short texts.
#[inline]
pub fn remembers() -> bool {
    SOME_MADE.get()
}

/// What is written in a short text, as far as it is remembered.
pub(super) fn recalled(text: &str) -> Option<Ranges> {
    if !remembers() {
        return None;
    }
    let hash = hash(text);
    MADE_TEXTS.with_borrow(|made| made.now.get(&hash).or_else(|| made.before.get(&hash)).cloned())
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Begins to watch what this thread looks at in a source; `None` ends it. What was seen before and not
/// taken is forgotten.
pub fn watch(source: Option<&Arc<Source>>) {
    MADE_TEXTS.take();
    SOME_MADE.set(false);
    SLOW.with_borrow_mut(|slow| {
        *slow = Slow { source: source.cloned(), ..Slow::default() };
    });
    FAST.with(|fast| {
        fast.cursors.iter().for_each(|cursor| {
            cursor.take();
        });
        fast.printed.set(ptr::null());
        fast.gap.set(source.map_or(0, |source| gap(source)));
        fast.source.set(source.map_or(ptr::null(), Arc::as_ptr));
    });
}

/// What was seen since the last time, or since [`watch`].
pub fn take() -> Seen {
    let (cursors, gap) =
        FAST.with(|fast| (fast.cursors.each_ref().map(Cursor::take), fast.gap.get()));
    SLOW.with_borrow_mut(|slow| {
        for (looked, range) in slow.looked.iter_mut().zip(cursors) {
            if let Some(range) = range {
                looked.insert_near(range, gap);
            }
        }
        let [searched, sliced] = std::mem::take(&mut slow.looked);
        let mut written = std::mem::take(&mut slow.first);
        written.extend(std::mem::take(&mut slow.last));
        let sent = std::mem::take(&mut slow.sent);
        Seen { searched, sliced, sent, written }
    })
}

/// While this lives, this thread is not watched: what it does has no effect.
#[must_use]
pub struct Pause(bool);

/// Stops watching for a while.
pub fn pause() -> Pause {
    FAST.with(|fast| Pause(!fast.source.replace(ptr::null()).is_null()))
}

impl Drop for Pause {
    fn drop(&mut self) {
        if self.0 {
            let source =
                SLOW.with_borrow(|slow| slow.source.as_ref().map_or(ptr::null(), Arc::as_ptr));
            FAST.with(|fast| fast.source.set(source));
        }
    }
}

/// Prints something, and remembers which texts of the input are part of it.
pub fn printing<T>(work: impl FnOnce() -> T) -> T {
    let source = FAST.with(|fast| fast.source.replace(ptr::null()));
    if source.is_null() {
        // Nothing is watched, or this is part of something that is printed.
        return work();
    }
    FAST.with(|fast| fast.printed.set(source));
    let result = work();
    FAST.with(|fast| {
        fast.printed.set(ptr::null());
        fast.source.set(source);
    });
    result
}

/// Whether a source is watched on this thread.
pub(super) fn is_watched(source: &Source) -> bool {
    FAST.with(|fast| ptr::eq(fast.source.get(), source) || ptr::eq(fast.printed.get(), source))
}

/// Tells that parts of the source are sent to a model.
pub(super) fn sent(ranges: &Ranges) {
    if !ranges.is_empty() && FAST.with(|fast| !fast.source.get().is_null()) {
        SLOW.with_borrow_mut(|slow| slow.sent.extend(ranges.iter()));
    }
}

/// Tells that a text is written into another one.
#[inline]
pub(super) fn written(source: &Source, range: Range<usize>) {
    if is_watched(source) {
        keep(Written { range, printed: false });
    }
}
