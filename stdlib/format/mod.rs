//! Format specs as in Python's `format()`: `f"{x:>10}"`, `f"{n:,}"`, `f"{x:.2f}"`, `f"{d:%Y-%m}"`.

mod layout;
mod number;
mod percent;
mod spec;
mod template;
#[cfg(test)]
mod tests;

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::operators::Number;
use crate::text::Text;
use crate::value::{Value, display, failed_used, repr};

pub use percent::percent_format;
pub use template::str_format;

use spec::Spec;

/// A value under a format spec, exactly as CPython writes it. Widths count characters.
///
/// # Errors
/// A spec that is none, or one that does not fit the value's type.
pub fn format_value(value: &Value, spec: &str) -> Result<Text, Fault> {
    if spec.is_empty() {
        return Ok(display(value));
    }
    match value {
        Value::Text(_) | Value::Match(_) => {
            let text = value.as_text().unwrap_or_default();
            let spec = Spec::parse(spec, '<')?;
            format_text(&text, &spec).map(Text::from)
        }
        Value::Date(date) => crate::strftime::strftime(date, spec).map(Text::from),
        Value::Failed(failed) => Err(failed_used(failed)),
        _ => match Number::of(value) {
            Some(number) => {
                let spec = Spec::parse(spec, '>')?;
                number::format(&number, &spec).map(Text::from)
            }
            None => Err(Fault::new(
                Code::WrongType,
                format!("{} takes no format spec, found :{spec}", value.ty().with_article()),
            )
            .with_help(match value {
                Value::None => "the value may be a search that found nothing: test it first",
                _ => "make it a text first: {str(x):>10}",
            })),
        },
    }
}

/// `!s`, `!r` or `!a`: the value as `str`, `repr` or `ascii` shows it.
pub fn convert(value: &Value, conversion: char) -> Text {
    match conversion {
        'r' => Text::from(repr(value)),
        'a' => Text::from(ascii(&repr(value))),
        _ => display(value),
    }
}

/// A repr with everything beyond ASCII escaped.
pub(crate) fn ascii(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Writing to a String cannot fail.
        let _ = match c as u32 {
            0..0x80 => write!(out, "{c}"),
            code @ 0x80..0x100 => write!(out, "\\x{code:02x}"),
            code @ 0x100..0x10000 => write!(out, "\\u{code:04x}"),
            code => write!(out, "\\U{code:08x}"),
        };
    }
    out
}

fn format_text(text: &Text, spec: &Spec) -> Result<String, Fault> {
    if let Some(kind) = spec.kind
        && kind != 's'
    {
        return Err(spec::unfit(kind, "a number", "a text")
            .with_help("make it a number first: float(x) or number(x)"));
    }
    let refused = match spec {
        Spec { sign: Some(_), .. } => Some("a sign"),
        Spec { grouping: Some(_), .. } => Some("thousands separators"),
        Spec { alternate: true, .. } => Some("#"),
        Spec { no_minus_zero: true, .. } => Some("z"),
        Spec { align: Some('='), .. } => Some("the alignment ="),
        _ => None,
    };
    if let Some(what) = refused {
        let message = format!("a text takes no {what} in a format spec");
        return Err(Fault::new(Code::BadValue, message)
            .with_help("make it a number first: float(x) or number(x)"));
    }
    let text = match spec.precision {
        Some(most) => text.slice_chars(0, most),
        None => text.clone(),
    };
    Ok(layout::padded(&text.to_str(), text.char_len(), spec))
}
