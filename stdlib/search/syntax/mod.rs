//! From Python's regex syntax to that of the engines.
//!
//! One pass over the pattern writes what Rust's `regex` (or `fancy-regex`) means by the same thing:
//! anchors are written out, so that `$` is Python's; literals are escaped, so that neither engine
//! finds a meaning of its own in them; what only `fancy-regex` can do is noticed.

mod escapes;
mod groups;

use crate::search::flags::{DOT_ALL, IGNORE_CASE, MULTILINE, VERBOSE};

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

    fn reference(&mut self, number: usize, start: usize) -> Step {
        if number >= self.names.len() {
            return Err(error(format!("invalid group reference {number}"), start + 1));
        }
        self.fancy = true;
        self.operator(&format!("(?:\\{number})"), Last::Atom);
        Ok(())
    }
}

fn error(message: impl Into<String>, position: usize) -> SyntaxError {
    SyntaxError { message: message.into(), position }
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
mod tests;
