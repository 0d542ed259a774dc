//! `grep`: the lines that match.

use std::rc::Rc;

use memchr::{memchr, memrchr};
use rlm_lang_macros::builtin;

use super::args::{Texts, check_order, flags_with};
use super::flags::VERBOSE;
use super::pattern::Regex;
use super::scan::{Scanner, for_text, is_match};
use super::syntax::Mode;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::value::{List, Pattern, Sequence};
use crate::views::{Joined, Spans, Views};

/// Texts from here on are searched by two threads. In bytes.
const LARGE: usize = 32 << 20;

/// The lines that match a regex, each once, in order.
///
/// The lines are views: they know their place (`line`, `name`, `around`). `^` and `$` are the ends
/// of a line. A list of texts is searched text by text.
///
/// ```rlm
/// grep(r"b\d", "a1\nb2\nb3")  # -> ['b2', 'b3']
/// ```
#[builtin(group = "search", receiver = "t", effect = Reads, aliases("grep_lines", "rgrep", "find_lines"), prompt = "grep(regex, t) the lines that match")]
pub fn grep(
    host: &mut dyn Host,
    /// The regex.
    #[aliases("pattern", "p")]
    regex: Regex,
    /// Where to look: a text or a list of texts.
    #[default(context)]
    #[aliases("text", "string", "texts", "docs")]
    t: Texts,
    /// Whether upper and lower case are the same.
    #[default(false)]
    #[aliases("case_insensitive", "ignorecase", "i")]
    ignore_case: bool,
    /// The most lines to return.
    #[aliases("k", "n", "max", "top_k", "max_results", "max_count")]
    limit: Option<i64>,
    /// Flags of Python's `re`.
    #[default(0)]
    flags: i64,
) -> Result<List, Fault> {
    check_order("grep", &regex, &t)?;
    let pattern = regex.compile(flags_with(flags, ignore_case), Mode::Lines)?;
    let mut left = limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(0));
    let mut parts: Vec<Rc<dyn Sequence>> = Vec::new();
    for text in t.all() {
        if left == 0 {
            break;
        }
        let bytes = text.haystack();
        let pattern = for_text(&pattern, Mode::Lines, bytes)?;
        let spans = if left == usize::MAX {
            cost::scan(host, bytes.len())?;
            all_lines(&pattern, bytes)?
        } else {
            let (spans, seen) = some_lines(&pattern, bytes, left)?;
            cost::scan(host, seen)?;
            spans
        };
        if !spans.is_empty() {
            cost::copy(host, spans.heap())?;
            left = left.saturating_sub(spans.len());
            parts.push(Rc::new(Views { text: text.clone(), spans }));
        }
    }
    Ok(Joined::list(parts))
}

fn all_lines(pattern: &Pattern, bytes: &[u8]) -> Result<Spans, Fault> {
    let middle = bytes.len() / 2;
    let cut = match memchr(b'\n', bytes.get(middle..).unwrap_or_default()) {
        Some(offset) if bytes.len() >= LARGE && !spans_lines(pattern) => middle + offset + 1,
        _ => return some_lines(pattern, bytes, usize::MAX).map(|(spans, _)| spans),
    };
    let (first, second) = bytes.split_at(cut);
    let (head, tail) = std::thread::scope(|scope| {
        let tail = scope.spawn(|| some_lines(pattern, second, usize::MAX));
        (some_lines(pattern, first, usize::MAX), tail.join())
    });
    // A thread that panicked found nothing; the work is done here again.
    let tail = tail.unwrap_or_else(|_| some_lines(pattern, second, usize::MAX))?.0;
    let mut spans = Spans::for_text(bytes.len());
    spans.extend(&head?.0, 0);
    spans.extend(&tail, cut);
    Ok(spans)
}

/// Whether the pattern asks for a newline in so many words: only then a match over several lines
/// is meant, and the lines are returned together.
fn spans_lines(pattern: &Pattern) -> bool {
    pattern.source.contains("\\n")
        || pattern.flags & VERBOSE == 0
            && pattern.source.contains('\n')
            && !pattern.source.starts_with("(?x")
}

/// At most `limit` lines, and the number of bytes looked at.
fn some_lines(pattern: &Pattern, bytes: &[u8], limit: usize) -> Result<(Spans, usize), Fault> {
    let mut spans = Spans::for_text(bytes.len());
    let mut scanner = Scanner::new(pattern, bytes, 0);
    let together = spans_lines(pattern);
    let mut floor = 0;
    while spans.len() < limit {
        let Some(found) = scanner.next_range()? else { break };
        let before = bytes.get(floor..found.start).unwrap_or_default();
        let start = memrchr(b'\n', before).map_or(floor, |at| floor + at + 1);
        if start == bytes.len() {
            // Behind the last newline there is no line.
            break;
        }
        let from = if together { found.end.max(found.start + 1) - 1 } else { found.start };
        let rest = bytes.get(from..).unwrap_or_default();
        let end = memchr(b'\n', rest).map_or(bytes.len(), |at| from + at);
        let line = bytes.get(start..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // A match that runs on into the next line says nothing about this one alone.
        if together || found.end <= start + line.len() || is_match(pattern, line)? {
            spans.push(start, start + line.len());
        }
        floor = end + 1;
        scanner.go_to(floor);
        if floor > bytes.len() {
            break;
        }
    }
    Ok((spans, scanner.at()))
}
