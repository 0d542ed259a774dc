//! `findall`, `finditer`, `search`, `match`, `fullmatch`.

use std::rc::Rc;

use rlm_lang_macros::builtin;

use super::args::{Texts, check_order, flags_with};
use super::collect::{self, Keep};
use super::pattern::Regex;
use super::scan::{first_groups, for_text, with_end};
use super::syntax::Mode;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{List, Match, Pattern, Sequence, Value};
use crate::views::{Joined, Rows, Spans, Views};

/// Matches of one pattern in one text.
pub struct Matches {
    searched: Text,
    pattern: Rc<Pattern>,
    /// The groups of each match, one match behind the other.
    groups: Spans,
    width: usize,
}

impl Sequence for Matches {
    fn len(&self) -> usize {
        self.groups.len().checked_div(self.width).unwrap_or(0)
    }

    fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        let first = index * self.width;
        let groups = (first..first + self.width).map(|i| self.groups.get(i)).collect();
        let (searched, pattern) = (self.searched.clone(), self.pattern.clone());
        Some(Value::Match(Rc::new(Match { searched, groups, pattern })))
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).filter_map(|index| self.get(index)))
    }
}

/// All texts that a regex matches; with one group its text, with several a tuple of their texts.
///
/// As in Python, but the texts are views: they know their place. A list of texts is searched text
/// by text.
///
/// ```rlm
/// findall(r"(\w)=(\d)", "a=1 b=2")  # -> [('a', '1'), ('b', '2')]
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, aliases("find_all"), prompt = "findall(regex, t) texts")]
pub fn findall(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// Where to look: a text or a list of texts.
    #[default(context)]
    #[aliases("text", "string", "texts")]
    t: Texts,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
    /// Whether upper and lower case are the same.
    #[default(false)]
    #[aliases("case_insensitive", "ignorecase")]
    #[keyword]
    ignore_case: bool,
    /// The most texts to return.
    #[aliases("k", "n", "max", "top_k")]
    #[keyword]
    limit: Option<i64>,
) -> Result<List, Fault> {
    check_order("findall", &regex, &t)?;
    let pattern = regex.compile(flags_with(flags, ignore_case), Mode::Search)?;
    all_texts(host, &pattern, &t, 0, limit)
}

/// `findall` from byte `from` of each text.
pub(super) fn all_texts(
    host: &mut dyn Host,
    pattern: &Rc<Pattern>,
    t: &Texts,
    from: usize,
    limit: Option<i64>,
) -> Result<List, Fault> {
    let mut left = limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(0));
    let mut parts: Vec<Rc<dyn Sequence>> = Vec::new();
    for text in t.all() {
        cost::scan(host, text.byte_len())?;
        let pattern = for_text(pattern, Mode::Search, text.haystack())?;
        let width = pattern.names.len().saturating_sub(1);
        let keep = if width == 0 { Keep::Whole } else { Keep::Groups };
        let (spans, matches) = collect::all(host, &pattern, text, from, left, keep)?;
        left = left.saturating_sub(matches);
        cost::copy(host, spans.heap())?;
        let text = text.clone();
        parts.push(match width {
            0 | 1 => Rc::new(Views { text, spans }),
            _ => Rc::new(Rows { text, spans, width }),
        });
    }
    Ok(Joined::list(parts))
}

/// All matches of a regex, in order.
///
/// A match behaves as its text: `m[0]` is all of it, `m[1]` or `m["name"]` a group, `m.around(300)`
/// what stands around it.
///
/// ```rlm
/// [m[1] for m in finditer(r"id=(\d+)", "id=7 id=8")]  # -> ['7', '8']
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, aliases("matches", "find_iter", "matchall", "match_all", "matchAll"), prompt = "finditer(regex, t) matches", one_by_one)]
pub fn finditer(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// Where to look: a text or a list of texts.
    #[default(context)]
    #[aliases("text", "string", "texts")]
    t: Texts,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
    /// Whether upper and lower case are the same.
    #[default(false)]
    #[aliases("case_insensitive", "ignorecase")]
    #[keyword]
    ignore_case: bool,
    /// The most matches to return.
    #[aliases("k", "n", "max", "top_k")]
    #[keyword]
    limit: Option<i64>,
) -> Result<List, Fault> {
    check_order("finditer", &regex, &t)?;
    let pattern = regex.compile(flags_with(flags, ignore_case), Mode::Search)?;
    all_matches(host, &pattern, &t, 0, limit)
}

/// `finditer` from byte `from` of each text.
pub(super) fn all_matches(
    host: &mut dyn Host,
    pattern: &Rc<Pattern>,
    t: &Texts,
    from: usize,
    limit: Option<i64>,
) -> Result<List, Fault> {
    let mut left = limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(0));
    let mut parts: Vec<Rc<dyn Sequence>> = Vec::new();
    for text in t.all() {
        cost::scan(host, text.byte_len())?;
        let pattern = for_text(pattern, Mode::Search, text.haystack())?;
        let width = pattern.names.len();
        let keep = if width == 1 { Keep::Whole } else { Keep::All };
        let (groups, matches) = collect::all(host, &pattern, text, from, left, keep)?;
        left = left.saturating_sub(matches);
        cost::copy(host, groups.heap())?;
        let (searched, pattern) = (text.clone(), pattern.clone());
        parts.push(Rc::new(Matches { searched, pattern, groups, width }));
    }
    Ok(Joined::list(parts))
}

/// The first match of a regex, or `None`.
///
/// Test the result before using it: `if m { print(m[1]) }`. A list of texts is searched in order.
///
/// ```rlm
/// search(r"id=(\d+)", "name=a id=7")[1]  # -> '7'
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, returns = Match, prompt = "search(regex, t) first match m or None; m[0] all, m[1] a group")]
pub fn search(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// Where to look: a text or a list of texts.
    #[default(context)]
    #[aliases("text", "string", "texts")]
    t: Texts,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
    /// Whether upper and lower case are the same.
    #[default(false)]
    #[aliases("case_insensitive", "ignorecase")]
    #[keyword]
    ignore_case: bool,
) -> Result<Value, Fault> {
    check_order("search", &regex, &t)?;
    let pattern = regex.compile(flags_with(flags, ignore_case), Mode::Search)?;
    first_match(host, &pattern, &t, Mode::Search, 0)
}

/// The match of a regex at the very start of a text, or `None`.
///
/// `search` looks everywhere.
///
/// ```rlm
/// re.match(r"\d+", "42 apples")[0]  # -> '42'
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, returns = Match)]
pub fn match_(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// Where to look.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
) -> Result<Value, Fault> {
    check_order("match", &regex, &t)?;
    let pattern = regex.compile(flags, Mode::Start)?;
    first_match(host, &pattern, &t, Mode::Start, 0)
}

/// The match of a regex with all of a text, or `None`.
///
/// ```rlm
/// bool(re.fullmatch(r"\d+", "42 apples"))  # -> False
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, returns = Match, aliases("full_match"))]
pub fn fullmatch(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// What to match.
    #[default(context)]
    #[aliases("text", "string")]
    t: Texts,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
) -> Result<Value, Fault> {
    check_order("fullmatch", &regex, &t)?;
    let pattern = regex.compile(flags, Mode::Whole)?;
    first_match(host, &pattern, &t, Mode::Whole, 0)
}

/// The first match in the texts, looking from byte `from` of each.
pub(super) fn first_match(
    host: &mut dyn Host,
    pattern: &Rc<Pattern>,
    t: &Texts,
    mode: Mode,
    from: usize,
) -> Result<Value, Fault> {
    for text in t.all() {
        if let Some(found) = first_in(host, pattern, text, mode, from)? {
            return Ok(Value::Match(Rc::new(found)));
        }
    }
    Ok(Value::None)
}

/// How much of a text decides whether it begins with a match, as far as cost and invalid bytes are
/// concerned. In bytes.
const BEGINNING: usize = 64 * 1024;

/// The first match in a text. Only what comes before it is looked at: a search that succeeds early
/// costs little in a text of any size.
fn first_in(
    host: &mut dyn Host,
    pattern: &Rc<Pattern>,
    text: &Text,
    mode: Mode,
    from: usize,
) -> Result<Option<Match>, Fault> {
    let bytes = text.haystack();
    let plain = with_end(pattern, mode, bytes)?;
    let mut groups = first_groups(&plain, text, from)?;
    let end = match groups.first() {
        Some(Some(whole)) => whole.end,
        _ if mode == Mode::Start => bytes.len().min(from + BEGINNING),
        _ => bytes.len(),
    };
    let seen = bytes.get(from..end).unwrap_or_default();
    cost::scan(host, seen.len())?;
    // Among invalid bytes there may be a match that only the other variant finds.
    let mut pattern = plain;
    if pattern.is_wild && simdutf8::basic::from_utf8(seen).is_err() {
        pattern = for_text(&pattern, mode, bytes)?;
        groups = first_groups(&pattern, text, from)?;
    }
    let found = !groups.is_empty();
    Ok(found.then(|| Match { searched: text.clone(), groups, pattern }))
}
