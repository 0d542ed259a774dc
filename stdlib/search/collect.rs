//! All matches of a regex as compact ranges: on two threads where the text is large.
//!
//! A text is cut behind a newline near its middle. Both parts have the matches of the whole if no match
//! can hold a newline, be empty, or ask for the beginning or end of the text: then what was found before
//! the cut has no say in what is found behind it. Whether a text is cut depends on its length and the
//! regex alone, not on the machine, so that a program costs the same steps everywhere.

use memchr::memchr;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::scan::Scanner;
use crate::fault::Fault;
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
/// When `fancy-regex` backtracks too often.
pub(super) fn all(
    pattern: &Pattern,
    bytes: &[u8],
    from: usize,
    most: usize,
    keep: Keep,
) -> Result<(Spans, usize), Fault> {
    let empty = || Spans::for_text(bytes.len());
    let cut = cut(bytes, from).filter(|_| most == usize::MAX && stays_in_line(&pattern.engine));
    let Some(cut) = cut else { return some(pattern, bytes, from, most, keep, empty()) };
    let first = bytes.get(..cut).unwrap_or_default();
    let behind = || some(pattern, bytes, cut, usize::MAX, keep, empty());
    let (head, tail) = std::thread::scope(|scope| {
        let other = std::thread::Builder::new().spawn_scoped(scope, behind);
        let head = some(pattern, first, from, usize::MAX, keep, empty());
        // Without a second thread, or should it have panicked, the work is done here.
        (head, other.ok().and_then(|other| other.join().ok()).unwrap_or_else(behind))
    });
    let ((mut spans, matches), (more, others)) = (head?, tail?);
    spans.append(more);
    Ok((spans, matches + others))
}

/// Where to cut a text in two, if it is large.
fn cut(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..).filter(|rest| rest.len() >= LARGE)?;
    let middle = rest.len() / 2;
    Some(from + middle + memchr(b'\n', rest.get(middle..)?)? + 1)
}

fn some(
    pattern: &Pattern,
    bytes: &[u8],
    from: usize,
    most: usize,
    keep: Keep,
    mut spans: Spans,
) -> Result<(Spans, usize), Fault> {
    let mut scanner = Scanner::new(pattern, bytes, from);
    let mut matches = 0;
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
            let (found, matches) = all(&pattern, bytes, from, usize::MAX, keep).unwrap();
            let alone = Spans::for_text(bytes.len());
            let (wanted, count) = some(&pattern, bytes, from, usize::MAX, keep, alone).unwrap();
            prop_assert_eq!(ranges(&found), ranges(&wanted));
            prop_assert_eq!(matches, count);
        }
    }
}
