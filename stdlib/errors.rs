//! Errors as values: what `except ... as e` gives, and what `raise` takes.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::expected;
use crate::fault::{Fault, FaultKind};
use crate::value::{ErrorValue, Function, Object, Value, display};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&ERROR_ARGS, &MSG, &CLASS];

/// An error of a kind that was not raised yet: `ValueError("x")`.
pub fn make(kind: &'static str, args: Vec<Value>) -> Value {
    Value::Object(Rc::new(Object::Error(ErrorValue { kind, args, fault: None })))
}

/// The value of a caught error. `raised` is what the program raised last: if the error is that, it keeps
/// what it was made of.
pub fn caught(fault: &Fault, raised_last: Option<&Value>) -> Value {
    if let Some(last) = raised_last.and_then(ErrorValue::of)
        && last.kind == fault.class()
        && !last.args.is_empty()
        && last.message() == fault.message.as_str()
    {
        let error =
            ErrorValue { kind: last.kind, args: last.args.clone(), fault: Some(fault.clone()) };
        return Value::Object(Rc::new(Object::Error(error)));
    }
    // `raise ValueError` has no message but its own name, which is for whoever sees it uncaught.
    let bare = fault.code == Code::Raised && fault.message == fault.class();
    let args = if bare { Vec::new() } else { vec![Value::from(fault.message.as_str())] };
    let error = ErrorValue { kind: fault.class(), args, fault: Some(fault.clone()) };
    Value::Object(Rc::new(Object::Error(error)))
}

/// The fault that `raise value` makes: of an error's or kind's own kind, else an `Exception` with the
/// value as its message.
pub fn raised(value: &Value) -> Fault {
    if let Some(error) = ErrorValue::of(value) {
        if let Some(fault) = &error.fault
            && fault.kind == FaultKind::Error
        {
            return fault.clone();
        }
        let message = error.message();
        let message = if message.is_empty() { error.kind.to_string() } else { message.to_string() };
        return Fault::new(Code::Raised, message).of_class(error.kind);
    }
    if let Value::Function(function) = value
        && let Function::Kind(kind) = &**function
    {
        return Fault::new(Code::Raised, *kind).of_class(kind);
    }
    Fault::new(Code::Raised, display(value).to_str().into_owned())
}

/// Whether `except value` takes the error, for a kind or a tuple of kinds in a variable.
pub fn fits(fault: &Fault, value: &Value) -> bool {
    match value {
        Value::Function(function) => {
            matches!(&**function, Function::Kind(kind) if fault.is_a(kind))
        }
        Value::Tuple(kinds) => kinds.iter().any(|kind| fits(fault, kind)),
        _ => false,
    }
}

fn error(value: &Value) -> Result<&ErrorValue, Fault> {
    ErrorValue::of(value).ok_or_else(|| expected("an error", value))
}

/// What an error was made of, as a tuple; of one that the language raised, its message.
///
/// ```rlm
/// ValueError("bad", 3).args  # -> ('bad', 3)
/// ```
#[builtin(group = "values", name = "args", owners(Error), property, returns = Tuple)]
pub fn error_args(
    /// A caught error.
    e: Value,
) -> Result<Value, Fault> {
    Ok(Value::tuple(error(&e)?.args.clone()))
}

/// The message of an error, as `str(e)`.
///
/// ```rlm
/// ValueError("bad").msg  # -> 'bad'
/// ```
#[builtin(group = "values", owners(Error), aliases("message"), property)]
pub fn msg(
    /// A caught error.
    e: Value,
) -> Result<crate::text::Text, Fault> {
    Ok(error(&e)?.message())
}

/// The kind of an error, as `type(e)`.
///
/// ```rlm
/// ValueError("bad").__class__.__name__  # -> 'ValueError'
/// ```
#[builtin(group = "values", name = "__class__", owners(Error), property, returns = Function)]
pub fn class(
    /// A caught error.
    e: Value,
) -> Result<Value, Fault> {
    Ok(Value::Function(Rc::new(Function::Kind(error(&e)?.kind))))
}
