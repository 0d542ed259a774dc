//! The table in the notation of each format.

use crate::grammar::notation::{Node, read};
use crate::grammar::rules::{RULES, TERMINALS};
use crate::token::KEYWORDS;

/// A format's way of writing the parts of a rule.
struct Format {
    literal: fn(&str) -> String,
    /// A word that blanks must follow, written before `blank`.
    word: fn(&str) -> String,
    name: fn(&str) -> String,
    newlines: &'static str,
    lead: &'static str,
    blank: &'static str,
    optional: fn(&str) -> String,
    many: fn(&str) -> String,
    some: fn(&str) -> String,
}

impl Format {
    fn write(&self, node: &Node) -> String {
        match node {
            Node::Literal(text) => (self.literal)(text),
            Node::Ref(name) => (self.name)(name),
            Node::Newlines => self.newlines.to_string(),
            Node::Lead => self.lead.to_string(),
            Node::Blank => self.blank.to_string(),
            Node::Sequence(parts) => self.sequence(parts),
            Node::Choice(parts) => {
                let all: Vec<String> = parts.iter().map(|part| self.write(part)).collect();
                let mut all: Vec<&str> = all.iter().map(|one| one.trim()).collect();
                // Terminals that differ in line ends alone look the same to readers.
                all.dedup();
                all.join(" | ")
            }
            Node::Optional(inner) => self.wrapped(inner, self.optional),
            Node::Many(inner) => self.wrapped(inner, self.many),
            Node::Some(inner) => self.wrapped(inner, self.some),
        }
    }

    fn sequence(&self, parts: &[Node]) -> String {
        let mut all = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let before_blank = matches!(parts.get(index + 1), Some(Node::Blank));
            let text = match part {
                Node::Choice(_) => {
                    let text = self.write(part);
                    if text.contains(" | ") { format!("({text})") } else { text }
                }
                Node::Literal(text) if before_blank => (self.word)(text),
                _ => self.write(part),
            };
            if !text.is_empty() {
                all.push(text);
            }
        }
        all.join(" ")
    }

    fn wrapped(&self, inner: &Node, wrap: fn(&str) -> String) -> String {
        let text = self.write(inner);
        if text.is_empty() { text } else { wrap(&text) }
    }
}

/// In parentheses if it is more than one word.
fn grouped(text: &str) -> String {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let one = match quoted {
        Some(inner) => !inner.contains('"'),
        None => text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    };
    if one { text.to_string() } else { format!("({text})") }
}

/// The grammar for readers, in EBNF: `[ ]` optional, `{ }` repeated. Line ends inside brackets and
/// blocks are left out.
pub fn ebnf() -> String {
    let format = Format {
        literal: |text| format!("\"{text}\""),
        word: |text| format!("\"{text}\""),
        name: |name| match TERMINALS.iter().find(|one| one.name == name) {
            Some(terminal) if !terminal.ebnf.is_empty() && !terminal.ebnf.contains('|') => {
                terminal.ebnf.to_string()
            }
            _ => name.to_string(),
        },
        newlines: "",
        lead: "",
        blank: "",
        optional: |text| format!("[ {text} ]"),
        many: |text| format!("{{ {text} }}"),
        some: |text| format!("{text} {{ {text} }}"),
    };
    let mut out = String::from(
        "(* rlm-lang, canonical form. A line end separates statements; it does not count inside brackets. *)\n",
    );
    for (name, body) in RULES {
        let body = match *name {
            "sep" => "NEWLINE | \";\"".to_string(),
            _ => format.write(&read(body)),
        };
        out.push_str(&format!("{name:<10} = {body} ;\n"));
    }
    for terminal in TERMINALS.iter().filter(|one| one.ebnf.contains('|')) {
        out.push_str(&format!("{:<10} = {} ;\n", terminal.name, terminal.ebnf));
    }
    out
}

/// The grammar for `llguidance` (vLLM, SGLang, llama.cpp, custom tools), in Lark's notation without
/// look-around, lazy quantifiers, priorities, templates or imports.
pub fn lark() -> String {
    let format = Format {
        literal: |text| format!("\"{text}\""),
        // A lexer takes words without a look at what follows: `in` in `x intext`.
        word: |text| format!("/{text}[ \\t]+/"),
        name: str::to_string,
        newlines: "_NL",
        lead: "_LEAD",
        blank: "",
        optional: |text| grouped(text) + "?",
        many: |text| grouped(text) + "*",
        some: |text| grouped(text) + "+",
    };
    let mut out = String::from("// rlm-lang, canonical form; generated.\n");
    for (name, body) in RULES {
        out.push_str(&format!("{name}: {}\n", format.write(&read(body))));
    }
    out.push('\n');
    for terminal in TERMINALS {
        let body = terminal.lark.replace("KEYWORDS", &KEYWORDS.join("|"));
        out.push_str(&format!("{}: {body}\n", terminal.name));
    }
    // What is ignored may not be the first thing of all, so a comment there is part of `_LEAD`.
    out.push_str(concat!(
        "_LEAD: /([ \\t\\r\\n]|#[^\\n]*\\n)+/\n",
        "_NL: /\\r?\\n([ \\t\\r\\n]|#[^\\n]*\\n)*/\n",
        "%ignore /[ \\t]+/\n%ignore /#[^\\n]*/\n",
    ));
    out
}

/// The grammar in GBNF, for llama.cpp, xgrammar and others.
pub fn gbnf() -> String {
    let format = Format {
        literal: |text| format!("\"{text}\" s"),
        word: |text| format!("\"{text}\""),
        name: gbnf_name,
        newlines: "nl",
        lead: "lead",
        blank: "b",
        optional: |text| grouped(text) + "?",
        many: |text| grouped(text) + "*",
        some: |text| grouped(text) + "+",
    };
    let mut out = String::from("# rlm-lang, canonical form; generated.\n");
    for (name, body) in RULES {
        let name = if *name == "start" { "root".to_string() } else { gbnf_name(name) };
        out.push_str(&format!("{name} ::= {}\n", format.write(&read(body))));
    }
    for terminal in TERMINALS {
        out.push_str(&format!("{} ::= {}\n", gbnf_name(terminal.name), terminal.gbnf));
    }
    out.push_str(concat!(
        "long ::= \"\\\"\\\"\\\"\" ((\"\\\"\" \"\\\"\"?)? ([^\"\\\\] | escaped))* \"\\\"\\\"\\\"\"\n",
        "long-single ::= \"'''\" ((\"'\" \"'\"?)? ([^'\\\\] | escaped))* \"'''\"\n",
        "escaped ::= \"\\\\\" [^\\x00]\n",
        "b ::= [ \\t]+\n",
        "s ::= [ \\t]* (\"#\" [^\\n]*)?\n",
        "lead ::= ([ \\t\\r\\n] | \"#\" [^\\n]* \"\\n\")+\n",
        "nl ::= \"\\r\"? \"\\n\" ([ \\t\\r\\n] | \"#\" [^\\n]* \"\\n\")*\n",
    ));
    out
}

/// Names of GBNF rules: lower case, hyphens.
fn gbnf_name(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
