//! `rank`: the texts that fit a query best, by BM25.

use std::cell::RefCell;
use std::rc::Rc;

use rlm_lang_macros::builtin;
use rustc_hash::FxHashMap;

use super::args::Texts;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{List, Value};

/// How fast more occurrences of a word count less.
const K1: f64 = 1.2;
/// How much long texts are held back.
const B: f64 = 0.75;
/// How many sets of texts keep their index.
const KEPT: usize = 4;

/// The `k` texts that fit a query best, best first; texts without any of its words are left out.
///
/// Scored by keywords (BM25), so write the words that should occur in the text. One text instead
/// of a list is cut into its paragraphs, or into lines if it has none.
///
/// ```rlm
/// rank("red apples", ["green pears", "red apples", "apples"], k=2)  # -> ['red apples', 'apples']
/// ```
#[builtin(group = "search", effect = Reads, aliases("bm25", "rank_texts", "semantic_search", "top"), prompt = "rank(query, texts, k=10) best texts by keywords")]
pub fn rank(
    host: &mut dyn Host,
    /// The words to look for.
    #[aliases("q", "words", "question")]
    query: Text,
    /// The texts to choose from, or one text.
    #[default(context)]
    #[aliases("docs", "t", "xs", "chunks")]
    texts: Texts,
    /// The most texts to return.
    #[default(10)]
    #[aliases("n", "limit", "top_k", "max")]
    k: i64,
) -> Result<List, Fault> {
    let texts = if texts.several { texts.texts } else { parts(&texts.texts) };
    let index = index_of(host, &texts)?;
    let scores = index.scores(&words(&query));
    let mut order: Vec<(usize, f64)> =
        scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0).collect();
    // Stable: equal scores stay in the order of the texts.
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.truncate(usize::try_from(k).unwrap_or(0));
    let best = order.into_iter().filter_map(|(i, _)| texts.get(i).cloned());
    Ok(List::new(best.map(Value::Text).collect()))
}

/// The paragraphs of a text; its lines if no blank line stands in it.
fn parts(texts: &[Text]) -> Vec<Text> {
    let Some(text) = texts.first() else { return Vec::new() };
    let bytes = text.bytes();
    if memchr::memmem::find(bytes, b"\n\n").is_none() {
        return text.lines().filter(|line| !line.is_empty()).collect();
    }
    text.split_bytes(b"\n\n").filter(|part| !part.is_empty()).collect()
}

/// The words of a text in lower case.
fn words(text: &Text) -> Vec<String> {
    let text = text.to_str();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// For each word, the texts in which it occurs and how often.
struct Index {
    postings: FxHashMap<String, Vec<(u32, u32)>>,
    /// Words of each text.
    lengths: Vec<u32>,
    mean: f64,
}

impl Index {
    fn new(texts: &[Text]) -> Index {
        let mut postings: FxHashMap<String, Vec<(u32, u32)>> = FxHashMap::default();
        let mut lengths = Vec::with_capacity(texts.len());
        for (number, text) in texts.iter().enumerate() {
            let number = number as u32;
            let words = words(text);
            lengths.push(words.len() as u32);
            for word in words {
                let places = postings.entry(word).or_default();
                match places.last_mut() {
                    Some((last, times)) if *last == number => *times += 1,
                    _ => places.push((number, 1)),
                }
            }
        }
        let total: f64 = lengths.iter().copied().map(f64::from).sum();
        let mean = if lengths.is_empty() { 1.0 } else { (total / lengths.len() as f64).max(1.0) };
        Index { postings, lengths, mean }
    }

    fn scores(&self, query: &[String]) -> Vec<f64> {
        let mut scores = vec![0.0; self.lengths.len()];
        let count = self.lengths.len() as f64;
        for word in query {
            let Some(places) = self.postings.get(word) else { continue };
            let found = places.len() as f64;
            let weight = (1.0 + (count - found + 0.5) / (found + 0.5)).ln();
            for &(number, times) in places {
                let at = number as usize;
                let (Some(score), Some(&length)) = (scores.get_mut(at), self.lengths.get(at))
                else {
                    continue;
                };
                let times = f64::from(times);
                let norm = K1 * (1.0 - B + B * f64::from(length) / self.mean);
                *score += weight * times * (K1 + 1.0) / (times + norm);
            }
        }
        scores
    }
}

/// An index that was made before.
struct Known {
    /// What the texts are known by: where each stands, and how long it is.
    key: Vec<(usize, usize)>,
    /// Kept: as long as they live, no other text can stand at the same place.
    _texts: Vec<Text>,
    index: Rc<Index>,
}

thread_local! {
    /// The indexes used last, the newest at the end.
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

fn index_of(host: &mut dyn Host, texts: &[Text]) -> Result<Rc<Index>, Fault> {
    // Short strings lie inside their value, so their place says nothing: no key for those.
    let lasting = texts.iter().all(|t| t.source().is_some());
    let key: Vec<(usize, usize)> =
        texts.iter().map(|t| (t.bytes().as_ptr() as usize, t.byte_len())).collect();
    let known = KNOWN.with_borrow(|known| {
        known.iter().find(|known| lasting && known.key == key).map(|known| known.index.clone())
    });
    if let Some(index) = known {
        host.spend(texts.len() as u64)?;
        return Ok(index);
    }
    let bytes: usize = texts.iter().map(Text::byte_len).sum();
    // Cutting into words costs far more than a scan, and the index about as much as the text.
    host.spend(bytes as u64 / 8 + 1)?;
    cost::copy(host, bytes / 2)?;
    let index = Rc::new(Index::new(texts));
    if lasting {
        KNOWN.with_borrow_mut(|known| {
            if known.len() >= KEPT {
                known.remove(0);
            }
            known.push(Known { key, _texts: texts.to_vec(), index: index.clone() });
        });
    }
    Ok(index)
}
