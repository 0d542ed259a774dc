//! The methods of a match. Its text methods are those of texts.

use std::ops::Range;
use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::replace::Replacement;
use crate::convert::expected;
use crate::fault::Fault;
use crate::text::Text;
use crate::value::{Dict, Map, Match, Tuple, Value};

/// The number of the group with this number or name.
///
/// # Errors
/// When there is no such group.
pub fn group_number(m: &Match, group: &Value) -> Result<usize, Fault> {
    let found = match group {
        Value::Int(n) => usize::try_from(*n).ok().filter(|&n| n < m.groups.len()),
        Value::Bool(b) => Some(usize::from(*b)).filter(|&n| n < m.groups.len()),
        Value::Text(name) => {
            let name = name.to_str();
            m.pattern.names.iter().position(|known| known.as_deref() == Some(&*name))
        }
        other => return Err(expected("the number or name of a group", other)),
    };
    found.ok_or_else(|| {
        let groups = m.groups.len().saturating_sub(1);
        let regex = &m.pattern.source;
        let count = if groups == 1 { "1 group".to_string() } else { format!("{groups} groups") };
        let shown = crate::value::repr(group);
        Fault::new(Code::NotFound, format!("no group {shown}: the regex `{regex}` has {count}"))
            .of_class("IndexError")
            .with_help("groups are the parts in ( ); m[0] is the whole match")
    })
}

fn range_of(m: &Match, group: &Value) -> Result<Option<Range<usize>>, Fault> {
    group_number(m, group).map(|number| m.range(number))
}

/// A group's text; without an argument the whole match, with several a tuple.
///
/// ```rlm
/// search(r"(\w)(\d)", "a1").group(1, 2)  # -> ('a', '1')
/// ```
#[builtin(group = "matches", owners(Match))]
pub fn group(
    /// The match.
    m: Rc<Match>,
    /// Numbers or names of groups.
    #[rest]
    groups: Vec<Value>,
) -> Result<Value, Fault> {
    let value = |group: &Value| group_number(&m, group).map(|number| m.value(number));
    match groups.as_slice() {
        [] => Ok(m.value(0)),
        [one] => value(one),
        several => several.iter().map(value).collect::<Result<_, _>>().map(Value::tuple),
    }
}

/// The texts of all groups; `default` for one that took no part.
///
/// ```rlm
/// search(r"(\w)(\d)?", "a").groups()  # -> ('a', None)
/// ```
#[builtin(group = "matches", owners(Match))]
pub fn groups(
    /// The match.
    m: Rc<Match>,
    /// What stands for a group that took no part.
    default: Option<Value>,
) -> Tuple {
    let missing = default.unwrap_or(Value::None);
    let value = |i| m.group(i).map_or_else(|| missing.clone(), Value::Text);
    Tuple::new((1..m.groups.len()).map(value).collect())
}

/// The named groups as a dict.
///
/// ```rlm
/// search(r"(?P<key>\w)=(?P<value>\d)", "a=1").groupdict()  # -> {'key': 'a', 'value': '1'}
/// ```
#[builtin(group = "matches", owners(Match))]
pub fn groupdict(
    /// The match.
    m: Rc<Match>,
    /// What stands for a group that took no part.
    default: Option<Value>,
) -> Dict {
    let missing = default.unwrap_or(Value::None);
    let mut map = Map::default();
    for (index, name) in m.pattern.names.iter().enumerate() {
        if let Some(name) = name {
            let value = m.group(index).map_or_else(|| missing.clone(), Value::Text);
            map.insert(Value::from(name.as_str()), value);
        }
    }
    Dict::new(map)
}

/// Where a group starts in the searched text; -1 if it took no part.
///
/// The place in the whole input is `m[0].start`.
///
/// ```rlm
/// search("na", "banana").start()  # -> 2
/// ```
#[builtin(group = "matches", owners(Match), property)]
pub fn start(
    /// The match.
    m: Rc<Match>,
    /// The number or name of the group.
    group: Option<Value>,
) -> Result<i64, Fault> {
    span_of(&m, group).map(|(start, _)| start)
}

/// Where a group ends in the searched text; -1 if it took no part.
///
/// ```rlm
/// search("na", "banana").end()  # -> 4
/// ```
#[builtin(group = "matches", owners(Match), property)]
pub fn end(
    /// The match.
    m: Rc<Match>,
    /// The number or name of the group.
    group: Option<Value>,
) -> Result<i64, Fault> {
    span_of(&m, group).map(|(_, end)| end)
}

/// Where a group starts and ends in the searched text.
///
/// ```rlm
/// search("na", "banana").span()  # -> (2, 4)
/// ```
#[builtin(group = "matches", owners(Match), property)]
pub fn span(
    /// The match.
    m: Rc<Match>,
    /// The number or name of the group.
    group: Option<Value>,
) -> Result<Tuple, Fault> {
    let (start, end) = span_of(&m, group)?;
    Ok(Tuple::new(vec![Value::Int(start), Value::Int(end)]))
}

fn span_of(m: &Match, group: Option<Value>) -> Result<(i64, i64), Fault> {
    let range = range_of(m, &group.unwrap_or(Value::Int(0)))?;
    let position = |byte| i64::try_from(m.searched.char_of_byte(byte)).unwrap_or(i64::MAX);
    Ok(range.map_or((-1, -1), |range| (position(range.start), position(range.end))))
}

/// The text that was searched.
///
/// ```rlm
/// search("na", "banana").string  # -> 'banana'
/// ```
#[builtin(group = "matches", owners(Match), property)]
pub fn string(
    /// The match.
    m: Rc<Match>,
) -> Text {
    m.searched.clone()
}

/// The regex that matched.
///
/// ```rlm
/// search("n.", "banana").re.pattern  # -> 'n.'
/// ```
#[builtin(group = "matches", owners(Match), property, returns = Pattern)]
pub fn re(
    /// The match.
    m: Rc<Match>,
) -> Value {
    Value::Pattern(m.pattern.clone())
}

/// The number of the last group that took part, or `None`.
///
/// ```rlm
/// search(r"(a)|(b)", "b").lastindex  # -> 2
/// ```
#[builtin(group = "matches", owners(Match), property)]
pub fn lastindex(
    /// The match.
    m: Rc<Match>,
) -> Option<usize> {
    let took_part = |&number: &usize| m.range(number).is_some();
    let closed = closing_order(&m.pattern.source);
    closed.into_iter().rev().filter(|&number| number < m.groups.len()).find(took_part)
}

/// The name of the last group that took part, or `None`.
///
/// ```rlm
/// search(r"(?P<word>[a-z]+)|(?P<number>\d+)", "42").lastgroup  # -> 'number'
/// ```
#[builtin(group = "matches", owners(Match), property)]
pub fn lastgroup(
    /// The match.
    m: Rc<Match>,
) -> Option<String> {
    let last = lastindex(m.clone())?;
    m.pattern.names.get(last).cloned().flatten()
}

/// The numbers of a regex's groups in the order in which they are closed.
fn closing_order(regex: &str) -> Vec<usize> {
    let (mut opened, mut count, mut closed) = (Vec::new(), 0, Vec::new());
    let mut rest = regex;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => {
                let skipped = rest.chars().next().map_or(0, char::len_utf8);
                rest = rest.get(skipped..).unwrap_or_default();
            }
            '[' if !in_class => {
                in_class = true;
                // A bracket right behind the start is one of the characters.
                rest = rest.strip_prefix('^').unwrap_or(rest);
                rest = rest.strip_prefix(']').unwrap_or(rest);
            }
            ']' => in_class = false,
            '(' if !in_class => {
                let named = ["?P<", "?<"].iter().any(|start| {
                    rest.strip_prefix(start).is_some_and(|name| !name.starts_with(['=', '!']))
                });
                let captures = named || !rest.starts_with('?');
                count += usize::from(captures);
                opened.push(captures.then_some(count));
            }
            ')' if !in_class => closed.extend(opened.pop().flatten()),
            _ => {}
        }
    }
    closed
}

/// A text with `\1` and `\g<name>` replaced by groups, as in `sub`.
///
/// ```rlm
/// search(r"(\w)=(\w)", "a=b").expand(r"\2 is \1")  # -> 'b is a'
/// ```
#[builtin(group = "matches", owners(Match))]
pub fn expand(
    /// The match.
    m: Rc<Match>,
    /// The text.
    template: Text,
) -> Result<Text, Fault> {
    let replacement = Replacement::new(Value::Text(template), &m.pattern)?;
    Ok(Text::from(replacement.expand(&m)))
}
