//! The system prompt, made from the table of builtins, and the first message of a run.

use std::fmt::Write;

use rlm_lang_syntax::signature::{Catalog, Signature};

use crate::builtin::Table;
use crate::output::one_line;
use crate::text::Text;

/// Which text teaches the language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// Everything that a model should know.
    #[default]
    Full,
    /// Fewer functions and plainer rules, for small models.
    Small,
    /// Without model calls: programs only search and compute.
    NoCalls,
}

impl Variant {
    /// All of them.
    pub const ALL: &'static [Variant] = &[Variant::Full, Variant::Small, Variant::NoCalls];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Full => "full",
            Variant::Small => "small",
            Variant::NoCalls => "no-calls",
        }
    }

    /// The variant of this name.
    pub fn named(name: &str) -> Option<Variant> {
        Variant::ALL.iter().copied().find(|variant| variant.name() == name)
    }
}

/// What differs from run to run.
#[derive(Clone, Copy, Debug)]
pub struct PromptFields {
    /// Which text.
    pub variant: Variant,
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
        PromptFields {
            variant: Variant::Full,
            calls: Some(200),
            window_chars: 400_000,
            turns: 30,
            recursion: true,
        }
    }
}

/// The texts of a variant around the functions of the table.
struct Texts {
    opening: &'static str,
    calls: &'static str,
    examples: &'static str,
    /// The functions that it names; all that have a line for the prompt if there is no list.
    only: Option<&'static [&'static str]>,
}

impl Variant {
    fn texts(self) -> Texts {
        match self {
            Variant::Full => Texts {
                opening: include_str!("prompt/opening.md"),
                calls: include_str!("prompt/calls.md"),
                examples: include_str!("prompt/examples.md"),
                only: None,
            },
            Variant::Small => Texts {
                opening: include_str!("prompt/small_opening.md"),
                calls: include_str!("prompt/small_calls.md"),
                examples: include_str!("prompt/small_examples.md"),
                only: Some(SMALL),
            },
            Variant::NoCalls => Texts {
                opening: include_str!("prompt/opening.md"),
                calls: include_str!("prompt/no_calls.md"),
                examples: include_str!("prompt/no_calls_examples.md"),
                only: None,
            },
        }
    }
}

/// Groups whose functions the prompt lists, in order; those of `model` come under their own heading.
const GROUPS: &[&str] =
    &["text", "search", "sequences", "records", "numbers", "math", "values", "dates", "output"];

/// The functions that a small model is told of: one way for each need.
const SMALL: &[&str] = &[
    "len", "peek", "lines", "join", "chunk", "cite", "grep", "findall", "search", "rank", "sorted",
    "unique", "sum", "count_by", "csv", "json", "date", "print", "answer", "ask", "classify",
];

/// The system prompt of the language by itself.
pub fn system(fields: &PromptFields) -> String {
    system_for(Table::get(), fields)
}

/// The system prompt for a table with more in it: all that was added is listed.
pub fn system_for(table: &Table, fields: &PromptFields) -> String {
    let texts = fields.variant.texts();
    // A list for small models is one function a line; elsewhere a line for each group is shorter.
    let gap = if texts.only.is_some() { "\n" } else { "   " };
    let mut out = String::from(texts.opening.trim_end());
    out.push_str("\n\nFunctions\n");
    for group in GROUPS {
        let lines: Vec<&str> =
            listed(table, group, &texts).filter_map(|signature| signature.prompt).collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "{}", lines.join(gap));
        }
    }
    for signature in table.added() {
        let _ = writeln!(out, "{}", added_line(signature));
    }
    out.push_str("\nModel calls\n");
    if fields.variant != Variant::NoCalls {
        for signature in listed(table, "model", &texts) {
            if signature.name == "recurse" && !fields.recursion {
                continue;
            }
            if let Some(line) = signature.prompt {
                let _ =
                    writeln!(out, "{}", line.replace("{window}", &grouped(fields.window_chars)));
            }
        }
    }
    let calls = match fields.calls {
        Some(n) => format!("You have {n} calls: give"),
        None => "Give".to_string(),
    };
    out.push_str(texts.calls.trim_end().replace("{calls}", &calls).as_str());
    out.push_str("\n\n");
    out.push_str(texts.examples.trim_end());
    out.push('\n');
    out
}

/// The functions of a group that a variant names.
fn listed(table: &Table, group: &str, texts: &Texts) -> impl Iterator<Item = &'static Signature> {
    let only = texts.only;
    let is_added = |one: &Signature| table.added().iter().any(|added| std::ptr::eq(*added, one));
    table.signatures().iter().copied().filter(move |s| {
        s.group == group
            && s.prompt.is_some()
            && !is_added(s)
            && only.is_none_or(|only| only.contains(&s.name))
    })
}

/// The line of a function that the language does not have by itself: its own, else how it is called and
/// the first line of its docs.
fn added_line(signature: &Signature) -> String {
    if let Some(line) = signature.prompt {
        return line.to_string();
    }
    let is_method = signature.is_method();
    let params = signature.params.iter().skip(usize::from(is_method));
    let params: Vec<&str> = params.map(|param| param.name).collect();
    let receiver = if is_method { "x." } else { "" };
    let brackets =
        if signature.property { String::new() } else { format!("({})", params.join(", ")) };
    let summary = signature.docs.lines().next().unwrap_or_default();
    format!("{receiver}{}{brackets}  # {summary}", signature.name)
}

/// Documents named in the first message.
const NAMED_DOCUMENTS: usize = 10;

/// The first message: the question, and what the input is, never its text.
pub fn first_message(question: &Text, context: &Text, documents: &[Text]) -> String {
    let mut out = format!("Question: {}\n\n", question.to_str());
    let size = format!("{} characters", grouped(context.char_len()));
    match documents {
        [only] => {
            let name = only.place().map(|p| format!(" ({})", one_line(p.name)));
            let name = name.unwrap_or_default();
            let _ = write!(out, "context: one document{name}, {size}.");
        }
        many => {
            let _ = write!(out, "context: {} documents, {size}: ", grouped(many.len()));
            let names: Vec<String> = many
                .iter()
                .take(NAMED_DOCUMENTS)
                .map(|d| d.place().map(|p| one_line(p.name).into_owned()).unwrap_or_default())
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
        let flat = system(&PromptFields { recursion: false, ..fields });
        assert!(prompt.contains("recurse(") && !flat.contains("recurse("));
        for &variant in Variant::ALL {
            let prompt = system(&PromptFields { variant, ..fields });
            assert!(!prompt.contains("{calls}") && !prompt.contains("{window}"), "{prompt}");
            assert_eq!(Variant::named(variant.name()), Some(variant));
        }
    }

    #[test]
    fn every_function_for_small_models_has_a_line() {
        for name in SMALL {
            let signature = Table::get().function(name).map(|builtin| builtin.signature.prompt);
            assert!(signature.flatten().is_some(), "{name}");
        }
    }

    #[test]
    fn without_calls_none_is_named() {
        let variant = Variant::NoCalls;
        let prompt = system(&PromptFields { variant, ..PromptFields::default() });
        for name in ["ask(", "classify(", "recurse("] {
            assert!(!prompt.contains(name), "{name}");
        }
    }
}
