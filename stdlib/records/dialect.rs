//! How a table is written, and where its fields lie: the reader of CSV at the level of bytes.
//!
//! The rules are those of Python's `csv` module: a quote counts only at the start of a field, a
//! doubled one stands for itself, what follows a closing quote belongs to the field.

use memchr::{memchr, memchr3};

use crate::text::Text;

/// The separator and the quote of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// One character, in UTF-8.
    pub(super) separator: Vec<u8>,
    /// `None` takes quotes as they are.
    pub(super) quote: Option<u8>,
}

/// Where a field lies, in bytes of the table's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// The first byte of the field, inside its quotes if `is_plain`.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
    /// The bytes are the value; else quotes have to be taken out.
    pub(super) is_plain: bool,
    /// It was written in quotes.
    pub(super) is_quoted: bool,
    /// The quote that opened it was never closed.
    pub(super) is_open: bool,
}

/// Separators that are recognised by themselves, the likeliest first.
const SEPARATORS: &[u8] = b",\t;|";

/// How much of a table is looked at to recognise its separator: rows, and bytes.
const SNIFFED_ROWS: usize = 20;
const SNIFFED_BYTES: usize = 64 * 1024;

impl Dialect {
    /// The dialect with this separator.
    pub(super) fn new(separator: u8, quote: Option<u8>) -> Dialect {
        Dialect { separator: vec![separator], quote }
    }

    /// The separator that gives most rows the same number of fields; a comma when none does.
    pub(super) fn sniff(bytes: &[u8], quote: Option<u8>) -> Dialect {
        let sample = bytes.get(..SNIFFED_BYTES).unwrap_or(bytes);
        let mut best = (0, 0, b',');
        for &separator in SEPARATORS {
            let (agreeing, width) = Dialect::new(separator, quote).agreement(sample);
            if width > 1 && (agreeing, width) > (best.0, best.1) {
                best = (agreeing, width, separator);
            }
        }
        Dialect::new(best.2, quote)
    }

    /// How many of the first rows are as wide as the first, and how wide that is.
    fn agreement(&self, sample: &[u8]) -> (usize, usize) {
        let (mut at, mut fields) = (0, Vec::new());
        let (mut agreeing, mut width) = (0, 0);
        for _ in 0..SNIFFED_ROWS {
            let Some(next) = self.row(sample, at, &mut fields) else { break };
            if width == 0 && !is_blank(&fields) {
                width = fields.len();
            }
            if fields.len() == width {
                agreeing += 1;
            }
            at = next;
        }
        (agreeing, width)
    }

    /// Reads the row that starts at byte `at` into `fields`; the start of the next row, or `None`
    /// at the end of the table.
    pub(super) fn row(&self, bytes: &[u8], at: usize, fields: &mut Vec<Field>) -> Option<usize> {
        fields.clear();
        if at >= bytes.len() {
            return None;
        }
        let mut at = at;
        loop {
            let (field, end) = self.field(bytes, at);
            fields.push(field);
            match bytes.get(end) {
                None => return Some(end),
                Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => return Some(end + 2),
                Some(b'\r' | b'\n') => return Some(end + 1),
                Some(_) => at = end + self.separator.len(),
            }
        }
    }

    fn separates(&self, bytes: &[u8], at: usize) -> bool {
        bytes.get(at..).is_some_and(|rest| rest.starts_with(&self.separator))
    }

    /// The field that starts at byte `at`, and where the separator or line end after it stands.
    fn field(&self, bytes: &[u8], at: usize) -> (Field, usize) {
        let quote = match self.quote {
            Some(quote) if bytes.get(at) == Some(&quote) => quote,
            _ => {
                let end = self.field_end(bytes, at);
                let field =
                    Field { start: at, end, is_plain: true, is_quoted: false, is_open: false };
                return (field, end);
            }
        };
        let mut is_doubled = false;
        let mut from = at + 1;
        loop {
            let rest = bytes.get(from..).unwrap_or_default();
            let Some(offset) = memchr(quote, rest) else {
                let (start, end) =
                    if is_doubled { (at, bytes.len()) } else { (at + 1, bytes.len()) };
                let field = Field {
                    start: start.min(end),
                    end,
                    is_plain: !is_doubled,
                    is_quoted: true,
                    is_open: true,
                };
                return (field, end);
            };
            let close = from + offset;
            if bytes.get(close + 1) == Some(&quote) {
                is_doubled = true;
                from = close + 2;
                continue;
            }
            let end = self.field_end(bytes, close + 1);
            let is_plain = !is_doubled && end == close + 1;
            let (start, end_of_value) = if is_plain { (at + 1, close) } else { (at, end) };
            let field =
                Field { start, end: end_of_value, is_plain, is_quoted: true, is_open: false };
            return (field, end);
        }
    }

    /// The next separator or line end from `at` on.
    fn field_end(&self, bytes: &[u8], at: usize) -> usize {
        let Some(&first) = self.separator.first() else { return bytes.len() };
        let mut from = at;
        loop {
            let rest = bytes.get(from..).unwrap_or_default();
            let Some(offset) = memchr3(first, b'\n', b'\r', rest) else { return bytes.len() };
            let hit = from + offset;
            let is_line_end = matches!(bytes.get(hit), Some(b'\n' | b'\r'));
            if is_line_end || self.separator.len() == 1 || self.separates(bytes, hit) {
                return hit;
            }
            from = hit + 1;
        }
    }

    /// The value of a field: a view where its bytes are the value.
    pub(super) fn value(&self, text: &Text, field: Field) -> Text {
        if field.is_plain {
            return text.slice_bytes(field.start..field.end);
        }
        let raw = text.bytes().get(field.start..field.end).unwrap_or_default();
        Text::from(String::from_utf8_lossy(&self.unquoted(raw)).into_owned())
    }

    /// The bytes of a quoted field without its quotes.
    fn unquoted(&self, raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(raw.len());
        let mut is_inside = true;
        let mut rest = raw.iter().copied().skip(1).peekable();
        while let Some(byte) = rest.next() {
            if !is_inside || Some(byte) != self.quote {
                out.push(byte);
            } else if rest.peek() == Some(&byte) {
                rest.next();
                out.push(byte);
            } else {
                is_inside = false;
            }
        }
        out
    }
}

/// Whether a row is an empty line.
pub(super) fn is_blank(fields: &[Field]) -> bool {
    matches!(fields, [only] if only.start == only.end && !only.is_quoted)
}
