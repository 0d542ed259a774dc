//! `functools.lru_cache` and `cache`: functions that keep their results; and `wraps`.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::signature::Effect;

use super::{ARGS, MADE, NAMED, X, hidden, made_of};
use crate::builtin::Builtin;
use crate::convert::{expected, keywords, missing, rest};
use crate::fault::Fault;
use crate::host::Host;
use crate::value::{Dict, Function, Map, Value, hashable};

/// Calls of it change what it keeps, so they go in order.
static MEMO_CALL: Builtin = hidden("lru_cache", &[MADE, ARGS, NAMED], Effect::Mutates, call_memo);
static SAME: Builtin = hidden("wraps", &[MADE, X], Effect::Pure, call_same);

/// A function that keeps its results: called again with the same arguments, it does not run again.
///
/// Written before a function as `@lru_cache`, `@lru_cache(maxsize=None)` or `@cache`. All results are kept.
///
/// ```rlm
/// @cache
/// def fib(n) { return n if n < 2 else fib(n - 1) + fib(n - 2) }
/// fib(80)  # -> 23416728348467685
/// ```
#[builtin(group = "values", returns = Function, aliases("cache", "memoize"))]
pub fn lru_cache(
    /// The function; without it what takes one is returned.
    #[aliases("user_function", "maxsize")]
    function: Option<Value>,
    /// Ignored, as `maxsize` is: all results are kept.
    #[keyword]
    #[default(false)]
    typed: bool,
) -> Result<Value, Fault> {
    let _ = typed;
    match function {
        Some(Value::Function(function)) => {
            let kept = Value::Dict(Dict::new(Map::default()));
            Ok(made_of(vec![Value::Function(function), kept], &MEMO_CALL))
        }
        None | Some(Value::Int(_)) => Ok(Value::Function(Rc::new(Function::Builtin(&LRU_CACHE)))),
        Some(other) => Err(expected("a function", &other)),
    }
}

fn call_memo(host: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let [Value::Tuple(made), positional, named] = args else {
        return Err(missing("lru_cache", "args"));
    };
    let [function, Value::Dict(kept)] = &made[..] else {
        return Err(missing("lru_cache", "function"));
    };
    let (positional, named) = (rest(positional), keywords(named));
    let pairs = named.iter().map(|(k, v)| Value::tuple(vec![Value::text(k.as_str()), v.clone()]));
    let key = Value::tuple(vec![Value::tuple(positional.clone()), Value::tuple(pairs.collect())]);
    hashable(&key).map_err(|fault| {
        fault.with_help("a function with lru_cache takes texts, numbers and tuples of them")
    })?;
    host.spend(1)?;
    if let Some(result) = kept.get(&key) {
        return Ok(result);
    }
    let result = host.call_named(function, positional, named)?;
    // A failed call may go better the next time.
    if !matches!(result, Value::Failed(_)) {
        kept.insert(key, result.clone());
    }
    Ok(result)
}

/// What gives a function back as it is: `@wraps(f)` before a function that stands for `f`.
///
/// ```rlm
/// wraps(len)(sum)([1, 2])  # -> 3
/// ```
#[builtin(group = "values", returns = Function)]
pub fn wraps(
    /// The function that is stood for.
    wrapped: Value,
) -> Value {
    made_of(vec![wrapped], &SAME)
}

fn call_same(_: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    args.last().cloned().ok_or_else(|| missing("wraps", "function"))
}
