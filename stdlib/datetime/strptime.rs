//! Dates in a given format: the format becomes a regex, as in CPython, so the same texts match.

use std::cell::RefCell;
use std::rc::Rc;

use regex::Regex;
use rlm_lang_syntax::codes::Code;
use rustc_hash::FxHashMap;

use crate::dates::Date;
use crate::datetime::guess::shortened;
use crate::datetime::names::{Fields, MONTHS, WEEKDAYS, month};
use crate::fault::Fault;

/// A compiled format: the regex, and the code of each group.
struct Format {
    regex: Regex,
    codes: Vec<char>,
}

/// Compiled formats kept; a program has a few.
const KEPT: usize = 32;

/// The longest format, in bytes.
const LONGEST: usize = 1000;

thread_local! {
    static FORMATS: RefCell<FxHashMap<String, Rc<Format>>> = RefCell::default();
}

/// The date that `text` is in `format`; it always has a time of day, as in Python.
///
/// # Errors
/// When the text does not match, for an unknown code, and for a day that does not exist.
pub(super) fn strptime(text: &str, format: &str) -> Result<Date, Fault> {
    let compiled = compiled(format)?;
    let Some(groups) = compiled.regex.captures(text) else {
        return Err(mismatch(text, format));
    };
    let mut read = Read::default();
    for (index, code) in compiled.codes.iter().enumerate() {
        if let Some(group) = groups.get(index + 1) {
            read.take(*code, group.as_str());
        }
    }
    read.date()
}

/// Whether a format has a code for a time of day.
pub(super) fn has_time(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' && chars.next().is_some_and(|code| "HIMSpfcXTR".contains(code)) {
            return true;
        }
    }
    false
}

fn mismatch(text: &str, format: &str) -> Fault {
    let message = format!("{:?} does not match the date format {format:?}", shortened(text));
    let fault = Fault::new(Code::BadValue, message);
    let example = Fields { has_time: true, hour: 9, minute: 30, ..Fields::day(2023, 1, 6) };
    match example.checked().and_then(|date| crate::strftime::strftime(&date, format)) {
        Ok(example) => fault.with_help(format!("in this format a date reads {example:?}")),
        Err(_) => fault,
    }
}

fn compiled(format: &str) -> Result<Rc<Format>, Fault> {
    FORMATS.with_borrow_mut(|formats| {
        if let Some(found) = formats.get(format) {
            return Ok(found.clone());
        }
        let made = Rc::new(Format::new(format)?);
        if formats.len() >= KEPT {
            formats.clear();
        }
        formats.insert(format.to_string(), made.clone());
        Ok(made)
    })
}

impl Format {
    fn new(format: &str) -> Result<Format, Fault> {
        if format.len() > LONGEST {
            return Err(Fault::new(Code::BadValue, "this date format is too long"));
        }
        let mut pattern = String::from("(?i)^");
        let mut codes = Vec::new();
        translate(format, &mut pattern, &mut codes)?;
        pattern.push('$');
        let regex = Regex::new(&pattern)
            .map_err(|_| Fault::new(Code::BadValue, "this date format is too long"))?;
        Ok(Format { regex, codes })
    }
}

fn translate(format: &str, pattern: &mut String, codes: &mut Vec<char>) -> Result<(), Fault> {
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.next_if(|next| next.is_whitespace()).is_some() {}
            pattern.push_str(r"\s+");
            continue;
        }
        if c != '%' {
            pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
            continue;
        }
        // `%-d` is a habit from strftime; the padding is optional anyway.
        chars.next_if_eq(&'-');
        let Some(code) = chars.next() else {
            return Err(Fault::new(Code::BadValue, "the date format ends in a lone %"));
        };
        if let Some(whole) = composite(code) {
            translate(whole, pattern, codes)?;
            continue;
        }
        if code == '%' {
            pattern.push('%');
            continue;
        }
        if codes.contains(&code) {
            let message = format!("the code %{code} stands twice in the date format {format:?}");
            return Err(Fault::new(Code::BadValue, message));
        }
        let Some(part) = part(code) else {
            let message = format!("no date format code %{code} for reading");
            return Err(Fault::new(Code::BadValue, message)
                .with_help("common ones: %Y-%m-%d, %H:%M:%S, %d %B %Y, %b, %I:%M %p"));
        };
        codes.push(code);
        pattern.push('(');
        pattern.push_str(&part);
        pattern.push(')');
    }
    Ok(())
}

fn composite(code: char) -> Option<&'static str> {
    Some(match code {
        'c' => "%a %b %d %H:%M:%S %Y",
        'x' | 'D' => "%m/%d/%y",
        'X' | 'T' => "%H:%M:%S",
        'R' => "%H:%M",
        'F' => "%Y-%m-%d",
        _ => return None,
    })
}

/// The regex of a code: CPython's, alternatives in the same order.
fn part(code: char) -> Option<String> {
    let short = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().filter_map(|name| name.get(..3)).collect()
    };
    Some(match code {
        'd' | 'e' => "3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9]".to_string(),
        'f' => "[0-9]{1,6}".to_string(),
        'H' => "2[0-3]|[0-1][0-9]|[0-9]".to_string(),
        'I' => "1[0-2]|0[1-9]|[1-9]".to_string(),
        'j' => "36[0-6]|3[0-5][0-9]|[1-2][0-9][0-9]|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9]"
            .to_string(),
        'm' => "1[0-2]|0[1-9]|[1-9]".to_string(),
        'M' => "[0-5][0-9]|[0-9]".to_string(),
        'S' => "6[0-1]|[0-5][0-9]|[0-9]".to_string(),
        'y' => "[0-9][0-9]".to_string(),
        'Y' => "[0-9][0-9][0-9][0-9]".to_string(),
        'z' => r"[+-][0-9][0-9]:?[0-5][0-9](?::?[0-5][0-9](?:\.[0-9]{1,6})?)?|(?-i:Z)".to_string(),
        'Z' => "[a-z]{1,5}".to_string(),
        'p' => "am|pm".to_string(),
        'w' => "[0-6]".to_string(),
        'u' => "[1-7]".to_string(),
        'B' => MONTHS.join("|"),
        'b' | 'h' => short(&MONTHS).join("|"),
        'A' => WEEKDAYS.join("|"),
        'a' => short(&WEEKDAYS).join("|"),
        _ => return None,
    })
}

/// What was read.
#[derive(Default)]
struct Read {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    hour12: Option<i64>,
    is_afternoon: bool,
    minute: i64,
    second: i64,
    microsecond: i64,
}

impl Read {
    fn take(&mut self, code: char, text: &str) {
        let number = || text.trim().parse::<i64>().unwrap_or(0);
        match code {
            'Y' => self.year = Some(number()),
            // POSIX: 69 to 99 are of the last century.
            'y' => self.year = Some(number() + if number() <= 68 { 2000 } else { 1900 }),
            'm' => self.month = Some(number()),
            'B' | 'b' | 'h' => self.month = month(&text.to_ascii_lowercase()),
            'd' | 'e' => self.day = Some(number()),
            'j' => self.day_of_year = Some(number()),
            'H' => self.hour = number(),
            'I' => self.hour12 = Some(number()),
            'p' => self.is_afternoon = text.eq_ignore_ascii_case("pm"),
            'M' => self.minute = number(),
            'S' => self.second = number(),
            'f' => self.microsecond = format!("{text:0<6}").parse().unwrap_or(0),
            // Weekdays and zones.
            _ => {}
        }
    }

    fn date(self) -> Result<Date, Fault> {
        let year = self.year.unwrap_or(1900);
        let hour = match self.hour12 {
            Some(hour) => hour % 12 + if self.is_afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let fields = Fields {
            hour,
            minute: self.minute,
            second: self.second,
            microsecond: self.microsecond,
            has_time: true,
            ..Fields::day(year, self.month.unwrap_or(1), self.day.unwrap_or(1))
        };
        match self.day_of_year {
            Some(number) if self.month.is_none() && self.day.is_none() => {
                let first = fields.checked()?;
                let moment = first
                    .moment
                    .checked_add(jiff::Span::new().days(number - 1))
                    .ok()
                    .filter(|moment| i64::from(moment.year()) == year || number <= 366);
                match moment {
                    Some(moment) => Ok(Date { moment, has_time: true }),
                    None => Err(Fault::new(Code::BadValue, format!("{year} has no day {number}"))),
                }
            }
            _ => fields.checked(),
        }
    }
}
