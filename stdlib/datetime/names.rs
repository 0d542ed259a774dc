//! English names of months and weekdays, and checked fields.

use jiff::civil::{Date as Day, DateTime, Time};
use rlm_lang_syntax::codes::Code;

use crate::dates::Date;
use crate::fault::Fault;

/// The months in order.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The days of the week, Monday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The number of a month by its name or first three letters, in lower case.
pub(super) fn month(word: &str) -> Option<i64> {
    if word == "sept" {
        return Some(9);
    }
    let index = MONTHS.iter().position(|name| word == *name || Some(word) == name.get(..3))?;
    i64::try_from(index + 1).ok()
}

/// Whether a word in lower case names a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    let short = ["tues", "wednes", "thur", "thurs"];
    WEEKDAYS.iter().any(|name| word == *name || Some(word) == name.get(..3))
        || short.contains(&word)
}

/// The parts of a date before they are checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) microsecond: i64,
    pub(super) has_time: bool,
}

impl Fields {
    /// A plain date.
    pub(super) fn day(year: i64, month: i64, day: i64) -> Fields {
        let (hour, minute, second, microsecond) = (0, 0, 0, 0);
        Fields { year, month, day, hour, minute, second, microsecond, has_time: false }
    }

    /// The fields of a date.
    pub(super) fn of(date: &Date) -> Fields {
        let (day, time) = (date.moment.date(), date.moment.time());
        Fields {
            year: i64::from(day.year()),
            month: i64::from(day.month()),
            day: i64::from(day.day()),
            hour: i64::from(time.hour()),
            minute: i64::from(time.minute()),
            second: i64::from(time.second()),
            microsecond: i64::from(date.microsecond()),
            has_time: date.has_time,
        }
    }

    /// The date.
    ///
    /// # Errors
    /// For a field out of its range, and a day that its month does not have.
    pub(super) fn checked(self) -> Result<Date, Fault> {
        let year = within("year", self.year, 1, 9999)?;
        let month = within("month", self.month, 1, 12)? as i8;
        let day = within("day", self.day, 1, 31)? as i8;
        let hour = within("hour", self.hour, 0, 23)? as i8;
        let minute = within("minute", self.minute, 0, 59)? as i8;
        let second = within("second", self.second, 0, 59)? as i8;
        let microsecond = within("microsecond", self.microsecond, 0, 999_999)?;
        let date = Day::new(year as i16, month, day).map_err(|_| {
            let message = format!("{year:04}-{month:02} has no day {day}");
            Fault::new(Code::BadValue, message)
        })?;
        let time = Time::new(hour, minute, second, microsecond * 1000)
            .map_err(|_| Fault::new(Code::BadValue, "there is no such time of day"))?;
        Ok(Date { moment: DateTime::from_parts(date, time), has_time: self.has_time })
    }
}

fn within(name: &str, value: i64, least: i32, most: i32) -> Result<i32, Fault> {
    match i32::try_from(value) {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(Fault::new(
            Code::BadValue,
            format!("{name}: expected {least} to {most}, found {value}"),
        )),
    }
}
