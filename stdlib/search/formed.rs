//! The bytes of a text as `fancy-regex` may see them: valid UTF-8.
//!
//! That engine steps over what a lead byte promises, and panics where the text ends before it. So each
//! invalid part is replaced by a character of the same length that is no letter, digit or space, as U+FFFD
//! is none. A loop that searches a long text from place to place has it looked through once: the last text
//! that was is remembered.

use std::cell::RefCell;
use std::ops::{Deref, Range};
use std::rc::Rc;
use std::sync::{Arc, Weak};

use crate::text::{Source, Text};

/// Bytes as they are, or with their invalid parts replaced.
pub(super) enum Formed<'h> {
    /// As they are.
    Given(&'h [u8]),
    /// A range of replaced ones.
    Made(Rc<Vec<u8>>, Range<usize>),
}

impl Deref for Formed<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Formed::Given(bytes) => bytes,
            Formed::Made(bytes, range) => bytes.get(range.clone()).unwrap_or_default(),
        }
    }
}

/// Shorter texts are looked through each time. In bytes.
const SHORT: usize = 4096;

/// A part of a source that was looked through.
struct Last {
    source: Weak<Source>,
    /// In bytes of the source.
    range: Range<usize>,
    /// The part without its invalid bytes, if it had any.
    made: Option<Rc<Vec<u8>>>,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// The bytes of a text, which are given with it.
pub(super) fn of_text<'h>(text: &Text, bytes: &'h [u8]) -> Formed<'h> {
    if text.is_known_valid() {
        return Formed::Given(bytes);
    }
    let (Some(source), Some(range)) = (text.source(), text.byte_range()) else {
        return of_bytes(bytes);
    };
    if bytes.len() < SHORT {
        return of_bytes(bytes);
    }
    LAST.with_borrow_mut(|last| {
        let known = last.as_ref().filter(|last| last.holds(source, &range));
        if let Some(known) = known.filter(|last| last.made.is_some() || ends_whole(bytes)) {
            return known.part(bytes, &range);
        }
        let made = invalid_replaced(bytes).map(Rc::new);
        last.insert(Last { source: Arc::downgrade(source), range: range.clone(), made })
            .part(bytes, &range)
    })
}

impl Last {
    fn holds(&self, source: &Arc<Source>, range: &Range<usize>) -> bool {
        std::ptr::eq(self.source.as_ptr(), Arc::as_ptr(source))
            && self.range.start <= range.start
            && range.end <= self.range.end
    }

    /// A part of it whose ends are boundaries of characters: what is invalid in it is so in the whole, too.
    fn part<'h>(&self, bytes: &'h [u8], range: &Range<usize>) -> Formed<'h> {
        match &self.made {
            None => Formed::Given(bytes),
            Some(made) => {
                let start = range.start - self.range.start;
                Formed::Made(made.clone(), start..start + range.len())
            }
        }
    }
}

/// Any bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> Formed<'_> {
    match invalid_replaced(bytes) {
        None => Formed::Given(bytes),
        Some(made) => {
            let range = 0..made.len();
            Formed::Made(Rc::new(made), range)
        }
    }
}

/// Whether the last character is all there: a mapped file may have been written to since it was valid.
fn ends_whole(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(4)..).unwrap_or_default();
    let lead = tail.iter().rposition(|&byte| byte & 0xC0 != 0x80).unwrap_or_default();
    let last = tail.get(lead..).unwrap_or_default();
    simdutf8::basic::from_utf8(last).is_ok()
}

/// The bytes with each invalid part replaced; `None` if there is none.
fn invalid_replaced(bytes: &[u8]) -> Option<Vec<u8>> {
    #[cfg(test)]
    tests::LOOKED_AT.with(|count| count.set(count.get() + bytes.len()));
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        return None;
    }
    let mut whole = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        whole.extend_from_slice(chunk.valid().as_bytes());
        let same_length = match chunk.invalid().len() {
            0 => "",
            1 => "\u{1a}",
            2 => "\u{91}",
            _ => "\u{fffd}",
        };
        whole.extend_from_slice(same_length.as_bytes());
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        pub(super) static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
    }

    /// The bytes that were looked through by `work`.
    fn looked_at(work: impl FnOnce()) -> usize {
        let before = LOOKED_AT.with(Cell::get);
        work();
        LOOKED_AT.with(Cell::get) - before
    }

    #[test]
    fn a_text_is_looked_through_once() {
        let bytes = b"caf\xC3\xA9 \xFF \xE2\x82 x ".repeat(1000);
        let length = bytes.len();
        let source = Source::from_bytes("a", bytes);
        let whole = Text::whole(&source);
        let count = looked_at(|| {
            for start in (0..length - SHORT).step_by(13) {
                let part = Text::view(&source, start..length);
                let alone = of_bytes(part.unread());
                // That was one look at this part; the whole is looked at but once.
                assert_eq!(*of_text(&whole, whole.unread()).get(start..).unwrap(), *alone);
                assert_eq!(*of_text(&part, part.unread()), *alone);
                LOOKED_AT.with(|count| count.set(count.get() - part.byte_len()));
            }
        });
        assert_eq!(count, length);
    }

    #[test]
    fn what_is_known_to_be_valid_is_not_looked_through() {
        let text = Text::from("é".repeat(10_000));
        assert_eq!(looked_at(|| assert_eq!(*of_text(&text, text.unread()), *text.unread())), 0);
    }

    #[test]
    fn other_texts_are_looked_through_anew() {
        let of = |byte: u8| Source::from_bytes("a", vec![byte; 2 * SHORT]);
        let (a, b) = (Text::whole(&of(0xFF)), Text::whole(&of(0xFE)));
        for text in [&a, &b, &a] {
            let count = looked_at(|| {
                assert_eq!(*of_text(text, text.unread()), vec![0x1A; 2 * SHORT]);
            });
            assert_eq!(count, 2 * SHORT);
        }
    }

    #[test]
    fn a_cut_character_at_the_end_is_seen() {
        for (bytes, whole) in [
            (&b"ab"[..], true),
            (b"a\xC3\xA9", true),
            (b"ab\xC3", false),
            (b"a\xE2\x82", false),
            (b"\x80\x80\x80\x80", false),
            (b"", true),
        ] {
            assert_eq!(ends_whole(bytes), whole, "{bytes:?}");
        }
    }
}
