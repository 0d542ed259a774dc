//! The arguments that searches share: one text or several, and the order of regex and text.

use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;

use super::pattern::Regex;
use crate::convert::{FromValue, expected};
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::meter;
use crate::text::Text;
use crate::value::Value;

/// One text, or a list of texts that are searched one after another.
#[derive(Clone)]
pub enum Texts {
    /// One text.
    One(Text),
    /// A list of texts.
    Many(Vec<Text>),
}

impl FromValue for Texts {
    const TYPE: Type = Type::Any;

    fn from_value(value: Value) -> Result<Texts, Fault> {
        let items = match &value {
            Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Iterator(_) => {
                value.items()?
            }
            _ => return Text::from_value(value).map(Texts::One),
        };
        // Nobody waits for more texts than there is memory for.
        if items.sequence().is_some() && !meter::hold(items.len()) {
            return Err(Fault::limit(Code::OutOfMemory, "these are too many texts"));
        }
        let mut texts = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.as_text() {
                Some(text) => texts.push(text),
                None => return Err(expected("a text", &item).within(format_args!("item {index}"))),
            }
        }
        Ok(Texts::Many(texts))
    }
}

impl Texts {
    /// The texts in order.
    pub fn all(&self) -> &[Text] {
        match self {
            Texts::One(text) => std::slice::from_ref(text),
            Texts::Many(texts) => texts,
        }
    }

    /// Charges for looking at all of them.
    ///
    /// # Errors
    /// When the program's steps are used up.
    pub fn pay(&self, host: &mut dyn Host) -> Result<(), Fault> {
        cost::scan(host, self.all().iter().map(Text::byte_len).sum())
    }
}

/// A regex is hardly longer than this; in bytes.
const LONG: usize = 300;
/// What stands in the place of a text but looks like a regex is not longer; in bytes.
const SHORT: usize = 200;

/// Refuses a call such as `grep(context, "total")`.
///
/// # Errors
/// When the first argument looks like a text and the second like a regex.
pub fn check_order(function: &str, regex: &Regex, searched: &Texts) -> Result<(), Fault> {
    let Regex::Source(first) = regex else { return Ok(()) };
    let Texts::One(second) = searched else { return Ok(()) };
    let from_input = first.source().is_some_and(|source| !source.is_anonymous());
    let text_first = first.byte_len() > LONG && (from_input || first.unread().contains(&b'\n'));
    let regex_second = second.byte_len() <= SHORT && !second.unread().contains(&b'\n');
    // A part of the input, however short, and what can only be a regex.
    let plain_first = from_input && second.source().is_none() && !has_regex_signs(first);
    let swapped = regex_second && (text_first || plain_first && has_regex_signs(second));
    if !swapped {
        return Ok(());
    }
    let name = if text_first && from_input { "context" } else { "t" };
    let shown = shown_text(&second.to_str());
    Err(Fault::new(Code::WrongType, format!("{function} takes the regex first, then the text"))
        .with_help(format!("write {function}({shown}, {name})")))
}

/// A text as a program would write it, a regex raw.
pub(super) fn shown_text(text: &str) -> String {
    if text.contains('\\') && !text.contains('"') {
        return format!("r\"{text}\"");
    }
    crate::value::repr(&Value::from(text))
}

/// Signs of a regex that stand in no ordinary text: `\\d`, `.*`, `[^`, `(?`.
fn has_regex_signs(text: &Text) -> bool {
    text.unread().windows(2).any(|pair| match pair {
        [b'\\', letter] => b"dDsSwWbB".contains(letter),
        _ => [&b".*"[..], b".+", b"[^", b"(?", b"]+", b"]*"].contains(&pair),
    })
}

/// The flags of a call: those given, and `ignore_case`.
pub fn flags_with(flags: i64, ignore_case: bool) -> i64 {
    if ignore_case { flags | i64::from(super::flags::IGNORE_CASE) } else { flags }
}
