//! Dicts that count and group: `count_by`, `group_by`, `Counter`, `defaultdict`.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;

use crate::builtin::Builtin;
use crate::convert::{Items, expected};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{self, reserve_list};
use crate::sequences::sort::sort;
use crate::sequences::walk::{self, Key};
use crate::value::{Dict, DictKind, List, Map, Value, hashable};

/// The builtins of this module.
pub const ALL: &[&Builtin] =
    &[&COUNT_BY, &GROUP_BY, &COUNTER, &DEFAULTDICT, &ORDEREDDICT, &CHAINMAP];

/// How often each key occurs: a counter, most frequent first.
///
/// Of equal counts the key that came first is first. A missing key counts 0. `key` may be a function
/// or the name of a field.
///
/// ```rlm
/// count_by(["b", "a", "a"])  # -> Counter({'a': 2, 'b': 1})
/// ```
#[builtin(
    group = "records",
    receiver = "xs",
    aliases("value_counts"),
    prompt = "count_by(xs, f) counts, most frequent first"
)]
pub fn count_by(
    host: &mut dyn Host,
    /// What to count.
    xs: Items,
    /// What to count by: called with each item.
    #[aliases("by", "f")]
    key: Option<Value>,
) -> Result<Dict, Fault> {
    let counts = Dict::of_kind(Map::default(), DictKind::Counter);
    count(host, &counts, &xs.0, Key::new(key), 1)?;
    // Sorting is by the negated count: stable, so ties stay in order.
    counts.map_mut().sort_by(|_, a, _, b| match (a, b) {
        (Value::Int(a), Value::Int(b)) => b.cmp(a),
        _ => std::cmp::Ordering::Equal,
    });
    Ok(counts)
}

/// Adds `step` to the count of each item's key.
fn count(
    host: &mut dyn Host,
    counts: &Dict,
    xs: &List,
    mut key: Key,
    step: i64,
) -> Result<(), Fault> {
    let tally = |key: &Value| -> Result<(), Fault> {
        hashable(key)?;
        let mut map = counts.map_mut();
        // Most keys are there already: they are not cloned to be looked up.
        match map.get_mut(key) {
            Some(Value::Int(n)) => *n = n.saturating_add(step),
            Some(other) => *other = stepped(other, step)?,
            None => drop(map.insert(key.clone(), Value::Int(step))),
        }
        Ok(())
    };
    if key.is_identity() {
        return walk::look(host, xs, |item| tally(item).map(|()| true));
    }
    key.make(host, xs.iter())?;
    walk::each(host, xs, |host, item| {
        let key = key.of(host, &item)?;
        tally(&key).map(|()| true)
    })
}

/// A count that is no small int, one step on.
fn stepped(count: &Value, step: i64) -> Result<Value, Fault> {
    #[allow(clippy::cast_precision_loss)] // steps are 1 or -1
    match count {
        Value::Float(x) => Ok(Value::Float(x + step as f64)),
        Value::Bool(b) => Ok(Value::Int(i64::from(*b) + step)),
        Value::Big(n) => Ok(Value::int(&**n + step)),
        other => Err(expected("a number as the count", other)),
    }
}

/// `counter.update(other)` and `counter.subtract(other)`: counts of a dict, or items to count.
///
/// # Errors
/// When the counts are no numbers, or an item cannot be a key.
pub(crate) fn add_counts(
    host: &mut dyn Host,
    counts: &Dict,
    other: &Value,
    op: BinaryOp,
) -> Result<(), Fault> {
    let Value::Dict(other) = other else {
        let step = if op == BinaryOp::Sub { -1 } else { 1 };
        return count(host, counts, &other.items()?, Key::new(None), step);
    };
    reserve_list(host, other.len().saturating_mul(3))?;
    let entries: Vec<_> = other.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    for (key, value) in entries {
        let old = counts.get(&key).unwrap_or(Value::Int(0));
        let new = operators::binary(host, op, old, value)?;
        counts.insert(key, new);
    }
    Ok(())
}

/// Tuples of key and count, highest count first; ties stay in order.
///
/// # Errors
/// When the values have no order.
pub(crate) fn by_count(host: &mut dyn Host, counts: &Dict) -> Result<Vec<Value>, Fault> {
    reserve_list(host, counts.len().saturating_mul(4))?;
    let pair = |(k, v): (&Value, &Value)| Value::tuple(vec![k.clone(), v.clone()]);
    let pairs = counts.map().iter().map(pair).collect();
    sort(host, pairs, Key::new(Some(Value::Int(1))), true)
}

/// The items in groups: a dict from each key to the list of its items.
///
/// Keys are in order of first appearance. `key` may be a function or the name of a field.
///
/// ```rlm
/// group_by([1, 2, 3, 4], lambda x: x % 2)  # -> {1: [1, 3], 0: [2, 4]}
/// ```
#[builtin(group = "records", receiver = "xs", prompt = "group_by(xs, f) dict of lists")]
pub fn group_by(
    host: &mut dyn Host,
    /// What to group.
    xs: Items,
    /// What to group by: called with each item.
    #[aliases("by", "f")]
    key: Option<Value>,
) -> Result<Dict, Fault> {
    reserve_list(host, xs.0.len())?;
    let mut key = Key::new(key);
    key.make(host, xs.0.iter())?;
    let groups = Dict::new(Map::default());
    walk::each(host, &xs.0, |host, item| {
        let key = key.of(host, &item)?;
        hashable(&key)?;
        let mut map = groups.map_mut();
        if let Value::List(group) = map.entry(key).or_insert_with(|| Value::list(Vec::new())) {
            group.push(item);
        }
        Ok(true)
    })?;
    Ok(groups)
}

/// A dict of counts: of the items of a list, or as another dict says.
///
/// A missing key counts 0. `most_common(n)` gives the highest counts.
///
/// ```rlm
/// Counter(["a", "b", "a"])["a"]  # -> 2
/// ```
#[builtin(name = "Counter", group = "records", receiver = "xs")]
pub fn counter(
    host: &mut dyn Host,
    /// What to count, or a dict of counts.
    #[aliases("iterable")]
    xs: Option<Value>,
    /// Counts by name.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Dict, Fault> {
    let counts = Dict::of_kind(Map::default(), DictKind::Counter);
    match &xs {
        None => {}
        Some(Value::Dict(other)) => {
            reserve_list(host, other.len().saturating_mul(3))?;
            let map = other.map().clone();
            *counts.map_mut() = map;
        }
        Some(other) => {
            let items = other.items().map_err(|e| e.within("Counter, xs"))?;
            count(host, &counts, &items, Key::new(None), 1)?;
        }
    }
    if !named.is_empty() {
        add_counts(host, &counts, &by_name(named), BinaryOp::Add)?;
    }
    Ok(counts)
}

/// Arguments by name as a dict.
pub(crate) fn by_name(named: Vec<(String, Value)>) -> Value {
    Value::Dict(Dict::new(named.into_iter().map(|(name, v)| (Value::text(name), v)).collect()))
}

/// A dict that makes the value of a missing key by calling a function.
///
/// ```rlm
/// d = defaultdict(list)
/// d["a"].append(1)
/// d["a"]  # -> [1]
/// ```
#[builtin(group = "records")]
pub fn defaultdict(
    host: &mut dyn Host,
    /// The function, such as `list` or `int`.
    #[aliases("default_factory")]
    factory: Option<Value>,
    /// A dict or list of pairs to begin with.
    entries: Option<Value>,
    /// Further entries by name.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Dict, Fault> {
    let kind = match factory {
        None => DictKind::Plain,
        Some(Value::Function(function)) => DictKind::Default(function),
        Some(other) => {
            return Err(expected("a function", &other)
                .with_help("defaultdict(list), defaultdict(int) or defaultdict(lambda: 0)"));
        }
    };
    let dict = fill(host, Dict::of_kind(Map::default(), kind), entries)?;
    fill(host, dict, Some(by_name(named)))
}

/// Several dicts as one; the value of a key is that of the first dict that has it.
///
/// It is a new dict: it does not change with the others.
///
/// ```rlm
/// ChainMap({"a": 1}, {"a": 2, "b": 3})["a"]  # -> 1
/// ```
#[builtin(name = "ChainMap", group = "records")]
pub fn chainmap(
    host: &mut dyn Host,
    /// The dicts, the most important one first.
    #[rest]
    maps: Vec<Value>,
) -> Result<Dict, Fault> {
    let merged = Dict::new(Map::default());
    // Python walks the last one first.
    for map in maps.iter().rev() {
        let Value::Dict(map) = map else { return Err(expected("a dict", map)) };
        reserve_list(host, (merged.len() + map.len()).saturating_mul(3))?;
        host.spend(1 + map.len() as u64)?;
        let entries: Vec<_> = map.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        merged.map_mut().extend(entries);
    }
    Ok(merged)
}

/// A dict, which keeps its keys in order of insertion anyway.
///
/// ```rlm
/// OrderedDict([("b", 1), ("a", 2)])  # -> {'b': 1, 'a': 2}
/// ```
#[builtin(name = "OrderedDict", group = "records")]
pub fn ordereddict(
    host: &mut dyn Host,
    /// A dict or list of pairs.
    entries: Option<Value>,
    /// Further entries by name.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Dict, Fault> {
    let dict = fill(host, Dict::new(Map::default()), entries)?;
    fill(host, dict, Some(by_name(named)))
}

fn fill(host: &mut dyn Host, dict: Dict, entries: Option<Value>) -> Result<Dict, Fault> {
    if let Some(entries) = entries {
        operators::augment(host, BinaryOp::BitOr, Value::Dict(dict.clone()), entries)?;
    }
    Ok(dict)
}
