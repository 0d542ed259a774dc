//! ISO 8601 in the forms that Python's `fromisoformat` takes.

use jiff::civil::{ISOWeekDate, Weekday};

use crate::dates::Date;
use crate::datetime::names::Fields;
use crate::fault::Fault;

/// The date; `None` for what is not in such a form, an error for a day that does not exist.
pub(super) fn read(text: &str) -> Option<Result<Date, Fault>> {
    let bytes = text.as_bytes();
    if !text.is_ascii() {
        return None;
    }
    let (fields, length) = day(bytes)?;
    let rest = text.get(length..)?;
    if rest.is_empty() {
        return Some(fields.checked());
    }
    // One character of any kind parts date and time.
    let fields = time(rest.get(1..)?, fields)?;
    Some(fields.checked())
}

/// The date at the start, and its length.
fn day(bytes: &[u8]) -> Option<(Fields, usize)> {
    let year = number(bytes, 0, 4)?;
    let has_dash = bytes.get(4) == Some(&b'-');
    let at = 4 + usize::from(has_dash);
    if bytes.get(at) == Some(&b'W') {
        return week(bytes, year, at + 1, has_dash);
    }
    let month = number(bytes, at, 2)?;
    let mut at = at + 2;
    if has_dash {
        at = dash(bytes, at)?;
    }
    Some((Fields::day(year, month, number(bytes, at, 2)?), at + 2))
}

/// `2023-W01-5`, the weekday optional.
fn week(bytes: &[u8], year: i64, at: usize, has_dash: bool) -> Option<(Fields, usize)> {
    let week = number(bytes, at, 2)?;
    let mut end = at + 2;
    let mut weekday = 1;
    let digit_at = end + usize::from(has_dash);
    let has_day = if has_dash {
        bytes.get(end) == Some(&b'-')
    } else {
        bytes.get(end).is_some_and(u8::is_ascii_digit)
    };
    if has_day {
        weekday = number(bytes, digit_at, 1)?;
        end = digit_at + 1;
    }
    let weekday = Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?;
    let date =
        ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, weekday).ok()?.date();
    let fields =
        Fields::day(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    Some((fields, end))
}

fn dash(bytes: &[u8], at: usize) -> Option<usize> {
    (bytes.get(at) == Some(&b'-')).then_some(at + 1)
}

fn number(bytes: &[u8], at: usize, digits: usize) -> Option<i64> {
    let digits = bytes.get(at..at + digits)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// `09`, `09:30`, `09:30:05.123456`, `093005`, with an offset that is dropped.
fn time(text: &str, fields: Fields) -> Option<Fields> {
    let clock = without_offset(text)?;
    let bytes = clock.as_bytes();
    let has_colon = bytes.get(2) == Some(&b':');
    let step = 2 + usize::from(has_colon);
    let mut parts = [0; 3];
    let mut at = 0;
    for (index, part) in parts.iter_mut().enumerate() {
        if index > 0 {
            if at == bytes.len() {
                break;
            }
            if has_colon && bytes.get(at) != Some(&b':') {
                return None;
            }
            at += step - 2;
        }
        *part = number(bytes, at, 2)?;
        at += 2;
    }
    let microsecond = match clock.get(at..)? {
        "" => 0,
        fraction if at > step + 2 => fraction_of_second(fraction)?,
        _ => return None,
    };
    let [hour, minute, second] = parts;
    Some(Fields { hour, minute, second, microsecond, has_time: true, ..fields })
}

/// `.123` or `,123456789` in microseconds.
fn fraction_of_second(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['.', ','])?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<6}").get(..6)?.parse().ok()
}

fn without_offset(text: &str) -> Option<&str> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some(clock);
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some(text) };
    let digits = text.get(at + 1..)?.replace(':', "");
    let is_offset = matches!(digits.len(), 2 | 4 | 6) && digits.bytes().all(|b| b.is_ascii_digit());
    if is_offset { text.get(..at) } else { None }
}
