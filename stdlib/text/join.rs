//! Making longer texts: appending and joining.
//!
//! What a program makes is always valid UTF-8: an invalid part becomes U+FFFD when it is copied.
//! Otherwise two halves of a character could meet and become a character that neither text had.

use std::borrow::Borrow;
use std::ops::Range;
use std::sync::Arc;

use super::{OWNED_LIMIT, Ranges, Repr, Shape, Source, Text, View, seen};

impl Text {
    /// This text followed by another. Amortised O(1) in this one's length if the program's long
    /// string has no other owner; otherwise it is copied once, with room to grow.
    pub fn append(self, other: &Text) -> Text {
        if other.is_empty() {
            return self;
        }
        if self.is_empty() {
            return other.clone();
        }
        self.is_written();
        let more = other.to_str();
        let mut text = self;
        // A short text is another one when it has grown.
        let before = text.recalled();
        if text.grow(&more) {
            return text.with_origin(before.iter(), &[other]);
        }
        let old = text.to_str();
        let mut whole = String::with_capacity(2 * (old.len() + more.len()));
        whole.push_str(&old);
        whole.push_str(&more);
        Text::from(whole).made_of(&[&text, other])
    }

    /// Appends in place, if that can be done.
    fn grow(&mut self, more: &str) -> bool {
        match &mut self.0 {
            Repr::View(view) => view.grow(more),
            Repr::Owned(text) => {
                let fits = text.len() + more.len() <= OWNED_LIMIT;
                if fits {
                    text.push_str(more);
                }
                fits
            }
        }
    }

    /// All texts, one behind the other.
    pub fn concat(texts: &[Text]) -> Text {
        if let [text] = texts {
            return text.clone();
        }
        let mut whole = String::with_capacity(texts.iter().map(Text::byte_len).sum());
        for text in texts {
            whole.push_str(&text.to_str());
        }
        Text::from(whole).made_of(texts)
    }
}

impl Text {
    /// Tells which texts are written in this one, which a program made of them.
    pub fn made_of<T: Borrow<Text>>(self, parts: &[T]) -> Text {
        self.with_origin(std::iter::empty(), parts)
    }

    /// The same where it is known what was written in it before.
    fn with_origin<'r, T: Borrow<Text>>(
        mut self,
        before: impl Iterator<Item = &'r Ranges>,
        parts: &[T],
    ) -> Text {
        for part in parts {
            part.borrow().is_written();
        }
        match &mut self.0 {
            Repr::View(View { source, .. }) if source.is_anonymous() => {
                if let Some(source) = Arc::get_mut(source) {
                    before.for_each(|ranges| source.add_origin(ranges.iter()));
                    each_origin(parts, |ranges| source.add_origin(ranges));
                }
            }
            Repr::View(_) => {}
            Repr::Owned(text) => {
                let mut all = Ranges::default();
                before.for_each(|ranges| all.extend(ranges.iter()));
                each_origin(parts, |ranges| all.extend(ranges));
                if !all.is_empty() {
                    seen::remember(text, &all);
                }
            }
        }
        self
    }

    /// What is written in a short text.
    fn recalled(&self) -> Option<Ranges> {
        match &self.0 {
            Repr::Owned(text) => seen::recalled(text),
            Repr::View(_) => None,
        }
    }

    /// Whether it may be known which parts of the input are in this text.
    pub fn has_origin(&self) -> bool {
        matches!(self.0, Repr::View(_)) || seen::remembers()
    }

    /// Tells that this text is sent to a model, if a program made it: what is written in it is sent with it.
    /// Where a view was sent is known anyway.
    pub fn is_sent(&self) {
        match &self.0 {
            Repr::View(View { source, .. }) => {
                if source.is_anonymous() && self.byte_len() == source.len() {
                    seen::sent(source.origin());
                }
            }
            Repr::Owned(text) => {
                if let Some(ranges) = seen::recalled(text) {
                    seen::sent(&ranges);
                }
            }
        }
    }
}

/// The parts of the input that are in some texts.
fn each_origin<T: Borrow<Text>>(
    parts: &[T],
    mut take: impl FnMut(&mut dyn Iterator<Item = Range<usize>>),
) {
    for part in parts {
        match &part.borrow().0 {
            Repr::View(view) if seen::is_watched(&view.source) => {
                take(&mut std::iter::once(view.start()..view.end()));
            }
            // Of a part of such a text it is not known what is written in it.
            Repr::View(view) if view.len() == view.source.len() => {
                take(&mut view.source.origin().iter());
            }
            Repr::View(_) => {}
            Repr::Owned(text) => {
                if let Some(ranges) = seen::recalled(text) {
                    take(&mut ranges.iter());
                }
            }
        }
    }
}

impl View {
    /// Appends in place if this view is all of an anonymous source and its only owner.
    fn grow(&mut self, more: &str) -> bool {
        let whole = self.start == 0 && self.len() == self.source.len();
        let grown =
            whole && Arc::get_mut(&mut self.source).is_some_and(|s: &mut Source| s.push(more));
        if grown {
            self.set_len(self.source.len());
            if !more.is_ascii() {
                self.shape = Shape::Any;
            }
        }
        grown
    }
}
