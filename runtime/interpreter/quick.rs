//! What loops do for each item with dicts and lists, without the way that all calls and assignments go.
//!
//! Each of these gives just what the general way gives, or leaves the work to it. They look at variables
//! where they lie: nothing is cloned to be looked up and dropped again.

use rlm_lang_std::builtin::Builtin;
use rlm_lang_std::dict_methods::GET;
use rlm_lang_std::value::Value;

use super::Machine;
use super::code::*;

/// The methods that have a quick way.
#[derive(Clone, Copy)]
pub(crate) enum QuickMethod {
    /// `d.get(key)` and `d.get(key, default)`
    Get,
}

impl QuickMethod {
    pub(super) fn of(builtin: &'static Builtin) -> Option<QuickMethod> {
        std::ptr::eq(builtin, &GET).then_some(QuickMethod::Get)
    }
}

impl Machine<'_> {
    /// The result of a call of such a method; `None` where the call must take the general way.
    #[inline]
    pub(super) fn quick_method(&self, method: QuickMethod, call: &CallMethod) -> Option<Value> {
        match method {
            QuickMethod::Get => self.quick_get(call),
        }
    }

    fn quick_get(&self, call: &CallMethod) -> Option<Value> {
        let Value::Dict(dict) = self.at_hand(&call.object)? else { return None };
        let (key, default) = match call.args.positional.as_slice() {
            [key] => (key, &Value::None),
            [key, default] => (key, self.at_hand(&default.value)?),
            _ => return None,
        };
        let key = self.simple_key(&key.value)?;
        if matches!(default, Value::Unset) {
            return None;
        }
        Some(dict.get(key).unwrap_or_else(|| default.clone()))
    }

    /// Sets the item of a dict; gives the value back where that must take the general way.
    pub(super) fn quick_set(&self, object: &Expr, index: &Expr, value: Value) -> Option<Value> {
        let (Some(Value::Dict(dict)), Some(key)) = (self.at_hand(object), self.simple_key(index))
        else {
            return Some(value);
        };
        let mut map = dict.map_mut();
        match map.get_mut(key) {
            Some(place) => {
                let old = std::mem::replace(place, value);
                // Dropping may run through other dicts: not while this one is borrowed.
                drop(map);
                old.discard();
            }
            None => drop(map.insert(key.clone(), value)),
        }
        None
    }

    /// A text or int that lies at hand: a key that needs no check, and that is looked up in a moment.
    #[inline]
    fn simple_key<'a>(&'a self, expr: &'a Expr) -> Option<&'a Value> {
        self.at_hand(expr).filter(|key| matches!(key, Value::Text(_) | Value::Int(_)))
    }
}
