//! From what the user wrote to the files to read, in order, each once.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::notes::Notes;
use super::{ContextError, LoadOptions, MAP_FROM, STDIN_NAME, glob};

/// Where an input is read from.
#[derive(Debug)]
pub(super) enum Origin {
    Stdin,
    File(PathBuf),
}

/// One document to be.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) origin: Origin,
    /// The number of the folder or glob that it was found by; none if it was named itself.
    group: Option<usize>,
}

impl Input {
    /// Whether the user named this very file, so that it is not for us to leave it out.
    pub(super) fn is_named(&self) -> bool {
        self.group.is_none()
    }

    /// Whether it is worth mapping. Pipes and devices have no length, and must not be opened twice.
    pub(super) fn is_large_file(&self) -> bool {
        let Origin::File(path) = &self.origin else { return false };
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() >= MAP_FROM)
    }

    /// How many bytes it will have, by what the system says.
    pub(super) fn expected_len(&self) -> u64 {
        match &self.origin {
            Origin::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
            Origin::Stdin => 0,
        }
    }
}

/// A folder or glob, and whether anything came of it.
#[derive(Debug)]
struct Group {
    what: String,
    served: bool,
}

/// The folders and globs among the paths.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    groups: Vec<Group>,
}

impl Arguments {
    fn add(&mut self, what: String) -> usize {
        self.groups.push(Group { what, served: false });
        self.groups.len() - 1
    }

    /// Notes that an input was read, or is there already.
    pub(super) fn serve(&mut self, input: &Input) {
        if let Some(group) = input.group.and_then(|number| self.groups.get_mut(number)) {
            group.served = true;
        }
    }

    /// Refuses a folder or glob of which nothing was read.
    pub(super) fn check(&self, options: &LoadOptions, notes: &Notes) -> Result<(), ContextError> {
        let Some(group) = self.groups.iter().find(|group| !group.served) else { return Ok(()) };
        let error = ContextError::new(format!("nothing to read in {}", group.what));
        Err(match notes.unreadable.first() {
            Some((name, reason)) => error.with_help(format!("cannot read {name}: {reason}")),
            None if options.all => error,
            None => error.with_help(
                "files that are binary, hidden or named in .gitignore are left out; --all takes them",
            ),
        })
    }
}

/// All inputs in order.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) inputs: Vec<Input>,
    pub(super) arguments: Arguments,
    /// The files so far, by their one true path.
    known: HashSet<PathBuf>,
}

impl Found {
    fn add(&mut self, input: Input, identity: PathBuf) {
        if self.known.insert(identity) {
            self.inputs.push(input);
        } else {
            self.arguments.serve(&input);
        }
    }

    fn add_group(&mut self, what: String, entries: Vec<PathBuf>) {
        let group = Some(self.arguments.add(what));
        for path in entries {
            let identity = identity(&path);
            let input = Input { name: spoken(&path), origin: Origin::File(path), group };
            self.add(input, identity);
        }
    }
}

/// Finds the inputs that paths stand for.
pub(super) fn find(
    paths: &[String],
    options: &LoadOptions,
    notes: &mut Notes,
) -> Result<Found, ContextError> {
    let mut found = Found::default();
    for path in paths {
        if path == "-" {
            let input = Input { name: STDIN_NAME.into(), origin: Origin::Stdin, group: None };
            found.add(input, PathBuf::from("-"));
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let files = walk(Path::new(path), &Rules::of(options), notes);
                found.add_group(path.clone(), files);
            }
            Ok(_) => {
                let file = PathBuf::from(path);
                let identity = identity(&file);
                let name = spoken(&file);
                found.add(Input { name, origin: Origin::File(file), group: None }, identity);
            }
            Err(failure) if is_missing(&failure) && glob::is_pattern(path) => {
                let files = glob::expand(path, options, notes)?;
                found.add_group(path.clone(), files);
            }
            Err(failure) => return Err(missing(path, &failure)),
        }
    }
    Ok(found)
}

fn is_missing(failure: &io::Error) -> bool {
    matches!(failure.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn missing(path: &str, failure: &io::Error) -> ContextError {
    if path.is_empty() {
        return ContextError::new("expected a path, found an empty text");
    }
    if !is_missing(failure) {
        return ContextError::unreadable(path, failure);
    }
    if fs::symlink_metadata(path).is_ok() {
        return ContextError::new(format!("{path} is a link to a file that does not exist"));
    }
    ContextError::new(format!("no such file or folder: {path}"))
        .with_help("give a file, a folder, a glob, or - for standard input")
}

/// The path that a file has however it was reached; the path itself if that cannot be told.
fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// A path as a user says it: without `./` and doubled separators.
pub(super) fn spoken(path: &Path) -> String {
    let parts = path.components().filter(|part| !matches!(part, Component::CurDir));
    parts.collect::<PathBuf>().to_string_lossy().into_owned()
}

/// Which files of a folder count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Take what begins with a dot.
    pub(super) hidden: bool,
    /// Take what `.gitignore` and `.ignore` name.
    pub(super) ignored: bool,
}

impl Rules {
    pub(super) fn of(options: &LoadOptions) -> Rules {
        Rules { hidden: options.all, ignored: options.all }
    }
}

/// The files in a folder and below, sorted by path. Links are not followed, so no loop is possible.
pub(super) fn walk(root: &Path, rules: &Rules, notes: &mut Notes) -> Vec<PathBuf> {
    let walker = WalkBuilder::new(root)
        .standard_filters(!rules.ignored)
        .hidden(!rules.hidden)
        // A folder means the same on every machine: no repository needed, no user's own rules.
        .require_git(false)
        .git_global(false)
        .build();
    let mut files = Vec::new();
    for entry in walker {
        match entry {
            Ok(entry) => sort_in(entry, &mut files, notes),
            Err(failure) => notes.unreadable.push(explain(&failure)),
        }
    }
    files.sort();
    files
}

fn sort_in(entry: DirEntry, files: &mut Vec<PathBuf>, notes: &mut Notes) {
    match entry.file_type() {
        Some(kind) if kind.is_file() => files.push(entry.into_path()),
        Some(kind) if kind.is_symlink() => notes.links += 1,
        // Pipes, sockets and devices: reading one might never end.
        _ => {}
    }
}

/// The path and the reason of a failure while walking.
fn explain(failure: &ignore::Error) -> (String, String) {
    let mut inner = failure;
    let mut name = String::from("a folder");
    loop {
        inner = match inner {
            ignore::Error::WithPath { path, err } => {
                name = spoken(path);
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    // The walker's own message repeats the path.
    let reason = inner.io_error().map_or_else(|| inner.to_string(), |e| e.kind().to_string());
    (name, reason)
}
