//! Lines and split pieces.

use proptest::prelude::*;

use super::model::case;
use crate::text::{Source, Text};

proptest! {
    #[test]
    fn lines_end_at_newlines(case in case()) {
        let decoded = case.text.to_string();
        let mut expected: Vec<&str> = decoded.split('\n').collect();
        if decoded.is_empty() || decoded.ends_with('\n') {
            expected.pop();
        }
        let expected: Vec<&str> =
            expected.iter().map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let found: Vec<String> = case.text.lines().map(|line| line.to_string()).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn pieces_lie_between_separators(case in case(), separator in "[ -~]|é|\n|, ") {
        let decoded = case.text.to_string();
        let expected: Vec<&str> = decoded.split(&separator).collect();
        let found: Vec<String> =
            case.text.split_bytes(separator.as_bytes()).map(|piece| piece.to_string()).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn an_empty_separator_separates_nothing() {
    let text = Text::from("abc");
    assert_eq!(text.split_bytes(b"").collect::<Vec<_>>(), [Text::from("abc")]);
    assert_eq!(Text::empty().split_bytes(b",").collect::<Vec<_>>(), [Text::empty()]);
    assert_eq!(Text::empty().lines().count(), 0);
}

#[test]
fn lines_of_an_input_know_their_place() {
    let source = Source::from_bytes("log.txt", b"one\r\ntwo\n\nfour".to_vec());
    let text = Text::whole(&source);
    let lines: Vec<usize> = text.lines().map(|line| line.place().unwrap().line).collect();
    assert_eq!(lines, [1, 2, 3, 4]);
}
