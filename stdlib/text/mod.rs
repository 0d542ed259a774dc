//! Text: what programs see of their input, and the strings they make.
//!
//! A [`Text`] is a view of a [`Source`] (nothing copied, and it knows its place) or a short string
//! of its own. Positions that programs see count characters (Unicode scalar values). Bytes may be
//! invalid UTF-8; they then count, print, compare and hash exactly as CPython's
//! `bytes.decode("utf-8", errors="replace")` would have it, while offsets in bytes stay those of
//! the input.

mod ahead;
mod compare;
mod index;
mod join;
mod pieces;
mod place;
mod ranges;
pub mod seen;
mod slice;
mod source;
#[cfg(test)]
mod tests;
mod units;

pub use place::Place;
pub use ranges::Ranges;
pub use source::{Document, Source, Storage};

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use ecow::EcoString;
use seen::Look;

/// A program's own string is kept in the text up to here; a longer one becomes a source without
/// a name, so that it gets an index and slices that copy nothing. In bytes.
const OWNED_LIMIT: usize = 1024;

/// Pieces of a program's own string up to here are copied: they fit into the text itself, and do
/// not keep the long string alive (or from growing in place). In bytes.
const INLINE_LIMIT: usize = EcoString::INLINE_LIMIT;

/// An immutable text: a view of a source, or a short string of its own. 24 bytes, cheap to clone.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Owned(EcoString),
    View(View),
}

/// A range of a source whose ends are boundaries of characters.
///
/// The length has 48 bits so that a byte is left whose unused values name the variants of the
/// enums around (`Repr`, `Option<Text>`, values): all of them stay at 24 bytes. That byte comes first
/// (hence `repr(C)`): in the middle, every move of a value would read across two of the writes before it,
/// which a processor cannot forward.
#[derive(Clone)]
#[repr(C)]
struct View {
    shape: Shape,
    length_high: u16,
    length_low: u32,
    start: u64,
    source: Arc<Source>,
}

/// What is known about a view without looking.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Any,
    Ascii,
}

impl View {
    /// The caller has put `start` and `end` on boundaries inside the source.
    fn new(source: &Arc<Source>, start: usize, end: usize, shape: Shape) -> View {
        let ascii = shape == Shape::Ascii || source.is_known_ascii();
        let shape = if ascii { Shape::Ascii } else { Shape::Any };
        let source = Arc::clone(source);
        let mut view = View { source, start: start as u64, length_low: 0, length_high: 0, shape };
        view.set_len(end.saturating_sub(start));
        view
    }

    fn set_len(&mut self, length: usize) {
        self.length_low = length as u32;
        self.length_high = (length as u64 >> 32) as u16;
    }

    fn start(&self) -> usize {
        self.start as usize
    }

    fn len(&self) -> usize {
        (u64::from(self.length_high) << 32 | u64::from(self.length_low)) as usize
    }

    fn end(&self) -> usize {
        self.start() + self.len()
    }

    /// The bytes, without telling that they are looked at.
    fn unread(&self) -> &[u8] {
        units::cut(self.source.bytes(), self.start(), self.end())
    }

    /// The bytes, for whoever looks at all of them.
    fn bytes(&self, how: Look) -> &[u8] {
        seen::look(&self.source, self.start(), self.end(), how);
        self.unread()
    }

    fn known_str(&self) -> Option<&str> {
        self.source.known_str(self.start(), self.end())
    }
}

impl Text {
    /// The text of nothing.
    pub fn empty() -> Text {
        Text(Repr::Owned(EcoString::new()))
    }

    /// All of a source.
    pub fn whole(source: &Arc<Source>) -> Text {
        Text(Repr::View(View::new(source, 0, source.len(), Shape::Any)))
    }

    /// A range of a source in **bytes**. It is cut to the source, and widened to whole characters.
    pub fn view(source: &Arc<Source>, range: Range<usize>) -> Text {
        let Range { start, end } = slice::snap(source.bytes(), range);
        Text(Repr::View(View::new(source, start, end, Shape::Any)))
    }

    /// The bytes as they are, not necessarily UTF-8. Counts as a look at all of them; see [`seen`].
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Owned(text) => text.as_bytes(),
            Repr::View(view) => view.bytes(Look::Sliced),
        }
    }

    /// The bytes, for a search that goes over all of them.
    pub fn haystack(&self) -> &[u8] {
        match &self.0 {
            Repr::Owned(text) => text.as_bytes(),
            Repr::View(view) => view.bytes(Look::Searched),
        }
    }

    /// The bytes, for whoever looks at a part of them and tells which ([`Text::looked_at`]), or only at where
    /// characters and lines begin.
    pub fn unread(&self) -> &[u8] {
        match &self.0 {
            Repr::Owned(text) => text.as_bytes(),
            Repr::View(view) => view.unread(),
        }
    }

    /// Does `work` that goes over all of this text, in `parts` equal parts at the same time: a file that is not
    /// in memory yet is read ahead of it.
    pub fn reading<T>(&self, parts: usize, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Repr::Owned(_) => work(),
            Repr::View(view) => view.source.reading(view.start()..view.end(), parts, work),
        }
    }

    /// Tells that this text is written into another one.
    pub fn is_written(&self) {
        if let Repr::View(view) = &self.0 {
            seen::written(&view.source, view.start()..view.end());
        }
    }

    /// Tells that a range of **bytes** of this text is looked at; it is cut to the text.
    pub fn looked_at(&self, range: Range<usize>, how: Look) {
        if let Repr::View(view) = &self.0 {
            let at = |byte: usize| view.start() + byte.min(view.len());
            seen::look(&view.source, at(range.start), at(range.end), how);
        }
    }

    /// The text as a string; `None` if it is not valid UTF-8. Checks a view of an input each time
    /// it is asked (a pass over the text).
    pub fn as_str(&self) -> Option<&str> {
        self.valid(Look::Sliced)
    }

    fn valid(&self, how: Look) -> Option<&str> {
        match &self.0 {
            Repr::Owned(text) => Some(text),
            Repr::View(view) => {
                let bytes = view.bytes(how);
                view.known_str().or_else(|| simdutf8::basic::from_utf8(bytes).ok())
            }
        }
    }

    /// Whether it is known to be valid UTF-8, without looking.
    pub fn is_known_valid(&self) -> bool {
        match &self.0 {
            Repr::Owned(_) => true,
            Repr::View(view) => view.known_str().is_some(),
        }
    }

    /// The text as a string, with U+FFFD for what is invalid. Copies only in that case.
    pub fn to_str(&self) -> Cow<'_, str> {
        self.decoded(Look::Sliced)
    }

    /// As [`Text::to_str`], for a search that goes over all of it.
    pub fn haystack_str(&self) -> Cow<'_, str> {
        self.decoded(Look::Searched)
    }

    fn decoded(&self, how: Look) -> Cow<'_, str> {
        match self.valid(how) {
            // Asked first: `from_utf8_lossy` checks byte by byte.
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(self.unread()),
        }
    }

    /// The length in **bytes**.
    pub fn byte_len(&self) -> usize {
        match &self.0 {
            Repr::Owned(text) => text.len(),
            Repr::View(view) => view.len(),
        }
    }

    /// Whether there is not one character.
    pub fn is_empty(&self) -> bool {
        self.byte_len() == 0
    }

    /// Whether all characters are ASCII. A look at the index where the text is long.
    pub fn is_ascii(&self) -> bool {
        match &self.0 {
            Repr::Owned(text) => text.is_ascii(),
            Repr::View(view) if view.shape == Shape::Ascii => true,
            Repr::View(view) if view.source.is_near(view.len()) => view.unread().is_ascii(),
            Repr::View(View { source, .. }) => {
                let Range { start, end } = self.byte_range().unwrap_or_default();
                source.index().range_is_ascii(source.bytes(), start, end)
            }
        }
    }

    /// The length in **characters**.
    pub fn char_len(&self) -> usize {
        self.char_of_byte(self.byte_len())
    }

    /// The characters, with U+FFFD for each invalid part.
    pub fn chars(&self) -> impl Iterator<Item = char> + '_ {
        units::decoded(self.bytes())
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        if text.len() <= OWNED_LIMIT {
            Text(Repr::Owned(EcoString::from(text)))
        } else {
            Text::whole(&Source::anonymous(text.to_owned()))
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        if text.len() <= OWNED_LIMIT {
            Text(Repr::Owned(EcoString::from(text)))
        } else {
            Text::whole(&Source::anonymous(text))
        }
    }
}

impl From<EcoString> for Text {
    fn from(text: EcoString) -> Text {
        if text.len() <= OWNED_LIMIT {
            Text(Repr::Owned(text))
        } else {
            Text::whole(&Source::anonymous(text.as_str().to_owned()))
        }
    }
}

impl From<char> for Text {
    fn from(character: char) -> Text {
        Text(Repr::Owned(EcoString::from(character)))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.width().is_some() || f.precision().is_some() {
            return f.pad(&self.to_str());
        }
        // Chunk by chunk: a long text with one bad byte is not copied to be printed.
        units::runs(self.bytes()).try_for_each(|run| {
            f.write_str(run.valid)?;
            if run.invalid > 0 { f.write_char(char::REPLACEMENT_CHARACTER) } else { Ok(()) }
        })
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.to_str(), f)
    }
}
