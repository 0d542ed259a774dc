//! The index is the same however it was built.

use proptest::prelude::*;

use super::model::{Model, bytes, string};
use crate::text::index::Index;
use crate::text::units;

proptest! {
    #[test]
    fn on_several_threads(bytes in bytes(), bits in 2u32..6, threads in 2usize..5) {
        let alone = Index::build(&bytes, bits, false, 1);
        prop_assert_eq!(&Index::build(&bytes, bits, false, threads), &alone);
        let model = Model::new(&bytes);
        for byte in 0..=bytes.len() {
            prop_assert_eq!(alone.char_of_byte(&bytes, byte), model.char_of_byte(byte));
            let newlines = bytes[..byte].iter().filter(|&&b| b == b'\n').count();
            prop_assert_eq!(alone.newlines_before(&bytes, byte), newlines);
        }
        for (position, &byte) in model.offsets.iter().enumerate() {
            prop_assert_eq!(alone.byte_of_char(&bytes, position), byte);
        }
    }

    #[test]
    fn by_appending(parts in prop::collection::vec(string(), 0..6), bits in 2u32..6) {
        let mut whole = String::new();
        let mut grown = Index::build(b"", bits, true, 1);
        for part in parts {
            let old = whole.len();
            whole.push_str(&part);
            grown.extend(whole.as_bytes(), old);
            prop_assert_eq!(&grown, &Index::build(whole.as_bytes(), bits, true, 1));
        }
    }

    #[test]
    fn a_part_is_ascii_or_not(bytes in bytes(), bits in 2u32..6, a in 0usize..200, b in 0usize..200) {
        let (start, end) = (a.min(bytes.len()), b.min(bytes.len()));
        let expected = start >= end || bytes[start..end].is_ascii();
        let index = Index::build(&bytes, bits, false, 1);
        prop_assert_eq!(index.range_is_ascii(&bytes, start, end), expected);
    }
}

#[test]
fn lanes_do_not_overflow_in_long_runs() {
    let bytes = "a\n".repeat(50_000).into_bytes();
    let found = units::tally(&bytes);
    assert_eq!((found.starts, found.newlines, found.ascii), (100_000, 50_000, true));
    assert_eq!(units::count_starts("é".repeat(40_000).as_bytes()), 40_000);
    assert!(!units::tally("aé".repeat(40_000).as_bytes()).ascii);
}

#[test]
fn real_blocks_of_mixed_text() {
    // 61 bytes a row, so that edges of blocks fall on every byte of the characters.
    let row = "plain text é and € and 😀 then \u{FFFD} more, to a prime length...\n";
    let bytes = row.repeat(9_000).into_bytes();
    let model = Model::new(&bytes);
    let index = Index::build(&bytes, 16, false, 2);
    assert_eq!(index.chars(), model.chars.len());
    for edge in (0..bytes.len()).step_by(1 << 16) {
        for byte in edge.saturating_sub(5)..edge + 5 {
            let position = model.offsets.partition_point(|&o| o <= byte) - 1;
            assert_eq!(index.char_of_byte(&bytes, byte), position);
            assert_eq!(index.byte_of_char(&bytes, position), model.offsets[position]);
        }
    }
}
