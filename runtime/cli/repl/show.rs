//! How the value of what was typed looks on a terminal: on one line if it fits, else one item a line.

use rlm_lang_std::output::{describe, one_line, preview};
use rlm_lang_std::value::{Value, first_entries};

use crate::cli::paint;

/// Items that are shown of a collection.
const ITEMS: usize = 20;

/// Columns that a key may take.
const WIDEST_KEY: usize = 40;

/// Characters of a long text that are shown.
const TEXT: usize = 4_000;

/// A value as it is shown: on a terminal so that it can be read, in a pipe as always.
pub(super) fn seen(value: &Value) -> String {
    match paint::terminal_size() {
        Some((_, columns)) => show(value, columns),
        None => preview(value, TEXT),
    }
}

/// A value for a terminal of so many columns.
fn show(value: &Value, columns: usize) -> String {
    let rows: Vec<(String, Value)> = match value {
        _ if fits(value, columns) => return preview(value, TEXT),
        Value::List(list) if is_table(list.get(0).as_ref()) => {
            return cut(&preview(value, TEXT), columns);
        }
        Value::List(list) => numbered((0..list.len().min(ITEMS)).filter_map(|at| list.get(at))),
        Value::Tuple(items) => numbered(items.iter().take(ITEMS).cloned()),
        Value::Set(set) => {
            set.to_vec().into_iter().take(ITEMS).map(|v| (String::new(), v)).collect()
        }
        Value::Dict(dict) => {
            let entries = first_entries(dict, ITEMS).into_iter();
            entries.map(|(key, item)| (line(&key, WIDEST_KEY), item)).collect()
        }
        _ => return preview(value, TEXT),
    };
    let count = match value {
        Value::List(list) => list.len(),
        Value::Tuple(items) => items.len(),
        Value::Set(set) => set.len(),
        Value::Dict(dict) => dict.len(),
        _ => rows.len(),
    };
    listed(&describe(value), &rows, count, columns)
}

/// Whether a value is short enough for one line.
fn fits(value: &Value, columns: usize) -> bool {
    if matches!(value, Value::Text(_) | Value::Match(_)) {
        return true;
    }
    // Nothing is left out of a preview with room for twice as much.
    let text = preview(value, columns.saturating_mul(2));
    !text.contains('\n') && paint::width(&text) <= columns
}

/// Lists of dicts are shown as tables.
fn is_table(first: Option<&Value>) -> bool {
    matches!(first, Some(Value::Dict(_)))
}

fn numbered(items: impl Iterator<Item = Value>) -> Vec<(String, Value)> {
    items.enumerate().map(|(index, item)| (index.to_string(), item)).collect()
}

fn listed(head: &str, rows: &[(String, Value)], count: usize, columns: usize) -> String {
    let widest = rows.iter().map(|(name, _)| paint::width(name)).max().unwrap_or(0);
    let mut out = head.to_string();
    for (name, value) in rows {
        let space = " ".repeat(widest - paint::width(name));
        // Numbers stand at the right, keys at the left.
        let name = if name.bytes().all(|b| b.is_ascii_digit()) {
            format!("{space}{name}")
        } else {
            format!("{name}{space}")
        };
        let left = columns.saturating_sub(widest + 4).max(10);
        out.push_str(&format!("\n  {name}  {}", line(value, left)));
    }
    let more = count.saturating_sub(rows.len());
    if more > 0 {
        out.push_str(&format!("\n  ... {more} more"));
    }
    out
}

/// A value on one line of at most so many columns.
fn line(value: &Value, columns: usize) -> String {
    let text = preview(value, columns.saturating_mul(2));
    paint::cut(&one_line(&text), columns)
}

fn cut(text: &str, columns: usize) -> String {
    let lines: Vec<String> = text.lines().map(|line| paint::cut(line, columns)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::memory::on_large_stack;
    use crate::interpreter::{Fuel, Session};

    fn shown(code: &str, columns: usize) -> String {
        on_large_stack(|| {
            let connect = Box::new(|| Err("no model".to_string()));
            let task = crate::engine::Task::new("".into(), "".into());
            let mut outside = crate::engine::ProgramOutside::new(task, Vec::new(), connect);
            let parsed = rlm_lang_syntax::parse(code);
            let body = &parsed.program.body;
            let ran = Session::new().run(code, body, &mut outside, Fuel::default()).unwrap();
            show(&ran.value.unwrap(), columns)
        })
        .unwrap()
    }

    #[test]
    fn short_values_stand_on_one_line() {
        assert_eq!(shown("[1, 2]", 80), "[1, 2]");
        assert_eq!(shown("{\"a\": 1}", 80), "{'a': 1}");
        assert_eq!(shown("\"a\\nb\"", 80), "a\nb");
        // As print shows them.
        assert_eq!(shown("Counter(\"abb\")", 80), "Counter({'b': 2, 'a': 1})");
        assert_eq!(shown("Counter()", 80), "Counter()");
        assert_eq!(shown("defaultdict(list)", 80), "defaultdict(<class 'list'>, {})");
    }

    #[test]
    fn long_ones_have_an_item_a_line() {
        let shown = shown("[f\"item {i} \" + \"x\" * 60 for i in range(30)]", 40);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "list[30 text]");
        assert!(lines[1].starts_with("   0  item 0 xxx"), "{shown}");
        assert!(lines[20].starts_with("  19  item 19 xxx"), "{shown}");
        assert_eq!(lines[21], "  ... 10 more");
        assert!(lines.iter().all(|line| paint::width(line) <= 40), "{shown}");
    }

    #[test]
    fn dicts_have_a_key_a_line() {
        let counter = shown("Counter([\"x\" * 20] + [\"y\" * 20] * 3)", 40);
        assert_eq!(counter.lines().nth(1), Some("  yyyyyyyyyyyyyyyyyyyy  3"), "{counter}");
        let shown = shown("{\"first\": \"x\" * 50, \"2nd\": [1] * 40}", 30);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "dict(2)");
        assert!(lines[1].starts_with("  first  xxxx"), "{shown}");
        assert!(lines[2].starts_with("  2nd    [1, 1"), "{shown}");
        assert!(lines.iter().all(|line| paint::width(line) <= 30), "{shown}");
    }
}
