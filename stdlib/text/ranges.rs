//! Sets of positions as ranges that do not touch.

use std::collections::BTreeMap;
use std::ops::Range;

/// A set of bytes of a source, as ranges that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// Start and end of each, in order; never touching.
    ends: BTreeMap<usize, usize>,
}

impl Ranges {
    /// Adds the bytes of a range; an empty one adds nothing.
    pub fn insert(&mut self, range: Range<usize>) {
        self.insert_near(range, 0);
    }

    /// The same with the bytes between this range and others that are not more than `gap` away.
    pub fn insert_near(&mut self, range: Range<usize>, gap: usize) {
        let Range { mut start, mut end } = range;
        if start >= end {
            return;
        }
        // Most are added in order: behind the last one, or to it.
        if let Some(mut last) = self.ends.last_entry()
            && *last.key() <= start
        {
            if last.get().saturating_add(gap) >= start {
                last.insert((*last.get()).max(end));
            } else {
                self.ends.insert(start, end);
            }
            return;
        }
        // From the last one that begins in reach backwards: few, as they do not touch each other.
        while let Some((&from, &to)) = self.ends.range(..=end.saturating_add(gap)).next_back()
            && to.saturating_add(gap) >= start
        {
            if from <= start && end <= to {
                return;
            }
            self.ends.remove(&from);
            start = start.min(from);
            end = end.max(to);
        }
        self.ends.insert(start, end);
    }

    /// Adds all of another set: in one go where one of them is empty.
    pub fn merge(&mut self, other: Ranges) {
        if self.is_empty() {
            *self = other;
        } else {
            self.extend(other.iter());
        }
    }

    /// Whether all bytes of a range are in the set.
    pub fn contains(&self, range: &Range<usize>) -> bool {
        let before = self.ends.range(..=range.start).next_back();
        range.is_empty() || before.is_some_and(|(_, &end)| range.end <= end)
    }

    /// The ranges in order.
    pub fn iter(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.ends.iter().map(|(&start, &end)| start..end)
    }

    /// How many ranges there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True without one byte.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many bytes are in the set.
    pub fn bytes(&self) -> usize {
        self.iter().map(|range| range.len()).sum()
    }

    /// What is in this set and not in the other.
    pub fn without(&self, other: &Ranges) -> Ranges {
        if other.is_empty() {
            return self.clone();
        }
        let mut rest = Ranges::default();
        for Range { mut start, end } in self.iter() {
            let first = other.ends.range(..=start).next_back().map_or(start, |(&from, _)| from);
            for (&from, &to) in other.ends.range(first..end) {
                rest.insert(start..from.min(end));
                start = start.max(to);
            }
            rest.insert(start..end);
        }
        rest
    }

    /// The part inside a range.
    pub fn within(&self, range: &Range<usize>) -> Ranges {
        let first = self.ends.range(..=range.start).next_back().map_or(range.start, |(&s, _)| s);
        let mut part = Ranges::default();
        for (&start, &end) in self.ends.range(first..range.end.max(first)) {
            part.insert(start.max(range.start)..end.min(range.end));
        }
        part
    }

    /// Makes the set larger until it has at most `most` ranges: those with the least between them are
    /// joined, all that are equally near at once.
    pub fn join(&mut self, most: usize) {
        let too_many = self.len().saturating_sub(most.max(1));
        if too_many == 0 {
            return;
        }
        let starts = self.ends.keys().skip(1);
        let mut gaps: Vec<usize> =
            self.ends.values().zip(starts).map(|(&end, &start)| start - end).collect();
        let (_, &mut gap, _) = gaps.select_nth_unstable(too_many - 1);
        let old = std::mem::take(self);
        for range in old.iter() {
            self.insert_near(range, gap);
        }
    }
}

impl Extend<Range<usize>> for Ranges {
    fn extend<I: IntoIterator<Item = Range<usize>>>(&mut self, ranges: I) {
        ranges.into_iter().for_each(|range| self.insert(range));
    }
}

impl FromIterator<Range<usize>> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range<usize>>>(ranges: I) -> Ranges {
        let mut set = Ranges::default();
        set.extend(ranges);
        set
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LENGTH: usize = 40;

    /// The set with each of its bytes by itself, filled up between what is near.
    fn model(ranges: &[(usize, usize)], gap: usize) -> Vec<bool> {
        let mut bytes = vec![false; LENGTH];
        for &(start, length) in ranges.iter().filter(|(_, length)| *length > 0) {
            bytes[start..(start + length).min(LENGTH)].fill(true);
            let set: Vec<usize> = (0..LENGTH).filter(|&at| bytes[at]).collect();
            for pair in set.windows(2).filter(|pair| pair[1] - pair[0] - 1 <= gap) {
                bytes[pair[0]..pair[1]].fill(true);
            }
        }
        bytes
    }

    proptest! {
        #[test]
        fn ranges_are_a_set_of_bytes(
            mut ranges in prop::collection::vec((0..LENGTH, 0usize..6), 0..12),
            more in prop::collection::vec((0..LENGTH, 1usize..6), 0..4),
            in_order: bool,
            gap in 0usize..3,
        ) {
            if in_order {
                ranges.sort_unstable();
            }
            let add = |set: &mut Ranges, ranges: &[(usize, usize)], gap| {
                for &(start, length) in ranges {
                    set.insert_near(start..(start + length).min(LENGTH), gap);
                }
            };
            let bytes = |set: &Ranges| {
                (0..LENGTH).map(|at| set.contains(&(at..at + 1))).collect::<Vec<_>>()
            };
            let (mut set, mut other) = (Ranges::default(), Ranges::default());
            add(&mut set, &ranges, gap);
            prop_assert_eq!(bytes(&set), model(&ranges, gap));
            let touching = set.iter().zip(set.iter().skip(1)).any(|(a, b)| a.end >= b.start);
            prop_assert!(!touching);
            add(&mut other, &more, 0);
            let rest = bytes(&set).into_iter().zip(bytes(&other)).map(|(a, b)| a && !b);
            prop_assert_eq!(bytes(&set.without(&other)), rest.collect::<Vec<_>>());
            let both = bytes(&set).into_iter().zip(bytes(&other)).map(|(a, b)| a || b);
            set.merge(other);
            prop_assert_eq!(bytes(&set), both.collect::<Vec<_>>());
        }
    }
}
