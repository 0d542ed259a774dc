use crate::records::{parse_json, parse_json_lenient};
use crate::testing::{FakeHost, shown};
use crate::text::Text;
use crate::value::{Value, repr};

fn json(text: &str) -> String {
    shown(FakeHost::new().run("json", &[Value::from(text)]))
}

#[test]
fn values_are_pythons() {
    assert_eq!(json("null"), "None");
    assert_eq!(
        json(" [true, false, -0, 0.5, 1e3, -1.5E-2] "),
        "[True, False, 0, 0.5, 1000.0, -0.015]"
    );
    assert_eq!(json("123456789012345678901234567890"), "123456789012345678901234567890");
    assert_eq!(json("[1e999, NaN, -Infinity, -0.0]"), "[inf, nan, -inf, -0.0]");
    assert_eq!(json("{\"a\": 1, \"b\": [], \"c\": {}, \"a\": 2}"), "{'a': 2, 'b': [], 'c': {}}");
}

#[test]
fn escapes_are_resolved() {
    assert_eq!(json(r#""a\n\t\"\\\/\u00e9""#), "'a\\n\\t\"\\\\/é'");
    assert_eq!(json(r#""\ud83d\ude00 \ud83d x""#), "'😀 \u{fffd} x'");
    assert_eq!(json(r#""\ud83d\u0041""#), "'\u{fffd}A'");
}

#[test]
fn several_values_are_a_list() {
    assert_eq!(json("{\"a\": 1}\n{\"a\": 2}\n\n"), "[{'a': 1}, {'a': 2}]");
    assert_eq!(json("[1][2] {}"), "[[1], [2], {}]");
    assert_eq!(json("1\n2\n"), "[1, 2]");
    for text in ["1 2", "2023-01-06", "01", "\"a\" \"b\""] {
        assert!(json(text).starts_with("error: no JSON: expected the end"), "{text}");
    }
}

#[test]
fn fences_are_taken_off() {
    assert_eq!(json("```json\n{\"a\": 1}\n```"), "{'a': 1}");
    assert_eq!(json("\u{feff}```\n[1]\n```\n"), "[1]");
    assert_eq!(json("Here it is:\n```json\n[1, 2]\n```\nI hope it helps {really}."), "[1, 2]");
    assert_eq!(json("```json\n{\"a\": 1}"), "{'a': 1}");
    assert_eq!(json("{\"code\": \"```x```\"}"), "{'code': '```x```'}");
}

#[test]
fn slips_of_models_are_understood() {
    assert_eq!(
        json("{'a': True, 'b': None, 'c': 'it\\'s',}"),
        "{'a': True, 'b': None, 'c': \"it's\"}"
    );
    assert_eq!(json("[1, 2, // two\n 3, /* three */]"), "[1, 2, 3]");
    assert_eq!(json("{name: \"x\", age: 3}"), "{'name': 'x', 'age': 3}");
    assert_eq!(json("{\"a\": \"one\ntwo\"}"), "{'a': 'one\\ntwo'}");
    assert_eq!(json("The answer is {\"a\": [1]}, see [2]."), "{'a': [1]}");
    assert_eq!(json("Result: [1, 2]"), "[1, 2]");
}

#[test]
fn doubts_are_errors_with_a_place() {
    assert_eq!(
        json("[1, 2"),
        "error: no JSON: expected `,` or `]`, found the end of the text at line 1, column 6"
    );
    assert_eq!(
        json("{\"a\": 1}\n{\"a\": }\n"),
        "error: no JSON: expected a value, found `}` at line 2, column 7"
    );
    assert_eq!(
        json("{\"é\": x}"),
        "error: no JSON: expected a value, found `x` at line 1, column 7"
    );
    assert_eq!(
        json(""),
        "error: no JSON: expected a value, found the end of the text at line 1, column 1"
    );
    assert_eq!(
        json("\"abc"),
        "error: no JSON: a text without its closing quote at line 1, column 1"
    );
    assert_eq!(json("{\"a\" 1}"), "error: no JSON: expected `:`, found `1` at line 1, column 6");
    assert!(json("first {\"a\": 1} second {\"b\": 2}").starts_with("error: "));
    for broken in ["{\"a\": 1} {\"b\": ", "[[1], [2", "x = [y, [1]]", "[1] and [2]"] {
        assert!(json(broken).starts_with("error: "), "{broken}");
    }
    assert_eq!(json("As [the report] says: {\"a\": 1}"), "{'a': 1}");
}

#[test]
fn depth_and_digits_are_bounded() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(parse_json(&Text::from(deep(500))).is_ok());
    let error = parse_json(&Text::from(deep(501))).unwrap_err();
    assert!(error.message.contains("nested more than 500"), "{}", error.message);
    assert!(parse_json(&Text::from("[".repeat(1_000_000))).is_err());
    assert!(parse_json(&Text::from("{\"a\":".repeat(100_000))).is_err());
    assert!(json(&"9".repeat(4300)).starts_with("999"));
    assert!(json(&"9".repeat(4301)).contains("more than 4300 digits"));
}

#[test]
fn plain_texts_are_views_of_the_input() {
    let mut host = FakeHost::over("{\"name\": \"Ada\", \"note\": \"a\\nb\"}");
    let context = Value::Text(host.context.clone());
    let Ok(Value::Dict(row)) = host.run("json.loads", &[context]) else { panic!("no dict") };
    let place = |name: &str| {
        row.get(&Value::from(name)).and_then(|v| v.as_text()?.place().map(|p| p.start_byte))
    };
    assert_eq!(place("name"), Some(10));
    assert_eq!(place("note"), None);
}

#[test]
fn replies_are_read_as_tolerantly_as_possible() {
    let lenient = |text: &str| parse_json_lenient(text).map(|v| repr(&v));
    assert_eq!(lenient("so {\"a\": 1} or rather {\"a\": 22}").as_deref(), Some("{'a': 22}"));
    assert_eq!(lenient("[\"yes\"] because of [2]").as_deref(), Some("['yes']"));
    assert_eq!(lenient("no idea"), None);
    assert_eq!(lenient(""), None);
}

#[test]
fn invalid_bytes_are_replaced() {
    let source = crate::text::Source::from_bytes("x", b"[\"a\xffb\"]".to_vec());
    let value = parse_json(&Text::whole(&source)).unwrap();
    assert_eq!(repr(&value), "['a\u{fffd}b']");
}

#[test]
fn limits_stop_a_large_text() {
    let mut host = FakeHost::new();
    host.fuel = 100;
    let text = format!("[{}1]", "1,".repeat(100_000));
    let fault = host.run("json", &[Value::from(text.as_str())]).unwrap_err();
    assert_eq!(fault.message, "out of steps");
}
