//! Lines and columns of byte positions.

use crate::span::Span;

/// Where the lines of a source begin.
#[derive(Clone, Debug)]
pub struct Lines<'s> {
    source: &'s str,
    /// First byte of each line.
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    /// Finds the lines of a source; `\n` and `\r\n` end a line.
    pub fn new(source: &'s str) -> Lines<'s> {
        let ends = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { source, starts }
    }

    /// The line, from 1, of a byte position; positions past the end are on the last line.
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// The column, from 1 and in characters, of a byte position.
    pub fn column(&self, at: usize) -> usize {
        let start = self.start(self.line(at));
        let at = floor(self.source, at);
        self.source.get(start..at).unwrap_or_default().chars().count() + 1
    }

    /// The text of a line, counted from 1, without its end; empty past the last line.
    pub fn text(&self, line: usize) -> &'s str {
        let rest = self.source.get(self.start(line)..).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }

    /// First byte of a line, counted from 1.
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.source.len())
    }
}

/// The nearest character boundary at or before a byte position, at most the source's end.
pub fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A span cut to the source and to whole characters.
pub fn clamp(source: &str, span: Span) -> std::ops::Range<usize> {
    let start = floor(source, span.range().start);
    start..floor(source, span.range().end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let lines = Lines::new("é = 1\r\nünf = 2\n");
        assert_eq!((lines.line(0), lines.column(0)), (1, 1));
        assert_eq!((lines.line(3), lines.column(3)), (1, 3));
        assert_eq!((lines.line(8), lines.column(12)), (2, 4));
        assert_eq!((lines.line(999), lines.column(999)), (3, 1));
        assert_eq!(lines.text(1), "é = 1");
        assert_eq!(lines.text(2), "ünf = 2");
        assert_eq!(lines.text(9), "");
    }

    #[test]
    fn never_cuts_a_character() {
        assert_eq!(floor("é", 1), 0);
        assert_eq!(clamp("aé", Span::new(1, 2)), 1..1);
        assert_eq!(clamp("a", Span::new(5, 9)), 1..1);
    }
}
