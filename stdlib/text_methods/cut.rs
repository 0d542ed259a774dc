//! Taking texts apart: `strip`, `split`, `partition` and their like. All results are views.

use memchr::{memchr, memmem};
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::find::searched;
use super::unicode::{decode_at, decode_before, is_space};
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::text::seen::Look;
use crate::value::{List, Tuple, Value};
use crate::views::{Pieces, Spans, views};

/// The longest character, in bytes.
const LONGEST: usize = 4;

/// The text without white space, or without the given characters, at both ends.
///
/// `chars` is a set of characters, not a prefix.
///
/// ```rlm
/// "  a b ".strip()  # -> 'a b'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("trim"))]
pub fn strip(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The characters to remove; white space if not given.
    chars: Option<Text>,
) -> Result<Text, Fault> {
    stripped(host, &t, chars.as_ref(), true, true)
}

/// The text without white space, or without the given characters, at its start.
///
/// ```rlm
/// "xxabc".lstrip("x")  # -> 'abc'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("trim_start", "trimStart", "trimLeft"))]
pub fn lstrip(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The characters to remove; white space if not given.
    chars: Option<Text>,
) -> Result<Text, Fault> {
    stripped(host, &t, chars.as_ref(), true, false)
}

/// The text without white space, or without the given characters, at its end.
///
/// ```rlm
/// "line\n".rstrip()  # -> 'line'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("trim_end", "trimEnd", "trimRight"))]
pub fn rstrip(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The characters to remove; white space if not given.
    chars: Option<Text>,
) -> Result<Text, Fault> {
    stripped(host, &t, chars.as_ref(), false, true)
}

fn stripped(
    host: &mut dyn Host,
    t: &Text,
    chars: Option<&Text>,
    left: bool,
    right: bool,
) -> Result<Text, Fault> {
    let set: Option<Vec<char>> = chars.map(|c| c.chars().collect());
    let drop = |c: char| set.as_ref().map_or_else(|| is_space(c), |set| set.contains(&c));
    let bytes = t.unread();
    let (mut start, mut end) = (0, bytes.len());
    while left && let Some((_, length)) = decode_at(bytes, start).filter(|&(c, _)| drop(c)) {
        start += length;
    }
    while right
        && end > start
        && let Some((_, n)) = decode_before(bytes, end).filter(|&(c, _)| drop(c))
    {
        end -= n;
    }
    // What stays at the ends was looked at, too.
    if left {
        t.looked_at(0..start + LONGEST, Look::Sliced);
    }
    if right {
        t.looked_at(end.saturating_sub(LONGEST)..bytes.len(), Look::Sliced);
    }
    cost::scan(host, bytes.len() - (end - start))?;
    Ok(t.slice_bytes(start..end))
}

/// The pieces of a text between separators; without one, its words.
///
/// Without `sep` runs of white space separate and none of the pieces is empty. With `sep` there is
/// one piece more than separators. At most `maxsplit` cuts are made, from the left.
///
/// ```rlm
/// "a,b,,c".split(",")  # -> ['a', 'b', '', 'c']
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn split(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The separator; white space if not given.
    #[aliases("delimiter")]
    sep: Option<Text>,
    /// The most cuts; -1 for all.
    #[default(-1)]
    maxsplit: i64,
) -> Result<List, Fault> {
    cost::scan(host, t.byte_len())?;
    split_text(host, &t, sep.as_ref(), maxsplit)
}

/// `split` for other builtins; the scan is already paid.
pub(crate) fn split_text(
    host: &mut dyn Host,
    t: &Text,
    sep: Option<&Text>,
    maxsplit: i64,
) -> Result<List, Fault> {
    let most = usize::try_from(maxsplit).unwrap_or(usize::MAX);
    match sep {
        None => {
            let spans = words(host, t.haystack(), most)?;
            cost::copy(host, spans.heap())?;
            Ok(views(t, spans))
        }
        Some(sep) if sep.is_empty() => Err(empty_separator()),
        Some(sep) if most == usize::MAX && t.byte_len() <= SHORT => {
            Ok(views(t, few_parts(t.haystack(), sep.bytes())))
        }
        Some(sep) if most == usize::MAX => Ok(Pieces::between(t, sep.bytes()).into_list()),
        Some(sep) => {
            let spans = parts(host, t.haystack(), sep.bytes(), most)?;
            cost::copy(host, spans.heap())?;
            Ok(views(t, spans))
        }
    }
}

/// Piece `number` of a short text between separators, and the steps that [`split`] spends on all of them;
/// `None` where that must be asked.
pub fn one_piece(t: &Text, sep: &Text, number: usize) -> Option<(Text, u64)> {
    if sep.is_empty() || t.byte_len() > SHORT {
        return None;
    }
    let (bytes, sep) = (t.haystack(), sep.bytes());
    let mut start = 0;
    for _ in 0..number {
        start = next_in_short(bytes, sep, start)? + sep.len();
    }
    let end = next_in_short(bytes, sep, start).unwrap_or(bytes.len());
    Some((t.slice_bytes(start..end), cost::of_scan(bytes.len())))
}

fn empty_separator() -> Fault {
    Fault::new(Code::BadValue, "empty separator").with_help("for single characters: list(t)")
}

/// In texts up to here the pieces are found at once: to set up a searcher costs more than they do. In bytes.
const SHORT: usize = 4096;

/// The pieces of a short text.
fn few_parts(bytes: &[u8], sep: &[u8]) -> Spans {
    let mut spans = Spans::for_text(bytes.len());
    let mut start = 0;
    while let Some(found) = next_in_short(bytes, sep, start) {
        spans.push(start, found);
        start = found + sep.len();
    }
    spans.push(start, bytes.len());
    spans
}

/// Where the separator, which is not empty, stands next in a short text.
#[inline]
fn next_in_short(bytes: &[u8], sep: &[u8], at: usize) -> Option<usize> {
    // A space or letter stands nearly everywhere, a sign does not.
    let offset = sep.iter().position(u8::is_ascii_punctuation).unwrap_or_default();
    let &sign = sep.get(offset)?;
    let mut from = at + offset;
    loop {
        let found = from + memchr(sign, bytes.get(from..)?)?;
        if bytes.get(found - offset..).is_some_and(|rest| rest.starts_with(sep)) {
            return Some(found - offset);
        }
        from = found + 1;
    }
}

fn parts(host: &mut dyn Host, bytes: &[u8], sep: &[u8], most: usize) -> Result<Spans, Fault> {
    let mut spans = Spans::for_text(bytes.len());
    let mut start = 0;
    for at in memmem::find_iter(bytes, sep).take(most) {
        spans.check(host)?;
        spans.push(start, at);
        start = at + sep.len();
    }
    spans.push(start, bytes.len());
    Ok(spans)
}

/// Words between white space; after `most` cuts the rest, without white space at its start.
fn words(host: &mut dyn Host, bytes: &[u8], most: usize) -> Result<Spans, Fault> {
    let mut spans = Spans::for_text(bytes.len());
    let mut at = 0;
    loop {
        at = skip(bytes, at, true);
        if at >= bytes.len() {
            return Ok(spans);
        }
        if spans.len() == most {
            // Python keeps white space at the very end only if cuts ran out.
            spans.push(at, bytes.len());
            return Ok(spans);
        }
        spans.check(host)?;
        let end = skip(bytes, at, false);
        spans.push(at, end);
        at = end;
    }
}

/// The end of the run of white space (or of anything else) that begins at `at`.
fn skip(bytes: &[u8], mut at: usize, space: bool) -> usize {
    while let Some(&byte) = bytes.get(at) {
        let (is, length) = match KINDS[usize::from(byte)] {
            Kind::Text => (false, 1),
            Kind::Space => (true, 1),
            Kind::Unclear => {
                decode_at(bytes, at).map_or((false, 1), |(c, length)| (is_space(c), length))
            }
        };
        if is != space {
            return at;
        }
        at += length;
    }
    bytes.len()
}

/// What a byte says about white space.
#[derive(Clone, Copy)]
enum Kind {
    /// No white space begins with it.
    Text,
    /// White space.
    Space,
    /// The lead of some white space, among other characters.
    Unclear,
}

/// Bytes by kind. White space beyond ASCII (U+0085, U+00A0, U+1680, U+2000 to U+205F, U+3000) begins with
/// one of four bytes; whatever the others belong to need not be decoded.
static KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Text; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte {
            0x09..=0x0d | 0x1c..=0x20 => Kind::Space,
            0xc2 | 0xe1..=0xe3 => Kind::Unclear,
            _ => Kind::Text,
        };
        byte += 1;
    }
    kinds
};

/// As `split`, but `maxsplit` cuts are made from the right.
///
/// ```rlm
/// "a/b/c".rsplit("/", 1)  # -> ['a/b', 'c']
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn rsplit(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The separator; white space if not given.
    sep: Option<Text>,
    /// The most cuts; -1 for all.
    #[default(-1)]
    maxsplit: i64,
) -> Result<List, Fault> {
    cost::scan(host, t.byte_len())?;
    let most = usize::try_from(maxsplit).unwrap_or(usize::MAX);
    let bytes = t.haystack();
    let mut found = match &sep {
        Some(sep) if sep.is_empty() => return Err(empty_separator()),
        // Without a limit the side decides only where separators overlap, as `aa` in `aaa`.
        Some(sep) if most == usize::MAX && sep.byte_len() == 1 => {
            return split_text(host, &t, Some(sep), -1);
        }
        None if most == usize::MAX => return split_text(host, &t, None, -1),
        Some(sep) => parts_from_right(bytes, sep.bytes(), most),
        None => words_from_right(bytes, most),
    };
    found.reverse();
    let mut spans = Spans::for_text(bytes.len());
    found.into_iter().for_each(|(start, end)| spans.push(start, end));
    Ok(views(&t, spans))
}

fn parts_from_right(bytes: &[u8], sep: &[u8], most: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut end = bytes.len();
    for at in memmem::rfind_iter(bytes, sep).take(most) {
        found.push((at + sep.len(), end));
        end = at;
    }
    found.push((0, end));
    found
}

fn words_from_right(bytes: &[u8], most: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut end = bytes.len();
    loop {
        end = skip_back(bytes, end, true);
        if end == 0 {
            return found;
        }
        if found.len() == most {
            found.push((0, end));
            return found;
        }
        let start = skip_back(bytes, end, false);
        found.push((start, end));
        end = start;
    }
}

fn skip_back(bytes: &[u8], mut end: usize, space: bool) -> usize {
    while let Some((_, n)) = decode_before(bytes, end).filter(|&(c, _)| is_space(c) == space) {
        end -= n;
    }
    end
}

/// The lines of a text, as Python cuts them: at `\n`, `\r\n`, `\r` and the rarer line ends.
///
/// ```rlm
/// "a\nb\r\nc".splitlines()  # -> ['a', 'b', 'c']
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn splitlines(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// Whether the line ends stay on the lines.
    #[default(false)]
    keepends: bool,
) -> Result<List, Fault> {
    // Where lines begin is known of what nobody read, too.
    let bytes = t.unread();
    cost::scan(host, bytes.len())?;
    let mut spans = Spans::for_text(bytes.len());
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let width = line_end(bytes, at);
        if width == 0 {
            at += 1;
            continue;
        }
        spans.push(start, if keepends { at + width } else { at });
        spans.check(host)?;
        at += width;
        start = at;
    }
    if start < bytes.len() {
        spans.push(start, bytes.len());
    }
    cost::copy(host, spans.heap())?;
    Ok(views(&t, spans))
}

/// The length in bytes of the line end at `at`; 0 if there is none.
fn line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1e, ..] => 1,
        [0xc2, 0x85, ..] => 2,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// The text before the first separator, the separator, and the text behind it.
///
/// Without the separator in it: the text and two empty texts.
///
/// ```rlm
/// "key: value".partition(": ")  # -> ('key', ': ', 'value')
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn partition(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The separator.
    sep: Text,
) -> Result<Tuple, Fault> {
    if sep.is_empty() {
        return Err(empty_separator());
    }
    let found = memmem::find(t.unread(), sep.bytes());
    searched(&t, &(0..t.byte_len()), &sep, found, false);
    cost::scan(host, found.unwrap_or(t.byte_len()))?;
    Ok(three(match found {
        Some(at) => parted(&t, at, sep.byte_len()),
        None => [t, Text::empty(), Text::empty()],
    }))
}

/// The text before the last separator, the separator, and the text behind it.
///
/// Without the separator in it: two empty texts and the text.
///
/// ```rlm
/// "a/b/c".rpartition("/")  # -> ('a/b', '/', 'c')
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn rpartition(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The separator.
    sep: Text,
) -> Result<Tuple, Fault> {
    if sep.is_empty() {
        return Err(empty_separator());
    }
    let found = memmem::rfind(t.unread(), sep.bytes());
    searched(&t, &(0..t.byte_len()), &sep, found, true);
    cost::scan(host, t.byte_len() - found.unwrap_or(0))?;
    Ok(three(match found {
        Some(at) => parted(&t, at, sep.byte_len()),
        None => [Text::empty(), Text::empty(), t],
    }))
}

fn parted(t: &Text, at: usize, width: usize) -> [Text; 3] {
    let end = t.byte_len();
    [t.slice_bytes(0..at), t.slice_bytes(at..at + width), t.slice_bytes(at + width..end)]
}

fn three(parts: [Text; 3]) -> Tuple {
    Tuple::new(parts.into_iter().map(Value::Text).collect())
}

/// The text without a prefix, if it begins with it.
///
/// ```rlm
/// "re: hello".removeprefix("re: ")  # -> 'hello'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("remove_prefix", "strip_prefix"))]
pub fn removeprefix(
    /// The text.
    t: Text,
    /// The prefix.
    prefix: Text,
) -> Text {
    t.looked_at(0..prefix.byte_len(), Look::Sliced);
    let begins = t.unread().starts_with(prefix.bytes());
    if begins { t.slice_bytes(prefix.byte_len()..t.byte_len()) } else { t }
}

/// The text without a suffix, if it ends with it.
///
/// ```rlm
/// "notes.txt".removesuffix(".txt")  # -> 'notes'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("remove_suffix", "strip_suffix"))]
pub fn removesuffix(
    /// The text.
    t: Text,
    /// The suffix.
    suffix: Text,
) -> Text {
    t.looked_at(t.byte_len().saturating_sub(suffix.byte_len())..t.byte_len(), Look::Sliced);
    let ends = t.unread().ends_with(suffix.bytes());
    if ends { t.slice_bytes(0..t.byte_len() - suffix.byte_len()) } else { t }
}

/// The part of a text between two positions, as `t[start:end]`.
///
/// ```rlm
/// "abcdef".substring(1, 3)  # -> 'bc'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("slice"))]
pub fn substring(
    /// The text.
    t: Text,
    /// The first character.
    start: i64,
    /// One past the last character; the end of the text if not given.
    end: Option<i64>,
) -> Text {
    t.python_slice(Some(start), end, 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn short_texts_are_cut_as_long_ones(text in "[ab é]{0,40}", sep in "[ab é]{1,3}") {
            let spans = few_parts(text.as_bytes(), sep.as_bytes());
            let found: Vec<&str> =
                (0..spans.len()).filter_map(|i| text.get(spans.get(i)?)).collect();
            prop_assert_eq!(found, text.split(&sep).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_byte_tells_white_space_from_most_else() {
        for c in '\0'..=char::MAX {
            let lead = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
            match KINDS[usize::from(lead)] {
                Kind::Text => assert!(!is_space(c), "{c:?}"),
                Kind::Space => assert!(is_space(c), "{c:?}"),
                Kind::Unclear => assert!(!c.is_ascii(), "{c:?}"),
            }
        }
    }
}
