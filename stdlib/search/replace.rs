//! `sub`, `subn`, `re.split` and `escape`.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::args::{Texts, check_order, flags_with};
use super::pattern::Regex;
use super::scan::{Scanner, for_text};
use super::syntax::Mode;
use crate::convert::expected;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{List, Match, Pattern, Tuple, Value};
use crate::views::{Spans, views};

/// A part of what is put in the place of a match.
pub(super) enum Piece {
    Text(String),
    Group(usize),
}

/// What is put in the place of matches.
pub(super) enum Replacement {
    Template(Vec<Piece>),
    Function(Value),
}

impl Replacement {
    /// Reads a text in Python's syntax (`\1`, `\g<name>`, `\n`), or takes a function.
    pub(super) fn new(value: Value, pattern: &Pattern) -> Result<Replacement, Fault> {
        match value.as_text() {
            Some(text) => template(&text.to_str(), pattern).map(Replacement::Template),
            None if matches!(value, Value::Function(_)) => Ok(Replacement::Function(value)),
            None => Err(expected("a text or a function", &value)),
        }
    }

    /// The template for one match; a function gives nothing here.
    pub(super) fn expand(&self, m: &Match) -> String {
        let Replacement::Template(pieces) = self else { return String::new() };
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(n) => {
                    out.push_str(&m.group(*n).unwrap_or_default().to_str());
                }
            }
        }
        out
    }
}

fn template(text: &str, pattern: &Pattern) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let group = escape_in_template(&mut rest, &mut plain, pattern)?;
        if let Some(group) = group {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Group(group));
        }
    }
    plain.push_str(rest);
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

/// What stands behind a backslash: a character for `plain`, or a group.
fn escape_in_template(
    rest: &mut &str,
    plain: &mut String,
    pattern: &Pattern,
) -> Result<Option<usize>, Fault> {
    let Some(c) = rest.chars().next() else {
        return Err(bad_template("bad escape (end of pattern)"));
    };
    let behind = rest.get(c.len_utf8()..).unwrap_or_default();
    if c == 'g' {
        return named_group(rest, behind, pattern).map(Some);
    }
    if c.is_ascii_digit() && c != '0' {
        let two = behind.chars().next().filter(char::is_ascii_digit).map_or(1, |_| 2);
        let digits = rest.get(..two).unwrap_or_default();
        *rest = rest.get(two..).unwrap_or_default();
        return known_group(digits.parse().unwrap_or(usize::MAX), pattern).map(Some);
    }
    *rest = behind;
    match c {
        'n' => plain.push('\n'),
        't' => plain.push('\t'),
        'r' => plain.push('\r'),
        'f' => plain.push('\u{c}'),
        'v' => plain.push('\u{b}'),
        'a' => plain.push('\u{7}'),
        'b' => plain.push('\u{8}'),
        '\\' => plain.push('\\'),
        '0' => plain.push('\0'),
        c if c.is_ascii_alphabetic() => return Err(bad_template(&format!("bad escape \\{c}"))),
        c => plain.extend(['\\', c]),
    }
    Ok(None)
}

fn named_group(rest: &mut &str, behind: &str, pattern: &Pattern) -> Result<usize, Fault> {
    let inner = behind.strip_prefix('<').and_then(|r| r.split_once('>'));
    let Some((name, after)) = inner else { return Err(bad_template("missing group name")) };
    *rest = rest.get(rest.len() - after.len()..).unwrap_or_default();
    if let Ok(number) = name.parse() {
        return known_group(number, pattern);
    }
    let known = pattern.names.iter().position(|n| n.as_deref() == Some(name));
    known.ok_or_else(|| bad_template(&format!("unknown group name '{name}'")))
}

fn known_group(number: usize, pattern: &Pattern) -> Result<usize, Fault> {
    if number < pattern.names.len() {
        return Ok(number);
    }
    Err(bad_template(&format!("invalid group reference {number}")))
}

fn bad_template(message: &str) -> Fault {
    Fault::new(Code::BadValue, format!("bad replacement: {message}"))
        .with_help(r"\1 or \g<name> is a group, \\ a backslash")
}

/// The text with every match of a regex replaced.
///
/// In `new`, `\1` or `\g<name>` stands for a group; `new` may also be a function that gets the match
/// and returns the text to put there.
///
/// ```rlm
/// sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home")  # -> 'home at me'
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, aliases("gsub", "replace_regex"), prompt = "sub(regex, new, t)")]
pub fn sub(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
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
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
    /// Whether upper and lower case are the same.
    #[default(false)]
    #[keyword]
    ignore_case: bool,
) -> Result<Text, Fault> {
    check_order("sub", &regex, &Texts::One(t.clone()))?;
    let pattern = regex.compile(flags_with(flags, ignore_case), Mode::Search)?;
    replaced(host, &pattern, new, &t, count).map(|(text, _)| text)
}

/// The text with every match of a regex replaced, and the number of replacements.
///
/// ```rlm
/// re.subn(r"\d", "#", "a1b2")  # -> ('a#b#', 2)
/// ```
#[builtin(group = "search", effect = Reads)]
pub fn subn(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
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
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
) -> Result<Tuple, Fault> {
    let pattern = regex.compile(flags, Mode::Search)?;
    let (text, times) = replaced(host, &pattern, new, &t, count)?;
    Ok(Tuple::new(vec![Value::Text(text), Value::count(times)]))
}

/// The text with at most `count` matches replaced (0 for all), and how many were.
pub(super) fn replaced(
    host: &mut dyn Host,
    pattern: &Rc<Pattern>,
    new: Value,
    t: &Text,
    count: i64,
) -> Result<(Text, usize), Fault> {
    let bytes = t.haystack();
    cost::scan(host, bytes.len())?;
    let replacement = Replacement::new(new, pattern)?;
    let pattern = for_text(pattern, Mode::Search, bytes)?;
    let most = if count == 0 { usize::MAX } else { usize::try_from(count).unwrap_or(0) };
    let mut scanner = Scanner::of_text(&pattern, t, 0);
    let (mut out, mut at, mut times, mut paid) = (String::new(), 0, 0, 0);
    while times < most
        && let Some(groups) = scanner.next_groups()?
    {
        let Some(whole) = groups.first().cloned().flatten() else { break };
        push_bytes(&mut out, bytes, at..whole.start);
        match &replacement {
            Replacement::Template(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Group(n) => {
                            let range = groups.get(*n).cloned().flatten().unwrap_or_default();
                            // One replacement can hold a long group a thousand times.
                            if range.len() > 1 << 16 {
                                cost::copy(host, out.len() - paid + range.len())?;
                            }
                            push_bytes(&mut out, bytes, range);
                        }
                    }
                }
            }
            Replacement::Function(function) => {
                let (searched, pattern) = (t.clone(), pattern.clone());
                let found = Match { searched, groups: groups.to_vec(), pattern };
                let result = host.call(function, &mut vec![Value::Match(Rc::new(found))])?;
                match (result.as_text(), &result) {
                    (Some(text), _) => out.push_str(&text.to_str()),
                    (None, Value::None) => {}
                    _ => return Err(expected("a text from the function", &result)),
                }
            }
        }
        at = whole.end;
        times += 1;
        // Pay as it grows: a long replacement may be put in many places.
        if out.len() - paid > 1 << 20 {
            host.reserve(out.len() - paid)?;
            paid = out.len();
        }
    }
    if times == 0 {
        return Ok((t.clone(), 0));
    }
    push_bytes(&mut out, bytes, at..bytes.len());
    cost::copy(host, out.len() - paid)?;
    Ok((Text::from(out), times))
}

fn push_bytes(out: &mut String, bytes: &[u8], range: std::ops::Range<usize>) {
    out.push_str(&String::from_utf8_lossy(bytes.get(range).unwrap_or_default()));
}

/// The pieces of a text between matches of a regex.
///
/// If the regex has groups, their texts stand between the pieces, as in Python. `split(t, sep)` cuts
/// at a plain text.
///
/// ```rlm
/// re.split(r",\s*", "a, b,c")  # -> ['a', 'b', 'c']
/// ```
#[builtin(group = "search", name = "re.split", effect = Reads, aliases("resplit", "re_split", "split_regex"))]
pub fn re_split(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// The text.
    #[default(context)]
    #[aliases("text", "string")]
    t: Text,
    /// The most cuts; 0 for all.
    #[default(0)]
    maxsplit: i64,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
) -> Result<List, Fault> {
    check_order("re.split", &regex, &Texts::One(t.clone()))?;
    let pattern = regex.compile(flags, Mode::Search)?;
    split_at(host, &pattern, &t, maxsplit)
}

/// The pieces between matches, with the groups between them.
pub(crate) fn split_at(
    host: &mut dyn Host,
    pattern: &Rc<Pattern>,
    t: &Text,
    maxsplit: i64,
) -> Result<List, Fault> {
    let bytes = t.haystack();
    cost::scan(host, bytes.len())?;
    let pattern = for_text(pattern, Mode::Search, bytes)?;
    let most = if maxsplit == 0 { usize::MAX } else { usize::try_from(maxsplit).unwrap_or(0) };
    let mut scanner = Scanner::of_text(&pattern, t, 0);
    let mut spans = Spans::for_text(bytes.len());
    let (mut at, mut cuts) = (0, 0);
    while cuts < most
        && let Some(groups) = scanner.next_groups()?
    {
        let Some(whole) = groups.first().cloned().flatten() else { break };
        spans.push(at, whole.start);
        groups.iter().skip(1).for_each(|group| spans.push_group(group.clone()));
        spans.check(host)?;
        at = whole.end;
        cuts += 1;
    }
    spans.push(at, bytes.len());
    cost::copy(host, spans.heap())?;
    Ok(views(t, spans))
}

/// A regex that matches exactly this text.
///
/// ```rlm
/// escape("a.b (c)")  # -> 'a\\.b\\ \\(c\\)'
/// ```
#[builtin(
    group = "search",
    receiver = "t",
    aliases("re_escape", "regex_escape"),
    prompt = "escape(text)"
)]
pub fn escape(
    /// The text.
    #[aliases("pattern", "text")]
    t: Text,
) -> Text {
    let special = "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}";
    let mut out = String::with_capacity(t.byte_len() + 8);
    for c in t.to_str().chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Text::from(out)
}
