//! Walking whatever can be walked.

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::operators::reserve_list;
use crate::records::buffer::buffer_of;
use crate::text::Text;
use crate::value::{List, Value};

/// The next item of what gives items one by one: an iterator, a generator, a buffer. `None` at its end,
/// and for every other value.
pub fn take_next(value: &Value) -> Option<Value> {
    match value {
        Value::Iterator(it) => it.take_next(),
        Value::List(list) if list.position().is_some() => list.take_next(),
        other => buffer_of(other)?.take_line().map(Value::Text),
    }
}

/// True for what [`take_next`] takes items from.
pub fn is_iterator(value: &Value) -> bool {
    match value {
        Value::Iterator(_) => true,
        Value::List(list) => list.position().is_some(),
        other => buffer_of(other).is_some(),
    }
}

/// Inputs above this size are never meant to be walked by characters.
const LARGE: usize = 10_000;

/// The items of a value, shared where they can be: lists, tuples, sets, keys of dicts, characters of
/// a text, the rest of an iterator.
///
/// # Errors
/// When the value cannot be walked, or is a whole input: its characters are never meant.
pub(crate) fn walk(host: &mut dyn Host, value: &Value) -> Result<List, Fault> {
    match value {
        Value::List(list) => Ok(list.walked()),
        Value::Text(text) => {
            if is_whole_input(text) {
                return Err(Fault::new(Code::WrongType, "expected a list, found a whole document")
                    .with_help("walk its lines(t), its pieces chunk(t, 100000), or docs"));
            }
            reserve_list(host, text.char_len())?;
            value.items()
        }
        Value::Match(m) => walk(host, &Value::Text(m.whole())),
        Value::Tuple(items) => {
            reserve_list(host, items.len())?;
            value.items()
        }
        Value::Set(set) => {
            reserve_list(host, set.len())?;
            value.items()
        }
        Value::Dict(dict) => {
            reserve_list(host, dict.len())?;
            value.items()
        }
        Value::None | Value::Unset => Err(Fault::wrong_type("a list", value.ty())
            .with_help("the value may be a search that found nothing: test it with if first")),
        _ => value.items(),
    }
}

fn is_whole_input(text: &Text) -> bool {
    text.byte_len() > LARGE
        && text.document().is_some_and(|document| document.byte_len() <= text.byte_len())
}
