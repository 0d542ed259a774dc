//! Operands: names, literals, f-strings, and what stands in brackets.

use chumsky::prelude::*;

use crate::ast::{Clause, ComprehensionKind, DictItem, Expr, ExprKind, FormatPart, TextLiteral};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::escape;
use crate::fault::{Expect, Fault};
use crate::number;
use crate::parser::{Here, Rule, node, tuple_of, written};
use crate::span::Span;
use crate::token::Token;

/// An operand.
pub(crate) fn atom(expr: Rule<Expr>, item: Rule<Expr>, clauses: Rule<Vec<Clause>>) -> Rule<Expr> {
    choice((
        word(),
        texts(expr.clone()),
        paren(item.clone(), clauses.clone()),
        list(item.clone(), clauses.clone()),
        braces(expr, item, clauses),
    ))
    .labelled(Expect::Expression)
    .boxed()
}

/// Operands of one token.
fn word() -> Rule<Expr> {
    one_of([
        Token::Name,
        Token::Int,
        Token::Float,
        Token::None,
        Token::True,
        Token::False,
        Token::Ellipsis,
        Token::Error,
    ])
    .map_with(|token, e| {
        let span: Span = e.span();
        let text = written(e);
        let kind = match token {
            // Programs end with `if __name__ == "__main__":`; here every program is the main one.
            Token::Name if text == "__name__" => {
                ExprKind::Text(TextLiteral { value: "__main__".to_string(), raw: false })
            }
            Token::Name => ExprKind::Name(text.to_string()),
            Token::Int => number::int(text).map_or(ExprKind::Error, ExprKind::Int),
            Token::Float => number::float(text).map_or(ExprKind::Error, ExprKind::Float),
            Token::True => ExprKind::Bool(true),
            Token::False => ExprKind::Bool(false),
            Token::Error => ExprKind::Error,
            _ => ExprKind::None,
        };
        node(kind, span)
    })
    .boxed()
}

/// A text literal or f-string before joining.
enum Piece {
    Plain(TextLiteral),
    Format(Vec<FormatPart>),
}

/// Text literals, adjacent ones joined.
fn texts(expr: Rule<Expr>) -> Rule<Expr> {
    let plain = just(Token::Text).map_with(|_, e| {
        let text = written(e);
        Piece::Plain(TextLiteral { value: escape::value(text), raw: escape::literal(text).raw })
    });
    let format = format_parts(expr)
        .delimited_by(just(Token::FormatStart), just(Token::FormatEnd))
        .map(Piece::Format);
    choice((plain, format))
        .labelled(Expect::Operator)
        .repeated()
        .at_least(1)
        .collect::<Vec<Piece>>()
        .map_with(|pieces, e| node(join(pieces), e.span()))
        .boxed()
}

/// Joins adjacent literals: one f-string among them makes all of it one.
fn join(pieces: Vec<Piece>) -> ExprKind {
    let raw = pieces.iter().all(|piece| matches!(piece, Piece::Plain(text) if text.raw));
    let plain = pieces.iter().all(|piece| matches!(piece, Piece::Plain(_)));
    let mut parts: Vec<FormatPart> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Plain(text) => push_text(&mut parts, text.value),
            Piece::Format(more) => {
                for part in more {
                    match part {
                        FormatPart::Text(text) => push_text(&mut parts, text),
                        field => parts.push(field),
                    }
                }
            }
        }
    }
    if !plain {
        return ExprKind::Format(parts);
    }
    let value = match parts.pop() {
        Some(FormatPart::Text(text)) => text,
        _ => String::new(),
    };
    ExprKind::Text(TextLiteral { value, raw })
}

fn push_text(parts: &mut Vec<FormatPart>, text: String) {
    match parts.last_mut() {
        Some(FormatPart::Text(before)) => before.push_str(&text),
        _ if text.is_empty() => {}
        _ => parts.push(FormatPart::Text(text)),
    }
}

/// The inside of an f-string: texts and fields.
fn format_parts(expr: Rule<Expr>) -> Rule<Vec<FormatPart>> {
    recursive(|parts: Recursive<_>| {
        let text = one_of([Token::FormatText, Token::FormatRaw]).map_with(|token, e| {
            let text = written(e);
            FormatPart::Text(escape::format_text(text, token == Token::FormatRaw))
        });
        let conversion = just(Token::Conversion)
            .map_with(|_, e| written(e).chars().nth(1))
            .labelled(Expect::Operator);
        let spec = just(Token::SpecColon).labelled(Expect::Operator).ignore_then(parts);
        let open = just(Token::FieldOpen).map_with(|_, e| e.span());
        let debug = just(Token::FieldDebug).map_with(|_, e| e.span()).labelled(Expect::Operator);
        let value = open.then(expressions(expr)).then(debug.or_not());
        let ending = conversion.or_not().map(Option::flatten).then(spec.or_not());
        let field = value.then(ending).then_ignore(just(Token::FieldClose)).map_with(
            |(((open, value), debug), (conversion, spec)), e| FormatPart::Field {
                value: Box::new(value),
                label: debug.map(|sign| label(e, open, sign)),
                conversion,
                spec: spec.unwrap_or_default(),
            },
        );
        choice((text, field)).repeated().collect::<Vec<FormatPart>>().boxed()
    })
    .boxed()
}

/// What `{x = }` prints first: all from the brace to the end of the spaces after `=`.
fn label(here: &mut Here<'_>, open: Span, sign: Span) -> String {
    let source = here.state();
    let after = source.get(sign.range().end..).unwrap_or_default();
    let spaces = after.len() - after.trim_start_matches([' ', '\t']).len();
    source.get(open.range().end..sign.range().end + spaces).unwrap_or_default().to_string()
}

/// `a`, `a, b`: a field may hold a tuple without parentheses.
fn expressions(expr: Rule<Expr>) -> Rule<Expr> {
    let comma = just(Token::Comma).labelled(Expect::Operator);
    let more = comma.ignore_then(expr.clone()).repeated().collect::<Vec<Expr>>();
    expr.then(more)
        .map_with(|(first, more), e| {
            let comma = !more.is_empty();
            tuple_of(std::iter::once(first).chain(more).collect(), comma, e.span())
        })
        .boxed()
}

/// `for x in xs if c for y in x`
pub(crate) fn clauses(targets: Rule<Expr>, operators: Rule<Expr>) -> Rule<Vec<Clause>> {
    let for_clause = just(Token::For)
        .labelled(Expect::Operator)
        .ignore_then(targets)
        .then_ignore(just(Token::In))
        .then(operators.clone())
        .map(|(target, iterable)| Clause::For { target, iterable });
    let if_clause =
        just(Token::If).labelled(Expect::Operator).ignore_then(operators).map(Clause::If);
    let rest = choice((for_clause.clone(), if_clause)).repeated().collect::<Vec<Clause>>();
    for_clause.then(rest).map(|(first, rest)| std::iter::once(first).chain(rest).collect()).boxed()
}

/// A bare generator.
pub(crate) fn generator(element: Expr, clauses: Vec<Clause>, span: Span) -> Expr {
    comprehension(ComprehensionKind::Generator, element, clauses, span)
}

fn comprehension(kind: ComprehensionKind, element: Expr, clauses: Vec<Clause>, span: Span) -> Expr {
    node(ExprKind::Comprehension { kind, element: Box::new(element), clauses }, span)
}

/// Items between brackets.
enum Items {
    Comprehension(Expr, Vec<Clause>),
    Listed(Vec<Expr>, /* with a comma after the last */ bool),
}

fn items(item: Rule<Expr>, clauses: Rule<Vec<Clause>>) -> Rule<Items> {
    let comma = just(Token::Comma);
    let more = comma.ignore_then(item.clone()).repeated().collect::<Vec<Expr>>();
    let rest = choice((clauses.map(Ok), more.then(comma.or_not()).map(Err)));
    item.then(rest)
        .map(|(first, rest)| match rest {
            Ok(clauses) => Items::Comprehension(first, clauses),
            Err((more, comma)) => {
                Items::Listed(std::iter::once(first).chain(more).collect(), comma.is_some())
            }
        })
        .boxed()
}

/// `()`, `(x)`, `(x, y)`, `(x for x in xs)`. The span of `(x)` includes the parentheses.
fn paren(item: Rule<Expr>, clauses: Rule<Vec<Clause>>) -> Rule<Expr> {
    items(item, clauses)
        .or_not()
        .delimited_by(just(Token::LeftParen), just(Token::RightParen))
        .map_with(|inside, e| match inside {
            None => node(ExprKind::Tuple(Vec::new()), e.span()),
            Some(Items::Comprehension(element, clauses)) => generator(element, clauses, e.span()),
            Some(Items::Listed(items, comma)) => {
                let inner = tuple_of(items, comma, e.span());
                node(inner.kind, e.span())
            }
        })
        .boxed()
}

fn list(item: Rule<Expr>, clauses: Rule<Vec<Clause>>) -> Rule<Expr> {
    items(item, clauses)
        .or_not()
        .delimited_by(just(Token::LeftSquare), just(Token::RightSquare))
        .map_with(|inside, e| match inside {
            None => node(ExprKind::List(Vec::new()), e.span()),
            Some(Items::Comprehension(element, clauses)) => {
                comprehension(ComprehensionKind::List, element, clauses, e.span())
            }
            Some(Items::Listed(items, _)) => node(ExprKind::List(items), e.span()),
        })
        .boxed()
}

/// One entry of a display in braces.
enum Entry {
    Item(Expr),
    Pair(Expr, Expr),
    Spread(Expr),
}

/// `{}`, `{k: v, **d}`, `{k: v for ...}`, `{a, b}`, `{a for ...}`
fn braces(expr: Rule<Expr>, item: Rule<Expr>, clauses: Rule<Vec<Clause>>) -> Rule<Expr> {
    let spread = just(Token::DoubleStar)
        .labelled(Expect::Expression)
        .ignore_then(expr.clone())
        .map(Entry::Spread);
    let pair = item
        .then(just(Token::Colon).labelled(Expect::Operator).ignore_then(expr).or_not())
        .map(|(key, value)| match value {
            Some(value) => Entry::Pair(key, value),
            None => Entry::Item(key),
        });
    let entry = choice((spread, pair)).boxed();
    let comma = just(Token::Comma);
    let more = comma.ignore_then(entry.clone()).repeated().collect::<Vec<Entry>>();
    let rest = choice((clauses.map(Ok), more.then_ignore(comma.or_not()).map(Err)));
    entry
        .then(rest)
        .or_not()
        .delimited_by(just(Token::LeftBrace), just(Token::RightBrace))
        .validate(|inside, e, emitter| {
            let span: Span = e.span();
            let kind = match inside {
                None => Ok(ExprKind::Dict(Vec::new())),
                Some((first, Ok(clauses))) => comprehended(first, clauses),
                Some((first, Err(more))) => display(std::iter::once(first).chain(more).collect()),
            };
            let kind = kind.unwrap_or_else(|message| {
                let error = Diagnostic::error(Code::Syntax, span, message)
                    .with_help("a dict is {key: value, ...}, a set is {value, ...}");
                emitter.emit(Fault::own(error));
                ExprKind::Error
            });
            node(kind, span)
        })
        .boxed()
}

fn comprehended(entry: Entry, clauses: Vec<Clause>) -> Result<ExprKind, &'static str> {
    match entry {
        Entry::Item(element) => Ok(ExprKind::Comprehension {
            kind: ComprehensionKind::Set,
            element: Box::new(element),
            clauses,
        }),
        Entry::Pair(key, value) => {
            Ok(ExprKind::DictComprehension { key: Box::new(key), value: Box::new(value), clauses })
        }
        Entry::Spread(_) => Err("`**` cannot be repeated by `for`"),
    }
}

fn display(entries: Vec<Entry>) -> Result<ExprKind, &'static str> {
    if entries.iter().all(|entry| matches!(entry, Entry::Item(_))) {
        let items = entries.into_iter().filter_map(|entry| match entry {
            Entry::Item(item) => Some(item),
            _ => None,
        });
        return Ok(ExprKind::Set(items.collect()));
    }
    let pairs = entries.into_iter().map(|entry| match entry {
        Entry::Pair(key, value) => Some(DictItem::Pair(key, value)),
        Entry::Spread(dict) => Some(DictItem::Spread(dict)),
        Entry::Item(_) => None,
    });
    let pairs: Option<Vec<DictItem>> = pairs.collect();
    pairs.map(ExprKind::Dict).ok_or("a dict's entry has no value")
}
