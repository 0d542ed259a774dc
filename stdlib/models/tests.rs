use super::*;
use crate::testing::FakeHost;
use crate::value::repr;

fn host(replies: &[&str]) -> FakeHost {
    let mut host = FakeHost::new();
    host.replies = replies.iter().map(|&r| Ok(Text::from(r))).collect();
    host
}

fn texts(items: &[&str]) -> Value {
    Value::list(items.iter().map(|&t| Value::from(t)).collect())
}

#[test]
fn ask_keeps_instruction_and_text_apart() {
    let mut host = host(&["42\n"]);
    let reply = host.run("ask", &["How many?".into(), "a b c".into()]).unwrap();
    assert_eq!(repr(&reply), "'42'");
    let prompt = &host.prompts[0];
    assert_eq!(prompt.instruction, Text::from("How many?"));
    assert_eq!(prompt.data, [Text::from("a b c")]);
}

#[test]
fn choices_are_read_in_any_dress() {
    for reply in ["yes", "Yes.", "\"yes\"", "{\"value\": \"yes\"}", "I think yes, it does"] {
        let mut host = host(&[reply]);
        let value =
            host.run_with("ask", &["Q".into()], &[("choices", texts(&["yes", "no"]))]).unwrap();
        assert_eq!(repr(&value), "'yes'", "{reply}");
    }
}

#[test]
fn a_choice_inside_a_longer_one_is_not_taken() {
    let mut host = host(&["It is not mentioned."]);
    let choices = texts(&["mentioned", "not mentioned"]);
    let value = host.run_with("ask", &["Q".into()], &[("choices", choices)]).unwrap();
    assert_eq!(repr(&value), "'not mentioned'");
}

#[test]
fn an_unreadable_reply_is_asked_again_once() {
    let mut host = host(&["maybe", "no"]);
    let value = host.run_with("ask", &["Q".into()], &[("choices", texts(&["yes", "no"]))]).unwrap();
    assert_eq!(repr(&value), "'no'");
    assert_eq!(host.prompts.len(), 2);
    let mut host = self::host(&["maybe", "perhaps"]);
    let value = host.run_with("ask", &["Q".into()], &[("choices", texts(&["yes", "no"]))]).unwrap();
    assert!(matches!(value, Value::Failed(_)));
}

#[test]
fn schemas_give_typed_values() {
    let schema = Value::Dict(Dict::record([
        ("name", Value::from("text")),
        ("days", Value::from("int")),
        ("auto", Value::from("bool")),
    ]));
    let reply =
        "Sure:\n```json\n{\"name\": \"Ada\", \"days\": \"60 days\", \"auto\": \"yes\"}\n```";
    let mut host = host(&[reply]);
    let value = host.run_with("ask", &["Q".into()], &[("schema", schema)]).unwrap();
    assert_eq!(repr(&value), "{'name': 'Ada', 'days': 60, 'auto': True}");
    let sent = host.prompts[0].schema.clone().unwrap();
    assert_eq!(sent["required"], serde_json::json!(["name", "days", "auto"]));
}

#[test]
fn a_list_schema_is_wrapped_for_the_provider() {
    let schema = Value::list(vec![Value::from("text")]);
    let mut host = host(&["{\"value\": [\"a\", \"b\"]}"]);
    let value = host.run_with("ask", &["Q".into()], &[("schema", schema.clone())]).unwrap();
    assert_eq!(repr(&value), "['a', 'b']");
    let mut host = self::host(&["[\"a\"]"]);
    let value = host.run_with("ask", &["Q".into()], &[("schema", schema)]).unwrap();
    assert_eq!(repr(&value), "['a']");
}

#[test]
fn a_failed_call_is_a_false_value_with_its_reason() {
    let mut host = FakeHost::new();
    host.replies = vec![Err("timeout after 3 tries".to_string())];
    let value = host.run("ask", &["Q".into()]).unwrap();
    assert!(!value.truthy());
    assert_eq!(repr(&value), "<failed: timeout after 3 tries>");
}

#[test]
fn classify_asks_again_for_what_is_missing() {
    let mut host = host(&["{\"1\": \"a\", \"2\": \"zzz\"}", "{\"1\": \"b\"}"]);
    let value = host.run("classify", &[texts(&["x", "y"]), texts(&["a", "b"])]).unwrap();
    assert_eq!(repr(&value), "['a', 'b']");
    assert_eq!(host.prompts.len(), 2);
}

#[test]
fn classify_reads_lists_and_lines() {
    for reply in ["[\"a\", \"b\"]", "1. a\n2. b", "{\"labels\": [\"A\", \"b\"]}"] {
        let mut host = host(&[reply]);
        let value = host.run("classify", &[texts(&["x", "y"]), texts(&["a", "b"])]).unwrap();
        assert_eq!(repr(&value), "['a', 'b']", "{reply}");
    }
}

/// The labels for two items after replies of these forms.
fn classified(replies: &[&str]) -> (String, usize) {
    let mut host = host(replies);
    let value = host.run("classify", &[texts(&["x", "y"]), texts(&["a", "b"])]).unwrap();
    (repr(&value), host.prompts.len())
}

#[test]
fn classify_finds_labels_among_prose() {
    for reply in [
        "Here they are:\n1. a\n2. b\nLet me know!",
        "1) A\n\n2) **b**",
        "Item 2: b\nItem 1: a",
        "Sure.\n```json\n{\"1\": \"a\", \"2\": \"b\"}\n```\nDone.",
        "[{\"number\": 1, \"label\": \"a\"}, {\"number\": 2, \"label\": \"b\"}]",
        "- a\n- b",
    ] {
        assert_eq!(classified(&[reply]), ("['a', 'b']".to_string(), 1), "{reply}");
    }
}

#[test]
fn classify_guesses_at_nothing_that_was_miscounted() {
    // Nothing of these can be trusted: all is asked again, and found then.
    for reply in [
        "[\"a\"]",
        "[\"a\", \"b\", \"a\"]",
        "{\"1\": \"a\", \"2\": \"b\", \"3\": \"a\"}",
        "a\nb\na",
        "1. a\n2. b\n3. b",
        "I cannot do this.",
        "",
    ] {
        assert_eq!(classified(&[reply, "1. a\n2. b"]), ("['a', 'b']".to_string(), 2), "{reply}");
    }
}

#[test]
fn classify_asks_again_for_the_doubtful_only() {
    for reply in [
        "{\"1\": \"a\", \"2\": \"c\"}",
        "{\"1\": \"a\"}",
        "{\"1\": \"a\", \"2\": \"a\", \"2\": \"b\"}",
        "1. a\n2. a\n2. b",
        "[{\"n\": 1, \"l\": \"a\"}, {\"n\": 2, \"l\": \"a\"}, {\"n\": 2, \"l\": \"b\"}]",
        "1. a\n2. neither",
    ] {
        let mut host = host(&[reply, "[\"b\"]"]);
        let value = host.run("classify", &[texts(&["x", "y"]), texts(&["a", "b"])]).unwrap();
        assert_eq!(repr(&value), "['a', 'b']", "{reply}");
        // Only the second item was sent again.
        let again = host.prompts[1].data[0].to_str().into_owned();
        assert_eq!(again, "1. y\n", "{reply}");
    }
}

#[test]
fn classify_gives_a_false_value_for_what_stays_unknown() {
    let (labels, calls) = classified(&["{\"1\": \"a\"}", "no idea"]);
    assert_eq!((labels.as_str(), calls), ("['a', <failed: no label in the reply>]", 2));
}

#[test]
fn classify_packs_items() {
    let items: Vec<Value> = (0..100).map(|n| Value::from(format!("item {n}").as_str())).collect();
    let reply = |count: usize| {
        let lines: Vec<String> = (1..=count).map(|n| format!("{n}. a")).collect();
        lines.join("\n")
    };
    let replies = [reply(40), reply(40), reply(20)];
    let mut host = host(&replies.iter().map(String::as_str).collect::<Vec<_>>());
    let value = host.run("classify", &[Value::list(items), texts(&["a", "b"])]).unwrap();
    assert_eq!(host.prompts.len(), 3);
    assert_eq!(repr(&value).matches("'a'").count(), 100);
    // Long items make smaller packs.
    let long = Value::list(vec![Value::from("x".repeat(30_000).as_str()); 3]);
    let mut host = self::host(&["1. a", "1. a", "1. a"]);
    host.run("classify", &[long, texts(&["a", "b"])]).unwrap();
    assert_eq!(host.prompts.len(), 3);
}
