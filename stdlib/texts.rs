//! Looking at texts and taking them apart: `len`, `peek`, `lines`, `split`, `join`, `chunk`, `cite`.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::expected;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{copy_items, reserve_list};
use crate::output::{describe, preview};
use crate::prompt::grouped;
use crate::search::args::Texts;
use crate::text::Text;
use crate::text::seen::Look;
use crate::text_methods::cut::split_text;
use crate::text_methods::shape::join_list;
use crate::text_methods::unicode::{decode_before, is_space};
use crate::value::{List, Value, failed_used};
use crate::views::{Joined, Pieces, Spans, views};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&LEN, &LENGTH, &PEEK, &LINES, &SPLIT, &JOIN, &CHUNK, &CITE];

/// The length: characters of a text, items of a list, tuple or set, keys of a dict.
///
/// ```rlm
/// len("naïve")  # -> 5
/// ```
#[builtin(group = "text", receiver = "x", returns = Int, aliases("__len__", "length", "size"), property, prompt = "len(x)")]
pub fn len(
    host: &mut dyn Host,
    /// The text, list, dict or set.
    x: Value,
) -> Result<Value, Fault> {
    if let Value::Text(text) = &x
        && let Some(source) = text.source().filter(|source| source.documents().len() > 1)
        && text.byte_range() == Some(0..source.len())
    {
        let count = source.documents().len();
        let note =
            format!("this counts the characters of all {count} documents; len(docs) counts them");
        host.note(Code::Habit, note);
    }
    size_of(&x).map(Value::count)
}

/// The number of characters, as `len(t)`.
///
/// ```rlm
/// "abc".length  # -> 3
/// ```
#[builtin(
    group = "text",
    owners(Text, Match),
    property,
    returns = Int,
    aliases("size")
)]
pub fn length(
    /// The text.
    x: Value,
) -> Result<Value, Fault> {
    size_of(&x).map(Value::count)
}

/// The number of characters, items or keys.
///
/// # Errors
/// For a value without a length.
pub fn size_of(x: &Value) -> Result<usize, Fault> {
    match x {
        Value::Text(t) => Ok(t.char_len()),
        Value::Match(m) => Ok(m.whole().char_len()),
        Value::List(l) if i64::try_from(l.len()).is_err() => {
            Err(Fault::bad_value("this range has more items than 64 bits can count"))
        }
        Value::List(l) => Ok(l.len()),
        Value::Tuple(t) => Ok(t.len()),
        Value::Dict(d) => Ok(d.len()),
        Value::Set(s) => Ok(s.len()),
        Value::Failed(f) => Err(failed_used(f)),
        Value::Int(_) | Value::Big(_) | Value::Float(_) => {
            Err(expected("something with a length", x).with_help("for its digits: len(str(x))"))
        }
        Value::Iterator(_) => {
            Err(expected("something with a length", x).with_help("make it a list first: list(x)"))
        }
        Value::None | Value::Unset => Err(expected("something with a length", x)
            .with_help("a search that finds nothing gives None: test it with if first")),
        other => Err(expected("something with a length", other)),
    }
}

/// How big something is, and its start and end: for a first look.
///
/// Of a text about `n` characters are shown, of a list or dict its first items.
///
/// ```rlm
/// peek("one two three")  # -> '13 characters, 1 lines\none two three'
/// ```
#[builtin(group = "text", receiver = "x", effect = Reads, aliases("head", "look"), prompt = "peek(x) size, start and end")]
pub fn peek(
    host: &mut dyn Host,
    /// What to look at.
    #[default(context)]
    #[aliases("t", "text")]
    x: Value,
    /// About how many characters to show.
    #[default(800)]
    #[aliases("k", "size", "limit", "max", "max_chars")]
    n: i64,
) -> Result<Text, Fault> {
    let n = usize::try_from(n).unwrap_or(0);
    let Some(text) = x.as_text() else {
        let shown = preview(&x, n.max(40));
        return Ok(Text::from(format!("{}\n{shown}", describe(&x))));
    };
    cost::scan(host, text.byte_len())?;
    Ok(Text::from(peek_text(&text, n)))
}

fn peek_text(text: &Text, n: usize) -> String {
    let length = text.char_len();
    let lines = memchr::memchr_iter(b'\n', text.unread()).count();
    let lines = lines + usize::from(text.unread().last().is_some_and(|&b| b != b'\n'));
    let mut out = format!("{} characters, {} lines", grouped(length), grouped(lines));
    if let Some(names) = documents_in(text) {
        out.push_str(&names);
    }
    out.push('\n');
    if length <= n {
        out.push_str(&text.to_str());
        return out;
    }
    let head = n - n / 3;
    let start = text.slice_chars(0, head);
    let end = text.slice_chars(length - n / 3, length);
    out.push_str(&start.to_str());
    out.push_str(&format!("\n... {} characters left out ...\n", grouped(length - n)));
    out.push_str(&end.to_str());
    out
}

/// At most so many names of documents are listed.
const NAMES: usize = 8;

/// ", 3 documents: a.txt, b.txt, c.txt", if the text covers more than one.
fn documents_in(text: &Text) -> Option<String> {
    let source = text.source().filter(|source| !source.is_anonymous())?;
    let range = text.byte_range()?;
    let (start, end) = (range.start as u64, range.end as u64);
    let inside = source.documents().iter().filter(|d| d.range.start < end && d.range.end > start);
    let names: Vec<&str> = inside.map(|document| document.name.as_str()).collect();
    let shown = names.get(..names.len().min(NAMES))?.join(", ");
    match names.len() {
        0 => None,
        1 => Some(format!(", from {shown}")),
        count if count > NAMES => {
            Some(format!(", {count} documents: {shown}, ... {} more", count - NAMES))
        }
        count => Some(format!(", {count} documents: {shown}")),
    }
}

/// The lines of a text, without their line ends. They are views: each knows its place.
///
/// ```rlm
/// lines("a\nb\n")  # -> ['a', 'b']
/// ```
#[builtin(group = "text", receiver = "t", effect = Reads, prompt = "lines(t)")]
pub fn lines(
    host: &mut dyn Host,
    /// The text, or a list of texts.
    #[default(context)]
    #[aliases("text", "x")]
    t: Texts,
) -> Result<List, Fault> {
    t.pay(host)?;
    let mut parts: Vec<std::rc::Rc<dyn crate::value::Sequence>> = Vec::with_capacity(t.all().len());
    for text in t.all() {
        let pieces = Pieces::lines(text);
        cost::copy(host, pieces.heap())?;
        parts.push(std::rc::Rc::new(pieces));
    }
    Ok(Joined::list(parts))
}

/// The pieces of a text between separators; without one, its words.
///
/// The separator is a plain text; `re.split(regex, t)` cuts at a regex.
///
/// ```rlm
/// split("a, b, c", ", ")  # -> ['a', 'b', 'c']
/// ```
#[builtin(group = "text", effect = Reads, prompt = "split(t, sep)")]
pub fn split(
    host: &mut dyn Host,
    /// The text.
    #[aliases("text", "x")]
    t: Text,
    /// The separator, or a compiled regex.
    #[aliases("separator", "delimiter")]
    sep: Option<Value>,
    /// The most cuts; -1 for all.
    #[default(-1)]
    maxsplit: i64,
) -> Result<List, Fault> {
    cost::scan(host, t.byte_len())?;
    let sep = match sep {
        None => None,
        Some(Value::Pattern(pattern)) => {
            return crate::search::replace::split_at(host, &pattern, &t, maxsplit.max(0));
        }
        Some(value) => Some(value.as_text().ok_or_else(|| expected("a text", &value))?),
    };
    // `split(",", t)`: nothing is cut at a text that is longer than what is cut.
    if let Some(sep) = &sep
        && sep.byte_len() > t.byte_len()
        && (sep.byte_len() > 200 || memchr::memmem::find(sep.bytes(), t.bytes()).is_some())
        && !t.is_empty()
    {
        return Err(Fault::new(Code::WrongType, "split takes the text first, then the separator")
            .with_help("write split(t, sep), or re.split(regex, t) for a regex"));
    }
    split_text(host, &t, sep.as_ref(), maxsplit)
}

/// The items of a list as one text, with `sep` between them.
///
/// Items that are no texts are written as `print` writes them. `sep.join(xs)` works too.
///
/// ```rlm
/// join([1, 2, 3], ", ")  # -> '1, 2, 3'
/// ```
#[builtin(group = "text", receiver = "xs", prompt = "join(xs, sep)")]
pub fn join(
    host: &mut dyn Host,
    /// The items.
    #[aliases("items", "texts", "parts")]
    xs: Value,
    /// What stands between them.
    #[default("\n")]
    #[aliases("separator", "delimiter", "s")]
    sep: Value,
) -> Result<Text, Fault> {
    // `join(", ", xs)` means the same: only one of the two is a list.
    let (xs, sep) = match (xs.as_text(), sep.as_text()) {
        (_, Some(sep)) => (xs, sep),
        (Some(first), None) => (sep, first),
        (None, None) => return Err(expected("a text between the items", &sep)),
    };
    if let Some(text) = xs.as_text() {
        return Ok(text);
    }
    join_list(host, &xs.items()?, &sep)
}

/// Pieces of a text of about `size` characters, cut at line ends; batches of `size` items of a list.
///
/// The pieces of a text never exceed `size`, and together they are the text. With `overlap` each
/// begins that many characters (or items) before the end of the one before it.
///
/// ```rlm
/// chunk([1, 2, 3, 4, 5], 2)  # -> [[1, 2], [3, 4], [5]]
/// ```
#[builtin(group = "text", receiver = "x", effect = Reads, aliases("chunks", "batch", "batches", "chunk_text", "split_chunks"), prompt = "chunk(t, 200000) pieces of about that many characters, cut at line ends   chunk(xs, 50) batches of 50")]
pub fn chunk(
    host: &mut dyn Host,
    /// The text or list.
    #[aliases("t", "text", "xs", "items")]
    x: Value,
    /// Characters in a piece, or items in a batch.
    #[aliases("n", "k", "chunk_size", "max_chars", "length", "batch_size")]
    size: i64,
    /// What neighbours share.
    #[default(0)]
    overlap: i64,
) -> Result<List, Fault> {
    let size = match usize::try_from(size) {
        Ok(size) if size > 0 => size,
        _ => {
            return Err(Fault::new(
                Code::BadValue,
                format!("expected a size above 0, found {size}"),
            ));
        }
    };
    let overlap = usize::try_from(overlap).unwrap_or(0);
    if overlap >= size {
        let message = format!("expected an overlap below the size {size}, found {overlap}");
        return Err(Fault::new(Code::BadValue, message));
    }
    match x.as_text() {
        Some(text) => {
            cost::scan(host, text.byte_len())?;
            let spans = pieces(&text, size, overlap);
            cost::copy(host, spans.heap())?;
            Ok(views(&text, spans))
        }
        None => batches(host, x, size, overlap),
    }
}

fn batches(host: &mut dyn Host, x: Value, size: usize, overlap: usize) -> Result<List, Fault> {
    let items = copy_items(host, &x.items()?)?;
    let mut out = Vec::new();
    let mut start = 0;
    while start < items.len() {
        let end = items.len().min(start.saturating_add(size));
        reserve_list(host, end - start + 1)?;
        out.push(Value::list(items.get(start..end).unwrap_or_default().to_vec()));
        if end == items.len() {
            break;
        }
        start = end - overlap;
    }
    Ok(List::new(out))
}

fn pieces(text: &Text, size: usize, overlap: usize) -> Spans {
    let length = text.byte_len();
    let mut spans = Spans::for_text(length);
    let mut start = 0;
    while start < length {
        let rest = text.slice_bytes(start..length);
        let most = start + rest.byte_of_char(size);
        let end = if most >= length { length } else { cut_before(text, start, most) };
        spans.push(start, end);
        if end >= length {
            break;
        }
        let back = chars_back(text.unread(), end, overlap);
        // However short the piece was cut, the next one begins behind its start.
        start = if back > start { back } else { end };
    }
    spans
}

/// The longest character, in bytes.
const LONGEST: usize = 4;

/// A good place to cut between `start` and `most`: behind the last line end in the second half, else
/// behind the last white space in the last tenth, else at `most`.
fn cut_before(text: &Text, start: usize, most: usize) -> usize {
    let bytes = text.unread();
    let half = start + (most - start) / 2;
    let lines = bytes.get(half..most).unwrap_or_default();
    if let Some(at) = memchr::memrchr(b'\n', lines) {
        return half + at + 1;
    }
    let tenth = most - (most - start) / 10;
    text.looked_at(start.max(tenth.saturating_sub(LONGEST))..most, Look::Sliced);
    let mut end = most;
    while end > tenth
        && let Some((c, width)) = decode_before(bytes, end)
    {
        if is_space(c) {
            return end;
        }
        end -= width;
    }
    most
}

fn chars_back(bytes: &[u8], mut at: usize, n: usize) -> usize {
    for _ in 0..n {
        match decode_before(bytes, at) {
            Some((_, width)) => at -= width,
            None => break,
        }
    }
    at
}

/// Where a text stands: `name:line`, or `name:first-last` for several lines.
///
/// A text that the program made has no place: `(no source)`. A list gives the places of its items.
///
/// ```rlm
/// cite(lines(context)[1])  # -> 'letters/may.txt:2'
/// ```
#[builtin(
    group = "text",
    receiver = "t",
    aliases("citation", "where", "location"),
    prompt = "cite(t)"
)]
pub fn cite(
    host: &mut dyn Host,
    /// The text, match or list.
    #[aliases("text", "x")]
    t: Value,
) -> Result<Text, Fault> {
    if let Some(text) = t.as_text() {
        return Ok(Text::from(place_of(&text)));
    }
    let items = match &t {
        Value::List(_) | Value::Tuple(_) => t.items()?,
        other => return Err(expected("a text", other)),
    };
    reserve_list(host, items.len().saturating_mul(4))?;
    let mut places: Vec<String> = Vec::new();
    for item in items.iter() {
        let text = item.as_text().ok_or_else(|| expected("a text", &item))?;
        places.push(place_of(&text));
    }
    Ok(Text::from(places.join(", ")))
}

/// `name:line` of a text.
pub fn place_of(text: &Text) -> String {
    let Some(place) = text.place() else { return "(no source)".to_string() };
    let inside = text.unread();
    let inside = inside.strip_suffix(b"\n").unwrap_or(inside);
    // A view may go on in the next documents: each has lines of its own.
    let own = text.source().and_then(|source| source.document_at(place.start_byte));
    let own_end = own.and_then(|document| usize::try_from(document.range.end).ok());
    let end = own_end.unwrap_or(place.end_byte).min(place.end_byte).max(place.start_byte);
    let (here, beyond) = inside.split_at((end - place.start_byte).min(inside.len()));
    let here = if beyond.is_empty() { here } else { here.strip_suffix(b"\n").unwrap_or(here) };
    let mut cited = match memchr::memchr_iter(b'\n', here).count() {
        0 => format!("{}:{}", place.name, place.line),
        more => format!("{}:{}-{}", place.name, place.line, place.line + more),
    };
    if !beyond.is_empty() {
        let last = place.start_byte + inside.len().saturating_sub(1);
        let last = text.source().and_then(|source| source.document_at(last));
        if let Some(last) = last.filter(|last| last.name != place.name) {
            cited.push_str(&format!(" to {}", last.name));
        }
    }
    cited
}

#[cfg(test)]
mod tests;
