//! The sparse index of a source: where characters and lines are, per block of 64 KiB.
//!
//! Sixteen bytes a block (244 KB for a gigabyte), built in one pass. A position is found by a binary
//! search and a scan of at most half a block. Block edges may cut a character: a character counts
//! in the block in which it begins.

use super::units;

/// Characters and newlines before a block, and what kind of text it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Block {
    /// Characters that begin before the block; the two highest bits are flags.
    chars: u64,
    /// Newlines before the block.
    newlines: u64,
}

/// All units that begin in the block are valid UTF-8, so they can be counted by their first bytes.
const PLAIN: u64 = 1 << 63;
/// All bytes of the block are ASCII.
const ASCII: u64 = 1 << 62;

impl Block {
    fn chars(self) -> u64 {
        self.chars & !(PLAIN | ASCII)
    }

    fn has(self, flag: u64) -> bool {
        self.chars & flag != 0
    }

    fn flags(self) -> u64 {
        self.chars & (PLAIN | ASCII)
    }
}

/// Characters and lines of a source by position. All methods take the bytes it was built from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Index {
    /// A block has `1 << bits` bytes.
    bits: u32,
    blocks: Vec<Block>,
    chars: u64,
    newlines: u64,
    ascii: bool,
}

impl Index {
    /// Reads `bytes` once, on `threads` threads. `valid` says that they are known to be UTF-8.
    pub(super) fn build(bytes: &[u8], bits: u32, valid: bool, threads: usize) -> Index {
        let mut blocks = vec![Block::default(); bytes.len().div_ceil(1 << bits)];
        let share = blocks.len().div_ceil(threads.max(1)).max(1);
        let mut shared = threads > 1;
        if shared {
            std::thread::scope(|scope| {
                for (n, part) in blocks.chunks_mut(share).enumerate() {
                    let work = move || survey(bytes, bits, valid, n * share, part);
                    shared &= std::thread::Builder::new().spawn_scoped(scope, work).is_ok();
                }
            });
        }
        if !shared {
            // One thread wanted, or the system refused another one.
            survey(bytes, bits, valid, 0, &mut blocks);
        }
        Index::sum_up(blocks, bits)
    }

    /// Turns counts of each block into counts before each block.
    fn sum_up(mut blocks: Vec<Block>, bits: u32) -> Index {
        let (mut chars, mut newlines, mut ascii) = (0, 0, true);
        for block in &mut blocks {
            let here = *block;
            *block = Block { chars: chars | here.flags(), newlines };
            chars += here.chars();
            newlines += here.newlines;
            ascii &= here.has(ASCII);
        }
        Index { bits, blocks, chars, newlines, ascii }
    }

    /// Takes in what was appended to valid UTF-8: `bytes` is the whole, `old` its former length.
    /// Reads only the new part, so that asking for the length between appends stays cheap.
    pub(super) fn extend(&mut self, bytes: &[u8], old: usize) {
        let mut at = old;
        while at < bytes.len() {
            let number = at >> self.bits;
            let end = ((number + 1) << self.bits).min(bytes.len());
            let found = units::tally(units::cut(bytes, at, end));
            if number == self.blocks.len() {
                let chars = self.chars | PLAIN | ASCII;
                self.blocks.push(Block { chars, newlines: self.newlines });
            }
            if let Some(block) = self.blocks.get_mut(number)
                && !found.ascii
            {
                block.chars &= !ASCII;
            }
            self.chars += found.starts as u64;
            self.newlines += found.newlines as u64;
            self.ascii &= found.ascii;
            at = end;
        }
    }

    /// Characters of the whole source.
    pub(super) fn chars(&self) -> usize {
        self.chars as usize
    }

    /// Whether the whole source is ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Whether bytes `start..end` are ASCII: by the flags, looking at the text at the edges only.
    pub(super) fn range_is_ascii(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        if self.ascii || start >= end {
            return true;
        }
        let (first, last) = (start >> self.bits, (end - 1) >> self.bits);
        (first..=last).all(|number| {
            self.block(number).has(ASCII) || {
                let from = (number << self.bits).max(start);
                units::cut(bytes, from, ((number + 1) << self.bits).min(end)).is_ascii()
            }
        })
    }

    /// The number of the character that covers byte `at`; past the end, the number of characters.
    pub(super) fn char_of_byte(&self, bytes: &[u8], at: usize) -> usize {
        if at >= bytes.len() {
            return self.chars();
        }
        if self.ascii {
            return at;
        }
        let number = at >> self.bits;
        let block = self.block(number);
        if block.has(ASCII) {
            return block.chars() as usize + at - (number << self.bits);
        }
        let at = units::start_of(bytes, at);
        let (start, end) = self.units_of_block(bytes, number);
        if at < start {
            // Begun in the block before, by the one character that the edge cuts.
            return (block.chars() as usize).saturating_sub(1);
        }
        let count = if block.has(PLAIN) { units::count_starts } else { units::count };
        if at - start <= end - at {
            block.chars() as usize + count(units::cut(bytes, start, at))
        } else {
            // Saturating: a mapped file may change under the index.
            self.chars_before(number + 1).saturating_sub(count(units::cut(bytes, at, end)))
        }
    }

    /// Where character number `wanted` begins; the length in bytes when there are fewer.
    pub(super) fn byte_of_char(&self, bytes: &[u8], wanted: usize) -> usize {
        if wanted >= self.chars() {
            return bytes.len();
        }
        if self.ascii {
            return wanted;
        }
        let number = self.blocks.partition_point(|b| b.chars() <= wanted as u64).saturating_sub(1);
        let block = self.block(number);
        let inside = wanted - block.chars() as usize;
        if block.has(ASCII) {
            return (number << self.bits) + inside;
        }
        let (start, end) = self.units_of_block(bytes, number);
        let here = units::cut(bytes, start, end);
        start
            + if block.has(PLAIN) {
                units::nth_start(here, inside)
            } else {
                units::nth(here, inside)
            }
    }

    /// Newlines before byte `at`.
    pub(super) fn newlines_before(&self, bytes: &[u8], at: usize) -> usize {
        if at >= bytes.len() {
            return self.newlines as usize;
        }
        let number = at >> self.bits;
        let inside = units::cut(bytes, number << self.bits, at);
        self.block(number).newlines as usize + memchr::memchr_iter(b'\n', inside).count()
    }

    fn block(&self, number: usize) -> Block {
        self.blocks.get(number).copied().unwrap_or_default()
    }

    fn chars_before(&self, number: usize) -> usize {
        self.blocks.get(number).map_or(self.chars(), |block| block.chars() as usize)
    }

    fn units_of_block(&self, bytes: &[u8], number: usize) -> (usize, usize) {
        units_of_block(bytes, self.bits, number)
    }
}

/// From where to where the units reach that begin in a block.
fn units_of_block(bytes: &[u8], bits: u32, number: usize) -> (usize, usize) {
    (units::boundary_from(bytes, number << bits), units::boundary_from(bytes, (number + 1) << bits))
}

/// Counts each block by itself, beginning with block number `first`.
fn survey(bytes: &[u8], bits: u32, valid: bool, first: usize, blocks: &mut [Block]) {
    for (number, block) in (first..).zip(blocks) {
        let (edge, next_edge) = (number << bits, (number + 1) << bits);
        let found = units::tally(units::cut(bytes, edge, next_edge));
        let (start, end) = units_of_block(bytes, bits, number);
        let own = units::cut(bytes, start, end);
        let (chars, flags) = if found.ascii {
            (found.starts, PLAIN | ASCII)
        } else if valid || simdutf8::basic::from_utf8(own).is_ok() {
            // The bytes that the edges cut off or add are continuations, which do not count.
            (found.starts, PLAIN)
        } else {
            (units::count(own), 0)
        };
        *block = Block { chars: chars as u64 | flags, newlines: found.newlines as u64 };
    }
}
