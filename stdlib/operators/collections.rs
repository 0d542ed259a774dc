//! Texts, lists, tuples, dicts and sets under operators.

use num_traits::ToPrimitive;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use super::{Number, VALUE_BYTES, copy_items, editable, is_counter, reserve_list, unsupported};
use crate::convert;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{Dict, DictKind, List, Map, Members, Set, Tuple, Value, compare, hashable};

/// Texts below this size need no question about memory.
const SMALL: usize = 4096;

/// `a + b` for texts; in place if `a` has no other owner.
pub(super) fn append(host: &mut dyn Host, a: Text, b: &Text) -> Result<Value, Fault> {
    let (left, right) = (a.byte_len(), b.byte_len());
    if left + right > SMALL {
        // Growing in place mostly needs room for the addition only.
        let needed = if right > left / 4 { 2 * (left + right) } else { right };
        host.reserve(needed)?;
        host.spend(right as u64 / 64)?;
    }
    Ok(Value::Text(a.append(b)))
}

pub(super) fn add_lists(host: &mut dyn Host, a: &List, b: &List) -> Result<Value, Fault> {
    reserve_list(host, a.len().saturating_add(b.len()))?;
    let mut items = Vec::with_capacity(a.len() + b.len());
    items.append(&mut a.to_vec());
    items.append(&mut b.to_vec());
    Ok(Value::list(items))
}

pub(super) fn add_tuples(host: &mut dyn Host, a: &Tuple, b: &Tuple) -> Result<Value, Fault> {
    reserve_list(host, a.len() + b.len())?;
    Ok(Value::tuple(a.iter().chain(b.iter()).cloned().collect()))
}

/// `list += more`, for anything that can be walked.
pub(crate) fn extend(host: &mut dyn Host, list: &List, more: &Value) -> Result<(), Fault> {
    let items = match more {
        Value::Text(text) => {
            reserve_list(host, text.char_len())?;
            more.items()?.to_vec()
        }
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::Iterator(_) => {
            let items = more.items()?;
            copy_items(host, &items)?
        }
        Value::Failed(_) => return Err(convert::expected("a list", more)),
        other => {
            return Err(
                convert::expected("a list after +=", other).with_help("xs.append(x) adds one item")
            );
        }
    };
    // The whole list may be copied to make room.
    host.reserve(list.len().saturating_mul(VALUE_BYTES))?;
    editable(host, list)?.extend(items);
    list.drop_surplus(true);
    Ok(())
}

/// `sequence * count`, `count * sequence`.
pub(super) fn multiply(host: &mut dyn Host, left: Value, right: Value) -> Result<Value, Fault> {
    let (sequence, count) =
        if Number::of(&left).is_some() { (&right, &left) } else { (&left, &right) };
    if matches!(sequence, Value::Duration(_)) {
        return super::dates::binary(BinaryOp::Mul, left, right);
    }
    let times = match Number::of(count) {
        Some(Number::Int(n)) => n.max(0).to_usize().unwrap_or(usize::MAX),
        Some(Number::Big(n)) => {
            if n.sign() == num_bigint::Sign::Minus {
                0
            } else {
                usize::MAX
            }
        }
        Some(Number::Float(_)) | None => return Err(unsupported(BinaryOp::Mul, &left, &right)),
    };
    match sequence {
        Value::Text(_) | Value::Match(_) => {
            let text = sequence.as_text().unwrap_or_default();
            repeat_text(host, &text, times)
        }
        Value::List(list) => {
            let items = copy_items(host, list)?;
            repeat(host, &items, times).map(Value::list)
        }
        Value::Tuple(items) => repeat(host, items, times).map(Value::tuple),
        _ => Err(unsupported(BinaryOp::Mul, &left, &right)),
    }
}

fn repeat_text(host: &mut dyn Host, text: &Text, times: usize) -> Result<Value, Fault> {
    let bytes = text.byte_len().saturating_mul(times);
    if bytes > SMALL {
        host.reserve(bytes)?;
        host.spend(bytes as u64 / 64)?;
    }
    Ok(match times {
        1 => Value::Text(text.clone()),
        _ if bytes == 0 => Value::Text(Text::empty()),
        _ => Value::text(text.to_str().repeat(times)),
    })
}

fn repeat(host: &mut dyn Host, items: &[Value], times: usize) -> Result<Vec<Value>, Fault> {
    if items.is_empty() || times == 0 {
        return Ok(Vec::new());
    }
    reserve_list(host, items.len().saturating_mul(times))?;
    let mut all = Vec::with_capacity(items.len() * times);
    for _ in 0..times {
        all.extend_from_slice(items);
    }
    Ok(all)
}

/// `|`, `&`, `-`, `^` on sets. A list on one side counts as a set: `d.keys()` is a list here.
pub(super) fn sets(
    host: &mut dyn Host,
    op: BinaryOp,
    left: Value,
    right: Value,
) -> Result<Value, Fault> {
    let is_set_op =
        matches!(op, BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Sub | BinaryOp::BitXor);
    if !is_set_op {
        return Err(unsupported(op, &left, &right));
    }
    let frozen = matches!(&left, Value::Set(s) if s.is_frozen());
    let (a, b) = (members(host, &left)?, members(host, &right)?);
    let result = combined(op, a, &b);
    let set = Set::new(result);
    if frozen {
        set.freeze();
    }
    Ok(Value::Set(set))
}

/// The members of anything that can be walked.
pub(crate) fn members(host: &mut dyn Host, value: &Value) -> Result<Members, Fault> {
    if let Value::Set(set) = value {
        reserve_list(host, set.len().saturating_mul(2))?;
        return Ok(set.members().clone());
    }
    let items = value.items()?;
    reserve_list(host, items.len().saturating_mul(2))?;
    let mut members = Members::with_capacity_and_hasher(items.len(), Default::default());
    for item in items.iter() {
        hashable(&item)?;
        members.insert(item);
    }
    Ok(members)
}

/// The members of `a op b`, in the order of `a`, then of `b`.
pub(crate) fn combined(op: BinaryOp, mut a: Members, b: &Members) -> Members {
    match op {
        BinaryOp::BitAnd => a.retain(|m| b.contains(m)),
        BinaryOp::Sub => a.retain(|m| !b.contains(m)),
        BinaryOp::BitXor => {
            let only_b: Vec<Value> = b.iter().filter(|m| !a.contains(*m)).cloned().collect();
            a.retain(|m| !b.contains(m));
            a.extend(only_b);
        }
        _ => a.extend(b.iter().cloned()),
    }
    a
}

/// `a | b` for dicts; `+`, `-`, `|`, `&` for counters.
pub(super) fn dicts(host: &mut dyn Host, op: BinaryOp, a: &Dict, b: &Dict) -> Result<Value, Fault> {
    if is_counter(a) {
        return counters(host, op, a, b).map(Value::Dict);
    }
    if op != BinaryOp::BitOr {
        let fault = unsupported(op, &Value::Dict(a.clone()), &Value::Dict(b.clone()));
        return Err(match op {
            BinaryOp::Sub | BinaryOp::BitAnd => fault.with_help("make both counters: Counter(d)"),
            _ => fault,
        });
    }
    reserve_list(host, (a.len() + b.len()).saturating_mul(3))?;
    let mut map = a.map().clone();
    map.extend(b.map().iter().map(|(k, v)| (k.clone(), v.clone())));
    Ok(Value::Dict(Dict::of_kind(map, a.kind().clone())))
}

/// Counters keep positive counts only, as in Python.
fn counters(host: &mut dyn Host, op: BinaryOp, a: &Dict, b: &Dict) -> Result<Dict, Fault> {
    if !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::BitOr | BinaryOp::BitAnd) {
        return Err(unsupported(op, &Value::Dict(a.clone()), &Value::Dict(b.clone())));
    }
    reserve_list(host, (a.len() + b.len()).saturating_mul(3))?;
    let mut keys = a.keys();
    if op != BinaryOp::BitAnd {
        let only_b: Vec<Value> =
            b.map().keys().filter(|k| !a.map().contains_key(*k)).cloned().collect();
        keys.extend(only_b);
    }
    let mut map = Map::default();
    for key in keys {
        let count = |dict: &Dict| dict.get(&key).unwrap_or(Value::Int(0));
        let (x, y) = (count(a), count(b));
        let result = match op {
            BinaryOp::Add | BinaryOp::Sub => super::binary(host, op, x, y)?,
            _ => {
                let less = compare(&x, &y)? == Some(std::cmp::Ordering::Less);
                if less == (op == BinaryOp::BitOr) { y } else { x }
            }
        };
        if is_positive(&result) {
            map.insert(key, result);
        }
    }
    Ok(Dict::of_kind(map, DictKind::Counter))
}

fn is_positive(count: &Value) -> bool {
    matches!(compare(count, &Value::Int(0)), Ok(Some(std::cmp::Ordering::Greater)))
}

/// `+counter`: the positive counts.
pub(super) fn positive(dict: &Dict) -> Dict {
    let map = dict.map();
    let kept = map.iter().filter(|(_, v)| is_positive(v));
    let map = kept.map(|(k, v)| (k.clone(), v.clone())).collect();
    Dict::of_kind(map, DictKind::Counter)
}

/// `dict |= other` and `dict.update(other)`: another dict, or pairs.
pub(crate) fn merge(host: &mut dyn Host, dict: &Dict, other: &Value) -> Result<(), Fault> {
    let entries = entries(host, other)?;
    dict.map_mut().extend(entries);
    Ok(())
}

/// The entries of a dict, or of a list of pairs.
pub(crate) fn entries(host: &mut dyn Host, value: &Value) -> Result<Vec<(Value, Value)>, Fault> {
    if let Value::Dict(other) = value {
        reserve_list(host, other.len().saturating_mul(5))?;
        return Ok(other.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect());
    }
    let items = match value {
        Value::Text(_) | Value::Match(_) => return Err(not_pairs(value)),
        _ => value.items().map_err(|_| not_pairs(value))?,
    };
    reserve_list(host, items.len().saturating_mul(5))?;
    let mut entries = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let pair = match &item {
            Value::Tuple(_) | Value::List(_) | Value::Text(_) => item.items()?.to_vec(),
            _ => Vec::new(),
        };
        let [key, value] = <[Value; 2]>::try_from(pair).map_err(|pair| {
            Fault::new(
                Code::BadValue,
                match pair.len() {
                    0 => format!("item {index} is {}, no pair", item.ty().with_article()),
                    n => format!("item {index} has {n} items, a pair has 2"),
                },
            )
            .with_help("a dict is made of pairs: dict([(\"a\", 1), (\"b\", 2)])")
        })?;
        hashable(&key)?;
        entries.push((key, value));
    }
    Ok(entries)
}

fn not_pairs(value: &Value) -> Fault {
    convert::expected("a dict or a list of pairs", value)
}
