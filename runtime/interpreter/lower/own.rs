//! Which variables that `:=` binds in a comprehension each item has for itself.
//!
//! In Python such a variable is one of the surroundings, and every item sees what the one before it left
//! there. An item that assigns it before it reads it cannot tell: then items may run at the same time,
//! each with a variable of its own, and the last one's value stays.

use std::collections::HashSet;

use rlm_lang_syntax::ast::{BoolOp, Clause, Expr, ExprKind};
use rlm_lang_syntax::scope;
use rlm_lang_syntax::visit::expression_children;

/// The names that `:=` binds in a comprehension.
pub(super) fn assigned<'a>(
    element: &'a Expr,
    value: Option<&'a Expr>,
    clauses: &'a [Clause],
) -> Vec<&'a str> {
    let conditions = clauses.iter().map(|clause| match clause {
        Clause::If(condition) => condition,
        Clause::For { iterable, .. } => iterable,
    });
    let mut names: Vec<&str> =
        conditions.chain([element]).chain(value).flat_map(scope::walrus_names).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether an item assigns each of these names, whatever comes of it, before it reads it.
pub(super) fn are_own(
    names: &[&str],
    element: &Expr,
    value: Option<&Expr>,
    clauses: &[Clause],
) -> bool {
    let mut order = Order { names, assigned: HashSet::new(), holds: true };
    for (index, clause) in clauses.iter().enumerate() {
        match clause {
            // The first is evaluated once, before all items.
            Clause::For { iterable, .. } if index == 0 => {
                order.holds &= scope::walrus_names(iterable).is_empty();
            }
            // An inner loop may come round again, or not at all.
            Clause::For { .. } => order.holds = false,
            Clause::If(condition) => order.expr(condition, true, true),
        }
    }
    order.expr(element, true, false);
    value.into_iter().for_each(|value| order.expr(value, true, false));
    order.holds && names.iter().all(|name| order.assigned.contains(name))
}

struct Order<'n> {
    names: &'n [&'n str],
    /// Those that were assigned for certain.
    assigned: HashSet<&'n str>,
    holds: bool,
}

impl Order<'_> {
    /// Follows an expression as it is evaluated: `sure` if it is in every item that gets this far, and
    /// `passes` if what comes after it is only reached when it is true.
    fn expr(&mut self, expr: &Expr, sure: bool, passes: bool) {
        match &expr.kind {
            ExprKind::Name(name) => {
                let mine = self.names.contains(&name.as_str());
                self.holds &= !mine || self.assigned.contains(name.as_str());
            }
            ExprKind::Walrus { name, value } => {
                self.expr(value, sure, false);
                if sure {
                    self.assigned.extend(self.names.iter().find(|one| **one == name.text));
                }
            }
            ExprKind::Logical { op, left, right } => {
                let passes = passes && *op == BoolOp::And;
                self.expr(left, sure, passes);
                self.expr(right, sure && passes, passes);
            }
            ExprKind::Compare { first, rest } => {
                self.expr(first, sure, false);
                for (index, (_, operand)) in rest.iter().enumerate() {
                    self.expr(operand, sure && (passes || index == 0), false);
                }
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                self.expr(condition, sure, false);
                self.expr(then, false, false);
                self.expr(otherwise, false, false);
            }
            // They run later, more than once or not at all, and may have variables of this name.
            ExprKind::Lambda { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::DictComprehension { .. } => self.holds &= !self.mentions(expr),
            _ => expression_children(expr, &mut |child| self.expr(child, sure, false)),
        }
    }

    fn mentions(&self, expr: &Expr) -> bool {
        let here = match &expr.kind {
            ExprKind::Name(name) => self.names.contains(&name.as_str()),
            ExprKind::Walrus { name, .. } => self.names.contains(&name.text.as_str()),
            _ => false,
        };
        let mut found = here;
        expression_children(expr, &mut |child| found = found || self.mentions(child));
        found
    }
}
