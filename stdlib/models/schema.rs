//! The form of a typed reply: how it is asked for, and how a reply is read.

use rlm_lang_syntax::codes::Code;
use serde_json::json;

use crate::convert::expected;
use crate::fault::Fault;
use crate::records::{parse_json_lenient, parse_text_lenient};
use crate::text::Text;
use crate::value::{Dict, Function, Value, display};

/// What a reply must look like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Schema {
    Any,
    Text,
    Int,
    Float,
    Bool,
    Choice(Vec<String>),
    List(Box<Schema>),
    Record(Vec<(String, Schema)>),
}

/// The field that wraps a reply which is no object: providers enforce objects only.
const WRAPPER: &str = "value";

impl Schema {
    /// A pick from these values.
    pub(super) fn choices(values: &[Value]) -> Result<Schema, Fault> {
        if values.is_empty() {
            return Err(Fault::new(Code::BadValue, "expected choices, found an empty list"));
        }
        Ok(Schema::Choice(values.iter().map(|v| display(v).to_str().into_owned()).collect()))
    }

    /// Reads a schema as programs write it: `"int"`, `int`, `{"year": "int"}`, `["text"]`, also JSON
    /// Schema.
    pub(super) fn from_value(value: &Value) -> Result<Schema, Fault> {
        match value {
            Value::Text(word) => Schema::from_word(&word.to_str()),
            Value::Function(function) => match &**function {
                Function::Builtin(builtin) => Schema::from_word(builtin.signature.name),
                _ => Err(expected("a schema", value)),
            },
            Value::List(_) | Value::Tuple(_) => {
                let items = value.items()?.to_vec();
                match items.as_slice() {
                    [] => Ok(Schema::List(Box::new(Schema::Any))),
                    [one] => Ok(Schema::List(Box::new(Schema::from_value(one)?))),
                    several => Schema::choices(several),
                }
            }
            Value::Dict(dict) => Schema::from_dict(dict),
            other => Err(expected("a schema", other).with_help(
                "a schema is \"text\", \"int\", \"float\", \"bool\", a list of choices, {field: schema} or [schema]",
            )),
        }
    }

    fn from_word(word: &str) -> Result<Schema, Fault> {
        Ok(match word.trim().to_lowercase().as_str() {
            "text" | "str" | "string" | "date" => Schema::Text,
            "int" | "integer" => Schema::Int,
            "float" | "number" => Schema::Float,
            "bool" | "boolean" => Schema::Bool,
            "list" | "array" => Schema::List(Box::new(Schema::Any)),
            "any" | "dict" | "object" | "json" => Schema::Any,
            _ => {
                let help = "one of \"text\", \"int\", \"float\", \"bool\", a list of choices, {field: schema}, [schema]";
                let message = format!("expected a schema, found the text {word:?}");
                return Err(Fault::new(Code::BadValue, message).with_help(help));
            }
        })
    }

    fn from_dict(dict: &Dict) -> Result<Schema, Fault> {
        let field = |name: &str| dict.get(&Value::from(name));
        // JSON Schema, which models know: read as far as it says the same.
        if let Some(kind) = field("type").and_then(|v| v.as_text()) {
            if let Some(Value::Dict(properties)) = field("properties") {
                return Schema::from_dict(&properties);
            }
            if let Some(items) = field("items") {
                return Ok(Schema::List(Box::new(Schema::from_value(&items)?)));
            }
            if let Some(choices @ (Value::List(_) | Value::Tuple(_))) = field("enum") {
                return Schema::choices(&choices.items()?.to_vec());
            }
            if dict.len() == 1 || field("description").is_some() {
                return Schema::from_word(&kind.to_str());
            }
        }
        let map = dict.map();
        let fields = map.iter().map(|(key, value)| {
            let name = display(key).to_str().into_owned();
            Ok((name, Schema::from_value(value)?))
        });
        Ok(Schema::Record(fields.collect::<Result<_, Fault>>()?))
    }

    /// What the model is told.
    pub(super) fn instruction(&self) -> String {
        match self {
            Schema::Choice(choices) => {
                format!("Reply with exactly one of these and nothing else: {}", quoted(choices))
            }
            Schema::Record(_) => format!("Reply with JSON only, in this form: {}", self.form()),
            other => {
                format!("Reply with JSON only, in this form: {{\"{WRAPPER}\": {}}}", other.form())
            }
        }
    }

    /// The form as an example of itself.
    fn form(&self) -> String {
        match self {
            Schema::Any => "...".to_string(),
            Schema::Text => "\"text\"".to_string(),
            Schema::Int => "whole number".to_string(),
            Schema::Float => "number".to_string(),
            Schema::Bool => "true or false".to_string(),
            Schema::Choice(choices) => format!("one of {}", quoted(choices)),
            Schema::List(item) => format!("[{}, ...]", item.form()),
            Schema::Record(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, schema)| format!("{}: {}", json!(name), schema.form()))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }

    /// The JSON Schema for providers that enforce one: an object, every field required.
    pub(super) fn json_schema(&self) -> serde_json::Value {
        match self {
            Schema::Record(_) => self.as_json_schema(),
            other => json!({
                "type": "object",
                "properties": { WRAPPER: other.as_json_schema() },
                "required": [WRAPPER],
                "additionalProperties": false,
            }),
        }
    }

    fn as_json_schema(&self) -> serde_json::Value {
        match self {
            Schema::Any => json!({}),
            Schema::Text => json!({"type": ["string", "null"]}),
            Schema::Int => json!({"type": ["integer", "null"]}),
            Schema::Float => json!({"type": ["number", "null"]}),
            Schema::Bool => json!({"type": ["boolean", "null"]}),
            Schema::Choice(choices) => json!({"type": "string", "enum": choices}),
            Schema::List(item) => json!({"type": "array", "items": item.as_json_schema()}),
            Schema::Record(fields) => {
                let names: Vec<&String> = fields.iter().map(|(name, _)| name).collect();
                let properties: serde_json::Map<String, serde_json::Value> =
                    fields.iter().map(|(n, s)| (n.clone(), s.as_json_schema())).collect();
                json!({
                    "type": "object",
                    "properties": properties,
                    "required": names,
                    "additionalProperties": false,
                })
            }
        }
    }

    /// Reads a reply.
    ///
    /// # Errors
    /// What is wrong with it, for asking again.
    pub(super) fn read(&self, reply: &Text) -> Result<Value, String> {
        if let Schema::Choice(choices) = self {
            return read_choice(&reply.to_str(), choices);
        }
        if let Some(value) = parse_text_lenient(reply) {
            return self.conform(&self.unwrapped(value));
        }
        let plain = trimmed(reply);
        // One plain value needs no JSON around it.
        match self {
            Schema::Int | Schema::Float | Schema::Bool => self.conform(&Value::Text(plain)),
            Schema::Text if plain.byte_len() > 0 => Ok(Value::Text(plain)),
            _ => Err("it was no JSON".to_string()),
        }
    }

    /// The value inside the wrapper; a list inside an object of one field.
    fn unwrapped(&self, value: Value) -> Value {
        if let (Value::Dict(dict), false) = (&value, matches!(self, Schema::Record(_))) {
            if let Some(inner) = dict.get(&Value::from(WRAPPER)) {
                return inner;
            }
            if dict.len() == 1
                && let Some((_, inner)) = dict.map().get_index(0)
            {
                return inner.clone();
            }
        }
        value
    }

    /// The value in the schema's types; `None` stands wherever the model had nothing to say.
    fn conform(&self, value: &Value) -> Result<Value, String> {
        if matches!(value, Value::None) {
            return Ok(Value::None);
        }
        match self {
            Schema::Any => Ok(value.clone()),
            Schema::Text => Ok(Value::Text(display(value))),
            Schema::Int => match number_of(value) {
                Some(Value::Float(x)) if x.fract() == 0.0 && x.abs() < 9e15 => {
                    #[allow(clippy::cast_possible_truncation)] // whole and small
                    let whole = x as i64;
                    Ok(Value::Int(whole))
                }
                Some(number @ (Value::Int(_) | Value::Big(_))) => Ok(number),
                _ => Err(format!("expected a whole number, found {}", short(value))),
            },
            Schema::Float => match number_of(value) {
                #[allow(clippy::cast_precision_loss)] // as asked for
                Some(Value::Int(n)) => Ok(Value::Float(n as f64)),
                Some(number) => Ok(number),
                None => Err(format!("expected a number, found {}", short(value))),
            },
            Schema::Bool => bool_of(value)
                .map(Value::Bool)
                .ok_or_else(|| format!("expected true or false, found {}", short(value))),
            Schema::Choice(choices) => read_choice(&display(value).to_str(), choices),
            Schema::List(item) => match value {
                Value::List(list) => {
                    let items: Result<Vec<Value>, String> =
                        list.iter().map(|v| item.conform(&v)).collect();
                    items.map(Value::list)
                }
                // One item where a list was asked for.
                Value::Dict(_) if matches!(**item, Schema::Record(_)) => {
                    Ok(Value::list(vec![item.conform(value)?]))
                }
                other => Err(format!("expected a list, found {}", short(other))),
            },
            Schema::Record(fields) => Schema::conform_record(fields, value),
        }
    }

    fn conform_record(fields: &[(String, Schema)], value: &Value) -> Result<Value, String> {
        let Value::Dict(dict) = value else {
            return Err(format!("expected an object, found {}", short(value)));
        };
        let mut record = Vec::with_capacity(fields.len());
        for (name, schema) in fields {
            let Some(field) = dict.get(&Value::from(name.as_str())) else {
                return Err(format!("the field {name:?} is missing"));
            };
            let field = schema.conform(&field).map_err(|e| format!("in {name:?}: {e}"))?;
            record.push((name.as_str(), field));
        }
        Ok(Value::Dict(Dict::record(record)))
    }
}

/// A text without the blanks around it.
fn trimmed(text: &Text) -> Text {
    let whole = text.to_str();
    let start = whole.len() - whole.trim_start().len();
    let end = start.max(whole.trim_end().len());
    // Replies are owned and valid, so lossy and own lengths agree.
    text.slice_bytes(start..end)
}

fn quoted(choices: &[String]) -> String {
    choices.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ")
}

/// A pick: the reply itself, its JSON, or the one choice that occurs in it as a whole word.
fn read_choice(reply: &str, choices: &[String]) -> Result<Value, String> {
    let clean = |text: &str| {
        text.trim().trim_matches(|c: char| "\"'`*. \n".contains(c)).trim().to_lowercase()
    };
    let wanted = clean(reply);
    let pick = |choice: &String| Ok(Value::Text(Text::from(choice.as_str())));
    if let Some(choice) = choices.iter().find(|c| clean(c) == wanted) {
        return pick(choice);
    }
    if let Some(Value::Dict(dict)) = parse_json_lenient(reply)
        && dict.len() == 1
        && let Some((_, value)) = dict.map().get_index(0)
    {
        let wanted = clean(&display(value).to_str());
        if let Some(choice) = choices.iter().find(|c| clean(c) == wanted) {
            return pick(choice);
        }
    }
    // "not mentioned" contains no "mentioned": the longest choices are looked for first.
    let mut rest = reply.to_lowercase();
    let mut by_length: Vec<&String> = choices.iter().collect();
    by_length.sort_by_key(|c| std::cmp::Reverse(c.len()));
    let mut found = Vec::new();
    for choice in by_length {
        let word = choice.to_lowercase();
        if let Some(at) = whole_word(&rest, &word) {
            found.push(choice);
            rest.replace_range(at..at + word.len(), &" ".repeat(word.len()));
        }
    }
    match found.as_slice() {
        [only] => pick(only),
        [] => Err("it names none of the choices".to_string()),
        _ => Err("it names several of the choices".to_string()),
    }
}

fn whole_word(text: &str, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A number, also one inside a text: "60 days", "1,200".
fn number_of(value: &Value) -> Option<Value> {
    match value {
        Value::Int(_) | Value::Big(_) | Value::Float(_) => Some(value.clone()),
        Value::Text(text) => {
            let text = text.to_str();
            let start = text.bytes().position(|byte| byte.is_ascii_digit())?;
            let start = if text.get(..start)?.ends_with('-') { start - 1 } else { start };
            let rest = text.get(start..)?;
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| !c.is_ascii_digit() && !matches!(c, '.' | ','))
                .map_or(rest.len(), |(at, _)| at);
            let digits = rest.get(..end)?.replace(',', "");
            let digits = digits.trim_end_matches('.');
            if let Ok(n) = digits.parse::<i64>() {
                return Some(Value::Int(n));
            }
            digits.parse::<f64>().ok().map(Value::Float)
        }
        _ => None,
    }
}

fn bool_of(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        Value::Text(text) => {
            let text = text.to_str();
            match text.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "1" => Some(true),
                "false" | "no" | "n" | "0" => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}

fn short(value: &Value) -> String {
    crate::output::preview(value, 60)
}
