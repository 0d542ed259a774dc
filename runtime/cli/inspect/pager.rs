//! Where a long text goes: through a pager on a terminal, straight into a pipe or file.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::paint::{self, Paint};

/// What is used if `PAGER` is not set, with what makes it show colours and end on a short text.
const USUAL: &str = "less -FRX";

/// Standard output as it is now.
pub(in crate::cli) struct Page {
    pub paint: Paint,
    /// The terminal's columns; nothing where there is no terminal.
    pub columns: Option<usize>,
    lines: usize,
}

impl Page {
    pub(in crate::cli) fn new() -> Page {
        let size = paint::terminal_size();
        Page {
            paint: Paint { on: paint::has_color(&std::io::stdout()) },
            columns: size.map(|(_, columns)| columns),
            lines: size.map_or(usize::MAX, |(lines, _)| lines),
        }
    }

    /// Shows a text.
    pub(in crate::cli) fn show(&self, text: &str) -> Result<u8, Failure> {
        // One line stays for the prompt of the shell.
        let is_long = text.lines().nth(self.lines.saturating_sub(1)).is_some();
        if is_long && paged(text) {
            return Ok(exit::DONE);
        }
        print(text.as_bytes())
    }
}

/// Writes a text to standard output.
pub(in crate::cli) fn print(text: &[u8]) -> Result<u8, Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        // A reader that has seen enough is no error.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot print: {}", crate::told::io_reason(&error))))
        }
        _ => Ok(exit::DONE),
    }
}

/// Shows a text in the user's pager. False where there is none: then the text is printed.
fn paged(text: &str) -> bool {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| USUAL.to_string());
    let mut words = pager.split_whitespace();
    let Some(program) = words.next().filter(|program| *program != "cat") else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    // As git does: a user's own settings of less come first.
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // Whoever leaves the pager early has seen enough.
        let _ = stdin.write_all(text.as_bytes());
    }
    child.wait().is_ok()
}
