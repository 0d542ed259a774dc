//! Numbers in texts, by Python's rules.

use num_bigint::BigInt;
use num_traits::FromPrimitive;
use rlm_lang_syntax::codes::Code;

use super::not_a_number;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::check_bits;
use crate::text::Text;
use crate::value::Value;

/// A float without its fraction.
///
/// # Errors
/// For `nan` and infinities.
pub(super) fn truncated(x: f64) -> Result<Value, Fault> {
    BigInt::from_f64(x.trunc()).map(Value::int).ok_or_else(|| {
        Fault::new(Code::BadValue, format!("there is no int for {}", crate::value::format_float(x)))
    })
}

/// `int(text, base)`
///
/// # Errors
/// For what is no int in this base.
pub(super) fn int(host: &mut dyn Host, text: &Text, base: i64) -> Result<Value, Fault> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(Fault::new(
            Code::BadValue,
            format!("expected a base of 0 or 2 to 36, found {base}"),
        ));
    }
    // An ordinary int of a few digits needs no more than this.
    if base == 10
        && text.byte_len() < 19
        && let Some(n) = text.as_str().and_then(|t| t.parse::<i64>().ok())
    {
        return Ok(Value::Int(n));
    }
    check_bits(host, (text.byte_len() as u64).saturating_mul(4))
        .map_err(|fault| fault.within("int"))?;
    let written = text.to_str();
    let trimmed = written.trim_matches(is_space);
    let (negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let found = digits(unsigned, base)
        .and_then(|(digits, base)| BigInt::parse_bytes(digits.as_bytes(), base));
    match found {
        Some(n) => Ok(Value::int(if negative { -n } else { n })),
        None => Err(bad_int(text, trimmed, base)),
    }
}

/// Python strips these, the control characters 28 to 31 included.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The digits without prefix and underscores, and the base they are in.
fn digits(text: &str, base: i64) -> Option<(String, u32)> {
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    let prefixed = match lower.as_deref() {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    let (rest, base) = match prefixed {
        Some(prefix) if base == 0 || base == prefix => {
            let rest = text.get(2..)?;
            (rest.strip_prefix('_').unwrap_or(rest), prefix)
        }
        // As Python: without a base, a leading zero would leave open which one is meant.
        _ if base == 0 && text.starts_with('0') && text.contains(|c| !matches!(c, '0' | '_')) => {
            return None;
        }
        _ if base == 0 => (text, 10),
        _ => (text, base),
    };
    let base = u32::try_from(base).ok()?;
    if rest.is_empty() {
        return None;
    }
    without_underscores(rest).filter(|d| d.chars().all(|c| c.is_digit(base))).map(|d| (d, base))
}

/// The text without underscores that stand between digits; `None` if one stands elsewhere.
fn without_underscores(text: &str) -> Option<String> {
    if text.starts_with('_') || text.ends_with('_') || text.contains("__") {
        return None;
    }
    Some(text.replace('_', ""))
}

fn bad_int(text: &Text, trimmed: &str, base: i64) -> Fault {
    let fault = not_a_number("an int", text);
    if base == 10 && trimmed.parse::<f64>().is_ok_and(f64::is_finite) {
        fault.with_help("a text with a fraction: int(float(x))")
    } else if trimmed.contains(|c: char| c.is_ascii_digit()) {
        fault.with_help("number(x) takes the first number in a text")
    } else {
        fault.with_help("test it first: if x.isdigit() { ... }")
    }
}

/// `float(text)`
///
/// # Errors
/// For what is no number.
pub(super) fn float(text: &Text) -> Result<f64, Fault> {
    const LONGEST: usize = 100_000;
    let bad = || {
        let fault = not_a_number("a number", text);
        if text.slice_chars(0, 1000).chars().any(|c| c.is_ascii_digit()) {
            fault.with_help("number(x) takes the first number in a text, 1,234.5 included")
        } else {
            fault.with_help("test it first, or use number(x), which gives None")
        }
    };
    if text.byte_len() > LONGEST {
        return Err(bad());
    }
    let written = text.to_str();
    let trimmed = written.trim_matches(is_space);
    let number = if trimmed.contains('_') {
        underscored(trimmed).ok_or_else(bad)?
    } else {
        trimmed.to_string()
    };
    number.parse().map_err(|_| bad())
}

/// Underscores may stand between two digits only.
fn underscored(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    bytes
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == b'_')
        .all(|(at, _)| is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1)))
        .then(|| text.replace('_', ""))
}
