//! Calls: arguments of builtins and of the program's own functions, and constant regexes.

use crate::ast::{Arg, Expr, ExprKind, Stmt};
use crate::check::arguments::Shape;
use crate::check::facts::Facts;
use crate::check::methods;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::signature::{Catalog, Signature};
use crate::visit::{Node, walk};

/// Reports calls whose arguments cannot fit.
pub(super) fn check(body: &[Stmt], facts: &Facts<'_>, catalog: &dyn Catalog) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    walk(body, &mut |node| {
        if let Node::Expr(expr) = node
            && let ExprKind::Call { function, args } = &expr.kind
            && found.len() < super::ENOUGH
        {
            found.extend(check_call(expr, function, args, facts, catalog));
        }
    });
    found
}

fn check_call(
    call: &Expr,
    function: &Expr,
    args: &[Arg],
    facts: &Facts<'_>,
    catalog: &dyn Catalog,
) -> Option<Diagnostic> {
    if let Some(path) = path(function, facts, catalog) {
        return match catalog.function(&path) {
            Some(signature) => builtin(signature, call, args, catalog),
            None if path.contains('.') => methods::unknown_member(&path, function.span, catalog),
            None => None,
        };
    }
    match &function.kind {
        ExprKind::Name(name) => own_function(name, call, args, facts),
        ExprKind::Attribute { object, name } => {
            methods::check(object, name, call, args, facts, catalog)
        }
        _ => None,
    }
}

/// The name or dotted path of a function that no variable hides, import aliases resolved.
pub(super) fn path(function: &Expr, facts: &Facts<'_>, catalog: &dyn Catalog) -> Option<String> {
    let free = |name: &str| !facts.variables.contains(name) && !facts.functions.contains_key(name);
    match &function.kind {
        ExprKind::Name(name) if free(name) => match facts.aliases.get(name.as_str()) {
            // An unknown import is reported as a name.
            Some(path) => catalog.function(path).map(|_| (*path).to_string()),
            None => Some(name.clone()),
        },
        ExprKind::Attribute { object, name } => {
            module_path(object, facts, catalog).map(|path| format!("{path}.{}", name.text))
        }
        _ => None,
    }
}

/// The dotted path of a module: `re`, `datetime.datetime`.
fn module_path(expr: &Expr, facts: &Facts<'_>, catalog: &dyn Catalog) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) if !facts.variables.contains(name.as_str()) => {
            match facts.aliases.get(name.as_str()) {
                Some(path) => Some((*path).to_string()),
                None => catalog.module(name).then(|| name.clone()),
            }
        }
        // What a constant has is found as what a value has.
        ExprKind::Attribute { object, name } => module_path(object, facts, catalog)
            .map(|path| format!("{path}.{}", name.text))
            .filter(|path| !catalog.constant(path)),
        _ => None,
    }
}

/// A function that is defined once and never hidden.
fn own_function(name: &str, call: &Expr, args: &[Arg], facts: &Facts<'_>) -> Option<Diagnostic> {
    if facts.variables.contains(name) {
        return None;
    }
    let [params] = facts.functions.get(name)?.as_slice() else { return None };
    Shape::of_function(name, params).fit(args, call.span).err()
}

fn builtin(
    signature: &Signature,
    call: &Expr,
    args: &[Arg],
    catalog: &dyn Catalog,
) -> Option<Diagnostic> {
    if let Some(error) = wrong_order(signature, args, catalog) {
        return Some(error);
    }
    match Shape::of_builtin(signature, false).fit(args, call.span) {
        Err(error) => Some(error),
        Ok(slots) => regexes(signature, &slots, args, catalog),
    }
}

fn is_regex(name: &str) -> bool {
    matches!(name, "regex" | "pattern")
}

/// The literals among the arguments that are regexes.
pub(super) fn regexes(
    signature: &Signature,
    slots: &[Option<usize>],
    args: &[Arg],
    catalog: &dyn Catalog,
) -> Option<Diagnostic> {
    args.iter().zip(slots).find_map(|(arg, slot)| {
        let (Arg::Positional(value) | Arg::Keyword(_, value)) = arg else { return None };
        let param = signature.params.get((*slot)?)?;
        let ExprKind::Text(text) = &value.kind else { return None };
        if !is_regex(param.name) {
            return None;
        }
        let problem = catalog.check_regex(&text.value).err()?;
        // A catalog that names the regex says so itself.
        let message = match problem.starts_with("bad regex") {
            true => problem,
            false => format!("bad regex: {problem}"),
        };
        let error = Diagnostic::error(Code::BadRegex, value.span, message);
        Some(error.with_help("write a backslash before a sign that is meant literally"))
    })
}

/// `grep(context, "a")`: an input in the regex's place and a literal in the text's.
fn wrong_order(signature: &Signature, args: &[Arg], catalog: &dyn Catalog) -> Option<Diagnostic> {
    let [Arg::Positional(first), Arg::Positional(second), ..] = args else { return None };
    let regex_first = signature.params.first().is_some_and(|param| is_regex(param.name));
    let literal = matches!(second.kind, ExprKind::Text(_) | ExprKind::Format(_));
    if !regex_first || !literal || !is_input(first, catalog) {
        return None;
    }
    let message = format!("`{}` takes the regex first, then the text", signature.name);
    Some(
        Diagnostic::error(Code::WrongOrder, first.span.to(second.span), message)
            .with_help(format!("write {}(regex, text)", signature.name)),
    )
}

/// An input or a part of one.
fn is_input(expr: &Expr, catalog: &dyn Catalog) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => catalog.inputs().contains(&name.as_str()),
        ExprKind::Index { object, .. } | ExprKind::Slice { object, .. } => {
            is_input(object, catalog)
        }
        _ => false,
    }
}
