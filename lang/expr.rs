//! Expressions: operators by precedence, conditionals, lambdas, and what follows an operand.

use chumsky::pratt::{infix, left, prefix, right};
use chumsky::prelude::*;

use crate::ast::{
    Arg, BinaryOp, BoolOp, CompareOp, Expr, ExprKind, Name, Param, ParamKind, UnaryOp,
};
use crate::atom;
use crate::fault::Expect;
use crate::parser::{Rule, name, name_here, node, tuple_of, written};
use crate::span::Span;
use crate::token::Token;

/// Rules of expressions that statements use.
#[derive(Clone)]
pub(crate) struct Expressions {
    /// One expression: `a if c else b`, `lambda x: x`, `a or b`.
    pub(crate) one: Rule<Expr>,
    /// `a`, `a, *b`, `a,`: several make a tuple.
    pub(crate) list: Rule<Expr>,
    /// What a `for` or `del` names: `a`, `a, (b, *c)`, `x[0], y.z`.
    pub(crate) targets: Rule<Expr>,
}

/// Builds the rules of expressions.
pub(crate) fn expression() -> Expressions {
    let mut inside = None;
    let one = recursive(|one: Recursive<_>| {
        let expr = one.labelled(Expect::Expression).boxed();
        let operand = operand(expr.clone());
        inside = Some(operand.clone());
        whole(expr, operand)
    });
    let one = one.labelled(Expect::Expression).boxed();
    let operand = inside.unwrap_or_else(|| operand(one.clone()));
    Expressions { list: separated(star(one.clone())), targets: targets(operand), one }
}

/// An atom with what follows it: what operators join, and what can be assigned to.
fn operand(expr: Rule<Expr>) -> Rule<Expr> {
    recursive(|operand: Recursive<_>| {
        let operand = operand.boxed();
        // What a comprehension walks has no conditionals and lambdas.
        let clauses = atom::clauses(targets(operand.clone()), operator_chain(operand));
        let atom = atom::atom(expr.clone(), star(expr.clone()), clauses.clone());
        postfix(atom, expr, clauses)
    })
    .boxed()
}

fn targets(operand: Rule<Expr>) -> Rule<Expr> {
    separated(star(operand))
}

/// Any expression but a starred one.
fn whole(expr: Rule<Expr>, operand: Rule<Expr>) -> Rule<Expr> {
    let operators = operator_chain(operand);
    let conditional = operators
        .clone()
        .then(
            just(Token::If)
                .labelled(Expect::Operator)
                .ignore_then(operators)
                .then_ignore(just(Token::Else))
                .then(expr.clone())
                .or_not(),
        )
        .map(|(then, rest)| match rest {
            None => then,
            Some((condition, otherwise)) => conditional(then, condition, otherwise),
        })
        .boxed();
    choice((lambda(expr.clone()), arrow(expr.clone()), walrus(expr), conditional)).boxed()
}

fn conditional(then: Expr, condition: Expr, otherwise: Expr) -> Expr {
    let span = then.span.to(otherwise.span);
    let (then, condition, otherwise) = (Box::new(then), Box::new(condition), Box::new(otherwise));
    node(ExprKind::Conditional { condition, then, otherwise }, span)
}

/// `*x`, or `x` itself. One path to `x`: a second one would double the time of every nesting.
fn star(expr: Rule<Expr>) -> Rule<Expr> {
    let starred = just(Token::Star)
        .ignore_then(expr.clone())
        .map_with(|inner, e| node(ExprKind::Starred(Box::new(inner)), e.span()));
    choice((starred, expr)).boxed()
}

/// `a, b`, with a comma at the end allowed.
fn separated(item: Rule<Expr>) -> Rule<Expr> {
    let comma = just(Token::Comma).labelled(Expect::Operator);
    let more = comma.ignore_then(item.clone()).repeated().collect::<Vec<Expr>>();
    item.then(more)
        .then(comma.or_not())
        .map_with(|((first, more), comma), e| {
            let mut items = vec![first];
            items.extend(more);
            let comma = comma.is_some();
            tuple_of(items, comma, e.span())
        })
        .boxed()
}

/// `lambda x, y=1: e`
fn lambda(expr: Rule<Expr>) -> Rule<Expr> {
    just(Token::Lambda)
        .ignore_then(params(expr.clone(), false))
        .then_ignore(just(Token::Colon))
        .then(expr)
        .map_with(|(params, body), e| {
            node(ExprKind::Lambda { params, body: Box::new(body) }, e.span())
        })
        .boxed()
}

/// `x => e`, `(x, y) => e`
fn arrow(expr: Rule<Expr>) -> Rule<Expr> {
    let single = just(Token::ArrowName).map_with(|_, e| {
        let name = name_here(e);
        vec![Param { name, default: None, kind: ParamKind::Plain }]
    });
    let several = just(Token::ArrowOpen)
        .ignore_then(params(expr.clone(), false))
        .then_ignore(just(Token::RightParen));
    choice((single, several))
        .then_ignore(just(Token::FatArrow))
        .then(expr)
        .map_with(|(params, body), e| {
            node(ExprKind::Lambda { params, body: Box::new(body) }, e.span())
        })
        .boxed()
}

/// `x := e`
fn walrus(expr: Rule<Expr>) -> Rule<Expr> {
    name()
        .then_ignore(just(Token::Walrus).labelled(Expect::Hidden))
        .then(expr)
        .map_with(|(name, value), e| {
            node(ExprKind::Walrus { name, value: Box::new(value) }, e.span())
        })
        .boxed()
}

/// Parameters of a function or lambda. `/` only restricts callers; it is dropped.
pub(crate) fn params(expr: Rule<Expr>, typed: bool) -> Rule<Vec<Param>> {
    let annotation =
        just(Token::Colon).labelled(Expect::Operator).ignore_then(expr.clone()).or_not().boxed();
    let typed_name = if typed { name().then_ignore(annotation).boxed() } else { name() };
    let default = just(Token::Assign).labelled(Expect::Operator).ignore_then(expr).or_not();
    let plain = typed_name
        .clone()
        .then(default)
        .map(|(name, default)| Some(Param { name, default, kind: ParamKind::Plain }));
    let starred = just(Token::Star).ignore_then(typed_name.clone().or_not()).map_with(|name, e| {
        let kind = if name.is_some() { ParamKind::Star } else { ParamKind::Bare };
        let name = name.unwrap_or(Name { text: String::new(), span: e.span() });
        Some(Param { name, default: None, kind })
    });
    let double = just(Token::DoubleStar)
        .ignore_then(typed_name)
        .map(|name| Some(Param { name, default: None, kind: ParamKind::DoubleStar }));
    let slash = just(Token::Divide).to(None);
    choice((plain, starred, double, slash))
        .separated_by(just(Token::Comma))
        .allow_trailing()
        .collect::<Vec<Option<Param>>>()
        .map(|params| params.into_iter().flatten().collect())
        .boxed()
}

/// Calls, indexes and attributes after an operand.
fn postfix(
    atom: Rule<Expr>,
    expr: Rule<Expr>,
    clauses: Rule<Vec<crate::ast::Clause>>,
) -> Rule<Expr> {
    enum Trailer {
        Call(Vec<Arg>),
        Subscript(Subscript),
        Attribute(Name),
    }
    let call = arguments(expr.clone(), clauses).map(Trailer::Call);
    let index = subscript(expr)
        .delimited_by(just(Token::LeftSquare), just(Token::RightSquare))
        .map(Trailer::Subscript);
    let attribute = just(Token::Dot).ignore_then(name()).map(Trailer::Attribute);
    let trailer = choice((call, index, attribute))
        .map_with(|trailer, e| (trailer, e.span()))
        .labelled(Expect::Operator)
        .boxed();
    atom.foldl(trailer.repeated(), |object, (trailer, end): (Trailer, Span)| {
        let span = object.span.to(end);
        let object = Box::new(object);
        let kind = match trailer {
            Trailer::Call(args) => ExprKind::Call { function: object, args },
            Trailer::Attribute(name) => ExprKind::Attribute { object, name },
            Trailer::Subscript(Subscript::Index(index)) => {
                ExprKind::Index { object, index: Box::new(index) }
            }
            Trailer::Subscript(Subscript::Slice([start, stop, step])) => ExprKind::Slice {
                object,
                start: start.map(Box::new),
                stop: stop.map(Box::new),
                step: step.map(Box::new),
            },
        };
        node(kind, span)
    })
    .boxed()
}

/// `(x, name=y, *xs, **d)`, `(x for x in xs)`
fn arguments(expr: Rule<Expr>, clauses: Rule<Vec<crate::ast::Clause>>) -> Rule<Vec<Arg>> {
    let keyword = name()
        .then_ignore(just(Token::Assign).labelled(Expect::Operator))
        .then(expr.clone())
        .map(|(name, value)| Arg::Keyword(name, value));
    let star = just(Token::Star).ignore_then(expr.clone()).map(Arg::Star);
    let double = just(Token::DoubleStar).ignore_then(expr.clone()).map(Arg::DoubleStar);
    let positional = expr.then(clauses.or_not()).map_with(|(element, clauses), e| match clauses {
        None => Arg::Positional(element),
        Some(clauses) => Arg::Positional(atom::generator(element, clauses, e.span())),
    });
    choice((keyword, star, double, positional))
        .labelled(Expect::Expression)
        .separated_by(just(Token::Comma))
        .allow_trailing()
        .collect()
        .delimited_by(just(Token::LeftParen), just(Token::RightParen))
        .boxed()
}

/// What stands between square brackets.
enum Subscript {
    Index(Expr),
    Slice([Option<Expr>; 3]),
}

/// `i`, `a, b`, `a:b`, `::c`. One path: reading an index twice would double with every nesting.
fn subscript(expr: Rule<Expr>) -> Rule<Subscript> {
    let colon = just(Token::Colon).labelled(Expect::Operator);
    let bound = expr.clone().or_not();
    let step = colon.ignore_then(bound.clone()).or_not().map(Option::flatten);
    let after_colon = colon.ignore_then(bound).then(step).boxed();
    let comma = just(Token::Comma).labelled(Expect::Operator);
    let more = comma.ignore_then(expr.clone()).repeated().collect::<Vec<Expr>>();
    let after_item = choice((
        after_colon.clone().map(Ok),
        more.then(comma.or_not()).map(|(more, comma)| Err((more, comma.is_some()))),
    ));
    let open_slice = after_colon.map(|(stop, step)| Subscript::Slice([None, stop, step]));
    let from_item = star(expr).then(after_item).map_with(|(first, rest), e| match rest {
        Ok((stop, step)) => Subscript::Slice([Some(first), stop, step]),
        Err((more, comma)) => {
            let comma = comma || !more.is_empty();
            let items = std::iter::once(first).chain(more).collect();
            Subscript::Index(tuple_of(items, comma, e.span()))
        }
    });
    choice((open_slice, from_item)).boxed()
}

/// Operators by Python's precedence, loosest first: or, and, not, comparisons, `|`, `^`, `&`,
/// shifts, sums, products, signs, `**`.
fn operator_chain(operand: Rule<Expr>) -> Rule<Expr> {
    let word = move |token: Token| just(token).labelled(Expect::Operator);
    let sign = one_of([Token::Minus, Token::Plus, Token::Tilde])
        .map_with(|_, e| (sign_op(written(e)), e.span()))
        .labelled(Expect::Expression)
        .boxed();
    let not = just(Token::Not).map_with(|_, e| e.span()).labelled(Expect::Expression).boxed();
    let binary = move |tokens: &'static [Token]| {
        one_of(tokens).map_with(|_, e| binary_op(written(e))).labelled(Expect::Operator).boxed()
    };
    operand
        .pratt((
            infix(left(1), word(Token::Or), |l, _, r, _| logical(BoolOp::Or, l, r)),
            infix(left(2), word(Token::And), |l, _, r, _| logical(BoolOp::And, l, r)),
            prefix(3, not, |span, operand, _| unary(UnaryOp::Not, span, operand)),
            infix(left(4), compare_op(), |l, op, r, _| compare(l, op, r)),
            infix(left(5), binary(&[Token::Bar]), |l, op, r, _| binary_node(l, op, r)),
            infix(left(6), binary(&[Token::Caret]), |l, op, r, _| binary_node(l, op, r)),
            infix(left(7), binary(&[Token::Ampersand]), |l, op, r, _| binary_node(l, op, r)),
            infix(left(8), binary(&[Token::Shift]), |l, op, r, _| binary_node(l, op, r)),
            infix(left(9), binary(&[Token::Plus, Token::Minus]), |l, op, r, _| {
                binary_node(l, op, r)
            }),
            infix(left(10), binary(&[Token::Star, Token::Divide]), |l, op, r, _| {
                binary_node(l, op, r)
            }),
            prefix(11, sign, |(op, span), operand, _| unary(op, span, operand)),
            infix(right(12), binary(&[Token::DoubleStar]), |l, op, r, _| binary_node(l, op, r)),
        ))
        .boxed()
}

fn logical(op: BoolOp, l: Expr, r: Expr) -> Expr {
    let span = l.span.to(r.span);
    node(ExprKind::Logical { op, left: Box::new(l), right: Box::new(r) }, span)
}

fn binary_node(l: Expr, op: BinaryOp, r: Expr) -> Expr {
    let span = l.span.to(r.span);
    node(ExprKind::Binary { op, left: Box::new(l), right: Box::new(r) }, span)
}

fn unary(op: UnaryOp, span: Span, operand: Expr) -> Expr {
    let span = span.to(operand.span);
    node(ExprKind::Unary { op, operand: Box::new(operand) }, span)
}

fn sign_op(text: &str) -> UnaryOp {
    match text {
        "-" => UnaryOp::Minus,
        "~" => UnaryOp::Invert,
        _ => UnaryOp::Plus,
    }
}

/// The operator that is written so; an augmented one without its `=`.
pub(crate) fn binary_op(text: &str) -> BinaryOp {
    match text {
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "//" => BinaryOp::FloorDiv,
        "%" => BinaryOp::Mod,
        "**" => BinaryOp::Pow,
        "|" => BinaryOp::BitOr,
        "&" => BinaryOp::BitAnd,
        "^" => BinaryOp::BitXor,
        "<<" => BinaryOp::ShiftLeft,
        ">>" => BinaryOp::ShiftRight,
        _ => BinaryOp::Add,
    }
}

fn compare_op() -> Rule<CompareOp> {
    let sign = just(Token::Comparison).map_with(|_, e| match written(e) {
        "<" => CompareOp::Less,
        "<=" => CompareOp::LessEqual,
        ">" => CompareOp::Greater,
        ">=" => CompareOp::GreaterEqual,
        "!=" | "!==" => CompareOp::NotEqual,
        _ => CompareOp::Equal,
    });
    let not_in = just(Token::Not).then(just(Token::In)).to(CompareOp::NotIn);
    let is = just(Token::Is).ignore_then(just(Token::Not).or_not()).map(|not| match not {
        None => CompareOp::Is,
        Some(_) => CompareOp::IsNot,
    });
    choice((sign, just(Token::In).to(CompareOp::In), not_in, is)).labelled(Expect::Operator).boxed()
}

/// `a < b`, or one more link of the chain `a < b < c`. A parenthesised comparison starts before its
/// first operand, so it is none.
fn compare(mut l: Expr, op: CompareOp, r: Expr) -> Expr {
    let span = l.span.to(r.span);
    if let ExprKind::Compare { first, rest } = &mut l.kind
        && first.span.start == l.span.start
    {
        rest.push((op, r));
        l.span = span;
        return l;
    }
    node(ExprKind::Compare { first: Box::new(l), rest: vec![(op, r)] }, span)
}
