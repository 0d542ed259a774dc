//! Builtins that order: `sorted`, `min`, `max`, and those of `heapq`.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::copy_items;
use crate::sequences::sort::{Ranking, sort};
use crate::sequences::walk::{self, Key};
use crate::value::{List, Value};

/// A sorted list of the items.
///
/// Items with equal keys keep their order, also with `reverse`. `None` comes first. `key` may be a
/// function, or the name of a field.
///
/// ```rlm
/// sorted(["bb", "a", "ccc"], key=len, reverse=True)  # -> ['ccc', 'bb', 'a']
/// ```
#[builtin(
    group = "sequences",
    receiver = "xs",
    returns = List,
    prompt = "sorted(xs, key=f, reverse=True)"
)]
pub fn sorted(
    host: &mut dyn Host,
    /// What to sort.
    xs: Items,
    /// What to sort by: called with each item.
    #[aliases("by")]
    key: Option<Value>,
    /// Whether the largest comes first.
    #[aliases("descending")]
    #[default(false)]
    reverse: bool,
) -> Result<Vec<Value>, Fault> {
    let items = copy_items(host, &xs.0)?;
    sort(host, items, Key::new(key), reverse)
}

/// The smallest item, or the smallest of several arguments.
///
/// Of equal ones it is the first. `None` counts as smaller than everything.
///
/// ```rlm
/// min([3, 1, 2])  # -> 1
/// ```
#[builtin(group = "sequences", receiver = "xs", prompt = "min")]
pub fn min(
    host: &mut dyn Host,
    /// What to look through, or the first of several values.
    xs: Value,
    /// Further values.
    #[rest]
    more: Vec<Value>,
    /// What to compare by: called with each item.
    #[keyword]
    key: Option<Value>,
    /// What to give when there are no items.
    #[keyword]
    #[default(unset)]
    default: Value,
) -> Result<Value, Fault> {
    extreme(host, Side::Min, xs, more, key, default)
}

/// The largest item, or the largest of several arguments.
///
/// Of equal ones it is the first. With `key` the item is returned, not its key.
///
/// ```rlm
/// max(["bb", "a"], key=len)  # -> 'bb'
/// ```
#[builtin(group = "sequences", receiver = "xs", prompt = "max")]
pub fn max(
    host: &mut dyn Host,
    /// What to look through, or the first of several values.
    xs: Value,
    /// Further values.
    #[rest]
    more: Vec<Value>,
    /// What to compare by: called with each item.
    #[keyword]
    key: Option<Value>,
    /// What to give when there are no items.
    #[keyword]
    #[default(unset)]
    default: Value,
) -> Result<Value, Fault> {
    extreme(host, Side::Max, xs, more, key, default)
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Min,
    Max,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Min => "min",
            Side::Max => "max",
        }
    }

    fn beats(self, ranking: &mut Ranking, new: &Value, best: &Value) -> Result<bool, Fault> {
        match self {
            Side::Min => ranking.less(new, best),
            Side::Max => ranking.less(best, new),
        }
    }
}

fn extreme(
    host: &mut dyn Host,
    side: Side,
    xs: Value,
    more: Vec<Value>,
    key: Option<Value>,
    default: Value,
) -> Result<Value, Fault> {
    let items = if more.is_empty() {
        xs.items().map_err(|e| e.within(format_args!("{}, xs", side.name())))?
    } else {
        List::new(std::iter::once(xs).chain(more).collect())
    };
    let best = match items.sequence().and_then(|s| s.as_range()) {
        Some((_, _, step)) if key.is_none() => {
            let at_end = (side == Side::Max) == (step > 0);
            items.get(if at_end { items.len().saturating_sub(1) } else { 0 })
        }
        _ => search(host, side, &items, Key::new(key))?,
    };
    match (best, default) {
        (Some(best), _) => Ok(best),
        (None, Value::Unset) => {
            let name = side.name();
            Err(Fault::new(Code::BadValue, format!("{name} of no items"))
                .with_help(format!("give a default: {name}(xs, default=None)")))
        }
        (None, default) => Ok(default),
    }
}

fn search(
    host: &mut dyn Host,
    side: Side,
    items: &List,
    mut key: Key,
) -> Result<Option<Value>, Fault> {
    let mut ranking = Ranking::default();
    let best = if key.is_identity() {
        let mut best: Option<Value> = None;
        walk::look(host, items, |item| {
            let better = match &best {
                Some(best) => side.beats(&mut ranking, item, best)?,
                None => true,
            };
            if better {
                best = Some(item.clone());
            }
            Ok(true)
        })?;
        best
    } else {
        let mut best: Option<(Value, Value)> = None;
        key.make(host, items.iter())?;
        walk::each(host, items, |host, item| {
            let rank = key.of(host, &item)?;
            let better = match &best {
                Some((best, _)) => side.beats(&mut ranking, &rank, best)?,
                None => true,
            };
            if better {
                best = Some((rank, item));
            }
            Ok(true)
        })?;
        best.map(|(_, item)| item)
    };
    ranking.note(host);
    Ok(best)
}

/// The `n` largest items, largest first.
///
/// ```rlm
/// nlargest(2, [5, 1, 9])  # -> [9, 5]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List)]
pub fn nlargest(
    host: &mut dyn Host,
    /// How many.
    #[aliases("k", "limit", "top_k", "max")]
    n: i64,
    /// What to look through.
    #[aliases("iterable")]
    xs: Items,
    /// What to compare by: called with each item.
    key: Option<Value>,
) -> Result<Vec<Value>, Fault> {
    ends(host, n, &xs.0, key, true)
}

/// The `n` smallest items, smallest first.
///
/// ```rlm
/// nsmallest(2, [5, 1, 9])  # -> [1, 5]
/// ```
#[builtin(group = "sequences", receiver = "xs", returns = List)]
pub fn nsmallest(
    host: &mut dyn Host,
    /// How many.
    #[aliases("k", "limit", "top_k", "max")]
    n: i64,
    /// What to look through.
    #[aliases("iterable")]
    xs: Items,
    /// What to compare by: called with each item.
    key: Option<Value>,
) -> Result<Vec<Value>, Fault> {
    ends(host, n, &xs.0, key, false)
}

fn ends(
    host: &mut dyn Host,
    n: i64,
    xs: &List,
    key: Option<Value>,
    reverse: bool,
) -> Result<Vec<Value>, Fault> {
    let items = copy_items(host, xs)?;
    let mut sorted = sort(host, items, Key::new(key), reverse)?;
    sorted.truncate(usize::try_from(n).unwrap_or(0));
    Ok(sorted)
}
