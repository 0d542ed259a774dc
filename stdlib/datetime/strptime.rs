//! `strptime`: a date in a given form.

use rlm_lang_syntax::codes::Code;

use super::read::{full_year, month_named};
use super::{moment, value};
use crate::fault::Fault;
use crate::value::Value;

/// What was read so far.
struct State<'a> {
    rest: &'a str,
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micro: i64,
    day_of_year: Option<i64>,
    twelve: bool,
    afternoon: bool,
}

/// Reads `text` after `format`, as Python's `strptime`.
///
/// # Errors
/// When the text does not fit, or the format has an unknown directive.
pub fn strptime_of(text: &str, format: &str) -> Result<Value, Fault> {
    let mut state = State {
        rest: text,
        year: 1900,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        micro: 0,
        day_of_year: None,
        twelve: false,
        afternoon: false,
    };
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        let fits = match c {
            '%' => {
                let Some(directive) = chars.next() else {
                    return Err(bad_format("a % at its end", format));
                };
                state
                    .directive(directive)
                    .ok_or_else(|| bad_format(&format!("%{directive}"), format))?
            }
            // White space stands for any amount of it.
            c if c.is_whitespace() => {
                state.rest = state.rest.trim_start();
                true
            }
            c => state.literal(c),
        };
        if !fits {
            return Err(no_fit(text, format));
        }
    }
    if !state.rest.is_empty() {
        let shown: String = state.rest.chars().take(20).collect();
        let message =
            format!("the date \"{}\" goes on behind the format: \"{shown}\"", short(text));
        return Err(Fault::new(Code::BadValue, message));
    }
    state.finish()
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn no_fit(text: &str, format: &str) -> Fault {
    let message = format!("the date \"{}\" does not fit the format \"{format}\"", short(text));
    Fault::new(Code::BadValue, message).with_help("date(t) without a format reads the usual forms")
}

fn bad_format(what: &str, format: &str) -> Fault {
    Fault::new(Code::BadValue, format!("the format \"{format}\" has {what}, which is unknown"))
        .with_help("known: %Y %m %d %H %M %S %f %b %B %a %A %y %I %p %j %z %%")
}

impl<'a> State<'a> {
    /// Reads one directive: whether the text fits, or `None` for an unknown one.
    fn directive(&mut self, directive: char) -> Option<bool> {
        Some(match directive {
            'Y' => self.number(4).map(|n| self.year = n).is_some(),
            'y' => self.number(2).map(|n| self.year = full_year(n, 2)).is_some(),
            'm' => self.number(2).map(|n| self.month = n).is_some(),
            'd' | 'e' => {
                self.rest = self.rest.trim_start();
                self.number(2).map(|n| self.day = n).is_some()
            }
            'j' => self.number(3).map(|n| self.day_of_year = Some(n)).is_some(),
            'H' => self.time(2, |state, n| state.hour = n),
            'I' => {
                self.twelve = true;
                self.time(2, |state, n| state.hour = n)
            }
            'M' => self.time(2, |state, n| state.minute = n),
            'S' => self.time(2, |state, n| state.second = n),
            'f' => self.fraction(),
            'b' | 'B' | 'h' => self.word().and_then(month_named).map(|n| self.month = n).is_some(),
            'a' | 'A' => self.word().is_some(),
            'p' => match self.word().map(str::to_lowercase).as_deref() {
                Some("am") => true,
                Some("pm") => {
                    self.afternoon = true;
                    true
                }
                _ => false,
            },
            'z' => self.zone(),
            'Z' => {
                self.word();
                true
            }
            'T' => self.clock(true),
            'R' => self.clock(false),
            'F' => self.parts(&[('Y', "-"), ('m', "-"), ('d', "")]),
            'D' => self.parts(&[('m', "/"), ('d', "/"), ('y', "")]),
            '%' => self.literal('%'),
            _ => return None,
        })
    }

    fn literal(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            // Names and literals are compared without regard to case, as in Python.
            None => match self.rest.chars().next() {
                Some(found) if found.to_lowercase().eq(c.to_lowercase()) => {
                    self.rest = self.rest.get(found.len_utf8()..).unwrap_or_default();
                    true
                }
                _ => false,
            },
        }
    }

    fn parts(&mut self, parts: &[(char, &str)]) -> bool {
        parts.iter().all(|(directive, mark)| {
            self.directive(*directive).unwrap_or(false) && mark.chars().all(|c| self.literal(c))
        })
    }

    fn clock(&mut self, seconds: bool) -> bool {
        self.parts(&[('H', ":"), ('M', "")])
            && (!seconds || self.literal(':') && self.parts(&[('S', "")]))
    }

    /// At most `most` digits.
    fn number(&mut self, most: usize) -> Option<i64> {
        let length = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        // Python wants all four digits of a year.
        if length == 0 || most == 4 && length < 4 {
            return None;
        }
        let (number, rest) = self.rest.split_at(length);
        self.rest = rest;
        number.parse().ok()
    }

    fn time(&mut self, most: usize, set: fn(&mut Self, i64)) -> bool {
        self.number(most).map(|n| set(self, n)).is_some()
    }

    fn fraction(&mut self) -> bool {
        let length = self.rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(6);
        self.micro = padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        length > 0
    }

    fn word(&mut self) -> Option<&'a str> {
        let length = self.rest.find(|c: char| !c.is_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn zone(&mut self) -> bool {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return true;
        }
        let Some(rest) = self.rest.strip_prefix(['+', '-']) else { return false };
        let length = rest.bytes().take(6).take_while(|b| b.is_ascii_digit() || *b == b':').count();
        self.rest = rest.get(length..).unwrap_or_default();
        length >= 4
    }

    fn finish(mut self) -> Result<Value, Fault> {
        if self.twelve {
            if !(1..=12).contains(&self.hour) {
                let message = format!("expected an hour from 1 to 12, found {}", self.hour);
                return Err(Fault::new(Code::BadValue, message));
            }
            self.hour = self.hour % 12 + if self.afternoon { 12 } else { 0 };
        }
        let parts =
            [self.year, self.month, self.day, self.hour, self.minute, self.second, self.micro];
        let mut moment = moment(&parts)?;
        if let Some(day) = self.day_of_year {
            let days = jiff::Span::new().try_days(day - 1);
            let moved = moment.first_of_year().checked_add(days.unwrap_or_default());
            moment = moved
                .map_err(|_| Fault::new(Code::BadValue, "there is no such day in the year"))?;
        }
        // Python's strptime gives a datetime whatever the format.
        Ok(value(moment, true))
    }
}
