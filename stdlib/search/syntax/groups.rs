//! What stands behind a `(`: groups, lookaround, flags.

use super::{Last, Step, SyntaxError, Translator, error};
use crate::search::flags::{ASCII, DOT_ALL, IGNORE_CASE, MULTILINE, VERBOSE};

impl Translator<'_> {
    /// What stands behind a `(`.
    pub(super) fn group(&mut self, start: usize) -> Step {
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
}
