//! Operators against values computed by CPython, and what is ours alone.

use rlm_lang_syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use rlm_lang_syntax::codes::Code;

use super::{augment, binary, compare, contains, unary};
use crate::dates::Date;
use crate::fault::{Fault, FaultKind};
use crate::testing::{FakeHost, lit, shown};
use crate::text::Text;
use crate::value::{Dict, DictKind, FailedCall, Value, repr};

fn op(sign: &str) -> BinaryOp {
    use BinaryOp::{
        Add, BitAnd, BitOr, BitXor, Div, FloorDiv, Mod, Mul, Pow, ShiftLeft, ShiftRight, Sub,
    };
    [Add, Sub, Mul, Div, FloorDiv, Mod, Pow, BitOr, BitAnd, BitXor, ShiftLeft, ShiftRight]
        .into_iter()
        .find(|op| super::sign(*op) == sign)
        .unwrap()
}

fn run(left: &str, sign: &str, right: &str) -> Result<Value, Fault> {
    binary(&mut FakeHost::new(), op(sign), lit(left), lit(right))
}

#[test]
fn agrees_with_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("cpython.txt").lines().filter(|l| !l.starts_with('#')) {
        let [left, sign, right, expected] =
            <[&str; 4]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        let found = match run(left, sign, right) {
            Ok(value) => repr(&value),
            Err(_) => "error".to_string(),
        };
        count += 1;
        if found != expected {
            wrong.push(format!("{left} {sign} {right}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 500, "{count}");
}

#[test]
fn errors_say_what_to_do() {
    for (left, sign, right, message, help) in [
        ("'a'", "+", "1", "cannot add a text and an int", "f\"{a}{b}\""),
        ("None", "+", "'a'", "cannot add None and a text", "a search may have found nothing"),
        ("[1]", "+", "2", "cannot add a list and an int", "append"),
        ("{'a': 1}", "+", "{'b': 1}", "cannot add a dict and a dict", "a | b"),
        ("1", "/", "0", "division by zero", "if b else"),
        ("'a'", "-", "1", "cannot subtract an int from a text", "int(x)"),
        ("1.5", "|", "1", "expected two ints around |, found a float", "int(x)"),
    ] {
        let fault = run(left, sign, right).unwrap_err();
        assert_eq!(fault.message, message);
        let found = fault.help.clone().unwrap_or_default();
        assert!(found.contains(help), "{left} {sign} {right}: {found}");
    }
}

#[test]
fn bombs_end_in_errors() {
    for (left, sign, right) in [
        ("10", "**", "100000000"),
        ("2", "<<", "10000000000"),
        ("'a'", "*", "10000000000"),
        ("[0]", "*", "1000000000"),
        ("(1, 2)", "*", "100000000000000000000000"),
        ("3", "**", "100000000000000000000000"),
    ] {
        assert!(run(left, sign, right).is_err(), "{left} {sign} {right}");
    }
    // Ints of one bit stay small for any exponent.
    assert_eq!(shown(run("-1", "**", "100000000000000000000001")), "-1");
    assert_eq!(shown(run("0", "<<", "100000000000000000000000")), "0");
    let mut host = FakeHost::new();
    let mut n = lit("3");
    let mut rounds = 0;
    while let Ok(square) = binary(&mut host, BinaryOp::Mul, n.clone(), n.clone()) {
        n = square;
        rounds += 1;
        assert!(rounds < 40);
    }
}

#[test]
fn failed_calls_are_named() {
    let failed = Value::Failed(std::rc::Rc::new(FailedCall {
        reason: "timeout after 3 tries".to_string(),
        about: "chunk 4".to_string(),
    }));
    let mut host = FakeHost::new();
    for (left, right) in [(failed.clone(), lit("'a'")), (lit("1"), failed.clone())] {
        let fault = binary(&mut host, BinaryOp::Add, left, right).unwrap_err();
        assert_eq!(fault.code, Code::FailedUsed);
        assert!(fault.message.contains("chunk 4") && fault.message.contains("timeout"));
    }
    let fault = contains(&mut host, &failed, &lit("'a'")).unwrap_err();
    assert_eq!(fault.code, Code::FailedUsed);
    let fault = unary(&mut host, UnaryOp::Minus, failed).unwrap_err();
    assert_eq!(fault.code, Code::FailedUsed);
}

#[test]
fn augment_changes_in_place() {
    let mut host = FakeHost::new();
    let list = lit("[1]");
    let alias = list.clone();
    for more in ["[2]", "(3, 4)", "{5: 6}", "'xy'"] {
        augment(&mut host, BinaryOp::Add, list.clone(), lit(more)).unwrap();
    }
    assert_eq!(repr(&alias), "[1, 2, 3, 4, 5, 'x', 'y']");
    augment(&mut host, BinaryOp::Add, list.clone(), list.clone()).unwrap();
    assert_eq!(alias.items().unwrap().len(), 14);
    augment(&mut host, BinaryOp::Mul, list, lit("0")).unwrap();
    assert_eq!(repr(&alias), "[]");

    let set = lit("{1, 2}");
    let alias = set.clone();
    augment(&mut host, BinaryOp::BitOr, set.clone(), lit("{3}")).unwrap();
    augment(&mut host, BinaryOp::Sub, set.clone(), lit("{1}")).unwrap();
    assert_eq!(repr(&alias), "{2, 3}");
    augment(&mut host, BinaryOp::BitXor, set.clone(), set).unwrap();
    assert_eq!(repr(&alias), "set()");

    let dict = lit("{'a': 1}");
    let alias = dict.clone();
    augment(&mut host, BinaryOp::BitOr, dict.clone(), lit("{'b': 2}")).unwrap();
    augment(&mut host, BinaryOp::BitOr, dict, lit("[('a', 9)]")).unwrap();
    assert_eq!(repr(&alias), "{'a': 9, 'b': 2}");

    let fault = augment(&mut host, BinaryOp::Add, lit("[1]"), lit("2")).unwrap_err();
    assert!(fault.help.clone().unwrap().contains("append"), "{fault:?}");
    // A tuple is made anew.
    let tuple = lit("(1,)");
    let result = augment(&mut host, BinaryOp::Add, tuple.clone(), lit("(2,)")).unwrap();
    assert_eq!((repr(&tuple), repr(&result)), ("(1,)".to_string(), "(1, 2)".to_string()));
}

#[test]
fn appending_to_a_text_is_cheap() {
    let mut host = FakeHost::new();
    let mut text = Value::from("");
    for _ in 0..20_000 {
        text = augment(&mut host, BinaryOp::Add, text, Value::from("0123456789")).unwrap();
    }
    assert_eq!(text.as_text().unwrap().byte_len(), 200_000);
}

fn counter(text: &str) -> Value {
    let Value::Dict(dict) = lit(text) else { panic!("no dict: {text}") };
    let map = dict.map().clone();
    Value::Dict(Dict::of_kind(map, DictKind::Counter))
}

#[test]
fn counters_add_up() {
    let mut host = FakeHost::new();
    for (sign, expected) in [
        ("+", "Counter({'a': 5, 'b': 1, 'c': 1})"),
        ("-", "Counter({'a': 1, 'b': 1})"),
        ("|", "Counter({'a': 3, 'c': 2, 'b': 1})"),
        ("&", "Counter({'a': 2})"),
    ] {
        let (left, right) = (counter("{'a': 3, 'b': 1, 'c': -1}"), counter("{'a': 2, 'c': 2}"));
        assert_eq!(shown(binary(&mut host, op(sign), left, right)), expected, "{sign}");
    }
    let total = counter("{'a': 1}");
    let alias = total.clone();
    augment(&mut host, BinaryOp::Add, total, counter("{'a': 1, 'b': 1}")).unwrap();
    assert_eq!(repr(&alias), "Counter({'a': 2, 'b': 1})");
    let kept = unary(&mut host, UnaryOp::Plus, counter("{'a': 0, 'b': 2}"));
    assert_eq!(shown(kept), "Counter({'b': 2})");
}

fn date(text: &str) -> Value {
    let (moment, has_time) = match text.parse::<jiff::civil::Date>() {
        Ok(date) if !text.contains('T') => (date.at(0, 0, 0, 0), false),
        _ => (text.parse().unwrap(), true),
    };
    Value::Date(std::rc::Rc::new(Date { moment, has_time }))
}

#[test]
fn dates_and_durations() {
    let mut host = FakeHost::new();
    let day = Value::Duration(86_400);
    for (left, sign, right, expected) in [
        (date("2024-03-01"), "-", date("2024-02-01"), "29 days, 0:00:00"),
        (date("2024-02-28"), "+", Value::Duration(2 * 86_400), "2024-03-01"),
        (Value::Duration(3600), "+", date("2024-02-28"), "2024-02-28 01:00:00"),
        (date("2024-01-01"), "-", day.clone(), "2023-12-31"),
        (date("2024-01-01T12:30:00"), "-", date("2024-01-01"), "12:30:00"),
        (day.clone(), "*", lit("3"), "3 days, 0:00:00"),
        (lit("0.5"), "*", day.clone(), "12:00:00"),
        (day.clone(), "/", Value::Duration(3600), "24.0"),
        (day.clone(), "/", lit("2"), "12:00:00"),
        (day.clone(), "//", Value::Duration(50_000), "1"),
        (day.clone(), "%", Value::Duration(50_000), "10:06:40"),
        (day.clone(), "-", Value::Duration(2 * 86_400), "-1 day, 0:00:00"),
        (date("2024-01-01"), "+", lit("1"), "error: cannot add a date and an int"),
        (
            date("9999-12-31"),
            "+",
            day.clone(),
            "error: this date would be outside the years 1 to 9999",
        ),
        (Value::Duration(i64::MAX), "+", day, "error: this duration is too long"),
    ] {
        let shown = shown(binary(&mut host, op(sign), left, right));
        assert!(shown == expected, "{sign}: {shown}, expected {expected}");
    }
}

#[test]
fn comparisons() {
    let mut host = FakeHost::new();
    let mut check = |left: &str, op: CompareOp, right: &str| {
        compare(&mut host, op, &lit(left), &lit(right)).map_err(|f| f.message.clone())
    };
    use CompareOp::{Equal, GreaterEqual, In, Is, IsNot, Less, LessEqual, NotEqual, NotIn};
    for (left, op, right, expected) in [
        ("1", Equal, "1.0", true),
        ("True", Equal, "1", true),
        ("'1'", Equal, "1", false),
        ("9007199254740993", Equal, "9007199254740992.0", false),
        ("[1, (2, 3)]", Equal, "[1, (2, 3)]", true),
        ("[1]", Equal, "(1,)", false),
        ("nan", Equal, "nan", false),
        ("nan", NotEqual, "nan", true),
        ("nan", Less, "1", false),
        ("1", GreaterEqual, "nan", false),
        ("(1, 'b')", Less, "(1, 'c')", true),
        ("[1, 2]", Less, "[1]", false),
        ("{1}", Less, "{1, 2}", true),
        ("{1, 3}", LessEqual, "{1, 2}", false),
        ("10000000000000000000000", Less, "1e30", true),
        ("1", Is, "1", true),
        ("1", Is, "True", false),
        ("None", Is, "None", true),
        ("[]", Is, "[]", false),
        ("[]", IsNot, "None", true),
        ("'b'", In, "'abc'", true),
        ("''", In, "''", true),
        ("'d'", NotIn, "'abc'", true),
        ("2", In, "[1, 2.0]", true),
        ("'a'", In, "{'a': 1}", true),
        ("(1, 2)", In, "{(1, 2)}", true),
        ("3", In, "(1, 2)", false),
    ] {
        assert_eq!(check(left, op, right), Ok(expected), "{left} {op:?} {right}");
    }
    for (left, op, right, expected) in [
        ("1", Less, "'a'", "cannot compare an int with a text"),
        ("1", In, "'abc'", "cannot look for an int in a text"),
        ("'a'", In, "None", "cannot look into None with `in`"),
        ("'a'", In, "5", "cannot look into an int with `in`"),
        ("[1]", In, "{1: 2}", "a list cannot be a key"),
    ] {
        assert_eq!(check(left, op, right), Err(expected.to_string()), "{left} {op:?} {right}");
    }
}

#[test]
fn none_compares_false_with_a_note() {
    let mut host = FakeHost::new();
    for (left, right) in [("None", "1"), ("1", "None"), ("1.5", "None"), ("None", "1.5")] {
        host.notes.clear();
        assert!(!compare(&mut host, CompareOp::Greater, &lit(left), &lit(right)).unwrap());
        assert_eq!(host.notes.len(), 1, "{left} > {right}");
        assert_eq!(host.notes[0].0, Code::NoneCompared);
    }
    host.notes.clear();
    assert!(!compare(&mut host, CompareOp::Less, &lit("nan"), &lit("1")).unwrap());
    assert!(!compare(&mut host, CompareOp::Less, &lit("1"), &lit("nan")).unwrap());
    assert!(host.notes.is_empty(), "{:?}", host.notes);
}

#[test]
fn ranges_are_searched_by_arithmetic() {
    use crate::ranges::Range;
    let mut host = FakeHost::new();
    let range = Value::List(Range::list(0, 1_000_000_000_000, 3));
    for (item, expected) in [
        ("0", true),
        ("999999999999", true),
        ("1", false),
        ("-3", false),
        ("6.0", true),
        ("6.5", false),
        ("'a'", false),
    ] {
        assert_eq!(contains(&mut host, &range, &lit(item)).unwrap(), expected, "{item}");
    }
    let down = Value::List(Range::list(10, 0, -2));
    for (item, expected) in [("10", true), ("2", true), ("0", false), ("3", false)] {
        assert_eq!(contains(&mut host, &down, &lit(item)).unwrap(), expected, "{item}");
    }
    assert!(range == Value::List(Range::list(0, 999_999_999_999 + 1, 3)));
    let fault = augment(&mut host, BinaryOp::Add, range, lit("[1]")).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Limit);
}

#[test]
fn views_are_texts() {
    let mut host = FakeHost::over("some long input");
    let view = host.context.slice_chars(5, 9);
    let sum = binary(&mut host, BinaryOp::Add, Value::Text(view), lit("'!'")).unwrap();
    assert_eq!(sum.as_text().unwrap(), Text::from("long!"));
}

#[test]
fn unary_operators() {
    let mut host = FakeHost::new();
    for (op, value, expected) in [
        (UnaryOp::Minus, "-9223372036854775808", "9223372036854775808"),
        (UnaryOp::Minus, "9223372036854775808", "-9223372036854775808"),
        (UnaryOp::Minus, "True", "-1"),
        (UnaryOp::Minus, "0.0", "-0.0"),
        (UnaryOp::Plus, "True", "1"),
        (UnaryOp::Invert, "5", "-6"),
        (UnaryOp::Invert, "-9223372036854775809", "9223372036854775808"),
        (UnaryOp::Not, "[]", "True"),
        (UnaryOp::Not, "'a'", "False"),
        (UnaryOp::Invert, "1.5", "error: expected an int after ~, found a float"),
        (UnaryOp::Minus, "'a'", "error: expected a number after -, found a text"),
    ] {
        assert_eq!(shown(unary(&mut host, op, lit(value))), expected, "{op:?} {value}");
    }
}
