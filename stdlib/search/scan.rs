//! Running a compiled regex over the bytes of a text, as Python walks from match to match.

use std::ops::Range;
use std::rc::Rc;

use fancy_regex::RegexInput;
use regex::bytes::CaptureLocations;
use rlm_lang_syntax::codes::Code;

use super::formed::{self, Formed};
use super::pattern::compile;
use super::syntax::{Mode, Needs};
use crate::fault::Fault;
use crate::text::Text;
use crate::text_methods::unicode::{decode_at, is_continuation};
use crate::value::{Pattern, PatternEngine};

/// A pattern on its way through a text. Ranges are bytes of the text.
pub struct Scanner<'p, 'h> {
    pattern: &'p Pattern,
    bytes: Formed<'h>,
    at: usize,
    fast: Option<CaptureLocations>,
    found: Vec<Option<Range<usize>>>,
}

/// The pattern that means the same in this text: before a newline at its end `$` holds too, and
/// invalid bytes are characters for `.`.
///
/// # Errors
/// When it cannot be compiled.
pub fn for_text(pattern: &Rc<Pattern>, mode: Mode, bytes: &[u8]) -> Result<Rc<Pattern>, Fault> {
    let invalid = pattern.is_wild && simdutf8::basic::from_utf8(bytes).is_err();
    variant(pattern, mode, Needs { newline: needs_newline(pattern, bytes), invalid })
}

/// The pattern that means the same in this text if it is valid UTF-8.
///
/// # Errors
/// When it cannot be compiled.
pub fn with_end(pattern: &Rc<Pattern>, mode: Mode, bytes: &[u8]) -> Result<Rc<Pattern>, Fault> {
    variant(pattern, mode, Needs { newline: needs_newline(pattern, bytes), invalid: false })
}

fn needs_newline(pattern: &Pattern, bytes: &[u8]) -> bool {
    pattern.has_end && bytes.last() == Some(&b'\n')
}

fn variant(pattern: &Rc<Pattern>, mode: Mode, needs: Needs) -> Result<Rc<Pattern>, Fault> {
    if needs == Needs::default() {
        return Ok(pattern.clone());
    }
    compile(&pattern.source, pattern.flags, mode, needs)
}

impl<'p, 'h> Scanner<'p, 'h> {
    /// Starts at byte `at`.
    pub fn new(pattern: &'p Pattern, bytes: &'h [u8], at: usize) -> Scanner<'p, 'h> {
        Scanner::over(pattern, at, bytes, formed::of_bytes)
    }

    /// Starts at byte `at` of a text.
    pub fn of_text(pattern: &'p Pattern, text: &'h Text, at: usize) -> Scanner<'p, 'h> {
        Scanner::over(pattern, at, text.haystack(), |bytes| formed::of_text(text, bytes))
    }

    fn over(
        pattern: &'p Pattern,
        at: usize,
        bytes: &'h [u8],
        form: impl FnOnce(&'h [u8]) -> Formed<'h>,
    ) -> Scanner<'p, 'h> {
        let bytes = match pattern.engine {
            PatternEngine::Fancy(_) => form(bytes),
            PatternEngine::Literal(_) | PatternEngine::Fast(_) => Formed::Given(bytes),
        };
        Scanner { pattern, bytes, at, fast: None, found: Vec::new() }
    }

    /// The pattern.
    pub fn pattern(&self) -> &'p Pattern {
        self.pattern
    }

    /// Where the next search begins, in bytes.
    pub fn at(&self) -> usize {
        self.at.min(self.bytes.len())
    }

    /// Goes on at another place.
    pub fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The next match: groups are not looked up.
    ///
    /// # Errors
    /// When `fancy-regex` backtracks too often.
    pub fn next_range(&mut self) -> Result<Option<Range<usize>>, Fault> {
        while self.at <= self.bytes.len() {
            let Some(range) = self.range_from(self.at)? else { break };
            if self.pass(&range) {
                return Ok(Some(range));
            }
        }
        self.at = self.bytes.len() + 1;
        Ok(None)
    }

    /// The next match with its groups; the first is the whole match.
    ///
    /// # Errors
    /// When `fancy-regex` backtracks too often.
    pub fn next_groups(&mut self) -> Result<Option<&[Option<Range<usize>>]>, Fault> {
        while self.at <= self.bytes.len() {
            if !self.groups_from(self.at)? {
                break;
            }
            let Some(Some(whole)) = self.found.first().cloned() else { break };
            if self.pass(&whole) {
                return Ok(Some(&self.found));
            }
        }
        self.at = self.bytes.len() + 1;
        Ok(None)
    }

    /// Moves behind a match. An empty one inside a character counts for nothing: false.
    fn pass(&mut self, range: &Range<usize>) -> bool {
        if !range.is_empty() {
            self.at = range.end;
            return true;
        }
        let inside =
            self.bytes.get(range.end).is_some_and(|&b| is_continuation(b)) && range.end != self.at;
        self.at = range.end + decode_at(&self.bytes, range.end).map_or(1, |(_, length)| length);
        if inside {
            self.at = range.end + 1;
        }
        !inside
    }

    fn range_from(&mut self, at: usize) -> Result<Option<Range<usize>>, Fault> {
        Ok(match &self.pattern.engine {
            PatternEngine::Literal(finder) => {
                let rest = self.bytes.get(at..).unwrap_or_default();
                finder.find(rest).map(|found| at + found..at + found + finder.needle().len())
            }
            PatternEngine::Fast(regex) => regex.find_at(&self.bytes, at).map(|m| m.range()),
            PatternEngine::Fancy(regex) => regex
                .find_input(RegexInput::new(&*self.bytes).from_pos(at))
                .map_err(|e| too_many_steps(self.pattern, &e))?
                .map(|m| m.start()..m.end()),
        })
    }

    fn groups_from(&mut self, at: usize) -> Result<bool, Fault> {
        match &self.pattern.engine {
            PatternEngine::Literal(_) => {
                let range = self.range_from(at)?;
                let any = range.is_some();
                self.found.clear();
                self.found.push(range);
                Ok(any)
            }
            PatternEngine::Fast(regex) => {
                let locations = self.fast.get_or_insert_with(|| regex.capture_locations());
                if regex.captures_read_at(locations, &self.bytes, at).is_none() {
                    return Ok(false);
                }
                self.found.clear();
                let groups = 0..locations.len();
                self.found.extend(groups.map(|i| locations.get(i).map(|(s, e)| s..e)));
                Ok(true)
            }
            PatternEngine::Fancy(regex) => {
                let captures = regex
                    .captures_input(RegexInput::new(&*self.bytes).from_pos(at))
                    .map_err(|e| too_many_steps(self.pattern, &e))?;
                let Some(captures) = captures else { return Ok(false) };
                self.found.clear();
                let groups = 0..captures.len();
                self.found.extend(groups.map(|i| captures.get(i).map(|m| m.start()..m.end())));
                Ok(true)
            }
        }
    }
}

fn too_many_steps(pattern: &Pattern, error: &fancy_regex::Error) -> Fault {
    let shown: String = pattern.source.chars().take(60).collect();
    match error {
        fancy_regex::Error::RuntimeError(_) => Fault::new(
            Code::BadRegex,
            format!("the regex `{shown}` takes too many steps on this text"),
        )
        .with_help("write it without lookaround and back-references, or search smaller pieces"),
        other => Fault::new(Code::BadRegex, format!("the regex `{shown}` failed: {other}")),
    }
}

/// The groups of the first match from byte `at` on; none if there is no match.
///
/// # Errors
/// When `fancy-regex` backtracks too often.
pub fn first_groups(
    pattern: &Pattern,
    text: &Text,
    at: usize,
) -> Result<Vec<Option<Range<usize>>>, Fault> {
    let mut scanner = Scanner::of_text(pattern, text, at);
    if scanner.next_groups()?.is_none() {
        return Ok(Vec::new());
    }
    Ok(scanner.found)
}

/// Whether a pattern matches anywhere in a text.
///
/// # Errors
/// When `fancy-regex` backtracks too often.
pub fn is_match(pattern: &Pattern, bytes: &[u8]) -> Result<bool, Fault> {
    match &pattern.engine {
        PatternEngine::Fast(regex) => Ok(regex.is_match(bytes)),
        _ => Ok(Scanner::new(pattern, bytes, 0).next_range()?.is_some()),
    }
}
