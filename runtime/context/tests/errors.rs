//! Errors: what, where, what to do.

use super::{Folder, load};
use crate::context::LoadOptions;

#[test]
fn a_missing_path_is_named() {
    let folder = Folder::new(&[("a.txt", "a")]);
    let help = "; give a file, a folder, a glob, or - for standard input";
    assert_eq!(folder.error(&["b.txt"]), format!("no such file or folder: b.txt{help}"));
    let below_a_file = format!("no such file or folder: a.txt/b{help}");
    assert_eq!(folder.error(&["a.txt", "a.txt/b"]), below_a_file);
    let error = load(&[String::new()], &LoadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "expected a path, found an empty text");
    let error = load(&["a\0b".into()], &LoadOptions::default()).unwrap_err();
    assert!(error.message.starts_with("cannot read a\0b: "), "{error}");
}

#[test]
fn a_folder_with_nothing_to_read_is_an_error() {
    let folder = Folder::new(&[("a.txt", "a"), ("hidden/.b", "b"), ("binary/c", "\0")]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let help =
        "files that are binary, hidden or named in .gitignore are left out; --all takes them";
    for path in ["empty", "hidden", "binary"] {
        let expected = format!("nothing to read in {path}; {help}");
        assert_eq!(folder.error(&[path]), expected);
        assert_eq!(folder.error(&["a.txt", path]), expected);
    }
    let options = LoadOptions { all: true, ..LoadOptions::default() };
    let error = folder.try_load(&["empty"], &options).unwrap_err();
    assert_eq!(error.help, None);
}

#[cfg(unix)]
#[test]
#[allow(clippy::print_stderr)] // says why nothing was tested
fn what_cannot_be_read_is_an_error_or_a_note() {
    use std::fs::{File, Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new(&[("a.txt", "a"), ("b.txt", "b"), ("closed/c.txt", "c")]);
    let close = |path: &str, mode| {
        set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
    };
    close("b.txt", 0o000);
    close("closed", 0o000);
    if File::open(folder.path().join("b.txt")).is_ok() {
        eprintln!("skipped: this user may read everything (root)");
    } else {
        assert_eq!(folder.error(&["b.txt"]), "cannot read b.txt: permission denied");
        let context = folder.load(&[""]);
        assert_eq!(folder.names(&context), ["a.txt"]);
        let note = folder.without_root(&context.notes[0]);
        let expected =
            "2 files or folders could not be read; the first is closed: permission denied";
        assert_eq!(note, expected);
        let expected = "nothing to read in closed; cannot read closed: permission denied";
        assert_eq!(folder.error(&["closed"]), expected);
    }
    close("closed", 0o700);
}

#[test]
fn a_full_disk_and_a_full_memory_have_different_remedies() {
    let shown = |kind| super::ContextError::no_room(std::io::Error::from(kind)).to_string();
    let memory = "the input does not fit into memory; let large files be mapped";
    assert_eq!(shown(std::io::ErrorKind::OutOfMemory), memory);
    let disk = "cannot write a temporary file: no storage space; \
                set TMPDIR to a folder with room for all the input";
    assert_eq!(shown(std::io::ErrorKind::StorageFull), disk);
}
