//! Sources: the bytes that texts are views of, their documents, and their index.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use memmap2::Mmap;

use super::index::Index;
use super::{Ranges, Text, ahead, units};

/// A block of the index is 64 KiB: small enough to scan in 2 µs, large enough that the index of a
/// gigabyte stays under 256 KB.
const BLOCK_BITS: u32 = 16;

/// From here on building the index is worth a second thread.
const SHARED_FROM: usize = 64 << 20;

/// More threads than this only wait for the same memory.
const MOST_THREADS: usize = 8;

/// Positions this near are counted directly: no index is built to look at the beginning.
const NEAR: usize = 16 << 10;

/// One document of a source: a file, mostly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What the user calls it: a path.
    pub name: String,
    /// Where it stands in the source, in **bytes**.
    pub range: Range<u64>,
}

/// Where the bytes of a source are kept.
#[derive(Debug)]
pub enum Storage {
    /// On the heap.
    Owned(Vec<u8>),
    /// In a mapped file. Reading it is an I/O error (a signal, on Unix) if the file was cut short
    /// meanwhile; who maps a file watches its length.
    Mapped(Mmap),
}

/// Bytes by what is known about them.
#[derive(Debug)]
enum Bytes {
    /// Valid UTF-8. Checked once here, so that no text has to check again.
    Valid(String),
    /// On the heap, not UTF-8.
    Raw(Vec<u8>),
    /// Somebody else may change a mapped file, so validity is never taken as known.
    Mapped(Mmap),
}

impl Bytes {
    fn new(storage: Storage) -> Bytes {
        match storage {
            Storage::Mapped(map) => Bytes::Mapped(map),
            Storage::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Bytes::Valid(text),
                Err(error) => Bytes::Raw(error.into_bytes()),
            },
        }
    }
}

/// Contiguous bytes that texts are views of.
///
/// Several documents stand one behind the other in one buffer, so that slices and searches over
/// all of them run at full speed. A newline is put between two where the first does not end with
/// one; it belongs to no document. The bytes may be invalid UTF-8; see [`Text`] for how they count.
pub struct Source {
    bytes: Bytes,
    documents: Vec<Document>,
    anonymous: bool,
    /// Of a long text that a program made: which parts of the input that is watched are written in it.
    origin: Ranges,
    block_bits: u32,
    index: OnceLock<Index>,
    /// All of a mapped file was asked for; see [`ahead`].
    is_read: AtomicBool,
}

impl Source {
    /// A source of one document.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Arc<Source> {
        Source::of_one(name.into(), Storage::Owned(bytes))
    }

    /// A source of one document, a mapped file.
    pub fn from_mmap(name: impl Into<String>, map: Mmap) -> Arc<Source> {
        Source::of_one(name.into(), Storage::Mapped(map))
    }

    /// A source of several documents, which stand in `storage` in this order without overlap.
    /// Ranges that reach past the end are cut short.
    pub fn from_documents(storage: Storage, documents: Vec<Document>) -> Arc<Source> {
        Source::build(Bytes::new(storage), documents, false, BLOCK_BITS)
    }

    /// Gives the documents other names, in order, for as many as there are. Only a source that nobody
    /// shares can be renamed; says whether it was.
    pub fn rename(self: &mut Arc<Source>, names: impl IntoIterator<Item = String>) -> bool {
        let Some(source) = Arc::get_mut(self) else { return false };
        for (document, name) in source.documents.iter_mut().zip(names) {
            document.name = name;
        }
        true
    }

    /// A source without a name, made by a program.
    pub(super) fn anonymous(text: String) -> Arc<Source> {
        Source::build(Bytes::Valid(text), Vec::new(), true, BLOCK_BITS)
    }

    fn of_one(name: String, storage: Storage) -> Arc<Source> {
        let whole = Document { name, range: 0..u64::MAX };
        Source::build(Bytes::new(storage), vec![whole], false, BLOCK_BITS)
    }

    fn build(
        bytes: Bytes,
        mut documents: Vec<Document>,
        anonymous: bool,
        block_bits: u32,
    ) -> Arc<Source> {
        let mut source = Source {
            bytes,
            documents: Vec::new(),
            anonymous,
            origin: Ranges::default(),
            block_bits,
            index: OnceLock::new(),
            is_read: AtomicBool::new(false),
        };
        let length = source.len() as u64;
        let mut floor = 0;
        for document in &mut documents {
            let start = document.range.start.clamp(floor, length);
            document.range = start..document.range.end.clamp(start, length);
            floor = document.range.end;
        }
        source.documents = documents;
        Arc::new(source)
    }

    /// The same with blocks of `1 << bits` bytes, so that tests meet their edges.
    #[cfg(test)]
    pub(super) fn with_blocks(bytes: Vec<u8>, block_bits: u32) -> Arc<Source> {
        let whole = Document { name: "test".into(), range: 0..u64::MAX };
        Source::build(Bytes::new(Storage::Owned(bytes)), vec![whole], false, block_bits)
    }

    /// Whether the index has been built.
    #[cfg(test)]
    pub(super) fn has_index(&self) -> bool {
        self.index.get().is_some()
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Valid(text) => text.as_bytes(),
            Bytes::Raw(bytes) => bytes,
            Bytes::Mapped(map) => map,
        }
    }

    /// Does `work` that reads these bytes, in `parts` parts at the same time.
    pub(super) fn reading<T>(
        &self,
        range: Range<usize>,
        parts: usize,
        work: impl FnOnce() -> T,
    ) -> T {
        match &self.bytes {
            Bytes::Mapped(map) => ahead::reading(map, range, parts, &self.is_read, work),
            Bytes::Valid(_) | Bytes::Raw(_) => work(),
        }
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.bytes().len()
    }

    /// Whether there is not one byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a program made it: it is no input, so nothing can be cited from it.
    pub fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// The documents in their order; none in an anonymous source.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document in which a byte stands. `None` for a newline put between two, past the end, and
    /// in an anonymous source.
    pub fn document_at(&self, byte: usize) -> Option<&Document> {
        let document = self.documents.get(self.document_number(byte)?)?;
        document.range.contains(&(byte as u64)).then_some(document)
    }

    /// The last document that begins at or before a byte.
    pub(super) fn document_number(&self, byte: usize) -> Option<usize> {
        self.documents.partition_point(|d| d.range.start <= byte as u64).checked_sub(1)
    }

    /// A document as a text; empty when there is no such document.
    pub fn document_text(self: &Arc<Source>, number: usize) -> Text {
        match self.documents.get(number) {
            Some(Document { range, .. }) => {
                Text::view(self, range.start as usize..range.end as usize)
            }
            None => Text::empty(),
        }
    }

    /// Bytes `start..end` as a string without checking; `None` if they are not *known* to be valid.
    pub(super) fn known_str(&self, start: usize, end: usize) -> Option<&str> {
        match &self.bytes {
            Bytes::Valid(text) => text.get(start..end),
            Bytes::Raw(_) | Bytes::Mapped(_) => None,
        }
    }

    /// Adds to what is written in an anonymous source.
    pub(super) fn add_origin(&mut self, ranges: impl Iterator<Item = Range<usize>>) {
        const MOST: usize = 4096;
        const GAP: usize = 2;
        ranges.for_each(|range| self.origin.insert_near(range, GAP));
        self.origin.join(MOST);
    }

    /// The parts of the input that are written in it.
    pub(super) fn origin(&self) -> &Ranges {
        &self.origin
    }

    /// Appends to an anonymous source; gives the text back as `false` if it is none.
    pub(super) fn push(&mut self, more: &str) -> bool {
        match &mut self.bytes {
            Bytes::Valid(text) if self.anonymous => {
                let old = text.len();
                text.push_str(more);
                if let Some(index) = self.index.get_mut() {
                    index.extend(text.as_bytes(), old);
                }
                true
            }
            _ => false,
        }
    }

    /// The index; the first call reads the whole source, on several cores if it is large.
    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let threads = if self.len() < SHARED_FROM { 1 } else { cores.min(MOST_THREADS) };
            let valid = matches!(self.bytes, Bytes::Valid(_));
            self.reading(0..self.len(), threads, || {
                Index::build(self.bytes(), self.block_bits, valid, threads)
            })
        })
    }

    /// Whether reading `bytes` bytes is better than to ask the index: they are few, or there is no
    /// index yet and they are far from enough to build one. (A program's own string gets its index
    /// sooner: the index grows with it, so that a loop may ask for the length each time.)
    pub(super) fn is_near(&self, bytes: usize) -> bool {
        bytes <= NEAR.min(1 << self.block_bits)
            || (!self.anonymous && self.index.get().is_none() && bytes >> self.block_bits < 4)
    }

    /// Whether the source is known to be ASCII, without finding out.
    pub(super) fn is_known_ascii(&self) -> bool {
        self.index.get().is_some_and(Index::is_ascii)
    }

    /// Whether all is ASCII. Builds the index.
    pub fn is_ascii(&self) -> bool {
        self.index().is_ascii()
    }

    /// The length in **characters**. Builds the index.
    pub fn char_len(&self) -> usize {
        self.index().chars()
    }

    /// The number of the **character** that covers a **byte**; past the end, the length.
    pub fn char_of_byte(&self, byte: usize) -> usize {
        let byte = byte.min(self.len());
        if self.is_near(byte) {
            units::count(units::cut(self.bytes(), 0, units::start_of(self.bytes(), byte)))
        } else {
            self.index().char_of_byte(self.bytes(), byte)
        }
    }

    /// The **byte** at which a **character** begins; past the end, the length.
    pub fn byte_of_char(&self, number: usize) -> usize {
        if self.is_near(number) {
            units::nth(self.bytes(), number)
        } else {
            self.index().byte_of_char(self.bytes(), number)
        }
    }

    /// The line in which a **byte** stands, counted from 1 in its document.
    pub fn line_of_byte(&self, byte: usize) -> usize {
        let byte = byte.min(self.len());
        let start = self
            .document_number(byte)
            .and_then(|number| self.documents.get(number))
            .map_or(0, |document| document.range.start as usize);
        1 + if self.is_near(byte - start.min(byte)) {
            memchr::memchr_iter(b'\n', units::cut(self.bytes(), start, byte)).count()
        } else {
            let before = self.index().newlines_before(self.bytes(), start);
            self.index().newlines_before(self.bytes(), byte).saturating_sub(before)
        }
    }

    /// The boundary `n` characters before the boundary `byte`, but not before `floor`.
    pub(super) fn back(&self, byte: usize, n: usize, floor: usize) -> usize {
        let bytes = self.bytes();
        if !self.is_near(n.saturating_mul(units::BACKWARDS)) {
            return self.byte_of_char(self.char_of_byte(byte).saturating_sub(n)).max(floor);
        }
        let mut at = byte.min(bytes.len());
        for _ in 0..n {
            if at <= floor {
                break;
            }
            at = units::previous(bytes, at);
        }
        at
    }

    /// The boundary `n` characters behind the boundary `byte`, but not behind `ceiling`.
    pub(super) fn forward(&self, byte: usize, n: usize, ceiling: usize) -> usize {
        if self.is_near(n) {
            byte + units::nth(units::cut(self.bytes(), byte, ceiling), n)
        } else {
            self.byte_of_char(self.char_of_byte(byte).saturating_add(n)).min(ceiling)
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("bytes", &self.len())
            .field("documents", &self.documents)
            .field("anonymous", &self.anonymous)
            .finish_non_exhaustive()
    }
}
