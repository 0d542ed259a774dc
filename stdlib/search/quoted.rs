//! `quoted` finds a quotation again, and `count` counts.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use super::args::Texts;
use super::pattern::compile;
use super::scan::Scanner;
use super::syntax::{Mode, Needs};
use crate::convert::expected;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::text_methods::find::occurrences;
use crate::text_methods::unicode::{char_indices, is_space};
use crate::value::{Value, equals};

/// So many words find the places where a quotation may begin; the rest is compared.
const PROBE: usize = 6;

/// The place where a quotation stands in a text, as a view, or `None`.
///
/// White space, upper and lower case, and the kinds of quotation marks and dashes make no
/// difference; marks around the quotation are left out.
///
/// ```rlm
/// quoted("the  END", "It was The end.")  # -> 'The end'
/// ```
#[builtin(group = "search", effect = Reads, aliases("find_quote", "find_quotation", "locate"), prompt = "quoted(quote, t) where a quotation stands, up to spaces and case")]
pub fn quoted(
    host: &mut dyn Host,
    /// The quotation.
    #[aliases("quote", "t")]
    text: Text,
    /// Where to look: a text or a list of texts.
    #[default(context)]
    #[aliases("source", "where", "texts", "within")]
    in_: Texts,
) -> Result<Option<Text>, Fault> {
    let quote: Vec<char> = char_indices(text.haystack()).map(|(_, c)| c).collect();
    let marks = |c: &char| is_space(*c) || matches!(plain(*c), '"' | '\'') || *c == '…';
    let first = quote.iter().position(|c| !marks(c));
    let last = quote.iter().rposition(|c| !marks(c));
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let quote = quote.get(first..=last).unwrap_or_default();
    let pattern =
        compile(&probe(quote), super::flags::IGNORE_CASE, Mode::Search, Needs::default())?;
    for text in in_.all() {
        cost::scan(host, text.byte_len())?;
        let mut scanner = Scanner::of_text(&pattern, text, 0);
        while let Some(found) = scanner.next_range()? {
            if let Some(length) =
                same(text.haystack().get(found.start..).unwrap_or_default(), quote)
            {
                return Ok(Some(text.slice_bytes(found.start..found.start + length)));
            }
            host.spend(1)?;
            scanner.go_to(found.start + 1);
        }
    }
    Ok(None)
}

/// A regex for the first words.
fn probe(quote: &[char]) -> String {
    let words = quote.split(|&c| is_space(c)).filter(|word| !word.is_empty()).take(PROBE);
    let word = |word: &[char]| -> String { word.iter().map(|&c| one(c)).collect() };
    words.map(word).collect::<Vec<_>>().join("\\s+")
}

/// A regex for one character and its variants.
fn one(c: char) -> String {
    match plain(c) {
        '"' => "[\"“”„‟«»]".to_string(),
        '\'' => "['‘’‚‛`´]".to_string(),
        '-' => "[-‐‑‒–—―−]".to_string(),
        _ if c.is_alphanumeric() => c.to_string(),
        _ => format!("\\{c}"),
    }
}

/// Quotation marks and dashes in their plain form.
fn plain(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‘' | '’' | '‚' | '‛' | '`' | '´' => '\'',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        other => other,
    }
}

/// The number of bytes that the quotation covers at the start of a text, if it stands there.
fn same(bytes: &[u8], quote: &[char]) -> Option<usize> {
    let mut text = char_indices(bytes).peekable();
    let mut wanted = quote.iter().copied().peekable();
    while let Some(c) = wanted.next() {
        if is_space(c) {
            while wanted.next_if(|&c| is_space(c)).is_some() {}
            text.next_if(|&(_, c)| is_space(c))?;
            while text.next_if(|&(_, c)| is_space(c)).is_some() {}
            continue;
        }
        let (_, found) = text.next()?;
        let equal =
            found == c || plain(found) == plain(c) || found.to_lowercase().eq(c.to_lowercase());
        if !equal {
            return None;
        }
    }
    Some(text.peek().map_or(bytes.len(), |&(at, _)| at))
}

/// How often an item occurs in a list, or a text in a text; occurrences do not overlap.
///
/// A function counts the items for which it is true.
///
/// ```rlm
/// count(["a", "b", "a"], "a")  # -> 2
/// ```
#[builtin(group = "search", receiver = "x", aliases("count_if"))]
pub fn count(
    host: &mut dyn Host,
    /// The text or list.
    #[aliases("xs", "t", "text")]
    x: Value,
    /// What to count.
    #[aliases("sub", "value", "f", "pattern")]
    item: Value,
) -> Result<usize, Fault> {
    if let (Some(text), Some(sub)) = (x.as_text(), item.as_text()) {
        cost::scan(host, text.byte_len())?;
        if sub.is_empty() {
            return Ok(text.char_len() + 1);
        }
        return Ok(occurrences(text.haystack(), sub.bytes()));
    }
    if matches!(x, Value::Text(_) | Value::Match(_)) {
        return match (&item, x.as_text()) {
            (Value::Pattern(pattern), Some(text)) => count_matches(host, pattern, &text),
            _ => Err(expected("a text to count", &item)),
        };
    }
    // `count(sub, xs)`: the list decides which is which.
    if matches!(item, Value::List(_)) && !matches!(x, Value::List(_) | Value::Tuple(_)) {
        return Err(Fault::new(Code::WrongType, "count takes the list first, then the item"));
    }
    let mut found = 0;
    for value in x.items()?.iter() {
        host.spend(1)?;
        let counts = match &item {
            Value::Function(_) => host.call(&item, &mut vec![value])?.truthy(),
            other => equals(&value, other),
        };
        found += usize::from(counts);
    }
    Ok(found)
}

fn count_matches(
    host: &mut dyn Host,
    pattern: &std::rc::Rc<crate::value::Pattern>,
    text: &Text,
) -> Result<usize, Fault> {
    cost::scan(host, text.byte_len())?;
    let pattern = super::scan::for_text(pattern, Mode::Search, text.haystack())?;
    let mut scanner = Scanner::of_text(&pattern, text, 0);
    let mut found = 0;
    while scanner.next_range()?.is_some() {
        found += 1;
    }
    Ok(found)
}
