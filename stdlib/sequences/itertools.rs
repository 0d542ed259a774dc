//! More of `itertools`, and `operator.itemgetter`.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::{Arity, Effect, ParamSpec, Signature, Type};

use crate::builtin::Builtin;
use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{copy_items, reserve_list};
use crate::ranges::{Cycle, Range};
use crate::sequences::views::{shares_iterator, zip_iterators};
use crate::sequences::walk::{self, Key};
use crate::subscript;
use crate::value::{Function, List, Value, equals};

/// Neighbours with equal keys as groups: tuples of a key and a list.
///
/// Sort by the same key first to get one group for each key, or use `group_by`.
///
/// ```rlm
/// groupby(["aa", "b", "cc"], len)  # -> [(2, ['aa']), (1, ['b']), (2, ['cc'])]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn groupby(
    host: &mut dyn Host,
    /// What to go through.
    #[aliases("iterable")]
    xs: Items,
    /// What to group by: called with each item.
    key: Option<Value>,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len().saturating_mul(2))?;
    let mut key = Key::new(key);
    key.make(host, xs.0.iter())?;
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    walk::each(host, &xs.0, |host, item| {
        let this = key.of(host, &item)?;
        match groups.last_mut() {
            Some((last, group)) if equals(last, &this) => group.push(item),
            _ => groups.push((this, vec![item])),
        }
        Ok(true)
    })?;
    let pair = |(key, group)| Value::tuple(vec![key, Value::list(group)]);
    Ok(groups.into_iter().map(pair).collect())
}

/// Like `zip`, as long as the longest list.
///
/// ```rlm
/// zip_longest([1, 2], ["a"], fillvalue="-")  # -> [(1, 'a'), (2, '-')]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn zip_longest(
    host: &mut dyn Host,
    /// The lists.
    #[rest]
    xss: Vec<Value>,
    /// What stands for missing items.
    #[keyword]
    fillvalue: Option<Value>,
) -> Result<Vec<Value>, Fault> {
    let fill = fillvalue.unwrap_or(Value::None);
    if shares_iterator(&xss) {
        return zip_iterators(host, &xss, Some(&fill));
    }
    let lists = xss.iter().map(Value::items).collect::<Result<Vec<List>, Fault>>()?;
    let len = lists.iter().map(List::len).max().unwrap_or(0);
    reserve_list(host, len.saturating_mul(lists.len() + 3))?;
    let row = |i| {
        Value::tuple(lists.iter().map(|list| list.get(i).unwrap_or_else(|| fill.clone())).collect())
    };
    Ok((0..len).map(row).collect())
}

/// Each item with the one after it, as tuples.
///
/// ```rlm
/// pairwise([1, 2, 3])  # -> [(1, 2), (2, 3)]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, one_by_one)]
pub fn pairwise(
    host: &mut dyn Host,
    /// What to go through.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    let items = copy_items(host, &xs.0)?;
    reserve_list(host, items.len().saturating_mul(4))?;
    Ok(items.windows(2).map(|pair| Value::tuple(pair.to_vec())).collect())
}

/// A list of the same value `times` times.
///
/// ```rlm
/// repeat("x", 3)  # -> ['x', 'x', 'x']
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn repeat(
    host: &mut dyn Host,
    /// The value.
    #[aliases("object")]
    value: Value,
    /// How often; as good as endless, if not given.
    #[aliases("n")]
    times: Option<i64>,
) -> Result<List, Fault> {
    let Some(times) = times else { return Ok(List::lazy(Rc::new(Cycle { items: vec![value] }))) };
    let times = usize::try_from(times).unwrap_or(0);
    reserve_list(host, times)?;
    Ok(List::new(vec![value; times]))
}

/// The items over and over, for use beside a list that ends: `zip(xs, cycle(colours))`.
///
/// ```rlm
/// list(zip([1, 2, 3], cycle(["a", "b"])))  # -> [(1, 'a'), (2, 'b'), (3, 'a')]
/// ```
#[builtin(group = "sequences", one_by_one)]
pub fn cycle(
    host: &mut dyn Host,
    /// What to repeat.
    xs: Items,
) -> Result<List, Fault> {
    let items = copy_items(host, &xs.0)?;
    if items.is_empty() {
        return Ok(List::new(items));
    }
    Ok(List::lazy(Rc::new(Cycle { items })))
}

/// The integers from `start` on, for use beside a list that ends.
///
/// ```rlm
/// list(zip(itertools.count(1), ["a", "b"]))  # -> [(1, 'a'), (2, 'b')]
/// ```
#[builtin(name = "itertools.count", group = "sequences", one_by_one)]
pub fn itertools_count(
    /// The first integer.
    #[default(0)]
    start: i64,
    /// The distance from one integer to the next.
    #[default(1)]
    step: i64,
) -> Result<List, Fault> {
    if step == 0 {
        return Err(Fault::new(Code::BadValue, "the step of count cannot be 0"));
    }
    Ok(Range::list(start, if step > 0 { i64::MAX } else { i64::MIN }, step))
}

/// A function that takes items out of its argument: `itemgetter(1)(x)` is `x[1]`.
///
/// With several keys it gives a tuple.
///
/// ```rlm
/// sorted([("a", 2), ("b", 1)], key=itemgetter(1))  # -> [('b', 1), ('a', 2)]
/// ```
#[builtin(group = "sequences", returns = Function)]
pub fn itemgetter(
    /// The keys or positions.
    #[rest]
    keys: Vec<Value>,
) -> Result<Value, Fault> {
    if keys.is_empty() {
        return Err(crate::convert::missing("itemgetter", "keys"));
    }
    let receiver = Value::tuple(keys);
    Ok(Value::Function(Rc::new(Function::Method { receiver, builtin: &GETTER })))
}

/// What `itemgetter` returns: a method of its keys. No program can name it, so it is in no table.
static GETTER: Builtin = Builtin {
    signature: Signature {
        name: "itemgetter",
        owners: &[Type::Tuple],
        aliases: &[],
        group: "sequences",
        docs: "Takes items out of a value.",
        params: &[
            ParamSpec {
                name: "keys",
                aliases: &[],
                docs: "The keys.",
                ty: Type::Tuple,
                default: None,
                arity: Arity::One,
            },
            ParamSpec {
                name: "x",
                aliases: &[],
                docs: "What to take from.",
                ty: Type::Any,
                default: None,
                arity: Arity::One,
            },
        ],
        receiver: Some(0),
        returns: Type::Any,
        effect: Effect::Pure,
        property: false,
        prompt: None,
    },
    call: get_items,
    file: file!(),
    line: line!(),
};

fn get_items(host: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let [Value::Tuple(keys), x] = args else {
        return Err(crate::convert::missing("itemgetter", "x"));
    };
    match &keys[..] {
        [key] => subscript::index(host, x, key),
        keys => {
            let parts = keys.iter().map(|key| subscript::index(host, x, key));
            parts.collect::<Result<Vec<_>, _>>().map(Value::tuple)
        }
    }
}

/// Every choice of `r` items where an item may be taken again, as tuples.
///
/// ```rlm
/// combinations_with_replacement([1, 2], 2)  # -> [(1, 1), (1, 2), (2, 2)]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn combinations_with_replacement(
    host: &mut dyn Host,
    /// What to choose from.
    #[aliases("iterable")]
    xs: Items,
    /// How many items each choice has.
    #[aliases("k", "n")]
    r: usize,
) -> Result<Vec<Value>, Fault> {
    let items = copy_items(host, &xs.0)?;
    let mut all = Vec::new();
    if items.is_empty() && r > 0 {
        return Ok(all);
    }
    reserve_list(host, r)?;
    let mut chosen = vec![0usize; r];
    loop {
        host.spend(1 + r as u64 / 8)?;
        if all.len().is_power_of_two() {
            reserve_list(host, all.len().saturating_mul(2 * (r + 3)))?;
        }
        all.push(Value::tuple(chosen.iter().filter_map(|&i| items.get(i).cloned()).collect()));
        // The last position that can still move on; those after it start where it stands.
        let Some(place) = chosen.iter().rposition(|&at| at + 1 < items.len()) else {
            return Ok(all);
        };
        let next = chosen.get(place).map_or(0, |at| at + 1);
        chosen.iter_mut().skip(place).for_each(|at| *at = next);
    }
}

/// The same items `n` times, as a tuple of lists.
///
/// ```rlm
/// a, b = tee([1, 2])
/// a  # -> [1, 2]
/// ```
#[builtin(group = "sequences", returns = Tuple)]
pub fn tee(
    host: &mut dyn Host,
    /// The items.
    #[aliases("iterable")]
    xs: Items,
    /// How often.
    #[default(2)]
    n: i64,
) -> Result<Value, Fault> {
    let n = usize::try_from(n).unwrap_or(0);
    reserve_list(host, n.saturating_mul(xs.0.len().saturating_add(3)))?;
    let copies =
        (0..n).map(|_| copy_items(host, &xs.0).map(|items| Value::list(items).one_by_one()));
    copies.collect::<Result<Vec<_>, _>>().map(Value::tuple)
}

/// Batches of `n` items, as tuples; the last one may be shorter.
///
/// ```rlm
/// batched([1, 2, 3], 2)  # -> [(1, 2), (3,)]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn batched(
    host: &mut dyn Host,
    /// The items.
    #[aliases("iterable")]
    xs: Items,
    /// How many items a batch has.
    n: usize,
) -> Result<Vec<Value>, Fault> {
    if n == 0 {
        return Err(Fault::new(Code::BadValue, "batched, n: expected at least 1, found 0"));
    }
    let items = copy_items(host, &xs.0)?;
    reserve_list(host, items.len().saturating_mul(4))?;
    Ok(items.chunks(n).map(|batch| Value::tuple(batch.to_vec())).collect())
}
