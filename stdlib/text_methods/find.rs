//! Looking for a text in a text: positions are those of Python, counted in characters.

use std::ops::Range;

use memchr::memmem;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::text::seen::Look;
use crate::threads::{in_two, middle_line};
use crate::value::Value;

/// The bytes of `t` between two positions of Python: negative ones count from the end, all are
/// clamped. `None` if the start lies behind the end: nothing is found there, not even nothing.
fn bounds(t: &Text, start: Option<i64>, end: Option<i64>) -> Option<Range<usize>> {
    if start.is_none() && end.is_none() {
        return Some(0..t.byte_len());
    }
    let negative = |bound: Option<i64>| bound.is_some_and(|b| b < 0);
    let length = if negative(start) || negative(end) { t.char_len() } else { 0 };
    let position = |bound: i64| {
        let distance = usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX);
        if bound < 0 { length.saturating_sub(distance) } else { distance }
    };
    let first = position(start.unwrap_or(0));
    let last = end.map_or(usize::MAX, position);
    let from = t.byte_of_char(first);
    if first > last || from == t.byte_len() && first > t.char_len() {
        return None;
    }
    let to = if last == usize::MAX { t.byte_len() } else { t.byte_of_char(last) };
    Some(from..to)
}

/// The text at a range of bytes that is known to be good.
fn part<'a>(t: &'a Text, range: &Range<usize>) -> &'a [u8] {
    t.unread().get(range.clone()).unwrap_or_default()
}

/// Tells of a search for `sub` in a range of bytes: it went up to what it found, `at` from the start of the
/// range.
pub(super) fn searched(t: &Text, range: &Range<usize>, sub: &Text, at: Option<usize>, last: bool) {
    let seen = match at.map(|at| range.start + at) {
        None => range.clone(),
        Some(found) if last => found..range.end,
        Some(found) => range.start..found + sub.byte_len(),
    };
    t.looked_at(seen, Look::Searched);
}

fn position(
    host: &mut dyn Host,
    t: &Text,
    sub: &Text,
    start: Option<i64>,
    end: Option<i64>,
    last: bool,
) -> Result<Option<usize>, Fault> {
    let Some(range) = bounds(t, start, end) else { return Ok(None) };
    cost::scan(host, range.len())?;
    let bytes = part(t, &range);
    let sub_bytes = sub.bytes();
    let found = if last {
        memmem::rfind(bytes, sub_bytes)
    } else {
        t.reading(1, || memmem::find(bytes, sub_bytes))
    };
    searched(t, &range, sub, found, last);
    Ok(found.map(|at| t.char_of_byte(range.start + at)))
}

fn not_found(sub: &Text) -> Fault {
    let shown = crate::output::preview(&Value::Text(sub.clone()), 60);
    Fault::new(Code::NotFound, format!("the text does not contain \"{shown}\""))
        .of_class("ValueError")
        .with_help("find gives -1 instead of an error")
}

/// The position of the first occurrence of a text, or -1.
///
/// ```rlm
/// "banana".find("an")  # -> 1
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("indexOf", "index_of"))]
pub fn find(
    host: &mut dyn Host,
    /// Where to look.
    t: Text,
    /// What to look for.
    sub: Text,
    /// The first position to look at.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<i64, Fault> {
    Ok(signed(position(host, &t, &sub, start, end, false)?))
}

/// The position of the last occurrence of a text, or -1.
///
/// ```rlm
/// "banana".rfind("an")  # -> 3
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("lastIndexOf", "last_index_of"))]
pub fn rfind(
    host: &mut dyn Host,
    /// Where to look.
    t: Text,
    /// What to look for.
    sub: Text,
    /// The first position to look at.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<i64, Fault> {
    Ok(signed(position(host, &t, &sub, start, end, true)?))
}

fn signed(position: Option<usize>) -> i64 {
    position.and_then(|p| i64::try_from(p).ok()).unwrap_or(-1)
}

/// The position of the first occurrence of a text; an error if there is none.
///
/// ```rlm
/// "banana".index("n")  # -> 2
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn index(
    host: &mut dyn Host,
    /// Where to look.
    t: Text,
    /// What to look for.
    sub: Text,
    /// The first position to look at.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<usize, Fault> {
    position(host, &t, &sub, start, end, false)?.ok_or_else(|| not_found(&sub))
}

/// The position of the last occurrence of a text; an error if there is none.
///
/// ```rlm
/// "banana".rindex("n")  # -> 4
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn rindex(
    host: &mut dyn Host,
    /// Where to look.
    t: Text,
    /// What to look for.
    sub: Text,
    /// The first position to look at.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<usize, Fault> {
    position(host, &t, &sub, start, end, true)?.ok_or_else(|| not_found(&sub))
}

/// How often a text occurs; occurrences do not overlap.
///
/// ```rlm
/// "banana".count("an")  # -> 2
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn count(
    host: &mut dyn Host,
    /// Where to look.
    t: Text,
    /// What to count.
    #[aliases("item")]
    sub: Text,
    /// The first position to look at.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<usize, Fault> {
    let Some(range) = bounds(&t, start, end) else { return Ok(0) };
    cost::scan(host, range.len())?;
    if sub.is_empty() {
        return Ok(t.slice_bytes(range).char_len() + 1);
    }
    t.looked_at(range.clone(), Look::Searched);
    Ok(occurrences_in(&t, part(&t, &range), sub.bytes()))
}

/// How often `sub`, which is not empty, occurs in a part of a text: counted by two threads where that is large
/// and `sub` cannot stand across the place of the cut.
fn occurrences_in(t: &Text, bytes: &[u8], sub: &[u8]) -> usize {
    const LARGE: usize = if cfg!(test) { 512 } else { 64 << 20 };
    match middle_line(bytes, LARGE).filter(|_| !sub.contains(&b'\n')) {
        Some(cut) => {
            let (first, second) = bytes.split_at(cut);
            let count = || in_two(|| occurrences(first, sub), || occurrences(second, sub));
            let (first, second) = t.reading(2, count);
            first + second
        }
        None => t.reading(1, || occurrences(bytes, sub)),
    }
}

/// How often `sub`, which is not empty, occurs.
pub(crate) fn occurrences(bytes: &[u8], sub: &[u8]) -> usize {
    match sub {
        [byte] => memchr::memchr_iter(*byte, bytes).count(),
        _ => memmem::find_iter(bytes, sub).count(),
    }
}

/// Whether a text begins with another; a tuple or list gives several to choose from.
///
/// ```rlm
/// "report.txt".startswith(("notes", "report"))  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("startsWith", "starts_with"))]
pub fn startswith(
    /// The text.
    t: Text,
    /// The beginning, or several.
    prefix: Value,
    /// The position to look from.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<bool, Fault> {
    any_of(&t, &prefix, start, end, false)
}

/// Whether a text ends with another; a tuple or list gives several to choose from.
///
/// ```rlm
/// "report.txt".endswith(".txt")  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("endsWith", "ends_with"))]
pub fn endswith(
    /// The text.
    t: Text,
    /// The end, or several.
    suffix: Value,
    /// The position to look from.
    start: Option<i64>,
    /// The position to stop before.
    end: Option<i64>,
) -> Result<bool, Fault> {
    any_of(&t, &suffix, start, end, true)
}

fn any_of(
    t: &Text,
    wanted: &Value,
    start: Option<i64>,
    end: Option<i64>,
    at_end: bool,
) -> Result<bool, Fault> {
    let Some(range) = bounds(t, start, end) else { return Ok(false) };
    let bytes = part(t, &range);
    let test = |one: &Text| {
        if at_end {
            let start = range.end.saturating_sub(one.byte_len()).max(range.start);
            t.looked_at(start..range.end, Look::Sliced);
            bytes.ends_with(one.bytes())
        } else {
            t.looked_at(range.start..range.end.min(range.start + one.byte_len()), Look::Sliced);
            bytes.starts_with(one.bytes())
        }
    };
    if let Value::Text(one) = wanted {
        return Ok(test(one));
    }
    if let Some(one) = wanted.as_text() {
        return Ok(test(&one));
    }
    let several = match wanted {
        Value::Tuple(items) => items.to_vec(),
        Value::List(items) => items.to_vec(),
        other => return Err(expected("a text or a tuple of texts", other)),
    };
    for item in &several {
        let one = item.as_text().ok_or_else(|| expected("a text", item))?;
        if test(&one) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a text occurs in another, as `sub in t`.
///
/// ```rlm
/// "banana".contains("nan")  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("includes", "has", "__contains__"))]
pub fn contains(
    host: &mut dyn Host,
    /// Where to look.
    t: Text,
    /// What to look for.
    sub: Text,
) -> Result<bool, Fault> {
    host.note(Code::Habit, "`x in t` says the same as t.contains(x)".to_string());
    let found = memmem::find(t.unread(), sub.bytes());
    searched(&t, &(0..t.byte_len()), &sub, found, false);
    cost::scan(host, found.unwrap_or(t.byte_len()))?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn two_threads_count_as_one(
            text in "([abé ]{0,9}\n){100,200}",
            sub in "[abé\n]{1,3}",
        ) {
            let found = occurrences_in(&Text::from(text.as_str()), text.as_bytes(), sub.as_bytes());
            prop_assert_eq!(found, text.matches(&sub).count());
        }
    }
}
