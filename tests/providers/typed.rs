//! Typed replies from servers that obey a schema, ignore it, or refuse it.

use super::*;
use serde_json::{Map, Value, json};
use support::fake_server::Script;
use support::faults::Fault;
use support::process::fenced;

/// Each line asks for one form and prints what came of it.
const PROGRAM: &str = r#"
def show(name, value) { print(name, repr(value)) }
show("choice", ask("Q choice", choices=["no", "yes"]))
show("text", ask("Q text", schema="text"))
show("int", ask("Q int", schema="int"))
show("float", ask("Q float", schema=float))
show("bool", ask("Q bool", schema="bool"))
show("list", ask("Q list", schema=["text"]))
show("record", ask("Q record", schema={"name": "text", "days": "int", "kind": ["a", "b"]}))
show("records", ask("Q records", schema=[{"name": "text"}]))
show("nested", ask("Q nested", schema={"who": {"name": "text"}, "tags": ["text"]}))
show("any", ask("Q any", schema={"data": "any"}))
show("labels", classify(["x", "y"], ["a", "b"], "Q labels"))
"#;

const RIGHT: &str = "\
choice 'yes'
text 's'
int 7
float 1.5
bool True
list ['s', 's']
record {'name': 's', 'days': 7, 'kind': 'b'}
records [{'name': 's'}, {'name': 's'}]
nested {'who': {'name': 's'}, 'tags': ['s', 's']}
any {'data': {'k': 1}}
labels ['b', 'b']
";

/// What a server says that pays no attention to schemas: the same, dressed up.
const CHATTY: [(&str, &str); 11] = [
    ("Q choice", "Yes."),
    ("Q text", "{\"value\": \"s\"}"),
    ("Q int", "It is 7."),
    ("Q float", "1.5"),
    ("Q bool", "Yes"),
    ("Q list", "Here you are:\n```json\n[\"s\", \"s\"]\n```\nAnything else?"),
    ("Q records", "[{\"name\": \"s\",}, {'name': 's'}]"),
    ("Q record", "{\"name\": \"s\", \"days\": \"7 days\", \"kind\": \"B\", \"more\": null}"),
    ("Q nested", "Sure! {\"who\": {\"name\": \"s\"}, \"tags\": [\"s\", \"s\"]}"),
    ("Q any", "{\"data\": {\"k\": 1}}"),
    ("Q labels", "1. b\n2. b"),
];

/// The schema in a request of any format.
fn schema_in(body: &Value) -> Option<&Value> {
    [
        "/response_format/json_schema/schema",
        "/output_config/format/schema",
        "/generationConfig/responseJsonSchema",
    ]
    .iter()
    .find_map(|pointer| body.pointer(pointer))
}

/// A value that a schema allows.
fn instance(schema: &Value) -> Value {
    if let Some(choices) = schema["enum"].as_array() {
        return choices.last().unwrap().clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => {
            let fields = schema["properties"].as_object().unwrap().iter();
            Value::Object(
                fields.map(|(name, inner)| (name.clone(), instance(inner))).collect::<Map<_, _>>(),
            )
        }
        Some("array") => json!([instance(&schema["items"]), instance(&schema["items"])]),
        Some("integer") => json!(7),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("string") => json!("s"),
        _ => json!({"k": 1}),
    }
}

fn obedient(body: &Value, _: &str) -> Option<String> {
    schema_in(body).map(|schema| instance(schema).to_string())
}

fn chatty(_: &Value, last: &str) -> Option<String> {
    let known = CHATTY.iter().find(|(question, _)| last.contains(question));
    known.map(|(_, reply)| (*reply).to_owned())
}

/// What a program prints when its calls go to a server.
fn run(api: Api, server: &FakeServer, program: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = rlm(folder.path())
        .args([
            "run",
            "-e",
            program,
            "--model",
            "m",
            "--api",
            api.name(),
            "--base-url",
            &server.url(),
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn servers_that_obey_schemas_are_given_them() {
    for api in APIS {
        // What Anthropic's strict compiler would refuse is not sent, and answered from the prompt.
        let answer = |body: &Value, last: &str| obedient(body, last).or_else(|| chatty(body, last));
        let server = Script::new().respond(answer).start();
        assert_eq!(run(api, &server, PROGRAM), RIGHT, "{api:?}");
        let sent = server.requests();
        assert_eq!(sent.len(), 11, "{api:?}: asked again");
        let schemas = sent.iter().filter(|r| schema_in(&r.body).is_some()).count();
        assert_eq!(schemas, if api == Api::Anthropic { 10 } else { 11 }, "{api:?}");
    }
}

#[test]
fn servers_that_ignore_schemas_are_understood() {
    for api in APIS {
        let server = Script::new().respond(chatty).start();
        assert_eq!(run(api, &server, PROGRAM), RIGHT, "{api:?}");
        assert_eq!(server.requests().len(), 11, "{api:?}: asked again");
    }
}

#[test]
fn servers_that_refuse_schemas_are_given_none_from_then_on() {
    for (api, said) in [
        (Api::OpenAi, r#"{"error":{"message":"This response_format type is unavailable now"}}"#),
        (Api::Anthropic, r#"{"error":{"message":"'m' does not support output format."}}"#),
        (
            Api::Gemini,
            r#"{"error":{"message":"Unknown name \"responseJsonSchema\": Cannot find field."}}"#,
        ),
    ] {
        let server = Script::new()
            .respond(chatty)
            .faults(move |request| schema_in(&request.body).map(|_| Fault::Status(400, said)))
            .start();
        assert_eq!(run(api, &server, PROGRAM), RIGHT, "{api:?}");
        let sent = server.requests();
        let refused = sent.iter().filter(|r| schema_in(&r.body).is_some()).count();
        assert_eq!((sent.len(), refused), (12, 1), "{api:?}");
    }
}

/// Between a schema and nothing stands JSON of any form. It is asked for where the prompt says so.
#[test]
fn servers_that_refuse_schemas_are_asked_for_json() {
    let said = r#"{"error":{"message":"response_format: json_schema is not supported"}}"#;
    let program = "print(ask(\"Q int\", schema=\"int\"), ask(\"Q float\", schema=\"float\"))\n\
        print(ask(\"Q choice\", choices=[\"no\", \"yes\"]))";
    for (refused, kinds) in [
        (&["json_schema"][..], &["json_schema", "json_object", "json_object", ""][..]),
        (&["json_schema", "json_object"], &["json_schema", "json_object", "", "", ""]),
    ] {
        let server = Script::new()
            .respond(chatty)
            .faults(move |request| {
                let kind = request.body["response_format"]["type"].as_str();
                kind.is_some_and(|kind| refused.contains(&kind)).then_some(Fault::Status(400, said))
            })
            .start();
        assert_eq!(run(Api::OpenAi, &server, program), "7 1.5\nyes\n");
        let sent = server.requests();
        let kind = |body: &Value| body["response_format"]["type"].as_str().unwrap_or("").to_owned();
        let sent: Vec<String> = sent.iter().map(|request| kind(&request.body)).collect();
        assert_eq!(sent, kinds);
    }
}

/// OpenAI's strict mode wants every property required, every object closed and every part typed; a
/// request that breaks this is refused as a whole.
#[test]
fn strict_schemas_are_strict() {
    fn check(schema: &Value, strict: bool) {
        if let Some(properties) = schema["properties"].as_object() {
            let required = schema["required"].as_array().unwrap();
            assert_eq!(required.len(), properties.len(), "{schema}");
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            properties.values().for_each(|inner| check(inner, strict));
        } else if schema.get("items").is_some() {
            check(&schema["items"], strict);
        } else {
            assert!(!strict || schema.get("type").is_some(), "{schema}");
        }
    }
    let server = Script::new().respond(obedient).start();
    run(Api::OpenAi, &server, PROGRAM);
    let mut loose = 0;
    for request in server.requests() {
        let format = &request.body["response_format"]["json_schema"];
        let strict = format["strict"].as_bool().unwrap();
        assert_eq!(format["schema"]["type"], "object", "{format}");
        check(&format["schema"], strict);
        loose += usize::from(!strict);
    }
    assert_eq!(loose, 1, "only `any` leaves something open");
}

#[test]
fn an_unreadable_reply_is_asked_for_once_more_with_what_was_wrong() {
    let program = "r = ask(\"Q int\", schema=\"int\")\nprint(repr(r), bool(r))";
    let server = Script::new().rule("could not be used", "7").otherwise("hm").start();
    assert_eq!(run(Api::OpenAi, &server, program), "7 True\n");
    let server = Script::new().otherwise("hm").start();
    let printed = run(Api::OpenAi, &server, program);
    assert!(printed.starts_with("<failed: the reply was not in the wanted form"), "{printed}");
    assert!(printed.ends_with(" False\n"), "{printed}");
    assert_eq!(server.requests().len(), 2);
    let second = server.requests()[1].body["messages"].to_string();
    assert!(second.contains("An earlier reply could not be used"), "{second}");
}

/// A list that the limit of tokens cut off parses as a shorter list: it must not pass for the answer.
#[test]
fn typed_replies_that_were_cut_off_are_failures() {
    let program =
        "r = ask(\"Q\", schema=[\"text\"])\nprint(repr(r))\nprint(repr(ask(\"Q plain\")))";
    let server =
        Script::new().otherwise("[\"a\", \"b\"]").faults(|_| Some(Fault::Truncated)).start();
    let printed = run(Api::OpenAi, &server, program);
    assert!(printed.starts_with("<failed: the reply was cut off"), "{printed}");
}

/// A text that was cut off is still a text; that half of it is missing is said, once a turn.
#[test]
fn texts_that_were_cut_off_are_told_of() {
    let code =
        "rs = [ask(f\"SUB {i}\") for i in range(5)]\nfor i in range(3) { x = ask(f\"SUB {i}\") }";
    let server = Script::new()
        .rule("^SUB", "a long reply")
        .turn(&fenced(code))
        .turn(&fenced("answer(rs)"))
        .faults(|request| {
            let is_cut = request.last.starts_with("SUB") && !request.last.ends_with('4');
            is_cut.then_some(Fault::Truncated)
        })
        .start();
    let folder = tempfile::tempdir().unwrap();
    let ask = ["ask", "q", "--base-url", &server.url(), "--trace", "t.jsonl"];
    let first = rlm(folder.path()).args(ask).output().unwrap();
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let told = server.requests().last().unwrap().body["messages"].to_string();
    assert!(told.contains("note: 7 replies were cut off at the model's limit"), "{told}");
    assert_eq!(told.matches("cut off").count(), 1, "{told}");
    // What is told does not depend on when replies came.
    for _ in 0..3 {
        let again = rlm(folder.path()).args(["replay", "t.jsonl"]).output().unwrap();
        assert_eq!(again.stdout, first.stdout, "{}", String::from_utf8_lossy(&again.stderr));
    }
    let args = ["run", "-e", "x = ask(\"SUB 0\")", "--base-url", &server.url()];
    let output = rlm(folder.path()).args(args).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(shown.contains("note: -e: 1 reply was cut off"), "{shown}");
}

#[test]
fn replies_without_a_word_are_failures_with_a_reason() {
    for (body, says) in [
        (
            r#"{"choices":[{"message":{"content":null},"finish_reason":"content_filter"}]}"#,
            "withheld",
        ),
        (
            r#"{"choices":[{"message":{"content":"","reasoning_content":"hm"},"finish_reason":"length"}]}"#,
            "cut off before its first word",
        ),
        (
            r#"{"choices":[{"message":{"content":"<think>hm"},"finish_reason":"length"}]}"#,
            "cut off before",
        ),
    ] {
        let server = Script::new().faults(move |_| Some(Fault::Status(200, body))).start();
        let printed = run(Api::OpenAi, &server, "r = ask(\"Q\")\nprint(repr(r), bool(r))");
        assert!(printed.contains(says) && printed.ends_with(" False\n"), "{printed}");
        assert_eq!(server.requests().len(), 1, "a whole reply is not asked for again");
    }
}
