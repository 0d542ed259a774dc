//! Positions and slices, in characters and in bytes. Every bound is clamped; nothing panics.

use std::ops::Range;

use ecow::EcoString;

use super::{INLINE_LIMIT, Repr, Shape, Text, View, units};

/// Cuts a range to `bytes` and widens it to whole characters; an empty range stays empty.
pub(super) fn snap(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let start = units::start_of(bytes, range.start);
    if range.start >= range.end {
        return start..start;
    }
    start..units::boundary_from(bytes, range.end.min(bytes.len()))
}

impl Text {
    /// The part in a range of **bytes** of this text. Bounds are clamped and, where they fall
    /// inside a character, moved outward to take it in. A view stays a view.
    pub fn slice_bytes(&self, range: Range<usize>) -> Text {
        let ascii = matches!(&self.0, Repr::View(View { shape: Shape::Ascii, .. }));
        let Range { start, end } = if ascii {
            let end = range.end.min(self.byte_len());
            range.start.min(end)..end
        } else {
            snap(self.unread(), range)
        };
        self.part(start, end)
    }

    /// The part between two boundaries that are known to be such.
    pub(super) fn part(&self, start: usize, end: usize) -> Text {
        if start == 0 && end == self.byte_len() {
            return self.clone();
        }
        match &self.0 {
            Repr::Owned(text) => Text(Repr::Owned(text.get(start..end).unwrap_or_default().into())),
            Repr::View(view) => {
                let (start, end) = (view.start() + start, view.start() + end);
                let small = view.source.is_anonymous() && end - start <= INLINE_LIMIT;
                match view.source.known_str(start, end).filter(|_| small) {
                    Some(text) => Text(Repr::Owned(EcoString::from(text))),
                    None => Text(Repr::View(View::new(&view.source, start, end, view.shape))),
                }
            }
        }
    }

    /// The part between two positions in **characters**, clamped; empty if `end <= start`.
    pub fn slice_chars(&self, start: usize, end: usize) -> Text {
        let from = self.byte_of_char(start);
        if end <= start {
            return self.part(from, from);
        }
        let length = end - start;
        let rest = units::cut(self.unread(), from, self.byte_len());
        let to = if self.is_near(length) {
            from + units::nth(rest, length)
        } else {
            self.byte_of_char(end)
        };
        self.part(from, to)
    }

    /// The character at a position, as a text; `None` past the end.
    pub fn char_at(&self, position: usize) -> Option<Text> {
        let character = self.slice_chars(position, position.saturating_add(1));
        (!character.is_empty()).then_some(character)
    }

    /// Python's `text[start:stop:step]`: negative bounds count from the end, all are clamped, and
    /// a negative step walks backwards. A step of 0, which Python refuses, gives the empty text.
    pub fn python_slice(&self, start: Option<i64>, stop: Option<i64>, step: i64) -> Text {
        let count = |bound: Option<i64>| bound.and_then(|bound| usize::try_from(bound).ok());
        if step == 1 {
            // The end is near the start, mostly: sooner counted from there than looked up.
            if let (Some(start), Some(stop)) = (count(start.or(Some(0))), count(stop)) {
                return self.slice_chars(start, stop);
            }
            let start = self.bound(start.unwrap_or(0));
            let stop = stop.map_or(self.byte_len(), |stop| self.bound(stop));
            return self.part(start, stop.max(start));
        }
        let length = i64::try_from(self.char_len()).unwrap_or(i64::MAX);
        // CPython's adjustment: backwards, "before the first" is -1 and "the last" is length - 1.
        let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
        let adjust = |bound: i64| if bound < 0 { bound + length } else { bound }.clamp(low, high);
        let start = start.map_or(if step < 0 { high } else { low }, adjust);
        let stop = stop.map_or(if step < 0 { low } else { high }, adjust);
        let stride = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
        let at = |position: i64| usize::try_from(position).unwrap_or(0);
        if step > 0 && start < stop {
            self.slice_chars(at(start), at(stop)).chars().step_by(stride).collect()
        } else if step < 0 && start > stop {
            let forward = self.slice_chars(at(stop + 1), at(start + 1));
            forward.chars_backwards().step_by(stride).collect()
        } else {
            Text::empty()
        }
    }

    /// The byte of one bound of a slice with step 1; a negative bound counts from the end.
    fn bound(&self, position: i64) -> usize {
        let distance = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
        if position >= 0 {
            return self.byte_of_char(distance);
        }
        if !self.is_near(distance.saturating_mul(units::BACKWARDS)) {
            return self.byte_of_char(self.char_len().saturating_sub(distance));
        }
        let mut at = self.byte_len();
        for _ in 0..distance {
            if at == 0 {
                break;
            }
            at = units::previous(self.unread(), at);
        }
        at
    }

    /// The characters from the last to the first.
    fn chars_backwards(&self) -> impl Iterator<Item = char> + '_ {
        let bytes = self.bytes();
        let mut at = bytes.len();
        std::iter::from_fn(move || {
            let end = at;
            at = units::previous(bytes, end);
            units::first(units::cut(bytes, at, end)).map(|(character, _)| character)
        })
    }

    /// The number of the **character** of this text that covers a **byte** of it; past the end, the
    /// number of characters.
    pub fn char_of_byte(&self, byte: usize) -> usize {
        let bytes = self.unread();
        let byte = byte.min(bytes.len());
        match &self.0 {
            Repr::View(view) if view.shape == Shape::Ascii => byte,
            Repr::View(view) if !view.source.is_near(byte) => {
                let (index, all) = (view.source.index(), view.source.bytes());
                let before = index.char_of_byte(all, view.start());
                index.char_of_byte(all, view.start() + byte).saturating_sub(before)
            }
            Repr::View(_) => units::count(units::cut(bytes, 0, units::start_of(bytes, byte))),
            Repr::Owned(_) => {
                units::count_starts(units::cut(bytes, 0, units::start_of(bytes, byte)))
            }
        }
    }

    /// The **byte** of this text at which a **character** of it begins; past the end, its length.
    pub fn byte_of_char(&self, position: usize) -> usize {
        let bytes = self.unread();
        match &self.0 {
            Repr::View(view) if view.shape == Shape::Ascii => position.min(bytes.len()),
            Repr::View(view) if !view.source.is_near(position.min(bytes.len())) => {
                let (index, all) = (view.source.index(), view.source.bytes());
                let before = index.char_of_byte(all, view.start());
                let byte = index.byte_of_char(all, before.saturating_add(position));
                byte.saturating_sub(view.start()).min(bytes.len())
            }
            Repr::View(_) => units::nth(bytes, position),
            Repr::Owned(_) => units::nth_start(bytes, position),
        }
    }

    /// Whether so many characters are counted sooner than looked up.
    fn is_near(&self, count: usize) -> bool {
        match &self.0 {
            Repr::Owned(_) => true,
            Repr::View(view) => view.shape != Shape::Ascii && view.source.is_near(count),
        }
    }
}

impl FromIterator<char> for Text {
    fn from_iter<I: IntoIterator<Item = char>>(characters: I) -> Text {
        Text::from(characters.into_iter().collect::<String>())
    }
}
