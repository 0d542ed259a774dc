use std::rc::Rc;

use rlm_lang_syntax::codes::Code;

use super::{assign_slice, delete_index, index, set_index, slice};
use crate::fault::Fault;
use crate::ranges::{Enumerate, Range};
use crate::testing::{FakeHost, function, lit, shown};
use crate::value::{
    Dict, DictKind, Function, List, Map, Match, Pattern, PatternEngine, Value, repr,
};

fn at(object: &str, key: &str) -> Result<Value, Fault> {
    index(&mut FakeHost::new(), &lit(object), &lit(key))
}

#[test]
fn items_by_position_and_key() {
    for (object, key, expected) in [
        ("[1, 2, 3]", "0", "1"),
        ("[1, 2, 3]", "-1", "3"),
        ("[1, 2, 3]", "True", "2"),
        ("(1, 2)", "-2", "1"),
        ("'häß'", "1", "'ä'"),
        ("'häß'", "-1", "'ß'"),
        ("'häß'", "-3", "'h'"),
        ("{'a': 1, 2: 'b'}", "2.0", "'b'"),
        ("{(1, 2): 3}", "(1, 2)", "3"),
    ] {
        assert_eq!(shown(at(object, key)), expected, "{object}[{key}]");
    }
}

#[test]
fn errors_name_what_exists() {
    for (object, key, code, message, help) in [
        ("[1, 2, 3]", "5", Code::NotFound, "index 5 of a list with 3 items", "the last one is 2"),
        ("[1, 2, 3]", "-4", Code::NotFound, "index -4 of a list with 3 items", "-1"),
        ("[]", "0", Code::NotFound, "index 0 of an empty list", "test it first"),
        ("'ab'", "2", Code::NotFound, "index 2 of a text with 2 characters", "the last one is 1"),
        ("'ab'", "-3", Code::NotFound, "index -3 of a text with 2 characters", ""),
        ("(1,)", "99999999999999999999", Code::NotFound, "of a tuple with 1 item", ""),
        (
            "[1]",
            "'name'",
            Code::WrongType,
            "the index of a list is an int, found 'name'",
            "[x['name'] for x in xs]",
        ),
        ("[1]", "1.0", Code::WrongType, "the index of a list is an int, found a float", "//"),
        (
            "{'name': 1}",
            "'nmae'",
            Code::NotFound,
            "the dict has no key 'nmae'",
            "did you mean 'name'?",
        ),
        ("{1: 1, 2: 1}", "3", Code::NotFound, "the dict has no key 3", "its keys are 1, 2"),
        ("{}", "3", Code::NotFound, "the dict has no key 3", "the dict is empty"),
        ("{1: 1}", "[1]", Code::WrongType, "a list cannot be a key", "tuple"),
        ("None", "1", Code::NoMatch, "search found nothing, so there is no group 1", "if m"),
        ("None", "'a'", Code::NoMatch, "this is None, so there is no 'a'", "if m"),
        ("{1, 2}", "0", Code::WrongType, "a set has no items", "list(s)[0]"),
        ("5", "0", Code::WrongType, "an int has no items", "str(x)"),
    ] {
        let fault = at(object, key).unwrap_err();
        assert_eq!(fault.code, code, "{object}[{key}]: {fault:?}");
        assert!(fault.message.contains(message), "{object}[{key}]: {fault:?}");
        let found = fault.help.clone().unwrap_or_default();
        assert!(found.contains(help), "{object}[{key}]: {found}");
    }
}

fn a_match() -> Value {
    let regex = regex::bytes::Regex::new(r"(\w)(?<digit>\d)?").unwrap();
    let pattern = Pattern {
        source: regex.as_str().to_string(),
        engine: PatternEngine::Fast(regex),
        names: vec![None, None, Some("digit".to_string())],
        flags: 0,
        has_end: false,
        is_wild: false,
    };
    Value::Match(Rc::new(Match {
        searched: "xa7x".into(),
        groups: vec![Some(1..3), Some(1..2), Some(2..3)],
        pattern: Rc::new(pattern),
    }))
}

#[test]
fn groups_of_matches() {
    let mut host = FakeHost::new();
    for (key, expected) in [
        ("0", "'a7'"),
        ("1", "'a'"),
        ("'digit'", "'7'"),
        ("3", "error: the regex has 2 groups, so there is no group 3"),
        ("-1", "error: the regex has 2 groups, so there is no group -1"),
        ("'digits'", "error: the regex has no group \"digits\""),
    ] {
        assert_eq!(shown(index(&mut host, &a_match(), &lit(key))), expected, "{key}");
    }
    assert_eq!(shown(slice(&mut host, &a_match(), Some(1), None, None)), "'7'");
}

#[test]
fn missing_keys_by_kind() {
    let mut host = FakeHost::new();
    let counter = Value::Dict(Dict::of_kind(Map::default(), DictKind::Counter));
    assert_eq!(shown(index(&mut host, &counter, &lit("'a'"))), "0");
    assert_eq!(repr(&counter), "Counter()");
    let Value::Function(factory) = function(|_| Ok(Value::list(Vec::new()))) else { panic!() };
    let dict = Value::Dict(Dict::of_kind(Map::default(), DictKind::Default(factory)));
    let made = index(&mut host, &dict, &lit("'a'")).unwrap();
    let Value::List(list) = &made else { panic!() };
    list.push(lit("1"));
    assert_eq!(shown(index(&mut host, &dict, &lit("'a'"))), "[1]");
    assert!(index(&mut host, &dict, &lit("[1]")).is_err());
    let Value::Function(bad) = function(|_| Err(Fault::new(Code::Raised, "no"))) else { panic!() };
    assert!(matches!(&*bad, Function::User(_)));
    let dict = Value::Dict(Dict::of_kind(Map::default(), DictKind::Default(bad)));
    assert_eq!(shown(index(&mut host, &dict, &lit("'a'"))), "error: no");
}

#[test]
fn setting_and_deleting() {
    let mut host = FakeHost::new();
    let list = lit("[1, 2, 3]");
    set_index(&mut host, &list, lit("-1"), lit("9")).unwrap();
    delete_index(&mut host, &list, &lit("0")).unwrap();
    assert_eq!(repr(&list), "[2, 9]");
    let fault = set_index(&mut host, &list, lit("2"), lit("9")).unwrap_err();
    assert!(fault.help.clone().unwrap().contains("append"));
    let dict = lit("{'a': 1, 'b': 2, 'c': 3}");
    set_index(&mut host, &dict, lit("'a'"), lit("9")).unwrap();
    delete_index(&mut host, &dict, &lit("'b'")).unwrap();
    assert_eq!(repr(&dict), "{'a': 9, 'c': 3}");
    assert!(delete_index(&mut host, &dict, &lit("'b'")).is_err());
    assert!(set_index(&mut host, &dict, lit("[1]"), lit("9")).is_err());
    let fault = set_index(&mut host, &lit("'abc'"), lit("0"), lit("'x'")).unwrap_err();
    assert_eq!(fault.message, "a text cannot be changed");
    let fault = delete_index(&mut host, &lit("(1,)"), &lit("0")).unwrap_err();
    assert_eq!(fault.message, "a tuple cannot be changed");
    // A range becomes a plain list when it is changed, unless it is too long for that.
    let range = Value::List(Range::list(0, 3, 1));
    set_index(&mut host, &range, lit("1"), lit("'x'")).unwrap();
    assert_eq!(repr(&range), "[0, 'x', 2]");
    let range = Value::List(Range::list(0, i64::MAX, 1));
    assert!(set_index(&mut host, &range, lit("1"), lit("'x'")).is_err());
}

fn bound(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[test]
fn slices_agree_with_cpython() {
    let mut host = FakeHost::new();
    let letters = "abcdef";
    for line in include_str!("slices.txt").lines().filter(|l| !l.starts_with('#')) {
        let [len, start, stop, step, expected] =
            <[&str; 5]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        let len: i64 = len.parse().unwrap();
        let (start, stop, step) = (bound(start), bound(stop), bound(step));
        let plain = Value::list((0..len).map(Value::Int).collect());
        let range = Value::List(Range::list(0, len, 1));
        let tuple = Value::tuple((0..len).map(Value::Int).collect());
        for object in [plain, range, tuple] {
            let part = slice(&mut host, &object, start, stop, step).unwrap();
            let items = Value::List(List::new(part.items().unwrap().to_vec()));
            assert_eq!(repr(&items), expected, "{line}: {object:?}");
        }
        let text = Value::from(&letters[..usize::try_from(len).unwrap()]);
        let part = slice(&mut host, &text, start, stop, step).unwrap();
        let Value::List(positions) = lit(expected) else { panic!() };
        let wanted: String = positions
            .iter()
            .map(|p| match p {
                Value::Int(n) => letters.chars().nth(usize::try_from(n).unwrap()).unwrap(),
                _ => panic!(),
            })
            .collect();
        assert_eq!(part, Value::from(wanted.as_str()), "{line}");
    }
    for object in ["[1]", "(1,)", "'a'"] {
        assert!(slice(&mut host, &lit(object), None, None, Some(0)).is_err());
    }
    let fault = slice(&mut host, &lit("{'a': 1}"), None, Some(5), None).unwrap_err();
    assert_eq!(fault.message, "a dict cannot be sliced");
}

#[test]
fn slices_of_huge_ranges_stay_ranges() {
    let mut host = FakeHost::new();
    let range = Value::List(Range::list(5, i64::MAX, 3));
    let part = slice(&mut host, &range, Some(10), Some(1_000_000_000_000), Some(2)).unwrap();
    assert_eq!(repr(&part), "range(35, 3000000000005, 6)");
    let back = slice(&mut host, &Value::List(Range::list(0, 10, 1)), None, None, Some(-1)).unwrap();
    assert_eq!(
        repr(&Value::list(back.items().unwrap().to_vec())),
        "[9, 8, 7, 6, 5, 4, 3, 2, 1, 0]"
    );
    // Other native sequences give plain lists.
    let pairs = Enumerate { items: Range::list(0, 4, 1), start: 1 };
    let part = slice(&mut host, &Value::List(List::lazy(Rc::new(pairs))), Some(-2), None, None);
    assert_eq!(shown(part), "[(3, 2), (4, 3)]");
}

#[test]
fn slices_can_be_assigned() {
    // Expected values are CPython's.
    for (start, stop, step, items, expected) in [
        (Some(1), Some(3), None, "[9]", "[0, 9, 3, 4]"),
        (Some(1), Some(1), None, "[8, 9]", "[0, 8, 9, 1, 2, 3, 4]"),
        (Some(3), Some(1), None, "[9]", "[0, 1, 2, 9, 3, 4]"),
        (None, None, None, "'ab'", "['a', 'b']"),
        (None, None, Some(2), "[7, 8, 9]", "[7, 1, 8, 3, 9]"),
        (None, None, Some(-1), "(1, 2, 3, 4, 5)", "[5, 4, 3, 2, 1]"),
        (None, None, Some(2), "[]", "[1, 3]"),
        (Some(-2), Some(100), None, "[]", "[0, 1, 2]"),
        (None, None, Some(2), "[7]", "error: expected 3 items for this slice, found 1"),
        (None, None, None, "5", "error: expected a list for this slice, found an int"),
    ] {
        let list = lit("[0, 1, 2, 3, 4]");
        let done = assign_slice(&mut FakeHost::new(), &list, start, stop, step, lit(items));
        assert_eq!(shown(done.map(|()| list)), expected, "{items}");
    }
    let list = lit("[1, 2]");
    assign_slice(&mut FakeHost::new(), &list, Some(1), None, None, list.clone()).unwrap();
    assert_eq!(repr(&list), "[1, 1, 2]");
}
