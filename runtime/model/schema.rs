//! JSON schemas as providers want them for structured output.

use serde_json::{Map, Value, json};

/// The property under which a schema that is no object is wrapped.
const WRAPPED: &str = "value";

/// A schema made ready to be sent.
pub(crate) struct Prepared {
    /// The schema, its root always an object.
    pub(crate) schema: Value,
    /// Whether it fulfils the rules of strict mode: every object closed, every property required.
    pub(crate) strict: bool,
}

/// Makes a schema ready: closes objects that say nothing about further properties, and wraps a root
/// that is no object (providers take nothing else).
pub(crate) fn prepare(schema: &Value) -> Prepared {
    let mut schema = if is_object(schema) {
        schema.clone()
    } else {
        json!({"type": "object", "properties": {WRAPPED: schema}, "required": [WRAPPED]})
    };
    let strict = close(&mut schema);
    Prepared { schema, strict }
}

/// Undoes the wrapping of [`prepare`] in a reply; any other text stays as it is.
pub(crate) fn unwrap(text: String, schema: &Value) -> String {
    if is_object(schema) {
        return text;
    }
    match serde_json::from_str::<Map<String, Value>>(text.trim()) {
        Ok(map) if map.len() == 1 => map.get(WRAPPED).map_or(text, Value::to_string),
        _ => text,
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
}

/// Of these a strict schema has one in every part.
const TYPED: [&str; 7] = ["type", "enum", "const", "anyOf", "allOf", "oneOf", "$ref"];

/// Closes objects, and tells whether all of the schema is strict.
fn close(schema: &mut Value) -> bool {
    let mut strict = true;
    match schema {
        Value::Array(items) => {
            for item in items {
                strict &= close(item);
            }
        }
        Value::Object(map) => {
            strict &= TYPED.iter().any(|key| map.contains_key(*key));
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                let required = map.get("required").and_then(Value::as_array);
                let is_required =
                    |name: &String| required.is_some_and(|r| r.iter().any(|v| v == name.as_str()));
                strict &= properties.keys().all(is_required);
                let more = map.entry("additionalProperties").or_insert(Value::Bool(false));
                strict &= *more == Value::Bool(false);
            } else if map.get("type").and_then(Value::as_str) == Some("object") {
                strict = false;
            }
            for (key, value) in map.iter_mut() {
                match key.as_str() {
                    // Names below these are the user's, each with a schema.
                    "properties" | "$defs" | "definitions" => {
                        for (_, inner) in value.as_object_mut().into_iter().flatten() {
                            strict &= close(inner);
                        }
                    }
                    "items" | "anyOf" | "allOf" | "oneOf" | "prefixItems" => strict &= close(value),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    strict
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_closed_and_strictness_is_told() {
        let all = json!({"type": "object", "properties": {"a": {"type": "array", "items":
            {"type": "object", "properties": {"properties": {"type": "string"}}, "required": ["properties"]}}},
            "required": ["a"]});
        let prepared = prepare(&all);
        assert!(prepared.strict);
        assert_eq!(prepared.schema["additionalProperties"], false);
        assert_eq!(prepared.schema["properties"]["a"]["items"]["additionalProperties"], false);
        let optional =
            json!({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"]});
        assert!(!prepare(&optional).strict);
        let untyped = json!({"type": "object", "properties": {"a": {}}, "required": ["a"]});
        assert!(!prepare(&untyped).strict);
        let open = json!({"type": "object", "properties": {}, "additionalProperties": true});
        assert!(!prepare(&open).strict);
        assert!(!prepare(&json!({"type": "object"})).strict);
    }

    #[test]
    fn other_roots_are_wrapped_and_unwrapped() {
        let choice = json!({"type": "string", "enum": ["yes", "no"]});
        let prepared = prepare(&choice);
        assert!(prepared.strict);
        assert_eq!(prepared.schema["properties"]["value"], choice);
        assert_eq!(unwrap(r#" {"value":"yes"} "#.into(), &choice), r#""yes""#);
        assert_eq!(unwrap("yes".into(), &choice), "yes");
        assert_eq!(unwrap(r#"{"other":1}"#.into(), &choice), r#"{"other":1}"#);
        let object = json!({"type": "object", "properties": {"value": {}}});
        assert_eq!(unwrap(r#"{"value":1}"#.into(), &object), r#"{"value":1}"#);
    }
}
