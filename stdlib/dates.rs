//! Dates and durations, on `jiff`: civil time without a zone, as Python's naive `datetime`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A date, with a time of day or without. Two dates are compared by their moment alone: a plain
/// date equals the midnight it begins with.
#[derive(Clone, Copy, Debug)]
pub struct Date {
    /// Date and time; midnight for a plain date.
    pub moment: jiff::civil::DateTime,
    /// Whether a time of day was given: it is printed then.
    pub has_time: bool,
}

impl PartialEq for Date {
    fn eq(&self, other: &Date) -> bool {
        self.moment == other.moment
    }
}

impl Eq for Date {}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Date) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Date {
    fn cmp(&self, other: &Date) -> Ordering {
        self.moment.cmp(&other.moment)
    }
}

impl Hash for Date {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.moment.hash(state);
    }
}

impl Date {
    /// The microseconds of the second.
    pub fn microsecond(&self) -> i32 {
        self.moment.subsec_nanosecond() / 1000
    }

    /// `2023-01-06`, with `separator` and the time of day if there is one.
    pub fn iso(&self, separator: &str) -> String {
        let (d, t) = (self.moment.date(), self.moment.time());
        let day = format!("{:04}-{:02}-{:02}", d.year(), d.month(), d.day());
        if !self.has_time {
            return day;
        }
        let clock = format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second());
        match self.microsecond() {
            0 => format!("{day}{separator}{clock}"),
            microsecond => format!("{day}{separator}{clock}.{microsecond:06}"),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso(" "))
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
