//! Python's `math` on floats. Angles are in radians.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::number;
use crate::builtin::Builtin;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{Number, float_value, scaled};
use crate::value::{Value, format_float};
use crate::walk::walk;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &SQRT, &CBRT, &EXP, &EXP2, &EXPM1, &LOG, &LOG2, &LOG10, &LOG1P, &MATH_POW, &FABS, &FLOOR,
    &CEIL, &TRUNC, &FMOD, &MODF, &FREXP, &LDEXP, &COPYSIGN, &HYPOT, &DIST, &SIN, &COS, &TAN, &ASIN,
    &ACOS, &ATAN, &ATAN2, &SINH, &COSH, &TANH, &ASINH, &ACOSH, &ATANH, &DEGREES, &RADIANS, &ISNAN,
    &ISINF, &ISFINITE, &ISCLOSE, &FSUM,
];

/// The error for a value outside a function's domain.
fn outside(name: &str, x: f64) -> Fault {
    Fault::new(Code::BadValue, format!("{name} has no value for {}", format_float(x)))
}

/// `f(x)`, with Python's errors: no value where `f` gives NaN for a number, none too large.
fn apply(name: &str, x: f64, f: impl FnOnce(f64) -> f64) -> Result<Value, Fault> {
    let result = f(x);
    if result.is_nan() && !x.is_nan() {
        return Err(outside(name, x));
    }
    float_value(result, &[x])
}

macro_rules! functions {
    ($($(#[doc = $doc:literal])+ $name:ident |$x:ident| $body:expr;)+) => {$(
        $(#[doc = $doc])+
        #[builtin(group = "math", receiver = "x", returns = Float)]
        pub fn $name(
            /// The number.
            x: f64,
        ) -> Result<Value, Fault> {
            apply(stringify!($name), x, |$x| $body)
        }
    )+};
}

functions! {
    /// The square root.
    ///
    /// ```rlm
    /// math.sqrt(2.25)  # -> 1.5
    /// ```
    sqrt |x| x.sqrt();
    /// The cube root.
    ///
    /// ```rlm
    /// math.cbrt(27)  # -> 3.0
    /// ```
    cbrt |x| x.cbrt();
    /// `e ** x`
    ///
    /// ```rlm
    /// math.exp(0)  # -> 1.0
    /// ```
    exp |x| x.exp();
    /// `2 ** x`
    ///
    /// ```rlm
    /// math.exp2(3)  # -> 8.0
    /// ```
    exp2 |x| x.exp2();
    /// `e ** x - 1`, exact for small x.
    ///
    /// ```rlm
    /// math.expm1(0)  # -> 0.0
    /// ```
    expm1 |x| x.exp_m1();
    /// The absolute value, as a float.
    ///
    /// ```rlm
    /// math.fabs(-2)  # -> 2.0
    /// ```
    fabs |x| x.abs();
    /// The sine.
    ///
    /// ```rlm
    /// math.sin(0)  # -> 0.0
    /// ```
    sin |x| x.sin();
    /// The cosine.
    ///
    /// ```rlm
    /// math.cos(0)  # -> 1.0
    /// ```
    cos |x| x.cos();
    /// The tangent.
    ///
    /// ```rlm
    /// math.tan(0)  # -> 0.0
    /// ```
    tan |x| x.tan();
    /// The angle with this sine.
    ///
    /// ```rlm
    /// math.asin(0)  # -> 0.0
    /// ```
    asin |x| x.asin();
    /// The angle with this cosine.
    ///
    /// ```rlm
    /// math.acos(1)  # -> 0.0
    /// ```
    acos |x| x.acos();
    /// The angle with this tangent.
    ///
    /// ```rlm
    /// math.atan(0)  # -> 0.0
    /// ```
    atan |x| x.atan();
    /// The hyperbolic sine.
    ///
    /// ```rlm
    /// math.sinh(0)  # -> 0.0
    /// ```
    sinh |x| x.sinh();
    /// The hyperbolic cosine.
    ///
    /// ```rlm
    /// math.cosh(0)  # -> 1.0
    /// ```
    cosh |x| x.cosh();
    /// The hyperbolic tangent.
    ///
    /// ```rlm
    /// math.tanh(0)  # -> 0.0
    /// ```
    tanh |x| x.tanh();
    /// The inverse of the hyperbolic sine.
    ///
    /// ```rlm
    /// math.asinh(0)  # -> 0.0
    /// ```
    asinh |x| x.asinh();
    /// The inverse of the hyperbolic cosine.
    ///
    /// ```rlm
    /// math.acosh(1)  # -> 0.0
    /// ```
    acosh |x| x.acosh();
    /// An angle in degrees.
    ///
    /// ```rlm
    /// math.degrees(math.pi)  # -> 180.0
    /// ```
    degrees |x| x * (180.0 / std::f64::consts::PI);
    /// An angle in radians.
    ///
    /// ```rlm
    /// math.radians(180)  # -> 3.141592653589793
    /// ```
    radians |x| x * (std::f64::consts::PI / 180.0);
}

/// The inverse of the hyperbolic tangent.
///
/// ```rlm
/// math.atanh(0)  # -> 0.0
/// ```
#[builtin(group = "math", receiver = "x", returns = Float)]
pub fn atanh(
    /// A number between -1 and 1.
    x: f64,
) -> Result<Value, Fault> {
    if x.abs() == 1.0 {
        return Err(outside("atanh", x));
    }
    apply("atanh", x, f64::atanh)
}

/// The logarithm: natural, or to a base.
///
/// ```rlm
/// math.log(8, 2)  # -> 3.0
/// ```
#[builtin(group = "math", receiver = "x", returns = Float, aliases("ln"))]
pub fn log(
    /// A number above zero.
    x: Value,
    /// The base; e without it.
    base: Option<Value>,
) -> Result<Value, Fault> {
    let natural = logarithm("log", &x, f64::ln)?;
    let Some(base) = base else { return Ok(Value::Float(natural)) };
    let divisor = logarithm("log", &base, f64::ln)?;
    if divisor == 0.0 {
        return Err(Fault::new(Code::DivisionByZero, "log: the base is 1"));
    }
    Ok(Value::Float(natural / divisor))
}

/// The logarithm to base 2.
///
/// ```rlm
/// math.log2(1024)  # -> 10.0
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn log2(
    /// A number above zero.
    x: Value,
) -> Result<f64, Fault> {
    logarithm("log2", &x, f64::log2)
}

/// The logarithm to base 10.
///
/// ```rlm
/// math.log10(1000)  # -> 3.0
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn log10(
    /// A number above zero.
    x: Value,
) -> Result<f64, Fault> {
    logarithm("log10", &x, f64::log10)
}

/// The natural logarithm of 1 + x, exact for small x.
///
/// ```rlm
/// math.log1p(0)  # -> 0.0
/// ```
#[builtin(group = "math", receiver = "x", returns = Float)]
pub fn log1p(
    /// A number above -1.
    x: f64,
) -> Result<Value, Fault> {
    if x <= -1.0 {
        return Err(outside("log1p", x));
    }
    apply("log1p", x, f64::ln_1p)
}

fn logarithm(name: &str, x: &Value, f: impl Fn(f64) -> f64) -> Result<f64, Fault> {
    match number(x)? {
        // Ints beyond the range of floats: log(m * 2**e) = log(m) + e * log(2).
        Number::Big(n) if n.sign() == num_bigint::Sign::Plus && n.bits() > 1000 => {
            let shift = n.bits() - 64;
            let mantissa = (n.as_ref() >> shift).to_f64().unwrap_or(1.0);
            #[allow(clippy::cast_precision_loss)] // at most a million bits
            let exponent = shift as f64;
            Ok(f(mantissa) + exponent * f(2.0))
        }
        other => {
            let x = other.float()?;
            if x <= 0.0 {
                return Err(outside(name, x));
            }
            Ok(f(x))
        }
    }
}

/// `x ** y` as a float.
///
/// ```rlm
/// math.pow(2, 3)  # -> 8.0
/// ```
#[builtin(group = "math", name = "math.pow", returns = Float)]
pub fn math_pow(
    /// The base.
    x: f64,
    /// The exponent.
    y: f64,
) -> Result<Value, Fault> {
    let result = x.powf(y);
    if x == 0.0 && y < 0.0 || result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(outside("pow", x));
    }
    float_value(result, &[x, y])
}

/// A float as an int after `f`; ints stay as they are.
fn to_int(x: &Value, f: impl FnOnce(f64) -> f64) -> Result<Value, Fault> {
    match number(x)? {
        Number::Float(x) => BigInt::from_f64(f(x)).map(Value::int).ok_or_else(|| {
            Fault::new(Code::BadValue, format!("there is no int for {}", format_float(x)))
        }),
        other => Ok(Value::int(other.big().unwrap_or_default())),
    }
}

/// The largest int that is not above x.
///
/// ```rlm
/// math.floor(-1.5)  # -> -2
/// ```
#[builtin(group = "math", receiver = "x", returns = Int)]
pub fn floor(
    /// The number.
    x: Value,
) -> Result<Value, Fault> {
    to_int(&x, f64::floor)
}

/// The smallest int that is not below x.
///
/// ```rlm
/// math.ceil(1.2)  # -> 2
/// ```
#[builtin(group = "math", receiver = "x", returns = Int)]
pub fn ceil(
    /// The number.
    x: Value,
) -> Result<Value, Fault> {
    to_int(&x, f64::ceil)
}

/// x without its fraction, as an int.
///
/// ```rlm
/// math.trunc(-1.5)  # -> -1
/// ```
#[builtin(group = "math", receiver = "x", returns = Int)]
pub fn trunc(
    /// The number.
    x: Value,
) -> Result<Value, Fault> {
    to_int(&x, f64::trunc)
}

/// The rest of a division, with the sign of x.
///
/// ```rlm
/// math.fmod(-7, 3)  # -> -1.0
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn fmod(
    /// What is divided.
    x: f64,
    /// The divisor.
    y: f64,
) -> Result<f64, Fault> {
    if !x.is_nan() && !y.is_nan() && (x.is_infinite() || y == 0.0) {
        return Err(outside("fmod", x));
    }
    Ok(x % y)
}

/// The fraction and the whole part of x.
///
/// ```rlm
/// math.modf(2.5)  # -> (0.5, 2.0)
/// ```
#[builtin(group = "math", receiver = "x", returns = Tuple)]
pub fn modf(
    /// The number.
    x: f64,
) -> Value {
    let fraction = if x.is_infinite() { 0.0_f64 } else { x.fract() };
    Value::tuple(vec![Value::Float(fraction.copysign(x)), Value::Float(x.trunc())])
}

/// `(m, e)` with x = m * 2**e and m from 0.5 to 1.
///
/// ```rlm
/// math.frexp(8)  # -> (0.5, 4)
/// ```
#[builtin(group = "math", receiver = "x", returns = Tuple)]
pub fn frexp(
    /// The number.
    x: f64,
) -> Value {
    let (mut mantissa, mut exponent) = (x, 0);
    if x != 0.0 && x.is_finite() {
        // A subnormal is made normal first.
        if mantissa.abs() < f64::MIN_POSITIVE {
            mantissa = scaled(mantissa, 64);
            exponent -= 64;
        }
        let bits = i64::try_from(mantissa.to_bits() >> 52 & 0x7ff).unwrap_or(0) - 1022;
        exponent += bits;
        mantissa = scaled(mantissa, -bits);
    }
    Value::tuple(vec![Value::Float(mantissa), Value::Int(exponent)])
}

/// x * 2**i
///
/// ```rlm
/// math.ldexp(0.5, 4)  # -> 8.0
/// ```
#[builtin(group = "math", receiver = "x", returns = Float)]
pub fn ldexp(
    /// The number.
    x: f64,
    /// The exponent.
    i: i64,
) -> Result<Value, Fault> {
    float_value(scaled(x, i.clamp(-5000, 5000)), &[x])
}

/// The size of x with the sign of y.
///
/// ```rlm
/// math.copysign(3, -0.0)  # -> -3.0
/// ```
#[builtin(group = "math")]
pub fn copysign(
    /// The size.
    x: f64,
    /// The sign.
    y: f64,
) -> f64 {
    x.copysign(y)
}

/// The length of a vector: the root of the sum of squares.
///
/// ```rlm
/// math.hypot(3, 4)  # -> 5.0
/// ```
#[builtin(group = "math", returns = Float)]
pub fn hypot(
    /// The coordinates.
    #[rest]
    coordinates: Vec<Value>,
) -> Result<Value, Fault> {
    let mut floats = Vec::with_capacity(coordinates.len());
    for coordinate in &coordinates {
        floats.push(number(coordinate)?.float()?);
    }
    float_value(length(&floats), &floats)
}

/// The distance of two points.
///
/// ```rlm
/// math.dist([0, 0], [3, 4])  # -> 5.0
/// ```
#[builtin(group = "math", returns = Float)]
pub fn dist(
    host: &mut dyn Host,
    /// A point: a list of coordinates.
    p: Value,
    /// Another point of the same dimension.
    q: Value,
) -> Result<Value, Fault> {
    let (p, q) = (floats(host, &p)?, floats(host, &q)?);
    if p.len() != q.len() {
        return Err(Fault::new(
            Code::BadValue,
            format!("dist: the points have {} and {} coordinates", p.len(), q.len()),
        ));
    }
    let differences: Vec<f64> = p.iter().zip(&q).map(|(a, b)| a - b).collect();
    float_value(length(&differences), &differences)
}

fn length(coordinates: &[f64]) -> f64 {
    match coordinates {
        [] => 0.0,
        [x] => x.abs(),
        [x, y] => x.hypot(*y),
        many => {
            let largest = many.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
            if largest == 0.0 || !largest.is_finite() {
                return largest;
            }
            // Scaled, so that squares neither overflow nor vanish.
            largest * many.iter().map(|x| (x / largest).powi(2)).sum::<f64>().sqrt()
        }
    }
}

/// Items as floats.
fn floats(host: &mut dyn Host, xs: &Value) -> Result<Vec<f64>, Fault> {
    let items = walk(host, xs)?;
    host.spend(items.len() as u64)?;
    host.reserve(items.len().saturating_mul(8))?;
    items.iter().map(|item| number(&item)?.float()).collect()
}

/// The angle of the point (x, y).
///
/// ```rlm
/// math.atan2(0, 1)  # -> 0.0
/// ```
#[builtin(group = "math")]
pub fn atan2(
    /// The vertical coordinate.
    y: f64,
    /// The horizontal coordinate.
    x: f64,
) -> f64 {
    y.atan2(x)
}

/// Whether x is not a number.
///
/// ```rlm
/// math.isnan(float("nan"))  # -> True
/// ```
#[builtin(group = "math", receiver = "x", aliases("isNaN"))]
pub fn isnan(
    /// The number.
    x: f64,
) -> bool {
    x.is_nan()
}

/// Whether x is infinite.
///
/// ```rlm
/// math.isinf(math.inf)  # -> True
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn isinf(
    /// The number.
    x: f64,
) -> bool {
    x.is_infinite()
}

/// Whether x is neither infinite nor NaN.
///
/// ```rlm
/// math.isfinite(1e300)  # -> True
/// ```
#[builtin(group = "math", receiver = "x")]
pub fn isfinite(
    /// The number.
    x: f64,
) -> bool {
    x.is_finite()
}

/// Whether two numbers are nearly equal.
///
/// ```rlm
/// math.isclose(0.1 + 0.2, 0.3)  # -> True
/// ```
#[builtin(group = "math")]
pub fn isclose(
    /// A number.
    a: f64,
    /// Another.
    b: f64,
    /// The difference allowed, relative to the larger one.
    #[keyword]
    #[default(1e-9)]
    rel_tol: f64,
    /// The difference allowed in any case.
    #[keyword]
    #[default(0.0)]
    abs_tol: f64,
) -> Result<bool, Fault> {
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(Fault::new(Code::BadValue, "isclose: a tolerance cannot be negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (a - b).abs();
    Ok(difference <= rel_tol * a.abs().max(b.abs()) || difference <= abs_tol)
}

/// The sum of floats, rounded once.
///
/// ```rlm
/// math.fsum([0.1] * 10)  # -> 1.0
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn fsum(
    host: &mut dyn Host,
    /// Numbers.
    xs: Value,
) -> Result<f64, Fault> {
    let floats = floats(host, &xs)?;
    if floats.iter().any(|x| !x.is_finite()) {
        return Ok(floats.iter().sum());
    }
    let mut total = super::exact::Sum::default();
    for x in floats {
        total.add(host, &Number::Float(x))?;
    }
    total.total().float()
}
