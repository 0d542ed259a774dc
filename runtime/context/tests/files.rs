//! Files and standard input, in the order given.

use super::{Folder, load, texts, with_stdin};
use crate::context::{Context, LoadOptions};

#[test]
fn one_file_is_the_context() {
    let folder = Folder::new(&[("a.txt", "one\ntwo\n")]);
    let context = folder.load(&["a.txt"]);
    assert_eq!(context.text(), "one\ntwo\n");
    assert_eq!(folder.names(&context), ["a.txt"]);
    assert_eq!(context.notes, [""; 0]);
    assert!(context.mapped.is_empty());
}

#[test]
fn files_stand_in_the_order_given_each_once() {
    let folder = Folder::new(&[("a.txt", "a"), ("b.txt", "b\n"), ("c.txt", ""), ("d.txt", "d")]);
    let context = folder.load(&["b.txt", "d.txt", "a.txt", "c.txt", "b.txt"]);
    assert_eq!(folder.names(&context), ["b.txt", "d.txt", "a.txt", "c.txt"]);
    assert_eq!(texts(&context), ["b\n", "d", "a", ""]);
    assert_eq!(context.text(), "b\nd\na\n");
}

#[test]
fn the_same_file_by_another_path_is_not_read_again() {
    let folder = Folder::new(&[("sub/a.txt", "a"), ("b.txt", "b")]);
    let context = folder.load(&["sub/../b.txt", "sub/a.txt", "b.txt", "sub"]);
    assert_eq!(folder.names(&context), ["sub/../b.txt", "sub/a.txt"]);
}

#[test]
fn empty_files_are_fine() {
    let folder = Folder::new(&[("a.txt", ""), ("b.txt", "")]);
    assert_eq!(texts(&folder.load(&["a.txt"])), [""]);
    let both = folder.load(&["a.txt", "b.txt"]);
    assert_eq!(texts(&both), ["", ""]);
    assert_eq!(both.source.document_text(1).place().unwrap().document, 1);
}

#[test]
fn no_path_gives_an_empty_context() {
    let context = load(&[], &LoadOptions::default()).unwrap();
    assert!(context.text().is_empty());
    assert!(context.source.documents().is_empty());
    assert_eq!(context.text().place(), None);
}

#[test]
fn a_dash_is_standard_input() {
    let folder = Folder::new(&[("a.txt", "a")]);
    let context = folder.try_load(&["-", "a.txt", "-"], &with_stdin(b"from outside")).unwrap();
    assert_eq!(folder.names(&context), ["stdin", "a.txt"]);
    assert_eq!(texts(&context), ["from outside", "a"]);
    let nothing = folder.try_load(&["-"], &with_stdin(b"")).unwrap();
    assert_eq!(texts(&nothing), [""]);
}

#[test]
fn a_text_can_be_a_context() {
    let context = Context::from_text("question.txt", "what?");
    assert_eq!(context.text().place().unwrap().name, "question.txt");
    assert_eq!(context.changed(), None);
}

#[cfg(unix)]
#[test]
fn a_name_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xE9.txt");
    if std::fs::write(folder.path().join(name), "a").is_ok() {
        let context = folder.load(&[""]);
        assert_eq!(folder.names(&context), ["caf\u{FFFD}.txt"]);
    }
}
