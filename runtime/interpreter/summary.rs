//! What a piece of code can do beyond computing its value, gathered once when it is lowered.
//!
//! It decides whether items of a comprehension run as fibers, and in which order they go on: those
//! that can change nothing but what is theirs, as replies come in; all others in an order that does
//! not depend on replies. Where the code does not tell, the careful case is taken.

use std::collections::{HashMap, HashSet};

use rlm_lang_std::builtin::Table;
use rlm_lang_std::value::{Function, Value};
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::signature::{Catalog, Effect, Signature, Type};

use super::certain::Certain;
use super::code::*;
use super::parts::{Part, children, parts_of};

/// What running code can do. What the functions behind `reads` can do counts, too: it is known when
/// the code runs.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// Names a builtin that calls models.
    pub calls: bool,
    /// May change something that others see, or see what others change.
    pub changes: bool,
    /// Variables around it that it assigns, or whose containers it changes.
    pub changed: Vec<Place>,
    /// Changes containers that no variable around it stands for, as far as one sees.
    pub changes_others: bool,
    /// May end the run with an answer.
    pub answers: bool,
    /// Calls a function that nobody can know beforehand.
    pub unknown: bool,
    /// Variables of the code around it that it reads: any may hold a function that it calls.
    pub reads: Vec<Place>,
    /// Those that a function captured and calls itself.
    called: Vec<Place>,
    /// Calls that it makes whatever the values are.
    pub certain: Certain,
}

impl Summary {
    /// Of code that nobody knows.
    pub(super) fn unknown() -> Summary {
        Summary { unknown: true, ..Summary::default() }
    }

    /// Of code that reads these variables and does no more.
    pub(super) fn of_reads(reads: Vec<Place>) -> Summary {
        Summary { reads, ..Summary::default() }
    }

    /// Of a function, seen from inside: its own variables are its own affair.
    pub(super) fn of_function(table: &Table, params: &[ParamCode], body: &Body) -> Summary {
        let own = own_places(params, body);
        let mut gather = Gather { table, own, frame: Frame::Inside, found: Summary::default() };
        match body {
            Body::Expr(expr) => gather.expr(expr),
            Body::Block(block) => gather.block(block),
        }
        gather.found.certain = Certain::of_body(body);
        gather.found
    }

    /// Of a comprehension's items: all but its first iterable, which is evaluated once, before them.
    pub(super) fn of_items(table: &Table, code: &Comprehension) -> Summary {
        let mut bound = HashSet::new();
        code.clauses.iter().for_each(|clause| bind_clause(clause, &mut bound));
        bound.extend(&code.own);
        let mut gather = Gather {
            table,
            own: HashSet::new(),
            frame: Frame::Around(bound),
            found: Summary { certain: Certain::of_item(code), ..Summary::default() },
        };
        gather.items(code, true);
        gather.found
    }

    /// Of one expression in the present frame.
    pub(super) fn of_expr(table: &Table, expr: &Expr) -> Summary {
        let frame = Frame::Around(HashSet::new());
        let mut gather = Gather { table, own: HashSet::new(), frame, found: Summary::default() };
        gather.expr(expr);
        gather.found
    }

    /// Of the body of a loop, which reads and changes variables around it.
    pub(super) fn of_loop(table: &Table, body: &[Stmt]) -> Summary {
        let mut gather = Gather {
            table,
            own: HashSet::new(),
            frame: Frame::Around(HashSet::new()),
            found: Summary { certain: Certain::of_loop(body), ..Summary::default() },
        };
        gather.block(body);
        gather.found
    }
}

/// What the variables of the present frame are to the code that is looked at.
enum Frame {
    /// Its own: nobody else sees them.
    Inside,
    /// Those around it, except for these.
    Around(HashSet<Place>),
}

struct Gather<'t> {
    table: &'t Table,
    /// Variables that hold nothing but containers made here.
    own: HashSet<Place>,
    frame: Frame,
    found: Summary,
}

impl Gather<'_> {
    /// Whether a variable belongs to the code around.
    fn is_around(&self, place: Place) -> bool {
        match (&self.frame, place) {
            (_, Place::Global(_) | Place::Captured(_)) => true,
            (Frame::Inside, _) => false,
            (Frame::Around(bound), _) => !bound.contains(&place),
        }
    }

    fn read(&mut self, place: Place) {
        if self.is_around(place) && !self.found.reads.contains(&place) {
            self.found.reads.push(place);
        }
    }

    /// A variable whose value may be called.
    fn called(&mut self, place: Place) {
        if self.is_around(place) {
            self.read(place);
            self.found.called.push(place);
        } else {
            // One of its own: whatever it was given.
            self.found.unknown = true;
        }
    }

    fn write(&mut self, place: Place) {
        if self.is_around(place) {
            self.found.changes = true;
            self.found.changed.push(place);
        }
    }

    /// A container that is changed in place.
    fn change(&mut self, object: &Expr) {
        // Nobody else holds it.
        if is_fresh(object) {
            return;
        }
        if let Op::Variable(place, _) = &object.op
            && self.own.contains(place)
        {
            return;
        }
        self.found.changes = true;
        match root(object) {
            Some(place) if self.is_around(place) => self.found.changed.push(place),
            _ => self.found.changes_others = true,
        }
    }

    fn signature(&mut self, signature: &Signature) {
        match signature.effect {
            Effect::Calls => self.found.calls = true,
            Effect::Answers => {
                self.found.answers = true;
                self.found.changes = true;
            }
            // What is left of the limits changes with every call.
            Effect::Reads => self.found.changes |= signature.name == "budget",
            Effect::Pure | Effect::Mutates | Effect::Prints => {}
        }
    }

    fn function_value(&mut self, function: &Function) {
        match function {
            Function::Builtin(builtin) => {
                self.signature(&builtin.signature);
                self.found.changes |= builtin.signature.effect == Effect::Mutates;
            }
            _ => self.found.unknown = true,
        }
    }

    /// A function that is made here and called at once, or given to a call.
    fn nested(&mut self, code: &FunctionCode) {
        self.found.calls |= code.summary.calls;
        self.found.changes |= code.summary.changes;
        self.found.answers |= code.summary.answers;
        self.found.changes_others |= code.summary.changes_others;
        self.found.unknown |= code.summary.unknown;
        let outer = |place: &Place| match place {
            Place::Captured(index) => code.captures.get(*index).copied(),
            other => Some(*other),
        };
        self.found.changed.extend(code.summary.changed.iter().filter_map(outer));
        code.summary.reads.iter().filter_map(outer).for_each(|place| self.read(place));
        code.summary.called.iter().filter_map(outer).for_each(|place| self.called(place));
    }

    fn args(&mut self, signatures: &[&Signature], args: &Args) {
        let calls_given = signatures.iter().any(|s| calls_given_functions(s));
        for value in args.values() {
            if let (true, Op::Variable(place, _)) = (calls_given, &value.op) {
                self.called(*place);
            }
            if let Op::Function(code) = &value.op {
                self.nested(code);
            }
            self.expr(value);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.op {
            Op::Variable(place, _) => self.read(*place),
            Op::Const(Value::Function(function)) => self.function_value(function),
            // Made, not called: whoever calls it later calls a variable.
            Op::Function(code) => {
                code.params.iter().filter_map(|p| p.default.as_ref()).for_each(|d| self.expr(d));
            }
            Op::CallBuiltin(call) => {
                let signature = &call.builtin.signature;
                self.signature(signature);
                if signature.effect == Effect::Mutates {
                    match call.args.positional.first() {
                        Some(item) => self.change(&item.value),
                        None => self.found.changes = true,
                    }
                }
                self.args(&[signature], &call.args);
            }
            Op::CallMethod(call) => self.method(call),
            Op::Call(call) => {
                match &call.function.op {
                    Op::Variable(place, _) => self.called(*place),
                    Op::Function(code) => self.nested(code),
                    _ => {
                        self.found.unknown = true;
                        self.expr(&call.function);
                    }
                }
                if let Some(builtin) = call.builtin {
                    self.signature(&builtin.signature);
                    self.found.changes |= builtin.signature.effect == Effect::Mutates;
                }
                self.args(&[], &call.args);
            }
            Op::Attribute { object, name } => {
                // `xs.append` without a call: whoever calls it changes `xs`.
                let methods = self.table.methods(name);
                let mutates = |s: &&Signature| s.effect == Effect::Mutates && !s.property;
                if methods.iter().any(mutates) {
                    self.change(object);
                }
                self.expr(object);
            }
            Op::Comprehension(inner) => {
                if let Frame::Around(bound) = &mut self.frame {
                    inner.clauses.iter().for_each(|clause| bind_clause(clause, bound));
                }
                self.items(inner, false);
            }
            Op::Walrus(place, value) => {
                self.write(*place);
                self.expr(value);
            }
            _ => children(expr, &mut |child| self.expr(child)),
        }
    }

    fn items(&mut self, code: &Comprehension, without_first: bool) {
        for (index, clause) in code.clauses.iter().enumerate() {
            match clause {
                Clause::For { target, iterable } => {
                    if index > 0 || !without_first {
                        self.expr(iterable);
                    }
                    self.target(target);
                }
                Clause::If(condition) => self.expr(condition),
            }
        }
        self.expr(&code.element);
        code.value.iter().for_each(|value| self.expr(value));
    }

    fn method(&mut self, call: &CallMethod) {
        let methods = self.table.methods(&call.name);
        // A function in a dict: `handlers.name(x)`.
        self.found.unknown |= methods.is_empty();
        methods.iter().for_each(|signature| self.signature(signature));
        if methods.iter().any(|signature| signature.effect == Effect::Mutates) {
            self.change(&call.object);
        }
        self.expr(&call.object);
        self.args(&methods, &call.args);
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Name(place) => self.write(*place),
            Target::Tuple { items, .. } => items.iter().for_each(|item| self.target(item)),
            Target::Index { object, index, .. } => {
                self.change(object);
                self.expr(object);
                self.expr(index);
            }
            Target::Slice(slice) => {
                self.change(&slice.object);
                slice.parts().for_each(|part| self.expr(part));
            }
            Target::Attribute { object, .. } => {
                self.change(object);
                self.expr(object);
            }
        }
    }

    fn block(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.op {
            StmtOp::Assign { targets, .. } | StmtOp::Delete(targets) => {
                targets.iter().for_each(|target| self.target(target));
            }
            StmtOp::Augment { target, value, op } => {
                let number = adds_number(*op, value);
                match target {
                    // `xs += more` changes the list that `xs` stands for.
                    Target::Name(place) => {
                        if !number && !self.own.contains(place) {
                            self.found.changes = true;
                            self.found.changed.push(*place);
                        }
                        self.write(*place);
                    }
                    // The item may be a list that others see.
                    other => {
                        self.found.changes |= !number;
                        self.target(other);
                    }
                }
            }
            StmtOp::For(parts) => self.target(&parts.target),
            StmtOp::Try(parts) => {
                parts.handlers.iter().filter_map(|h| h.place).for_each(|place| self.write(place));
            }
            _ => {}
        }
        parts_of(stmt, &mut |part| match part {
            Part::Expr(expr) => self.expr(expr),
            Part::Block(block) => self.block(block),
        });
    }
}

/// The variable that an expression gets its value from, by items, fields and methods.
pub(super) fn root(expr: &Expr) -> Option<Place> {
    match &expr.op {
        Op::Variable(place, _) => Some(*place),
        Op::Index { object, .. } | Op::Attribute { object, .. } => root(object),
        Op::Slice(slice) => root(&slice.object),
        Op::CallMethod(call) => root(&call.object),
        Op::CallBuiltin(call) if call.builtin.signature.name == "iter" => {
            root(&call.args.positional.first()?.value)
        }
        _ => None,
    }
}

/// Adding a number changes no container: a list refuses it.
fn adds_number(op: BinaryOp, value: &Expr) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Sub)
        && matches!(value.op, Op::Const(Value::Int(_) | Value::Float(_)))
}

/// Whether a builtin calls functions that it is given.
fn calls_given_functions(signature: &Signature) -> bool {
    const NAMES: &[&str] = &["function", "key", "default", "factory", "replacement", "predicate"];
    signature.params.iter().any(|p| {
        p.ty == Type::Function || NAMES.iter().any(|n| p.name == *n || p.aliases.contains(n))
    })
}

/// The variables that a clause assigns.
pub(super) fn bind_clause(clause: &Clause, bound: &mut HashSet<Place>) {
    if let Clause::For { target, .. } = clause {
        target.names(&mut |place| {
            bound.insert(place);
        });
    }
}

/// Variables of a function's frame that hold nothing but what the function itself made.
fn own_places(params: &[ParamCode], body: &Body) -> HashSet<Place> {
    let mut writes = Writes(HashMap::new());
    for (index, param) in params.iter().enumerate() {
        writes.add(param.cell.map_or(Place::Local(index), Place::Cell), false);
    }
    match body {
        Body::Expr(expr) => writes.expr(expr),
        Body::Block(block) => block.iter().for_each(|stmt| writes.stmt(stmt)),
    }
    writes.0.retain(|place, fresh| *fresh && matches!(place, Place::Local(_) | Place::Cell(_)));
    writes.0.into_keys().collect()
}

/// For each variable, whether all that is assigned to it is fresh.
struct Writes(HashMap<Place, bool>);

impl Writes {
    fn add(&mut self, place: Place, fresh: bool) {
        *self.0.entry(place).or_insert(true) &= fresh;
    }

    fn target(&mut self, target: &Target) {
        target.names(&mut |place| self.add(place, false));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.op {
            StmtOp::Assign { targets, value } => match targets.as_slice() {
                [Target::Name(place)] => self.add(*place, is_fresh(value)),
                several => several.iter().for_each(|target| self.target(target)),
            },
            StmtOp::For(parts) => self.target(&parts.target),
            _ => {}
        }
        parts_of(stmt, &mut |part| match part {
            Part::Expr(expr) => self.expr(expr),
            Part::Block(block) => block.iter().for_each(|stmt| self.stmt(stmt)),
        });
    }

    fn expr(&mut self, expr: &Expr) {
        if let Op::Comprehension(inner) = &expr.op {
            for clause in &inner.clauses {
                if let Clause::For { target, .. } = clause {
                    self.target(target);
                }
            }
        }
        if let Op::Walrus(place, value) = &expr.op {
            self.add(*place, is_fresh(value));
        }
        children(expr, &mut |child| self.expr(child));
    }
}

/// Builtins whose result nobody else holds.
const MAKERS: &[&str] = &[
    "list",
    "dict",
    "set",
    "sorted",
    "defaultdict",
    "Counter",
    "deque",
    "map",
    "filter",
    "zip",
    "enumerate",
    "reversed",
    "finditer",
];

/// Whether a value is made by the expression itself, or cannot change.
fn is_fresh(expr: &Expr) -> bool {
    match &expr.op {
        Op::Const(_)
        | Op::Format(_)
        | Op::List(_)
        | Op::Set(_)
        | Op::Dict(_)
        | Op::Comprehension(_)
        | Op::Compare { .. }
        | Op::CompareChain { .. } => true,
        Op::CallBuiltin(call) => {
            let signature = &call.builtin.signature;
            let plain = [Type::Text, Type::Int, Type::Float, Type::Bool];
            MAKERS.contains(&signature.name) || plain.contains(&signature.returns)
        }
        _ => false,
    }
}
