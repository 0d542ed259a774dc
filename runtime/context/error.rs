//! Why a context could not be loaded.

use std::fmt;
use std::io;

use crate::told::io_reason;

/// One path that could not be loaded. Displays as one line: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextError {
    /// What is wrong and where; lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ContextError {
    pub(super) fn new(message: impl Into<String>) -> ContextError {
        ContextError { message: message.into(), help: None }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> ContextError {
        ContextError { help: Some(help.into()), ..self }
    }

    /// A path that exists and cannot be read.
    pub(super) fn unreadable(name: &str, error: &io::Error) -> ContextError {
        ContextError::new(format!("cannot read {name}: {}", io_reason(error)))
    }

    /// The buffer of all documents, in memory or in a file, could not take it all.
    #[allow(clippy::needless_pass_by_value)] // the shape that `map_err` wants
    pub(super) fn no_room(error: io::Error) -> ContextError {
        if error.kind() == io::ErrorKind::OutOfMemory {
            return ContextError::new("the input does not fit into memory")
                .with_help("let large files be mapped");
        }
        ContextError::new(format!("cannot write a temporary file: {}", io_reason(&error)))
            .with_help("set TMPDIR to a folder with room for all the input")
    }
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.help {
            Some(help) => write!(f, "{}; {help}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ContextError {}
