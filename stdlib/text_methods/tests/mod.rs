//! The methods of texts against CPython, and what CPython does not have.

use rlm_lang_syntax::codes::Code;

use crate::testing::{FakeHost, lit, shown};
use crate::text::Text;
use crate::value::{Value, repr};

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Number(n) => Value::Int(n.as_i64().unwrap()),
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Array(items) => Value::list(items.iter().map(value).collect()),
        serde_json::Value::Object(o) => {
            Value::tuple(o["tuple"].as_array().unwrap().iter().map(value).collect())
        }
        serde_json::Value::Null => Value::None,
    }
}

/// Lines of JSON: receiver, method, arguments, keyword arguments, and what CPython 3.11 gives.
#[test]
fn agrees_with_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("cpython.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let args: Vec<Value> = case[2].as_array().unwrap().iter().map(value).collect();
        let name = case[1].as_str().unwrap();
        let result = FakeHost::new().method(&value(&case[0]), name, &args).ok();
        let expected = (!case[4]["error"].is_number()).then(|| value(&case[4]));
        count += 1;
        // Values that are equal may still be of different kinds: 1 and True.
        let same_kind = result.as_ref().map(Value::ty) == expected.as_ref().map(Value::ty);
        if result != expected || !same_kind {
            let found = result.map_or_else(|| "an error".to_string(), |v| repr(&v));
            wrong.push(format!("{line}\n    found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1500, "{count}");
}

fn method(receiver: &str, name: &str, args: &str) -> String {
    let Value::Tuple(args) = lit(args) else { panic!("arguments are a tuple") };
    shown(FakeHost::new().method(&Value::from(receiver), name, &args))
}

#[test]
fn habits_of_other_languages_work() {
    assert_eq!(method(" a ", "trim", "()"), "'a'");
    assert_eq!(method("Ab", "toLowerCase", "()"), "'ab'");
    assert_eq!(method("banana", "includes", "('nan',)"), "True");
    assert_eq!(method("banana", "contains", "('x',)"), "False");
    assert_eq!(method("a-b-c", "replaceAll", "('-', '+')"), "'a+b+c'");
    assert_eq!(method("banana", "indexOf", "('an',)"), "1");
    assert_eq!(method("abcdef", "substring", "(1, 3)"), "'bc'");
    assert_eq!(method("7", "padStart", "(3, '0')"), "'007'");
    assert_eq!(method("ab", "repeat", "(3,)"), "'ababab'");
    assert_eq!(method("naïve", "length", "()"), "5");
    assert_eq!(method("naïve", "len", "()"), "5");
    assert_eq!(method("a", "to_string", "()"), "'a'");
}

#[test]
fn items_of_a_join_become_texts() {
    assert_eq!(method(", ", "join", "(['a', 1, 2.5, None, [1]],)"), "'a, 1, 2.5, None, [1]'");
    let failed = Value::Failed(std::rc::Rc::new(crate::value::FailedCall {
        reason: "timeout".to_string(),
        about: String::new(),
    }));
    let list = Value::list(vec![Value::from("a"), failed]);
    let fault = FakeHost::new().method(&Value::from(", "), "join", &[list]).unwrap_err();
    assert_eq!(fault.code, Code::FailedUsed);
    assert_eq!(fault.message, "join, item 1: this model call failed: timeout");
}

#[test]
fn pieces_keep_their_place() {
    let mut host = FakeHost::over("alpha: 1\nbeta: äö 2\n");
    let context = Value::Text(host.context.clone());
    let lines = host.method(&context, "splitlines", &[]).unwrap().items().unwrap();
    let second = lines.get(1).unwrap();
    let parts = host.method(&second, "partition", &[Value::from(": ")]).unwrap();
    let Value::Tuple(parts) = parts else { panic!("a tuple") };
    for (name, expected) in [("start", "15"), ("end", "19"), ("line", "2"), ("name", "'input.txt'")]
    {
        assert_eq!(shown(host.method(&parts[2], name, &[])), expected);
    }
    let wide = shown(host.method(&parts[2], "around", &[Value::Int(6)]));
    assert_eq!(wide, "'beta: äö 2\\n'");
    assert_eq!(shown(host.method(&parts[0], "around_lines", &[Value::Int(0)])), "'beta: äö 2'");
    assert_eq!(shown(host.method(&Value::from("own"), "line", &[])), "None");
    assert_eq!(shown(host.method(&Value::from("own"), "around", &[])), "'own'");
}

#[test]
fn translate_takes_a_table() {
    let mut host = FakeHost::new();
    let args = [Value::from("abc"), Value::from("xyz"), Value::from("d")];
    let table = host.run("str.maketrans", &args).unwrap();
    assert_eq!(shown(host.method(&Value::from("aabbccdd-"), "translate", &[table])), "'xxyyzz-'");
    let table = host.run("str.maketrans", &[lit("{'a': 'long', 'b': None}")]).unwrap();
    assert_eq!(shown(host.method(&Value::from("abc"), "translate", &[table])), "'longc'");
}

#[test]
fn large_results_are_asked_for() {
    let mut host = FakeHost::new();
    for (name, args) in [
        ("ljust", vec![Value::Int(1 << 40)]),
        ("center", vec![Value::Int(i64::MAX)]),
        ("zfill", vec![Value::Int(i64::MAX)]),
        ("repeat", vec![Value::Int(i64::MAX)]),
        ("replace", vec![Value::from("a"), Value::Text(Text::from("x".repeat(1 << 20)))]),
        ("expandtabs", vec![Value::Int(i64::MAX)]),
    ] {
        let receiver = Value::Text(Text::from("a\t".repeat(100)));
        let fault = host.method(&receiver, name, &args).unwrap_err();
        assert!(
            matches!(fault.code, Code::OutOfMemory | Code::OutOfSteps),
            "{name}: {}",
            fault.message
        );
    }
}

#[test]
fn invalid_bytes_are_replacement_characters() {
    let source = crate::text::Source::from_bytes("x", b"  caf\xe9 a,\xffb ".to_vec());
    let text = Value::Text(Text::whole(&source));
    let mut host = FakeHost::new();
    assert_eq!(shown(host.method(&text, "strip", &[])), "'caf\u{fffd} a,\u{fffd}b'");
    assert_eq!(shown(host.method(&text, "split", &[])), "['caf\u{fffd}', 'a,\u{fffd}b']");
    assert_eq!(shown(host.method(&text, "find", &[Value::from("b")])), "10");
    assert_eq!(shown(host.method(&text, "upper", &[])), "'  CAF\u{fffd} A,\u{fffd}B '");
}
