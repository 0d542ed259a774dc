//! Python's `math` on whole numbers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use super::{combine, integer};
use crate::builtin::Builtin;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::check_bits;
use crate::value::Value;
use crate::walk::walk;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&GCD, &LCM, &FACTORIAL, &COMB, &PERM, &ISQRT, &PROD];

/// The greatest common divisor of ints.
///
/// ```rlm
/// math.gcd(12, 18)  # -> 6
/// ```
#[builtin(group = "math")]
pub fn gcd(
    host: &mut dyn Host,
    /// The ints.
    #[rest]
    numbers: Vec<Value>,
) -> Result<BigInt, Fault> {
    let mut result = BigInt::zero();
    for number in &numbers {
        let number = integer(number)?;
        result = divisor(host, result, number)?;
    }
    Ok(result)
}

/// The greatest common divisor of two ints, paid for.
fn divisor(host: &mut dyn Host, a: BigInt, b: BigInt) -> Result<BigInt, Fault> {
    let (large, small) = if a.magnitude() < b.magnitude() { (b, a) } else { (a, b) };
    check_bits(host, large.bits())?;
    if small.is_zero() {
        return Ok(large.abs());
    }
    // The library takes one bit off at a time: first down to the size of the smaller one.
    let rest = large % &small;
    host.spend(small.bits() / 64 * small.bits() / 64)?;
    Ok(small.gcd(&rest))
}

/// The least common multiple of ints.
///
/// ```rlm
/// math.lcm(4, 6)  # -> 12
/// ```
#[builtin(group = "math")]
pub fn lcm(
    host: &mut dyn Host,
    /// The ints.
    #[rest]
    numbers: Vec<Value>,
) -> Result<BigInt, Fault> {
    let mut result = BigInt::one();
    for number in &numbers {
        let number = integer(number)?;
        if result.is_zero() || number.is_zero() {
            return Ok(BigInt::zero());
        }
        check_bits(host, result.bits() + number.bits())?;
        let shared = divisor(host, result.clone(), number.clone())?;
        result = (result / shared * number).abs();
    }
    Ok(result)
}

/// A count for `factorial`, `comb` and `perm`.
fn count(name: &str, value: &Value) -> Result<u64, Fault> {
    let n = integer(value)?;
    if n.is_negative() {
        return Err(Fault::new(
            Code::BadValue,
            format!("{name} expects no negative number, found {n}"),
        ));
    }
    Ok(n.to_u64().unwrap_or(u64::MAX))
}

/// Bits of a number.
fn bits(n: u64) -> u64 {
    u64::from(64 - n.leading_zeros())
}

/// The product of `first..=last`, paid for step by step.
fn product(host: &mut dyn Host, first: u64, last: u64) -> Result<BigInt, Fault> {
    let factors = last.saturating_sub(first).saturating_add(1);
    // An upper bound would refuse too much: the size is checked again on the way.
    check_bits(host, factors.saturating_mul(bits(first).saturating_sub(1)))?;
    let mut result = BigInt::one();
    for factor in first..=last {
        result *= factor;
        host.spend(result.bits() / 512 + 1)?;
        check_bits_now_and_then(host, factor, &result)?;
    }
    Ok(result)
}

fn check_bits_now_and_then(host: &mut dyn Host, step: u64, n: &BigInt) -> Result<(), Fault> {
    if step.is_multiple_of(1024) { check_bits(host, n.bits()) } else { Ok(()) }
}

/// The product of all ints from 1 to n.
///
/// ```rlm
/// math.factorial(5)  # -> 120
/// ```
#[builtin(group = "math", receiver = "n")]
pub fn factorial(
    host: &mut dyn Host,
    /// An int of zero or more.
    n: Value,
) -> Result<BigInt, Fault> {
    let n = count("factorial", &n)?;
    // n! is above (n / e) ** n.
    check_bits(host, n.saturating_mul(bits(n).saturating_sub(3)))?;
    if n == 0 { Ok(BigInt::one()) } else { product(host, 1, n) }
}

/// In how many ways k of n things can be chosen.
///
/// ```rlm
/// math.comb(5, 2)  # -> 10
/// ```
#[builtin(group = "math")]
pub fn comb(
    host: &mut dyn Host,
    /// How many there are.
    n: Value,
    /// How many are chosen.
    k: Value,
) -> Result<BigInt, Fault> {
    let (n, k) = (count("comb", &n)?, count("comb", &k)?);
    if k > n {
        return Ok(BigInt::zero());
    }
    let k = k.min(n - k);
    let mut result = BigInt::one();
    for step in 1..=k {
        // Always whole: the product of `step` neighbours has `step` as a factor.
        result = result * (n - k + step) / step;
        host.spend(result.bits() / 256 + 1)?;
        check_bits_now_and_then(host, step, &result)?;
    }
    check_bits(host, result.bits())?;
    Ok(result)
}

/// In how many ways k of n things can be put in order.
///
/// ```rlm
/// math.perm(5, 2)  # -> 20
/// ```
#[builtin(group = "math")]
pub fn perm(
    host: &mut dyn Host,
    /// How many there are.
    n: Value,
    /// How many are taken; all without it.
    k: Option<Value>,
) -> Result<BigInt, Fault> {
    let n = count("perm", &n)?;
    let k = k.map_or(Ok(n), |k| count("perm", &k))?;
    match k {
        0 => Ok(BigInt::one()),
        k if k > n => Ok(BigInt::zero()),
        k => product(host, n - k + 1, n),
    }
}

/// The whole part of the square root of an int.
///
/// ```rlm
/// math.isqrt(10)  # -> 3
/// ```
#[builtin(group = "math", receiver = "n")]
pub fn isqrt(
    host: &mut dyn Host,
    /// An int of zero or more.
    n: Value,
) -> Result<BigInt, Fault> {
    let n = integer(&n)?;
    if n.is_negative() {
        return Err(Fault::new(Code::BadValue, "isqrt expects no negative number"));
    }
    check_bits(host, n.bits())?;
    Ok(n.sqrt())
}

/// The product of numbers.
///
/// ```rlm
/// math.prod([2, 3, 4])  # -> 24
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn prod(
    host: &mut dyn Host,
    /// Numbers.
    xs: Value,
    /// What the product starts with.
    #[default(Value::Int(1))]
    start: Value,
) -> Result<Value, Fault> {
    let items = walk(host, &xs)?;
    let mut result = start;
    for item in items.iter() {
        host.spend(1)?;
        result = combine(host, BinaryOp::Mul, result, item)?;
    }
    Ok(result)
}
