//! Dates: `date`, `datetime`, `timedelta`, and what Python's classes of these names can do.
//!
//! A date has no zone: an offset in a text is read and dropped, so hours stay as they were written.

pub mod clock;
pub mod durations;
mod guess;
mod iso;
pub mod make;
pub mod methods;
mod names;
mod strptime;

#[cfg(test)]
mod tests;

use crate::builtin::Builtin;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &make::DATE,
    &make::DATETIME,
    &make::STRPTIME,
    &make::DATETIME_FROMISOFORMAT,
    &make::DATE_FROMISOFORMAT,
    &make::FROMTIMESTAMP,
    &make::COMBINE,
    &make::FROMORDINAL,
    &make::TIMEZONE,
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
    &methods::DATE_PART,
    &methods::TIME,
    &methods::ISOFORMAT,
    &methods::STRFTIME,
    &methods::REPLACE,
    &methods::TIMESTAMP,
    &methods::TOORDINAL,
    &durations::TIMEDELTA,
    &durations::DAYS,
    &durations::SECONDS,
    &durations::MICROSECONDS,
    &durations::TOTAL_SECONDS,
    &clock::NOW,
];
