//! The builtins that read tables.

use std::cell::Cell;
use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::records::dialect::{Dialect, Field, is_blank};
use crate::records::rows::{Columns, Extra, Shape, Table};
use crate::text::Text;
use crate::value::{List, ListIterator, Value, hashable};

/// The rows of a table in text form, as dicts by the names of the header.
///
/// The separator is recognised (`,` tab `;` or `|`). Fields may stand in quotes, with separators,
/// line ends and doubled quotes inside. Values are texts, and views of the input where no quote
/// was doubled: make numbers of them with `int`, `float` or `number`. A row that is too short has
/// `""` in the columns it lacks; fields beyond the header stand under the number of their column
/// (`"4"`). A repeated name gets a number (`name_2`). Empty lines are left out.
///
/// ```rlm
/// csv("name,age\nAda,36\n\"Bo, jr\",41")[1]["name"]   # -> 'Bo, jr'
/// ```
#[builtin(group = "records", receiver = "t", prompt = "csv(t) rows as dicts")]
pub fn csv(
    host: &mut dyn Host,
    /// The table, or its lines.
    t: Value,
    /// The separator, one character; recognised if left out.
    #[aliases("delimiter", "separator")]
    sep: Option<Text>,
    /// Whether the first row holds the names; `False` gives rows as lists, a list of names says
    /// that all rows are data.
    #[default(true)]
    #[aliases("columns", "fieldnames", "names")]
    header: Value,
    /// The quote; `None` takes quotes as ordinary characters.
    #[default("\"")]
    #[aliases("quotechar")]
    quote: Value,
) -> Result<List, Fault> {
    let text = table_text(&t)?;
    let quote = quote_byte(&quote)?;
    let dialect = match &sep {
        Some(sep) => given_dialect(sep, quote)?,
        None => Dialect::sniff(text.bytes(), quote),
    };
    let missing = Value::Text(Text::empty());
    let (shape, at) = match &header {
        Value::List(_) | Value::Tuple(_) => {
            let names = checked_names(&header)?;
            (dicts(names, &missing), 0)
        }
        header if header.truthy() => {
            let (names, at) = read_header(&text, &dialect);
            (dicts(names, &missing), at)
        }
        _ => (Shape::Lists, 0),
    };
    let is_lists = matches!(shape, Shape::Lists);
    let mut rows = Table { text, dialect, shape }.rows(host, at)?;
    if is_lists {
        rows.retain(Value::truthy);
    }
    Ok(List::new(rows))
}

fn dicts(names: Vec<Value>, missing: &Value) -> Shape {
    Shape::Dicts(Columns::new(names.into_iter(), missing, Extra::Numbered, true))
}

/// The rows of a table as dicts, one after another, exactly as Python's `csv.DictReader` has them.
///
/// The separator is a comma unless given. A row that is too short has `restval` in the columns it
/// lacks, fields beyond the header stand as a list under `restkey`. Rows can be walked once.
///
/// ```rlm
/// [r["age"] for r in csv.DictReader(io.StringIO("name,age\nAda,36"))]   # -> ['36']
/// ```
#[builtin(group = "records", name = "csv.DictReader", returns = Iterator)]
#[allow(clippy::too_many_arguments)] // Python's
pub fn dict_reader(
    host: &mut dyn Host,
    /// The table, or its lines.
    #[aliases("csvfile")]
    f: Value,
    /// The names of the columns; the first row if left out.
    fieldnames: Option<Value>,
    /// The key for fields beyond the header.
    restkey: Option<Value>,
    /// The value of a missing field.
    restval: Option<Value>,
    /// `"excel"`, or `"excel-tab"` for tabs.
    #[default("excel")]
    dialect: Text,
    /// The separator, one character.
    #[keyword]
    delimiter: Option<Text>,
    /// The quote; `None` takes quotes as ordinary characters.
    #[default("\"")]
    #[keyword]
    quotechar: Value,
) -> Result<Value, Fault> {
    let text = table_text(&f)?;
    let dialect = python_dialect(&dialect, delimiter.as_ref(), &quotechar)?;
    let (names, at) = match fieldnames {
        Some(names) => (checked_names(&names)?, 0),
        None => read_header(&text, &dialect),
    };
    let (restkey, restval) = (restkey.unwrap_or(Value::None), restval.unwrap_or(Value::None));
    hashable(&restkey)?;
    let columns = Columns::new(names.into_iter(), &restval, Extra::Under(restkey), false);
    reader_over(host, Table { text, dialect, shape: Shape::Dicts(columns) }, at)
}

/// The rows of a table as lists, one after another, as Python's `csv.reader` has them.
///
/// The separator is a comma unless given; an empty line is an empty list. Rows can be walked once,
/// and `next(reader)` takes the header off.
///
/// ```rlm
/// list(csv.reader("a,b\n1,2"))   # -> [['a', 'b'], ['1', '2']]
/// ```
#[builtin(group = "records", name = "csv.reader", returns = Iterator)]
pub fn reader(
    host: &mut dyn Host,
    /// The table, or its lines.
    #[aliases("csvfile")]
    f: Value,
    /// `"excel"`, or `"excel-tab"` for tabs.
    #[default("excel")]
    dialect: Text,
    /// The separator, one character.
    #[keyword]
    delimiter: Option<Text>,
    /// The quote; `None` takes quotes as ordinary characters.
    #[default("\"")]
    #[keyword]
    quotechar: Value,
) -> Result<Value, Fault> {
    let text = table_text(&f)?;
    let dialect = python_dialect(&dialect, delimiter.as_ref(), &quotechar)?;
    reader_over(host, Table { text, dialect, shape: Shape::Lists }, 0)
}

/// The names of the columns of a `csv.DictReader`.
///
/// ```rlm
/// csv.DictReader("name,age\nAda,36").fieldnames   # -> ['name', 'age']
/// ```
#[builtin(group = "records", owners(Iterator), property)]
pub fn fieldnames(
    /// The reader.
    reader: Value,
) -> Result<Vec<Value>, Fault> {
    let Value::Iterator(iterator) = &reader else {
        return Err(expected("a reader", &reader));
    };
    match iterator.items.get(0) {
        Some(Value::Dict(row)) => Ok(row.keys()),
        _ => Err(Fault::new(Code::BadValue, "there is no first row to take the names from")),
    }
}

fn reader_over(host: &mut dyn Host, table: Table, at: usize) -> Result<Value, Fault> {
    let items = List::lazy(table.lazy(host, at)?);
    Ok(Value::Iterator(Rc::new(ListIterator { items, next: Cell::new(0) })))
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a table: as given, or put together from its lines; without a byte order mark.
fn table_text(value: &Value) -> Result<Text, Fault> {
    let text = match value {
        Value::Text(_) | Value::Match(_) => value.as_text().unwrap_or_default(),
        Value::List(_) | Value::Tuple(_) | Value::Iterator(_) => join_lines(&value.items()?)?,
        Value::Object(object) if object.as_text().is_some() => object.as_text().unwrap_or_default(),
        other => return Err(expected("a text", other)),
    };
    if text.bytes().starts_with(BYTE_ORDER_MARK) {
        return Ok(text.slice_bytes(BYTE_ORDER_MARK.len()..text.byte_len()));
    }
    Ok(text)
}

/// Lines as one text: the view that covers them where they follow each other in one input.
fn join_lines(lines: &List) -> Result<Text, Fault> {
    let lines: Vec<Text> = lines
        .iter()
        .map(|line| line.as_text().ok_or_else(|| expected("a line of text", &line)))
        .collect::<Result<_, _>>()?;
    if let Some(text) = covering_view(&lines) {
        return Ok(text);
    }
    let mut whole = String::new();
    for line in &lines {
        whole.push_str(&line.to_str());
        if !line.bytes().ends_with(b"\n") {
            whole.push('\n');
        }
    }
    Ok(Text::from(whole))
}

fn covering_view(lines: &[Text]) -> Option<Text> {
    let source = lines.first()?.source()?;
    let start = lines.first()?.byte_range()?.start;
    let mut end = start;
    for (number, line) in lines.iter().enumerate() {
        let range = line.byte_range()?;
        let is_same = line.source().is_some_and(|other| std::sync::Arc::ptr_eq(other, source));
        let gap = source.bytes().get(end..range.start)?;
        let is_line_end = matches!(gap, b"\n" | b"\r\n" | b"\r")
            || gap.is_empty() && (number == 0 || line_ends_at(source.bytes(), end));
        if !is_same || !is_line_end {
            return None;
        }
        end = range.end;
    }
    Some(Text::view(source, start..end))
}

/// Lines that kept their line ends follow each other without a gap.
fn line_ends_at(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|last| bytes.get(last)).is_some_and(|byte| matches!(byte, b'\n'))
}

/// The names in the first row that is not empty, and where the next row starts.
fn read_header(text: &Text, dialect: &Dialect) -> (Vec<Value>, usize) {
    let (mut at, mut fields): (usize, Vec<Field>) = (0, Vec::new());
    while let Some(next) = dialect.row(text.bytes(), at, &mut fields) {
        at = next;
        if !is_blank(&fields) {
            let names = fields.iter().map(|field| {
                // Owned: a name is a key of every row, and short ones need no allocation.
                Value::Text(Text::from(&*dialect.value(text, *field).to_str()))
            });
            return (names.collect(), at);
        }
    }
    (Vec::new(), at)
}

fn checked_names(names: &Value) -> Result<Vec<Value>, Fault> {
    let names = names.items()?.to_vec();
    names.iter().try_for_each(hashable)?;
    Ok(names)
}

fn given_dialect(separator: &Text, quote: Option<u8>) -> Result<Dialect, Fault> {
    let written = separator.to_str();
    if written.chars().count() != 1 || matches!(&*written, "\n" | "\r") {
        return Err(Fault::new(
            Code::BadValue,
            format!("expected one character as the separator, found {written:?}"),
        )
        .with_help("for a longer one: [line.split(sep) for line in lines(t)]"));
    }
    Ok(Dialect { separator: written.as_bytes().to_vec(), quote })
}

fn python_dialect(name: &Text, separator: Option<&Text>, quote: &Value) -> Result<Dialect, Fault> {
    let quote = quote_byte(quote)?;
    match (separator, &*name.to_str()) {
        (Some(separator), _) => given_dialect(separator, quote),
        (None, "excel" | "unix") => Ok(Dialect::new(b',', quote)),
        (None, "excel-tab") => Ok(Dialect::new(b'\t', quote)),
        (None, other) => Err(Fault::new(Code::BadValue, format!("there is no dialect {other:?}"))
            .with_help("give the separator: delimiter=\";\"")),
    }
}

fn quote_byte(quote: &Value) -> Result<Option<u8>, Fault> {
    match quote {
        Value::None | Value::Unset => Ok(None),
        other => match other.as_text().ok_or_else(|| expected("a text", other))?.bytes() {
            [] => Ok(None),
            [byte] if byte.is_ascii() => Ok(Some(*byte)),
            _ => Err(Fault::new(Code::BadValue, "expected one ASCII character as the quote")),
        },
    }
}
