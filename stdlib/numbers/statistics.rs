//! Python's `statistics`: exact on ints and floats, rounded once.

use indexmap::IndexMap;
use num_traits::Zero;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;
use rustc_hash::FxBuildHasher;
use std::cmp::Ordering;

use super::combine;
use super::exact::{Fraction, Sum};
use crate::builtin::Builtin;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{Number, reserve_list};
use crate::value::{Value, compare, failed_used, hashable};
use crate::walk::walk;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &MEAN,
    &FMEAN,
    &GEOMETRIC_MEAN,
    &HARMONIC_MEAN,
    &MEDIAN,
    &MEDIAN_LOW,
    &MEDIAN_HIGH,
    &MODE,
    &MULTIMODE,
    &STDEV,
    &PSTDEV,
    &VARIANCE,
    &PVARIANCE,
    &QUANTILES,
    &CORRELATION,
    &COVARIANCE,
];

/// Numbers, at least `least` of them.
struct Data {
    numbers: Vec<Number>,
    /// Whether all are ints: then whole results are ints too.
    ints: bool,
}

impl Data {
    fn of(host: &mut dyn Host, name: &str, xs: &Value, least: usize) -> Result<Data, Fault> {
        let items = walk(host, xs)?;
        host.spend(items.len() as u64)?;
        reserve_list(host, items.len())?;
        let mut data = Data { numbers: Vec::with_capacity(items.len()), ints: true };
        for (index, item) in items.iter().enumerate() {
            let Some(number) = Number::of(&item) else { return Err(no_number(name, index, &item)) };
            data.ints &= !matches!(number, Number::Float(_));
            data.numbers.push(number);
        }
        if data.numbers.len() < least {
            return Err(too_few(name, data.numbers.len(), least));
        }
        Ok(data)
    }

    /// The sum as floats add up, if NaN or an infinity is among them: exact sums have no place for
    /// those.
    fn infinite(&self) -> Option<f64> {
        let odd = |n: &Number| matches!(n, Number::Float(x) if !x.is_finite());
        self.numbers.iter().any(odd).then(|| {
            self.numbers.iter().map(|n| n.float().unwrap_or(0.0)).filter(|x| !x.is_finite()).sum()
        })
    }

    fn sum(&self, host: &mut dyn Host) -> Result<Sum, Fault> {
        let mut sum = Sum::default();
        for number in &self.numbers {
            sum.add(host, number)?;
        }
        Ok(sum)
    }

    /// A result: an int if all numbers were ints and it is whole.
    fn result(&self, fraction: &Fraction) -> Result<Value, Fault> {
        match fraction.whole().filter(|_| self.ints) {
            Some(whole) => Ok(Value::int(whole)),
            None => fraction.float().map(Value::Float),
        }
    }

    /// The numbers in order; `None` if one is NaN and there is no order.
    fn sorted(&self) -> Option<Vec<Value>> {
        let nan = |n: &Number| matches!(n, Number::Float(x) if x.is_nan());
        if self.numbers.iter().any(nan) {
            return None;
        }
        let mut values: Vec<Value> = self.numbers.iter().map(to_value).collect();
        // Numbers without NaN are totally ordered.
        values.sort_by(|a, b| compare(a, b).ok().flatten().unwrap_or(Ordering::Equal));
        Some(values)
    }
}

fn to_value(number: &Number) -> Value {
    match number {
        Number::Int(n) => Value::Int(*n),
        Number::Big(n) => Value::Big(n.clone()),
        Number::Float(x) => Value::Float(*x),
    }
}

fn no_number(name: &str, index: usize, item: &Value) -> Fault {
    if let Value::Failed(failed) = item {
        return failed_used(failed);
    }
    let message = format!("{name} expects numbers, item {index} is {}", item.ty().with_article());
    let fault = Fault::new(Code::WrongType, message);
    match item {
        Value::Text(_) | Value::Match(_) => {
            fault.with_help("make them numbers first: [float(x) for x in xs]")
        }
        Value::None => fault.with_help("leave it out: [x for x in xs if x is not None]"),
        _ => fault,
    }
}

fn too_few(name: &str, found: usize, least: usize) -> Fault {
    let message = match found {
        0 => format!("{name} of an empty list"),
        n => format!("{name} needs at least {least} numbers, found {n}"),
    };
    Fault::new(Code::BadValue, message)
        .of_class("StatisticsError")
        .with_help(format!("test it first: {name}(xs) if xs else 0"))
}

/// The arithmetic mean.
///
/// ```rlm
/// mean([1, 2, 4.5])  # -> 2.5
/// ```
#[builtin(group = "math", receiver = "xs", aliases("average", "avg"), prompt = "mean(xs)")]
pub fn mean(
    host: &mut dyn Host,
    /// Numbers, at least one.
    #[aliases("data")]
    xs: Value,
) -> Result<Value, Fault> {
    let data = Data::of(host, "mean", &xs, 1)?;
    if let Some(odd) = data.infinite() {
        return Ok(Value::Float(odd));
    }
    let sum = data.sum(host)?;
    data.result(&sum.total().over(sum.count))
}

/// The arithmetic mean as a float, with weights if wanted.
///
/// ```rlm
/// fmean([1, 3], weights=[3, 1])  # -> 1.5
/// ```
#[builtin(group = "math", receiver = "xs", returns = Float)]
pub fn fmean(
    host: &mut dyn Host,
    /// Numbers, at least one.
    #[aliases("data")]
    xs: Value,
    /// The weight of each.
    weights: Option<Value>,
) -> Result<f64, Fault> {
    let data = Data::of(host, "fmean", &xs, 1)?;
    if let Some(odd) = data.infinite() {
        return Ok(odd);
    }
    let Some(weights) = weights else {
        let sum = data.sum(host)?;
        return Ok(sum.total().float()? / float_count(sum.count));
    };
    let weights = Data::of(host, "fmean", &weights, 1)?;
    if weights.numbers.len() != data.numbers.len() {
        let message = format!(
            "fmean expects a weight for each number, found {} for {}",
            weights.numbers.len(),
            data.numbers.len()
        );
        return Err(Fault::new(Code::BadValue, message).of_class("StatisticsError"));
    }
    let mut products = Sum::default();
    for (x, w) in data.numbers.iter().zip(&weights.numbers) {
        products.add(host, &Number::Float(x.float()? * w.float()?))?;
    }
    let total = weights.sum(host)?.total().float()?;
    if total == 0.0 {
        return Err(Fault::new(Code::DivisionByZero, "fmean: the weights add up to zero"));
    }
    Ok(products.total().float()? / total)
}

#[allow(clippy::cast_precision_loss)] // counts are far below 2**53
fn float_count(n: usize) -> f64 {
    n as f64
}

/// The n-th root of the product of n numbers.
///
/// ```rlm
/// round(geometric_mean([1, 4]), 6)  # -> 2.0
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn geometric_mean(
    host: &mut dyn Host,
    /// Numbers above zero, at least one.
    xs: Value,
) -> Result<f64, Fault> {
    let data = Data::of(host, "geometric_mean", &xs, 1)?;
    let mut logs = Sum::default();
    for number in &data.numbers {
        let x = number.float()?;
        if x.is_nan() || x <= 0.0 {
            return Err(Fault::new(Code::BadValue, "geometric_mean expects numbers above zero")
                .of_class("StatisticsError"));
        }
        logs.add(host, &Number::Float(x.ln()))?;
    }
    Ok((logs.total().float()? / float_count(logs.count)).exp())
}

/// The harmonic mean: the count divided by the sum of reciprocals.
///
/// ```rlm
/// harmonic_mean([40, 60])  # -> 48.0
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn harmonic_mean(
    host: &mut dyn Host,
    /// Numbers of zero or more, at least one.
    xs: Value,
) -> Result<f64, Fault> {
    let data = Data::of(host, "harmonic_mean", &xs, 1)?;
    let mut reciprocals = Sum::default();
    for number in &data.numbers {
        let x = number.float()?;
        if x.is_nan() || x < 0.0 {
            return Err(Fault::new(Code::BadValue, "harmonic_mean expects no negative numbers")
                .of_class("StatisticsError"));
        }
        // Of zero, and of a number so near that the reciprocal is out of range.
        if !x.recip().is_finite() {
            return Ok(0.0);
        }
        reciprocals.add(host, &Number::Float(x.recip()))?;
    }
    let total = reciprocals.total();
    if total.top.is_zero() {
        return Ok(f64::INFINITY);
    }
    // Rounded once, as in Python: the count divided by the exact sum.
    Fraction { top: total.bottom * reciprocals.count, bottom: total.top }.float()
}

/// The middle one of sorted numbers, or the mean of the two in the middle.
///
/// ```rlm
/// median([3, 1, 10])  # -> 3
/// ```
#[builtin(group = "math", receiver = "xs", prompt = "median(xs)")]
pub fn median(
    host: &mut dyn Host,
    /// Numbers, at least one.
    #[aliases("data")]
    xs: Value,
) -> Result<Value, Fault> {
    let data = Data::of(host, "median", &xs, 1)?;
    let Some(sorted) = data.sorted() else { return Ok(Value::Float(f64::NAN)) };
    let (low, high) = middle(&sorted);
    if sorted.len() % 2 == 1 {
        return Ok(low);
    }
    let sum = combine(host, BinaryOp::Add, low, high)?;
    combine(host, BinaryOp::Div, sum, Value::Int(2))
}

/// The two values in the middle; twice the same if the count is odd.
fn middle(sorted: &[Value]) -> (Value, Value) {
    let at = |index: usize| sorted.get(index).cloned().unwrap_or_default();
    (at(sorted.len().saturating_sub(1) / 2), at(sorted.len() / 2))
}

/// Like `median`; of two in the middle the lower one.
///
/// ```rlm
/// median_low([1, 3])  # -> 1
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn median_low(
    host: &mut dyn Host,
    /// Numbers, at least one.
    xs: Value,
) -> Result<Value, Fault> {
    let data = Data::of(host, "median_low", &xs, 1)?;
    Ok(data.sorted().map_or(Value::Float(f64::NAN), |sorted| middle(&sorted).0))
}

/// Like `median`; of two in the middle the higher one.
///
/// ```rlm
/// median_high([1, 3])  # -> 3
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn median_high(
    host: &mut dyn Host,
    /// Numbers, at least one.
    xs: Value,
) -> Result<Value, Fault> {
    let data = Data::of(host, "median_high", &xs, 1)?;
    Ok(data.sorted().map_or(Value::Float(f64::NAN), |sorted| middle(&sorted).1))
}

/// How often each value occurs, in order of first occurrence.
fn counts(host: &mut dyn Host, xs: &Value) -> Result<IndexMap<Value, usize, FxBuildHasher>, Fault> {
    let items = walk(host, xs)?;
    reserve_list(host, items.len().saturating_mul(3))?;
    let mut counts: IndexMap<Value, usize, FxBuildHasher> = IndexMap::default();
    for item in items.iter() {
        hashable(&item)?;
        *counts.entry(item).or_default() += 1;
    }
    Ok(counts)
}

/// The most frequent value; of several the first one.
///
/// ```rlm
/// mode(["a", "b", "b"])  # -> 'b'
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn mode(
    host: &mut dyn Host,
    /// Any values, at least one.
    xs: Value,
) -> Result<Value, Fault> {
    let counts = counts(host, &xs)?;
    let most = counts.values().copied().max().unwrap_or(0);
    let first = counts.into_iter().find(|(_, n)| *n == most);
    first.map(|(value, _)| value).ok_or_else(|| too_few("mode", 0, 1))
}

/// All of the most frequent values, in order of first occurrence.
///
/// ```rlm
/// multimode(["a", "b", "b", "a", "c"])  # -> ['a', 'b']
/// ```
#[builtin(group = "math", receiver = "xs", returns = List)]
pub fn multimode(
    host: &mut dyn Host,
    /// Any values.
    xs: Value,
) -> Result<Vec<Value>, Fault> {
    let counts = counts(host, &xs)?;
    let most = counts.values().copied().max().unwrap_or(0);
    Ok(counts.into_iter().filter(|(_, n)| *n == most).map(|(value, _)| value).collect())
}

/// The variance with `count - missing` as the divisor; `None` for NaN.
fn spread(
    host: &mut dyn Host,
    name: &str,
    xs: &Value,
    missing: usize,
) -> Result<Option<(Data, Fraction)>, Fault> {
    let data = Data::of(host, name, xs, 1 + missing)?;
    if data.infinite().is_some() {
        return Ok(None);
    }
    let variance = data.sum(host)?.variance(missing);
    Ok(Some((data, variance)))
}

fn deviation(host: &mut dyn Host, name: &str, xs: &Value, missing: usize) -> Result<f64, Fault> {
    match spread(host, name, xs, missing)? {
        Some((_, variance)) => variance.sqrt(),
        None => Ok(f64::NAN),
    }
}

fn variance_of(
    host: &mut dyn Host,
    name: &str,
    xs: &Value,
    missing: usize,
) -> Result<Value, Fault> {
    match spread(host, name, xs, missing)? {
        Some((data, variance)) => data.result(&variance),
        None => Ok(Value::Float(f64::NAN)),
    }
}

/// The standard deviation of a sample.
///
/// ```rlm
/// stdev([1, 2, 3])  # -> 1.0
/// ```
#[builtin(group = "math", receiver = "xs", aliases("std"))]
pub fn stdev(
    host: &mut dyn Host,
    /// Numbers, at least two.
    #[aliases("data")]
    xs: Value,
) -> Result<f64, Fault> {
    deviation(host, "stdev", &xs, 1)
}

/// The standard deviation of a whole population.
///
/// ```rlm
/// pstdev([1, 3])  # -> 1.0
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn pstdev(
    host: &mut dyn Host,
    /// Numbers, at least one.
    #[aliases("data")]
    xs: Value,
) -> Result<f64, Fault> {
    deviation(host, "pstdev", &xs, 0)
}

/// The variance of a sample.
///
/// ```rlm
/// variance([1, 2, 3])  # -> 1
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn variance(
    host: &mut dyn Host,
    /// Numbers, at least two.
    #[aliases("data")]
    xs: Value,
) -> Result<Value, Fault> {
    variance_of(host, "variance", &xs, 1)
}

/// The variance of a whole population.
///
/// ```rlm
/// pvariance([1, 3])  # -> 1
/// ```
#[builtin(group = "math", receiver = "xs")]
pub fn pvariance(
    host: &mut dyn Host,
    /// Numbers, at least one.
    #[aliases("data")]
    xs: Value,
) -> Result<Value, Fault> {
    variance_of(host, "pvariance", &xs, 0)
}

/// The cut points that divide numbers into n groups of equal size: quartiles by default.
///
/// ```rlm
/// quantiles([1, 2, 3, 4])  # -> [1.25, 2.5, 3.75]
/// ```
#[builtin(group = "math", receiver = "xs", returns = List)]
pub fn quantiles(
    host: &mut dyn Host,
    /// Numbers, at least two.
    #[aliases("data")]
    xs: Value,
    /// The number of groups.
    #[default(4i64)]
    n: i64,
    /// `"exclusive"` for a sample, `"inclusive"` if its ends are the population's.
    #[default("exclusive")]
    method: String,
) -> Result<Vec<Value>, Fault> {
    let data = Data::of(host, "quantiles", &xs, 2)?;
    if n < 1 {
        return Err(Fault::new(
            Code::BadValue,
            format!("quantiles expects n above zero, found {n}"),
        ));
    }
    let inclusive = match method.as_str() {
        "inclusive" => true,
        "exclusive" => false,
        other => {
            return Err(Fault::new(
                Code::BadValue,
                format!("expected the method inclusive or exclusive, found {other:?}"),
            ));
        }
    };
    let Some(sorted) = data.sorted() else {
        return Ok(vec![Value::Float(f64::NAN); usize::try_from(n - 1).unwrap_or(0)]);
    };
    reserve_list(host, usize::try_from(n).unwrap_or(usize::MAX))?;
    let len = i64::try_from(sorted.len()).unwrap_or(i64::MAX);
    let at = |index: i64| {
        usize::try_from(index).ok().and_then(|i| sorted.get(i)).cloned().unwrap_or_default()
    };
    let mut points = Vec::new();
    for i in 1..n {
        host.spend(4)?;
        let (low, high, part) = if inclusive {
            let place = i128::from(i) * i128::from(len - 1);
            let j = i64::try_from(place / i128::from(n)).unwrap_or(0);
            (at(j), at(j + 1), i64::try_from(place % i128::from(n)).unwrap_or(0))
        } else {
            let place = i128::from(i) * i128::from(len + 1);
            let j = i64::try_from(place / i128::from(n)).unwrap_or(0).clamp(1, len - 1);
            let part = place - i128::from(j) * i128::from(n);
            (at(j - 1), at(j), i64::try_from(part).unwrap_or(0))
        };
        let low = combine(host, BinaryOp::Mul, low, Value::Int(n - part))?;
        let high = combine(host, BinaryOp::Mul, high, Value::Int(part))?;
        let sum = combine(host, BinaryOp::Add, low, high)?;
        points.push(combine(host, BinaryOp::Div, sum, Value::Int(n))?);
    }
    Ok(points)
}

/// Both lists as floats around their means.
fn centred(
    host: &mut dyn Host,
    name: &str,
    xs: &Value,
    ys: &Value,
) -> Result<(Vec<f64>, Vec<f64>), Fault> {
    let (xs, ys) = (Data::of(host, name, xs, 2)?, Data::of(host, name, ys, 2)?);
    if xs.numbers.len() != ys.numbers.len() {
        return Err(Fault::new(
            Code::BadValue,
            format!(
                "{name} expects lists of equal length, found {} and {}",
                xs.numbers.len(),
                ys.numbers.len()
            ),
        ));
    }
    let mut centre = |data: &Data| -> Result<Vec<f64>, Fault> {
        if data.infinite().is_some() {
            return Ok(vec![f64::NAN; data.numbers.len()]);
        }
        let sum = data.sum(host)?;
        let mean = sum.total().float()? / float_count(sum.count);
        data.numbers.iter().map(|n| n.float().map(|x| x - mean)).collect()
    };
    Ok((centre(&xs)?, centre(&ys)?))
}

/// Slope and intercept of the line with the least squares.
pub(super) fn regression(
    host: &mut dyn Host,
    xs: &Value,
    ys: &Value,
    proportional: bool,
) -> Result<(f64, f64), Fault> {
    const NAME: &str = "linear_regression";
    let constant = || {
        Fault::new(Code::BadValue, "linear_regression: x is constant").of_class("StatisticsError")
    };
    // What can be walked once is needed twice.
    let (xs, ys) = (Value::List(walk(host, xs)?), Value::List(walk(host, ys)?));
    let centres = centred(host, NAME, &xs, &ys)?;
    let floats = |data: Data| data.numbers.iter().map(Number::float).collect::<Result<Vec<_>, _>>();
    let xs = floats(Data::of(host, NAME, &xs, 2)?)?;
    let ys = floats(Data::of(host, NAME, &ys, 2)?)?;
    let (x, y) = if proportional { (&xs, &ys) } else { (&centres.0, &centres.1) };
    let width = dot(x, x);
    if width == 0.0 {
        return Err(constant());
    }
    let slope = dot(x, y) / width;
    let mean = |all: &[f64]| all.iter().sum::<f64>() / float_count(all.len());
    Ok((slope, if proportional { 0.0 } else { mean(&ys) - slope * mean(&xs) }))
}

fn dot(xs: &[f64], ys: &[f64]) -> f64 {
    xs.iter().zip(ys).map(|(x, y)| x * y).sum()
}

/// Pearson's correlation of two lists of numbers.
///
/// ```rlm
/// correlation([1, 2, 3], [2, 4, 6])  # -> 1.0
/// ```
#[builtin(group = "math")]
pub fn correlation(
    host: &mut dyn Host,
    /// Numbers.
    xs: Value,
    /// As many numbers.
    ys: Value,
) -> Result<f64, Fault> {
    let (xs, ys) = centred(host, "correlation", &xs, &ys)?;
    let size = (dot(&xs, &xs) * dot(&ys, &ys)).sqrt();
    if size == 0.0 {
        return Err(Fault::new(Code::BadValue, "correlation: one of the lists is constant")
            .of_class("StatisticsError"));
    }
    Ok(dot(&xs, &ys) / size)
}

/// The covariance of two lists of numbers, as a sample.
///
/// ```rlm
/// covariance([1, 2, 3], [1, 2, 3])  # -> 1.0
/// ```
#[builtin(group = "math")]
pub fn covariance(
    host: &mut dyn Host,
    /// Numbers.
    xs: Value,
    /// As many numbers.
    ys: Value,
) -> Result<f64, Fault> {
    let (xs, ys) = centred(host, "covariance", &xs, &ys)?;
    Ok(dot(&xs, &ys) / float_count(xs.len() - 1))
}
