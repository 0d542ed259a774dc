//! Making longer texts: appending and joining.
//!
//! What a program makes is always valid UTF-8: an invalid part becomes U+FFFD when it is copied.
//! Otherwise two halves of a character could meet and become a character that neither text had.

use std::sync::Arc;

use super::{OWNED_LIMIT, Repr, Shape, Source, Text, View};

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
        other.is_written();
        let more = other.to_str();
        let mut text = self;
        if text.grow(&more) {
            return text;
        }
        let before = text.to_str();
        let mut whole = String::with_capacity(2 * (before.len() + more.len()));
        whole.push_str(&before);
        whole.push_str(&more);
        Text::from(whole)
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
            text.is_written();
            whole.push_str(&text.to_str());
        }
        Text::from(whole)
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
