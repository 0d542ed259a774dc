//! Compiling regexes, once each: a bounded cache keeps the ones used last.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use memchr::memmem::Finder;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;
use rustc_hash::FxHashMap;

use super::flags;
use super::syntax::{Mode, Needs, SyntaxError, translate};
use crate::convert::{FromValue, expected};
use crate::fault::Fault;
use crate::text::Text;
use crate::value::{Pattern, PatternEngine, Value};

/// Patterns longer than this are refused: nobody means them. In bytes.
const MAX_LENGTH: usize = 64 * 1024;
/// The most memory that one compiled regex may take. In bytes.
const SIZE_LIMIT: usize = 10 << 20;
/// Compiled regexes up to here are small: many of them may be kept. In bytes.
const SMALL: usize = 512 << 10;
/// The most memory for the automaton that a search builds as it goes; a regex has up to two. In bytes.
const DFA_LIMIT: usize = 2 << 20;
/// How often `fancy-regex` may backtrack in one search.
const BACKTRACKS: usize = 1_000_000;
/// How many small regexes are kept, and how many others: some 300 and 200 MB at the very worst.
const KEPT: usize = 64;
const KEPT_LARGE: usize = 12;

/// A regex argument: a text, or what `re.compile` made.
#[derive(Clone)]
pub enum Regex {
    /// The pattern as written.
    Source(Text),
    /// A compiled one.
    Compiled(Rc<Pattern>),
}

impl FromValue for Regex {
    const TYPE: Type = Type::Text;

    fn from_value(value: Value) -> Result<Regex, Fault> {
        match value {
            Value::Pattern(pattern) => Ok(Regex::Compiled(pattern)),
            Value::Text(text) => Ok(Regex::Source(text)),
            Value::Match(m) => Ok(Regex::Source(m.whole())),
            other => Err(expected("a regex", &other)),
        }
    }
}

impl Regex {
    /// Compiles it, or finds it in the cache.
    ///
    /// # Errors
    /// `BadRegex`, with the place in the pattern.
    pub fn compile(&self, flags: i64, mode: Mode) -> Result<Rc<Pattern>, Fault> {
        let flags = known_flags(flags);
        match self {
            Regex::Compiled(pattern) if mode == Mode::Search && flags & !pattern.flags == 0 => {
                Ok(pattern.clone())
            }
            Regex::Compiled(pattern) => {
                compile(&pattern.source, flags | pattern.flags, mode, Needs::default())
            }
            Regex::Source(text) => compile(&text.to_str(), flags, mode, Needs::default()),
        }
    }

    /// The pattern as written.
    pub fn source(&self) -> Text {
        match self {
            Regex::Source(text) => text.clone(),
            Regex::Compiled(pattern) => Text::from(pattern.source.as_str()),
        }
    }
}

/// The flags of an argument that mean something here.
pub fn known_flags(flags: i64) -> u32 {
    u32::try_from(flags).unwrap_or(0) & flags::ALL
}

/// Flags, mode and what the text needs.
type Key = (u32, Mode, Needs);

struct Cached {
    key: Key,
    pattern: Rc<Pattern>,
    is_large: bool,
    used: Cell<u64>,
}

#[derive(Default)]
struct Cache {
    /// The two used last: loops ask for the same ones again and again.
    recent: [Option<(Key, Rc<Pattern>)>; 2],
    patterns: FxHashMap<String, Vec<Cached>>,
    clock: u64,
}

thread_local! {
    static CACHE: RefCell<Cache> = RefCell::default();
}

/// Compiles a pattern, or finds it in the cache.
///
/// # Errors
/// `BadRegex`, with the place in the pattern.
pub fn compile(source: &str, flags: u32, mode: Mode, needs: Needs) -> Result<Rc<Pattern>, Fault> {
    let key = (flags, mode, needs);
    if let Some(pattern) = CACHE.with_borrow_mut(|cache| cache.find(source, key)) {
        return Ok(pattern);
    }
    let (pattern, is_large) = build(source, flags, mode, needs)?;
    let pattern = Rc::new(pattern);
    CACHE.with_borrow_mut(|cache| cache.insert(source, key, pattern.clone(), is_large));
    Ok(pattern)
}

impl Cache {
    fn find(&mut self, source: &str, key: Key) -> Option<Rc<Pattern>> {
        let mut recent = self.recent.iter().flatten();
        if let Some((_, pattern)) = recent.find(|(k, p)| *k == key && p.source == source) {
            return Some(pattern.clone());
        }
        self.clock += 1;
        let cached = self.patterns.get(source)?.iter().find(|c| c.key == key)?;
        cached.used.set(self.clock);
        let pattern = cached.pattern.clone();
        self.remember(key, &pattern);
        Some(pattern)
    }

    fn remember(&mut self, key: Key, pattern: &Rc<Pattern>) {
        self.recent.swap(0, 1);
        let [newest, _] = &mut self.recent;
        *newest = Some((key, pattern.clone()));
    }

    fn insert(&mut self, source: &str, key: Key, pattern: Rc<Pattern>, is_large: bool) {
        let same_kind = self.patterns.values().flatten().filter(|c| c.is_large == is_large);
        if same_kind.count() >= if is_large { KEPT_LARGE } else { KEPT } {
            self.evict(is_large);
        }
        self.remember(key, &pattern);
        let cached = Cached { key, pattern, is_large, used: Cell::new(self.clock) };
        self.patterns.entry(source.to_string()).or_default().push(cached);
    }

    /// Forgets the half of a kind that was used longest ago.
    fn evict(&mut self, is_large: bool) {
        let same_kind = self.patterns.values().flatten().filter(|c| c.is_large == is_large);
        let mut ages: Vec<u64> = same_kind.map(|cached| cached.used.get()).collect();
        ages.sort_unstable();
        let limit = ages.get(ages.len() / 2).copied().unwrap_or(0);
        self.patterns.retain(|_, all| {
            all.retain(|cached| cached.is_large != is_large || cached.used.get() > limit);
            !all.is_empty()
        });
    }
}

/// A compiled regex, and whether it is a large one.
fn build(source: &str, flags: u32, mode: Mode, needs: Needs) -> Result<(Pattern, bool), Fault> {
    if source.len() > MAX_LENGTH {
        let message =
            format!("this regex is too long: {} bytes, at most {MAX_LENGTH}", source.len());
        return Err(Fault::new(Code::BadRegex, message)
            .with_help("for a plain text use `x in t`, find or quoted"));
    }
    let translated = translate(source, flags, mode, needs).map_err(|e| bad(source, &e))?;
    let (engine, is_large) = match (&translated.literal, translated.fancy) {
        (Some(literal), _) => {
            (PatternEngine::Literal(Box::new(Finder::new(literal).into_owned())), false)
        }
        (None, false) => {
            let (regex, is_large) = fast(source, &translated.regex)?;
            (PatternEngine::Fast(regex), is_large)
        }
        // It is made of several regexes, whose sizes are not known.
        (None, true) => (PatternEngine::Fancy(Box::new(fancy(source, &translated.regex)?)), true),
    };
    let has_end = translated.has_end && !needs.newline;
    let is_wild = translated.is_wild && !needs.invalid && !translated.fancy;
    let names = translated.names;
    let pattern = Pattern { source: source.to_string(), flags, engine, names, has_end, is_wild };
    Ok((pattern, is_large))
}

/// The regex, and whether it is a large one.
fn fast(source: &str, regex: &str) -> Result<(regex::bytes::Regex, bool), Fault> {
    let mut builder = regex::bytes::RegexBuilder::new(regex);
    let mut within = |limit| builder.size_limit(limit).dfa_size_limit(DFA_LIMIT).build();
    let (built, is_large) = match within(SMALL) {
        Err(regex::Error::CompiledTooBig(_)) => (within(SIZE_LIMIT), true),
        other => (other, false),
    };
    let built = built.map(|regex| (regex, is_large));
    built.map_err(|e| match e {
        regex::Error::CompiledTooBig(_) => too_big(source),
        other => {
            let text = other.to_string();
            let reason = text.lines().last().unwrap_or_default();
            unplaced(source, reason.strip_prefix("error: ").unwrap_or(reason))
        }
    })
}

fn fancy(source: &str, regex: &str) -> Result<fancy_regex::Regex, Fault> {
    let built = fancy_regex::RegexBuilder::new(regex)
        .bytes_mode(fancy_regex::BytesMode::UnicodeBytes)
        .backtrack_limit(BACKTRACKS)
        .delegate_size_limit(SIZE_LIMIT)
        .delegate_dfa_size_limit(DFA_LIMIT)
        .build();
    built.map_err(|e| {
        let text = e.to_string();
        let reason = text.lines().last().unwrap_or_default().trim();
        if text.contains("size limit") { too_big(source) } else { unplaced(source, reason) }
    })
}

/// At most this much of a pattern stands in a message. In characters.
const SHOWN: usize = 60;

fn shown(source: &str) -> String {
    let cut: String = source.chars().take(SHOWN).collect();
    if cut.len() < source.len() { format!("{cut}...") } else { cut }
}

fn bad(source: &str, error: &SyntaxError) -> Fault {
    let (message, position) = (&error.message, error.position);
    let text = format!("bad regex `{}`: {message} at position {position}", shown(source));
    let help = match message.as_str() {
        m if m.contains("parenthes") || m.contains("subpattern") => {
            r"write \( and \) for parentheses, or escape(text) for a plain text"
        }
        m if m.contains("repeat") => {
            r"write \* or \+ for the character, or escape(text) for a plain text"
        }
        m if m.contains("character set") || m.contains("character range") => {
            r"write \[ for a bracket, and put a - at the end of the set"
        }
        m if m.contains("escape") => r"write the regex as r-text, and \\ for a backslash",
        _ => "escape(text) makes a regex for a plain text",
    };
    Fault::new(Code::BadRegex, text).with_help(help)
}

fn unplaced(source: &str, reason: &str) -> Fault {
    let mut reason = reason.trim_end_matches('.').to_string();
    if let Some(first) = reason.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    Fault::new(Code::BadRegex, format!("bad regex `{}`: {reason}", shown(source)))
}

fn too_big(source: &str) -> Fault {
    Fault::new(Code::BadRegex, format!("the regex `{}` is too large when compiled", shown(source)))
        .with_help("use smaller repeat counts, such as {0,100}, or * instead of {0,2000}")
}

/// Whether a pattern can be compiled, for the checker. `grep` also takes everything that this does.
///
/// # Errors
/// What is wrong with it: one line.
pub fn check_pattern(source: &str) -> Result<(), String> {
    build(source, 0, Mode::Search, Needs::default())
        .map(drop)
        .map_err(|fault| fault.message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_compiled_once_and_forgotten_in_the_end() {
        let first = compile("a+", 0, Mode::Search, Needs::default()).unwrap();
        assert!(Rc::ptr_eq(&first, &compile("a+", 0, Mode::Search, Needs::default()).unwrap()));
        assert!(!Rc::ptr_eq(&first, &compile("a+", 2, Mode::Search, Needs::default()).unwrap()));
        for i in 0..2 * KEPT {
            compile(&format!("x{i}+"), 0, Mode::Search, Needs::default()).unwrap();
        }
        let kept = || CACHE.with_borrow(|cache| cache.patterns.values().flatten().count());
        assert!(kept() <= KEPT);
        for i in 0..2 * KEPT {
            compile(&format!("x{i}\\w{{40}}"), 0, Mode::Search, Needs::default()).unwrap();
        }
        assert!(kept() <= KEPT + KEPT_LARGE);
        assert!(!Rc::ptr_eq(&first, &compile("a+", 0, Mode::Search, Needs::default()).unwrap()));
    }

    #[test]
    fn bad_patterns_say_where_and_what_to_do() {
        let fault = compile("a(b", 0, Mode::Search, Needs::default()).err().unwrap();
        assert_eq!(fault.code, Code::BadRegex);
        assert_eq!(
            fault.message,
            "bad regex `a(b`: missing ), unterminated subpattern at position 1"
        );
        assert!(fault.help.as_deref().unwrap().contains("escape(text)"));
        assert!(check_pattern(r"\w{5000}").unwrap_err().contains("too large"));
        assert!(check_pattern(&"(".repeat(5000)).is_err());
        assert!(check_pattern(&"a".repeat(100_000)).unwrap_err().contains("too long"));
        assert!(check_pattern(r"\p{Nonsense}").unwrap_err().starts_with("bad regex"));
        assert_eq!(check_pattern(r"(?<=a)b(?!c)\b(\w)\1"), Ok(()));
    }
}
