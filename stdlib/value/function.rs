//! Function values.

use std::any::Any;

use crate::builtin::Builtin;
use crate::value::Value;

/// A function value.
pub enum Function {
    /// A builtin, as in `key=len`.
    Builtin(&'static Builtin),
    /// A method taken from a value, as in `key=counts.get`.
    Method {
        /// The value before the dot.
        receiver: Value,
        /// The method.
        builtin: &'static Builtin,
    },
    /// A kind of error: `ValueError`, which makes an error when it is called.
    Kind(&'static str),
    /// A function or lambda of the program; the interpreter knows its inside.
    User(Box<dyn UserFunction>),
}

/// What the standard library may know of a program's function.
pub trait UserFunction {
    /// Its name, `lambda` for one without.
    fn name(&self) -> &str;

    /// For the interpreter to find its own type again.
    fn as_any(&self) -> &dyn Any;
}

impl Function {
    /// The name that printing shows.
    pub fn name(&self) -> &str {
        match self {
            Function::Builtin(builtin) | Function::Method { builtin, .. } => builtin.signature.name,
            Function::Kind(kind) => kind,
            Function::User(user) => user.name(),
        }
    }
}
