//! `io.StringIO` and `csv.writer`: texts that are written piece by piece.

use std::cell::RefCell;
use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{List, Object, Value, display};

/// A text in memory that is read and written like a file.
pub struct Buffer(RefCell<State>);

struct State {
    content: Content,
    /// Where the next read or write happens, in bytes.
    at: usize,
}

/// A view is kept as such until it is written to: an input costs nothing to read as a file.
enum Content {
    View(Text),
    Owned(String),
}

impl Buffer {
    fn new(text: Text) -> Buffer {
        Buffer(RefCell::new(State { content: Content::View(text), at: 0 }))
    }

    /// All of the text.
    pub fn text(&self) -> Text {
        match &self.0.borrow().content {
            Content::View(text) => text.clone(),
            Content::Owned(text) => Text::from(text.as_str()),
        }
    }

    /// The text from the present position on, which moves to the end.
    fn rest(&self) -> Text {
        let text = self.text();
        let mut state = self.0.borrow_mut();
        let from = std::mem::replace(&mut state.at, text.byte_len());
        text.slice_bytes(from.min(text.byte_len())..text.byte_len())
    }

    /// Writes at the present position, over what stands there.
    fn write(&self, host: &mut dyn Host, more: &str) -> Result<(), Fault> {
        let mut state = self.0.borrow_mut();
        if let Content::View(text) = &state.content {
            host.reserve(text.byte_len())?;
            state.content = Content::Owned(text.to_str().into_owned());
        }
        let at = state.at;
        let Content::Owned(text) = &mut state.content else { return Ok(()) };
        host.spend(1 + more.len() as u64 / 64)?;
        if text.len().saturating_add(more.len()) > text.capacity() {
            host.reserve(text.len().saturating_add(more.len()).saturating_mul(2))?;
        }
        if at >= text.len() {
            text.push_str(more);
        } else {
            // As many characters as are written give way.
            let covered = more.chars().count();
            let tail = text.get(at..).unwrap_or_default();
            let end = tail.char_indices().nth(covered).map_or(text.len(), |(i, _)| at + i);
            text.replace_range(at..end, more);
        }
        state.at = at.saturating_add(more.len());
        Ok(())
    }

    /// The next line that was not read yet, with its line end.
    pub(crate) fn take_line(&self) -> Option<Text> {
        let mut state = self.0.borrow_mut();
        let bytes = match &state.content {
            Content::View(text) => text.unread(),
            Content::Owned(text) => text.as_bytes(),
        };
        let from = state.at;
        let rest = bytes.get(from..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest).map_or(bytes.len(), |at| from + at + 1);
        let line = match &state.content {
            Content::View(text) => text.slice_bytes(from..end),
            Content::Owned(text) => Text::from(text.get(from..end).unwrap_or_default()),
        };
        state.at = end;
        Some(line)
    }

    /// The lines that were not read yet, with their line ends.
    pub fn lines(&self) -> List {
        let rest = self.rest();
        let mut lines = Vec::new();
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', rest.unread()) {
            lines.push(Value::Text(rest.slice_bytes(from..end + 1)));
            from = end + 1;
        }
        if from < rest.byte_len() {
            lines.push(Value::Text(rest.slice_bytes(from..rest.byte_len())));
        }
        List::new(lines)
    }
}

/// The buffer that a value is.
pub(crate) fn buffer_of(value: &Value) -> Option<&Buffer> {
    match value {
        Value::Object(object) => match &**object {
            Object::Buffer(buffer) => Some(buffer),
            _ => None,
        },
        _ => None,
    }
}

/// Writes to a buffer, for `print(..., file=f)`.
pub(crate) fn write_to(host: &mut dyn Host, file: &Value, text: &str) -> Result<(), Fault> {
    buffer(file)?.write(host, text)
}

fn buffer(value: &Value) -> Result<&Buffer, Fault> {
    buffer_of(value).ok_or_else(|| {
        expected("what io.StringIO() gives", value).with_help("there are no files: collect texts")
    })
}

/// A text that is read and written like a file.
///
/// Functions that take a text take it too.
///
/// ```rlm
/// out = io.StringIO()
/// out.write("a")
/// out.getvalue()  # -> 'a'
/// ```
#[builtin(group = "records", name = "StringIO", aliases("io.StringIO", "BytesIO"))]
pub fn string_io(
    /// What it holds at first; reading starts at its beginning.
    #[default("")]
    initial_value: Text,
    /// Ignored: line ends stay as they are.
    newline: Option<Text>,
) -> Value {
    let _ = newline;
    Value::Object(Rc::new(Object::Buffer(Buffer::new(initial_value))))
}

/// Writes a text; gives the number of its characters.
///
/// ```rlm
/// io.StringIO().write("abc")  # -> 3
/// ```
#[builtin(group = "records", owners(Buffer), effect = Mutates)]
pub fn write(
    host: &mut dyn Host,
    /// The buffer.
    f: Value,
    /// The text.
    s: Text,
) -> Result<usize, Fault> {
    buffer(&f)?.write(host, &s.to_str())?;
    Ok(s.char_len())
}

/// Writes several texts, with nothing between them.
///
/// ```rlm
/// out = io.StringIO()
/// out.writelines(["a", "b"])
/// out.getvalue()  # -> 'ab'
/// ```
#[builtin(group = "records", owners(Buffer), effect = Mutates)]
pub fn writelines(
    host: &mut dyn Host,
    /// The buffer.
    f: Value,
    /// The texts.
    lines: Value,
) -> Result<(), Fault> {
    for line in lines.items()?.iter() {
        let line = line.as_text().ok_or_else(|| expected("a text", &line))?;
        buffer(&f)?.write(host, &line.to_str())?;
    }
    Ok(())
}

/// All that a buffer holds.
///
/// ```rlm
/// io.StringIO("abc").getvalue()  # -> 'abc'
/// ```
#[builtin(group = "records", owners(Buffer))]
pub fn getvalue(
    /// The buffer.
    f: Value,
) -> Result<Text, Fault> {
    buffer(&f).map(Buffer::text)
}

/// The text that was not read yet, or its next `size` characters.
///
/// ```rlm
/// io.StringIO("abc").read(2)  # -> 'ab'
/// ```
#[builtin(group = "records", owners(Buffer), effect = Mutates)]
pub fn read(
    /// The buffer.
    f: Value,
    /// How many characters; all that is left if it is left out or negative.
    size: Option<i64>,
) -> Result<Text, Fault> {
    let buffer = buffer(&f)?;
    let rest = buffer.rest();
    let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else { return Ok(rest) };
    let read = rest.slice_chars(0, size);
    let unread = rest.byte_len() - read.byte_len();
    let mut state = buffer.0.borrow_mut();
    state.at = state.at.saturating_sub(unread);
    Ok(read)
}

/// The next line with its line end; empty at the end.
///
/// ```rlm
/// io.StringIO("a\nb").readline()  # -> 'a\n'
/// ```
#[builtin(group = "records", owners(Buffer), effect = Mutates)]
pub fn readline(
    /// The buffer.
    f: Value,
) -> Result<Text, Fault> {
    Ok(buffer(&f)?.take_line().unwrap_or_default())
}

/// The lines that were not read yet, with their line ends.
///
/// ```rlm
/// io.StringIO("a\nb").readlines()  # -> ['a\n', 'b']
/// ```
#[builtin(group = "records", owners(Buffer), effect = Mutates)]
pub fn readlines(
    host: &mut dyn Host,
    /// The buffer.
    f: Value,
) -> Result<List, Fault> {
    let buffer = buffer(&f)?;
    host.spend(buffer.text().byte_len() as u64 / 64)?;
    Ok(buffer.lines())
}

/// Moves to a position, in characters: `f.seek(0)` reads again from the start.
///
/// ```rlm
/// f = io.StringIO("ab")
/// f.read()
/// f.seek(0)
/// f.read()  # -> 'ab'
/// ```
#[builtin(group = "records", owners(Buffer), effect = Mutates)]
pub fn seek(
    /// The buffer.
    f: Value,
    /// The position; 0 is the start.
    pos: usize,
    /// 0 counts from the start, 2 from the end.
    #[default(0)]
    whence: i64,
) -> Result<usize, Fault> {
    let buffer = buffer(&f)?;
    let text = buffer.text();
    let at = if whence == 2 { text.byte_len() } else { text.slice_chars(0, pos).byte_len() };
    buffer.0.borrow_mut().at = at;
    Ok(if whence == 2 { text.char_len() } else { pos })
}

/// Does nothing: there is no file behind it.
///
/// ```rlm
/// f = io.StringIO("a")
/// f.close()
/// f.getvalue()  # -> 'a'
/// ```
#[builtin(group = "records", owners(Buffer), aliases("flush"))]
pub fn close(
    /// The buffer.
    _f: Value,
) {
}

/// What `csv.writer` gives.
pub struct Writer {
    /// The buffer that rows go to.
    file: Value,
    delimiter: String,
    quote: String,
    quoting: Quoting,
    line_end: String,
    /// The columns of a `DictWriter`.
    columns: Option<Columns>,
}

struct Columns {
    names: Vec<Value>,
    missing: Value,
    ignores_extra: bool,
}

/// Python's `csv.QUOTE_...`, by number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Minimal,
    All,
    NonNumeric,
    Never,
}

impl Writer {
    fn row(&self, fields: &[Value]) -> String {
        let mut line = String::new();
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                line.push_str(&self.delimiter);
            }
            let is_number = matches!(field, Value::Int(_) | Value::Big(_) | Value::Float(_));
            let text = match field {
                Value::None | Value::Unset => Text::empty(),
                other => display(other),
            };
            let text = text.to_str();
            let needs = || {
                let special = |c: char| {
                    self.delimiter.contains(c)
                        || self.quote.contains(c)
                        || self.line_end.contains(c)
                };
                text.contains(special) || text.is_empty() && fields.len() == 1
            };
            let quoted = match self.quoting {
                Quoting::Minimal => needs(),
                Quoting::All => true,
                Quoting::NonNumeric => !is_number,
                Quoting::Never => false,
            };
            if quoted {
                line.push_str(&self.quote);
                line.push_str(&text.replace(&self.quote, &self.quote.repeat(2)));
                line.push_str(&self.quote);
            } else {
                line.push_str(&text);
            }
        }
        line.push_str(&self.line_end);
        line
    }

    fn write(&self, host: &mut dyn Host, row: &Value) -> Result<usize, Fault> {
        let fields = match (&self.columns, row) {
            (None, Value::Text(_)) => return Err(expected("a list of fields", row)),
            (None, row) => row.items()?.to_vec(),
            (Some(columns), Value::Dict(dict)) => {
                let extra = dict.keys().into_iter().find(|key| !columns.names.contains(key));
                if let Some(extra) = extra.filter(|_| !columns.ignores_extra) {
                    let shown = display(&extra);
                    let message = format!("the row has a field outside fieldnames: {shown}");
                    return Err(Fault::new(Code::BadValue, message)
                        .with_help("give extrasaction=\"ignore\" to leave it out"));
                }
                let value = |name| dict.get(name).unwrap_or_else(|| columns.missing.clone());
                columns.names.iter().map(value).collect()
            }
            (Some(_), other) => return Err(expected("a dict as a row", other)),
        };
        let line = self.row(&fields);
        write_to(host, &self.file, &line)?;
        Ok(line.chars().count())
    }
}

fn quoting(number: i64) -> Result<Quoting, Fault> {
    Ok(match number {
        0 => Quoting::Minimal,
        1 => Quoting::All,
        2 => Quoting::NonNumeric,
        3 => Quoting::Never,
        other => {
            let message =
                format!("expected csv.QUOTE_MINIMAL or another of its kind, found {other}");
            return Err(Fault::new(Code::BadValue, message));
        }
    })
}

fn writer_of(value: &Value) -> Result<&Writer, Fault> {
    match value {
        Value::Object(object) => match &**object {
            Object::Writer(writer) => Ok(writer),
            _ => Err(expected("a csv writer", value)),
        },
        _ => Err(expected("a csv writer", value)),
    }
}

/// A writer of rows as CSV into an `io.StringIO()`.
///
/// ```rlm
/// out = io.StringIO()
/// csv.writer(out).writerow(["a", "b,c"])
/// out.getvalue()  # -> 'a,"b,c"\r\n'
/// ```
#[builtin(group = "records", name = "csv.writer")]
pub fn writer(
    /// What is written to.
    csvfile: Value,
    /// Ignored: `"excel"` is the only one.
    dialect: Option<Text>,
    /// The separator.
    #[keyword]
    #[default(",")]
    delimiter: String,
    /// The quote.
    #[keyword]
    #[default("\"")]
    quotechar: String,
    /// Which fields stand in quotes: `csv.QUOTE_MINIMAL`, `csv.QUOTE_ALL`.
    #[keyword]
    #[default(0)]
    quoting_: i64,
    /// What stands behind a row.
    #[keyword]
    #[default("\r\n")]
    lineterminator: String,
) -> Result<Value, Fault> {
    let _ = dialect;
    buffer(&csvfile)?;
    let quoting = quoting(quoting_)?;
    Ok(Value::Object(Rc::new(Object::Writer(Writer {
        file: csvfile,
        delimiter,
        quote: quotechar,
        quoting,
        line_end: lineterminator,
        columns: None,
    }))))
}

/// A writer of dicts as CSV into an `io.StringIO()`.
///
/// ```rlm
/// out = io.StringIO()
/// w = csv.DictWriter(out, fieldnames=["a", "b"])
/// w.writeheader()
/// w.writerow({"a": 1, "b": 2})
/// out.getvalue()  # -> 'a,b\r\n1,2\r\n'
/// ```
#[builtin(group = "records", name = "csv.DictWriter")]
pub fn dict_writer(
    /// What is written to.
    f: Value,
    /// The columns.
    fieldnames: Value,
    /// What stands where a row lacks a column.
    #[default("")]
    restval: Value,
    /// `"raise"`, or `"ignore"` for rows with other fields.
    #[default("raise")]
    extrasaction: String,
    /// Ignored: `"excel"` is the only one.
    dialect: Option<Text>,
    /// The separator.
    #[keyword]
    #[default(",")]
    delimiter: String,
    /// The quote.
    #[keyword]
    #[default("\"")]
    quotechar: String,
    /// Which fields stand in quotes.
    #[keyword]
    #[default(0)]
    quoting_: i64,
    /// What stands behind a row.
    #[keyword]
    #[default("\r\n")]
    lineterminator: String,
) -> Result<Value, Fault> {
    let _ = dialect;
    buffer(&f)?;
    let names = fieldnames.items()?.to_vec();
    let ignores_extra = extrasaction == "ignore";
    let quoting = quoting(quoting_)?;
    Ok(Value::Object(Rc::new(Object::Writer(Writer {
        file: f,
        delimiter,
        quote: quotechar,
        quoting,
        line_end: lineterminator,
        columns: Some(Columns { names, missing: restval, ignores_extra }),
    }))))
}

/// Writes one row.
///
/// ```rlm
/// csv.writer(io.StringIO()).writerow([1, 2])  # -> 5
/// ```
#[builtin(group = "records", owners(Writer), effect = Mutates)]
pub fn writerow(
    host: &mut dyn Host,
    /// The writer.
    w: Value,
    /// The row: a list, or a dict for a `DictWriter`.
    row: Value,
) -> Result<usize, Fault> {
    writer_of(&w)?.write(host, &row)
}

/// Writes several rows.
///
/// ```rlm
/// out = io.StringIO()
/// csv.writer(out).writerows([[1, 2], [3, 4]])
/// out.getvalue()  # -> '1,2\r\n3,4\r\n'
/// ```
#[builtin(group = "records", owners(Writer), effect = Mutates)]
pub fn writerows(
    host: &mut dyn Host,
    /// The writer.
    w: Value,
    /// The rows.
    rows: Value,
) -> Result<(), Fault> {
    let writer = writer_of(&w)?;
    rows.items()?.iter().try_for_each(|row| writer.write(host, &row).map(drop))
}

/// Writes the names of the columns of a `DictWriter`.
///
/// ```rlm
/// csv.DictWriter(io.StringIO(), ["a"]).writeheader()  # -> 3
/// ```
#[builtin(group = "records", owners(Writer), effect = Mutates)]
pub fn writeheader(
    host: &mut dyn Host,
    /// The writer.
    w: Value,
) -> Result<usize, Fault> {
    let writer = writer_of(&w)?;
    let Some(columns) = &writer.columns else {
        return Err(Fault::new(Code::WrongType, "only a csv.DictWriter has a header"));
    };
    let line = writer.row(&columns.names);
    write_to(host, &writer.file, &line)?;
    Ok(line.chars().count())
}
