//! `grep`: the lines that match.

use std::rc::Rc;

use memchr::{memchr, memrchr};
use rlm_lang_macros::builtin;

use super::args::{Texts, check_order, flags_with};
use super::collect::{Room, out_of_room};
use super::flags::VERBOSE;
use super::pattern::Regex;
use super::scan::{Scanner, for_text, is_match};
use super::syntax::Mode;
use crate::cost;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::threads::{in_two, middle_line};
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
            all_lines(host, &pattern, text)?
        } else {
            let room = Room::of(host);
            let (spans, seen) = some_lines(Scanner::of_text(&pattern, text, 0), bytes, left, &room)
                .map_err(|fault| out_of_room(host, fault))?;
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

fn all_lines(host: &mut dyn Host, pattern: &Pattern, text: &Text) -> Result<Spans, Fault> {
    let (bytes, room) = (text.haystack(), Room::of(host));
    let Some(cut) = middle_line(bytes, LARGE).filter(|_| !spans_lines(pattern)) else {
        let scanner = Scanner::of_text(pattern, text, 0);
        let found = text.reading(1, || some_lines(scanner, bytes, usize::MAX, &room));
        return found.map(|(spans, _)| spans).map_err(|fault| out_of_room(host, fault));
    };
    let (first, second) = bytes.split_at(cut);
    let part = |bytes| some_lines(Scanner::new(pattern, bytes, 0), bytes, usize::MAX, &room);
    let (head, tail) = text.reading(2, || in_two(|| part(first), || part(second)));
    let found = head.and_then(|head| Ok((head.0, tail?.0)));
    let (head, tail) = found.map_err(|fault| out_of_room(host, fault))?;
    host.adopt(tail.heap());
    let mut spans = Spans::for_text(bytes.len());
    spans.extend(&head, 0);
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
fn some_lines(
    mut scanner: Scanner<'_, '_>,
    bytes: &[u8],
    limit: usize,
    room: &Room,
) -> Result<(Spans, usize), Fault> {
    let pattern = scanner.pattern();
    let mut spans = Spans::for_text(bytes.len());
    let mut heap = 0;
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
            if spans.heap() != heap {
                room.grow(heap, spans.heap())?;
                heap = spans.heap();
            }
        }
        floor = end + 1;
        scanner.go_to(floor);
        if floor > bytes.len() {
            break;
        }
    }
    Ok((spans, scanner.at()))
}
