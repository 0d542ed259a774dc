//! Making and asking about values: `int`, `str`, `list`, `isinstance`, `repr`.

pub mod containers;
pub mod ignored;
pub mod number;
mod parse;
pub mod types;

#[cfg(test)]
mod tests;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::expected;
use crate::fault::Fault;
use crate::format::{ascii as ascii_of, format_value, str_format};
use crate::host::Host;
use crate::operators::{Number, check_bits};
use crate::text::Text;
use crate::value::{Dict, Value, display, failed_used, hashable, repr as repr_of};

pub(crate) use types::is_type;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &INT,
    &FLOAT,
    &STR,
    &BOOL,
    &containers::LIST,
    &containers::TUPLE,
    &containers::SET,
    &containers::FROZENSET,
    &containers::DICT,
    &number::NUMBER,
    &REPR,
    &ASCII,
    &FORMAT,
    &TEXT_FORMAT,
    &FORMAT_MAP,
    &HASH,
    &types::ISINSTANCE,
    &types::ISSUBCLASS,
    &ignored::SEED,
    &ignored::SETRECURSIONLIMIT,
    &ignored::FIELD_SIZE_LIMIT,
    &types::TYPE,
    &types::CALLABLE,
    &types::HASATTR,
    &types::TYPE_NAME,
    &types::NONETYPE,
    &types::FUNCTION,
    &types::MATCH,
    &types::PATTERN,
    &types::OBJECT,
];

/// An int: from a text, or a number with its fraction cut off.
///
/// Texts may have spaces around, a sign and underscores; with a base of 2 to 36 the digits are read
/// in it, base 0 goes by the prefix (`0x`, `0o`, `0b`). A text with a fraction is an error as in
/// Python: `int(float(t))`, or `number(t)` for the first number in a longer text.
///
/// ```rlm
/// int(" 1_000 ")  # -> 1000
/// ```
#[builtin(group = "values", receiver = "x", returns = Int, aliases("parseInt"))]
pub fn int(
    host: &mut dyn Host,
    /// A text or a number; 0 without it.
    #[default(Value::Int(0))]
    x: Value,
    /// The base of the digits of a text.
    base: Option<i64>,
) -> Result<Value, Fault> {
    if let Some(base) = base {
        let text = x.as_text().ok_or_else(|| expected("a text with a base", &x))?;
        return parse::int(host, &text, base);
    }
    match &x {
        Value::Float(number) => parse::truncated(*number),
        Value::Text(_) | Value::Match(_) => parse::int(host, &x.as_text().unwrap_or_default(), 10),
        _ => match Number::of(&x).and_then(|n| n.big()) {
            Some(n) => Ok(Value::int(n)),
            None => Err(no_number("an int", &x)),
        },
    }
}

/// A float: from a text or an int.
///
/// Takes what Python takes: `1.5`, `1e-3`, `inf`, `nan`, spaces around, underscores between digits.
/// For a number inside a longer text, or with thousands separators, use `number(t)`.
///
/// ```rlm
/// float("2.50")  # -> 2.5
/// ```
#[builtin(group = "values", receiver = "x", aliases("parseFloat"))]
pub fn float(
    /// A text or a number; 0.0 without it.
    #[default(Value::Float(0.0))]
    x: Value,
) -> Result<f64, Fault> {
    if let Some(text) = x.as_text() {
        return parse::float(&text);
    }
    match Number::of(&x) {
        Some(number) => number.float(),
        None => Err(no_number("a number", &x)),
    }
}

fn no_number(what: &str, found: &Value) -> Fault {
    let fault = expected(what, found);
    match found {
        Value::None => {
            fault.with_help("the value may be a search that found nothing: test it first")
        }
        Value::List(_) | Value::Tuple(_) => fault.with_help("convert each: [int(x) for x in xs]"),
        _ => fault,
    }
}

/// Any value as a text, as `print` shows it.
///
/// A text stays the view it is.
///
/// ```rlm
/// str(3.0)  # -> '3.0'
/// ```
#[builtin(group = "values", receiver = "x", aliases("to_string", "toString", "__str__"))]
pub fn str_(
    host: &mut dyn Host,
    /// Any value; the empty text without it.
    #[default(Value::Text(Text::empty()))]
    x: Value,
) -> Result<Text, Fault> {
    if let Value::Failed(failed) = &x {
        return Err(failed_used(failed));
    }
    shown(host, display(&x))
}

fn shown(host: &mut dyn Host, text: Text) -> Result<Text, Fault> {
    host.spend(text.byte_len() as u64 / 64)?;
    Ok(text)
}

/// True unless the value is `None`, `False`, zero, empty or a failed call.
///
/// ```rlm
/// bool([])  # -> False
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn bool_(
    /// Any value; `False` without it.
    #[default(Value::Bool(false))]
    x: Value,
) -> bool {
    x.truthy()
}

/// The value as it stands in a program: texts in quotes.
///
/// ```rlm
/// repr("a")  # -> "'a'"
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn repr(
    host: &mut dyn Host,
    /// Any value.
    x: Value,
) -> Result<Text, Fault> {
    shown(host, Text::from(repr_of(&x)))
}

/// Like `repr`, with everything beyond ASCII escaped.
///
/// ```rlm
/// ascii("ä")  # -> "'\\xe4'"
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn ascii(
    host: &mut dyn Host,
    /// Any value.
    x: Value,
) -> Result<Text, Fault> {
    shown(host, Text::from(ascii_of(&repr_of(&x))))
}

/// A value under a format spec, as in `f"{x:>8.2f}"`.
///
/// The specs are Python's: `[[fill]align][sign][#][0][width][,][.digits][type]`.
///
/// ```rlm
/// format(1234.5, ",.2f")  # -> '1,234.50'
/// ```
#[builtin(group = "values", receiver = "value")]
pub fn format(
    /// A number, text or date.
    value: Value,
    /// The format spec.
    #[aliases("format_spec", "fmt")]
    #[default("")]
    spec: String,
) -> Result<Text, Fault> {
    format_value(&value, &spec)
}

/// Fills the fields `{name}` of a text with the values of a dict.
///
/// ```rlm
/// "{a} and {b}".format_map({"a": 1, "b": 2})  # -> '1 and 2'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn format_map(
    host: &mut dyn Host,
    /// The text.
    t: Text,
    /// The dict.
    mapping: Dict,
) -> Result<Text, Fault> {
    let mut named = Vec::with_capacity(mapping.len());
    for (key, value) in mapping.map().iter() {
        named.push((display(key).to_str().into_owned(), value.clone()));
    }
    str_format(host, &t, &[], &named)
}

/// Fills the fields `{}`, `{0}`, `{name}`, `{x:.2f}` of a text with values.
///
/// An f-string is shorter: `f"{x} and {y:.2f}"`.
///
/// ```rlm
/// "{} has {n:,}".format("a", n=1000)  # -> 'a has 1,000'
/// ```
#[builtin(name = "format", group = "text", owners(Text, Match))]
pub fn text_format(
    host: &mut dyn Host,
    /// The text with the fields.
    template: Text,
    /// Values for `{}` and `{0}`.
    #[rest]
    values: Vec<Value>,
    /// Values for `{name}`.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Text, Fault> {
    str_format(host, &template, &values, &named)
}

/// A number that is the same for equal values, in every run.
///
/// ```rlm
/// hash(1) == hash(1.0)  # -> True
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn hash(
    host: &mut dyn Host,
    /// A value that can be a key.
    x: Value,
) -> Result<i64, Fault> {
    use std::hash::Hash;
    hashable(&x)?;
    if let Some(text) = x.as_text() {
        host.spend(text.byte_len() as u64 / 64)?;
    }
    if let Value::Big(n) = &x {
        check_bits(host, n.bits())?;
    }
    let mut state = Fnv(0xcbf2_9ce4_8422_2325);
    x.hash(&mut state);
    Ok(state.0 as i64)
}

/// The FNV-1a hash: the same on every machine and in every version.
struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Lengths, and addresses of objects: these differ from run to run.
    fn write_usize(&mut self, _: usize) {}
}

/// The error for a text that is no number.
fn not_a_number(what: &str, text: &Text) -> Fault {
    const SHOWN: usize = 40;
    let part = text.slice_chars(0, SHOWN + 1);
    let shown = if part.char_len() > SHOWN {
        format!("{}...", repr_of(&Value::Text(part.slice_chars(0, SHOWN))))
    } else {
        repr_of(&Value::Text(part))
    };
    Fault::new(Code::BadValue, format!("expected {what}, found the text {shown}"))
}
