//! Ints and floats under a format spec.

use num_traits::Signed;
use rlm_lang_syntax::codes::Code;

use super::layout::{self, Parts};
use super::spec::{Spec, unfit};
use crate::fault::Fault;
use crate::operators::Number;
use crate::value::format_float;

pub(super) fn format(number: &Number, spec: &Spec) -> Result<String, Fault> {
    match (spec.kind, number) {
        (None | Some('d' | 'n' | 'b' | 'o' | 'x' | 'X' | 'c'), Number::Int(_) | Number::Big(_)) => {
            int(number, spec)
        }
        (None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%'), _) => {
            Ok(float(number.float()?, spec))
        }
        (Some(kind @ ('d' | 'b' | 'o' | 'x' | 'X' | 'c')), Number::Float(_)) => {
            Err(unfit(kind, "an int", "a float").with_help("use :.0f to round, or int(x)"))
        }
        (Some('s'), _) => Err(unfit('s', "a text", "a number").with_help("leave the s out")),
        (Some(kind), _) => Err(unfit(kind, "another value", "a number")),
    }
}

fn sign(negative: bool, spec: &Spec) -> &'static str {
    match (negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    }
}

fn int(number: &Number, spec: &Spec) -> Result<String, Fault> {
    let refuse = |what: &str| {
        Err(Fault::new(Code::BadValue, format!("an int takes no {what} in a format spec"))
            .with_help("digits behind the point need the type f: .2f"))
    };
    if spec.precision.is_some() {
        return refuse("precision");
    }
    if spec.no_minus_zero {
        return refuse("z");
    }
    if spec.kind == Some('c') {
        return character(number, spec);
    }
    let (negative, digits) = digits(number, spec.kind);
    let prefix = match spec.kind {
        Some('b') if spec.alternate => "0b",
        Some('o') if spec.alternate => "0o",
        Some('x') if spec.alternate => "0x",
        Some('X') if spec.alternate => "0X",
        _ => "",
    };
    let group = if matches!(spec.kind, Some('b' | 'o' | 'x' | 'X')) { 4 } else { 3 };
    let sign = sign(negative, spec);
    Ok(layout::number(&Parts { sign, prefix, digits: &digits, rest: "", group }, spec))
}

/// Whether the int is negative, and the digits of its magnitude.
fn digits(number: &Number, kind: Option<char>) -> (bool, String) {
    let radix = match kind {
        Some('b') => 2,
        Some('o') => 8,
        Some('x' | 'X') => 16,
        _ => 10,
    };
    let (negative, digits) = match number {
        Number::Int(n) => (*n < 0, {
            let n = n.unsigned_abs();
            match radix {
                2 => format!("{n:b}"),
                8 => format!("{n:o}"),
                16 => format!("{n:x}"),
                _ => n.to_string(),
            }
        }),
        Number::Big(n) => (n.is_negative(), n.magnitude().to_str_radix(radix)),
        Number::Float(_) => (false, String::new()),
    };
    (negative, if kind == Some('X') { digits.to_uppercase() } else { digits })
}

fn character(number: &Number, spec: &Spec) -> Result<String, Fault> {
    let c = match number {
        Number::Int(n) => u32::try_from(*n).ok().and_then(char::from_u32),
        _ => None,
    };
    let Some(c) = c.filter(|_| spec.sign.is_none() && spec.grouping.is_none() && !spec.alternate)
    else {
        return Err(Fault::new(Code::BadValue, "the format code c expects a character's number"));
    };
    let rest = c.to_string();
    Ok(layout::number(&Parts { sign: "", prefix: "", digits: "", rest: &rest, group: 3 }, spec))
}

fn float(x: f64, spec: &Spec) -> String {
    let kind = spec.kind.map(|k| k.to_ascii_lowercase());
    let magnitude = x.abs();
    let mut text = if magnitude.is_nan() {
        "nan".to_string()
    } else if kind == Some('%') {
        let scaled = magnitude * 100.0;
        if scaled.is_infinite() { "inf".to_string() } else { fixed(scaled, spec) }
    } else if magnitude.is_infinite() {
        "inf".to_string()
    } else {
        match (kind, spec.precision) {
            (Some('f'), _) => fixed(magnitude, spec),
            (Some('e'), precision) => scientific(magnitude, precision.unwrap_or(6), spec.alternate),
            (Some(_), precision) => {
                general(magnitude, precision.unwrap_or(6), spec.alternate, false)
            }
            (None, Some(precision)) => general(magnitude, precision, spec.alternate, true),
            (None, None) => shortest(magnitude, spec.alternate),
        }
    };
    if spec.kind.is_some_and(|k| k.is_ascii_uppercase()) {
        text.make_ascii_uppercase();
    }
    if kind == Some('%') {
        text.push('%');
    }
    let is_zero = !text
        .split(['e', 'E'])
        .next()
        .unwrap_or_default()
        .contains(|c: char| c.is_ascii_digit() && c != '0')
        && x.is_finite();
    let negative = x.is_sign_negative() && !x.is_nan() && !(spec.no_minus_zero && is_zero);
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(split);
    let sign = sign(negative, spec);
    layout::number(&Parts { sign, prefix: "", digits, rest, group: 3 }, spec)
}

fn fixed(x: f64, spec: &Spec) -> String {
    let precision = spec.precision.unwrap_or(6);
    let text = format!("{x:.precision$}");
    if spec.alternate && precision == 0 { text + "." } else { text }
}

fn shortest(x: f64, alternate: bool) -> String {
    let text = format_float(x);
    match text.split_once('e') {
        Some((digits, exponent)) if alternate && !digits.contains('.') => {
            format!("{digits}.e{exponent}")
        }
        _ => text,
    }
}

/// `1.500000e+02`
fn scientific(x: f64, precision: usize, alternate: bool) -> String {
    let (digits, exponent) = exponential(x, precision);
    with_exponent(&digits, exponent, alternate)
}

fn with_exponent(digits: &str, exponent: i32, alternate: bool) -> String {
    let point = if alternate && !digits.contains('.') { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}{point}e{sign}{:02}", exponent.unsigned_abs())
}

/// Digits with one before the point, and the exponent.
fn exponential(x: f64, precision: usize) -> (String, i32) {
    let text = format!("{x:.precision$e}");
    match text.split_once('e') {
        Some((digits, exponent)) => (digits.to_string(), exponent.parse().unwrap_or(0)),
        None => (text, 0),
    }
}

/// The types `g` and none: significant digits, an exponent for very large and small numbers. With
/// `keep_point` a whole number ends in `.0`.
fn general(x: f64, precision: usize, alternate: bool, keep_point: bool) -> String {
    let significant = precision.max(1);
    let (digits, exponent) = exponential(x, significant - 1);
    let limit = i32::try_from(significant).unwrap_or(i32::MAX) - i32::from(keep_point);
    let trimmed = |text: &str| {
        if alternate || !text.contains('.') {
            text.to_string()
        } else {
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        }
    };
    if exponent < -4 || exponent >= limit {
        return with_exponent(&trimmed(&digits), exponent, alternate);
    }
    let behind = usize::try_from(limit + i32::from(keep_point) - 1 - exponent).unwrap_or(0);
    let text = trimmed(&format!("{x:.behind$}"));
    match text.contains('.') {
        true => text,
        false if keep_point => text + ".0",
        false if alternate => text + ".",
        false => text,
    }
}
