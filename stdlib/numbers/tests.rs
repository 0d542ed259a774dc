//! Numbers and conversions against CPython.

use crate::testing::{FakeHost, lit};
use crate::value::{Value, repr};

/// Both are floats that differ in the last digits only: libraries for sines differ there.
fn nearly(found: &str, expected: &str) -> bool {
    match (found.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b || ((a - b) / b).abs() < 1e-14,
        _ => false,
    }
}

/// Functions whose last digit the platform's library decides.
const INEXACT: &[&str] = &[
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "cbrt",
    "hypot",
    "dist",
    "degrees",
    "radians",
    "harmonic_mean",
    "correlation",
    "covariance",
];

#[test]
fn agrees_with_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("cpython.txt").lines().filter(|l| !l.starts_with('#')) {
        let [name, args, expected] =
            <[&str; 3]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        let Value::Tuple(values) = lit(args) else { panic!("{line}") };
        let found = match FakeHost::new().run(name, &values) {
            Ok(value) => repr(&value),
            Err(_) => "error".to_string(),
        };
        count += 1;
        let inexact = INEXACT.contains(&name.rsplit('.').next().unwrap());
        if found != expected && !(inexact && nearly(&found, expected)) {
            wrong.push(format!("{name}{args}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1200, "{count}");
}

#[test]
fn errors_say_what_to_do() {
    let mut host = FakeHost::new();
    for (name, args, message, help) in [
        ("int", "('3.7',)", "expected an int, found the text '3.7'", "int(float(x))"),
        ("int", "('12 apples',)", "expected an int, found the text '12 apples'", "number(x)"),
        ("int", "('x',)", "expected an int, found the text 'x'", "isdigit"),
        ("int", "(None,)", "expected an int, found None", "test it first"),
        ("int", "([1],)", "expected an int, found a list", "[int(x) for x in xs]"),
        ("float", "('open',)", "expected a number, found the text 'open'", "number(x)"),
        ("float", "('1,234.5',)", "expected a number, found the text '1,234.5'", "number(x)"),
        ("mean", "([],)", "mean of an empty list", "mean(xs) if xs else 0"),
        ("mean", "([1, 'a'],)", "mean expects numbers, item 1 is a text", "float(x)"),
        ("stdev", "([1],)", "stdev needs at least 2 numbers, found 1", "if xs"),
        ("math.sqrt", "(-1,)", "sqrt has no value for -1.0", ""),
        ("math.log", "(0,)", "log has no value for 0.0", ""),
        ("math.gcd", "(1.5,)", "expected an int, found a float", "int(x)"),
        ("abs", "('a',)", "expected a number, found a text", "float(x)"),
        ("dict", "([1],)", "item 0 is an int, no pair", "pairs"),
        ("list", "(5,)", "expected a list, found an int", ""),
        ("chr", "(-1,)", "no character has the number -1", ""),
        ("ord", "('ab',)", "expected one character, found a text of 2", ""),
    ] {
        let Value::Tuple(values) = lit(args) else { panic!("{args}") };
        let fault = host.run(name, &values).unwrap_err();
        assert!(fault.message.ends_with(message), "{name}{args}: {fault:?}");
        assert!(fault.help.clone().unwrap_or_default().contains(help), "{name}{args}: {fault:?}");
    }
}

#[test]
fn bombs_end_in_errors() {
    let mut host = FakeHost::new();
    let digits = Value::from("9".repeat(5_000_000).as_str());
    assert!(host.run("int", std::slice::from_ref(&digits)).is_err());
    assert!(host.run("float", std::slice::from_ref(&digits)).is_err());
    for (name, args) in [
        ("math.factorial", "(100000000,)"),
        ("math.factorial", "(99999999999999999999999,)"),
        ("math.comb", "(1000000000, 500000000)"),
        ("math.perm", "(1000000000,)"),
        ("math.perm", "(10000000000, 10000000)"),
        ("quantiles", "([1, 2], 99999999999)"),
        ("pow", "(10, 100000000)"),
    ] {
        let Value::Tuple(values) = lit(args) else { panic!("{args}") };
        assert!(host.run(name, &values).is_err(), "{name}{args}");
        host.fuel = 10_000_000;
    }
    let cube = host.run("math.prod", &[Value::list(vec![lit("10"); 400])]).unwrap();
    assert_eq!(repr(&cube).len(), 401);
}
