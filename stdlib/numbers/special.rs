//! Python's `math` beyond the functions of Rust's floats: the error and gamma functions, neighbours of
//! floats; and `statistics.NormalDist`.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::statistics::{MEAN, STDEV, regression};
use crate::builtin::Builtin;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::float_value;
use crate::value::{Record, Tuple, Value};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &ERF,
    &ERFC,
    &GAMMA,
    &LGAMMA,
    &REMAINDER,
    &NEXTAFTER,
    &ULP,
    &NORMAL_DIST,
    &FROM_SAMPLES,
    &CDF,
    &PDF,
    &INV_CDF,
    &ZSCORE,
    &LINEAR_REGRESSION,
];

/// The error function.
///
/// ```rlm
/// round(math.erf(1), 6)  # -> 0.842701
/// ```
#[builtin(group = "math")]
pub fn erf(
    /// The number.
    x: f64,
) -> f64 {
    libm::erf(x)
}

/// One minus the error function, exact also where that is small.
///
/// ```rlm
/// round(math.erfc(1), 6)  # -> 0.157299
/// ```
#[builtin(group = "math")]
pub fn erfc(
    /// The number.
    x: f64,
) -> f64 {
    libm::erfc(x)
}

/// Whether a gamma function has no value: at zero and below at every whole number.
fn at_pole(x: f64) -> bool {
    x == f64::NEG_INFINITY || (x <= 0.0 && x.fract() == 0.0)
}

fn no_value(name: &str) -> Fault {
    Fault::new(Code::BadValue, format!("{name} has no value at zero and at whole numbers below"))
}

/// The gamma function: `gamma(n + 1)` is the factorial of n.
///
/// ```rlm
/// round(math.gamma(5), 6)  # -> 24.0
/// ```
#[builtin(group = "math", returns = Float)]
pub fn gamma(
    /// The number.
    x: f64,
) -> Result<Value, Fault> {
    if at_pole(x) {
        return Err(no_value("gamma"));
    }
    float_value(libm::tgamma(x), &[x])
}

/// The logarithm of the absolute value of the gamma function.
///
/// ```rlm
/// round(math.lgamma(10), 6)  # -> 12.801827
/// ```
#[builtin(group = "math", returns = Float)]
pub fn lgamma(
    /// The number.
    x: f64,
) -> Result<Value, Fault> {
    if x.is_infinite() {
        return Ok(Value::Float(f64::INFINITY));
    }
    if at_pole(x) {
        return Err(no_value("lgamma"));
    }
    float_value(libm::lgamma(x), &[x])
}

/// What is left of x after the nearest multiple of y.
///
/// ```rlm
/// math.remainder(7, 4)  # -> -1.0
/// ```
#[builtin(group = "math", returns = Float)]
pub fn remainder(
    /// The number.
    x: f64,
    /// What is taken away.
    y: f64,
) -> Result<Value, Fault> {
    let result = libm::remainder(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(Fault::new(Code::BadValue, "remainder has no value here"));
    }
    Ok(Value::Float(result))
}

/// The float next to x in the direction of y.
///
/// ```rlm
/// math.nextafter(1.0, 2.0)  # -> 1.0000000000000002
/// ```
#[builtin(group = "math")]
pub fn nextafter(
    /// The number.
    x: f64,
    /// The direction.
    y: f64,
) -> f64 {
    libm::nextafter(x, y)
}

/// The distance of a float to the next one.
///
/// ```rlm
/// math.ulp(1.0)  # -> 2.220446049250313e-16
/// ```
#[builtin(group = "math")]
pub fn ulp(
    /// The number.
    x: f64,
) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let next = x.next_up();
    if next.is_infinite() { x - x.next_down() } else { next - x }
}

/// A normal distribution, with `.mean`, `.stdev`, `.cdf(x)`, `.pdf(x)`, `.inv_cdf(p)`, `.zscore(x)`.
///
/// ```rlm
/// NormalDist(100, 15).cdf(100)  # -> 0.5
/// ```
#[builtin(group = "math", name = "NormalDist", returns = Tuple)]
pub fn normal_dist(
    /// The mean.
    #[default(0.0)]
    mu: f64,
    /// The standard deviation.
    #[default(1.0)]
    sigma: f64,
) -> Result<Value, Fault> {
    if sigma < 0.0 {
        let message = format!("NormalDist, sigma: expected zero or more, found {sigma}");
        return Err(Fault::new(Code::BadValue, message).of_class("StatisticsError"));
    }
    let fields = vec![("mean", Value::Float(mu)), ("stdev", Value::Float(sigma))];
    Ok(named("NormalDist", fields))
}

fn named(name: &str, fields: Vec<(&str, Value)>) -> Value {
    let (names, items): (Vec<_>, Vec<_>) =
        fields.into_iter().map(|(name, value)| (name.to_string(), value)).unzip();
    Value::Tuple(Tuple::record(items, Rc::new(Record { name: name.to_string(), fields: names })))
}

/// The normal distribution with the mean and the standard deviation of a sample.
///
/// ```rlm
/// NormalDist.from_samples([1, 2, 3]).mean  # -> 2.0
/// ```
#[builtin(group = "math", name = "NormalDist.from_samples", returns = Tuple)]
pub fn from_samples(
    host: &mut dyn Host,
    /// Numbers, at least two.
    data: Value,
) -> Result<Value, Fault> {
    let items = Value::List(crate::walk::walk(host, &data)?);
    let mut of = |builtin: &Builtin| {
        let mut args = vec![Value::Unset; builtin.signature.params.len()];
        if let Some(first) = args.first_mut() {
            *first = items.clone();
        }
        <f64 as crate::convert::FromValue>::from_value((builtin.call)(host, &mut args)?)
    };
    normal_dist(of(&MEAN)?, of(&STDEV)?)
}

/// Mean and standard deviation of a distribution.
fn parts(distribution: &Tuple) -> Result<(f64, f64), Fault> {
    let is_normal = distribution.as_record().is_some_and(|record| record.name == "NormalDist");
    match &distribution[..] {
        [Value::Float(mu), Value::Float(sigma)] if is_normal => Ok((*mu, *sigma)),
        _ => Err(Fault::new(Code::WrongType, "expected what NormalDist gives, found a tuple")),
    }
}

/// The same where it must have a width.
fn wide(distribution: &Tuple, name: &str) -> Result<(f64, f64), Fault> {
    let (mu, sigma) = parts(distribution)?;
    if sigma == 0.0 {
        let message = format!("{name} has no value where the standard deviation is zero");
        return Err(Fault::new(Code::BadValue, message).of_class("StatisticsError"));
    }
    Ok((mu, sigma))
}

/// The probability that a normal variable is at most x.
///
/// ```rlm
/// round(NormalDist().cdf(1.96), 4)  # -> 0.975
/// ```
#[builtin(group = "math", owners(Tuple))]
pub fn cdf(
    /// The distribution.
    d: Tuple,
    /// The value.
    x: f64,
) -> Result<f64, Fault> {
    let (mu, sigma) = wide(&d, "cdf")?;
    Ok(0.5 * (1.0 + libm::erf((x - mu) / (sigma * std::f64::consts::SQRT_2))))
}

/// The density of a normal distribution at x.
///
/// ```rlm
/// round(NormalDist().pdf(0), 4)  # -> 0.3989
/// ```
#[builtin(group = "math", owners(Tuple))]
pub fn pdf(
    /// The distribution.
    d: Tuple,
    /// The value.
    x: f64,
) -> Result<f64, Fault> {
    let (mu, sigma) = wide(&d, "pdf")?;
    let (variance, off) = (sigma * sigma, x - mu);
    Ok((off * off / (-2.0 * variance)).exp() / (std::f64::consts::TAU * variance).sqrt())
}

/// The value that a normal variable stays below with probability p.
///
/// ```rlm
/// round(NormalDist(100, 15).inv_cdf(0.975), 2)  # -> 129.4
/// ```
#[builtin(group = "math", owners(Tuple))]
pub fn inv_cdf(
    /// The distribution.
    d: Tuple,
    /// The probability, between 0 and 1.
    p: f64,
) -> Result<f64, Fault> {
    let (mu, sigma) = wide(&d, "inv_cdf")?;
    if !(p > 0.0 && p < 1.0) {
        let message = format!("inv_cdf, p: expected a number between 0 and 1, found {p}");
        return Err(Fault::new(Code::BadValue, message).of_class("StatisticsError"));
    }
    // Halving finds the value to the last digit: the function never falls. The tails beyond 40
    // deviations are below the smallest float.
    let below = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if below(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(mu + sigma * f64::midpoint(low, high))
}

/// How many standard deviations x lies above the mean.
///
/// ```rlm
/// NormalDist(100, 15).zscore(130)  # -> 2.0
/// ```
#[builtin(group = "math", owners(Tuple))]
pub fn zscore(
    /// The distribution.
    d: Tuple,
    /// The value.
    x: f64,
) -> Result<f64, Fault> {
    let (mu, sigma) = wide(&d, "zscore")?;
    Ok((x - mu) / sigma)
}

/// The line through points with the least squares, as a tuple with `.slope` and `.intercept`.
///
/// ```rlm
/// linear_regression([1, 2, 3], [3, 5, 7]).slope  # -> 2.0
/// ```
#[builtin(group = "math", returns = Tuple)]
pub fn linear_regression(
    host: &mut dyn Host,
    /// The x of each point.
    x: Value,
    /// The y of each point.
    y: Value,
    /// Whether the line goes through zero.
    #[keyword]
    #[default(false)]
    proportional: bool,
) -> Result<Value, Fault> {
    let (slope, intercept) = regression(host, &x, &y, proportional)?;
    let fields = vec![("slope", Value::Float(slope)), ("intercept", Value::Float(intercept))];
    Ok(named("LinearRegression", fields))
}
