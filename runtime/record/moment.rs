//! When a line of a record was written: the field `elapsed`, which is the writer's and no part of the
//! event. Whoever compares lines compares them without it.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use serde::Deserialize;

/// Only the moment of a line, whatever else is in it.
#[derive(Deserialize)]
struct Moment {
    elapsed: Option<u64>,
}

const FIELD: &[u8] = b",\"elapsed\":";

/// Puts the moment into a line that holds one JSON object, without its line end.
pub(super) fn stamp(line: &mut Vec<u8>, elapsed: u64) {
    if line.last() == Some(&b'}') {
        line.pop();
        line.extend_from_slice(FIELD);
        line.extend_from_slice(elapsed.to_string().as_bytes());
        line.push(b'}');
    }
}

/// The line without the moment that [`stamp`] gave it, as a hash, and that moment.
pub(super) fn bare(line: &[u8]) -> (u64, Option<u64>) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let digits = line.strip_suffix(b"}").unwrap_or_default();
    let count = digits.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, number) = digits.split_at(digits.len() - count);
    // Inside of a text the quotes would stand behind backslashes, so this is the field.
    let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
    match (before.strip_suffix(FIELD), number) {
        (Some(event), Some(elapsed)) => (hash(&[event, b"}"].concat()), Some(elapsed)),
        _ => (hash(line), None),
    }
}

/// The moment of a line, also of one that another program wrote.
pub(super) fn of(line: &[u8]) -> Option<u64> {
    serde_json::from_slice::<Moment>(line).ok()?.elapsed
}

fn hash(line: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamped_line_is_the_line_and_its_moment() {
        for event in [
            r#"{"event":"note","message":"m"}"#,
            r#"{"event":"note","message":",\"elapsed\":7}"}"#,
            r#"{"event":"budget","budget":{"calls_left":7}}"#,
        ] {
            let mut line = event.as_bytes().to_vec();
            stamp(&mut line, 1234);
            assert_eq!(of(&line), Some(1234), "{event}");
            assert_eq!(of(event.as_bytes()), None);
            line.push(b'\n');
            assert_eq!(bare(&line), (hash(event.as_bytes()), Some(1234)), "{event}");
            assert_eq!(bare(event.as_bytes()), (hash(event.as_bytes()), None));
        }
        assert_eq!(bare(b"").1, None);
        assert_eq!(bare(b"77}").1, None);
        // A number that is too large is no moment.
        assert_eq!(bare(br#"{"a":1,"elapsed":99999999999999999999999}"#).1, None);
    }
}
