//! The parts of lowered code, for everything that looks through it without running it.

use super::code::*;

/// A direct part of a statement.
pub(super) enum Part<'c> {
    Expr(&'c Expr),
    Block(&'c [Stmt]),
}

impl Args {
    /// All values in the order in which they are evaluated.
    pub(super) fn values(&self) -> impl Iterator<Item = &Expr> {
        let positional = self.positional.iter().map(|item| &item.value);
        positional.chain(self.keywords.iter().map(|(_, value)| value)).chain(&self.spreads)
    }
}

impl SliceCode {
    /// The object and the bounds that are given.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Expr> {
        let bounds = [&self.start, &self.stop, &self.step].into_iter().flatten();
        std::iter::once(&self.object).chain(bounds)
    }
}

impl Target {
    /// The variables that an assignment to it sets.
    pub(super) fn names(&self, f: &mut dyn FnMut(Place)) {
        match self {
            Target::Name(place) => f(*place),
            Target::Tuple { items, .. } => items.iter().for_each(|item| item.names(f)),
            Target::Index { .. } | Target::Slice(_) | Target::Attribute { .. } => {}
        }
    }

    fn exprs<'c>(&'c self, f: &mut dyn FnMut(&'c Expr)) {
        match self {
            Target::Name(_) => {}
            Target::Tuple { items, .. } => items.iter().for_each(|item| item.exprs(f)),
            Target::Index { object, index, .. } => {
                f(object);
                f(index);
            }
            Target::Slice(slice) => slice.parts().for_each(f),
            Target::Attribute { object, .. } => f(object),
        }
    }
}

/// The direct parts of a statement, in the order in which they run.
pub(super) fn parts_of<'c>(stmt: &'c Stmt, f: &mut dyn FnMut(Part<'c>)) {
    match &stmt.op {
        StmtOp::Expr(value) | StmtOp::Return(Some(value)) | StmtOp::Raise(Some(value)) => {
            f(Part::Expr(value));
        }
        StmtOp::Assign { targets, value } => {
            f(Part::Expr(value));
            targets.iter().for_each(|target| target.exprs(&mut |e| f(Part::Expr(e))));
        }
        StmtOp::Augment { target, value, .. } => {
            target.exprs(&mut |e| f(Part::Expr(e)));
            f(Part::Expr(value));
        }
        StmtOp::If { branches, otherwise } => {
            for (condition, body) in branches {
                f(Part::Expr(condition));
                f(Part::Block(body));
            }
            f(Part::Block(otherwise));
        }
        StmtOp::For(parts) => {
            f(Part::Expr(&parts.iterable));
            parts.target.exprs(&mut |e| f(Part::Expr(e)));
            f(Part::Block(&parts.body));
            f(Part::Block(&parts.otherwise));
        }
        StmtOp::While { condition, body, otherwise } => {
            f(Part::Expr(condition));
            f(Part::Block(body));
            f(Part::Block(otherwise));
        }
        StmtOp::Try(parts) => {
            f(Part::Block(&parts.body));
            parts.handlers.iter().for_each(|handler| f(Part::Block(&handler.body)));
            f(Part::Block(&parts.otherwise));
            f(Part::Block(&parts.finally));
        }
        StmtOp::Assert { condition, message } => {
            f(Part::Expr(condition));
            message.iter().for_each(|message| f(Part::Expr(message)));
        }
        StmtOp::Delete(targets) => {
            targets.iter().for_each(|target| target.exprs(&mut |e| f(Part::Expr(e))));
        }
        StmtOp::Return(None) | StmtOp::Raise(None) => {}
        StmtOp::Break | StmtOp::Continue | StmtOp::Pass => {}
    }
}

/// The expressions directly inside one, in the order in which they are evaluated. The body of a function
/// is none of them: making it runs nothing.
pub(super) fn children<'c>(expr: &'c Expr, f: &mut dyn FnMut(&'c Expr)) {
    match &expr.op {
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
            for clause in &inner.clauses {
                match clause {
                    Clause::For { iterable, .. } => f(iterable),
                    Clause::If(condition) => f(condition),
                }
            }
            f(&inner.element);
            inner.value.iter().for_each(f);
        }
        Op::Call(call) => {
            f(&call.function);
            call.args.values().for_each(f);
        }
        Op::CallBuiltin(call) => call.args.values().for_each(f),
        Op::CallMethod(call) => {
            f(&call.object);
            call.args.values().for_each(f);
        }
        Op::Attribute { object, .. } | Op::Walrus(_, object) => f(object),
        Op::Index { object, index } => {
            f(object);
            f(index);
        }
        Op::Slice(slice) => slice.parts().for_each(f),
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
    }
}

fn piece_children<'c>(pieces: &'c [Piece], f: &mut dyn FnMut(&'c Expr)) {
    for piece in pieces {
        if let Piece::Field { value, spec, .. } = piece {
            f(value);
            if let Some(spec) = spec {
                piece_children(spec, f);
            }
        }
    }
}
