//! Characters in bytes that may not be UTF-8.
//!
//! A *unit* is what one character of a decoded text covers: a valid UTF-8 sequence, or a maximal
//! invalid part that decodes to one U+FFFD (the rule of `String::from_utf8_lossy` and of CPython's
//! `errors="replace"`). A byte that is no continuation byte always starts a unit, and a unit has at
//! most four bytes; so where units begin can be told from a few bytes before a position, never
//! from the beginning of the text. Indexing by blocks and on several threads rests on that.

use std::char::REPLACEMENT_CHARACTER;

/// The longest unit, in bytes.
const LONGEST: usize = 4;

/// What a step backwards costs: as much as counting so many characters forwards.
pub(super) const BACKWARDS: usize = 8;

/// Whether a byte continues a sequence (`10xxxxxx`).
pub(super) fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Bytes `start..end`, less where they do not exist.
pub(super) fn cut(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    let end = end.min(bytes.len());
    bytes.get(start.min(end)..end).unwrap_or_default()
}

/// The first unit of `bytes`: its character and its length in bytes. `None` when empty.
pub(super) fn first(bytes: &[u8]) -> Option<(char, usize)> {
    let (&lead, rest) = bytes.split_first()?;
    // Range of the second byte, number of continuation bytes, and the lead's share of the bits.
    let (mut low, mut high, more, share) = match lead {
        0x00..=0x7F => return Some((char::from(lead), 1)),
        0xC2..=0xDF => (0x80, 0xBF, 1, lead & 0x1F),
        0xE0 => (0xA0, 0xBF, 2, 0),
        0xED => (0x80, 0x9F, 2, 0x0D), // what would be a surrogate is invalid
        0xE1..=0xEF => (0x80, 0xBF, 2, lead & 0x0F),
        0xF0 => (0x90, 0xBF, 3, 0),
        0xF1..=0xF3 => (0x80, 0xBF, 3, lead & 0x07),
        0xF4 => (0x80, 0x8F, 3, 4), // nothing above U+10FFFF
        _ => return Some((REPLACEMENT_CHARACTER, 1)),
    };
    let mut code = u32::from(share);
    for taken in 0..more {
        match rest.get(taken) {
            Some(&byte) if (low..=high).contains(&byte) => {
                code = code << 6 | u32::from(byte & 0x3F);
            }
            _ => return Some((REPLACEMENT_CHARACTER, 1 + taken)),
        }
        (low, high) = (0x80, 0xBF);
    }
    Some((char::from_u32(code).unwrap_or(REPLACEMENT_CHARACTER), 1 + more))
}

/// Where the unit begins that covers byte `at`; `at` itself on a boundary, the length past the end.
pub(super) fn start_of(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        None => return bytes.len(),
        Some(&byte) if !is_continuation(byte) => return at,
        Some(_) => {}
    }
    let floor = at.saturating_sub(LONGEST - 1);
    let lead = (floor..at).rev().find(|&q| bytes.get(q).is_some_and(|&b| !is_continuation(b)));
    match lead {
        Some(lead) if lead + length_at(bytes, lead) > at => lead,
        _ => at,
    }
}

/// The first boundary at or after byte `at`.
pub(super) fn boundary_from(bytes: &[u8], at: usize) -> usize {
    let start = start_of(bytes, at);
    if start == at { at } else { start + length_at(bytes, start) }
}

/// Where the unit begins that ends at the boundary `at`; 0 at the beginning.
pub(super) fn previous(bytes: &[u8], at: usize) -> usize {
    if at == 0 { 0 } else { start_of(cut(bytes, 0, at), at - 1) }
}

/// The length of the unit at a boundary; 0 at the end.
fn length_at(bytes: &[u8], at: usize) -> usize {
    first(cut(bytes, at, at + LONGEST)).map_or(0, |(_, length)| length)
}

/// What one pass over some bytes finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tally {
    /// Bytes that are no continuation bytes: the characters, where the bytes are valid.
    pub(super) starts: usize,
    /// Bytes `\n`.
    pub(super) newlines: usize,
    /// Whether all bytes are ASCII.
    pub(super) ascii: bool,
}

/// Bytes counted in one byte, so at most 255. In loops of this shape the compiler keeps the counts
/// in vector registers; measured 11 to 22 GB/s without asking for a newer processor, where a plain
/// `filter().count()` has 1 GB/s.
const STRIDE: usize = 192;

/// Counts starts and newlines in one pass.
pub(super) fn tally(bytes: &[u8]) -> Tally {
    let (mut starts, mut newlines, mut all) = (0, 0, 0);
    for stride in bytes.chunks(STRIDE) {
        let (mut starts_here, mut newlines_here) = (0u8, 0u8);
        for &byte in stride {
            starts_here += u8::from(!is_continuation(byte));
            newlines_here += u8::from(byte == b'\n');
            all |= byte;
        }
        starts += usize::from(starts_here);
        newlines += usize::from(newlines_here);
    }
    Tally { starts, newlines, ascii: all.is_ascii() }
}

/// Bytes that start a sequence: the number of characters of valid UTF-8.
pub(super) fn count_starts(bytes: &[u8]) -> usize {
    let starts = |stride: &[u8]| stride.iter().map(|&b| u8::from(!is_continuation(b))).sum::<u8>();
    bytes.chunks(STRIDE).map(|stride| usize::from(starts(stride))).sum()
}

/// Valid bytes and one invalid part behind them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) valid: &'a str,
    /// The length of the invalid part; 0 only at the end.
    pub(super) invalid: usize,
}

/// Cuts bytes that begin on a boundary into runs. As `utf8_chunks` does, but that reads byte by
/// byte, and nearly all text is valid from beginning to end.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = Run<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (valid, invalid) = match simdutf8::compat::from_utf8(rest) {
            Ok(valid) => (valid, 0),
            Err(error) => {
                let (valid, behind) = rest.split_at(error.valid_up_to());
                let valid = simdutf8::compat::from_utf8(valid).unwrap_or_default();
                (valid, error.error_len().unwrap_or(behind.len()))
            }
        };
        rest = cut(rest, valid.len() + invalid, rest.len());
        Some(Run { valid, invalid })
    })
}

/// Units in bytes that begin on a boundary.
pub(super) fn count(bytes: &[u8]) -> usize {
    runs(bytes).map(|run| count_starts(run.valid.as_bytes()) + usize::from(run.invalid > 0)).sum()
}

/// Where the unit number `n` (from 0) begins in *valid* UTF-8; the length when there are fewer.
pub(super) fn nth_start(bytes: &[u8], mut n: usize) -> usize {
    // Halving the step keeps the last, byte-wise search short and the first ones vectorised.
    let mut at = 0;
    for step in [16 * STRIDE, STRIDE, 24] {
        loop {
            let piece = cut(bytes, at, at + step);
            let here = count_starts(piece);
            if here > n || piece.is_empty() {
                break;
            }
            n -= here;
            at += piece.len();
        }
    }
    for (offset, &byte) in cut(bytes, at, bytes.len()).iter().enumerate() {
        if !is_continuation(byte) {
            if n == 0 {
                return at + offset;
            }
            n -= 1;
        }
    }
    bytes.len()
}

/// Where the unit number `n` (from 0) begins in bytes that begin on a boundary; the length when
/// there are fewer. Looks at no byte behind it.
pub(super) fn nth(bytes: &[u8], n: usize) -> usize {
    let (mut at, mut left) = (0, n);
    while left > 0 && at < bytes.len() {
        // As many bytes as units are wanted hold no more than these; in ASCII, just these.
        let end = boundary_from(bytes, at.saturating_add(left).min(bytes.len()));
        left = left.saturating_sub(count(cut(bytes, at, end)));
        at = end;
    }
    at
}

/// The characters of bytes that begin on a boundary.
#[derive(Clone, Debug)]
pub(super) struct Decoded<'a> {
    rest: &'a [u8],
}

/// Decodes bytes that begin on a boundary, invalid parts as U+FFFD.
pub(super) fn decoded(bytes: &[u8]) -> Decoded<'_> {
    Decoded { rest: bytes }
}

impl Iterator for Decoded<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let (character, length) = first(self.rest)?;
        self.rest = self.rest.get(length..).unwrap_or_default();
        Some(character)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().div_ceil(LONGEST), Some(self.rest.len()))
    }
}
