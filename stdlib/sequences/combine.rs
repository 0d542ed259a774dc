//! Builtins that put lists together or draw from them: `chain`, `combinations`, `product`.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::{self, Items};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{VALUE_BYTES, copy_items};
use crate::value::{List, Value};

/// The items of all lists, one list after the other.
///
/// ```rlm
/// chain([1, 2], [3])  # -> [1, 2, 3]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn chain(
    host: &mut dyn Host,
    /// The lists.
    #[rest]
    xss: Vec<Value>,
) -> Result<Vec<Value>, Fault> {
    chained(host, &List::new(xss))
}

/// The items of all lists in a list, one after the other.
///
/// ```rlm
/// itertools.chain.from_iterable([[1, 2], [3]])  # -> [1, 2, 3]
/// ```
#[builtin(name = "chain.from_iterable", group = "sequences", returns = List, one_by_one)]
pub fn chain_from_iterable(
    host: &mut dyn Host,
    /// The lists.
    xss: Items,
) -> Result<Vec<Value>, Fault> {
    chained(host, &xss.0)
}

/// The same without the module: `chain.from_iterable(xss)`.
///
/// ```rlm
/// chain.from_iterable([[1, 2], [3]])  # -> [1, 2, 3]
/// ```
#[builtin(owners(Function), group = "sequences", returns = List, one_by_one)]
pub fn from_iterable(
    host: &mut dyn Host,
    /// The function `chain`.
    chain: Value,
    /// The lists.
    xss: Items,
) -> Result<Vec<Value>, Fault> {
    match &chain {
        Value::Function(f) if f.name() == "chain" => chained(host, &xss.0),
        other => Err(convert::expected("the function chain", other)),
    }
}

fn chained(host: &mut dyn Host, lists: &List) -> Result<Vec<Value>, Fault> {
    let mut all = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        host.spend(1)?;
        let list = list.items().map_err(|e| e.within(format_args!("chain, list {index}")))?;
        host.reserve(all.len().saturating_mul(VALUE_BYTES))?;
        all.append(&mut copy_items(host, &list)?);
    }
    Ok(all)
}

/// Every choice of `r` items, in order, as tuples.
///
/// ```rlm
/// combinations(["a", "b", "c"], 2)  # -> [('a', 'b'), ('a', 'c'), ('b', 'c')]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, one_by_one)]
pub fn combinations(
    host: &mut dyn Host,
    /// What to choose from.
    #[aliases("iterable")]
    xs: Items,
    /// How many items each choice has.
    #[aliases("k", "n")]
    r: usize,
) -> Result<Vec<Value>, Fault> {
    combinations_of(host, &xs.0, r)
}

/// All choices of `r` items.
///
/// # Errors
/// When there are more than the limits allow.
pub(crate) fn combinations_of(
    host: &mut dyn Host,
    xs: &List,
    r: usize,
) -> Result<Vec<Value>, Fault> {
    let n = xs.len();
    if r > n {
        return Ok(Vec::new());
    }
    pay(host, binomial(n, r), r)?;
    let items = copy_items(host, xs)?;
    let mut chosen: Vec<usize> = (0..r).collect();
    let mut all = Vec::new();
    loop {
        all.push(row(&items, &chosen));
        // The last position that can still move on; those after it follow it closely.
        let movable = chosen.iter().enumerate().rposition(|(i, &at)| at < n - r + i);
        let Some(place) = movable else { return Ok(all) };
        let start = chosen.get(place).map_or(0, |at| at + 1);
        for (offset, at) in chosen.iter_mut().skip(place).enumerate() {
            *at = start + offset;
        }
    }
}

fn row(items: &[Value], chosen: &[usize]) -> Value {
    Value::tuple(chosen.iter().filter_map(|&i| items.get(i).cloned()).collect())
}

/// How many ways there are to choose `r` of `n`, as far as it can be counted.
fn binomial(n: usize, r: usize) -> usize {
    let mut count: u128 = 1;
    for i in 0..r.min(n - r) as u128 {
        count = count.saturating_mul(n as u128 - i) / (i + 1);
        if count > u128::from(u64::MAX) {
            return usize::MAX;
        }
    }
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Steps and memory of `rows` tuples of `width` items.
fn pay(host: &mut dyn Host, rows: usize, width: usize) -> Result<(), Fault> {
    // A tuple has a header beside its items, and a value that points to it.
    let bytes = rows.saturating_mul(width.saturating_add(3)).saturating_mul(VALUE_BYTES);
    host.reserve(bytes)?;
    host.spend(rows as u64)
}

/// Every order of `r` items, as tuples.
///
/// ```rlm
/// permutations([1, 2, 3], 2)  # -> [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List, one_by_one)]
pub fn permutations(
    host: &mut dyn Host,
    /// What to order.
    #[aliases("iterable")]
    xs: Items,
    /// How many items each has; all, if not given.
    #[aliases("k", "n")]
    r: Option<usize>,
) -> Result<Vec<Value>, Fault> {
    let n = xs.0.len();
    let r = r.unwrap_or(n);
    if r > n {
        return Ok(Vec::new());
    }
    let count = (n - r + 1..=n).fold(1usize, usize::saturating_mul);
    pay(host, count, r)?;
    let items = copy_items(host, &xs.0)?;
    let mut all = Vec::new();
    let mut chosen = Vec::with_capacity(r);
    let mut next = 0;
    // Depth first: `chosen` is a path of positions, `next` the first one to try at its end.
    loop {
        if chosen.len() == r {
            all.push(row(&items, &chosen));
        } else if let Some(at) = (next..n).find(|at| !chosen.contains(at)) {
            chosen.push(at);
            next = 0;
            continue;
        }
        match chosen.pop() {
            Some(at) => next = at + 1,
            None => return Ok(all),
        }
    }
}

/// Every combination of an item of each list, as tuples.
///
/// ```rlm
/// product([1, 2], ["a", "b"])  # -> [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')]
/// ```
#[builtin(group = "sequences", returns = List, one_by_one)]
pub fn product(
    host: &mut dyn Host,
    /// The lists.
    #[rest]
    xss: Vec<Value>,
    /// How often the lists are taken.
    #[keyword]
    #[default(1)]
    repeat: i64,
) -> Result<Vec<Value>, Fault> {
    let Ok(repeat) = usize::try_from(repeat) else {
        return Err(Fault::new(Code::BadValue, format!("expected a count, found {repeat}")));
    };
    let lists = xss.iter().map(Value::items).collect::<Result<Vec<List>, Fault>>()?;
    let rows = lists.iter().map(List::len).fold(1usize, usize::saturating_mul);
    let rows = (0..repeat.min(64)).fold(1usize, |all, _| all.saturating_mul(rows));
    if rows == 0 {
        return Ok(Vec::new());
    }
    pay(host, rows, lists.len().saturating_mul(repeat))?;
    let mut columns = Vec::with_capacity(lists.len());
    for list in &lists {
        columns.push(copy_items(host, list)?);
    }
    let width = columns.len().saturating_mul(repeat);
    let columns: Vec<&Vec<Value>> = columns.iter().cycle().take(width).collect();
    let mut chosen = vec![0usize; width];
    let mut all = Vec::new();
    loop {
        let row = chosen.iter().zip(&columns).filter_map(|(&i, column)| column.get(i).cloned());
        all.push(Value::tuple(row.collect()));
        // Counts like an odometer: the last position that can move, the rest begins again.
        let places = chosen.iter().zip(&columns);
        let Some(place) =
            places.into_iter().collect::<Vec<_>>().iter().rposition(|(i, c)| **i + 1 < c.len())
        else {
            return Ok(all);
        };
        for (index, at) in chosen.iter_mut().enumerate().skip(place) {
            *at = if index == place { *at + 1 } else { 0 };
        }
    }
}
