//! Rows of a table as values: dicts made from one template, or lists.

use std::rc::Rc;

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::records::dialect::{Dialect, Field, is_blank};
use crate::text::Text;
use crate::value::{Dict, Map, Sequence, Value};

/// Rows between two looks at the limits.
const BATCH: usize = 1024;

/// What a row becomes.
pub(super) enum Shape {
    /// A list of its fields; an empty line is an empty list.
    Lists,
    /// A dict; empty lines are left out.
    Dicts(Columns),
}

/// The columns of a table with a header.
pub(super) struct Columns {
    /// Every column with the value of a row that is too short.
    template: Map,
    /// For each field of a row, the index of its column in the template.
    order: Vec<usize>,
    /// What happens to fields beyond the header.
    extra: Extra,
}

/// Where fields beyond the header go.
#[derive(Clone)]
pub(super) enum Extra {
    /// Each under the number of its column, counted from one, as a text.
    Numbered,
    /// All of them, as a list, under this key.
    Under(Value),
}

impl Columns {
    /// Columns of these names. A repeated name replaces the earlier one, as in Python, unless
    /// `keeps_repeated`: then it gets a number (`name_2`).
    pub(super) fn new(
        names: impl Iterator<Item = Value>,
        missing: &Value,
        extra: Extra,
        keeps_repeated: bool,
    ) -> Columns {
        let mut template = Map::default();
        let mut order = Vec::new();
        for name in names {
            let name = if keeps_repeated { unused(&template, name) } else { name };
            let (index, _) = template.insert_full(name, missing.clone());
            order.push(index);
        }
        Columns { template, order, extra }
    }

    fn row(&self, text: &Text, dialect: &Dialect, fields: &[Field]) -> Value {
        let mut map = self.template.clone();
        let mut rest = Vec::new();
        for (number, field) in fields.iter().enumerate() {
            let value = Value::Text(dialect.value(text, *field));
            let column = self.order.get(number).and_then(|&index| map.get_index_mut(index));
            match (column, &self.extra) {
                (Some((_, slot)), _) => *slot = value,
                (None, Extra::Under(_)) => rest.push(value),
                (None, Extra::Numbered) => {
                    let name = Value::text((number + 1).to_string());
                    let name = unused(&map, name);
                    map.insert(name, value);
                }
            }
        }
        if let Extra::Under(key) = &self.extra
            && !rest.is_empty()
        {
            map.insert(key.clone(), Value::list(rest));
        }
        Value::Dict(Dict::new(map))
    }
}

/// The name, or the name with the first number that makes it unused.
fn unused(taken: &Map, name: Value) -> Value {
    if !taken.contains_key(&name) {
        return name;
    }
    let base = crate::value::display(&name);
    let numbered = (2..=taken.len() + 2).map(|n| Value::text(format!("{base}_{n}")));
    numbered.into_iter().find(|candidate| !taken.contains_key(candidate)).unwrap_or(name)
}

/// A table: its text, how it is written, and what its rows become.
pub(super) struct Table {
    pub(super) text: Text,
    pub(super) dialect: Dialect,
    pub(super) shape: Shape,
}

impl Table {
    fn value(&self, fields: &[Field]) -> Value {
        match &self.shape {
            Shape::Lists if is_blank(fields) => Value::list(Vec::new()),
            Shape::Lists => {
                let values = fields.iter().map(|f| Value::Text(self.dialect.value(&self.text, *f)));
                Value::list(values.collect())
            }
            Shape::Dicts(columns) => columns.row(&self.text, &self.dialect, fields),
        }
    }

    /// Calls `each` with the start and the fields of every row from byte `at` on.
    fn walk(
        &self,
        host: &mut dyn Host,
        mut at: usize,
        mut each: impl FnMut(&Table, usize, &[Field]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let bytes = self.text.bytes();
        let skips_blank = matches!(self.shape, Shape::Dicts(_));
        let (mut fields, mut charged) = (Vec::new(), at);
        for number in 1.. {
            let next = self.dialect.row(bytes, at, &mut fields);
            if number % BATCH == 0 || next.is_none() {
                host.spend(1 + (at - charged) as u64 / 64)?;
                host.reserve(0)?;
                charged = at;
            }
            let Some(next) = next else { break };
            if !(skips_blank && is_blank(&fields)) {
                host.spend(1 + fields.len() as u64 / 8)?;
                each(self, at, &fields)?;
            }
            at = next;
        }
        Ok(())
    }

    /// All rows from byte `at` on.
    ///
    /// # Errors
    /// When a quote is never closed, or at a limit.
    pub(super) fn rows(&self, host: &mut dyn Host, at: usize) -> Result<Vec<Value>, Fault> {
        let mut rows = Vec::new();
        self.walk(host, at, |table, _, fields| {
            table.refuse_open_quote(fields)?;
            rows.push(table.value(fields));
            Ok(())
        })?;
        Ok(rows)
    }

    fn refuse_open_quote(&self, fields: &[Field]) -> Result<(), Fault> {
        let Some(open) = fields.last().filter(|field| field.is_open) else { return Ok(()) };
        let before = self.text.bytes().get(..open.start).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let message = format!("the quote that opens a field in line {line} is never closed");
        Err(Fault::new(Code::BadValue, message)
            .with_help("if quotes are ordinary characters in this table: csv(t, quote=None)"))
    }

    /// All rows from byte `at` on, made when they are looked at.
    ///
    /// # Errors
    /// At a limit.
    pub(super) fn lazy(self, host: &mut dyn Host, at: usize) -> Result<Rc<LazyRows>, Fault> {
        let mut starts = Vec::new();
        self.walk(host, at, |_, start, _| {
            starts.push(start);
            Ok(())
        })?;
        Ok(Rc::new(LazyRows { table: self, starts }))
    }
}

/// The rows of a reader that is walked once: only their places are kept.
pub(super) struct LazyRows {
    table: Table,
    starts: Vec<usize>,
}

impl Sequence for LazyRows {
    fn len(&self) -> usize {
        self.starts.len()
    }

    fn get(&self, index: usize) -> Option<Value> {
        let start = *self.starts.get(index)?;
        let mut fields = Vec::new();
        self.table.dialect.row(self.table.text.bytes(), start, &mut fields)?;
        Some(self.table.value(&fields))
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.starts.len()).filter_map(|index| self.get(index)))
    }
}
