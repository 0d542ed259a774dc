//! The system prompt, made from the table of builtins, and the first message of a run.

use std::fmt::Write;

use rlm_lang_syntax::signature::{Catalog, Signature};

use crate::builtin::Table;
use crate::text::Text;

/// What differs from run to run.
#[derive(Clone, Copy, Debug)]
pub struct PromptFields {
    /// Model calls that the run may make; `None` for no limit.
    pub calls: Option<u64>,
    /// Characters that one call may send.
    pub window_chars: usize,
    /// Turns of the run.
    pub turns: u64,
    /// Whether `recurse` starts a child here.
    pub recursion: bool,
}

impl Default for PromptFields {
    fn default() -> PromptFields {
        PromptFields { calls: Some(200), window_chars: 400_000, turns: 30, recursion: true }
    }
}

const OPENING: &str = include_str!("prompt/opening.md");
const CALLS: &str = include_str!("prompt/calls.md");
const EXAMPLES: &str = include_str!("prompt/examples.md");

/// Groups whose functions the prompt lists, in order; those of `model` come under their own heading.
const GROUPS: &[&str] =
    &["text", "search", "sequences", "records", "numbers", "math", "values", "dates", "output"];

/// The system prompt.
pub fn system(fields: &PromptFields) -> String {
    let table = Table::get();
    let mut out = String::from(OPENING.trim_end());
    out.push_str("\n\nFunctions\n");
    for group in GROUPS {
        let lines: Vec<&str> = listed(table, group).filter_map(|s| s.prompt).collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "{}", lines.join("   "));
        }
    }
    out.push_str("\nModel calls\n");
    for signature in listed(table, "model") {
        if signature.name == "recurse" && !fields.recursion {
            continue;
        }
        if let Some(line) = signature.prompt {
            let _ = writeln!(out, "{}", line.replace("{window}", &grouped(fields.window_chars)));
        }
    }
    let calls = match fields.calls {
        Some(n) => format!("You have {n} calls: give"),
        None => "Give".to_string(),
    };
    out.push_str(CALLS.trim_end().replace("{calls}", &calls).as_str());
    out.push_str("\n\n");
    out.push_str(EXAMPLES.trim_end());
    out.push('\n');
    out
}

fn listed(table: &'static Table, group: &str) -> impl Iterator<Item = &'static Signature> {
    table.signatures().iter().copied().filter(move |s| s.group == group && s.prompt.is_some())
}

/// Documents named in the first message.
const NAMED_DOCUMENTS: usize = 10;

/// The first message: the question, and what the input is, never its text.
pub fn first_message(question: &Text, context: &Text, documents: &[Text]) -> String {
    let mut out = format!("Question: {}\n\n", question.to_str());
    let size = format!("{} characters", grouped(context.char_len()));
    match documents {
        [only] => {
            let name = only.place().map(|p| format!(" ({})", p.name)).unwrap_or_default();
            let _ = write!(out, "context: one document{name}, {size}.");
        }
        many => {
            let _ = write!(out, "context: {} documents, {size}: ", grouped(many.len()));
            let names: Vec<String> = many
                .iter()
                .take(NAMED_DOCUMENTS)
                .map(|d| d.place().map(|p| p.name.to_string()).unwrap_or_default())
                .collect();
            out.push_str(&names.join(", "));
            let more = many.len().saturating_sub(NAMED_DOCUMENTS);
            if more > 0 {
                let _ = write!(out, ", and {} more", grouped(more));
            }
            out.push('.');
        }
    }
    out
}

/// `1234567` as `1,234,567`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn every_line_names_a_function_of_the_table() {
        for signature in Table::get().signatures() {
            if let Some(line) = signature.prompt {
                let name = line.split('(').next().unwrap_or_default();
                let is_known = Table::get().function(name).is_some() || name.starts_with("m.");
                assert!(is_known, "{line}");
                let known_group = GROUPS.contains(&signature.group) || signature.group == "model";
                assert!(known_group, "{}: {}", signature.name, signature.group);
            }
        }
    }

    #[test]
    fn fields_are_filled_in() {
        let fields = PromptFields { calls: Some(7), window_chars: 123_456, ..Default::default() };
        let prompt = system(&fields);
        assert!(prompt.contains("You have 7 calls"));
        assert!(prompt.contains("123,456 characters"));
        assert!(!prompt.contains('{') || !prompt.contains("{calls}"));
        let flat = system(&PromptFields { recursion: false, ..fields });
        assert!(prompt.contains("recurse(") && !flat.contains("recurse("));
    }
}
