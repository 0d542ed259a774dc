//! What is known of a program's names before its parts are checked.

use std::collections::{HashMap, HashSet};

use crate::ast::{
    Clause, ComprehensionKind, DictItem, Expr, ExprKind, Param, ParamKind, Stmt, StmtKind,
};
use crate::scope::{bound, target_names};
use crate::signature::Type;
use crate::visit::{Node, walk};

/// The names of a program, wherever they stand.
#[derive(Default)]
pub(super) struct Facts<'a> {
    /// Variables of the top level in the order of their first binding, then names declared
    /// `global` in functions and names of earlier programs.
    pub(super) globals: Vec<&'a str>,
    global_set: HashSet<&'a str>,
    /// Imported names with their dotted paths.
    pub(super) aliases: HashMap<&'a str, &'a str>,
    /// Names that some binding other than `def` and `import` gives a value, those of earlier
    /// programs included.
    pub(super) variables: HashSet<&'a str>,
    /// The parameters of each `def` of a name.
    pub(super) functions: HashMap<&'a str, Vec<&'a [Param]>>,
    /// Which function or comprehension a name that is no global belongs to.
    pub(super) homes: HashMap<&'a str, Home<'a>>,
    /// Names whose value is or was a dict that the program wrote out.
    pub(super) dicts: HashSet<&'a str>,
    /// Keys of written dicts and attributes that are assigned: `x.name(...)` may be one.
    pub(super) fields: HashSet<&'a str>,
    /// The values of variables that are bound once, by an assignment.
    values: HashMap<&'a str, Option<&'a Expr>>,
    /// Names of earlier programs: values, or aliases of modules.
    pub(super) known: HashSet<&'a str>,
}

/// Where a name lives that is no global.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Home<'a> {
    Function(&'a str),
    Comprehension,
}

impl<'a> Facts<'a> {
    /// Walks the program once.
    pub(super) fn gather(body: &'a [Stmt], known: &'a [String]) -> Facts<'a> {
        let mut facts = Facts::default();
        facts.top_level(body);
        walk(body, &mut |node| match node {
            Node::Stmt(statement) => facts.statement(statement),
            Node::Expr(expr) => facts.expr(expr),
        });
        for name in known {
            facts.global(name);
            facts.variables.insert(name);
            facts.values.insert(name, None);
            facts.known.insert(name);
        }
        facts
    }

    /// True for a variable of the top level.
    pub(super) fn is_global(&self, name: &str) -> bool {
        self.global_set.contains(name)
    }

    /// The value of a variable that is bound once.
    pub(super) fn value(&self, name: &str) -> Option<&'a Expr> {
        self.values.get(name).copied().flatten()
    }

    fn global(&mut self, name: &'a str) {
        if self.global_set.insert(name) {
            self.globals.push(name);
        }
    }

    /// Names that the top level binds, without those of nested functions.
    fn top_level(&mut self, body: &'a [Stmt]) {
        let names: HashSet<String> = bound(body).names.into_iter().collect();
        // The names live as long as the tree only if they are found in it again.
        walk(body, &mut |node| {
            for name in bound_here(node) {
                if names.contains(name) {
                    self.global(name);
                }
            }
        });
    }

    fn statement(&mut self, statement: &'a Stmt) {
        for name in bound_here(Node::Stmt(statement)) {
            if !matches!(&statement.kind, StmtKind::Def { .. } | StmtKind::Import(_)) {
                self.variables.insert(name);
            }
        }
        match &statement.kind {
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    self.assigned(target, Some(value));
                }
            }
            StmtKind::AugAssign { target, .. } => {
                if let ExprKind::Attribute { name, .. } = &target.kind {
                    self.fields.insert(&name.text);
                }
            }
            StmtKind::For { target, .. } => self.assigned(target, None),
            StmtKind::Def { name, params, body } => {
                self.functions.entry(&name.text).or_default().push(params);
                self.params(params);
                self.belong(body.body.as_slice(), &name.text);
            }
            StmtKind::Global(names) => names.iter().for_each(|name| self.global(&name.text)),
            StmtKind::Import(names) => {
                for import in names {
                    self.aliases.insert(&import.name.text, &import.path);
                }
            }
            StmtKind::Try { handlers, .. } => {
                for name in handlers.iter().filter_map(|handler| handler.name.as_ref()) {
                    self.variables.insert(&name.text);
                    self.values.insert(&name.text, None);
                }
            }
            _ => {}
        }
    }

    /// The local variables of a function.
    fn belong(&mut self, body: &'a [Stmt], function: &'a str) {
        let names: HashSet<String> = bound(body).names.into_iter().collect();
        walk(body, &mut |node| {
            for name in bound_here(node) {
                if names.contains(name) {
                    self.homes.entry(name).or_insert(Home::Function(function));
                }
            }
        });
    }

    fn params(&mut self, params: &'a [Param]) {
        for param in params.iter().filter(|param| param.kind != ParamKind::Bare) {
            self.variables.insert(&param.name.text);
            self.values.insert(&param.name.text, None);
        }
    }

    fn assigned(&mut self, target: &'a Expr, value: Option<&'a Expr>) {
        match &target.kind {
            ExprKind::Name(name) => {
                self.values.entry(name).and_modify(|known| *known = None).or_insert(value);
                if value.is_some_and(may_hold_functions) {
                    self.dicts.insert(name);
                }
            }
            ExprKind::Attribute { name, .. } => {
                self.fields.insert(&name.text);
            }
            _ => {
                for name in target_names(target) {
                    self.values.insert(name, None);
                }
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Lambda { params, .. } => self.params(params),
            ExprKind::Walrus { name, .. } => {
                self.variables.insert(&name.text);
                self.values.insert(&name.text, None);
            }
            ExprKind::Comprehension { clauses, .. }
            | ExprKind::DictComprehension { clauses, .. } => {
                for clause in clauses {
                    let Clause::For { target, .. } = clause else { continue };
                    for name in target_names(target) {
                        self.variables.insert(name);
                        self.values.insert(name, None);
                        self.homes.entry(name).or_insert(Home::Comprehension);
                    }
                }
            }
            ExprKind::Dict(items) => {
                for item in items {
                    if let DictItem::Pair(key, _) = item
                        && let ExprKind::Text(text) = &key.kind
                    {
                        self.fields.insert(&text.value);
                    }
                }
            }
            ExprKind::Call { function, args } if is_name(function, "dict") => {
                // `dict(run=f)`
                for arg in args {
                    if let crate::ast::Arg::Keyword(name, _) = arg {
                        self.fields.insert(&name.text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The names that a node itself binds in its function, parts of it left out.
fn bound_here(node: Node<'_>) -> Vec<&str> {
    let statement = match node {
        Node::Stmt(statement) => statement,
        Node::Expr(Expr { kind: ExprKind::Walrus { name, .. }, .. }) => return vec![&name.text],
        Node::Expr(_) => return Vec::new(),
    };
    match &statement.kind {
        StmtKind::Assign { targets, .. } | StmtKind::Del(targets) => {
            targets.iter().flat_map(target_names).collect()
        }
        StmtKind::AugAssign { target, .. } | StmtKind::For { target, .. } => target_names(target),
        StmtKind::Def { name, .. } => vec![&name.text],
        StmtKind::Import(names) => names.iter().map(|import| import.name.text.as_str()).collect(),
        StmtKind::Try { handlers, .. } => {
            handlers.iter().flat_map(|one| &one.name).map(|name| name.text.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn is_name(expr: &Expr, wanted: &str) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if name == wanted)
}

/// True for a dict that is written out, or made so that its fields are not known.
fn may_hold_functions(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Dict(items) => !items.is_empty(),
        ExprKind::DictComprehension { .. } => true,
        ExprKind::Call { function, args } => is_name(function, "dict") && !args.is_empty(),
        _ => false,
    }
}

/// The kind of a value that its own form tells.
pub(super) fn literal_type(expr: &Expr) -> Option<Type> {
    Some(match &expr.kind {
        ExprKind::Bool(_) => Type::Bool,
        ExprKind::Int(_) => Type::Int,
        ExprKind::Float(_) => Type::Float,
        ExprKind::Text(_) | ExprKind::Format(_) => Type::Text,
        ExprKind::List(_) => Type::List,
        ExprKind::Tuple(_) => Type::Tuple,
        ExprKind::Set(_) => Type::Set,
        ExprKind::Dict(_) | ExprKind::DictComprehension { .. } => Type::Dict,
        ExprKind::Comprehension { kind: ComprehensionKind::Set, .. } => Type::Set,
        ExprKind::Comprehension { kind: ComprehensionKind::List, .. } => Type::List,
        _ => return None,
    })
}
