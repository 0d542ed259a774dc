//! Checks before a run: unknown names, methods and arguments, wrong counts, regexes that do not
//! compile. No model call is spent on a program that one of these would have stopped.
//!
//! The checks do not follow the flow of a program: a name that is bound anywhere in its scope counts
//! as known. What they report is an error for certain; what they cannot tell is left to the run.

mod arguments;
mod calls;
mod effects;
mod facts;
mod formula;
mod methods;
mod names;

pub use effects::{Effects, Summary, effects, summary};
pub use formula::Bound;

use std::collections::HashSet;

use crate::Parsed;
use crate::ast::{Expr, ExprKind, Name, Stmt, StmtKind};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::signature::Catalog;
use crate::span::Span;
use crate::visit::{Node, walk};

/// What the checks need besides the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Variables and import aliases of earlier programs of the session.
    pub known: &'a [String],
}

/// Where a check stops looking for more: suggestions cost time, and few are shown.
pub(crate) const ENOUGH: usize = 50;

/// The errors of a program: those of the parser if there are any, else what the checks find, in the
/// order of the source, each name once, 50 at most. An empty list means that the program may run.
pub fn check(parsed: &Parsed, catalog: &dyn Catalog, options: &Options<'_>) -> Vec<Diagnostic> {
    if !parsed.errors.is_empty() {
        return parsed.errors.clone();
    }
    let body = &parsed.program.body;
    let facts = facts::Facts::gather(body, options.known);
    let mut found = names::check(body, &facts, catalog);
    found.extend(calls::check(body, &facts, catalog));
    found.sort_by_key(|error| (error.span, error.code));
    let mut seen = HashSet::new();
    found.retain(|error| seen.insert((error.code, error.message.clone())));
    found.truncate(ENOUGH);
    found
}

/// What the writer should know of a program that may run: functions that replace a builtin, and
/// methods called by the name that they have in other languages. Each once.
pub fn notes(parsed: &Parsed, catalog: &dyn Catalog) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    walk(&parsed.program.body, &mut |node| {
        let note = match node {
            Node::Stmt(Stmt { kind: StmtKind::Def { name, .. }, .. }) => replaced(name, catalog),
            Node::Expr(Expr { kind: ExprKind::Call { function, .. }, .. }) => {
                renamed(function, catalog)
            }
            _ => None,
        };
        if let Some((span, message)) = note
            && found.iter().all(|note| note.message != message)
        {
            found.push(Diagnostic::note(Code::Habit, span, message));
        }
    });
    found
}

fn replaced(name: &Name, catalog: &dyn Catalog) -> Option<(Span, String)> {
    catalog.function(&name.text)?;
    Some((name.span, format!("your function `{}` replaces the builtin", name.text)))
}

/// `xs.push(x)`: known only under another name.
fn renamed(function: &Expr, catalog: &dyn Catalog) -> Option<(Span, String)> {
    let ExprKind::Attribute { name, .. } = &function.kind else { return None };
    let methods = catalog.methods(&name.text);
    let first = methods.iter().find(|one| one.is_method())?;
    let known = methods.iter().any(|one| one.name == name.text);
    let message = format!("`.{}()` is `.{}()` here", name.text, first.name);
    (!known).then_some((name.span, message))
}
