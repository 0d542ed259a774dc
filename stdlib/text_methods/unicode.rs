//! Characters as Python classifies them, and walking over bytes that may be invalid UTF-8.

use std::sync::OnceLock;

use regex::Regex;

/// The character that begins at byte `at`, with its length in bytes; U+FFFD for an invalid part.
/// `None` past the end.
pub fn decode_at(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *bytes.get(at)?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let window = bytes.get(at..bytes.len().min(at + 4)).unwrap_or_default();
    let chunk = window.utf8_chunks().next()?;
    match chunk.valid().chars().next() {
        Some(c) => Some((c, c.len_utf8())),
        None => Some((char::REPLACEMENT_CHARACTER, chunk.invalid().len().max(1))),
    }
}

/// The character that ends before byte `end`, with its length in bytes. `None` at the start.
pub fn decode_before(bytes: &[u8], end: usize) -> Option<(char, usize)> {
    let last = *bytes.get(end.checked_sub(1)?)?;
    if last.is_ascii() {
        return Some((char::from(last), 1));
    }
    let upto = bytes.get(..end).unwrap_or_default();
    for length in 1..=4.min(end) {
        if let Some((c, found)) = decode_at(upto, end - length)
            && found == length
            && (length > 1 || !is_continuation(last))
        {
            return Some((c, length));
        }
    }
    Some((char::REPLACEMENT_CHARACTER, 1))
}

/// Whether a byte continues a character.
pub fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Characters with the byte where each begins.
pub fn char_indices(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (c, length) = decode_at(bytes, at)?;
        let start = at;
        at += length;
        Some((start, c))
    })
}

/// `str.isspace` of one character.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// `str.isalpha` of one character.
pub fn is_alpha(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && in_class(c, r"^\p{L}$", &LETTER)
}

/// `str.isdecimal` of one character.
pub fn is_decimal(c: char) -> bool {
    c.is_ascii_digit() || !c.is_ascii() && in_class(c, r"^\p{Nd}$", &DECIMAL)
}

/// `str.isdigit` of one character: decimals, and digits such as `²` and `①`.
pub fn is_digit(c: char) -> bool {
    is_decimal(c) || DIGITS.iter().any(|&(first, last)| (first..=last).contains(&u32::from(c)))
}

/// `str.isnumeric` of one character: digits, fractions, Roman and Chinese numerals.
pub fn is_numeric(c: char) -> bool {
    c.is_numeric() || is_digit(c) || NUMERALS.contains(c)
}

/// `str.isalnum` of one character.
pub fn is_alnum(c: char) -> bool {
    is_alpha(c) || is_numeric(c)
}

/// Appends the character at `at` in lower case. A capital sigma has two small forms: what stands
/// around it decides.
pub fn push_lower(chars: &[char], at: usize, out: &mut String) {
    match chars.get(at) {
        Some('Σ') => out.push(if is_final(chars, at) { 'ς' } else { 'σ' }),
        Some(c) => out.extend(c.to_lowercase()),
        None => {}
    }
}

/// Whether a letter ends its word: one with a case stands before it, and none behind it.
fn is_final(chars: &[char], at: usize) -> bool {
    let ignored = |c: &&char| in_class(**c, r"^\p{CI}$", &CASE_IGNORABLE);
    let before = chars.get(..at).unwrap_or_default().iter().rev().find(|c| !ignored(c));
    let after = chars.get(at + 1..).unwrap_or_default().iter().find(|c| !ignored(c));
    before.is_some_and(|&c| is_cased(c)) && !after.is_some_and(|&c| is_cased(c))
}

/// Whether a character may begin a name.
pub fn begins_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || !c.is_ascii() && in_class(c, r"^\p{XIDS}$", &NAME_START)
}

/// Whether a character may stand in a name.
pub fn goes_on_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii() && in_class(c, r"^\p{XIDC}$", &NAME_PART)
}

/// Whether a character has a case: upper, lower or title.
pub fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || is_title(c)
}

/// The titlecase letters, such as `ǅ`.
pub fn is_title(c: char) -> bool {
    matches!(u32::from(c), 0x1c5 | 0x1c8 | 0x1cb | 0x1f2)
        || matches!(u32::from(c), 0x1f88..=0x1f8f | 0x1f98..=0x1f9f | 0x1fa8..=0x1faf)
        || matches!(u32::from(c), 0x1fbc | 0x1fcc | 0x1ffc)
}

/// Appends a character as it begins a word in title case.
pub fn push_title(c: char, out: &mut String) {
    let special = match u32::from(c) {
        0x1c4..=0x1c6 => Some('\u{1c5}'),
        0x1c7..=0x1c9 => Some('\u{1c8}'),
        0x1ca..=0x1cc => Some('\u{1cb}'),
        0x1f1..=0x1f3 => Some('\u{1f2}'),
        0x10d0..=0x10ff => Some(c),
        code @ 0x1f80..=0x1faf => char::from_u32(code | 8),
        0x1fb3 | 0x1fbc => Some('\u{1fbc}'),
        0x1fc3 | 0x1fcc => Some('\u{1fcc}'),
        0x1ff3 | 0x1ffc => Some('\u{1ffc}'),
        _ => None,
    };
    if let Some(special) = special {
        return out.push(special);
    }
    let mut upper = c.to_uppercase();
    out.extend(upper.next());
    out.extend(upper.flat_map(|rest| {
        if c == 'ŉ' { rest.to_uppercase().next() } else { rest.to_lowercase().next() }
    }));
}

/// Appends a character with its case folded, as `str.casefold`.
pub fn push_folded(c: char, out: &mut String) {
    match u32::from(c) {
        0..=0x7f => out.push(c.to_ascii_lowercase()),
        0x131 => out.push(c),
        0x1e9e => out.push_str("ss"),
        // Cherokee folds to its capitals.
        0x13a0..=0x13f5 => out.push(c),
        0x13f8..=0x13fd | 0xab70..=0xabbf => out.extend(c.to_uppercase()),
        _ => out.extend(c.to_uppercase().flat_map(char::to_lowercase)),
    }
}

static LETTER: OnceLock<Option<Regex>> = OnceLock::new();
static DECIMAL: OnceLock<Option<Regex>> = OnceLock::new();
static CASE_IGNORABLE: OnceLock<Option<Regex>> = OnceLock::new();
static NAME_START: OnceLock<Option<Regex>> = OnceLock::new();
static NAME_PART: OnceLock<Option<Regex>> = OnceLock::new();

fn in_class(c: char, class: &str, cell: &OnceLock<Option<Regex>>) -> bool {
    let mut buffer = [0; 4];
    let compiled = cell.get_or_init(|| Regex::new(class).ok());
    compiled.as_ref().is_some_and(|regex| regex.is_match(c.encode_utf8(&mut buffer)))
}

/// Digits that are no decimals, in ranges.
const DIGITS: &[(u32, u32)] = &[
    (0xb2, 0xb3),
    (0xb9, 0xb9),
    (0x1369, 0x1371),
    (0x19da, 0x19da),
    (0x2070, 0x2070),
    (0x2074, 0x2079),
    (0x2080, 0x2089),
    (0x2460, 0x2468),
    (0x2474, 0x247c),
    (0x2488, 0x2490),
    (0x24ea, 0x24ea),
    (0x24f5, 0x24fd),
    (0x24ff, 0x24ff),
    (0x2776, 0x277e),
    (0x2780, 0x2788),
    (0x278a, 0x2792),
    (0x10a40, 0x10a43),
    (0x10e60, 0x10e68),
    (0x11052, 0x1105a),
    (0x1f100, 0x1f10a),
];

/// Letters that stand for numbers.
const NUMERALS: &str = "\u{3405}\u{3483}\u{382a}\u{3b4d}一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺\
廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_forwards_and_backwards_alike() {
        let samples: [&[u8]; 6] = [
            b"abc",
            "aé€😀z".as_bytes(),
            b"a\xff\xfeb",
            b"\xe2\x82",
            b"\xf0\x9f\x98x",
            b"\x80\x80",
        ];
        for bytes in samples {
            let forward: Vec<_> = char_indices(bytes).map(|(_, c)| c).collect();
            assert_eq!(forward.iter().collect::<String>(), String::from_utf8_lossy(bytes));
            let mut backward = Vec::new();
            let mut end = bytes.len();
            while let Some((c, length)) = decode_before(bytes, end) {
                backward.push(c);
                end -= length;
            }
            backward.reverse();
            assert_eq!(forward, backward, "{bytes:?}");
        }
    }

    #[test]
    fn classes_are_those_of_python() {
        assert!(is_space('\u{1f}') && is_space('\u{3000}') && !is_space('\u{200b}'));
        assert!(is_alpha('é') && is_alpha('一') && !is_alpha('Ⅷ') && !is_alpha('\u{301}'));
        assert!(is_decimal('٣') && !is_decimal('²') && is_digit('²') && !is_digit('½'));
        assert!(is_numeric('½') && is_numeric('Ⅷ') && is_numeric('七') && !is_numeric('x'));
    }
}
