//! What libraries say of an error, in the words of this program.

use std::io;

/// Why the system refused, without its number.
pub(crate) fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => return "no such file or folder".to_string(),
        io::ErrorKind::PermissionDenied => return "permission denied".to_string(),
        io::ErrorKind::IsADirectory => return "it is a folder".to_string(),
        _ => {}
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => "unknown reason".into(),
    }
}

/// The line of an error in a TOML text, and what is wrong there.
pub(crate) fn toml_trouble(text: &str, error: &toml::de::Error) -> (usize, String) {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    (before.matches('\n').count() + 1, toml_reason(error.message()))
}

fn toml_reason(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default().trim();
    if let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        return format!("expected {}, found {}", kind(expected), kind(found));
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        return format!("{} is missing", rest.trim_matches('`'));
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let (name, known) = rest.split_once('`').unwrap_or((rest, ""));
        return format!("there is no {name}{}", known.replace('`', ""));
    }
    if message.contains("duplicate key") {
        return "this name is set twice".to_string();
    }
    "expected NAME = VALUE, a text in \"quotes\"".to_string()
}

/// A kind of value, from what the library calls it.
fn kind(name: &str) -> &'static str {
    let is = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    match name {
        _ if is(&["u64", "u32", "i64", "usize", "integer"]) => "a whole number",
        _ if is(&["f64", "f32", "float"]) => "a number",
        _ if is(&["string", "a string", "str"]) => "a text",
        _ if is(&["bool", "a bool"]) => "true or false",
        _ if is(&["sequence", "a sequence", "array"]) => "a list",
        _ if is(&["datetime", "date"]) => "a date",
        _ => "a table",
    }
}

/// What a TOML value is.
pub(crate) fn toml_kind(value: &toml::Value) -> &'static str {
    kind(value.type_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_errors_have_a_line_and_our_words() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(dead_code)]
        struct Row {
            price: f64,
            window: Option<u64>,
        }
        let told = |text: &str| toml_trouble(text, &toml::from_str::<Row>(text).unwrap_err());
        assert_eq!(told("\nprice = \"x\""), (2, "expected a number, found a text".into()));
        assert_eq!(told("price = 1\nwindow = [1]").1, "expected a whole number, found a list");
        assert_eq!(told("window = 1").1, "price is missing");
        assert_eq!(told("price = 1\nprise = 2").0, 2);
        assert!(told("price = 1\nprise = 2").1.starts_with("there is no prise, expected"));
        assert_eq!(told("price = 1\nprice = 2"), (2, "this name is set twice".into()));
        assert_eq!(told("price = "), (1, "expected NAME = VALUE, a text in \"quotes\"".into()));
        assert_eq!(told("# a\nprice").0, 2);
    }

    #[test]
    fn reasons_have_no_numbers() {
        for number in [1, 2, 13, 20, 21, 28, 36] {
            let reason = io_reason(&io::Error::from_raw_os_error(number));
            assert!(!reason.contains("os error"), "{reason}");
            assert!(reason.starts_with(char::is_lowercase), "{reason}");
        }
    }
}
