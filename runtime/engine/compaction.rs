//! Making room in a history that fills the model's window.
//!
//! At 85 % of the window the model is asked to sum up its work. Its summary takes the place of the turns so
//! far, whose full text stays in a variable that programs can search. After three times a run goes on
//! until the window is full: a summary of summaries of summaries loses more than it saves.

use std::fmt::Write;

use crate::engine::limits::LimitReached;
use crate::model::{Message, Role};

/// How often the history of an engine is compacted.
const MOST: u32 = 3;

/// The part of the window, in hundredths, above which it is compacted.
const FULL: u64 = 85;

/// The variable that holds the full text; the second name where a program took the first.
const VARIABLES: [&str; 2] = ["history", "run_history"];

/// What is to be done before the next turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// The history fits.
    Enough,
    /// It is to be compacted.
    Compact,
    /// The window is full, and nothing more can be done.
    Full,
}

/// What the model is asked, behind the last result.
pub(super) const ASK: &str = "\n\nYour window is almost full, so the conversation so far will be replaced by your own summary. Do not write a program now. Write the summary: what is asked, what you found with its places and numbers, which variables hold what, what did not work, and what to do next.";

/// What stands for a summary that could not be had.
pub(super) const NO_SUMMARY: &str = "(There is no summary. Look at your variables.)";

/// What ends a run whose window is full.
pub(super) fn is_full(window: u64) -> String {
    let what = format!("the model's window of {window} tokens is full");
    LimitReached::new(&what, "a model with a larger window, or --window,").message
}

/// What was compacted so far.
#[derive(Debug, Default)]
pub(super) struct Compacted {
    times: u32,
    /// All turns that were replaced, as text.
    turns: String,
    /// The first message, as it was before any summary.
    first: Option<String>,
    variable: Option<&'static str>,
}

impl Compacted {
    /// How often.
    pub(super) fn times(&self) -> u32 {
        self.times
    }

    /// Judges a history of `tokens` tokens and `messages` messages.
    pub(super) fn room(&self, tokens: u64, window: u64, messages: usize) -> Room {
        if tokens.saturating_mul(100) <= window.saturating_mul(FULL) {
            return Room::Enough;
        }
        // System prompt and first message cannot be compacted, and there must be a turn.
        if self.times < MOST && messages > 3 {
            return Room::Compact;
        }
        if tokens > window { Room::Full } else { Room::Enough }
    }

    /// The full text of all turns, those of this history at its end.
    pub(super) fn turns(&mut self, history: &[Message]) -> String {
        for message in history.iter().skip(2) {
            let who = if message.role == Role::Assistant { "you" } else { "result" };
            let _ = writeln!(self.turns, "[{who}]\n{}\n", message.content.trim_end());
        }
        self.turns.clone()
    }

    /// The name of the variable for that text: one that programs do not use.
    pub(super) fn variable(&mut self, is_used: impl Fn(&str) -> bool) -> &'static str {
        let [first, second] = VARIABLES;
        self.variable.get_or_insert_with(|| if is_used(first) { second } else { first })
    }

    /// The new history: system prompt and first message, which ends with the summary.
    pub(super) fn history(&mut self, history: &[Message], summary: &str) -> Vec<Message> {
        self.times += 1;
        let times = self.times;
        let s = if times == 1 { "" } else { "s" };
        let first = history.get(1).map(|message| message.content.clone()).unwrap_or_default();
        let first = self.first.get_or_insert(first);
        let variable = self.variable.unwrap_or(VARIABLES[0]);
        let text = format!(
            "{first}\n\n[compacted {times} time{s}: to make room, the turns so far were replaced by your own summary. Do not repeat work. Variables are as they were; the full text of the turns is in the variable {variable}.]\n\n{}",
            summary.trim()
        );
        history.first().cloned().into_iter().chain([Message::user(text)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(times: u32) -> Compacted {
        Compacted { times, ..Compacted::default() }
    }

    #[test]
    fn compacts_above_85_percent_and_three_times() {
        assert_eq!(after(0).room(850, 1000, 10), Room::Enough);
        assert_eq!(after(0).room(851, 1000, 10), Room::Compact);
        assert_eq!(after(2).room(2000, 1000, 10), Room::Compact);
        assert_eq!(after(3).room(999, 1000, 10), Room::Enough);
        assert_eq!(after(3).room(1001, 1000, 10), Room::Full);
        // Nothing to compact yet.
        assert_eq!(after(0).room(900, 1000, 2), Room::Enough);
        assert_eq!(after(0).room(1001, 1000, 2), Room::Full);
    }

    #[test]
    fn the_history_becomes_a_summary() {
        let history = [
            Message::system("s"),
            Message::user("Question: q"),
            Message::assistant("```rlm\nx = 1\n```"),
            Message::user("[turn 1 of 9]\nno output"),
        ];
        let mut compacted = Compacted::default();
        let turns = "[you]\n```rlm\nx = 1\n```\n\n[result]\n[turn 1 of 9]\nno output\n\n";
        assert_eq!(compacted.turns(&history), turns);
        assert_eq!(compacted.variable(|_| false), "history");
        let once = compacted.history(&history, " x is 1.\n");
        assert_eq!((once.len(), once[0].content.as_str()), (2, "s"));
        let text = &once[1].content;
        assert!(text.starts_with("Question: q\n\n[compacted 1 time: "), "{text}");
        assert!(text.ends_with("in the variable history.]\n\nx is 1."), "{text}");
        // The second summary replaces the first; the text of all turns grows.
        let longer = [&once[..], &history[2..]].concat();
        assert_eq!(compacted.turns(&longer), turns.repeat(2));
        let twice = compacted.history(&longer, "x is 2.");
        assert!(twice[1].content.starts_with("Question: q\n\n[compacted 2 times: "));
        assert!(!twice[1].content.contains("x is 1."));
    }

    #[test]
    fn a_variable_of_a_program_is_left_alone() {
        let mut compacted = Compacted::default();
        assert_eq!(compacted.variable(|name| name == "history"), "run_history");
        assert_eq!(compacted.variable(|_| false), "run_history");
    }
}
