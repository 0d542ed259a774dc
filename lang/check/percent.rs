//! `"%s" % x`: texts have no such formatting; the remedy is the f-string.

use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::printer;

/// The longest f-string that the remedy shows, in bytes.
const LONGEST: usize = 80;

/// Reports a text literal on the left of `%`.
pub(super) fn check(expr: &Expr) -> Option<Diagnostic> {
    let ExprKind::Binary { op: BinaryOp::Mod, left, right } = &expr.kind else { return None };
    let ExprKind::Text(format) = &left.kind else { return None };
    let values: Vec<&Expr> = match &right.kind {
        ExprKind::Tuple(items) => items.iter().collect(),
        _ => vec![right],
    };
    let written = f_string(&format.value, &values).filter(|text| text.len() <= LONGEST);
    let help = format!("write {}", written.as_deref().unwrap_or("an f-string: f\"{x} {y:.2f}\""));
    let message = "`%` on a text is not part of the language";
    Some(Diagnostic::error(Code::Foreign, expr.span, message).with_help(help))
}

/// `%s of %.1f` with its values as `f"{a} of {b:.1f}"`; `None` if they do not fit together.
fn f_string(format: &str, values: &[&Expr]) -> Option<String> {
    let mut out = String::from("f\"");
    let mut values = values.iter();
    let mut parts = format.split('%');
    out.push_str(&escaped(parts.next()?)?);
    while let Some(part) = parts.next() {
        if part.is_empty() {
            out.push('%');
            out.push_str(&escaped(parts.next()?)?);
            continue;
        }
        let letter = part.find(|c: char| c.is_ascii_alphabetic())?;
        let (spec, rest) = part.split_at_checked(letter)?;
        let value = printer::expression(values.next()?);
        if value.contains(['"', '{', '\n']) {
            return None;
        }
        out.push_str(&match (spec, rest.chars().next()?) {
            ("", 's' | 'd' | 'i') => format!("{{{value}}}"),
            ("", 'r') => format!("{{{value}!r}}"),
            (spec, letter @ ('d' | 'f' | 'e' | 'g' | 'x')) => format!("{{{value}:{spec}{letter}}}"),
            _ => return None,
        });
        out.push_str(&escaped(rest.get(1..)?)?);
    }
    values.next().is_none().then(|| out + "\"")
}

/// Literal text of an f-string; `None` where it would need escapes.
fn escaped(text: &str) -> Option<String> {
    let plain = !text.contains(['"', '\\', '{', '}']) && !text.chars().any(char::is_control);
    plain.then(|| text.to_string())
}
