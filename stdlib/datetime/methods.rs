//! What a date can tell.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::dates::Date;
use crate::datetime::make::value;
use crate::datetime::names::Fields;
use crate::fault::Fault;
use crate::text::Text;
use crate::value::Value;

/// The year of a date.
///
/// ```rlm
/// date("2023-01-06").year   # -> 2023
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn year(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.year())
}

/// The month of a date, from 1 to 12.
///
/// ```rlm
/// date("2023-01-06").month   # -> 1
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
/// date("2023-01-06").day   # -> 6
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn day(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.day())
}

/// The hour of a date with a time of day, else 0.
///
/// ```rlm
/// date("2023-01-06 09:30").hour   # -> 9
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn hour(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.hour())
}

/// The minute of a date with a time of day, else 0.
///
/// ```rlm
/// date("2023-01-06 09:30").minute   # -> 30
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn minute(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.minute())
}

/// The second of a date with a time of day, else 0.
///
/// ```rlm
/// date("2023-01-06 09:30:05").second   # -> 5
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn second(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.second())
}

/// The microsecond of a date with a time of day, else 0.
///
/// ```rlm
/// date("2023-01-06 09:30:05.25").microsecond   # -> 250000
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn microsecond(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.microsecond())
}

/// The day of the week, Monday is 0; written `d.weekday` or `d.weekday()`.
///
/// ```rlm
/// date("2023-01-06").weekday()   # -> 4
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn weekday(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.weekday().to_monday_zero_offset())
}

/// The day of the week, Monday is 1 and Sunday 7.
///
/// ```rlm
/// date("2023-01-06").isoweekday()   # -> 5
/// ```
#[builtin(group = "dates", owners(Date), property)]
pub fn isoweekday(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    i64::from(d.moment.weekday().to_monday_one_offset())
}

/// Year, week and weekday of ISO 8601.
///
/// ```rlm
/// date("2023-01-01").isocalendar()   # -> (2022, 52, 7)
/// ```
#[builtin(group = "dates", owners(Date), returns = Tuple)]
pub fn isocalendar(
    /// The date.
    d: Rc<Date>,
) -> Value {
    let week = d.moment.iso_week_date();
    Value::tuple(vec![
        Value::Int(i64::from(week.year())),
        Value::Int(i64::from(week.week())),
        Value::Int(i64::from(week.weekday().to_monday_one_offset())),
    ])
}

/// The date without its time of day.
///
/// ```rlm
/// str(date("2023-01-06 09:30").date())   # -> '2023-01-06'
/// ```
#[builtin(group = "dates", name = "date", owners(Date), returns = Date)]
pub fn date_part(
    /// The date.
    d: Rc<Date>,
) -> Value {
    let midnight = d.moment.date().to_datetime(jiff::civil::Time::midnight());
    value(Date { moment: midnight, has_time: false })
}

/// The time of day, as a text.
///
/// ```rlm
/// date("2023-01-06 09:30").time()   # -> '09:30:00'
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn time(
    /// The date.
    d: Rc<Date>,
) -> String {
    let iso = Date { has_time: true, ..*d }.iso("T");
    iso.split_once('T').map(|(_, clock)| clock.to_string()).unwrap_or_default()
}

/// The date in ISO 8601.
///
/// ```rlm
/// datetime(2023, 1, 6, 9, 30).isoformat()   # -> '2023-01-06T09:30:00'
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn isoformat(
    /// The date.
    d: Rc<Date>,
    /// What stands between date and time.
    #[default("T")]
    sep: Text,
    /// How precise the time is: `"auto"`, `"hours"`, `"minutes"`, `"seconds"`, `"milliseconds"` or
    /// `"microseconds"`.
    #[default("auto")]
    timespec: Text,
) -> Result<String, Fault> {
    let sep = sep.to_str();
    let timespec = timespec.to_str();
    if !d.has_time || timespec == "auto" {
        return Ok(d.iso(&sep));
    }
    let format = match &*timespec {
        "hours" => "%H",
        "minutes" => "%H:%M",
        "seconds" => "%H:%M:%S",
        "milliseconds" | "microseconds" => "%H:%M:%S.%f",
        other => {
            let message = format!("expected a precision such as \"seconds\", found {other:?}");
            return Err(Fault::new(Code::BadValue, message));
        }
    };
    let mut clock = crate::strftime::strftime(&d, format)?;
    if timespec == "milliseconds" {
        clock.truncate(clock.len().saturating_sub(3));
    }
    let day = Date { has_time: false, ..*d };
    Ok(format!("{day}{sep}{clock}"))
}

/// The date as text in a format, as in Python.
///
/// ```rlm
/// date("2023-01-06").strftime("%d %B %Y")   # -> '06 January 2023'
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn strftime(
    /// The date.
    d: Rc<Date>,
    /// The format: `%Y %m %d %H %M %S %b %B %a %A %j` and the others of Python.
    format: Text,
) -> Result<String, Fault> {
    crate::strftime::strftime(&d, &format.to_str())
}

/// The date with some parts changed.
///
/// ```rlm
/// str(date("2023-01-06").replace(day=1))   # -> '2023-01-01'
/// ```
#[builtin(group = "dates", owners(Date), returns = Date)]
#[allow(clippy::too_many_arguments)] // Python's
pub fn replace(
    /// The date.
    d: Rc<Date>,
    /// The new year.
    year: Option<i64>,
    /// The new month.
    month: Option<i64>,
    /// The new day.
    day: Option<i64>,
    /// The new hour.
    hour: Option<i64>,
    /// The new minute.
    minute: Option<i64>,
    /// The new second.
    second: Option<i64>,
    /// The new microsecond.
    microsecond: Option<i64>,
    /// Ignored: dates have no zone.
    #[keyword]
    tzinfo: Option<Value>,
) -> Result<Value, Fault> {
    let _ = tzinfo;
    let old = Fields::of(&d);
    let has_clock = [hour, minute, second, microsecond].iter().any(Option::is_some);
    let new = Fields {
        year: year.unwrap_or(old.year),
        month: month.unwrap_or(old.month),
        day: day.unwrap_or(old.day),
        hour: hour.unwrap_or(old.hour),
        minute: minute.unwrap_or(old.minute),
        second: second.unwrap_or(old.second),
        microsecond: microsecond.unwrap_or(old.microsecond),
        has_time: old.has_time || has_clock,
    };
    new.checked().map(value)
}

/// The Unix timestamp of a date that is taken to be in UTC.
///
/// ```rlm
/// datetime(2023, 1, 6, 7, 30).timestamp()   # -> 1672990200.0
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn timestamp(
    /// The date.
    d: Rc<Date>,
) -> f64 {
    let epoch = jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    d.moment.duration_since(epoch).as_secs_f64()
}

/// The number of the day, counted from the first of January of the year 1.
///
/// ```rlm
/// date("2023-01-06").toordinal()   # -> 738526
/// ```
#[builtin(group = "dates", owners(Date))]
pub fn toordinal(
    /// The date.
    d: Rc<Date>,
) -> i64 {
    let first = jiff::civil::Date::constant(1, 1, 1);
    d.moment.date().duration_since(first).as_hours() / 24 + 1
}
