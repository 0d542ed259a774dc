//! Thoughts that servers without a field for them send in the text.
//!
//! Local servers pass on what the model wrote, and many models think aloud first, between tags. Only a
//! block at the very beginning is a thought: tags further on are text. Where a chat template opens the
//! block itself, only the closing tag comes; it counts if it stands on a line of its own.

use rlm_lang_syntax::source::floor;

/// The tags, by the models that use them: DeepSeek, Qwen and most others; imitations; EXAONE and Gemma;
/// Magistral; Seed.
const TAGS: [(&str, &str); 5] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
    ("<seed:think>", "</seed:think>"),
];

/// Parts thoughts from text, piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Thoughts {
    state: State,
    /// Text of which it is not known yet what it is.
    held: String,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing but what may be the beginning of a tag.
    #[default]
    Start,
    /// Inside a thought that ends with this tag.
    Inside(&'static str),
    /// Between a thought and the text.
    Between,
    /// In the text.
    Text,
}

impl Thoughts {
    /// Takes a piece and gives what of it, and of what was held back, is text.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        if matches!(self.state, State::Text) {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if matches!(self.state, State::Start) {
            let begun = self.held.trim_start();
            if let Some((open, close)) = TAGS.iter().find(|(open, _)| begun.starts_with(open)) {
                self.held = begun.split_at(open.len()).1.to_owned();
                self.state = State::Inside(close);
            } else if TAGS.iter().any(|(open, _)| open.starts_with(begun)) {
                return String::new();
            } else {
                self.state = State::Text;
                return std::mem::take(&mut self.held);
            }
        }
        if let State::Inside(close) = self.state {
            match self.held.split_once(close) {
                Some((_, rest)) => {
                    self.held = rest.to_owned();
                    self.state = State::Between;
                }
                None => {
                    // Of a thought only the beginning of its end is needed.
                    let end = floor(&self.held, self.held.len().saturating_sub(close.len()));
                    self.held.drain(..end);
                    return String::new();
                }
            }
        }
        let text = self.held.trim_start();
        if text.is_empty() {
            return String::new();
        }
        self.state = State::Text;
        let text = text.to_owned();
        self.held.clear();
        text
    }

    /// What was held back and turns out to be text, now that nothing more comes. A thought that never
    /// ended is no text.
    pub(crate) fn finish(self) -> String {
        if matches!(self.state, State::Start) { self.held } else { String::new() }
    }
}

/// A whole text without its thoughts.
pub(crate) fn without(text: String) -> String {
    let begun = text.trim_start();
    let may_think = |(open, _): &(&str, &str)| begun.starts_with(open) || open.starts_with(begun);
    // Texts that begin with no thought are taken as they are, however long.
    let mut out = if TAGS.iter().any(may_think) {
        let mut thoughts = Thoughts::default();
        let out = thoughts.push(&text);
        out + &thoughts.finish()
    } else {
        text
    };
    match unopened(&out) {
        Some(end) => out.split_off(end),
        None => out,
    }
}

/// Where the text begins after a thought whose opening tag is missing.
pub(crate) fn unopened(text: &str) -> Option<usize> {
    let (at, close) = TAGS.iter().find_map(|(open, close)| {
        let at = text.find(close)?;
        let before = text.get(..at)?;
        (before.trim_end_matches(' ').ends_with('\n') && !before.contains(open))
            .then_some((at, close))
    })?;
    let rest = text.get(at + close.len()..)?;
    let own_line = rest.split('\n').next().is_some_and(|line| line.trim().is_empty());
    own_line.then(|| text.len() - rest.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(text: &str, size: usize) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut thoughts = Thoughts::default();
        let pieces = chars.chunks(size).map(String::from_iter);
        let mut out: String = pieces.map(|piece| thoughts.push(&piece)).collect();
        out.push_str(&thoughts.finish());
        out
    }

    #[test]
    fn a_thought_at_the_beginning_is_left_out() {
        for (text, want) in [
            ("\n<think>```rlm\nx\n```</think>\n\na </think>", "a </think>"),
            ("<thinking>é</thinking>a", "a"),
            ("[THINK]t[/THINK] a\n", "a\n"),
            ("a <think>b</think>", "a <think>b</think>"),
            ("<thin", "<thin"),
            ("<thinner>", "<thinner>"),
            ("<think>never ends", ""),
            ("<think></think>", ""),
            (" a", " a"),
            ("", ""),
        ] {
            for size in 1..12 {
                assert_eq!(in_pieces(text, size), want, "{text:?} in pieces of {size}");
            }
            assert_eq!(without(text.to_string()), want, "{text:?}");
        }
    }

    #[test]
    fn a_closing_tag_alone_ends_a_thought_if_it_has_its_own_line() {
        for (text, want) in [
            ("I see.\n</think>\n\nyes", "yes"),
            ("I see.\n </think> \r\nyes", "yes"),
            ("I see.\n</think>", ""),
            ("the tag </think> ends it", "the tag </think> ends it"),
            ("it is\n</think> here", "it is\n</think> here"),
            ("look: <think>\n</think>\n", "look: <think>\n</think>\n"),
        ] {
            assert_eq!(without(text.to_string()), want, "{text:?}");
        }
    }
}
