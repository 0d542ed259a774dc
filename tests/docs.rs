//! The docs do what they say: commands and output of `README.md` and `docs/**/*.md` are run.
//!
//! - A `console` block is a dialogue: lines after `$ ` are commands, the lines below them what they
//!   print, both streams together. `...` alone on a line stands for any lines, `[..]` for any text
//!   within a line. `UPDATE=1` writes what is printed now: look at the diff before you commit it.
//! - An `sh` block is commands only; each must end with 0.
//! - An `rlm` block must parse and check.
//!
//! The blocks of a page run from top to bottom in one copy of the repository's examples and sources. No
//! server of the outside is ever asked: whatever a page calls `http://localhost:8080`, and the
//! providers of all keys, is the scripted server of the tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(unreachable_pub)]
mod docs {
    pub mod page;
    pub mod shell;
}
mod support;

use std::path::{Path, PathBuf};

use docs::page::{self, Block, Page, Step};
use docs::shell::Shell;
use libtest_mimic::{Arguments, Failed, Trial};
use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::{check, render};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn main() {
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    pages.extend(pages_below(&root().join("docs")));
    let trials = pages.into_iter().map(|path| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        Trial::test(name, move || run(&path))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn pages_below(folder: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages.extend(pages_below(&path));
        } else if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    pages
}

/// Runs what a page shows, or writes what is printed into it.
fn run(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let page = Page::read(&text);
    let shell = Shell::new(root());
    let mut wrong = Vec::new();
    let mut printed = Vec::new();
    for block in &page.blocks {
        match block {
            Block::Dialogue(steps) => {
                for step in steps {
                    let output = shell.run(&step.command);
                    if !page::matches(&step.expected, &output.text) {
                        let Step { command, expected, line } = step;
                        let found = &output.text;
                        wrong.push(format!(
                            "line {line}: $ {command}\n--- shown\n{expected}--- printed\n{found}"
                        ));
                    }
                    printed.push(output.text);
                }
            }
            Block::Commands(lines, line) => {
                let output = shell.run(lines);
                if output.code != 0 {
                    let text = output.text;
                    wrong.push(format!("line {line}: exit code {}\n{lines}\n{text}", output.code));
                }
            }
            Block::Program(code, line) => {
                if let Some(errors) = errors_of(code) {
                    wrong.push(format!("line {line}: {errors}"));
                }
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, page.with_printed(&text, &printed))?;
        return Ok(());
    }
    Err(format!("{}\n\nUPDATE=1 cargo test --test docs writes what is printed", wrong.join("\n\n"))
        .into())
}

/// The static errors of a program, as a model sees them.
fn errors_of(code: &str) -> Option<String> {
    let parsed = rlm_lang_syntax::parse(code);
    let found = check::check(&parsed, Table::get(), &check::Options { known: &[] });
    (!found.is_empty()).then(|| render::plain_all(code, &found))
}
