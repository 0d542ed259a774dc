//! From Python's regex syntax to that of the engines.
//!
//! One pass over the pattern writes what Rust's `regex` (or `fancy-regex`) means by the same thing:
//! anchors are written out, so that `$` is Python's; literals are escaped, so that neither engine
//! finds a meaning of its own in them; what only `fancy-regex` can do is noticed.

use crate::search::flags::{ASCII, DOT_ALL, IGNORE_CASE, MULTILINE, VERBOSE};

/// How a pattern is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Anywhere in the text.
    Search,
    /// At its start: Python's `match`.
    Start,
    /// All of it: Python's `fullmatch`.
    Whole,
    /// In every line by itself: `^` and `$` are the ends of the line.
    Lines,
}

/// What the text that is searched needs beyond the ordinary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Needs {
    /// `$` also holds before a newline at the end of the text; `fancy-regex` alone can do that.
    pub newline: bool,
    /// `.` and negated classes also match a byte that is invalid UTF-8.
    pub invalid: bool,
}

/// A pattern in the syntax of the engines.
#[derive(Debug)]
pub struct Translated {
    /// The pattern.
    pub regex: String,
    /// Whether only `fancy-regex` can run it.
    pub fancy: bool,
    /// The text that it stands for, if it has no operators.
    pub literal: Option<String>,
    /// Names of groups by number; the first is the whole match.
    pub names: Vec<Option<String>>,
    /// Whether it has a `$` that also holds before a newline at the end of the text; it was
    /// written as the very end unless `newline` was asked for.
    pub has_end: bool,
    /// Whether it has a `.` or a negated class.
    pub is_wild: bool,
}

/// Why a pattern is wrong, and where, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// "nothing to repeat"
    pub message: String,
    /// The position in the pattern.
    pub position: usize,
}

/// Translates a pattern; `flags` are Python's.
///
/// # Errors
/// Those that Python reports too.
pub fn translate(
    pattern: &str,
    flags: u32,
    mode: Mode,
    needs: Needs,
) -> Result<Translated, SyntaxError> {
    let chars: Vec<char> = pattern.chars().collect();
    let look = Translator::new(&chars, flags, mode, needs, false);
    // Flags and lookaround may stand anywhere, but decide how everything is written.
    let first = look.run()?;
    let again = first.global != flags || first.fancy;
    let done = if again {
        Translator::new(&chars, first.global, mode, needs, first.fancy).run()?
    } else {
        first
    };
    Ok(done.finish())
}

struct Translator<'a> {
    chars: &'a [char],
    at: usize,
    out: String,
    mode: Mode,
    needs: Needs,
    /// Flags for the whole pattern, those found in it included.
    global: u32,
    /// Flags at this place.
    flags: u32,
    /// Flags to return to and where each open group began.
    open: Vec<(u32, usize)>,
    names: Vec<Option<String>>,
    fancy: bool,
    literal: Option<String>,
    has_end: bool,
    is_wild: bool,
    /// What a quantifier here would repeat.
    last: Last,
}

#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    Atom,
    Repeat,
}

type Step = Result<(), SyntaxError>;

impl<'a> Translator<'a> {
    fn new(chars: &'a [char], flags: u32, mode: Mode, needs: Needs, fancy: bool) -> Self {
        Translator {
            chars,
            at: 0,
            out: String::with_capacity(chars.len() + 8),
            mode,
            needs,
            global: flags,
            flags,
            open: Vec::new(),
            names: vec![None],
            fancy,
            literal: Some(String::new()),
            has_end: false,
            is_wild: false,
            last: Last::Nothing,
        }
    }

    fn run(mut self) -> Result<Self, SyntaxError> {
        while let Some(c) = self.peek() {
            self.step(c)?;
        }
        match self.open.pop() {
            Some((_, start)) => Err(error("missing ), unterminated subpattern", start)),
            None => Ok(self),
        }
    }

    fn finish(self) -> Translated {
        let flag = if self.global & IGNORE_CASE != 0 { "(?i)" } else { "" };
        let regex = match self.mode {
            Mode::Search | Mode::Lines => format!("{flag}{}", self.out),
            Mode::Start => format!("{flag}\\A(?:{})", self.out),
            Mode::Whole => format!("{flag}\\A(?:{})\\z", self.out),
        };
        let cased = self.global & IGNORE_CASE != 0
            && self
                .literal
                .iter()
                .flat_map(|l| l.chars())
                .any(|c| !c.is_ascii() || c.is_alphabetic());
        let anywhere = matches!(self.mode, Mode::Search | Mode::Lines);
        let literal = self.literal.filter(|l| !l.is_empty() && anywhere && !cased);
        Translated {
            regex,
            fancy: self.fancy,
            literal,
            names: self.names,
            has_end: self.has_end,
            is_wild: self.is_wild,
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn ahead(&self, n: usize) -> Option<char> {
        self.chars.get(self.at + n).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn on(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Writes an operator; the pattern is no literal then.
    fn operator(&mut self, text: &str, last: Last) {
        self.literal = None;
        self.out.push_str(text);
        self.last = last;
    }

    /// Writes something that matches U+FFFD, and so an invalid byte too.
    fn wild(&mut self, text: &str) {
        self.is_wild = true;
        // `fancy-regex` has no bytes beside characters.
        if self.needs.invalid && !self.fancy {
            self.operator(&format!("(?:{text}|(?-u:[\\x80-\\xff]))"), Last::Atom);
        } else {
            self.operator(text, Last::Atom);
        }
    }

    /// Writes a character that means itself.
    fn plain(&mut self, c: char) {
        push_literal(c, &mut self.out);
        if let Some(literal) = &mut self.literal {
            literal.push(c);
        }
        self.last = Last::Atom;
    }

    fn step(&mut self, c: char) -> Step {
        let start = self.at;
        self.at += 1;
        match c {
            '\\' => return self.escape(start),
            '[' => return self.class(start),
            '(' => return self.group(start),
            ')' => match self.open.pop() {
                Some((flags, _)) => {
                    self.flags = flags;
                    self.operator(")", Last::Atom);
                }
                None => return Err(error("unbalanced parenthesis", start)),
            },
            '|' => self.operator("|", Last::Nothing),
            '.' => self.wild(if self.on(DOT_ALL) { "(?s:.)" } else { "." }),
            '^' => {
                let lines = self.on(MULTILINE) || self.mode == Mode::Lines;
                self.operator(if lines { "(?m:^)" } else { "\\A" }, Last::Nothing);
            }
            '$' => self.end(),
            '*' | '+' | '?' => return self.repeat(start, &c.to_string()),
            '{' => match self.bounds() {
                Some((low, high)) => return self.counted(start, low, high),
                None => self.plain('{'),
            },
            '#' if self.on(VERBOSE) => {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
            }
            c if self.on(VERBOSE) && c.is_whitespace() => {}
            c => self.plain(c),
        }
        Ok(())
    }

    fn end(&mut self) {
        if self.mode == Mode::Lines {
            return self.operator("(?Rm:$)", Last::Nothing);
        }
        if self.on(MULTILINE) {
            return self.operator("(?m:$)", Last::Nothing);
        }
        self.has_end = true;
        if self.needs.newline {
            self.fancy = true;
            self.operator("(?=\\n?\\z)", Last::Nothing);
        } else {
            self.operator("\\z", Last::Nothing);
        }
    }

    /// `{m}`, `{m,}`, `{,n}` or `{m,n}` behind the brace; anything else is literal, as in Python.
    fn bounds(&mut self) -> Option<(u64, Option<u64>)> {
        let begin = self.at;
        let low = self.number();
        let comma = self.eat(',');
        let high = if comma { self.number() } else { low };
        if !self.eat('}') || low.is_none() && !comma {
            self.at = begin;
            return None;
        }
        Some((low.unwrap_or(0), high))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number =
                Some(number.unwrap_or(0u64).saturating_mul(10).saturating_add(u64::from(digit)));
            self.at += 1;
        }
        number
    }

    fn counted(&mut self, start: usize, low: u64, high: Option<u64>) -> Step {
        if high.is_some_and(|high| high < low) {
            return Err(error("min repeat greater than max repeat", start));
        }
        let written = match high {
            Some(high) if high == low => format!("{{{low}}}"),
            Some(high) => format!("{{{low},{high}}}"),
            None => format!("{{{low},}}"),
        };
        self.repeat(start, &written)
    }

    fn repeat(&mut self, start: usize, operator: &str) -> Step {
        match self.last {
            Last::Nothing => return Err(error("nothing to repeat", start)),
            Last::Repeat => return Err(error("multiple repeat", start)),
            Last::Atom => {}
        }
        self.operator(operator, Last::Repeat);
        if self.eat('?') {
            self.out.push('?');
        } else if self.eat('+') {
            // Possessive: nothing is given back.
            self.fancy = true;
            self.out.push('+');
        }
        Ok(())
    }

    /// What stands behind a `(`.
    fn group(&mut self, start: usize) -> Step {
        let flags = self.flags;
        if !self.eat('?') {
            self.names.push(None);
            self.open.push((flags, start));
            self.operator("(", Last::Nothing);
            return Ok(());
        }
        let Some(kind) = self.peek() else {
            return Err(error("unexpected end of pattern", self.at));
        };
        self.at += 1;
        let written = match kind {
            ':' => "(?:",
            '=' => "(?=",
            '!' => "(?!",
            '>' => "(?>",
            '#' => return self.comment(start),
            '<' if self.peek() == Some('=') => "(?<=",
            '<' if self.peek() == Some('!') => "(?<!",
            '<' => return self.named(start),
            'P' if self.eat('<') => return self.named(start),
            'P' if self.eat('=') => return self.named_reference(start),
            'P' => return Err(error("unknown extension ?P", start + 1)),
            '(' => return self.conditional(start),
            _ => return self.inline_flags(start),
        };
        if kind == '<' {
            self.at += 1;
        }
        self.fancy |= kind != ':';
        self.open.push((flags, start));
        self.operator(written, Last::Nothing);
        Ok(())
    }

    fn comment(&mut self, start: usize) -> Step {
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == ')' {
                return Ok(());
            }
        }
        Err(error("missing ), unterminated comment", start))
    }

    /// A name up to `close`.
    fn name(&mut self, close: char) -> Result<String, SyntaxError> {
        let begin = self.at;
        let mut name = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c != close {
                name.push(c);
                continue;
            }
            let good = name.chars().all(|c| c == '_' || c.is_alphanumeric())
                && !name.starts_with(|c: char| c.is_numeric());
            return match (name.is_empty(), good) {
                (true, _) => Err(error("missing group name", begin)),
                (_, false) => Err(error(format!("bad character in group name '{name}'"), begin)),
                _ => Ok(name),
            };
        }
        Err(error(format!("missing {close}, unterminated name"), begin))
    }

    fn named(&mut self, start: usize) -> Step {
        let begin = self.at;
        let name = self.name('>')?;
        if self.names.iter().flatten().any(|known| *known == name) {
            return Err(error(format!("redefinition of group name '{name}'"), begin));
        }
        self.open.push((self.flags, start));
        self.operator(&format!("(?P<{name}>"), Last::Nothing);
        self.names.push(Some(name));
        Ok(())
    }

    fn named_reference(&mut self, start: usize) -> Step {
        let begin = self.at;
        let name = self.name(')')?;
        let known = self.names.iter().position(|known| known.as_deref() == Some(&name));
        let number = known.ok_or_else(|| error(format!("unknown group name '{name}'"), begin))?;
        self.reference(number, start)
    }

    /// `(?(1)yes|no)`
    fn conditional(&mut self, start: usize) -> Step {
        let begin = self.at;
        let number = match self.number() {
            Some(number) if self.eat(')') => usize::try_from(number).ok(),
            _ => {
                self.at = begin;
                let name = self.name(')')?;
                self.names.iter().position(|known| known.as_deref() == Some(&name))
            }
        };
        let number = number.filter(|&n| n > 0 && n < self.names.len());
        let number = number.ok_or_else(|| error("invalid group reference", begin))?;
        self.fancy = true;
        self.open.push((self.flags, start));
        self.operator(&format!("(?({number})"), Last::Nothing);
        Ok(())
    }

    /// `(?i)` or `(?i:...)`. The first means the whole pattern, wherever it stands.
    fn inline_flags(&mut self, start: usize) -> Step {
        self.at -= 1;
        let (mut set, mut clear, mut minus) = (0, 0, false);
        while let Some(c) = self.peek() {
            self.at += 1;
            let flag = match c {
                'i' => IGNORE_CASE,
                'm' => MULTILINE,
                's' => DOT_ALL,
                'x' => VERBOSE,
                'a' => ASCII,
                'u' | 'L' => 0,
                '-' if !minus => {
                    minus = true;
                    continue;
                }
                ')' if !minus => {
                    self.global |= set;
                    self.flags |= set;
                    return Ok(());
                }
                ':' => return self.scoped(start, set, clear),
                _ => return Err(error(format!("unknown extension ?{c}"), start + 1)),
            };
            if minus { clear |= flag } else { set |= flag }
        }
        Err(error("missing ), unterminated subpattern", start))
    }

    fn scoped(&mut self, start: usize, set: u32, clear: u32) -> Step {
        self.open.push((self.flags, start));
        self.flags = (self.flags | set) & !clear;
        let written = match (set & IGNORE_CASE != 0, clear & IGNORE_CASE != 0) {
            (true, _) => "(?i:",
            (_, true) => "(?-i:",
            _ => "(?:",
        };
        self.operator(written, Last::Nothing);
        Ok(())
    }

    fn reference(&mut self, number: usize, start: usize) -> Step {
        if number >= self.names.len() {
            return Err(error(format!("invalid group reference {number}"), start + 1));
        }
        self.fancy = true;
        self.operator(&format!("(?:\\{number})"), Last::Atom);
        Ok(())
    }

    /// What stands behind a backslash outside a class.
    fn escape(&mut self, start: usize) -> Step {
        let Some(c) = self.peek() else { return Err(error("bad escape (end of pattern)", start)) };
        match c {
            'A' => self
                .operator(if self.mode == Mode::Lines { "(?m:^)" } else { "\\A" }, Last::Nothing),
            'Z' | 'z' if self.mode == Mode::Lines => self.operator("(?Rm:$)", Last::Nothing),
            'Z' | 'z' => self.operator("\\z", Last::Nothing),
            'b' | 'B' => {
                let written = self.boundary(c);
                self.operator(&written, Last::Nothing);
            }
            'd' | 's' | 'w' => {
                let written = shorthand(c, self.on(ASCII));
                self.operator(&written, Last::Atom);
            }
            'D' | 'S' | 'W' => {
                let written = shorthand(c, self.on(ASCII));
                self.wild(&written);
            }
            'p' | 'P' => return self.property(start),
            '1'..='9' if !self.octal_ahead() => {
                let mut number = c.to_digit(10).unwrap_or(0) as usize;
                self.at += 1;
                if let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
                    number = number * 10 + digit as usize;
                    self.at += 1;
                }
                return self.reference(number, start);
            }
            _ => {
                let c = self.character_escape(start)?;
                self.plain(c);
                return Ok(());
            }
        }
        self.at += 1;
        Ok(())
    }

    fn boundary(&self, c: char) -> String {
        const WORD: &str = "[0-9A-Za-z_]";
        match (c, self.on(ASCII), self.fancy) {
            (_, false, _) => format!("\\{c}"),
            (_, true, false) => format!("(?-u:\\{c})"),
            ('b', ..) => format!("(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))"),
            _ => format!("(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))"),
        }
    }

    /// `\p{Lu}`, which Python's `re` does not have, but the engines do.
    fn property(&mut self, start: usize) -> Step {
        let begin = self.at;
        self.at += 1;
        if self.peek() == Some('{') {
            while let Some(c) = self.peek() {
                self.at += 1;
                if c == '}' {
                    let name: String =
                        self.chars.get(begin..self.at).unwrap_or_default().iter().collect();
                    self.operator(&format!("\\{name}"), Last::Atom);
                    return Ok(());
                }
            }
        }
        Err(error("bad escape \\p", start))
    }

    /// Whether three octal digits stand here, which Python reads as a character.
    fn octal_ahead(&self) -> bool {
        let octal = |n: usize, limit: u32| {
            self.ahead(n).and_then(|c| c.to_digit(8)).is_some_and(|d| d <= limit)
        };
        octal(0, 3) && octal(1, 7) && octal(2, 7)
    }

    /// A backslash and what makes one character of it; `at` is on the character behind it.
    fn character_escape(&mut self, start: usize) -> Result<char, SyntaxError> {
        let c = self.peek().unwrap_or_default();
        self.at += 1;
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'a' => '\u{7}',
            'x' => return self.hexadecimal(start, 2),
            'u' => return self.hexadecimal(start, 4),
            'U' => return self.hexadecimal(start, 8),
            '0'..='7' => {
                let mut code = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
                    code = code * 8 + digit;
                    self.at += 1;
                }
                char::from_u32(code).unwrap_or_default()
            }
            c if c.is_ascii_alphanumeric() => {
                return Err(error(format!("bad escape \\{c}"), start));
            }
            c => c,
        })
    }

    fn hexadecimal(&mut self, start: usize, digits: usize) -> Result<char, SyntaxError> {
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) else {
                let written: String =
                    self.chars.get(start..self.at).unwrap_or_default().iter().collect();
                return Err(error(format!("incomplete escape {written}"), start));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        char::from_u32(code).ok_or_else(|| error("bad escape: no such character", start))
    }

    /// What stands behind a `[`.
    fn class(&mut self, start: usize) -> Step {
        let mut out = String::from("[");
        let negated = self.eat('^');
        if negated {
            out.push('^');
        }
        // Whether U+FFFD is among what is listed.
        let mut listed = false;
        let mut empty = true;
        loop {
            let Some(c) = self.peek() else {
                return Err(error("unterminated character set", start));
            };
            if c == ']' && !empty {
                self.at += 1;
                break;
            }
            empty = false;
            let begin = self.at;
            let Some(low) = self.class_item(&mut out)? else {
                listed |= out.ends_with(['D', 'S', 'W']);
                continue;
            };
            // A range, unless the dash is the last thing in the class.
            if self.peek() == Some('-') && self.ahead(1).is_some_and(|c| c != ']') {
                self.at += 1;
                let high = self.class_item(&mut String::new())?;
                let high = high.filter(|high| *high >= low);
                let high = high.ok_or_else(|| {
                    let written: String =
                        self.chars.get(begin..self.at).unwrap_or_default().iter().collect();
                    error(format!("bad character range {written}"), begin)
                })?;
                push_literal(low, &mut out);
                out.push('-');
                push_literal(high, &mut out);
            } else {
                push_literal(low, &mut out);
            }
        }
        out.push(']');
        if negated == listed {
            self.operator(&out, Last::Atom);
        } else {
            self.wild(&out);
        }
        Ok(())
    }

    /// One character of a class; a shorthand such as `\d` is written at once and gives `None`.
    fn class_item(&mut self, out: &mut String) -> Result<Option<char>, SyntaxError> {
        let start = self.at;
        let Some(c) = self.peek() else {
            return Err(error("unterminated character set", start));
        };
        self.at += 1;
        if c != '\\' {
            return Ok(Some(c));
        }
        match self.peek() {
            None => Err(error("bad escape (end of pattern)", start)),
            Some(c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                self.at += 1;
                out.push_str(&shorthand(c, self.on(ASCII)));
                Ok(None)
            }
            Some('b') => {
                self.at += 1;
                Ok(Some('\u{8}'))
            }
            Some('p' | 'P') => {
                let written = std::mem::take(&mut self.out);
                let literal = self.literal.take();
                let done = self.property(start);
                out.push_str(&std::mem::replace(&mut self.out, written));
                self.literal = literal;
                done.map(|()| None)
            }
            Some(_) => self.character_escape(start).map(Some),
        }
    }
}

fn error(message: impl Into<String>, position: usize) -> SyntaxError {
    SyntaxError { message: message.into(), position }
}

/// A class such as `\d`, outside brackets or inside.
fn shorthand(c: char, ascii: bool) -> String {
    let class = match (ascii, c) {
        (false, _) => return format!("\\{c}"),
        (_, 'd') => "[0-9]",
        (_, 'D') => "[^0-9]",
        (_, 's') => "[ \\t\\n\\r\\x0b\\x0c]",
        (_, 'S') => "[^ \\t\\n\\r\\x0b\\x0c]",
        (_, 'w') => "[0-9A-Za-z_]",
        _ => "[^0-9A-Za-z_]",
    };
    class.to_string()
}

/// A character that no engine finds a meaning in, inside brackets or outside.
fn push_literal(c: char, out: &mut String) {
    match c {
        // `\<` and `\>` are word boundaries there, and neither needs a backslash.
        '<' | '>' => out.push(c),
        c if c.is_ascii_punctuation() && c != '_' => {
            out.push('\\');
            out.push(c);
        }
        c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(pattern: &str) -> String {
        translate(pattern, 0, Mode::Search, Needs::default()).unwrap().regex
    }

    fn problem(pattern: &str) -> (String, usize) {
        let error = translate(pattern, 0, Mode::Search, Needs::default()).unwrap_err();
        (error.message, error.position)
    }

    #[test]
    fn literals_are_recognised() {
        let literal = |pattern, flags| {
            translate(pattern, flags, Mode::Search, Needs::default()).unwrap().literal
        };
        assert_eq!(literal("magic number", 0).as_deref(), Some("magic number"));
        assert_eq!(literal(r"a\.b\|c{", 0).as_deref(), Some("a.b|c{"));
        assert_eq!(literal("a.b", 0), None);
        assert_eq!(literal("ab", IGNORE_CASE), None);
        assert_eq!(literal("12:34", IGNORE_CASE).as_deref(), Some("12:34"));
        assert_eq!(literal("", 0), None);
    }

    #[test]
    fn pythons_syntax_is_rewritten() {
        assert_eq!(regex(r"^a$"), r"\Aa\z");
        assert_eq!(regex(r"(?m)^a$"), r"(?m:^)a(?m:$)");
        assert_eq!(regex(r"a\Z"), r"a\z");
        assert_eq!(regex(r"x{,3}"), r"x{0,3}");
        assert_eq!(regex(r"{}{a}"), r"\{\}\{a\}");
        assert_eq!(regex(r"\<b\>\/\-\é"), r"<b>\/\-é");
        assert_eq!(regex(r"[]a[&&]"), r"[\]a\[\&\&]");
        assert_eq!(regex(r"[\w-]"), r"[\w\-]");
        assert_eq!(regex(r"a(?i)b"), r"(?i)ab");
        assert_eq!(regex("(?x) a b # c\n [ ]"), r"ab[ ]");
        assert_eq!(regex(r"\0\101\x41"), r"\x00AA");
        assert_eq!(regex(r"(a)(?P<n>b)\1"), r"(a)(?P<n>b)(?:\1)");
        assert_eq!(regex(r"(?s).(?-s:.)"), r"(?s:.)(?:.)");
    }

    #[test]
    fn names_of_groups_are_kept() {
        let names =
            translate(r"(a)(?P<n>b)(?:c)", 0, Mode::Search, Needs::default()).unwrap().names;
        assert_eq!(names, [None, None, Some("n".to_string())]);
    }

    #[test]
    fn errors_are_those_of_python() {
        assert_eq!(problem("(a"), ("missing ), unterminated subpattern".into(), 0));
        assert_eq!(problem("a)"), ("unbalanced parenthesis".into(), 1));
        assert_eq!(problem("*a"), ("nothing to repeat".into(), 0));
        assert_eq!(problem("a**"), ("multiple repeat".into(), 2));
        assert_eq!(problem("[a"), ("unterminated character set".into(), 0));
        assert_eq!(problem("[z-a]"), ("bad character range z-a".into(), 1));
        assert_eq!(problem(r"\q"), (r"bad escape \q".into(), 0));
        assert_eq!(problem("a{3,1}"), ("min repeat greater than max repeat".into(), 1));
        assert_eq!(problem(r"(a)\2"), ("invalid group reference 2".into(), 4));
        assert_eq!(problem("é("), ("missing ), unterminated subpattern".into(), 1));
    }
}
