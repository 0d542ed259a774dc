//! `classify`: one label an item, many items a call.

use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::Ask;
use super::schema::Schema;
use crate::convert::Items;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::copy_items;
use crate::text::Text;
use crate::value::{Dict, FailedCall, List, Value, display};

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
    let items: Vec<Text> = copy_items(host, &items.0)?.iter().map(display).collect();
    let labels = copy_items(host, &labels.0)?;
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

/// Reads the labels of a batch: an object by number, a list in order, objects or lines with numbers, or
/// lines in order. What was miscounted is not guessed at: items whose label cannot be read for certain stay
/// as they are, and are asked again.
fn read(reply: &str, batch: &[usize], form: &Schema, found: &mut [Value]) {
    let mut labels: Vec<Option<Value>> = vec![None; batch.len()];
    match crate::records::parse_json_lenient(reply) {
        Some(Value::Dict(dict)) => match dict.map().get_index(0) {
            // {"labels": [...]}
            Some((_, Value::List(list))) if dict.len() == 1 => by_list(list, &mut labels),
            _ => by_number(reply, &dict, &mut labels),
        },
        Some(Value::List(list)) => by_list(&list, &mut labels),
        _ => by_lines(reply, &mut labels),
    }
    for (&index, label) in batch.iter().zip(labels) {
        let label = label.and_then(|label| form.read(&display(&label)).ok());
        if let (Some(slot), Some(label)) = (found.get_mut(index), label) {
            *slot = label;
        }
    }
}

/// `{"1": "a", "2": "b"}`; nothing where there are more numbers than items.
fn by_number(reply: &str, dict: &Dict, labels: &mut [Option<Value>]) {
    let beyond = |key: &Value| number(&display(key).to_str()).is_some_and(|n| n > labels.len());
    if dict.keys().iter().any(beyond) {
        return;
    }
    for (index, label) in labels.iter_mut().enumerate() {
        let key = (index + 1).to_string();
        if !is_repeated(reply, &key) {
            *label = dict.get(&Value::from(key.as_str()));
        }
    }
}

/// Whether an object's text has a key more than once: then which of them is meant, nobody knows.
fn is_repeated(reply: &str, key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    let after = |at: usize| reply.get(at + quoted.len()..).unwrap_or_default().trim_start();
    reply.match_indices(&quoted).filter(|(at, _)| after(*at).starts_with(':')).count() > 1
}

/// `["a", "b"]`, or `[{"number": 1, "label": "a"}, ...]`.
fn by_list(list: &List, labels: &mut [Option<Value>]) {
    let pairs: Option<Vec<(usize, Value)>> = list.iter().map(|item| numbered(&item)).collect();
    match pairs {
        Some(pairs) if !pairs.is_empty() => by_pairs(pairs, labels),
        _ if list.len() == labels.len() => {
            labels.iter_mut().zip(list.iter()).for_each(|(label, item)| *label = Some(item));
        }
        _ => {}
    }
}

/// The number and the label of an object that has just these two.
fn numbered(item: &Value) -> Option<(usize, Value)> {
    let Value::Dict(dict) = item else { return None };
    let values: Vec<Value> = dict.map().values().cloned().collect();
    let [a, b] = values.as_slice() else { return None };
    let of = |value: &Value| number(&display(value).to_str());
    of(a).map(|n| (n, b.clone())).or_else(|| of(b).map(|n| (n, a.clone())))
}

/// Labels by number; nothing where a number is beyond the items, and none for one that is given twice.
fn by_pairs(pairs: Vec<(usize, Value)>, labels: &mut [Option<Value>]) {
    if pairs.iter().any(|(n, _)| *n == 0 || *n > labels.len()) {
        return;
    }
    let mut times = vec![0; labels.len() + 1];
    for (n, value) in pairs {
        if let (Some(count), Some(label)) = (times.get_mut(n), labels.get_mut(n - 1)) {
            *count += 1;
            *label = (*count == 1).then_some(value);
        }
    }
}

/// Lines with numbers, whatever else is said around them; else just as many lines as items.
fn by_lines(reply: &str, labels: &mut [Option<Value>]) {
    let lines: Vec<&str> = reply.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let pairs: Vec<(usize, Value)> = lines.iter().filter_map(|line| numbered_line(line)).collect();
    if !pairs.is_empty() {
        by_pairs(pairs, labels);
    } else if lines.len() == labels.len() {
        for (label, line) in labels.iter_mut().zip(lines) {
            *label = Some(Value::from(line.trim_start_matches(['-', '*', ' '])));
        }
    }
}

/// `1. label`, `2) label`, `Item 3: label`, `**4.** label`
fn numbered_line(line: &str) -> Option<(usize, Value)> {
    let line = line.trim_start_matches(['-', '*', '#', ' ']);
    let rest = line.strip_prefix("Item ").or_else(|| line.strip_prefix("item ")).unwrap_or(line);
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = rest.split_at_checked(end)?;
    let label = rest.strip_prefix(['.', ')', ':'])?.trim_start_matches(['*', ' ']);
    Some((number(digits)?, Value::from(label)))
}

/// A count as a model writes it; too many digits are none.
fn number(text: &str) -> Option<usize> {
    text.trim().parse().ok()
}
