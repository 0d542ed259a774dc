//! Walking lists at a price, and calling key functions.

use std::collections::VecDeque;

use crate::fault::Fault;
use crate::host::Host;
use crate::subscript;
use crate::value::{List, Storage, Value};

/// Items paid for at once.
const BLOCK: usize = 64;

/// Runs `body` for each item until it returns false. Program code may run in it and change the list.
///
/// # Errors
/// Those of `body`, and when the steps are used up.
pub(crate) fn each(
    host: &mut dyn Host,
    list: &List,
    mut body: impl FnMut(&mut dyn Host, Value) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let mut index = 0;
    while let Some(item) = list.get(index) {
        pay(host, list, index)?;
        if !body(host, item)? {
            break;
        }
        index += 1;
    }
    Ok(())
}

/// The same for work that runs no program code and looks only: the list is borrowed meanwhile.
///
/// # Errors
/// As [`each`].
pub(crate) fn look(
    host: &mut dyn Host,
    list: &List,
    mut body: impl FnMut(&Value) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    match &*list.storage() {
        Storage::Values(values) => {
            for block in values.chunks(BLOCK) {
                host.spend(block.len() as u64)?;
                for item in block {
                    if !body(item)? {
                        return Ok(());
                    }
                }
            }
        }
        Storage::Lazy(sequence) => {
            for (index, item) in sequence.iter().enumerate() {
                if index.is_multiple_of(BLOCK) {
                    host.spend((sequence.len() - index).min(BLOCK) as u64)?;
                }
                if !body(&item)? {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn pay(host: &mut dyn Host, list: &List, index: usize) -> Result<(), Fault> {
    if index.is_multiple_of(BLOCK) {
        host.spend(list.len().saturating_sub(index).min(BLOCK) as u64)?;
    }
    Ok(())
}

/// A key function, a field's name or a position; without one an item is its own key.
pub(crate) struct Key {
    function: Option<Value>,
    args: Vec<Value>,
    /// Keys of the next items, where they were made all at once.
    made: VecDeque<Value>,
}

impl Key {
    /// The key for an argument `key=`.
    pub(crate) fn new(function: Option<Value>) -> Key {
        Key { function, args: Vec::new(), made: VecDeque::new() }
    }

    /// Makes the keys of all items at once where the function may wait for models. [`Key::of`] must then be
    /// called for each of them, in this order.
    ///
    /// # Errors
    /// Those of the function.
    pub(crate) fn make(
        &mut self,
        host: &mut dyn Host,
        items: impl IntoIterator<Item = Value>,
    ) -> Result<(), Fault> {
        if let Some(function) = self.function.as_ref().filter(|function| host.may_wait(function)) {
            let arguments = items.into_iter().map(|item| vec![item]).collect();
            self.made = host.call_each(function, arguments)?.into();
        }
        Ok(())
    }

    /// The function of `cmp_to_key`, which compares two items instead of giving a key.
    pub(crate) fn comparator(&self) -> Option<Value> {
        crate::functional::comparator(self.function.as_ref()?)
    }

    /// True without a function.
    pub(crate) fn is_identity(&self) -> bool {
        self.function.is_none()
    }

    /// The key of an item. Runs program code.
    ///
    /// # Errors
    /// Those of the function; a missing field.
    pub(crate) fn of(&mut self, host: &mut dyn Host, item: &Value) -> Result<Value, Fault> {
        if let Some(key) = self.made.pop_front() {
            return Ok(key);
        }
        match &self.function {
            None => Ok(item.clone()),
            Some(field @ (Value::Text(_) | Value::Int(_))) => subscript::index(host, item, field),
            Some(function) => {
                self.args.clear();
                self.args.push(item.clone());
                host.call(function, &mut self.args)
            }
        }
    }
}

/// Calls a function with one argument.
///
/// # Errors
/// Those of the function.
pub(crate) fn call(host: &mut dyn Host, function: &Value, arg: Value) -> Result<Value, Fault> {
    host.call(function, &mut vec![arg])
}
