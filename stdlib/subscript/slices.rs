//! Slices of texts, lists and tuples.

use rlm_lang_syntax::codes::Code;

use super::{items_between, no_items, unchangeable};
use crate::convert;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{copy_items, editable, reserve_list};
use crate::value::{List, Value};

/// A slice of a sequence of known length: the first position, how many, and the distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The position of the first item.
    pub(crate) start: usize,
    /// The number of items.
    pub(crate) count: usize,
    /// From one item to the next; negative for backwards.
    pub(crate) step: i64,
}

impl Bounds {
    /// The positions in order.
    pub(crate) fn positions(self) -> impl Iterator<Item = usize> {
        let stride = usize::try_from(self.step.unsigned_abs()).unwrap_or(usize::MAX);
        (0..self.count).map(move |i| {
            let distance = i.saturating_mul(stride);
            if self.step < 0 {
                self.start.saturating_sub(distance)
            } else {
                self.start.saturating_add(distance)
            }
        })
    }
}

/// The positions of `[start:stop:step]` in a sequence, by CPython's rules.
///
/// # Errors
/// A step of zero.
pub(crate) fn bounds(
    len: usize,
    start: Option<i64>,
    stop: Option<i64>,
    step: Option<i64>,
) -> Result<Bounds, Fault> {
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(zero_step());
    }
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let adjusted =
        |bound: i64| (if bound < 0 { bound.saturating_add(len) } else { bound }).clamp(low, high);
    let start = start.map_or(if step < 0 { high } else { low }, adjusted);
    let stop = stop.map_or(if step < 0 { low } else { high }, adjusted);
    let distance = if step < 0 { start - stop } else { stop - start };
    let count = if distance <= 0 { 0 } else { (distance - 1) / step.saturating_abs() + 1 };
    let at = |n: i64| usize::try_from(n).unwrap_or(0);
    Ok(Bounds { start: at(start), count: at(count), step })
}

fn zero_step() -> Fault {
    Fault::new(Code::BadValue, "the step of a slice cannot be zero")
}

/// `object[start:stop:step]`: bounds are clamped, negative ones count from the end.
///
/// # Errors
/// A step of zero, or a value that has no order.
pub fn slice(
    host: &mut dyn Host,
    object: &Value,
    start: Option<i64>,
    stop: Option<i64>,
    step: Option<i64>,
) -> Result<Value, Fault> {
    match object {
        Value::Text(_) | Value::Match(_) => {
            let text = object.as_text().unwrap_or_default();
            let step = step.unwrap_or(1);
            if step == 0 {
                return Err(zero_step());
            }
            if step != 1 {
                host.reserve(text.byte_len())?;
                host.spend(text.byte_len() as u64 / 64)?;
            }
            Ok(Value::Text(text.python_slice(start, stop, step)))
        }
        Value::List(list) => {
            let bounds = bounds(list.len(), start, stop, step)?;
            list_part(host, list, bounds)
        }
        Value::Tuple(items) => {
            let bounds = bounds(items.len(), start, stop, step)?;
            let part = bounds.positions().filter_map(|i| items.get(i).cloned());
            Ok(Value::tuple(part.collect()))
        }
        Value::Dict(_) => Err(Fault::new(Code::WrongType, "a dict cannot be sliced")
            .with_help("list(d.items())[:5], or d.most_common(5) of counts")),
        Value::Set(_) => Err(Fault::new(Code::WrongType, "a set cannot be sliced")
            .with_help("make it a list first: sorted(s)[:5]")),
        Value::None | Value::Unset => Err(Fault::new(Code::WrongType, "None cannot be sliced")
            .with_help("the value may be a search that found nothing: test it with if first")),
        Value::Iterator(_) => {
            let rest = object.items()?;
            let bounds = bounds(rest.len(), start, stop, step)?;
            list_part(host, &rest, bounds)
        }
        other => Err(no_items(other, &Value::None)),
    }
}

fn list_part(host: &mut dyn Host, list: &List, bounds: Bounds) -> Result<Value, Fault> {
    if let Some(part) = crate::ranges::part(list, bounds) {
        return Ok(Value::List(part));
    }
    reserve_list(host, bounds.count)?;
    let items = if bounds.step == 1 {
        items_between(list, bounds.start, bounds.start + bounds.count)
    } else {
        bounds.positions().filter_map(|i| list.get(i)).collect()
    };
    Ok(Value::list(items))
}

/// `list[start:stop:step] = items`; with no items, `del list[start:stop:step]`.
///
/// # Errors
/// Another number of items than a slice with steps has, or a value that cannot change.
pub fn assign_slice(
    host: &mut dyn Host,
    object: &Value,
    start: Option<i64>,
    stop: Option<i64>,
    step: Option<i64>,
    value: Value,
) -> Result<(), Fault> {
    let Value::List(list) = object else { return Err(unchangeable(object, &Value::None)) };
    let items = value.items().map_err(|_| convert::expected("a list for this slice", &value))?;
    let items = copy_items(host, &items)?;
    let bounds = bounds(list.len(), start, stop, step)?;
    host.spend(list.len() as u64 / 64)?;
    let mut values = editable(host, list)?;
    if bounds.step == 1 {
        let stop = (bounds.start + bounds.count).min(values.len());
        let start = bounds.start.min(stop);
        let old: Vec<Value> = values.splice(start..stop, items).collect();
        drop(values);
        drop(old);
        return Ok(());
    }
    if items.is_empty() {
        let mut positions: Vec<usize> = bounds.positions().collect();
        positions.sort_unstable();
        let mut at = 0;
        let mut gone = positions.into_iter().peekable();
        values.retain(|_| {
            let remove = gone.peek() == Some(&at);
            if remove {
                gone.next();
            }
            at += 1;
            !remove
        });
        return Ok(());
    }
    if items.len() != bounds.count {
        return Err(Fault::new(
            Code::BadValue,
            format!("expected {} items for this slice, found {}", bounds.count, items.len()),
        ));
    }
    for (at, item) in bounds.positions().zip(items) {
        if let Some(slot) = values.get_mut(at) {
            *slot = item;
        }
    }
    Ok(())
}
