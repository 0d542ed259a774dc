//! The values of the language.
//!
//! A [`Value`] is 24 bytes: scalars and texts are stored in place, everything else behind one
//! `Rc`. Lists, dicts and sets are shared and mutable as in Python. Values belong to one thread;
//! texts alone can be sent to others.

mod collections;
mod drop;
mod equal;
mod function;
mod matches;
mod object;
mod repr;

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};
use rlm_lang_syntax::signature::Type;

pub use collections::{
    Deque, Dict, DictKind, EachPiece, List, Map, Members, More, Piece, Position, Record, Sequence,
    Set, Storage, Tuple,
};
pub use drop::release;
pub use equal::{compare, equals, hashable};
pub use function::{Function, UserFunction};
pub use matches::{Match, Pattern, PatternEngine};
pub use object::{ErrorValue, Object};
pub(crate) use repr::dict_marks;
pub(crate) use repr::is_printable;
pub use repr::{display, first_entries, format_float, repr};

use crate::fault::Fault;
use crate::meter;
use crate::text::Text;

/// A value of the language.
#[derive(Default)]
pub enum Value {
    /// No value: a variable before its assignment, an argument that was not given.
    #[default]
    Unset,
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// A float.
    Float(f64),
    /// A difference of dates, in seconds. The last of the scalars: see [`Value::is_scalar`].
    Duration(i64),
    /// An integer that does not fit 64 bits; never one that does (see [`Value::int`]).
    Big(Rc<BigInt>),
    /// A text.
    Text(Text),
    /// A match of a regex; behaves as its whole text.
    Match(Rc<Match>),
    /// A list.
    List(List),
    /// A tuple.
    Tuple(Tuple),
    /// A dict.
    Dict(Dict),
    /// A set.
    Set(Set),
    /// A function.
    Function(Rc<Function>),
    /// A compiled regex.
    Pattern(Rc<Pattern>),
    /// A date, with or without a time of day.
    Date(Rc<crate::dates::Date>),
    /// What `iter(...)` makes: the items and the next position.
    Iterator(Rc<ListIterator>),
    /// A model call that failed.
    Failed(Rc<FailedCall>),
    /// Something with methods of its own: a caught error, a buffer, a writer.
    Object(Rc<Object>),
}

/// A list that is being walked by `next`.
pub struct ListIterator {
    /// The items.
    pub items: List,
    /// The index of the next item.
    pub next: std::cell::Cell<usize>,
}

impl ListIterator {
    /// The next item, which it gives once.
    pub fn take_next(&self) -> Option<Value> {
        let item = self.items.get(self.next.get())?;
        // Below the length, or there would have been no item.
        self.next.set(self.next.get() + 1);
        Some(item)
    }
}

/// Why a model call gave no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCall {
    /// "timeout after 3 tries"
    pub reason: String,
    /// What the call was about, shortened: its instruction and the place of its text.
    pub about: String,
}

impl Clone for Value {
    /// Scalars are copied in place: they are most of what programs move about.
    #[inline]
    fn clone(&self) -> Value {
        match self {
            Value::Unset => Value::Unset,
            Value::None => Value::None,
            Value::Bool(b) => Value::Bool(*b),
            Value::Int(n) => Value::Int(*n),
            Value::Float(x) => Value::Float(*x),
            _ => self.shared(),
        }
    }
}

impl Value {
    /// The clone of what is more than a scalar.
    #[inline(never)]
    fn shared(&self) -> Value {
        match self {
            Value::Unset => Value::Unset,
            Value::None => Value::None,
            Value::Bool(b) => Value::Bool(*b),
            Value::Int(n) => Value::Int(*n),
            Value::Float(x) => Value::Float(*x),
            Value::Duration(seconds) => Value::Duration(*seconds),
            Value::Big(n) => Value::Big(n.clone()),
            Value::Text(t) => Value::Text(t.clone()),
            Value::Match(m) => Value::Match(m.clone()),
            Value::List(l) => Value::List(l.clone()),
            Value::Tuple(t) => Value::Tuple(t.clone()),
            Value::Dict(d) => Value::Dict(d.clone()),
            Value::Set(s) => Value::Set(s.clone()),
            Value::Function(f) => Value::Function(f.clone()),
            Value::Pattern(p) => Value::Pattern(p.clone()),
            Value::Date(d) => Value::Date(d.clone()),
            Value::Iterator(it) => Value::Iterator(it.clone()),
            Value::Failed(f) => Value::Failed(f.clone()),
            Value::Object(o) => Value::Object(o.clone()),
        }
    }

    /// Puts another value in its place. An ordinary assignment calls the drop of what was there; most of
    /// what is overwritten is a scalar or nothing.
    #[inline]
    pub fn set(&mut self, value: Value) {
        let old = std::mem::replace(self, value);
        if old.is_scalar() {
            std::mem::forget(old);
        }
    }

    /// Drops the value, a scalar without a call.
    #[inline]
    pub fn discard(self) {
        if self.is_scalar() {
            std::mem::forget(self);
        }
    }

    /// Whether it owns and shares nothing: neither cloning nor dropping it does anything. These variants
    /// stand together, so that it is one comparison.
    #[inline]
    pub fn is_scalar(&self) -> bool {
        matches!(
            self,
            Value::Unset
                | Value::None
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::Duration(_)
        )
    }

    /// A text value.
    pub fn text(text: impl Into<Text>) -> Value {
        Value::Text(text.into())
    }

    /// An integer of any size, in its one representation.
    pub fn int(value: BigInt) -> Value {
        match value.to_i64() {
            Some(small) => Value::Int(small),
            None => Value::Big(Rc::new(value)),
        }
    }

    /// A count as an integer; counts beyond 63 bits cannot occur.
    pub fn count(n: usize) -> Value {
        Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// A new list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    /// For a list, the same as one that `next` takes items from.
    #[must_use]
    pub fn one_by_one(self) -> Value {
        match self {
            Value::List(list) => Value::List(list.one_by_one()),
            other => other,
        }
    }

    /// A new tuple.
    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(Tuple::new(items))
    }

    /// The kind of value. `Unset` counts as `None`.
    pub fn ty(&self) -> Type {
        match self {
            Value::Unset | Value::None => Type::None,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) | Value::Big(_) => Type::Int,
            Value::Float(_) => Type::Float,
            Value::Text(_) => Type::Text,
            Value::Match(_) => Type::Match,
            Value::List(_) => Type::List,
            Value::Tuple(_) => Type::Tuple,
            Value::Dict(_) => Type::Dict,
            Value::Set(_) => Type::Set,
            Value::Function(_) => Type::Function,
            Value::Pattern(_) => Type::Pattern,
            Value::Date(_) => Type::Date,
            Value::Duration(_) => Type::Duration,
            Value::Iterator(_) => Type::Iterator,
            Value::Failed(_) => Type::Failed,
            Value::Object(object) => object.ty(),
        }
    }

    /// Whether it counts as true: not `None`, `False`, zero, empty or a failed call.
    pub fn truthy(&self) -> bool {
        match self {
            Value::Unset | Value::None | Value::Failed(_) => false,
            Value::Bool(b) => *b,
            Value::Int(n) => *n != 0,
            Value::Big(n) => !n.is_zero(),
            Value::Float(x) => *x != 0.0,
            Value::Text(t) => !t.is_empty(),
            Value::List(l) => !l.is_empty(),
            Value::Tuple(t) => !t.is_empty(),
            Value::Dict(d) => !d.is_empty(),
            Value::Set(s) => !s.is_empty(),
            Value::Duration(seconds) => *seconds != 0,
            Value::Match(_)
            | Value::Function(_)
            | Value::Pattern(_)
            | Value::Date(_)
            | Value::Object(_)
            | Value::Iterator(_) => true,
        }
    }

    /// The text of a text or match.
    pub fn as_text(&self) -> Option<Text> {
        match self {
            Value::Text(t) => Some(t.clone()),
            Value::Match(m) => Some(m.whole()),
            Value::Object(object) => object.as_text(),
            _ => None,
        }
    }

    /// The items of anything that can be walked, as a list that shares them where it can: lists,
    /// tuples, sets, keys of dicts, the rest of an iterator.
    ///
    /// # Errors
    /// When the value cannot be walked; a text names `lines` and `chunk`.
    pub fn items(&self) -> Result<List, Fault> {
        match self {
            Value::List(l) => Ok(l.walked()),
            Value::Tuple(t) => {
                meter::walk(t.len() as u64);
                Ok(List::new(t.to_vec()))
            }
            Value::Set(s) => {
                meter::walk(s.len() as u64);
                Ok(List::new(s.to_vec()))
            }
            Value::Dict(d) => {
                meter::walk(d.len() as u64);
                Ok(List::new(d.keys()))
            }
            Value::Iterator(it) => {
                let (items, start) = (it.items.clone(), it.next.replace(usize::MAX));
                Ok(if start == 0 { items } else { crate::ranges::Rest::list(items, start) })
            }
            Value::Text(t) => Ok(crate::ranges::Chars::list(t)),
            Value::Failed(f) => Err(failed_used(f)),
            Value::Object(object) => match &**object {
                Object::Buffer(buffer) => Ok(buffer.lines()),
                _ => Err(Fault::wrong_type("a list", self.ty())),
            },
            other => Err(Fault::wrong_type("a list", other.ty())),
        }
    }
}

/// The error for a failed call that is used as a value.
pub fn failed_used(failed: &FailedCall) -> Fault {
    let about =
        if failed.about.is_empty() { String::new() } else { format!(" ({})", failed.about) };
    Fault::new(
        rlm_lang_syntax::codes::Code::FailedUsed,
        format!("this model call failed{about}: {}", failed.reason),
    )
    .with_help("keep the good ones with [r for r in rs if r]")
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(Text::from(text))
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        Value::Text(text)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&repr(self))
    }
}
