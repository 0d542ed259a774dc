//! Reading a record back.

use std::path::Path;

use serde::Deserialize;

use super::{RecordError, moment};
use crate::engine::event::{Event, RECORD_VERSION, RunInfo};

/// A record, read.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What the run was asked to do.
    pub run: RunInfo,
    /// Everything after that, in order.
    pub events: Vec<Event>,
    /// When each event was written: milliseconds since the run began, where the record has it.
    pub moments: Vec<Option<u64>>,
}

/// A line of a record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// Which line, from 1.
    pub line: usize,
    /// Why.
    pub message: String,
    /// It is the last one and has no end: the process was stopped while it wrote.
    pub is_torn: bool,
}

/// The oldest version that can be read. Its records do not tell what was on its way when a process was killed.
const OLDEST: u32 = 2;

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
    let (recorded, damaged) = load_what_can_be_read(path)?;
    match damaged.into_iter().find(|damaged| !damaged.is_torn) {
        None => Ok(recorded),
        Some(Damaged { line, message, .. }) => Err(RecordError::new(format!(
            "{}, line {line}: the record is damaged: {message}",
            path.display()
        ))),
    }
}

/// Reads a record without the lines that cannot be read, and those.
///
/// # Errors
/// When the file cannot be read, is no record, or is of a later version.
pub fn load_what_can_be_read(path: &Path) -> Result<(Recorded, Vec<Damaged>), RecordError> {
    let bytes = std::fs::read(path).map_err(|error| RecordError::file("read", path, &error))?;
    let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
    let (bytes, torn) = bytes.split_at(whole);
    let mut lines = bytes.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let first = lines.next().map(|(_, line)| line).unwrap_or_default();
    let run = begin(path, first)?;
    let (mut events, mut moments, mut damaged) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in lines {
        match serde_json::from_slice(line) {
            Ok(event) => {
                events.push(event);
                moments.push(moment::of(line));
            }
            Err(error) => damaged.push(Damaged {
                line: index + 1,
                message: error.to_string(),
                is_torn: false,
            }),
        }
    }
    if !torn.is_empty() {
        let line = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        damaged.push(Damaged { line, message: "it has no end".to_string(), is_torn: true });
    }
    Ok((Recorded { run, events, moments }, damaged))
}

/// What the first line says.
fn begin(path: &Path, first: &[u8]) -> Result<RunInfo, RecordError> {
    let shown = path.display();
    let no_record =
        || RecordError::new(format!("{shown} is no record of a run; rlm-lang inspect lists them"));
    let version: Version = serde_json::from_slice(first).map_err(|_| no_record())?;
    if !(OLDEST..=RECORD_VERSION).contains(&version.version) {
        return Err(RecordError::new(format!(
            "{shown} is a record of version {}, this program reads {OLDEST} to {RECORD_VERSION}",
            version.version
        )));
    }
    match serde_json::from_slice(first) {
        Ok(Event::Run(run)) => Ok(*run),
        Ok(_) => Err(no_record()),
        Err(error) => {
            Err(RecordError::new(format!("{shown}, line 1: the record is damaged: {error}")))
        }
    }
}
