//! The reference of builtins, written from the table: Markdown for people, JSON for tools, and the
//! examples in their doc comments for tests.

use std::fmt::Write;
use std::sync::Arc;

use rlm_lang_syntax::signature::{Arity, Catalog, Effect, ParamSpec, Signature, Type};
use serde_json::{Value as Json, json};

use crate::builtin::Table;
use crate::text::{Document, Source, Storage};

/// The documents that examples of the reference speak of: name and content.
pub const EXAMPLE_DOCUMENTS: &[(&str, &str)] = &[
    ("letters/may.txt", "Dear Ada,\nthe total is 120 marks.\nYours, Bo\n"),
    ("letters/june.txt", "Dear Bo,\nthat is too much: 120 marks for a lamp!\nAda\n"),
    ("src/lamp.rs", "fn total() -> u32 {\n    120\n}\n"),
];

/// The input of the examples.
pub fn example_source() -> Arc<Source> {
    let mut bytes = Vec::new();
    let mut documents = Vec::new();
    for (name, content) in EXAMPLE_DOCUMENTS {
        let start = bytes.len() as u64;
        bytes.extend_from_slice(content.as_bytes());
        documents.push(Document { name: name.to_string(), range: start..bytes.len() as u64 });
    }
    Source::from_documents(Storage::Owned(bytes), documents)
}

/// The example of a builtin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The program, with the result as a comment on its last line.
    pub program: &'static str,
    /// What its last line gives, as the language writes it; for `print` and `answer` their text.
    pub result: &'static str,
}

/// The example in a builtin's doc comment; `None` if there is none, or none with a result.
pub fn example(signature: &Signature) -> Option<Example> {
    let (_, after) = signature.docs.split_once("```rlm\n")?;
    let (program, _) = after.split_once("\n```")?;
    let (_, result) = program.lines().last()?.split_once("# -> ")?;
    Some(Example { program, result })
}

/// What the doc comment says without the example.
fn prose(signature: &Signature) -> String {
    let docs = signature.docs;
    let (before, after) = match docs.split_once("```rlm\n") {
        Some((before, rest)) => (before, rest.split_once("\n```").map_or("", |(_, after)| after)),
        None => (docs, ""),
    };
    format!("{}\n\n{}", before.trim(), after.trim()).trim().to_string()
}

/// The name as a program writes it: `grep`, or `text.strip` for a method.
pub fn call_name(signature: &Signature) -> String {
    match signature.owners {
        [] => signature.name.to_string(),
        [first, ..] => format!("{}.{}", first.word(), signature.name),
    }
}

/// The parameters that a call writes: without the receiver of a method.
pub fn params(signature: &Signature) -> &'static [ParamSpec] {
    let skip = usize::from(signature.is_method());
    signature.params.get(skip..).unwrap_or_default()
}

/// A call with all parameters: `grep(regex, t=context, limit=None)`, or the name of a property.
pub fn usage(signature: &Signature) -> String {
    if signature.property && signature.is_method() {
        return call_name(signature);
    }
    let params: Vec<String> = params(signature)
        .iter()
        .map(|param| match (param.arity, default_of(param)) {
            (Arity::Rest, _) => format!("*{}", param.name),
            (Arity::Keywords, _) => format!("**{}", param.name),
            (_, Some(default)) => format!("{}={default}", param.name),
            _ => param.name.to_string(),
        })
        .collect();
    format!("{}({})", call_name(signature), params.join(", "))
}

/// The default as a program writes it; an empty one stands for "left out".
fn default_of(param: &ParamSpec) -> Option<&'static str> {
    param.default.filter(|default| !default.is_empty())
}

/// Groups that a reader looks for first; the others follow in the order of the table.
const FIRST_GROUPS: &[&str] =
    &["text", "places", "search", "sequences", "records", "model", "output"];

/// The groups of the table, each once.
pub fn groups() -> Vec<&'static str> {
    let mut groups = FIRST_GROUPS.to_vec();
    for signature in Table::get().signatures() {
        if !groups.contains(&signature.group) {
            groups.push(signature.group);
        }
    }
    groups
}

/// Every builtin, method and property by group: how it is called, what it does, an example with its
/// result.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Builtins\n\nWritten from the table of builtins; every example is run by a test, and its result \
         compared. `f(x, y)` and\n`x.f(y)` mean the same. A parameter with `=` may be left out.\n\n\
         Examples that speak of `context` or `docs` see these documents:\n\n",
    );
    for (name, content) in EXAMPLE_DOCUMENTS {
        let _ = writeln!(out, "`{name}`\n```text\n{content}```\n");
    }
    for group in groups() {
        let _ = writeln!(out, "## {group}\n");
        for signature in Table::get().signatures().iter().filter(|s| s.group == group) {
            out.push_str(&entry(signature));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A builtin's part of [`markdown`].
fn entry(signature: &Signature) -> String {
    let mut out = format!("### `{}` → {}\n\n", usage(signature), signature.returns.word());
    let _ = writeln!(out, "{}\n", prose(signature));
    for param in params(signature) {
        let also = also(" (also ", param.aliases, ")");
        let _ = writeln!(out, "- `{}`{also}: {}", param.name, param.docs.replace('\n', " "));
    }
    if !params(signature).is_empty() {
        out.push('\n');
    }
    let owners: Vec<&str> = signature.owners.iter().skip(1).map(|owner| owner.word()).collect();
    if !owners.is_empty() {
        let _ = writeln!(out, "Also of {}.\n", owners.join(", "));
    }
    if !signature.aliases.is_empty() {
        let _ = writeln!(out, "{}\n", also("Also called ", signature.aliases, "."));
    }
    if let Some(example) = example(signature) {
        let _ = writeln!(out, "```rlm\n{}\n```\n", example.program);
    }
    out
}

/// Names in code, between two texts; empty without names.
fn also(before: &str, names: &[&str], after: &str) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{before}{}{after}", names.join(", "))
}

/// The table as JSON: one object for each builtin, in the order of the table.
pub fn json() -> String {
    let all: Vec<Json> = Table::get().signatures().iter().map(|one| object(one)).collect();
    let inputs = Table::get().inputs();
    let mut out = format!("{:#}", json!({ "inputs": inputs, "builtins": all }));
    out.push('\n');
    out
}

fn object(signature: &Signature) -> Json {
    let kind = match (signature.is_method(), signature.property) {
        (true, true) => "property",
        (true, false) => "method",
        (false, _) => "function",
    };
    let receiver = signature.receiver.and_then(|index| signature.params.get(index));
    let mut lines = signature.docs.lines();
    let example = example(signature);
    json!({
        "name": signature.name,
        "kind": kind,
        "group": signature.group,
        "of": words(signature.owners),
        "call": usage(signature),
        "summary": lines.next().unwrap_or_default(),
        "docs": prose(signature),
        "params": params(signature).iter().map(parameter).collect::<Vec<_>>(),
        "receiver": receiver.map(|param| param.name),
        "returns": signature.returns.word(),
        "effect": effect(signature.effect),
        "aliases": signature.aliases,
        "example": example.map(|one| one.program),
        "result": example.map(|one| one.result),
    })
}

fn parameter(param: &ParamSpec) -> Json {
    let takes = match param.arity {
        Arity::One => "one",
        Arity::Rest => "rest",
        Arity::KeywordOnly => "keyword only",
        Arity::Keywords => "all keywords",
    };
    json!({
        "name": param.name,
        "type": param.ty.word(),
        "required": param.default.is_none(),
        "default": default_of(param),
        "takes": takes,
        "aliases": param.aliases,
        "docs": param.docs,
    })
}

fn words(types: &[Type]) -> Vec<&'static str> {
    types.iter().map(|ty| ty.word()).collect()
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Pure => "pure",
        Effect::Reads => "reads the input",
        Effect::Mutates => "changes an argument",
        Effect::Prints => "prints",
        Effect::Calls => "calls models",
        Effect::Answers => "ends the run",
    }
}
