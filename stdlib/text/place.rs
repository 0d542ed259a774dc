//! Where a text stands in its input, and what stands around it.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memrchr};

use super::{Document, Repr, Source, Text, View, units};

/// Where a text stands. Positions are those in the whole source, all documents together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The name of the document in which the text begins.
    pub name: &'a str,
    /// Its number, from 0.
    pub document: usize,
    /// The line of the document in which the text begins, from 1.
    pub line: usize,
    /// The first **character**.
    pub start_char: usize,
    /// One past the last **character**.
    pub end_char: usize,
    /// The first **byte**.
    pub start_byte: usize,
    /// One past the last **byte**.
    pub end_byte: usize,
}

impl Text {
    /// Where this text stands in the input; `None` if a program made it. An empty text where one
    /// document ends and the next begins is taken for one of the next.
    pub fn place(&self) -> Option<Place<'_>> {
        let view = self.input()?;
        let source = &view.source;
        let document = source.document_number(view.start())?;
        let start_char = source.char_of_byte(view.start());
        Some(Place {
            name: &source.documents().get(document)?.name,
            document,
            line: source.line_of_byte(view.start()),
            start_char,
            end_char: start_char + self.char_len(),
            start_byte: view.start(),
            end_byte: view.end(),
        })
    }

    /// The source of which this is a view, also one that a program made; `None` for a short string.
    pub fn source(&self) -> Option<&Arc<Source>> {
        match &self.0 {
            Repr::View(view) => Some(&view.source),
            Repr::Owned(_) => None,
        }
    }

    /// The **bytes** of [`Text::source`] that this text covers.
    pub fn byte_range(&self) -> Option<Range<usize>> {
        match &self.0 {
            Repr::View(view) => Some(view.start()..view.end()),
            Repr::Owned(_) => None,
        }
    }

    /// The document in which this text begins; `None` if a program made it.
    pub fn document(&self) -> Option<Text> {
        let view = self.input()?;
        Some(view.source.document_text(view.source.document_number(view.start())?))
    }

    /// This text with `n` more **characters** on either side, as far as the document goes. A text
    /// that a program made has nothing around it.
    pub fn around(&self, n: usize) -> Text {
        let Some(view) = self.input() else { return self.clone() };
        let Range { start, end } = view.surroundings();
        let from = view.source.back(view.start(), n, start);
        let to = view.source.forward(view.end(), n, end);
        Text::view(&view.source, from..to)
    }

    /// The whole lines in which this text stands, and `n` more on either side, as far as the
    /// document goes; without the newline at the end.
    pub fn around_lines(&self, n: usize) -> Text {
        let Some(view) = self.input() else { return self.clone() };
        let bounds = view.surroundings();
        let bytes = view.source.bytes();
        let from = lines_back(bytes, bounds.start, view.start(), n);
        // The last line is that of the last character, so a newline at the end adds none.
        let last = if view.len() == 0 { view.end() } else { view.end() - 1 };
        let to = lines_forward(bytes, last, bounds.end, n);
        let to = if units::cut(bytes, from, to).ends_with(b"\r") { to - 1 } else { to };
        Text::view(&view.source, from..to)
    }

    /// The whole line (or lines) in which this text stands, without the newline at the end.
    pub fn line_text(&self) -> Text {
        self.around_lines(0)
    }

    /// The view, if it is one of an input.
    fn input(&self) -> Option<&View> {
        match &self.0 {
            Repr::View(view) if !view.source.is_anonymous() => Some(view),
            _ => None,
        }
    }
}

impl View {
    /// From the start of the document in which the view begins to the end of that in which it ends.
    fn surroundings(&self) -> Range<usize> {
        let source = &self.source;
        let document =
            |byte| -> Option<&Document> { source.documents().get(source.document_number(byte)?) };
        let last = if self.len() == 0 { self.start() } else { self.end() - 1 };
        let start = document(self.start()).map_or(0, |d| d.range.start as usize);
        let end = document(last).map_or(source.len(), |d| d.range.end as usize);
        start.min(self.start())..end.max(self.end())
    }
}

/// Where the line begins that stands `n` lines before that of byte `at`, not before `floor`.
fn lines_back(bytes: &[u8], floor: usize, at: usize, n: usize) -> usize {
    let mut end = at;
    for _ in 0..n {
        match memrchr(b'\n', units::cut(bytes, floor, end)) {
            Some(offset) => end = floor + offset,
            None => return floor,
        }
    }
    memrchr(b'\n', units::cut(bytes, floor, end)).map_or(floor, |offset| floor + offset + 1)
}

/// Where the line ends that stands `n` lines behind that of byte `at`, not behind `ceiling`.
fn lines_forward(bytes: &[u8], at: usize, ceiling: usize, n: usize) -> usize {
    let mut start = at;
    for _ in 0..n {
        match memchr(b'\n', units::cut(bytes, start, ceiling)) {
            Some(offset) => start += offset + 1,
            None => return ceiling,
        }
    }
    memchr(b'\n', units::cut(bytes, start, ceiling)).map_or(ceiling, |offset| start + offset)
}
