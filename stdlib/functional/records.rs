//! `collections.namedtuple`: tuples whose items have names.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Effect;

use super::{ARGS, MADE, NAMED, hidden, made_of};
use crate::builtin::Builtin;
use crate::convert::{self, expected, missing};
use crate::fault::Fault;
use crate::host::Host;
use crate::value::{Dict, Map, Record, Tuple, Value};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&NAMEDTUPLE, &ASDICT, &REPLACE, &FIELDS];

static MAKE: Builtin = hidden("namedtuple", &[MADE, ARGS, NAMED], Effect::Pure, make);

/// A function that makes tuples whose items have names too.
///
/// ```rlm
/// Point = namedtuple("Point", ["x", "y"])
/// Point(1, y=2).y  # -> 2
/// ```
#[builtin(group = "records", returns = Function)]
pub fn namedtuple(
    /// The name that printing shows.
    typename: Value,
    /// The names of the items: a list, or one text with spaces or commas between them.
    field_names: Value,
    /// Values of the last items where none is given.
    #[keyword]
    defaults: Option<Value>,
) -> Result<Value, Fault> {
    let name = typename.as_text().ok_or_else(|| expected("a text", &typename))?;
    let fields = match field_names.as_text() {
        Some(text) => {
            let text = text.to_str().replace(',', " ");
            text.split_whitespace().map(Value::from).collect()
        }
        None => field_names.items()?.to_vec(),
    };
    for (at, field) in fields.iter().enumerate() {
        let text = field.as_text().ok_or_else(|| expected("a text as a field's name", field))?;
        if fields.iter().take(at).any(|other| other == field) {
            let message = format!("namedtuple has the field {} twice", text.to_str());
            return Err(Fault::new(Code::BadValue, message));
        }
    }
    let defaults = match defaults {
        Some(defaults) => defaults.items()?.to_vec(),
        None => Vec::new(),
    };
    let parts = vec![Value::Text(name), Value::tuple(fields), Value::tuple(defaults)];
    Ok(made_of(parts, &MAKE))
}

fn make(_: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let [Value::Tuple(made), given, named] = args else {
        return Err(missing("namedtuple", "values"));
    };
    let [name, Value::Tuple(fields), Value::Tuple(defaults)] = &made[..] else {
        return Err(missing("namedtuple", "field_names"));
    };
    let name = name.as_text().unwrap_or_default().to_str().into_owned();
    let fields: Vec<String> = fields
        .iter()
        .map(|field| field.as_text().unwrap_or_default().to_str().into_owned())
        .collect();
    let given = convert::rest(given);
    let named = convert::keywords(named);
    if given.len() > fields.len() {
        let message = format!("{name} has {} fields, found {}", fields.len(), given.len());
        return Err(Fault::new(Code::WrongCount, message));
    }
    if let Some((other, _)) = named.iter().find(|(other, _)| !fields.contains(other)) {
        let message = format!("{name} has no field {other}");
        return Err(Fault::new(Code::UnknownKeyword, message)
            .with_help(format!("it has {}", fields.join(", "))));
    }
    let without_default = fields.len().saturating_sub(defaults.len());
    let mut items = Vec::with_capacity(fields.len());
    for (at, field) in fields.iter().enumerate() {
        let by_name = named.iter().find(|(other, _)| other == field).map(|(_, value)| value);
        let default = at.checked_sub(without_default).and_then(|at| defaults.get(at));
        match given.get(at).or(by_name).or(default) {
            Some(value) => items.push(value.clone()),
            None => {
                let message = format!("{name} needs a value for {field}");
                return Err(Fault::new(Code::WrongCount, message));
            }
        }
    }
    Ok(Value::Tuple(Tuple::record(items, Rc::new(Record { name, fields }))))
}

fn record(value: &Tuple) -> Result<&Rc<Record>, Fault> {
    value.as_record().ok_or_else(|| {
        Fault::new(Code::WrongType, "expected a tuple with names, found a plain one")
            .with_help("namedtuple(\"Point\", [\"x\", \"y\"]) makes a function for such")
    })
}

/// The items of a `namedtuple` as a dict.
///
/// ```rlm
/// namedtuple("P", "x y")(1, 2)._asdict()  # -> {'x': 1, 'y': 2}
/// ```
#[builtin(group = "records", name = "_asdict", owners(Tuple), returns = Dict)]
pub fn asdict(
    /// The tuple.
    t: Tuple,
) -> Result<Value, Fault> {
    let names = record(&t)?.fields.iter().map(|field| Value::from(field.as_str()));
    Ok(Value::Dict(Dict::new(names.zip(t.iter().cloned()).collect::<Map>())))
}

/// A `namedtuple` with some items changed.
///
/// ```rlm
/// namedtuple("P", "x y")(1, 2)._replace(x=5)  # -> P(x=5, y=2)
/// ```
#[builtin(group = "records", name = "_replace", owners(Tuple), returns = Tuple)]
pub fn replace(
    /// The tuple.
    t: Tuple,
    /// The new items by name.
    #[keywords]
    changes: Vec<(String, Value)>,
) -> Result<Value, Fault> {
    let names = record(&t)?;
    let mut items = t.to_vec();
    for (name, value) in changes {
        let at = names.fields.iter().position(|field| *field == name);
        match at.and_then(|at| items.get_mut(at)) {
            Some(item) => *item = value,
            None => {
                let message = format!("{} has no field {name}", names.name);
                return Err(Fault::new(Code::BadValue, message));
            }
        }
    }
    Ok(Value::Tuple(Tuple::record(items, names.clone())))
}

/// The names of a `namedtuple`'s items.
///
/// ```rlm
/// namedtuple("P", "x y")(1, 2)._fields  # -> ('x', 'y')
/// ```
#[builtin(group = "records", name = "_fields", owners(Tuple), property, returns = Tuple)]
pub fn fields(
    /// The tuple.
    t: Tuple,
) -> Result<Value, Fault> {
    Ok(Value::tuple(record(&t)?.fields.iter().map(|field| Value::from(field.as_str())).collect()))
}
