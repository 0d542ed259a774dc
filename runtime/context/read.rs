//! Reading one input: what kind of content it is, and its text without byte order mark.

use std::char::REPLACEMENT_CHARACTER;
use std::fs::File;
use std::io::{self, Read};

use memmap2::{Mmap, MmapOptions};

use super::buffer::Buffer;

/// How far we look to tell what a file is. In bytes.
const HEAD: usize = 8 << 10;

/// How much is read at a time. In bytes.
const PIECE: usize = 256 << 10;

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Content {
    /// Bytes to be taken as they are, but for a byte order mark of `skip` bytes.
    Text { skip: usize },
    /// UTF-16 with a byte order mark.
    Utf16(Order),
    /// A NUL byte near the beginning.
    Binary,
}

/// Which byte of two comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Which side of a copy failed.
#[derive(Debug)]
pub(super) enum Trouble {
    Read(io::Error),
    Write(io::Error),
}

/// Tells from its beginning what a file holds.
pub(super) fn sniff(file: &File) -> io::Result<Content> {
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(classify(&head))
}

fn classify(head: &[u8]) -> Content {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Content::Text { skip: 3 },
        [0xFF, 0xFE, ..] => Content::Utf16(Order::Little),
        [0xFE, 0xFF, ..] => Content::Utf16(Order::Big),
        _ if head.contains(&0) => Content::Binary,
        _ => Content::Text { skip: 0 },
    }
}

/// Maps a file from `offset` bytes on; `None` if there is nothing.
pub(super) fn map(file: &File, offset: u64) -> io::Result<Option<Mmap>> {
    let len = file.metadata()?.len().saturating_sub(offset);
    if len == 0 {
        return Ok(None);
    }
    let len = usize::try_from(len).map_err(io::Error::other)?;
    // SAFETY: nobody in this process writes to mapped files. Others may: texts take the bytes as
    // they come and never rely on what they were before (a view is checked each time it is made
    // into a string); a file cut short ends the process, see `context.rs`.
    let map = unsafe { MmapOptions::new().offset(offset).len(len).map(file)? };
    Ok(Some(map))
}

/// Appends what `reader` holds to the buffer, to its end, however long it was thought to be.
/// Takes nothing of binary content if that is to be skipped.
pub(super) fn copy(
    mut reader: impl Read,
    buffer: &mut Buffer,
    skip_binary: bool,
) -> Result<Content, Trouble> {
    let mut piece = Vec::with_capacity(HEAD);
    reader.by_ref().take(HEAD as u64).read_to_end(&mut piece).map_err(Trouble::Read)?;
    let content = classify(&piece);
    let (skip, mut decoder) = match content {
        Content::Binary if skip_binary => return Ok(content),
        Content::Binary => (0, None),
        Content::Text { skip } => (skip, None),
        Content::Utf16(order) => (2, Some(Utf16::new(order))),
    };
    piece.drain(..skip);
    loop {
        match &mut decoder {
            None => buffer.push(&piece),
            Some(decoder) => buffer.push(decoder.decode(&piece).as_bytes()),
        }
        .map_err(Trouble::Write)?;
        piece.clear();
        let read = reader.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        if read.map_err(Trouble::Read)? == 0 {
            break;
        }
    }
    if let Some(decoder) = decoder {
        buffer.push(decoder.finish().as_bytes()).map_err(Trouble::Write)?;
    }
    Ok(content)
}

/// Decodes UTF-16 piece by piece; what is no character becomes U+FFFD.
struct Utf16 {
    order: Order,
    /// The first byte of two, if a piece ended between them.
    byte: Option<u8>,
    /// The first half of a pair, if a piece ended behind it.
    high: Option<u16>,
}

impl Utf16 {
    fn new(order: Order) -> Utf16 {
        Utf16 { order, byte: None, high: None }
    }

    fn decode(&mut self, piece: &[u8]) -> String {
        let mut units = Vec::with_capacity(piece.len() / 2 + 2);
        units.extend(self.high.take());
        for &byte in piece {
            match (self.byte.take(), self.order) {
                (None, _) => self.byte = Some(byte),
                (Some(first), Order::Little) => units.push(u16::from_le_bytes([first, byte])),
                (Some(first), Order::Big) => units.push(u16::from_be_bytes([first, byte])),
            }
        }
        if units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            self.high = units.pop();
        }
        let characters = char::decode_utf16(units);
        characters.map(|character| character.unwrap_or(REPLACEMENT_CHARACTER)).collect()
    }

    /// What is left over at the end is half of something.
    fn finish(self) -> String {
        let halves = usize::from(self.high.is_some()) + usize::from(self.byte.is_some());
        std::iter::repeat_n(REPLACEMENT_CHARACTER, halves).collect()
    }
}
