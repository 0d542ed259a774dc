//! The places that an answer rests on.

use std::ops::Range;
use std::sync::Arc;

use rlm_lang_std::output::{one_line, preview};
use rlm_lang_std::text::{Source, Text};
use rlm_lang_std::value::{List, Value};
use serde::{Deserialize, Serialize};

use crate::record::inputs;

/// Citations of one answer, at most.
const MOST: usize = 1000;

/// Values that are looked through for views.
const LOOKED_THROUGH: usize = 100_000;

/// Characters of what is no source that are shown.
const SHOWN: usize = 60;

/// Values nest at most this deep where views are looked for.
const DEEPEST: u32 = 20;

/// A place that an answer rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The document.
    pub document: String,
    /// The line in it in which the text begins, from 1.
    pub line: usize,
    /// The line in which it ends.
    pub last_line: usize,
    /// First byte in the whole input.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// First character in the whole input.
    pub start_char: usize,
    /// One past the last character.
    pub end_char: usize,
    /// First byte in the document.
    pub at: usize,
    /// The beginning of the BLAKE3 digest of the text's bytes, in hex.
    pub blake3: String,
    /// Its [`rolling`] hash, in hex: with it a text that moved is found in one pass.
    pub rolling: String,
    /// The program named no source here: the answer, or a part of it, is this text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
}

impl Citation {
    /// The place as people write it: `notes.txt:3`, or `notes.txt:3-5`.
    pub fn place(&self) -> String {
        let Citation { document, line, last_line, .. } = self;
        if last_line > line {
            format!("{document}:{line}-{last_line}")
        } else {
            format!("{document}:{line}")
        }
    }

    fn of(text: &Text, automatic: bool) -> Option<Citation> {
        let place = text.place()?;
        let source = text.source()?;
        let document = source.documents().get(place.document)?;
        let bytes = text.unread();
        let inside = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        Some(Citation {
            document: place.name.to_string(),
            line: place.line,
            last_line: place.line + memchr::memchr_iter(b'\n', inside).count(),
            start: place.start_byte,
            end: place.end_byte,
            start_char: place.start_char,
            end_char: place.end_char,
            at: place.start_byte.saturating_sub(usize::try_from(document.range.start).ok()?),
            blake3: inputs::digest(bytes),
            rolling: format!("{:016x}", rolling(bytes)),
            automatic,
        })
    }
}

/// What an answer cites: the sources that the program named, as views or as [`Citation::place`] writes them,
/// then the views that the answer is made of. Each place once.
pub(super) fn of_answer(value: &Value, sources: Option<&List>, context: &Text) -> Vec<Citation> {
    let mut found = named(sources, context);
    let named = found.texts.len();
    found.take(value, false, 0);
    let mut cited: Vec<Citation> = Vec::new();
    let mut places = std::collections::HashSet::new();
    for (index, text) in found.texts.iter().enumerate() {
        if let Some(citation) = Citation::of(text, index >= named)
            && places.insert((citation.start, citation.end))
        {
            cited.push(citation);
        }
    }
    cited
}

/// One line for people about what a program named as a source that is none: neither a part of the input nor
/// lines as [`Citation::place`] writes them.
pub fn not_cited(sources: Option<&List>, context: &Text) -> Option<String> {
    const SHOWN: usize = 3;
    let unknown = named(sources, context).unknown;
    let more = match unknown.len().checked_sub(SHOWN) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    let shown = unknown.get(..SHOWN).unwrap_or(&unknown).join(", ");
    (!unknown.is_empty()).then(|| {
        format!(
            "not cited: {shown}{more}; a source is a part of the input, or its lines as NAME:LINE"
        )
    })
}

/// What a program named as sources.
fn named<'c>(sources: Option<&List>, context: &'c Text) -> Found<'c> {
    let (texts, unknown) = (Vec::new(), Vec::new());
    let mut found = Found { texts, unknown, left: LOOKED_THROUGH, context };
    for source in sources.map(|list| list.to_vec()).unwrap_or_default() {
        found.take(&source, true, 0);
    }
    found
}

struct Found<'c> {
    texts: Vec<Text>,
    /// What was named and is no source, as people see it.
    unknown: Vec<String>,
    left: usize,
    context: &'c Text,
}

impl Found<'_> {
    fn take(&mut self, value: &Value, by_name: bool, depth: u32) {
        if self.left == 0 || self.texts.len() >= MOST || depth > DEEPEST {
            return;
        }
        self.left -= 1;
        match value {
            Value::List(list) => {
                list.iter().take(self.left).for_each(|item| self.take(&item, by_name, depth + 1));
            }
            Value::Tuple(items) => {
                items.iter().for_each(|item| self.take(item, by_name, depth + 1));
            }
            Value::Set(set) => {
                set.to_vec().iter().for_each(|item| self.take(item, by_name, depth + 1));
            }
            Value::Dict(dict) => {
                let items: Vec<(Value, Value)> =
                    dict.map().iter().map(|(key, item)| (key.clone(), item.clone())).collect();
                for (key, item) in items {
                    self.take(&key, false, depth + 1);
                    self.take(&item, by_name, depth + 1);
                }
            }
            _ => {
                let text = value.as_text();
                if let Some(text) = text.as_ref().filter(|text| text.place().is_some()) {
                    self.texts.push(text.clone());
                } else if by_name {
                    match text {
                        Some(text) => text.to_str().split(", ").for_each(|part| self.lines(part)),
                        None => self.unknown.push(preview(value, SHOWN)),
                    }
                }
            }
        }
    }
}

impl Found<'_> {
    /// Takes the lines that a program named.
    fn lines(&mut self, place: &str) {
        match self.context.source().and_then(|source| lines_at(source, place)) {
            Some(text) => self.texts.push(text),
            None => {
                let place = preview(&Value::from(place), SHOWN);
                self.unknown.push(format!("\"{}\"", one_line(&place)));
            }
        }
    }
}

/// The lines that `NAME:LINE` or `NAME:FIRST-LAST` names.
fn lines_at(source: &Arc<Source>, place: &str) -> Option<Text> {
    let (name, lines) = place.trim().rsplit_once(':')?;
    let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    let number = source.documents().iter().position(|document| document.name == name)?;
    let document = source.document_text(number);
    let mut lines = document.lines().skip(first.checked_sub(1)?);
    let start = lines.next()?.byte_range()?;
    let end = match last.checked_sub(first)? {
        0 => start.end,
        more => lines.nth(more - 1)?.byte_range()?.end,
    };
    Some(Text::view(source, start.start..end))
}

/// The factor of [`rolling`].
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash of bytes b0 ... bn that can be moved along a text: b0 · F^n + ... + bn, modulo 2^64, where F is
/// 0x9e3779b97f4a7c15.
pub fn rolling(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |hash: u64, &byte| push(hash, byte))
}

fn push(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(u64::from(byte))
}

/// Where a cited text stands in some bytes.
pub(crate) fn find(citation: &Citation, bytes: &[u8]) -> Option<Range<usize>> {
    let length = citation.end.checked_sub(citation.start).filter(|length| *length > 0)?;
    let wanted = u64::from_str_radix(&citation.rolling, 16).ok()?;
    let (first, rest) = bytes.split_at_checked(length)?;
    // What the byte that leaves counts for.
    let leaving = (1..length).fold(1, |power: u64, _| power.wrapping_mul(FACTOR));
    let mut hash = rolling(first);
    let mut start = 0;
    let mut coming = bytes.iter().zip(rest);
    loop {
        let range = start..start + length;
        if hash == wanted && bytes.get(range.clone()).map(inputs::digest)? == citation.blake3 {
            return Some(range);
        }
        let (&gone, &new) = coming.next()?;
        hash = push(hash.wrapping_sub(leaving.wrapping_mul(u64::from(gone))), new);
        start += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(value: &Value, sources: Option<&List>, context: &Text) -> Vec<String> {
        let cited = of_answer(value, sources, context);
        cited
            .iter()
            .map(|c| format!("{}{}", c.place(), if c.automatic { "*" } else { "" }))
            .collect()
    }

    #[test]
    fn views_and_places_are_cited_once() {
        let source = Source::from_bytes("a: b.txt", b"one\ntwo\nthree\n".to_vec());
        let context = Text::whole(&source);
        let line = |n: usize| Value::Text(context.lines().nth(n).unwrap());
        let named =
            List::new(vec![line(1), Value::from("a: b.txt:2-3, a: b.txt:1"), Value::from("x:1")]);
        let answer = Value::list(vec![line(0), Value::tuple(vec![line(2), Value::Int(1)])]);
        assert_eq!(
            places(&answer, Some(&named), &context),
            ["a: b.txt:2", "a: b.txt:2-3", "a: b.txt:1", "a: b.txt:3*"]
        );
        assert_eq!(
            not_cited(Some(&named), &context).unwrap(),
            "not cited: \"x:1\"; a source is a part of the input, or its lines as NAME:LINE"
        );
        let odd = |n: i64| List::new((0..n).map(Value::Int).chain([line(1)]).collect());
        let message = not_cited(Some(&odd(5)), &context).unwrap();
        assert!(message.starts_with("not cited: 0, 1, 2 and 2 more; "), "{message}");
        assert_eq!(not_cited(Some(&odd(0)), &context), None);
        assert_eq!(not_cited(None, &context), None);
        assert!(places(&Value::from("a: b.txt:2"), None, &context).is_empty());
        let many = Value::list(vec![line(0); 5000]);
        assert_eq!(places(&many, None, &context), ["a: b.txt:1*"]);
    }

    #[test]
    fn a_moved_text_is_found() {
        let source = Source::from_bytes("a", "xx näive text yy".as_bytes().to_vec());
        let citation = Citation::of(&Text::view(&source, 3..14), false).unwrap();
        let found = |text: &str| find(&citation, text.as_bytes()).map(|range| range.start);
        assert_eq!(found("xx näive text yy"), Some(3));
        assert_eq!(found("näive text"), Some(0));
        assert_eq!(found("naive näive näive text"), Some(13));
        assert_eq!(found("näive tex"), None);
        assert_eq!(found("näive texts".trim_start_matches('n')), None);
        assert_eq!(found(""), None);
    }
}
