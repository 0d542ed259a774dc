//! Writing a record: a line an event, as it happens.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{RecordError, moment};
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
    clock: Clock,
}

/// What a line is told of the time.
enum Clock {
    /// A run that goes on: the time since it began. The lines that an earlier process wrote are known by
    /// their hashes: all that they tell is done again, and none of them is written twice.
    Running { began: Instant, before: Duration, known: Lines },
    /// A run that is done again has no time of its own: its lines have the moments of the record.
    Repeated(Lines),
}

/// Lines by their hashes, with their moments.
type Lines = HashMap<u64, Option<u64>>;

impl Clock {
    /// The moment of a line; nothing where the line is not to be written. A request that was sent again
    /// (`is_new`) counts again, however alike two lines are.
    #[allow(clippy::option_option)] // "not to be written" and "without a moment" are two things
    fn moment(&self, line: &[u8], is_new: bool) -> Option<Option<u64>> {
        match self {
            Clock::Running { known, .. }
                if !is_new && !known.is_empty() && known.contains_key(&moment::bare(line).0) =>
            {
                None
            }
            Clock::Running { began, before, .. } => {
                let elapsed = before.saturating_add(began.elapsed()).as_millis();
                Some(u64::try_from(elapsed).ok())
            }
            Clock::Repeated(known) => Some(known.get(&moment::bare(line).0).copied().flatten()),
        }
    }
}

impl Writer {
    /// Creates a record, or empties the file that is there; makes the folders above it.
    ///
    /// # Errors
    /// When the file cannot be created, or another run writes to it.
    pub fn create(path: &Path, on_trouble: OnTrouble) -> Result<Writer, RecordError> {
        let (began, before) = (Instant::now(), Duration::ZERO);
        let clock = Clock::Running { began, before, known: Lines::new() };
        Writer::empty(path, clock, on_trouble)
    }

    /// The same for a run that is done again from the record `of`: what happens as it did then is written
    /// with the moment it had then.
    ///
    /// # Errors
    /// When the record cannot be read, or the file cannot be created, or another run writes to it.
    pub fn repeat(path: &Path, of: &Path, on_trouble: OnTrouble) -> Result<Writer, RecordError> {
        let bytes = std::fs::read(of).map_err(|error| RecordError::file("read", of, &error))?;
        Writer::empty(path, Clock::Repeated(lines(&bytes)), on_trouble)
    }

    fn empty(path: &Path, clock: Clock, on_trouble: OnTrouble) -> Result<Writer, RecordError> {
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
        Ok(Writer::new(path, file, clock, on_trouble))
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
        let bytes = bytes.get(..whole).unwrap_or_default();
        let (began, known) = (Instant::now(), lines(bytes));
        let clock = Clock::Running { began, before: since_start(bytes, &known), known };
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Writer::new(path, file, clock, on_trouble))
    }

    fn new(path: &Path, file: File, clock: Clock, on_trouble: OnTrouble) -> Writer {
        let state = Mutex::new(State { file, is_well: true, clock });
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
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Looked at under the lock: moments never go back from line to line.
        let moment = state.clock.moment(&line, is_new_request(event));
        let Some(moment) = moment.filter(|_| state.is_well) else { return };
        if let Some(elapsed) = moment {
            moment::stamp(&mut line, elapsed);
        }
        line.push(b'\n');
        // One write a line: a line is there whole, or it is the last and torn.
        if let Err(error) = state.file.write_all(&line) {
            state.is_well = false;
            let path = self.path.display();
            let reason = crate::told::io_reason(&error);
            (self.on_trouble)(&format!("the record {path} ends here: {reason}"));
        }
    }
}

fn lines(bytes: &[u8]) -> Lines {
    bytes.split(|byte| *byte == b'\n').map(moment::bare).collect()
}

/// How long ago a recorded run began, by the clock of its first line and not before its last moment: the
/// clock may have been set back.
fn since_start(bytes: &[u8], known: &Lines) -> Duration {
    #[derive(Deserialize)]
    struct First {
        started: String,
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let since = serde_json::from_slice(first).ok().and_then(|first: First| {
        let started: jiff::Timestamp = first.started.parse().ok()?;
        Duration::try_from(jiff::Timestamp::now().duration_since(started)).ok()
    });
    let last = known.values().flatten().max().copied().unwrap_or_default();
    since.unwrap_or_default().max(Duration::from_millis(last))
}

/// Whether an event tells of a request that this process sent.
fn is_new_request(event: &Event) -> bool {
    match event {
        Event::Turn { exchange, .. }
        | Event::Compacted { exchange, .. }
        | Event::Call { exchange, .. } => !exchange.recorded,
        Event::Sent { recorded, .. } => !recorded,
        _ => false,
    }
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
