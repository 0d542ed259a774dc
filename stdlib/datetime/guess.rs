//! Dates in any common form: `date(text)` without a format.
//!
//! What could be read in two ways is an error, never a guess.

use std::sync::OnceLock;

use regex::Regex;
use rlm_lang_syntax::codes::Code;

use crate::dates::Date;
use crate::datetime::iso;
use crate::datetime::names::{Fields, is_weekday, month};
use crate::fault::Fault;
use crate::text::Text;

/// The longest text that can be a date, in bytes.
const LONGEST: usize = 100;

/// A time of day, what stands before it, and the zone behind it.
const TIME: &str = r"(?ix)
    (?: ^ | [T\s,:] )
    (?: ([0-9]{1,2}) : ([0-9]{2}) (?: : ([0-9]{2}) (?: [.,] ([0-9]{1,9}) )? )? \s* ([ap]\.?m\b\.?)?
      | ([0-9]{1,2}) \s* ([ap]\.?m\b\.?) )
    \s*
    (?: z\b | [+-][0-9]{2} (?: :?[0-9]{2} )? \b
      | \(? (?: utc|gmt|est|edt|cst|cdt|mst|mdt|pst|pdt|bst|cet|cest|eet|eest|ist|jst|msk ) \b \)? )?";

/// Words that say nothing about the date.
const FILLERS: &[&str] = &["at", "on", "of", "the", "t"];

/// The date that a text means.
///
/// # Errors
/// When it is none, or could be read in two ways.
pub(super) fn guess(text: &Text) -> Result<Date, Fault> {
    let written = text.to_str();
    let trimmed = written.trim().trim_matches(['[', ']', '(', ')', '"', '\'']).trim();
    if let Some(date) = iso::read(trimmed) {
        return date;
    }
    if trimmed.is_empty() || trimmed.len() > LONGEST {
        return Err(no_date(&written));
    }
    let (clock, rest) = split_time(trimmed).ok_or_else(|| no_date(&written))?;
    let fields = day(&rest, &written)?;
    Fields { year: fields.year, month: fields.month, day: fields.day, ..clock }.checked()
}

fn no_date(written: &str) -> Fault {
    let shown = shortened(written);
    Fault::new(Code::BadValue, format!("expected a date, found {shown:?}")).with_help(FORMAT_HELP)
}

const FORMAT_HELP: &str = "give its format: date(t, \"%d/%m/%Y\")";

/// The first characters of a text, for messages.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_string(),
    }
}

/// The time of day in a text, and the text without it.
fn split_time(text: &str) -> Option<(Fields, String)> {
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    let regex = REGEX.get_or_init(|| Regex::new(TIME).ok()).as_ref()?;
    let none = Fields::day(1, 1, 1);
    let Some(found) = regex.captures(text) else { return Some((none, text.to_string())) };
    let number = |group: usize| found.get(group).and_then(|m| m.as_str().parse::<i64>().ok());
    let mut hour = number(1).or(number(6))?;
    if let Some(half) = found.get(5).or(found.get(7)) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if half.as_str().starts_with(['p', 'P']) { 12 } else { 0 };
    }
    let fraction = found.get(4).map_or("", |m| m.as_str());
    let fraction = format!("{fraction:0<6}");
    let fields = Fields {
        hour,
        minute: number(2).unwrap_or(0),
        second: number(3).unwrap_or(0),
        microsecond: fraction.get(..6).and_then(|digits| digits.parse().ok()).unwrap_or(0),
        has_time: true,
        ..none
    };
    let whole = found.get(0)?;
    let before = text.get(..whole.start()).unwrap_or_default();
    let after = text.get(whole.end()..).unwrap_or_default();
    Some((fields, format!("{before} {after}")))
}

/// A piece of a date.
#[derive(Debug)]
enum Piece {
    /// A number, and how many digits it has.
    Number(i64, usize),
    Month(i64),
}

/// Year, month and day.
fn day(rest: &str, written: &str) -> Result<Fields, Fault> {
    let (pieces, separators) = pieces(rest).ok_or_else(|| no_date(written))?;
    match pieces.as_slice() {
        [Piece::Number(a, da), Piece::Number(b, db), Piece::Number(c, dc)] => {
            let mixed = separators.windows(2).any(|pair| pair.first() != pair.last());
            if mixed || *db > 2 {
                return Err(no_date(written));
            }
            match (da, dc) {
                (4, 1..=2) => Ok(Fields::day(*a, *b, *c)),
                (1..=2, 4) => day_and_month(*a, *b, *c, separators.first().copied(), written),
                _ => Err(no_date(written)),
            }
        }
        [Piece::Month(month), Piece::Number(a, da), Piece::Number(b, db)]
        | [Piece::Number(a, da), Piece::Month(month), Piece::Number(b, db)] => match (da, db) {
            (1..=2, 4) => Ok(Fields::day(*b, *month, *a)),
            (4, 1..=2) => Ok(Fields::day(*a, *month, *b)),
            _ => Err(no_date(written)),
        },
        _ => Err(no_date(written)),
    }
}

/// `13/02/2023` and `02/13/2023` can be read in one way, `01.02.2023` is written day first.
fn day_and_month(
    a: i64,
    b: i64,
    year: i64,
    separator: Option<char>,
    written: &str,
) -> Result<Fields, Fault> {
    if separator == Some('.') || a > 12 || a == b {
        return Ok(Fields::day(year, b, a));
    }
    if b > 12 {
        return Ok(Fields::day(year, a, b));
    }
    let shown = shortened(written.trim());
    let message = format!("{shown:?} can be read day first or month first");
    Err(Fault::new(Code::BadValue, message)
        .with_help("give the format: date(t, \"%d/%m/%Y\") or date(t, \"%m/%d/%Y\")"))
}

/// The pieces of a date in order, and the characters between numbers.
fn pieces(rest: &str) -> Option<(Vec<Piece>, Vec<char>)> {
    let (mut pieces, mut separators) = (Vec::new(), Vec::new());
    let lower = rest.to_lowercase();
    let mut rest = lower.as_str();
    while let Some(c) = rest.chars().next() {
        let is_digit = c.is_ascii_digit();
        let same = |x: char| if is_digit { x.is_ascii_digit() } else { x.is_alphabetic() };
        if !is_digit && !c.is_alphabetic() {
            if !matches!(c, '-' | '/' | '.' | ',' | ':') && !c.is_whitespace() {
                return None;
            }
            if !pieces.is_empty() {
                separators.push(c);
            }
            rest = rest.get(c.len_utf8()..)?;
            continue;
        }
        let end = rest.find(|x| !same(x)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        if is_digit {
            pieces.push(Piece::Number(word.parse().ok()?, word.len()));
        } else if let Some(number) = month(word) {
            pieces.push(Piece::Month(number));
        } else {
            let is_ordinal = matches!(pieces.last(), Some(Piece::Number(..)))
                && matches!(word, "st" | "nd" | "rd" | "th");
            if !is_ordinal && !is_weekday(word) && !FILLERS.contains(&word) {
                return None;
            }
        }
    }
    // What the time of day left behind.
    while separators.last().is_some_and(|c| c.is_whitespace() || *c == ',' || *c == ':') {
        separators.pop();
    }
    Some((pieces, separators))
}
