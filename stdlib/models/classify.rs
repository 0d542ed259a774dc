//! `classify`: one label an item, many items a call.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::Ask;
use super::schema::Schema;
use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{FailedCall, Value, display};

/// Items in one call: more make models miscount.
const MOST_ITEMS: usize = 40;

/// Characters of items in one call.
const MOST_CHARS: usize = 40_000;

/// One label for each item, in order, by a model.
///
/// Many items go into each call, the calls run in parallel. Labels are checked; items that got none
/// are asked again once, and give a false value after that.
///
/// ```rlm
/// classify(["It broke.", "Where is it?"], ["complaint", "question"], "What is this?")  # -> ['complaint', 'question']
/// ```
#[builtin(
    group = "model",
    effect = Calls,
    returns = List,
    receiver = "items",
    prompt = "classify(items, labels, instruction) gives one label per item, in order; it packs many items into each call."
)]
pub fn classify(
    host: &mut dyn Host,
    /// What to label: texts, or anything that prints.
    #[aliases("texts", "xs", "rows")]
    items: Items,
    /// The labels to choose from.
    #[aliases("choices", "categories", "classes")]
    labels: Items,
    /// What the label means.
    #[aliases("prompt", "question")]
    #[default("")]
    instruction: Text,
    /// Another model than the configured one.
    model: Option<String>,
) -> Result<Vec<Value>, Fault> {
    let items: Vec<Text> = items.0.iter().map(|v| display(&v)).collect();
    let labels = labels.0.to_vec();
    let form = Schema::choices(&labels)?;
    let mut found: Vec<Value> = vec![Value::None; items.len()];
    let mut missing: Vec<usize> = (0..items.len()).collect();
    let mut reason = String::new();
    for round in 0..2 {
        if missing.is_empty() {
            break;
        }
        let batches = batches(&items, &missing);
        let asks = batches.iter().map(|batch| ask(&items, batch, &form, &instruction, &model));
        let asks: Vec<Ask> = asks.collect();
        for ask in &asks {
            super::check_ask(host, ask)?;
        }
        let replies = match host.complete(asks.iter().map(Ask::prompt).collect()) {
            // The labels found so far are paid for: they are kept.
            Err(fault) if round > 0 && fault.code == Code::LimitReached => {
                reason = fault.message.clone();
                break;
            }
            other => other?,
        };
        for (batch, reply) in batches.iter().zip(replies) {
            match reply {
                Ok(reply) => read(&reply.to_str(), batch, &form, &mut found),
                Err(why) => reason = why,
            }
        }
        missing.retain(|&i| matches!(found.get(i), Some(Value::None)));
    }
    for index in missing {
        let reason = if reason.is_empty() { "no label in the reply" } else { &reason };
        let about = items.get(index).map(|t| t.chars().take(60).collect()).unwrap_or_default();
        if let Some(slot) = found.get_mut(index) {
            *slot = Value::Failed(Rc::new(FailedCall { reason: reason.to_string(), about }));
        }
    }
    Ok(found)
}

/// Groups of item indices that fit one call each.
fn batches(items: &[Text], wanted: &[usize]) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut size = 0;
    for &index in wanted {
        let chars = items.get(index).map_or(0, Text::byte_len);
        let is_full = |batch: &Vec<usize>| batch.len() >= MOST_ITEMS || size + chars > MOST_CHARS;
        match batches.last_mut() {
            Some(batch) if !is_full(batch) => {
                batch.push(index);
                size += chars;
            }
            _ => {
                batches.push(vec![index]);
                size = chars;
            }
        }
    }
    batches
}

fn ask(
    items: &[Text],
    batch: &[usize],
    form: &Schema,
    instruction: &Text,
    model: &Option<String>,
) -> Ask {
    let count = batch.len();
    let Schema::Choice(labels) = form else { return empty_ask() };
    let text = format!(
        "{}\n\nGive each of the {count} numbered items one of these labels: {}. \
         Judge every item on its own.",
        instruction.to_str(),
        labels.iter().map(|l| format!("\"{l}\"")).collect::<Vec<_>>().join(", "),
    );
    let mut data = String::new();
    for (number, &index) in batch.iter().enumerate() {
        let item = items.get(index).map(Text::to_str).unwrap_or_default();
        data.push_str(&format!("{}. {}\n", number + 1, item.trim()));
    }
    let fields = (1..=count).map(|n| (n.to_string(), form.clone())).collect();
    Ask {
        instruction: Text::from(text.trim_start()),
        data: vec![Text::from(data)],
        form: Some(Schema::Record(fields)),
        model: model.clone(),
    }
}

fn empty_ask() -> Ask {
    Ask { instruction: Text::empty(), data: Vec::new(), form: None, model: None }
}

/// Reads the labels of a batch: an object by number, a list in order, or lines in order. Items whose
/// label cannot be read stay as they are.
fn read(reply: &str, batch: &[usize], form: &Schema, found: &mut [Value]) {
    let mut set = |position: usize, value: &Value| {
        if let (Some(&index), Ok(label)) =
            (batch.get(position), form.read(&display(value).to_str()))
            && let Some(slot) = found.get_mut(index)
        {
            *slot = label;
        }
    };
    match crate::records::parse_json_lenient(reply) {
        Some(Value::Dict(dict)) => {
            // {"labels": [...]}
            if let (1, Some((_, Value::List(list)))) = (dict.len(), dict.map().get_index(0)) {
                if list.len() == batch.len() {
                    list.iter().enumerate().for_each(|(i, v)| set(i, &v));
                }
                return;
            }
            for position in 0..batch.len() {
                let key = Value::from((position + 1).to_string().as_str());
                if let Some(value) = dict.get(&key) {
                    set(position, &value);
                }
            }
        }
        Some(Value::List(list)) if list.len() == batch.len() => {
            list.iter().enumerate().for_each(|(i, v)| set(i, &v));
        }
        _ => {
            let lines: Vec<&str> = reply.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
            if lines.len() == batch.len() {
                for (position, line) in lines.iter().enumerate() {
                    let label = line.trim_start_matches(|c: char| {
                        c.is_ascii_digit() || matches!(c, '.' | ')' | ':' | '-' | ' ')
                    });
                    set(position, &Value::from(label));
                }
            }
        }
    }
}
