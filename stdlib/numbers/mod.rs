//! Numbers: `abs`, `round`, `pow`, `hex`, and Python's `math` and `statistics`.

pub mod discrete;
mod exact;
pub mod math;
pub mod rounding;
pub mod special;
pub mod statistics;

#[cfg(test)]
mod tests;

use num_bigint::BigInt;
use num_traits::Signed;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{self, Number, binary, power_mod};
use crate::text::Text;
use crate::value::Value;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &ABS,
    &POW,
    &DIVMOD,
    &rounding::ROUND,
    &BIN,
    &OCT,
    &HEX,
    &CHR,
    &ORD,
    &BIT_LENGTH,
    &IS_INTEGER,
    &BIT_COUNT,
    &AS_INTEGER_RATIO,
    &REAL,
    &IMAG,
    &CONJUGATE,
    &NUMERATOR,
    &DENOMINATOR,
];

/// The number that an argument is.
fn number(value: &Value) -> Result<Number, Fault> {
    Number::of(value).ok_or_else(|| {
        let fault = expected("a number", value);
        match value {
            Value::Text(_) | Value::Match(_) => {
                fault.with_help("make it a number first: float(x) or number(x)")
            }
            Value::None => {
                fault.with_help("the value may be a search that found nothing: test it first")
            }
            _ => fault,
        }
    })
}

/// The int that an argument is; a float is refused as in Python.
fn integer(value: &Value) -> Result<BigInt, Fault> {
    number(value)?.big().ok_or_else(|| expected("an int", value).with_help("round it: int(x)"))
}

/// The distance of a number from zero.
///
/// ```rlm
/// abs(-2.5)  # -> 2.5
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn abs(
    /// A number or a duration.
    x: Value,
) -> Result<Value, Fault> {
    if let Value::Duration(seconds) = x {
        return Ok(Value::Duration(seconds.saturating_abs()));
    }
    Ok(match number(&x)? {
        Number::Int(n) => {
            n.checked_abs().map_or_else(|| Value::int(BigInt::from(n).abs()), Value::Int)
        }
        Number::Big(n) => Value::int(n.abs()),
        Number::Float(x) => Value::Float(x.abs()),
    })
}

/// `x ** y`, or `x ** y % mod` without the large number in between.
///
/// ```rlm
/// pow(7, 100, 13)  # -> 9
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn pow(
    host: &mut dyn Host,
    /// The base.
    #[aliases("base")]
    x: Value,
    /// The exponent.
    #[aliases("exp")]
    y: Value,
    /// The modulus, for ints.
    #[aliases("mod")]
    modulus: Option<Value>,
) -> Result<Value, Fault> {
    match modulus {
        None => binary(host, BinaryOp::Pow, x, y),
        Some(m) => power_mod(host, &integer(&x)?, &integer(&y)?, &integer(&m)?).map(Value::int),
    }
}

/// `(x // y, x % y)`
///
/// ```rlm
/// divmod(-7, 2)  # -> (-4, 1)
/// ```
#[builtin(group = "math", receiver = "x", returns = Tuple)]
pub fn divmod(
    host: &mut dyn Host,
    /// What is divided.
    x: Value,
    /// The divisor.
    y: Value,
) -> Result<Value, Fault> {
    let quotient = binary(host, BinaryOp::FloorDiv, x.clone(), y.clone())?;
    let rest = binary(host, BinaryOp::Mod, x, y)?;
    Ok(Value::tuple(vec![quotient, rest]))
}

fn in_base(x: &Value, prefix: &str, base: u32) -> Result<String, Fault> {
    let n = integer(x)?;
    let sign = if n.is_negative() { "-" } else { "" };
    Ok(format!("{sign}{prefix}{}", n.magnitude().to_str_radix(base)))
}

/// An int in binary digits.
///
/// ```rlm
/// bin(5)  # -> '0b101'
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn bin(
    /// The int.
    x: Value,
) -> Result<String, Fault> {
    in_base(&x, "0b", 2)
}

/// An int in octal digits.
///
/// ```rlm
/// oct(8)  # -> '0o10'
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn oct(
    /// The int.
    x: Value,
) -> Result<String, Fault> {
    in_base(&x, "0o", 8)
}

/// An int in hexadecimal digits.
///
/// ```rlm
/// hex(255)  # -> '0xff'
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn hex(
    /// The int.
    x: Value,
) -> Result<String, Fault> {
    in_base(&x, "0x", 16)
}

/// How many binary digits an int has, without its sign.
///
/// ```rlm
/// (255).bit_length()  # -> 8
/// ```
#[builtin(group = "math", owners(Int, Bool))]
pub fn bit_length(
    /// The int.
    n: num_bigint::BigInt,
) -> i64 {
    i64::try_from(n.bits()).unwrap_or(i64::MAX)
}

/// How many ones an int has in binary.
///
/// ```rlm
/// (13).bit_count()  # -> 3
/// ```
#[builtin(group = "math", owners(Int, Bool))]
pub fn bit_count(
    /// The int.
    n: num_bigint::BigInt,
) -> i64 {
    n.magnitude().iter_u64_digits().map(|digit| i64::from(digit.count_ones())).sum()
}

/// A number as a fraction: a tuple of two ints.
///
/// ```rlm
/// (0.75).as_integer_ratio()  # -> (3, 4)
/// ```
#[builtin(group = "math", owners(Int, Float, Bool), returns = Tuple)]
pub fn as_integer_ratio(
    /// The number.
    x: Value,
) -> Result<Value, Fault> {
    let (above, below) = match number(&x)? {
        Number::Float(x) if !x.is_finite() => {
            return Err(Fault::new(Code::BadValue, format!("{x} is no fraction of two ints")));
        }
        other => {
            let exact = exact::Fraction::of(&other);
            (exact.top, exact.bottom)
        }
    };
    Ok(Value::tuple(vec![Value::int(above), Value::int(below)]))
}

/// A bool as the int that it is.
fn plain(x: Value) -> Value {
    if let Value::Bool(b) = x { Value::Int(i64::from(b)) } else { x }
}

/// A number itself: there are no complex ones.
///
/// ```rlm
/// (3).real  # -> 3
/// ```
#[builtin(group = "math", owners(Int, Float, Bool), property)]
pub fn real(
    /// The number.
    x: Value,
) -> Value {
    plain(x)
}

/// Zero: there are no complex numbers.
///
/// ```rlm
/// (3).imag  # -> 0
/// ```
#[builtin(group = "math", owners(Int, Float, Bool), property)]
pub fn imag(
    /// The number.
    x: Value,
) -> Value {
    if matches!(x, Value::Float(_)) { Value::Float(0.0) } else { Value::Int(0) }
}

/// A number itself: there are no complex ones.
///
/// ```rlm
/// (3).conjugate()  # -> 3
/// ```
#[builtin(group = "math", owners(Int, Float, Bool))]
pub fn conjugate(
    /// The number.
    x: Value,
) -> Value {
    plain(x)
}

/// An int as the upper part of a fraction.
///
/// ```rlm
/// (3).numerator  # -> 3
/// ```
#[builtin(group = "math", owners(Int, Bool), property)]
pub fn numerator(
    /// The int.
    n: BigInt,
) -> BigInt {
    n
}

/// The lower part of an int as a fraction: 1.
///
/// ```rlm
/// (3).denominator  # -> 1
/// ```
#[builtin(group = "math", owners(Int, Bool), property)]
pub fn denominator(
    /// The int.
    n: BigInt,
) -> i64 {
    let _ = n;
    1
}

/// Whether a number has no fraction.
///
/// ```rlm
/// (3.0).is_integer()  # -> True
/// ```
#[builtin(group = "math", owners(Int, Float, Bool))]
pub fn is_integer(
    /// The number.
    x: f64,
) -> bool {
    x.fract() == 0.0
}

/// The character with this number.
///
/// ```rlm
/// chr(228)  # -> 'ä'
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn chr(
    /// The number, below 1,114,112.
    x: i64,
) -> Result<Text, Fault> {
    let c = u32::try_from(x).ok().and_then(char::from_u32);
    c.map(Text::from)
        .ok_or_else(|| Fault::new(Code::BadValue, format!("no character has the number {x}")))
}

/// The number of a character.
///
/// ```rlm
/// ord("a")  # -> 97
/// ```
#[builtin(group = "values", receiver = "c")]
pub fn ord(
    /// A text of one character.
    #[aliases("x")]
    c: Text,
) -> Result<i64, Fault> {
    let start = c.slice_chars(0, 2);
    let mut chars = start.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) => Ok(i64::from(only as u32)),
        _ => Err(Fault::new(
            Code::BadValue,
            format!("expected one character, found a text of {}", c.char_len()),
        )),
    }
}

/// The value of an operator on two values, for builtins that compute.
fn combine(host: &mut dyn Host, op: BinaryOp, a: Value, b: Value) -> Result<Value, Fault> {
    operators::binary(host, op, a, b)
}
