//! Sequences and methods of containers against values computed by CPython.

mod ours;

use crate::fault::Fault;
use crate::operators::{binary, unary};
use crate::testing::{FakeHost, function, lit, shown};
use crate::value::{Dict, DictKind, Value, equals, repr};
use rlm_lang_syntax::ast::{BinaryOp, UnaryOp};

/// The function that `@name` stands for, here and in `cpython.py`.
fn named(name: &str) -> Value {
    let item = |args: &[Value], index: i64| {
        crate::subscript::index(&mut FakeHost::new(), &args[0], &Value::Int(index))
    };
    let modulo = |args: &[Value], n: i64| {
        binary(&mut FakeHost::new(), BinaryOp::Mod, args[0].clone(), Value::Int(n))
    };
    let both = |op: BinaryOp| {
        function(move |args| binary(&mut FakeHost::new(), op, args[0].clone(), args[1].clone()))
    };
    match name {
        "@len" => function(|args| Ok(Value::count(args[0].items()?.len()))),
        "@neg" => function(|args| unary(&mut FakeHost::new(), UnaryOp::Minus, args[0].clone())),
        "@mod3" => function(move |args| modulo(args, 3)),
        "@even" => function(move |args| Ok(Value::Bool(equals(&modulo(args, 2)?, &Value::Int(0))))),
        "@first" => function(move |args| item(args, 0)),
        "@second" => function(move |args| item(args, 1)),
        "@add" => both(BinaryOp::Add),
        "@mul" => both(BinaryOp::Mul),
        _ => panic!("no function {name}"),
    }
}

fn decoded(value: Value) -> Value {
    match &value {
        Value::Text(t) if t.to_str().starts_with('@') => named(&t.to_str()),
        _ => value,
    }
}

/// Lists made when looked at, as lists: that is how the expected values are written.
fn plain(value: Value) -> Value {
    match value {
        Value::List(list) => Value::list(list.to_vec()),
        other => other,
    }
}

fn run(name: &str, args: &str, keywords: &str) -> Result<Value, Fault> {
    let args: Vec<Value> = lit(args).items().unwrap().iter().collect();
    let Value::Dict(keywords) = lit(keywords) else { panic!("keywords: {keywords}") };
    let keywords: Vec<(String, Value)> = keywords
        .map()
        .iter()
        .map(|(k, v)| (k.as_text().unwrap().to_str().into_owned(), decoded(v.clone())))
        .collect();
    let keywords: Vec<(&str, Value)> =
        keywords.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    let mut host = FakeHost::new();
    let Some(method) = name.strip_prefix('.') else {
        let args: Vec<Value> = args.into_iter().map(decoded).collect();
        return host.run_with(name, &args, &keywords).map(plain);
    };
    let (receiver, args) = args.split_first().unwrap();
    let args: Vec<Value> = args.iter().cloned().map(decoded).collect();
    let (receiver, method) = match (method.strip_prefix("Counter."), receiver) {
        (Some(method), Value::Dict(dict)) => {
            let map = dict.map().clone();
            (Value::Dict(Dict::of_kind(map, DictKind::Counter)), method)
        }
        _ => (receiver.clone(), method),
    };
    let result = host.method_with(&receiver, method, &args, &keywords)?;
    Ok(Value::tuple(vec![plain(result), receiver]))
}

/// Sets have no order in Python.
fn same_sets(found: &str, expected: &str) -> bool {
    let has_set = expected.contains('{') && !expected.contains(':');
    has_set && found != "error" && expected != "error" && equals(&lit(found), &lit(expected))
}

#[test]
fn agrees_with_cpython() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for line in include_str!("cpython.txt").lines().filter(|l| !l.starts_with('#')) {
        let [name, args, keywords, expected] =
            <[&str; 4]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        let found = match run(name, args, keywords) {
            Ok(value) => repr(&value),
            Err(_) => "error".to_string(),
        };
        count += 1;
        if found != expected && !same_sets(&found, expected) {
            let why = shown(run(name, args, keywords));
            wrong.push(format!("{name}{args} {keywords}: expected {expected}, found {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{} of {count}", wrong.join("\n"), wrong.len());
    assert!(count > 1000, "{count}");
}
