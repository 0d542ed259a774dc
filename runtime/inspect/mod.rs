//! What happened in a run, read back from its record and put together: for people who look at it, on a
//! terminal, on a page or with programs of their own.
//!
//! A record is a list of events in the order in which they ended. A [`Trajectory`] is the same as a tree:
//! engines with their turns, turns with their programs, programs with the calls and children that they
//! asked for, each where it belongs.
//!
//! ```no_run
//! # fn main() -> Result<(), rlm_lang::record::RecordError> {
//! let run = rlm_lang::inspect::read(std::path::Path::new("run.jsonl"))?;
//! for turn in &run.root().turns {
//!     let calls: usize = turn.programs.iter().map(|program| program.calls.len()).sum();
//!     println!("turn {}: {} programs, {calls} calls", turn.number, turn.programs.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Whatever can be read is read: of a run that was stopped in the middle, of one that other processes went
//! on with (where a place occurs twice, the later line counts), of a file with damaged lines. What could
//! not be read is said in [`Trajectory::notes`].

mod assemble;
mod coverage;
mod gather;
pub mod html;
mod kept;
mod official;
mod place;
mod sums;
mod tree;

pub use coverage::DocumentCoverage;
pub use kept::kept_program;
pub use official::export as export_official;
pub use place::Place;
pub use sums::{Group, cost_of, group};
pub use tree::{
    Call, Compaction, DirectCall, End, Engine, Note, Origin, Program, Question, Refused,
    Resumption, State, Trajectory, Turn,
};

use std::path::Path;

use crate::record::{self, Damaged, RecordError, id_of};

/// Reads what happened in a run, from its record or from a log of the official implementation.
///
/// # Errors
/// When the file cannot be read, is neither, or is a record of a later version.
pub fn read(path: &Path) -> Result<Trajectory, RecordError> {
    if let Some(log) = official::log(path)? {
        let run = official::trajectory(&log);
        return Ok(Trajectory { id: id_of(path), ..run });
    }
    let (recorded, damaged) = record::load_what_can_be_read(path)?;
    let mut run = assemble::trajectory(&recorded);
    run.id = id_of(path);
    run.notes.extend(damaged.iter().map(|damaged| Note {
        at_ms: None,
        engine: None,
        message: told(damaged),
    }));
    if run.root().end.is_none() && is_being_written(path) {
        (run.state, run.reason) = (State::Running, None);
    }
    Ok(run)
}

/// A line that could not be read, for people.
fn told(damaged: &Damaged) -> String {
    let Damaged { line, message, is_torn } = damaged;
    if *is_torn {
        return format!("the last line of the record, {line}, is torn: the run was killed there");
    }
    format!("line {line} of the record cannot be read and is left out: {message}")
}

/// Whether a process writes to the record: it holds a lock on it.
pub(crate) fn is_being_written(path: &Path) -> bool {
    let Ok(file) = std::fs::File::open(path) else { return false };
    matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock))
}
