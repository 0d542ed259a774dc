//! `==`, `<`, `in`, `is`.

use std::cmp::Ordering;
use std::rc::Rc;

use memchr::memmem;
use num_traits::ToPrimitive;
use rlm_lang_syntax::ast::CompareOp;
use rlm_lang_syntax::codes::Code;

use super::Number;
use super::collections::members;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::seen::Look;
use crate::value::{
    self, Function, List, Position, Set, Storage, Value, equals, failed_used, hashable,
};
use crate::walk::take_next;

/// `left op right`.
///
/// # Errors
/// When the values have no order, or the right side of `in` holds nothing.
pub fn compare(
    host: &mut dyn Host,
    op: CompareOp,
    left: &Value,
    right: &Value,
) -> Result<bool, Fault> {
    if let (Value::List(_), Value::List(_) | Value::Set(_)) | (Value::Set(_), Value::List(_)) =
        (left, right)
        && let Some((left, right)) = keys_as_sets(host, op, left, right)
    {
        return compare(host, op, &left, &right);
    }
    match op {
        CompareOp::Equal => Ok(equals(left, right)),
        CompareOp::NotEqual => Ok(!equals(left, right)),
        CompareOp::Is => Ok(is_same(left, right)),
        CompareOp::IsNot => Ok(!is_same(left, right)),
        CompareOp::In => contains(host, right, left),
        CompareOp::NotIn => contains(host, right, left).map(|found| !found),
        CompareOp::Less => ordered(host, op, left, right, Ordering::is_lt),
        CompareOp::LessEqual => ordered(host, op, left, right, Ordering::is_le),
        CompareOp::Greater => ordered(host, op, left, right, Ordering::is_gt),
        CompareOp::GreaterEqual => ordered(host, op, left, right, Ordering::is_ge),
    }
}

/// Keys of a dict beside a set or other keys: both as sets, as Python compares them. `None` for other
/// lists, and where an entry of a dict cannot be in a set.
fn keys_as_sets(
    host: &mut dyn Host,
    op: CompareOp,
    left: &Value,
    right: &Value,
) -> Option<(Value, Value)> {
    let is_keys = |value: &Value| matches!(value, Value::List(list) if list.is_keys());
    let fits = |value: &Value| is_keys(value) || matches!(value, Value::Set(_));
    let looks_inside =
        matches!(op, CompareOp::Is | CompareOp::IsNot | CompareOp::In | CompareOp::NotIn);
    if looks_inside || !fits(left) || !fits(right) {
        return None;
    }
    let mut set = |value: &Value| members(host, value).ok().map(|m| Value::Set(Set::new(m)));
    Some((set(left)?, set(right)?))
}

fn ordered(
    host: &mut dyn Host,
    op: CompareOp,
    left: &Value,
    right: &Value,
    test: impl FnOnce(Ordering) -> bool,
) -> Result<bool, Fault> {
    for side in [left, right] {
        if let Value::Failed(failed) = side {
            return Err(failed_used(failed));
        }
    }
    match value::compare(left, right)? {
        Some(order) => Ok(test(order)),
        None => {
            // NaN and sets that overlap are unordered in Python too; `None` is not.
            let is_none = |value: &Value| matches!(value, Value::None | Value::Unset);
            let unordered = |value: &Value| matches!(value, Value::Float(_) | Value::Set(_));
            if is_none(left) || is_none(right) || !(unordered(left) || unordered(right)) {
                let sign = match op {
                    CompareOp::Less => "<",
                    CompareOp::LessEqual => "<=",
                    CompareOp::Greater => ">",
                    _ => ">=",
                };
                host.note(
                    Code::NoneCompared,
                    format!("None was compared with {sign}, which is false"),
                );
            }
            Ok(false)
        }
    }
}

/// `left is right`: the same container, or equal values of the same type.
pub fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(a), Value::List(b)) => a.same(b),
        (Value::Dict(a), Value::Dict(b)) => a.same(b),
        (Value::Set(a), Value::Set(b)) => a.same(b),
        (Value::Tuple(a), Value::Tuple(b)) => {
            std::ptr::eq(a.as_ptr(), b.as_ptr()) && a.len() == b.len()
        }
        (Value::Match(a), Value::Match(b)) => Rc::ptr_eq(a, b),
        (Value::Function(a), Value::Function(b)) => same_function(a, b),
        _ => left.ty() == right.ty() && equals(left, right),
    }
}

fn same_function(a: &Rc<Function>, b: &Rc<Function>) -> bool {
    equals(&Value::Function(a.clone()), &Value::Function(b.clone()))
}

/// `item in container`: a part of a text, an item of a list, tuple or set, a key of a dict.
///
/// # Errors
/// When the container holds nothing, or the item cannot be in it.
pub fn contains(host: &mut dyn Host, container: &Value, item: &Value) -> Result<bool, Fault> {
    match container {
        Value::Text(text) => text_contains(host, text, item),
        Value::Match(m) => text_contains(host, &m.whole(), item),
        // What gives its items once is used up to the item that was looked for.
        Value::List(list) if matches!(list.position(), Some(Position::At(_))) => {
            found_next(host, container, item)
        }
        Value::List(list) => list_contains(host, list, item),
        Value::Tuple(items) => {
            host.spend(items.len() as u64 / 8)?;
            Ok(items.iter().any(|other| equals(other, item)))
        }
        Value::Dict(dict) => {
            hashable(item)?;
            Ok(dict.map().contains_key(item))
        }
        Value::Set(set) => {
            // A set may be looked for in a set of frozen sets.
            if !matches!(item, Value::Set(_)) {
                hashable(item)?;
            }
            Ok(set.members().contains(item))
        }
        Value::Iterator(_) => found_next(host, container, item),
        Value::Failed(failed) => Err(failed_used(failed)),
        Value::None | Value::Unset => {
            Err(Fault::new(Code::WrongType, "cannot look into None with `in`")
                .with_help("the value may be a search that found nothing: test it with if first"))
        }
        other => {
            let message = format!("cannot look into {} with `in`", other.ty().with_article());
            Err(Fault::new(Code::WrongType, message).with_help(match other {
                Value::Int(_) | Value::Float(_) => "make it a text first: str(x)",
                _ => "the right side of `in` is a text, list, tuple, set or dict",
            }))
        }
    }
}

fn found_next(host: &mut dyn Host, iterator: &Value, item: &Value) -> Result<bool, Fault> {
    while let Some(next) = take_next(iterator) {
        host.spend(1)?;
        if equals(&next, item) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn text_contains(
    host: &mut dyn Host,
    text: &crate::text::Text,
    item: &Value,
) -> Result<bool, Fault> {
    let Some(needle) = item.as_text() else {
        if let Value::Failed(failed) = item {
            return Err(failed_used(failed));
        }
        let message = format!("cannot look for {} in a text", item.ty().with_article());
        let fault = Fault::new(Code::WrongType, message);
        return Err(match item {
            Value::Int(_) | Value::Float(_) => fault.with_help("make it a text first: str(x) in t"),
            Value::List(_) | Value::Tuple(_) => {
                fault.with_help("look for each: any(x in t for x in xs)")
            }
            _ => fault,
        });
    };
    if needle.is_empty() {
        return Ok(true);
    }
    host.spend(text.byte_len() as u64 / 64)?;
    let found = memmem::find(text.unread(), needle.bytes());
    let end = found.map_or(text.byte_len(), |at| at + needle.byte_len());
    text.looked_at(0..end, Look::Searched);
    Ok(found.is_some())
}

fn list_contains(host: &mut dyn Host, list: &List, item: &Value) -> Result<bool, Fault> {
    if let Some((start, stop, step)) = list.sequence().and_then(|s| s.as_wide_range()) {
        return Ok(in_range(item, start, stop, step));
    }
    host.spend(list.len() as u64 / 8)?;
    // No program code runs while items are compared.
    Ok(match &*list.storage() {
        Storage::Values(values) => values.iter().any(|other| equals(other, item)),
        Storage::Lazy(sequence) => sequence.iter().any(|other| equals(&other, item)),
    })
}

fn in_range(item: &Value, start: i64, stop: i128, step: i64) -> bool {
    let n = match (item, Number::of(item)) {
        (Value::Big(n), _) => n.to_i128(),
        (_, Some(Number::Int(n))) => Some(i128::from(n)),
        (_, Some(Number::Float(x))) if x.fract() == 0.0 => x.to_i128(),
        _ => None,
    };
    let (Some(n), start) = (n, i128::from(start)) else { return false };
    let inside = if step > 0 { (start..stop).contains(&n) } else { n <= start && n > stop };
    inside && n.checked_sub(start).is_some_and(|distance| distance % i128::from(step) == 0)
}
