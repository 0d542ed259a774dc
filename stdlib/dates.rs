//! Dates and durations, on `jiff`: civil time without a zone, as Python's naive `datetime`.

use std::fmt;

/// A date, with a time of day or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Date and time; midnight for a plain date.
    pub moment: jiff::civil::DateTime,
    /// Whether a time of day was given: it is printed then.
    pub has_time: bool,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_time {
            write!(f, "{} {}", self.moment.date(), self.moment.time())
        } else {
            write!(f, "{}", self.moment.date())
        }
    }
}

/// A duration as Python prints a `timedelta`: `3 days, 4:05:06`.
pub fn duration_text(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let clock = format!("{}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    match days {
        0 => clock,
        1 | -1 => format!("{days} day, {clock}"),
        _ => format!("{days} days, {clock}"),
    }
}
