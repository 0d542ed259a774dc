//! `rank`: the texts that fit a query best, by BM25.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;
use rustc_hash::FxHashMap;

use super::args::{Texts, shown_text};
use super::postings;
use crate::convert::{FromValue, expected};
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
    query: Words,
    /// The texts to choose from, or one text.
    #[default(context)]
    #[aliases("docs", "t", "xs", "chunks")]
    texts: Texts,
    /// The most texts to return.
    #[default(10)]
    #[aliases("n", "limit", "top_k", "max")]
    k: i64,
) -> Result<List, Fault> {
    let query = query.text(host, &texts)?;
    let texts = match texts {
        Texts::One(text) => parts(&text),
        Texts::Many(texts) => texts,
    };
    let query = Query::of(&query);
    let scores = match postings::scores(host, &texts, &query)? {
        Some(scores) => scores,
        None => counted(host, &texts, &query)?,
    };
    let mut order: Vec<(usize, f64)> =
        scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0).collect();
    // Stable: equal scores stay in the order of the texts.
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.truncate(usize::try_from(k).unwrap_or(0));
    let best = order.into_iter().filter_map(|(i, _)| texts.get(i).cloned());
    Ok(List::new(best.map(Value::Text).collect()))
}

/// What stands in the place of the query: a text, or the texts by mistake.
pub enum Words {
    /// A query.
    Query(Text),
    /// A list of texts.
    Texts(List),
}

impl FromValue for Words {
    const TYPE: Type = Type::Text;

    fn from_value(value: Value) -> Result<Words, Fault> {
        match value {
            Value::List(list) => Ok(Words::Texts(list)),
            other => Text::from_value(other).map(Words::Query),
        }
    }
}

impl Words {
    /// The query.
    ///
    /// # Errors
    /// When the call is `rank(texts, query)`: the error has it the other way round.
    fn text(self, host: &mut dyn Host, second: &Texts) -> Result<Text, Fault> {
        let (first, query) = match (self, second) {
            (Words::Query(first), Texts::One(second)) if is_swapped(&first, second) => {
                ("context", second)
            }
            (Words::Query(query), _) => return Ok(query),
            (Words::Texts(list), Texts::One(second)) if second.byte_len() <= LONGEST_QUERY => {
                (if list.same(&host.docs()) { "docs" } else { "texts" }, second)
            }
            (Words::Texts(list), _) => {
                return Err(expected("a text", &Value::List(list)).within("rank, query"));
            }
        };
        let query = shown_text(&query.to_str());
        Err(Fault::new(Code::WrongType, "rank takes the query first, then the texts")
            .with_help(format!("write rank({query}, {first})")))
    }
}

/// A query is hardly longer than this; in bytes.
const LONGEST_QUERY: usize = 300;

/// Whether of two texts the first is surely what is searched: a long part of the input before a short
/// text that is none.
fn is_swapped(first: &Text, second: &Text) -> bool {
    let from_input = |t: &Text| t.source().is_some_and(|source| !source.is_anonymous());
    from_input(first)
        && first.byte_len() > LONGEST_QUERY
        && !from_input(second)
        && second.byte_len() <= LONGEST_QUERY
}

/// The paragraphs of a text; its lines if no blank line stands in it.
fn parts(text: &Text) -> Vec<Text> {
    if memchr::memmem::find(text.unread(), b"\n\n").is_none() {
        return text.lines().filter(|line| !line.is_empty()).collect();
    }
    text.split_bytes(b"\n\n").filter(|part| !part.is_empty()).collect()
}

/// Whether a character belongs to a word.
fn in_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Calls `found` with each word of a text, in lower case.
pub(super) fn each_word(text: &Text, mut found: impl FnMut(&str)) {
    let mut lowered = String::new();
    for word in text.haystack_str().split(|c| !in_word(c)).filter(|word| !word.is_empty()) {
        lowered.clear();
        if word.is_ascii() {
            lowered.push_str(word);
            lowered.make_ascii_lowercase();
        } else {
            lowered.push_str(&word.to_lowercase());
        }
        found(&lowered);
    }
}

/// The words of a query in lower case, each with how often it stands there.
pub(super) struct Query(Vec<(String, f64)>);

impl Query {
    fn of(text: &Text) -> Query {
        let mut words: Vec<(String, f64)> = Vec::new();
        each_word(text, |word| match words.iter_mut().find(|(known, _)| known == word) {
            Some((_, times)) => *times += 1.0,
            None => words.push((word.to_string(), 1.0)),
        });
        Query(words)
    }

    /// The score of each text. `places` gives the texts in which a word stands, and how often.
    pub(super) fn scores<P: Iterator<Item = (u32, u32)>>(
        &self,
        lengths: &[u32],
        places: impl Fn(&str) -> P,
    ) -> Vec<f64> {
        let count = lengths.len() as f64;
        let total: f64 = lengths.iter().copied().map(f64::from).sum();
        let mean = (total / count.max(1.0)).max(1.0);
        let mut scores = vec![0.0; lengths.len()];
        for (word, weight) in &self.0 {
            let found = places(word).count() as f64;
            let rarity = (1.0 + (count - found + 0.5) / (found + 0.5)).ln();
            for (number, times) in places(word) {
                let number = number as usize;
                if let (Some(score), Some(&length)) = (scores.get_mut(number), lengths.get(number))
                {
                    let times = f64::from(times);
                    let norm = K1 * (1.0 - B + B * f64::from(length) / mean);
                    *score += weight * rarity * times * (K1 + 1.0) / (times + norm);
                }
            }
        }
        scores
    }
}

/// The scores of a query by one pass over the texts.
fn counted(host: &mut dyn Host, texts: &[Text], query: &Query) -> Result<Vec<f64>, Fault> {
    let wanted: FxHashMap<&str, usize> =
        query.0.iter().enumerate().map(|(i, (word, _))| (word.as_str(), i)).collect();
    let mut places: Vec<Vec<(u32, u32)>> = vec![Vec::new(); query.0.len()];
    let mut lengths = Vec::with_capacity(texts.len());
    for (number, text) in (0u32..).zip(texts) {
        host.reserve(lengths.len().saturating_mul(8 * (query.0.len() + 1)))?;
        let mut length = 0;
        each_word(text, |word| {
            length += 1;
            let Some(places) = wanted.get(word).and_then(|&i| places.get_mut(i)) else { return };
            match places.last_mut() {
                Some((last, times)) if *last == number => *times += 1,
                _ => places.push((number, 1)),
            }
        });
        lengths.push(length);
    }
    let of =
        |word: &str| wanted.get(word).and_then(|&i| places.get(i)).into_iter().flatten().copied();
    Ok(query.scores(&lengths, of))
}
