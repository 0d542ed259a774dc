//! `x.name` where the name is only known at run time.

use std::rc::Rc;

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::value::{Function, Value};

/// A field of a dict or record, a property, or a method waiting for its arguments; `None` if there is
/// nothing of this name.
pub(crate) fn attribute(
    host: &mut dyn Host,
    value: &Value,
    name: &str,
) -> Result<Option<Value>, Fault> {
    match value {
        Value::Dict(dict) => {
            if let Some(found) = dict.get(&Value::from(name)) {
                return Ok(Some(found));
            }
        }
        Value::Tuple(items) => {
            if let Some(found) = items.field(name) {
                return Ok(Some(found.clone()));
            }
        }
        _ => {}
    }
    let Some(builtin) = host.table().method(value.ty(), name) else { return Ok(None) };
    if !builtin.signature.property {
        let method = Function::Method { receiver: value.clone(), builtin };
        return Ok(Some(Value::Function(Rc::new(method))));
    }
    let mut args = vec![Value::Unset; builtin.signature.params.len()];
    if let Some(slot) = args.get_mut(builtin.signature.receiver.unwrap_or(0)) {
        *slot = value.clone();
    }
    (builtin.call)(host, &mut args).map(Some)
}

/// The error for a name that a value does not have.
pub(crate) fn missing(value: &Value, name: &str) -> Fault {
    let message = format!("{} has no field `{name}`", value.ty().with_article());
    Fault::new(Code::UnknownMethod, message)
}
