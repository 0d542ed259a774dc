//! Dropping deeply nested values without deep recursion.
//!
//! A program can nest a list ten million times in a loop; the ordinary drop would recurse as
//! deep and overflow the stack. Containers hand their items to [`release`], which recurses a
//! little and queues the rest.

use std::cell::{Cell, RefCell};

use crate::value::Value;

const MAX_DEPTH: u32 = 64;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static QUEUE: RefCell<Vec<Vec<Value>>> = const { RefCell::new(Vec::new()) };
}

/// Drops the items of a container; also for what else owns values, as functions of a program do.
pub fn release(items: Vec<Value>) {
    // While the thread ends its locals may be gone: the plain drop is all that is left then.
    let Ok(depth) = DEPTH.try_with(Cell::get) else { return };
    if depth >= MAX_DEPTH {
        let _ = QUEUE.try_with(|queue| queue.borrow_mut().push(items));
        return;
    }
    let _ = DEPTH.try_with(|d| d.set(depth + 1));
    drop(items);
    let _ = DEPTH.try_with(|d| d.set(depth));
    if depth == 0 {
        drain();
    }
}

fn drain() {
    while let Ok(Some(items)) = QUEUE.try_with(|queue| queue.borrow_mut().pop()) {
        let _ = DEPTH.try_with(|d| d.set(1));
        drop(items);
        let _ = DEPTH.try_with(|d| d.set(0));
    }
}

/// True if dropping the value drops other values.
pub(super) fn holds_values(value: &Value) -> bool {
    !matches!(
        value,
        Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Big(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::Duration(_)
            | Value::Failed(_)
    )
}
