//! `heapq` and `bisect`: lists that are kept in order.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::list_methods::grown;
use crate::operators::{copy_items, editable, reserve_list};
use crate::sequences::sort::{Ranking, sort};
use crate::sequences::walk::Key;
use crate::value::{List, Value};

/// Moves the item at `at` up to its place, as long as its parents are larger.
fn sift_up(items: &mut [Value], root: usize, mut at: usize) -> Result<(), Fault> {
    while at > root {
        let parent = (at - 1) / 2;
        let (Some(item), Some(above)) = (items.get(at), items.get(parent)) else { break };
        if !Ranking::default().less(item, above)? {
            break;
        }
        items.swap(at, parent);
        at = parent;
    }
    Ok(())
}

/// Moves the item at `root` down to a leaf along the smaller children, then up to its place: the order
/// of comparisons is CPython's, so the list looks the same.
fn sift_down(items: &mut [Value], root: usize) -> Result<(), Fault> {
    let mut at = root;
    loop {
        let (left, right) = (2 * at + 1, 2 * at + 2);
        let Some(first) = items.get(left) else { break };
        let child = match items.get(right) {
            Some(second) if !Ranking::default().less(first, second)? => right,
            _ => left,
        };
        items.swap(at, child);
        at = child;
    }
    sift_up(items, root, at)
}

fn empty(name: &str) -> Fault {
    Fault::new(Code::NotFound, format!("{name} of an empty heap"))
        .of_class("IndexError")
        .with_help("test it first: while heap")
}

/// Adds an item to a heap, whose first item is always the smallest.
///
/// ```rlm
/// heap = [3, 5]
/// heappush(heap, 1)
/// heap[0]  # -> 1
/// ```
#[builtin(group = "lists", effect = Mutates)]
pub fn heappush(
    host: &mut dyn Host,
    /// The heap: a list that only these functions change.
    heap: List,
    /// The item; tuples compare by their first items: `(priority, x)`.
    item: Value,
) -> Result<(), Fault> {
    grown(host, &heap)?;
    host.spend(8)?;
    let mut items = editable(host, &heap)?;
    items.push(item);
    let last = items.len() - 1;
    sift_up(&mut items, 0, last)
}

/// Removes the smallest item of a heap and gives it.
///
/// ```rlm
/// heap = [1, 3, 2]
/// heappop(heap)  # -> 1
/// ```
#[builtin(group = "lists", effect = Mutates)]
pub fn heappop(
    host: &mut dyn Host,
    /// The heap.
    heap: List,
) -> Result<Value, Fault> {
    host.spend(8)?;
    let mut items = editable(host, &heap)?;
    let last = items.pop().ok_or_else(|| empty("heappop"))?;
    let Some(first) = items.first_mut() else { return Ok(last) };
    let smallest = std::mem::replace(first, last);
    sift_down(&mut items, 0)?;
    Ok(smallest)
}

/// Orders a list as a heap, in place.
///
/// ```rlm
/// xs = [3, 1, 2]
/// heapify(xs)
/// xs[0]  # -> 1
/// ```
#[builtin(group = "lists", effect = Mutates)]
pub fn heapify(
    host: &mut dyn Host,
    /// The list.
    x: List,
) -> Result<(), Fault> {
    host.spend(x.len() as u64)?;
    let mut items = editable(host, &x)?;
    for at in (0..items.len() / 2).rev() {
        sift_down(&mut items, at)?;
    }
    Ok(())
}

/// Adds an item, then removes the smallest one and gives it.
///
/// ```rlm
/// heappushpop([2, 3], 1)  # -> 1
/// ```
#[builtin(group = "lists", effect = Mutates)]
pub fn heappushpop(
    host: &mut dyn Host,
    /// The heap.
    heap: List,
    /// The item.
    item: Value,
) -> Result<Value, Fault> {
    host.spend(8)?;
    let mut items = editable(host, &heap)?;
    match items.first_mut() {
        Some(first) if Ranking::default().less(first, &item)? => {
            let smallest = std::mem::replace(first, item);
            sift_down(&mut items, 0)?;
            Ok(smallest)
        }
        _ => Ok(item),
    }
}

/// Removes the smallest item and gives it, then adds another.
///
/// ```rlm
/// heapreplace([2, 3], 1)  # -> 2
/// ```
#[builtin(group = "lists", effect = Mutates)]
pub fn heapreplace(
    host: &mut dyn Host,
    /// The heap.
    heap: List,
    /// The item.
    item: Value,
) -> Result<Value, Fault> {
    host.spend(8)?;
    let mut items = editable(host, &heap)?;
    let first = items.first_mut().ok_or_else(|| empty("heapreplace"))?;
    let smallest = std::mem::replace(first, item);
    sift_down(&mut items, 0)?;
    Ok(smallest)
}

/// The items of several sorted lists as one sorted list.
///
/// ```rlm
/// heapq.merge([1, 4], [2, 3])  # -> [1, 2, 3, 4]
/// ```
#[builtin(group = "lists", name = "heapq.merge", returns = List, one_by_one)]
pub fn merge(
    host: &mut dyn Host,
    /// The lists.
    #[rest]
    xss: Vec<Value>,
    /// What to compare by: called with each item.
    #[keyword]
    key: Option<Value>,
    /// Whether the lists run from large to small.
    #[keyword]
    #[default(false)]
    reverse: bool,
) -> Result<Vec<Value>, Fault> {
    let mut all = Vec::new();
    for xs in &xss {
        let xs = xs.items()?;
        reserve_list(host, all.len() + xs.len())?;
        all.extend(copy_items(host, &xs)?);
    }
    // Equal items keep the order of the lists, as a stable sort keeps them.
    sort(host, all, Key::new(key), reverse)
}

/// A position that keeps a sorted list sorted.
struct Search<'a> {
    host: &'a mut dyn Host,
    xs: &'a List,
    key: Key,
    /// Behind items that are equal, not before them.
    after: bool,
}

impl Search<'_> {
    fn position(&mut self, x: &Value, lo: i64, hi: Option<i64>) -> Result<usize, Fault> {
        let len = self.xs.len();
        let bound = |n: i64| {
            usize::try_from(n).map(|n| n.min(len)).map_err(|_| {
                Fault::new(Code::BadValue, format!("lo and hi must not be negative, found {n}"))
            })
        };
        let mut low = bound(lo)?;
        let mut high = hi.map_or(Ok(len), bound)?;
        while low < high {
            self.host.spend(1)?;
            let middle = low + (high - low) / 2;
            let Some(item) = self.xs.get(middle) else { break };
            let item = self.key.of(self.host, &item)?;
            let goes_left = match self.after {
                true => Ranking::default().less(x, &item)?,
                false => !Ranking::default().less(&item, x)?,
            };
            if goes_left {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }
}

/// Where an item belongs in a sorted list: before items that equal it.
///
/// ```rlm
/// bisect_left([1, 3, 3, 5], 3)  # -> 1
/// ```
#[builtin(group = "lists")]
pub fn bisect_left(
    host: &mut dyn Host,
    /// The sorted list.
    a: Items,
    /// The item.
    x: Value,
    /// The first position to look at.
    #[default(0)]
    lo: i64,
    /// The end of what to look at.
    hi: Option<i64>,
    /// What the list is sorted by: called with its items, not with `x`.
    #[keyword]
    key: Option<Value>,
) -> Result<usize, Fault> {
    Search { host, xs: &a.0, key: Key::new(key), after: false }.position(&x, lo, hi)
}

/// Where an item belongs in a sorted list: behind items that equal it.
///
/// ```rlm
/// bisect([1, 3, 3, 5], 3)  # -> 3
/// ```
#[builtin(group = "lists", aliases("bisect"))]
pub fn bisect_right(
    host: &mut dyn Host,
    /// The sorted list.
    a: Items,
    /// The item.
    x: Value,
    /// The first position to look at.
    #[default(0)]
    lo: i64,
    /// The end of what to look at.
    hi: Option<i64>,
    /// What the list is sorted by: called with its items, not with `x`.
    #[keyword]
    key: Option<Value>,
) -> Result<usize, Fault> {
    Search { host, xs: &a.0, key: Key::new(key), after: true }.position(&x, lo, hi)
}

/// Puts an item into a sorted list, before items that equal it.
///
/// ```rlm
/// xs = [1, 5]
/// insort_left(xs, 3)
/// xs  # -> [1, 3, 5]
/// ```
#[builtin(group = "lists", effect = Mutates)]
pub fn insort_left(
    host: &mut dyn Host,
    /// The sorted list.
    a: List,
    /// The item.
    x: Value,
    /// The first position to look at.
    #[default(0)]
    lo: i64,
    /// The end of what to look at.
    hi: Option<i64>,
    /// What the list is sorted by.
    #[keyword]
    key: Option<Value>,
) -> Result<(), Fault> {
    insort(host, &a, x, (lo, hi, key), false)
}

/// Puts an item into a sorted list, behind items that equal it.
///
/// ```rlm
/// xs = [1, 5]
/// insort(xs, 3)
/// xs  # -> [1, 3, 5]
/// ```
#[builtin(group = "lists", effect = Mutates, aliases("insort"))]
pub fn insort_right(
    host: &mut dyn Host,
    /// The sorted list.
    a: List,
    /// The item.
    x: Value,
    /// The first position to look at.
    #[default(0)]
    lo: i64,
    /// The end of what to look at.
    hi: Option<i64>,
    /// What the list is sorted by.
    #[keyword]
    key: Option<Value>,
) -> Result<(), Fault> {
    insort(host, &a, x, (lo, hi, key), true)
}

fn insort(
    host: &mut dyn Host,
    a: &List,
    x: Value,
    (lo, hi, key): (i64, Option<i64>, Option<Value>),
    after: bool,
) -> Result<(), Fault> {
    // Here, unlike in the search alone, the item has a key too.
    let mut key = Key::new(key);
    let wanted = key.of(host, &x)?;
    let at = Search { host: &mut *host, xs: a, key, after }.position(&wanted, lo, hi)?;
    grown(host, a)?;
    host.spend((a.len().saturating_sub(at)) as u64 / 64)?;
    let mut items = editable(host, a)?;
    let at = at.min(items.len());
    items.insert(at, x);
    Ok(())
}
