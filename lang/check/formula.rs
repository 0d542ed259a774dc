//! Bounds as formulas: `2 + len(chunk(context, 200000))`.

use serde::{Serialize, Serializer};

use crate::ast::{Arg, Expr, ExprKind};
use crate::printer;

/// The longest iterable that a formula shows, in characters.
const LONGEST: usize = 50;

/// How many items `classify` packs into one call.
const PACKED: u64 = 20;

/// How often something runs inside something else.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Factor {
    /// A known number of times.
    Times(u64),
    /// As often as a term says.
    Term(String),
    /// Until something happens.
    Unbounded,
    /// Perhaps never, perhaps often.
    Unknown,
}

impl Factor {
    /// The number of calls if so many items share one.
    pub(super) fn packed(self) -> Factor {
        match self {
            Factor::Times(n) => Factor::Times(n.div_ceil(PACKED)),
            Factor::Term(term) => Factor::Term(format!("{term} / {PACKED}")),
            other => other,
        }
    }
}

/// How many items an iterable has, as far as its form tells.
pub(super) fn factor(iterable: &Expr, may_call: &dyn Fn(&Expr) -> bool) -> Factor {
    match &iterable.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items)
            if !items.iter().any(|item| matches!(item.kind, ExprKind::Starred(_))) =>
        {
            Factor::Times(items.len() as u64)
        }
        ExprKind::Dict(items) => Factor::Times(items.len() as u64),
        ExprKind::Call { function, args } => {
            let name = match &function.kind {
                ExprKind::Name(name) => name.as_str(),
                _ => "",
            };
            match (name, args.as_slice()) {
                (
                    "enumerate" | "sorted" | "reversed" | "list" | "tuple" | "zip",
                    [Arg::Positional(items), ..],
                ) => factor(items, may_call),
                ("range", [Arg::Positional(count)]) => match &count.kind {
                    ExprKind::Int(digits) => term(digits.parse().map_err(|_| digits.clone())),
                    _ => shown(count, may_call, ""),
                },
                _ => shown(iterable, may_call, "len"),
            }
        }
        _ => shown(iterable, may_call, "len"),
    }
}

fn term(count: Result<u64, String>) -> Factor {
    match count {
        Ok(count) => Factor::Times(count),
        Err(text) => Factor::Term(text),
    }
}

/// A function of an expression's text, or of `...` if that is long or calls models itself.
fn shown(expr: &Expr, may_call: &dyn Fn(&Expr) -> bool, function: &str) -> Factor {
    let text = printer::expression(expr);
    let fits = text.chars().count() <= LONGEST && !text.contains('\n') && !may_call(expr);
    let text = if fits { text } else { "...".to_string() };
    let simple = function.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    Factor::Term(if simple { text } else { format!("{function}({text})") })
}

/// A bound on a number of calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bound {
    /// Sums of products: factors that are terms, and how often they occur.
    terms: Vec<(Vec<String>, u64)>,
    /// Something runs until a condition holds.
    unbounded: bool,
    /// Something runs an unknown number of times.
    unknown: bool,
}

impl Bound {
    /// Adds one call inside these factors.
    pub(super) fn add(&mut self, factors: Vec<Factor>) {
        let (mut names, mut count) = (Vec::new(), 1u64);
        for factor in factors {
            match factor {
                Factor::Times(n) => count = count.saturating_mul(n),
                Factor::Term(term) => names.push(term),
                Factor::Unbounded => self.unbounded = true,
                Factor::Unknown => self.unknown = true,
            }
        }
        match self.terms.iter_mut().find(|(known, _)| *known == names) {
            Some((_, known)) => *known = known.saturating_add(count),
            None => self.terms.push((names, count)),
        }
    }

    /// A function that calls itself: if it makes calls at all, nothing bounds them.
    pub(super) fn repeats(&mut self) {
        self.unknown = true;
    }

    /// True if nothing is ever called.
    pub fn is_zero(&self) -> bool {
        self.terms.iter().all(|(_, count)| *count == 0)
    }

    /// `2 + len(docs) * 3`, the constant first; what no formula can tell is left out.
    pub fn formula(&self) -> String {
        let mut terms: Vec<&(Vec<String>, u64)> =
            self.terms.iter().filter(|(_, count)| *count > 0).collect();
        terms.sort_by_key(|(names, _)| !names.is_empty());
        let text = |(names, count): &(Vec<String>, u64)| match (names.as_slice(), count) {
            ([], count) => count.to_string(),
            (names, 1) => names.join(" * "),
            (names, count) => format!("{count} * {}", names.join(" * ")),
        };
        let all: Vec<String> = terms.into_iter().map(text).collect();
        if all.is_empty() { "0".to_string() } else { all.join(" + ") }
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_zero() {
            return f.write_str("none");
        }
        if self.unbounded {
            return write!(f, "unbounded, {} in each round of a while loop", self.formula());
        }
        let word = if self.unknown { "unknown, at least" } else { "at most" };
        write!(f, "{word} {}", self.formula())
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
