//! `"a {} {0} {name:.2f} {x[0]} {x.name}".format(...)`.

use rlm_lang_syntax::codes::Code;

use super::{convert, format_value};
use crate::attributes;
use crate::fault::Fault;
use crate::host::Host;
use crate::subscript;
use crate::text::Text;
use crate::value::{Value, display, failed_used};

/// Specs may hold fields, whose specs may not: as in Python.
const MAX_DEPTH: u32 = 2;

/// Fills a template's fields with values.
///
/// # Errors
/// Braces that do not match, a field without a value, a spec that does not fit.
pub fn str_format(
    host: &mut dyn Host,
    template: &Text,
    positional: &[Value],
    keywords: &[(String, Value)],
) -> Result<Text, Fault> {
    let texts = vec![template.clone()];
    let mut filler = Filler { host, positional, keywords, next: Some(0), texts };
    let filled = filler.fill(&template.to_str(), MAX_DEPTH)?;
    Ok(Text::from(filled).made_of(&filler.texts))
}

struct Filler<'a> {
    host: &'a mut dyn Host,
    positional: &'a [Value],
    keywords: &'a [(String, Value)],
    /// The number of the next `{}`; `None` once a field had a number of its own.
    next: Option<usize>,
    /// The texts that are written into the result.
    texts: Vec<Text>,
}

fn no_field(value: &Value, name: &str) -> Fault {
    if let Value::Failed(failed) = value {
        return failed_used(failed);
    }
    attributes::missing(value, name).with_help("use an f-string")
}

fn bad(message: &str) -> Fault {
    Fault::new(Code::BadValue, format!("format: {message}"))
        .with_help("write {{ and }} for braces that are no fields")
}

impl Filler<'_> {
    fn fill(&mut self, template: &str, depth: u32) -> Result<String, Fault> {
        if depth == 0 {
            return Err(bad("fields nested too deeply"));
        }
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            out.push_str(before);
            if let Some(after) = brace.strip_prefix("{{") {
                out.push('{');
                rest = after;
            } else if let Some(after) = brace.strip_prefix("}}") {
                out.push('}');
                rest = after;
            } else if let Some(inside) = brace.strip_prefix('{') {
                let end = closing(inside).ok_or_else(|| bad("a { without its }"))?;
                let (field, after) = inside.split_at(end);
                self.field(field, depth, &mut out)?;
                rest = after.get(1..).unwrap_or_default();
            } else {
                return Err(bad("a } without its {"));
            }
            self.host.reserve(out.len())?;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// `name!r:spec`
    fn field(&mut self, field: &str, depth: u32, out: &mut String) -> Result<(), Fault> {
        let end = name_end(field);
        let (name, rest) = field.split_at(end);
        let mut value = self.value(name)?;
        self.texts.extend(value.as_text().filter(Text::has_origin));
        let (conversion, spec) = match rest.strip_prefix('!') {
            Some(rest) => {
                let mut chars = rest.chars();
                let conversion = chars.next().filter(|c| matches!(c, 's' | 'r' | 'a'));
                let spec = chars.as_str();
                if conversion.is_none() || !(spec.is_empty() || spec.starts_with(':')) {
                    return Err(bad("expected !s, !r or !a"));
                }
                (conversion, spec)
            }
            None => (None, rest),
        };
        if let Some(conversion) = conversion {
            value = Value::Text(convert(&value, conversion));
        }
        let spec = spec.strip_prefix(':').unwrap_or_default();
        let text = if spec.is_empty() {
            display(&value)
        } else {
            let spec = if spec.contains(['{', '}']) {
                self.fill(spec, depth - 1)?
            } else {
                spec.to_string()
            };
            format_value(&value, &spec)?
        };
        out.push_str(&text.to_str());
        Ok(())
    }

    /// `0`, `name`, nothing; then `.attribute` and `[index]` as often as wanted.
    fn value(&mut self, name: &str) -> Result<Value, Fault> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (base, mut path) = name.split_at(end);
        let mut value = self.base(base)?;
        while !path.is_empty() {
            if let Some(rest) = path.strip_prefix('.') {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (attribute, after) = rest.split_at(end);
                value = attributes::attribute(self.host, &value, attribute)?
                    .ok_or_else(|| no_field(&value, attribute))?;
                path = after;
            } else {
                let inside = path.strip_prefix('[').unwrap_or_default();
                let end = inside.find(']').ok_or_else(|| bad("a [ without its ]"))?;
                let (index, after) = inside.split_at(end);
                let index = match index.parse::<i64>() {
                    Ok(n) if index.bytes().all(|b| b.is_ascii_digit()) => Value::Int(n),
                    _ => Value::from(index),
                };
                value = subscript::index(self.host, &value, &index)?;
                path = after.get(1..).unwrap_or_default();
                if !path.is_empty() && !path.starts_with(['.', '[']) {
                    return Err(bad("expected . or [ after ]"));
                }
            }
        }
        Ok(value)
    }

    fn base(&mut self, base: &str) -> Result<Value, Fault> {
        let number = if base.is_empty() {
            let Some(number) = self.next else {
                return Err(bad("{} and {0} cannot be mixed"));
            };
            self.next = Some(number + 1);
            Some(number)
        } else if base.bytes().all(|b| b.is_ascii_digit()) {
            if self.next.is_some_and(|n| n > 0) {
                return Err(bad("{} and {0} cannot be mixed"));
            }
            self.next = None;
            Some(base.parse().unwrap_or(usize::MAX))
        } else {
            None
        };
        match number {
            Some(number) => self.positional.get(number).cloned().ok_or_else(|| {
                let count = self.positional.len();
                let message = format!("format: no value for field {number}, found {count} values");
                Fault::new(Code::WrongCount, message)
                    .with_help("write {{ and }} for braces that are no fields")
            }),
            None => {
                let found = self.keywords.iter().find(|(name, _)| name == base);
                found.map(|(_, value)| value.clone()).ok_or_else(|| {
                    Fault::new(Code::NotFound, format!("format: no value for {{{base}}}"))
                        .of_class("KeyError")
                        .with_help(format!(
                            "give it by name: .format({base}=...), or use an f-string"
                        ))
                })
            }
        }
    }
}

/// Where a field's name ends: at `!` or `:` outside of brackets.
fn name_end(field: &str) -> usize {
    let mut in_brackets = false;
    for (at, c) in field.char_indices() {
        match c {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '!' | ':' if !in_brackets => return at,
            _ => {}
        }
    }
    field.len()
}

/// The byte of the brace that closes a field.
fn closing(inside: &str) -> Option<usize> {
    let mut open = 1;
    let mut in_brackets = false;
    for (at, c) in inside.char_indices() {
        match c {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '{' if !in_brackets => open += 1,
            '}' if !in_brackets => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
