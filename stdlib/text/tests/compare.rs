//! Equality, order and hash go by the characters, however a text came about.

use std::hash::{BuildHasher, RandomState};

use indexmap::IndexSet;
use proptest::prelude::*;

use super::model::{Case, bytes, case};
use crate::text::{Source, Text};

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check(a: &Text, b: &Text, hasher: &RandomState) -> Result<(), TestCaseError> {
    let (decoded_a, decoded_b) = (lossy(a.bytes()), lossy(b.bytes()));
    prop_assert_eq!(a == b, decoded_a == decoded_b);
    prop_assert_eq!(a.cmp(b), decoded_a.cmp(&decoded_b));
    prop_assert_eq!(*a == *decoded_b.as_str(), decoded_a == decoded_b);
    if decoded_a == decoded_b {
        prop_assert_eq!(hasher.hash_one(a), hasher.hash_one(b));
    }
    prop_assert_eq!(hasher.hash_one(a), hasher.hash_one(decoded_a.as_str()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn as_the_decoded_strings(a in case(), b in case()) {
        let hasher = RandomState::new();
        check(&a.text, &b.text, &hasher)?;
        check(&a.text, &a.text.clone(), &hasher)?;
        check(&a.text, &Text::from(lossy(&a.bytes)), &hasher)?;
    }

    #[test]
    fn near_misses(bytes in bytes(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        prop_assume!(!bytes.is_empty());
        let mut other = bytes.clone();
        other[at.index(bytes.len())] = byte;
        let text = |bytes| Text::whole(&Source::from_bytes("a", bytes));
        check(&text(bytes.clone()), &text(other), &RandomState::new())?;
        let shorter = bytes[..bytes.len() - 1].to_vec();
        check(&text(bytes), &text(shorter), &RandomState::new())?;
    }
}

#[test]
fn invalid_parts_equal_the_replacement_character() {
    let view = |bytes: &[u8]| Text::whole(&Source::from_bytes("a", bytes.to_vec()));
    let texts = [view(b"a\xFFb"), view(b"a\xE2\x82b"), Text::from("a\u{FFFD}b")];
    let distinct: IndexSet<&Text> = texts.iter().collect();
    assert_eq!(distinct.len(), 1);
    assert_ne!(view(b"a\x80\x80b"), texts[2]);
}

#[test]
fn a_case_shows_its_bytes() {
    let case = Case { text: Text::from("x"), bytes: b"x".to_vec() };
    assert_eq!(format!("{} {:?} {:>3}", case.text, case.text, case.text), "x \"x\"   x");
}
