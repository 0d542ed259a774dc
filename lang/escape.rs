//! What stands between the quotes of a text literal, turned into the text it means.
//!
//! Python's rules: an unknown escape keeps its backslash. Where Python would refuse (`\x` without
//! two digits) the characters are kept too, since models write such paths and regexes.

/// A literal's place in the source: prefix, quotes, and what is between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Literal<'s> {
    /// The characters between the quotes, as written.
    pub(crate) body: &'s str,
    /// The prefix holds `r`: backslashes mean themselves.
    pub(crate) raw: bool,
}

/// Takes the source of a whole text literal apart. A missing closing quote (already reported) is
/// taken to stand at the end.
pub(crate) fn literal(source: &str) -> Literal<'_> {
    let quote_at = source.find(['"', '\'']).unwrap_or(source.len());
    let (prefix, rest) = source.split_at_checked(quote_at).unwrap_or((source, ""));
    let triple = rest.starts_with("\"\"\"") || rest.starts_with("'''");
    let (quote, rest) = rest.split_at_checked(if triple { 3 } else { 1 }).unwrap_or(("", rest));
    let body = rest.strip_suffix(quote).unwrap_or(rest);
    Literal { body, raw: prefix.contains(['r', 'R']) }
}

/// The value of a text literal.
pub(crate) fn value(source: &str) -> String {
    let Literal { body, raw } = literal(source);
    if raw { with_line_feeds(body) } else { unescape(body) }
}

/// The value of a stretch of an f-string: doubled braces become one.
pub(crate) fn format_text(source: &str, raw: bool) -> String {
    let text = if raw { with_line_feeds(source) } else { unescape(source) };
    text.replace("{{", "{").replace("}}", "}")
}

/// Python reads every line end as `\n`.
fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Resolves Python's escapes.
fn unescape(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(['\\', '\r']) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        rest = if tail.starts_with('\r') {
            out.push('\n');
            tail.strip_prefix("\r\n").or(tail.strip_prefix('\r')).unwrap_or_default()
        } else {
            escape(tail.strip_prefix('\\').unwrap_or_default(), &mut out)
        };
    }
    out.push_str(rest);
    out
}

/// Resolves one escape; `tail` starts after the backslash. Returns what follows it.
fn escape<'s>(tail: &'s str, out: &mut String) -> &'s str {
    let mut chars = tail.chars();
    let first = chars.next();
    if let Some(c) = first.and_then(single) {
        out.push(c);
        return chars.as_str();
    }
    match first {
        Some('\n') => chars.as_str(),
        Some('\r') => tail.strip_prefix("\r\n").or(tail.strip_prefix('\r')).unwrap_or_default(),
        Some('x') => by_number(tail, 1, 2, 16, out),
        Some('u') => by_number(tail, 1, 4, 16, out),
        Some('U') => by_number(tail, 1, 8, 16, out),
        Some('0'..='7') => octal(tail, out),
        _ => {
            out.push('\\');
            tail
        }
    }
}

/// What a letter or sign after a backslash stands for.
fn single(c: char) -> Option<char> {
    Some(match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' | '\'' | '"' => c,
        _ => return None,
    })
}

/// `\x41`, `\u20ac`, `\U0001f600`: `skip` letters, then exactly `count` digits.
fn by_number<'s>(
    tail: &'s str,
    skip: usize,
    count: usize,
    radix: u32,
    out: &mut String,
) -> &'s str {
    let Some(number) = digits(tail, skip, count, radix) else {
        out.push('\\');
        return tail;
    };
    let rest = tail.get(skip + count..).unwrap_or_default();
    // Programs that passed through JSON write one character as two halves.
    if (0xd800..0xdc00).contains(&number)
        && let Some(low) = rest.strip_prefix("\\u").and_then(|half| digits(half, 0, 4, 16))
        && (0xdc00..0xe000).contains(&low)
    {
        let joined = 0x10000 + ((number - 0xd800) << 10) + (low - 0xdc00);
        out.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return rest.get(6..).unwrap_or_default();
    }
    out.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// `\0`, `\101`: up to three octal digits.
fn octal<'s>(tail: &'s str, out: &mut String) -> &'s str {
    let count = tail.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
    by_number(tail, 0, count, 8, out)
}

/// Exactly `count` ASCII digits of `radix` after `skip` bytes, as a number.
fn digits(text: &str, skip: usize, count: usize, radix: u32) -> Option<u32> {
    let digits = text.get(skip..skip + count)?;
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_pythons_escapes() {
        assert_eq!(value(r#""a\n\t\\\"\'""#), "a\n\t\\\"'");
        assert_eq!(value(r"'\x41\u20ac\U0001f600\101\0'"), "A€😀A\0");
        assert_eq!(value(r"'\ud83d\ude00'"), "😀");
        assert_eq!(value(r"'\ud83d!'"), "\u{fffd}!");
    }

    #[test]
    fn keeps_what_is_no_escape() {
        assert_eq!(value(r"'\d+\.\w \xz \u12'"), r"\d+\.\w \xz \u12");
        assert_eq!(value(r"'é\é'"), r"é\é");
        assert_eq!(value(r"r'\n\''"), r"\n\'");
    }

    #[test]
    fn joins_lines_and_normalises_their_ends() {
        assert_eq!(value("'''a\\\nb\r\nc'''"), "ab\nc");
        assert_eq!(value("r'''a\r\nb'''"), "a\nb");
    }

    #[test]
    fn undoubles_braces() {
        assert_eq!(format_text("{{a}} {{", false), "{a} {");
        assert_eq!(format_text(r"\d{{2}}", true), r"\d{2}");
    }

    #[test]
    fn takes_quotes_off() {
        assert_eq!(literal("Rb'''x'y'''"), Literal { body: "x'y", raw: true });
        assert_eq!(literal("\"\""), Literal { body: "", raw: false });
        assert_eq!(literal("'abc").body, "abc");
    }
}
