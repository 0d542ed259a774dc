//! Records on the command line: where one is written, and how a user goes on with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::RecordArgs;
use super::failure::Failure;
use crate::engine::event::{RECORD_VERSION, RunInfo};
use crate::record::{Writer, folder, id_of};

/// Starts the record of a run, as asked for; `None` if there is to be none. A record that nobody
/// asked for is no reason to fail.
pub(super) fn start(args: &RecordArgs, question: &str) -> Result<Option<Arc<Writer>>, Failure> {
    if args.no_record {
        return Ok(None);
    }
    if let Some(path) = &args.trace {
        return create(path).map(Some);
    }
    let path = folder::runs().map(|folder| folder.join(folder::new_name(question)));
    let writer = match path {
        Some(path) => create(&path).map_err(Failure::into_message),
        None => Err(format!("no folder for records; set {}", folder::VARIABLE)),
    };
    writer.map(Some).or_else(|message| {
        eprintln!("note: this run is not recorded: {message}");
        Ok(None)
    })
}

/// Creates a record at a path.
pub(super) fn create(path: &Path) -> Result<Arc<Writer>, Failure> {
    let writer = Writer::create(path, Box::new(trouble));
    writer.map(Arc::new).map_err(|error| Failure::failed(error.message))
}

/// Removes the record of a run that did not begin: `last` would mean it.
pub(super) fn discard(record: Option<&Writer>) {
    let Some(path) = record.map(Writer::path) else { return };
    if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        // One that stays is no reason to hide why the run did not begin.
        let _ = std::fs::remove_file(path);
    }
}

/// Creates a record of a run that is done again from the record `of`.
pub(super) fn repeat(path: &Path, of: &Path) -> Result<Arc<Writer>, Failure> {
    let writer = Writer::repeat(path, of, Box::new(trouble));
    writer.map(Arc::new).map_err(|error| Failure::failed(error.message))
}

/// Opens a record to go on with it.
pub(super) fn append(path: &Path) -> Result<Arc<Writer>, Failure> {
    let writer = Writer::append(path, Box::new(trouble));
    writer.map(Arc::new).map_err(|error| Failure::failed(error.message))
}

fn trouble(message: &str) {
    eprintln!("rlm-lang: {message}");
}

/// Tells how to go on with a run that stopped.
pub(super) fn tell_how_to_resume(record: &Path) {
    let is_in_folder = record.parent().map(Path::to_path_buf) == folder::runs();
    let name = if is_in_folder { id_of(record) } else { record.display().to_string() };
    eprintln!("note: to go on: rlm-lang resume {name}");
}

/// What every record begins with; the rest is to be filled in.
pub(super) fn begun() -> RunInfo {
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    RunInfo {
        version: RECORD_VERSION,
        rlm_lang: env!("CARGO_PKG_VERSION").to_string(),
        started: folder::now(),
        folder: folder.display().to_string(),
        ..RunInfo::default()
    }
}
