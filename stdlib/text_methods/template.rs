//! `string.capwords` and `string.Template`.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::unicode::{begins_name, goes_on_name};
use crate::convert::expected;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::reserve_list;
use crate::text::Text;
use crate::value::{Value, display};

/// The words with a capital each and one space between them.
///
/// ```rlm
/// string.capwords("hello  big WORLD")  # -> 'Hello Big World'
/// ```
#[builtin(group = "text")]
pub fn capwords(
    host: &mut dyn Host,
    /// The text.
    s: Text,
    /// What parts words, and joins them again; white space without it.
    sep: Option<Text>,
) -> Result<String, Fault> {
    cost::copy(host, s.byte_len())?;
    let text = s.to_str();
    let sep = sep.map(|sep| sep.to_str().into_owned()).filter(|sep| !sep.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        first + &chars.as_str().to_lowercase()
    };
    let words: Vec<String> = match &sep {
        Some(sep) => text.split(sep.as_str()).map(capital).collect(),
        None => text.split_whitespace().map(capital).collect(),
    };
    Ok(words.join(sep.as_deref().unwrap_or(" ")))
}

/// A text with places for values: `$name` or `${name}`; `$$` is a dollar sign.
///
/// It is a text whose methods `substitute` and `safe_substitute` put values in.
///
/// ```rlm
/// Template("Dear $name").substitute(name="Ada")  # -> 'Dear Ada'
/// ```
#[builtin(group = "text", name = "Template")]
pub fn template(
    /// The text.
    template: Text,
) -> Text {
    template
}

/// A template with its values; each place needs one.
///
/// ```rlm
/// Template("$a and ${b}s").substitute({"a": 1}, b="two")  # -> '1 and twos'
/// ```
#[builtin(group = "text", owners(Text))]
pub fn substitute(
    host: &mut dyn Host,
    /// The template.
    t: Text,
    /// Values by name.
    mapping: Option<Value>,
    /// More values by name, which count first.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Text, Fault> {
    filled(host, &t, mapping.as_ref(), &named, true)
}

/// A template with its values; places without one stay as they are.
///
/// ```rlm
/// Template("$a $b").safe_substitute(a=1)  # -> '1 $b'
/// ```
#[builtin(group = "text", owners(Text))]
pub fn safe_substitute(
    host: &mut dyn Host,
    /// The template.
    t: Text,
    /// Values by name.
    mapping: Option<Value>,
    /// More values by name, which count first.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Text, Fault> {
    filled(host, &t, mapping.as_ref(), &named, false)
}

fn filled(
    host: &mut dyn Host,
    template: &Text,
    mapping: Option<&Value>,
    named: &[(String, Value)],
    strict: bool,
) -> Result<Text, Fault> {
    let dict = match mapping {
        Some(Value::Dict(dict)) => Some(dict),
        Some(other) => return Err(expected("a dict", other)),
        None => None,
    };
    cost::copy(host, template.byte_len())?;
    let template = template.to_str();
    let mut out = String::with_capacity(template.len());
    let mut rest: &str = &template;
    while let Some(at) = rest.find('$') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let place = rest.get(at..).unwrap_or_default();
        let (name, len) = place_name(place);
        rest = place.get(len.max(1)..).unwrap_or_default();
        let by_name = named.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        let value = by_name.or_else(|| dict?.get(&Value::from(name)));
        match value {
            _ if len == 2 && place.starts_with("$$") => out.push('$'),
            Some(value) if len > 0 => {
                let shown = display(&value);
                reserve_list(host, (out.len() + shown.byte_len()) / 16)?;
                out.push_str(&shown.to_str());
            }
            _ if strict => return Err(no_value(name)),
            _ => out.push_str(place.get(..len.max(1)).unwrap_or_default()),
        }
    }
    out.push_str(rest);
    Ok(Text::from(out))
}

/// The name at a `$`, and how many bytes the whole place has; 0 if it is none.
fn place_name(place: &str) -> (&str, usize) {
    if place.starts_with("$$") {
        return ("", 2);
    }
    let after = place.get(1..).unwrap_or_default();
    let (inside, braces) = match after.strip_prefix('{') {
        Some(inside) => (inside, 2),
        None => (after, 0),
    };
    let first = inside.chars().next().filter(|&c| c.is_ascii() && begins_name(c));
    let end = inside.find(|c: char| !(c.is_ascii() && goes_on_name(c))).unwrap_or(inside.len());
    let name = inside.get(..end).unwrap_or_default();
    let is_closed = braces == 0 || inside.get(end..).is_some_and(|rest| rest.starts_with('}'));
    if first.is_none() || !is_closed { ("", 0) } else { (name, 1 + braces + name.len()) }
}

fn no_value(name: &str) -> Fault {
    if name.is_empty() {
        return Fault::new(Code::BadValue, "a `$` in the template has no name behind it")
            .with_help("write $$ for a dollar sign");
    }
    Fault::new(Code::NotFound, format!("the template's `${name}` has no value"))
        .of_class("KeyError")
        .with_help("safe_substitute leaves such places as they are")
}
