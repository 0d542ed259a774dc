//! The program that is left of a run: the statements that its answer needed.
//!
//! A backward slice from the statement that answered, over the top-level statements of all turns.
//! What a statement reads and writes is found in the tree; where that cannot be known (a value that
//! two names share, a function that changes what it is given) it is taken to read or write more. So
//! the slice may hold too much, never too little.

use std::collections::{HashMap, HashSet};

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::ast::{ComprehensionKind, Expr, ExprKind, Stmt, StmtKind};
use rlm_lang_syntax::scope;
use rlm_lang_syntax::signature::{Catalog, Effect, Type};
use rlm_lang_syntax::span::Span;
use rlm_lang_syntax::visit::{Child, expression_children, statement_children};
use rlm_lang_syntax::{check, parse, printer};

/// A program that ran.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The code as written.
    pub(crate) source: String,
    /// The top-level statement in which it ended early, by an error or by its answer.
    pub(crate) ended_in: Option<Span>,
    /// That statement answered.
    pub(crate) answered: bool,
}

/// The statements that the answer of the last program needed, as a program in canonical form. `None`
/// if none answered.
pub(crate) fn program(table: &Table, kept: &[Kept]) -> Option<String> {
    let sources: Vec<&Kept> = kept.iter().collect();
    let trees: Vec<Vec<Stmt>> =
        sources.iter().map(|kept| parse(&kept.source).program.body).collect();
    let mut ran: Vec<Ran<'_>> = Vec::new();
    for (kept, tree) in sources.iter().zip(&trees) {
        for statement in tree {
            let is_last = kept.ended_in.is_some_and(|end| overlap(end, statement.span));
            let is_late = kept.ended_in.is_some_and(|end| statement.span.start > end.start);
            // What failed gave nothing, and nothing after it ran.
            if is_late || is_last && !kept.answered {
                break;
            }
            ran.push(Ran { source: &kept.source, statement, facts: Facts::of(table, statement) });
            if is_last {
                break;
            }
        }
    }
    if !kept.last()?.answered {
        return None;
    }
    let needed = slice(table, &ran);
    let sliced =
        write(table, ran.iter().zip(&needed).filter(|(_, needed)| **needed).map(|(ran, _)| ran));
    is_right(table, &sliced).then_some(sliced)
}

struct Ran<'s> {
    source: &'s str,
    statement: &'s Stmt,
    facts: Facts<'s>,
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

/// Marks the statements that the last one needs.
fn slice(table: &Table, ran: &[Ran<'_>]) -> Vec<bool> {
    let functions = functions(table, ran);
    let facts: Vec<Facts<'_>> = ran.iter().map(|ran| ran.facts.with_calls(&functions)).collect();
    let bound: HashSet<&String> = facts.iter().flat_map(|facts| &facts.binds).collect();
    let mut classes = Classes::default();
    for (one, other) in facts.iter().flat_map(|facts| &facts.shares) {
        // That two statements call the same builtin does not make their values one.
        if bound.contains(other) || table.function(other).is_none() {
            classes.join(one, other);
        }
    }
    let mut marks = vec![false; ran.len()];
    let mut needed: HashSet<String> = HashSet::new();
    for (index, facts) in facts.iter().enumerate().rev() {
        let is_answer = index + 1 == ran.len();
        let binds = facts.binds.iter().any(|name| needed.contains(name));
        let touches = || {
            let touched: HashSet<String> =
                facts.mutates.iter().map(|name| classes.of(name)).collect();
            needed.iter().any(|name| touched.contains(&classes.of(name)))
        };
        if !(is_answer || binds || touches()) {
            continue;
        }
        if let Some(mark) = marks.get_mut(index) {
            *mark = true;
        }
        if let Some(name) = &facts.replaces {
            needed.remove(name);
        }
        needed.extend(facts.reads.iter().cloned());
    }
    marks
}

/// What functions of the program read and change when they are called, by their names.
fn functions<'t>(table: &'t Table, ran: &[Ran<'_>]) -> HashMap<String, Facts<'t>> {
    let mut functions: HashMap<String, Facts<'t>> = HashMap::new();
    for ran in ran {
        match &ran.statement.kind {
            StmtKind::Def { name, body, .. } => {
                let inside =
                    functions.entry(name.text.clone()).or_insert_with(|| Facts::new(table));
                body.body.iter().for_each(|statement| inside.add(statement));
                inside.binds.extend(scope::bound(&body.body).globals);
            }
            // A lambda runs when its name is called; what it does is told at its assignment too.
            StmtKind::Assign { targets, value }
                if matches!(value.kind, ExprKind::Lambda { .. }) =>
            {
                for name in targets.iter().flat_map(scope::target_names) {
                    let inside = functions.entry(name.to_string());
                    inside.or_insert_with(|| Facts::new(table)).expression(value);
                }
            }
            _ => {}
        }
    }
    functions
}

/// What a statement does with names.
#[derive(Clone)]
struct Facts<'t> {
    /// The builtins that the program knows.
    table: &'t Table,
    reads: HashSet<String>,
    /// Names that get a value.
    binds: HashSet<String>,
    /// Names whose values may be changed in place.
    mutates: HashSet<String>,
    /// Pairs of names that may share a value afterwards.
    shares: Vec<(String, String)>,
    /// The one name that gets a whole new value in any case.
    replaces: Option<String>,
}

impl<'t> Facts<'t> {
    /// Of nothing.
    fn new(table: &'t Table) -> Facts<'t> {
        Facts {
            table,
            reads: HashSet::new(),
            binds: HashSet::new(),
            mutates: HashSet::new(),
            shares: Vec::new(),
            replaces: None,
        }
    }

    fn of(table: &'t Table, statement: &Stmt) -> Facts<'t> {
        let mut facts = Facts::new(table);
        if let StmtKind::Def { name, params, .. } = &statement.kind {
            // Its body does something only when it is called.
            facts.binds.insert(name.text.clone());
            params.iter().filter_map(|p| p.default.as_ref()).for_each(|e| facts.expression(e));
            return facts;
        }
        facts.add(statement);
        facts.binds.extend(scope::bound(std::slice::from_ref(statement)).names);
        if let StmtKind::Assign { targets, value } = &statement.kind
            && let [Expr { kind: ExprKind::Name(name), .. }] = &targets[..]
            && !names_in(value).contains(name)
        {
            // A target is named, not read.
            facts.reads.remove(name);
            facts.replaces = Some(name.clone());
        }
        facts
    }

    /// The same with what the functions do that the statement names.
    fn with_calls(&self, functions: &HashMap<String, Facts<'t>>) -> Facts<'t> {
        let mut all = self.clone();
        let mut seen: HashSet<String> = HashSet::new();
        let mut open: Vec<String> = all.reads.iter().cloned().collect();
        while let Some(name) = open.pop() {
            let Some(inside) = functions.get(&name).filter(|_| seen.insert(name)) else { continue };
            open.extend(inside.reads.iter().cloned());
            all.reads.extend(inside.reads.iter().cloned());
            all.binds.extend(inside.binds.iter().cloned());
            all.shares.extend(inside.shares.iter().cloned());
            all.mutates.extend(inside.mutates.iter().cloned());
            // It may change what it is given, by whatever name.
            if !inside.mutates.is_empty() {
                all.mutates.extend(self.reads.iter().cloned());
            }
        }
        // A name that is bound only on the way is not replaced for certain.
        all.replaces = self.replaces.clone().filter(|_| seen.is_empty() || !all.binds_more());
        all
    }

    fn binds_more(&self) -> bool {
        self.binds.len() > 1
    }

    /// Adds what a statement does, blocks included.
    fn add(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Assign { targets, value } => {
                targets.iter().for_each(|target| self.target(target, value));
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.mutates.extend(roots(target));
                self.target(target, value);
            }
            StmtKind::For { target, iterable, .. } => self.target(target, iterable),
            StmtKind::Del(targets) => {
                targets.iter().for_each(|target| self.mutates.extend(roots(target)));
            }
            _ => {}
        }
        statement_children(statement, &mut |child| match child {
            Child::Expr(expr) => self.expression(expr),
            Child::Block(block) => block.body.iter().for_each(|inner| self.add(inner)),
        });
    }

    /// A target that gets (a part of) a value.
    fn target(&mut self, target: &Expr, value: &Expr) {
        let names: Vec<String> = match &target.kind {
            ExprKind::Name(_) | ExprKind::Tuple(_) | ExprKind::List(_) | ExprKind::Starred(_) => {
                scope::target_names(target).into_iter().map(str::to_string).collect()
            }
            // An item or attribute: what it belongs to changes.
            _ => {
                let roots = roots(target);
                self.mutates.extend(roots.iter().cloned());
                roots.into_iter().collect()
            }
        };
        if is_plain(self.table, value) {
            return;
        }
        for other in names_in(value) {
            self.shares.extend(names.iter().map(|name| (name.clone(), other.clone())));
        }
    }

    fn expression(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.reads.insert(name.clone());
            }
            // Also where the method is only named: `f = xs.append`.
            ExprKind::Attribute { object, name } if changes_its_object(self.table, &name.text) => {
                self.mutates.extend(roots(object));
            }
            ExprKind::Call { function, args: _ } => {
                let ExprKind::Name(name) = &function.kind else {
                    expression_children(expr, &mut |child| self.expression(child));
                    return;
                };
                let builtin = self.table.function(name);
                if builtin.is_some_and(|b| b.signature.effect == Effect::Mutates) {
                    self.mutates.extend(names_in(expr));
                }
            }
            _ => {}
        }
        expression_children(expr, &mut |child| self.expression(child));
    }
}

/// Whether a method of this name changes what it is called on.
fn changes_its_object(table: &Table, name: &str) -> bool {
    let methods = table.methods(name);
    methods.iter().any(|method| method.effect == Effect::Mutates && !method.property)
}

/// The names whose values a place such as `d["k"]` or `xs.append` belongs to.
fn roots(place: &Expr) -> HashSet<String> {
    match &place.kind {
        ExprKind::Name(name) => HashSet::from([name.clone()]),
        ExprKind::Index { object, .. }
        | ExprKind::Slice { object, .. }
        | ExprKind::Attribute { object, .. } => roots(object),
        _ => names_in(place),
    }
}

/// All names in an expression.
fn names_in(expr: &Expr) -> HashSet<String> {
    fn collect(expr: &Expr, names: &mut HashSet<String>) {
        if let ExprKind::Name(name) = &expr.kind {
            names.insert(name.clone());
        }
        expression_children(expr, &mut |child| collect(child, names));
    }
    let mut names = HashSet::new();
    collect(expr, &mut names);
    names
}

/// Whether a value is certain to be none that can change, or a new list of such: sharing it is of no
/// matter.
fn is_plain(table: &Table, value: &Expr) -> bool {
    match &value.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Text(_)
        | ExprKind::Format(_)
        | ExprKind::Compare { .. }
        | ExprKind::Unary { .. } => true,
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().all(|item| is_plain(table, item))
        }
        ExprKind::Comprehension { kind, element, .. } => {
            *kind != ComprehensionKind::Generator && is_plain(table, element)
        }
        ExprKind::DictComprehension { value, .. } => is_plain(table, value),
        ExprKind::Call { function, .. } => {
            let ExprKind::Name(name) = &function.kind else { return false };
            let builtin = table.function(name);
            builtin.is_some_and(|builtin| {
                let returns = builtin.signature.returns;
                matches!(returns, Type::Bool | Type::Int | Type::Float | Type::Text)
            })
        }
        _ => false,
    }
}

/// Names that may share values, in classes.
#[derive(Default)]
struct Classes(HashMap<String, String>);

impl Classes {
    fn of(&self, name: &str) -> String {
        let mut name = name;
        while let Some(parent) = self.0.get(name) {
            name = parent;
        }
        name.to_string()
    }

    fn join(&mut self, one: &str, other: &str) {
        let (one, other) = (self.of(one), self.of(other));
        if one != other {
            self.0.insert(one, other);
        }
    }
}

/// Statements as a program in canonical form.
fn write<'r, 's: 'r>(table: &Table, statements: impl Iterator<Item = &'r Ran<'s>>) -> String {
    let mut out = String::new();
    for ran in statements {
        let span = ran.statement.span;
        let text = ran.source.get(span.start as usize..span.end as usize).unwrap_or_default();
        let text = without_prints(table, text, span.start, ran.statement);
        // One statement at a time: programs of different turns may be laid out differently.
        out.push_str(printer::format(&text).unwrap_or(text).trim_end());
        out.push('\n');
    }
    out
}

/// The text of a statement with `pass` for the prints in its blocks.
fn without_prints(table: &Table, text: &str, start: u32, statement: &Stmt) -> String {
    fn collect(table: &Table, statement: &Stmt, spans: &mut Vec<Span>) {
        statement_children(statement, &mut |child| {
            let Child::Block(block) = child else { return };
            for inner in &block.body {
                if is_print(table, inner) {
                    spans.push(inner.span);
                } else {
                    collect(table, inner, spans);
                }
            }
        });
    }
    let mut spans = Vec::new();
    collect(table, statement, &mut spans);
    let mut out = text.to_string();
    for span in spans.into_iter().rev() {
        let range = (span.start - start) as usize..(span.end - start) as usize;
        if out.get(range.clone()).is_some() {
            out.replace_range(range, "pass");
        }
    }
    out
}

/// A print without any other effect.
fn is_print(table: &Table, statement: &Stmt) -> bool {
    let StmtKind::Expr(Expr { kind: ExprKind::Call { function, .. }, .. }) = &statement.kind else {
        return false;
    };
    let mut facts = Facts::new(table);
    facts.add(statement);
    let calls = facts.reads.iter().any(|name| {
        let builtin = table.function(name);
        // A function of the program may do anything.
        builtin.is_none_or(|b| matches!(b.signature.effect, Effect::Calls | Effect::Answers))
            && name != "print"
            && is_called(statement, name)
    });
    matches!(&function.kind, ExprKind::Name(name) if name == "print")
        && facts.mutates.is_empty()
        && !calls
}

/// Whether a statement calls a function of this name.
fn is_called(statement: &Stmt, name: &str) -> bool {
    fn inside(expr: &Expr, name: &str) -> bool {
        let here = matches!(&expr.kind, ExprKind::Call { function, .. }
            if matches!(&function.kind, ExprKind::Name(called) if called == name));
        let mut found = here;
        expression_children(expr, &mut |child| found = found || inside(child, name));
        found
    }
    let mut found = false;
    statement_children(statement, &mut |child| {
        if let Child::Expr(expr) = child {
            found = found || inside(expr, name);
        }
    });
    found
}

/// Whether a program can be run.
fn is_right(table: &Table, source: &str) -> bool {
    check::check(&parse(source), table, &check::Options { known: &[] }).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The program that is left of programs, of which the last answers in its last statement. One
    /// that is given with a text failed in the statement that holds it.
    fn saved(programs: &[(&str, Option<&str>)]) -> String {
        let count = programs.len();
        let kept: Vec<Kept> = programs
            .iter()
            .enumerate()
            .map(|(index, (source, failed_at))| {
                let answered = index + 1 == count;
                let statements = parse(source).program.body;
                let ended_in = match failed_at {
                    Some(text) => {
                        let at = u32::try_from(source.find(text).unwrap()).unwrap();
                        Some(Span { start: at, end: at + 1 })
                    }
                    None if answered => statements.last().map(|statement| statement.span),
                    None => None,
                };
                Kept { source: (*source).to_string(), ended_in, answered }
            })
            .collect();
        program(Table::get(), &kept).unwrap()
    }

    fn of(programs: &[&str]) -> String {
        saved(&programs.iter().map(|source| (*source, None)).collect::<Vec<_>>())
    }

    #[test]
    fn what_the_answer_needs_stays_and_the_rest_goes() {
        let programs = [
            "print(len(context))\nhits = grep(\"a\")\nother = grep(\"b\")\nprint(hits)",
            "n = len(hits)\nm = len(other)\nprint(n, m)",
            "answer(n)",
        ];
        assert_eq!(of(&programs), "hits = grep(\"a\")\nn = len(hits)\nanswer(n)\n");
    }

    #[test]
    fn changes_in_place_are_kept_by_whatever_name() {
        let programs = [
            "xs = []\nys = xs\nd = {\"k\": ys}\nzs = [1]\nzs.append(2)",
            "for i in range(3) { d[\"k\"].append(i); print(i) }\nunused = 1",
            "answer(xs)",
        ];
        let text = of(&programs);
        for part in ["xs = []", "ys = xs", "d = ", ".append(i)"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        for part in ["zs", "unused", "print"] {
            assert!(!text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn functions_bring_what_they_use() {
        let programs = [
            "total = 0\nseen = []\nk = 3",
            "def note(x) {\n    global total\n    total += x * k\n    seen.append(x)\n}",
            "note(5)\nw = 1",
            "answer([total, seen])",
        ];
        let text = of(&programs);
        for part in ["total = 0", "seen = []", "k = 3", "def note(x)", "note(5)"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("w = 1"), "{text}");
    }

    #[test]
    fn what_failed_and_what_came_after_it_is_out() {
        let programs =
            [("a = 1\nb = nope / 0\nc = 2", Some("nope / 0")), ("b = 5\nanswer(a + b)", None)];
        assert_eq!(saved(&programs), "a = 1\nb = 5\nanswer(a + b)\n");
    }

    #[test]
    fn a_value_that_is_replaced_needs_no_history() {
        let programs = ["x = slow = ask(\"a\")\nx = ask(\"b\")", "x = \"c\"\nanswer(x)"];
        assert_eq!(of(&programs), "x = \"c\"\nanswer(x)\n");
    }
}
