//! Cutting a text at lines or separators. The pieces of a view are views.

use memchr::{memchr, memmem};

use super::{Text, units};

impl Text {
    /// The lines without their `\n` or `\r\n`. A newline at the end does not begin another line.
    pub fn lines(&self) -> impl Iterator<Item = Text> + '_ {
        let bytes = self.unread();
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = units::cut(bytes, at, bytes.len());
            if rest.is_empty() {
                return None;
            }
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = units::cut(rest, 0, length);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let start = at;
            at += length + 1;
            Some(self.part(start, start + line.len()))
        })
    }

    /// The pieces between occurrences of `separator`; one more than there are of these. An empty
    /// separator separates nothing.
    pub fn split_bytes(&self, separator: &[u8]) -> impl Iterator<Item = Text> + '_ {
        let bytes = self.haystack();
        let finder = memmem::Finder::new(separator).into_owned();
        let mut at = Some(0);
        std::iter::from_fn(move || {
            let start = at?;
            let width = finder.needle().len();
            let rest = units::cut(bytes, start, bytes.len());
            let found = if width == 0 { None } else { finder.find(rest) };
            at = found.map(|offset| start + offset + width);
            let end = found.map_or(bytes.len(), |offset| start + offset);
            Some(self.slice_bytes(start..end))
        })
    }
}
