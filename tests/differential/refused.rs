//! The table of `docs/refused.md`: every row is a test.
//!
//! A row is `| construct | code | why | what a model sees |`. CPython must run the code without an error;
//! here it must be refused, with exactly the words of the last cell. `↵` parts lines of code.

use libtest_mimic::Failed;

use crate::ours;
use crate::python::Reference;
use crate::table;

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
    let row = |[what, code, _why, shown]: [String; 4]| Row {
        name: format!("refused/{what}"),
        code: code.replace('↵', "\n") + "\n",
        shown,
    };
    Ok(table::rows(file)?.into_iter().map(row).collect())
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
