//! Functions that make dates.

use std::rc::Rc;

use jiff::civil::DateTime;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::{FromValue, expected};
use crate::dates::Date;
use crate::datetime::names::Fields;
use crate::datetime::{guess, iso, strptime};
use crate::fault::Fault;
use crate::text::Text;
use crate::value::Value;

/// A date from a text in any common form, or from year, month and day.
///
/// Read without a format: `2023-01-06`, `2023/01/06`, `06.01.2023` (day first), `Jan 06, 2023`,
/// `6 January 2023`, `06/Jan/2023`, with a weekday before and a time of day behind. `01/02/2023`
/// is an error: it needs a format. A zone is read and dropped. The result has `.year`, `.month`,
/// `.day`; dates can be compared, and the difference of two has `.days`.
///
/// ```rlm
/// (date("Jan 06, 2023") - date(2022, 12, 30)).days   # -> 7
/// ```
#[builtin(
    group = "dates",
    returns = Date,
    aliases("parse_date", "to_date"),
    prompt = "date(text) with .year .month .day, difference in .days"
)]
pub fn date(
    /// The text, a date whose time of day is dropped, or the year.
    #[aliases("year")]
    text: Value,
    /// How the text is written, in the codes of `strptime` (`"%d/%m/%Y"`); or the month.
    #[aliases("month")]
    format: Option<Value>,
    /// The day, after year and month.
    day: Option<i64>,
) -> Result<Value, Fault> {
    let made = match (&text, format) {
        (Value::Text(_) | Value::Match(_), None) => guess::guess(&Text::from_value(text)?)?,
        (Value::Text(_) | Value::Match(_), Some(format)) => {
            let format = Text::from_value(format)?.to_str().into_owned();
            let read = strptime::strptime(&Text::from_value(text)?.to_str(), &format)?;
            Date { has_time: strptime::has_time(&format), ..read }
        }
        (Value::Date(date), None) => {
            let midnight = date.moment.date().to_datetime(jiff::civil::Time::midnight());
            Date { moment: midnight, has_time: false }
        }
        (Value::Int(year), Some(month)) => {
            let day = day.ok_or_else(|| crate::convert::missing("date", "day"))?;
            Fields::day(*year, i64::from_value(month)?, day).checked()?
        }
        (Value::Int(_), None) => return Err(crate::convert::missing("date", "month")),
        (other, _) => return Err(expected("a text or a year", other)),
    };
    Ok(value(made))
}

/// A date with a time of day, from its parts; it prints with its time.
///
/// A text is read as by `date`.
///
/// ```rlm
/// str(datetime(2023, 1, 6, 9, 30))   # -> '2023-01-06 09:30:00'
/// ```
#[builtin(group = "dates", returns = Date)]
#[allow(clippy::too_many_arguments)] // Python's
pub fn datetime(
    /// The year.
    year: Value,
    /// The month, from 1.
    month: Option<i64>,
    /// The day, from 1.
    day: Option<i64>,
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
    /// Ignored: dates have no zone.
    tzinfo: Option<Value>,
) -> Result<Value, Fault> {
    let _ = tzinfo;
    let missing = |name| crate::convert::missing("datetime", name);
    let made = match year {
        Value::Text(_) | Value::Match(_) => guess::guess(&Text::from_value(year)?)?,
        Value::Date(date) => *date,
        other => {
            let year = i64::from_value(other)?;
            let (month, day) =
                (month.ok_or_else(|| missing("month"))?, day.ok_or_else(|| missing("day"))?);
            let has_time = true;
            Fields { year, month, day, hour, minute, second, microsecond, has_time }.checked()?
        }
    };
    Ok(value(Date { has_time: true, ..made }))
}

/// A date from a text in a given format, as in Python.
///
/// Codes: `%Y %y %m %b %B %d %j %H %I %p %M %S %f %a %A %z %Z %%`. Names are English; the weekday
/// is read and not checked, an offset is read and dropped.
///
/// ```rlm
/// datetime.strptime("Jan 06, 2023", "%b %d, %Y").month   # -> 1
/// ```
#[builtin(group = "dates", name = "datetime.strptime", returns = Date, aliases("strptime", "time.strptime"))]
pub fn strptime_(
    /// The text.
    #[aliases("text")]
    date_string: Text,
    /// How it is written.
    format: Text,
) -> Result<Value, Fault> {
    strptime::strptime(&date_string.to_str(), &format.to_str()).map(value)
}

/// A date with a time of day from ISO 8601, as in Python 3.11.
///
/// ```rlm
/// datetime.fromisoformat("2023-01-06T09:30").hour   # -> 9
/// ```
#[builtin(
    group = "dates",
    name = "datetime.fromisoformat",
    returns = Date,
    aliases("fromisoformat")
)]
pub fn datetime_fromisoformat(
    /// The text, such as `2023-01-06` or `2023-01-06T09:30:00Z`.
    date_string: Text,
) -> Result<Value, Fault> {
    match iso::read(&date_string.to_str()) {
        Some(date) => Ok(value(Date { has_time: true, ..date? })),
        None => Err(not_iso(&date_string)),
    }
}

/// A date from ISO 8601, as in Python 3.11.
///
/// ```rlm
/// date.fromisoformat("2023-01-06").day   # -> 6
/// ```
#[builtin(group = "dates", name = "date.fromisoformat", returns = Date)]
pub fn date_fromisoformat(
    /// The text, such as `2023-01-06`.
    date_string: Text,
) -> Result<Value, Fault> {
    match iso::read(&date_string.to_str()) {
        Some(date) => {
            let date = date?;
            if date.has_time { Err(not_iso(&date_string)) } else { Ok(value(date)) }
        }
        None => Err(not_iso(&date_string)),
    }
}

fn not_iso(text: &Text) -> Fault {
    let shown = guess::shortened(&text.to_str());
    Fault::new(Code::BadValue, format!("expected a date as in ISO 8601, found {shown:?}"))
        .with_help("date(text) reads other forms too, and takes a format: date(t, \"%d/%m/%Y\")")
}

/// The date and time of a Unix timestamp, in UTC.
///
/// ```rlm
/// str(datetime.fromtimestamp(1672990200))   # -> '2023-01-06 07:30:00'
/// ```
#[builtin(
    group = "dates",
    name = "datetime.fromtimestamp",
    returns = Date,
    aliases("datetime.utcfromtimestamp", "date.fromtimestamp")
)]
pub fn fromtimestamp(
    /// Seconds since 1970, as an int or float.
    timestamp: f64,
    /// Ignored: the result is in UTC.
    tz: Option<Value>,
) -> Result<Value, Fault> {
    let _ = tz;
    let out_of_range = || {
        Fault::new(Code::BadValue, format!("{timestamp} is no timestamp of the years 1 to 9999"))
    };
    if !timestamp.is_finite() || timestamp.abs() > 1e12 {
        return Err(out_of_range().with_help("milliseconds? divide by 1000"));
    }
    #[allow(clippy::cast_possible_truncation)] // within the range that was checked
    let microseconds = (timestamp * 1e6).round_ties_even() as i64;
    let moment = DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
        .checked_add(jiff::SignedDuration::from_micros(microseconds))
        .map_err(|_| out_of_range())?;
    if moment.year() < 1 {
        return Err(out_of_range());
    }
    Ok(value(Date { moment, has_time: true }))
}

/// A date with a time of day that is given apart: `d.time()` of another date, or a text.
///
/// ```rlm
/// str(datetime.combine(date("2023-01-06"), datetime.min.time()))   # -> '2023-01-06 00:00:00'
/// ```
#[builtin(group = "dates", name = "datetime.combine", returns = Date)]
pub fn combine(
    /// The date.
    date: Rc<Date>,
    /// The time of day, as `09:30` or `09:30:00`.
    time: Text,
    /// Ignored: dates have no zone.
    tzinfo: Option<Value>,
) -> Result<Value, Fault> {
    let _ = tzinfo;
    let written = format!("{}T{}", Date { has_time: false, ..*date }.iso(""), time.to_str());
    match iso::read(&written) {
        Some(read) => Ok(value(Date { has_time: true, ..read? })),
        None => {
            let shown = guess::shortened(&time.to_str());
            Err(Fault::new(Code::BadValue, format!("expected a time of day, found {shown:?}"))
                .with_help("write it as \"09:30\" or \"09:30:00\""))
        }
    }
}

/// The date of a day's number; 1 is the first of January of the year 1.
///
/// ```rlm
/// str(date.fromordinal(738526))   # -> '2023-01-06'
/// ```
#[builtin(group = "dates", name = "date.fromordinal", returns = Date, aliases("datetime.fromordinal"))]
pub fn fromordinal(
    /// The number.
    n: i64,
) -> Result<Value, Fault> {
    let out_of_range =
        || Fault::new(Code::BadValue, format!("{n} is no day of the years 1 to 9999"));
    let days = n.checked_sub(1).filter(|days| (0..3_652_059).contains(days));
    let moment = DateTime::constant(1, 1, 1, 0, 0, 0, 0)
        .checked_add(jiff::SignedDuration::from_hours(days.ok_or_else(out_of_range)? * 24))
        .map_err(|_| out_of_range())?;
    Ok(value(Date { moment, has_time: false }))
}

/// A zone as Python has it, where dates here have none: it is ignored wherever it may be given.
///
/// ```rlm
/// datetime.fromtimestamp(0, tz=timezone.utc).year   # -> 1970
/// ```
#[builtin(group = "dates")]
pub fn timezone(
    /// The distance to UTC.
    offset: Value,
    /// Its name.
    name: Option<Text>,
) -> Value {
    let _ = offset;
    name.map_or(Value::None, Value::Text)
}

/// The first or the last moment that there is.
pub(crate) fn extreme(last: bool, has_time: bool) -> Value {
    let moment = match (last, has_time) {
        (false, _) => DateTime::constant(1, 1, 1, 0, 0, 0, 0),
        (true, false) => DateTime::constant(9999, 12, 31, 0, 0, 0, 0),
        (true, true) => DateTime::constant(9999, 12, 31, 23, 59, 59, 999_999_000),
    };
    value(Date { moment, has_time })
}

pub(super) fn value(date: Date) -> Value {
    Value::Date(Rc::new(date))
}
