//! `number(t)`: the first number in a text, as people write numbers.

use rlm_lang_macros::builtin;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{Number, check_bits};
use crate::value::Value;

/// The first number in a text, or `None`: `"$1,234.50 net"` gives 1234.5.
///
/// A sign directly before it counts; `%`, currencies and units are left out (`"45 %"` gives 45).
/// With both `,` and `.` the last one is the decimal mark. A comma before exactly three digits
/// separates thousands (`"1,234"` gives 1234), else it is a decimal mark (`"0,5"` gives 0.5); one
/// point is always a decimal mark (`"1.234"` gives 1.234), several separate thousands. An
/// apostrophe or a narrow space may separate thousands too. A number stays as it is.
///
/// ```rlm
/// number("costs EUR 1.234,50 a month")  # -> 1234.5
/// ```
#[builtin(
    group = "text",
    receiver = "t",
    aliases("parse_number", "extract_number"),
    prompt = "number(t) first number in it"
)]
pub fn number(
    host: &mut dyn Host,
    /// The text, or a number.
    #[aliases("x", "text")]
    t: Value,
) -> Result<Value, Fault> {
    if Number::of(&t).is_some() {
        return Ok(t);
    }
    let text = match (&t, t.as_text()) {
        (Value::None, _) => return Ok(Value::None),
        (_, Some(text)) => text,
        (other, None) => return Err(expected("a text", other)),
    };
    let bytes = text.bytes();
    let first = bytes.iter().position(u8::is_ascii_digit);
    host.spend(first.unwrap_or(bytes.len()) as u64 / 64)?;
    let Some(first) = first else { return Ok(Value::None) };
    let mut scan = Scan { bytes, at: first };
    let shape = scan.shape();
    check_bits(host, (shape.whole.len() as u64).saturating_mul(4))?;
    let negative = is_negative(bytes, first, shape.starts_with_point);
    Ok(shape.value(negative))
}

/// The number's parts as read.
struct Shape {
    /// Digits before the decimal mark.
    whole: String,
    /// Digits behind it, if there was one.
    fraction: Option<String>,
    /// `e-3`
    exponent: Option<String>,
    starts_with_point: bool,
}

impl Shape {
    fn value(self, negative: bool) -> Value {
        let sign = if negative { "-" } else { "" };
        if self.fraction.is_none() && self.exponent.is_none() {
            return num_bigint::BigInt::parse_bytes(format!("{sign}{}", self.whole).as_bytes(), 10)
                .map_or(Value::None, Value::int);
        }
        let fraction = self.fraction.as_deref().unwrap_or("0");
        let exponent = self.exponent.as_deref().unwrap_or_default();
        let text = format!("{sign}{}.{fraction}{exponent}", self.whole);
        text.parse().map_or(Value::None, Value::Float)
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Spaces that separate thousands and nothing else.
const NARROW: [&[u8]; 3] = ["\u{a0}".as_bytes(), "\u{202f}".as_bytes(), "\u{2009}".as_bytes()];

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn digits_at(&self, at: usize) -> usize {
        self.bytes
            .get(at..)
            .map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count())
    }

    fn text(&self, at: usize, len: usize) -> String {
        String::from_utf8_lossy(self.bytes.get(at..at + len).unwrap_or_default()).into_owned()
    }

    fn shape(&mut self) -> Shape {
        let before = self.at.checked_sub(1).and_then(|at| self.byte(at));
        let further = self.at.checked_sub(2).and_then(|at| self.byte(at));
        let starts_with_point = before == Some(b'.')
            && !further.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'.');
        let len = self.digits_at(self.at);
        let first = self.text(self.at, len);
        self.at += len;
        let mut shape = Shape { whole: first, fraction: None, exponent: None, starts_with_point };
        if starts_with_point {
            shape.fraction = Some(std::mem::replace(&mut shape.whole, "0".to_string()));
        } else {
            let groups = self.groups();
            self.assign(&mut shape, &groups);
        }
        shape.exponent = self.exponent();
        shape
    }

    /// What follows the first digits: separators with the digits behind them, in order.
    fn groups(&self) -> Vec<(u8, String, usize)> {
        let mut groups = Vec::new();
        let mut at = self.at;
        loop {
            let (mark, width) = match self.byte(at) {
                Some(mark @ (b',' | b'.' | b'\'')) => (mark, 1),
                Some(_) => match NARROW
                    .iter()
                    .find(|s| self.bytes.get(at..).is_some_and(|rest| rest.starts_with(s)))
                {
                    Some(space) => (b' ', space.len()),
                    None => return groups,
                },
                None => return groups,
            };
            let len = self.digits_at(at + width);
            if len == 0 {
                return groups;
            }
            groups.push((mark, self.text(at + width, len), at + width + len));
            at += width + len;
        }
    }

    /// Decides which separators belong to the number, and what they mean.
    fn assign(&mut self, shape: &mut Shape, groups: &[(u8, String, usize)]) {
        let Some((mark, digits, end)) = groups.first() else { return };
        let same = groups.iter().take_while(|(m, _, _)| m == mark).count();
        let run = groups.get(..same).unwrap_or_default();
        let thousands = is_thousands(&shape.whole, run)
            // One point is a decimal mark, unless a comma follows as one.
            && (*mark != b'.' || same > 1 || groups.get(same).is_some_and(|(m, _, _)| *m == b','));
        if thousands {
            for (_, digits, end) in run {
                shape.whole.push_str(digits);
                self.at = *end;
            }
            if let Some((m, digits, end)) = groups.get(same)
                && matches!(m, b',' | b'.')
                && m != mark
            {
                shape.fraction = Some(digits.clone());
                self.at = *end;
            }
        } else if *mark == b'.' || *mark == b',' && same == 1 {
            shape.fraction = Some(digits.clone());
            self.at = *end;
        }
    }

    fn exponent(&self) -> Option<String> {
        if !matches!(self.byte(self.at), Some(b'e' | b'E')) {
            return None;
        }
        let signed = matches!(self.byte(self.at + 1), Some(b'+' | b'-'));
        let start = self.at + 1 + usize::from(signed);
        let len = self.digits_at(start);
        let after = self.byte(start + len);
        let fits = (1..=3).contains(&len) && !after.is_some_and(|b| b.is_ascii_alphanumeric());
        fits.then(|| self.text(self.at, start + len - self.at))
    }
}

/// Groups of three behind one to three digits; two in the middle, as in India.
fn is_thousands(first: &str, groups: &[(u8, String, usize)]) -> bool {
    let Some(((_, last, _), middle)) = groups.split_last() else { return false };
    let even = middle.iter().all(|(_, digits, _)| digits.len() == 3)
        || middle.iter().all(|(_, digits, _)| digits.len() == 2);
    first.len() <= 3 && first != "0" && last.len() == 3 && even
}

/// A minus before the number, or before the currency in front of it; not a hyphen in a word.
fn is_negative(bytes: &[u8], first: usize, point: bool) -> bool {
    let mut before = bytes.get(..first - usize::from(point)).unwrap_or_default();
    for _ in 0..2 {
        if let Some(rest) =
            before.strip_suffix(b"-").or_else(|| before.strip_suffix("\u{2212}".as_bytes()))
        {
            return !rest.last().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
        }
        let currency = ["$", "\u{20ac}", "\u{a3}", "\u{a5}"];
        match currency.iter().find_map(|sign| before.strip_suffix(sign.as_bytes())) {
            Some(rest) => before = rest,
            None => return false,
        }
    }
    false
}
