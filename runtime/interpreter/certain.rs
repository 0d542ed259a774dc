//! Model calls that code makes whatever the values are, so that a loop which cannot end within the
//! limits is refused before its first call is paid for.
//!
//! Counted are calls that nothing can skip. Parts under a condition, behind an early end, inside `try`,
//! and those whose number depends on values do not count: a program is never refused by mistake.

use super::code::*;
use super::parts::{Part, children, parts_of};

/// Certain calls: those in sight, and functions that are certainly called.
#[derive(Debug, Default)]
pub(crate) struct Certain {
    /// Calls in sight.
    pub calls: u64,
    /// Variables whose functions are called, once for each mention.
    pub functions: Vec<Place>,
}

impl Certain {
    /// Of a function.
    pub(super) fn of_body(body: &Body) -> Certain {
        let mut certain = Certain::default();
        match body {
            Body::Expr(expr) => certain.expr(expr),
            Body::Block(block) => certain.block(block),
        }
        // A function's own variables may hold anything.
        certain.functions.retain(|place| matches!(place, Place::Global(_) | Place::Captured(_)));
        certain
    }

    /// Of the element of a comprehension, for each time that it is evaluated. The clauses are counted by
    /// [`super::Machine::count_items`].
    pub(super) fn of_item(code: &Comprehension) -> Certain {
        let mut certain = Certain::default();
        if code.clauses.iter().all(|clause| matches!(clause, Clause::For { .. })) {
            certain.expr(&code.element);
            code.value.iter().for_each(|value| certain.expr(value));
        }
        let mut bound = std::collections::HashSet::new();
        code.clauses.iter().for_each(|clause| super::summary::bind_clause(clause, &mut bound));
        certain.functions.retain(|place| !bound.contains(place));
        certain
    }

    /// Of one round of a loop; nothing where the loop may end early.
    pub(super) fn of_loop(body: &[Stmt]) -> Certain {
        let mut certain = Certain::default();
        if !body.iter().any(may_end) {
            certain.block(body);
        }
        certain
    }

    fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            match &stmt.op {
                StmtOp::Expr(value)
                | StmtOp::Assign { value, .. }
                | StmtOp::Augment { value, .. }
                | StmtOp::Return(Some(value)) => self.expr(value),
                StmtOp::If { branches, .. } => {
                    if let Some((condition, _)) = branches.first() {
                        self.expr(condition);
                    }
                }
                StmtOp::For(parts) => self.expr(&parts.iterable),
                StmtOp::While { condition, .. } => self.expr(condition),
                _ => {}
            }
            if may_end(stmt) || may_skip(stmt) {
                return;
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.op {
            Op::CallBuiltin(call) => {
                self.calls += u64::from(call.builtin.signature.name == "ask");
                call.args.values().for_each(|value| self.expr(value));
            }
            Op::Call(call) => {
                if let (Op::Variable(place, _), None) = (&call.function.op, call.builtin) {
                    self.functions.push(*place);
                }
                call.args.values().for_each(|value| self.expr(value));
            }
            Op::And(left, _) | Op::Or(left, _) => self.expr(left),
            Op::Conditional(parts) => self.expr(&parts.0),
            Op::CompareChain { first, .. } => self.expr(first),
            Op::Comprehension(inner) => {
                if let Some(Clause::For { iterable, .. }) = inner.clauses.first() {
                    self.expr(iterable);
                }
            }
            _ => children(expr, &mut |child| self.expr(child)),
        }
    }
}

/// Whether a statement may end the loop or function around it, other than by an error.
fn may_end(stmt: &Stmt) -> bool {
    let mut found = matches!(
        stmt.op,
        StmtOp::Return(_) | StmtOp::Break | StmtOp::Raise(_) | StmtOp::Assert { .. }
    );
    parts_of(stmt, &mut |part| {
        found |= match part {
            Part::Block(block) => block.iter().any(may_end),
            Part::Expr(expr) => answers(expr),
        };
    });
    found
}

fn answers(expr: &Expr) -> bool {
    use rlm_lang_syntax::signature::Effect;
    let mut found = matches!(&expr.op, Op::CallBuiltin(call) if call.builtin.signature.effect == Effect::Answers);
    children(expr, &mut |child| found |= answers(child));
    found
}

/// Whether a statement may skip the rest of a loop's round.
fn may_skip(stmt: &Stmt) -> bool {
    let mut found = matches!(stmt.op, StmtOp::Continue);
    parts_of(stmt, &mut |part| {
        if let Part::Block(block) = part {
            found |= block.iter().any(may_skip);
        }
    });
    found
}
