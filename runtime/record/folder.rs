//! Where records are kept: a file a run, in one folder.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::{RecordError, id_of};

/// Names the folder for the records of all runs.
pub const VARIABLE: &str = "RLM_RUNS";

/// The ending of a record's name, without the point.
pub(super) const EXTENSION: &str = "jsonl";

/// The name of the newest run.
const LAST: &str = "last";

/// The folder of all records: `$RLM_RUNS`, else `rlm-lang/runs` in the user's folder for state.
pub fn runs() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return Some(PathBuf::from(path));
    }
    let base = etcetera::choose_base_strategy().ok()?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    Some(state.join("rlm-lang").join("runs"))
}

/// The folder of kept replies, in the user's folder for caches.
pub fn replies() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("rlm-lang").join("replies"))
}

/// A file name for a run that starts now: the time, then six hex digits that tell apart runs of the
/// same second. The first four are the part of that second, so that names sort as runs started.
pub fn new_name(question: &str) -> String {
    let now = jiff::Timestamp::now();
    let mut hasher = blake3::Hasher::new();
    hasher.update(question.as_bytes());
    hasher.update(&now.as_nanosecond().to_le_bytes());
    hasher.update(&std::process::id().to_le_bytes());
    let digest = hasher.finalize().to_hex();
    let part = (i64::from(now.subsec_nanosecond()) << 16) / 1_000_000_000;
    format!("{}-{part:04x}{}.{EXTENSION}", now.strftime("%Y%m%dT%H%M%SZ"), &digest[..2])
}

/// The time now, as records write it.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Finds a record: a path, an id or the beginning of one in the folder of all records, or `last`.
///
/// # Errors
/// When nothing or more than one record is meant.
pub fn find(name: &str) -> Result<PathBuf, RecordError> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok(path.to_path_buf());
    }
    let Some(folder) = runs() else {
        return Err(RecordError::new(format!("{name}: no such file; set {VARIABLE} to find runs")));
    };
    find_in(&folder, name)
}

/// The newest records in the folder of all records, the newest first.
///
/// # Errors
/// When there is no such folder on this system.
pub fn newest(most: usize) -> Result<Vec<PathBuf>, RecordError> {
    let Some(folder) = runs() else {
        return Err(RecordError::new(format!("no folder for records; set {VARIABLE}")));
    };
    // One that is not there yet has no runs.
    let mut all = all_in(&folder).unwrap_or_default();
    all.reverse();
    all.truncate(most);
    Ok(all)
}

/// All records in a folder, the oldest first.
fn all_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == EXTENSION))
        .collect();
    // Names begin with the time.
    all.sort();
    Ok(all)
}

fn find_in(folder: &Path, name: &str) -> Result<PathBuf, RecordError> {
    let shown = folder.display();
    let mut all = all_in(folder)
        .map_err(|_| RecordError::new(format!("{name}: no such file, and no runs in {shown}")))?;
    if name == LAST {
        return all.pop().ok_or_else(|| {
            RecordError::new(format!("there are no runs in {shown}; rlm-lang ask makes one"))
        });
    }
    let mut meant = all.iter().filter(|path| id_of(path).starts_with(name));
    match (meant.next(), meant.next()) {
        (Some(path), None) => Ok(path.clone()),
        (Some(path), Some(_)) if id_of(path) == name => Ok(path.clone()),
        (Some(one), Some(other)) => Err(RecordError::new(format!(
            "{name} means several runs: {}, {}, ...; write more of it",
            id_of(one),
            id_of(other)
        ))),
        (None, _) => {
            let message = format!("no run {name} in {shown}, and no file of that name");
            Err(RecordError::new(format!("{message}; rlm-lang inspect lists the runs")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_by_the_beginning_of_their_name() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["20260101T000000Z-aaaaaa", "20260102T000000Z-bbbbbb", "20260102T000001Z-c"] {
            std::fs::write(folder.path().join(format!("{name}.jsonl")), "").unwrap();
        }
        std::fs::write(folder.path().join("zz.txt"), "").unwrap();
        let find = |name| find_in(folder.path(), name).map(|path| id_of(&path));
        assert_eq!(find("20260101").unwrap(), "20260101T000000Z-aaaaaa");
        assert_eq!(find("last").unwrap(), "20260102T000001Z-c");
        assert!(find("20260102").unwrap_err().message.contains("several runs"));
        assert!(find("2027").unwrap_err().message.contains("no run 2027"));
    }

    #[test]
    fn names_of_new_runs_sort_by_time_and_differ() {
        let names: Vec<String> = (0..20)
            .map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(1));
                new_name("q")
            })
            .collect();
        assert!(names.is_sorted(), "{names:?}");
        let one = &names[0];
        assert_ne!(*one, names[1]);
        assert_eq!(one.len(), "20260101T000000Z-aaaaaa.jsonl".len());
    }
}
