//! `strftime`: a date in a given form.

use std::fmt::Write;

use crate::dates::Date;

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];

/// A date after a format of Python's `strftime`; an unknown directive stays as it is.
pub fn strftime_of(date: &Date, format: &str) -> String {
    let mut out = String::with_capacity(format.len() + 16);
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('-' | '#') => {
                let mut field = String::new();
                let directive = chars.next().unwrap_or('%');
                push(date, directive, &mut field);
                let bare = field.trim_start_matches(['0', ' ']);
                out.push_str(if bare.is_empty() && !field.is_empty() { "0" } else { bare });
            }
            Some(directive) => push(date, directive, &mut out),
            None => out.push('%'),
        }
    }
    out
}

/// The number of the weekday, Monday 0.
pub(super) fn weekday_of(date: &Date) -> i64 {
    i64::from(date.moment.weekday().to_monday_zero_offset())
}

fn name<'a>(names: &[&'a str], index: i64) -> &'a str {
    usize::try_from(index).ok().and_then(|i| names.get(i)).copied().unwrap_or_default()
}

fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

fn push(date: &Date, directive: char, out: &mut String) {
    let m = &date.moment;
    let weekday = weekday_of(date);
    let month = name(&MONTHS, i64::from(m.month()) - 1);
    let twelve = (i64::from(m.hour()) + 11) % 12 + 1;
    let day_of_year = i64::from(m.day_of_year());
    let iso = m.date().iso_week_date();
    // Writing to a String cannot fail.
    let _ = match directive {
        'Y' => write!(out, "{:04}", m.year()),
        'y' => write!(out, "{:02}", m.year().rem_euclid(100)),
        'C' => write!(out, "{:02}", m.year() / 100),
        'm' => write!(out, "{:02}", m.month()),
        'd' => write!(out, "{:02}", m.day()),
        'e' => write!(out, "{:2}", m.day()),
        'H' => write!(out, "{:02}", m.hour()),
        'I' => write!(out, "{twelve:02}"),
        'M' => write!(out, "{:02}", m.minute()),
        'S' => write!(out, "{:02}", m.second()),
        'f' => write!(out, "{:06}", m.subsec_nanosecond() / 1000),
        'p' => write!(out, "{}", if m.hour() < 12 { "AM" } else { "PM" }),
        'b' | 'h' => write!(out, "{}", short(month)),
        'B' => write!(out, "{month}"),
        'a' => write!(out, "{}", short(name(&DAYS, weekday))),
        'A' => write!(out, "{}", name(&DAYS, weekday)),
        'w' => write!(out, "{}", (weekday + 1) % 7),
        'u' => write!(out, "{}", weekday + 1),
        'j' => write!(out, "{day_of_year:03}"),
        'U' => write!(out, "{:02}", (day_of_year + 6 - (weekday + 1) % 7) / 7),
        'W' => write!(out, "{:02}", (day_of_year + 6 - weekday) / 7),
        'G' => write!(out, "{:04}", iso.year()),
        'V' => write!(out, "{:02}", iso.week()),
        'z' | 'Z' => Ok(()),
        'n' => write!(out, "\n"),
        't' => write!(out, "\t"),
        '%' => write!(out, "%"),
        'F' => write!(out, "{}", strftime_of(date, "%Y-%m-%d")),
        'T' | 'X' => write!(out, "{}", strftime_of(date, "%H:%M:%S")),
        'R' => write!(out, "{}", strftime_of(date, "%H:%M")),
        'D' | 'x' => write!(out, "{}", strftime_of(date, "%m/%d/%y")),
        'c' => write!(out, "{}", strftime_of(date, "%a %b %e %H:%M:%S %Y")),
        other => write!(out, "%{other}"),
    };
}
