use crate::records::{to_json, to_json_value};
use crate::testing::{FakeHost, function, lit, named, shown};
use crate::value::{Dict, List, Map, Value};

fn dumps(value: &str) -> String {
    dumps_with(lit(value), &[])
}

fn dumps_with(value: Value, keywords: &[(&str, Value)]) -> String {
    match FakeHost::new().run_with("json.dumps", &[value], keywords) {
        Ok(text) => text.as_text().unwrap().to_string(),
        Err(fault) => format!("error: {}", fault.message),
    }
}

#[test]
fn spaces_are_pythons() {
    assert_eq!(
        dumps("{'a': [1, 2.0, None], 'b': (True, False), 'c': {}, 'd': []}"),
        r#"{"a": [1, 2.0, null], "b": [true, false], "c": {}, "d": []}"#
    );
    assert_eq!(
        dumps("[nan, inf, -inf, 1e16, 0.00001]"),
        "[NaN, Infinity, -Infinity, 1e+16, 1e-05]"
    );
    assert_eq!(dumps("123456789012345678901234567890"), "123456789012345678901234567890");
}

#[test]
fn indentation_is_pythons() {
    let value = lit("{'a': [1, {'b': 2}], 'c': [], 'd': {}}");
    assert_eq!(
        dumps_with(value.clone(), &[("indent", Value::Int(2))]),
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}"
    );
    assert_eq!(dumps_with(lit("[1, 2]"), &[("indent", Value::Int(0))]), "[\n1,\n2\n]");
    assert_eq!(dumps_with(lit("[1, 2]"), &[("indent", Value::from("\t"))]), "[\n\t1,\n\t2\n]");
    let compact = [("separators", lit("(',', ':')"))];
    assert_eq!(dumps_with(value.clone(), &compact), r#"{"a":[1,{"b":2}],"c":[],"d":{}}"#);
    assert_eq!(to_json(&lit("[1, [2]]"), Some(1)).unwrap(), "[\n 1,\n [\n  2\n ]\n]");
    assert_eq!(to_json(&value, None).unwrap(), r#"{"a": [1, {"b": 2}], "c": [], "d": {}}"#);
}

#[test]
fn escapes_are_pythons() {
    let text = Value::from("é\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}😀/");
    assert_eq!(dumps_with(text.clone(), &[]), r#""\u00e9\"\\\n\r\t\b\f\u0001\u007f\ud83d\ude00/""#);
    assert_eq!(
        dumps_with(text, &[("ensure_ascii", Value::Bool(false))]),
        "\"é\\\"\\\\\\n\\r\\t\\b\\f\\u0001\u{7f}😀/\""
    );
    let kept = FakeHost::new().run("to_json", &[Value::from("é")]);
    assert_eq!(shown(kept), "'\"é\"'");
}

#[test]
fn keys_become_texts() {
    assert_eq!(dumps("{1: 1, 2.5: 2, True: 3, None: 4}"), r#"{"1": 3, "2.5": 2, "null": 4}"#);
    assert_eq!(dumps("{False: 0}"), r#"{"false": 0}"#);
    assert_eq!(
        dumps("{(1, 2): 3}"),
        "error: expected a text or a number as the key of JSON, found a tuple"
    );
    let sorted = [("sort_keys", Value::Bool(true))];
    assert_eq!(
        dumps_with(lit("{'b': 1, 'a': {'d': 1, 'c': 2}}"), &sorted),
        r#"{"a": {"c": 2, "d": 1}, "b": 1}"#
    );
    assert_eq!(dumps_with(lit("{10: 1, 9: 2}"), &sorted), r#"{"9": 2, "10": 1}"#);
    assert_eq!(
        dumps_with(lit("{10: 1, 'a': 2}"), &sorted),
        "error: keys of different types have no order"
    );
}

#[test]
fn what_json_does_not_know() {
    assert_eq!(dumps("{1, 2}"), "[1, 2]");
    assert_eq!(dumps_with(named("json"), &[]), "error: a function cannot be written as JSON");
    let count = function(|args| Ok(Value::count(args[0].items()?.len())));
    assert_eq!(dumps_with(lit("[{1, 2}, [3]]"), &[("default", count)]), "[2, [3]]");
    let same = function(|args| Ok(args[0].clone()));
    assert!(dumps_with(lit("{1}"), &[("default", same)]).starts_with("error: the function"));
}

#[test]
fn containers_in_themselves_are_errors() {
    let list = List::new(vec![]);
    list.push(Value::List(list.clone()));
    let fault = to_json(&Value::List(list.clone()), None).unwrap_err();
    assert_eq!(fault.message, "a list that contains itself cannot be written as JSON");
    assert!(to_json_value(&Value::List(list)).is_err());
    let dict = Dict::new(Map::default());
    dict.insert(Value::Int(1), Value::tuple(vec![Value::Dict(dict.clone())]));
    let fault = to_json(&Value::Dict(dict), None).unwrap_err();
    assert_eq!(fault.message, "a dict that contains itself cannot be written as JSON");
    let shared = Value::list(vec![Value::Int(1)]);
    assert_eq!(to_json(&Value::list(vec![shared.clone(), shared]), None).unwrap(), "[[1], [1]]");
}

#[test]
fn deep_values_are_errors() {
    let mut deep = Value::list(vec![]);
    for _ in 0..100_000 {
        deep = Value::tuple(vec![deep]);
    }
    assert!(to_json(&deep, None).is_err());
    assert!(to_json_value(&deep).is_err());
}

#[test]
fn trees_for_answers() {
    let value = lit("{'a': [1, 2.5, None, True], 2: {3}, 'big': 123456789012345678901234567890}");
    assert_eq!(
        to_json_value(&value).unwrap(),
        serde_json::json!({"a": [1, 2.5, null, true], "2": [3], "big": "123456789012345678901234567890"})
    );
    assert_eq!(to_json_value(&lit("18446744073709551615")).unwrap(), serde_json::json!(u64::MAX));
    assert_eq!(to_json_value(&lit("nan")).unwrap(), serde_json::Value::Null);
}
