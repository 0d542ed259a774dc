//! Upper and lower case, and what kinds of characters a text has.

use rlm_lang_macros::builtin;

use super::unicode::{
    begins_name, goes_on_name, is_alnum, is_alpha, is_cased, is_decimal, is_digit, is_numeric,
    is_space, is_title, push_folded, push_lower, push_title,
};
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;

/// The text in lower case.
///
/// ```rlm
/// "Hello".lower()  # -> 'hello'
/// ```
#[builtin(
    group = "text",
    owners(Text, Match),
    aliases("toLowerCase", "to_lower", "to_lowercase", "lowercase")
)]
pub fn lower(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    let bytes = t.bytes();
    cost::copy(host, bytes.len())?;
    // Nothing to change: the view keeps its place.
    if bytes.is_ascii() && !bytes.iter().any(u8::is_ascii_uppercase) {
        return Ok(t);
    }
    Ok(Text::from(t.to_str().to_lowercase()))
}

/// The text in upper case.
///
/// ```rlm
/// "Hello".upper()  # -> 'HELLO'
/// ```
#[builtin(
    group = "text",
    owners(Text, Match),
    aliases("toUpperCase", "to_upper", "to_uppercase", "uppercase")
)]
pub fn upper(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    let bytes = t.bytes();
    cost::copy(host, bytes.len())?;
    if bytes.is_ascii() && !bytes.iter().any(u8::is_ascii_lowercase) {
        return Ok(t);
    }
    Ok(Text::from(t.to_str().to_uppercase()))
}

/// The text with each word beginning in upper case, the rest in lower case.
///
/// ```rlm
/// "they're BILL's".title()  # -> "They'Re Bill'S"
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("titlecase"))]
pub fn title(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    cost::copy(host, t.byte_len() * 5)?;
    let chars: Vec<char> = t.chars().collect();
    let mut out = String::with_capacity(t.byte_len());
    let mut inside = false;
    for (at, &c) in chars.iter().enumerate() {
        if inside {
            push_lower(&chars, at, &mut out);
        } else {
            push_title(c, &mut out);
        }
        inside = is_cased(c);
    }
    Ok(Text::from(out))
}

/// The text with its first character in upper case, the rest in lower case.
///
/// ```rlm
/// "hELLO world".capitalize()  # -> 'Hello world'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn capitalize(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    cost::copy(host, t.byte_len() * 5)?;
    let chars: Vec<char> = t.chars().collect();
    let mut out = String::with_capacity(t.byte_len());
    for (at, &c) in chars.iter().enumerate() {
        if at == 0 { push_title(c, &mut out) } else { push_lower(&chars, at, &mut out) }
    }
    Ok(Text::from(out))
}

/// The text with differences of case removed, for comparing: more thorough than `lower`.
///
/// ```rlm
/// "Straße".casefold()  # -> 'strasse'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn casefold(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    cost::copy(host, t.byte_len())?;
    let mut out = String::with_capacity(t.byte_len());
    t.chars().for_each(|c| push_folded(c, &mut out));
    Ok(Text::from(out))
}

/// The text with upper case made lower and lower case made upper.
///
/// ```rlm
/// "Hello".swapcase()  # -> 'hELLO'
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn swapcase(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    cost::copy(host, t.byte_len() * 5)?;
    let chars: Vec<char> = t.chars().collect();
    let mut out = String::with_capacity(t.byte_len());
    for (at, &c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            push_lower(&chars, at, &mut out);
        } else if c.is_lowercase() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    Ok(Text::from(out))
}

fn all(t: &Text, test: fn(char) -> bool) -> bool {
    !t.is_empty() && t.chars().all(test)
}

/// Whether all characters are letters, and there is one.
///
/// ```rlm
/// "abc".isalpha()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_alpha"))]
pub fn isalpha(
    /// The text.
    t: Text,
) -> bool {
    all(&t, is_alpha)
}

/// Whether all characters are letters or numbers, and there is one.
///
/// ```rlm
/// "abc 1".isalnum()  # -> False
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_alnum", "is_alphanumeric"))]
pub fn isalnum(
    /// The text.
    t: Text,
) -> bool {
    all(&t, is_alnum)
}

/// Whether all characters are digits, and there is one.
///
/// ```rlm
/// "2024".isdigit()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_digit"))]
pub fn isdigit(
    /// The text.
    t: Text,
) -> bool {
    all(&t, is_digit)
}

/// Whether all characters are decimal digits, and there is one.
///
/// ```rlm
/// "½".isdecimal()  # -> False
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_decimal"))]
pub fn isdecimal(
    /// The text.
    t: Text,
) -> bool {
    all(&t, is_decimal)
}

/// Whether all characters stand for numbers, and there is one.
///
/// ```rlm
/// "½".isnumeric()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_numeric"))]
pub fn isnumeric(
    /// The text.
    t: Text,
) -> bool {
    all(&t, is_numeric)
}

/// Whether all characters are white space, and there is one.
///
/// ```rlm
/// " \n".isspace()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_space", "is_whitespace"))]
pub fn isspace(
    /// The text.
    t: Text,
) -> bool {
    all(&t, is_space)
}

/// Whether all letters that have a case are upper case, and there is one.
///
/// ```rlm
/// "ABC 1".isupper()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_upper", "is_uppercase"))]
pub fn isupper(
    /// The text.
    t: Text,
) -> bool {
    t.chars().any(char::is_uppercase) && !t.chars().any(|c| c.is_lowercase() || is_title(c))
}

/// Whether all letters that have a case are lower case, and there is one.
///
/// ```rlm
/// "abc 1".islower()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_lower", "is_lowercase"))]
pub fn islower(
    /// The text.
    t: Text,
) -> bool {
    t.chars().any(char::is_lowercase) && !t.chars().any(|c| c.is_uppercase() || is_title(c))
}

/// Whether every word begins in upper case and goes on in lower case, and there is one.
///
/// ```rlm
/// "Hello World".istitle()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_title"))]
pub fn istitle(
    /// The text.
    t: Text,
) -> bool {
    let (mut inside, mut found) = (false, false);
    for c in t.chars() {
        let starts = c.is_uppercase() || is_title(c);
        if starts == inside && is_cased(c) {
            return false;
        }
        inside = is_cased(c);
        found |= inside;
    }
    found
}

/// Whether all characters are ASCII; true for the empty text.
///
/// ```rlm
/// "naïve".isascii()  # -> False
/// ```
#[builtin(group = "text", owners(Text, Match), aliases("is_ascii"))]
pub fn isascii(
    /// The text.
    t: Text,
) -> bool {
    t.is_ascii()
}

/// Whether `repr` shows all characters as they are; true for the empty text.
///
/// ```rlm
/// "a\tb".isprintable()  # -> False
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn isprintable(
    /// The text.
    t: Text,
) -> bool {
    t.chars().all(crate::value::is_printable)
}

/// Whether the text could be the name of a variable.
///
/// ```rlm
/// "x_1".isidentifier()  # -> True
/// ```
#[builtin(group = "text", owners(Text, Match))]
pub fn isidentifier(
    /// The text.
    t: Text,
) -> bool {
    t.chars().next().is_some_and(begins_name) && t.chars().all(goes_on_name)
}
