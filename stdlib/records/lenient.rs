//! The JSON in what models write: in a fence, among prose, with the slips they make.

use std::ops::Range;

use crate::records::json::{Parser, Stop};
use crate::value::Value;

const FENCE: &str = "```";

/// Which of several values among prose is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Several {
    /// There is a doubt: none.
    None,
    /// The longest, and of equal ones the last.
    Longest,
}

/// A second try at a text that is not JSON as it stands.
pub(super) fn reply(parser: &mut Parser<'_, '_>, several: Several) -> Option<Value> {
    parser.is_lenient = true;
    let whole = without_fence(parser.whole);
    if let Some(value) = attempt(parser, whole.start, whole.end) {
        return Some(value);
    }
    let mut fenced = Vec::new();
    for block in fences(parser.whole) {
        fenced.extend(attempt(parser, block.start, block.end));
    }
    match (fenced.len(), several) {
        (0, _) => embedded(parser, several),
        (1, _) | (_, Several::Longest) => fenced.pop(),
        (_, Several::None) => None,
    }
}

fn attempt(parser: &mut Parser<'_, '_>, start: usize, end: usize) -> Option<Value> {
    if parser.stopped.is_some() {
        return None;
    }
    match parser.part(start, end) {
        Ok(value) => Some(value),
        Err(stop) => {
            give_up(parser, stop);
            None
        }
    }
}

/// Keeps a limit that was reached; a problem only ends this try.
fn give_up(parser: &mut Parser<'_, '_>, stop: Stop) {
    if let Stop::Limit(fault) = stop {
        parser.stopped = Some(fault);
    }
}

/// A value in brackets among prose: the only object, else the only list. Where it could be a part
/// of something larger that is broken, there is none.
fn embedded(parser: &mut Parser<'_, '_>, several: Several) -> Option<Value> {
    let whole = parser.whole;
    let mut found: Vec<(Range<usize>, Value)> = Vec::new();
    let mut outside = Outside::default();
    // Each failed try may read to the end of the text: their sum is bounded.
    let mut budget = whole.len().saturating_mul(8).saturating_add(1 << 16);
    let mut from = 0;
    let next = |from: usize| memchr::memchr2(b'{', b'[', whole.as_bytes().get(from..)?);
    while let Some(offset) = next(from) {
        let start = from + offset;
        (parser.at, parser.end) = (start, whole.len());
        outside.read(whole.get(from..start).unwrap_or_default());
        match parser.value() {
            Ok(value) => {
                outside.is_broken |= outside.depth != 0;
                found.push((start..parser.at, value));
                from = parser.at;
            }
            Err(stop) => {
                give_up(parser, stop);
                from = start + 1;
                outside.read(whole.get(start..from).unwrap_or_default());
            }
        }
        budget = budget.saturating_sub(parser.at.saturating_sub(start));
        if budget == 0 || parser.stopped.is_some() {
            return None;
        }
    }
    outside.read(whole.get(from..).unwrap_or_default());
    if several == Several::Longest {
        return found.into_iter().max_by_key(|(range, _)| range.len()).map(|(_, value)| value);
    }
    if outside.is_broken || outside.depth != 0 {
        return None;
    }
    if found.iter().any(|(_, value)| matches!(value, Value::Dict(_))) {
        found.retain(|(_, value)| matches!(value, Value::Dict(_)));
    }
    if found.len() == 1 { found.pop().map(|(_, value)| value) } else { None }
}

/// The prose around values.
#[derive(Default)]
struct Outside {
    /// Square brackets that are open here: prose may have `[sic]`.
    depth: i64,
    /// Braces stand outside of values, or a value inside of brackets.
    is_broken: bool,
}

impl Outside {
    fn read(&mut self, prose: &str) {
        for byte in prose.bytes() {
            match byte {
                b'[' => self.depth += 1,
                b']' => self.depth -= 1,
                b'{' | b'}' => self.is_broken = true,
                _ => {}
            }
        }
    }
}

/// The text without a byte order mark and without the code fence around all of it, as a range of
/// bytes.
pub(super) fn without_fence(whole: &str) -> Range<usize> {
    let inside = whole.trim_start_matches('\u{feff}').trim();
    let start = inside.as_ptr() as usize - whole.as_ptr() as usize;
    let range = start..start + inside.len();
    if !inside.starts_with(FENCE) {
        return range;
    }
    let mut blocks = fences(whole);
    match (blocks.next(), blocks.next()) {
        (Some(block), None) if block.end + FENCE.len() >= range.end => block,
        _ => range,
    }
}

/// The insides of code fences; one left open goes to the end.
fn fences(whole: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let opening = from + whole.get(from..)?.find(FENCE)? + FENCE.len();
        let rest = whole.get(opening..)?;
        // The label: letters right after the fence.
        let label = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let start = opening + label;
        let end = whole.get(start..)?.find(FENCE).map_or(whole.len(), |offset| start + offset);
        from = (end + FENCE.len()).min(whole.len());
        Some(start..end)
    })
}

/// The length of the comment at the start of `rest`: `// ...` or `/* ... */`.
pub(super) fn comment(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    match rest.strip_prefix("/*").and_then(|inside| inside.find("*/")) {
        Some(length) => length + 4,
        None => 0,
    }
}

/// The word at the start of `rest`; empty if there is none. One that is longer than any name is none: replies
/// may be megabytes without a blank.
pub(super) fn word(rest: &str) -> &str {
    const LONGEST: usize = 1 << 12;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let end = rest.bytes().take(LONGEST).take_while(is_part).count();
    match rest.get(..end) {
        Some(word) if end < LONGEST && !word.starts_with(|c: char| c.is_ascii_digit()) => word,
        _ => "",
    }
}
