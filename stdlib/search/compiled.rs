//! `re.compile` and the methods of what it makes.

use rlm_lang_macros::builtin;

use super::args::Texts;
use super::find::{all_matches, all_texts, first_match};
use super::pattern::{Regex, known_flags};
use super::replace::{replaced, split_at};
use super::syntax::Mode;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{Dict, List, Map, Value};

/// A compiled regex, with the methods `search`, `match`, `findall`, `finditer`, `sub` and `split`.
///
/// Never needed: every function that takes a regex compiles it once.
///
/// ```rlm
/// re.compile(r"\d+").findall("1 and 22")  # -> ['1', '22']
/// ```
#[builtin(group = "search", aliases("re.compile", "regex"), returns = Pattern)]
pub fn compile(
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
) -> Result<Value, Fault> {
    regex.compile(flags, Mode::Search).map(Value::Pattern)
}

/// The number of each named group.
///
/// ```rlm
/// re.compile(r"(?P<key>\w)=(?P<value>\d)").groupindex  # -> {'key': 1, 'value': 2}
/// ```
#[builtin(group = "search", owners(Pattern), property)]
pub fn groupindex(
    /// The compiled regex.
    p: Regex,
) -> Result<Dict, Fault> {
    let pattern = p.compile(0, Mode::Search)?;
    let mut map = Map::default();
    for (index, name) in pattern.names.iter().enumerate() {
        if let Some(name) = name {
            map.insert(Value::from(name.as_str()), Value::count(index));
        }
    }
    Ok(Dict::new(map))
}

/// The byte of the single text at position `pos`.
fn byte_of(t: &Texts, pos: i64) -> usize {
    let position = usize::try_from(pos).unwrap_or(0);
    match t.all().first() {
        Some(text) if position > 0 => text.byte_of_char(position),
        _ => 0,
    }
}

/// The first match anywhere in a text, or `None`.
///
/// ```rlm
/// re.compile(r"\d+").search("a 42")[0]  # -> '42'
/// ```
#[builtin(group = "search", owners(Pattern), returns = Match)]
pub fn search(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// Where to look.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
    /// The position to start from.
    #[default(0)]
    pos: i64,
) -> Result<Value, Fault> {
    first_match(host, &p.compile(0, Mode::Search)?, &t, Mode::Search, byte_of(&t, pos))
}

/// The match at the very start of a text, or `None`.
///
/// ```rlm
/// bool(re.compile(r"\d+").match("a 42"))  # -> False
/// ```
#[builtin(group = "search", owners(Pattern), returns = Match)]
pub fn match_(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// Where to look.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
) -> Result<Value, Fault> {
    first_match(host, &p.compile(0, Mode::Start)?, &t, Mode::Start, 0)
}

/// The match with all of a text, or `None`.
///
/// ```rlm
/// re.compile(r"\d+").fullmatch("42")[0]  # -> '42'
/// ```
#[builtin(group = "search", owners(Pattern), returns = Match)]
pub fn fullmatch(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// What to match.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
) -> Result<Value, Fault> {
    first_match(host, &p.compile(0, Mode::Whole)?, &t, Mode::Whole, 0)
}

/// All texts that match, as `findall(regex, t)`.
///
/// ```rlm
/// re.compile(r"\d+").findall("1 and 22")  # -> ['1', '22']
/// ```
#[builtin(group = "search", owners(Pattern))]
pub fn findall(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// Where to look.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
    /// The position to start from.
    #[default(0)]
    pos: i64,
) -> Result<List, Fault> {
    all_texts(host, &p.compile(0, Mode::Search)?, &t, byte_of(&t, pos), None)
}

/// All matches, as `finditer(regex, t)`.
///
/// ```rlm
/// [m.start() for m in re.compile("a").finditer("banana")]  # -> [1, 3, 5]
/// ```
#[builtin(group = "search", owners(Pattern), one_by_one)]
pub fn finditer(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// Where to look.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
    /// The position to start from.
    #[default(0)]
    pos: i64,
) -> Result<List, Fault> {
    all_matches(host, &p.compile(0, Mode::Search)?, &t, byte_of(&t, pos), None)
}

/// The text with every match replaced, as `sub(regex, new, t)`.
///
/// ```rlm
/// re.compile(r"\d").sub("#", "a1b2")  # -> 'a#b#'
/// ```
#[builtin(group = "search", owners(Pattern))]
pub fn sub(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// What to put there: a text or a function.
    #[aliases("repl", "replacement")]
    new: Value,
    /// Where to look.
    #[default(context)]
    #[aliases("text", "string")]
    t: Text,
    /// The most replacements; 0 for all.
    #[default(0)]
    count: i64,
) -> Result<Text, Fault> {
    replaced(host, &p.compile(0, Mode::Search)?, new, &t, count).map(|(text, _)| text)
}

/// The pieces between matches, as `re.split(regex, t)`.
///
/// ```rlm
/// re.compile(r"\s*;\s*").split("a; b ;c")  # -> ['a', 'b', 'c']
/// ```
#[builtin(group = "search", owners(Pattern))]
pub fn split(
    host: &mut dyn Host,
    /// The compiled regex.
    p: Regex,
    /// The text.
    #[default(context)]
    #[aliases("text", "string")]
    t: Text,
    /// The most cuts; 0 for all.
    #[default(0)]
    maxsplit: i64,
) -> Result<List, Fault> {
    split_at(host, &p.compile(0, Mode::Search)?, &t, maxsplit)
}

/// The regex as it was written.
///
/// ```rlm
/// re.compile("a+").pattern  # -> 'a+'
/// ```
#[builtin(group = "search", owners(Pattern), property)]
pub fn pattern(
    /// The compiled regex.
    p: Regex,
) -> Text {
    p.source()
}

/// The flags that it was compiled with.
///
/// ```rlm
/// re.compile("a", re.IGNORECASE).flags  # -> 2
/// ```
#[builtin(group = "search", owners(Pattern), property)]
pub fn flags(
    /// The compiled regex.
    p: Regex,
) -> i64 {
    match p {
        Regex::Compiled(pattern) => i64::from(pattern.flags),
        Regex::Source(_) => i64::from(known_flags(0)),
    }
}
