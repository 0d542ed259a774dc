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
