//! The table of `docs/differences.md`: every row is a test.
//!
//! A row is `| what | code | Python | here |`. The last two cells hold what is printed; `error: …`
//! stands for part of an error, `note: …` for part of a note that comes with the output, and `↵` parts
//! lines of code. In both languages `context` is the file `input.txt` beside this one.

use libtest_mimic::Failed;

use crate::ours;
use crate::python::Reference;
use crate::table;

/// The input of every row, from the project's folder.
const INPUT: &str = "tests/differential/input.txt";

/// A deliberate difference.
pub struct Row {
    /// The name of its test.
    pub name: String,
    /// The program for Python, with `context` defined.
    pub code: String,
    program: String,
    python: String,
    here: String,
}

/// The rows of the table.
///
/// # Errors
/// A missing file, a row without its four cells, a table without rows.
pub fn read(file: &std::path::Path) -> Result<Vec<Row>, String> {
    let input = std::fs::read_to_string(input()).map_err(|e| format!("{INPUT}: {e}"))?;
    // A JSON text is a text of Python too.
    let context = serde_json::Value::from(input);
    let row = |[what, code, python, here]: [String; 4]| {
        let code = code.replace('↵', "\n");
        Row {
            name: format!("differences/{what}"),
            code: format!("context = {context}\n{code}\n"),
            program: code,
            python,
            here,
        }
    };
    Ok(table::rows(file)?.into_iter().map(row).collect())
}

fn input() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(INPUT)
}

impl Row {
    /// Both languages must do what the row says, and not the same.
    pub fn check(&self, reference: &Reference) -> Result<(), Failed> {
        let python = shown(&reference.output, reference.error.as_deref(), &[]);
        expect("python", &self.python, &python)?;
        let found = ours::run_on(&self.program, &[input().to_string_lossy().into_owned()]);
        let here = shown(&found.output, found.error(), &found.notes);
        expect("here", &self.here, &here)?;
        if self.python == self.here { Err("no difference".into()) } else { Ok(()) }
    }
}

/// What a program did, as one line.
fn shown(output: &str, error: Option<&str>, notes: &[String]) -> String {
    let mut parts: Vec<String> = output.lines().map(str::to_string).collect();
    parts.extend(error.map(|message| format!("error: {}", message.trim())));
    parts.extend(notes.iter().map(|note| format!("note: {note}")));
    parts.join("; ")
}

/// Errors and notes are given by a part of theirs, output in full.
fn expect(side: &str, wanted: &str, found: &str) -> Result<(), Failed> {
    let alike = match (wanted.find("error: "), wanted.find("note: ")) {
        (None, None) => wanted == found,
        (Some(at), _) | (None, Some(at)) => {
            let (output, part) = wanted.split_at(at);
            let part = part.trim_start_matches("error: ").trim_start_matches("note: ");
            let kind = &wanted[at..at + wanted[at..].find(' ').unwrap_or_default()];
            found.starts_with(output) && found.contains(kind) && found.contains(part)
        }
    };
    if alike { Ok(()) } else { Err(format!("{side}: expected {wanted}\nfound {found}").into()) }
}
