//! Reading dates in the forms that people write.

use jiff::civil::DateTime;
use rlm_lang_syntax::codes::Code;

use super::{moment, value};
use crate::fault::Fault;
use crate::value::Value;

/// The names of months, as far as they must be written.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The number of a month by its English name, short or long.
pub(super) fn month_named(word: &str) -> Option<i64> {
    const LONG: [&str; 12] = [
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
    let word = word.to_lowercase();
    let at = MONTHS.iter().zip(LONG).position(|(short, long)| {
        word.len() >= short.len() && long.starts_with(&word) || word == "sept" && *short == "sep"
    })?;
    i64::try_from(at + 1).ok()
}

/// Reads any of the usual forms.
///
/// # Errors
/// When the text is no date that can be read.
pub fn read(text: &str) -> Result<Value, Fault> {
    let trimmed = text.trim();
    if let Some((moment, has_time)) = iso(trimmed) {
        return Ok(value(moment, has_time));
    }
    let shown: String = trimmed.chars().take(40).collect();
    let tokens = tokens(trimmed);
    let parts = Parts::of(&tokens).ok_or_else(|| {
        Fault::new(Code::BadValue, format!("expected a date, found \"{shown}\""))
            .with_help("give its form: date(t, \"%d %b %Y\")")
    })?;
    let has_time = parts.time.is_some();
    let (hour, minute, second, micro) = parts.time.unwrap_or_default();
    let all = [parts.year, parts.month, parts.day, hour, minute, second, micro];
    Ok(value(moment(&all)?, has_time))
}

/// Reads ISO 8601: `2024-03-05`, `20240305`, `2024-03-05T12:00:07.221Z`, also with a space or `/`.
pub fn iso(text: &str) -> Option<(DateTime, bool)> {
    let bytes = text.as_bytes();
    let (year, rest) = digits(bytes, 4)?;
    let separator = match rest.first() {
        Some(&mark @ (b'-' | b'/')) => Some(mark),
        Some(b'0'..=b'9') => None,
        _ => return None,
    };
    let skip = |rest: &mut &[u8]| -> Option<()> {
        if let Some(mark) = separator {
            *rest = rest.strip_prefix(&[mark])?;
        }
        Some(())
    };
    let mut rest = rest;
    skip(&mut rest)?;
    let (month, mut rest) = digits(rest, 2)?;
    skip(&mut rest)?;
    let (day, rest) = digits(rest, 2)?;
    let mut parts = vec![year, month, day];
    let (clock, has_time) = match rest {
        [] => (rest, false),
        [b'T' | b't' | b' ' | b'_', clock @ ..] => (clock, true),
        _ => return None,
    };
    if has_time {
        let (time, rest) = time_of_day(clock)?;
        parts.extend([time.0, time.1, time.2, time.3]);
        if !zone(rest) {
            return None;
        }
    }
    moment(&parts).ok().map(|moment| (moment, has_time))
}

/// Exactly `n` digits as a number, and what stands behind them.
fn digits(bytes: &[u8], n: usize) -> Option<(i64, &[u8])> {
    let (head, rest) = bytes.split_at_checked(n)?;
    let number = std::str::from_utf8(head).ok()?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

/// Hour, minute, second and microsecond.
type Time = (i64, i64, i64, i64);

/// `12`, `12:00`, `12:00:07`, `12:00:07.221`, `120007`.
fn time_of_day(bytes: &[u8]) -> Option<(Time, &[u8])> {
    let (hour, mut rest) = digits(bytes, 2)?;
    let mut time = (hour, 0, 0, 0);
    let colon = rest.first() == Some(&b':');
    let next = |rest: &mut &'_ [u8]| -> Option<i64> {
        let behind = if colon { rest.strip_prefix(b":") } else { Some(*rest) };
        let (number, after) = digits(behind?, 2)?;
        let length = rest.len() - after.len();
        *rest = rest.split_at_checked(length)?.1;
        Some(number)
    };
    let Some(minute) = next(&mut rest) else { return (!colon).then_some((time, rest)) };
    time.1 = minute;
    if let Some(second) = next(&mut rest) {
        time.2 = second;
        if let [b'.' | b',', fraction @ ..] = rest {
            let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            let (digits, after) = fraction.split_at_checked(length)?;
            let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
            time.3 = padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
            rest = after;
        }
    }
    Some((time, rest))
}

/// Whether this is a zone, or nothing: `Z`, `+02:00`, ` +0000`, ` UTC`.
fn zone(bytes: &[u8]) -> bool {
    let rest = bytes.trim_ascii();
    match rest {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', digits @ ..] => {
            (2..=6).contains(&digits.len())
                && digits.iter().all(|b| b.is_ascii_digit() || *b == b':')
        }
        name => name.len() <= 4 && name.iter().all(u8::is_ascii_uppercase),
    }
}

/// A part of a written date.
#[derive(Debug)]
enum Token<'a> {
    /// Digits, with their number.
    Number(&'a str),
    Word(&'a str),
    Mark(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    // A date is short: the rest of a long text says nothing about it.
    while let Some(c) = rest.chars().next()
        && out.len() < 40
    {
        let test: fn(char) -> bool = match c {
            c if c.is_ascii_digit() => |c| c.is_ascii_digit(),
            c if c.is_alphabetic() => char::is_alphabetic,
            _ => |_| false,
        };
        let length = rest.find(|c| !test(c)).unwrap_or(rest.len()).max(c.len_utf8());
        let (head, tail) = rest.split_at(length);
        match c {
            c if c.is_ascii_digit() => out.push(Token::Number(head)),
            c if c.is_alphabetic() => out.push(Token::Word(head)),
            c if c.is_whitespace() => {}
            c => out.push(Token::Mark(c)),
        }
        rest = tail;
    }
    out
}

struct Parts {
    year: i64,
    month: i64,
    day: i64,
    time: Option<Time>,
}

impl Parts {
    fn of(tokens: &[Token<'_>]) -> Option<Parts> {
        let mut numbers: Vec<&str> = Vec::new();
        let mut marks: Vec<char> = Vec::new();
        let mut month = None;
        let mut time = None;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                // A colon between numbers: a time of day, and the date is complete.
                Token::Number(_)
                    if has_colon(tokens, at)
                        && numbers.len() + usize::from(month.is_some()) >= 2 =>
                {
                    time = Some(clock(tokens, at)?);
                    break;
                }
                Token::Number(number) if numbers.len() < 3 => numbers.push(number),
                Token::Number(_) => break,
                Token::Word(word) => match month_named(word) {
                    Some(found) if month.is_none() && word.len() >= 3 => month = Some(found),
                    _ if is_filler(word) => {}
                    _ => return None,
                },
                Token::Mark(mark) => {
                    if numbers.len() < 3 && matches!(mark, '/' | '.' | '-') {
                        marks.push(*mark);
                    }
                }
            }
            at += 1;
        }
        let (year, month, day) = match month {
            Some(month) => named(&numbers, month)?,
            None => numeric(&numbers, marks.first().copied())?,
        };
        Some(Parts { year, month, day, time })
    }
}

/// Whether a number is the hour of a time: `12:` and another number.
fn has_colon(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens.get(at + 1..at + 3), Some([Token::Mark(':'), Token::Number(_)]))
}

/// The time whose hour stands at `at`.
fn clock(tokens: &[Token<'_>], at: usize) -> Option<Time> {
    let number = |i: usize| match tokens.get(at + i) {
        Some(Token::Number(n)) => n.parse::<i64>().ok(),
        _ => None,
    };
    let (mut hour, minute) = (number(0)?, number(2)?);
    let seconds = has_colon(tokens, at + 2);
    let second = if seconds { number(4)? } else { 0 };
    let mut end = at + if seconds { 5 } else { 3 };
    let mut micro = 0;
    if let (Some(Token::Mark('.' | ',')), Some(Token::Number(digits))) =
        (tokens.get(end), tokens.get(end + 1))
    {
        let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(6);
        micro = padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        end += 2;
    }
    if let Some(Token::Word(word)) = tokens.get(end) {
        match word.to_lowercase().as_str() {
            "pm" | "p" if hour < 12 => hour += 12,
            "am" | "a" if hour == 12 => hour = 0,
            _ => {}
        }
    }
    Some((hour, minute, second, micro))
}

/// Words that stand beside a date without changing it.
fn is_filler(word: &str) -> bool {
    let word = word.to_lowercase();
    const WORDS: [&str; 12] =
        ["st", "nd", "rd", "th", "of", "the", "at", "on", "t", "z", "utc", "gmt"];
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    WORDS.contains(&word.as_str()) || DAYS.iter().any(|day| word.starts_with(day))
}

/// Day and year around the name of a month; `March 2024` is its first day.
fn named(numbers: &[&str], month: i64) -> Option<(i64, i64, i64)> {
    let number = |i: usize| numbers.get(i).and_then(|n| n.parse::<i64>().ok());
    match numbers {
        [only] if only.len() == 4 => Some((number(0)?, month, 1)),
        [first, _, ..] if first.len() == 4 => Some((number(0)?, month, number(1)?)),
        [_, second, ..] => Some((full_year(number(1)?, second.len()), month, number(0)?)),
        _ => None,
    }
}

/// Three numbers: `2024-3-5`, `5.3.2024` and `5-3-2024` (day first), `3/5/2024` (month first, unless it
/// cannot be one).
fn numeric(numbers: &[&str], mark: Option<char>) -> Option<(i64, i64, i64)> {
    let [first, second, third] = numbers else { return None };
    let (a, b, c) = (first.parse().ok()?, second.parse().ok()?, third.parse::<i64>().ok()?);
    if first.len() == 4 {
        return Some((a, b, c));
    }
    let year = full_year(c, third.len());
    let month_first = mark? == '/' && a <= 12;
    Some(if month_first { (year, a, b) } else { (year, b, a) })
}

/// `23` is 2023 and `87` is 1987, as `%y` of Python.
pub(super) fn full_year(year: i64, digits: usize) -> i64 {
    match (digits, year) {
        (..=2, 0..=68) => 2000 + year,
        (..=2, 69..=99) => 1900 + year,
        _ => year,
    }
}
