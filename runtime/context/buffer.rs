//! One buffer for all documents: memory first, a temporary file when it grows large.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use rlm_lang_std::text::Storage;

use super::read;

/// Up to here documents are kept in memory. In bytes.
pub(super) const MEMORY_LIMIT: u64 = 64 << 20;

/// Collects documents one behind the other.
#[derive(Debug)]
pub(super) struct Buffer {
    memory: Vec<u8>,
    /// Everything, once it became too much for memory. Unlinked: it vanishes with the process.
    file: Option<File>,
    state: State,
    limit: u64,
}

/// How far the buffer got; a state to go back to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    len: u64,
    /// Whether there is a document, perhaps an empty one.
    begun: bool,
    /// The last byte of the last document.
    last: Option<u8>,
}

impl Buffer {
    /// A buffer for about `expected` bytes. `spill` allows a temporary file.
    pub(super) fn new(expected: u64, spill: bool) -> io::Result<Buffer> {
        Buffer::with_limit(expected, if spill { MEMORY_LIMIT } else { u64::MAX })
    }

    /// The same with another limit of memory, so that tests need not write so much.
    pub(super) fn with_limit(expected: u64, limit: u64) -> io::Result<Buffer> {
        let mut buffer = Buffer { memory: Vec::new(), file: None, state: State::default(), limit };
        if expected > limit {
            buffer.spill()?;
        } else if buffer.memory.try_reserve_exact(expected as usize).is_err() {
            // A size that no memory holds; files that claim it are read as far as they go.
            buffer.memory = Vec::new();
        }
        Ok(buffer)
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> u64 {
        self.state.len
    }

    /// Begins a document, on a line of its own, and gives the state before that. An empty document
    /// is followed by a newline too, so that no two begin at the same place.
    pub(super) fn begin_document(&mut self) -> io::Result<State> {
        let before = self.state;
        if before.begun && before.last != Some(b'\n') {
            self.push(b"\n")?;
        }
        self.state = State { begun: true, last: None, ..self.state };
        Ok(before)
    }

    /// Appends.
    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && self.state.len + bytes.len() as u64 > self.limit {
            self.spill()?;
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes)?,
            None => {
                self.memory.try_reserve(bytes.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
                self.memory.extend_from_slice(bytes);
            }
        }
        self.state.len += bytes.len() as u64;
        self.state.last = bytes.last().copied().or(self.state.last);
        Ok(())
    }

    /// Goes back to an earlier state.
    pub(super) fn rewind(&mut self, state: State) -> io::Result<()> {
        match &mut self.file {
            Some(file) => {
                file.set_len(state.len)?;
                file.seek(SeekFrom::Start(state.len))?;
            }
            None => self.memory.truncate(state.len as usize),
        }
        self.state = state;
        Ok(())
    }

    /// The bytes.
    pub(super) fn finish(self) -> io::Result<Storage> {
        if let Some(file) = self.file
            && let Some(map) = read::map(&file, 0)?
        {
            return Ok(Storage::Mapped(map));
        }
        Ok(Storage::Owned(self.memory))
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut file = tempfile::tempfile()?;
        file.write_all(&self.memory)?;
        self.memory = Vec::new();
        self.file = Some(file);
        Ok(())
    }
}
