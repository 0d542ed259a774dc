//! The parser: canonical tokens to a syntax tree, with `chumsky`.
//!
//! Every rule is boxed, which keeps compile time small. A statement that fails is skipped up to its
//! end and becomes [`StmtKind::Error`], so that several statements can report one error each.

use chumsky::input::MappedInput;
use chumsky::prelude::*;

use crate::ast::{Block, Expr, ExprKind, Name, Stmt, StmtKind};
use crate::expr;
use crate::fault::{Expect, Fault};
use crate::lexer::Spanned;
use crate::span::Span;
use crate::stmt;
use crate::token::Token;

/// The parser's input: a slice of tokens with spans.
pub(crate) type Tokens<'t> = MappedInput<'t, Token, Span, &'t [Spanned]>;

/// The error type in chumsky's wrapping.
pub(crate) type Extra = extra::Err<Fault>;

/// A rule: a boxed parser.
pub(crate) type Rule<'t, O> = Boxed<'t, 't, Tokens<'t>, O, Extra>;

impl chumsky::span::Span for Span {
    type Context = ();
    type Offset = u32;

    fn new((): (), range: std::ops::Range<u32>) -> Span {
        Span { start: range.start, end: range.end.max(range.start) }
    }

    fn context(&self) {}

    fn start(&self) -> u32 {
        self.start
    }

    fn end(&self) -> u32 {
        self.end
    }
}

/// Parses laid out tokens. Statements that failed are errors in the tree.
pub(crate) fn parse<'t>(source: &'t str, tokens: &'t [Spanned]) -> (Vec<Stmt>, Vec<Fault>) {
    // What is missing at the end is missing after the last token, not below trailing blank lines.
    let end = tokens.last().map(|(_, span)| Span { start: span.end, end: span.end });
    let end = end.unwrap_or_default();
    let (body, faults) = program(source).parse(tokens.split_token_span(end)).into_output_errors();
    (body.unwrap_or_default(), faults)
}

fn program<'t>(source: &'t str) -> Rule<'t, Vec<Stmt>> {
    let mut block = Recursive::declare();
    let statements = statements(source, block.clone().boxed());
    let open = just(Token::BlockOpen).map_with(|_, e| e.span());
    let close = just(Token::BlockClose).map_with(|_, e| e.span());
    block.define(
        open.then(statements.clone())
            .then(close)
            .map(move |((open, body), close): ((Span, Vec<Stmt>), Span)| {
                let braces = source.get(open.range()) == Some("{");
                let inside = body.first().zip(body.last()).map(|(a, z)| a.span.to(z.span));
                let span = if braces { open.to(close) } else { inside.unwrap_or(open) };
                Block { body, span }
            })
            .boxed(),
    );
    statements.then_ignore(end()).boxed()
}

/// Statements with their separators.
fn statements<'t>(source: &'t str, block: Rule<'t, Block>) -> Rule<'t, Vec<Stmt>> {
    let expr = expr::expression(source);
    let statement = stmt::statement(source, expr, block);
    let newlines = just(Token::Newline).repeated();
    let ending = choice((
        just(Token::Newline).ignored(),
        just(Token::BlockClose).labelled(Expect::EndOfLine).rewind().ignored(),
        end(),
    ))
    .boxed();
    let unless_closed = none_of([Token::BlockClose]).labelled(Expect::Statement).rewind();
    let item = unless_closed
        .ignore_then(statement)
        .then_ignore(ending.clone())
        .recover_with(via_parser(unless_closed.ignore_then(skipped()).then_ignore(ending)))
        .boxed();
    newlines.ignore_then(item.then_ignore(newlines).repeated().collect()).boxed()
}

/// A statement that failed: everything up to its end, nested blocks included.
fn skipped<'t>() -> Rule<'t, Stmt> {
    let skip = recursive(|skip| {
        let inside = choice((skip, just(Token::Newline).ignored())).repeated();
        let block = just(Token::BlockOpen).then(inside).then(just(Token::BlockClose)).ignored();
        let other = none_of([Token::BlockOpen, Token::BlockClose, Token::Newline]).ignored();
        choice((other, block)).boxed()
    });
    skip.repeated().map_with(|(), e| Stmt { kind: StmtKind::Error, span: e.span() }).boxed()
}

/// A name with its text.
pub(crate) fn name<'t>(source: &'t str) -> Rule<'t, Name> {
    just(Token::Name).map_with(move |_, e| name_at(source, e.span())).labelled(Expect::Name).boxed()
}

/// The name that stands at `span`.
pub(crate) fn name_at(source: &str, span: Span) -> Name {
    Name { text: text_at(source, span).to_string(), span }
}

/// The source at `span`.
pub(crate) fn text_at(source: &str, span: Span) -> &str {
    source.get(span.range()).unwrap_or_default()
}

/// An expression node.
pub(crate) fn node(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span }
}

/// One item alone, or several as a tuple. A comma after a single item makes it a tuple too.
pub(crate) fn tuple_of(mut items: Vec<Expr>, comma: bool, span: Span) -> Expr {
    if items.len() == 1 && !comma {
        return items.pop().unwrap_or(node(ExprKind::Error, span));
    }
    node(ExprKind::Tuple(items), span)
}
