//! Which comprehensions may call models: their items run as fibers.

use rlm_lang_std::builtin::{Builtin, Table};
use rlm_lang_syntax::ast::{self, Expr as AstExpr, ExprKind, StmtKind};
use rlm_lang_syntax::signature::{Catalog, Effect};
use rlm_lang_syntax::visit::{Child, expression_children, statement_children};

use super::code::*;

/// Whether a function or lambda of the program names a builtin that calls models.
pub(super) fn functions_call_models(body: &[ast::Stmt]) -> bool {
    let mut found = false;
    for stmt in body {
        let inside = matches!(stmt.kind, StmtKind::Def { .. });
        statement_children(stmt, &mut |child| found |= child_calls(child, inside));
    }
    found
}

fn child_calls(child: Child<'_>, inside: bool) -> bool {
    match child {
        Child::Block(block) => {
            let mut found = false;
            for stmt in &block.body {
                let inside = inside || matches!(stmt.kind, StmtKind::Def { .. });
                statement_children(stmt, &mut |child| found |= child_calls(child, inside));
            }
            found
        }
        Child::Expr(expr) => expr_calls(expr, inside),
    }
}

fn expr_calls(expr: &AstExpr, inside: bool) -> bool {
    let inside = inside || matches!(expr.kind, ExprKind::Lambda { .. });
    let named = match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Attribute { name, .. } => Some(&name.text),
        _ => None,
    };
    let calls = |name: &String| {
        Table::get().function(name).is_some_and(|b| b.signature.effect == Effect::Calls)
    };
    let mut found = inside && named.is_some_and(calls);
    expression_children(expr, &mut |child| found = found || expr_calls(child, inside));
    found
}

/// Decides whether a comprehension's items run as fibers, and how many calls each makes.
pub(super) fn mark(code: &mut Comprehension, functions_call: bool) {
    let look = Look { functions_call };
    let mut clauses = code.clauses.iter();
    // The first iterable is evaluated once, before any item.
    clauses.next();
    let mut concurrent =
        look.expr(&code.element) || code.value.as_ref().is_some_and(|v| look.expr(v));
    let mut plain = true;
    for clause in clauses {
        plain = false;
        concurrent |= match clause {
            Clause::For { iterable, .. } => look.expr(iterable),
            Clause::If(condition) => look.expr(condition),
        };
    }
    code.concurrent = concurrent;
    if plain {
        let values = code.value.as_ref().map_or(0, certain_calls);
        code.calls = certain_calls(&code.element) + values;
    }
}

struct Look {
    functions_call: bool,
}

impl Look {
    /// Whether evaluating may call a model.
    fn expr(&self, expr: &Expr) -> bool {
        match &expr.op {
            Op::CallBuiltin(call) => calls_models(call.builtin) || self.args(&call.args),
            Op::CallMethod(call) => {
                let builtin = Table::get().function(&call.name);
                builtin.is_some_and(calls_models)
                    || self.functions_call && Table::get().methods(&call.name).is_empty()
                    || self.expr(&call.object)
                    || self.args(&call.args)
            }
            Op::Call(call) => {
                self.functions_call
                    || call.builtin.is_some_and(calls_models)
                    || self.expr(&call.function)
                    || self.args(&call.args)
            }
            _ => {
                let mut found = false;
                children(expr, &mut |child| found = found || self.expr(child));
                found
            }
        }
    }

    fn args(&self, args: &Args) -> bool {
        // A function given to a builtin (`map(f, xs)`, `key=f`) may be called by it.
        let given =
            |e: &Expr| self.expr(e) || self.functions_call && matches!(e.op, Op::Function(_));
        args.positional.iter().any(|item| given(&item.value))
            || args.keywords.iter().any(|(_, value)| given(value))
            || args.spreads.iter().any(given)
    }
}

fn calls_models(builtin: &Builtin) -> bool {
    builtin.signature.effect == Effect::Calls
}

/// Model calls that evaluating makes whatever the values are. Calls in parts that may be skipped, and
/// those whose number depends on values, do not count.
fn certain_calls(expr: &Expr) -> u64 {
    match &expr.op {
        Op::CallBuiltin(call) => {
            let own = u64::from(call.builtin.signature.name == "ask");
            let args = &call.args;
            let positional: u64 = args.positional.iter().map(|i| certain_calls(&i.value)).sum();
            let keywords: u64 = args.keywords.iter().map(|(_, v)| certain_calls(v)).sum();
            own + positional + keywords
        }
        Op::CallMethod(call) => {
            let args: u64 = call.args.positional.iter().map(|i| certain_calls(&i.value)).sum();
            certain_calls(&call.object) + args
        }
        Op::And(left, _) | Op::Or(left, _) => certain_calls(left),
        Op::Conditional(parts) => certain_calls(&parts.0),
        Op::Comprehension(_) | Op::Function(_) => 0,
        _ => {
            let mut sum = 0;
            children(expr, &mut |child| sum += certain_calls(child));
            sum
        }
    }
}

/// The expressions directly inside one that is no call.
fn children<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    match &expr.op {
        // Making a function calls nothing yet.
        Op::Const(_) | Op::Variable(..) | Op::Input(_) | Op::Function(_) => {}
        Op::Format(pieces) => piece_children(pieces, f),
        Op::List(items) | Op::Tuple(items) | Op::Set(items) => {
            items.iter().for_each(|item| f(&item.value));
        }
        Op::Dict(entries) => {
            for entry in entries {
                match entry {
                    DictEntry::Pair(key, value) => {
                        f(key);
                        f(value);
                    }
                    DictEntry::Spread(dict) => f(dict),
                }
            }
        }
        Op::Comprehension(inner) => {
            f(&inner.element);
            inner.value.iter().for_each(&mut *f);
            for clause in &inner.clauses {
                match clause {
                    Clause::For { iterable, .. } => f(iterable),
                    Clause::If(condition) => f(condition),
                }
            }
        }
        Op::Attribute { object, .. } => f(object),
        Op::Index { object, index } => {
            f(object);
            f(index);
        }
        Op::Slice(slice) => {
            f(&slice.object);
            [&slice.start, &slice.stop, &slice.step].into_iter().flatten().for_each(f);
        }
        Op::Unary { operand, .. } => f(operand),
        Op::Binary { left, right, .. }
        | Op::Compare { left, right, .. }
        | Op::And(left, right)
        | Op::Or(left, right) => {
            f(left);
            f(right);
        }
        Op::CompareChain { first, rest } => {
            f(first);
            rest.iter().for_each(|(_, e)| f(e));
        }
        Op::Conditional(parts) => {
            f(&parts.0);
            f(&parts.1);
            f(&parts.2);
        }
        // Calls are looked at by their callers.
        Op::Call(_) | Op::CallBuiltin(_) | Op::CallMethod(_) => {}
    }
}

fn piece_children<'e>(pieces: &'e [Piece], f: &mut dyn FnMut(&'e Expr)) {
    for piece in pieces {
        if let Piece::Field { value, spec, .. } = piece {
            f(value);
            if let Some(spec) = spec {
                piece_children(spec, f);
            }
        }
    }
}
