//! What is marked as never read was not read: with other characters there, a program does the same.

use arbitrary::Unstructured;
use rlm_lang_std::text::seen::{self, Seen};
use rlm_lang_std::text::{Ranges, Source};

use super::generate;
use super::programs::{FUEL, INPUT, Ran, run_over};

/// Lines behind the usual input, so that parts of it stay unread.
const LINES: usize = 60;

/// How a program fared with other characters where it had not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Bytes that it had not read.
    pub unread: usize,
    /// Bytes that it had read.
    pub read: usize,
    /// It does something else when all of the input is other.
    pub depends: bool,
}

/// An input of many lines.
pub fn input() -> Vec<u8> {
    let mut input = INPUT.to_vec();
    input.push(b'\n');
    for line in 0..LINES {
        let text = format!("{line}: entry é{} of = the, log ({})\r\n", line % 7, line * line);
        input.extend(text.bytes());
        if line % 9 == 0 {
            input.extend(b"\n\xff WARN \xe6\x97\xa5\xe6\x9c\xac\n");
        }
    }
    input
}

/// Runs a program, changes what it did not read, and runs it again. `None` if it does not parse or check.
///
/// # Panics
/// When it does something else then.
pub fn unread_does_not_matter(source: &str) -> Option<Tried> {
    let input = input();
    let (first, read) = watched(source, &input)?;
    let all: Ranges = std::iter::once(0..input.len()).collect();
    let unread = all.without(&read);
    let changed = with_others(&input, &unread);
    let (second, _) = watched(source, &changed)?;
    assert_eq!(first, second, "bytes matter that count as unread, of {unread:?}: {source}");
    let depends = watched(source, &with_others(&input, &all))?.0 != first;
    Some(Tried { unread: unread.bytes(), read: read.bytes(), depends })
}

/// The same for a program made of choices.
pub fn coverage(bytes: &[u8]) {
    if let Ok(source) = generate::looking(&mut Unstructured::new(bytes)) {
        unread_does_not_matter(&source);
    }
}

fn watched(source: &str, input: &[u8]) -> Option<(Ran, Ranges)> {
    let input = Source::from_bytes("input.txt", input.to_vec());
    seen::watch(Some(&input));
    let ran = run_over(&input, source, &[], FUEL);
    let Seen { searched, mut sliced, .. } = seen::take();
    seen::watch(None);
    sliced.extend(searched.iter());
    Some((ran?, sliced))
}

/// The input with another character of the same length for each one in the ranges. What separates lines
/// and what is no character stays: where characters and lines begin is no secret.
fn with_others(input: &[u8], ranges: &Ranges) -> Vec<u8> {
    let mut changed = input.to_vec();
    let mut at = 0;
    for chunk in input.utf8_chunks() {
        for character in chunk.valid().chars() {
            let end = at + character.len_utf8();
            if ranges.contains(&(at..end))
                && let Some(other) = other(character)
            {
                other.encode_utf8(&mut changed[at..end]);
            }
            at = end;
        }
        at += chunk.invalid().len();
    }
    changed
}

/// Another character of the same length in UTF-8.
fn other(character: char) -> Option<char> {
    match character {
        '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            None
        }
        'q' => Some('7'),
        _ if character.is_ascii() => Some('q'),
        _ => Some(match character.len_utf8() {
            2 => 'ß',
            3 => '語',
            _ => '🙂',
        }),
    }
}
