//! The index behind `rank`: which word stands how often in which text.
//!
//! One query over a set of texts is answered by a pass over them, which costs less than an index. The
//! second query over the same set makes an index of it, and all further ones are answered from that. One
//! set a thread is remembered: the last.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::rank::{Query, each_word};
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::text::seen::Look;

/// Sets with more bytes than this get no index: it takes about as much memory as the texts.
const LARGEST: usize = 128 << 20;

/// Sets of more texts than this are not remembered: to keep them costs memory by itself.
const MOST_TEXTS: usize = 200_000;

thread_local! {
    static LAST: RefCell<Option<Remembered>> = const { RefCell::new(None) };
}

/// The last set of texts, with its index once there was a second query.
struct Remembered {
    texts: Vec<Text>,
    index: Option<Index>,
}

/// Where each word stands: texts by number, each with how often.
pub(super) struct Index {
    words: FxHashMap<Box<str>, Vec<(u32, u32)>>,
    /// Words of each text.
    lengths: Vec<u32>,
}

/// The same views of the same inputs, or texts of the same bytes.
fn same(a: &Text, b: &Text) -> bool {
    match (a.source(), b.source()) {
        (Some(x), Some(y)) => Arc::ptr_eq(x, y) && a.byte_range() == b.byte_range(),
        (None, None) => a.bytes() == b.bytes(),
        _ => false,
    }
}

/// The scores of a query from the index of its texts; `None` if they have none and get none.
///
/// # Errors
/// When steps or memory run out while the index is made.
pub(super) fn scores(
    host: &mut dyn Host,
    texts: &[Text],
    query: &Query,
) -> Result<Option<Vec<f64>>, Fault> {
    // Charged alike with an index and without: whether there is one depends on what ran before on this
    // thread, and the steps of a program must not.
    for text in texts {
        cost::scan(host, text.byte_len().saturating_mul(2))?;
    }
    if texts.len() > MOST_TEXTS {
        return Ok(None);
    }
    let known = LAST.with_borrow(|last| {
        last.as_ref().is_some_and(|last| {
            last.texts.len() == texts.len() && last.texts.iter().zip(texts).all(|(a, b)| same(a, b))
        })
    });
    // Read when the index was made, maybe by another run on this thread.
    texts.iter().for_each(|text| text.looked_at(0..text.byte_len(), Look::Searched));
    if !known {
        let remembered = Remembered { texts: texts.to_vec(), index: None };
        LAST.with_borrow_mut(|last| *last = Some(remembered));
        return Ok(None);
    }
    if LAST.with_borrow(|last| last.as_ref().is_some_and(|last| last.index.is_none())) {
        let bytes: usize = texts.iter().map(Text::byte_len).sum();
        if bytes > LARGEST {
            return Ok(None);
        }
        let Some(index) = Index::of(host, texts) else { return Ok(None) };
        LAST.with_borrow_mut(|last| {
            if let Some(last) = last {
                last.index = Some(index);
            }
        });
    }
    Ok(LAST.with_borrow(|last| {
        let index = last.as_ref()?.index.as_ref()?;
        Some(index.scores(query))
    }))
}

impl Index {
    /// `None` where there is no memory left for it.
    fn of(host: &mut dyn Host, texts: &[Text]) -> Option<Index> {
        let mut words: FxHashMap<Box<str>, Vec<(u32, u32)>> = FxHashMap::default();
        let mut lengths = Vec::with_capacity(texts.len());
        for (number, text) in (0u32..).zip(texts) {
            host.reserve(text.byte_len().saturating_mul(2)).ok()?;
            let mut length = 0;
            each_word(text, |word| {
                length += 1;
                let places = match words.get_mut(word) {
                    Some(places) => places,
                    None => words.entry(Box::from(word)).or_default(),
                };
                match places.last_mut() {
                    Some((last, times)) if *last == number => *times += 1,
                    _ => places.push((number, 1)),
                }
            });
            lengths.push(length);
        }
        Some(Index { words, lengths })
    }

    fn scores(&self, query: &Query) -> Vec<f64> {
        let empty = Vec::new();
        query.scores(&self.lengths, |word| self.words.get(word).unwrap_or(&empty).iter().copied())
    }
}
