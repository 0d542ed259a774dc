//! `pprint`, and `ast.literal_eval`.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::{DictItem, Expr, ExprKind, StmtKind, UnaryOp};
use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{Dict, Map, Members, Set, Value, compare, hashable, repr};

/// Values nested deeper than this stay on one line, or cannot be read.
const MAX_DEPTH: usize = 60;

/// Prints a value over several lines where it does not fit into one.
///
/// Keys of dicts are sorted, as in Python.
///
/// ```rlm
/// pprint({"b": 1, "a": [1, 2]})  # -> {'a': [1, 2], 'b': 1}
/// ```
#[builtin(group = "output", effect = Prints, aliases("pprint.pp"))]
pub fn pprint(
    host: &mut dyn Host,
    /// The value.
    object: Value,
    /// Ignored.
    stream: Option<Value>,
    /// Spaces for each level.
    #[default(1)]
    indent: i64,
    /// The widest line, in characters.
    #[default(80)]
    width: i64,
    /// Whether keys are sorted.
    #[keyword]
    #[default(true)]
    sort_dicts: bool,
) -> Result<(), Fault> {
    let _ = stream;
    let text = layout(host, &object, indent, width, sort_dicts)?;
    host.print(&format!("{text}\n"))
}

/// A value as `pprint` prints it, as a text.
///
/// ```rlm
/// pprint.pformat([1, 2])  # -> '[1, 2]'
/// ```
#[builtin(group = "output", name = "pprint.pformat")]
pub fn pformat(
    host: &mut dyn Host,
    /// The value.
    object: Value,
    /// Spaces for each level.
    #[default(1)]
    indent: i64,
    /// The widest line, in characters.
    #[default(80)]
    width: i64,
    /// Whether keys are sorted.
    #[keyword]
    #[default(true)]
    sort_dicts: bool,
) -> Result<String, Fault> {
    layout(host, &object, indent, width, sort_dicts)
}

fn layout(
    host: &mut dyn Host,
    value: &Value,
    indent: i64,
    width: i64,
    sorts: bool,
) -> Result<String, Fault> {
    let mut printer = Printer {
        host,
        step: usize::try_from(indent).unwrap_or(0).clamp(1, 20),
        width: usize::try_from(width).unwrap_or(0).clamp(1, 100_000),
        sorts,
        out: String::new(),
    };
    printer.value(value, 0, 0, 0)?;
    Ok(printer.out)
}

struct Printer<'a> {
    host: &'a mut dyn Host,
    step: usize,
    width: usize,
    sorts: bool,
    out: String,
}

impl Printer<'_> {
    /// Writes a value that begins at column `indent`, with `allowance` characters behind it.
    fn value(
        &mut self,
        value: &Value,
        indent: usize,
        allowance: usize,
        depth: usize,
    ) -> Result<(), Fault> {
        let flat = self.flat(value, depth)?;
        self.host.spend(1 + flat.len() as u64 / 64)?;
        self.host.reserve(self.out.len().saturating_add(flat.len()))?;
        let room = self.width.saturating_sub(indent + allowance);
        if flat.chars().count() <= room || depth >= MAX_DEPTH {
            self.out.push_str(&flat);
            return Ok(());
        }
        match value {
            Value::Dict(dict) => {
                let entries = self.entries(dict)?;
                let pad = self.open("{");
                let inner = indent + self.step;
                for (index, (key, item)) in entries.iter().enumerate() {
                    let key = self.flat(key, depth + 1)?;
                    let last = index + 1 == entries.len();
                    self.out.push_str(&key);
                    self.out.push_str(": ");
                    let column = inner + key.chars().count() + 2;
                    let after = if last { allowance + 1 } else { 1 };
                    self.value(item, column, after, depth + 1)?;
                    self.comma(last, inner);
                }
                self.close(pad, "}");
                Ok(())
            }
            Value::List(_) | Value::Tuple(_) => {
                let items = value.items()?.to_vec();
                let is_tuple = matches!(value, Value::Tuple(_));
                let single = is_tuple && items.len() == 1;
                self.sequence(
                    &items,
                    if is_tuple { "()" } else { "[]" },
                    single,
                    indent,
                    allowance,
                    depth,
                )
            }
            Value::Set(set) if !set.is_empty() && !set.is_frozen() => {
                let items = set.to_vec();
                self.sequence(&items, "{}", false, indent, allowance, depth)
            }
            _ => {
                self.out.push_str(&flat);
                Ok(())
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn sequence(
        &mut self,
        items: &[Value],
        brackets: &str,
        single: bool,
        indent: usize,
        allowance: usize,
        depth: usize,
    ) -> Result<(), Fault> {
        let (open, close) = brackets.split_at(1);
        let pad = self.open(open);
        let inner = indent + self.step;
        for (index, item) in items.iter().enumerate() {
            let last = index + 1 == items.len();
            let after = if last { allowance + 1 } else { 1 };
            self.value(item, inner, after, depth + 1)?;
            self.comma(last, inner);
        }
        if single {
            self.out.push(',');
        }
        self.close(pad, close);
        Ok(())
    }

    fn open(&mut self, bracket: &str) -> usize {
        self.out.push_str(bracket);
        self.out.push_str(&" ".repeat(self.step - 1));
        self.out.len()
    }

    fn comma(&mut self, last: bool, indent: usize) {
        if !last {
            self.out.push_str(",\n");
            self.out.push_str(&" ".repeat(indent));
        }
    }

    fn close(&mut self, _opened: usize, bracket: &str) {
        self.out.push_str(bracket);
    }

    fn entries(&mut self, dict: &Dict) -> Result<Vec<(Value, Value)>, Fault> {
        let mut entries: Vec<_> = dict.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        if self.sorts {
            // Keys without an order stay where they are.
            entries.sort_by(|(a, _), (b, _)| {
                compare(a, b).ok().flatten().unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        Ok(entries)
    }

    /// The value on one line, keys sorted.
    fn flat(&mut self, value: &Value, depth: usize) -> Result<String, Fault> {
        match value {
            Value::Dict(dict)
                if depth < MAX_DEPTH && matches!(dict.kind(), crate::value::DictKind::Plain) =>
            {
                let mut parts = Vec::new();
                for (key, item) in self.entries(dict)? {
                    parts.push(format!("{}: {}", repr(&key), self.flat(&item, depth + 1)?));
                }
                Ok(format!("{{{}}}", parts.join(", ")))
            }
            _ => Ok(repr(value)),
        }
    }
}

/// The value that a text writes out: numbers, texts, lists, tuples, dicts, sets, `True`, `None`.
///
/// ```rlm
/// ast.literal_eval("{'a': [1, 2.5]}")  # -> {'a': [1, 2.5]}
/// ```
#[builtin(group = "values", name = "ast.literal_eval")]
pub fn literal_eval(
    host: &mut dyn Host,
    /// The text.
    node_or_string: Text,
) -> Result<Value, Fault> {
    host.spend(1 + node_or_string.byte_len() as u64)?;
    host.reserve(node_or_string.byte_len().saturating_mul(20))?;
    let text = node_or_string.to_str();
    let parsed = rlm_lang_syntax::parse(text.trim_matches([' ', '\t', '\n', '\r']));
    let malformed = || {
        Fault::new(Code::BadValue, "literal_eval: the text is no literal value")
            .with_help("json(text) reads JSON and what is nearly JSON")
    };
    let [statement] = parsed.program.body.as_slice() else { return Err(malformed()) };
    match &statement.kind {
        StmtKind::Expr(expr) if parsed.errors.is_empty() && parsed.notes.is_empty() => {
            literal(expr, 0).ok_or_else(malformed)?
        }
        _ => Err(malformed().of_class("SyntaxError")),
    }
}

/// `None` for what is no literal.
fn literal(expr: &Expr, depth: usize) -> Option<Result<Value, Fault>> {
    if depth > 2 * MAX_DEPTH {
        return None;
    }
    let all = |items: &[Expr]| -> Option<Result<Vec<Value>, Fault>> {
        items.iter().map(|item| literal(item, depth + 1)).collect()
    };
    Some(match &expr.kind {
        ExprKind::None => Ok(Value::None),
        ExprKind::Bool(b) => Ok(Value::Bool(*b)),
        ExprKind::Int(digits) => match digits.parse::<num_bigint::BigInt>() {
            Ok(number) => Ok(Value::int(number)),
            Err(_) => return None,
        },
        ExprKind::Float(x) => Ok(Value::Float(*x)),
        ExprKind::Text(text) => Ok(Value::from(text.value.as_str())),
        ExprKind::Unary { op: UnaryOp::Minus, operand } => match literal(operand, depth + 1)? {
            Ok(Value::Int(n)) => Ok(Value::int(-num_bigint::BigInt::from(n))),
            Ok(Value::Big(n)) => Ok(Value::int(-(*n).clone())),
            Ok(Value::Float(x)) => Ok(Value::Float(-x)),
            _ => return None,
        },
        ExprKind::List(items) => all(items)?.map(Value::list),
        ExprKind::Tuple(items) => all(items)?.map(Value::tuple),
        ExprKind::Set(items) => all(items)?.and_then(|items| {
            let mut members = Members::default();
            for item in items {
                hashable(&item)?;
                members.insert(item);
            }
            Ok(Value::Set(Set::new(members)))
        }),
        ExprKind::Dict(items) => {
            let mut map = Map::default();
            for item in items {
                let DictItem::Pair(key, value) = item else { return None };
                let (key, value) = match (literal(key, depth + 1)?, literal(value, depth + 1)?) {
                    (Ok(key), Ok(value)) => (key, value),
                    (Err(fault), _) | (_, Err(fault)) => return Some(Err(fault)),
                };
                if let Err(fault) = hashable(&key) {
                    return Some(Err(fault));
                }
                map.insert(key, value);
            }
            Ok(Value::Dict(Dict::new(map)))
        }
        _ => return None,
    })
}
