//! All matches of a regex as compact ranges: on two threads where the text is large.
//!
//! A text is cut behind a newline near its middle. Both parts have the matches of the whole if no match
//! can hold a newline, be empty, or ask for the beginning or end of the text: then what was found before
//! the cut has no say in what is found behind it. Whether a text is cut depends on its length and the
//! regex alone, not on the machine, so that a program costs the same steps everywhere.

use std::sync::atomic::{AtomicUsize, Ordering};

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use rlm_lang_syntax::codes::Code;

use super::scan::Scanner;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::threads::{in_two, middle_line};
use crate::value::{Pattern, PatternEngine};
use crate::views::Spans;

/// Texts from here on are searched by two threads. In bytes.
#[cfg(not(test))]
const LARGE: usize = 64 << 20;
#[cfg(test)]
const LARGE: usize = 512;

/// Which ranges of a match are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Keep {
    /// The whole match.
    Whole,
    /// The groups; one that took no part counts as empty, at the start of the match.
    Groups,
    /// The whole match and the groups, with a mark for one that took no part.
    All,
}

/// The ranges of at most `most` matches from byte `from` on, one match behind the other, and how many
/// matches there are.
///
/// # Errors
/// When `fancy-regex` backtracks too often, or the ranges need more memory than the program has left.
pub(super) fn all(
    host: &mut dyn Host,
    pattern: &Pattern,
    text: &Text,
    from: usize,
    most: usize,
    keep: Keep,
) -> Result<(Spans, usize), Fault> {
    let (bytes, room) = (text.haystack(), Room::of(host));
    let empty = || Spans::for_text(bytes.len());
    let rest = bytes.get(from..).unwrap_or_default();
    let cut = middle_line(rest, LARGE).map(|cut| from + cut);
    let cut = cut.filter(|_| most == usize::MAX && stays_in_line(&pattern.engine));
    let Some(cut) = cut else {
        let found = text
            .reading(1, || some(Scanner::of_text(pattern, text, from), most, keep, empty(), &room));
        return found.map_err(|fault| out_of_room(host, fault));
    };
    let first = bytes.get(..cut).unwrap_or_default();
    let part =
        |bytes, from| some(Scanner::new(pattern, bytes, from), usize::MAX, keep, empty(), &room);
    let (head, tail) = text.reading(2, || in_two(|| part(first, from), || part(bytes, cut)));
    let found = head.and_then(|head| Ok((head, tail?)));
    let ((mut spans, matches), (more, others)) = found.map_err(|fault| out_of_room(host, fault))?;
    host.adopt(more.heap());
    spans.append(more);
    Ok((spans, matches + others))
}

/// The memory that the ranges of one search may take, in all threads: the program's thread counts what it
/// allocates itself, and looks at that now and then only.
pub(super) struct Room {
    left: usize,
    taken: AtomicUsize,
}

impl Room {
    pub(super) fn of(host: &dyn Host) -> Room {
        Room { left: host.memory_left(), taken: AtomicUsize::new(0) }
    }

    /// Tells of ranges that took `before` bytes and take `now`. While they grow, old and new stand side by
    /// side. What is taken never becomes less: whether there is room does not depend on which thread is
    /// faster.
    ///
    /// # Errors
    /// When there is not so much room.
    pub(super) fn grow(&self, before: usize, now: usize) -> Result<(), Fault> {
        let more = now.saturating_sub(before).saturating_mul(2);
        if self.taken.fetch_add(more, Ordering::Relaxed).saturating_add(more) <= self.left {
            return Ok(());
        }
        Err(Fault::limit(Code::OutOfMemory, "there are too many matches to keep them in memory"))
    }
}

/// The error for memory as the host has it.
pub(super) fn out_of_room(host: &mut dyn Host, fault: Fault) -> Fault {
    match host.reserve(if fault.code == Code::OutOfMemory { usize::MAX } else { 0 }) {
        Err(limit) if fault.code == Code::OutOfMemory => limit,
        _ => fault,
    }
}

fn some(
    mut scanner: Scanner<'_, '_>,
    most: usize,
    keep: Keep,
    mut spans: Spans,
    room: &Room,
) -> Result<(Spans, usize), Fault> {
    let (mut matches, mut heap) = (0, 0);
    while matches < most {
        if keep == Keep::Whole {
            let Some(found) = scanner.next_range()? else { break };
            spans.push(found.start, found.end);
        } else {
            let Some(groups) = scanner.next_groups()? else { break };
            let start = groups.first().cloned().flatten().map_or(0, |whole| whole.start);
            match keep {
                Keep::All => groups.iter().for_each(|group| spans.push_group(group.clone())),
                _ => groups.iter().skip(1).for_each(|group| {
                    let range = group.clone().unwrap_or(start..start);
                    spans.push(range.start, range.end);
                }),
            }
        }
        matches += 1;
        if spans.heap() != heap {
            room.grow(heap, spans.heap())?;
            heap = spans.heap();
        }
    }
    Ok((spans, matches))
}

/// Whether no match can be empty, hold a newline, or depend on where the text begins or ends.
fn stays_in_line(engine: &PatternEngine) -> bool {
    match engine {
        PatternEngine::Literal(finder) => {
            !finder.needle().is_empty() && !finder.needle().contains(&b'\n')
        }
        PatternEngine::Fast(regex) => {
            let parsed = ParserBuilder::new().utf8(false).build().parse(regex.as_str());
            parsed.is_ok_and(|regex| {
                let properties = regex.properties();
                let looks = properties.look_set();
                properties.minimum_len().is_some_and(|least| least > 0)
                    && !looks.contains(Look::Start)
                    && !looks.contains(Look::End)
                    && !may_hold_newline(&regex)
            })
        }
        PatternEngine::Fancy(_) => false,
    }
}

/// Recursion is as deep as groups nest, which the parser limits.
fn may_hold_newline(regex: &Hir) -> bool {
    match regex.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.contains(&b'\n'),
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&'\n'))
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n'))
        }
        HirKind::Repetition(repetition) => may_hold_newline(&repetition.sub),
        HirKind::Capture(group) => may_hold_newline(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(may_hold_newline),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pattern::compile;
    use super::super::syntax::{Mode, Needs};
    use super::*;
    use crate::testing::FakeHost;

    fn ranges(spans: &Spans) -> Vec<Option<std::ops::Range<usize>>> {
        (0..spans.len()).map(|index| spans.get(index)).collect()
    }

    fn stays(source: &str) -> bool {
        let flags = 0;
        stays_in_line(&compile(source, flags, Mode::Search, Needs::default()).unwrap().engine)
    }

    #[test]
    fn only_what_stays_in_a_line_is_cut() {
        for source in ["abc", "a|b", r"User: (\d+)", r"\bx\w*", "(?i)error", "a.*b", "(?m)^ab+$"] {
            assert!(stays(source), "{source}");
        }
        for source in ["a\nb", r"a\s", "[^x]", "x*", "(?s)a.b", r"\Aab", r"(?=a)b", "ab$", "^ab"] {
            assert!(!stays(source), "{source}");
        }
    }

    #[test]
    fn ranges_that_do_not_fit_into_memory_are_refused_in_both_threads() {
        let pattern = compile("a", 0, Mode::Search, Needs::default()).unwrap();
        // All matches stand in one half, or in both: whoever finds them sees that there is no room.
        for text in ["a\n".repeat(4000), "a\n".repeat(2000) + &".\n".repeat(3000)] {
            for text in [text.clone(), text.chars().rev().collect()].map(Text::from) {
                let mut host = FakeHost::new();
                let all =
                    |host: &mut FakeHost, most| all(host, &pattern, &text, 0, most, Keep::Whole);
                let (found, matches) = all(&mut host, usize::MAX).unwrap();
                assert!(found.len() == matches && matches >= 2000);
                // What the other thread allocated is counted here.
                assert!(host.adopted <= 2 * found.heap());
                host.memory = found.heap() / 4;
                // On two threads, and on one.
                for most in [usize::MAX, usize::MAX - 1] {
                    let refused = all(&mut host, most);
                    assert_eq!(refused.err().map(|fault| fault.code), Some(Code::OutOfMemory));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn two_threads_find_what_one_does(
            text in "([ab1 ]{0,9}[\n\u{e9}]){200,260}",
            source in prop::sample::select(vec![
                "a", "ab", r"(a+)(b)?", "[ab]+1", r"\ba\w", "(?m)^a.*$", "(?i)B1|a", "a\n", "b*",
            ]),
            keep in prop::sample::select(vec![Keep::Whole, Keep::Groups, Keep::All]),
            from in 0usize..50,
        ) {
            let pattern = compile(source, 0, Mode::Search, Needs::default()).unwrap();
            let bytes = text.as_bytes();
            let mut host = FakeHost::new();
            let searched = Text::from(text.as_str());
            let (found, matches) =
                all(&mut host, &pattern, &searched, from, usize::MAX, keep).unwrap();
            let (alone, room) = (Spans::for_text(bytes.len()), Room::of(&host));
            let scanner = Scanner::new(&pattern, bytes, from);
            let (wanted, count) = some(scanner, usize::MAX, keep, alone, &room).unwrap();
            prop_assert_eq!(ranges(&found), ranges(&wanted));
            prop_assert_eq!(matches, count);
        }
    }
}
