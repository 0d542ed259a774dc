//! A digest of a request: the key of the reply cache, and the source of jitter.

use super::{Request, Role};
use serde_json::Value;

impl Request {
    /// A digest of everything that can change the reply: model, messages, limits, schema. Equal
    /// requests have equal digests in every build: object keys are taken in sorted order, because
    /// the map type of `serde_json` keeps another order as soon as any crate asks for that.
    pub fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"rlm-lang request 1");
        field(&mut hasher, self.model.as_bytes());
        for message in &self.messages {
            let role: &[u8] = match message.role {
                Role::System => b"system",
                Role::User => b"user",
                Role::Assistant => b"assistant",
            };
            field(&mut hasher, role);
            field(&mut hasher, message.content.as_bytes());
        }
        // A lone tag parts the messages from what follows; no message starts with it, as every
        // message is a role and a content.
        field(&mut hasher, b"settings");
        field(&mut hasher, format!("{:?}", self.max_output_tokens).as_bytes());
        field(&mut hasher, format!("{:?}", self.temperature.map(f64::to_bits)).as_bytes());
        field(&mut hasher, format!("{:?}", self.stop).as_bytes());
        let mut schema = String::new();
        if let Some(value) = &self.response_schema {
            canonical(value, &mut schema);
        }
        field(&mut hasher, schema.as_bytes());
        hasher.finalize()
    }
}

/// Adds bytes behind their length, so that no two sequences of fields look the same.
fn field(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

/// Writes JSON with sorted keys and no spaces.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, item) in entries {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                canonical(item, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Message, Request};

    fn request(texts: &[&str]) -> Request {
        let messages = texts.iter().map(|t| Message::user(*t)).collect();
        Request { messages, ..Request::default() }
    }

    #[test]
    fn every_part_counts() {
        let plain = request(&["a", "b"]);
        let others = [
            request(&["ab"]),
            request(&["a", "b", ""]),
            Request { model: "m".into(), ..plain.clone() },
            Request { max_output_tokens: Some(1), ..plain.clone() },
            Request { temperature: Some(0.0), ..plain.clone() },
            Request { stop: vec!["x".into()], ..plain.clone() },
            Request { response_schema: Some(serde_json::json!({})), ..plain.clone() },
        ];
        assert_eq!(plain.digest(), request(&["a", "b"]).digest());
        for (i, other) in others.iter().enumerate() {
            assert_ne!(plain.digest(), other.digest(), "variant {i}");
        }
    }

    #[test]
    fn key_order_does_not_count() {
        let one = serde_json::from_str(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#).unwrap();
        let two = serde_json::from_str(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#).unwrap();
        let with = |schema| Request { response_schema: Some(schema), ..Request::default() };
        assert_eq!(with(one).digest(), with(two).digest());
    }
}
