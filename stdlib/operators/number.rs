//! Arithmetic on ints and floats of any size.

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rlm_lang_syntax::ast::{BinaryOp, UnaryOp};
use rlm_lang_syntax::codes::Code;

use super::{float, integer};
use crate::fault::Fault;
use crate::host::Host;
use crate::value::Value;

/// A number of any kind; a bool is an int.
#[derive(Clone, Debug)]
pub(crate) enum Number {
    /// An int of 64 bits.
    Int(i64),
    /// A larger int.
    Big(Rc<BigInt>),
    /// A float.
    Float(f64),
}

impl Number {
    /// The number that a value is.
    pub(crate) fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Bool(b) => Some(Number::Int(i64::from(*b))),
            Value::Int(n) => Some(Number::Int(*n)),
            Value::Big(n) => Some(Number::Big(n.clone())),
            Value::Float(x) => Some(Number::Float(*x)),
            _ => None,
        }
    }

    /// The int as a big one; `None` for a float.
    pub(crate) fn big(&self) -> Option<BigInt> {
        match self {
            Number::Int(n) => Some(BigInt::from(*n)),
            Number::Big(n) => Some((**n).clone()),
            Number::Float(_) => None,
        }
    }

    /// The nearest float.
    ///
    /// # Errors
    /// For an int beyond the range of floats.
    pub(crate) fn float(&self) -> Result<f64, Fault> {
        match self {
            #[allow(clippy::cast_precision_loss)] // as Python's float(n)
            Number::Int(n) => Ok(*n as f64),
            Number::Big(n) => n.to_f64().filter(|x| x.is_finite()).ok_or_else(too_large),
            Number::Float(x) => Ok(*x),
        }
    }
}

fn too_large() -> Fault {
    Fault::new(Code::BadValue, "this int is too large for a float")
        .of_class("OverflowError")
        .with_help("stay with ints: // instead of /")
}

/// A float as a result: infinite only if an operand was.
///
/// # Errors
/// When a computation of finite numbers overflows, as in Python's `math`.
pub(crate) fn float_value(x: f64, operands: &[f64]) -> Result<Value, Fault> {
    if x.is_infinite() && operands.iter().all(|o| o.is_finite()) {
        return Err(Fault::new(Code::BadValue, "the result is too large for a float")
            .of_class("OverflowError"));
    }
    Ok(Value::Float(x))
}

pub(super) fn binary(
    host: &mut dyn Host,
    op: BinaryOp,
    a: &Number,
    b: &Number,
) -> Result<Value, Fault> {
    if let (Number::Int(a), Number::Int(b)) = (a, b)
        && let Some(result) = integer::small(op, *a, *b)?
    {
        return Ok(result);
    }
    match (a.big(), b.big()) {
        (Some(a), Some(b)) => integer::big(host, op, &a, &b),
        _ => {
            if matches!(
                op,
                BinaryOp::BitAnd
                    | BinaryOp::BitOr
                    | BinaryOp::BitXor
                    | BinaryOp::ShiftLeft
                    | BinaryOp::ShiftRight
            ) {
                let message =
                    format!("expected two ints around {}, found a float", super::sign(op));
                return Err(Fault::new(Code::WrongType, message).with_help("round it: int(x)"));
            }
            float::binary(op, a.float()?, b.float()?)
        }
    }
}

pub(super) fn unary(op: UnaryOp, number: &Number) -> Result<Value, Fault> {
    match (op, number) {
        (UnaryOp::Not, _) => Ok(Value::Bool(match number {
            Number::Int(n) => *n == 0,
            Number::Big(_) => false,
            Number::Float(x) => *x == 0.0,
        })),
        (UnaryOp::Plus, Number::Int(n)) => Ok(Value::Int(*n)),
        (UnaryOp::Plus, Number::Big(n)) => Ok(Value::Big(n.clone())),
        (UnaryOp::Plus, Number::Float(x)) => Ok(Value::Float(*x)),
        (UnaryOp::Minus, Number::Int(n)) => {
            Ok(n.checked_neg().map_or_else(|| Value::int(-BigInt::from(*n)), Value::Int))
        }
        (UnaryOp::Minus, Number::Big(n)) => Ok(Value::int(-(**n).clone())),
        (UnaryOp::Minus, Number::Float(x)) => Ok(Value::Float(-x)),
        (UnaryOp::Invert, Number::Int(n)) => Ok(Value::Int(!n)),
        (UnaryOp::Invert, Number::Big(n)) => Ok(Value::int(!(**n).clone())),
        (UnaryOp::Invert, Number::Float(_)) => {
            Err(Fault::new(Code::WrongType, "expected an int after ~, found a float"))
        }
    }
}
