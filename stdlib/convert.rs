//! Between Rust types and values: what `#[builtin]` uses for arguments and results.

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;

use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{Dict, List, Set, Tuple, Value, display, failed_used};

/// A Rust type that an argument can become.
pub trait FromValue: Sized {
    /// What the parameter accepts, for checker and docs.
    const TYPE: Type;

    /// The conversion.
    ///
    /// # Errors
    /// "expected a text, found a list".
    fn from_value(value: Value) -> Result<Self, Fault>;
}

/// A Rust type that a builtin may return.
pub trait IntoResult {
    /// What the builtin returns, for docs.
    const TYPE: Type;

    /// The conversion.
    ///
    /// # Errors
    /// Those of the builtin itself.
    fn into_result(self) -> Result<Value, Fault>;
}

/// One argument of a call: converted, or the default if it was not given.
///
/// # Errors
/// The conversion's, with the names of function and parameter.
pub fn arg<T: FromValue>(
    host: &mut dyn Host,
    slot: &mut Value,
    function: &str,
    param: &str,
    default: impl FnOnce(&mut dyn Host) -> Result<T, Fault>,
) -> Result<T, Fault> {
    match std::mem::take(slot) {
        Value::Unset => default(host),
        value => T::from_value(value).map_err(|e| e.within(format_args!("{function}, {param}"))),
    }
}

/// The arguments of a `Rest` parameter.
pub fn rest(slot: &mut Value) -> Vec<Value> {
    match std::mem::take(slot) {
        Value::Tuple(items) => items.to_vec(),
        Value::Unset => Vec::new(),
        other => vec![other],
    }
}

/// The arguments of a `Keywords` parameter, in the order of the call: they arrive as a dict.
pub fn keywords(slot: &mut Value) -> Vec<(String, Value)> {
    let Value::Dict(dict) = std::mem::take(slot) else { return Vec::new() };
    let map = dict.map();
    map.iter().map(|(name, value)| (display(name).to_str().into_owned(), value.clone())).collect()
}

/// The error for an argument that must be given.
pub fn missing(function: &str, param: &str) -> Fault {
    Fault::new(Code::WrongCount, format!("{function} needs the argument {param}"))
}

/// "expected a text, found a list"; a failed call says why it failed.
pub fn expected(what: &str, found: &Value) -> Fault {
    match found {
        Value::Failed(failed) => failed_used(failed),
        other => Fault::wrong_type(what, other.ty()),
    }
}

impl FromValue for Value {
    const TYPE: Type = Type::Any;

    fn from_value(value: Value) -> Result<Value, Fault> {
        Ok(value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const TYPE: Type = T::TYPE;

    fn from_value(value: Value) -> Result<Option<T>, Fault> {
        match value {
            Value::None | Value::Unset => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl FromValue for Text {
    const TYPE: Type = Type::Text;

    fn from_value(value: Value) -> Result<Text, Fault> {
        match value {
            Value::Text(text) => Ok(text),
            Value::Match(m) => Ok(m.whole()),
            Value::Object(ref object) if object.as_text().is_some() => {
                Ok(object.as_text().unwrap_or_default())
            }
            Value::None => Err(expected("a text", &value)
                .with_help("the value may be a search that found nothing: test it with if first")),
            other => Err(expected("a text", &other)),
        }
    }
}

impl FromValue for String {
    const TYPE: Type = Type::Text;

    fn from_value(value: Value) -> Result<String, Fault> {
        Text::from_value(value).map(|text| text.to_str().into_owned())
    }
}

impl FromValue for bool {
    const TYPE: Type = Type::Any;

    fn from_value(value: Value) -> Result<bool, Fault> {
        Ok(value.truthy())
    }
}

impl FromValue for i64 {
    const TYPE: Type = Type::Int;

    fn from_value(value: Value) -> Result<i64, Fault> {
        match value {
            Value::Int(n) => Ok(n),
            Value::Bool(b) => Ok(i64::from(b)),
            // Sizes beyond 63 bits mean "all": the sign is what matters.
            Value::Big(n) if n.sign() == num_bigint::Sign::Minus => Ok(i64::MIN),
            Value::Big(_) => Ok(i64::MAX),
            Value::Float(x) if x.fract() == 0.0 => x.to_i64().ok_or_else(|| {
                Fault::new(Code::BadValue, "expected an int, found a float that is too large")
            }),
            Value::Float(_) => Err(expected("an int", &value).with_help("round it: int(x)")),
            Value::Text(_) => Err(expected("an int", &value).with_help("convert it: int(x)")),
            other => Err(expected("an int", &other)),
        }
    }
}

impl FromValue for usize {
    const TYPE: Type = Type::Int;

    fn from_value(value: Value) -> Result<usize, Fault> {
        let n = i64::from_value(value)?;
        usize::try_from(n)
            .map_err(|_| Fault::new(Code::BadValue, format!("expected a count, found {n}")))
    }
}

impl FromValue for f64 {
    const TYPE: Type = Type::Float;

    fn from_value(value: Value) -> Result<f64, Fault> {
        match value {
            Value::Float(x) => Ok(x),
            #[allow(clippy::cast_precision_loss)] // as Python's float(n)
            Value::Int(n) => Ok(n as f64),
            Value::Bool(b) => Ok(f64::from(u8::from(b))),
            Value::Big(n) => n
                .to_f64()
                .filter(|x| x.is_finite())
                .ok_or_else(|| Fault::new(Code::BadValue, "this int is too large for a float")),
            Value::Text(_) => {
                Err(expected("a number", &value).with_help("convert it: float(x) or number(x)"))
            }
            other => Err(expected("a number", &other)),
        }
    }
}

impl FromValue for BigInt {
    const TYPE: Type = Type::Int;

    fn from_value(value: Value) -> Result<BigInt, Fault> {
        match value {
            Value::Int(n) => Ok(BigInt::from(n)),
            Value::Bool(b) => Ok(BigInt::from(u8::from(b))),
            Value::Big(n) => Ok((*n).clone()),
            other => Err(expected("an int", &other)),
        }
    }
}

/// Anything that can be walked, as a list; see [`Value::items`].
pub struct Items(pub List);

impl FromValue for Items {
    const TYPE: Type = Type::Any;

    fn from_value(value: Value) -> Result<Items, Fault> {
        value.items().map(Items)
    }
}

macro_rules! from_variant {
    ($($rust:ident $variant:ident $ty:ident $what:literal;)+) => {$(
        impl FromValue for $rust {
            const TYPE: Type = Type::$ty;

            fn from_value(value: Value) -> Result<$rust, Fault> {
                match value {
                    Value::$variant(inner) => Ok(inner),
                    other => Err(expected($what, &other)),
                }
            }
        }

        impl IntoResult for $rust {
            const TYPE: Type = Type::$ty;

            fn into_result(self) -> Result<Value, Fault> {
                Ok(Value::$variant(self))
            }
        }
    )+};
}

from_variant! {
    List List List "a list";
    Tuple Tuple Tuple "a tuple";
    Dict Dict Dict "a dict";
    Set Set Set "a set";
}

impl FromValue for std::rc::Rc<crate::value::Match> {
    const TYPE: Type = Type::Match;

    fn from_value(value: Value) -> Result<Self, Fault> {
        match value {
            Value::Match(m) => Ok(m),
            other => Err(expected("a match", &other)),
        }
    }
}

impl FromValue for std::rc::Rc<crate::dates::Date> {
    const TYPE: Type = Type::Date;

    fn from_value(value: Value) -> Result<Self, Fault> {
        match value {
            Value::Date(d) => Ok(d),
            other => Err(expected("a date", &other)),
        }
    }
}

macro_rules! into_result {
    ($($rust:ty, $ty:ident, |$x:ident| $value:expr;)+) => {$(
        impl IntoResult for $rust {
            const TYPE: Type = Type::$ty;

            fn into_result(self) -> Result<Value, Fault> {
                let $x = self;
                Ok($value)
            }
        }
    )+};
}

into_result! {
    Value, Any, |x| x;
    (), None, |_x| Value::None;
    bool, Bool, |x| Value::Bool(x);
    i64, Int, |x| Value::Int(x);
    usize, Int, |x| Value::count(x);
    f64, Float, |x| Value::Float(x);
    BigInt, Int, |x| Value::int(x);
    Text, Text, |x| Value::Text(x);
    String, Text, |x| Value::Text(Text::from(x));
    Vec<Value>, List, |x| Value::list(x);
    Vec<Text>, List, |x| Value::list(x.into_iter().map(Value::Text).collect());
}

impl<T: IntoResult> IntoResult for Option<T> {
    const TYPE: Type = T::TYPE;

    fn into_result(self) -> Result<Value, Fault> {
        self.map_or(Ok(Value::None), IntoResult::into_result)
    }
}

impl<T: IntoResult> IntoResult for Result<T, Fault> {
    const TYPE: Type = T::TYPE;

    fn into_result(self) -> Result<Value, Fault> {
        self?.into_result()
    }
}
