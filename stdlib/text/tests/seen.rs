use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::text::seen::{self, Look, Seen};
use crate::text::{Ranges, Source, Text};

fn list(ranges: &Ranges) -> Vec<(usize, usize)> {
    ranges.iter().map(|range| (range.start, range.end)).collect()
}

fn set(ranges: &Ranges) -> BTreeSet<usize> {
    ranges.iter().flatten().collect()
}

/// Bytes between ranges that are taken with them.
const GAP: usize = 2;

proptest! {
    /// Ranges are the set of their bytes and of small gaps, whatever the order they come in.
    #[test]
    fn ranges_are_a_set(parts in proptest::collection::vec((0usize..300, 0usize..20), 0..40), most in 1usize..9) {
        let parts: Vec<_> = parts.into_iter().map(|(start, length)| start..start + length).collect();
        let near = |parts: &mut dyn Iterator<Item = &std::ops::Range<usize>>| {
            let mut ranges = Ranges::default();
            parts.for_each(|range| ranges.insert_near(range.clone(), GAP));
            ranges
        };
        let ranges = near(&mut parts.iter());
        let mut wanted: BTreeSet<usize> = parts.iter().cloned().flatten().collect();
        let all: Vec<usize> = wanted.iter().copied().collect();
        for pair in all.windows(2) {
            if pair[1] - pair[0] <= GAP + 1 {
                wanted.extend(pair[0]..pair[1]);
            }
        }
        prop_assert_eq!(set(&ranges), wanted.clone());
        prop_assert_eq!(ranges.bytes(), wanted.len());
        let backwards = near(&mut parts.iter().rev());
        prop_assert_eq!(&backwards, &ranges);
        for range in &parts {
            prop_assert!(ranges.contains(range));
        }
        let (one, other) = parts.split_at(parts.len() / 2);
        let (one, other): (Ranges, Ranges) = (one.iter().cloned().collect(), other.iter().cloned().collect());
        let rest = &set(&one) - &set(&other);
        prop_assert_eq!(set(&one.without(&other)), rest);
        let middle: BTreeSet<usize> = wanted.iter().copied().filter(|at| (50..200).contains(at)).collect();
        prop_assert_eq!(set(&ranges.within(&(50..200))), middle);
        let mut joined = ranges.clone();
        joined.join(most);
        prop_assert!(joined.len() <= most && set(&joined).is_superset(&wanted));
    }
}

#[test]
fn only_the_watched_source_on_its_thread_is_watched() {
    let source = Source::from_bytes("a", b"one two three four five".to_vec());
    let other = Source::from_bytes("b", b"something else".to_vec());
    let text = Text::whole(&source);
    assert_eq!(text.bytes().len(), 23);
    seen::watch(Some(&source));
    assert_eq!(seen::take(), Seen::default());
    let _ = (Text::whole(&other).bytes(), Text::from("owned").to_str().len(), text.char_len());
    let _ =
        (text.lines().count(), text.slice_chars(3, 9), text.line_text().place().map(|p| p.line));
    std::thread::scope(|scope| scope.spawn(|| text.bytes().len()).join()).unwrap();
    let pause = seen::pause();
    let _ = text.bytes();
    drop(pause);
    assert_eq!(seen::take(), Seen::default());
    let _ = (text.slice_bytes(4..7).to_str(), text.slice_bytes(8..13).haystack());
    text.looked_at(20..99, Look::Sliced);
    let seen = seen::take();
    assert_eq!(list(&seen.sliced), [(4, 7), (20, 23)]);
    assert_eq!(list(&seen.searched), [(8, 13)]);
    assert_eq!(seen::take(), Seen::default());
    seen::watch(None);
    let _ = text.bytes();
    assert_eq!(seen::take(), Seen::default());
}

#[test]
fn what_is_printed_is_remembered() {
    let source = Source::from_bytes("a", b"one two three four five".to_vec());
    let text = Text::whole(&source);
    seen::watch(Some(&source));
    text.slice_bytes(0..3).is_written();
    seen::printing(|| text.slice_bytes(4..7).to_str().len());
    let written: Vec<_> = seen::take().written.into_iter().map(|w| (w.range, w.printed)).collect();
    assert_eq!(written, [(0..3, false), (4..7, true)]);
    seen::watch(None);
}

#[test]
fn scattered_reads_are_joined_beyond_a_bound() {
    const EVERY: usize = 300;
    let source = Source::from_bytes("a", vec![b'x'; 100_000 * EVERY]);
    let text = Text::whole(&source);
    seen::watch(Some(&source));
    for n in 0..100_000 {
        // In no order.
        let at = n * 7919 % 100_000 * EVERY;
        assert_eq!(text.slice_bytes(at..at + 8).bytes().len(), 8);
    }
    let sliced = seen::take().sliced;
    seen::watch(None);
    assert!(sliced.len() <= 1 << 16, "{}", sliced.len());
    assert!((0..100_000).all(|n| sliced.contains(&(n * EVERY..n * EVERY + 8))));
}
