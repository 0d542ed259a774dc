//! What texts are compared with: all characters in a vector, decoded by the standard library.

use std::sync::Arc;

use proptest::prelude::*;

use crate::text::{Source, Text};

/// Characters and where each begins in the bytes.
pub(super) struct Model {
    pub(super) chars: Vec<char>,
    /// One more than characters: the last is the length.
    pub(super) offsets: Vec<usize>,
}

impl Model {
    pub(super) fn new(bytes: &[u8]) -> Model {
        let (mut chars, mut offsets, mut at) = (Vec::new(), Vec::new(), 0);
        for chunk in bytes.utf8_chunks() {
            for (offset, character) in chunk.valid().char_indices() {
                chars.push(character);
                offsets.push(at + offset);
            }
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                chars.push('\u{FFFD}');
                offsets.push(at);
                at += chunk.invalid().len();
            }
        }
        offsets.push(at);
        Model { chars, offsets }
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> String {
        let end = end.min(self.chars.len());
        self.chars[start.min(end)..end].iter().collect()
    }

    /// The character that covers a byte.
    pub(super) fn char_of_byte(&self, byte: usize) -> usize {
        let last = self.offsets[self.offsets.len() - 1];
        if byte >= last {
            return self.chars.len();
        }
        self.offsets.iter().rposition(|&offset| offset <= byte).unwrap()
    }

    /// `text[start:stop:step]` as the reference manual words it: collect while the index is
    /// inside.
    pub(super) fn python(&self, start: Option<i64>, stop: Option<i64>, step: i64) -> String {
        let n = self.chars.len() as i64;
        let clamp = |bound: i64| {
            let bound = if bound < 0 { bound.saturating_add(n) } else { bound };
            if step > 0 { bound.max(0).min(n) } else { bound.max(-1).min(n - 1) }
        };
        let mut at = start.map_or(if step > 0 { 0 } else { n - 1 }, clamp);
        let stop = stop.map_or(if step > 0 { n } else { -1 }, clamp);
        let mut found = String::new();
        while (step > 0 && at < stop) || (step < 0 && at > stop) {
            found.push(self.chars[at as usize]);
            match at.checked_add(step) {
                Some(next) => at = next,
                None => break,
            }
        }
        found
    }
}

/// Bytes of every kind: ASCII, line ends, characters of two to four bytes, and what is none.
pub(super) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[ -~]{1,9}".prop_map(String::into_bytes),
        2 => prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]).prop_map(|s| s.into()),
        3 => prop::sample::select(vec!["é", "ß", "€", "一", "\u{FFFD}", "😀", "𝄞", "\u{10FFFF}"])
            .prop_map(|s| s.into()),
        2 => (0x80u8..=0xFF).prop_map(|byte| vec![byte]),
        2 => prop::sample::select(vec![
            &b"\xE2\x82"[..],     // cut short
            b"\xF0\x9F\x98",      // cut short
            b"\xED\xA0\x80",      // a surrogate
            b"\xC0\xAF",          // too long a form
            b"\xF0\x80\x80\x80",  // too long a form
            b"\xF4\x90\x80\x80",  // above the last code point
            b"\x80\x80\x80\x80\x80",
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Valid text of every kind.
pub(super) fn string() -> impl Strategy<Value = String> {
    bytes().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A text with the bytes it shows, in all the ways a text comes about.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) text: Text,
    pub(super) bytes: Vec<u8>,
}

/// Views of small-blocked sources (indexed already or not; all of it or a part), and owned texts.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let view = (bytes(), 2u32..7, any::<bool>(), any::<(u16, u16)>()).prop_map(
        |(bytes, bits, indexed, (from, to))| {
            let source = Source::with_blocks(bytes.clone(), bits);
            if indexed {
                source.char_len();
            }
            Case { text: Text::whole(&source), bytes }.part(from, to)
        },
    );
    let owned = string().prop_map(|string| Case { text: (&*string).into(), bytes: string.into() });
    let long = string().prop_map(|string| {
        let string = string.repeat(1 + 1100 / (1 + string.len()));
        Case { text: string.clone().into(), bytes: string.into() }
    });
    prop_oneof![4 => view, 1 => owned, 1 => long]
}

impl Case {
    /// All of it, in one case of three, or the part between two characters.
    fn part(self, from: u16, to: u16) -> Case {
        let model = Model::new(&self.bytes);
        let pick = |n: u16| model.offsets[usize::from(n) % model.offsets.len()];
        let (start, end) = (pick(from).min(pick(to)), pick(from).max(pick(to)));
        if from.is_multiple_of(3) {
            return self;
        }
        let source: Arc<Source> = Arc::clone(self.text.source().unwrap());
        Case { text: Text::view(&source, start..end), bytes: self.bytes[start..end].to_vec() }
    }

    pub(super) fn model(&self) -> Model {
        Model::new(&self.bytes)
    }
}
