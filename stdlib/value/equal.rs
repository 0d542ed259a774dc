//! Equality, hashing and order of values, as in Python: `1 == 1.0 == True`, texts by content,
//! lists and tuples item by item, dicts and sets without regard to order.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::meter;
use crate::value::{Function, List, Value};

/// Whether two values are equal. Worthless for values that are nested too deeply or too large: see
/// [`meter`], which tells.
pub fn equals(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Unset | Value::None, Value::Unset | Value::None) => true,
        (Value::Text(x), Value::Text(y)) => {
            count_bytes(x.byte_len().min(y.byte_len()));
            x == y
        }
        (Value::Match(x), Value::Match(y)) => Rc::ptr_eq(x, y) || x.whole() == y.whole(),
        (Value::Match(x), Value::Text(y)) | (Value::Text(y), Value::Match(x)) => x.whole() == *y,
        (Value::List(x), Value::List(y)) => {
            x.same(y)
                || same_range(x, y).unwrap_or_else(|| {
                    x.len() == y.len() && all(x.iter().zip(y.iter()), |(p, q)| equals(p, q))
                })
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            x.len() == y.len() && all(x.iter().zip(y.iter()), |(p, q)| equals(p, q))
        }
        (Value::Dict(x), Value::Dict(y)) => {
            let (mx, my) = (x.map(), y.map());
            x.same(y)
                || mx.len() == my.len()
                    && all(mx.iter(), |(k, v)| my.get(*k).is_some_and(|w| equals(v, w)))
        }
        (Value::Set(x), Value::Set(y)) => {
            let (mx, my) = (x.members(), y.members());
            x.same(y) || mx.len() == my.len() && all(mx.iter(), |m| my.contains(*m))
        }
        (Value::Function(x), Value::Function(y)) => same_function(x, y),
        (Value::Pattern(x), Value::Pattern(y)) => x.source == y.source,
        (Value::Date(x), Value::Date(y)) => x == y,
        (Value::Duration(x), Value::Duration(y)) => x == y,
        (Value::Failed(x), Value::Failed(y)) => x == y,
        (Value::Iterator(x), Value::Iterator(y)) => Rc::ptr_eq(x, y),
        (Value::Object(x), Value::Object(y)) => Rc::ptr_eq(x, y),
        _ => numbers_equal(a, b),
    }
}

/// Whether all pass, one level deeper; what was looked at is counted.
fn all<T>(items: impl Iterator<Item = T>, mut passes: impl FnMut(&T) -> bool) -> bool {
    let Some(_level) = meter::descend() else { return false };
    let mut looked_at = 0;
    let passed = items.into_iter().all(|item| {
        looked_at += 1;
        // A list of a billion items would else be counted when it is done.
        (looked_at % COUNTED != 0 || meter::walk(COUNTED)) && passes(&item)
    });
    meter::walk(looked_at % COUNTED);
    passed
}

/// Items between two counts.
const COUNTED: u64 = 1024;

/// Counts the bytes of texts, where they are many: some are compared in the time of an item.
#[inline]
fn count_bytes(bytes: usize) {
    const FREE: usize = 256;
    if bytes > FREE {
        meter::walk(bytes as u64 / 16);
    }
}

/// Whether two ranges hold the same numbers, without walking them; `None` for other lists.
fn same_range(x: &List, y: &List) -> Option<bool> {
    let (start, _, step) = x.sequence()?.as_range()?;
    let (other_start, _, other_step) = y.sequence()?.as_range()?;
    let len = x.len();
    let same_items = start == other_start && (len == 1 || step == other_step);
    Some(len == y.len() && (len == 0 || same_items))
}

/// A builtin is the same wherever it was named; methods are if their receivers are.
fn same_function(x: &Rc<Function>, y: &Rc<Function>) -> bool {
    match (&**x, &**y) {
        (Function::Builtin(a), Function::Builtin(b)) => std::ptr::eq(*a, *b),
        (Function::Kind(a), Function::Kind(b)) => a == b,
        (
            Function::Method { receiver: a, builtin: f },
            Function::Method { receiver: b, builtin: g },
        ) => std::ptr::eq(*f, *g) && all(std::iter::once((a, b)), |(a, b)| equals(a, b)),
        _ => Rc::ptr_eq(x, y),
    }
}

fn numbers_equal(a: &Value, b: &Value) -> bool {
    match (Number::of(a), Number::of(b)) {
        (Some(x), Some(y)) => x.compare(&y) == Some(Ordering::Equal),
        _ => false,
    }
}

/// A number of any kind, borrowed.
enum Number<'a> {
    Int(i64),
    Big(&'a BigInt),
    Float(f64),
}

impl<'a> Number<'a> {
    fn of(value: &'a Value) -> Option<Number<'a>> {
        match value {
            Value::Bool(b) => Some(Number::Int(i64::from(*b))),
            Value::Int(n) => Some(Number::Int(*n)),
            Value::Big(n) => Some(Number::Big(n)),
            Value::Float(x) => Some(Number::Float(*x)),
            _ => None,
        }
    }

    fn compare(&self, other: &Number<'_>) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(b)),
            (Number::Big(a), Number::Big(b)) => Some(a.cmp(b)),
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(b),
            (Number::Int(a), Number::Float(b)) => compare_int_float(*a, *b),
            (Number::Float(a), Number::Int(b)) => compare_int_float(*b, *a).map(Ordering::reverse),
            (Number::Int(a), Number::Big(b)) => Some(BigInt::from(*a).cmp(b)),
            (Number::Big(a), Number::Int(b)) => Some((**a).cmp(&BigInt::from(*b))),
            (Number::Big(a), Number::Float(b)) => compare_big_float(a, *b),
            (Number::Float(a), Number::Big(b)) => compare_big_float(b, *a).map(Ordering::reverse),
        }
    }
}

/// Exact comparison: 2**53 + 1 and its nearest float differ.
fn compare_int_float(a: i64, b: f64) -> Option<Ordering> {
    const EXACT: i64 = 1 << 53;
    #[allow(clippy::cast_precision_loss)] // exact within the range
    if (-EXACT..=EXACT).contains(&a) {
        return (a as f64).partial_cmp(&b);
    }
    compare_big_float(&BigInt::from(a), b)
}

fn compare_big_float(a: &BigInt, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b.is_infinite() {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = BigInt::from_f64(b.trunc())?;
    let fraction = b.fract();
    Some(a.cmp(&whole).then(if fraction > 0.0 {
        Ordering::Less
    } else if fraction < 0.0 {
        Ordering::Greater
    } else {
        Ordering::Equal
    }))
}

/// The order of two values; `None` where neither is smaller (`None`, NaN).
///
/// # Errors
/// When values of these types have no order.
pub fn compare(a: &Value, b: &Value) -> Result<Option<Ordering>, Fault> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => return Ok(Some(x.cmp(y))),
        (Value::Text(x), Value::Text(y)) => {
            count_bytes(x.byte_len().min(y.byte_len()));
            return Ok(Some(x.cmp(y)));
        }
        (Value::Unset | Value::None, _) | (_, Value::Unset | Value::None) => return Ok(None),
        (Value::List(x), Value::List(y)) => {
            return compare_items(x.len(), y.len(), x.iter().zip(y.iter()));
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            let pairs = x.iter().cloned().zip(y.iter().cloned());
            return compare_items(x.len(), y.len(), pairs);
        }
        (Value::Set(x), Value::Set(y)) => return Ok(compare_sets(x, y)),
        (Value::Date(x), Value::Date(y)) => return Ok(Some(x.cmp(y))),
        (Value::Duration(x), Value::Duration(y)) => return Ok(Some(x.cmp(y))),
        _ => {}
    }
    if let (Some(x), Some(y)) = (Number::of(a), Number::of(b)) {
        return Ok(x.compare(&y));
    }
    if let (Some(x), Some(y)) = (a.as_text(), b.as_text()) {
        return Ok(Some(x.cmp(&y)));
    }
    for side in [a, b] {
        if let Value::Failed(failed) = side {
            return Err(super::failed_used(failed));
        }
    }
    let message =
        format!("cannot compare {} with {}", a.ty().with_article(), b.ty().with_article());
    let fault = Fault::new(Code::WrongType, message);
    Err(match (a, b) {
        (Value::Text(_), Value::Int(_) | Value::Float(_)) => {
            fault.with_help("make the text a number first: int(x), float(x) or number(x)")
        }
        _ => fault,
    })
}

/// Lexicographic order: the first pair of unequal items decides, then the length.
fn compare_items(
    len_a: usize,
    len_b: usize,
    pairs: impl Iterator<Item = (Value, Value)>,
) -> Result<Option<Ordering>, Fault> {
    let Some(_level) = meter::descend() else { return Err(meter::too_deep()) };
    for (x, y) in pairs {
        if !meter::walk(1) {
            return Ok(None);
        }
        if !equals(&x, &y) {
            return compare(&x, &y);
        }
    }
    Ok(Some(len_a.cmp(&len_b)))
}

/// Subset order, as in Python: less means a proper subset.
fn compare_sets(x: &super::Set, y: &super::Set) -> Option<Ordering> {
    let (a, b) = (x.members(), y.members());
    let inside = all(a.iter(), |m| b.contains(*m));
    let around = all(b.iter(), |m| a.contains(*m));
    match (inside, around) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}

/// Checks that a value can be a key of a dict or a member of a set.
///
/// # Errors
/// For lists, dicts and sets, also inside tuples.
pub fn hashable(value: &Value) -> Result<(), Fault> {
    match value {
        Value::List(_) => Err(Fault::new(Code::WrongType, "a list cannot be a key")
            .with_help("make it a tuple first: tuple(xs)")),
        Value::Dict(_) => Err(Fault::new(Code::WrongType, "a dict cannot be a key")
            .with_help("use one of its fields, or tuple(sorted(d.items()))")),
        Value::Set(s) if !s.is_frozen() => {
            Err(Fault::new(Code::WrongType, "a set cannot be a key")
                .with_help("make it a tuple first: tuple(sorted(s))"))
        }
        Value::Failed(failed) => Err(super::failed_used(failed)),
        Value::Tuple(items) => {
            let level = meter::descend();
            if level.is_none() || !meter::walk(items.len() as u64) {
                return Err(meter::too_deep());
            }
            items.iter().try_for_each(hashable)
        }
        _ => Ok(()),
    }
}

impl PartialEq for Value {
    #[inline]
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => a == b,
            _ => equals(self, other),
        }
    }
}

// NaN is not equal to itself, so it is never found again as a key: as in Python for two NaNs.
impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Value::Unset | Value::None => state.write_u8(0),
            Value::Bool(b) => hash_int(i64::from(*b), state),
            Value::Int(n) => hash_int(*n, state),
            Value::Big(n) => n.hash(state),
            Value::Float(x) => hash_float(*x, state),
            Value::Text(t) => {
                count_bytes(t.byte_len());
                t.hash(state);
            }
            Value::Match(m) => m.whole().hash(state),
            Value::Tuple(items) => {
                state.write_usize(items.len());
                if let Some(_level) = meter::descend() {
                    meter::walk(items.len() as u64);
                    items.iter().for_each(|item| item.hash(state));
                }
            }
            Value::Set(s) => state.write_usize(s.len()),
            Value::Date(d) => d.hash(state),
            Value::Duration(seconds) => state.write_i64(*seconds),
            // By name, so that equal ones agree; names of functions are few.
            Value::Function(f) => f.name().hash(state),
            Value::Pattern(p) => p.source.hash(state),
            // Never keys: `hashable` refuses them.
            Value::List(_) | Value::Dict(_) | Value::Failed(_) | Value::Iterator(_) => {}
            // Equal only to itself.
            Value::Object(x) => state.write_usize(Rc::as_ptr(x).addr()),
        }
    }
}

fn hash_int<H: Hasher>(n: i64, state: &mut H) {
    state.write_i64(n);
}

/// Whole floats hash like the integer they equal.
fn hash_float<H: Hasher>(x: f64, state: &mut H) {
    if x.fract() == 0.0 {
        if let Some(n) = x.to_i64() {
            return hash_int(n, state);
        }
        if let Some(big) = BigInt::from_f64(x) {
            return big.hash(state);
        }
    }
    state.write_u64(x.to_bits());
}
