//! Constructs of other languages (and of Python, where ours has none): recognised where a statement
//! failed, and answered with the line to write instead.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::libraries::{ALREADY_PARALLEL, NO_LIBRARIES};
use crate::message::Place;
use crate::token::Token;

/// The diagnostic of a habit, if the failed statement is one.
pub(crate) fn recognise(place: &Place<'_>) -> Option<Diagnostic> {
    by_first_word(place)
        .or_else(|| by_found(place))
        .or_else(|| loop_in_parentheses(place))
        .or_else(|| block_word(place))
        .or_else(|| conditional_without_else(place))
        .or_else(|| function_as_argument(place))
        .or_else(|| call_without_parentheses(place))
}

fn foreign(place: &Place<'_>, what: &str, help: impl Into<String>) -> Option<Diagnostic> {
    let message = format!("{what} is not part of the language");
    Some(Diagnostic::error(Code::Foreign, place.statement_span(), message).with_help(help))
}

/// Statements that their first word gives away.
fn by_first_word(place: &Place<'_>) -> Option<Diagnostic> {
    match (place.token(0)?, place.text(0)) {
        (Token::Class, _) => {
            foreign(place, "`class`", "use dicts for records: {\"name\": x}, and def for functions")
        }
        (Token::With, _) => Some(with_statement(place)),
        (Token::Import | Token::From, _) => {
            let message = "this import names no known module";
            let error = Diagnostic::error(Code::NoLibraries, place.statement_span(), message);
            Some(error.with_help(NO_LIBRARIES))
        }
        (Token::At, _) => foreign(
            place,
            "a decorator without a function",
            "write def f(x) { ... } on the next line",
        ),
        (Token::Divide, "%") => foreign(place, "a notebook command", "remove the line"),
        (Token::Name, word) if place.index > 0 => foreign_word(place, word),
        _ => None,
    }
}

fn with_statement(place: &Place<'_>) -> Diagnostic {
    let threads = place.statement.iter().enumerate().any(|(i, _)| {
        matches!(place.text(i), "ThreadPoolExecutor" | "ProcessPoolExecutor" | "Pool")
    });
    let error = Diagnostic::error(
        Code::NoLibraries,
        place.statement_span(),
        "`with` is not part of the language",
    );
    let files = (0..place.statement.len()).any(|i| matches!(place.text(i), "open" | "Path"));
    error.with_help(match (threads, files) {
        (true, _) => ALREADY_PARALLEL,
        (false, true) => NO_LIBRARIES,
        (false, false) => {
            "write what is in its block alone; try { ... } except { ... } catches errors"
        }
    })
}

/// Statements that start with a name which is a keyword elsewhere. They failed, so the name was not
/// used as one.
fn foreign_word(place: &Place<'_>, word: &str) -> Option<Diagnostic> {
    let what = format!("`{word}`");
    let help = match word {
        "match" | "switch" | "case" => {
            "compare with if x == a { ... } elif x == b { ... } else { ... }"
        }
        "catch" => "write except e { ... }",
        "elsif" | "elseif" => "write elif c { ... }",
        "unless" => "write if not c { ... }",
        "until" | "repeat" => "write while not c { ... }",
        "loop" | "do" => "write while True { ... } with break",
        "foreach" => "write for x in xs { ... }",
        "struct" | "enum" | "interface" | "trait" | "impl" | "type" => {
            "use dicts for records: {\"name\": x}"
        }
        "int" | "float" | "str" | "string" | "bool" | "auto" | "val" | "static" | "public"
        | "private"
            if place.token(1) == Some(Token::Name) =>
        {
            "no types or modifiers are needed: x = 1"
        }
        "function" | "fn" | "func" => "write def f(x) { ... }",
        "export" | "use" | "package" | "namespace" | "require" => {
            "remove the line; every function is there"
        }
        _ => return None,
    };
    foreign(place, &what, help)
}

/// Constructs that the token gives away at which the parser stopped.
fn by_found(place: &Place<'_>) -> Option<Diagnostic> {
    let (at, end) = (place.index, place.statement.len());
    let start = expression_start(place, at);
    match place.found? {
        Token::Yield => {
            foreign(place, "`yield`", "collect the items: out.append(x), and return out")
        }
        Token::Question => question(place, start, at, end),
        Token::Template => {
            foreign(place, "a text in backticks", format!("write {}", template(place.text(at))))
        }
        Token::PipeInto => {
            let help = match (place.slice(start, at), place.slice(at + 1, end)) {
                (Some(value), Some(function)) => format!("write {function}({value})"),
                _ => "write f(x)".to_string(),
            };
            foreign(place, "`|>`", help)
        }
        Token::Increment => {
            let name = place.text(at.saturating_sub(1));
            let sign = if place.text(at).starts_with('+') { '+' } else { '-' };
            let what = format!("`{}` inside an expression", place.text(at));
            foreign(place, &what, format!("write {name} {sign}= 1 on a line of its own"))
        }
        Token::Name if at > 0 && place.text(at - 1) == "new" => {
            foreign(place, "`new`", "write {}, [] or set()")
        }
        Token::Dot if at > 0 && place.text(at - 1).ends_with('.') => {
            foreign(place, "`..`", "write range(a, b), or x[a:b] for a slice")
        }
        Token::Comparison if at > 0 && place.text(at) == ">" && place.text(at - 1) == "<" => {
            foreign(place, "`<>`", "compare with !=")
        }
        Token::Bar if at > 0 && place.token(at - 1).is_some_and(|t| !t.ends_operand()) => {
            foreign(place, "`|x| e`", "write lambda x: e")
        }
        Token::If if at > 0 && place.token(at - 1).is_some_and(|t| !t.ends_operand()) => {
            foreign(place, "`if` as a value", "write a if c else b")
        }
        Token::Newline if place.token(0) == Some(Token::Try) || follows(place, "catch") => {
            follows(place, "catch").then(|| foreign(place, "`catch`", "write except e { ... }"))?
        }
        _ => None,
    }
}

/// True if the source goes on with this word after the failed statement.
fn follows(place: &Place<'_>, word: &str) -> bool {
    let end = place.statement_span().range().end;
    let after = place.source.get(end..).unwrap_or_default();
    after.trim_start_matches(|c: char| c.is_whitespace() || c == '}').starts_with(word)
}

/// Where the expression around a token begins: after `=`, an opening bracket, a comma or a keyword.
fn expression_start(place: &Place<'_>, at: usize) -> usize {
    let before = place.statement.get(..at).unwrap_or_default();
    let opens = |token: Token| {
        matches!(
            token,
            Token::Assign
                | Token::Augmented
                | Token::LeftParen
                | Token::LeftSquare
                | Token::LeftBrace
                | Token::Comma
                | Token::Return
                | Token::Colon
                | Token::FieldOpen
                | Token::If
                | Token::While
        )
    };
    // Skip what is closed again on the way back.
    let mut depth = 0usize;
    for (index, (token, _)) in before.iter().enumerate().rev() {
        match token {
            Token::RightParen | Token::RightSquare | Token::RightBrace | Token::FieldClose => {
                depth += 1
            }
            Token::LeftParen | Token::LeftSquare | Token::LeftBrace | Token::FieldOpen
                if depth > 0 =>
            {
                depth -= 1;
            }
            token if depth == 0 && opens(*token) => return index + 1,
            _ => {}
        }
    }
    0
}

/// `c ? a : b`, `x?.y`, `a ?? b`
fn question(place: &Place<'_>, start: usize, at: usize, end: usize) -> Option<Diagnostic> {
    match place.token(at + 1) {
        Some(Token::Dot) => foreign(place, "`?.`", "write x.get(\"key\"), or test x first"),
        Some(Token::Question) => foreign(place, "`??`", "write a if a is not None else b"),
        _ => {
            let colon = (at..end).find(|&i| place.token(i) == Some(Token::Colon));
            let parts = colon.and_then(|colon| {
                let last = (colon + 1..end)
                    .find(|&i| matches!(place.token(i), Some(Token::RightParen | Token::Comma)));
                Some((
                    place.slice(start, at)?,
                    place.slice(at + 1, colon)?,
                    place.slice(colon + 1, last.unwrap_or(end))?,
                ))
            });
            let help = match parts {
                Some((condition, then, otherwise)) => {
                    format!("write {then} if {condition} else {otherwise}")
                }
                None => "write a if c else b".to_string(),
            };
            foreign(place, "`c ? a : b`", help)
        }
    }
}

/// A JavaScript template as an f-string.
fn template(written: &str) -> String {
    let inner = written.trim_matches('`').replace("${", "{");
    let inner: String = inner.chars().take(60).collect();
    let quote = if inner.contains('\n') { "\"\"\"" } else { "\"" };
    format!("f{quote}{inner}{quote}")
}

/// `for (x of xs)`, `for (i = 0; i < n; i++)`, `for x of xs`
fn loop_in_parentheses(place: &Place<'_>) -> Option<Diagnostic> {
    if place.token(0) != Some(Token::For) {
        return None;
    }
    let has = |wanted: Token| place.statement.iter().any(|(token, _)| *token == wanted);
    let end = place.statement.len();
    if has(Token::Semicolon) {
        return foreign(place, "`for (i = 0; ...)`", "write for i in range(n) { ... }");
    }
    let word = (1..end).find(|&i| matches!(place.text(i), "of" | "in"));
    let parenthesised = place.token(1) == Some(Token::LeftParen);
    let word = word.filter(|&i| place.text(i) == "of" || parenthesised)?;
    let mut first = if parenthesised { 2 } else { 1 };
    if matches!(place.text(first), "let" | "const" | "var") {
        first += 1;
    }
    let last = if parenthesised && place.token(end.checked_sub(1)?) == Some(Token::RightParen) {
        end - 1
    } else {
        end
    };
    let help = match (place.slice(first, word), place.slice(word + 1, last)) {
        (Some(target), Some(items)) => {
            format!("write for {} in {items} {{ ... }}", target.trim_matches(['[', ']']))
        }
        _ => "write for x in xs { ... }".to_string(),
    };
    foreign(place, "`for (x of xs)`", help)
}

/// `if c then`, `while c do`
fn block_word(place: &Place<'_>) -> Option<Diagnostic> {
    let header =
        matches!(place.token(0), Some(Token::If | Token::Elif | Token::While | Token::For));
    let word = place.text(place.index);
    if !header || !matches!(word, "do" | "then") || place.found != Some(Token::Name) {
        return None;
    }
    let help = match place.slice(0, place.index) {
        Some(header) => format!("write {header} {{ ... }}"),
        None => "blocks are in braces: { ... }".to_string(),
    };
    foreign(place, &format!("`{word}`"), help)
}

/// `x = y if z`
fn conditional_without_else(place: &Place<'_>) -> Option<Diagnostic> {
    if !matches!(place.found, None | Some(Token::Newline | Token::BlockClose)) {
        return None;
    }
    let end = place.statement.len();
    let word = (1..end).rev().find(|&i| place.token(i) == Some(Token::If))?;
    if (word..end).any(|i| place.token(i) == Some(Token::Else)) {
        return None;
    }
    let help = match (place.slice(0, word), place.slice(word + 1, end)) {
        (Some(statement), Some(condition)) => format!("write if {condition} {{ {statement} }}"),
        _ => "write if c { ... }, or a if c else b".to_string(),
    };
    foreign(place, "`if` after a statement", help)
}

/// `x => { return y }`, `function (x) { ... }` as an argument.
fn function_as_argument(place: &Place<'_>) -> Option<Diagnostic> {
    let before = place.statement.get(..place.index)?;
    let arrow = before.windows(2).any(|pair| {
        matches!(pair, [(Token::FatArrow, _), (Token::LeftBrace | Token::BlockOpen, _)])
    });
    let at_brace = matches!(place.found, Some(Token::LeftBrace | Token::BlockOpen));
    let function = at_brace
        && (0..place.index).any(|i| {
            matches!(place.text(i), "function" | "fn" | "func")
                || place.token(i) == Some(Token::FatArrow)
        });
    if arrow || function {
        return foreign(
            place,
            "a function with statements inside an expression",
            "write def f(x) { ... } first, then pass f",
        );
    }
    None
}

/// `print x`
fn call_without_parentheses(place: &Place<'_>) -> Option<Diagnostic> {
    let (name, found) = (place.token(0)?, place.found?);
    let operand = found.starts_operand() && !matches!(found, Token::LeftBrace | Token::LeftSquare);
    let assigned = place.statement.iter().any(|(token, _)| *token == Token::Assign);
    if name != Token::Name || place.index != 1 || !operand || assigned {
        return None;
    }
    let function = match place.text(0) {
        "echo" | "puts" | "println" => "print",
        "throw" => "raise",
        other => other,
    };
    let printing = matches!(function, "print" | "answer" | "raise" | "ask" | "len");
    if !printing && !matches!(found, Token::Text | Token::FormatStart) {
        return None;
    }
    let help = match place.slice(1, place.statement.len()) {
        Some(args) => format!("write {function}({args})"),
        None => format!("write {function}(...)"),
    };
    foreign(place, "a call without parentheses", help)
}
