//! What files hold: byte order marks, UTF-16, binary files, bytes that are no UTF-8.

use proptest::prelude::*;

use super::{Folder, texts};
use crate::context::LoadOptions;
use crate::context::buffer::Buffer;
use crate::context::read::{Content, Order, copy};

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_text() {
    let folder = Folder::new(&[("a.txt", "\u{FEFF}one"), ("b.txt", "two\u{FEFF}")]);
    assert_eq!(texts(&folder.load(&["a.txt"])), ["one"]);
    assert_eq!(texts(&folder.load(&[""])), ["one", "two\u{FEFF}"]);
}

#[test]
fn utf_16_becomes_utf_8_with_a_note() {
    let folder = Folder::new(&[("plain.txt", "plain")]);
    folder.write("little.txt", utf16("zwölf 😀\n", u16::to_le_bytes));
    folder.write("large.txt", utf16(&"zwölf 😀\n".repeat(100_000), u16::to_be_bytes));
    let one = folder.load(&["little.txt"]);
    assert_eq!(texts(&one), ["zwölf 😀\n"]);
    assert_eq!(folder.without_root(&one.notes[0]), "little.txt is UTF-16, read as UTF-8");
    let large = folder.load(&["large.txt"]);
    assert_eq!(large.text(), &*"zwölf 😀\n".repeat(100_000));
    assert!(large.mapped.is_empty());
    let all = folder.load(&[""]);
    let note = "2 files are UTF-16, read as UTF-8; the first is large.txt";
    assert_eq!(folder.without_root(&all.notes[0]), note);
    assert_eq!(texts(&all)[1..], ["zwölf 😀\n", "plain"]);
}

#[test]
fn half_characters_of_utf_16_are_replaced() {
    let folder = Folder::new(&[]);
    folder.write("a.txt", b"\xFF\xFEa\0\x3D\xD8");
    folder.write("b.txt", b"\xFF\xFEa\0\x3D");
    folder.write("c.txt", b"\xFF\xFE\x00\xDCa\0");
    folder.write("d.txt", b"\xFF\xFE");
    let expected = ["a\u{FFFD}", "a\u{FFFD}", "\u{FFFD}a", ""];
    assert_eq!(texts(&folder.load(&[""])), expected);
}

#[test]
fn binary_files_are_skipped_in_folders_and_read_by_name() {
    let folder = Folder::new(&[("a.txt", "a"), ("b.bin", "b\0"), ("c.bin", "\0c")]);
    let context = folder.load(&[""]);
    assert_eq!(folder.names(&context), ["a.txt"]);
    assert_eq!(context.text(), "a");
    assert_eq!(context.notes, ["2 binary files skipped; --all reads them"]);
    assert_eq!(texts(&folder.load(&["b.bin"])), ["b\0"]);
    assert_eq!(texts(&folder.load_all(&[""])), ["a", "b\0", "\0c"]);
    folder.write("late.txt", [&[b'x'; 9000][..], b"\0"].concat());
    assert_eq!(folder.names(&folder.load(&[""])), ["a.txt", "late.txt"]);
}

#[test]
fn a_large_binary_file_alone_in_a_folder_is_skipped_too() {
    let folder = Folder::new(&[]);
    folder.write("sub/big.bin", vec![0; 2 << 20]);
    assert!(folder.error(&["sub"]).starts_with("nothing to read in sub; "));
    assert_eq!(folder.load(&["sub/big.bin"]).mapped.len(), 1);
    assert_eq!(folder.load_all(&["sub"]).mapped.len(), 1);
}

#[test]
fn bytes_that_are_no_utf_8_keep_their_offsets() {
    let folder = Folder::new(&[]);
    folder.write("a.txt", b"caf\xE9 ok");
    let text = folder.load(&["a.txt"]).text();
    assert_eq!((text.char_len(), text.byte_len()), (7, 7));
    assert_eq!(text, "caf\u{FFFD} ok");
    assert_eq!(text.bytes(), b"caf\xE9 ok");
}

/// Gives its bytes in pieces of a few.
struct Dribble<'a>(&'a [u8], usize);

impl std::io::Read for Dribble<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(into.len());
        let (now, later) = self.0.split_at(count);
        into[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

proptest! {
    #[test]
    fn any_bytes_come_through(bytes in prop::collection::vec(1u8..=0xBA, 0..20_000), step in 1usize..9000) {
        let mut buffer = Buffer::new(0, true).unwrap();
        let content = copy(Dribble(&bytes, step), &mut buffer, true).unwrap();
        prop_assert_eq!(content, Content::Text { skip: 0 });
        prop_assert_eq!(buffer.into_bytes(), bytes);
    }

    #[test]
    fn any_utf_16_comes_through(text in "[a-z😀é\u{FFFF}]{0,6000}", step in 1usize..9000) {
        let mut buffer = Buffer::new(0, true).unwrap();
        let bytes = utf16(&text, u16::to_le_bytes);
        let content = copy(Dribble(&bytes, step), &mut buffer, true).unwrap();
        prop_assert_eq!(content, Content::Utf16(Order::Little));
        prop_assert_eq!(buffer.into_bytes(), text.into_bytes());
    }
}

#[test]
fn options_default_to_mapping_without_hidden_files() {
    let options = LoadOptions::default();
    assert!(options.mmap && !options.all);
}
