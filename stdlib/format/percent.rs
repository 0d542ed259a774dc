//! `"%s of %.1f" % (a, b)`: formatting by `%`, as in Python.

use rlm_lang_syntax::codes::Code;

use super::{convert, format_value};
use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::Number;
use crate::text::Text;
use crate::value::{Value, display, failed_used};

/// Fills the fields of a template with a value, the items of a tuple, or the keys of a dict.
///
/// # Errors
/// Fields and values that do not fit each other in number or type.
pub fn percent_format(host: &mut dyn Host, template: &Text, values: &Value) -> Result<Text, Fault> {
    if let Value::Failed(failed) = values {
        return Err(failed_used(failed));
    }
    let mut given = Given { values, next: 0, by_name: false, texts: vec![template.clone()] };
    let template = template.to_str();
    let mut out = String::with_capacity(template.len());
    let mut rest: &str = &template;
    while let Some(at) = rest.find('%') {
        let (before, field) = rest.split_at(at);
        out.push_str(before);
        rest = given.field(field.get(1..).unwrap_or_default(), &mut out)?;
        host.reserve(out.len())?;
    }
    out.push_str(rest);
    given.all_used()?;
    host.spend(out.len() as u64 / 64)?;
    Ok(Text::from(out).made_of(&given.texts))
}

fn bad(message: impl Into<String>) -> Fault {
    Fault::new(Code::BadValue, message).with_help("%% stands for a percent sign")
}

/// The values on the right of `%`.
struct Given<'a> {
    values: &'a Value,
    next: usize,
    /// A field named a key: what is left over does not count.
    by_name: bool,
    /// The texts that are written into the result.
    texts: Vec<Text>,
}

impl Given<'_> {
    /// One field behind its `%`; gives what follows it.
    fn field<'t>(&mut self, text: &'t str, out: &mut String) -> Result<&'t str, Fault> {
        let (key, text) = match text.strip_prefix('(') {
            Some(inside) => {
                let end = inside.find(')').ok_or_else(|| bad("a %( without its )"))?;
                let (key, after) = inside.split_at(end);
                (Some(key), after.get(1..).unwrap_or_default())
            }
            None => (None, text),
        };
        let flags_end = text.find(|c| !"#0- +".contains(c)).unwrap_or(text.len());
        let (flags, text) = text.split_at(flags_end);
        let mut flags = flags.to_string();
        let (width, text) = self.size(text)?;
        let (precision, text) = match text.strip_prefix('.') {
            Some(text) => {
                let (digits, text) = self.size(text)?;
                (Some(usize::try_from(digits).unwrap_or(0)), text)
            }
            None => (None, text),
        };
        if width < 0 {
            flags.push('-');
        }
        let text = text.trim_start_matches(['h', 'l', 'L']);
        let mut chars = text.chars();
        let kind = chars.next().ok_or_else(|| bad("a % without its letter"))?;
        if kind == '%' {
            out.push('%');
            return Ok(chars.as_str());
        }
        let value = match key {
            Some(key) => self.named(key)?,
            None => self.following()?,
        };
        self.texts.extend(value.as_text().filter(Text::has_origin));
        let spec = Spec { flags: &flags, width: width.unsigned_abs() as usize, precision };
        out.push_str(&spec.write(kind, &value)?);
        Ok(chars.as_str())
    }

    /// A width or precision: digits, `*` for a value, or nothing.
    fn size<'t>(&mut self, text: &'t str) -> Result<(i64, &'t str), Fault> {
        if let Some(text) = text.strip_prefix('*') {
            return match self.following()? {
                Value::Int(n) => Ok((n, text)),
                other => Err(expected("an int for *", &other)),
            };
        }
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, text) = text.split_at(end);
        if digits.is_empty() {
            return Ok((0, text));
        }
        digits.parse().map(|n| (n, text)).map_err(|_| bad(format!("{digits} is too wide")))
    }

    fn following(&mut self) -> Result<Value, Fault> {
        let value = match self.values {
            Value::Tuple(items) => items.get(self.next).cloned(),
            other => (self.next == 0).then(|| other.clone()),
        };
        self.next += 1;
        value.ok_or_else(|| {
            Fault::new(Code::WrongType, "% has more fields than values")
                .with_help("give one value for each field: \"%s %s\" % (a, b)")
        })
    }

    fn named(&mut self, key: &str) -> Result<Value, Fault> {
        self.by_name = true;
        let Value::Dict(dict) = self.values else {
            return Err(expected("a dict for %(name)s", self.values));
        };
        let wanted = Value::from(key);
        dict.get(&wanted).ok_or_else(|| crate::subscript::no_key(dict, &wanted))
    }

    fn all_used(&self) -> Result<(), Fault> {
        let given = match self.values {
            Value::Tuple(items) => items.len(),
            // A dict may be there for its keys, and lists may be empty: as in Python.
            Value::Dict(_) | Value::List(_) => self.next,
            _ => 1,
        };
        if self.by_name || self.next >= given {
            return Ok(());
        }
        Err(Fault::new(Code::WrongType, "% has fewer fields than values")
            .with_help("write a field for each value: \"%s %s\" % (a, b)"))
    }
}

/// How a field is laid out.
struct Spec<'a> {
    flags: &'a str,
    width: usize,
    precision: Option<usize>,
}

impl Spec<'_> {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn write(&self, kind: char, value: &Value) -> Result<String, Fault> {
        match kind {
            's' => self.text(&display_or_fail(value)?),
            'r' | 'a' => self.text(&convert(value, kind)),
            'c' => match value {
                Value::Int(code) => {
                    let c = u32::try_from(*code).ok().and_then(char::from_u32);
                    let c =
                        c.ok_or_else(|| bad(format!("{code} is the number of no character")))?;
                    self.text(&Text::from(c.to_string()))
                }
                other => match other.as_text().filter(|text| text.char_len() == 1) {
                    Some(text) => self.text(&text),
                    None => Err(expected("one character for %c", other)),
                },
            },
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                let kind = if matches!(kind, 'i' | 'u') { 'd' } else { kind };
                self.int(kind, value)
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let value = Value::Float(number(value, kind)?.float()?);
                let precision = format!(".{}", self.precision.unwrap_or(6));
                self.number(&value, &format!("{precision}{kind}"))
            }
            other => Err(bad(format!("%{other} is no format"))),
        }
    }

    fn text(&self, text: &Text) -> Result<String, Fault> {
        let side = if self.has('-') { '<' } else { '>' };
        let cut = self.precision.map(|most| format!(".{most}")).unwrap_or_default();
        let width = if self.width > 0 { self.width.to_string() } else { String::new() };
        let spec = format!("{side}{width}{cut}");
        format_value(&Value::Text(text.clone()), &spec).map(|text| text.to_str().into_owned())
    }

    fn int(&self, kind: char, value: &Value) -> Result<String, Fault> {
        let whole = match number(value, kind)? {
            Number::Float(x) if kind == 'd' => {
                let whole = num_traits::FromPrimitive::from_f64(x.trunc());
                Value::int(whole.ok_or_else(|| bad(format!("{x} is no int")))?)
            }
            Number::Float(_) => return Err(expected("an int", value)),
            _ => value.clone(),
        };
        match self.precision {
            // The least number of digits: zeros come in front.
            Some(least) => {
                let sign = if self.has('#') { "#" } else { "" };
                let digits = format_value(&whole, &format!("{sign}{kind}"))?.to_str().into_owned();
                let (minus, digits) = match digits.strip_prefix('-') {
                    Some(digits) => ("-", digits.to_string()),
                    None if self.has('+') => ("+", digits),
                    None if self.has(' ') => (" ", digits),
                    None => ("", digits),
                };
                let zeros = "0".repeat(least.min(1_000_000).saturating_sub(digits.len()));
                let spec = Spec { precision: None, ..*self };
                spec.text(&Text::from(format!("{minus}{zeros}{digits}")))
            }
            None => self.number(&whole, &kind.to_string()),
        }
    }

    /// A number under a spec of `format`, which has the same parts in another order.
    fn number(&self, value: &Value, ending: &str) -> Result<String, Fault> {
        let mut spec = String::new();
        if self.has('-') {
            spec.push('<');
        }
        if self.has('+') {
            spec.push('+');
        } else if self.has(' ') {
            spec.push(' ');
        }
        if self.has('#') {
            spec.push('#');
        }
        if self.has('0') && !self.has('-') {
            spec.push('0');
        }
        if self.width > 0 {
            spec.push_str(&self.width.to_string());
        }
        spec.push_str(ending);
        format_value(value, &spec).map(|text| text.to_str().into_owned())
    }
}

fn display_or_fail(value: &Value) -> Result<Text, Fault> {
    match value {
        Value::Failed(failed) => Err(failed_used(failed)),
        other => Ok(display(other)),
    }
}

fn number(value: &Value, kind: char) -> Result<Number, Fault> {
    Number::of(value).ok_or_else(|| {
        expected(&format!("a number for %{kind}"), value)
            .with_help("make it a number first: float(x) or number(x); %s takes every value")
    })
}
