//! Dates as text by Python's format codes.

use std::fmt::Write;

use jiff::civil::{DateTime, Weekday};
use rlm_lang_syntax::codes::Code;

use crate::dates::Date;
use crate::fault::Fault;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The longest result, in bytes.
const LONGEST: usize = 100_000;

/// `date.strftime(format)`: the codes of C and Python, English names, no zone.
///
/// # Errors
/// For a code that does not exist.
pub(crate) fn strftime(date: &Date, format: &str) -> Result<String, Fault> {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut code = chars.next();
        // `%-d`, as the C library of Linux has it: without padding.
        let bare = code == Some('-');
        if bare {
            code = chars.next();
        }
        let Some(code) = code else {
            out.push('%');
            break;
        };
        let start = out.len();
        write_code(&date.moment, code, &mut out)?;
        if bare {
            let written = out.split_off(start);
            let trimmed = written.trim_start_matches(['0', ' ']);
            out.push_str(if trimmed.is_empty() { "0" } else { trimmed });
        }
        if out.len() > LONGEST {
            return Err(Fault::new(Code::BadValue, "this date format is too long"));
        }
    }
    Ok(out)
}

fn name(names: &'static [&'static str], index: i8) -> &'static str {
    usize::try_from(index - 1).ok().and_then(|i| names.get(i)).copied().unwrap_or_default()
}

fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

fn write_code(t: &DateTime, code: char, out: &mut String) -> Result<(), Fault> {
    let weekday = t.date().weekday();
    let hour12 = match t.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let day_of_year = i32::from(t.date().day_of_year());
    let week = |first: i32| (day_of_year + 6 - first) / 7;
    // Writing to a String cannot fail.
    let _ = match code {
        'Y' => write!(out, "{}", t.year()),
        'y' => write!(out, "{:02}", t.year().rem_euclid(100)),
        'C' => write!(out, "{:02}", t.year().div_euclid(100)),
        'm' => write!(out, "{:02}", t.month()),
        'd' => write!(out, "{:02}", t.day()),
        'e' => write!(out, "{:2}", t.day()),
        'H' => write!(out, "{:02}", t.hour()),
        'I' => write!(out, "{hour12:02}"),
        'M' => write!(out, "{:02}", t.minute()),
        'S' => write!(out, "{:02}", t.second()),
        'f' => write!(out, "{:06}", t.subsec_nanosecond() / 1000),
        'p' => write!(out, "{}", if t.hour() < 12 { "AM" } else { "PM" }),
        'j' => write!(out, "{day_of_year:03}"),
        'B' => write!(out, "{}", name(&MONTHS, t.month())),
        'b' | 'h' => write!(out, "{}", short(name(&MONTHS, t.month()))),
        'A' => write!(out, "{}", name(&DAYS, weekday.to_monday_one_offset())),
        'a' => write!(out, "{}", short(name(&DAYS, weekday.to_monday_one_offset()))),
        'u' => write!(out, "{}", weekday.to_monday_one_offset()),
        'w' => write!(out, "{}", weekday.to_sunday_zero_offset()),
        'U' => write!(out, "{:02}", week(i32::from(weekday.since(Weekday::Sunday)))),
        'W' => write!(out, "{:02}", week(i32::from(weekday.since(Weekday::Monday)))),
        'V' => write!(out, "{:02}", t.date().iso_week_date().week()),
        'G' => write!(out, "{}", t.date().iso_week_date().year()),
        'D' | 'x' => {
            write!(out, "{:02}/{:02}/{:02}", t.month(), t.day(), t.year().rem_euclid(100))
        }
        'F' => write!(out, "{}-{:02}-{:02}", t.year(), t.month(), t.day()),
        'T' | 'X' => write!(out, "{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second()),
        'R' => write!(out, "{:02}:{:02}", t.hour(), t.minute()),
        'c' => {
            write!(
                out,
                "{} {} {:2} {:02}:{:02}:{:02} {}",
                short(name(&DAYS, weekday.to_monday_one_offset())),
                short(name(&MONTHS, t.month())),
                t.day(),
                t.hour(),
                t.minute(),
                t.second(),
                t.year()
            )
        }
        'z' | 'Z' => Ok(()),
        'n' => out.write_char('\n'),
        't' => out.write_char('\t'),
        '%' => out.write_char('%'),
        other => {
            return Err(Fault::new(Code::BadValue, format!("no date format code %{other}"))
                .with_help("common ones: %Y-%m-%d, %H:%M:%S, %d %B %Y, %A"));
        }
    };
    Ok(())
}
