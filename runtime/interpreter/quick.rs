//! What loops do for each item with dicts and lists, without the way that all calls and assignments go.
//!
//! Each of these gives just what the general way gives, or leaves the work to it. They look at variables
//! where they lie: nothing is cloned to be looked up and dropped again.

use rlm_lang_std::builtin::Builtin;
use rlm_lang_std::dict_methods::GET;
use rlm_lang_std::fault::Fault;
use rlm_lang_std::list_methods::{APPEND, append};
use rlm_lang_std::text_methods::cut::{SPLIT, one_piece};
use rlm_lang_std::value::Value;
use rlm_lang_syntax::ast::BinaryOp;

use super::Machine;
use super::code::*;
use super::eval::small_int;

/// The methods that have a quick way.
#[derive(Clone, Copy)]
pub(crate) enum QuickMethod {
    /// `d.get(key)` and `d.get(key, default)`
    Get,
    /// `t.split(separator)`, where one piece is wanted
    Split,
    /// `xs.append(item)`
    Append,
}

impl QuickMethod {
    pub(super) fn of(builtin: &'static Builtin) -> Option<QuickMethod> {
        let quick = [
            (&GET, QuickMethod::Get),
            (&SPLIT, QuickMethod::Split),
            (&APPEND, QuickMethod::Append),
        ];
        quick.into_iter().find(|(known, _)| std::ptr::eq(*known, builtin)).map(|(_, quick)| quick)
    }
}

/// Whether both are the same plain variable.
fn is_same_variable(a: &Expr, b: &Expr) -> bool {
    match (&a.op, &b.op) {
        (Op::Variable(x @ (Place::Local(_) | Place::Global(_)), _), Op::Variable(y, _)) => x == y,
        _ => false,
    }
}

impl Machine<'_> {
    /// The result of a call of such a method; `None` where the call must take the general way.
    #[inline]
    pub(super) fn quick_method(
        &mut self,
        method: QuickMethod,
        call: &CallMethod,
    ) -> Option<Result<Value, Fault>> {
        match method {
            QuickMethod::Get => self.quick_get(call).map(Ok),
            QuickMethod::Append => self.quick_append(call),
            QuickMethod::Split => None,
        }
    }

    fn quick_append(&mut self, call: &CallMethod) -> Option<Result<Value, Fault>> {
        let (Some(Value::List(list)), [item], None) =
            (self.at_hand(&call.object), call.args.positional.as_slice(), &self.scratch)
        else {
            return None;
        };
        let list = list.clone();
        let item = match self.value_of(&item.value) {
            Ok(item) => item,
            Err(fault) => return Some(Err(fault)),
        };
        Some(append(self, list, item).map(|()| Value::None))
    }

    /// `t.split(separator)[n]`: no list is made for one piece of it.
    pub(super) fn quick_piece(
        &mut self,
        call: &CallMethod,
        number: &Expr,
    ) -> Option<Result<Value, Fault>> {
        let Some(FoundMethod { quick: Some(QuickMethod::Split), .. }) = call.cache.get() else {
            return None;
        };
        let [separator] = call.args.positional.as_slice() else { return None };
        let (Value::Text(text), Value::Text(separator), Value::Int(number)) =
            (self.at_hand(&call.object)?, self.at_hand(&separator.value)?, self.at_hand(number)?)
        else {
            return None;
        };
        let (piece, steps) = one_piece(text, separator, usize::try_from(*number).ok()?)?;
        Some(rlm_lang_std::host::Host::spend(self, steps).map(|()| Value::Text(piece)))
    }

    /// `d[key] = d.get(key, n) + m`, with one look-up. False where that must take the general way.
    pub(super) fn quick_count(&self, object: &Expr, index: &Expr, value: &Expr) -> bool {
        let Op::Binary { op, left, right } = &value.op else { return false };
        let Op::CallMethod(get) = &left.op else { return false };
        let Some(FoundMethod { quick: Some(QuickMethod::Get), .. }) = get.cache.get() else {
            return false;
        };
        let [key, default] = get.args.positional.as_slice() else { return false };
        let is_same = is_same_variable(object, &get.object) && is_same_variable(index, &key.value);
        let (true, Some(Value::Int(default)), Some(Value::Int(more))) =
            (is_same, self.at_hand(&default.value), self.at_hand(right))
        else {
            return false;
        };
        self.change_item(object, index, *op, *more, Some(*default))
    }

    /// `d[key] = d[key] op more`, for integers; `missing` stands for an item that is not there. False, and
    /// nothing is changed, where that must take the general way.
    pub(super) fn change_item(
        &self,
        object: &Expr,
        index: &Expr,
        op: BinaryOp,
        more: i64,
        missing: Option<i64>,
    ) -> bool {
        /// To compare longer keys costs steps, in bytes.
        const SHORT: usize = 256;
        let (Some(Value::Dict(dict)), Some(key), None) =
            (self.at_hand(object), self.simple_key(index), &self.scratch)
        else {
            return false;
        };
        if matches!(key, Value::Text(text) if text.byte_len() > SHORT) {
            return false;
        }
        let mut map = dict.map_mut();
        let (old, place) = match (map.get_mut(key), missing) {
            (Some(place), _) => match place {
                Value::Int(old) => (*old, Some(place)),
                _ => return false,
            },
            (None, Some(missing)) => (missing, None),
            (None, None) => return false,
        };
        let Some(new) = small_int(op, old, more) else { return false };
        match place {
            Some(place) => *place = Value::Int(new),
            None => drop(map.insert(key.clone(), Value::Int(new))),
        }
        true
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
