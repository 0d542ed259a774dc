//! Methods of dicts, counters included.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::{Items, expected};
use crate::counting::{add_counts, by_count, by_name};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{self, reserve_list};
use crate::subscript;
use crate::value::{Dict, DictKind, List, Map, Value, hashable};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &GET,
    &KEYS,
    &VALUES,
    &ITEMS,
    &SETDEFAULT,
    &UPDATE,
    &POP,
    &POPITEM,
    &CLEAR,
    &COPY,
    &FROMKEYS,
    &MOST_COMMON,
    &ELEMENTS,
    &TOTAL,
    &SUBTRACT,
    &MOVE_TO_END,
    &HAS_KEY,
];

/// The value of a key, or the default if the dict does not have it.
///
/// ```rlm
/// {"a": 1}.get("b", 0)  # -> 0
/// ```
#[builtin(owners(Dict), group = "dicts")]
pub fn get(
    /// The dict.
    d: Dict,
    /// The key.
    key: Value,
    /// What to give for a missing key.
    default: Option<Value>,
) -> Result<Value, Fault> {
    hashable(&key)?;
    Ok(d.get(&key).or(default).unwrap_or(Value::None))
}

/// The keys, as a list.
///
/// ```rlm
/// {"a": 1, "b": 2}.keys()  # -> ['a', 'b']
/// ```
#[builtin(owners(Dict), group = "dicts", returns = List)]
pub fn keys(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
) -> Result<List, Fault> {
    reserve_list(host, d.len())?;
    Ok(List::of_keys(d.keys()))
}

/// The values, as a list.
///
/// ```rlm
/// {"a": 1, "b": 2}.values()  # -> [1, 2]
/// ```
#[builtin(owners(Dict), group = "dicts", returns = List)]
pub fn values(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, d.len())?;
    Ok(d.map().values().cloned().collect())
}

/// Pairs of key and value, as a list of tuples.
///
/// ```rlm
/// {"a": 1}.items()  # -> [('a', 1)]
/// ```
#[builtin(owners(Dict), group = "dicts", returns = List, aliases("entries"))]
pub fn items(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
) -> Result<List, Fault> {
    reserve_list(host, d.len().saturating_mul(4))?;
    Ok(List::of_keys(pairs(&d)))
}

fn pairs(d: &Dict) -> Vec<Value> {
    d.map().iter().map(|(k, v)| Value::tuple(vec![k.clone(), v.clone()])).collect()
}

/// The value of a key; a missing key gets the default first.
///
/// ```rlm
/// d = {}
/// d.setdefault("a", []).append(1)
/// d  # -> {'a': [1]}
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn setdefault(
    /// The dict.
    d: Dict,
    /// The key.
    key: Value,
    /// The value for a missing key.
    default: Option<Value>,
) -> Result<Value, Fault> {
    hashable(&key)?;
    let default = default.unwrap_or(Value::None);
    let value = d.map_mut().entry(key).or_insert(default).clone();
    Ok(value)
}

/// Sets keys from another dict or from a list of pairs.
///
/// A counter adds the counts of another one, or counts the items of a list.
///
/// ```rlm
/// d = {"a": 1}
/// d.update({"a": 2, "b": 3})
/// d  # -> {'a': 2, 'b': 3}
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn update(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
    /// A dict or a list of pairs.
    other: Option<Value>,
    /// Further keys and values.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<(), Fault> {
    let named = (!named.is_empty()).then(|| by_name(named));
    for other in other.into_iter().chain(named) {
        match d.kind() {
            DictKind::Counter => add_counts(host, &d, &other, BinaryOp::Add)?,
            _ => drop(operators::augment(host, BinaryOp::BitOr, Value::Dict(d.clone()), other)?),
        }
    }
    Ok(())
}

/// Removes a key and gives its value.
///
/// ```rlm
/// d = {"a": 1}
/// d.pop("b", 0)  # -> 0
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn pop(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
    /// The key.
    key: Value,
    /// What to give for a missing key, instead of an error.
    #[default(unset)]
    default: Value,
) -> Result<Value, Fault> {
    hashable(&key)?;
    // What stands behind the key moves up.
    let behind = d.map().get_index_of(&key).map_or(0, |at| d.len() - at);
    host.spend(behind as u64 / 64)?;
    let removed = d.map_mut().shift_remove(&key);
    match (removed, default) {
        (Some(value), _) => Ok(value),
        (None, Value::Unset) => Err(subscript::no_key(&d, &key)),
        (None, default) => Ok(default),
    }
}

/// Removes the last key and gives it with its value, as a tuple.
///
/// ```rlm
/// {"a": 1, "b": 2}.popitem()  # -> ('b', 2)
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn popitem(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
    /// Whether to take the last key, not the first.
    #[default(true)]
    last: bool,
) -> Result<Value, Fault> {
    let popped = if last {
        d.map_mut().pop()
    } else {
        host.spend(d.len() as u64 / 64)?;
        d.map_mut().shift_remove_index(0)
    };
    match popped {
        Some((key, value)) => Ok(Value::tuple(vec![key, value])),
        None => Err(Fault::new(Code::NotFound, "popitem from an empty dict")
            .of_class("KeyError")
            .with_help("test it first: if d")),
    }
}

/// Removes all keys.
///
/// ```rlm
/// d = {"a": 1}
/// d.clear()
/// d  # -> {}
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn clear(
    /// The dict.
    d: Dict,
) {
    let old = std::mem::take(&mut *d.map_mut());
    drop(old);
}

/// A new dict of the same kind with the same keys and values.
///
/// ```rlm
/// {"a": 1}.copy()  # -> {'a': 1}
/// ```
#[builtin(owners(Dict), group = "dicts", aliases("clone"))]
pub fn copy(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
) -> Result<Dict, Fault> {
    reserve_list(host, d.len().saturating_mul(3))?;
    let map = d.map().clone();
    Ok(Dict::of_kind(map, d.kind().clone()))
}

/// A dict with these keys and the same value for each: `dict.fromkeys(xs)`.
///
/// ```rlm
/// dict.fromkeys(["a", "b"], 0)  # -> {'a': 0, 'b': 0}
/// ```
#[builtin(name = "dict.fromkeys", group = "dicts", returns = Dict, aliases("OrderedDict.fromkeys", "collections.OrderedDict.fromkeys"))]
pub fn fromkeys(
    host: &mut dyn Host,
    /// The keys.
    #[aliases("iterable")]
    keys: Items,
    /// The value of each.
    value: Option<Value>,
) -> Result<Dict, Fault> {
    let value = value.unwrap_or(Value::None);
    reserve_list(host, keys.0.len().saturating_mul(3))?;
    let mut map = Map::default();
    for key in keys.0.iter() {
        hashable(&key)?;
        map.insert(key, value.clone());
    }
    Ok(Dict::new(map))
}

/// The keys with the highest counts: tuples of key and count, highest first.
///
/// Of equal counts the key that came first is first.
///
/// ```rlm
/// Counter("banana").most_common(2)  # -> [('a', 3), ('n', 2)]
/// ```
#[builtin(owners(Dict), group = "dicts", returns = List)]
pub fn most_common(
    host: &mut dyn Host,
    /// The counter, or any dict with numbers.
    d: Dict,
    /// How many; all, if not given.
    #[aliases("k", "limit", "top_k", "max")]
    n: Option<i64>,
) -> Result<Vec<Value>, Fault> {
    let mut sorted = by_count(host, &d)?;
    if let Some(n) = n {
        sorted.truncate(usize::try_from(n).unwrap_or(0));
    }
    Ok(sorted)
}

/// Each key as often as its count says, as a list.
///
/// ```rlm
/// Counter({"a": 2, "b": 1}).elements()  # -> ['a', 'a', 'b']
/// ```
#[builtin(owners(Dict), group = "dicts", returns = List)]
pub fn elements(
    host: &mut dyn Host,
    /// The counter.
    d: Dict,
) -> Result<Vec<Value>, Fault> {
    let mut elements = Vec::new();
    for (key, count) in d.map().iter() {
        let count = match count {
            Value::Int(n) => usize::try_from(*n).unwrap_or(0),
            Value::Bool(b) => usize::from(*b),
            Value::Big(n) if n.sign() == num_bigint::Sign::Minus => 0,
            Value::Big(_) => usize::MAX,
            other => return Err(expected("an int as the count", other)),
        };
        reserve_list(host, elements.len().saturating_add(count))?;
        elements.extend(std::iter::repeat_n(key, count).cloned());
    }
    Ok(elements)
}

/// The sum of the counts.
///
/// ```rlm
/// Counter("banana").total()  # -> 6
/// ```
#[builtin(owners(Dict), group = "dicts")]
pub fn total(
    host: &mut dyn Host,
    /// The counter.
    d: Dict,
) -> Result<Value, Fault> {
    let mut total = Value::Int(0);
    host.spend(d.len() as u64)?;
    for count in d.map().values() {
        total = operators::binary(host, BinaryOp::Add, total, count.clone())?;
    }
    Ok(total)
}

/// Subtracts counts: those of another counter, or one for each item of a list.
///
/// ```rlm
/// c = Counter("aab")
/// c.subtract("ab")
/// c["a"]  # -> 1
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn subtract(
    host: &mut dyn Host,
    /// The counter.
    d: Dict,
    /// A dict of counts, or a list of items.
    other: Value,
) -> Result<(), Fault> {
    add_counts(host, &d, &other, BinaryOp::Sub)
}

/// Moves a key to the end of the dict, or to its beginning.
///
/// ```rlm
/// d = {"a": 1, "b": 2}
/// d.move_to_end("a")
/// d.keys()  # -> ['b', 'a']
/// ```
#[builtin(owners(Dict), group = "dicts", effect = Mutates)]
pub fn move_to_end(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
    /// The key.
    key: Value,
    /// Whether to move it to the end, not to the beginning.
    #[default(true)]
    last: bool,
) -> Result<(), Fault> {
    hashable(&key)?;
    host.spend(d.len() as u64 / 64)?;
    let from = d.map().get_index_of(&key);
    let Some(from) = from else { return Err(subscript::no_key(&d, &key)) };
    let to = if last { d.len() - 1 } else { 0 };
    d.map_mut().move_index(from, to);
    Ok(())
}

/// Whether the dict has a key; the language says `key in d`.
///
/// ```rlm
/// {"a": 1}.has_key("a")  # -> True
/// ```
#[builtin(owners(Dict), group = "dicts", aliases("containsKey", "contains_key", "hasOwnProperty"))]
pub fn has_key(
    host: &mut dyn Host,
    /// The dict.
    d: Dict,
    /// The key.
    key: Value,
) -> Result<bool, Fault> {
    host.note(Code::Habit, "`key in d` says the same as d.has_key(key)".to_string());
    hashable(&key)?;
    Ok(d.map().contains_key(&key))
}
