//! How a command fails: a line for the user and an exit code.

use std::io;

use super::exit;
use crate::told::io_reason;

/// Why a command ends early.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Something went wrong while running.
    pub(super) fn failed(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: exit::FAILED }
    }

    /// The command was used wrongly.
    pub(super) fn usage(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: exit::USAGE }
    }

    /// A file could not be read or written.
    pub(super) fn file(doing: &str, path: &std::path::Path, error: &io::Error) -> Failure {
        Failure::failed(format!("cannot {doing} {}: {}", path.display(), io_reason(error)))
    }

    /// The line for the user.
    pub(super) fn into_message(self) -> String {
        self.message
    }

    /// Tells the user and gives the exit code.
    pub(super) fn report(self) -> u8 {
        eprintln!("rlm-lang: {}", self.message);
        self.code
    }
}
