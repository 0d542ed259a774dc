//! Whether the first call of a loop's round depends on earlier rounds.
//!
//! From the first call of the body the way goes back through the statements before it: what the call is
//! asked with, and what decides that it is reached. If no such variable from before the round is changed
//! by the loop, rounds are independent. Only names are looked at: a list under two names is noticed when
//! the real round asks for something else.

use std::collections::HashSet;

use super::Machine;
use super::code::*;
use super::parts::{Part, children, parts_of};
use super::summary::{Summary, root};

/// Whether later rounds of a loop ask the same whatever the earlier ones do.
pub(super) fn is_independent(machine: &Machine<'_>, parts: &ForLoop, summary: &Summary) -> bool {
    let touched = machine.touched(summary);
    let walked = root(&parts.iterable);
    if touched.anything || walked.is_some_and(|place| touched.changed.contains(&place)) {
        return false;
    }
    let mut slice = Slice { machine, needs: HashSet::new() };
    if !slice.block(&parts.body) {
        return false;
    }
    parts.target.names(&mut |place| {
        slice.needs.remove(&place);
    });
    // What the functions on the way read counts, too.
    let reads = slice.needs.iter().copied().collect();
    let needs = machine.touched(&Summary::of_reads(reads));
    needs.reads.is_disjoint(&touched.changed)
}

/// The variables that a first call depends on, gathered from the call backwards.
struct Slice<'m, 'o> {
    machine: &'m Machine<'o>,
    needs: HashSet<Place>,
}

impl Slice<'_, '_> {
    fn calls(&self, expr: &Expr) -> bool {
        self.machine.reach(&Summary::of_expr(self.machine.table, expr)).calls
    }

    fn stmt_calls(&self, stmt: &Stmt) -> bool {
        let mut found = false;
        parts_of(stmt, &mut |part| {
            found = found
                || match part {
                    Part::Expr(expr) => self.calls(expr),
                    Part::Block(block) => block.iter().any(|stmt| self.stmt_calls(stmt)),
                };
        });
        found
    }

    fn read(&mut self, expr: &Expr) {
        self.needs.extend(Summary::of_expr(self.machine.table, expr).reads);
    }

    /// Adds what the first call in a block needs; false if there is none.
    fn block(&mut self, body: &[Stmt]) -> bool {
        let Some(at) = body.iter().position(|stmt| self.stmt_calls(stmt)) else { return false };
        let (before, from) = body.split_at(at);
        if let Some(stmt) = from.first() {
            self.call_in(stmt);
        }
        before.iter().rev().for_each(|stmt| self.before(stmt));
        true
    }

    /// The same for a block of its own: what it assigns hides nothing from the other ways.
    fn branch(&mut self, body: &[Stmt]) {
        let mut inner = Slice { machine: self.machine, needs: HashSet::new() };
        inner.block(body);
        self.needs.extend(inner.needs);
    }

    fn call_in(&mut self, stmt: &Stmt) {
        match &stmt.op {
            StmtOp::If { branches, otherwise } => {
                for (condition, body) in branches {
                    if self.calls(condition) {
                        return self.demand(condition);
                    }
                    self.branch(body);
                }
                self.branch(otherwise);
                for (condition, _) in branches.iter().rev() {
                    self.bound_in(condition);
                    self.read(condition);
                }
            }
            StmtOp::For(parts) => {
                if self.calls(&parts.iterable) {
                    return self.demand(&parts.iterable);
                }
                let mut inner = Slice { machine: self.machine, needs: HashSet::new() };
                inner.block(&parts.body);
                parts.target.names(&mut |place| {
                    inner.needs.remove(&place);
                });
                self.needs.extend(inner.needs);
                self.read(&parts.iterable);
            }
            StmtOp::While { condition, body, .. } => {
                if self.calls(condition) {
                    return self.demand(condition);
                }
                self.branch(body);
                self.read(condition);
            }
            StmtOp::Try(parts) => self.branch(&parts.body),
            _ => {
                let mut done = false;
                parts_of(stmt, &mut |part| {
                    if let Part::Expr(expr) = part
                        && !done
                        && self.calls(expr)
                    {
                        done = true;
                        self.demand(expr);
                    }
                });
            }
        }
    }

    /// Variables that `:=` binds on the way are no earlier round's.
    fn bound_in(&mut self, expr: &Expr) {
        if let Op::Walrus(place, _) = &expr.op {
            self.needs.remove(place);
        }
        children(expr, &mut |child| self.bound_in(child));
    }

    /// Adds what the first call in an expression is asked with.
    fn demand(&mut self, expr: &Expr) {
        match &expr.op {
            Op::And(left, right) | Op::Or(left, right) if !self.calls(left) => {
                self.read(left);
                self.demand(right);
            }
            Op::Conditional(parts) if !self.calls(&parts.0) => {
                self.read(&parts.0);
                for way in [&parts.1, &parts.2] {
                    if self.calls(way) {
                        self.demand(way);
                    }
                }
            }
            Op::Comprehension(_) => self.read(expr),
            _ => {
                let mut inside = None;
                children(expr, &mut |child| {
                    // The name of a function is no call of it.
                    if inside.is_none()
                        && !matches!(child.op, Op::Variable(..))
                        && self.calls(child)
                    {
                        inside = Some(child);
                    }
                });
                match inside {
                    Some(child) => self.demand(child),
                    None => self.read(expr),
                }
            }
        }
    }

    /// A statement before the call, seen from behind.
    fn before(&mut self, stmt: &Stmt) {
        match &stmt.op {
            StmtOp::Assign { targets, value } => {
                let mut needed = false;
                for target in targets {
                    target.names(&mut |place| needed |= self.needs.remove(&place));
                }
                if needed || self.changes_needed(stmt) {
                    self.read(value);
                }
            }
            StmtOp::Augment { target: Target::Name(place), .. } if !self.needs.contains(place) => {}
            StmtOp::Augment { target: Target::Name(_), value, .. } => self.read(value),
            StmtOp::Expr(_) if !self.changes_needed(stmt) => {}
            // Whether the call is reached, and with what, depends on all that it reads.
            _ if may_leave(stmt) || self.changes_needed(stmt) => {
                self.needs
                    .extend(Summary::of_loop(self.machine.table, std::slice::from_ref(stmt)).reads);
            }
            _ => {}
        }
    }

    fn changes_needed(&self, stmt: &Stmt) -> bool {
        let changed = Summary::of_loop(self.machine.table, std::slice::from_ref(stmt)).changed;
        changed.iter().any(|place| self.needs.contains(place))
    }
}

/// Whether a statement may end the round.
fn may_leave(stmt: &Stmt) -> bool {
    let mut found = matches!(
        stmt.op,
        StmtOp::Return(_)
            | StmtOp::Break
            | StmtOp::Continue
            | StmtOp::Raise(_)
            | StmtOp::Assert { .. }
    );
    parts_of(stmt, &mut |part| {
        if let Part::Block(block) = part {
            found |= block.iter().any(may_leave);
        }
    });
    found
}
