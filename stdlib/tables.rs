//! Looking at rows: an aligned table, and an evenly spaced sample.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::convert::{Items, expected};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::reserve_list;
use crate::value::{List, Members, Value, display};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[&TABLE, &SAMPLE];

/// Cells wider than this, in characters, do not widen their column.
const WIDEST: usize = 60;

/// Rows as a text table with aligned columns.
///
/// Rows are dicts, whose keys become the header, or lists or tuples. Numbers stand to the right. Of a
/// dict, keys and values are shown.
///
/// ```rlm
/// table([["Ada", 3], ["Bo", 12]])  # -> 'Ada |  3\nBo  | 12'
/// ```
#[builtin(group = "records", receiver = "rows", returns = Text)]
pub fn table(
    host: &mut dyn Host,
    /// The rows.
    #[aliases("xs")]
    rows: Value,
    /// Names of the columns; for dicts also which columns to show.
    #[aliases("columns", "header")]
    headers: Option<Items>,
) -> Result<String, Fault> {
    let rows = match &rows {
        Value::Dict(dict) => {
            reserve_list(host, dict.len().saturating_mul(4))?;
            let pair = |(k, v): (&Value, &Value)| Value::tuple(vec![k.clone(), v.clone()]);
            List::new(dict.map().iter().map(pair).collect())
        }
        Value::Text(_) => return Err(expected("a list of rows", &rows)),
        other => other.items().map_err(|e| e.within("table, rows"))?,
    };
    let headers = match headers {
        Some(headers) => Some(headers.0.to_vec()),
        None => header(host, &rows)?,
    };
    let grid = grid(host, &rows, headers.as_deref())?;
    Ok(render(headers, &grid))
}

/// The keys of all rows in order of first appearance, if there are dicts.
fn header(host: &mut dyn Host, rows: &List) -> Result<Option<Vec<Value>>, Fault> {
    let mut keys = Members::default();
    let mut has_dicts = false;
    for row in rows.iter() {
        if let Value::Dict(dict) = &row {
            has_dicts = true;
            host.spend(dict.len() as u64)?;
            keys.extend(dict.map().keys().cloned());
        }
    }
    Ok(has_dicts.then(|| keys.into_iter().collect()))
}

/// One cell of the table.
struct Cell {
    text: String,
    width: usize,
    is_number: bool,
}

impl Cell {
    fn new(value: &Value) -> Cell {
        let text = display(value).to_str().replace(['\n', '\r', '\t'], " ");
        let is_number = matches!(value, Value::Int(_) | Value::Big(_) | Value::Float(_));
        Cell { width: text.chars().count(), text, is_number }
    }

    fn empty() -> Cell {
        Cell { text: String::new(), width: 0, is_number: false }
    }
}

fn grid(host: &mut dyn Host, rows: &List, keys: Option<&[Value]>) -> Result<Vec<Vec<Cell>>, Fault> {
    let mut grid = Vec::new();
    let mut cells = 0usize;
    for row in rows.iter() {
        let row: Vec<Cell> = match (&row, keys) {
            (Value::Dict(dict), Some(keys)) => {
                let cell = |key| dict.get(key).map_or_else(Cell::empty, |value| Cell::new(&value));
                keys.iter().map(cell).collect()
            }
            (Value::List(items), _) => items.iter().map(|value| Cell::new(&value)).collect(),
            (Value::Tuple(items), _) => items.iter().map(Cell::new).collect(),
            (other, _) => vec![Cell::new(other)],
        };
        let bytes: usize = row.iter().map(|cell| cell.text.len() + WIDEST).sum();
        cells = cells.saturating_add(bytes);
        host.spend(1 + row.len() as u64 + bytes as u64 / 64)?;
        // The cells stay until the table is put together from them.
        host.reserve(cells)?;
        grid.push(row);
    }
    Ok(grid)
}

fn render(headers: Option<Vec<Value>>, grid: &[Vec<Cell>]) -> String {
    let header: Option<Vec<Cell>> = headers.map(|names| names.iter().map(Cell::new).collect());
    let count = grid.iter().chain(&header).map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0usize; count];
    let mut right = vec![true; count];
    for row in grid {
        for (cell, (width, right)) in row.iter().zip(widths.iter_mut().zip(&mut right)) {
            *width = (*width).max(cell.width.min(WIDEST));
            *right &= cell.is_number || cell.width == 0;
        }
    }
    for (cell, width) in header.iter().flatten().zip(&mut widths) {
        *width = (*width).max(cell.width.min(WIDEST));
    }
    let mut out = String::new();
    for row in header.iter().chain(grid) {
        for (index, (cell, (width, right))) in row.iter().zip(widths.iter().zip(&right)).enumerate()
        {
            if index > 0 {
                out.push_str(" | ");
            }
            let padding = " ".repeat(width.saturating_sub(cell.width));
            let (before, after) = if *right { (padding.as_str(), "") } else { ("", &*padding) };
            out.push_str(before);
            out.push_str(&cell.text);
            out.push_str(after);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// `n` of the items, evenly spaced from the first to the last.
///
/// Not random: the same call gives the same items. With fewer items than `n` it gives all.
///
/// ```rlm
/// sample(range(101), 3)  # -> [0, 50, 100]
/// ```
#[builtin(group = "records", receiver = "xs", returns = List)]
pub fn sample(
    host: &mut dyn Host,
    /// What to pick from.
    #[aliases("population")]
    xs: Value,
    /// How many.
    #[aliases("k", "limit", "top_k", "max", "size")]
    #[default(10)]
    n: i64,
) -> Result<Vec<Value>, Fault> {
    let items = match &xs {
        Value::Text(_) | Value::Match(_) => {
            return Err(expected("a list", &xs).with_help("sample its lines: sample(lines(t), n)"));
        }
        other => other.items().map_err(|e| e.within("sample, xs"))?,
    };
    let n = usize::try_from(n)
        .map_err(|_| Fault::new(Code::BadValue, format!("sample, n: expected a count, found {n}")))?
        .min(items.len());
    reserve_list(host, n)?;
    let (last, gaps) = (items.len().saturating_sub(1) as u128, n.saturating_sub(1).max(1) as u128);
    let position = |i: usize| usize::try_from(i as u128 * last / gaps).unwrap_or(usize::MAX);
    Ok((0..n).filter_map(|i| items.get(position(i))).collect())
}
