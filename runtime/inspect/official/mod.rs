//! The log of the official implementation of recursive language models
//! (`github.com/alexzhang13/rlm`, `rlm/logger/rlm_logger.py` and `rlm/core/types.py`): JSON lines, the first
//! of them `"type": "metadata"`, each after it `"type": "iteration"`. Runs can be written in that form, for
//! its viewer, and logs in that form can be read.
//!
//! What the form has no place for is left out: failed requests of the root model, what the root model used,
//! what was told to it after a turn except as a message of the next one.

mod read;
mod shape;
mod write;

pub(super) use read::trajectory;
pub use write::export;

use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::record::RecordError;

/// The bytes of a file whose first line is one of an official log; nothing for another file.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn log(path: &Path) -> Result<Option<Vec<u8>>, RecordError> {
    let failed = |error| RecordError::file("read", path, &error);
    let mut first = Vec::new();
    BufReader::new(std::fs::File::open(path).map_err(failed)?)
        .read_until(b'\n', &mut first)
        .map_err(failed)?;
    if serde_json::from_slice::<shape::Line>(&first).is_err() {
        return Ok(None);
    }
    std::fs::read(path).map(Some).map_err(failed)
}
