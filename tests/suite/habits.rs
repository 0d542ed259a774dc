//! The table of `docs/habits.md`: every row is a test.
//!
//! A row is `| habit | code | treatment | here |`: `accepted` without a word, with a `note`, or an
//! `error`. The last cell is all that the program shows, its lines parted by `; `, of an error its
//! message. `↵` parts lines of code. `UPDATE=1` writes the last cells: look at the diff.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::memory;

use crate::table;

/// The page, from the folder of the suite.
const PAGE: &str = "../../docs/habits.md";

/// Stands beside the input and the replies of all rows.
const PROGRAM: &str = "./habits/table.rlm";

pub fn trials() -> Vec<Trial> {
    let rows = match table::rows(Path::new(PAGE)) {
        Ok(rows) => rows,
        Err(message) => {
            return vec![Trial::test("habits.md", move || Err(Failed::from(message)))];
        }
    };
    if std::env::var_os("UPDATE").is_some() {
        return vec![Trial::test("habits.md", move || update(&rows))];
    }
    rows.into_iter()
        .map(|row| Trial::test(format!("habits.md/{}", row[0]), move || check(&row)))
        .collect()
}

fn check([_, code, treatment, here]: &[String; 4]) -> Result<(), Failed> {
    let shown = shown(code)?;
    if shown != *here {
        return Err(format!("expected {here}\nfound    {shown}").into());
    }
    let found = treatment_of(&shown);
    if found == treatment { Ok(()) } else { Err(format!("{found}, not {treatment}").into()) }
}

fn treatment_of(shown: &str) -> &'static str {
    let has = |what: &str| shown.split("; ").any(|part| part.starts_with(what));
    match (has("error: "), has("note: ")) {
        (true, _) => "error",
        (false, true) => "note",
        (false, false) => "accepted",
    }
}

/// What a row's program shows, on one line.
fn shown(code: &str) -> Result<String, Failed> {
    let source = code.replace('↵', "\n") + "\n";
    let outcome = memory::on_large_stack(|| crate::outcome(&PathBuf::from(PROGRAM), &source))??;
    let mut parts: Vec<String> = Vec::new();
    for line in outcome.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("error, line ").and_then(|rest| rest.split_once(": ")) {
            Some((_, message)) => parts.push(format!("error: {message}")),
            // The line of the program below an error's message, and what is said of those before it.
            None if parts.iter().any(|part| part.starts_with("error: ")) => {}
            None => parts.push(line.to_string()),
        }
    }
    Ok(parts.join("; "))
}

/// Writes what the programs show into the page.
fn update(rows: &[[String; 4]]) -> Result<(), Failed> {
    let text = std::fs::read_to_string(PAGE)?;
    let mut rows = rows.iter();
    let mut heads = 0;
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with('|') {
            heads += 1;
        }
        if let Some([_, code, ..]) =
            rows.as_slice().first().filter(|_| line.starts_with('|') && heads > 2)
        {
            rows.next();
            let start = line.rsplit_once(" | ").map_or(line, |(start, _)| start);
            let shown = shown(code)?.replace('|', "\\|");
            let ticks = if shown.contains('`') { "``" } else { "`" };
            let space = if shown.contains('`') { " " } else { "" };
            out.push_str(&format!("{start} | {ticks}{space}{shown}{space}{ticks} |\n"));
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    std::fs::write(PAGE, out)?;
    Ok(())
}
