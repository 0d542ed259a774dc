//! Builtins that call models: `ask`, `classify`, `recurse`.
//!
//! The instruction and the data are kept apart all the way. Typed replies (`choices=`, `schema=`) use
//! the provider's structured output where there is one, are read leniently in any case, asked again
//! once, and are a failed call after that.

pub mod classify;
mod schema;

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::{Items, expected};
use crate::fault::Fault;
use crate::host::{Host, Prompt, SubQuestion};
use crate::operators::{copy_items, reserve_list};
use crate::text::Text;
use crate::value::{Dict, FailedCall, Value, display};
use schema::Schema;

/// The builtins of this module.
pub const ALL: &[&Builtin] =
    &[&ASK, &classify::CLASSIFY, &RECURSE, &ASK_EACH, &RECURSE_EACH, &BUDGET];

/// Asks a model that sees nothing but the instruction and the text.
///
/// A list of texts is sent as numbered parts. `choices` makes the model pick one of the given texts;
/// `schema` makes it return data: `"text"`, `"int"`, `"float"`, `"bool"`, a list of choices,
/// `{field: schema}` or `[schema]`. A call that fails gives a false value that tells why. Calls in a
/// comprehension run in parallel. A text larger than the model's window is refused before anything
/// is sent.
///
/// ```rlm
/// ask("Is this a complaint?", docs[1], choices=["yes", "no"])  # -> 'yes'
/// ```
#[builtin(
    group = "model",
    effect = Calls,
    aliases("llm_query", "llm", "query_llm", "sub_llm"),
    returns = Any,
    receiver = "text",
    prompt = "ask(instruction, text) sends both to a model that sees nothing else (up to {window} characters) and returns its reply; text may be a list of texts.\n  choices=[\"yes\", \"no\"] makes it pick one; schema={\"name\": \"text\", \"year\": \"int\"} makes it return a dict; schema=[\"text\"] a list."
)]
pub fn ask(
    host: &mut dyn Host,
    /// What the model should do.
    #[aliases("prompt", "question", "query")]
    instruction: Value,
    /// What it should work on: a text or a list of texts.
    #[aliases("context", "data", "texts")]
    text: Option<Value>,
    /// The texts to pick from.
    #[aliases("options", "labels")]
    choices: Option<Items>,
    /// The form of the reply.
    #[aliases("format", "response_format")]
    schema: Option<Value>,
    /// Another model than the configured one.
    model: Option<String>,
) -> Result<Value, Fault> {
    let form = match (choices, schema) {
        (Some(choices), _) => Some(Schema::choices(&choices.0.to_vec())?),
        (None, Some(schema)) => Some(Schema::from_value(&schema)?),
        (None, None) => None,
    };
    let ask = Ask { instruction: display(&instruction), data: data(host, text)?, form, model };
    one(ask_all(host, vec![ask])?)
}

/// Asks a model each of several prompts, all at once; replies come in order.
///
/// ```rlm
/// llm_query_batched([f"Is {n} prime?" for n in [7, 8]])  # -> ['yes', 'no']
/// ```
#[builtin(
    name = "llm_query_batched",
    group = "model",
    effect = Calls,
    returns = List,
    aliases("llm_batch", "batch_llm_query", "ask_many")
)]
pub fn ask_each(
    host: &mut dyn Host,
    /// The prompts.
    #[aliases("queries", "instructions")]
    prompts: Items,
    /// Another model than the configured one.
    model: Option<String>,
) -> Result<Vec<Value>, Fault> {
    let asks = copy_items(host, &prompts.0)?
        .iter()
        .map(|prompt| Ask {
            instruction: display(prompt),
            data: Vec::new(),
            form: None,
            model: model.clone(),
        })
        .collect();
    ask_all(host, asks)
}

/// Starts another agent like this one on a text, and returns its answer.
///
/// The child writes programs of its own over the text, which is its `context`. At the depth limit it
/// is a plain model call.
///
/// ```rlm
/// recurse("Who wrote this letter?", docs[0])  # -> 'Bo'
/// ```
#[builtin(
    group = "model",
    effect = Calls,
    aliases("rlm_query", "rlm", "sub_rlm"),
    returns = Any,
    prompt = "recurse(question, text) starts another agent like you on that text: slow, for hard sub-questions only."
)]
pub fn recurse(
    host: &mut dyn Host,
    /// What the child should find out.
    #[aliases("prompt", "query", "instruction")]
    question: Value,
    /// What it works on: a text or a list of texts.
    #[aliases("context", "data")]
    text: Option<Value>,
) -> Result<Value, Fault> {
    let text = Text::concat(&with_breaks(&data(host, text)?));
    one(recurse_all(host, vec![SubQuestion { question: display(&question), text }])?)
}

/// Starts a child agent for each of several questions, all at once; answers come in order.
///
/// ```rlm
/// rlm_query_batched(["Who wrote first?", "Who wrote last?"])  # -> ['Bo', 'Ada']
/// ```
#[builtin(
    name = "rlm_query_batched",
    group = "model",
    effect = Calls,
    returns = List,
    aliases("rlm_batch")
)]
pub fn recurse_each(
    host: &mut dyn Host,
    /// The questions.
    #[aliases("queries", "prompts")]
    questions: Items,
) -> Result<Vec<Value>, Fault> {
    let questions = copy_items(host, &questions.0)?
        .iter()
        .map(|q| SubQuestion { question: display(q), text: Text::empty() })
        .collect();
    recurse_all(host, questions)
}

/// What is left of the run's limits, as a dict; `None` stands for no limit.
///
/// ```rlm
/// budget()["calls_left"]  # -> 1000
/// ```
#[builtin(group = "model", effect = Reads, returns = Dict)]
pub fn budget(host: &mut dyn Host) -> Dict {
    let budget = host.budget();
    let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let optional = |n: Option<u64>| n.map_or(Value::None, number);
    Dict::record([
        ("calls_made", number(budget.calls_made)),
        ("calls_left", optional(budget.calls_left)),
        ("tokens_used", number(budget.tokens_used)),
        ("tokens_left", optional(budget.tokens_left)),
        ("turns_left", optional(budget.turns_left)),
        ("depth_left", number(u64::from(budget.depth_left))),
    ])
}

/// One model call before it is framed.
#[derive(Clone)]
struct Ask {
    instruction: Text,
    data: Vec<Text>,
    form: Option<Schema>,
    model: Option<String>,
}

impl Ask {
    fn prompt(&self) -> Prompt {
        let instruction = match &self.form {
            Some(form) => {
                let how = format!("\n\n{}", form.instruction());
                self.instruction.clone().append(&Text::from(how))
            }
            None => self.instruction.clone(),
        };
        Prompt {
            instruction,
            data: self.data.clone(),
            schema: self.form.as_ref().map(Schema::json_schema),
            model: self.model.clone(),
        }
    }

    fn read(&self, reply: &Text) -> Result<Value, String> {
        match &self.form {
            None => Ok(Value::Text(trimmed(reply))),
            Some(form) => form.read(reply),
        }
    }

    fn failed(&self, reason: String) -> Value {
        let mut about: String = self.instruction.chars().take(60).collect();
        if about.chars().count() == 60 {
            about.push_str("...");
        }
        if let Some(place) = self.data.first().and_then(Text::place) {
            about.push_str(&format!(" on {}:{}", place.name, place.line));
        }
        Value::Failed(Rc::new(FailedCall { reason, about }))
    }
}

/// A reply without the newline that many models end with.
fn trimmed(reply: &Text) -> Text {
    let length = reply.to_str().trim_end_matches(['\n', '\r']).len();
    // Replies are owned and valid, so lossy and own lengths agree.
    reply.slice_bytes(0..length)
}

/// Sends all, reads the replies, and asks once more where one could not be read.
fn ask_all(host: &mut dyn Host, asks: Vec<Ask>) -> Result<Vec<Value>, Fault> {
    for ask in &asks {
        check_ask(host, ask)?;
    }
    let replies = host.complete(asks.iter().map(Ask::prompt).collect())?;
    let mut values = Vec::with_capacity(asks.len());
    let mut again = Vec::new();
    for (index, (ask, reply)) in asks.iter().zip(replies).enumerate() {
        values.push(match reply.map(|text| ask.read(&text)) {
            Ok(Ok(value)) => value,
            Ok(Err(reason)) => {
                again.push((index, retry(ask, &reason)));
                Value::None
            }
            Err(reason) => ask.failed(reason),
        });
    }
    if again.is_empty() {
        return Ok(values);
    }
    let replies = match host.complete(again.iter().map(|(_, ask)| ask.prompt()).collect()) {
        // The other replies are paid for: they are kept.
        Err(fault) if fault.code == Code::LimitReached => {
            vec![Err(fault.message.clone()); again.len()]
        }
        other => other?,
    };
    for ((index, ask), reply) in again.iter().zip(replies) {
        let value = match reply.map(|text| ask.read(&text)) {
            Ok(Ok(value)) => value,
            Ok(Err(reason)) => {
                ask.failed(format!("the reply was not in the wanted form: {reason}"))
            }
            Err(reason) => ask.failed(reason),
        };
        if let Some(slot) = values.get_mut(*index) {
            *slot = value;
        }
    }
    Ok(values)
}

/// The same call, with what was wrong.
fn retry(ask: &Ask, reason: &str) -> Ask {
    let more = format!("\n\nAn earlier reply could not be used: {reason}.");
    Ask { instruction: ask.instruction.clone().append(&Text::from(more)), ..ask.clone() }
}

/// Refuses a call that the model's window cannot hold: instruction and all texts together.
fn check_ask(host: &mut dyn Host, ask: &Ask) -> Result<(), Fault> {
    let Some(window) = host.window_chars() else { return Ok(()) };
    let bytes: usize = ask.data.iter().map(Text::byte_len).sum();
    // A character is at least one byte: counting is needed only near the limit.
    if bytes + ask.instruction.byte_len() <= window {
        return Ok(());
    }
    let chars: usize = ask.data.iter().map(Text::char_len).sum();
    check_size(chars + ask.instruction.char_len(), window, "ask")
}

/// Refuses a call with more characters than the window holds; `function` is what the program called.
///
/// # Errors
/// Where it does not fit; the help names `chunk`.
pub fn check_size(chars: usize, window: usize, function: &str) -> Result<(), Fault> {
    if chars <= window {
        return Ok(());
    }
    let grouped = crate::prompt::grouped;
    let message = format!(
        "one call takes up to {} characters, this text has {}",
        grouped(window),
        grouped(chars)
    );
    // Half of it leaves room for the instruction.
    let help = format!("split it: [{function}(q, c) for c in chunk(text, {})]", window / 2);
    Err(Fault::new(Code::TextTooLarge, message).with_help(help))
}

fn recurse_all(host: &mut dyn Host, questions: Vec<SubQuestion>) -> Result<Vec<Value>, Fault> {
    let about: Vec<Text> = questions.iter().map(|q| q.question.clone()).collect();
    let answers = host.recurse(questions)?;
    Ok(answers
        .into_iter()
        .zip(about)
        .map(|(answer, question)| match answer {
            Ok(text) => Value::Text(text),
            Err(reason) => Value::Failed(Rc::new(FailedCall {
                reason,
                about: question.chars().take(60).collect(),
            })),
        })
        .collect())
}

fn one(values: Vec<Value>) -> Result<Value, Fault> {
    Ok(values.into_iter().next().unwrap_or(Value::None))
}

/// The texts of a `text` argument: one, or a list of them; numbers and the like as they print.
fn data(host: &mut dyn Host, value: Option<Value>) -> Result<Vec<Text>, Fault> {
    let mut texts = Vec::new();
    if let Some(value) = value {
        collect_data(host, &value, 0, &mut texts)?;
    }
    Ok(texts)
}

fn collect_data(
    host: &mut dyn Host,
    value: &Value,
    depth: usize,
    texts: &mut Vec<Text>,
) -> Result<(), Fault> {
    const DEEPEST: usize = 20;
    match value {
        Value::Text(text) => texts.push(text.clone()),
        Value::Match(m) => texts.push(m.whole()),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) if depth < DEEPEST => {
            let items = value.items()?;
            reserve_list(host, items.len().saturating_mul(2))?;
            for item in items.iter() {
                collect_data(host, &item, depth + 1, texts)?;
            }
        }
        Value::Failed(_) | Value::Function(_) => return Err(expected("a text", value)),
        Value::None | Value::Unset => {}
        other => texts.push(display(other)),
    }
    Ok(())
}

/// Parts of a joined text, an empty line between them. One part stays the view it is.
fn with_breaks(texts: &[Text]) -> Vec<Text> {
    let mut parts = Vec::with_capacity(texts.len() * 2);
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            parts.push(Text::from("\n\n"));
        }
        parts.push(text.clone());
    }
    parts
}

#[cfg(test)]
mod tests;
