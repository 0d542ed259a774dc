//! What leaves a program: printing, the answer, and how values are shown to models and people.

use std::borrow::Cow;
use std::fmt::Write;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Effect;

use crate::builtin::Builtin;
use crate::convert::{FromValue, Items};
use crate::fault::Fault;
use crate::functional::{MADE, hidden};
use crate::host::Host;
use crate::meter;
use crate::records::buffer::write_to;
use crate::text::{Text, seen};
use crate::value::{Dict, List, Value, dict_marks, display, failed_used, first_entries, repr};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&PRINT, &STDOUT_WRITE, &ANSWER, &FINAL_VAR, &SUBMIT, &VARS];

/// Prints values, separated by spaces.
///
/// Texts print as they are, everything else as it stands in a program.
///
/// ```rlm
/// print("found", 3)  # -> found 3
/// ```
#[builtin(group = "output", effect = Prints, prompt = "print(...)")]
pub fn print(
    host: &mut dyn Host,
    /// What to print.
    #[rest]
    values: Vec<Value>,
    /// What stands between two values.
    #[keyword]
    #[default(" ")]
    sep: Text,
    /// What stands at the end.
    #[keyword]
    #[default("\n")]
    end: Text,
    /// Ignored: everything goes to the output at once.
    #[keyword]
    flush: Option<Value>,
    /// What is printed to instead of the output: an `io.StringIO()`.
    #[keyword]
    file: Option<Value>,
) -> Result<(), Fault> {
    let _ = flush;
    let mut line = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push_str(&sep.to_str());
        }
        seen::printing(|| line.push_str(&display(value).to_str()));
        meter::settle(host)?;
        host.reserve(line.len())?;
    }
    line.push_str(&end.to_str());
    host.spend(line.len() as u64 / 64)?;
    match file {
        Some(file) => write_to(host, &file, &line),
        None => host.print(&line),
    }
}

/// Prints a text without a line end.
///
/// ```rlm
/// sys.stdout.write("a\n")  # -> a
/// ```
#[builtin(group = "output", name = "sys.stdout.write", effect = Prints, aliases("sys.stderr.write"))]
pub fn stdout_write(
    host: &mut dyn Host,
    /// The text.
    s: Text,
) -> Result<(), Fault> {
    host.spend(s.byte_len() as u64 / 64)?;
    let text = seen::printing(|| s.to_str());
    host.print(&text)
}

/// Ends the run with this value as the answer.
///
/// A text is the answer as it is; numbers are printed; lists and dicts become JSON. Code after it is
/// not run. `sources` names the views that the answer rests on.
///
/// ```rlm
/// answer("Port Meridian")  # -> Port Meridian
/// ```
#[builtin(
    group = "output",
    effect = Answers,
    aliases("FINAL", "final_answer", "FINAL_ANSWER", "final"),
    prompt = "answer(value)"
)]
pub fn answer(
    host: &mut dyn Host,
    /// The answer.
    #[aliases("answer", "text", "content", "result")]
    value: Value,
    /// Views that the answer rests on.
    #[aliases("source", "citations")]
    sources: Option<Items>,
) -> Result<Value, Fault> {
    if let Some((name, _)) = variable_named(host, &value) {
        let note = format!("the answer is the text {name}, not the variable: answer({name})");
        host.note(Code::Habit, note);
    }
    answer_with(host, value, sources.map(|items| items.0))
}

/// Ends the run with the value of the variable that a text names, as other systems do.
///
/// What is no text, or no variable's name, is the answer itself, as in `answer(value)`.
///
/// ```rlm
/// total = 42
/// FINAL_VAR("total")  # -> 42
/// ```
#[builtin(name = "FINAL_VAR", group = "output", effect = Answers)]
pub fn final_var(
    host: &mut dyn Host,
    /// The name of a variable, or a value.
    #[aliases("variable_name", "variable", "name")]
    value: Value,
    /// Views that the answer rests on.
    #[aliases("source", "citations")]
    sources: Option<Items>,
) -> Result<Value, Fault> {
    let sources = sources.map(|items| items.0);
    match (variable_named(host, &value), &value) {
        (Some((name, named)), _) => {
            let note = format!("the answer is the value of the variable {name}");
            host.note(Code::Habit, note);
            answer_with(host, named, sources)
        }
        (None, Value::Text(text)) => {
            let name: String = text.to_str().chars().take(40).collect();
            let note = format!("no variable is called {name}: the answer is that text itself");
            host.note(Code::Habit, note);
            answer_with(host, value, sources)
        }
        _ => answer_with(host, value, sources),
    }
}

/// Ends the run with an answer of one or several fields, as programs for DSPy do.
///
/// A single value is the answer. Several are a list, named ones a dict.
///
/// ```rlm
/// SUBMIT(town="Ede", year=1979)  # -> {"town": "Ede", "year": 1979}
/// ```
#[builtin(group = "output", name = "SUBMIT", effect = Answers, aliases("submit"))]
pub fn submit(
    host: &mut dyn Host,
    /// The fields by their places.
    #[rest]
    values: Vec<Value>,
    /// The fields by their names; `sources` beside a single value are the views that it rests on.
    #[keywords]
    fields: Vec<(String, Value)>,
) -> Result<Value, Fault> {
    let mut values = values;
    if let ([_], [(name, sources)]) = (values.as_slice(), fields.as_slice())
        && name == "sources"
    {
        let sources = Items::from_value(sources.clone())?;
        return answer_with(host, values.remove(0), Some(sources.0));
    }
    let single = match (values.as_slice(), fields.as_slice()) {
        ([value], []) | ([], [(_, value)]) => Some(value.clone()),
        _ => None,
    };
    if let Some(value) = single {
        return answer_with(host, value, None);
    }
    if values.is_empty() || !fields.is_empty() {
        let named = fields.into_iter().map(|(name, value)| (Value::from(name.as_str()), value));
        let named = Value::Dict(Dict::new(named.collect()));
        if values.is_empty() {
            return answer_with(host, named, None);
        }
        values.push(named);
    }
    answer_with(host, Value::list(values), None)
}

/// Answers with `answer["content"]` once `answer["ready"]` is true, as other systems do. It follows an
/// assignment to the variable `answer`.
pub static ANSWER_DICT: Builtin = hidden("answer_dict", &[MADE], Effect::Answers, answer_dict);

fn answer_dict(host: &mut dyn Host, args: &mut [Value]) -> Result<Value, Fault> {
    let content = args.first().and_then(|answer| dict_answer(answer, true));
    let Some(content) = content else { return Ok(Value::None) };
    let note = "`answer[\"ready\"] = True` gives the answer: answer(value) says the same";
    host.note(Code::Habit, note.to_string());
    answer_with(host, content, None)
}

/// What a dict `{"content": ..., "ready": ...}` gives as the answer: if it is ready, or as it is.
pub fn dict_answer(value: &Value, if_ready: bool) -> Option<Value> {
    let Value::Dict(dict) = value else { return None };
    let ready = dict.get(&Value::from("ready"))?.truthy();
    dict.get(&Value::from("content")).filter(|_| ready || !if_ready)
}

fn answer_with(host: &mut dyn Host, value: Value, sources: Option<List>) -> Result<Value, Fault> {
    if let Value::Failed(failed) = &value {
        return Err(failed_used(failed));
    }
    // It is written when the program is over: whoever makes it larger than anything pays here.
    match &value {
        Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_) => {
            drop(answer_text(&value))
        }
        _ => drop(repr(&value)),
    }
    meter::settle(host)?;
    Err(host.answer(value, sources))
}

/// The variable that a text names.
fn variable_named(host: &mut dyn Host, value: &Value) -> Option<(String, Value)> {
    let Value::Text(name) = value else { return None };
    let name = name.to_str();
    let is_name = name.len() <= 60
        && name.contains(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        return None;
    }
    host.variables().into_iter().find(|(n, _)| *n == name)
}

/// The variables with kind and size, as a text.
///
/// ```rlm
/// xs = [1, 2]
/// vars()  # -> 'xs list[2 int]'
/// ```
#[builtin(group = "output", effect = Reads, aliases("SHOW_VARS", "show_vars", "locals", "globals"))]
pub fn vars(host: &mut dyn Host) -> String {
    let lines: Vec<String> = host
        .variables()
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Function(_)))
        .map(|(name, value)| format!("{name} {}", describe(value)))
        .collect();
    if lines.is_empty() { "no variables yet".to_string() } else { lines.join("\n") }
}

/// An answer as it is given to the user: texts as they are, numbers printed, lists and dicts as JSON.
pub fn answer_text(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_) => {
            crate::records::to_json(value, None).unwrap_or_else(|_| repr(value))
        }
        other => display(other).to_str().into_owned(),
    }
}

/// Kind and size of a value, never its content: `list[412 text]`, `text(31)`.
pub fn describe(value: &Value) -> String {
    let grouped = crate::prompt::grouped;
    match value {
        Value::Text(text) => format!("text({})", grouped(text.char_len())),
        Value::List(list) => match kind_of_items(list) {
            Some(kind) => format!("list[{} {kind}]", grouped(list.len())),
            None => format!("list[{}]", grouped(list.len())),
        },
        Value::Tuple(items) => format!("tuple[{}]", items.len()),
        Value::Dict(dict) => format!("dict({})", grouped(dict.len())),
        Value::Set(set) => format!("set({})", grouped(set.len())),
        other => other.ty().word().to_string(),
    }
}

/// The one kind that the first items have.
fn kind_of_items(list: &List) -> Option<&'static str> {
    const LOOKED_AT: usize = 50;
    let first = list.get(0)?.ty();
    (1..list.len().min(LOOKED_AT))
        .all(|i| list.get(i).is_some_and(|v| v.ty() == first))
        .then(|| first.word())
}

/// A value within about `max` characters: long texts lose their middle, long collections their end.
/// A list of dicts with the same keys shows as a table. The work is bounded too, whatever the size.
pub fn preview(value: &Value, max: usize) -> String {
    match value {
        Value::Text(text) => shorten(text, max),
        Value::Match(m) => shorten(&m.whole(), max),
        Value::List(list) => table(list, max).unwrap_or_else(|| bounded(value, max)),
        other => bounded(other, max),
    }
}

/// A text on one line: line ends and other control characters as escapes, so that a text from an input
/// cannot begin a line of its own in what a model or a terminal reads.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(breaks) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if breaks(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A text within `max` characters: the first two thirds and the end.
fn shorten(text: &Text, max: usize) -> String {
    // Never more characters than bytes: no counting for short ones.
    if text.byte_len() <= max || text.char_len() <= max {
        return text.to_str().into_owned();
    }
    let chars = text.char_len();
    let head = max * 2 / 3;
    let tail = max - head;
    let left_out = chars - head - tail;
    format!(
        "{} ... {} characters ... {}",
        text.slice_chars(0, head).to_str(),
        crate::prompt::grouped(left_out),
        text.slice_chars(chars - tail, chars).to_str()
    )
}

fn bounded(value: &Value, max: usize) -> String {
    let mut writer = Bounded { out: String::new(), max, depth: 0 };
    writer.value(value);
    writer.out
}

/// Writes a value's program form until the room is used.
struct Bounded {
    out: String,
    max: usize,
    depth: usize,
}

impl Bounded {
    /// Characters of one text among others: several should be seen, not one.
    fn item_room(&self) -> usize {
        (self.max / 8).clamp(60, 300)
    }

    fn is_full(&self) -> bool {
        self.out.len() >= self.max
    }

    fn value(&mut self, value: &Value) {
        const DEEPEST: usize = 20;
        match value {
            Value::Text(text) => self.text(text),
            Value::Match(m) => self.text(&m.whole()),
            _ if self.depth >= DEEPEST => self.out.push_str("..."),
            Value::List(list) if list.sequence().is_some_and(|s| s.as_range().is_some()) => {
                self.out.push_str(&repr(value));
            }
            Value::List(list) => self.items('[', ']', list.len(), list.iter()),
            Value::Tuple(items) => self.items('(', ')', items.len(), items.iter().cloned()),
            Value::Set(set) if !set.is_empty() => {
                self.items('{', '}', set.len(), set.to_vec().into_iter());
            }
            Value::Dict(dict) => self.dict(dict),
            other => self.out.push_str(&repr(other)),
        }
    }

    fn text(&mut self, text: &Text) {
        let room = self.item_room();
        let short = if self.max == usize::MAX || text.byte_len() <= room {
            text.clone()
        } else {
            Text::from(shorten(text, room))
        };
        self.out.push_str(&repr(&Value::Text(short)));
    }

    fn items(&mut self, open: char, close: char, count: usize, items: impl Iterator<Item = Value>) {
        self.depth += 1;
        self.out.push(open);
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            if self.is_full() {
                let _ = write!(self.out, "... {} more", count - index);
                break;
            }
            self.value(&item);
        }
        if open == '(' && count == 1 {
            self.out.push(',');
        }
        self.out.push(close);
        self.depth -= 1;
    }

    fn dict(&mut self, dict: &Dict) {
        self.depth += 1;
        let (open, close) = dict_marks(dict);
        self.out.push_str(&open);
        let count = dict.len();
        // An entry has four characters at least, so more are not needed.
        for (index, (key, value)) in first_entries(dict, self.max / 4 + 2).into_iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            if self.is_full() {
                let _ = write!(self.out, "... {} more", count - index);
                break;
            }
            self.value(&key);
            self.out.push_str(": ");
            self.value(&value);
        }
        self.out.push_str(close);
        self.depth -= 1;
    }
}

/// A list of at least two dicts with the same few keys, as a table.
fn table(list: &List, max: usize) -> Option<String> {
    const ROWS: usize = 50;
    const COLUMNS: usize = 8;
    const WIDEST: usize = 40;
    let Some(Value::Dict(first)) = list.get(0) else { return None };
    let keys = first.keys();
    if list.len() < 2 || keys.is_empty() || keys.len() > COLUMNS {
        return None;
    }
    let mut rows = vec![keys.iter().map(|k| display(k).to_str().into_owned()).collect::<Vec<_>>()];
    for index in 0..list.len().min(ROWS) {
        let Some(Value::Dict(row)) = list.get(index) else { return None };
        if row.keys() != keys {
            return None;
        }
        rows.push(keys.iter().filter_map(|k| row.get(k)).map(|v| cell(&v, WIDEST)).collect());
    }
    let widths: Vec<usize> = (0..keys.len())
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|t| t.chars().count()).max().unwrap_or(0))
        .collect();
    let mut out = format!("{} rows\n", crate::prompt::grouped(list.len()));
    let mut shown = 0;
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!("{text}{}", " ".repeat(width - text.chars().count())))
            .collect();
        let line = cells.join(" | ");
        if index > 1 && out.len() + line.len() > max {
            break;
        }
        out.push_str(line.trim_end());
        out.push('\n');
        shown = index;
    }
    let more = list.len().saturating_sub(shown);
    if more > 0 {
        let _ = writeln!(out, "... {} more", crate::prompt::grouped(more));
    }
    out.truncate(out.trim_end().len());
    Some(out)
}

fn cell(value: &Value, widest: usize) -> String {
    let text = preview_line(value, widest);
    text.replace('\n', " ")
}

fn preview_line(value: &Value, widest: usize) -> String {
    let text = match value {
        Value::Text(_) | Value::Match(_) => preview(value, widest),
        other => bounded(other, widest),
    };
    if text.chars().count() <= widest + 30 {
        return text;
    }
    text.chars().take(widest).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeHost;

    fn numbers(n: i64) -> Value {
        Value::list((0..n).map(Value::Int).collect())
    }

    #[test]
    fn prints_as_python_does() {
        let mut host = FakeHost::new();
        let list = Value::list(vec![Value::from("a"), Value::Float(1.0), Value::None]);
        host.run("print", &[Value::from("x"), list, Value::Bool(true)]).unwrap();
        host.run_with(
            "print",
            &[Value::Int(1), Value::Int(2)],
            &[("sep", "-".into()), ("end", "".into())],
        )
        .unwrap();
        assert_eq!(host.printed, "x ['a', 1.0, None] True\n1-2");
    }

    #[test]
    fn one_line_has_no_line_ends() {
        assert_eq!(one_line("ä b"), "ä b");
        assert_eq!(one_line("a\r\nb\u{2028}\x1b[1m"), "a\\r\\nb\\u{2028}\\u{1b}[1m");
    }

    #[test]
    fn previews_are_bounded() {
        assert_eq!(preview(&numbers(3), 100), "[0, 1, 2]");
        let long = preview(&numbers(100_000), 100);
        assert!(long.starts_with("[0, 1, 2") && long.ends_with(" more]") && long.len() < 200);
        let line = "x".repeat(1_000_000);
        let text = preview(&Value::from(line.as_str()), 200);
        assert!(text.contains(" ... 999,800 characters ... ") && text.len() < 300, "{text}");
        let nested = Value::list(vec![Value::from(line.as_str()); 100]);
        assert!(preview(&nested, 1000).len() < 2000);
    }

    #[test]
    fn rows_show_as_a_table() {
        let row =
            |a: i64, b: &str| Value::Dict(Dict::record([("id", a.into()), ("name", b.into())]));
        let rows = Value::list(vec![row(1, "Ada"), row(22, "Bo")]);
        assert_eq!(preview(&rows, 500), "2 rows\nid | name\n1  | Ada\n22 | Bo");
    }

    #[test]
    fn describes_kind_and_size() {
        assert_eq!(describe(&numbers(1200)), "list[1,200 int]");
        assert_eq!(describe(&Value::from("äö")), "text(2)");
        assert_eq!(describe(&Value::list(vec![Value::Int(1), Value::None])), "list[2]");
        assert_eq!(describe(&Value::None), "None");
    }

    #[test]
    fn answers_are_texts_numbers_or_json() {
        assert_eq!(answer_text(&Value::from("a\nb")), "a\nb");
        assert_eq!(answer_text(&Value::Float(2.0)), "2.0");
        let list = Value::list(vec![Value::from("ä"), Value::Int(1)]);
        assert_eq!(answer_text(&list), "[\"ä\", 1]");
    }

    #[test]
    fn a_failed_call_is_no_answer() {
        let mut host = FakeHost::new();
        let failed = std::rc::Rc::new(crate::value::FailedCall {
            reason: "timeout".to_string(),
            about: String::new(),
        });
        let fault = host.run("answer", &[Value::Failed(failed)]).unwrap_err();
        assert_eq!(fault.code, Code::FailedUsed);
    }
}
