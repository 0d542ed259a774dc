//! Matching the arguments of a call with parameters.

use std::rc::Rc;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::value::{Dict, Map, Value};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::{Arity, Signature};
use rlm_lang_syntax::suggest;

use super::code::Args;

/// Arguments after evaluation.
#[derive(Default)]
pub(crate) struct Given {
    pub positional: Vec<Value>,
    pub keywords: Vec<(Rc<str>, Value)>,
}

/// The parameter of each argument of a call by name, positional ones first; `None` where stars or
/// mistakes leave it to the run.
pub(crate) fn static_slots(signature: &Signature, args: &Args) -> Option<Vec<usize>> {
    if args.has_star() || !args.spreads.is_empty() {
        return None;
    }
    let mut slots = Vec::with_capacity(args.positional.len() + args.keywords.len());
    for index in 0..args.positional.len() {
        slots.push(positional_slot(signature, index, None)?);
    }
    for (name, _) in &args.keywords {
        let slot = signature.param_index(name)?;
        if slots.contains(&slot) {
            return None;
        }
        slots.push(slot);
    }
    Some(slots)
}

/// The parameter that the `index`-th positional argument fills; with `receiver` given, that
/// parameter is taken already.
pub(crate) fn positional_slot(
    signature: &Signature,
    index: usize,
    receiver: Option<usize>,
) -> Option<usize> {
    let slot = match receiver {
        Some(receiver) if index >= receiver => index + 1,
        _ => index,
    };
    let rest = signature.params.iter().position(|p| p.arity == Arity::Rest);
    match rest {
        Some(rest) if slot >= rest => Some(rest),
        _ => {
            let param = signature.params.get(slot)?;
            (param.arity == Arity::One).then_some(slot)
        }
    }
}

/// Whether `count` positional arguments fill the parameters beside `receiver` one by one, without any
/// that takes several.
pub(crate) fn in_order(signature: &Signature, count: usize, receiver: usize) -> bool {
    (0..count).all(|index| {
        let slot = positional_slot(signature, index, Some(receiver));
        slot.and_then(|slot| signature.params.get(slot)).is_some_and(|p| p.arity == Arity::One)
    })
}

/// Puts arguments into parameter order for a builtin.
///
/// # Errors
/// Too many arguments, an unknown or repeated name.
pub(crate) fn bind(
    signature: &Signature,
    receiver: Option<Value>,
    given: Given,
) -> Result<Vec<Value>, Fault> {
    let mut bound = vec![Value::Unset; signature.params.len()];
    let receiver_slot = receiver.as_ref().map(|_| signature.receiver.unwrap_or(0));
    if let (Some(slot), Some(value)) = (receiver_slot, receiver)
        && let Some(place) = bound.get_mut(slot)
    {
        *place = value;
    }
    let count = given.positional.len();
    let mut rest = Vec::new();
    let mut rest_slot = None;
    for (index, value) in given.positional.into_iter().enumerate() {
        let slot = positional_slot(signature, index, receiver_slot)
            .ok_or_else(|| too_many(signature, count, receiver_slot))?;
        match (signature.params.get(slot), bound.get_mut(slot)) {
            (Some(param), _) if param.arity == Arity::Rest => {
                rest_slot = Some(slot);
                rest.push(value);
            }
            (_, Some(place)) => *place = value,
            _ => {}
        }
    }
    if let Some(place) = rest_slot.and_then(|slot| bound.get_mut(slot)) {
        *place = Value::tuple(rest);
    }
    let mut others = Map::default();
    for (name, value) in given.keywords {
        // What stands before the dot has no name for callers: `d.update(d=1)` adds a key.
        let slot = signature.param_index(&name).filter(|slot| Some(*slot) != receiver_slot);
        let Some(slot) = slot else {
            if signature.keywords().is_none() {
                return Err(unknown_keyword(signature, &name));
            }
            others.insert(Value::from(&*name), value);
            continue;
        };
        match bound.get_mut(slot) {
            Some(place @ Value::Unset) => *place = value,
            _ => {
                return Err(Fault::new(
                    Code::WrongCount,
                    format!("{} got the argument {name} twice", signature.name),
                ));
            }
        }
    }
    if let Some(place) = signature.keywords().and_then(|slot| bound.get_mut(slot)) {
        *place = Value::Dict(Dict::new(others));
    }
    Ok(bound)
}

fn too_many(signature: &Signature, count: usize, receiver: Option<usize>) -> Fault {
    let most = signature.positional(receiver.is_some()).count();
    Fault::new(
        Code::WrongCount,
        format!("{} takes at most {most} argument{}, found {count}", signature.name, plural(most)),
    )
}

fn unknown_keyword(signature: &Signature, name: &str) -> Fault {
    let names = signature.params.iter().map(|p| p.name);
    let fault =
        Fault::new(Code::UnknownKeyword, format!("{} has no argument {name}", signature.name));
    match suggest::nearest(name, names.clone()) {
        Some(near) => fault.with_help(format!("did you mean `{near}`?")),
        None => fault.with_help(format!("it takes {}", names.collect::<Vec<_>>().join(", "))),
    }
}

/// `s` unless it is one.
pub(crate) fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
