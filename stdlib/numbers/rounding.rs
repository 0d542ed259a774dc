//! `round`, exactly as CPython: half to even on the true value of the float.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{FromPrimitive, Signed, Zero};
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::number;
use crate::fault::Fault;
use crate::operators::Number;
use crate::value::{Value, format_float};

/// Digits behind the point that any float has at most.
const MOST_DIGITS: i64 = 323;

/// Digits before the point beyond which every float rounds to zero.
const LEAST_DIGITS: i64 = -308;

/// A number rounded, halves to the even neighbour.
///
/// Without digits, or with `None`, the result is an int. Negative digits round to tens, hundreds and
/// so on. As in Python `round(2.5)` is 2, and `round(2.675, 2)` is 2.67, since 2.675 is a little less
/// than it looks.
///
/// ```rlm
/// round(2.71828, 2)  # -> 2.72
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn round(
    /// The number.
    #[aliases("number")]
    x: Value,
    /// Digits behind the point.
    #[aliases("n", "digits")]
    ndigits: Option<i64>,
) -> Result<Value, Fault> {
    let number = number(&x)?;
    let Number::Float(value) = number else { return Ok(whole(&number, ndigits)) };
    match ndigits {
        None => {
            let even = value.round_ties_even();
            BigInt::from_f64(even).map(Value::int).ok_or_else(|| {
                let message = format!("there is no int for {}", format_float(value));
                Fault::new(Code::BadValue, message)
            })
        }
        Some(digits) => float(value, digits).map(Value::Float),
    }
}

/// A float rounded to `digits` behind the point.
///
/// # Errors
/// When the rounded value is too large for a float.
pub(super) fn float(x: f64, digits: i64) -> Result<f64, Fault> {
    if !x.is_finite() || digits > MOST_DIGITS {
        return Ok(x);
    }
    if digits < LEAST_DIGITS {
        return Ok(0.0_f64.copysign(x));
    }
    let text = match usize::try_from(digits) {
        // Formatting is exact, and rounds halves to even.
        Ok(digits) => format!("{x:.digits$}"),
        Err(_) => {
            let unit = BigInt::from(10).pow(u32::try_from(digits.unsigned_abs()).unwrap_or(0));
            let Some(integer) = BigInt::from_f64(x.trunc()) else { return Ok(x) };
            format!("{}", nearest(&integer, &unit, x.fract() != 0.0))
        }
    };
    let rounded: f64 = text.parse().unwrap_or(x);
    if rounded.is_infinite() {
        return Err(Fault::new(Code::BadValue, "the rounded value is too large for a float"));
    }
    Ok(if rounded == 0.0 { 0.0_f64.copysign(x) } else { rounded })
}

fn whole(number: &Number, ndigits: Option<i64>) -> Value {
    let n = number.big().unwrap_or_default();
    let Some(digits) = ndigits.filter(|d| *d < 0) else { return Value::int(n) };
    // More digits than the int has: zero.
    if digits.unsigned_abs() > n.bits() / 3 + 1 {
        return Value::Int(0);
    }
    let unit = BigInt::from(10).pow(u32::try_from(digits.unsigned_abs()).unwrap_or(u32::MAX));
    Value::int(nearest(&n, &unit, false))
}

/// The multiple of `unit` nearest to `n`, or to a value a little farther from zero if `more`.
fn nearest(n: &BigInt, unit: &BigInt, more: bool) -> BigInt {
    let negative = n.is_negative();
    let (mut quotient, rest) = n.abs().div_rem(unit);
    let twice = rest * 2;
    let up = twice > *unit || twice == *unit && (more || quotient.is_odd());
    if up {
        quotient += 1;
    }
    if quotient.is_zero() {
        return quotient;
    }
    let result = quotient * unit;
    if negative { -result } else { result }
}
