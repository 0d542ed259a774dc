//! The table in the notation of each format.

use crate::grammar::notation::{Node, read};
use crate::grammar::rules::{RULES, TERMINALS, with_newlines};

/// A format's way of writing the parts of a rule.
struct Format {
    literal: fn(&str) -> String,
    name: fn(&str) -> String,
    newlines: &'static str,
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
            // Blanks after a word must be there, so the optional ones are not written.
            let before_blank = matches!(parts.get(index + 1), Some(Node::Blank));
            let text = match part {
                Node::Choice(_) => {
                    let text = self.write(part);
                    if text.contains(" | ") { format!("({text})") } else { text }
                }
                Node::Literal(text) if before_blank && !self.blank.is_empty() => {
                    format!("\"{text}\"")
                }
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
        name: |name| match TERMINALS.iter().find(|one| one.name == name) {
            Some(terminal) if !terminal.ebnf.is_empty() && !terminal.ebnf.contains('|') => {
                terminal.ebnf.to_string()
            }
            _ => name.to_string(),
        },
        newlines: "",
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
            // One alternative is left once line ends are.
            "body" => "[ stmts ] \"}\"".to_string(),
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
        name: str::to_string,
        newlines: "_NL",
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
        out.push_str(&format!("{}: {}\n", terminal.name, with_newlines(terminal.lark)));
    }
    out.push_str(
        "_NL: /\\r?\\n([ \\t\\r\\n]|#[^\\n]*\\n)*/\n%ignore /[ \\t]+/\n%ignore /#[^\\n]*/\n",
    );
    out
}

/// The grammar in GBNF, for llama.cpp, xgrammar and others.
pub fn gbnf() -> String {
    let format = Format {
        literal: |text| format!("\"{text}\" s"),
        name: gbnf_name,
        newlines: "nl",
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
        "long ::= \"\\\"\\\"\\\"\" ([^\"\\\\] | \"\\\\\" [^\\x00] | \"\\\"\" [^\"\\\\] | \"\\\"\\\"\" [^\"\\\\])* \"\\\"\\\"\\\"\"\n",
        "b ::= [ \\t]+\n",
        "s ::= [ \\t]* (\"#\" [^\\n]*)?\n",
        "nl ::= \"\\r\"? \"\\n\" ([ \\t\\r\\n] | \"#\" [^\\n]* \"\\n\")*\n",
    ));
    out
}

/// Names of GBNF rules: lower case, hyphens.
fn gbnf_name(name: &str) -> String {
    let lower = name.to_lowercase().replace('_', "-");
    // Terminals that are spelled like a rule or a literal of another.
    match name {
        "FOR" | "IF" | "ELSE" | "ELIF" | "EXCEPT" | "FINALLY" => format!("{lower}-word"),
        _ => lower,
    }
}
