//! The trace: every event as a line of JSON, written as it happens.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::failure::Failure;
use crate::engine::event::{Event, Observer};

/// Writes events to a file.
pub(super) struct TraceFile {
    path: PathBuf,
    file: Mutex<(File, bool)>,
}

impl TraceFile {
    /// Creates the file, with the folders above it.
    pub(super) fn create(path: &Path) -> Result<TraceFile, Failure> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::file("create", folder, &error))?;
        }
        let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
        Ok(TraceFile { path: path.to_path_buf(), file: Mutex::new((file, true)) })
    }
}

impl Observer for TraceFile {
    fn event(&self, event: &Event) {
        let Ok(mut line) = serde_json::to_vec(event) else { return };
        line.push(b'\n');
        let mut guard = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (file, is_well) = &mut *guard;
        // One write a line: a line is there whole or not at all.
        if *is_well && let Err(error) = file.write_all(&line) {
            *is_well = false;
            eprintln!("rlm-lang: the trace {} ends here: {error}", self.path.display());
        }
    }
}
