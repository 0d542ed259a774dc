//! The buffer is the same in memory and in a file.

use proptest::prelude::*;
use rlm_lang_std::text::Storage;

use crate::context::buffer::Buffer;

impl Buffer {
    /// What it holds.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self.finish().unwrap() {
            Storage::Owned(bytes) => bytes,
            Storage::Mapped(map) => map.to_vec(),
        }
    }
}

proptest! {
    #[test]
    fn documents_are_parted_by_newlines(
        parts in prop::collection::vec(("[a\n]{0,4}", any::<bool>()), 0..8),
        limit in 0u64..30,
        expected_len in 0u64..30,
    ) {
        let mut buffer = Buffer::with_limit(expected_len, limit).unwrap();
        let (mut expected, mut ends_line) = (String::new(), true);
        for (part, keep) in &parts {
            let before = buffer.begin_document().unwrap();
            buffer.push(part.as_bytes()).unwrap();
            if *keep {
                expected.push_str(if ends_line { "" } else { "\n" });
                expected.push_str(part);
                ends_line = part.ends_with('\n');
            } else {
                buffer.rewind(before).unwrap();
            }
            prop_assert_eq!(buffer.len(), expected.len() as u64);
        }
        prop_assert_eq!(buffer.into_bytes(), expected.into_bytes());
    }
}

#[test]
fn beyond_the_limit_the_bytes_are_in_a_file() {
    let stored = |expected, limit, bytes: &[u8]| {
        let mut buffer = Buffer::with_limit(expected, limit).unwrap();
        buffer.push(bytes).unwrap();
        buffer.finish().unwrap()
    };
    assert!(matches!(stored(0, 4, b"four"), Storage::Owned(_)));
    assert!(matches!(stored(0, 4, b"five!"), Storage::Mapped(_)));
    assert!(matches!(stored(5, 4, b"less"), Storage::Mapped(_)));
    // Expected, but nothing came: there is nothing to map.
    assert!(matches!(stored(5, 4, b""), Storage::Owned(_)));
    assert!(matches!(stored(u64::MAX, u64::MAX, b"a lying size"), Storage::Owned(_)));
}
