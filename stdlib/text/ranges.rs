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
