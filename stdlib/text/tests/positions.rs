//! Lengths, positions and slices equal the model's.

use proptest::prelude::*;

use super::model::{Case, case};
use crate::text::{Source, Text};

/// Bounds near what exists, far outside, and the extremes.
fn bound() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        1 => Just(None),
        8 => (-60i64..60).prop_map(Some),
        4 => (-400i64..400).prop_map(Some),
        1 => prop::sample::select(vec![i64::MIN, i64::MIN + 1, i64::MAX, 1 << 40]).prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn lengths_and_positions(case in case()) {
        let Case { text, bytes } = &case;
        let model = case.model();
        prop_assert_eq!(text.bytes(), &bytes[..]);
        prop_assert_eq!(text.byte_len(), bytes.len());
        prop_assert_eq!(text.char_len(), model.chars.len());
        prop_assert_eq!(text.is_ascii(), bytes.is_ascii());
        prop_assert_eq!(text.as_str(), std::str::from_utf8(bytes).ok());
        prop_assert_eq!(text.chars().collect::<Vec<_>>(), model.chars.clone());
        prop_assert_eq!(text.to_string(), String::from_utf8_lossy(bytes));
        for byte in 0..bytes.len() + 3 {
            prop_assert_eq!(text.char_of_byte(byte), model.char_of_byte(byte), "byte {}", byte);
        }
        for position in 0..model.chars.len() + 3 {
            let expected = model.offsets.get(position).copied().unwrap_or(bytes.len());
            prop_assert_eq!(text.byte_of_char(position), expected, "character {}", position);
            let character = text.char_at(position).map(|c| c.to_string());
            prop_assert_eq!(character, model.chars.get(position).map(char::to_string));
        }
        prop_assert_eq!(text.byte_of_char(usize::MAX), bytes.len());
        prop_assert_eq!(text.char_of_byte(usize::MAX), model.chars.len());
    }

    #[test]
    fn slices_by_characters(case in case(), start in 0usize..120, end in 0usize..120) {
        let model = case.model();
        let expected = model.slice(start, end);
        prop_assert_eq!(case.text.slice_chars(start, end).to_string(), expected.as_str());
        prop_assert_eq!(case.text.slice_chars(start, usize::MAX).to_string(), model.slice(start, usize::MAX));
        // Of a slice, again the same rules hold.
        let tail = case.text.slice_chars(3, usize::MAX);
        prop_assert_eq!(tail.slice_chars(start, end).to_string(), model.slice(start + 3, end + 3));
    }

    #[test]
    fn slices_by_bytes_take_in_whole_characters(case in case(), a in 0usize..150, b in 0usize..150) {
        let model = case.model();
        let found = case.text.slice_bytes(a..b);
        let expected = if a >= b {
            String::new()
        } else {
            let last = model.char_of_byte(b - 1);
            model.slice(model.char_of_byte(a), last + 1)
        };
        prop_assert_eq!(found.to_string(), expected);
    }

    #[test]
    fn slices_as_python_has_them(case in case(), start in bound(), stop in bound(), step in bound()) {
        let step = step.unwrap_or(1);
        let found = case.text.python_slice(start, stop, step).to_string();
        if step == 0 {
            prop_assert_eq!(found, "");
        } else {
            prop_assert_eq!(found, case.model().python(start, stop, step));
        }
    }
}

#[test]
fn bounds_of_any_kind_are_clamped() {
    #[allow(clippy::reversed_empty_ranges)]
    let ranges = [0..usize::MAX, usize::MAX..usize::MAX, usize::MAX..0, 5..2, 3..3, 7..9];
    let source = Source::from_bytes("a", "aé€😀".into());
    for text in [Text::from("aé€😀"), Text::whole(&source), Text::empty()] {
        for range in &ranges {
            let Text { .. } = text.slice_bytes(range.clone());
            let Text { .. } = text.slice_chars(range.start, range.end);
        }
    }
    assert_eq!(Text::view(&source, 2..5), "é€");
    assert_eq!(Text::view(&source, 2..2), "");
    assert_eq!(Text::view(&source, 9..usize::MAX), "😀");
}

#[test]
fn looking_at_either_end_builds_no_index() {
    let source = Source::from_bytes("a", "aé".repeat(500_000).into());
    let text = Text::whole(&source);
    assert_eq!(text.slice_chars(1, 4), "éaé");
    assert_eq!(text.python_slice(Some(-3), None, 1), "éaé");
    assert_eq!(text.python_slice(None, Some(2), 1), "aé");
    assert!(!source.has_index());
    assert_eq!(text.char_len(), 1_000_000);
    assert!(source.has_index());
}
