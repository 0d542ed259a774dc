//! Padding and grouping.

use super::spec::Spec;

/// A text of `len` characters in a field.
pub(super) fn padded(text: &str, len: usize, spec: &Spec) -> String {
    framed("", text, len, spec)
}

/// `head` and `body` (together `len` characters) in a field; `=` pads between them.
fn framed(head: &str, body: &str, len: usize, spec: &Spec) -> String {
    let missing = spec.width.saturating_sub(len);
    let (left, middle, right) = match spec.alignment() {
        '<' => (0, 0, missing),
        '^' => (missing / 2, 0, missing - missing / 2),
        '=' => (0, missing, 0),
        _ => (missing, 0, 0),
    };
    let mut out = String::with_capacity(head.len() + body.len() + missing * spec.fill.len_utf8());
    let fill = |out: &mut String, n: usize| out.extend(std::iter::repeat_n(spec.fill, n));
    fill(&mut out, left);
    out.push_str(head);
    fill(&mut out, middle);
    out.push_str(body);
    fill(&mut out, right);
    out
}

/// The parts of a number before padding.
pub(super) struct Parts<'a> {
    /// `-`, `+`, a space, or nothing.
    pub(super) sign: &'a str,
    /// `0x` and the like.
    pub(super) prefix: &'a str,
    /// The digits before the point: these are grouped.
    pub(super) digits: &'a str,
    /// The rest: point, digits, exponent, `%`; or a word such as `inf`.
    pub(super) rest: &'a str,
    /// Digits between two separators.
    pub(super) group: usize,
}

/// A number in its field. Zeros that fill the field are grouped like digits.
pub(super) fn number(parts: &Parts<'_>, spec: &Spec) -> String {
    let head = format!("{}{}", parts.sign, parts.prefix);
    let rest_len = parts.rest.chars().count();
    let zeros = spec.fill == '0' && spec.alignment() == '=';
    let least = if zeros { spec.width.saturating_sub(head.len() + rest_len) } else { 0 };
    let digits = match spec.grouping {
        _ if parts.digits.is_empty() => String::new(),
        Some(mark) => grouped(parts.digits, parts.group, mark, least),
        None => parts.digits.to_string(),
    };
    let len = head.len() + digits.len() + rest_len;
    framed(&head, &format!("{digits}{}", parts.rest), len, spec)
}

/// Digits in groups from the right, with zeros in front until `least` characters stand there. A
/// separator never comes first, so the result may be one longer.
fn grouped(digits: &str, group: usize, mark: char, least: usize) -> String {
    let (mut remaining, mut least) = (digits.len(), least);
    // Collected from the right.
    let mut reversed: Vec<u8> = Vec::with_capacity(digits.len().max(least) * 4 / 3 + 1);
    let mut source = digits.bytes().rev();
    loop {
        let len = group.min(remaining.max(least).max(1));
        let taken = remaining.min(len);
        reversed.extend(source.by_ref().take(taken));
        reversed.extend(std::iter::repeat_n(b'0', len - taken));
        remaining -= taken;
        least = least.saturating_sub(len);
        if remaining == 0 && least == 0 {
            break;
        }
        reversed.push(mark as u8);
        least = least.saturating_sub(1);
    }
    reversed.iter().rev().map(|b| char::from(*b)).collect()
}
