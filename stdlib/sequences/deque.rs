//! `collections.deque`: a list with a cheap beginning, and a most if wanted.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::list_methods::grown;
use crate::operators::{copy_items, editable};
use crate::value::{List, Value};
use crate::walk::walk;

/// A list that is short at both ends: a queue, or the last items of something.
///
/// With `maxlen` it keeps that many: adding one at an end drops one at the other. It has every method
/// of a list.
///
/// ```rlm
/// last = deque(maxlen=2)
/// for x in [1, 2, 3] { last.append(x) }
/// list(last)  # -> [2, 3]
/// ```
#[builtin(group = "lists", returns = List)]
pub fn deque(
    host: &mut dyn Host,
    /// What to begin with.
    #[default(unset)]
    iterable: Value,
    /// The most items that it keeps.
    maxlen: Option<usize>,
) -> Result<Value, Fault> {
    let items = match iterable {
        Value::Unset => Vec::new(),
        other => {
            let items = walk(host, &other)?;
            copy_items(host, &items)?
        }
    };
    Ok(Value::List(List::deque(items, maxlen)))
}

/// Removes the first item and gives it.
///
/// ```rlm
/// queue = deque([1, 2])
/// queue.popleft()  # -> 1
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates, aliases("shift", "pop_front"))]
pub fn popleft(
    host: &mut dyn Host,
    /// The list.
    xs: List,
) -> Result<Value, Fault> {
    if xs.is_empty() {
        return Err(Fault::new(Code::NotFound, "popleft from an empty list")
            .of_class("IndexError")
            .with_help("test it first: while xs"));
    }
    // The others move up: a copy of a block, at memory speed.
    host.spend(xs.len() as u64 / 64)?;
    Ok(editable(host, &xs)?.remove(0))
}

/// Adds an item at the beginning.
///
/// ```rlm
/// queue = deque([2])
/// queue.appendleft(1)
/// list(queue)  # -> [1, 2]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates, aliases("unshift", "push_front"))]
pub fn appendleft(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// The item.
    item: Value,
) -> Result<(), Fault> {
    grown(host, &xs)?;
    host.spend(xs.len() as u64 / 64)?;
    editable(host, &xs)?.insert(0, item);
    xs.drop_surplus(false);
    Ok(())
}

/// Adds items at the beginning, one after another: the last one comes first.
///
/// ```rlm
/// queue = deque([3])
/// queue.extendleft([2, 1])
/// list(queue)  # -> [1, 2, 3]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn extendleft(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// The items.
    iterable: Value,
) -> Result<(), Fault> {
    let more = walk(host, &iterable)?;
    let mut items = copy_items(host, &more)?;
    items.reverse();
    host.spend(xs.len() as u64 / 64)?;
    editable(host, &xs)?.splice(..0, items);
    xs.drop_surplus(false);
    Ok(())
}

/// Moves the last `n` items to the beginning; with a negative `n` the first ones to the end.
///
/// ```rlm
/// queue = deque([1, 2, 3])
/// queue.rotate(1)
/// list(queue)  # -> [3, 1, 2]
/// ```
#[builtin(owners(List), group = "lists", effect = Mutates)]
pub fn rotate(
    host: &mut dyn Host,
    /// The list.
    xs: List,
    /// By how many.
    #[default(1)]
    n: i64,
) -> Result<(), Fault> {
    let len = i64::try_from(xs.len()).unwrap_or(i64::MAX);
    if len > 0 {
        host.spend(xs.len() as u64 / 64)?;
        let by = usize::try_from(n.rem_euclid(len)).unwrap_or(0);
        editable(host, &xs)?.rotate_right(by);
    }
    Ok(())
}

/// The most items that a deque keeps, or `None`.
///
/// ```rlm
/// deque(maxlen=3).maxlen  # -> 3
/// ```
#[builtin(owners(List), group = "lists", property)]
pub fn maxlen(
    /// The deque.
    xs: List,
) -> Option<usize> {
    xs.as_deque().and_then(|deque| deque.most)
}
