//! Dates and durations under operators.

use std::rc::Rc;

use jiff::SignedDuration;
use num_traits::ToPrimitive;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use super::{Number, integer, unsupported};
use crate::dates::Date;
use crate::fault::Fault;
use crate::value::Value;

const DAY: i64 = 86_400;

pub(super) fn binary(op: BinaryOp, left: Value, right: Value) -> Result<Value, Fault> {
    match (op, &left, &right) {
        (BinaryOp::Sub, Value::Date(a), Value::Date(b)) => {
            Ok(Value::Duration(a.moment.duration_since(b.moment).as_secs()))
        }
        (BinaryOp::Add, Value::Date(date), Value::Duration(seconds))
        | (BinaryOp::Add, Value::Duration(seconds), Value::Date(date)) => moved(date, *seconds),
        (BinaryOp::Sub, Value::Date(date), Value::Duration(seconds)) => {
            moved(date, seconds.checked_neg().ok_or_else(too_long)?)
        }
        (_, Value::Duration(a), Value::Duration(b)) => durations(op, *a, *b, &left, &right),
        (BinaryOp::Mul, Value::Duration(a), number)
        | (BinaryOp::Mul, number, Value::Duration(a)) => match Number::of(number) {
            Some(Number::Int(n)) => a.checked_mul(n).map(Value::Duration).ok_or_else(too_long),
            Some(number) => seconds_of(to_float(*a) * number.float()?),
            None => Err(unsupported(op, &left, &right)),
        },
        (BinaryOp::Div | BinaryOp::FloorDiv, Value::Duration(a), number) => {
            match (op, Number::of(number)) {
                (_, Some(Number::Int(0))) => Err(integer::by_zero()),
                (BinaryOp::FloorDiv, Some(Number::Int(n))) => {
                    num_quotient(*a, n).map(Value::Duration).ok_or_else(too_long)
                }
                (BinaryOp::Div, Some(number)) => {
                    let divisor = number.float()?;
                    if divisor == 0.0 {
                        return Err(integer::by_zero());
                    }
                    seconds_of(to_float(*a) / divisor)
                }
                _ => Err(unsupported(op, &left, &right)),
            }
        }
        _ => Err(unsupported(op, &left, &right)),
    }
}

fn durations(op: BinaryOp, a: i64, b: i64, left: &Value, right: &Value) -> Result<Value, Fault> {
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if b == 0 => {
            return Err(integer::by_zero());
        }
        BinaryOp::Div => return Ok(Value::Float(to_float(a) / to_float(b))),
        BinaryOp::FloorDiv => return num_quotient(a, b).map(Value::Int).ok_or_else(too_long),
        BinaryOp::Mod => num_quotient(a, b).map(|q| a.wrapping_sub(q.wrapping_mul(b))),
        _ => return Err(unsupported(op, left, right)),
    };
    result.map(Value::Duration).ok_or_else(too_long)
}

/// Floor division; `None` on overflow or zero.
fn num_quotient(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

#[allow(clippy::cast_precision_loss)] // seconds of a few thousand years are exact
fn to_float(seconds: i64) -> f64 {
    seconds as f64
}

fn seconds_of(seconds: f64) -> Result<Value, Fault> {
    seconds.round_ties_even().to_i64().map(Value::Duration).ok_or_else(too_long)
}

/// `-duration`
pub(super) fn negated(seconds: i64) -> Result<Value, Fault> {
    seconds.checked_neg().map(Value::Duration).ok_or_else(too_long)
}

fn too_long() -> Fault {
    Fault::new(Code::BadValue, "this duration is too long")
}

fn moved(date: &Date, seconds: i64) -> Result<Value, Fault> {
    let moment = date.moment.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| {
        Fault::new(Code::BadValue, "this date would be outside the years 1 to 9999")
    })?;
    let has_time = date.has_time || seconds % DAY != 0;
    Ok(Value::Date(Rc::new(Date { moment, has_time })))
}
