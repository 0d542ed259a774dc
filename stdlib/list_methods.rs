//! Methods of lists and tuples.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{self, VALUE_BYTES, copy_items, editable};
use crate::sequences::sort::sort as sort_items;
use crate::sequences::walk::{self, Key};
use crate::value::{List, Value, equals, repr};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &APPEND, &EXTEND, &INSERT, &REMOVE, &POP, &CLEAR, &INDEX, &COUNT, &SORT, &REVERSE, &COPY,
    &CONTAINS, &IS_EMPTY,
];

/// Lists below this size grow without a question about memory.
const SMALL: usize = 1024;

/// Adds an item at the end.
///
/// ```rlm
/// xs = [1]
/// xs.append(2)
/// xs  # -> [1, 2]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates, aliases("push"))]
pub fn append(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// The item.
    item: Value,
) -> Result<(), Fault> {
    grown(host, &xs)?;
    editable(host, &xs)?.push(item);
    xs.drop_surplus(true);
    Ok(())
}

/// Asks for memory when a large list is full: it is copied then.
pub(crate) fn grown(host: &mut dyn Host, xs: &List) -> Result<(), Fault> {
    let len = xs.len();
    if len >= SMALL && len.is_power_of_two() {
        host.reserve(len.saturating_mul(2 * VALUE_BYTES))?;
    }
    Ok(())
}

/// Adds all items of something that can be walked at the end.
///
/// ```rlm
/// xs = [1]
/// xs.extend([2, 3])
/// xs  # -> [1, 2, 3]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates, aliases("concat_in_place", "addAll"))]
pub fn extend(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// What to add.
    #[aliases("iterable")]
    items: Value,
) -> Result<(), Fault> {
    match &items {
        Value::Match(_) | Value::None => {
            Err(expected("a list", &items).with_help("xs.append(x) adds one item"))
        }
        items => operators::augment(
            host,
            rlm_lang_syntax::ast::BinaryOp::Add,
            Value::List(xs),
            items.clone(),
        )
        .map(drop),
    }
}

/// Puts an item before a position.
///
/// A position outside the list means its beginning or end.
///
/// ```rlm
/// xs = [1, 3]
/// xs.insert(1, 2)
/// xs  # -> [1, 2, 3]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn insert(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// The position; a negative one counts from the end.
    #[aliases("i")]
    index: i64,
    /// The item.
    item: Value,
) -> Result<(), Fault> {
    grown(host, &xs)?;
    let at = clamped(index, xs.len());
    host.spend((xs.len() - at) as u64 / 64)?;
    editable(host, &xs)?.insert(at, item);
    Ok(())
}

/// A position as a bound: negative ones count from the end, others are cut at the ends.
fn clamped(index: i64, len: usize) -> usize {
    if index < 0 {
        len.saturating_sub(usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX))
    } else {
        usize::try_from(index).unwrap_or(usize::MAX).min(len)
    }
}

/// Removes the first item that equals the value.
///
/// ```rlm
/// xs = [1, 2, 1]
/// xs.remove(1)
/// xs  # -> [2, 1]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn remove(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// The value.
    item: Value,
) -> Result<(), Fault> {
    match position(host, &xs, &item, 0, xs.len())? {
        Some(at) => {
            let removed = editable(host, &xs)?.remove(at);
            drop(removed);
            Ok(())
        }
        None => Err(not_there(&item, "list")),
    }
}

/// The first position of a value between two positions.
fn position(
    host: &mut dyn Host,
    xs: &List,
    item: &Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>, Fault> {
    let (mut index, mut found) = (0, None);
    walk::look(host, xs, |other| {
        if index >= start && index < stop && equals(other, item) {
            found = Some(index);
        }
        index += 1;
        Ok(found.is_none() && index < stop)
    })?;
    Ok(found)
}

fn not_there(item: &Value, place: &str) -> Fault {
    const SHOWN: usize = 40;
    let mut shown = repr(item);
    if shown.chars().count() > SHOWN {
        shown = shown.chars().take(SHOWN).chain("...".chars()).collect();
    }
    Fault::new(Code::NotFound, format!("{shown} is not in the {place}"))
        .of_class("ValueError")
        .with_help("test it first: if x in xs")
}

/// Removes the item at a position and gives it.
///
/// ```rlm
/// xs = [1, 2, 3]
/// xs.pop()  # -> 3
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn pop(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// The position; the last one, if not given.
    #[aliases("i")]
    #[default(-1)]
    index: i64,
) -> Result<Value, Fault> {
    let len = xs.len();
    if len == 0 {
        return Err(Fault::new(Code::NotFound, "pop from an empty list")
            .of_class("IndexError")
            .with_help("test it first: if xs"));
    }
    let at = if index < 0 { i128::from(index) + len as i128 } else { i128::from(index) };
    let at = usize::try_from(at).ok().filter(|&at| at < len).ok_or_else(|| {
        let items = if len == 1 { "item" } else { "items" };
        let message = format!("no position {index} in a list of {len} {items}");
        Fault::new(Code::NotFound, message).of_class("IndexError")
    })?;
    host.spend((len - at) as u64 / 64)?;
    Ok(editable(host, &xs)?.remove(at))
}

/// Removes all items.
///
/// ```rlm
/// xs = [1, 2]
/// xs.clear()
/// xs  # -> []
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn clear(
    /// The list.
    xs: List,
) {
    // Nothing of a native sequence need be made to be thrown away.
    let old = xs.replace(Vec::new());
    drop(old);
}

/// The position of the first item that equals the value.
///
/// It is an error if there is none.
///
/// ```rlm
/// ["a", "b"].index("b")  # -> 1
/// ```
#[builtin(owners(List, Tuple), group = "lists", aliases("indexOf", "index_of"))]
pub fn index(
    host: &mut dyn Host,
    /// The list or tuple.
    xs: Value,
    /// The value.
    item: Value,
    /// Where to begin to look.
    #[default(0)]
    start: i64,
    /// Where to stop looking.
    stop: Option<i64>,
) -> Result<usize, Fault> {
    let items = xs.items()?;
    let len = items.len();
    let (start, stop) = (clamped(start, len), stop.map_or(len, |stop| clamped(stop, len)));
    position(host, &items, &item, start, stop)?.ok_or_else(|| not_there(&item, xs.ty().word()))
}

/// How many items equal the value.
///
/// ```rlm
/// [1, 2, 1].count(1)  # -> 2
/// ```
#[builtin(owners(List, Tuple), group = "lists")]
pub fn count(
    host: &mut dyn Host,
    /// The list or tuple.
    xs: Value,
    /// The value.
    item: Value,
) -> Result<usize, Fault> {
    let mut count = 0;
    walk::look(host, &xs.items()?, |other| {
        count += usize::from(equals(other, &item));
        Ok(true)
    })?;
    Ok(count)
}

/// Sorts the list in place; `sorted(xs)` gives a new one.
///
/// ```rlm
/// xs = [2, 3, 1]
/// xs.sort(reverse=True)
/// xs  # -> [3, 2, 1]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn sort(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// What to sort by: called with each item.
    key: Option<Value>,
    /// Whether the largest comes first.
    #[default(false)]
    reverse: bool,
) -> Result<(), Fault> {
    let items = copy_items(host, &xs)?;
    let sorted = sort_items(host, items, Key::new(key), reverse)?;
    let old = xs.replace(sorted);
    drop(old);
    Ok(())
}

/// Turns the list around in place.
///
/// ```rlm
/// xs = [1, 2, 3]
/// xs.reverse()
/// xs  # -> [3, 2, 1]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn reverse(
    host: &mut dyn Host,
    /// The list.
    xs: List,
) -> Result<(), Fault> {
    host.spend(xs.len() as u64 / 8)?;
    editable(host, &xs)?.reverse();
    Ok(())
}

/// A new list of the same items.
///
/// ```rlm
/// [1, 2].copy()  # -> [1, 2]
/// ```
#[builtin(owners(List), group = "lists", returns = List, aliases("clone", "slice"))]
pub fn copy(
    host: &mut dyn Host,
    /// The list.
    xs: List,
) -> Result<Vec<Value>, Fault> {
    copy_items(host, &xs)
}

/// Whether an item equals the value; the language says `x in xs`.
///
/// ```rlm
/// [1, 2].contains(2)  # -> True
/// ```
#[builtin(owners(List, Tuple, Set, Dict), group = "lists", aliases("includes", "has"))]
pub fn contains(
    host: &mut dyn Host,
    /// Where to look.
    xs: Value,
    /// The value.
    item: Value,
) -> Result<bool, Fault> {
    host.note(Code::Habit, "`x in xs` says the same as xs.contains(x)".to_string());
    operators::contains(host, &xs, &item)
}

/// Whether there are no items; the language says `not xs`.
///
/// ```rlm
/// [].is_empty()  # -> True
/// ```
#[builtin(owners(List, Tuple, Set, Dict), group = "lists", aliases("isEmpty", "empty"))]
pub fn is_empty(
    host: &mut dyn Host,
    /// What to look into.
    xs: Value,
) -> bool {
    host.note(Code::Habit, "`not xs` says the same as xs.is_empty()".to_string());
    !xs.truthy()
}
