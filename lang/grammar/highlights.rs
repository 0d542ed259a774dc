//! Highlights of the tree-sitter grammar: which node an editor shows in which colour.

use crate::grammar::textmate::{CONSTANTS, OPERATORS, control, functions};
use crate::signature::Catalog;

/// Words that the parser knows in order to refuse them; the grammar has no rule with them.
pub const REFUSED: &[&str] = &["class", "with", "yield", "async", "await"];

/// The queries of `grammar/tree-sitter/queries/highlights.scm`.
pub fn highlights(catalog: &dyn Catalog) -> String {
    let control: Vec<&str> = control().filter(|word| !REFUSED.contains(word)).collect();
    let constants: Vec<String> =
        CONSTANTS.iter().map(|word| format!("({})", word.to_lowercase())).collect();
    let functions = functions(catalog);
    format!(
        r#"; rlm-lang; generated.

(identifier) @variable
((identifier) @variable.builtin
  (#any-of? @variable.builtin {inputs}))

(function_definition name: (identifier) @function)
(parameters (identifier) @variable.parameter)
(default_parameter name: (identifier) @variable.parameter)
(keyword_argument name: (identifier) @variable.parameter)
(attribute attribute: (identifier) @property)
(call function: (identifier) @function.call)
(call function: (attribute attribute: (identifier) @function.method.call))
((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin {functions}))

(comment) @comment
(number) @number
[{constants}] @constant.builtin
(text) @string
(escape) @string.escape
(conversion) @string.special
(format) @string.special
(field ["{{" "}}"] @punctuation.special)

[{control}] @keyword
[{operators}] @keyword.operator
["def"] @keyword.function
["+" "-" "*" "/" "//" "%" "**" "|" "&" "^" "~" "<<" ">>" "==" "!=" "<" "<=" ">" ">=" "="] @operator
["(" ")" "[" "]" "{{" "}}"] @punctuation.bracket
["," "." ":" ";"] @punctuation.delimiter
"#,
        inputs = quoted(catalog.inputs()),
        functions = quoted(&functions),
        constants = constants.join(" "),
        control = quoted(&control),
        operators = quoted(OPERATORS),
    )
}

/// `"a" "b"`
fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(" ")
}
