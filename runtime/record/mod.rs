//! The record of a run: what it leaves behind, and going over it again.
//!
//! A record is a file of JSON lines, one [`Event`](crate::engine::event::Event) each, written as they
//! happen: `writer`. Everything that a program learned from outside is in it with the place where it
//! was asked for ([`Key`](crate::engine::event::Key)), and nothing of the input but names, places and
//! digests. So a run can be replayed without a model, and one that stopped can go on: [`Past`] holds
//! what is known already, and the engine asks it before it asks anybody else.
//!
//! [`cache`] keeps replies from run to run. [`folder`] is where records are kept, [`inputs`] tells whether an input is still what it was.

pub mod cache;
pub mod folder;
pub mod inputs;
mod load;
mod moment;
mod past;
pub mod verify;
mod writer;

pub use load::{Damaged, Recorded, load, load_what_can_be_read};
pub use past::{Mode, Past};
pub use writer::Writer;

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// One line: what, where, what to do.
    pub message: String,
}

impl RecordError {
    fn new(message: impl Into<String>) -> RecordError {
        RecordError { message: message.into() }
    }

    pub(crate) fn file(doing: &str, path: &Path, error: &std::io::Error) -> RecordError {
        let reason = crate::told::io_reason(error);
        RecordError::new(format!("cannot {doing} {}: {reason}", path.display()))
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RecordError {}

/// The name of a record's file without its extension: what a user calls the run.
pub fn id_of(path: &Path) -> String {
    let path = if path.extension().is_some_and(|e| e == folder::EXTENSION) {
        path.with_extension("")
    } else {
        PathBuf::from(path)
    };
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
