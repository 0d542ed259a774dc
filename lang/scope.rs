//! Which names a function's body binds, and which names functions inside it may use: what an
//! interpreter needs to give variables slots.

use std::collections::HashSet;

use crate::ast::{Block, Expr, ExprKind, Name, Param, Stmt, StmtKind};
use crate::signature::FIXED_INPUT;
use crate::visit::{Child, expression_children, statement_children};

/// The names that a function's body binds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bound {
    /// Names that the body binds, in the order of their first binding: targets of assignments, `for`
    /// and `del`, names of functions, handlers and imports. Without parameters, without the names of
    /// nested functions, lambdas and comprehensions, and without those declared `global` or `nonlocal`.
    pub names: Vec<String>,
    /// Names declared `global`.
    pub globals: Vec<String>,
    /// Names declared `nonlocal`.
    pub nonlocals: Vec<String>,
}

/// Finds what a function's body (or a program) binds.
pub fn bound(body: &[Stmt]) -> Bound {
    let mut found = Found::default();
    found.block(body);
    let Found { mut bound, .. } = found;
    let declared: HashSet<&String> = bound.globals.iter().chain(&bound.nonlocals).collect();
    let names = std::mem::take(&mut bound.names);
    bound.names = names.into_iter().filter(|name| !declared.contains(name)).collect();
    bound
}

/// `context = context`, which changes nothing: programs that name their input write it.
pub fn assigns_itself(targets: &[Expr], value: &Expr) -> bool {
    let [target] = targets else { return false };
    let (ExprKind::Name(to), ExprKind::Name(from)) = (&target.kind, &value.kind) else {
        return false;
    };
    to == FIXED_INPUT && to == from
}

#[derive(Default)]
struct Found {
    bound: Bound,
    seen: HashSet<String>,
}

impl Found {
    fn bind(&mut self, name: &str) {
        if self.seen.insert(name.to_string()) {
            self.bound.names.push(name.to_string());
        }
    }

    fn target(&mut self, target: &Expr) {
        for name in target_names(target) {
            self.bind(name);
        }
    }

    fn block(&mut self, body: &[Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Assign { targets, .. } | StmtKind::Del(targets) => {
                targets.iter().for_each(|target| self.target(target));
            }
            StmtKind::AugAssign { target, .. } | StmtKind::For { target, .. } => {
                self.target(target)
            }
            StmtKind::Def { name, .. } => return self.bind(&name.text),
            StmtKind::Import(names) => names.iter().for_each(|import| self.bind(&import.name.text)),
            StmtKind::Global(names) => declare(&mut self.bound.globals, names),
            StmtKind::Nonlocal(names) => declare(&mut self.bound.nonlocals, names),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                self.block(&body.body);
                for handler in handlers {
                    if let Some(name) = &handler.name {
                        self.bind(&name.text);
                    }
                    self.block(&handler.body.body);
                }
                for block in [otherwise, finally].into_iter().flatten() {
                    self.block(&block.body);
                }
                return;
            }
            _ => {}
        }
        let mut blocks: Vec<&Block> = Vec::new();
        statement_children(statement, &mut |child| match child {
            Child::Block(block) => blocks.push(block),
            Child::Expr(expr) => walrus_names(expr).into_iter().for_each(|name| self.bind(name)),
        });
        blocks.into_iter().for_each(|block| self.block(&block.body));
    }
}

fn declare(list: &mut Vec<String>, names: &[Name]) {
    for name in names {
        if !list.contains(&name.text) {
            list.push(name.text.clone());
        }
    }
}

/// The names that `:=` binds in an expression, in order, those in lambdas left out. A comprehension
/// hands its own on to the function around it.
pub fn walrus_names(expr: &Expr) -> Vec<&str> {
    let mut names = Vec::new();
    collect_walrus(expr, &mut names);
    names
}

fn collect_walrus<'a>(expr: &'a Expr, names: &mut Vec<&'a str>) {
    match &expr.kind {
        ExprKind::Walrus { name, .. } => names.push(&name.text),
        ExprKind::Lambda { .. } => return,
        _ => {}
    }
    expression_children(expr, &mut |child| collect_walrus(child, names));
}

/// The names that a target binds, from left to right: `a` and `c` of `a, x[0], *c`.
pub fn target_names(target: &Expr) -> Vec<&str> {
    let mut names = Vec::new();
    collect_targets(target, &mut names);
    names
}

fn collect_targets<'a>(target: &'a Expr, names: &mut Vec<&'a str>) {
    match &target.kind {
        ExprKind::Name(name) => names.push(name),
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            items.iter().for_each(|item| collect_targets(item, names));
        }
        ExprKind::Starred(inner) => collect_targets(inner, names),
        _ => {}
    }
}

/// Every name that a function or lambda anywhere inside these statements may read, or that it
/// declares `nonlocal`. More names than needed may be in it, never fewer.
pub fn used_in_functions(body: &[Stmt]) -> HashSet<String> {
    let mut used = Used::default();
    used.block(body, false);
    used.names
}

/// The same for the lambdas inside one expression.
pub fn used_in_lambdas(expr: &Expr) -> HashSet<String> {
    let mut used = Used::default();
    used.expr(expr, false);
    used.names
}

#[derive(Default)]
struct Used {
    names: HashSet<String>,
}

impl Used {
    fn block(&mut self, body: &[Stmt], inside: bool) {
        for statement in body {
            self.statement(statement, inside);
        }
    }

    fn statement(&mut self, statement: &Stmt, inside: bool) {
        match &statement.kind {
            StmtKind::Def { params, body, .. } => {
                self.defaults(params, inside);
                return self.block(&body.body, true);
            }
            StmtKind::Nonlocal(names) if inside => {
                self.names.extend(names.iter().map(|name| name.text.clone()));
            }
            _ => {}
        }
        statement_children(statement, &mut |child| match child {
            Child::Expr(expr) => self.expr(expr, inside),
            Child::Block(block) => self.block(&block.body, inside),
        });
    }

    fn defaults(&mut self, params: &[Param], inside: bool) {
        for default in params.iter().filter_map(|param| param.default.as_ref()) {
            self.expr(default, inside);
        }
    }

    fn expr(&mut self, expr: &Expr, inside: bool) {
        match &expr.kind {
            ExprKind::Name(name) if inside => {
                self.names.insert(name.clone());
            }
            ExprKind::Lambda { params, body } => {
                self.defaults(params, inside);
                return self.expr(body, true);
            }
            _ => {}
        }
        expression_children(expr, &mut |child| self.expr(child, inside));
    }
}
