//! Builtins whose items are made when looked at: `range`, `enumerate`, `zip`, `reversed`; and
//! iterators.

use std::cell::Cell;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;

use crate::convert::{FromValue, Items};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{copy_items, reserve_list};
use crate::ranges::{Enumerate, Range, Reversed, Zip};
use crate::value::{List, ListIterator, Sequence, Value, equals};
use crate::walk::{is_iterator, take_next};

/// Views over views deeper than this are made into plain lists: a program can wrap in a loop.
const MAX_DEPTH: usize = 8;

/// A list over a view, or a plain one where views lie too deep.
fn view(host: &mut dyn Host, sequence: Rc<dyn Sequence>) -> Result<List, Fault> {
    if sequence.depth() <= MAX_DEPTH {
        return Ok(List::lazy(sequence));
    }
    let list = List::lazy(sequence);
    copy_items(host, &list).map(List::new)
}

/// An end of a range: an int of any size.
pub enum Whole {
    /// Within 64 bits.
    Small(i64),
    /// Beyond them.
    Big(Rc<BigInt>),
}

impl Whole {
    fn big(&self) -> BigInt {
        match self {
            Whole::Small(n) => BigInt::from(*n),
            Whole::Big(n) => (**n).clone(),
        }
    }
}

impl FromValue for Whole {
    const TYPE: Type = Type::Int;

    fn from_value(value: Value) -> Result<Whole, Fault> {
        match value {
            Value::Big(n) => Ok(Whole::Big(n)),
            other => i64::from_value(other).map(Whole::Small),
        }
    }
}

/// Ranges beyond 64 bits are lists, up to this many items.
const MOST_BIG: i64 = 100_000;

/// A range that leaves 64 bits: its items one by one if they are few, else as far as 64 bits reach,
/// which nobody walks to its end.
fn wide_range(
    host: &mut dyn Host,
    start: &BigInt,
    stop: &BigInt,
    step: i64,
) -> Result<List, Fault> {
    let distance = if step > 0 { stop - start } else { start - stop };
    let count = (distance + step.unsigned_abs() - 1u32) / step.unsigned_abs();
    if count.sign() != num_bigint::Sign::Plus {
        return Ok(List::new(Vec::new()));
    }
    match count.to_i64() {
        Some(count) if count <= MOST_BIG => {
            host.spend(count.unsigned_abs())?;
            let item = |index: i64| Value::int(start + BigInt::from(index) * step);
            Ok(List::new((0..count).map(item).collect()))
        }
        _ => {
            let near = |n: &BigInt| {
                let end = if n.sign() == num_bigint::Sign::Minus { i128::MIN } else { i128::MAX };
                n.to_i128().unwrap_or(end)
            };
            let Some(start) = start.to_i64() else {
                return Err(Fault::bad_value(format!(
                    "a range that starts beyond 64 bits has at most {MOST_BIG} items here"
                )));
            };
            Ok(Range::wide(start, near(stop), step))
        }
    }
}

/// The integers from `start` up to, but not including, `stop`.
///
/// `range(n)` counts from 0 to n - 1. A negative `step` counts down. A range of any length costs
/// nothing until it is walked.
///
/// ```rlm
/// list(range(2, 10, 3))  # -> [2, 5, 8]
/// ```
#[builtin(group = "sequences", prompt = "range")]
pub fn range(
    host: &mut dyn Host,
    /// The first integer; the only argument is the end instead.
    start: Whole,
    /// Where to end: this integer is not part of the range.
    stop: Option<Whole>,
    /// The distance from one integer to the next.
    #[default(1)]
    step: i64,
) -> Result<List, Fault> {
    if step == 0 {
        return Err(Fault::new(Code::BadValue, "the step of a range cannot be 0"));
    }
    let (start, stop) = match stop {
        Some(stop) => (start, stop),
        None => (Whole::Small(0), start),
    };
    match (&start, &stop) {
        (Whole::Small(start), Whole::Small(stop)) => Ok(Range::list(*start, *stop, step)),
        _ => wide_range(host, &start.big(), &stop.big(), step),
    }
}

/// Pairs of a number and an item: (0, first), (1, second), ...
///
/// ```rlm
/// list(enumerate(["a", "b"], 1))  # -> [(1, 'a'), (2, 'b')]
/// ```
#[builtin(group = "sequences", receiver = "xs", one_by_one)]
pub fn enumerate(
    host: &mut dyn Host,
    /// What to number.
    xs: Items,
    /// The number of the first item.
    #[default(0)]
    start: i64,
) -> Result<List, Fault> {
    view(host, Rc::new(Enumerate { items: xs.0, start }))
}

/// Tuples of the first items, of the second items, and so on.
///
/// It is as long as the shortest list.
///
/// ```rlm
/// list(zip([1, 2, 3], ["a", "b"]))  # -> [(1, 'a'), (2, 'b')]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, prompt = "zip", one_by_one)]
pub fn zip(
    host: &mut dyn Host,
    /// What gives the first item of each tuple.
    xs: Option<Value>,
    /// What gives the further items.
    #[rest]
    more: Vec<Value>,
    /// Makes lists of different lengths an error.
    #[keyword]
    #[default(false)]
    strict: bool,
) -> Result<List, Fault> {
    let walked: Vec<Value> = xs.into_iter().chain(more).collect();
    if shares_iterator(&walked) {
        return zip_iterators(host, &walked, None).map(List::new);
    }
    let mut lists = Vec::with_capacity(walked.len());
    for (index, value) in walked.iter().enumerate() {
        let list =
            value.items().map_err(|e| e.within(format_args!("zip, argument {}", index + 1)))?;
        lists.push(list);
    }
    if strict {
        same_lengths(&lists)?;
    }
    view(host, Rc::new(Zip { lists }))
}

fn same_lengths(lists: &[List]) -> Result<(), Fault> {
    let first = lists.first().map_or(0, List::len);
    match lists.iter().position(|list| list.len() != first) {
        None => Ok(()),
        Some(index) => {
            let len = lists.get(index).map_or(0, List::len);
            let message =
                format!("zip, argument {}: expected {first} items, found {len}", index + 1);
            Err(Fault::new(Code::BadValue, message))
        }
    }
}

/// True for `zip(it, it)`, which takes turns.
pub(super) fn shares_iterator(values: &[Value]) -> bool {
    values.iter().enumerate().any(|(i, value)| {
        is_iterator(value) && values.iter().skip(i + 1).any(|other| is_same(value, other))
    })
}

/// Whether two values are one and the same iterator.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => a.same(b),
        (Value::Iterator(_), _) => a == b,
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

/// Rows of items that are taken away from iterators one after another. With something to fill rows up
/// the longest iterator ends them, else the shortest.
pub(super) fn zip_iterators(
    host: &mut dyn Host,
    values: &[Value],
    fill: Option<&Value>,
) -> Result<Vec<Value>, Fault> {
    let iterators = values.iter().map(iterator).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    loop {
        host.spend(1)?;
        if rows.len().is_power_of_two() {
            reserve_list(host, rows.len().saturating_mul(6))?;
        }
        let mut taken = 0;
        let next = |it: &Value| {
            let item = take_next(it);
            taken += usize::from(item.is_some());
            item.or_else(|| fill.cloned())
        };
        match iterators.iter().map(next).collect::<Option<Vec<_>>>() {
            Some(row) if taken > 0 => rows.push(Value::tuple(row)),
            _ => return Ok(rows),
        }
    }
}

/// The items from last to first.
///
/// ```rlm
/// list(reversed([1, 2, 3]))  # -> [3, 2, 1]
/// ```
#[builtin(group = "sequences", receiver = "xs", one_by_one)]
pub fn reversed(
    host: &mut dyn Host,
    /// What to turn around.
    xs: Items,
) -> Result<List, Fault> {
    view(host, Rc::new(Reversed { items: xs.0 }))
}

/// An iterator, which gives its items one by one to `next`.
///
/// With a `sentinel`, `xs` is a function: it is called until it gives that value, all at once.
///
/// ```rlm
/// next(iter([7, 8]))  # -> 7
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = Iterator)]
pub fn iter(
    host: &mut dyn Host,
    /// What to walk, or the function to call.
    xs: Value,
    /// What the function gives in the end.
    sentinel: Option<Value>,
) -> Result<Value, Fault> {
    let Some(sentinel) = sentinel else { return iterator(&xs) };
    let mut items = Vec::new();
    loop {
        host.spend(1)?;
        if items.len().is_power_of_two() {
            reserve_list(host, items.len().saturating_mul(2))?;
        }
        let item = host.call(&xs, &mut Vec::new())?;
        if equals(&item, &sentinel) {
            return iterator(&Value::list(items));
        }
        items.push(item);
    }
}

fn iterator(value: &Value) -> Result<Value, Fault> {
    if !is_iterator(value) {
        let it = ListIterator { items: value.items()?, next: Cell::new(0) };
        return Ok(Value::Iterator(Rc::new(it)));
    }
    if let Value::List(list) = value {
        list.begin();
    }
    Ok(value.clone())
}

/// The next item of an iterator; of anything else the first item.
///
/// What it gives is taken away from an iterator, and a loop goes on behind it. `next(x for x in xs if
/// x > 3)` is the first such item. Without a default it is an error if there is none.
///
/// ```rlm
/// next([x for x in [1, 5, 7] if x > 3], None)  # -> 5
/// ```
#[builtin(group = "sequences", receiver = "xs", effect = Mutates)]
pub fn next(
    /// An iterator, or anything that can be walked.
    xs: Value,
    /// What to give when nothing is left.
    #[default(unset)]
    default: Value,
) -> Result<Value, Fault> {
    let item = if is_iterator(&xs) { take_next(&xs) } else { xs.items()?.get(0) };
    match (item, default) {
        (Some(item), _) => Ok(item),
        (None, Value::Unset) => Err(Fault::new(Code::NotFound, "there is no next item")
            .of_class("StopIteration")
            .with_help("give a default: next(xs, None)")),
        (None, default) => Ok(default),
    }
}
