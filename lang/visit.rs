//! Walking the tree: the children of a node, in the order of the source.

use crate::ast::{Arg, Block, Clause, DictItem, Expr, ExprKind, FormatPart, Param, Stmt, StmtKind};

/// A statement's or expression's direct child.
#[derive(Clone, Copy, Debug)]
pub enum Child<'a> {
    /// An expression.
    Expr(&'a Expr),
    /// A block.
    Block(&'a Block),
}

/// Calls `f` with the expressions and blocks directly inside a statement.
pub fn statement_children<'a>(statement: &'a Stmt, f: &mut dyn FnMut(Child<'a>)) {
    let blocks = |f: &mut dyn FnMut(Child<'a>), blocks: [Option<&'a Block>; 3]| {
        for block in blocks.into_iter().flatten() {
            f(Child::Block(block));
        }
    };
    match &statement.kind {
        StmtKind::Expr(value) => f(Child::Expr(value)),
        StmtKind::Assign { targets, value } => {
            targets.iter().for_each(|target| f(Child::Expr(target)));
            f(Child::Expr(value));
        }
        StmtKind::AugAssign { target, value, .. } => {
            f(Child::Expr(target));
            f(Child::Expr(value));
        }
        StmtKind::If { branches, otherwise } => {
            for (condition, block) in branches {
                f(Child::Expr(condition));
                f(Child::Block(block));
            }
            blocks(f, [otherwise.as_ref(), None, None]);
        }
        StmtKind::For { target, iterable, body, otherwise } => {
            f(Child::Expr(target));
            f(Child::Expr(iterable));
            blocks(f, [Some(body), otherwise.as_ref(), None]);
        }
        StmtKind::While { condition, body, otherwise } => {
            f(Child::Expr(condition));
            blocks(f, [Some(body), otherwise.as_ref(), None]);
        }
        StmtKind::Def { params, body, .. } => {
            defaults(params, f);
            f(Child::Block(body));
        }
        StmtKind::Try { body, handlers, otherwise, finally } => {
            f(Child::Block(body));
            handlers.iter().for_each(|handler| f(Child::Block(&handler.body)));
            blocks(f, [otherwise.as_ref(), finally.as_ref(), None]);
        }
        StmtKind::Return(value) | StmtKind::Raise(value) => {
            value.iter().for_each(|value| f(Child::Expr(value)));
        }
        StmtKind::Assert { condition, message } => {
            f(Child::Expr(condition));
            message.iter().for_each(|message| f(Child::Expr(message)));
        }
        StmtKind::Del(targets) => targets.iter().for_each(|target| f(Child::Expr(target))),
        StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Pass
        | StmtKind::Global(_)
        | StmtKind::Nonlocal(_)
        | StmtKind::Import(_)
        | StmtKind::Error => {}
    }
}

fn defaults<'a>(params: &'a [Param], f: &mut dyn FnMut(Child<'a>)) {
    params
        .iter()
        .filter_map(|param| param.default.as_ref())
        .for_each(|value| f(Child::Expr(value)));
}

/// Calls `f` with the expressions directly inside an expression.
pub fn expression_children<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Text(_)
        | ExprKind::Name(_)
        | ExprKind::Error => {}
        ExprKind::Format(parts) => format_children(parts, f),
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().for_each(f);
        }
        ExprKind::Dict(items) => {
            for item in items {
                match item {
                    DictItem::Pair(key, value) => {
                        f(key);
                        f(value);
                    }
                    DictItem::Spread(dict) => f(dict),
                }
            }
        }
        ExprKind::Comprehension { element, clauses, .. } => {
            f(element);
            clause_children(clauses, f);
        }
        ExprKind::DictComprehension { key, value, clauses } => {
            f(key);
            f(value);
            clause_children(clauses, f);
        }
        ExprKind::Call { function, args } => {
            f(function);
            for arg in args {
                match arg {
                    Arg::Positional(value)
                    | Arg::Keyword(_, value)
                    | Arg::Star(value)
                    | Arg::DoubleStar(value) => f(value),
                }
            }
        }
        ExprKind::Attribute { object, .. } => f(object),
        ExprKind::Index { object, index } => {
            f(object);
            f(index);
        }
        ExprKind::Slice { object, start, stop, step } => {
            f(object);
            [start, stop, step].into_iter().flatten().for_each(|bound| f(bound));
        }
        ExprKind::Unary { operand, .. } => f(operand),
        ExprKind::Binary { left, right, .. } | ExprKind::Logical { left, right, .. } => {
            f(left);
            f(right);
        }
        ExprKind::Compare { first, rest } => {
            f(first);
            rest.iter().for_each(|(_, operand)| f(operand));
        }
        ExprKind::Conditional { condition, then, otherwise } => {
            f(then);
            f(condition);
            f(otherwise);
        }
        ExprKind::Lambda { params, body } => {
            params.iter().filter_map(|param| param.default.as_ref()).for_each(&mut *f);
            f(body);
        }
        ExprKind::Walrus { value: inner, .. } | ExprKind::Starred(inner) => f(inner),
    }
}

fn format_children<'a>(parts: &'a [FormatPart], f: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        if let FormatPart::Field { value, spec, .. } = part {
            f(value);
            format_children(spec, f);
        }
    }
}

fn clause_children<'a>(clauses: &'a [Clause], f: &mut dyn FnMut(&'a Expr)) {
    for clause in clauses {
        match clause {
            Clause::For { target, iterable } => {
                f(target);
                f(iterable);
            }
            Clause::If(condition) => f(condition),
        }
    }
}

/// Something that [`walk`] meets.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A statement.
    Stmt(&'a Stmt),
    /// An expression.
    Expr(&'a Expr),
}

/// Calls `f` with every statement and expression inside these statements, parents first.
pub fn walk<'a>(body: &'a [Stmt], f: &mut dyn FnMut(Node<'a>)) {
    for statement in body {
        f(Node::Stmt(statement));
        statement_children(statement, &mut |child| match child {
            Child::Expr(expr) => walk_expr(expr, f),
            Child::Block(block) => walk(&block.body, f),
        });
    }
}

/// Calls `f` with an expression and every one inside it, parents first.
pub fn walk_expr<'a>(expr: &'a Expr, f: &mut dyn FnMut(Node<'a>)) {
    f(Node::Expr(expr));
    expression_children(expr, &mut |child| walk_expr(child, f));
}
