//! The canonical form of a program: braces, four spaces, one statement a line, double quotes.
//!
//! Printing goes by the tree, so habits of other languages come out canonical; the source is
//! consulted only for what the tree does not keep: comments, blank lines, how a literal was written,
//! and whether a small block stood on one line. What is printed parses to the same tree, and prints
//! as itself again.

mod comments;
mod expr;
mod imports;
mod stmt;
mod text;

use crate::ast::Expr;
use crate::diagnostic::Diagnostic;
use crate::parse;

/// The widest line, in characters, that is not broken at its brackets.
pub(crate) const WIDEST: usize = 100;

/// One step of indentation.
pub(crate) const STEP: usize = 4;

/// The canonical form of a program, with a line end at its end.
///
/// # Errors
/// What is wrong with the program, if it does not parse.
pub fn format(source: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(source);
    if parsed.errors.is_empty() {
        Ok(stmt::Printer::new(source, &parsed.comments).program(&parsed.program))
    } else {
        Err(parsed.errors)
    }
}

/// An expression in canonical form on one line, without its source: literals print by their value.
pub fn expression(expr: &Expr) -> String {
    let mut printer = expr::ExprPrinter::new("", &[]);
    printer.flat = true;
    printer.expr(expr, expr::ANY);
    printer.out
}
