//! The table accepts what the printer writes, and refuses what the parser refuses.

use std::collections::{BTreeSet, HashMap};

use crate::grammar::notation::{Node, read};
use crate::grammar::rules::{RULES, TERMINALS};
use crate::grammar::{ebnf, gbnf, lark};
use crate::token::KEYWORDS;

/// Finds every place where a rule can end: slow and simple, with a memory.
struct Recogniser<'s> {
    source: &'s [char],
    rules: HashMap<String, Node>,
    known: HashMap<(String, usize), BTreeSet<usize>>,
}

fn accepts(source: &str) -> bool {
    let source: Vec<char> = source.chars().collect();
    let rules = RULES.iter().map(|(name, body)| (name.to_string(), read(body))).collect();
    let mut recogniser = Recogniser { source: &source, rules, known: HashMap::new() };
    // What `lead` stands for.
    let first = recogniser.blanks(0);
    let start = recogniser.newlines(first).unwrap_or(first);
    recogniser.ends(&Node::Ref("start".to_string()), start).contains(&source.len())
}

impl Recogniser<'_> {
    fn at(&self, at: usize) -> Option<char> {
        self.source.get(at).copied()
    }

    /// Blanks and a comment.
    fn blanks(&self, mut at: usize) -> usize {
        while matches!(self.at(at), Some(' ' | '\t')) {
            at += 1;
        }
        if self.at(at) == Some('#') {
            while !matches!(self.at(at), None | Some('\n')) {
                at += 1;
            }
        }
        at
    }

    /// Line ends, blanks and comments; `None` without a line end.
    fn newlines(&self, at: usize) -> Option<usize> {
        let mut at = (self.at(at) == Some('\n')).then_some(at)?;
        loop {
            let next = self.blanks(at);
            if self.at(next) != Some('\n') {
                return Some(next);
            }
            at = next + 1;
        }
    }

    fn literal(&self, text: &str, at: usize) -> Option<usize> {
        let end = at + text.chars().count();
        let found: String = self.source.get(at..end)?.iter().collect();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let inside = text.ends_with(word) && self.at(end).is_some_and(word);
        // The longest sign wins, as in a lexer.
        let longer =
            matches!((text, self.at(end)), ("*", Some('*')) | ("/", Some('/')) | ("=", Some('=')));
        let augmented =
            !text.ends_with(word) && self.at(end) == Some('=') && "+-*/%|&^<>".contains(text);
        (found == text && !inside && !longer && !augmented).then(|| self.blanks(end))
    }

    fn terminal(&mut self, name: &str, at: usize) -> Option<usize> {
        match name {
            "EXCEPT" => self.literal("except", at),
            "EXCEPT_AS" => self.literal("except", at).and_then(|at| self.name(at)),
            "NAME" => self.name(at),
            "NUMBER" => self.number(at),
            "TEXT" => self.text(at),
            "COMPARISON" => {
                ["==", "!=", "<=", ">=", "<", ">"].iter().find_map(|s| self.literal(s, at))
            }
            "AUGMENTED" => {
                ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "|=", "&=", "^=", "<<=", ">>="]
                    .iter()
                    .find_map(|sign| self.literal(sign, at))
            }
            _ => panic!("{name}"),
        }
    }

    fn name(&self, at: usize) -> Option<usize> {
        self.at(at).filter(|c| c.is_alphabetic() || *c == '_')?;
        let end = (at..).find(|&i| !self.at(i).is_some_and(|c| c.is_alphanumeric() || c == '_'))?;
        let word: String = self.source[at..end].iter().collect();
        (!KEYWORDS.contains(&word.as_str())).then(|| self.blanks(end))
    }

    fn number(&self, at: usize) -> Option<usize> {
        self.at(at).filter(char::is_ascii_digit)?;
        let text: String = self.source[at..].iter().take(60).collect();
        let token = crate::lexer::lex(&text).tokens.first().copied()?;
        Some(self.blanks(at + token.1.range().len()))
    }

    /// A text literal by the regexes of the table: fields are not looked into.
    fn text(&self, at: usize) -> Option<usize> {
        let prefix = self.source[at..].iter().take_while(|c| matches!(c, 'r' | 'f')).count();
        let quote = self.at(at + prefix).filter(|c| matches!(c, '"' | '\''))?;
        let long = (0..3).all(|i| self.at(at + prefix + i) == Some(quote));
        let length = if long { 3 } else { 1 };
        let mut at = at + prefix + length;
        loop {
            match self.at(at)? {
                '\\' => at += 2,
                '\n' if !long => return None,
                c if c == quote && (0..length).all(|i| self.at(at + i) == Some(quote)) => {
                    return Some(self.blanks(at + length));
                }
                _ => at += 1,
            }
        }
    }

    fn ends(&mut self, node: &Node, at: usize) -> BTreeSet<usize> {
        match node {
            Node::Literal(text) => self.literal(text, at).into_iter().collect(),
            Node::Newlines => self.newlines(at).into_iter().collect(),
            Node::Lead | Node::Blank => BTreeSet::from([at]),
            Node::Sequence(parts) => parts.iter().fold(BTreeSet::from([at]), |starts, part| {
                starts.into_iter().flat_map(|at| self.ends(part, at)).collect()
            }),
            Node::Choice(parts) => parts.iter().flat_map(|part| self.ends(part, at)).collect(),
            Node::Optional(inner) => {
                let mut ends = self.ends(inner, at);
                ends.insert(at);
                ends
            }
            Node::Some(inner) | Node::Many(inner) => {
                let mut all = BTreeSet::new();
                let mut fresh = vec![at];
                while let Some(at) = fresh.pop() {
                    for end in self.ends(inner, at) {
                        if all.insert(end) {
                            fresh.push(end);
                        }
                    }
                }
                if matches!(node, Node::Many(_)) {
                    all.insert(at);
                }
                all
            }
            Node::Ref(name) => {
                let key = (name.clone(), at);
                if let Some(known) = self.known.get(&key) {
                    return known.clone();
                }
                let ends = match self.rules.get(name).cloned() {
                    Some(body) => self.ends(&body, at),
                    None => self.terminal(name, at).into_iter().collect(),
                };
                self.known.insert(key, ends.clone());
                ends
            }
        }
    }
}

#[test]
fn every_name_is_defined_and_used() {
    fn names(node: &Node, found: &mut BTreeSet<String>) {
        match node {
            Node::Ref(name) => {
                found.insert(name.clone());
            }
            Node::Sequence(parts) | Node::Choice(parts) => {
                parts.iter().for_each(|part| names(part, found));
            }
            Node::Optional(inner) | Node::Many(inner) | Node::Some(inner) => names(inner, found),
            _ => {}
        }
    }
    let mut used = BTreeSet::from(["start".to_string()]);
    RULES.iter().for_each(|(_, body)| names(&read(body), &mut used));
    let rules = RULES.iter().map(|(name, _)| name.to_string());
    let defined: BTreeSet<String> =
        rules.chain(TERMINALS.iter().map(|one| one.name.to_string())).collect();
    assert_eq!(used, defined);
}

#[test]
fn canonical_programs_are_accepted() {
    for folder in ["programs", "instinct", "readers"] {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let source = std::fs::read_to_string(&path).unwrap();
            let canonical = crate::printer::format(&source).unwrap();
            assert!(accepts(&canonical), "{}\n{canonical}", path.display());
        }
    }
}

#[test]
fn every_construct_is_accepted() {
    for source in [
        "x = y = 0; a, *b = c\ni += 1",
        "if a { b }\nelif c { d }\nelse { e }",
        "if a { }\n\nelsewhere = 1\nexcept_rows = 2",
        "try { a } except e { b } else { c } finally { d }\ntry { a }\nfinally { b }",
        "for i, (a, b) in xs { break } else { c }\nwhile not x { continue }",
        "def f(a, b=1, *c, **d) { return a, b }\ndef g() { return }",
        "import datetime as dt, re\nfrom math import pi, e as f\nfrom collections.abc import *",
        "x = [\n    # one\n    1,  # first\n    2,\n]",
        "x = [\n    f(a)\n    for a in b\n    if c\n]",
        "f(a, *b, c=d, **e)(g for g in h)[1:2:3][::-1][a]",
        "x = lambda: 1 if a else lambda b, c=1: b",
        "x = not a in b and c is not d or -e ** -f // g << 1",
        "x = {**a, \"b\": 1, 'c': {1, 2}}; y = {k: v for k, v in z}; w = {k for k in z}",
        "x = (\n    \"a\"\n    \"b\"\n)\ny = \"a\" 'b' rf\"\\d{z}\" f\"{d['k']}\"",
        "x = \"\"\"a\n\"b\"\n\"\"\"",
        "del a, b[0]\nassert a, \"b\"\nraise \"x\"\nglobal a, b",
        "x = a\n    .b()\n    .c",
        "(a,)\n()\n0x1f + 1_000.5e-3",
        "if x {  # why\n    # inside\n    y\n}",
        "",
        "# only\n",
    ] {
        assert_eq!(crate::parse(source).errors, [], "{source}");
        assert!(accepts(source), "{source}");
    }
}

#[test]
fn what_the_parser_refuses_is_refused() {
    for source in [
        "x = = 1",
        "print x",
        "if x = 1 { y }",
        "class A { }",
        "for (x of xs) { y }",
        "x = c ? a : b",
        "x = [1, 2",
        "else { x }",
        "try { x }",
        "x = 1 +",
        "f(a b)",
        "x = \"abc",
        "def f(1) { }",
        "if x\n  y",
        "x |> f",
        "while c do\n x\nend",
        "import 1",
    ] {
        assert!(!crate::parse(source).errors.is_empty(), "{source}");
        assert!(!accepts(source), "{source}");
    }
}

#[test]
fn habits_are_not_canonical() {
    for source in ["if x: y", "let x = 1", "x = a && b", "i++", "x = y => y", "try: x\nexcept: y"] {
        assert!(!accepts(source), "{source}");
    }
}

#[test]
fn formats_are_written() {
    let ebnf = ebnf();
    assert!(ebnf.contains("while_stmt = \"while\" expr block [ else_part ] ;\n"), "{ebnf}");
    let lark = lark();
    assert!(lark.contains("while_stmt: /while[ \\t]+/ expr block else_part?\n"), "{lark}");
    assert!(lark.contains("sep: _NL | \";\" _NL?\n"), "{lark}");
    let gbnf = gbnf();
    assert!(gbnf.contains("while-stmt ::= \"while\" b expr block else-part?\n"), "{gbnf}");
    assert!(gbnf.contains("root ::= lead? stmts?\n"), "{gbnf}");
}

/// What a rule says to readers: without blanks and line ends, and alternatives that differ in
/// nothing else once.
fn for_readers(node: Node) -> Option<Node> {
    let several =
        |parts: Vec<Node>| -> Vec<Node> { parts.into_iter().filter_map(for_readers).collect() };
    let one = |mut parts: Vec<Node>, wrap: fn(Vec<Node>) -> Node| {
        if parts.len() > 1 { Some(wrap(parts)) } else { parts.pop() }
    };
    match node {
        Node::Newlines | Node::Lead | Node::Blank => None,
        Node::Sequence(parts) => {
            let flat = several(parts).into_iter().flat_map(|part| match part {
                Node::Sequence(parts) => parts,
                part => vec![part],
            });
            one(flat.collect(), Node::Sequence)
        }
        Node::Choice(parts) => {
            let mut parts = several(parts);
            parts.dedup();
            one(parts, Node::Choice)
        }
        Node::Optional(inner) => for_readers(*inner).map(|inner| Node::Optional(Box::new(inner))),
        Node::Many(inner) => for_readers(*inner).map(|inner| Node::Many(Box::new(inner))),
        Node::Some(inner) => for_readers(*inner).map(|inner| {
            let mut parts = match inner.clone() {
                Node::Sequence(parts) => parts,
                one => vec![one],
            };
            parts.push(Node::Many(Box::new(inner)));
            Node::Sequence(parts)
        }),
        Node::Ref(name) => {
            let terminal = TERMINALS.iter().find(|one| one.name == name);
            let inlined =
                terminal.map(|one| one.ebnf).filter(|e| !e.is_empty() && !e.contains('|'));
            Some(inlined.map_or(Node::Ref(name), read))
        }
        literal => Some(literal),
    }
}

/// EBNF in the table's own notation: `[ x ]` is `(x)?`, `{ x }` is `(x)*`.
fn from_ebnf(body: &str) -> Node {
    let mut quoted = false;
    let turned = body.chars().map(|c| {
        quoted ^= c == '"';
        match c {
            '[' | '{' if !quoted => "(".to_string(),
            ']' if !quoted => ")?".to_string(),
            '}' if !quoted => ")*".to_string(),
            _ => c.to_string(),
        }
    });
    read(&turned.collect::<String>())
}

#[test]
fn ebnf_is_of_the_same_table() {
    let ebnf = ebnf();
    let lines = ebnf.lines().filter_map(|line| line.strip_suffix(" ;")?.split_once(" = "));
    let found: HashMap<&str, Node> =
        lines.map(|(name, body)| (name.trim(), from_ebnf(body))).collect();
    assert_eq!(found.len(), RULES.len() + 2, "rules, and two terminals");
    for (name, body) in RULES {
        let name = *name;
        if name == "sep" {
            continue; // the one rule that is about line ends
        }
        let found = for_readers(found[name].clone());
        assert_eq!(found, for_readers(read(body)), "{name}");
    }
}
