//! Writing JSON, with the spaces and line ends of Python's `json.dumps`. Without recursion: a
//! value that contains itself is an error, never an overflow.

use std::cmp::Ordering;
use std::fmt::Write;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::meter;
use crate::records::json::MAX_DEPTH;
use crate::text::Text;
use crate::value::{List, Value, compare, display, failed_used, format_float};

/// Values that a `default` function may give for one value before that counts as endless.
const MOST_DEFAULTS: usize = 100;

/// The JSON of a value.
///
/// Spaces are those of Python's `json.dumps`, other letters than ASCII stay as they are. Tuples and
/// sets become lists; dates and matches become texts; keys that are numbers, bools or `None` become
/// texts as in Python.
///
/// ```rlm
/// to_json({"name": "Zoë", "tags": ("a", "b")})   # -> '{"name": "Zoë", "tags": ["a", "b"]}'
/// ```
#[builtin(group = "records", name = "to_json", receiver = "value", prompt = "to_json(x)")]
#[allow(clippy::too_many_arguments)] // Python's
pub fn to_json_builtin(
    host: &mut dyn Host,
    /// The value.
    #[aliases("obj", "x")]
    value: Value,
    /// Spaces (or a text) for each level, with a line for each item; one line if left out.
    indent: Option<Value>,
    /// Whether letters other than ASCII become `\uXXXX`.
    #[default(false)]
    #[keyword]
    ensure_ascii: bool,
    /// Whether dicts are written in the order of their keys.
    #[default(false)]
    #[keyword]
    sort_keys: bool,
    /// Called with a value that JSON does not know; its result is written instead.
    #[keyword]
    default: Option<Value>,
    /// The texts between items and after keys: `(",", ":")`.
    #[keyword]
    separators: Option<Value>,
) -> Result<Text, Fault> {
    let style = Style::new(indent.as_ref(), separators.as_ref(), ensure_ascii, sort_keys)?;
    Writer::new(style, default, Some(host)).text(value)
}

/// The JSON of a value, exactly as Python's `json.dumps` writes it.
///
/// As `to_json`, but letters other than ASCII become `\uXXXX` unless `ensure_ascii=False`.
///
/// ```rlm
/// json.dumps([1, None, "é"])   # -> '[1, null, "\\u00e9"]'
/// ```
#[builtin(group = "records", name = "json.dumps")]
#[allow(clippy::too_many_arguments)] // Python's
pub fn dumps(
    host: &mut dyn Host,
    /// The value.
    obj: Value,
    /// Spaces (or a text) for each level, with a line for each item; one line if left out.
    #[keyword]
    indent: Option<Value>,
    /// Whether letters other than ASCII become `\uXXXX`.
    #[default(true)]
    #[keyword]
    ensure_ascii: bool,
    /// Whether dicts are written in the order of their keys.
    #[default(false)]
    #[keyword]
    sort_keys: bool,
    /// Called with a value that JSON does not know; its result is written instead.
    #[keyword]
    default: Option<Value>,
    /// The texts between items and after keys: `(",", ":")`.
    #[keyword]
    separators: Option<Value>,
) -> Result<Text, Fault> {
    let style = Style::new(indent.as_ref(), separators.as_ref(), ensure_ascii, sort_keys)?;
    Writer::new(style, default, Some(host)).text(obj)
}

/// The JSON of a value as `to_json(value, indent)` gives it, without a limit on steps.
///
/// # Errors
/// For a value that has no JSON: a function, a failed call, a container in itself.
pub fn to_json(value: &Value, indent: Option<usize>) -> Result<String, Fault> {
    let mut style = Style::plain();
    if let Some(spaces) = indent {
        style.indent = Some(" ".repeat(spaces));
        style.item = ",".to_string();
    }
    Writer::new(style, None, None).write(value.clone())
}

/// The value as `serde_json` has it. NaN and infinities become null; integers beyond 64 bits
/// become their digits as a text.
///
/// # Errors
/// As [`to_json`], and for values nested more than 120 deep.
pub fn to_json_value(value: &Value) -> Result<serde_json::Value, Fault> {
    tree(value, 0)
}

/// `serde_json` refuses to read what is nested deeper than 128.
const MAX_TREE_DEPTH: usize = 120;

fn tree(value: &Value, depth: usize) -> Result<serde_json::Value, Fault> {
    use serde_json::Value as Json;
    if depth > MAX_TREE_DEPTH {
        return Err(Fault::new(
            Code::BadValue,
            format!("values nested more than {MAX_TREE_DEPTH} deep cannot be written as JSON"),
        ));
    }
    if !meter::walk(1) {
        return Err(too_large());
    }
    let items = |items: Vec<Value>| {
        let items = items.iter().map(|item| tree(item, depth + 1));
        items.collect::<Result<Vec<_>, _>>().map(Json::Array)
    };
    match value {
        Value::Unset | Value::None => Ok(Json::Null),
        Value::Bool(b) => Ok(Json::Bool(*b)),
        Value::Int(n) => Ok(Json::from(*n)),
        Value::Float(x) => Ok(Json::from(*x)),
        Value::Big(n) => {
            let digits = n.to_string();
            Ok(digits.parse::<u64>().map_or(Json::String(digits), Json::from))
        }
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => items(value.items()?.to_vec()),
        Value::Dict(dict) => {
            let entries: Vec<_> = dict.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            let mut object = serde_json::Map::new();
            for (key, item) in &entries {
                object.insert(key_text(key)?, tree(item, depth + 1)?);
            }
            Ok(Json::Object(object))
        }
        other => Ok(Json::String(other_text(other)?.to_str().into_owned())),
    }
}

/// How JSON is laid out.
struct Style {
    /// One level's indentation.
    indent: Option<String>,
    item: String,
    key: String,
    is_ascii: bool,
    sorts_keys: bool,
}

impl Style {
    fn plain() -> Style {
        Style {
            indent: None,
            item: ", ".to_string(),
            key: ": ".to_string(),
            is_ascii: false,
            sorts_keys: false,
        }
    }

    fn new(
        indent: Option<&Value>,
        separators: Option<&Value>,
        is_ascii: bool,
        sorts_keys: bool,
    ) -> Result<Style, Fault> {
        let mut style = Style { is_ascii, sorts_keys, ..Style::plain() };
        if let Some(indent) = indent {
            style.item = ",".to_string();
            style.indent = Some(match indent.as_text() {
                Some(text) => text.to_str().into_owned(),
                None => " ".repeat(indent_width(indent)?),
            });
        }
        if let Some(separators) = separators {
            let pair = separators.items()?.to_vec();
            let [item, key] = pair.as_slice() else {
                return Err(Fault::new(
                    Code::BadValue,
                    format!("expected two separators, found {}", pair.len()),
                ));
            };
            let text = |value: &Value| {
                let text = value.as_text().ok_or_else(|| expected("a text", value))?;
                Ok::<_, Fault>(text.to_str().into_owned())
            };
            (style.item, style.key) = (text(item)?, text(key)?);
        }
        Ok(style)
    }
}

/// The most spaces of one level.
const MOST_SPACES: i64 = 100;

fn indent_width(indent: &Value) -> Result<usize, Fault> {
    let width = match indent {
        Value::Int(n) => *n,
        Value::Bool(b) => i64::from(*b),
        other => return Err(expected("a count of spaces", other)),
    };
    if width > MOST_SPACES {
        let message = format!("expected at most {MOST_SPACES} spaces a level, found {width}");
        return Err(Fault::new(Code::BadValue, message));
    }
    Ok(usize::try_from(width).unwrap_or(0))
}

/// A container that is being written.
struct Open {
    items: Items,
    next: usize,
    close: char,
    /// Tells containers apart that can contain themselves.
    id: Option<usize>,
}

enum Items {
    List(List),
    Dict(Vec<(Value, Value)>),
}

struct Writer<'a> {
    out: String,
    style: Style,
    default: Option<Value>,
    host: Option<&'a mut dyn Host>,
    open: Vec<Open>,
    /// Output up to here was asked for.
    reserved: usize,
}

/// Output is asked for in steps of at least this many bytes.
const RESERVE_STEP: usize = 1 << 20;

impl<'a> Writer<'a> {
    fn new(style: Style, default: Option<Value>, host: Option<&'a mut dyn Host>) -> Writer<'a> {
        Writer { out: String::new(), style, default, host, open: Vec::new(), reserved: 0 }
    }

    fn text(self, value: Value) -> Result<Text, Fault> {
        self.write(value).map(Text::from)
    }

    fn write(mut self, value: Value) -> Result<String, Fault> {
        let mut next = Some(value);
        while let Some(value) = next {
            self.charge()?;
            self.value(value)?;
            next = self.advance()?;
        }
        Ok(self.out)
    }

    fn charge(&mut self) -> Result<(), Fault> {
        let Some(host) = self.host.as_deref_mut() else {
            let goes_on = meter::walk(1) && meter::print(self.out.len());
            return if goes_on { Ok(()) } else { Err(too_large()) };
        };
        host.spend(1)?;
        if self.out.len() > self.reserved {
            let more = self.out.len().max(RESERVE_STEP);
            host.spend(self.out.len().saturating_sub(self.reserved) as u64 / 64)?;
            host.reserve(more)?;
            self.reserved = self.out.len() + more;
        }
        Ok(())
    }

    /// Goes on to the next value to write, closing what is done; `None` at the end.
    fn advance(&mut self) -> Result<Option<Value>, Fault> {
        while let Some(open) = self.open.last_mut() {
            let index = open.next;
            open.next += 1;
            let (key, value) = match &open.items {
                Items::List(list) => (None, list.get(index)),
                Items::Dict(entries) => match entries.get(index) {
                    Some((key, value)) => (Some(key.clone()), Some(value.clone())),
                    None => (None, None),
                },
            };
            let close = open.close;
            let Some(value) = value else {
                self.open.pop();
                self.new_line();
                self.out.push(close);
                continue;
            };
            if index > 0 {
                self.out.push_str(&self.style.item);
            }
            self.new_line();
            if let Some(key) = key {
                let key = key_text(&key)?;
                quote(&key, self.style.is_ascii, &mut self.out);
                self.out.push_str(&self.style.key);
            }
            return Ok(Some(value));
        }
        Ok(None)
    }

    fn new_line(&mut self) {
        if let Some(indent) = &self.style.indent {
            self.out.push('\n');
            for _ in 0..self.open.len() {
                self.out.push_str(indent);
            }
        }
    }

    /// Writes a value; of a container only the opening bracket.
    fn value(&mut self, mut value: Value) -> Result<(), Fault> {
        for _ in 0..MOST_DEFAULTS {
            if let Value::Failed(failed) = &value {
                return Err(failed_used(failed));
            }
            let replacement = match (&self.default, is_native(&value)) {
                (Some(default), false) => default.clone(),
                _ => return self.known(&value),
            };
            let Some(host) = self.host.as_deref_mut() else { return self.known(&value) };
            value = host.call(&replacement, &mut vec![value])?;
        }
        Err(Fault::new(Code::BadValue, "the function `default` never gives a value JSON knows"))
    }

    fn known(&mut self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::Unset | Value::None => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Int(n) => {
                // Writing to a String cannot fail.
                let _ = write!(self.out, "{n}");
            }
            Value::Big(n) => self.out.push_str(&n.to_string()),
            Value::Float(x) => self.out.push_str(&float_text(*x)),
            Value::Text(text) => quote(&text.to_str(), self.style.is_ascii, &mut self.out),
            Value::List(list) => return self.open_list(list.clone(), Some(list.id())),
            Value::Tuple(_) | Value::Set(_) | Value::Iterator(_) => {
                return self.open_list(value.items()?, None);
            }
            Value::Dict(dict) => {
                let entries: Vec<_> =
                    dict.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
                let entries = if self.style.sorts_keys { sorted(entries)? } else { entries };
                return self.open_dict(entries, dict.id());
            }
            other => {
                let text = other_text(other)?;
                quote(&text.to_str(), self.style.is_ascii, &mut self.out);
            }
        }
        Ok(())
    }

    fn open_list(&mut self, list: List, id: Option<usize>) -> Result<(), Fault> {
        if list.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        self.push(Open { items: Items::List(list), next: 0, close: ']', id }, "list")
    }

    fn open_dict(&mut self, entries: Vec<(Value, Value)>, id: usize) -> Result<(), Fault> {
        if entries.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        let items = Items::Dict(entries);
        self.push(Open { items, next: 0, close: '}', id: Some(id) }, "dict")
    }

    fn push(&mut self, open: Open, word: &str) -> Result<(), Fault> {
        if open.id.is_some() && self.open.iter().any(|outer| outer.id == open.id) {
            let message = format!("a {word} that contains itself cannot be written as JSON");
            return Err(Fault::new(Code::BadValue, message));
        }
        if self.open.len() >= MAX_DEPTH {
            let message =
                format!("values nested more than {MAX_DEPTH} deep cannot be written as JSON");
            return Err(Fault::new(Code::BadValue, message));
        }
        self.open.push(open);
        Ok(())
    }
}

fn too_large() -> Fault {
    Fault::new(Code::BadValue, "this value is too large to be written as JSON")
}

/// Whether Python writes such a value by itself.
fn is_native(value: &Value) -> bool {
    !matches!(
        value,
        Value::Set(_)
            | Value::Function(_)
            | Value::Pattern(_)
            | Value::Date(_)
            | Value::Duration(_)
            | Value::Iterator(_)
            | Value::Object(_)
    )
}

/// The text of a value that is none in JSON.
fn other_text(value: &Value) -> Result<Text, Fault> {
    match value {
        Value::Text(_) | Value::Match(_) | Value::Date(_) | Value::Duration(_) => {
            Ok(display(value))
        }
        Value::Failed(failed) => Err(failed_used(failed)),
        Value::Object(object) if object.as_text().is_some() => Ok(display(value)),
        other => Err(Fault::new(
            Code::WrongType,
            format!("{} cannot be written as JSON", other.ty().with_article()),
        )),
    }
}

/// A key as JSON has it: a text.
fn key_text(key: &Value) -> Result<String, Fault> {
    Ok(match key {
        Value::Unset | Value::None => "null".to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Big(n) => n.to_string(),
        Value::Float(x) => float_text(*x),
        Value::Text(_) | Value::Match(_) | Value::Date(_) => display(key).to_str().into_owned(),
        other => {
            return Err(expected("a text or a number as the key of JSON", other)
                .with_help("make the keys texts first: {str(k): v for k, v in d.items()}"));
        }
    })
}

fn sorted(mut entries: Vec<(Value, Value)>) -> Result<Vec<(Value, Value)>, Fault> {
    let is_text = |value: &Value| value.as_text().is_some();
    let is_number = |value: &Value| match value {
        Value::Bool(_) | Value::Int(_) | Value::Big(_) => true,
        Value::Float(x) => !x.is_nan(),
        _ => false,
    };
    let one_kind =
        entries.iter().all(|(k, _)| is_text(k)) || entries.iter().all(|(k, _)| is_number(k));
    if entries.len() > 1 && !one_kind {
        return Err(Fault::new(Code::WrongType, "keys of different types have no order")
            .with_help("leave sort_keys out, or make the keys texts first"));
    }
    entries.sort_by(|(a, _), (b, _)| compare(a, b).ok().flatten().unwrap_or(Ordering::Equal));
    Ok(entries)
}

fn float_text(x: f64) -> String {
    if x.is_nan() {
        return "NaN".to_string();
    }
    if x.is_infinite() {
        return if x > 0.0 { "Infinity" } else { "-Infinity" }.to_string();
    }
    format_float(x)
}

/// Writes a text in quotes, escaped as Python does.
fn quote(text: &str, is_ascii: bool, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let is_plain = match c {
            '"' | '\\' => false,
            ' '..='~' => true,
            c if c < ' ' => false,
            _ => !is_ascii,
        };
        if is_plain {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at + c.len_utf8();
        escape(c, out);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        other => {
            let mut units = [0; 2];
            for unit in other.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}
