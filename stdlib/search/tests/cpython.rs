//! Python's `re`, function by function.

use serde_json::Value as Json;

use crate::fault::Fault;
use crate::testing::FakeHost;
use crate::value::{List, Value, repr};

fn value(json: &Json) -> Value {
    match json {
        Json::String(text) => Value::from(text.as_str()),
        Json::Number(n) => Value::Int(n.as_i64().unwrap()),
        Json::Bool(b) => Value::Bool(*b),
        Json::Array(items) => Value::list(items.iter().map(value).collect()),
        Json::Object(o) => Value::tuple(o["tuple"].as_array().unwrap().iter().map(value).collect()),
        Json::Null => Value::None,
    }
}

/// A match as the data has it: span, texts of groups, spans of groups.
fn described(host: &mut FakeHost, found: Value) -> Value {
    let Value::Match(m) = &found else { return found };
    let mut texts = vec![Value::Text(m.whole())];
    let groups = host.method(&found, "groups", &[]).unwrap();
    texts.extend(groups.items().unwrap().to_vec());
    let span = |host: &mut FakeHost, i: i64| host.method(&found, "span", &[Value::Int(i)]).unwrap();
    let spans = (0..texts.len() as i64).map(|i| span(host, i)).collect();
    Value::list(vec![span(host, 0), Value::tuple(texts), Value::tuple(spans)])
}

fn run(case: &Json) -> Result<Value, Fault> {
    let [operation, pattern, text] = [0, 1, 2].map(|i| case[i].as_str().unwrap());
    let (pattern, text) = (Value::from(pattern), Value::from(text));
    let mut rest: Vec<Value> = case[3].as_array().unwrap().iter().map(value).collect();
    let mut host = FakeHost::new();
    let name = match operation {
        "split" => "re.split",
        "grep" | "escape" => operation,
        other => other,
    };
    let args = match operation {
        "escape" => vec![text],
        "sub" | "subn" => {
            let mut args = vec![pattern, rest.remove(0), text];
            args.append(&mut rest);
            args
        }
        _ => {
            let mut args = vec![pattern, text];
            args.append(&mut rest);
            args
        }
    };
    let found = host.run(name, &args)?;
    Ok(match (operation, &found) {
        ("finditer", Value::List(list)) => {
            let all: Vec<Value> = list.iter().map(|m| described(&mut host, m)).collect();
            Value::List(List::new(all))
        }
        _ => described(&mut host, found),
    })
}

/// Lines of JSON: function, pattern, text, further arguments, and what CPython 3.11 gives.
#[test]
fn agrees_with_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("cpython.jsonl").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let result = run(&case).ok();
        let expected = case[4].get("error").is_none().then(|| value(&case[4]));
        count += 1;
        let same_kind = result.as_ref().map(Value::ty) == expected.as_ref().map(Value::ty);
        if result != expected || !same_kind {
            let found = result.map_or_else(|| "an error".to_string(), |v| repr(&v));
            wrong.push(format!("{line}\n    found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1500, "{count}");
}
