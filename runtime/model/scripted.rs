//! A model that reads its replies from a file: for tests, demonstrations and work without a network.
//!
//! The file holds sections, each opened by a line of its own and going on to the next such line:
//!
//! ```text
//! === turn ===
//! The reply to the first turn.
//! === turn ===
//! The reply to the second turn.
//! === call line (\d+) ===
//! The answer to any call whose last message matches the regex; $1 is what the group matched.
//! === call ===
//! The answer to the first call that no regex above matches; the next such section, to the second.
//! === chat capital of (\w+) ===
//! === turn ===
//! The first turn of any conversation whose first user message matches the regex.
//! ```
//!
//! - **Turns** answer requests of [`Purpose::Root`]. Which one is decided by the request alone: as many
//!   assistant messages as it holds, that many sections are skipped. Text before the first separator is
//!   the first turn, so a file without separators is a script of one turn.
//! - **Calls** answer requests of [`Purpose::Call`]. Sections with a regex are tried first, in the order
//!   of the file, and answer any number of requests; the others answer one each, in order of arrival.
//! - **Chats** hold the turns of child conversations, which are roots of their own. The turn sections
//!   after a `chat` line belong to it; a conversation that matches no chat gets the turns before all.
//!
//! `$0` to `$99` stand for groups in sections with a regex; any other `$`, and a number that names no
//! group, stays as it is. Line ends become `\n`, and those at the end of a section are left out. A
//! request for which nothing is left ends in an error that says so.

use super::{BoxFuture, ErrorKind, Finish, Message, Model, ModelError, Purpose, Reply, Request};
use super::{Role, Usage};
use regex::{Captures, Regex};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A model that answers from a script.
#[derive(Debug)]
pub struct Scripted {
    name: String,
    /// The turns of conversations; the first entry is for those that match no other.
    chats: Vec<Chat>,
    /// Answers to calls that match.
    matched: Vec<(Regex, String)>,
    /// Answers to further calls, in order of arrival.
    queued: Vec<String>,
    /// How many of `queued` were given.
    given: AtomicUsize,
    window: Option<u64>,
}

#[derive(Debug)]
struct Chat {
    /// What the first user message must match; `None` for the root conversation.
    pattern: Option<Regex>,
    turns: Vec<String>,
}

/// What a separator opens.
enum Section {
    Turn,
    Call(Option<Regex>),
    Chat(Regex),
}

impl Scripted {
    /// Reads a script from a file.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let shown = path.display();
        let bytes = std::fs::read(path).map_err(|e| {
            let message = format!(
                "cannot read the script {shown}: {}; check --model script:FILE",
                crate::told::io_reason(&e)
            );
            ModelError::unsent(ErrorKind::NotConfigured, message)
        })?;
        Self::parse(&format!("script:{shown}"), &String::from_utf8_lossy(&bytes))
    }

    /// Reads a script from text; `name` is what errors and records call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, ModelError> {
        let root = Chat { pattern: None, turns: Vec::new() };
        let mut script = Self {
            name: name.to_owned(),
            chats: vec![root],
            matched: Vec::new(),
            queued: Vec::new(),
            given: AtomicUsize::new(0),
            window: None,
        };
        let mut open = None;
        let mut body = String::new();
        for (number, line) in text.lines().enumerate() {
            let next = separator(line).map_err(|e| {
                let message = format!("{name}, line {}: {e}", number + 1);
                ModelError::unsent(ErrorKind::NotConfigured, message)
            })?;
            match next {
                Some(section) => script.close(open.replace(section), std::mem::take(&mut body)),
                None => {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
        script.close(open, body);
        Ok(script)
    }

    /// The same script with a window of so many tokens.
    #[must_use]
    pub fn with_window(self, window: Option<u64>) -> Self {
        Self { window, ..self }
    }

    /// Files the section that ends here.
    fn close(&mut self, section: Option<Section>, body: String) {
        let blank = body.trim().is_empty();
        let body = body.trim_end_matches('\n').to_owned();
        match section {
            // Blank lines before the first separator are no reply.
            None if blank => {}
            None | Some(Section::Turn) => {
                if let Some(chat) = self.chats.last_mut() {
                    chat.turns.push(body);
                }
            }
            Some(Section::Call(Some(pattern))) => self.matched.push((pattern, body)),
            Some(Section::Call(None)) => self.queued.push(body),
            Some(Section::Chat(pattern)) => {
                // A reply right after the chat line is its first turn, as at the start of the file.
                let turns = if blank { Vec::new() } else { vec![body] };
                self.chats.push(Chat { pattern: Some(pattern), turns });
            }
        }
    }

    fn answer(&self, request: &Request) -> Result<String, ModelError> {
        match request.purpose {
            Purpose::Root => self.turn(&request.messages),
            Purpose::Call => self.call(&request.messages),
        }
    }

    fn turn(&self, messages: &[Message]) -> Result<String, ModelError> {
        let said = messages.iter().filter(|m| m.role == Role::Assistant).count();
        let first = messages.iter().find(|m| m.role == Role::User);
        let question = first.map_or("", |m| m.content.as_str());
        let chats = || self.chats.iter();
        let matching = chats().find_map(|chat| {
            let captures = chat.pattern.as_ref()?.captures(question)?;
            Some((chat, Some(captures)))
        });
        let found = matching.or_else(|| Some((chats().next()?, None)));
        let turns = found.as_ref().map_or(0, |(chat, _)| chat.turns.len());
        match found.as_ref().and_then(|(chat, captures)| Some((chat.turns.get(said)?, captures))) {
            Some((text, Some(captures))) => Ok(expand(text, captures)),
            Some((text, None)) => Ok(text.clone()),
            None => Err(self.exhausted(&format!(
                "has no reply for turn {} of this conversation (it holds {turns}); add a section === turn ===",
                said + 1
            ))),
        }
    }

    fn call(&self, messages: &[Message]) -> Result<String, ModelError> {
        let last = messages.last().map_or("", |m| m.content.as_str());
        for (pattern, text) in &self.matched {
            if let Some(captures) = pattern.captures(last) {
                return Ok(expand(text, &captures));
            }
        }
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        self.queued.get(number).cloned().ok_or_else(|| {
            self.exhausted(&format!(
                "has no reply for this call ({} sections === call === are used up, {} regexes do not match); \
                 add a section === call === or === call REGEX ===",
                self.queued.len(),
                self.matched.len()
            ))
        })
    }

    fn exhausted(&self, what: &str) -> ModelError {
        ModelError::unsent(ErrorKind::NotConfigured, format!("{} {what}", self.name))
    }
}

impl Model for Scripted {
    fn complete(&self, request: Request) -> BoxFuture<'_, Result<Reply, ModelError>> {
        Box::pin(async move {
            Ok(Reply {
                text: self.answer(&request)?,
                usage: Usage::default(),
                finish: Finish::Stop,
                left_after: None,
                other_usage: None,
                model: self.name.clone(),
                tries: 0,
                elapsed: Duration::ZERO,
            })
        })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn window(&self) -> Option<u64> {
        self.window
    }
}

/// Reads a line as a separator; `None` if it is text.
fn separator(line: &str) -> Result<Option<Section>, String> {
    let inner = line.trim_end().strip_prefix("=== ").and_then(|rest| rest.strip_suffix(" ==="));
    let Some(inner) = inner.map(str::trim) else { return Ok(None) };
    let (word, pattern) = match inner.split_once(' ') {
        Some((word, pattern)) => (word, Some(pattern.trim())),
        None => (inner, None),
    };
    let compile = |pattern: &str| {
        Regex::new(pattern).map_err(|e| {
            let why = e.to_string();
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the regex {pattern:?} is wrong: {why}")
        })
    };
    Ok(match (word, pattern) {
        ("turn", None) => Some(Section::Turn),
        ("call", None) => Some(Section::Call(None)),
        ("call", Some(pattern)) => Some(Section::Call(Some(compile(pattern)?))),
        ("chat", Some(pattern)) => Some(Section::Chat(compile(pattern)?)),
        ("chat", None) => return Err("=== chat === needs a regex: === chat REGEX ===".into()),
        _ => None,
    })
}

/// Puts groups into a text. Unlike the regex crate's own expansion it leaves prices and shell
/// variables alone.
fn expand(text: &str, captures: &Captures<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let digits = after.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let (number, tail) = after.split_at(digits);
        match number.parse().ok().filter(|n| *n < captures.len()) {
            Some(group) => out.push_str(captures.get(group).map_or("", |m| m.as_str())),
            None => {
                out.push('$');
                out.push_str(number);
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Scripted {
        Scripted::parse("script:t", text).unwrap()
    }

    fn turn(script: &Scripted, question: &str, said: usize) -> Result<String, String> {
        let mut messages = vec![Message::system("s"), Message::user(question)];
        for _ in 0..said {
            messages.extend([Message::assistant("a"), Message::user("result")]);
        }
        let request = Request { messages, ..Request::default() };
        script.answer(&request).map_err(|e| e.message)
    }

    fn call(script: &Scripted, text: &str) -> Result<String, String> {
        let messages = vec![Message::user(text)];
        let request = Request { messages, purpose: Purpose::Call, ..Request::default() };
        script.answer(&request).map_err(|e| e.message)
    }

    #[test]
    fn turns_are_picked_by_what_was_said() {
        let script =
            script("\n=== turn ===\r\none\r\n\r\ntwo\r\n\r\n=== turn ===\n=== turn ===\n x");
        assert_eq!(turn(&script, "q", 2).unwrap(), " x");
        assert_eq!(turn(&script, "q", 0).unwrap(), "one\n\ntwo");
        assert_eq!(turn(&script, "q", 1).unwrap(), "");
        let error = turn(&script, "q", 3).unwrap_err();
        assert!(
            error.starts_with("script:t has no reply for turn 4 of this conversation (it holds 3)"),
            "{error}"
        );
    }

    #[test]
    fn text_before_the_first_separator_is_a_turn() {
        let script = script("one\n=== turned ===\n=== turn ===\ntwo");
        assert_eq!(turn(&script, "q", 0).unwrap(), "one\n=== turned ===");
        assert_eq!(turn(&script, "q", 1).unwrap(), "two");
    }

    #[test]
    fn calls_by_regex_then_in_order() {
        let script = script(
            "=== call ===\nfirst\n=== call (?i)item (\\d+)(x)? ===\n$1: $0 $2$3 $5.50 $HOME$\n=== call ===\nsecond",
        );
        assert_eq!(call(&script, "other").unwrap(), "first");
        assert_eq!(call(&script, "the Item 17").unwrap(), "17: Item 17 $3 $5.50 $HOME$");
        assert_eq!(call(&script, "other").unwrap(), "second");
        assert_eq!(call(&script, "ITEM 3").unwrap(), "3: ITEM 3 $3 $5.50 $HOME$");
        let error = call(&script, "other").unwrap_err();
        assert!(
            error.contains("2 sections === call === are used up, 1 regexes do not match"),
            "{error}"
        );
        assert!(turn(&script, "q", 0).is_err());
    }

    #[test]
    fn children_have_turns_of_their_own() {
        let script = script(
            "root\n=== chat part (\\d) ===\n=== turn ===\nlook at $1\n=== turn ===\ndone $1",
        );
        assert_eq!(turn(&script, "all", 0).unwrap(), "root");
        assert_eq!(turn(&script, "part 7", 0).unwrap(), "look at 7");
        assert_eq!(turn(&script, "part 8", 1).unwrap(), "done 8");
        assert!(turn(&script, "all", 1).is_err());
        let short = Scripted::parse("script:t", "=== chat a ===\nreply\n").unwrap();
        assert_eq!(turn(&short, "a", 0).unwrap(), "reply");
    }

    #[test]
    fn wrong_scripts_are_said_with_their_line() {
        let error = Scripted::parse("script:t", "a\n=== call ( ===\nb").unwrap_err();
        assert_eq!(error.message, "script:t, line 2: the regex \"(\" is wrong: unclosed group");
        assert!(Scripted::parse("script:t", "=== chat ===").is_err());
        let error = Scripted::read(Path::new("no/such/script")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotConfigured);
        assert!(error.message.contains("no/such/script"), "{}", error.message);
    }
}
