//! What stands behind a backslash, and between brackets.

use super::{Last, Mode, Step, SyntaxError, Translator, error, push_literal};
use crate::search::flags::ASCII;

impl Translator<'_> {
    /// What stands behind a backslash outside a class.
    pub(super) fn escape(&mut self, start: usize) -> Step {
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
    pub(super) fn class(&mut self, start: usize) -> Step {
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
