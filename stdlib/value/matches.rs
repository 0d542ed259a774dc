//! Matches and compiled regexes.

use std::ops::Range;

use crate::text::Text;
use crate::value::Value;

/// A match of a regex in a text.
pub struct Match {
    /// The text that was searched.
    pub searched: Text,
    /// Group ranges in **bytes** of `searched`; the first is the whole match.
    pub groups: Vec<Option<Range<usize>>>,
    /// The regex, for names of groups.
    pub pattern: std::rc::Rc<Pattern>,
}

impl Match {
    /// The whole match, as a view.
    pub fn whole(&self) -> Text {
        self.group(0).unwrap_or_else(Text::empty)
    }

    /// A group's text; `None` for one that took no part or does not exist.
    pub fn group(&self, index: usize) -> Option<Text> {
        self.range(index).map(|range| self.searched.slice_bytes(range))
    }

    /// A group's range in bytes of the searched text.
    pub fn range(&self, index: usize) -> Option<Range<usize>> {
        self.groups.get(index).cloned().flatten()
    }

    /// A group as a value: `None` if it took no part.
    pub fn value(&self, index: usize) -> Value {
        self.group(index).map_or(Value::None, Value::Text)
    }
}

/// A compiled regex with its source.
pub struct Pattern {
    /// As written.
    pub source: String,
    /// Python's flags, as bits; those inside the source not included.
    pub flags: u32,
    /// The engine that runs it.
    pub engine: PatternEngine,
    /// Names of groups by index; the first is the whole match.
    pub names: Vec<Option<String>>,
    /// Whether a `$` in it was compiled as the very end, so that a text with a newline at its end
    /// needs another engine.
    pub has_end: bool,
    /// Whether a `.` or a negated class in it was compiled for valid UTF-8 alone, so that a text with
    /// invalid bytes needs another engine.
    pub is_wild: bool,
}

/// Which engine runs a regex.
#[allow(clippy::large_enum_variant)] // one for each compiled regex, behind an `Rc`
pub enum PatternEngine {
    /// No regex at all: a text to look for.
    Literal(Box<memchr::memmem::Finder<'static>>),
    /// Linear time, over bytes.
    Fast(regex::bytes::Regex),
    /// Lookaround and back-references, with a step limit.
    Fancy(Box<fancy_regex::Regex>),
}
