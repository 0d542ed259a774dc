//! A reply that comes in pieces: collecting them, and letting a listener decide when it is enough.

use super::thoughts::{self, Thoughts};
use super::{Finish, Listener};
use rlm_lang_syntax::source::floor;
use serde_json::{Map, Value};

/// A reply as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Partial {
    /// The text, without thoughts.
    text: String,
    thoughts: Thoughts,
    /// Thoughts may stand in the text.
    aloud: bool,
    /// The newest value of each field of usage: providers send snapshots, which must not be added.
    usage: Map<String, Value>,
    pub(crate) finish: Option<Finish>,
    pub(crate) model: Option<String>,
    /// Bytes of output that came, thoughts included.
    came: u64,
    /// Anything of a reply came: a choice, a content block, a candidate.
    pub(crate) begun: bool,
    /// The server said that nothing more follows.
    pub(crate) ended: bool,
}

impl Partial {
    /// Adds text as it is.
    pub(crate) fn push(&mut self, piece: &str) {
        self.begun = true;
        self.came += piece.len() as u64;
        self.text.push_str(piece);
    }

    /// Adds text in which thoughts may stand.
    pub(crate) fn push_with_thoughts(&mut self, piece: &str) {
        self.begun = true;
        self.came += piece.len() as u64;
        self.aloud = true;
        let text = self.thoughts.push(piece);
        self.text.push_str(&text);
    }

    /// Notes a thought that comes beside the text: it is output, too.
    pub(crate) fn think(&mut self, piece: Option<&Value>) {
        self.came += piece.and_then(Value::as_str).map_or(0, |piece| piece.len() as u64);
    }

    /// Bytes of output that came so far, thoughts included.
    pub(crate) fn output_bytes(&self) -> u64 {
        self.came
    }

    /// Takes a snapshot of usage; fields that it leaves out stay as they are.
    pub(crate) fn note_usage(&mut self, usage: Option<&Value>) {
        for (key, value) in usage.and_then(Value::as_object).into_iter().flatten() {
            if !value.is_null() {
                self.usage.insert(key.clone(), value.clone());
            }
        }
    }

    /// Takes the name of the model, if there is one.
    pub(crate) fn note_model(&mut self, name: Option<&Value>) {
        if let Some(name) = name.and_then(Value::as_str).filter(|name| !name.is_empty()) {
            self.model = Some(name.to_owned());
        }
    }

    /// The text so far.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The usage so far, as the provider writes it.
    pub(crate) fn usage(&self) -> Value {
        Value::Object(self.usage.clone())
    }

    /// No more will come: what was held back is text after all, and what stands before the end of a
    /// thought whose beginning was not sent is none.
    pub(crate) fn close(&mut self) {
        let rest = std::mem::take(&mut self.thoughts).finish();
        self.text.push_str(&rest);
        if self.aloud
            && let Some(end) = thoughts::unopened(&self.text)
        {
            self.text.drain(..end);
        }
    }

    /// The text, once nothing more comes.
    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

/// How far a listener has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// More is wanted.
    More,
    /// The listener has what it wants, and the server may be about to end by itself.
    Complete,
    /// The listener has what it wants, and the server goes on with something else.
    Enough,
}

/// Tells a listener of a growing text, each part of it once.
pub(crate) struct Hearing<'l> {
    listener: Option<&'l mut dyn Listener>,
    /// Bytes of text that were told.
    told: usize,
    /// Bytes of text that the listener wants.
    kept: Option<usize>,
}

impl<'l> Hearing<'l> {
    /// Begins a try.
    pub(crate) fn new(mut listener: Option<&'l mut dyn Listener>) -> Self {
        if let Some(listener) = &mut listener {
            listener.begin();
        }
        Self { listener, told: 0, kept: None }
    }

    /// Tells what is new in `text`, which begins with all that was told before.
    pub(crate) fn hear(&mut self, text: &str) -> Heard {
        let Some(listener) = &mut self.listener else { return Heard::More };
        if self.kept.is_none() {
            let new = text.get(self.told..).unwrap_or_default();
            if new.is_empty() {
                return Heard::More;
            }
            let wanted = listener.hear(new);
            self.kept = wanted.map(|bytes| floor(text, self.told.saturating_add(bytes)));
            self.told = text.len();
        }
        match self.kept.and_then(|kept| text.get(kept..)) {
            None => Heard::More,
            Some(rest) if rest.trim().is_empty() => Heard::Complete,
            Some(_) => Heard::Enough,
        }
    }

    /// Begins anew: what was told is void.
    pub(crate) fn restart(&mut self) {
        if let Some(listener) = &mut self.listener {
            listener.begin();
        }
        (self.told, self.kept) = (0, None);
    }

    /// How much of the text is wanted, in bytes; `None` means all.
    pub(crate) fn kept(&self) -> Option<usize> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Wants everything up to a mark.
    struct UpTo(char, String);

    impl Listener for UpTo {
        fn begin(&mut self) {
            self.1.clear();
        }

        fn hear(&mut self, piece: &str) -> Option<usize> {
            self.1.push_str(piece);
            piece.find(self.0)
        }
    }

    #[test]
    fn a_listener_hears_each_part_once_and_ends_the_reply() {
        let mut listener = UpTo('!', String::new());
        let mut hearing = Hearing::new(Some(&mut listener));
        assert_eq!(hearing.hear("a"), Heard::More);
        assert_eq!(hearing.hear("a"), Heard::More);
        assert_eq!(hearing.hear("aé!"), Heard::Enough);
        assert_eq!(hearing.kept(), Some(3));
        assert_eq!(listener.1, "aé!");
        let mut hearing = Hearing::new(None);
        assert_eq!((hearing.hear("a!b"), hearing.kept()), (Heard::More, None));
    }

    #[test]
    fn blanks_after_the_end_are_no_reason_to_hang_up() {
        struct All;
        impl Listener for All {
            fn begin(&mut self) {}
            fn hear(&mut self, piece: &str) -> Option<usize> {
                piece.contains('!').then_some(usize::MAX)
            }
        }
        let mut listener = All;
        let mut hearing = Hearing::new(Some(&mut listener));
        assert_eq!(hearing.hear("a!"), Heard::Complete);
        assert_eq!(hearing.hear("a!\n"), Heard::Complete);
        assert_eq!(hearing.hear("a!\n b"), Heard::Enough);
        assert_eq!(hearing.kept(), Some(2));
    }

    #[test]
    fn snapshots_of_usage_replace_each_other() {
        let mut partial = Partial::default();
        partial.note_usage(Some(&json!({"input_tokens": 9, "output_tokens": 1})));
        partial.note_usage(Some(&json!({"output_tokens": 5, "input_tokens": null})));
        partial.note_usage(None);
        assert_eq!(partial.usage(), json!({"input_tokens": 9, "output_tokens": 5}));
    }
}
