//! What the user should know about the loading, collected and then said in few sentences.

/// What happened to files that nobody named one by one.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Binary files left out.
    pub(super) binary: usize,
    /// Symbolic links left out.
    pub(super) links: usize,
    /// Names of files that were UTF-16.
    pub(super) converted: Vec<String>,
    /// Names and reasons of files and folders left out because they could not be read.
    pub(super) unreadable: Vec<(String, String)>,
    /// Globs that match only files which `.gitignore` names.
    pub(super) ignored: Vec<String>,
}

impl Notes {
    /// One sentence for each kind of event.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.binary > 0 {
            notes.push(format!("{} skipped; --all reads them", files(self.binary, "binary file")));
        }
        if self.links > 0 {
            notes.push(format!("{} not followed", files(self.links, "symbolic link")));
        }
        match &self.converted[..] {
            [] => {}
            [name] => notes.push(format!("{name} is UTF-16, read as UTF-8")),
            [name, ..] => {
                let count = self.converted.len();
                notes.push(format!("{count} files are UTF-16, read as UTF-8; the first is {name}"));
            }
        }
        if let Some((name, reason)) = self.unreadable.first() {
            let count = files(self.unreadable.len(), "file or folder");
            notes.push(format!("{count} could not be read; the first is {name}: {reason}"));
        }
        for pattern in &self.ignored {
            notes
                .push(format!("{pattern} matches only files that .gitignore names; they are read"));
        }
        notes
    }
}

/// `1 file`, `2 files`; of `file or folder` the first word too.
fn files(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {}s", what.replace(" or", "s or")),
    }
}
