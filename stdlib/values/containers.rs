//! `list`, `tuple`, `set`, `frozenset`, `dict`.

use rlm_lang_macros::builtin;

use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{copy_items, entries, members};
use crate::value::{Dict, Map, Members, Set, Value};
use crate::walk::walk;

/// A new list of the items of anything that can be walked.
///
/// ```rlm
/// list({"a": 1, "b": 2})  # -> ['a', 'b']
/// ```
#[builtin(group = "values", receiver = "xs", returns = List)]
pub fn list(
    host: &mut dyn Host,
    /// A list, tuple, set, dict (its keys) or text (its characters); an empty list without it.
    #[default(unset)]
    xs: Value,
) -> Result<Vec<Value>, Fault> {
    walked(host, &xs)
}

/// A tuple of the items of anything that can be walked.
///
/// ```rlm
/// tuple([1, 2])  # -> (1, 2)
/// ```
#[builtin(group = "values", receiver = "xs", returns = Tuple)]
pub fn tuple(
    host: &mut dyn Host,
    /// What to take the items of; an empty tuple without it.
    #[default(unset)]
    xs: Value,
) -> Result<Value, Fault> {
    match xs {
        Value::Tuple(items) if items.as_record().is_some() => Ok(Value::tuple(items.to_vec())),
        Value::Tuple(_) => Ok(xs),
        other => walked(host, &other).map(Value::tuple),
    }
}

/// A set of the items of anything that can be walked, in order of first occurrence.
///
/// ```rlm
/// set([3, 1, 3])  # -> {3, 1}
/// ```
#[builtin(group = "values", receiver = "xs")]
pub fn set(
    host: &mut dyn Host,
    /// What to take the items of; an empty set without it.
    #[default(unset)]
    xs: Value,
) -> Result<Set, Fault> {
    as_members(host, &xs).map(Set::new)
}

/// A set that cannot change, and can be a key.
///
/// ```rlm
/// frozenset([1, 1])  # -> frozenset({1})
/// ```
#[builtin(group = "values", receiver = "xs")]
pub fn frozenset(
    host: &mut dyn Host,
    /// What to take the items of; an empty set without it.
    #[default(unset)]
    xs: Value,
) -> Result<Set, Fault> {
    let set = Set::new(as_members(host, &xs)?);
    set.freeze();
    Ok(set)
}

/// A new dict: a copy of another, of pairs, of keyword arguments, or of all of these.
///
/// ```rlm
/// dict(zip(["a", "b"], [1, 2]), c=3)  # -> {'a': 1, 'b': 2, 'c': 3}
/// ```
#[builtin(group = "values", receiver = "pairs")]
pub fn dict(
    host: &mut dyn Host,
    /// A dict, or pairs of key and value.
    #[default(unset)]
    pairs: Value,
    /// Further keys.
    #[keywords]
    fields: Vec<(String, Value)>,
) -> Result<Dict, Fault> {
    let mut map = match pairs {
        Value::Unset => Map::default(),
        pairs => entries(host, &pairs)?.into_iter().collect(),
    };
    map.extend(fields.into_iter().map(|(name, value)| (Value::from(name.as_str()), value)));
    Ok(Dict::new(map))
}

fn walked(host: &mut dyn Host, xs: &Value) -> Result<Vec<Value>, Fault> {
    match xs {
        Value::Unset => Ok(Vec::new()),
        xs => {
            let items = walk(host, xs)?;
            copy_items(host, &items)
        }
    }
}

fn as_members(host: &mut dyn Host, xs: &Value) -> Result<Members, Fault> {
    match xs {
        Value::Unset => Ok(Members::default()),
        Value::Set(_) => members(host, xs),
        xs => {
            let items = walk(host, xs)?;
            members(host, &Value::List(items))
        }
    }
}
