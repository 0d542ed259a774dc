//! Globs: `logs/**/*.{log,txt}`, for systems and shells that do not expand them.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::find::{Rules, spoken, walk};
use super::notes::Notes;
use super::{ContextError, LoadOptions};

/// Whether a path means a set of files, should no file have just this name.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The files that match, or stand in a folder that matches, sorted by path.
///
/// Ignored files count only if there is no other match, as in `logs/*.log` where logs are ignored:
/// who writes that means them, who writes `**/*.js` does not mean the dependencies.
pub(super) fn expand(
    pattern: &str,
    options: &LoadOptions,
    notes: &mut Notes,
) -> Result<Vec<PathBuf>, ContextError> {
    let matcher = compile(pattern)?;
    let root = root_of(pattern);
    if !root.is_dir() {
        return Err(nothing(pattern));
    }
    // The parts above the root are walked anyway, and say nothing about what lies below.
    let mut below =
        Path::new(pattern).iter().skip_while(|part| !is_pattern(&part.to_string_lossy()));
    let hidden = options.all || below.any(is_hidden);
    for ignored in [options.all, true] {
        let mut own = Notes::default();
        let mut files = walk(&root, &Rules { hidden, ignored }, &mut own);
        files.retain(|file| matches(&matcher, file, &root));
        if !files.is_empty() {
            if ignored && !options.all {
                notes.ignored.push(pattern.to_owned());
            }
            notes.unreadable.append(&mut own.unreadable);
            return Ok(files);
        }
    }
    Err(nothing(pattern))
}

fn nothing(pattern: &str) -> ContextError {
    ContextError::new(format!("nothing matches {pattern}"))
        .with_help("* stays inside one folder, ** goes into all folders below")
}

fn compile(pattern: &str) -> Result<GlobMatcher, ContextError> {
    let spoken = spoken(Path::new(pattern));
    match GlobBuilder::new(&spoken).literal_separator(true).build() {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => {
            Err(ContextError::new(format!("{pattern} is no file and no glob: {}", error.kind())))
        }
    }
}

/// The folder above the first part that is a pattern.
fn root_of(pattern: &str) -> PathBuf {
    let fixed = Path::new(pattern).iter().take_while(|part| !is_pattern(&part.to_string_lossy()));
    let root: PathBuf = fixed.collect();
    if root.as_os_str().is_empty() { PathBuf::from(".") } else { root }
}

fn is_hidden(part: &std::ffi::OsStr) -> bool {
    let part = part.to_string_lossy();
    part.starts_with('.') && part != "." && part != ".."
}

/// Whether the file or a folder between it and `root` matches.
fn matches(matcher: &GlobMatcher, file: &Path, root: &Path) -> bool {
    let below = file.ancestors().take_while(|path| *path != root);
    below.into_iter().any(|path| matcher.is_match(spoken(path)))
}
