//! Reading a record back.

use std::path::Path;

use serde::Deserialize;

use super::RecordError;
use crate::engine::event::{Event, RECORD_VERSION, RunInfo};

/// A record, read.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What the run was asked to do.
    pub run: RunInfo,
    /// Everything after that, in order.
    pub events: Vec<Event>,
}

/// The field that every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Reads a record. A last line that is torn is left out: the process was killed while it wrote.
///
/// # Errors
/// When the file cannot be read, is no record, is of a later version, or has a damaged line.
pub fn load(path: &Path) -> Result<Recorded, RecordError> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| RecordError::file("read", path, &error))?;
    let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
    let lines = bytes.get(..whole).unwrap_or_default();
    let mut lines = lines.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let no_record = || RecordError::new(format!("{shown} is no record of a run"));
    let (_, first) = lines.next().ok_or_else(no_record)?;
    let version: Version = serde_json::from_slice(first).map_err(|_| no_record())?;
    if version.version != RECORD_VERSION {
        return Err(RecordError::new(format!(
            "{shown} is a record of version {}, this program reads version {RECORD_VERSION}",
            version.version
        )));
    }
    let damaged = |index: usize, error: serde_json::Error| {
        RecordError::new(format!("{shown}, line {}: the record is damaged: {error}", index + 1))
    };
    let Event::Run(run) = serde_json::from_slice(first).map_err(|error| damaged(0, error))? else {
        return Err(no_record());
    };
    let events = lines
        .map(|(index, line)| serde_json::from_slice(line).map_err(|error| damaged(index, error)))
        .collect::<Result<Vec<Event>, RecordError>>()?;
    Ok(Recorded { run: *run, events })
}
