//! Large files are mapped, and watched.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, SystemTime};

use super::Folder;
use crate::context::LoadOptions;

const LARGE: usize = 1 << 20;

#[test]
fn from_a_mebibyte_on_a_file_is_mapped() {
    let folder = Folder::new(&[]);
    folder.write("below.txt", vec![b'a'; LARGE - 1]);
    folder.write("above.txt", vec![b'a'; LARGE]);
    assert!(folder.load(&["below.txt"]).mapped.is_empty());
    let context = folder.load(&["above.txt"]);
    assert_eq!(context.mapped.len(), 1);
    assert_eq!(context.mapped[0].len, LARGE as u64);
    assert_eq!(context.text().char_len(), LARGE);
    assert_eq!(context.changed(), None);
    let read = folder.try_load(&["above.txt"], &LoadOptions { mmap: false, ..Default::default() });
    let read = read.unwrap();
    assert!(read.mapped.is_empty());
    assert_eq!(read.text(), context.text());
    // Two documents are one text, so they are copied.
    assert!(folder.load(&[""]).mapped.is_empty());
}

#[test]
fn a_mapped_file_begins_behind_its_byte_order_mark() {
    let folder = Folder::new(&[]);
    folder.write("a.txt", format!("\u{FEFF}first{}last", "é".repeat(LARGE)));
    let context = folder.load(&["a.txt"]);
    assert_eq!(context.mapped.len(), 1);
    assert_eq!(context.text().slice_chars(0, 5), "first");
    assert_eq!(context.text().char_len(), LARGE + 9);
}

#[test]
fn a_mapped_file_that_changes_is_reported() {
    let folder = Folder::new(&[]);
    folder.write("a.txt", vec![b'a'; LARGE]);
    let path = folder.at("a.txt");
    let changed = |context: &super::Context| context.changed().map(|c| folder.without_root(&c));

    let context = folder.load(&["a.txt"]);
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(b"more").unwrap();
    let expected = "a.txt changed while it was in use: 1048576 bytes before, 1048580 now";
    assert_eq!(changed(&context).unwrap(), expected);

    let context = folder.load(&["a.txt"]);
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    assert_eq!(changed(&context).unwrap(), "a.txt was written to while it was in use");

    // Another file in its place does not matter: the mapping is of the old one.
    let context = folder.load(&["a.txt"]);
    std::fs::remove_file(&path).unwrap();
    folder.write("a.txt", "short");
    assert_eq!(changed(&context), None);
    assert_eq!(context.text().byte_len(), LARGE + 4);
}
