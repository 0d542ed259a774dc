//! Writing a record: a line an event, as it happens.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::RecordError;
use crate::engine::event::{Event, Observer};

/// Called once, with one line for people, when nothing more can be written.
type OnTrouble = Box<dyn Fn(&str) + Send + Sync>;

/// Writes events to a file. The file is locked: one process at a time writes a record.
pub struct Writer {
    path: PathBuf,
    state: Mutex<State>,
    on_trouble: OnTrouble,
}

struct State {
    file: File,
    /// Nothing is written after the first failure: the record ends with whole lines.
    is_well: bool,
    /// The lines that an earlier process wrote, by their hashes. A resumed run does them all again,
    /// and none of them is written twice.
    known: HashSet<u64>,
}

impl Writer {
    /// Creates a record, or empties the file that is there; makes the folders above it.
    ///
    /// # Errors
    /// When the file cannot be created, or another run writes to it.
    pub fn create(path: &Path, on_trouble: OnTrouble) -> Result<Writer, RecordError> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            make_folder(folder).map_err(|e| RecordError::file("create", folder, &e))?;
        }
        let failed = |error| RecordError::file("write", path, &error);
        // Emptied only when the lock is held: another run may be writing.
        let file = open(OpenOptions::new().write(true).create(true).truncate(false), path)
            .map_err(failed)?;
        lock(&file, path)?;
        // A pipe or device has no length to set.
        if file.metadata().is_ok_and(|m| m.is_file()) {
            file.set_len(0).map_err(failed)?;
        }
        Ok(Writer::new(path, file, HashSet::new(), on_trouble))
    }

    /// Opens a record to go on with it. A last line that is torn is cut off.
    ///
    /// # Errors
    /// When the file cannot be read or written, or another run writes to it.
    pub fn append(path: &Path, on_trouble: OnTrouble) -> Result<Writer, RecordError> {
        let failed = |error| RecordError::file("write", path, &error);
        let mut file = open(OpenOptions::new().read(true).write(true), path).map_err(failed)?;
        lock(&file, path)?;
        let bytes = std::fs::read(path).map_err(failed)?;
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
        let lines = bytes.get(..whole).unwrap_or_default();
        let known = lines.split_inclusive(|b| *b == b'\n').map(hash).collect();
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Writer::new(path, file, known, on_trouble))
    }

    fn new(path: &Path, file: File, known: HashSet<u64>, on_trouble: OnTrouble) -> Writer {
        let state = Mutex::new(State { file, is_well: true, known });
        Writer { path: path.to_path_buf(), state, on_trouble }
    }

    /// Where the record is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Observer for Writer {
    fn event(&self, event: &Event) {
        let Ok(mut line) = serde_json::to_vec(event) else { return };
        line.push(b'\n');
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !state.is_well || !state.known.is_empty() && state.known.contains(&hash(&line)) {
            return;
        }
        // One write a line: a line is there whole, or it is the last and torn.
        if let Err(error) = state.file.write_all(&line) {
            state.is_well = false;
            let path = self.path.display();
            (self.on_trouble)(&format!("the record {path} ends here: {error}"));
        }
    }
}

fn hash(line: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(line)
}

fn lock(file: &File, path: &Path) -> Result<(), RecordError> {
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => Err(RecordError::new(format!(
            "{} is being written by a run that is still going on",
            path.display()
        ))),
        // Some file systems have no locks; the record is worth more than the lock.
        Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(()),
    }
}

/// Records hold questions and replies: they are for their owner's eyes.
fn open(options: &mut OpenOptions, path: &Path) -> std::io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}
