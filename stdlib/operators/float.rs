//! Floats, with Python's rules for signs and errors.

use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use super::integer::by_zero;
use super::number::float_value;
use crate::fault::Fault;
use crate::value::Value;

pub(super) fn binary(op: BinaryOp, a: f64, b: f64) -> Result<Value, Fault> {
    Ok(Value::Float(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div if b == 0.0 => return Err(by_zero()),
        BinaryOp::Div => a / b,
        BinaryOp::FloorDiv | BinaryOp::Mod => {
            let (quotient, rest) = floor_divide(a, b)?;
            if op == BinaryOp::Mod { rest } else { quotient }
        }
        BinaryOp::Pow => return power(a, b),
        // The caller lets only ints through.
        BinaryOp::BitOr
        | BinaryOp::BitAnd
        | BinaryOp::BitXor
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight => {
            return Err(Fault::new(Code::WrongType, "expected two ints, found a float"));
        }
    }))
}

/// `(a // b, a % b)`: the quotient is rounded down, the rest has the sign of `b`.
///
/// # Errors
/// When `b` is zero.
pub(super) fn floor_divide(a: f64, b: f64) -> Result<(f64, f64), Fault> {
    if b == 0.0 {
        return Err(by_zero());
    }
    let mut rest = a % b;
    // `a - rest` is nearly a multiple of b, so this is nearly whole.
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    let quotient = if quotient == 0.0 {
        0.0_f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((quotient, rest))
}

/// `a ** b`.
///
/// # Errors
/// Zero to a negative power, a negative number to a fractional one, overflow.
pub(super) fn power(a: f64, b: f64) -> Result<Value, Fault> {
    if a == 0.0 && b < 0.0 {
        return Err(Fault::new(Code::DivisionByZero, "zero cannot be raised to a negative power"));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        return Err(Fault::new(
            Code::BadValue,
            "a negative number to a fractional power is no real number",
        )
        .with_help("use abs(x) ** y"));
    }
    float_value(a.powf(b), &[a, b])
}

/// `x * 2**exponent` without rounding on the way.
pub(crate) fn scaled(x: f64, exponent: i64) -> f64 {
    const STEP: i64 = 1000;
    let (mut x, mut left) = (x, exponent);
    while left.abs() > STEP && x != 0.0 && x.is_finite() {
        let step = STEP * left.signum();
        x *= power_of_two(step);
        left -= step;
    }
    x * power_of_two(left.clamp(-STEP, STEP))
}

/// `2**exponent` for an exponent of at most 1000.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(u64::try_from(exponent + 1023).unwrap_or(0) << 52)
}
