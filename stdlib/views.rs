//! Lists of views that keep offsets instead of values: a view is made when it is looked at.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use memchr::{memchr, memchr_iter, memmem};

use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{EachPiece, List, More, Piece, Sequence, Tuple, Value};

/// Ranges of **bytes** in one text: 8 bytes each where the text allows it.
pub enum Spans {
    /// In texts below 4 GB.
    Small(Vec<(u32, u32)>),
    /// In larger ones.
    Large(Vec<(usize, usize)>),
}

impl Spans {
    /// No ranges yet, for a text of this many bytes.
    pub fn for_text(bytes: usize) -> Spans {
        if bytes < u32::MAX as usize { Spans::Small(Vec::new()) } else { Spans::Large(Vec::new()) }
    }

    /// Adds a range.
    pub fn push(&mut self, start: usize, end: usize) {
        match self {
            Spans::Small(spans) => spans.push((start as u32, end as u32)),
            Spans::Large(spans) => spans.push((start, end)),
        }
    }

    /// Adds a range, or the mark for a group that took no part.
    pub fn push_group(&mut self, range: Option<Range<usize>>) {
        match range {
            Some(range) => self.push(range.start, range.end),
            // No range begins behind its end.
            None => self.push(1, 0),
        }
    }

    /// The range at an index; `None` past the end and for a group that took no part.
    pub fn get(&self, index: usize) -> Option<Range<usize>> {
        let (start, end) = match self {
            Spans::Small(spans) => spans.get(index).map(|&(s, e)| (s as usize, e as usize))?,
            Spans::Large(spans) => *spans.get(index)?,
        };
        (start <= end).then_some(start..end)
    }

    /// The number of ranges.
    pub fn len(&self) -> usize {
        match self {
            Spans::Small(spans) => spans.len(),
            Spans::Large(spans) => spans.len(),
        }
    }

    /// True without ranges.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The memory held, in bytes.
    pub fn heap(&self) -> usize {
        match self {
            Spans::Small(spans) => spans.capacity() * 8,
            Spans::Large(spans) => spans.capacity() * 16,
        }
    }

    /// Asks now and then for the memory of one that grows.
    ///
    /// # Errors
    /// When the program's memory limit would be exceeded.
    #[inline]
    pub fn check(&self, host: &mut dyn Host) -> Result<(), Fault> {
        const EVERY: usize = 1 << 20;
        if self.len() % EVERY != EVERY - 1 {
            return Ok(());
        }
        // The vector doubles: old and new stand side by side.
        host.reserve(2 * self.heap())
    }

    /// Adds all ranges of another part of the same text.
    pub fn append(&mut self, other: Spans) {
        match (&mut *self, other) {
            (Spans::Small(spans), Spans::Small(mut more)) => spans.append(&mut more),
            (Spans::Large(spans), Spans::Large(mut more)) => spans.append(&mut more),
            (_, other) => self.extend(&other, 0),
        }
    }

    /// Adds all ranges of `other`, moved by `offset` bytes.
    pub fn extend(&mut self, other: &Spans, offset: usize) {
        for index in 0..other.len() {
            self.push_group(other.get(index).map(|r| r.start + offset..r.end + offset));
        }
    }
}

/// A list of views of one text.
pub fn views(text: &Text, spans: Spans) -> List {
    List::lazy(Rc::new(Views { text: text.clone(), spans }))
}

/// Views of one text. A range that stands for no part of it gives `None`.
pub struct Views {
    /// The text.
    pub text: Text,
    /// Where they are.
    pub spans: Spans,
}

impl Sequence for Views {
    fn len(&self) -> usize {
        self.spans.len()
    }

    fn get(&self, index: usize) -> Option<Value> {
        if index >= self.spans.len() {
            return None;
        }
        let view = self.spans.get(index).map(|range| Value::Text(self.text.slice_bytes(range)));
        Some(view.unwrap_or(Value::None))
    }

    fn each_piece(&self, from: usize, f: &mut EachPiece<'_>) {
        let (text, all) = (&self.text, self.text.unread());
        for index in from..self.spans.len() {
            let Some(range) = self.spans.get(index) else { break };
            let bytes = all.get(range.clone()).unwrap_or_default();
            if f(Piece { text, range, bytes }) != More::Yes {
                break;
            }
        }
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).filter_map(|index| self.get(index)))
    }
}

/// Tuples of views of one text, all of the same width.
pub struct Rows {
    /// The text.
    pub text: Text,
    /// Where the views are, row by row; a group that took no part gives the empty text.
    pub spans: Spans,
    /// The views in a row.
    pub width: usize,
}

impl Sequence for Rows {
    fn len(&self) -> usize {
        self.spans.len().checked_div(self.width).unwrap_or(0)
    }

    fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        let first = index * self.width;
        let view = |i| self.spans.get(i).map_or_else(Text::empty, |r| self.text.slice_bytes(r));
        let items = (first..first + self.width).map(|i| Value::Text(view(i))).collect();
        Some(Value::Tuple(Tuple::new(items)))
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).filter_map(|index| self.get(index)))
    }
}

/// Several sequences, one behind the other.
pub struct Joined {
    /// The sequences, each with the index of its first item.
    parts: Vec<(usize, Rc<dyn Sequence>)>,
    len: usize,
}

impl Joined {
    /// The items of all parts as one list; parts without items are left out.
    pub fn list(parts: Vec<Rc<dyn Sequence>>) -> List {
        let mut joined = Joined { parts: Vec::new(), len: 0 };
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let length = part.len();
            joined.parts.push((joined.len, part));
            joined.len += length;
        }
        match joined.parts.as_slice() {
            [] => List::new(Vec::new()),
            [(_, only)] => List::lazy(only.clone()),
            _ => List::lazy(Rc::new(joined)),
        }
    }
}

impl Sequence for Joined {
    fn len(&self) -> usize {
        self.len
    }

    fn get(&self, index: usize) -> Option<Value> {
        let part = self.parts.partition_point(|(first, _)| *first <= index).checked_sub(1)?;
        let (first, sequence) = self.parts.get(part)?;
        sequence.get(index - first)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new(self.parts.iter().flat_map(|(_, part)| part.iter()))
    }
}

/// What ends a piece.
enum Cut {
    /// `\n`; a `\r` before it belongs to it, and one at the end of the text ends nothing.
    Line,
    /// A separator of one byte.
    Byte(u8),
    /// A longer separator.
    At(Box<memmem::Finder<'static>>),
}

/// A place from which pieces are found again: the piece with this number begins at this byte.
#[derive(Clone, Copy, Default)]
struct Mark {
    number: usize,
    byte: usize,
}

/// The pieces of a text between line ends or separators. Only some places are kept: every line of
/// a gigabyte costs two megabytes.
pub struct Pieces {
    text: Text,
    cut: Cut,
    marks: Vec<Mark>,
    len: usize,
    /// Where the piece behind the one looked at last begins: walking in order needs no search.
    next: Cell<Mark>,
}

/// Marks are about this far apart, in bytes.
const STRIDE: usize = 4096;

impl Pieces {
    /// The lines of a text, without their ends, as [`Text::lines`].
    pub fn lines(text: &Text) -> Pieces {
        let bytes = text.unread();
        let (marks, ends) = text.reading(2, || counted(bytes, b'\n'));
        let len = ends + usize::from(bytes.last().is_some_and(|&last| last != b'\n'));
        Pieces::new(text, Cut::Line, marks, len)
    }

    /// The pieces between separators; the separator is not empty.
    pub fn between(text: &Text, separator: &[u8]) -> Pieces {
        if let &[byte] = separator {
            let (marks, ends) = text.reading(2, || counted(text.haystack(), byte));
            return Pieces::new(text, Cut::Byte(byte), marks, ends + 1);
        }
        let finder = memmem::Finder::new(separator).into_owned();
        let mut marks = vec![Mark::default()];
        let mut count = 1;
        let mut last = 0;
        for at in finder.find_iter(text.haystack()) {
            let byte = at + separator.len();
            if byte - last >= STRIDE {
                marks.push(Mark { number: count, byte });
                last = byte;
            }
            count += 1;
        }
        Pieces::new(text, Cut::At(Box::new(finder)), marks, count)
    }

    fn new(text: &Text, cut: Cut, marks: Vec<Mark>, len: usize) -> Pieces {
        Pieces { text: text.clone(), cut, marks, len, next: Cell::new(Mark::default()) }
    }

    /// The pieces as a list.
    pub fn into_list(self) -> List {
        List::lazy(Rc::new(self))
    }

    /// The memory held, in bytes.
    pub fn heap(&self) -> usize {
        self.marks.capacity() * std::mem::size_of::<Mark>()
    }

    /// The range of the piece that begins at `start`, and where the next begins.
    fn piece(&self, start: usize) -> (Range<usize>, usize) {
        // Where lines begin is no secret, and separators were searched for when the pieces were made.
        let bytes = self.text.unread();
        let rest = bytes.get(start..).unwrap_or_default();
        let (found, width) = match &self.cut {
            Cut::Line => (memchr(b'\n', rest), 1),
            Cut::Byte(byte) => (memchr(*byte, rest), 1),
            Cut::At(finder) => (finder.find(rest), finder.needle().len()),
        };
        let length = found.unwrap_or(rest.len());
        let shown = match (&self.cut, rest.get(..length)) {
            (Cut::Line, Some([.., b'\r'])) => length - 1,
            _ => length,
        };
        (start..start + shown, start + length + width)
    }

    /// Where the piece with this number begins; the number is below `len`.
    fn start_of(&self, number: usize) -> usize {
        let next = self.next.get();
        if next.number == number {
            return next.byte;
        }
        match &self.cut {
            Cut::Line => self.behind_byte(b'\n', number),
            Cut::Byte(byte) => self.behind_byte(*byte, number),
            Cut::At(finder) => {
                let after = self.marks.partition_point(|mark| mark.number <= number);
                let mark = after.checked_sub(1).and_then(|i| self.marks.get(i));
                let mark = mark.copied().unwrap_or_default();
                let rest = self.text.unread().get(mark.byte..).unwrap_or_default();
                match number - mark.number {
                    0 => mark.byte,
                    n => finder
                        .find_iter(rest)
                        .nth(n - 1)
                        .map_or(self.text.byte_len(), |at| mark.byte + at + finder.needle().len()),
                }
            }
        }
    }

    /// Piece `number` begins behind the end of piece `number - 1`; marks count the ends before them.
    fn behind_byte(&self, byte: u8, number: usize) -> usize {
        let Some(wanted) = number.checked_sub(1) else { return 0 };
        let after = self.marks.partition_point(|mark| mark.number <= wanted);
        let mark = after.checked_sub(1).and_then(|i| self.marks.get(i));
        let mark = mark.copied().unwrap_or_default();
        let rest = self.text.unread().get(mark.byte..).unwrap_or_default();
        memchr_iter(byte, rest)
            .nth(wanted - mark.number)
            .map_or(self.text.byte_len(), |at| mark.byte + at + 1)
    }
}

/// Counts the pieces that a byte ends: marks, one a stride, and how many ends there are.
fn counted(bytes: &[u8], byte: u8) -> (Vec<Mark>, usize) {
    /// Texts from here on are looked through by two threads.
    const LARGE: usize = if cfg!(test) { 16 << 10 } else { 64 << 20 };
    let mut marks = vec![Mark::default(); bytes.len().div_ceil(STRIDE)];
    let count = |bytes: &[u8], marks: &mut [Mark]| {
        for (mark, stride) in marks.iter_mut().zip(bytes.chunks(STRIDE)) {
            mark.number = memchr_iter(byte, stride).count();
        }
    };
    if bytes.len() < LARGE {
        count(bytes, &mut marks);
    } else {
        let middle = marks.len() / 2;
        let (first, second) = marks.split_at_mut(middle);
        let (head, tail) = bytes.split_at(middle * STRIDE);
        let is_done = std::thread::scope(|scope| {
            let more = std::thread::Builder::new().spawn_scoped(scope, || count(tail, second));
            count(head, first);
            more.is_ok_and(|thread| thread.join().is_ok())
        });
        if !is_done {
            count(bytes, &mut marks);
        }
    }
    // The piece that begins first in a stride, or a later one.
    let mut number = 0;
    for (stride, mark) in marks.iter_mut().enumerate() {
        let here = mark.number;
        *mark = Mark { number, byte: stride * STRIDE };
        number += here;
    }
    (marks, number)
}

impl Sequence for Pieces {
    fn len(&self) -> usize {
        self.len
    }

    fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len {
            return None;
        }
        let (range, next) = self.piece(self.start_of(index));
        self.next.set(Mark { number: index + 1, byte: next });
        Some(Value::Text(self.text.slice_bytes(range)))
    }

    fn each_piece(&self, from: usize, f: &mut EachPiece<'_>) {
        let byte = match self.cut {
            Cut::Line => b'\n',
            Cut::Byte(byte) if byte.is_ascii() => byte,
            _ => return,
        };
        if from >= self.len {
            return;
        }
        let (text, all) = (&self.text, self.text.unread());
        let (mut number, mut start) = (from, self.start_of(from));
        let (first, rest) = (start, all.get(start..).unwrap_or_default());
        let ends = memchr_iter(byte, rest).map(|at| first + at);
        // The last piece ends with the text.
        for end in ends.chain([all.len()]).take(self.len - from) {
            let mut bytes = all.get(start..end).unwrap_or_default();
            if let (Cut::Line, [before @ .., b'\r']) = (&self.cut, bytes) {
                bytes = before;
            }
            let more = f(Piece { text, range: start..start + bytes.len(), bytes });
            if more == More::Left {
                break;
            }
            number += 1;
            start = end + 1;
            if more == More::Taken {
                break;
            }
        }
        self.next.set(Mark { number, byte: start });
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        let mut at = 0;
        Box::new((0..self.len).map(move |_| {
            let (range, next) = self.piece(at);
            at = next;
            Value::Text(self.text.slice_bytes(range))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &List) -> Vec<String> {
        list.to_vec().iter().map(|v| v.as_text().unwrap().to_string()).collect()
    }

    #[test]
    fn lines_are_found_in_any_order() {
        let text: String = (0..3000).map(|i| format!("line {i}{}\n", "x".repeat(i % 7))).collect();
        for text in
            [text.clone(), format!("{text}tail"), String::new(), "\n".into(), "a\r\n\r\nb".into()]
        {
            let text = Text::from(text);
            let wanted: Vec<String> = text.lines().map(|l| l.to_string()).collect();
            let list = Pieces::lines(&text).into_list();
            assert_eq!(list.len(), wanted.len());
            assert_eq!(texts(&list), wanted);
            for index in (0..wanted.len()).rev().step_by(3) {
                assert_eq!(list.get(index).unwrap().as_text().unwrap(), wanted[index].as_str());
            }
        }
    }

    #[test]
    fn pieces_are_found_in_any_order() {
        let text: String = (0..3000).map(|i| format!("piece {i}--")).collect();
        for (text, sep) in
            [(text, "--"), ("aaa".into(), "aa"), (String::new(), ","), ("abc".into(), "x")]
        {
            let wanted: Vec<&str> = text.split(sep).collect();
            let view = Text::from(text.as_str());
            let list = Pieces::between(&view, sep.as_bytes()).into_list();
            assert_eq!(texts(&list), wanted);
            for index in (0..wanted.len()).rev() {
                assert_eq!(list.get(index).unwrap().as_text().unwrap(), wanted[index]);
            }
            assert!(list.get(wanted.len()).is_none());
        }
    }

    #[test]
    fn pieces_are_walked_without_values() {
        let text = "a\r\n\nb c\r\n".repeat(3000) + "\u{e9}\r";
        for text in ["", "\n", "\r\n", "a", text.as_str()].map(Text::from) {
            let lists = [
                Pieces::lines(&text).into_list(),
                Pieces::between(&text, b"\n").into_list(),
                Pieces::between(&text, b" ").into_list(),
                views(&text, {
                    let mut spans = Spans::for_text(text.byte_len());
                    spans.push(0, text.byte_len());
                    spans.push(0, 0);
                    spans
                }),
            ];
            for list in lists {
                let wanted = texts(&list);
                for from in [0, 1, 2, wanted.len() / 2, wanted.len(), wanted.len() + 1] {
                    for (stop, taken) in [(More::Taken, 1), (More::Left, 0)] {
                        let mut found = Vec::new();
                        list.sequence().unwrap().each_piece(from, &mut |piece| {
                            let view = piece.text.slice_bytes(piece.range);
                            assert_eq!(view.unread(), piece.bytes);
                            found.push(view.to_string());
                            if found.len() < 4 { More::Yes } else { stop }
                        });
                        let most = wanted.iter().skip(from).take(4);
                        assert_eq!(found.iter().collect::<Vec<_>>(), most.collect::<Vec<_>>());
                        // It goes on behind what was taken.
                        let next = from + found.len().saturating_sub(1) + taken;
                        let text = |value: Value| value.as_text().unwrap().to_string();
                        assert_eq!(list.get(next).map(text).as_ref(), wanted.get(next));
                    }
                }
            }
        }
    }

    #[test]
    fn joined_parts_count_through() {
        let part = |words: &str| -> Rc<dyn Sequence> {
            Rc::new(Pieces::between(&Text::from(words), b" "))
        };
        let list = Joined::list(vec![part("a b"), part("c"), part("d e f")]);
        assert_eq!(texts(&list), ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(list.get(3).unwrap().as_text().unwrap(), "d");
        assert!(list.get(6).is_none());
    }
}
