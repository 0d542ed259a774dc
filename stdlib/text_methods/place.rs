//! Where a text stands in the input.
//!
//! Positions are those in `context`, in characters; a line is counted in its document. A text that
//! a program made has no place: the properties are `None`, and nothing stands around it.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::{Place, Text};
use crate::value::Value;

fn at(t: &Text, what: impl Fn(Place<'_>) -> usize) -> Option<usize> {
    t.place().map(what)
}

/// The position of the text's first character in the input; `None` if it is not from there.
///
/// ```rlm
/// context[10:20].start  # -> 10
/// ```
#[builtin(group = "places", owners(Text), property)]
pub fn start(
    /// The text.
    t: Text,
) -> Option<usize> {
    at(&t, |place| place.start_char)
}

/// The position behind the text's last character in the input; `None` if it is not from there.
///
/// ```rlm
/// context[10:20].end  # -> 20
/// ```
#[builtin(group = "places", owners(Text), property)]
pub fn end(
    /// The text.
    t: Text,
) -> Option<usize> {
    at(&t, |place| place.end_char)
}

/// The line of its document in which the text begins, from 1; `None` if it is not from the input.
///
/// ```rlm
/// context[0:5].line  # -> 1
/// ```
#[builtin(group = "places", owners(Text, Match), property, aliases("line_number", "lineno"))]
pub fn line(
    /// The text.
    t: Text,
) -> Option<usize> {
    at(&t, |place| place.line)
}

/// The name of the document in which the text begins; `None` if it is not from the input.
///
/// ```rlm
/// [d.name for d in docs]  # -> ['letters/may.txt', 'letters/june.txt', 'src/lamp.rs']
/// ```
#[builtin(group = "places", owners(Text, Match), property, aliases("filename", "file", "path"))]
pub fn name(
    /// The text.
    t: Text,
) -> Option<Text> {
    t.place().map(|place| Text::from(place.name))
}

/// The whole document in which the text begins; `None` if it is not from the input.
///
/// ```rlm
/// len(grep("total")[0].source)  # -> 44
/// ```
#[builtin(group = "places", owners(Text, Match), property, aliases("doc", "document"))]
pub fn source(
    /// The text.
    t: Text,
) -> Option<Text> {
    t.document()
}

/// The text itself: a document and a model's reply are texts, where other systems have objects.
///
/// ```rlm
/// docs[0].text == docs[0]  # -> True
/// ```
#[builtin(
    group = "places",
    owners(Text, Match),
    property,
    aliases("content", "page_content", "body")
)]
pub fn text(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Text {
    host.note(Code::Habit, "documents and replies are texts: write d for d.text".to_string());
    t
}

/// The text with `n` more characters on either side, as far as its document goes.
///
/// ```rlm
/// search("total", context).around(4)  # -> 'the total is '
/// ```
#[builtin(group = "places", owners(Text, Match), aliases("window"))]
pub fn around(
    /// The text or match.
    t: Value,
    /// The characters on either side.
    #[default(300)]
    #[aliases("k", "size", "width", "chars", "radius")]
    n: i64,
) -> Result<Text, Fault> {
    let n = usize::try_from(n).unwrap_or(0);
    let text = t.as_text().ok_or_else(|| expected("a text", &t))?;
    match &t {
        // A match in a text that the program made: what is around it in that text.
        Value::Match(m) if text.place().is_none() => {
            let range = m.range(0).unwrap_or_default();
            let first = m.searched.char_of_byte(range.start).saturating_sub(n);
            let last = m.searched.char_of_byte(range.end).saturating_add(n);
            Ok(m.searched.slice_chars(first, last))
        }
        _ => Ok(text.around(n)),
    }
}

/// The whole lines of the text with `n` more lines on either side, as far as its document goes.
///
/// ```rlm
/// grep("total")[0].around_lines(1)  # -> 'Dear Ada,\nthe total is 120 marks.\nYours, Bo'
/// ```
#[builtin(group = "places", owners(Text, Match), aliases("lines_around"))]
pub fn around_lines(
    /// The text or match.
    t: Text,
    /// The lines on either side.
    #[default(5)]
    #[aliases("k", "lines")]
    n: i64,
) -> Text {
    t.around_lines(usize::try_from(n).unwrap_or(0))
}
