//! Statements.

use chumsky::prelude::*;

use crate::ast::{
    Arg, BinaryOp, Block, Expr, ExprKind, Handler, ImportedName, Name, Stmt, StmtKind,
};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::expr::{Expressions, binary_op, params};
use crate::fault::{Expect, Fault};
use crate::libraries;
use crate::parser::{Item, Rule, name, name_here, node, written};
use crate::span::Span;
use crate::token::Token;

/// One statement.
pub(crate) fn statement(expr: Expressions, block: Rule<Block>) -> Rule<Stmt> {
    choice((
        compound(expr.clone(), block),
        words(expr.clone()),
        imports(),
        increment(expr.clone()),
        assignment(expr),
    ))
    .map_with(|kind, e| Stmt { kind, span: e.span() })
    .boxed()
}

/// `@cache` and the like before a function: the function, then `f = cache(f)`.
pub(crate) fn decorated(expr: Expressions, block: Rule<Block>) -> Rule<Item> {
    let decorator = just(Token::At)
        .labelled(Expect::Hidden)
        .ignore_then(expr.one.clone())
        .then_ignore(just(Token::Newline).labelled(Expect::Hidden).repeated().at_least(1));
    let def = definition(expr, block).map_with(|kind, e| Stmt { kind, span: e.span() });
    decorator
        .repeated()
        .at_least(1)
        .collect::<Vec<Expr>>()
        .then(def)
        .map(|(decorators, one)| {
            let decorated = applied(decorators, &one);
            Item { one, decorated }
        })
        .boxed()
}

/// `f = outer(inner(f))` behind the function `f`.
fn applied(decorators: Vec<Expr>, function: &Stmt) -> Option<Stmt> {
    let StmtKind::Def { name, .. } = &function.kind else { return None };
    let named = || node(ExprKind::Name(name.text.clone()), name.span);
    let value = decorators.into_iter().rev().fold(named(), |inner, decorator| {
        let span = decorator.span;
        let args = vec![Arg::Positional(inner)];
        node(ExprKind::Call { function: Box::new(decorator), args }, span)
    });
    let end = function.span.end;
    let kind = StmtKind::Assign { targets: vec![named()], value };
    Some(Stmt { kind, span: Span { start: end, end } })
}

/// `def f(x) { }`
fn definition(expr: Expressions, block: Rule<Block>) -> Rule<StmtKind> {
    let one = expr.one;
    let returns = just(Token::Arrow).labelled(Expect::Operator).ignore_then(one.clone()).or_not();
    just(Token::Def)
        .ignore_then(name())
        .then(params(one, true).delimited_by(
            just(Token::LeftParen).labelled(Expect::LeftParen),
            just(Token::RightParen),
        ))
        .then_ignore(returns)
        .then(block)
        .map(|((name, params), body)| StmtKind::Def { name, params, body })
        .boxed()
}

/// Statements with blocks.
fn compound(expr: Expressions, block: Rule<Block>) -> Rule<StmtKind> {
    let one = expr.one.clone();
    let def = definition(expr.clone(), block.clone());
    let otherwise =
        just(Token::Else).labelled(Expect::Hidden).ignore_then(block.clone()).or_not().boxed();
    let branch = one.clone().then(block.clone()).boxed();
    let conditional = just(Token::If)
        .ignore_then(branch.clone())
        .then(just(Token::Elif).ignore_then(branch).repeated().collect::<Vec<_>>())
        .then(otherwise.clone())
        .map(|((first, more), otherwise)| StmtKind::If {
            branches: std::iter::once(first).chain(more).collect(),
            otherwise,
        });
    let for_loop = just(Token::For)
        .ignore_then(expr.targets.validate(|target, _, emitter| {
            check_target(&target, &mut |error| emitter.emit(error));
            target
        }))
        .then_ignore(just(Token::In))
        .then(expr.list.clone())
        .then(block.clone())
        .then(otherwise.clone())
        .map(|(((target, iterable), body), otherwise)| StmtKind::For {
            target,
            iterable,
            body,
            otherwise,
        });
    let while_loop = just(Token::While)
        .ignore_then(one.clone())
        .then(block.clone())
        .then(otherwise.clone())
        .map(|((condition, body), otherwise)| StmtKind::While { condition, body, otherwise });
    choice((
        conditional.boxed(),
        for_loop.boxed(),
        while_loop.boxed(),
        def,
        try_statement(one, otherwise, block),
    ))
    .labelled(Expect::Statement)
    .boxed()
}

/// `try { } except e { } else { } finally { }`
fn try_statement(
    one: Rule<Expr>,
    otherwise: Rule<Option<Block>>,
    block: Rule<Block>,
) -> Rule<StmtKind> {
    let kinds = one
        .then(just(Token::As).labelled(Expect::Operator).ignore_then(name()).or_not())
        .or_not()
        .map(what_is_caught);
    let except = just(Token::Except)
        .ignore_then(kinds)
        .then(block.clone())
        .map(|((kinds, name), body)| Handler { kinds, name, body })
        .boxed();
    let finally = just(Token::Finally).ignore_then(block.clone()).boxed();
    let tried = choice((
        except
            .repeated()
            .at_least(1)
            .collect::<Vec<Handler>>()
            .then(otherwise)
            .then(finally.clone().or_not())
            .map(|((handlers, otherwise), finally)| (handlers, otherwise, finally)),
        finally.map(|finally| (Vec::new(), None, Some(finally))),
    ));
    just(Token::Try)
        .ignore_then(block)
        .then(tried)
        .map(|(body, (handlers, otherwise, finally))| StmtKind::Try {
            body,
            handlers,
            otherwise,
            finally,
        })
        .boxed()
}

/// The kinds of error and the variable of an `except`. A plain name that is no kind is the variable;
/// a kind that every error belongs to says nothing.
fn what_is_caught(written: Option<(Expr, Option<Name>)>) -> (Vec<Name>, Option<Name>) {
    let Some((what, name)) = written else { return (Vec::new(), None) };
    if let (ExprKind::Name(text), None) = (&what.kind, &name)
        && !is_error_kind(text)
    {
        return (Vec::new(), Some(Name { text: text.clone(), span: what.span }));
    }
    let kinds = match what.kind {
        ExprKind::Tuple(items) | ExprKind::List(items) => items,
        _ => vec![what],
    };
    let kinds: Option<Vec<Name>> = kinds.iter().map(dotted).collect();
    // What is no name is computed, and taken for every kind.
    let kinds = kinds.unwrap_or_default();
    let all = |kind: &Name| matches!(kind.text.as_str(), "Exception" | "BaseException");
    (if kinds.iter().any(all) { Vec::new() } else { kinds }, name)
}

/// `a.b.c` as one name.
fn dotted(expr: &Expr) -> Option<Name> {
    let text = match &expr.kind {
        ExprKind::Name(text) => text.clone(),
        ExprKind::Attribute { object, name } => format!("{}.{}", dotted(object)?.text, name.text),
        _ => return None,
    };
    Some(Name { text, span: expr.span })
}

/// True for the names of Python's kinds of error, its users' own included.
fn is_error_kind(name: &str) -> bool {
    let named = ["Error", "Exception", "Interrupt", "Exit", "Warning", "Iteration"];
    name.starts_with(|c: char| c.is_uppercase()) && named.iter().any(|end| name.ends_with(end))
}

/// Statements that start with a word and have no block.
fn words(expr: Expressions) -> Rule<StmtKind> {
    let one = expr.one;
    let second = just(Token::Comma).labelled(Expect::Operator).ignore_then(one.clone()).or_not();
    let names = name().separated_by(just(Token::Comma)).at_least(1).collect::<Vec<Name>>().boxed();
    let cause = just(Token::From).labelled(Expect::Operator).ignore_then(one.clone()).or_not();
    choice((
        just(Token::Return).ignore_then(expr.list.clone().or_not()).map(StmtKind::Return),
        just(Token::Break).to(StmtKind::Break),
        just(Token::Continue).to(StmtKind::Continue),
        just(Token::Pass).to(StmtKind::Pass),
        just(Token::Assert)
            .ignore_then(one.clone())
            .then(second)
            .map(|(condition, message)| StmtKind::Assert { condition, message }),
        just(Token::Raise).ignore_then(one.then_ignore(cause).or_not()).map(StmtKind::Raise),
        just(Token::Del).ignore_then(expr.targets).validate(|target, _, emitter| {
            check_target(&target, &mut |error| emitter.emit(error));
            StmtKind::Del(match target.kind {
                ExprKind::Tuple(items) => items,
                _ => vec![target],
            })
        }),
        just(Token::Global).ignore_then(names.clone()).map(StmtKind::Global),
        just(Token::Nonlocal).ignore_then(names).map(StmtKind::Nonlocal),
    ))
    .labelled(Expect::Statement)
    .boxed()
}

/// `import a.b as c, d`, `from a import b as c, (d, e)`, `from a import *`
fn imports() -> Rule<StmtKind> {
    let path = name()
        .separated_by(just(Token::Dot).labelled(Expect::Operator))
        .at_least(1)
        .ignored()
        .map_with(|(), e| name_here(e))
        .boxed();
    let alias = just(Token::As).labelled(Expect::Operator).ignore_then(name()).or_not().boxed();
    let module = path.clone().then(alias.clone()).map(|(path, alias)| {
        let first = path.text.split('.').next().unwrap_or_default().to_string();
        let bound = alias.unwrap_or(Name { text: first, span: path.span });
        (path, bound)
    });
    let import = just(Token::Import)
        .ignore_then(
            module.separated_by(just(Token::Comma)).at_least(1).collect::<Vec<(Name, Name)>>(),
        )
        .map(|modules| {
            let mut bound = Vec::new();
            for (path, name) in modules {
                // `import a.b` binds `a`.
                let path = if name.span == path.span { name.text.clone() } else { path.text };
                bound.push(ImportedName { path, name });
            }
            StmtKind::Import(bound)
        });
    let member = name().then(alias).boxed();
    let members = member
        .separated_by(just(Token::Comma))
        .allow_trailing()
        .at_least(1)
        .collect::<Vec<_>>()
        .boxed();
    let listed = choice((
        members.clone().delimited_by(just(Token::LeftParen), just(Token::RightParen)),
        members,
        just(Token::Star).to(Vec::new()),
    ));
    let from =
        just(Token::From).ignore_then(path).then_ignore(just(Token::Import)).then(listed).validate(
            |(path, members): (Name, Vec<(Name, Option<Name>)>), _, emitter| {
                // `from a import *` binds nothing that a later look could find.
                let refused = libraries::refuse_module(&path.text, path.span);
                if let Some(error) = refused.filter(|_| members.is_empty()) {
                    emitter.emit(Fault::own(error));
                }
                let bound = members.into_iter().map(|(member, alias)| ImportedName {
                    path: format!("{}.{}", path.text, member.text),
                    name: alias.unwrap_or(member),
                });
                StmtKind::Import(bound.collect())
            },
        );
    choice((import, from)).labelled(Expect::Statement).boxed()
}

/// `i++`, `--i`
fn increment(expr: Expressions) -> Rule<StmtKind> {
    by_one()
        .labelled(Expect::Hidden)
        .then(expr.targets)
        .validate(|((op, value), target), _, emitter| {
            check_single(&target, &mut |error| emitter.emit(error));
            StmtKind::AugAssign { target, op, value }
        })
        .boxed()
}

/// `++` or `--`, as what is done with 1.
fn by_one() -> Rule<(BinaryOp, Expr)> {
    just(Token::Increment)
        .map_with(|_, e| {
            let op = binary_op(written(e).get(..1).unwrap_or("+"));
            (op, node(ExprKind::Int("1".to_string()), e.span()))
        })
        .boxed()
}

/// What may follow an expression at the start of a statement.
enum Tail {
    Assign(Vec<Expr>),
    Augment(BinaryOp, Expr),
    Annotated(Option<Expr>),
    Nothing,
}

/// `x`, `x = y = 1`, `x += 1`, `x: int = 1`, `x++`
fn assignment(expr: Expressions) -> Rule<StmtKind> {
    let walrus = just(Token::Walrus).validate(|token, e, emitter| {
        emitter.emit(colon_equals(e.span()));
        token
    });
    let sign = choice((just(Token::Assign), walrus)).labelled(Expect::Operator);
    let assign = sign.ignore_then(expr.list.clone()).repeated().at_least(1).collect();
    let augment = just(Token::Augmented)
        .map_with(|_, e| binary_op(written(e).strip_suffix('=').unwrap_or("+")))
        .labelled(Expect::Operator)
        .then(expr.list.clone())
        .map(|(op, value)| Tail::Augment(op, value));
    let annotated = just(Token::Colon)
        .labelled(Expect::Operator)
        .ignore_then(expr.one)
        .ignore_then(sign.ignore_then(expr.list.clone()).or_not())
        .map(Tail::Annotated);
    let increment = by_one().map(|(op, value)| Tail::Augment(op, value)).labelled(Expect::Operator);
    let tail = choice((assign.map(Tail::Assign), augment, annotated, increment))
        .or_not()
        .map(|tail| tail.unwrap_or(Tail::Nothing));
    expr.list
        .labelled(Expect::Statement)
        .then(tail)
        .validate(move |(first, tail), _, emitter| {
            let kind = match tail {
                Tail::Nothing => match first.kind {
                    // `x := 1` on a line of its own, without parentheses.
                    ExprKind::Walrus { name, value } if name.span.start == first.span.start => {
                        emitter.emit(colon_equals(name.span.to(value.span)));
                        let target = node(ExprKind::Name(name.text), name.span);
                        StmtKind::Assign { targets: vec![target], value: *value }
                    }
                    _ => return StmtKind::Expr(first),
                },
                Tail::Annotated(None) => return StmtKind::Pass,
                Tail::Annotated(Some(value)) => StmtKind::Assign { targets: vec![first], value },
                Tail::Augment(op, value) => StmtKind::AugAssign { target: first, op, value },
                Tail::Assign(mut rest) => {
                    let value = rest.pop().unwrap_or(node(ExprKind::Error, first.span));
                    let targets = std::iter::once(first).chain(rest).collect();
                    StmtKind::Assign { targets, value }
                }
            };
            match &kind {
                StmtKind::Assign { targets, .. } => {
                    for target in targets {
                        check_target(target, &mut |error| emitter.emit(error));
                    }
                }
                StmtKind::AugAssign { target, .. } => {
                    check_single(target, &mut |error| emitter.emit(error));
                }
                _ => {}
            }
            kind
        })
        .boxed()
}

fn colon_equals(span: Span) -> Fault {
    Fault::own(Diagnostic::note(Code::Habit, span, "`:=` is `=` here"))
}

/// Reports what cannot be assigned to.
fn check_target(target: &Expr, emit: &mut dyn FnMut(Fault)) {
    match &target.kind {
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            for item in items {
                check_target(item, emit);
            }
        }
        ExprKind::Starred(inner) => check_target(inner, emit),
        _ => check_single(target, emit),
    }
}

fn check_single(target: &Expr, emit: &mut dyn FnMut(Fault)) {
    if matches!(target.kind, ExprKind::Set(_) | ExprKind::Dict(_)) {
        let message = "taking fields apart by `{ }` is not part of the language";
        let error = Diagnostic::error(Code::Foreign, target.span, message);
        return emit(Fault::own(error.with_help("write x = row[\"x\"] for each field")));
    }
    let what = match &target.kind {
        ExprKind::Name(_)
        | ExprKind::Attribute { .. }
        | ExprKind::Index { .. }
        | ExprKind::Slice { .. }
        | ExprKind::Error => return,
        ExprKind::Call { .. } => "a call",
        ExprKind::Compare { .. } => "a comparison",
        ExprKind::Tuple(_) | ExprKind::List(_) => "several values at once",
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Text(_)
        | ExprKind::Format(_) => "a literal",
        _ => "an expression",
    };
    let error =
        Diagnostic::error(Code::BadTarget, target.span, format!("{what} cannot be assigned to"));
    emit(Fault::own(error.with_help("assign to a name, x[i] or x.key")));
}
