//! `x[i]`, `x[a:b]`, and assignments to them.

mod slices;
#[cfg(test)]
mod tests;

use num_bigint::Sign;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::suggest;

use crate::fault::Fault;
use crate::host::Host;
use crate::operators::editable;
use crate::text::Text;
use crate::value::{Dict, DictKind, List, Match, Value, failed_used, hashable, repr};

pub(crate) use slices::Bounds;
pub use slices::{assign_slice, slice};

/// `object[index]`.
///
/// # Errors
/// A position or key that does not exist (the message says which do), or a value that has no
/// items.
pub fn index(host: &mut dyn Host, object: &Value, index: &Value) -> Result<Value, Fault> {
    match object {
        Value::List(list) => {
            let at = position(index, list.len(), "list", "item")?;
            list.get(at).ok_or_else(|| outside(index, list.len(), "list", "item"))
        }
        Value::Tuple(items) => {
            let at = position(index, items.len(), "tuple", "item")?;
            items.get(at).cloned().ok_or_else(|| outside(index, items.len(), "tuple", "item"))
        }
        Value::Text(text) => character(text, index),
        Value::Dict(dict) => dict_item(host, dict, index),
        Value::Match(m) => group(m, index),
        _ => Err(no_items(object, index)),
    }
}

/// `object[index] = value`.
///
/// # Errors
/// A position that does not exist, or a value that cannot change.
pub fn set_index(
    host: &mut dyn Host,
    object: &Value,
    index: Value,
    value: Value,
) -> Result<(), Fault> {
    match object {
        Value::List(list) => {
            let at =
                position(&index, list.len(), "list", "item").map_err(|fault| match fault.code {
                    Code::NotFound => fault.with_help("xs.append(x) adds an item at the end"),
                    _ => fault,
                })?;
            match editable(host, list)?.get_mut(at) {
                Some(slot) => *slot = value,
                None => return Err(outside(&index, list.len(), "list", "item")),
            }
            Ok(())
        }
        Value::Dict(dict) => {
            hashable(&index)?;
            dict.insert(index, value);
            Ok(())
        }
        _ => Err(unchangeable(object, &index)),
    }
}

/// `del object[index]`.
///
/// # Errors
/// A position or key that does not exist, or a value that cannot change.
pub fn delete_index(host: &mut dyn Host, object: &Value, index: &Value) -> Result<(), Fault> {
    match object {
        Value::List(list) => {
            let at = position(index, list.len(), "list", "item")?;
            host.spend(list.len().saturating_sub(at) as u64 / 64)?;
            let removed = editable(host, list)?.remove(at);
            drop(removed);
            Ok(())
        }
        Value::Dict(dict) => {
            hashable(index)?;
            host.spend(dict.len() as u64 / 64)?;
            let removed = dict.map_mut().shift_remove(index);
            removed.map(drop).ok_or_else(|| no_key(dict, index))
        }
        _ => Err(unchangeable(object, index)),
    }
}

/// An int used as a position; `None` for anything else. Beyond 63 bits only the sign matters.
pub(crate) fn as_position(index: &Value) -> Option<i64> {
    match index {
        Value::Int(n) => Some(*n),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Big(n) if n.sign() == Sign::Minus => Some(i64::MIN),
        Value::Big(_) => Some(i64::MAX),
        _ => None,
    }
}

/// The place of an index in a sequence, counted from the end if it is negative.
fn position(index: &Value, len: usize, what: &str, item: &str) -> Result<usize, Fault> {
    let Some(n) = as_position(index) else { return Err(bad_position(index, what)) };
    let distance = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    let at = if n >= 0 { Some(distance) } else { len.checked_sub(distance) };
    at.filter(|at| *at < len).ok_or_else(|| outside(index, len, what, item))
}

/// "index 5 of a list with 3 items"
fn outside(index: &Value, len: usize, what: &str, item: &str) -> Fault {
    let index = repr(index);
    let message = match len {
        0 => format!("index {index} of an empty {what}"),
        1 => format!("index {index} of a {what} with 1 {item}"),
        n => format!("index {index} of a {what} with {n} {item}s"),
    };
    let fault = Fault::new(Code::NotFound, message).of_class("IndexError");
    match len {
        0 => fault.with_help("test it first: if xs { ... }, or first(xs, default)"),
        n => fault.with_help(format!("the last one is {}, or -1", n - 1)),
    }
}

fn bad_position(index: &Value, what: &str) -> Fault {
    if let Value::Failed(failed) = index {
        return failed_used(failed);
    }
    let found = match index {
        Value::Text(_) => shortened(index),
        other => other.ty().with_article(),
    };
    let message = format!("the index of a {what} is an int, found {found}");
    let fault = Fault::new(Code::WrongType, message);
    match (index, what) {
        (Value::Float(_), _) => fault.with_help("round down with //: xs[n // 2]"),
        (Value::Text(_), "list") => fault.with_help(format!(
            "take one item first, xs[0][{found}], or each: [x[{found}] for x in xs]"
        )),
        (Value::Text(key), "text") => fault.with_help(match &*key.to_str() {
            "text" | "content" | "page_content" | "body" => {
                format!("a document is its text: leave out [{found}]")
            }
            "name" | "path" | "filename" | "source" => {
                "a document has its name: d.name".to_string()
            }
            _ => format!("read the text as data first: json(t)[{found}]"),
        }),
        _ => fault,
    }
}

/// A value for a message: at most 30 characters.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 30;
    let text = repr(value);
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST - 3).collect();
    start + "..."
}

fn character(text: &Text, index: &Value) -> Result<Value, Fault> {
    let Some(n) = as_position(index) else { return Err(bad_position(index, "text")) };
    // A position near the start is found without counting the whole text.
    let found = if n >= 0 {
        text.char_at(usize::try_from(n).unwrap_or(usize::MAX))
    } else {
        let stop = n.checked_add(1).filter(|stop| *stop < 0);
        Some(text.python_slice(Some(n), stop, 1))
            // A slice is clamped: it may start later than asked.
            .filter(|_| text.char_len() as u64 >= n.unsigned_abs())
    };
    found.map(Value::Text).ok_or_else(|| outside(index, text.char_len(), "text", "character"))
}

fn dict_item(host: &mut dyn Host, dict: &Dict, key: &Value) -> Result<Value, Fault> {
    hashable(key)?;
    if let Some(value) = dict.get(key) {
        return Ok(value);
    }
    match dict.kind() {
        DictKind::Plain => Err(no_key(dict, key)),
        DictKind::Counter => Ok(Value::Int(0)),
        DictKind::Default(factory) => {
            let factory = Value::Function(factory.clone());
            let made = host.call(&factory, &mut Vec::new())?;
            // The factory may have set the key itself: then that stays, as in Python.
            dict.insert(key.clone(), made.clone());
            Ok(made)
        }
    }
}

/// The error for a key that a dict does not have.
pub(crate) fn no_key(dict: &Dict, key: &Value) -> Fault {
    const SHOWN: usize = 8;
    let message = format!("the dict has no key {}", shortened(key));
    let fault = Fault::new(Code::NotFound, message).of_class("KeyError");
    let keys = dict.keys();
    if keys.is_empty() {
        return fault.with_help("the dict is empty");
    }
    if let Some(wanted) = key.as_text() {
        let wanted = wanted.to_str();
        let names: Vec<String> = keys
            .iter()
            .take(1000)
            .filter_map(|k| k.as_text().map(|t| t.to_str().into_owned()))
            .collect();
        if let Some(near) = suggest::nearest(&wanted, names.iter().map(String::as_str)) {
            return fault.with_help(format!("did you mean {}?", repr(&Value::from(near))));
        }
    }
    let shown: Vec<String> = keys.iter().take(SHOWN).map(shortened).collect();
    let more = match keys.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    fault.with_help(format!("its keys are {}{more}; d.get(key) gives None", shown.join(", ")))
}

/// `m[1]`, `m["name"]`.
pub(crate) fn group(m: &Match, index: &Value) -> Result<Value, Fault> {
    let count = m.groups.len().saturating_sub(1);
    if let Some(n) = as_position(index) {
        return match usize::try_from(n) {
            Ok(n) if n <= count => Ok(m.value(n)),
            _ => Err(Fault::new(
                Code::NotFound,
                match count {
                    0 => format!("the regex has no groups, so there is no group {n}"),
                    1 => format!("the regex has 1 group, so there is no group {n}"),
                    many => format!("the regex has {many} groups, so there is no group {n}"),
                },
            )
            .of_class("IndexError")
            .with_help("put ( ) around the part you want, or take the whole match: m[0]")),
        };
    }
    let Some(name) = index.as_text() else { return Err(bad_position(index, "match")) };
    let name = name.to_str();
    let names = || m.pattern.names.iter().flatten().map(String::as_str);
    match m.pattern.names.iter().position(|n| n.as_deref() == Some(&*name)) {
        Some(at) => Ok(m.value(at)),
        None => {
            let message = format!("the regex has no group {name:?}");
            let fault = Fault::new(Code::NotFound, message).of_class("IndexError");
            Err(match suggest::nearest(&name, names()) {
                Some(near) => fault.with_help(format!("did you mean {near:?}?")),
                None => fault.with_help(format!("name it in the regex: (?P<{name}>...)")),
            })
        }
    }
}

fn no_items(object: &Value, index: &Value) -> Fault {
    match object {
        Value::Failed(failed) => failed_used(failed),
        Value::None | Value::Unset => {
            let message = match as_position(index) {
                Some(n) => format!("search found nothing, so there is no group {n}"),
                None => format!("this is None, so there is no {}", shortened(index)),
            };
            Fault::new(Code::NoMatch, message).with_help("test it first: m[1] if m else None")
        }
        other => {
            let what = other.ty().with_article();
            let fault = Fault::new(Code::WrongType, format!("{what} has no items"));
            match other {
                Value::Function(f) => fault.with_help(format!("call it: {}(...)", f.name())),
                Value::Set(_) => fault.with_help("make it a list first: list(s)[0]"),
                Value::Iterator(_) => fault.with_help("make it a list first: list(it)[0]"),
                Value::Int(_) | Value::Big(_) | Value::Float(_) => {
                    fault.with_help("make it a text first: str(x)[0]")
                }
                _ => fault,
            }
        }
    }
}

fn unchangeable(object: &Value, index: &Value) -> Fault {
    let message = match object {
        Value::Text(_) | Value::Match(_) => "a text cannot be changed",
        Value::Tuple(_) => "a tuple cannot be changed",
        other => return no_items(other, index),
    };
    Fault::new(Code::WrongType, message).with_help(match object {
        Value::Tuple(_) => "make it a list first: list(x)",
        _ => "make a new one: t[:i] + \"x\" + t[i + 1:], or t.replace(old, new)",
    })
}

/// The items of a range of positions, without copying the rest.
pub(crate) fn items_between(list: &List, start: usize, stop: usize) -> Vec<Value> {
    match &*list.storage() {
        crate::value::Storage::Values(values) => {
            values.get(start..stop.min(values.len())).map(<[Value]>::to_vec).unwrap_or_default()
        }
        crate::value::Storage::Lazy(sequence) => {
            (start..stop.min(sequence.len())).filter_map(|i| sequence.get(i)).collect()
        }
    }
}
