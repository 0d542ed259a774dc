//! The table of `docs/refused.md`: every row is a test.
//!
//! A row is `| construct | code | why | what a model sees |`. CPython must run the code without an error;
//! here it must be refused, with exactly the words of the last cell. `↵` parts lines of code.

use libtest_mimic::Failed;

use crate::differences::cells;
use crate::ours;
use crate::python::Reference;

/// A construct of Python that is refused here.
pub struct Row {
    /// The name of its test.
    pub name: String,
    /// The program.
    pub code: String,
    shown: String,
}

/// The rows of the table.
///
/// # Errors
/// A missing file, a row without its four cells, a table without rows.
pub fn read(file: &std::path::Path) -> Result<Vec<Row>, String> {
    let place = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| format!("{place}: {e}"))?;
    let lines = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let rows = lines.map(|line| {
        let [what, code, _why, shown] =
            cells(line).ok_or_else(|| format!("{place}: expected four cells in the row {line}"))?;
        Ok(Row { name: format!("refused/{what}"), code: code.replace('↵', "\n") + "\n", shown })
    });
    let rows: Vec<Row> = rows.collect::<Result<_, String>>()?;
    if rows.is_empty() { Err(format!("{place}: no rows found")) } else { Ok(rows) }
}

impl Row {
    /// CPython accepts it, and here the error is the one that the table shows.
    pub fn check(&self, reference: &Reference) -> Result<(), Failed> {
        if let Some(error) = &reference.error {
            return Err(format!("python refuses it too: {error}\n{}", self.code).into());
        }
        let found = ours::run(&self.code);
        let error = found.error().unwrap_or("nothing: it ran");
        // "error, line 1: message; help", then the line of the program.
        let first = error.lines().next().unwrap_or_default();
        let message = first.split_once(": ").map_or(first, |(_, message)| message);
        if message == self.shown {
            return Ok(());
        }
        Err(format!("expected {}\nfound    {message}", self.shown).into())
    }
}
