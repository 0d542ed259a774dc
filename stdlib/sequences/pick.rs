//! Builtins that pick items: `first`, `unique`, `flatten`, `filter` and the like.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::meter;
use crate::operators::{copy_items, reserve_list};
use crate::sequences::combine::combinations_of;
use crate::sequences::walk::{self, Key};
use crate::subscript::items_between;
use crate::value::{List, Members, Position, Value};

/// The first item, or the default if there is none.
///
/// ```rlm
/// first([], "nothing")  # -> 'nothing'
/// ```
#[builtin(group = "sequences", receiver = "xs", prompt = "first(xs)")]
pub fn first(
    /// What to look into.
    xs: Items,
    /// What to give when there are no items.
    default: Option<Value>,
) -> Value {
    xs.0.get(0).or(default).unwrap_or(Value::None)
}

/// The items without repetitions, in order of first appearance.
///
/// Lists and dicts can be among the items. With `key` two items with equal keys count as the same.
///
/// ```rlm
/// unique([3, 1, 3])  # -> [3, 1]
/// ```
#[builtin(
    group = "sequences",
    receiver = "xs",
    returns = List,
    aliases("distinct", "dedupe", "uniq"),
    prompt = "unique(xs)"
)]
pub fn unique(
    host: &mut dyn Host,
    /// What to look through.
    xs: Items,
    /// What decides whether two items are the same: called with each item.
    #[aliases("by")]
    key: Option<Value>,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len().saturating_mul(3))?;
    let mut key = Key::new(key);
    key.make(host, xs.0.iter())?;
    let mut seen = Members::default();
    let mut kept = Vec::new();
    walk::each(host, &xs.0, |host, item| {
        let mark = key.of(host, &item)?;
        if seen.insert(frozen(&mark)?) {
            kept.push(item);
        }
        Ok(true)
    })?;
    Ok(kept)
}

/// A value that can be a member of a set and equals another one exactly if the originals are equal.
fn frozen(value: &Value) -> Result<Value, Fault> {
    let Some(_level) = meter::descend() else { return Err(meter::too_deep()) };
    let tagged = |tag: &str, parts: Vec<Value>| {
        Value::tuple(std::iter::once(Value::from(tag)).chain(parts).collect())
    };
    Ok(match value {
        Value::List(list) => {
            let parts: Result<Vec<_>, _> = list.iter().map(|x| frozen(&x)).collect();
            tagged("list", parts?)
        }
        Value::Tuple(items) => {
            let parts: Result<Vec<_>, _> = items.iter().map(frozen).collect();
            tagged("tuple", parts?)
        }
        Value::Dict(dict) => {
            let map = dict.map();
            let mut entries = Vec::with_capacity(map.len());
            for (key, value) in map.iter() {
                entries.push((crate::value::repr(key), key.clone(), frozen(value)?));
            }
            // Equal dicts may differ in order.
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            tagged("dict", entries.into_iter().flat_map(|(_, k, v)| [k, v]).collect())
        }
        Value::Failed(failed) => return Err(crate::value::failed_used(failed)),
        other => other.clone(),
    })
}

/// The items of the lists inside a list, as one list.
///
/// One level is opened: lists, tuples and sets. Anything else stays as it is.
///
/// ```rlm
/// flatten([[1, 2], [3], 4])  # -> [1, 2, 3, 4]
/// ```
#[builtin(
    group = "sequences",
    receiver = "xss",
    returns = List,
    aliases("flat"),
    prompt = "flatten(xss)"
)]
pub fn flatten(
    host: &mut dyn Host,
    /// The lists.
    #[aliases("xs")]
    xss: Items,
) -> Result<Vec<Value>, Fault> {
    let mut flat = Vec::new();
    walk::each(host, &xss.0, |host, item| {
        match &item {
            Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Iterator(_) => {
                flat.append(&mut copy_items(host, &item.items()?)?);
                host.reserve(flat.len().saturating_mul(crate::operators::VALUE_BYTES))?;
            }
            _ => flat.push(item),
        }
        Ok(true)
    })?;
    Ok(flat)
}

/// Every pair of two items, each pair once, as tuples.
///
/// ```rlm
/// pairs([1, 2, 3])  # -> [(1, 2), (1, 3), (2, 3)]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, prompt = "pairs(xs)")]
pub fn pairs(
    host: &mut dyn Host,
    /// What to pair.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    combinations_of(host, &xs.0, 2)
}

/// The items for which the function gives something true.
///
/// With `None` as the function, the items that are true themselves.
///
/// ```rlm
/// filter(None, ["a", "", "b"])  # -> ['a', 'b']
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, one_by_one)]
pub fn filter(
    host: &mut dyn Host,
    /// The test: called with each item.
    function: Value,
    /// What to look through.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    kept(host, function, &xs.0, true)
}

/// The items for which the function gives something false.
///
/// ```rlm
/// filterfalse(lambda x: x > 2, [1, 5, 2])  # -> [1, 2]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, one_by_one)]
pub fn filterfalse(
    host: &mut dyn Host,
    /// The test: called with each item.
    #[aliases("predicate")]
    function: Value,
    /// What to look through.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    kept(host, function, &xs.0, false)
}

fn kept(
    host: &mut dyn Host,
    function: Value,
    xs: &List,
    wanted: bool,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.len())?;
    let mut test = Key::new(Some(function).filter(|f| !matches!(f, Value::None)));
    test.make(host, xs.iter())?;
    let mut kept = Vec::new();
    walk::each(host, xs, |host, item| {
        if test.of(host, &item)?.truthy() == wanted {
            kept.push(item);
        }
        Ok(true)
    })?;
    Ok(kept)
}

/// A predicate; `None` asks the item itself.
struct Test {
    function: Option<Value>,
}

impl Test {
    fn new(function: Value) -> Test {
        Test { function: Some(function).filter(|f| !matches!(f, Value::None)) }
    }

    fn holds(&mut self, host: &mut dyn Host, item: &Value) -> Result<bool, Fault> {
        match &self.function {
            None => Ok(item.truthy()),
            Some(function) => Ok(walk::call(host, function, item.clone())?.truthy()),
        }
    }
}

/// The items up to the first one that fails the test.
///
/// ```rlm
/// takewhile(lambda x: x < 3, [1, 2, 5, 1])  # -> [1, 2]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn takewhile(
    host: &mut dyn Host,
    /// The test: called with each item.
    #[aliases("predicate")]
    function: Value,
    /// What to look through.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len())?;
    let mut test = Test::new(function);
    let mut taken = Vec::new();
    walk::each(host, &xs.0, |host, item| {
        let go_on = test.holds(host, &item)?;
        if go_on {
            taken.push(item);
        }
        Ok(go_on)
    })?;
    Ok(taken)
}

/// The items from the first one that fails the test.
///
/// ```rlm
/// dropwhile(lambda x: x < 3, [1, 2, 5, 1])  # -> [5, 1]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn dropwhile(
    host: &mut dyn Host,
    /// The test: called with each item.
    #[aliases("predicate")]
    function: Value,
    /// What to look through.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len())?;
    let mut test = Test::new(function);
    let mut dropped = 0;
    walk::each(host, &xs.0, |host, item| {
        let drops = test.holds(host, &item)?;
        dropped += usize::from(drops);
        Ok(drops)
    })?;
    Ok(items_between(&xs.0, dropped, usize::MAX))
}

/// The items whose selector is true.
///
/// ```rlm
/// compress(["a", "b", "c"], [1, 0, 1])  # -> ['a', 'c']
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn compress(
    host: &mut dyn Host,
    /// The items.
    #[aliases("data")]
    xs: Items,
    /// One value for each item.
    selectors: Items,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len().min(selectors.0.len()))?;
    let both = xs.0.iter().zip(selectors.0.iter());
    Ok(both.filter(|(_, selector)| selector.truthy()).map(|(item, _)| item).collect())
}

/// Part of the items: `islice(xs, stop)` or `islice(xs, start, stop, step)`.
///
/// An iterator is moved on by what was taken.
///
/// ```rlm
/// islice([1, 2, 3, 4], 1, 3)  # -> [2, 3]
/// ```
#[builtin(group = "sequences", returns = List, effect = Mutates, one_by_one)]
pub fn islice(
    host: &mut dyn Host,
    /// What to take from.
    xs: Value,
    /// Where to begin; the only bound is the end instead.
    start: Option<usize>,
    /// Where to end.
    #[default(unset)]
    stop: Value,
    /// The distance from one item to the next.
    step: Option<usize>,
) -> Result<Vec<Value>, Fault> {
    use crate::convert::FromValue;
    let (start, stop) = match stop {
        Value::Unset => (0, start),
        stop => (start.unwrap_or(0), Option::<usize>::from_value(stop)?),
    };
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(Fault::new(Code::BadValue, "the step of islice cannot be 0"));
    }
    let (items, offset) = match &xs {
        Value::Iterator(it) => (it.items.clone(), it.next.get()),
        Value::List(list) if list.position().is_some() => (list.clone(), list.begin()),
        other => (other.items()?, 0),
    };
    let len = items.len().saturating_sub(offset);
    let stop = stop.unwrap_or(len).min(len);
    let taken = offset.saturating_add(stop.max(start).min(len));
    match &xs {
        Value::Iterator(it) => it.next.set(taken),
        Value::List(list) => list.set_position(Position::At(taken)),
        _ => {}
    }
    reserve_list(host, stop.saturating_sub(start) / step)?;
    let picked = (start..stop).step_by(step).filter_map(|i| items.get(offset + i));
    Ok(picked.collect())
}
