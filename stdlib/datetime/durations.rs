//! Durations: `timedelta` and what it can tell. They are whole seconds.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::value::Value;

const DAY: i64 = 86_400;

/// Python's limit, in days.
const MOST_DAYS: f64 = 999_999_999.0;

/// A duration, to add to a date or to compare with a difference of dates.
///
/// It is counted in seconds; parts of a second are rounded.
///
/// ```rlm
/// str(date("2023-01-30") + timedelta(days=3))   # -> '2023-02-02'
/// ```
#[builtin(group = "dates", returns = Duration)]
#[allow(clippy::too_many_arguments)] // Python's
pub fn timedelta(
    /// Days.
    #[default(0.0)]
    days: f64,
    /// Seconds.
    #[default(0.0)]
    seconds: f64,
    /// Microseconds.
    #[default(0.0)]
    microseconds: f64,
    /// Milliseconds.
    #[default(0.0)]
    milliseconds: f64,
    /// Minutes.
    #[default(0.0)]
    minutes: f64,
    /// Hours.
    #[default(0.0)]
    hours: f64,
    /// Weeks.
    #[default(0.0)]
    weeks: f64,
) -> Result<Value, Fault> {
    let total = (weeks * 7.0 + days) * 86_400.0
        + hours * 3600.0
        + minutes * 60.0
        + seconds
        + milliseconds / 1e3
        + microseconds / 1e6;
    if !total.is_finite() || total.abs() > MOST_DAYS * 86_400.0 {
        return Err(Fault::new(Code::BadValue, "this duration is too long"));
    }
    // Below 2^53: every whole number of seconds is exact.
    #[allow(clippy::cast_possible_truncation)]
    Ok(Value::Duration(total.round_ties_even() as i64))
}

fn whole_seconds(duration: &Value) -> Result<i64, Fault> {
    match duration {
        Value::Duration(seconds) => Ok(*seconds),
        other => Err(expected("a duration", other)),
    }
}

/// The whole days of a duration; of a negative one rounded down, as in Python.
///
/// ```rlm
/// (date("2023-03-01") - date("2023-02-01")).days   # -> 28
/// ```
#[builtin(group = "dates", owners(Duration), property)]
pub fn days(
    /// The duration.
    d: Value,
) -> Result<i64, Fault> {
    whole_seconds(&d).map(|seconds| seconds.div_euclid(DAY))
}

/// The seconds beyond the whole days, from 0 to 86399, as in Python; `total_seconds()` is all.
///
/// ```rlm
/// timedelta(hours=25).seconds   # -> 3600
/// ```
#[builtin(group = "dates", owners(Duration), property)]
pub fn seconds(
    /// The duration.
    d: Value,
) -> Result<i64, Fault> {
    whole_seconds(&d).map(|seconds| seconds.rem_euclid(DAY))
}

/// The microseconds beyond whole seconds: always 0 here.
///
/// ```rlm
/// timedelta(days=1).microseconds   # -> 0
/// ```
#[builtin(group = "dates", owners(Duration), property)]
pub fn microseconds(
    /// The duration.
    d: Value,
) -> Result<i64, Fault> {
    whole_seconds(&d).map(|_| 0)
}

/// All of a duration in seconds, as a float.
///
/// ```rlm
/// timedelta(hours=25).total_seconds()   # -> 90000.0
/// ```
#[builtin(group = "dates", owners(Duration))]
pub fn total_seconds(
    /// The duration.
    d: Value,
) -> Result<f64, Fault> {
    #[allow(clippy::cast_precision_loss)] // seconds of a few million years are exact
    whole_seconds(&d).map(|seconds| seconds as f64)
}
