//! Contexts: the files, folders and streams that a run reads, as one source.
//!
//! One large file is mapped as it is. Several documents become one contiguous text: slices and
//! searches over 10,000 files then run at full speed, without a look at where one file ends. Up to
//! 64 MB that text is in memory, beyond it in an unlinked temporary file that is mapped, so the
//! heap stays small whatever the size of the input.
//!
//! A mapped file that somebody cuts short while it is read ends the process with a signal (SIGBUS)
//! when the lost part is touched; no program can read a mapping otherwise. So only files of 1 MiB
//! and more are mapped, `LoadOptions::mmap` turns it off, and [`Context::changed`] tells whether a
//! mapped file is still what it was.

mod buffer;
mod error;
mod find;
mod glob;
mod notes;
mod read;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::sync::Arc;
use std::time::SystemTime;

use rlm_lang_std::text::{Document, Source, Text};

pub use error::ContextError;

use buffer::Buffer;
use find::{Arguments, Input, Origin};
use notes::Notes;
use read::{Content, Trouble};

/// Smaller files are read: a mapping costs more than it saves. In bytes.
const MAP_FROM: u64 = 1 << 20;

/// The name of the document that standard input becomes.
const STDIN_NAME: &str = "stdin";

/// What a run reads.
#[derive(Debug)]
pub struct Context {
    /// All documents as one text.
    pub source: Arc<Source>,
    /// What the user should know: files skipped or converted. One sentence each.
    pub notes: Vec<String>,
    /// Files that are mapped, with what they were when they were.
    pub mapped: Vec<MappedFile>,
}

/// A mapped file as it was when it was mapped.
#[derive(Debug)]
pub struct MappedFile {
    /// The name of its document.
    pub name: String,
    /// Its length in bytes.
    pub len: u64,
    /// When it was last written to, where the system says.
    pub modified: Option<SystemTime>,
    /// Kept open: the mapping is of this file, whatever the path leads to by now.
    file: File,
}

/// Where `-` is read from.
#[derive(Clone, Debug, Default)]
pub enum StandardInput {
    /// The process's standard input, to its end.
    #[default]
    Process,
    /// These bytes.
    Bytes(Vec<u8>),
}

/// How to load a context.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Take every file of a folder: also what `.gitignore` names, hidden and binary ones.
    pub all: bool,
    /// Map large files. Otherwise everything is read into memory.
    pub mmap: bool,
    /// What `-` stands for.
    pub stdin: StandardInput,
}

impl Default for LoadOptions {
    fn default() -> LoadOptions {
        LoadOptions { all: false, mmap: true, stdin: StandardInput::Process }
    }
}

impl Context {
    /// A context of one text that is no file.
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Context {
        let source = Source::from_bytes(name, text.into().into_bytes());
        Context { source, notes: Vec::new(), mapped: Vec::new() }
    }

    /// All of it as one text.
    pub fn text(&self) -> Text {
        Text::whole(&self.source)
    }

    /// Says which mapped file was written to since it was mapped: what was read from it may mix old
    /// and new, and offsets may be wrong. `None` while nothing changed.
    pub fn changed(&self) -> Option<String> {
        self.mapped.iter().find_map(MappedFile::changed)
    }
}

impl MappedFile {
    fn changed(&self) -> Option<String> {
        let name = &self.name;
        let now = match self.file.metadata() {
            Ok(now) => now,
            Err(error) => {
                return Some(format!(
                    "cannot tell whether {name} changed: {}",
                    crate::told::io_reason(&error)
                ));
            }
        };
        if now.len() != self.len {
            let (then, now) = (self.len, now.len());
            Some(format!("{name} changed while it was in use: {then} bytes before, {now} now"))
        } else if now.modified().ok() != self.modified {
            Some(format!("{name} was written to while it was in use"))
        } else {
            None
        }
    }
}

/// Loads files, folders, globs and `-`, in the order given, each file once. A folder gives its
/// files in the order of their paths. No path at all gives an empty context. A byte order mark is
/// no part of the text, and offsets count from behind it; UTF-16 becomes UTF-8.
///
/// # Errors
/// The first path that does not exist, cannot be read, or leads to nothing to read.
pub fn load(paths: &[String], options: &LoadOptions) -> Result<Context, ContextError> {
    let mut notes = Notes::default();
    let mut found = find::find(paths, options, &mut notes)?;
    let mapped = match (&found.inputs[..], options.mmap) {
        ([input], true) => map_single(input, options, &mut found.arguments)?,
        _ => None,
    };
    let mut context = match mapped {
        Some(context) => context,
        None => concatenate(&found.inputs, options, &mut found.arguments, &mut notes)?,
    };
    found.arguments.check(options, &notes)?;
    context.notes = notes.sentences();
    Ok(context)
}

/// Maps the only input; `None` if it is better read (small, no file, to be converted or skipped).
fn map_single(
    input: &Input,
    options: &LoadOptions,
    arguments: &mut Arguments,
) -> Result<Option<Context>, ContextError> {
    let Origin::File(path) = &input.origin else { return Ok(None) };
    if !input.is_large_file() {
        return Ok(None);
    }
    let failed = |error| ContextError::unreadable(&input.name, &error);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let skip = match read::sniff(&file).map_err(failed)? {
        Content::Text { skip } => skip,
        Content::Binary if input.is_named() || options.all => 0,
        Content::Binary | Content::Utf16(_) => return Ok(None),
    };
    // A file system that cannot map, or a file that is empty by now: read it.
    let Ok(Some(map)) = read::map(&file, skip as u64) else { return Ok(None) };
    arguments.serve(input);
    let (len, modified) = (metadata.len(), metadata.modified().ok());
    let mapped = MappedFile { name: input.name.clone(), len, modified, file };
    let source = Source::from_mmap(input.name.clone(), map);
    Ok(Some(Context { source, notes: Vec::new(), mapped: vec![mapped] }))
}

/// Reads all inputs into one buffer.
fn concatenate(
    inputs: &[Input],
    options: &LoadOptions,
    arguments: &mut Arguments,
    notes: &mut Notes,
) -> Result<Context, ContextError> {
    // Each document may bring a newline with it.
    let expected = inputs.iter().map(|input| input.expected_len().saturating_add(1));
    let expected = expected.fold(0, u64::saturating_add);
    let mut buffer = Buffer::new(expected, options.mmap).map_err(ContextError::no_room)?;
    let mut documents = Vec::new();
    for input in inputs {
        let before = buffer.begin_document().map_err(ContextError::no_room)?;
        let start = buffer.len();
        if read_input(input, options, &mut buffer, notes)? {
            arguments.serve(input);
            documents.push(Document { name: input.name.clone(), range: start..buffer.len() });
        } else {
            buffer.rewind(before).map_err(ContextError::no_room)?;
        }
    }
    let storage = buffer.finish().map_err(ContextError::no_room)?;
    let source = Source::from_documents(storage, documents);
    Ok(Context { source, notes: Vec::new(), mapped: Vec::new() })
}

/// Appends one input to the buffer; `false` if it was left out, with a note.
fn read_input(
    input: &Input,
    options: &LoadOptions,
    buffer: &mut Buffer,
    notes: &mut Notes,
) -> Result<bool, ContextError> {
    let skip_binary = !options.all && !input.is_named();
    match copy_input(input, options, buffer, skip_binary) {
        Ok(Content::Binary) if skip_binary => notes.binary += 1,
        Ok(content) => {
            if matches!(content, Content::Utf16(_)) {
                notes.converted.push(input.name.clone());
            }
            return Ok(true);
        }
        Err(Trouble::Write(error)) => return Err(ContextError::no_room(error)),
        Err(Trouble::Read(error)) if input.is_named() => {
            return Err(ContextError::unreadable(&input.name, &error));
        }
        Err(Trouble::Read(error)) => {
            notes.unreadable.push((input.name.clone(), crate::told::io_reason(&error)));
        }
    }
    Ok(false)
}

fn copy_input(
    input: &Input,
    options: &LoadOptions,
    buffer: &mut Buffer,
    skip_binary: bool,
) -> Result<Content, Trouble> {
    match (&input.origin, &options.stdin) {
        (Origin::File(path), _) => {
            read::copy(File::open(path).map_err(Trouble::Read)?, buffer, skip_binary)
        }
        (Origin::Stdin, StandardInput::Process) => {
            read::copy(std::io::stdin().lock(), buffer, skip_binary)
        }
        (Origin::Stdin, StandardInput::Bytes(bytes)) => read::copy(&bytes[..], buffer, skip_binary),
    }
}
