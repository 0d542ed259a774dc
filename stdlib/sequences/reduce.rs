//! Builtins that make one value of many, or one of each: `sum`, `any`, `all`, `map`, `reduce`.

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{self, copy_items, reserve_list};
use crate::sequences::walk;
use crate::value::{List, Value};

/// The sum of the items.
///
/// ```rlm
/// sum([1, 2, 3.5])  # -> 6.5
/// ```
#[builtin(group = "sequences", receiver = "xs", prompt = "sum")]
pub fn sum(
    host: &mut dyn Host,
    /// What to add up.
    xs: Items,
    /// What to begin with.
    #[default(0)]
    start: Value,
) -> Result<Value, Fault> {
    match (&start, xs.0.sequence().and_then(|s| s.as_range())) {
        (Value::Text(_) | Value::Match(_), _) => Err(texts()),
        (Value::List(first), _) => sum_lists(host, first, &xs.0),
        (Value::Int(start), Some((first, _, step))) => {
            Ok(sum_range(*start, first, step, xs.0.len()))
        }
        _ => sum_values(host, start, &xs.0),
    }
}

fn texts() -> Fault {
    Fault::new(Code::WrongType, "sum adds numbers, found a text")
        .with_help("join texts: join(xs, \"\"); or make them numbers: sum(int(x) for x in xs)")
}

/// By the formula: a range may be as long as integers go.
fn sum_range(start: i64, first: i64, step: i64, len: usize) -> Value {
    let (n, first, step) = (BigInt::from(len), BigInt::from(first), BigInt::from(step));
    let twice: BigInt = &n * (first * 2 + step * (&n - 1));
    Value::int(twice / 2 + start)
}

/// Lists are put together in one, instead of copying the beginning again for each.
fn sum_lists(host: &mut dyn Host, first: &List, lists: &List) -> Result<Value, Fault> {
    let total = List::new(copy_items(host, first)?);
    walk::each(host, lists, |host, item| {
        let Value::List(_) = item else {
            let total = Value::List(total.clone());
            return Err(operators::unsupported(BinaryOp::Add, &total, &item));
        };
        operators::augment(host, BinaryOp::Add, Value::List(total.clone()), item)?;
        Ok(true)
    })?;
    Ok(Value::List(total))
}

/// A sum so far. Integers of 64 bits cannot overflow 128 bits before memory ends.
enum Total {
    Int(i128),
    Float(f64),
    Other(Value),
}

impl Total {
    fn of(value: Value) -> Total {
        match value {
            Value::Int(n) => Total::Int(i128::from(n)),
            Value::Float(x) => Total::Float(x),
            other => Total::Other(other),
        }
    }

    fn value(self) -> Value {
        match self {
            Total::Int(n) => Value::int(BigInt::from(n)),
            Total::Float(x) => Value::Float(x),
            Total::Other(value) => value,
        }
    }
}

fn sum_values(host: &mut dyn Host, start: Value, items: &List) -> Result<Value, Fault> {
    let mut total = Total::of(start);
    let mut index = 0;
    walk::each(host, items, |host, item| {
        total = match (std::mem::replace(&mut total, Total::Int(0)), item) {
            (Total::Int(a), Value::Int(b)) => Total::Int(a + i128::from(b)),
            (Total::Float(a), Value::Float(b)) => Total::Float(a + b),
            #[allow(clippy::cast_precision_loss)] // as Python's float(n)
            (Total::Float(a), Value::Int(b)) => Total::Float(a + b as f64),
            (Total::Int(a), Value::Float(b)) if a.to_i64().is_some() =>
            {
                #[allow(clippy::cast_precision_loss)]
                Total::Float(a as f64 + b)
            }
            (_, Value::Text(_) | Value::Match(_)) => return Err(at(index, texts())),
            (total, item) => {
                let sum = operators::binary(host, BinaryOp::Add, total.value(), item);
                Total::of(sum.map_err(|fault| at(index, fault))?)
            }
        };
        index += 1;
        Ok(true)
    })?;
    Ok(total.value())
}

fn at(index: usize, fault: Fault) -> Fault {
    fault.within(format_args!("sum, item {index}"))
}

/// Whether any item is true.
///
/// ```rlm
/// any([0, "", "x"])  # -> True
/// ```
#[builtin(group = "sequences", receiver = "xs", prompt = "any")]
pub fn any(
    host: &mut dyn Host,
    /// What to look through.
    xs: Items,
) -> Result<bool, Fault> {
    let mut found = false;
    walk::look(host, &xs.0, |item| {
        found = item.truthy();
        Ok(!found)
    })?;
    Ok(found)
}

/// Whether all items are true; of no items it is true.
///
/// ```rlm
/// all([1, 2, 0])  # -> False
/// ```
#[builtin(name = "all", group = "sequences", receiver = "xs", prompt = "all")]
pub fn all_true(
    host: &mut dyn Host,
    /// What to look through.
    xs: Items,
) -> Result<bool, Fault> {
    let mut holds = true;
    walk::look(host, &xs.0, |item| {
        holds = item.truthy();
        Ok(holds)
    })?;
    Ok(holds)
}

/// The results of the function for each item, as a list.
///
/// With several lists the function is called with an item of each.
///
/// ```rlm
/// map(len, ["a", "bcd"])  # -> [1, 3]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, one_by_one)]
pub fn map(
    host: &mut dyn Host,
    /// The function.
    function: Value,
    /// What to call it with.
    xs: Items,
    /// Further arguments: an item of each.
    #[rest]
    more: Vec<Value>,
) -> Result<Vec<Value>, Fault> {
    let more = more.iter().map(Value::items).collect::<Result<Vec<List>, Fault>>()?;
    reserve_list(host, xs.0.len())?;
    if host.may_wait(&function) {
        let count = more.iter().map(List::len).fold(xs.0.len(), usize::min);
        let arguments = (0..count).map(|index| {
            std::iter::once(&xs.0).chain(&more).filter_map(|list| list.get(index)).collect()
        });
        return host.call_each(&function, arguments.collect());
    }
    let mut results = Vec::new();
    let mut args = Vec::new();
    walk::each(host, &xs.0, |host, item| {
        args.clear();
        args.push(item);
        for list in &more {
            match list.get(results.len()) {
                Some(item) => args.push(item),
                None => return Ok(false),
            }
        }
        results.push(host.call(&function, &mut args)?);
        Ok(true)
    })?;
    Ok(results)
}

/// The results of the function for each tuple of arguments.
///
/// ```rlm
/// starmap(pow, [(2, 3), (5, 2)])  # -> [8, 25]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn starmap(
    host: &mut dyn Host,
    /// The function.
    function: Value,
    /// The arguments, a list or tuple for each call.
    xs: Items,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len())?;
    if host.may_wait(&function) {
        let arguments = xs.0.iter().map(|item| Ok(item.items()?.to_vec()));
        return host.call_each(&function, arguments.collect::<Result<_, Fault>>()?);
    }
    let mut results = Vec::new();
    walk::each(host, &xs.0, |host, item| {
        let mut args = item.items()?.to_vec();
        results.push(host.call(&function, &mut args)?);
        Ok(true)
    })?;
    Ok(results)
}

/// One value made of all items: `f(f(a, b), c)`.
///
/// ```rlm
/// reduce(lambda a, b: a * b, [1, 2, 3, 4])  # -> 24
/// ```
#[builtin(group = "sequences", receiver = "xs")]
pub fn reduce(
    host: &mut dyn Host,
    /// The function of two arguments: the value so far and the next item.
    function: Value,
    /// What to go through.
    xs: Items,
    /// What to begin with; otherwise the first item.
    #[aliases("start")]
    #[default(unset)]
    initial: Value,
) -> Result<Value, Fault> {
    let mut total = initial;
    walk::each(host, &xs.0, |host, item| {
        total = match std::mem::take(&mut total) {
            Value::Unset => item,
            so_far => host.call(&function, &mut vec![so_far, item])?,
        };
        Ok(true)
    })?;
    match total {
        Value::Unset => Err(Fault::new(Code::BadValue, "reduce of no items")
            .with_help("give a start: reduce(f, xs, 0)")),
        total => Ok(total),
    }
}

/// The sums up to each item; with a function the results so far.
///
/// ```rlm
/// accumulate([1, 2, 3])  # -> [1, 3, 6]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn accumulate(
    host: &mut dyn Host,
    /// What to go through.
    xs: Items,
    /// The function of two arguments, instead of adding.
    #[aliases("func")]
    function: Option<Value>,
    /// What to begin with; it is part of the result.
    #[keyword]
    initial: Option<Value>,
) -> Result<Vec<Value>, Fault> {
    reserve_list(host, xs.0.len())?;
    let mut results: Vec<Value> = initial.into_iter().collect();
    walk::each(host, &xs.0, |host, item| {
        let next = match (results.last().cloned(), &function) {
            (None, _) => item,
            (Some(so_far), Some(function)) => host.call(function, &mut vec![so_far, item])?,
            (Some(so_far), None) => operators::binary(host, BinaryOp::Add, so_far, item)?,
        };
        results.push(next);
        Ok(true)
    })?;
    Ok(results)
}
