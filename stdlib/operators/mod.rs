//! What operators do with values. The meaning is CPython's.

mod collections;
mod compare;
mod dates;
mod float;
mod integer;
mod number;
#[cfg(test)]
mod tests;

use std::cell::RefMut;

use rlm_lang_syntax::ast::{BinaryOp, UnaryOp};
use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::format::percent_format;
use crate::host::Host;
use crate::value::{Dict, DictKind, List, Value, failed_used};

pub(crate) use collections::{combined, entries, members};
pub use compare::{compare, contains, is_same};
pub(crate) use float::scaled;
pub(crate) use integer::{check_bits, power_mod, true_divide};
pub(crate) use number::{Number, float_value};

/// Bytes that one value takes in a list.
pub(crate) const VALUE_BYTES: usize = std::mem::size_of::<Value>();

/// `left op right`.
///
/// # Errors
/// When the operator has no meaning for these values, or the result would be too large.
pub fn binary(
    host: &mut dyn Host,
    op: BinaryOp,
    left: Value,
    right: Value,
) -> Result<Value, Fault> {
    let (left, right) = match (op, left, right) {
        (BinaryOp::Add, Value::Text(a), Value::Text(b)) => return collections::append(host, a, &b),
        (_, left, right) => (left, right),
    };
    if let (Some(a), Some(b)) = (Number::of(&left), Number::of(&right)) {
        if let (Value::Bool(a), Value::Bool(b)) = (&left, &right)
            && let Some(result) = of_bools(op, *a, *b)
        {
            return Ok(Value::Bool(result));
        }
        return number::binary(host, op, &a, &b);
    }
    match (op, left, right) {
        (BinaryOp::Add, Value::Text(a), Value::Match(b)) => {
            collections::append(host, a, &b.whole())
        }
        (BinaryOp::Add, Value::Match(a), Value::Text(b)) => {
            collections::append(host, a.whole(), &b)
        }
        (BinaryOp::Add, Value::Match(a), Value::Match(b)) => {
            collections::append(host, a.whole(), &b.whole())
        }
        (BinaryOp::Add, Value::List(a), Value::List(b)) => collections::add_lists(host, &a, &b),
        (BinaryOp::Add, Value::Tuple(a), Value::Tuple(b)) => collections::add_tuples(host, &a, &b),
        (BinaryOp::Mul, left, right) => collections::multiply(host, left, right),
        (BinaryOp::Mod, Value::Text(a), b) => percent_format(host, &a, &b).map(Value::Text),
        (op, Value::Dict(a), Value::Dict(b)) => collections::dicts(host, op, &a, &b),
        (op, left @ (Value::Set(_) | Value::List(_)), right @ (Value::Set(_) | Value::List(_))) => {
            collections::sets(host, op, left, right)
        }
        (op, left @ (Value::Date(_) | Value::Duration(_)), right) => dates::binary(op, left, right),
        (op, left, right @ (Value::Date(_) | Value::Duration(_))) => dates::binary(op, left, right),
        (op, left, right) => Err(unsupported(op, &left, &right)),
    }
}

/// `left op= right`: lists, dicts and sets are changed in place as in Python, anything else gets
/// the result of [`binary`]. A text that has no other owner grows in place.
///
/// # Errors
/// As [`binary`].
pub fn augment(
    host: &mut dyn Host,
    op: BinaryOp,
    left: Value,
    right: Value,
) -> Result<Value, Fault> {
    match (op, &left) {
        (BinaryOp::Add, Value::List(list)) => {
            collections::extend(host, list, &right)?;
            Ok(left)
        }
        (BinaryOp::BitOr, Value::Dict(dict)) if !matches!(dict.kind(), DictKind::Counter) => {
            collections::merge(host, dict, &right)?;
            Ok(left)
        }
        (_, Value::List(_) | Value::Set(_) | Value::Dict(_)) => {
            let result = binary(host, op, left.clone(), right)?;
            Ok(replace(&left, result))
        }
        _ => binary(host, op, left, right),
    }
}

/// Puts the content of `result` into `target` where both are of one kind.
fn replace(target: &Value, result: Value) -> Value {
    match (target, &result) {
        (Value::List(list), Value::List(new)) => {
            let items = new.to_vec();
            *list.values_mut() = items;
            target.clone()
        }
        (Value::Set(set), Value::Set(new)) if !set.is_frozen() => {
            let members = new.members().clone();
            *set.members_mut() = members;
            target.clone()
        }
        (Value::Dict(dict), Value::Dict(new)) => {
            let map = new.map().clone();
            *dict.map_mut() = map;
            target.clone()
        }
        _ => result,
    }
}

/// `-x`, `+x`, `~x`, `not x`.
///
/// # Errors
/// When the operator has no meaning for the value.
pub fn unary(_host: &mut dyn Host, op: UnaryOp, value: Value) -> Result<Value, Fault> {
    if op == UnaryOp::Not {
        return Ok(Value::Bool(!value.truthy()));
    }
    if let Some(number) = Number::of(&value) {
        return number::unary(op, &number);
    }
    match (op, &value) {
        (UnaryOp::Minus, Value::Duration(seconds)) => dates::negated(*seconds),
        (UnaryOp::Plus, Value::Duration(_)) => Ok(value),
        (UnaryOp::Plus, Value::Dict(dict)) if is_counter(dict) => {
            Ok(Value::Dict(collections::positive(dict)))
        }
        (_, Value::Failed(failed)) => Err(failed_used(failed)),
        _ => {
            let sign = match op {
                UnaryOp::Minus => "-",
                UnaryOp::Plus => "+",
                UnaryOp::Invert => "~",
                UnaryOp::Not => "not",
            };
            let fault = Fault::new(
                Code::WrongType,
                format!("expected a number after {sign}, found {}", value.ty().with_article()),
            );
            Err(match value {
                Value::Text(_) | Value::Match(_) => {
                    fault.with_help("make it a number first: int(x), float(x) or number(x)")
                }
                _ => fault,
            })
        }
    }
}

fn of_bools(op: BinaryOp, a: bool, b: bool) -> Option<bool> {
    match op {
        BinaryOp::BitAnd => Some(a & b),
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitXor => Some(a ^ b),
        _ => None,
    }
}

fn is_counter(dict: &Dict) -> bool {
    matches!(dict.kind(), DictKind::Counter)
}

/// The sign of an operator as it is written.
pub(crate) fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::BitOr => "|",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitXor => "^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
    }
}

/// "cannot add a text and an int", with what was probably meant.
pub(crate) fn unsupported(op: BinaryOp, left: &Value, right: &Value) -> Fault {
    for side in [left, right] {
        if let Value::Failed(failed) = side {
            return failed_used(failed);
        }
    }
    let (a, b) = (left.ty().with_article(), right.ty().with_article());
    let message = match op {
        BinaryOp::Add => format!("cannot add {a} and {b}"),
        BinaryOp::Sub => format!("cannot subtract {b} from {a}"),
        BinaryOp::Mul => format!("cannot multiply {a} by {b}"),
        BinaryOp::Div | BinaryOp::FloorDiv => format!("cannot divide {a} by {b}"),
        _ => format!("cannot use {} on {a} and {b}", sign(op)),
    };
    let fault = Fault::new(Code::WrongType, message);
    match remedy(op, left, right) {
        Some(help) => fault.with_help(help),
        None => fault,
    }
}

fn remedy(op: BinaryOp, left: &Value, right: &Value) -> Option<&'static str> {
    use Value::{Date, Dict, Float, Int, List, Match, None as Nothing, Set, Text, Tuple};
    let add = op == BinaryOp::Add;
    match (left, right) {
        (Nothing, _) | (_, Nothing) => {
            Some("a search may have found nothing: test it with if first")
        }
        (Text(_) | Match(_), Int(_) | Float(_) | Value::Bool(_) | Date(_) | Value::Duration(_))
        | (Int(_) | Float(_) | Value::Bool(_) | Date(_) | Value::Duration(_), Text(_) | Match(_))
            if add =>
        {
            Some("put both into one text: f\"{a}{b}\"; or make the text a number: int(x)")
        }
        (Text(_) | Match(_), Int(_) | Float(_)) | (Int(_) | Float(_), Text(_) | Match(_)) => {
            Some("make the text a number first: int(x), float(x) or number(x)")
        }
        (Text(_) | Match(_), List(_) | Tuple(_)) if add => Some("make the list a text: join(xs)"),
        (List(_), Tuple(_)) | (Tuple(_), List(_)) if add => Some("make both lists: list(x)"),
        (List(_), _) if add => Some("xs.append(x) adds one item, xs + [x] makes a new list"),
        (_, List(_)) if add => Some("make both lists: [x] + xs"),
        (Dict(_), Dict(_)) if add => Some("merge dicts with a | b"),
        (Set(_), Set(_)) if add => Some("unite sets with a | b"),
        (Date(_), Int(_)) => Some("add days: d + timedelta(days=n)"),
        (Date(_), Text(_)) => Some("make the text a date first: date(t)"),
        _ => None,
    }
}

/// Asks for the memory of a list with `len` items.
pub(crate) fn reserve_list(host: &mut dyn Host, len: usize) -> Result<(), Fault> {
    host.spend(len as u64 / 8)?;
    host.reserve(len.saturating_mul(VALUE_BYTES))
}

/// A list's items for changing; a native sequence is paid for before it becomes values. Do not run
/// program code while it is held.
pub(crate) fn editable<'a>(
    host: &mut dyn Host,
    list: &'a List,
) -> Result<RefMut<'a, Vec<Value>>, Fault> {
    if list.sequence().is_some() {
        reserve_list(host, list.len())?;
    }
    Ok(list.values_mut())
}

/// A copy of a list's items, paid for.
pub(crate) fn copy_items(host: &mut dyn Host, list: &List) -> Result<Vec<Value>, Fault> {
    reserve_list(host, list.len())?;
    Ok(list.to_vec())
}
