//! Python's `textwrap`: wrapping, shortening, indenting.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::search::flags::VERBOSE;
use crate::search::pattern::compile;
use crate::search::scan::Scanner;
use crate::search::syntax::{Mode, Needs};
use crate::text::Text;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&DEDENT, &INDENT, &WRAP, &FILL, &SHORTEN];

/// The text without the white space that all its lines begin with.
///
/// ```rlm
/// textwrap.dedent("  a\n    b")  # -> 'a\n  b'
/// ```
#[builtin(group = "text")]
pub fn dedent(
    host: &mut dyn Host,
    /// The text.
    #[aliases("t")]
    text: Text,
) -> Result<Text, Fault> {
    cost::copy(host, text.byte_len())?;
    let whole = text.to_str();
    let blank = |line: &str| line.bytes().all(|b| b == b' ' || b == b'\t');
    let lines = || whole.split('\n');
    let margins = lines().filter(|line| !blank(line)).map(|line| {
        line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
    });
    let common = margins.reduce(|a, b| {
        let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
        a.get(..same).unwrap_or_default()
    });
    let margin = common.unwrap_or_default();
    let cut = |line: &'_ str| {
        let line = if blank(line) { "" } else { line.strip_prefix(margin).unwrap_or(line) };
        line.to_string()
    };
    Ok(Text::from(lines().map(cut).collect::<Vec<_>>().join("\n")))
}

/// The text with a prefix before each line that is not blank.
///
/// ```rlm
/// textwrap.indent("a\nb", "> ")  # -> '> a\n> b'
/// ```
#[builtin(group = "text")]
pub fn indent(
    host: &mut dyn Host,
    /// The text.
    #[aliases("t")]
    text: Text,
    /// What to put before the lines.
    prefix: Text,
) -> Result<Text, Fault> {
    let (whole, prefix) = (text.to_str(), prefix.to_str());
    let lines = memchr::memchr_iter(b'\n', text.bytes()).count() + 1;
    cost::copy(host, text.byte_len().saturating_add(lines.saturating_mul(prefix.len())))?;
    let mut out = String::new();
    for line in whole.split_inclusive('\n') {
        if !line.trim().is_empty() {
            out.push_str(&prefix);
        }
        out.push_str(line);
    }
    Ok(Text::from(out))
}

/// The text in lines of at most `width` characters, as a list.
///
/// ```rlm
/// textwrap.wrap("the quick brown fox", 10)  # -> ['the quick', 'brown fox']
/// ```
#[builtin(group = "text")]
pub fn wrap(
    host: &mut dyn Host,
    /// The text.
    #[aliases("t")]
    text: Text,
    /// The most characters in a line.
    #[default(70)]
    width: i64,
) -> Result<Vec<Text>, Fault> {
    let lines = wrapped(host, &text, positive(width)?)?;
    Ok(lines.into_iter().map(Text::from).collect())
}

/// The text in lines of at most `width` characters.
///
/// ```rlm
/// textwrap.fill("the quick brown fox", 10)  # -> 'the quick\nbrown fox'
/// ```
#[builtin(group = "text")]
pub fn fill(
    host: &mut dyn Host,
    /// The text.
    #[aliases("t")]
    text: Text,
    /// The most characters in a line.
    #[default(70)]
    width: i64,
) -> Result<Text, Fault> {
    let lines = wrapped(host, &text, positive(width)?)?;
    Ok(Text::from(lines.join("\n")))
}

/// The text with its words in one line, cut behind a word to at most `width` characters.
///
/// ```rlm
/// textwrap.shorten("Hello  world!", 11)  # -> 'Hello [...]'
/// ```
#[builtin(group = "text", aliases("truncate"))]
pub fn shorten(
    host: &mut dyn Host,
    /// The text.
    #[aliases("t")]
    text: Text,
    /// The most characters.
    #[aliases("n", "max_chars", "length")]
    width: i64,
    /// What stands for what is left out.
    #[default(" [...]")]
    placeholder: Text,
) -> Result<Text, Fault> {
    let width = positive(width)?;
    let whole = text.to_str();
    cost::scan(host, text.byte_len())?;
    let length = |t: &str| t.chars().count();
    let mark = placeholder.to_str();
    if length(mark.trim_start()) > width {
        return Err(Fault::new(Code::BadValue, "placeholder too large for max width"));
    }
    let joined = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    if length(&joined) <= width {
        return Ok(Text::from(joined));
    }
    let mut out = String::new();
    for piece in pieces(&joined)? {
        if length(&out) + length(&piece) + length(&mark) > width {
            break;
        }
        out.push_str(&piece);
    }
    let kept = out.trim_end();
    let mark = if kept.is_empty() { mark.trim_start() } else { &mark };
    Ok(Text::from(format!("{kept}{mark}")))
}

fn positive(width: i64) -> Result<usize, Fault> {
    usize::try_from(width)
        .ok()
        .filter(|&w| w > 0)
        .ok_or_else(|| Fault::new(Code::BadValue, format!("invalid width {width} (must be > 0)")))
}

/// Where Python's `textwrap` may break: white space, behind hyphens in words, around em-dashes.
const PIECES: &str = r#"
    [\t\n\x0b\x0c\r ]+
  | (?<=[\w!"'&.,?]) -{2,} (?=\w)
  | [^\t\n\x0b\x0c\r ] +? (?:
        -(?: (?<=[^\d\W]{2}-) | (?<=[^\d\W]-[^\d\W]-)) (?= [^\d\W] -? [^\d\W])
      | (?=[\t\n\x0b\x0c\r ]|\Z)
      | (?<=[\w!"'&.,?]) (?=-{2,}\w)
    )"#;

fn pieces(text: &str) -> Result<Vec<String>, Fault> {
    let pattern = compile(PIECES, VERBOSE, Mode::Search, Needs::default())?;
    let mut scanner = Scanner::new(&pattern, text.as_bytes(), 0);
    let mut out = Vec::new();
    while let Some(range) = scanner.next_range()? {
        out.push(text.get(range).unwrap_or_default().to_string());
    }
    Ok(out)
}

fn wrapped(host: &mut dyn Host, text: &Text, width: usize) -> Result<Vec<String>, Fault> {
    // Cutting by a regex with lookaround costs far more than a scan.
    host.spend(text.byte_len() as u64 / 4 + 1)?;
    cost::copy(host, text.byte_len() * 2)?;
    let spaced: String = expanded(&text.to_str());
    let mut pieces = pieces(&spaced)?;
    pieces.reverse();
    let mut lines: Vec<String> = Vec::new();
    while !pieces.is_empty() {
        // A line does not begin with white space, except the first.
        if !lines.is_empty() && pieces.last().is_some_and(|piece| piece.trim().is_empty()) {
            pieces.pop();
        }
        let (mut line, mut filled) = (Vec::new(), 0);
        while let Some(piece) = pieces.last() {
            let length = piece.chars().count();
            if filled + length > width {
                if length > width {
                    break_word(&mut pieces, &mut line, width - filled);
                }
                break;
            }
            filled += length;
            line.extend(pieces.pop());
        }
        if line.last().is_some_and(|piece: &String| piece.trim().is_empty()) {
            line.pop();
        }
        if !line.is_empty() {
            lines.push(line.concat());
        }
    }
    Ok(lines)
}

/// Moves as much of the next word as fits to the line, cut behind a hyphen if there is one. Nothing may
/// fit: the empty piece then takes the place of white space that would be dropped, as in CPython.
fn break_word(pieces: &mut [String], line: &mut Vec<String>, room: usize) {
    let Some(word) = pieces.last_mut() else { return };
    let byte = |word: &str, n: usize| word.char_indices().nth(n).map_or(word.len(), |(at, _)| at);
    let mut end = byte(word, room);
    let head = word.get(..end).unwrap_or_default();
    if let Some(hyphen) = head.rfind('-').filter(|&at| head.bytes().take(at).any(|b| b != b'-')) {
        end = hyphen + 1;
    }
    let tail = word.split_off(end);
    line.push(std::mem::replace(word, tail));
}

/// Tabs expanded to eight columns, other white space made plain spaces.
fn expanded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                out.push(' ');
                column = 0;
            }
            '\u{b}' | '\u{c}' => {
                out.push(' ');
                column += 1;
            }
            c => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeHost;
    use crate::value::Value;

    /// Lines of JSON: function, text, argument, and what CPython 3.11 gives.
    #[test]
    fn agrees_with_cpython() {
        let mut wrong = Vec::new();
        for line in include_str!("textwrap/cpython.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let name = case[0].as_str().unwrap();
            let mut args = vec![Value::from(case[1].as_str().unwrap())];
            match (&case[2], name) {
                (_, "dedent") => {}
                (serde_json::Value::Number(n), _) => args.push(Value::Int(n.as_i64().unwrap())),
                (other, _) => args.push(Value::from(other.as_str().unwrap())),
            }
            let found = FakeHost::new().run(&format!("textwrap.{name}"), &args).ok();
            let text = |v: &serde_json::Value| Value::from(v.as_str().unwrap());
            let expected = match &case[3] {
                serde_json::Value::Null => None,
                serde_json::Value::Array(all) => Some(Value::list(all.iter().map(text).collect())),
                other => Some(text(other)),
            };
            if found != expected {
                wrong.push(format!("{line}\n    found {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    }
}
