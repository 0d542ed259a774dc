//! Names of Python's modules that are values, not functions.

use crate::datetime::make::extreme;
use crate::value::Value;

/// The value of a dotted name such as `math.pi`.
pub fn constant(path: &str) -> Option<Value> {
    let (module, name) = path.split_once('.')?;
    match module {
        "math" => math(name),
        "re" => flag(name).map(Value::Int),
        "string" => string(name).map(Value::from),
        "sys" => system(name),
        "csv" => quoting(name).map(Value::Int),
        "datetime" | "date" | "timezone" => dates(path),
        _ => None,
    }
}

fn math(name: &str) -> Option<Value> {
    let value = match name {
        "pi" => std::f64::consts::PI,
        "e" => std::f64::consts::E,
        "tau" => std::f64::consts::TAU,
        "inf" => f64::INFINITY,
        "nan" => f64::NAN,
        _ => return None,
    };
    Some(Value::Float(value))
}

/// Flags have Python's numbers, so that `re.I | re.M` adds up.
fn flag(name: &str) -> Option<i64> {
    Some(match name {
        "IGNORECASE" | "I" => 2,
        "LOCALE" | "L" => 4,
        "MULTILINE" | "M" => 8,
        "DOTALL" | "S" => 16,
        "UNICODE" | "U" => 32,
        "VERBOSE" | "X" => 64,
        "ASCII" | "A" => 256,
        "NOFLAG" => 0,
        _ => return None,
    })
}

fn string(name: &str) -> Option<&'static str> {
    Some(match name {
        "ascii_lowercase" => "abcdefghijklmnopqrstuvwxyz",
        "ascii_uppercase" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ascii_letters" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "digits" => "0123456789",
        "hexdigits" => "0123456789abcdefABCDEF",
        "octdigits" => "01234567",
        "punctuation" => "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "whitespace" => " \t\n\r\u{b}\u{c}",
        "printable" => concat!(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\u{b}\u{c}"
        ),
        _ => return None,
    })
}

/// Python's `csv.QUOTE_...`.
fn quoting(name: &str) -> Option<i64> {
    Some(match name {
        "QUOTE_MINIMAL" => 0,
        "QUOTE_ALL" => 1,
        "QUOTE_NONNUMERIC" => 2,
        "QUOTE_NONE" => 3,
        _ => return None,
    })
}

/// The ends of time, under the names that imports leave: `datetime.min`, `datetime.datetime.min`.
fn dates(path: &str) -> Option<Value> {
    Some(match path.strip_prefix("datetime.").filter(|rest| rest.contains('.')).unwrap_or(path) {
        "datetime.min" => extreme(false, true),
        "datetime.max" => extreme(true, true),
        "date.min" => extreme(false, false),
        "date.max" => extreme(true, false),
        "timezone.utc" | "datetime.UTC" => Value::from("UTC"),
        "datetime.MINYEAR" => Value::Int(1),
        "datetime.MAXYEAR" => Value::Int(9999),
        _ => return None,
    })
}

fn system(name: &str) -> Option<Value> {
    match name {
        // As `file=` of `print`: the output.
        "stdout" | "stderr" => Some(Value::None),
        "maxsize" => Some(Value::Int(i64::MAX)),
        "float_info.max" => Some(Value::Float(f64::MAX)),
        "float_info.min" => Some(Value::Float(f64::MIN_POSITIVE)),
        "float_info.epsilon" => Some(Value::Float(f64::EPSILON)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_have_pythons_values() {
        assert_eq!(crate::value::repr(&constant("math.pi").unwrap()), "3.141592653589793");
        assert_eq!(constant("re.IGNORECASE"), Some(Value::Int(2)));
        assert_eq!(constant("re.X"), Some(Value::Int(64)));
        assert_eq!(constant("sys.maxsize"), Some(Value::Int(9_223_372_036_854_775_807)));
        assert_eq!(constant("string.punctuation").unwrap().as_text().unwrap().char_len(), 32);
        assert_eq!(constant("string.printable").unwrap().as_text().unwrap().char_len(), 100);
        assert!(constant("math.sqrt").is_none());
        assert!(constant("pi").is_none());
        assert!(constant("math.").is_none());
    }
}
