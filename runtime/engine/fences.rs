//! Finding the programs in a model's reply.
//!
//! Code stands in fences labelled `rlm`; other labels that models use are taken where there is no
//! `rlm` fence. A fence closes only at a line that holds nothing but the fence, because programs
//! contain texts with backticks in them. Whatever was not understood is said back.

use crate::model::Listener;

/// A fenced program in a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The code between the fence lines, line ends as they were.
    pub code: String,
    /// Whether a closing fence was found.
    pub closed: bool,
}

/// Labels that mean a program, most wanted first.
const LABELS: &[&[&str]] =
    &[&["rlm"], &["repl", "python", "py", "tool_code", "code", "python3"], &[""]];

/// The programs of a reply, in order.
pub fn programs(reply: &str) -> Vec<Fence> {
    let all = fences(reply);
    for labels in LABELS {
        let found: Vec<Fence> = all
            .iter()
            .filter(|(label, _)| labels.contains(&label.as_str()))
            .map(|(_, fence)| fence.clone())
            .filter(|fence| !fence.code.trim().is_empty())
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// All fences with their labels in lower case.
fn fences(reply: &str) -> Vec<(String, Fence)> {
    let mut scanner = Scanner::default();
    let mut found: Vec<_> =
        reply.split_inclusive('\n').filter_map(|line| scanner.line(line)).collect();
    found.extend(scanner.finish());
    found
}

/// Makes lines into fences.
#[derive(Debug, Default)]
struct Scanner {
    open: Option<Open>,
}

/// A fence of which the end is not found yet.
#[derive(Debug)]
struct Open {
    label: String,
    length: usize,
    mark: char,
    indent: usize,
    code: String,
}

impl Scanner {
    /// Takes a line, with its end; gives the fence that it closes.
    fn line(&mut self, line: &str) -> Option<(String, Fence)> {
        let trimmed = line.trim();
        let Some(open) = &mut self.open else {
            if let Some((mark, length, label)) = opening(trimmed) {
                let indent = line.len() - line.trim_start().len();
                self.open = Some(Open { label, length, mark, indent, code: String::new() });
            }
            return None;
        };
        let closes =
            trimmed.chars().count() >= open.length && trimmed.chars().all(|c| c == open.mark);
        if !closes {
            open.code.push_str(without_indent(line, open.indent));
            return None;
        }
        let Open { label, code, .. } = self.open.take()?;
        Some((label, Fence { code, closed: true }))
    }

    /// The fence that no line closed.
    fn finish(self) -> Option<(String, Fence)> {
        let Open { label, code, .. } = self.open?;
        Some((label, Fence { code, closed: false }))
    }
}

/// Hears a turn's reply, tells how far it has come, and ends it after the first complete `rlm` program.
///
/// What models write after a program is what they imagine it to print, and often an answer to that.
/// Ending there saves the wait for it and its cost. Stop texts could not do the same: a provider does
/// not know that a line of backticks inside a longer fence, or one that opens a fence without a label,
/// closes nothing, and it leaves out the text that it stopped at, so that a closed program would look
/// like one that was cut off.
pub(super) struct TurnListener<F> {
    ends: bool,
    scanner: Scanner,
    /// The line that has not ended yet.
    line: String,
    chars: usize,
    heard: F,
}

impl<F: FnMut(usize)> TurnListener<F> {
    /// A listener that tells how many characters have come; `ends` tells whether it looks for a program.
    pub(super) fn new(ends: bool, heard: F) -> Self {
        Self { ends, scanner: Scanner::default(), line: String::new(), chars: 0, heard }
    }
}

impl<F: FnMut(usize) + Send> Listener for TurnListener<F> {
    fn begin(&mut self) {
        self.scanner = Scanner::default();
        self.line.clear();
        self.chars = 0;
    }

    fn hear(&mut self, piece: &str) -> Option<usize> {
        self.chars += piece.chars().count();
        (self.heard)(self.chars);
        if !self.ends {
            return None;
        }
        let mut end = 0;
        for part in piece.split_inclusive('\n') {
            self.line.push_str(part);
            if !part.ends_with('\n') {
                break;
            }
            let closed = self.scanner.line(&self.line);
            self.line.clear();
            end += part.len();
            if let Some((label, fence)) = closed
                && is_wanted(&label)
                && !fence.code.trim().is_empty()
            {
                return Some(end);
            }
        }
        None
    }
}

/// Whether a label is the one that programs should have.
fn is_wanted(label: &str) -> bool {
    LABELS.first().is_some_and(|labels| labels.contains(&label))
}

/// The fence character, the fence's length and the label of an opening line.
fn opening(line: &str) -> Option<(char, usize, String)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|&c| c == mark).count();
    let label = line.get(length..)?.trim();
    // "```x = 1```" on one line is prose.
    if length < 3 || label.contains(mark) {
        return None;
    }
    let word = label.split_whitespace().next().unwrap_or("");
    Some((mark, length, word.trim_matches(['{', '}', '.']).to_lowercase()))
}

/// A fence inside a list item is indented; so is its code.
fn without_indent(line: &str, indent: usize) -> &str {
    let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(indent.min(blank)..).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(reply: &str) -> Vec<String> {
        programs(reply).into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn takes_rlm_fences_in_order() {
        let reply = "Plan.\n```rlm\na = 1\n```\nthen\n```rlm\nb = 2\n```\n```json\n{}\n```";
        assert_eq!(codes(reply), ["a = 1\n", "b = 2\n"]);
    }

    #[test]
    fn takes_other_labels_only_without_rlm() {
        assert_eq!(codes("```python\nx\n```\n```rlm\ny\n```"), ["y\n"]);
        assert_eq!(codes("```repl\nx\n```"), ["x\n"]);
        assert_eq!(codes("```\nx\n```"), ["x\n"]);
        assert_eq!(codes("```json\n{}\n```"), Vec::<String>::new());
    }

    #[test]
    fn closes_only_at_a_line_of_its_own() {
        let reply = "```rlm\nx = t.replace(\"```json\", \"\").replace(\"```\", \"\")\ny = 1\n```";
        assert_eq!(
            codes(reply),
            ["x = t.replace(\"```json\", \"\").replace(\"```\", \"\")\ny = 1\n"]
        );
    }

    /// What a listener lets through of a reply that comes in pieces of some characters, and how many
    /// characters it told of.
    fn heard(reply: &str, size: usize) -> (String, usize) {
        let mut told = 0;
        let mut listener = TurnListener::new(true, |chars| told = chars);
        listener.begin();
        let chars: Vec<char> = reply.chars().collect();
        let mut text = String::new();
        for piece in chars.chunks(size).map(String::from_iter) {
            match listener.hear(&piece) {
                Some(end) => {
                    text.push_str(&piece[..end]);
                    break;
                }
                None => text.push_str(&piece),
            }
        }
        (text, told)
    }

    #[test]
    fn a_listener_ends_after_the_first_complete_program() {
        for (kept, rest) in [
            ("Plan.\n```rlm\na = 1\n```\n", "It prints 1.\n```rlm\nb\n```\n"),
            ("```rlm\r\nx\r\n```\r\n", "more"),
            // Nothing in here closes the first program.
            ("```rlm\nx = \"```\"\n", ""),
            ("````rlm\nx\n```\ny\n````\n", "more"),
            ("```python\nx\n```\nmore", ""),
            ("```rlm\n\n```\nmore\n```rlm\nx\n```\n", "more"),
            ("~~~rlm\nx\n```\n~~~\n", "more"),
            ("no program", ""),
            ("```rlm\nx\n```", ""),
        ] {
            let reply = format!("{kept}{rest}");
            for size in 1..9 {
                let (text, told) = heard(&reply, size);
                assert_eq!(text, kept, "{reply:?} in pieces of {size}");
                assert!(told >= kept.chars().count());
                assert_eq!(programs(&text).first(), programs(&reply).first(), "{reply:?}");
            }
        }
    }

    #[test]
    fn marks_a_fence_left_open() {
        let found = programs("```rlm\nx = [1,\n");
        assert_eq!(found, [Fence { code: "x = [1,\n".to_string(), closed: false }]);
    }

    #[test]
    fn keeps_longer_fences_apart_and_strips_their_indent() {
        assert_eq!(codes("````rlm\nx\n```\ny\n````"), ["x\n```\ny\n"]);
        assert_eq!(codes("- do:\n  ```rlm\n  if a {\n    b\n  }\n  ```"), ["if a {\n  b\n}\n"]);
        assert_eq!(codes("```rlm\r\nx\r\n```\r\n"), ["x\r\n"]);
    }

    #[test]
    fn prose_in_backticks_is_no_fence() {
        assert_eq!(codes("use ```x = 1``` here"), Vec::<String>::new());
        assert_eq!(codes(""), Vec::<String>::new());
    }
}
