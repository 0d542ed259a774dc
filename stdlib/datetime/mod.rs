//! Dates: reading, writing and taking them apart. Arithmetic stands with the operators.
//!
//! Civil time without zones, as Python's naive `datetime`; a zone in a text is read and left out.

pub mod methods;
pub mod read;
pub mod strptime;

use jiff::civil;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::expected;
use crate::dates::Date;
use crate::fault::Fault;
use crate::text::Text;
use crate::value::Value;

pub use methods::isoformat_of;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &DATE,
    &DATETIME,
    &STRPTIME,
    &FROMISOFORMAT,
    &TIMEDELTA,
    &NOW,
    &methods::YEAR,
    &methods::MONTH,
    &methods::DAY,
    &methods::HOUR,
    &methods::MINUTE,
    &methods::SECOND,
    &methods::MICROSECOND,
    &methods::WEEKDAY,
    &methods::ISOWEEKDAY,
    &methods::ISOCALENDAR,
    &methods::TOORDINAL,
    &methods::DATE_PART,
    &methods::ISOFORMAT,
    &methods::STRFTIME,
    &methods::REPLACE,
    &methods::TIMESTAMP,
    &methods::DAYS,
    &methods::SECONDS,
    &methods::TOTAL_SECONDS,
];

/// A date value.
pub fn value(moment: civil::DateTime, has_time: bool) -> Value {
    Value::Date(std::rc::Rc::new(Date { moment, has_time }))
}

/// The date that a text stands for, or the one of a year, month and day.
///
/// The usual forms are read: `2024-03-05`, `2024-03-05 12:00:07`, `Mar 5, 2024`, `5 March 2024`,
/// `05.03.2024` (day first), `3/15/2024` (month first), `17/May/2015:10:05:03`. `format` is that of
/// `strptime`.
///
/// ```rlm
/// date("Mar 5, 2024").month  # -> 3
/// ```
#[builtin(group = "dates", returns = Date, aliases("parse_date", "to_date", "date.fromisoformat", "to_datetime"))]
pub fn date(
    /// The text, or a year.
    #[aliases("t", "year", "s")]
    text: Value,
    /// The form of the text, such as `"%d.%m.%Y"`; or a month.
    #[aliases("month", "fmt")]
    format: Option<Value>,
    /// The day, if a year and a month are given.
    day: Option<i64>,
) -> Result<Value, Fault> {
    match (&text, &format) {
        (Value::Date(_), _) => Ok(text),
        (Value::Int(year), Some(Value::Int(month))) => {
            let day = day.unwrap_or(1);
            moment(&[*year, *month, day]).map(|moment| value(moment, false))
        }
        (_, None) => {
            let written = text.as_text().ok_or_else(|| expected("a text", &text))?;
            read::read(&written.to_str())
        }
        (_, Some(format)) => {
            let written = text.as_text().ok_or_else(|| expected("a text", &text))?;
            let format = format.as_text().ok_or_else(|| expected("a text", format))?;
            strptime::strptime_of(&written.to_str(), &format.to_str())
        }
    }
}

/// The date with a time of day from its parts.
///
/// ```rlm
/// datetime(2023, 3, 15) < datetime(2023, 3, 15, 12, 30)  # -> True
/// ```
#[builtin(group = "dates", returns = Date)]
pub fn datetime(
    /// The year, or a text as in `date`.
    year: Value,
    /// The month.
    #[default(1)]
    month: i64,
    /// The day.
    #[default(1)]
    day: i64,
    /// The hour.
    #[default(0)]
    hour: i64,
    /// The minute.
    #[default(0)]
    minute: i64,
    /// The second.
    #[default(0)]
    second: i64,
    /// The microsecond.
    #[default(0)]
    microsecond: i64,
    /// Ignored: there are no zones.
    tzinfo: Option<Value>,
) -> Result<Value, Fault> {
    drop(tzinfo);
    match year {
        Value::Int(year) => {
            let parts = [year, month, day, hour, minute, second, microsecond];
            moment(&parts).map(|moment| value(moment, true))
        }
        other => date(other, None, None),
    }
}

/// A moment from year, month, day, hour, minute, second and microsecond; those left out are zero.
///
/// # Errors
/// When a part is out of its range.
pub fn moment(parts: &[i64]) -> Result<civil::DateTime, Fault> {
    let part = |i: usize| parts.get(i).copied().unwrap_or(0);
    let names = ["year", "month", "day", "hour", "minute", "second", "microsecond"];
    let limits = [(1, 9999), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59), (0, 999_999)];
    for (index, (name, (low, high))) in names.iter().zip(limits).enumerate() {
        let given =
            if index < 3 { part(index).max(i64::from(parts.len() <= index)) } else { part(index) };
        if !(low..=high).contains(&given) {
            let message = format!("expected a {name} from {low} to {high}, found {given}");
            return Err(Fault::new(Code::BadValue, message));
        }
    }
    let small = |i: usize| i8::try_from(part(i).max(i64::from(i < 3))).unwrap_or(0);
    let year = i16::try_from(part(0)).unwrap_or(1);
    let nanosecond = i32::try_from(part(6) * 1000).unwrap_or(0);
    civil::DateTime::new(year, small(1), small(2), small(3), small(4), small(5), nanosecond)
        .map_err(|_| {
            Fault::new(Code::BadValue, format!("there is no {year}-{:02}-{:02}", part(1), part(2)))
        })
}

/// The date that a text in a given form stands for.
///
/// ```rlm
/// datetime.strptime("Jan 06, 2023", "%b %d, %Y").day  # -> 6
/// ```
#[builtin(group = "dates", returns = Date, aliases("datetime.strptime", "date.strptime", "time.strptime"))]
pub fn strptime(
    /// The text.
    #[aliases("date_string", "t")]
    text: Text,
    /// Its form: `%Y %m %d %H %M %S %f %b %B %a %A %y %I %p %j %z`.
    #[aliases("fmt")]
    format: Text,
) -> Result<Value, Fault> {
    strptime::strptime_of(&text.to_str(), &format.to_str())
}

/// The date that a text in ISO form stands for.
///
/// ```rlm
/// datetime.fromisoformat("2024-03-05T12:00").hour  # -> 12
/// ```
#[builtin(group = "dates", returns = Date, aliases("datetime.fromisoformat"))]
pub fn fromisoformat(
    /// The text.
    #[aliases("t", "date_string")]
    text: Text,
) -> Result<Value, Fault> {
    read::iso(&text.to_str()).map(|(moment, has_time)| value(moment, has_time)).ok_or_else(|| {
        Fault::new(
            Code::BadValue,
            format!("expected a date such as 2024-03-05T12:00, found \"{text}\""),
        )
        .with_help("date(t) reads other forms too")
    })
}

/// A difference of two dates, to add to one or to compare with one.
///
/// ```rlm
/// (date("2024-03-05") - date("2024-03-01")) > timedelta(days=3)  # -> True
/// ```
#[builtin(group = "dates", returns = Duration)]
pub fn timedelta(
    /// Days.
    #[default(0.0)]
    days: f64,
    /// Seconds.
    #[default(0.0)]
    seconds: f64,
    /// Microseconds; fractions of a second are left out.
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
    // Python's limit: a little below a billion days.
    if !total.is_finite() || total.abs() >= 86_400.0 * 1e9 {
        return Err(Fault::new(Code::BadValue, "this duration is too long"));
    }
    #[allow(clippy::cast_possible_truncation)] // in range, and fractions are dropped
    Ok(Value::Duration((total + 1e-9).floor() as i64))
}

/// There is no clock: a run depends on its input alone.
///
/// Always an error; compare with the dates in the input instead.
///
/// ```rlm
/// max([date(s) for s in findall(r"\d{4}-\d\d-\d\d", "2024-03-05 2023-01-01")])
/// ```
#[builtin(
    group = "dates",
    returns = None,
    aliases(
        "today", "utcnow", "datetime.now", "datetime.today", "datetime.utcnow", "date.today",
        "time.time", "perf_counter", "monotonic"
    )
)]
pub fn now(
    /// Ignored.
    tz: Option<Value>,
) -> Result<(), Fault> {
    drop(tz);
    Err(Fault::new(Code::NoLibraries, "there is no clock")
        .with_help("compare with the dates in the input, or write the date: date(\"2024-03-05\")"))
}

#[cfg(test)]
mod tests;
