//! `rank`: the texts that fit a query best, by BM25.

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
    let texts = match texts {
        Texts::One(text) => parts(&text),
        Texts::Many(texts) => texts,
    };
    let query = query_words(&query);
    let scores = Counts::of(host, &texts, &query)?.scores(&query);
    let mut order: Vec<(usize, f64)> =
        scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0).collect();
    // Stable: equal scores stay in the order of the texts.
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.truncate(usize::try_from(k).unwrap_or(0));
    let best = order.into_iter().filter_map(|(i, _)| texts.get(i).cloned());
    Ok(List::new(best.map(Value::Text).collect()))
}

/// The paragraphs of a text; its lines if no blank line stands in it.
fn parts(text: &Text) -> Vec<Text> {
    if memchr::memmem::find(text.bytes(), b"\n\n").is_none() {
        return text.lines().filter(|line| !line.is_empty()).collect();
    }
    text.split_bytes(b"\n\n").filter(|part| !part.is_empty()).collect()
}

/// Whether a character belongs to a word.
fn in_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// The words of the query in lower case, each with how often it stands there.
fn query_words(query: &Text) -> Vec<(String, f64)> {
    let text = query.to_str();
    let mut found: Vec<(String, f64)> = Vec::new();
    for word in text.split(|c| !in_word(c)).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        match found.iter_mut().find(|(known, _)| *known == word) {
            Some((_, times)) => *times += 1.0,
            None => found.push((word, 1.0)),
        }
    }
    found
}

/// How often the words of a query stand in each of several texts.
///
/// Counted anew for each query: a pass over the texts costs less than an index of them, in time and
/// in memory, unless there are very many queries.
struct Counts {
    /// For each text, how often each word of the query occurs in it.
    times: Vec<u32>,
    /// Words of each text.
    lengths: Vec<u32>,
}

impl Counts {
    fn of(host: &mut dyn Host, texts: &[Text], query: &[(String, f64)]) -> Result<Counts, Fault> {
        let wanted: FxHashMap<&str, usize> =
            query.iter().enumerate().map(|(i, (word, _))| (word.as_str(), i)).collect();
        cost::copy(host, texts.len().saturating_mul(4 * (query.len() + 1)))?;
        let mut times = vec![0; texts.len() * query.len()];
        let mut lengths = Vec::with_capacity(texts.len());
        let mut lowered = String::new();
        for (text, row) in texts.iter().zip(rows(&mut times, query.len())) {
            // Cutting into words costs more than a scan.
            cost::scan(host, text.byte_len().saturating_mul(4))?;
            let text = text.to_str();
            let mut length = 0;
            for word in text.split(|c| !in_word(c)).filter(|word| !word.is_empty()) {
                length += 1;
                lowered.clear();
                if word.is_ascii() {
                    lowered.push_str(word);
                    lowered.make_ascii_lowercase();
                } else {
                    lowered.push_str(&word.to_lowercase());
                }
                if let Some(count) = wanted.get(lowered.as_str()).and_then(|&i| row.get_mut(i)) {
                    *count += 1;
                }
            }
            lengths.push(length);
        }
        Ok(Counts { times, lengths })
    }

    fn scores(&self, query: &[(String, f64)]) -> Vec<f64> {
        let count = self.lengths.len() as f64;
        let total: f64 = self.lengths.iter().copied().map(f64::from).sum();
        let mean = (total / count.max(1.0)).max(1.0);
        let mut scores = vec![0.0; self.lengths.len()];
        for (i, (_, weight)) in query.iter().enumerate() {
            let column = || self.times.iter().skip(i).step_by(query.len());
            let found = column().filter(|&&times| times > 0).count() as f64;
            let rarity = (1.0 + (count - found + 0.5) / (found + 0.5)).ln();
            for ((score, &times), &length) in scores.iter_mut().zip(column()).zip(&self.lengths) {
                let times = f64::from(times);
                let norm = K1 * (1.0 - B + B * f64::from(length) / mean);
                *score += weight * rarity * times * (K1 + 1.0) / (times + norm);
            }
        }
        scores
    }
}

/// A row of counts for each text; without words in the query there is nothing to count.
fn rows(times: &mut [u32], width: usize) -> impl Iterator<Item = &mut [u32]> {
    let empty = std::iter::repeat_with(<&mut [u32]>::default);
    let (full, none) =
        if width > 0 { (Some(times.chunks_mut(width)), None) } else { (None, Some(empty)) };
    full.into_iter().flatten().chain(none.into_iter().flatten())
}
