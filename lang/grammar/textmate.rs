//! A TextMate grammar for editors: words, literals, comments, and the names of builtins.

use crate::signature::Catalog;
use crate::token::KEYWORDS;

/// Words that are operators.
pub(super) const OPERATORS: &[&str] = &["and", "or", "not", "is", "lambda"];

/// Words that are values.
pub(super) const CONSTANTS: &[&str] = &["None", "True", "False"];

/// Words that lead statements and blocks.
pub(super) fn control() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().copied().filter(|word| !OPERATORS.contains(word) && !CONSTANTS.contains(word))
}

/// Names of functions without a module, sorted.
pub(super) fn functions(catalog: &dyn Catalog) -> Vec<&'static str> {
    let mut functions: Vec<&str> = catalog
        .signatures()
        .iter()
        .filter(|one| !one.is_method())
        .map(|one| one.name)
        .filter(|name| !name.contains('.'))
        .collect();
    functions.sort_unstable();
    functions.dedup();
    functions
}

/// The TextMate grammar as JSON.
pub fn textmate(catalog: &dyn Catalog) -> String {
    let functions = functions(catalog);
    let inputs = catalog.inputs().join("|");
    let control: Vec<&str> = control().collect();
    let control = control.join("|");
    let rules = [
        rule("comment.line.number-sign.rlm", "#.*$"),
        quoted("\"\"\""),
        quoted("\""),
        quoted("'"),
        rule(
            "constant.numeric.rlm",
            r"\b(0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]+)?([eE][+-]?[0-9]+)?)\b",
        ),
        rule("keyword.control.rlm", &format!(r"\b({})\b", control)),
        rule("keyword.operator.word.rlm", &format!(r"\b({})\b", OPERATORS.join("|"))),
        rule("constant.language.rlm", &format!(r"\b({})\b", CONSTANTS.join("|"))),
        definition(),
        rule("variable.language.rlm", &format!(r"\b({inputs})\b")),
        rule("support.function.rlm", &format!(r"\b({})\b(?=\()", functions.join("|"))),
        rule("keyword.operator.rlm", r"[-+*/%=<>!|&^~]+"),
    ];
    format!(
        "{{\n  \"name\": \"rlm-lang\",\n  \"scopeName\": \"source.rlm\",\n  \"fileTypes\": [\"rlm\"],\n  \"patterns\": [\n    {}\n  ],\n  \"repository\": {{\n    \"field\": {{\n      \"name\": \"meta.interpolation.rlm\",\n      \"begin\": \"(?<!\\\\{{)\\\\{{(?!\\\\{{)\",\n      \"end\": \"\\\\}}\",\n      \"patterns\": [{{ \"include\": \"$self\" }}]\n    }}\n  }}\n}}\n",
        rules.join(",\n    ")
    )
}

fn rule(name: &str, regex: &str) -> String {
    format!("{{ \"name\": {}, \"match\": {} }}", json(name), json(regex))
}

/// A text between quotes; in one with `f` before it, fields are code.
fn quoted(quote: &str) -> String {
    let escape = r#"{ "name": "constant.character.escape.rlm", "match": "\\\\." }"#;
    let text = |prefix: &str, patterns: &str| {
        format!(
            "{{ \"name\": \"string.quoted.rlm\", \"begin\": {}, \"end\": {}, \"patterns\": [{patterns}] }}",
            json(&format!("{prefix}{quote}")),
            json(quote)
        )
    };
    let field = "{ \"include\": \"#field\" }";
    let formatted = text(r"\b(f|rf|fr)", &format!("{escape}, {field}"));
    format!("{formatted},\n    {}", text(r"(\br)?", escape))
}

fn definition() -> String {
    format!(
        "{{ \"match\": {}, \"captures\": {{ \"1\": {{ \"name\": \"keyword.control.rlm\" }}, \"2\": {{ \"name\": \"entity.name.function.rlm\" }} }} }}",
        json(r"\b(def)\s+(\w+)")
    )
}

/// A text as JSON.
fn json(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
