//! What a program does beyond computing, and a bound on its model calls as a formula.

use std::collections::HashSet;

use serde::Serialize;

use crate::Parsed;
use crate::ast::{Arg, Clause, Expr, ExprKind, Stmt, StmtKind};
use crate::check::calls;
use crate::check::facts::Facts;
use crate::check::formula::{Bound, Factor, factor};
use crate::signature::{Catalog, Effect, Signature};
use crate::visit::{Child, Node, expression_children, statement_children, walk};

/// Calls of the program's own functions that are followed: functions that call each other twice
/// double at every step.
const MOST_EXPANDED: usize = 1000;

/// What a program may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effects {
    /// Looks at an input.
    pub reads: bool,
    /// Changes a list, dict or set in place.
    pub mutates: bool,
    /// Prints.
    pub prints: bool,
    /// May call models.
    pub calls_models: bool,
    /// May start child engines.
    pub recurses: bool,
    /// May end the run with an answer.
    pub may_answer: bool,
}

/// Effects and the bounds on model calls, ready to be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What the program may do.
    pub effects: Effects,
    /// Bound on direct model calls.
    pub calls: Bound,
    /// Bound on child engines, whose own calls count apart.
    pub recursions: Bound,
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Effects { reads, mutates, prints, calls_models, recurses, may_answer } = self.effects;
        let lines = [
            (reads, "reads the input".to_string()),
            (mutates, "changes its own lists, dicts or sets".to_string()),
            (calls_models, format!("calls models: {}", self.calls)),
            (recurses, format!("starts child engines: {}", self.recursions)),
            (prints, "prints".to_string()),
            (may_answer, "may answer".to_string()),
        ];
        let mut lines: Vec<String> =
            lines.into_iter().filter(|(holds, _)| *holds).map(|(_, line)| line).collect();
        if lines.is_empty() {
            lines.push("computes only".to_string());
        }
        f.write_str(&lines.join("\n"))
    }
}

/// What a program may do.
pub fn effects(parsed: &Parsed, catalog: &dyn Catalog) -> Effects {
    summary(parsed, catalog).effects
}

/// Effects of a program and the bounds on its model calls.
pub fn summary(parsed: &Parsed, catalog: &dyn Catalog) -> Summary {
    let body = &parsed.program.body;
    let facts = Facts::gather(body, &[]);
    let mut counter = Counter {
        catalog,
        facts: &facts,
        body,
        factors: Vec::new(),
        active: HashSet::new(),
        left: MOST_EXPANDED,
        calls: Bound::default(),
        recursions: Bound::default(),
    };
    counter.block(body);
    let (calls, recursions) = (counter.calls, counter.recursions);
    let mut effects = Effects::default();
    walk(body, &mut |node| match node {
        Node::Stmt(statement) => statement_effects(statement, &mut effects),
        Node::Expr(expr) => expression_effects(expr, &facts, catalog, &mut effects),
    });
    // `return x` outside a function answers.
    effects.may_answer |= returns(body);
    Summary { effects, calls, recursions }
}

fn statement_effects(statement: &Stmt, effects: &mut Effects) {
    let targets = match &statement.kind {
        StmtKind::Assign { targets, .. } | StmtKind::Del(targets) => targets.as_slice(),
        StmtKind::AugAssign { target, .. } | StmtKind::For { target, .. } => {
            std::slice::from_ref(target)
        }
        _ => return,
    };
    for target in targets {
        if let ExprKind::Index { object, .. } = &target.kind {
            // `answer["content"] = x` is the answer.
            match &object.kind {
                ExprKind::Name(name) if name == "answer" => effects.may_answer = true,
                _ => effects.mutates = true,
            }
        }
        effects.mutates |=
            matches!(target.kind, ExprKind::Attribute { .. } | ExprKind::Slice { .. });
    }
}

fn expression_effects(
    expr: &Expr,
    facts: &Facts<'_>,
    catalog: &dyn Catalog,
    effects: &mut Effects,
) {
    match &expr.kind {
        ExprKind::Name(name) => {
            effects.reads |= catalog.inputs().contains(&name.as_str());
            // A function as a value: `map(print, xs)`.
            if !facts.variables.contains(name.as_str())
                && let Some(signature) = catalog.function(name)
            {
                note(signature, effects);
            }
        }
        ExprKind::Call { function, .. } => {
            for signature in callees(function, facts, catalog) {
                note(signature, effects);
                let reads = |param: &crate::signature::ParamSpec| {
                    param.default.is_some_and(|default| catalog.inputs().contains(&default))
                };
                let named = calls::path(function, facts, catalog).is_some();
                effects.reads |= named && signature.params.iter().any(reads);
            }
        }
        _ => {}
    }
}

fn note(signature: &Signature, effects: &mut Effects) {
    match signature.effect {
        Effect::Pure => {}
        Effect::Reads => effects.reads = true,
        Effect::Mutates => effects.mutates = true,
        Effect::Prints => effects.prints = true,
        Effect::Calls if is_recursion(signature) => effects.recurses = true,
        Effect::Calls => effects.calls_models = true,
        Effect::Answers => effects.may_answer = true,
    }
}

fn is_recursion(signature: &Signature) -> bool {
    signature.name.starts_with("recurse") || signature.name.starts_with("rlm_query")
}

/// True if a top-level statement, not one of a function, returns a value.
fn returns(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StmtKind::Return(value) => value.is_some(),
        StmtKind::Def { .. } => false,
        _ => {
            let mut found = false;
            statement_children(statement, &mut |child| {
                if let Child::Block(block) = child {
                    found |= returns(&block.body);
                }
            });
            found
        }
    })
}

/// The builtins that a call may reach: one by name, or all methods of the name.
fn callees(function: &Expr, facts: &Facts<'_>, catalog: &dyn Catalog) -> Vec<&'static Signature> {
    if let Some(path) = calls::path(function, facts, catalog) {
        return catalog.function(&path).into_iter().collect();
    }
    match &function.kind {
        ExprKind::Attribute { name, .. } => catalog.methods(&name.text),
        _ => Vec::new(),
    }
}

/// Counts model calls on the way through a program.
struct Counter<'a> {
    catalog: &'a dyn Catalog,
    facts: &'a Facts<'a>,
    body: &'a [Stmt],
    /// How often what is walked runs.
    factors: Vec<Factor>,
    /// Functions whose bodies are being counted.
    active: HashSet<&'a str>,
    /// How many more calls of own functions may be followed.
    left: usize,
    calls: Bound,
    recursions: Bound,
}

impl<'a> Counter<'a> {
    fn block(&mut self, body: &'a [Stmt]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            // Counted where it is called.
            StmtKind::Def { .. } => {}
            StmtKind::For { iterable, body, otherwise, .. } => {
                self.expr(iterable);
                self.times(self.factor_of(iterable), |counter| counter.block(&body.body));
                if let Some(otherwise) = otherwise {
                    self.block(&otherwise.body);
                }
            }
            StmtKind::While { condition, body, otherwise } => {
                self.times(Factor::Unbounded, |counter| {
                    counter.expr(condition);
                    counter.block(&body.body);
                });
                if let Some(otherwise) = otherwise {
                    self.block(&otherwise.body);
                }
            }
            _ => statement_children(statement, &mut |child| match child {
                Child::Expr(expr) => self.expr(expr),
                Child::Block(block) => self.block(&block.body),
            }),
        }
    }

    fn times(&mut self, factor: Factor, count: impl FnOnce(&mut Self)) {
        self.factors.push(factor);
        count(self);
        self.factors.pop();
    }

    fn factor_of(&self, iterable: &Expr) -> Factor {
        factor(iterable, &|expr| self.may_call(expr))
    }

    /// True if an expression itself holds a model call.
    fn may_call(&self, expr: &Expr) -> bool {
        let mut found = false;
        crate::visit::walk_expr(expr, &mut |node| {
            if let Node::Expr(Expr { kind: ExprKind::Call { function, .. }, .. }) = node {
                let callees = callees(function, self.facts, self.catalog);
                let own = matches!(&function.kind, ExprKind::Name(name) if self.facts.functions.contains_key(name.as_str()));
                found |= own || callees.iter().any(|one| one.effect == Effect::Calls);
            }
        });
        found
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Comprehension { element, clauses, .. } => {
                self.clauses(clauses, &[element]);
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.clauses(clauses, &[key, value]);
            }
            ExprKind::Call { function, args } => self.call(function, args, expr),
            // Runs whenever and however often it is called.
            ExprKind::Lambda { body, .. } => {
                self.times(Factor::Unknown, |counter| counter.expr(body));
            }
            ExprKind::Name(name) => {
                self.times(Factor::Unknown, |counter| counter.own_function(name));
            }
            _ => expression_children(expr, &mut |child| self.expr(child)),
        }
    }

    fn clauses(&mut self, clauses: &'a [Clause], elements: &[&'a Expr]) {
        let depth = self.factors.len();
        for clause in clauses {
            match clause {
                Clause::For { iterable, .. } => {
                    self.expr(iterable);
                    self.factors.push(self.factor_of(iterable));
                }
                Clause::If(condition) => self.expr(condition),
            }
        }
        elements.iter().for_each(|element| self.expr(element));
        self.factors.truncate(depth);
    }

    fn call(&mut self, function: &'a Expr, args: &'a [Arg], call: &'a Expr) {
        let values: Vec<&'a Expr> = args
            .iter()
            .map(|arg| match arg {
                Arg::Positional(value)
                | Arg::Keyword(_, value)
                | Arg::Star(value)
                | Arg::DoubleStar(value) => value,
            })
            .collect();
        if let ExprKind::Name(name) = &function.kind {
            self.own_function(name);
            // `map(lambda c: ask(q, c), chunks)`
            if matches!(name.as_str(), "map" | "filter")
                && let [mapped, items] = values.as_slice()
            {
                self.expr(items);
                let factor = self.factor_of(items);
                return self.times(factor, |counter| match &mapped.kind {
                    ExprKind::Lambda { body, .. } => counter.expr(body),
                    ExprKind::Name(name) => {
                        counter.own_function(name);
                        let signature = counter.catalog.function(name);
                        counter.add(signature.into_iter().collect(), None);
                    }
                    _ => counter.expr(mapped),
                });
            }
        } else {
            self.expr(function);
        }
        values.iter().for_each(|value| self.expr(value));
        let receiver = match &function.kind {
            ExprKind::Attribute { object, .. }
                if calls::path(function, self.facts, self.catalog).is_none() =>
            {
                Some(&**object)
            }
            _ => None,
        };
        let many = many_items(call, receiver, &values);
        self.add(callees(function, self.facts, self.catalog), many);
    }

    /// Adds one call of a builtin that calls models; `many` are the items of one that makes
    /// several.
    fn add(&mut self, callees: Vec<&'static Signature>, many: Option<&Expr>) {
        let Some(signature) = callees.into_iter().find(|one| one.effect == Effect::Calls) else {
            return;
        };
        let mut factors = self.factors.clone();
        let batched = signature.name.contains("batched") || signature.name.contains("_all");
        if let Some(items) = many.filter(|_| batched || signature.name == "classify") {
            let factor = self.factor_of(items);
            factors.push(if batched { factor } else { factor.packed() });
        }
        let bound = if is_recursion(signature) { &mut self.recursions } else { &mut self.calls };
        bound.add(factors);
    }

    /// Adds what one call of the program's own function costs.
    fn own_function(&mut self, name: &'a str) {
        if !self.facts.functions.contains_key(name) {
            return;
        }
        if self.left == 0 || !self.active.insert(name) {
            // It calls itself: how deep, nobody knows.
            return self.recursive();
        }
        self.left -= 1;
        let mut bodies = Vec::new();
        walk(self.body, &mut |node| {
            if let Node::Stmt(Stmt { kind: StmtKind::Def { name: own, body, .. }, .. }) = node
                && own.text == name
            {
                bodies.push(body);
            }
        });
        bodies.into_iter().for_each(|body| self.block(&body.body));
        self.active.remove(name);
    }

    fn recursive(&mut self) {
        self.calls.repeats();
        self.recursions.repeats();
    }
}

/// The items of a call that makes one model call for several of them.
fn many_items<'e>(
    call: &'e Expr,
    receiver: Option<&'e Expr>,
    values: &[&'e Expr],
) -> Option<&'e Expr> {
    let ExprKind::Call { args, .. } = &call.kind else { return None };
    let named = args.iter().find_map(|arg| match arg {
        Arg::Keyword(name, value) if matches!(name.text.as_str(), "items" | "prompts") => {
            Some(value)
        }
        _ => None,
    });
    named.or(receiver).or(values.first().copied())
}
