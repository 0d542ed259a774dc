//! Equality, order and hash by content: by the characters that a program sees.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{Repr, Text, units};

/// Compares by code points, invalid parts as U+FFFD.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let same = common_prefix(a, b);
    if same == a.len() && same == b.len() {
        return Ordering::Equal;
    }
    // Back to where the differing character may begin: the last byte that is no continuation, if
    // it is near. Both texts agree up to there, so it is a boundary in both.
    let floor = same.saturating_sub(3);
    let lead = (floor..same).rev().find(|&q| a.get(q).is_some_and(|&b| !units::is_continuation(b)));
    let from = lead.unwrap_or(same);
    let rest = |bytes| units::decoded(units::cut(bytes, from, bytes.len()));
    rest(a).cmp(rest(b))
}

/// How many bytes two slices share at the beginning; compares words before bytes.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 64;
    let (whole_a, whole_b) = (a.as_chunks::<STEP>().0, b.as_chunks::<STEP>().0);
    let steps = whole_a.iter().zip(whole_b).take_while(|(a, b)| a == b).count();
    let at = steps * STEP;
    let rest = |bytes| units::cut(bytes, at, bytes.len());
    at + rest(a).iter().zip(rest(b)).take_while(|(a, b)| a == b).count()
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        let (a, b) = (self.bytes(), other.bytes());
        if a.len() == b.len() && a == b {
            return true;
        }
        match (&self.0, &other.0) {
            // Both valid: other bytes are other characters.
            (Repr::Owned(_), Repr::Owned(_)) => false,
            _ => compare(a, b).is_eq(),
        }
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        compare(self.bytes(), other.as_bytes()).is_eq()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> Ordering {
        compare(self.bytes(), other.bytes())
    }
}

/// Hashes as the `str` of the same characters does: its bytes, and one that no text holds.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes = self.bytes();
        // Most keys are short and ASCII: to see that is sooner done than to check for UTF-8.
        if bytes.is_ascii() || simdutf8::basic::from_utf8(bytes).is_ok() {
            state.write(bytes);
        } else {
            state.write(String::from_utf8_lossy(bytes).as_bytes());
        }
        state.write_u8(0xff);
    }
}
