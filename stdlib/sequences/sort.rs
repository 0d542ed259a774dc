//! A stable merge sort whose comparison may fail and need not be consistent: the standard sort may
//! panic then.

use std::cmp::Ordering;

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::operators::VALUE_BYTES;
use crate::sequences::walk::Key;
use crate::value::{Value, compare, equals};

/// Pieces up to here are sorted by insertion.
const SHORT_RUN: usize = 16;

/// Tuples inside tuples deeper than this are left to [`compare`].
const MAX_DEPTH: u32 = 16;

/// Sorts items by their keys.
///
/// # Errors
/// When two keys have no order; those of the key function; limits.
pub(crate) fn sort(
    host: &mut dyn Host,
    items: Vec<Value>,
    mut key: Key,
    reverse: bool,
) -> Result<Vec<Value>, Fault> {
    pay(host, items.len())?;
    if let Some(compare) = key.comparator() {
        let less =
            |a: &Value, b: &Value| is_before(host, &compare, if reverse { [b, a] } else { [a, b] });
        return merge_sort(items, less);
    }
    if key.is_identity() {
        let mut items = items;
        if sort_ints(&mut items, reverse).is_some() {
            return Ok(items);
        }
        return sort_by_key(host, items, reverse, |item| item);
    }
    let mut keyed = Vec::with_capacity(items.len());
    key.make(host, items.iter().cloned())?;
    for item in items {
        keyed.push((key.of(host, &item)?, item));
    }
    let sorted = sort_by_key(host, keyed, reverse, |(key, _)| key)?;
    Ok(sorted.into_iter().map(|(_, item)| item).collect())
}

/// Sorts if all are ints: equal ones cannot be told apart, so the numbers alone are sorted. `None` leaves
/// them as they are.
fn sort_ints(items: &mut [Value], reverse: bool) -> Option<()> {
    let number = |item: &Value| if let Value::Int(n) = item { Some(*n) } else { None };
    let mut numbers: Vec<i64> = items.iter().map(number).collect::<Option<_>>()?;
    numbers.sort_unstable();
    if reverse {
        numbers.reverse();
    }
    for (item, number) in items.iter_mut().zip(numbers) {
        *item = Value::Int(number);
    }
    Some(())
}

/// Whether a function that compares (`cmp_to_key`) gives something below zero.
fn is_before(host: &mut dyn Host, compare: &Value, pair: [&Value; 2]) -> Result<bool, Fault> {
    host.spend(1)?;
    let order = host.call(compare, &mut pair.map(Clone::clone).to_vec())?;
    Ok(crate::value::compare(&order, &Value::Int(0))? == Some(Ordering::Less))
}

/// Steps and memory of a sort: keys, items, and both once more while merging.
fn pay(host: &mut dyn Host, len: usize) -> Result<(), Fault> {
    host.reserve(len.saturating_mul(4 * VALUE_BYTES))?;
    let rounds = u64::from(usize::BITS - len.leading_zeros());
    host.spend(len as u64 * (1 + rounds / 4))
}

fn sort_by_key<T>(
    host: &mut dyn Host,
    mut items: Vec<T>,
    reverse: bool,
    key: impl Fn(&T) -> &Value,
) -> Result<Vec<T>, Fault> {
    if is_plain(&items, &key) {
        // One kind of values with a total order: the standard sort is safe, stable and faster.
        if reverse {
            items.sort_by(|a, b| plain_order(key(b), key(a)));
        } else {
            items.sort_by(|a, b| plain_order(key(a), key(b)));
        }
        return Ok(items);
    }
    let mut rank = Ranking::default();
    let sorted = merge_sort(items, |a, b| {
        let (a, b) = if reverse { (b, a) } else { (a, b) };
        rank.less(key(a), key(b))
    })?;
    rank.note(host);
    Ok(sorted)
}

/// True if all keys are ints, all floats without NaN, or all texts.
fn is_plain<T>(items: &[T], key: &impl Fn(&T) -> &Value) -> bool {
    match items.first().map(key) {
        Some(Value::Int(_)) => items.iter().all(|x| matches!(key(x), Value::Int(_))),
        Some(Value::Text(_)) => items.iter().all(|x| matches!(key(x), Value::Text(_))),
        Some(Value::Float(_)) => {
            items.iter().all(|x| matches!(key(x), Value::Float(f) if !f.is_nan()))
        }
        _ => false,
    }
}

fn plain_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        // Zeros of both signs are equal, which `total_cmp` denies; there is no NaN here.
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// The order in which values are ranked: `None` first, then as [`compare`].
#[derive(Default)]
pub(crate) struct Ranking {
    saw_none: bool,
}

impl Ranking {
    /// Whether `a` stands before `b`.
    ///
    /// # Errors
    /// When the values have no order.
    pub(crate) fn less(&mut self, a: &Value, b: &Value) -> Result<bool, Fault> {
        Ok(self.order(a, b, 0)? == Some(Ordering::Less))
    }

    fn order(&mut self, a: &Value, b: &Value, depth: u32) -> Result<Option<Ordering>, Fault> {
        let nothing = |v: &Value| matches!(v, Value::None | Value::Unset);
        match (nothing(a), nothing(b)) {
            (false, false) => {}
            (none_a, none_b) => {
                // Only a comparison with something else is worth a note.
                self.saw_none |= none_a != none_b;
                return Ok(Some(none_b.cmp(&none_a)));
            }
        }
        match (a, b) {
            (Value::Tuple(x), Value::Tuple(y)) if depth < MAX_DEPTH => {
                match x.iter().zip(y.iter()).find(|(p, q)| !equals(p, q)) {
                    Some((p, q)) => self.order(p, q, depth + 1),
                    None => Ok(Some(x.len().cmp(&y.len()))),
                }
            }
            (Value::List(x), Value::List(y)) if depth < MAX_DEPTH => {
                match x.iter().zip(y.iter()).find(|(p, q)| !equals(p, q)) {
                    Some((p, q)) => self.order(&p, &q, depth + 1),
                    None => Ok(Some(x.len().cmp(&y.len()))),
                }
            }
            _ => compare(a, b),
        }
    }

    /// Leaves a note if `None` was ranked against something else.
    pub(crate) fn note(&self, host: &mut dyn Host) {
        if self.saw_none {
            let message = "None was ordered before everything else".to_string();
            host.note(Code::NoneCompared, message);
        }
    }
}

/// Sorts by runs: what is in order already costs one look.
fn merge_sort<T>(
    items: Vec<T>,
    mut less: impl FnMut(&T, &T) -> Result<bool, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut runs = runs(items, &mut less)?;
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len() / 2 + 1);
        let mut rest = runs.into_iter();
        while let Some(left) = rest.next() {
            merged.push(match rest.next() {
                Some(right) => merge(left, right, &mut less)?,
                None => left,
            });
        }
        runs = merged;
    }
    Ok(runs.pop().unwrap_or_default())
}

/// Cuts into ascending runs; short ones are filled up by insertion.
fn runs<T>(
    items: Vec<T>,
    less: &mut impl FnMut(&T, &T) -> Result<bool, Fault>,
) -> Result<Vec<Vec<T>>, Fault> {
    let mut runs = Vec::new();
    let mut run: Vec<T> = Vec::new();
    for item in items {
        let in_order = match run.last() {
            Some(last) => !less(&item, last)?,
            None => true,
        };
        if in_order {
            run.push(item);
        } else if run.len() < SHORT_RUN {
            let mut at = run.len();
            while let Some(before) = at.checked_sub(1).and_then(|i| run.get(i)) {
                if !less(&item, before)? {
                    break;
                }
                at -= 1;
            }
            run.insert(at, item);
        } else {
            runs.push(std::mem::replace(&mut run, vec![item]));
        }
    }
    if !run.is_empty() {
        runs.push(run);
    }
    Ok(runs)
}

/// Merges two runs; of equal items the left ones come first.
fn merge<T>(
    left: Vec<T>,
    right: Vec<T>,
    less: &mut impl FnMut(&T, &T) -> Result<bool, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from = if less(b, a)? { &mut right } else { &mut left };
        merged.extend(from.next());
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
