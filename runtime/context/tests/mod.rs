//! Tests of loading: each makes a folder of its own.

mod buffer;
mod content;
mod errors;
mod files;
mod folders;
mod globs;
mod mapped;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Context, ContextError, LoadOptions, StandardInput, load};

/// A folder that vanishes with the test.
struct Folder(TempDir);

impl Folder {
    /// A folder with these files; a path may lead through folders.
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(TempDir::new().unwrap());
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.0.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of something in it, as a user would give it.
    fn at(&self, path: &str) -> String {
        self.0.path().join(path).to_string_lossy().into_owned()
    }

    fn try_load(&self, paths: &[&str], options: &LoadOptions) -> Result<Context, ContextError> {
        let given = |path: &&str| if *path == "-" { "-".into() } else { self.at(path) };
        load(&paths.iter().map(given).collect::<Vec<_>>(), options)
    }

    fn load(&self, paths: &[&str]) -> Context {
        self.try_load(paths, &LoadOptions::default()).unwrap()
    }

    fn load_all(&self, paths: &[&str]) -> Context {
        self.try_load(paths, &LoadOptions { all: true, ..LoadOptions::default() }).unwrap()
    }

    /// The error, with the folder's own path taken out.
    fn error(&self, paths: &[&str]) -> String {
        let error = self.try_load(paths, &LoadOptions::default()).unwrap_err();
        self.without_root(&error.to_string())
    }

    /// A name or a message without the folder's own path.
    fn without_root(&self, text: &str) -> String {
        text.replace(&self.at(""), "")
    }

    /// The names of a context's documents, below the folder.
    fn names(&self, context: &Context) -> Vec<String> {
        context.source.documents().iter().map(|d| self.without_root(&d.name)).collect()
    }
}

/// The documents of a context as strings.
fn texts(context: &Context) -> Vec<String> {
    let count = context.source.documents().len();
    (0..count).map(|number| context.source.document_text(number).to_string()).collect()
}

fn with_stdin(bytes: &[u8]) -> LoadOptions {
    LoadOptions { stdin: StandardInput::Bytes(bytes.to_vec()), ..LoadOptions::default() }
}
