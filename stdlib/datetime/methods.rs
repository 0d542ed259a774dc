//! The parts of dates and durations.

use std::rc::Rc;

use rlm_lang_macros::builtin;

use super::{moment, value};
use crate::convert::expected;
use crate::dates::Date;
use crate::fault::Fault;
use crate::text::Text;
use crate::value::{Tuple, Value};

/// The year.
///
/// ```rlm
/// date("2024-03-05").year  # -> 2024
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn year(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.year())
}

/// The month, from 1.
///
/// ```rlm
/// date("2024-03-05").month  # -> 3
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn month(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.month())
}

/// The day of the month.
///
/// ```rlm
/// date("2024-03-05").day  # -> 5
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn day(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.day())
}

/// The hour.
///
/// ```rlm
/// date("2024-03-05 12:30").hour  # -> 12
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn hour(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.hour())
}

/// The minute.
///
/// ```rlm
/// date("2024-03-05 12:30").minute  # -> 30
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn minute(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.minute())
}

/// The second.
///
/// ```rlm
/// date("2024-03-05 12:30:07").second  # -> 7
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn second(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.second())
}

/// The microsecond.
///
/// ```rlm
/// date("2024-03-05 12:30:07.25").microsecond  # -> 250000
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn microsecond(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.subsec_nanosecond() / 1000)
}

/// The number of the weekday: Monday is 0, Sunday 6.
///
/// ```rlm
/// date("2024-03-05").weekday()  # -> 1
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn weekday(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    weekday_of(&d)
}

/// The number of the weekday: Monday is 1, Sunday 7.
///
/// ```rlm
/// date("2024-03-05").isoweekday()  # -> 2
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn isoweekday(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    weekday_of(&d) + 1
}

/// Year, week and weekday after ISO 8601.
///
/// ```rlm
/// date("2024-03-05").isocalendar()  # -> (2024, 10, 2)
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn isocalendar(
    /// The date.
    d: Rc<Date>,
) -> Tuple {
    let iso = d.moment.date().iso_week_date();
    let parts = [i64::from(iso.year()), i64::from(iso.week()), weekday_of(&d) + 1];
    Tuple::new(parts.into_iter().map(Value::Int).collect())
}

/// The number of the day, counted from the first day of the year 1.
///
/// ```rlm
/// date("0001-01-02").toordinal()  # -> 2
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn toordinal(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    days_since(&d, jiff::civil::date(1, 1, 1)) + 1
}

fn weekday_of(date: &Date) -> i64 {
    i64::from(date.moment.weekday().to_monday_zero_offset())
}

fn days_since(d: &Date, first: jiff::civil::Date) -> i64 {
    let difference = d.moment.date().since((jiff::Unit::Day, first));
    difference.map_or(0, |span| i64::from(span.get_days()))
}

/// The date without its time of day.
///
/// ```rlm
/// date("2024-03-05 12:30").date().isoformat()  # -> '2024-03-05'
/// ```
#[builtin(group = "dates", owners(Date), name = "date", returns = Date)]
pub fn date_part(
    /// The date.
    d: Rc<Date>,
) -> Value {
    value(d.moment.date().to_datetime(jiff::civil::Time::midnight()), false)
}

/// A date in ISO form, with `separator` before the time of day if it has one.
pub fn isoformat_of(date: &Date, separator: &str) -> String {
    let m = &date.moment;
    let day = format!("{:04}-{:02}-{:02}", m.year(), m.month(), m.day());
    if !date.has_time {
        return day;
    }
    let clock = format!("{:02}:{:02}:{:02}", m.hour(), m.minute(), m.second());
    match m.subsec_nanosecond() / 1000 {
        0 => format!("{day}{separator}{clock}"),
        micro => format!("{day}{separator}{clock}.{micro:06}"),
    }
}

/// The date in ISO form.
///
/// ```rlm
/// date("5 March 2024 12:30").isoformat()  # -> '2024-03-05T12:30:00'
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn isoformat(
    /// The date.
    d: Rc<Date>,
    /// What stands before the time of day.
    #[default("T")]
    sep: Text,
) -> Text {
    Text::from(isoformat_of(&d, &sep.to_str()))
}

/// The date in a given form.
///
/// ```rlm
/// date("2024-03-05").strftime("%d %b %Y")  # -> '05 Mar 2024'
/// ```
#[builtin(group = "dates", owners(Date), aliases("format"))]
pub fn strftime_(
    /// The date.
    d: Rc<Date>,
    /// The form, as of Python's `strftime`.
    #[aliases("fmt")]
    format: Text,
) -> Result<String, Fault> {
    crate::strftime::strftime(&d, &format.to_str())
}

/// The date with some parts changed.
///
/// ```rlm
/// date("2024-03-05").replace(day=1).isoformat()  # -> '2024-03-01'
/// ```
#[builtin(group = "dates", owners(Date), returns = Date)]
pub fn replace(
    /// The date.
    d: Rc<Date>,
    /// The year.
    year: Option<i64>,
    /// The month.
    month: Option<i64>,
    /// The day.
    day: Option<i64>,
    /// The hour.
    hour: Option<i64>,
    /// The minute.
    minute: Option<i64>,
    /// The second.
    second: Option<i64>,
    /// The microsecond.
    microsecond: Option<i64>,
    /// Ignored: there are no zones.
    tzinfo: Option<Value>,
) -> Result<Value, Fault> {
    drop(tzinfo);
    let m = &d.moment;
    let timed = d.has_time || hour.is_some() || minute.is_some() || second.is_some();
    let parts = [
        year.unwrap_or(i64::from(m.year())),
        month.unwrap_or(i64::from(m.month())),
        day.unwrap_or(i64::from(m.day())),
        hour.unwrap_or(i64::from(m.hour())),
        minute.unwrap_or(i64::from(m.minute())),
        second.unwrap_or(i64::from(m.second())),
        microsecond.unwrap_or(i64::from(m.subsec_nanosecond() / 1000)),
    ];
    Ok(value(moment(&parts)?, timed))
}

/// Seconds since the beginning of 1970, the date taken as UTC.
///
/// ```rlm
/// date("1970-01-02").timestamp()  # -> 86400.0
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn timestamp(
    /// The date.
    d: Rc<Date>,
) -> f64 {
    let days = days_since(&d, jiff::civil::date(1970, 1, 1));
    let m = &d.moment;
    let seconds = i64::from(m.hour()) * 3600 + i64::from(m.minute()) * 60 + i64::from(m.second());
    (days * 86_400 + seconds) as f64 + f64::from(m.subsec_nanosecond()) / 1e9
}

fn seconds_of(value: &Value) -> Result<i64, Fault> {
    match value {
        Value::Duration(seconds) => Ok(*seconds),
        other => Err(expected("a duration", other)),
    }
}

/// The whole days of a duration, rounded down.
///
/// ```rlm
/// (date("2024-03-05") - date("2024-02-28")).days  # -> 6
/// ```
#[builtin(group = "dates", owners(Duration), property)]
pub fn days(
    /// The duration.
    d: Value,
) -> Result<i64, Fault> {
    seconds_of(&d).map(|seconds| seconds.div_euclid(86_400))
}

/// The seconds of a duration beyond its whole days.
///
/// ```rlm
/// timedelta(days=1, seconds=5).seconds  # -> 5
/// ```
#[builtin(group = "dates", owners(Duration), property)]
pub fn seconds(
    /// The duration.
    d: Value,
) -> Result<i64, Fault> {
    seconds_of(&d).map(|seconds| seconds.rem_euclid(86_400))
}

/// All of a duration in seconds.
///
/// ```rlm
/// timedelta(hours=2).total_seconds()  # -> 7200.0
/// ```
#[builtin(group = "dates", owners(Duration), property)]
pub fn total_seconds(
    /// The duration.
    d: Value,
) -> Result<f64, Fault> {
    seconds_of(&d).map(|seconds| seconds as f64)
}
