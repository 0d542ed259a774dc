//! Functions that make functions (`functools`, `operator`), copies, and `getattr`.

pub mod memo;
pub mod operator;
pub mod records;

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::{Arity, Effect, ParamSpec, Signature, Type};

use crate::attributes;
use crate::builtin::Builtin;
use crate::convert::{expected, missing};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::VALUE_BYTES;
use crate::value::{Dict, Function, List, Map, Set, Tuple, Value};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &PARTIAL,
    &memo::LRU_CACHE,
    &memo::WRAPS,
    &CMP_TO_KEY,
    &ATTRGETTER,
    &METHODCALLER,
    &GETATTR,
    &COPY,
    &DEEPCOPY,
    &GATHER,
    &ASYNCIO_RUN,
];

/// A parameter of a builtin that no program can name.
const fn hidden_param(name: &'static str, arity: Arity) -> ParamSpec {
    ParamSpec { name, aliases: &[], docs: "", ty: Type::Any, default: None, arity }
}

/// The record of a builtin that no program can name: what a function that makes functions returns. Its
/// first parameter holds what it was made of.
pub(crate) const fn hidden(
    name: &'static str,
    params: &'static [ParamSpec],
    effect: Effect,
    call: fn(&mut dyn Host, &mut [Value]) -> Result<Value, Fault>,
) -> Builtin {
    Builtin {
        signature: Signature {
            name,
            owners: &[Type::Tuple],
            aliases: &[],
            group: "values",
            docs: "",
            params,
            receiver: Some(0),
            returns: Type::Any,
            effect,
            property: false,
            prompt: None,
        },
        call,
        file: file!(),
        line: line!(),
    }
}

fn made_of(parts: Vec<Value>, builtin: &'static Builtin) -> Value {
    Value::Function(Rc::new(Function::Method { receiver: Value::tuple(parts), builtin }))
}

pub(crate) const MADE: ParamSpec = hidden_param("made", Arity::One);
const ARGS: ParamSpec = hidden_param("args", Arity::Rest);
const NAMED: ParamSpec = hidden_param("named", Arity::Keywords);
const X: ParamSpec = hidden_param("x", Arity::One);

static PARTIAL_CALL: Builtin = hidden("partial", &[MADE, ARGS, NAMED], Effect::Pure, call_partial);
static COMPARATOR: Builtin = hidden("cmp_to_key", &[MADE, X], Effect::Pure, call_comparator);
static ATTRIBUTES: Builtin = hidden("attrgetter", &[MADE, X], Effect::Pure, get_attributes);
static METHOD_CALL: Builtin = hidden("methodcaller", &[MADE, X], Effect::Pure, call_a_method);

/// A function with some arguments given in advance.
///
/// ```rlm
/// double = partial(lambda a, b: a * b, 2)
/// double(4)  # -> 8
/// ```
#[builtin(group = "values", returns = Function)]
pub fn partial(
    /// The function.
    function: Value,
    /// Its first arguments.
    #[rest]
    args: Vec<Value>,
    /// Arguments by name.
    #[keywords]
    named: Vec<(String, Value)>,
) -> Result<Value, Fault> {
    if !matches!(function, Value::Function(_)) {
        return Err(expected("a function", &function));
    }
    let named: Map = named.into_iter().map(|(name, value)| (Value::text(name), value)).collect();
    let parts = vec![function, Value::tuple(args), Value::Dict(Dict::new(named))];
    Ok(made_of(parts, &PARTIAL_CALL))
}

fn call_partial(host: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let [Value::Tuple(made), more, others] = args else { return Err(missing("partial", "args")) };
    let [function, Value::Tuple(first), Value::Dict(named)] = &made[..] else {
        return Err(missing("partial", "function"));
    };
    let mut positional = first.to_vec();
    positional.extend(crate::convert::rest(more));
    let given = crate::convert::keywords(others);
    let mut keywords = crate::convert::keywords(&mut Value::Dict(named.clone()));
    keywords.retain(|(name, _)| given.iter().all(|(other, _)| other != name));
    keywords.extend(given);
    host.call_named(function, positional, keywords)
}

/// A key for `sorted` and `sort` from a function that compares two items.
///
/// The function gives something below zero if its first argument comes first.
///
/// ```rlm
/// sorted([1, 3, 2], key=cmp_to_key(lambda a, b: b - a))  # -> [3, 2, 1]
/// ```
#[builtin(group = "sequences", returns = Function)]
pub fn cmp_to_key(
    /// The function that compares.
    mycmp: Value,
) -> Value {
    made_of(vec![mycmp], &COMPARATOR)
}

/// The comparing function behind a key that `cmp_to_key` made.
pub(crate) fn comparator(key: &Value) -> Option<Value> {
    let Value::Function(function) = key else { return None };
    match &**function {
        Function::Method { receiver: Value::Tuple(made), builtin }
            if std::ptr::eq(*builtin, &raw const COMPARATOR) =>
        {
            made.first().cloned()
        }
        _ => None,
    }
}

fn call_comparator(_: &mut dyn Host, _: &mut [Value]) -> Result<Value, Fault> {
    let message = "what cmp_to_key gives works as the key of sorted and sort alone";
    Err(Fault::new(Code::WrongType, message)
        .with_help("take the first or last of sorted(xs, key=...)"))
}

/// A function that takes fields of its argument: `attrgetter("name")(x)` is `x.name`.
///
/// With several names it gives a tuple; `"a.b"` goes two steps.
///
/// ```rlm
/// sorted([{"n": 2}, {"n": 1}], key=attrgetter("n"))  # -> [{'n': 1}, {'n': 2}]
/// ```
#[builtin(group = "sequences", returns = Function)]
pub fn attrgetter(
    /// The names.
    #[rest]
    attrs: Vec<Value>,
) -> Result<Value, Fault> {
    if attrs.is_empty() {
        return Err(missing("attrgetter", "attrs"));
    }
    Ok(made_of(attrs, &ATTRIBUTES))
}

fn get_attributes(host: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let [Value::Tuple(names), x] = args else { return Err(missing("attrgetter", "x")) };
    let mut found = Vec::with_capacity(names.len());
    for name in names.iter() {
        let path = name.as_text().ok_or_else(|| expected("a text", name))?;
        let mut value = x.clone();
        for part in path.to_str().split('.') {
            value = attributes::attribute(host, &value, part)?
                .ok_or_else(|| attributes::missing(&value, part))?;
        }
        found.push(value);
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        _ => Ok(Value::tuple(found)),
    }
}

/// A function that calls a method of its argument: `methodcaller("split", ",")(x)` is `x.split(",")`.
///
/// ```rlm
/// map(methodcaller("upper"), ["a", "b"])  # -> ['A', 'B']
/// ```
#[builtin(group = "sequences", returns = Function)]
pub fn methodcaller(
    /// The method.
    name: Value,
    /// Its arguments.
    #[rest]
    args: Vec<Value>,
) -> Value {
    made_of(vec![name, Value::tuple(args)], &METHOD_CALL)
}

fn call_a_method(host: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let [Value::Tuple(made), x] = args else { return Err(missing("methodcaller", "x")) };
    let [name, Value::Tuple(given)] = &made[..] else {
        return Err(missing("methodcaller", "name"));
    };
    let name = name.as_text().ok_or_else(|| expected("a text", name))?.to_str().into_owned();
    let method =
        attributes::attribute(host, x, &name)?.ok_or_else(|| attributes::missing(x, &name))?;
    host.call(&method, &mut given.to_vec())
}

/// A field, property or method by its name: `getattr(x, "name")` is `x.name`.
///
/// ```rlm
/// getattr({"a": 1}, "b", 0)  # -> 0
/// ```
#[builtin(group = "values")]
pub fn getattr(
    host: &mut dyn Host,
    /// The value.
    object: Value,
    /// The name.
    name: String,
    /// What to give if there is nothing of this name.
    #[default(unset)]
    default: Value,
) -> Result<Value, Fault> {
    match (attributes::attribute(host, &object, &name)?, default) {
        (Some(found), _) => Ok(found),
        (None, Value::Unset) => Err(attributes::missing(&object, &name)
            .with_help("give a default: getattr(x, \"name\", None)")),
        (None, default) => Ok(default),
    }
}

/// A copy of a list, dict or set; what is inside is shared.
///
/// ```rlm
/// copy.copy([1, [2]])  # -> [1, [2]]
/// ```
#[builtin(group = "values", name = "copy.copy")]
pub fn copy(
    host: &mut dyn Host,
    /// What to copy.
    x: Value,
) -> Result<Value, Fault> {
    Copier { host, done: Vec::new() }.copy(&x, 1)
}

/// A copy of a list, dict or set with copies of everything inside.
///
/// ```rlm
/// rows = [[1], [2]]
/// other = deepcopy(rows)
/// other[0].append(9)
/// rows  # -> [[1], [2]]
/// ```
#[builtin(group = "values")]
pub fn deepcopy(
    host: &mut dyn Host,
    /// What to copy.
    x: Value,
) -> Result<Value, Fault> {
    Copier { host, done: Vec::new() }.copy(&x, MOST_LEVELS)
}

/// Values nested deeper than this cannot be copied: copying recurses.
const MOST_LEVELS: usize = 200;

struct Copier<'a> {
    host: &'a mut dyn Host,
    /// Containers on the way from the outermost to here, with their copies: one may contain itself.
    done: Vec<(usize, Value)>,
}

impl Copier<'_> {
    fn copy(&mut self, value: &Value, levels: usize) -> Result<Value, Fault> {
        let (id, len) = match value {
            Value::List(list) => (list.id(), list.len()),
            Value::Dict(dict) => (dict.id(), 2 * dict.len()),
            Value::Set(set) => (0, set.len()),
            Value::Tuple(items) => (0, items.len()),
            _ => return Ok(value.clone()),
        };
        if levels == 0 {
            if self.done.len() < MOST_LEVELS {
                return Ok(value.clone());
            }
            let message = format!("values nested more than {MOST_LEVELS} deep cannot be copied");
            return Err(Fault::new(Code::BadValue, message).of_class("RecursionError"));
        }
        if let Some((_, copied)) = self.done.iter().find(|(other, _)| id != 0 && *other == id) {
            return Ok(copied.clone());
        }
        self.host.spend((len as u64).saturating_add(1))?;
        self.host.reserve(len.saturating_mul(VALUE_BYTES))?;
        match value {
            Value::List(list) => {
                let copied = match list.as_deque() {
                    Some(deque) => List::deque(Vec::new(), deque.most),
                    None => List::new(Vec::new()),
                };
                self.done.push((id, Value::List(copied.clone())));
                for item in list.to_vec() {
                    let item = self.copy(&item, levels - 1)?;
                    copied.push(item);
                }
                self.done.pop();
                Ok(Value::List(copied))
            }
            Value::Dict(dict) => {
                let copied = Dict::of_kind(Map::default(), dict.kind().clone());
                self.done.push((id, Value::Dict(copied.clone())));
                let entries: Vec<_> =
                    dict.map().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
                for (key, item) in entries {
                    let item = self.copy(&item, levels - 1)?;
                    copied.insert(key, item);
                }
                self.done.pop();
                Ok(Value::Dict(copied))
            }
            Value::Set(set) => {
                let copied = Set::new(set.members().clone());
                if set.is_frozen() {
                    copied.freeze();
                }
                Ok(Value::Set(copied))
            }
            Value::Tuple(items) => {
                let copied: Result<Vec<Value>, Fault> =
                    items.iter().map(|item| self.copy(item, levels - 1)).collect();
                Ok(Value::Tuple(match items.as_record() {
                    Some(record) => Tuple::record(copied?, record.clone()),
                    None => Tuple::new(copied?),
                }))
            }
            other => Ok(other.clone()),
        }
    }
}

/// The arguments as a list: calls of models already run at the same time.
///
/// ```rlm
/// asyncio.gather(*[x * 2 for x in [1, 2]])  # -> [2, 4]
/// ```
#[builtin(group = "values", name = "asyncio.gather", returns = List)]
pub fn gather(
    /// Values, where Python has things to wait for.
    #[rest]
    values: Vec<Value>,
    /// Ignored: an error ends the program.
    #[keyword]
    return_exceptions: Option<Value>,
) -> Vec<Value> {
    let _ = return_exceptions;
    values
}

/// The argument itself: functions run when they are called.
///
/// ```rlm
/// asyncio.run(3)  # -> 3
/// ```
#[builtin(group = "values", name = "asyncio.run")]
pub fn asyncio_run(
    /// What a function returned.
    main: Value,
) -> Value {
    main
}
