//! Making new texts: joining, replacing, padding, translating.

use memchr::memmem;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::unicode::char_indices;
use crate::convert::{Items, expected};
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::reserve_list;
use crate::text::Text;
use crate::value::{Dict, List, Value, display, failed_used};

/// The items of a list as one text, with this text between them.
///
/// Items that are no texts are written as `print` writes them.
///
/// ```rlm
/// ", ".join(["a", "b", 3])  # -> 'a, b, 3'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn join(
    host: &mut dyn Host,
    /// What stands between the items.
    sep: Text,
    /// The items.
    xs: Items,
) -> Result<Text, Fault> {
    join_list(host, &xs.0, &sep)
}

/// The items of a list as one text.
pub(crate) fn join_list(host: &mut dyn Host, xs: &List, sep: &Text) -> Result<Text, Fault> {
    reserve_list(host, xs.len().saturating_mul(2))?;
    let mut parts = Vec::with_capacity(xs.len());
    let mut bytes = 0;
    for (index, item) in xs.iter().enumerate() {
        let text = match &item {
            Value::Failed(failed) => {
                return Err(failed_used(failed).within(format_args!("join, item {index}")));
            }
            other => display(other),
        };
        bytes += text.byte_len() + sep.byte_len();
        parts.push(text);
    }
    cost::copy(host, bytes)?;
    if let [only] = parts.as_slice() {
        return Ok(only.clone());
    }
    let separator = sep.to_str();
    let mut out = String::with_capacity(bytes);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        out.push_str(&part.to_str());
    }
    Ok(Text::from(out).made_of(&parts))
}

/// The text with all occurrences of one text replaced by another.
///
/// ```rlm
/// "a-b-c".replace("-", "+", 1)  # -> 'a+b-c'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("replaceAll", "replace_all"))]
pub fn replace(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// What to replace.
    old: Text,
    /// What to put there.
    new: Text,
    /// The most replacements; -1 for all.
    #[default(-1)]
    count: i64,
) -> Result<Text, Fault> {
    let bytes = t.bytes();
    cost::scan(host, bytes.len())?;
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let places: Vec<usize> = if old.is_empty() {
        let starts = char_indices(bytes).map(|(at, _)| at);
        starts.chain(std::iter::once(bytes.len())).take(most).collect()
    } else {
        memmem::find_iter(bytes, old.bytes()).take(most).collect()
    };
    if places.is_empty() {
        return Ok(t);
    }
    let length = bytes.len() + places.len().saturating_mul(new.byte_len());
    cost::copy(host, length)?;
    let (put, mut out, mut at) = (new.to_str(), String::with_capacity(length), 0);
    for place in places {
        out.push_str(&String::from_utf8_lossy(bytes.get(at..place).unwrap_or_default()));
        out.push_str(&put);
        at = place + old.byte_len();
    }
    out.push_str(&String::from_utf8_lossy(bytes.get(at..).unwrap_or_default()));
    Ok(Text::from(out))
}

/// Where the text of a padded one stands.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Center,
}

fn padded(
    host: &mut dyn Host,
    t: Text,
    width: i64,
    fill: &Text,
    side: Side,
) -> Result<Text, Fault> {
    let fill = match (fill.chars().next(), fill.chars().nth(1)) {
        (Some(c), None) => c,
        _ => return Err(Fault::new(Code::BadValue, "expected one character to fill with")),
    };
    let width = usize::try_from(width).unwrap_or(0);
    let length = t.char_len();
    let Some(missing) = width.checked_sub(length).filter(|&n| n > 0) else { return Ok(t) };
    let left = match side {
        Side::Left => 0,
        Side::Right => missing,
        // CPython puts the odd one to the left if the width is odd.
        Side::Center => missing / 2 + (missing & width & 1),
    };
    cost::copy(host, t.byte_len() + missing.saturating_mul(fill.len_utf8()))?;
    let mut out = String::new();
    out.extend(std::iter::repeat_n(fill, left));
    out.push_str(&t.to_str());
    out.extend(std::iter::repeat_n(fill, missing - left));
    Ok(Text::from(out))
}

/// The text with spaces at its end, up to a width in characters.
///
/// ```rlm
/// "ab".ljust(4, ".")  # -> 'ab..'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("padEnd", "pad_end", "pad_right"))]
pub fn ljust(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The width.
    width: i64,
    /// What to fill with.
    #[default(" ")]
    #[aliases("fill", "char")]
    fillchar: Text,
) -> Result<Text, Fault> {
    padded(host, t, width, &fillchar, Side::Left)
}

/// The text with spaces at its start, up to a width in characters.
///
/// ```rlm
/// "7".rjust(3)  # -> '  7'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("padStart", "pad_start", "pad_left"))]
pub fn rjust(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The width.
    width: i64,
    /// What to fill with.
    #[default(" ")]
    #[aliases("fill", "char")]
    fillchar: Text,
) -> Result<Text, Fault> {
    padded(host, t, width, &fillchar, Side::Right)
}

/// The text with spaces on both sides, up to a width in characters.
///
/// ```rlm
/// "ab".center(6, "*")  # -> '**ab**'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn center(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The width.
    width: i64,
    /// What to fill with.
    #[default(" ")]
    #[aliases("fill", "char")]
    fillchar: Text,
) -> Result<Text, Fault> {
    padded(host, t, width, &fillchar, Side::Center)
}

/// The text with zeros before it, behind a sign, up to a width in characters.
///
/// ```rlm
/// "-42".zfill(5)  # -> '-0042'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn zfill(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The width.
    width: i64,
) -> Result<Text, Fault> {
    let sign = matches!(t.bytes().first(), Some(b'+' | b'-'));
    if !sign {
        return padded(host, t, width, &Text::from("0"), Side::Right);
    }
    let (sign, digits) = (t.slice_bytes(0..1), t.slice_bytes(1..t.byte_len()));
    let digits = padded(host, digits, width.saturating_sub(1), &Text::from("0"), Side::Right)?;
    Ok(sign.append(&digits))
}

/// The text with tabs turned into spaces up to the next column that is a multiple of `tabsize`.
///
/// ```rlm
/// "a\tb".expandtabs(4)  # -> 'a   b'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn expandtabs(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// Columns between tab stops.
    #[default(8)]
    tabsize: i64,
) -> Result<Text, Fault> {
    let width = usize::try_from(tabsize).unwrap_or(0);
    let tabs = memchr::memchr_iter(b'\t', t.bytes()).count();
    cost::copy(host, t.byte_len().saturating_add(tabs.saturating_mul(width)))?;
    let (mut out, mut column) = (String::with_capacity(t.byte_len()), 0);
    for c in t.chars() {
        match c {
            '\t' => {
                let spaces = if width == 0 { 0 } else { width - column % width };
                out.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    Ok(Text::from(out))
}

/// The text with characters exchanged after a table from `str.maketrans`.
///
/// The table is a dict from characters (or their numbers) to texts, numbers or `None`, which
/// removes them.
///
/// ```rlm
/// "abc".translate({"a": "1", "b": None})  # -> '1c'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn translate(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The table.
    table: Dict,
) -> Result<Text, Fault> {
    cost::copy(host, t.byte_len())?;
    let mut out = String::with_capacity(t.byte_len());
    let mut paid = t.byte_len();
    for c in t.chars() {
        // Pay as it grows: a character may become a long text.
        if out.len() > paid + (1 << 20) {
            cost::copy(host, out.len() - paid)?;
            paid = out.len();
        }
        let by_number = table.get(&Value::Int(i64::from(u32::from(c))));
        let found = by_number.or_else(|| table.get(&Value::Text(Text::from(c))));
        match found {
            None => out.push(c),
            Some(Value::None) => {}
            Some(Value::Int(code)) => out.push(char_of(code)?),
            Some(value) => {
                let text =
                    value.as_text().ok_or_else(|| expected("a text, an int or None", &value))?;
                out.push_str(&text.to_str());
            }
        }
    }
    Ok(Text::from(out))
}

fn char_of(code: i64) -> Result<char, Fault> {
    u32::try_from(code).ok().and_then(char::from_u32).ok_or_else(|| {
        Fault::new(Code::BadValue, format!("expected the number of a character, found {code}"))
    })
}

/// A table for `translate`: each character of `old` becomes the one at its place in `new`.
///
/// ```rlm
/// "banana".translate(str.maketrans("an", "xy", "b"))  # -> 'xyxyx'
/// ```
#[builtin(group = "text", name = "str.maketrans", aliases("maketrans"))]
pub fn maketrans(
    /// The characters to exchange, or a dict from characters to texts.
    old: Value,
    /// What they become.
    new: Option<Text>,
    /// Characters to remove.
    remove: Option<Text>,
) -> Result<Dict, Fault> {
    let code = |c: char| Value::Int(i64::from(u32::from(c)));
    let table = Dict::new(crate::value::Map::default());
    if let Value::Dict(given) = &old {
        for (key, value) in given.map().iter() {
            let number = match key.as_text() {
                Some(text) if text.char_len() == 1 => text.chars().next().map(code),
                _ => None,
            };
            table.insert(number.unwrap_or_else(|| key.clone()), value.clone());
        }
        return Ok(table);
    }
    let old = old.as_text().ok_or_else(|| expected("a text", &old))?;
    let new = new.unwrap_or_default();
    if old.char_len() != new.char_len() {
        return Err(Fault::new(Code::BadValue, "expected two texts of the same length"));
    }
    old.chars().zip(new.chars()).for_each(|(a, b)| table.insert(code(a), code(b)));
    remove.unwrap_or_default().chars().for_each(|c| table.insert(code(c), Value::None));
    Ok(table)
}

/// The text itself: there are no bytes here, texts are characters.
///
/// To `"ascii"` or `"latin-1"` characters that do not fit are an error, or treated as `errors` says, as
/// in Python.
///
/// ```rlm
/// "café".encode("ascii", "ignore").decode()  # -> 'caf'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn encode(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The encoding; every Unicode one gives the text itself.
    #[default("utf-8")]
    encoding: String,
    /// `"strict"`, `"ignore"`, `"replace"` or `"xmlcharrefreplace"`.
    #[default("strict")]
    errors: String,
) -> Result<Text, Fault> {
    host.note(
        Code::Habit,
        "there are no bytes: encode and decode give the text itself".to_string(),
    );
    let limit = match encoding.to_ascii_lowercase().replace(['-', '_'], "").as_str() {
        "ascii" | "usascii" => 0x80,
        "latin1" | "iso88591" => 0x100,
        _ => return Ok(t),
    };
    if t.is_ascii() {
        return Ok(t);
    }
    cost::copy(host, t.byte_len())?;
    let mut out = String::with_capacity(t.byte_len());
    for c in t.chars() {
        let number = u32::from(c);
        match errors.as_str() {
            _ if number < limit => out.push(c),
            "ignore" => {}
            "replace" => out.push('?'),
            "xmlcharrefreplace" => out.push_str(&format!("&#{number};")),
            _ => {
                let message = format!("the character {c:?} does not fit {encoding}");
                return Err(Fault::new(Code::BadValue, message)
                    .of_class("UnicodeEncodeError")
                    .with_help("leave it out: t.encode(\"ascii\", \"ignore\")"));
            }
        }
    }
    Ok(Text::from(out))
}

/// The text itself: there are no bytes here.
///
/// ```rlm
/// "abc".decode("utf-8")  # -> 'abc'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn decode(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// Ignored.
    encoding: Option<Text>,
    /// Ignored.
    errors: Option<Text>,
) -> Text {
    drop((encoding, errors));
    host.note(
        Code::Habit,
        "there are no bytes: encode and decode give the text itself".to_string(),
    );
    t
}

/// The text several times, one behind the other, as `t * n`.
///
/// ```rlm
/// "ab".repeat(3)  # -> 'ababab'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn repeat(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// How often.
    n: i64,
) -> Result<Text, Fault> {
    let times = usize::try_from(n).unwrap_or(0);
    cost::copy(host, t.byte_len().saturating_mul(times))?;
    Ok(Text::from(t.to_str().repeat(times)))
}

/// The text itself.
///
/// ```rlm
/// "abc".to_string()  # -> 'abc'
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("toString", "to_text"))]
pub fn to_string(
    /// The text.
    t: Text,
) -> Text {
    t
}
