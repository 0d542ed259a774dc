//! Text literals and f-strings: double quotes where possible, raw ones raw, several lines as several
//! lines.

use crate::ast::TextLiteral;
use crate::escape;
use crate::lexer;
use crate::token::Token;

/// How a literal was written, as far as that is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Style {
    pub(super) raw: bool,
    /// Between three quotes.
    pub(super) long: bool,
}

/// The most adjacent literals that stay apart; more are joined, as each is parsed again.
const MOST_PIECES: usize = 50;

/// The sources of the adjacent literals that an expression's source consists of, parentheses
/// around them dropped; `None` if it is something else.
pub(super) fn pieces(source: &str) -> Option<Vec<&str>> {
    let lexed = lexer::lex(source);
    let mut found: Vec<&str> = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (token, span) in lexed.tokens {
        match token {
            Token::FormatStart => {
                if depth == 0 {
                    start = span.range().start;
                }
                depth += 1;
            }
            Token::FormatEnd => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    found.push(source.get(start..span.range().end)?);
                }
            }
            _ if depth > 0 => {}
            Token::Text => found.push(source.get(span.range())?),
            Token::LeftParen | Token::RightParen | Token::Newline => {}
            _ => return None,
        }
    }
    (1..=MOST_PIECES).contains(&found.len()).then_some(found)
}

/// The style of one literal's source.
pub(super) fn style(piece: &str) -> Style {
    let quote = piece.find(['"', '\'']).unwrap_or_default();
    let (prefix, rest) = piece.split_at_checked(quote).unwrap_or_default();
    Style {
        raw: prefix.contains(['r', 'R']),
        long: rest.starts_with("\"\"\"") || rest.starts_with("'''"),
    }
}

/// A text literal. `written` is its source if it was one literal.
pub(super) fn literal(text: &TextLiteral, written: Option<&str>, inner: bool) -> String {
    let Style { raw, long } = written.map(style).unwrap_or(Style { raw: text.raw, long: false });
    let value = &text.value;
    let long = long && value.contains('\n') && !inner;
    if raw {
        let quotes = raw_quotes(&[value], long, inner);
        if let Some(quote) = quotes.first().filter(|quote| long || quote.len() == 1) {
            return format!("r{quote}{value}{quote}");
        }
        if let Some(written) = written.filter(|w| !inner && escape::value(w) == *value) {
            return written.to_string();
        }
    }
    if long {
        return format!("\"\"\"{}\"\"\"", long_body(value, "\"\"\""));
    }
    let quote = plain_quote(&[value], inner);
    format!("{quote}{}{quote}", body(value, quote))
}

/// What an f-string consists of, its fields printed already.
pub(super) enum Part {
    Text(String),
    Field(String),
}

/// An f-string.
pub(super) fn format_string(parts: &[Part], style: Style, inner: bool) -> String {
    let texts: Vec<&str> = parts
        .iter()
        .filter_map(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None })
        .collect();
    let lines = texts.iter().any(|text| text.contains('\n'));
    // A field may hold a line end only in its label; then the whole must be a long one.
    let fields_break =
        parts.iter().any(|part| matches!(part, Part::Field(field) if field.contains('\n')));
    let long = fields_break || style.long && lines && !inner;
    if style.raw
        && let Some(quote) = free_quote(raw_quotes(&texts, long, inner), parts)
    {
        let write = |part: &Part| match part {
            Part::Text(text) => double(text),
            Part::Field(field) => field.clone(),
        };
        return format!("rf{quote}{}{quote}", parts.iter().map(write).collect::<String>());
    }
    let quotes = match plain_quote(&texts, inner) {
        _ if long => vec!["\"\"\"", "'''"],
        "'" => vec!["'", "\"", "\"\"\"", "'''"],
        _ => vec!["\"", "'", "\"\"\"", "'''"],
    };
    let quote = free_quote(quotes, parts).unwrap_or("\"");
    let write = |part: &Part| match part {
        // Inside a field a line end would break the text around it.
        Part::Text(text) if long || quote.len() == 3 && !inner => double(&long_body(text, quote)),
        Part::Text(text) => double(&body(text, quote)),
        Part::Field(field) => field.clone(),
    };
    format!("f{quote}{}{quote}", parts.iter().map(write).collect::<String>())
}

/// The first of these quotes that no field contains, else the first: a text is easier to read, and
/// one terminal for decoders, if its quote is nowhere inside.
fn free_quote(quotes: Vec<&'static str>, parts: &[Part]) -> Option<&'static str> {
    let is_free = |quote: &&&str| {
        !parts.iter().any(|part| matches!(part, Part::Field(field) if field.contains(**quote)))
    };
    quotes.iter().find(is_free).or_else(|| quotes.first()).copied()
}

/// The text of a field's format; it stands inside quotes of either kind.
pub(super) fn spec(text: &str) -> String {
    body(text, "\"'")
}

/// True if a format's text is written in a raw f-string as in a plain one.
pub(super) fn is_simple_spec(text: &str) -> bool {
    spec(text) == text
}

fn double(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// The quotes that a raw literal of these texts can stand in, best first.
fn raw_quotes(texts: &[&str], long: bool, inner: bool) -> Vec<&'static str> {
    let fits = |quote: &str| {
        texts.iter().all(|text| {
            let odd = text.len() - text.trim_end_matches('\\').len();
            let breaks = text.contains('\r') || text.contains('\n') && !long;
            !text.contains(quote.get(..1).unwrap_or_default()) && !breaks && odd % 2 == 0
        })
    };
    let mut quotes = match (long, inner) {
        (true, _) => vec!["\"\"\"", "'''"],
        (false, true) => vec!["'", "\"", "\"\"\"", "'''"],
        (false, false) => vec!["\"", "'", "\"\"\"", "'''"],
    };
    quotes.retain(|quote| fits(quote));
    quotes
}

/// The quote that needs fewer escapes: double ones if equal, single ones inside an f-string.
fn plain_quote(texts: &[&str], inner: bool) -> &'static str {
    if inner {
        return "'";
    }
    let has = |quote: char| texts.iter().any(|text| text.contains(quote));
    if has('"') && !has('\'') { "'" } else { "\"" }
}

/// A value between quotes on one line.
fn body(value: &str, quote: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            _ if quote.contains(c) => {
                out.push('\\');
                out.push(c);
            }
            _ => push_escaped(c, &mut out),
        }
    }
    out
}

/// A value between three quotes of a kind.
fn long_body(value: &str, quote: &str) -> String {
    let quote = quote.chars().next().unwrap_or('"');
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    let mut quotes = 0;
    while let Some(c) = chars.next() {
        quotes = if c == quote { quotes + 1 } else { 0 };
        match c {
            '\n' => out.push('\n'),
            c if c == quote && (quotes == 3 || chars.peek().is_none()) => {
                out.push('\\');
                out.push(quote);
                quotes = 0;
            }
            _ => push_escaped(c, &mut out),
        }
    }
    out
}

/// A character, escaped if it would not show or not survive.
fn push_escaped(c: char, out: &mut String) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
        '\u{80}'..='\u{a0}'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{ffff}' => out.push_str(&format!("\\u{:04x}", c as u32)),
        c => out.push(c),
    }
}
