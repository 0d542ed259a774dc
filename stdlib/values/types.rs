//! `isinstance`, `type` and the types that are no functions otherwise.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::errors::belongs;
use rlm_lang_syntax::signature::Type;

use crate::builtin::{Builtin, Table};
use crate::fault::Fault;
use crate::host::Host;
use crate::value::{DictKind, ErrorValue, Function, Value};

/// Whether a value is of a type, or of one of several.
///
/// The types are named as in Python: `str int float bool list tuple dict set frozenset`; `Counter`,
/// `defaultdict`, `datetime` and `type(None)` work too. As in Python, `True` is an `int` as well. A
/// match counts as a `str`, and what functions return as a sequence counts as a `list`.
///
/// ```rlm
/// isinstance("a", (str, int))  # -> True
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn isinstance(
    /// The value.
    x: Value,
    /// A type, or a tuple of types.
    #[aliases("types", "cls")]
    type_: Value,
) -> Result<bool, Fault> {
    is_instance(&x, &type_, 0)
}

fn is_instance(x: &Value, wanted: &Value, depth: u32) -> Result<bool, Fault> {
    const MAX_DEPTH: u32 = 20;
    let unknown = || {
        Fault::new(Code::WrongType, "isinstance expects a type such as str, int, list or dict")
            .with_help("isinstance(x, str), or isinstance(x, (int, float))")
    };
    let name = match wanted {
        Value::Tuple(types) if depth < MAX_DEPTH => {
            for wanted in types.iter() {
                if is_instance(x, wanted, depth + 1)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Value::None => return Ok(matches!(x, Value::None)),
        Value::Function(function) => match &**function {
            Function::Builtin(builtin) => builtin.signature.name,
            Function::Kind(kind) => {
                return Ok(ErrorValue::of(x).is_some_and(|error| error.is_a(kind)));
            }
            _ => return Err(unknown()),
        },
        _ => return Err(unknown()),
    };
    Ok(match name {
        "int" => matches!(x, Value::Int(_) | Value::Big(_) | Value::Bool(_)),
        "dict" => matches!(x, Value::Dict(_)),
        "Counter" => matches!(x, Value::Dict(d) if matches!(d.kind(), DictKind::Counter)),
        "defaultdict" => matches!(x, Value::Dict(d) if matches!(d.kind(), DictKind::Default(_))),
        "str" => matches!(x, Value::Text(_) | Value::Match(_)),
        "object" => true,
        "re.Match" => matches!(x, Value::Match(_)),
        "date" | "datetime" => matches!(x, Value::Date(_)),
        "timedelta" => matches!(x, Value::Duration(_)),
        "iter" => matches!(x, Value::Iterator(_)),
        name if is_type(name) => type_name(x) == name,
        _ => return Err(unknown()),
    })
}

/// Whether a type is another one or a kind of it.
///
/// ```rlm
/// issubclass(KeyError, LookupError)  # -> True
/// ```
#[builtin(group = "values")]
pub fn issubclass(
    /// The type.
    cls: Value,
    /// Another type, or a tuple of types.
    classinfo: Value,
) -> Result<bool, Fault> {
    let Some(name) = named_type(&cls) else {
        return Err(Fault::new(Code::WrongType, "issubclass expects a type, found a value")
            .with_help("isinstance(x, str) asks for the type of a value"));
    };
    let wanted = match &classinfo {
        Value::Tuple(types) => types.to_vec(),
        other => vec![other.clone()],
    };
    for wanted in &wanted {
        let wanted = named_type(wanted).ok_or_else(|| {
            Fault::new(Code::WrongType, "issubclass expects a type, or a tuple of types")
        })?;
        let belongs = match (name, wanted) {
            (_, "object") | ("bool", "int") | ("datetime", "date") => true,
            ("Counter" | "defaultdict" | "OrderedDict", "dict") => true,
            (name, wanted) => name == wanted || belongs(name, wanted),
        };
        if belongs {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The name of the type that a value is.
fn named_type(value: &Value) -> Option<&'static str> {
    let Value::Function(function) = value else { return None };
    match &**function {
        Function::Kind(kind) => Some(kind),
        Function::Builtin(builtin) => {
            let name = builtin.signature.name;
            let dates = matches!(name, "date" | "datetime" | "timedelta" | "OrderedDict");
            (is_type(name) || dates).then_some(name)
        }
        _ => None,
    }
}

/// Whether a builtin's name is the name of a type.
pub(crate) fn is_type(name: &str) -> bool {
    matches!(
        name,
        "int"
            | "float"
            | "str"
            | "bool"
            | "list"
            | "tuple"
            | "dict"
            | "set"
            | "frozenset"
            | "NoneType"
            | "function"
            | "Counter"
            | "defaultdict"
            | "deque"
            | "re.Match"
            | "re.Pattern"
            | "object"
    )
}

/// The name of a value's type, which is the name of a builtin.
fn type_name(x: &Value) -> &'static str {
    match x {
        Value::Unset | Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Big(_) => "int",
        Value::Float(_) => "float",
        Value::Text(_) => "str",
        Value::Match(_) => "re.Match",
        Value::List(list) if list.as_deque().is_some() => "deque",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Dict(d) => match d.kind() {
            DictKind::Plain => "dict",
            DictKind::Counter => "Counter",
            DictKind::Default(_) => "defaultdict",
        },
        Value::Set(s) if s.is_frozen() => "frozenset",
        Value::Set(_) => "set",
        Value::Function(_) => "function",
        Value::Pattern(_) => "re.Pattern",
        Value::Date(_) => "datetime",
        Value::Duration(_) => "timedelta",
        Value::Iterator(_) => "iter",
        Value::Failed(_) => "object",
        Value::Object(object) => object.type_name(),
    }
}

/// The type of a value, for comparing: `type(x) == str`.
///
/// `isinstance(x, str)` says the same. `type(x).__name__` is the name as a text.
///
/// ```rlm
/// type([]) == list  # -> True
/// ```
#[builtin(group = "values", name = "type", receiver = "x", aliases("typeof"))]
pub fn type_(
    /// Any value.
    x: Value,
) -> Result<Value, Fault> {
    if let Some(error) = ErrorValue::of(&x) {
        return Ok(Value::Function(Rc::new(Function::Kind(error.kind))));
    }
    let name = type_name(&x);
    let builtin: Option<&'static Builtin> = Table::get().function(name);
    match builtin {
        Some(builtin) => Ok(Value::Function(Rc::new(Function::Builtin(builtin)))),
        None => {
            Err(Fault::new(Code::BadValue, format!("{} has no type to compare", x.ty().word())))
        }
    }
}

/// The name of a function or type: `type(x).__name__`.
///
/// ```rlm
/// type("a").__name__  # -> 'str'
/// ```
#[builtin(group = "values", name = "__name__", owners(Function), property)]
pub fn type_name_(
    /// A function or type.
    f: Value,
) -> String {
    match &f {
        Value::Function(function) => {
            let name = function.name();
            name.rsplit('.').next().unwrap_or(name).to_string()
        }
        _ => String::new(),
    }
}

/// Whether a value can be called.
///
/// ```rlm
/// callable(len)  # -> True
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn callable(
    /// Any value.
    x: Value,
) -> bool {
    matches!(x, Value::Function(_))
}

/// Whether a value has a field, property or method of this name.
///
/// ```rlm
/// hasattr({"a": 1}, "a")  # -> True
/// ```
#[builtin(group = "values", receiver = "x")]
pub fn hasattr(
    host: &mut dyn Host,
    /// Any value.
    x: Value,
    /// The name.
    name: String,
) -> bool {
    let is_key = matches!(&x, Value::Dict(d) if d.map().contains_key(&Value::from(name.as_str())));
    is_key || has_special(&x, &name) || host.table().method_names(x.ty()).contains(&name.as_str())
}

/// Python's special methods that programs ask for to see what a value can do.
fn has_special(x: &Value, name: &str) -> bool {
    let ty = x.ty();
    match name {
        "__str__" | "__repr__" | "__eq__" | "__class__" => true,
        "__call__" => ty == Type::Function,
        "__next__" => ty == Type::Iterator,
        "__iter__" if ty == Type::Iterator => true,
        "__getitem__" if ty == Type::Set => false,
        "__len__" | "__iter__" | "__contains__" | "__getitem__" => {
            matches!(ty, Type::Text | Type::List | Type::Tuple | Type::Dict | Type::Set)
        }
        _ => false,
    }
}

/// The type of `None`; calling it gives `None`.
///
/// ```rlm
/// isinstance(None, type(None))  # -> True
/// ```
#[builtin(group = "values", name = "NoneType")]
pub fn nonetype() -> Value {
    Value::None
}

fn no_constructor(name: &str) -> Fault {
    Fault::new(Code::WrongType, format!("{name} is a type and cannot be called"))
}

/// The type of functions, for `type(f)`.
///
/// ```rlm
/// type(len) == type(print)  # -> True
/// ```
#[builtin(group = "values")]
pub fn function() -> Result<Value, Fault> {
    Err(no_constructor("function"))
}

/// The type of matches, for `isinstance(m, re.Match)`.
///
/// ```rlm
/// isinstance(search("a", "abc"), re.Match)  # -> True
/// ```
#[builtin(group = "values", name = "re.Match")]
pub fn match_() -> Result<Value, Fault> {
    Err(no_constructor("re.Match"))
}

/// The type of compiled regexes.
///
/// ```rlm
/// isinstance(re.compile("a"), re.Pattern)  # -> True
/// ```
#[builtin(group = "values", name = "re.Pattern")]
pub fn pattern() -> Result<Value, Fault> {
    Err(no_constructor("re.Pattern"))
}

/// The type that every value has.
///
/// ```rlm
/// isinstance(1, object)  # -> True
/// ```
#[builtin(group = "values")]
pub fn object() -> Result<Value, Fault> {
    Err(no_constructor("object"))
}
