//! Names that nothing defines, and inputs that are assigned.

use std::collections::HashSet;

use crate::ast::{Clause, Expr, ExprKind, Name, Param, Stmt, StmtKind};
use crate::check::facts::{Facts, Home};
use crate::check::methods::unknown_member;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::libraries;
use crate::scope::{assigns_itself, bound, target_names, walrus_names};
use crate::signature::{Catalog, FIXED_INPUT};
use crate::span::Span;
use crate::suggest;
use crate::visit::{Child, expression_children, statement_children};

/// Reports unknown names and assignments to inputs.
pub(super) fn check(body: &[Stmt], facts: &Facts<'_>, catalog: &dyn Catalog) -> Vec<Diagnostic> {
    let mut names = Names { facts, catalog, scopes: Vec::new(), found: Vec::new() };
    names.block(body);
    names.found
}

struct Names<'a> {
    facts: &'a Facts<'a>,
    catalog: &'a dyn Catalog,
    /// From the outermost function to the innermost comprehension.
    scopes: Vec<Scope>,
    found: Vec<Diagnostic>,
}

/// The names of a function, lambda or comprehension.
struct Scope {
    names: HashSet<String>,
    /// Those that are parameters; `None` for a comprehension.
    params: Option<HashSet<String>>,
}

impl Names<'_> {
    fn block(&mut self, body: &[Stmt]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Assign { targets, value } if assigns_itself(targets, value) => {}
            StmtKind::Assign { targets, .. } | StmtKind::Del(targets) => {
                targets.iter().for_each(|target| self.target(target));
            }
            StmtKind::AugAssign { target, .. } => self.target(target),
            StmtKind::For { target, iterable, .. } => {
                self.target(target);
                self.characters(iterable);
            }
            StmtKind::Import(names) => names.iter().for_each(|import| self.bind(&import.name)),
            StmtKind::Try { handlers, .. } => {
                for handler in handlers {
                    handler.kinds.iter().for_each(|kind| self.error_kind(kind));
                    handler.name.iter().for_each(|name| self.bind(name));
                }
            }
            StmtKind::Def { name, params, body } => {
                self.bind(name);
                self.defaults(params);
                let mut names: HashSet<String> = bound(&body.body).names.into_iter().collect();
                let params: HashSet<String> =
                    params.iter().map(|param| param.name.text.clone()).collect();
                names.extend(params.iter().cloned());
                self.scopes.push(Scope { names, params: Some(params) });
                self.block(&body.body);
                self.scopes.pop();
                return;
            }
            _ => {}
        }
        statement_children(statement, &mut |child| match child {
            Child::Expr(expr) => self.expr(expr),
            Child::Block(block) => self.block(&block.body),
        });
    }

    fn defaults(&mut self, params: &[Param]) {
        params.iter().filter_map(|param| param.default.as_ref()).for_each(|value| self.expr(value));
    }

    /// Inputs among the names that a target binds.
    fn target(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(text) => self.bind(&Name { text: text.clone(), span: target.span }),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().for_each(|item| self.target(item));
            }
            ExprKind::Starred(inner) => self.target(inner),
            _ => {}
        }
    }

    fn bind(&mut self, name: &Name) {
        let function = self.scopes.iter().rev().find_map(|scope| scope.params.as_ref());
        let param = function.is_some_and(|params| params.contains(&name.text));
        if param || name.text != FIXED_INPUT || !self.catalog.inputs().contains(&FIXED_INPUT) {
            return;
        }
        let message = format!("`{}` is an input and cannot be assigned", name.text);
        self.found.push(
            Diagnostic::error(Code::InputAssigned, name.span, message)
                .with_help("pick another name"),
        );
    }

    /// The kind of error that an `except` names.
    fn error_kind(&mut self, kind: &Name) {
        let last = kind.text.rsplit('.').next().unwrap_or_default();
        let known = errors::kind(last).is_some()
            || self
                .facts
                .aliases
                .get(kind.text.as_str())
                .is_some_and(|path| path.rsplit('.').next().is_some_and(errors::is_kind));
        // A variable may hold a kind, or a tuple of kinds: that is seen when an error comes.
        if known || self.is_local(&kind.text) || self.facts.is_global(&kind.text) {
            return;
        }
        let message = format!("nothing is called `{}`", kind.text);
        let error = Diagnostic::error(Code::UnknownName, kind.span, message);
        self.found.push(match suggest::nearest(last, errors::names()) {
            Some(near) => error.with_help(format!("did you mean `{near}`?")),
            None => error.with_help("except e takes every error"),
        });
    }

    /// `for c in context`
    fn characters(&mut self, iterable: &Expr) {
        let ExprKind::Name(name) = &iterable.kind else { return };
        if name != "context" || !self.catalog.inputs().contains(&"context") || self.is_local(name) {
            return;
        }
        let message = "a loop over `context` walks single characters";
        self.found.push(
            Diagnostic::error(Code::CharacterLoop, iterable.span, message)
                .with_help("use docs, lines(context) or chunk(context, 200000)"),
        );
    }

    fn is_local(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.names.contains(name))
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name, expr.span, false),
            ExprKind::Call { function, args: _ } => {
                if let ExprKind::Name(name) = &function.kind {
                    self.name(name, function.span, true);
                    let mut first = true;
                    // The first child is the function, which is done.
                    expression_children(expr, &mut |child| {
                        if !std::mem::take(&mut first) {
                            self.expr(child);
                        }
                    });
                    return;
                }
                self.children(expr);
            }
            ExprKind::Attribute { object, .. } if self.module(object).is_some() => {}
            ExprKind::Walrus { name, value } => {
                self.bind(name);
                self.expr(value);
            }
            ExprKind::Lambda { params, body } => {
                self.defaults(params);
                let params: HashSet<String> =
                    params.iter().map(|param| param.name.text.clone()).collect();
                let mut names = params.clone();
                names.extend(walrus_names(body).into_iter().map(str::to_string));
                self.scopes.push(Scope { names, params: Some(params) });
                self.expr(body);
                self.scopes.pop();
            }
            ExprKind::Comprehension { clauses, .. }
            | ExprKind::DictComprehension { clauses, .. } => {
                self.comprehension(expr, clauses);
            }
            _ => self.children(expr),
        }
    }

    fn children(&mut self, expr: &Expr) {
        expression_children(expr, &mut |child| self.expr(child));
    }

    fn comprehension(&mut self, expr: &Expr, clauses: &[Clause]) {
        let mut names = HashSet::new();
        for clause in clauses {
            if let Clause::For { target, iterable } = clause {
                self.characters(iterable);
                names.extend(target_names(target).into_iter().map(str::to_string));
            }
        }
        self.scopes.push(Scope { names, params: None });
        self.children(expr);
        self.scopes.pop();
    }

    /// The dotted path of a module's member, if a name that is a module and no variable starts it.
    fn module(&self, expr: &Expr) -> Option<()> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let module =
                    self.facts.aliases.contains_key(name.as_str()) || self.catalog.module(name);
                (module && !self.is_local(name)).then_some(())
            }
            ExprKind::Attribute { object, .. } => self.module(object),
            _ => None,
        }
    }

    fn name(&mut self, name: &str, span: Span, called: bool) {
        let path = self.facts.aliases.get(name).copied();
        let imported = path.is_some_and(|path| {
            // Members that do not exist are found out where they are called.
            !called || self.catalog.function(path).is_some() || self.facts.variables.contains(name)
        });
        if imported
            || self.is_local(name) && path.is_none()
            || self.facts.is_global(name) && path.is_none()
            || self.catalog.function(name).is_some()
            || errors::is_kind(name)
            || self.catalog.inputs().contains(&name)
            || name == "__name__"
            || self.found.len() >= super::ENOUGH
        {
            return;
        }
        self.found.push(self.unknown(path.unwrap_or(name), name, span, called));
    }

    fn unknown(&self, path: &str, name: &str, span: Span, called: bool) -> Diagnostic {
        if let Some(error) = libraries::refuse_name(name, span) {
            return error;
        }
        let error =
            Diagnostic::error(Code::UnknownName, span, format!("nothing is called `{path}`"));
        if let Some(help) = libraries::instead_of(path) {
            return error.with_help(help);
        }
        let help = match self.facts.homes.get(name) {
            Some(Home::Function(function)) => {
                Some(format!("`{name}` exists only inside `{function}`: return it"))
            }
            Some(Home::Comprehension) => {
                Some(format!("`{name}` exists only inside its comprehension"))
            }
            // What was imported from a module may have been meant for another of its names.
            None if path.contains('.') => {
                unknown_member(path, span, self.catalog).and_then(|found| found.help)
            }
            None => self.nearest(name, called).map(|near| format!("did you mean `{near}`?")),
        };
        Diagnostic { help, ..error }
    }

    /// The nearest of the names that may stand here: variables, innermost first, then inputs and
    /// functions; where it is called, functions first.
    fn nearest(&self, name: &str, called: bool) -> Option<String> {
        let mut locals: Vec<&str> = Vec::new();
        for scope in self.scopes.iter().rev() {
            let mut names: Vec<&str> = scope.names.iter().map(String::as_str).collect();
            names.sort_unstable();
            locals.extend(names);
        }
        let variables = locals.into_iter().chain(self.facts.globals.iter().copied());
        let signatures = self.catalog.signatures().iter().filter(|one| !one.is_method());
        let functions = signatures.clone().map(|one| one.name);
        let aliases = signatures.flat_map(|one| one.aliases.iter().copied());
        let functions = functions.chain(aliases).filter(|name| !name.contains('.'));
        let near = if called {
            suggest::nearest(name, functions.chain(variables))
        } else {
            let inputs = self.catalog.inputs().iter().copied();
            suggest::nearest(name, variables.chain(inputs).chain(functions))
        };
        near.map(str::to_string)
    }
}
