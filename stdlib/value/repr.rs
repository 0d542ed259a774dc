//! How values print: `display` as `print` and `str` show them, `repr` as they stand inside a list.
//! The forms are Python's.

use std::borrow::Cow;
use std::fmt::Write;

use crate::meter;
use crate::text::Text;
use crate::value::{Deque, DictKind, Function, Value};

/// Containers nested deeper than this print as `...`.
const MAX_DEPTH: usize = 100;

/// The form that `print` shows: a text as it is, everything else as [`repr`].
pub fn display(value: &Value) -> Text {
    match value {
        Value::Text(t) => t.clone(),
        Value::Match(m) => m.whole(),
        Value::Object(object) => object.display(),
        // Short enough to stand in the text itself: nothing is allocated.
        Value::Int(n) => Text::from(ecow::eco_format!("{n}")),
        other => Text::from(repr(other)),
    }
}

/// The form that shows what kind of value it is: texts in quotes. Cut short where the value is too
/// large: see [`meter`], which tells.
pub fn repr(value: &Value) -> String {
    let mut out = String::new();
    Writer { out: &mut out, open: Vec::new() }.value(value);
    out
}

struct Writer<'a> {
    out: &'a mut String,
    /// Ids of the containers being written: one inside itself prints as `[...]`.
    open: Vec<usize>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Unset | Value::None => self.out.push_str("None"),
            Value::Bool(true) => self.out.push_str("True"),
            Value::Bool(false) => self.out.push_str("False"),
            Value::Int(n) => self.plain(n),
            Value::Big(n) => self.plain(n),
            Value::Float(x) => self.out.push_str(&format_float(*x)),
            Value::Text(t) => quote(&t.to_str(), self.out),
            Value::Match(m) => quote(&m.whole().to_str(), self.out),
            Value::List(list) => self.list(list),
            Value::Tuple(items) => self.tuple(items),
            Value::Dict(dict) => self.dict(dict),
            Value::Set(set) => self.set(set),
            Value::Function(f) if is_type(f) => {
                self.plain(format_args!("<class '{}'>", f.name()));
            }
            Value::Function(f) => self.plain(format_args!("<function {}>", f.name())),
            Value::Pattern(p) => {
                self.out.push_str("re.compile(");
                quote(&p.source, self.out);
                self.out.push(')');
            }
            Value::Date(d) => self.plain(d),
            Value::Duration(seconds) => self.plain(crate::dates::duration_text(*seconds)),
            Value::Iterator(_) => self.out.push_str("<iterator>"),
            Value::Failed(f) => self.plain(format_args!("<failed: {}>", f.reason)),
            Value::Object(object) => self.plain(object.repr()),
        }
    }

    fn plain(&mut self, what: impl std::fmt::Display) {
        // Writing to a String cannot fail.
        let _ = write!(self.out, "{what}");
    }

    /// Runs `write` unless the container is already being written or nested too deeply.
    fn guarded(&mut self, id: usize, placeholder: &str, write: impl FnOnce(&mut Self)) {
        if self.open.contains(&id) || self.open.len() >= MAX_DEPTH {
            self.out.push_str(placeholder);
            return;
        }
        let Some(_level) = meter::descend() else { return };
        self.open.push(id);
        write(self);
        self.open.pop();
    }

    /// Counts an item, and all that was written before it.
    fn goes_on(&self) -> bool {
        meter::walk(1) && meter::print(self.out.len())
    }

    fn items(&mut self, items: impl Iterator<Item = Value>) {
        for (i, item) in items.enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            if !self.goes_on() {
                return;
            }
            self.value(&item);
        }
    }

    fn list(&mut self, list: &super::List) {
        if let Some((start, stop, step)) = list.sequence().and_then(|s| s.as_range()) {
            let tail = if step == 1 { String::new() } else { format!(", {step}") };
            return self.plain(format_args!("range({start}, {stop}{tail})"));
        }
        self.guarded(list.id(), "[...]", |w| {
            w.out.push_str(if list.as_deque().is_some() { "deque([" } else { "[" });
            w.items(list.iter());
            w.out.push(']');
            match list.as_deque() {
                None => {}
                Some(Deque { most: None }) => w.out.push(')'),
                Some(Deque { most: Some(most) }) => w.plain(format_args!(", maxlen={most})")),
            }
        });
    }

    fn tuple(&mut self, items: &super::Tuple) {
        self.guarded(items.as_ptr() as usize, "(...)", |w| {
            if let Some(record) = items.as_record() {
                w.out.push_str(&record.name);
                w.out.push('(');
                for (i, (name, item)) in record.fields.iter().zip(items.iter()).enumerate() {
                    w.plain(format_args!("{}{name}=", if i > 0 { ", " } else { "" }));
                    w.value(item);
                }
                return w.out.push(')');
            }
            w.out.push('(');
            w.items(items.iter().cloned());
            w.out.push_str(if items.len() == 1 { ",)" } else { ")" });
        });
    }

    fn dict(&mut self, dict: &super::Dict) {
        self.guarded(dict.id(), "{...}", |w| {
            let (open, close) = dict_marks(dict);
            w.out.push_str(&open);
            for (i, (key, value)) in first_entries(dict, usize::MAX).iter().enumerate() {
                if i > 0 {
                    w.out.push_str(", ");
                }
                if !w.goes_on() {
                    return;
                }
                w.value(key);
                w.out.push_str(": ");
                w.value(value);
            }
            w.out.push_str(close);
        });
    }

    fn set(&mut self, set: &super::Set) {
        if set.is_empty() {
            return self.out.push_str("set()");
        }
        let (open, close) = if set.is_frozen() { ("frozenset({", "})") } else { ("{", "}") };
        self.guarded(set.id(), "{...}", |w| {
            w.out.push_str(open);
            w.items(set.to_vec().into_iter());
            w.out.push_str(close);
        });
    }
}

/// Whether a function is the name of a type, such as `int`.
fn is_type(function: &Function) -> bool {
    matches!(function, Function::Builtin(b) if crate::values::is_type(b.signature.name))
}

/// What stands before and behind the entries of a dict.
pub(crate) fn dict_marks(dict: &super::Dict) -> (Cow<'static, str>, &'static str) {
    match dict.kind() {
        DictKind::Plain => ("{".into(), "}"),
        DictKind::Counter if dict.is_empty() => ("Counter(".into(), ")"),
        DictKind::Counter => ("Counter({".into(), "})"),
        DictKind::Default(f) => (format!("defaultdict(<class '{}'>, {{", f.name()).into(), "})"),
    }
}

/// The first entries of a dict in the order in which it is shown: a counter begins with the most common.
pub fn first_entries(dict: &super::Dict, most: usize) -> Vec<(Value, Value)> {
    let map = dict.map();
    let entries = map.iter().map(|(k, v)| (k.clone(), v.clone()));
    if !matches!(dict.kind(), DictKind::Counter) {
        return entries.take(most).collect();
    }
    let mut all: Vec<(Value, Value)> = entries.collect();
    most_common_first(&mut all);
    all.truncate(most);
    all
}

/// The order in which Python shows a counter; without change where counts are no plain numbers.
fn most_common_first(entries: &mut [(Value, Value)]) {
    let is_plain = |count: &Value| match count {
        Value::Int(_) | Value::Big(_) => true,
        Value::Float(x) => !x.is_nan(),
        _ => false,
    };
    if entries.iter().all(|(_, count)| is_plain(count)) {
        entries.sort_by(|(_, a), (_, b)| {
            super::compare(b, a).ok().flatten().unwrap_or(std::cmp::Ordering::Equal)
        });
    }
}

/// A text in Python's quotes: single ones unless it holds a single and no double quote.
fn quote(text: &str, out: &mut String) {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(mark);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == mark => {
                out.push('\\');
                out.push(c);
            }
            c if !is_printable(c) => {
                // Writing to a String cannot fail.
                let _ = match c as u32 {
                    code @ ..0x100 => write!(out, "\\x{code:02x}"),
                    code @ 0x100..0x10000 => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push(mark);
}

/// Whether Python's `repr` shows a character as it is: not control and format characters, spaces
/// other than the plain one, and private ones. Unassigned characters count as printable.
pub(crate) fn is_printable(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}'
        | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{1680}' | '\u{180e}'
        | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}'
        | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{13438}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}' | '\u{f0000}'..)
}

/// A float as Python's `repr`: the shortest digits that read back, an exponent below 1e-4 and from
/// 1e16 on.
pub fn format_float(x: f64) -> String {
    if x.is_nan() {
        return "nan".to_string();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    let magnitude = x.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{x:e}");
        let text = even(text, x, |places| format!("{x:.places$e}"));
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(rest) => ('-', rest),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    let text = format!("{x}");
    let text = even(text, x, |places| format!("{x:.places$}"));
    if text.contains('.') { text } else { text + ".0" }
}

/// Of two shortest forms that are equally near the one with the even digit, which CPython takes:
/// `rounded` to as many places has it. Rust may take the other.
fn even(shortest: String, x: f64, rounded: impl FnOnce(usize) -> String) -> String {
    const TIES_FROM: usize = 15;
    let digits = shortest.split('e').next().unwrap_or_default();
    match digits.split_once('.') {
        Some((whole, fraction)) if whole.len() + fraction.len() >= TIES_FROM => {
            let text = rounded(fraction.len());
            // Just above a power of two the nearest form may be read back as the float below.
            if text.parse() == Ok(x) { text } else { shortest }
        }
        _ => shortest,
    }
}
