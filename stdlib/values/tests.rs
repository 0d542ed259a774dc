use std::rc::Rc;

use crate::ranges::Range;
use crate::testing::{FakeHost, lit, named, shown};
use crate::text::Text;
use crate::value::{FailedCall, Value, repr};

#[test]
fn the_first_number_of_a_text() {
    let mut host = FakeHost::new();
    for (text, expected) in [
        ("12", "12"),
        ("costs $1,234.50 net", "1234.5"),
        ("EUR 1.234,50", "1234.5"),
        ("1.234.567,8", "1234567.8"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234", "1234"),
        ("1.234", "1.234"),
        ("0,5", "0.5"),
        ("0.5", "0.5"),
        ("12,34", "12.34"),
        ("0,123", "0.123"),
        ("12,34,567", "1234567"),
        ("1'234'567.5", "1234567.5"),
        ("1\u{202f}234 km", "1234"),
        ("1\u{a0}234,5", "1234.5"),
        ("1 234", "1"),
        ("-5", "-5"),
        ("a -5.25 b", "-5.25"),
        ("\u{2212}3", "-3"),
        ("-$40", "-40"),
        ("$-40", "-40"),
        ("COVID-19", "19"),
        ("2024-05-01", "2024"),
        ("page 3.", "3"),
        ("1, 2, 3", "1"),
        ("1,2,3", "1"),
        ("v1.2.3", "1.2"),
        (".5 of it", "0.5"),
        ("-.5", "-0.5"),
        ("x.5", "5"),
        ("...5", "5"),
        ("1e5", "100000.0"),
        ("1.5E-3 mol", "0.0015"),
        ("3e", "3"),
        ("2east", "2"),
        ("45 %", "45"),
        ("99999999999999999999", "99999999999999999999"),
        ("none", "None"),
        ("", "None"),
        ("ä 7", "7"),
        ("007", "7"),
    ] {
        let found = shown(host.run("number", &[Value::from(text)]));
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(shown(host.run("number", &[lit("2.5")])), "2.5");
    assert_eq!(shown(host.run("number", &[Value::None])), "None");
    assert!(host.run("number", &[lit("[1]")]).is_err());
    assert_eq!(shown(host.method(&lit("'a 1'"), "number", &[])), "1");
}

#[test]
fn types_are_told_apart() {
    let mut host = FakeHost::new();
    for (value, types, expected) in [
        ("1", &["int"][..], true),
        ("True", &["int"], true),
        ("1", &["bool"], false),
        ("1.0", &["int"], false),
        ("1.0", &["int", "float"], true),
        ("'a'", &["str"], true),
        ("[1]", &["list", "tuple"], true),
        ("(1,)", &["list"], false),
        ("{'a': 1}", &["dict"], true),
        ("{1}", &["set"], true),
        ("{1}", &["frozenset"], false),
        ("None", &["NoneType"], true),
        ("None", &["object"], true),
        ("99999999999999999999", &["int"], true),
    ] {
        let mut wanted: Vec<Value> = types.iter().map(|name| named(name)).collect();
        let wanted = if wanted.len() == 1 { wanted.remove(0) } else { Value::tuple(wanted) };
        let found = host.run("isinstance", &[lit(value), wanted]).unwrap();
        assert_eq!(found, Value::Bool(expected), "{value} {types:?}");
    }
    for wrong in [lit("'str'"), lit("1"), named("abs")] {
        assert!(host.run("isinstance", &[lit("1"), wrong]).is_err());
    }
    for (value, name) in [("1", "int"), ("'a'", "str"), ("None", "NoneType"), ("{}", "dict")] {
        let found = host.run("type", &[lit(value)]).unwrap();
        assert!(found == named(name), "{value}");
        assert!(found != named("float"));
        assert_eq!(shown(host.method(&found, "__name__", &[])), format!("'{name}'"));
        assert_eq!(repr(&found), format!("<class '{name}'>"));
    }
    assert_eq!(shown(host.run("callable", &[named("int")])), "True");
    assert_eq!(shown(host.run("callable", &[lit("1")])), "False");
    assert_eq!(shown(host.run("hasattr", &[lit("{'a': 1}"), lit("'a'")])), "True");
    assert_eq!(shown(host.run("hasattr", &[lit("'a'"), lit("'format'")])), "True");
    assert_eq!(shown(host.run("hasattr", &[lit("'a'"), lit("'zzz'")])), "False");
}

#[test]
fn containers_are_copies() {
    let mut host = FakeHost::new();
    let list = lit("[1]");
    let copy = host.run("list", std::slice::from_ref(&list)).unwrap();
    let Value::List(inner) = &copy else { panic!() };
    inner.push(lit("2"));
    assert_eq!((repr(&list), repr(&copy)), ("[1]".to_string(), "[1, 2]".to_string()));
    for (name, args, expected) in [
        ("list", "()", "[]"),
        ("tuple", "()", "()"),
        ("set", "()", "set()"),
        ("dict", "()", "{}"),
        ("str", "()", "''"),
        ("int", "()", "0"),
        ("float", "()", "0.0"),
        ("bool", "()", "False"),
        ("set", "([3, 1, 3],)", "{3, 1}"),
        ("set", "('aba',)", "{'a', 'b'}"),
        ("frozenset", "([1, 1],)", "frozenset({1})"),
        ("set", "([[1]],)", "error: a list cannot be a key"),
        ("list", "(None,)", "error: expected a list, found None"),
    ] {
        let Value::Tuple(values) = lit(args) else { panic!() };
        assert_eq!(shown(host.run(name, &values)), expected, "{name}{args}");
    }
    let fields = [("b", lit("2")), ("a", lit("9"))];
    let made = host.run_with("dict", &[lit("{'a': 1}")], &fields);
    assert_eq!(shown(made), "{'a': 9, 'b': 2}");
    assert_eq!(shown(host.run_with("dict", &[], &fields)), "{'b': 2, 'a': 9}");
    let huge = Value::List(Range::list(0, i64::MAX, 1));
    for name in ["list", "tuple", "set"] {
        assert!(host.run(name, std::slice::from_ref(&huge)).is_err(), "{name}");
    }
}

#[test]
fn inputs_are_not_walked_by_characters() {
    let mut host = FakeHost::over(&"word ".repeat(5_000));
    let context = Value::Text(host.context.clone());
    let fault = host.run("list", &[context]).unwrap_err();
    assert!(fault.help.clone().unwrap().contains("docs"), "{fault:?}");
    let part = Value::Text(host.context.slice_chars(0, 4));
    assert_eq!(shown(host.run("list", &[part])), "['w', 'o', 'r', 'd']");
}

#[test]
fn texts_of_values() {
    let mut host = FakeHost::over("some input");
    let view = host.context.slice_chars(0, 4);
    let Value::Text(same) = host.run("str", &[Value::Text(view)]).unwrap() else { panic!() };
    assert!(same.place().is_some(), "a view stays a view");
    assert_eq!(shown(host.method(&lit("5"), "to_string", &[])), "'5'");
    let failed =
        Value::Failed(Rc::new(FailedCall { reason: "timeout".to_string(), about: String::new() }));
    assert!(host.run("str", &[failed]).is_err());
    let template = Value::Text(Text::from("{} {n:>3}"));
    let filled = host.method_with(&template, "format", &[lit("'a'")], &[("n", lit("1"))]);
    assert_eq!(shown(filled), "'a   1'");
}

#[test]
fn reprs_escape_what_cannot_be_seen() {
    // Expected values are CPython's.
    for (text, expected) in [
        ("a\u{a0}b", "'a\\xa0b'"),
        ("\u{3000}\u{200d}\u{600}", "'\\u3000\\u200d\\u0600'"),
        ("\u{e000}\u{feff}", "'\\ue000\\ufeff'"),
        ("\u{7f}\u{85}\0\u{1b}", "'\\x7f\\x85\\x00\\x1b'"),
        ("\u{e0001}\u{10ffff}", "'\\U000e0001\\U0010ffff'"),
        ("ä€😀", "'ä€😀'"),
        ("it's", "\"it's\""),
        ("'\"", "'\\'\"'"),
    ] {
        assert_eq!(repr(&Value::from(text)), expected);
    }
}

#[test]
fn hashes_agree_for_equal_values() {
    let mut host = FakeHost::new();
    for (a, b) in [("1", "1.0"), ("1", "True"), ("'a'", "'a'"), ("(1, 'b')", "(1.0, 'b')")] {
        assert_eq!(host.run("hash", &[lit(a)]).unwrap(), host.run("hash", &[lit(b)]).unwrap());
    }
    assert!(host.run("hash", &[lit("'a'")]).unwrap() != host.run("hash", &[lit("'b'")]).unwrap());
    assert!(host.run("hash", &[lit("[1]")]).is_err());
}
