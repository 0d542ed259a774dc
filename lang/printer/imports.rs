//! Imports: kept as they are, except that those which change nothing go.

use crate::ast::ImportedName;
use crate::lexer;
use crate::token::Token;

/// Modules whose names work without an import.
const NEEDLESS: &[&str] = &[
    "collections",
    "csv",
    "datetime",
    "functools",
    "itertools",
    "json",
    "math",
    "re",
    "statistics",
    "string",
];

/// True for `import re` and the like: it changes nothing.
pub(super) fn is_needless(names: &[ImportedName]) -> bool {
    let needless = |import: &ImportedName| {
        import.path == import.name.text && NEEDLESS.contains(&&*import.path)
    };
    names.iter().all(needless)
}

/// An import as written, on one line.
pub(super) fn canonical(source: &str) -> String {
    let mut out = String::new();
    let mut after_dot = false;
    for (token, span) in lexer::lex(source).tokens {
        match token {
            Token::LeftParen | Token::RightParen | Token::Newline => {}
            Token::Comma => out.push(','),
            Token::Dot => {
                out.push('.');
                after_dot = true;
            }
            _ => {
                if !out.is_empty() && !after_dot {
                    out.push(' ');
                }
                out.push_str(source.get(span.range()).unwrap_or_default());
                after_dot = false;
            }
        }
    }
    out.trim_end_matches(',').to_string()
}
