//! `difflib`: how alike two sequences are, and how they differ. The algorithm is CPython's, popular
//! items and all, so the ratios are the same.

use std::collections::HashMap;
use std::rc::Rc;

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::{Items, expected};
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{copy_items, reserve_list};
use crate::value::{Object, Value, display, hashable};
use crate::walk::walk;

/// What `SequenceMatcher(None, a, b)` gives: both sequences, equal items as equal numbers.
pub struct Matcher {
    a: Vec<u32>,
    b: Vec<u32>,
    /// Where each item stands in `b`, those that stand nearly everywhere left out.
    places: HashMap<u32, Vec<usize>>,
}

/// Numbers for items: equal items have equal numbers.
#[derive(Default)]
struct Numbers(HashMap<Value, u32>);

impl Numbers {
    fn of(&mut self, host: &mut dyn Host, sequence: &Value) -> Result<Vec<u32>, Fault> {
        let items = walk(host, sequence)?;
        reserve_list(host, items.len().saturating_mul(3))?;
        host.spend(items.len() as u64)?;
        let mut numbers = Vec::with_capacity(items.len());
        for item in items.iter() {
            hashable(&item)?;
            let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
            numbers.push(*self.0.entry(item).or_insert(next));
        }
        Ok(numbers)
    }
}

/// A run of equal items: where it stands in both, and how long it is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Block {
    a: usize,
    b: usize,
    size: usize,
}

/// `equal`, `replace`, `delete` or `insert`, with the parts of both that it is about.
type Step = (&'static str, usize, usize, usize, usize);

/// From this length on items that make up more than a hundredth are too popular to start a match.
const POPULAR_FROM: usize = 200;

impl Matcher {
    fn new(a: Vec<u32>, b: Vec<u32>, autojunk: bool) -> Matcher {
        let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
        for (at, item) in b.iter().enumerate() {
            places.entry(*item).or_default().push(at);
        }
        if autojunk && b.len() >= POPULAR_FROM {
            let most = b.len() / 100 + 1;
            places.retain(|_, at| at.len() <= most);
        }
        Matcher { a, b, places }
    }

    /// The longest run that both parts share, the earliest of several.
    fn longest(
        &self,
        host: &mut dyn Host,
        (alo, ahi): (usize, usize),
        (blo, bhi): (usize, usize),
    ) -> Result<Block, Fault> {
        let mut best = Block { a: alo, b: blo, size: 0 };
        let mut lengths: HashMap<usize, usize> = HashMap::new();
        for i in alo..ahi {
            let Some(places) = self.a.get(i).and_then(|item| self.places.get(item)) else {
                lengths.clear();
                continue;
            };
            let mut next = HashMap::new();
            host.spend(1 + places.len() as u64)?;
            for &j in places.iter().skip_while(|&&j| j < blo).take_while(|&&j| j < bhi) {
                let before = j.checked_sub(1).and_then(|j| lengths.get(&j)).copied().unwrap_or(0);
                let size = before + 1;
                next.insert(j, size);
                if size > best.size {
                    best = Block { a: i + 1 - size, b: j + 1 - size, size };
                }
            }
            lengths = next;
        }
        // Popular items belong to a run that they touch.
        while best.a > alo && best.b > blo && self.same(best.a - 1, best.b - 1) {
            best = Block { a: best.a - 1, b: best.b - 1, size: best.size + 1 };
        }
        while best.a + best.size < ahi
            && best.b + best.size < bhi
            && self.same(best.a + best.size, best.b + best.size)
        {
            best.size += 1;
        }
        Ok(best)
    }

    fn same(&self, i: usize, j: usize) -> bool {
        self.a.get(i).is_some_and(|item| self.b.get(j) == Some(item))
    }

    /// All runs in order, neighbours joined, an empty one at the end.
    fn blocks(&self, host: &mut dyn Host) -> Result<Vec<Block>, Fault> {
        let mut open = vec![((0, self.a.len()), (0, self.b.len()))];
        let mut found = Vec::new();
        while let Some(((alo, ahi), (blo, bhi))) = open.pop() {
            let run = self.longest(host, (alo, ahi), (blo, bhi))?;
            if run.size == 0 {
                continue;
            }
            found.push(run);
            if alo < run.a && blo < run.b {
                open.push(((alo, run.a), (blo, run.b)));
            }
            let (a, b) = (run.a + run.size, run.b + run.size);
            if a < ahi && b < bhi {
                open.push(((a, ahi), (b, bhi)));
            }
        }
        found.sort_by_key(|run| (run.a, run.b, run.size));
        let mut joined: Vec<Block> = Vec::new();
        for run in found {
            match joined.last_mut() {
                Some(last) if last.a + last.size == run.a && last.b + last.size == run.b => {
                    last.size += run.size;
                }
                _ => joined.push(run),
            }
        }
        joined.push(Block { a: self.a.len(), b: self.b.len(), size: 0 });
        Ok(joined)
    }

    fn ratio(&self, host: &mut dyn Host) -> Result<f64, Fault> {
        let matches: usize = self.blocks(host)?.iter().map(|run| run.size).sum();
        let length = self.a.len() + self.b.len();
        #[allow(clippy::cast_precision_loss)] // lengths are far below 2**53
        Ok(if length == 0 { 1.0 } else { 2.0 * matches as f64 / length as f64 })
    }

    fn steps(&self, host: &mut dyn Host) -> Result<Vec<Step>, Fault> {
        let (mut i, mut j) = (0, 0);
        let mut steps = Vec::new();
        for run in self.blocks(host)? {
            let what = match (i < run.a, j < run.b) {
                (true, true) => Some("replace"),
                (true, false) => Some("delete"),
                (false, true) => Some("insert"),
                (false, false) => None,
            };
            steps.extend(what.map(|what| (what, i, run.a, j, run.b)));
            (i, j) = (run.a + run.size, run.b + run.size);
            if run.size > 0 {
                steps.push(("equal", run.a, i, run.b, j));
            }
        }
        Ok(steps)
    }
}

fn matcher_of(value: &Value) -> Result<&Matcher, Fault> {
    match value {
        Value::Object(object) => match &**object {
            Object::Matcher(matcher) => Ok(matcher),
            _ => Err(expected("a SequenceMatcher", value)),
        },
        _ => Err(expected("a SequenceMatcher", value)),
    }
}

/// Compares two texts or lists: `.ratio()` says how alike they are.
///
/// ```rlm
/// SequenceMatcher(None, "abcd", "bcde").ratio()  # -> 0.75
/// ```
#[builtin(group = "text", name = "SequenceMatcher")]
pub fn sequence_matcher(
    host: &mut dyn Host,
    /// `None`: no items are left out.
    isjunk: Option<Value>,
    /// The first text or list.
    #[default("")]
    a: Value,
    /// The second one.
    #[default("")]
    b: Value,
    /// Whether very frequent items of a long `b` may not start a match.
    #[default(true)]
    autojunk: bool,
) -> Result<Value, Fault> {
    if isjunk.is_some() {
        let message = "SequenceMatcher, isjunk: expected None, found a value";
        return Err(
            Fault::new(Code::BadValue, message).with_help("write SequenceMatcher(None, a, b)")
        );
    }
    let mut numbers = Numbers::default();
    let (a, b) = (numbers.of(host, &a)?, numbers.of(host, &b)?);
    Ok(Value::Object(Rc::new(Object::Matcher(Matcher::new(a, b, autojunk)))))
}

/// How alike the two are, from 0 to 1.
///
/// ```rlm
/// SequenceMatcher(None, "abc", "abd").ratio() > 0.6  # -> True
/// ```
#[builtin(group = "text", owners(Matcher), aliases("quick_ratio", "real_quick_ratio"))]
pub fn ratio(
    host: &mut dyn Host,
    /// The comparison.
    s: Value,
) -> Result<f64, Fault> {
    matcher_of(&s)?.ratio(host)
}

fn record(name: &str, fields: &[&str], items: Vec<Value>) -> Value {
    let fields = fields.iter().map(|field| (*field).to_string()).collect();
    let record = Rc::new(crate::value::Record { name: name.to_string(), fields });
    Value::Tuple(crate::value::Tuple::record(items, record))
}

fn block(run: Block) -> Value {
    let items = [run.a, run.b, run.size].map(Value::count).to_vec();
    record("Match", &["a", "b", "size"], items)
}

/// The parts that both share, in order: `.a`, `.b` and `.size`.
///
/// ```rlm
/// SequenceMatcher(None, "abx", "aby").get_matching_blocks()[0].size  # -> 2
/// ```
#[builtin(group = "text", name = "get_matching_blocks", owners(Matcher))]
pub fn matching_blocks(
    host: &mut dyn Host,
    /// The comparison.
    s: Value,
) -> Result<Vec<Value>, Fault> {
    Ok(matcher_of(&s)?.blocks(host)?.into_iter().map(block).collect())
}

/// How to turn the first into the second: tuples of a word and the parts it is about.
///
/// ```rlm
/// SequenceMatcher(None, "ab", "ac").get_opcodes()[1]  # -> ('replace', 1, 2, 1, 2)
/// ```
#[builtin(group = "text", name = "get_opcodes", owners(Matcher))]
pub fn opcodes(
    host: &mut dyn Host,
    /// The comparison.
    s: Value,
) -> Result<Vec<Value>, Fault> {
    let steps = matcher_of(&s)?.steps(host)?;
    let tuple = |(what, a, b, c, d): Step| {
        let numbers = [a, b, c, d].map(Value::count);
        Value::tuple(std::iter::once(Value::from(what)).chain(numbers).collect())
    };
    Ok(steps.into_iter().map(tuple).collect())
}

/// The longest part that both share.
///
/// ```rlm
/// SequenceMatcher(None, "xabc", "abcy").find_longest_match(0, 4, 0, 4).size  # -> 3
/// ```
#[builtin(group = "text", name = "find_longest_match", owners(Matcher))]
pub fn longest_match(
    host: &mut dyn Host,
    /// The comparison.
    s: Value,
    /// Where to begin in the first.
    #[default(0)]
    alo: i64,
    /// Where to end in the first.
    ahi: Option<usize>,
    /// Where to begin in the second.
    #[default(0)]
    blo: i64,
    /// Where to end in the second.
    bhi: Option<usize>,
) -> Result<Value, Fault> {
    let matcher = matcher_of(&s)?;
    let part = |lo: i64, hi: Option<usize>, len: usize| {
        (usize::try_from(lo).unwrap_or(0).min(len), hi.unwrap_or(len).min(len))
    };
    let a = part(alo, ahi, matcher.a.len());
    let b = part(blo, bhi, matcher.b.len());
    matcher.longest(host, a, b).map(block)
}

/// The texts of a list that are most like a word, best first.
///
/// ```rlm
/// get_close_matches("appel", ["ape", "apple", "peach"])  # -> ['apple', 'ape']
/// ```
#[builtin(group = "text", name = "get_close_matches")]
pub fn close_matches(
    host: &mut dyn Host,
    /// The word.
    word: Value,
    /// The list.
    possibilities: Items,
    /// The most to give.
    #[default(3)]
    n: i64,
    /// How alike they must be, from 0 to 1.
    #[default(0.6)]
    cutoff: f64,
) -> Result<Vec<Value>, Fault> {
    let n = usize::try_from(n).unwrap_or(0);
    let mut found: Vec<(f64, Value)> = Vec::new();
    for candidate in possibilities.0.iter() {
        let mut numbers = Numbers::default();
        let b = numbers.of(host, &word)?;
        let a = numbers.of(host, &candidate)?;
        let ratio = Matcher::new(a, b, true).ratio(host)?;
        if ratio >= cutoff {
            found.push((ratio, candidate));
        }
    }
    // Of equal ones the larger text comes first, as in Python, which takes the largest pairs.
    found.sort_by(|(x, a), (y, b)| {
        y.total_cmp(x).then_with(|| display(b).to_str().cmp(&display(a).to_str()))
    });
    Ok(found.into_iter().take(n).map(|(_, value)| value).collect())
}

/// The lines of a unified diff of two lists of lines.
///
/// ```rlm
/// unified_diff(["a"], ["b"], lineterm="")[3:]  # -> ['-a', '+b']
/// ```
#[builtin(group = "text", name = "unified_diff", returns = List)]
#[allow(clippy::too_many_arguments)] // Python's
pub fn unified_diff(
    host: &mut dyn Host,
    /// The old lines.
    a: Items,
    /// The new lines.
    b: Items,
    /// The old name.
    #[default("")]
    fromfile: String,
    /// The new name.
    #[default("")]
    tofile: String,
    /// The date of the old ones.
    #[default("")]
    fromfiledate: String,
    /// The date of the new ones.
    #[default("")]
    tofiledate: String,
    /// How many equal lines stand around a change.
    #[default(3)]
    n: i64,
    /// What ends a line of the header.
    #[default("\n")]
    lineterm: String,
) -> Result<Vec<Value>, Fault> {
    let (old, new) = (copy_items(host, &a.0)?, copy_items(host, &b.0)?);
    let mut numbers = Numbers::default();
    let left = numbers.of(host, &Value::List(a.0))?;
    let right = numbers.of(host, &Value::List(b.0))?;
    let steps = Matcher::new(left, right, true).steps(host)?;
    let n = usize::try_from(n).unwrap_or(0);
    let mut out = Vec::new();
    for group in groups(steps, n) {
        if out.is_empty() {
            let dated = |name: &str, date: &str| match date {
                "" => name.to_string(),
                date => format!("{name}\t{date}"),
            };
            out.push(Value::text(format!("--- {}{lineterm}", dated(&fromfile, &fromfiledate))));
            out.push(Value::text(format!("+++ {}{lineterm}", dated(&tofile, &tofiledate))));
        }
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (from, to) = (span(first.1, last.2), span(first.3, last.4));
        out.push(Value::text(format!("@@ -{from} +{to} @@{lineterm}")));
        for &(what, i1, i2, j1, j2) in &group {
            let mut add = |sign: &str, lines: &[Value]| {
                out.extend(
                    lines.iter().map(|l| Value::text(format!("{sign}{}", display(l).to_str()))),
                );
            };
            let (gone, come) =
                (old.get(i1..i2).unwrap_or_default(), new.get(j1..j2).unwrap_or_default());
            match what {
                "equal" => add(" ", gone),
                _ => {
                    add("-", gone);
                    add("+", come);
                }
            }
        }
    }
    Ok(out)
}

/// Changes with `n` equal items around them; those that are near each other together.
fn groups(mut steps: Vec<Step>, n: usize) -> Vec<Vec<Step>> {
    if steps.is_empty() {
        steps.push(("equal", 0, 1, 0, 1));
    }
    if let Some(("equal", i1, i2, j1, j2)) = steps.first().copied() {
        let first = ("equal", i1.max(i2.saturating_sub(n)), i2, j1.max(j2.saturating_sub(n)), j2);
        steps.splice(..1, [first]);
    }
    if let Some(("equal", i1, i2, j1, j2)) = steps.pop_if(|step| step.0 == "equal") {
        steps.push(("equal", i1, i2.min(i1 + n), j1, j2.min(j1 + n)));
    }
    let mut all = Vec::new();
    let mut group: Vec<Step> = Vec::new();
    for (what, mut i1, i2, mut j1, j2) in steps {
        if what == "equal" && i2 - i1 > 2 * n {
            group.push((what, i1, i2.min(i1 + n), j1, j2.min(j1 + n)));
            all.push(std::mem::take(&mut group));
            (i1, j1) = (i1.max(i2.saturating_sub(n)), j1.max(j2.saturating_sub(n)));
        }
        group.push((what, i1, i2, j1, j2));
    }
    all.push(group);
    all.retain(|group| group.iter().any(|step| step.0 != "equal"));
    all
}

/// A part of a file as a diff's header names it.
fn span(start: usize, stop: usize) -> String {
    match stop - start {
        0 => format!("{start},0"),
        1 => (start + 1).to_string(),
        length => format!("{},{length}", start + 1),
    }
}

/// The lines of two lists, with `- ` before those that go, `+ ` before those that come.
///
/// Unlike Python's it has no lines with `? `.
///
/// ```rlm
/// difflib.ndiff(["a"], ["b"])  # -> ['- a', '+ b']
/// ```
#[builtin(group = "text", name = "difflib.ndiff", returns = List)]
pub fn ndiff(
    host: &mut dyn Host,
    /// The old lines.
    a: Items,
    /// The new lines.
    b: Items,
) -> Result<Vec<Value>, Fault> {
    let (old, new) = (copy_items(host, &a.0)?, copy_items(host, &b.0)?);
    let mut numbers = Numbers::default();
    let left = numbers.of(host, &Value::List(a.0))?;
    let right = numbers.of(host, &Value::List(b.0))?;
    let mut out = Vec::new();
    for (what, i1, i2, j1, j2) in Matcher::new(left, right, true).steps(host)? {
        let mut add = |sign: &str, lines: Option<&[Value]>| {
            for line in lines.unwrap_or_default() {
                out.push(Value::text(format!("{sign} {}", display(line).to_str())));
            }
        };
        if what == "equal" {
            add(" ", old.get(i1..i2));
        } else {
            add("-", old.get(i1..i2));
            add("+", new.get(j1..j2));
        }
    }
    Ok(out)
}
