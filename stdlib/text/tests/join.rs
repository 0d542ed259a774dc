//! Appending and joining.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::model::case;
use crate::text::{Source, Text};

proptest! {
    #[test]
    fn joined_texts_are_the_joined_strings(cases in prop::collection::vec(case(), 0..6), look in any::<bool>()) {
        let expected: String = cases.iter().map(|c| c.text.to_string()).collect();
        let texts: Vec<Text> = cases.iter().map(|c| c.text.clone()).collect();
        prop_assert_eq!(Text::concat(&texts).to_string(), expected.as_str());
        let mut grown = Text::empty();
        for text in &texts {
            grown = grown.append(text);
            if look {
                prop_assert_eq!(grown.char_len(), grown.to_string().chars().count());
            }
        }
        prop_assert_eq!(grown.char_len(), expected.chars().count());
        prop_assert_eq!(grown, expected.as_str());
    }
}

#[test]
fn halves_of_a_character_do_not_meet() {
    let source = Source::from_bytes("a", b"\xE2\x82".to_vec());
    let rest = Source::from_bytes("b", b"\xAC".to_vec());
    let joined = Text::whole(&source).append(&Text::whole(&rest));
    assert_eq!(joined, "\u{FFFD}\u{FFFD}");
}

#[test]
fn what_was_cut_from_a_text_stays_when_it_grows() {
    let text = Text::from("0123456789é".repeat(200));
    let (copy, slice) = (text.clone(), text.slice_chars(5, 40));
    let before = slice.to_string();
    let grown = text.append(&Text::from("more"));
    assert_eq!(grown.char_len(), 2204);
    assert_eq!((copy.char_len(), slice.to_string()), (2200, before));
}

#[test]
fn many_appends_copy_little() {
    // A second is ten times the goal; copying each time takes minutes.
    let piece = Text::from("ten bytes.");
    let start = Instant::now();
    let mut text = Text::empty();
    for n in 0..200_000 {
        text = text.append(&piece);
        if n % 100 == 0 {
            // Looking at it now and then builds the index, which must grow along.
            assert_eq!(text.char_len(), 10 * (n + 1));
        }
    }
    assert_eq!(text.byte_len(), 2_000_000);
    assert!(start.elapsed() < Duration::from_secs(1), "took {:?}", start.elapsed());
}
