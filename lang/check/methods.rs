//! Calls behind a dot: methods that no type has, and members that a module does not have.

use crate::ast::{Arg, Expr, ExprKind, Name};
use crate::check::arguments::Shape;
use crate::check::calls;
use crate::check::facts::{Facts, literal_type};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::signature::{Catalog, Signature, Type};
use crate::span::Span;
use crate::suggest;

/// Checks `object.name(args)`.
pub(super) fn check(
    object: &Expr,
    name: &Name,
    call: &Expr,
    args: &[Arg],
    facts: &Facts<'_>,
    catalog: &dyn Catalog,
) -> Option<Diagnostic> {
    if may_be_field(object, &name.text, facts) || may_be_member(object, &name.text, facts, catalog)
    {
        return None;
    }
    let mut candidates = catalog.methods(&name.text);
    if let Some(ty) = literal_type(object) {
        candidates.retain(|one| belongs(one, ty));
    }
    if candidates.is_empty() {
        if is_refused(object) {
            return None;
        }
        return Some(unknown(object, name, call, facts, catalog));
    }
    let mut first_error = None;
    for signature in candidates {
        match Shape::of_builtin(signature, true).fit(args, call.span) {
            Ok(slots) => return calls::regexes(signature, &slots, args, catalog),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    first_error
}

/// `open(...).read()`: the name at the start is reported, and that is enough.
fn is_refused(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => crate::libraries::refuse_name(name, expr.span).is_some(),
        ExprKind::Call { function: inner, .. }
        | ExprKind::Attribute { object: inner, .. }
        | ExprKind::Index { object: inner, .. } => is_refused(inner),
        _ => false,
    }
}

/// `x.name(...)` where `name` may be a function in a dict.
fn may_be_field(object: &Expr, name: &str, facts: &Facts<'_>) -> bool {
    facts.fields.contains(name)
        || matches!(&object.kind, ExprKind::Name(object) if facts.dicts.contains(object.as_str()))
}

/// `dt.strptime(...)` where `dt` comes from an earlier program and may be a module.
fn may_be_member(object: &Expr, name: &str, facts: &Facts<'_>, catalog: &dyn Catalog) -> bool {
    let root = match &object.kind {
        ExprKind::Name(root) => root,
        ExprKind::Attribute { object, .. } => {
            return may_be_member(object, name, facts, catalog);
        }
        _ => return false,
    };
    let functions = catalog.signatures().iter().filter(|one| !one.is_method());
    let mut names =
        functions.flat_map(|one| [one.name].into_iter().chain(one.aliases.iter().copied()));
    facts.known.contains(root.as_str()) && names.any(|known| known.rsplit('.').next() == Some(name))
}

fn belongs(signature: &Signature, ty: Type) -> bool {
    !signature.is_method()
        || signature.owners.iter().any(|&owner| owner == ty || owner == Type::Any)
}

fn unknown(
    object: &Expr,
    name: &Name,
    call: &Expr,
    facts: &Facts<'_>,
    catalog: &dyn Catalog,
) -> Diagnostic {
    let ty = value_type(object, facts, catalog);
    let owner = ty.map_or("no value", Type::word);
    let has = if ty.is_some() { "has no" } else { "has a" };
    let message = format!("{owner} {has} method `{}`", name.text);
    let error = Diagnostic::error(Code::UnknownMethod, name.span, message);
    let callable = facts.functions.contains_key(name.text.as_str())
        || catalog.function(&name.text).is_some_and(|function| function.receiver.is_none());
    if callable {
        let arguments = match &call.kind {
            ExprKind::Call { args, .. } if args.is_empty() => "(x)",
            _ => "(x, ...)",
        };
        return error.with_help(format!("write {}{arguments}", name.text));
    }
    let near = nearest(&name.text, ty, catalog).or_else(|| nearest(&name.text, None, catalog));
    match near {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// The nearest method of a type, or of any.
fn nearest(name: &str, ty: Option<Type>, catalog: &dyn Catalog) -> Option<&'static str> {
    let fits = |one: &&Signature| match ty {
        Some(ty) if one.is_method() => belongs(one, ty),
        _ => one.is_method() || one.receiver.is_some(),
    };
    let signatures = catalog.signatures().iter().copied().filter(fits);
    let names = signatures.clone().map(|one| one.name);
    let aliases = signatures.flat_map(|one| one.aliases.iter().copied());
    suggest::nearest(name, names.chain(aliases).filter(|name| !name.contains('.')))
}

/// How many variables are followed to a value.
const MOST_STEPS: usize = 5;

/// The kind of a value, for messages: of a literal, of what a builtin returns, or of a variable that
/// is bound once to such.
fn value_type(expr: &Expr, facts: &Facts<'_>, catalog: &dyn Catalog) -> Option<Type> {
    let mut expr = expr;
    for _ in 0..MOST_STEPS {
        match &expr.kind {
            ExprKind::Name(name) => expr = facts.value(name)?,
            ExprKind::Call { function, .. } => {
                let path = calls::path(function, facts, catalog)?;
                return catalog
                    .function(&path)
                    .map(|one| one.returns)
                    .filter(|&ty| ty != Type::Any);
            }
            _ => return literal_type(expr),
        }
    }
    None
}

/// `re.fndall(...)`: a module's member that does not exist.
pub(super) fn unknown_member(path: &str, span: Span, catalog: &dyn Catalog) -> Option<Diagnostic> {
    let (module, member) = path.rsplit_once('.')?;
    let error = Diagnostic::error(Code::UnknownName, span, format!("nothing is called `{path}`"));
    if let Some(help) = crate::libraries::instead_of(path) {
        return Some(error.with_help(help));
    }
    let groups = crate::libraries::groups_of(module);
    let functions = catalog.signatures().iter().filter(|one| {
        let prefixed = one.name.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'));
        // One without a group may belong to any module.
        let fits = prefixed || groups.contains(&one.group) || one.group.is_empty();
        !one.is_method() && fits
    });
    let names =
        functions.flat_map(|one| std::iter::once(one.name).chain(one.aliases.iter().copied()));
    let names = names
        .map(|name| name.strip_prefix(module).and_then(|n| n.strip_prefix('.')).unwrap_or(name));
    Some(match suggest::nearest(member, names.filter(|name| !name.contains('.'))) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error,
    })
}
