//! The parser: canonical tokens to a syntax tree, with `chumsky`.
//!
//! Every rule is boxed, which keeps compile time small. A statement that fails is skipped up to its
//! end and becomes [`StmtKind::Error`], so that several statements can report one error each.
//!
//! The rules are built once a thread, as building them costs more than most programs do. So they
//! borrow nothing: tokens come as a stream, and the source is the state of a parse. Rules that contain
//! themselves are made by `recursive`, whose inner handles are weak; those of `Recursive::declare`
//! are a cycle that is never freed.

use std::rc::Rc;

use chumsky::extra::SimpleState;
use chumsky::input::{MapExtra, MappedInput, Stream};
use chumsky::prelude::*;

use crate::ast::{Block, Expr, ExprKind, Name, Stmt, StmtKind};
use crate::expr;
use crate::fault::{Expect, Fault};
use crate::lexer::Spanned;
use crate::span::Span;
use crate::stmt;
use crate::token::Token;

/// The parser's input: tokens with spans.
pub(crate) type Tokens = MappedInput<'static, Token, Span, Stream<std::vec::IntoIter<Spanned>>>;

/// The error type and the source in chumsky's wrapping.
pub(crate) type Extra = extra::Full<Fault, SimpleState<Rc<str>>, ()>;

/// What a rule's function learns of the place where the rule matched.
pub(crate) type Here<'e> = MapExtra<'static, 'e, Tokens, Extra>;

/// A rule: a boxed parser.
pub(crate) type Rule<O> = Boxed<'static, 'static, Tokens, O, Extra>;

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

thread_local! {
    static PROGRAM: Rule<Vec<Stmt>> = program();
}

/// Parses laid out tokens. Statements that failed are errors in the tree.
pub(crate) fn parse(source: &str, tokens: &[Spanned]) -> (Vec<Stmt>, Vec<Fault>) {
    // What is missing at the end is missing after the last token, not below trailing blank lines.
    let end = tokens.last().map(|(_, span)| Span { start: span.end, end: span.end });
    let end = end.unwrap_or_default();
    let as_it_is: fn(Spanned) -> Spanned = |token| token;
    let tokens = Stream::from_iter(tokens.to_vec()).map(end, as_it_is);
    let mut state = SimpleState(Rc::from(source));
    // While a thread ends it may have no rules any more.
    let program = PROGRAM.try_with(Rule::clone).unwrap_or_else(|_| program());
    let (body, faults) = program.parse_with_state(tokens, &mut state).into_output_errors();
    (body.unwrap_or_default(), faults)
}

fn program() -> Rule<Vec<Stmt>> {
    let all = recursive(|inside: Recursive<_>| statements(block(inside.boxed())));
    all.then_ignore(end()).boxed()
}

/// `{ }`, or what the layout took for it.
fn block(statements: Rule<Vec<Stmt>>) -> Rule<Block> {
    let open = just(Token::BlockOpen).map_with(|_, e| (e.span(), written(e) == "{"));
    let close = just(Token::BlockClose).map_with(|_, e| e.span());
    open.then(statements)
        .then(close)
        .map(|(((open, braces), body), close): (((Span, bool), Vec<Stmt>), Span)| {
            let inside = body.first().zip(body.last()).map(|(a, z)| a.span.to(z.span));
            let span = if braces { open.to(close) } else { inside.unwrap_or(open) };
            Block { body, span }
        })
        .boxed()
}

/// Statements with their separators.
fn statements(block: Rule<Block>) -> Rule<Vec<Stmt>> {
    let expr = expr::expression();
    let decorated = stmt::decorated(expr.clone(), block.clone());
    let statement = stmt::statement(expr, block).map(|one| Item { one, decorated: None });
    let statement = choice((decorated, statement)).boxed();
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
        .recover_with(via_parser(
            unless_closed
                .ignore_then(skipped().map(|one| Item { one, decorated: None }))
                .then_ignore(ending),
        ))
        .boxed();
    newlines
        .ignore_then(item.then_ignore(newlines).repeated().collect::<Vec<Item>>())
        .map(|items| {
            let mut all = Vec::with_capacity(items.len());
            for Item { one, decorated } in items {
                all.push(one);
                all.extend(decorated);
            }
            all
        })
        .boxed()
}

/// A statement; of a function with decorators, what they do to it follows.
pub(crate) struct Item {
    pub(crate) one: Stmt,
    pub(crate) decorated: Option<Stmt>,
}

/// A statement that failed: everything up to its end, nested blocks included.
fn skipped() -> Rule<Stmt> {
    let skip = recursive(|skip| {
        let inside = choice((skip, just(Token::Newline).ignored())).repeated();
        let block = just(Token::BlockOpen).then(inside).then(just(Token::BlockClose)).ignored();
        let other = none_of([Token::BlockOpen, Token::BlockClose, Token::Newline]).ignored();
        choice((other, block)).boxed()
    });
    skip.repeated().map_with(|(), e| Stmt { kind: StmtKind::Error, span: e.span() }).boxed()
}

/// A name with its text.
pub(crate) fn name() -> Rule<Name> {
    just(Token::Name).map_with(|_, e| name_here(e)).labelled(Expect::Name).boxed()
}

/// All that a rule matched, as a name.
pub(crate) fn name_here(here: &mut Here<'_>) -> Name {
    Name { text: written(here).to_string(), span: here.span() }
}

/// What stands in the source where a rule matched.
pub(crate) fn written<'e>(here: &'e mut Here<'_>) -> &'e str {
    let span = here.span();
    here.state().get(span.range()).unwrap_or_default()
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
