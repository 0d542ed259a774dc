//! Integers of any size, bounded so that no operation takes long.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use super::float;
use crate::fault::Fault;
use crate::host::Host;
use crate::value::Value;

/// The most bits of an int, about 315,000 digits: printing takes time that grows with the square.
const MAX_BITS: u64 = 1 << 20;

/// Ints up to this are floats without loss.
const EXACT: u64 = 1 << 53;

/// The error for a division by zero.
pub(super) fn by_zero() -> Fault {
    Fault::new(Code::DivisionByZero, "division by zero")
        .with_help("test the divisor first: a / b if b else 0")
}

fn negative_shift() -> Fault {
    Fault::new(Code::BadValue, "expected a shift by zero or more bits, found a negative count")
}

/// Checks that an int of so many bits may be made.
///
/// # Errors
/// When it is larger than any program needs, or than the memory allows.
pub(crate) fn check_bits(host: &mut dyn Host, bits: u64) -> Result<(), Fault> {
    if bits > MAX_BITS {
        return Err(Fault::new(Code::BadValue, "this int would have more than 315,000 digits")
            .with_help("use floats, or take the remainder on the way: pow(a, b, m)"));
    }
    // Products cost the square of their size.
    let limbs = bits / 64;
    host.spend(limbs * limbs / 64)?;
    host.reserve(usize::try_from(bits / 8).unwrap_or(usize::MAX))
}

/// The result for ints that fit 64 bits, if it fits too or needs no large int on the way.
pub(super) fn small(op: BinaryOp, a: i64, b: i64) -> Result<Option<Value>, Fault> {
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div => {
            if b == 0 {
                return Err(by_zero());
            }
            if a.unsigned_abs() > EXACT || b.unsigned_abs() > EXACT {
                return Ok(None);
            }
            #[allow(clippy::cast_precision_loss)] // checked above
            return Ok(Some(Value::Float(a as f64 / b as f64)));
        }
        BinaryOp::FloorDiv | BinaryOp::Mod if b == 0 => return Err(by_zero()),
        BinaryOp::FloorDiv => a
            .checked_div(b)
            .map(|q| if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { q - 1 } else { q }),
        BinaryOp::Mod => {
            let rest = a.wrapping_rem(b);
            Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
        }
        BinaryOp::Pow => match u32::try_from(b) {
            Ok(exponent) => a.checked_pow(exponent),
            Err(_) => None,
        },
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitAnd => Some(a & b),
        BinaryOp::BitXor => Some(a ^ b),
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight if b < 0 => return Err(negative_shift()),
        BinaryOp::ShiftLeft if b < 64 => i64::try_from(i128::from(a) << b).ok(),
        BinaryOp::ShiftLeft => (a == 0).then_some(0),
        BinaryOp::ShiftRight => Some(if b < 64 { a >> b } else { a >> 63 }),
    };
    Ok(result.map(Value::Int))
}

/// The result for ints of any size.
pub(super) fn big(
    host: &mut dyn Host,
    op: BinaryOp,
    a: &BigInt,
    b: &BigInt,
) -> Result<Value, Fault> {
    let zero = b.is_zero();
    Ok(match op {
        BinaryOp::Add | BinaryOp::Sub => {
            check_bits(host, a.bits().max(b.bits()) + 1)?;
            Value::int(if op == BinaryOp::Add { a + b } else { a - b })
        }
        BinaryOp::Mul => {
            check_bits(host, a.bits() + b.bits())?;
            Value::int(a * b)
        }
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if zero => return Err(by_zero()),
        BinaryOp::Div => return true_divide(a, b).map(Value::Float),
        BinaryOp::FloorDiv | BinaryOp::Mod => {
            check_bits(host, a.bits().max(b.bits()))?;
            Value::int(if op == BinaryOp::Mod { a.mod_floor(b) } else { a.div_floor(b) })
        }
        BinaryOp::Pow => return power(host, a, b),
        BinaryOp::BitOr => Value::int(a | b),
        BinaryOp::BitAnd => Value::int(a & b),
        BinaryOp::BitXor => Value::int(a ^ b),
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight => return shift(host, op, a, b),
    })
}

fn shift(host: &mut dyn Host, op: BinaryOp, a: &BigInt, b: &BigInt) -> Result<Value, Fault> {
    if b.is_negative() {
        return Err(negative_shift());
    }
    if a.is_zero() {
        return Ok(Value::Int(0));
    }
    let count = b.to_u64().unwrap_or(u64::MAX);
    if op == BinaryOp::ShiftLeft {
        check_bits(host, a.bits().saturating_add(count))?;
        return Ok(Value::int(a << count));
    }
    if count > a.bits() {
        return Ok(Value::Int(if a.is_negative() { -1 } else { 0 }));
    }
    Ok(Value::int(a >> count))
}

fn power(host: &mut dyn Host, a: &BigInt, b: &BigInt) -> Result<Value, Fault> {
    if b.is_negative() {
        // As Python: both become floats.
        let base = super::Number::Big(a.clone().into()).float()?;
        return float::power(base, b.to_f64().unwrap_or(f64::NEG_INFINITY));
    }
    if a.bits() <= 1 {
        // 0, 1 and -1 stay small for any exponent.
        let value = match a.sign() {
            Sign::NoSign => i64::from(b.is_zero()),
            Sign::Minus if b.is_odd() => -1,
            Sign::Plus | Sign::Minus => 1,
        };
        return Ok(Value::Int(value));
    }
    let exponent = b.to_u64().unwrap_or(u64::MAX);
    // A base of n bits is at least 2^(n - 1).
    check_bits(host, (a.bits() - 1).saturating_mul(exponent).saturating_add(1))?;
    let exponent = u32::try_from(exponent).unwrap_or(u32::MAX);
    Ok(Value::int(a.pow(exponent)))
}

/// `pow(a, b, m)` for ints.
///
/// # Errors
/// A modulus of zero, or a negative exponent of a base without an inverse.
pub(crate) fn power_mod(
    host: &mut dyn Host,
    a: &BigInt,
    b: &BigInt,
    m: &BigInt,
) -> Result<BigInt, Fault> {
    if m.is_zero() {
        return Err(Fault::new(Code::DivisionByZero, "pow: the modulus is zero"));
    }
    check_bits(host, m.bits())?;
    host.spend(b.bits().saturating_mul(m.bits() / 64 + 1))?;
    if b.is_negative() {
        let inverse = a.modinv(m).ok_or_else(|| {
            Fault::new(Code::BadValue, "pow: the base has no inverse for this modulus")
        })?;
        return Ok(inverse.modpow(&-b, m));
    }
    Ok(a.modpow(b, m))
}

/// `a / b`, correctly rounded.
///
/// # Errors
/// When the result is beyond the range of floats. `b` is not zero.
pub(crate) fn true_divide(a: &BigInt, b: &BigInt) -> Result<f64, Fault> {
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = a.is_negative() != b.is_negative();
    let (a, b) = (a.magnitude(), b.magnitude());
    let bits = |n: &num_bigint::BigUint| i64::try_from(n.bits()).unwrap_or(i64::MAX);
    let size = bits(a) - bits(b);
    // In the normal range the quotient gets 66 bits: 53 to keep, and enough for one correct
    // rounding. Below it the last bit of a float is 2^-1074.
    let normal = size >= -1020;
    let shift = if normal { 66 - size } else { 1074 };
    let distance = shift.unsigned_abs();
    let (above, below) =
        if shift >= 0 { (a << distance, b.clone()) } else { (a.clone(), b << distance) };
    let (mut quotient, rest) = above.div_rem(&below);
    if normal {
        if !rest.is_zero() && quotient.is_even() {
            quotient += 1u32;
        }
    } else {
        let half = (&rest << 1u32).cmp(&below);
        if half.is_gt() || half.is_eq() && quotient.is_odd() {
            quotient += 1u32;
        }
    }
    let magnitude = float::scaled(quotient.to_f64().unwrap_or(f64::INFINITY), -shift);
    if magnitude.is_infinite() {
        return Err(Fault::new(
            Code::BadValue,
            "the result of this division is too large for a float",
        )
        .with_help("stay with ints: // instead of /"));
    }
    Ok(if negative { -magnitude } else { magnitude })
}
