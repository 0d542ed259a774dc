//! What CPython does not have, and what must not happen.

use rlm_lang_syntax::codes::Code;

use crate::builtin::Table;
use crate::fault::FaultKind;
use crate::testing::{FakeHost, function, lit, shown};
use crate::value::{List, Value, repr};

fn run(name: &str, args: &[&str]) -> String {
    let args: Vec<Value> = args.iter().map(|a| lit(a)).collect();
    shown(FakeHost::new().run(name, &args))
}

fn run_with(name: &str, args: &[&str], keyword: &str, value: Value) -> String {
    let args: Vec<Value> = args.iter().map(|a| lit(a)).collect();
    shown(FakeHost::new().run_with(name, &args, &[(keyword, value)]))
}

#[test]
fn ranges_cost_nothing() {
    let mut host = FakeHost::new();
    let huge = host.run("range", &[Value::Int(i64::MAX)]).unwrap();
    assert_eq!(repr(&huge), "range(0, 9223372036854775807)");
    let sum = host.run("sum", std::slice::from_ref(&huge)).unwrap();
    assert_eq!(repr(&sum), "42535295865117307919086767873688862721");
    assert_eq!(shown(host.run("max", std::slice::from_ref(&huge))), "9223372036854775806");
    assert_eq!(shown(host.run("first", std::slice::from_ref(&huge))), "0");
    assert_eq!(shown(host.run("next", std::slice::from_ref(&huge))), "0");
    for name in ["sorted", "unique", "flatten", "pairs", "cycle", "Counter", "all"] {
        let huge = host.run("range", &[Value::Int(1), Value::Int(i64::MAX)]).unwrap();
        let fault = FakeHost::new().run(name, &[huge]).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Limit, "{name}: {}", fault.message);
    }
}

#[test]
fn combinations_are_refused_before_they_are_made() {
    let mut host = FakeHost::new();
    let xs = Value::list((0..200).map(Value::Int).collect());
    for (name, r) in [("combinations", 100), ("permutations", 150), ("combinations", 5)] {
        let fault = host.run(name, &[xs.clone(), Value::Int(r)]).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Limit);
    }
    let args = vec![xs.clone(); 9];
    assert_eq!(host.run("product", &args).unwrap_err().kind, FaultKind::Limit);
    let repeat = [("repeat", Value::Int(i64::MAX))];
    assert_eq!(host.run_with("product", &[xs], &repeat).unwrap_err().kind, FaultKind::Limit);
    let one = [lit("[1]")];
    assert_eq!(host.run_with("product", &one, &repeat).unwrap_err().kind, FaultKind::Limit);
    assert!(host.run("repeat", &[Value::None, Value::Int(i64::MAX)]).is_err());
}

#[test]
fn views_do_not_nest_without_end() {
    let mut host = FakeHost::new();
    let mut xs = lit("[1, 2]");
    for _ in 0..20_000 {
        xs = host.run("reversed", &[xs]).unwrap();
    }
    assert_eq!(shown(host.run("sorted", &[xs])), "[1, 2]");
    let mut xs = lit("[1]");
    for _ in 0..20_000 {
        xs = host.run("enumerate", &[xs]).unwrap();
    }
    drop(xs);
}

#[test]
fn none_is_sorted_first_with_a_note() {
    let mut host = FakeHost::new();
    let sorted = host.run("sorted", &[lit("[3, None, 1]")]);
    assert_eq!(shown(sorted), "[None, 1, 3]");
    assert_eq!(host.notes[0].0, Code::NoneCompared);
    let sorted = host.run("sorted", &[lit("[('a', 2), ('a', None), ('a', 1)]")]);
    assert_eq!(shown(sorted), "[('a', None), ('a', 1), ('a', 2)]");
    assert_eq!(shown(host.run("max", &[lit("[None, 4, 1]")])), "4");
    let mut host = FakeHost::new();
    assert_eq!(shown(host.run("sorted", &[lit("[None, None]")])), "[None, None]");
    assert!(host.notes.is_empty());
}

#[test]
fn a_sort_survives_inconsistent_order() {
    // NaN has no order at all, and keys may be overlapping sets.
    let items: Vec<String> = (0..200)
        .map(|i| if i % 3 == 0 { "nan".into() } else { format!("{}.5", i * 7 % 50) })
        .collect();
    let text = format!("[{}]", items.join(", "));
    let found = FakeHost::new().run("sorted", &[lit(&text)]).unwrap();
    assert_eq!(found.items().unwrap().len(), 200);
    assert_eq!(run("sorted", &["[{1}, {2}, {1, 2}]"]), "[{1}, {2}, {1, 2}]");
}

#[test]
fn a_sort_is_stable_and_right_at_any_size() {
    let mut seed = 1u64;
    for n in [15, 16, 17, 33, 100, 1000] {
        // Tuples take the merge sort, not the fast path.
        let items: Vec<Value> = (0..n)
            .map(|i| {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let key = i64::try_from(seed >> 60).unwrap();
                Value::tuple(vec![Value::tuple(vec![Value::Int(key)]), Value::Int(i)])
            })
            .collect();
        for reverse in [false, true] {
            let first = function(|args| {
                crate::subscript::index(&mut FakeHost::new(), &args[0], &Value::Int(0))
            });
            let keywords = [("key", first), ("reverse", Value::Bool(reverse))];
            let sorted = FakeHost::new()
                .run_with("sorted", &[Value::list(items.clone())], &keywords)
                .unwrap();
            let mut expected: Vec<(i64, i64)> = items.iter().map(pair).collect();
            expected.sort_by_key(|&(key, _)| if reverse { -key } else { key });
            let found: Vec<(i64, i64)> = sorted.items().unwrap().iter().map(|x| pair(&x)).collect();
            assert_eq!(found, expected, "{n} {reverse}");
        }
    }
}

fn pair(item: &Value) -> (i64, i64) {
    let Value::Tuple(pair) = item else { panic!() };
    match (&pair[0], &pair[1]) {
        (Value::Tuple(key), Value::Int(i)) => match &key[..] {
            [Value::Int(key)] => (*key, *i),
            _ => panic!(),
        },
        _ => panic!(),
    }
}

#[test]
fn a_key_may_change_the_list() {
    let list = List::new((0..100).map(Value::Int).collect());
    let inner = list.clone();
    let clear = function(move |args| {
        inner.values_mut().clear();
        Ok(args[0].clone())
    });
    let mut host = FakeHost::new();
    let keywords = [("key", clear.clone())];
    host.method_with(&Value::List(list.clone()), "sort", &[], &keywords).unwrap();
    assert_eq!(list.len(), 100);
    let refill = |list: &List| list.values_mut().extend([Value::Int(1), Value::Int(2)]);
    for name in ["max", "unique", "count_by", "group_by", "groupby"] {
        refill(&list);
        host.run_with(name, &[Value::List(list.clone())], &keywords).unwrap();
    }
    for name in ["map", "filter", "takewhile"] {
        refill(&list);
        host.run(name, &[clear.clone(), Value::List(list.clone())]).unwrap();
    }
}

#[test]
fn a_list_that_grows_while_it_is_walked_ends_at_the_limit() {
    let list = List::new(vec![Value::Int(1)]);
    let inner = list.clone();
    let grow = function(move |_| {
        inner.push(Value::Int(1));
        Ok(Value::None)
    });
    let mut host = FakeHost::new();
    host.fuel = 10_000;
    let fault = host.run("map", &[grow, Value::List(list)]).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Limit);
}

#[test]
fn unique_keeps_the_first() {
    assert_eq!(run("unique", &["['b', 'a', 'b', 1, 1.0, True]"]), "['b', 'a', 1]");
    assert_eq!(
        run("unique", &["[[1], (1,), [1], {'a': 1, 'b': [2]}, {'b': [2], 'a': 1}]"]),
        "[[1], (1,), {'a': 1, 'b': [2]}]"
    );
    assert_eq!(
        run_with("unique", &["[{'k': 1, 'n': 1}, {'k': 1, 'n': 2}]"], "key", "k".into()),
        "[{'k': 1, 'n': 1}]"
    );
}

#[test]
fn flatten_opens_one_level() {
    assert_eq!(
        run("flatten", &["[[1, [2]], (3,), 4, 'ab', None, {'k': 1}]"]),
        "[1, [2], 3, 4, 'ab', None, {'k': 1}]"
    );
    assert_eq!(run("pairs", &["['a', 'b', 'c']"]), "[('a', 'b'), ('a', 'c'), ('b', 'c')]");
    assert_eq!(run("pairs", &["[1]"]), "[]");
}

#[test]
fn counts_come_most_frequent_first() {
    assert_eq!(
        run("count_by", &["['c', 'a', 'b', 'b', 'a']"]),
        "Counter({'a': 2, 'b': 2, 'c': 1})"
    );
    let mut host = FakeHost::new();
    let counts = host.run("count_by", &[lit("['c', 'a', 'b', 'b', 'a']")]).unwrap();
    assert_eq!(shown(host.method(&counts, "keys", &[])), "['a', 'b', 'c']");
    assert_eq!(shown(host.method(&counts, "most_common", &[Value::Int(1)])), "[('a', 2)]");
    let rows = "[{'c': 'DE', 'n': 1}, {'c': 'FR', 'n': 2}, {'c': 'FR', 'n': 3}]";
    assert_eq!(run_with("count_by", &[rows], "key", "c".into()), "Counter({'FR': 2, 'DE': 1})");
    assert_eq!(
        run_with("group_by", &[rows], "key", "c".into()),
        "{'DE': [{'c': 'DE', 'n': 1}], 'FR': [{'c': 'FR', 'n': 2}, {'c': 'FR', 'n': 3}]}"
    );
    assert_eq!(run("count_by", &["[[1]]"]), "error: a list cannot be a key");
}

#[test]
fn iterators_are_walked_once() {
    let mut host = FakeHost::new();
    let it = host.run("iter", &[lit("[1, 2, 3, 4]")]).unwrap();
    assert_eq!(shown(host.run("next", std::slice::from_ref(&it))), "1");
    assert_eq!(shown(host.run("islice", &[it.clone(), Value::Int(1)])), "[2]");
    assert_eq!(shown(host.run("sorted", std::slice::from_ref(&it))), "[3, 4]");
    assert_eq!(shown(host.run("next", std::slice::from_ref(&it))), "error: there is no next item");
    assert_eq!(shown(host.run("next", &[it.clone(), Value::None])), "None");
    let it = host.run("iter", &[lit("[1, 2, 3, 4, 5]")]).unwrap();
    assert_eq!(shown(host.run("zip", &[it.clone(), it])), "[(1, 2), (3, 4)]");
}

#[test]
fn itemgetter_makes_keys() {
    let mut host = FakeHost::new();
    let key = host.run("itemgetter", &[Value::Int(1)]).unwrap();
    let sorted = host.run_with("sorted", &[lit("[('a', 2), ('b', 1)]")], &[("key", key)]);
    assert_eq!(shown(sorted), "[('b', 1), ('a', 2)]");
    let both = host.run("itemgetter", &["n".into(), "k".into()]).unwrap();
    assert_eq!(shown(host.run("map", &[both, lit("[{'k': 1, 'n': 2}]")])), "[(2, 1)]");
}

#[test]
fn factories_make_missing_values() {
    let mut host = FakeHost::new();
    let zero = function(|_| Ok(Value::Int(0)));
    let d = host.run("defaultdict", &[zero]).unwrap();
    let value = crate::subscript::index(&mut host, &d, &"a".into());
    assert_eq!(shown(value), "0");
    assert_eq!(run("defaultdict", &["5"]), "error: expected a function, found an int");
    // Factories upon factories must not overflow the stack when they are dropped.
    let mut d = d;
    for _ in 0..200_000 {
        let get = Table::get().method(d.ty(), "get").unwrap();
        let receiver = std::mem::take(&mut d);
        let bound = crate::value::Function::Method { receiver, builtin: get };
        d = host.run("defaultdict", &[Value::Function(std::rc::Rc::new(bound))]).unwrap();
    }
    drop(d);
}

#[test]
fn errors_say_what_to_do() {
    for (name, args, message, help) in [
        ("sum", &["['a']"][..], "sum, item 0: sum adds numbers, found a text", "join"),
        ("sum", &["[1, None]"], "sum, item 1: cannot add an int and None", "search"),
        ("max", &["[]"], "max of no items", "default=None"),
        ("min", &["5"], "min, xs: expected a list, found an int", ""),
        ("sorted", &["[1, 'a']"], "cannot compare a text with an int", "int(x)"),
        ("range", &["1", "2", "0"], "the step of a range cannot be 0", ""),
        ("next", &["[]"], "there is no next item", "next(xs, None)"),
        ("sample", &["'abc'", "2"], "expected a list, found a text", "lines(t)"),
        ("sample", &["[1]", "-2"], "sample, n: expected a count, found -2", ""),
    ] {
        let args: Vec<Value> = args.iter().map(|a| lit(a)).collect();
        let fault = FakeHost::new().run(name, &args).unwrap_err();
        assert_eq!(fault.message, message, "{name}");
        assert!(fault.help.as_deref().unwrap_or("").contains(help), "{name}: {:?}", fault.help);
    }
    for (receiver, name, args, message, help) in [
        ("[1]", "remove", &["5"][..], "5 is not in the list", "if x in xs"),
        ("[1]", "pop", &["5"], "no position 5 in a list of 1 item", ""),
        ("[]", "pop", &[], "pop from an empty list", "if xs"),
        ("(1,)", "index", &["5"], "5 is not in the tuple", ""),
        ("[1]", "extend", &["None"], "expected a list, found None", "append"),
        ("{1}", "remove", &["5"], "5 is not in the set", "discard"),
        ("{1}", "add", &["[5]"], "a list cannot be a key", "tuple(xs)"),
        ("{'a': 1}", "pop", &["'b'"], "the dict has no key 'b'", ""),
        ("{'a': 1}", "get", &["[1]"], "a list cannot be a key", "tuple(xs)"),
    ] {
        let args: Vec<Value> = args.iter().map(|a| lit(a)).collect();
        let fault = FakeHost::new().method(&lit(receiver), name, &args).unwrap_err();
        assert_eq!(fault.message, message, "{name}");
        assert!(fault.help.as_deref().unwrap_or("").contains(help), "{name}: {:?}", fault.help);
    }
}

#[test]
fn a_frozenset_cannot_be_changed() {
    let Value::Set(set) = lit("{1, 2}") else { panic!() };
    set.freeze();
    let set = Value::Set(set);
    let mut host = FakeHost::new();
    for (name, args) in
        [("add", vec![Value::Int(3)]), ("pop", vec![]), ("update", vec![lit("[1]")])]
    {
        assert_eq!(shown(host.method(&set, name, &args)), "error: a frozenset cannot be changed");
    }
    assert_eq!(shown(host.method(&set, "union", &[lit("[3]")])), "frozenset({1, 2, 3})");
}

#[test]
fn habits_of_other_languages() {
    let mut host = FakeHost::new();
    let xs = lit("[1, 2]");
    host.method(&xs, "push", &[Value::Int(3)]).unwrap();
    assert_eq!(shown(host.method(&xs, "length", &[])), "3");
    assert_eq!(shown(host.method(&xs, "includes", &[Value::Int(3)])), "True");
    assert_eq!(shown(host.method(&lit("{'a': 1}"), "has", &["a".into()])), "True");
    assert_eq!(shown(host.method(&lit("set()"), "isEmpty", &[])), "True");
    assert!(host.notes.iter().all(|(code, _)| *code == Code::Habit) && host.notes.len() == 3);
}

#[test]
fn move_to_end_reorders() {
    let mut host = FakeHost::new();
    let d = lit("{'a': 1, 'b': 2, 'c': 3}");
    host.method(&d, "move_to_end", &["a".into()]).unwrap();
    assert_eq!(repr(&d), "{'b': 2, 'c': 3, 'a': 1}");
    host.method_with(&d, "move_to_end", &["c".into()], &[("last", Value::Bool(false))]).unwrap();
    assert_eq!(repr(&d), "{'c': 3, 'b': 2, 'a': 1}");
    assert_eq!(shown(host.method(&d, "popitem", &[Value::Bool(false)])), "('c', 3)");
}

#[test]
fn samples_are_evenly_spaced() {
    assert_eq!(run("sample", &["[0, 1, 2, 3, 4, 5, 6, 7, 8]", "5"]), "[0, 2, 4, 6, 8]");
    assert_eq!(run("sample", &["[0, 1, 2, 3]", "1"]), "[0]");
    assert_eq!(run("sample", &["[0, 1]", "5"]), "[0, 1]");
    assert_eq!(run("sample", &["[0, 1]", "0"]), "[]");
    assert_eq!(run("sample", &["[]"]), "[]");
}

#[test]
fn tables_are_aligned() {
    let table = |rows: &str| {
        let text = FakeHost::new().run("table", &[lit(rows)]).unwrap();
        text.as_text().unwrap().to_str().into_owned()
    };
    assert_eq!(
        table("[{'name': 'Ada', 'n': 3}, {'name': 'Bo', 'n': 12, 'x': 'a\\nb'}]"),
        "name |  n | x\nAda  |  3 |\nBo   | 12 | a b"
    );
    assert_eq!(table("[('é', 1.5), ('bc', 10)]"), "é  | 1.5\nbc |  10");
    assert_eq!(table("{'a': 1, 'bb': 22}"), "a  |  1\nbb | 22");
    assert_eq!(table("[]"), "");
    assert_eq!(table("['x', 'yy']"), "x\nyy");
    assert_eq!(run_with("table", &["[{'a': 1, 'b': 2}]"], "headers", lit("['b']")), "'b\\n2'");
}

#[test]
fn dotted_names_are_found() {
    for (name, found) in [
        ("itertools.chain.from_iterable", "chain.from_iterable"),
        ("itertools.count", "itertools.count"),
        ("collections.Counter", "Counter"),
        ("operator.itemgetter", "itemgetter"),
        ("heapq.nlargest", "nlargest"),
    ] {
        assert_eq!(Table::get().function(name).unwrap().signature.name, found);
    }
}
