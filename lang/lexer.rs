//! From source to a flat list of tokens: texts and f-strings scanned, comments set apart, lexical
//! errors reported once a line.
//!
//! An f-string becomes its own little token list (start, text, field, ..., end), so that one parser
//! reads the expressions in it and every span points into the program. The fields are kept on an
//! explicit stack: nesting costs no machine stack.

use logos::Logos;

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::number;
use crate::span::Span;
use crate::token::Token;

/// A token with its place.
pub(crate) type Spanned = (Token, Span);

/// A comment of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// Where it stands, its marker included.
    pub span: Span,
    /// What it says, without `#` (or `//`) and spaces at its ends.
    pub text: String,
}

/// What the lexer found.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// Tokens in order, every line end among them.
    pub(crate) tokens: Vec<Spanned>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) notes: Vec<Diagnostic>,
}

/// Splits a program into tokens.
pub(crate) fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer {
        source,
        at: 0,
        lexed: Lexed::default(),
        formats: Vec::new(),
        brackets: Vec::new(),
        reported_line: false,
    };
    lexer.line_start();
    while lexer.step() {}
    lexer.lexed
}

/// The quote that opened an f-string.
#[derive(Clone, Copy)]
struct Quote {
    byte: u8,
    triple: bool,
    raw: bool,
}

/// An f-string that is being read.
struct Format {
    quote: Quote,
    start: Span,
    /// Fields that are open, the innermost last.
    fields: Vec<Field>,
}

/// A field of an f-string.
struct Field {
    /// `true` once its `:` was read: what follows is format text.
    spec: bool,
    /// How many brackets were open when it began.
    brackets: usize,
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    lexed: Lexed,
    formats: Vec<Format>,
    /// Brackets that are open, as bytes; a loose count that serves `//` and fields only.
    brackets: Vec<u8>,
    /// An error on this line was reported: one is enough.
    reported_line: bool,
}

impl Lexer<'_> {
    /// Reads one token, or one stretch of an f-string; `false` at the end.
    fn step(&mut self) -> bool {
        match self.formats.last() {
            Some(format) if format.fields.last().is_none_or(|field| field.spec) => {
                self.format_text();
                true
            }
            _ => self.code(),
        }
    }

    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.source.as_bytes().get(at).copied()
    }

    fn push(&mut self, token: Token, start: usize, end: usize) {
        self.lexed.tokens.push((token, Span::new(start, end)));
    }

    fn error(&mut self, error: Diagnostic) {
        if !self.reported_line {
            self.lexed.errors.push(error);
            self.reported_line = true;
        }
    }

    fn note(&mut self, span: Span, text: &str) {
        if !self.lexed.notes.iter().any(|note| note.message == text) {
            self.lexed.notes.push(Diagnostic::note(Code::Habit, span, text));
        }
    }

    /// Reads one token of code.
    fn code(&mut self) -> bool {
        let base = self.at;
        let mut raw = Token::lexer(self.rest());
        let Some(token) = raw.next() else {
            self.at = self.source.len();
            return self.end_of_source();
        };
        let (start, end) = (base + raw.span().start, base + raw.span().end);
        self.at = end;
        match token {
            Err(()) => self.unexpected(start),
            Ok(Token::Comment) => self.comment(start, end),
            Ok(Token::Newline) => self.newline(start, end),
            Ok(Token::Quote) => self.quote(start, end),
            Ok(Token::Backtick) => self.template(start),
            Ok(Token::Twice) => self.twice(start, end),
            Ok(Token::BadNumber) => self.bad_number(start, end),
            Ok(Token::Float) if self.is_range(start, end) => self.range(start, end),
            Ok(Token::Int)
                if number::int(self.source.get(start..end).unwrap_or_default()).is_none() =>
            {
                self.bad_number(start, end);
            }
            Ok(token) => self.plain(token, start, end),
        }
        true
    }

    /// A token that needs no look at what follows, except for what ends an f-string's field.
    fn plain(&mut self, token: Token, start: usize, end: usize) {
        if self.field_token(token, start, end) {
            return;
        }
        match token {
            Token::LeftParen => self.brackets.push(b'('),
            Token::LeftSquare => self.brackets.push(b'['),
            Token::LeftBrace => self.brackets.push(b'{'),
            Token::RightParen | Token::RightSquare | Token::RightBrace => {
                let floor = self.field().map_or(0, |field| field.brackets);
                if self.brackets.len() > floor {
                    self.brackets.pop();
                }
            }
            _ => {}
        }
        self.push(token, start, end);
    }

    fn field(&self) -> Option<&Field> {
        self.formats.last().and_then(|format| format.fields.last())
    }

    /// Handles a token that means something else at the outer level of a field; `true` if it did.
    fn field_token(&mut self, token: Token, start: usize, end: usize) -> bool {
        let Some(field) = self.field() else { return false };
        let floor = field.brackets;
        let open_brace = self.brackets.get(floor..).is_some_and(|open| open.contains(&b'{'));
        if token == Token::RightBrace && !open_brace {
            self.brackets.truncate(floor);
            self.push(Token::FieldClose, start, end);
            self.close_field();
            return true;
        }
        if self.brackets.len() > floor {
            return false;
        }
        let after = self.rest().trim_start_matches([' ', '\t']);
        match token {
            Token::Colon | Token::Walrus => {
                self.at = start + 1;
                self.push(Token::SpecColon, start, start + 1);
                if let Some(field) = self.formats.last_mut().and_then(|f| f.fields.last_mut()) {
                    field.spec = true;
                }
                true
            }
            Token::Assign if after.starts_with(['}', ':']) || conversion(after).is_some() => {
                self.push(Token::FieldDebug, start, end);
                true
            }
            Token::Not if self.byte(start) == Some(b'!') => {
                // Nothing else that starts with `!` can follow a field's expression.
                let before = self.lexed.tokens.last().map(|(token, _)| token);
                let ends = |token: &Token| token.ends_operand() || *token == Token::FieldDebug;
                if !before.is_some_and(ends) {
                    return false;
                }
                if conversion(self.source.get(start..).unwrap_or_default()).is_none() {
                    let span = Span::new(start, end);
                    let error = Diagnostic::error(Code::Syntax, span, "expected `}` after this");
                    self.error(
                        error.with_help("a field ends with !r, !s, !a or a format: {x:.2f}"),
                    );
                    return false;
                }
                self.at = start + 2;
                self.push(Token::Conversion, start, start + 2);
                true
            }
            _ => false,
        }
    }

    fn close_field(&mut self) {
        if let Some(format) = self.formats.last_mut() {
            format.fields.pop();
        }
    }

    fn unexpected(&mut self, start: usize) {
        let Some(c) = self.source.get(start..).and_then(|rest| rest.chars().next()) else {
            return;
        };
        self.at = start + c.len_utf8();
        let span = Span::new(start, self.at);
        let message = if c.is_control() {
            format!("unexpected character U+{:04X}", u32::from(c))
        } else {
            format!("unexpected character `{c}`")
        };
        let error = Diagnostic::error(Code::UnexpectedCharacter, span, message);
        self.error(match c {
            '“' | '”' | '„' => error.with_help("write texts with straight quotes: \"...\""),
            '‘' | '’' => error.with_help("write texts with straight quotes: '...'"),
            '×' => error.with_help("multiply with *"),
            '≤' | '≥' | '≠' => error.with_help("compare with <=, >= or !="),
            _ => error,
        });
        self.push(Token::Error, start, self.at);
    }

    fn comment(&mut self, start: usize, end: usize) {
        let written = self.source.get(start..end).unwrap_or_default();
        let text = written
            .strip_prefix("/*")
            .and_then(|text| text.strip_suffix("*/"))
            .or(written.strip_prefix("//"))
            .or(written.strip_prefix('#'))
            .unwrap_or(written)
            .trim();
        let comment = Comment { span: Span::new(start, end), text: text.to_string() };
        self.lexed.comments.push(comment);
    }

    fn newline(&mut self, start: usize, end: usize) {
        let single = self.formats.last().is_some_and(|format| !format.quote.triple);
        let outer = self.field().is_some_and(|field| self.brackets.len() == field.brackets);
        if single && outer {
            self.unterminated_format(start);
        }
        self.push(Token::Newline, start, end);
        self.line_start();
    }

    /// At the start of a line `//` is a comment, unless a division can go on there.
    fn line_start(&mut self) {
        self.reported_line = false;
        let rest = self.rest();
        let text = rest.trim_start_matches([' ', '\t', '\u{feff}']);
        if !text.starts_with("//") {
            return;
        }
        let mut before = self.lexed.tokens.iter().rev().map(|(token, _)| *token);
        let operand =
            before.find(|token| *token != Token::Newline).is_some_and(Token::ends_operand);
        if operand && matches!(self.brackets.last(), Some(b'(' | b'[')) {
            return;
        }
        let start = self.at + (rest.len() - text.len());
        let length = text.find(['\r', '\n']).unwrap_or(text.len());
        self.at = start + length;
        self.comment(start, start + length);
    }

    /// A text literal; `start..end` is its prefix and opening quote.
    fn quote(&mut self, start: usize, end: usize) {
        let opening = self.source.get(start..end).unwrap_or_default();
        let triple = opening.ends_with("\"\"\"") || opening.ends_with("'''");
        let prefix = opening.trim_end_matches(['"', '\'']).to_ascii_lowercase();
        let byte = self.byte(end - 1).unwrap_or(b'"');
        let quote = Quote { byte, triple, raw: prefix.contains('r') };
        if prefix.contains('b') {
            self.note(Span::new(start, end), "texts have no bytes form: b\"...\" is \"...\"");
        }
        if prefix.contains('f') {
            let start = Span::new(start, end);
            self.lexed.tokens.push((Token::FormatStart, start));
            self.formats.push(Format { quote, start, fields: Vec::new() });
        } else {
            self.text(start, quote);
        }
    }

    /// Scans to the end of a plain text literal.
    fn text(&mut self, start: usize, quote: Quote) {
        loop {
            match self.byte(self.at) {
                Some(b'\\') => self.backslash(quote),
                Some(byte) if byte == quote.byte && self.at_quote(quote) => {
                    self.at += if quote.triple { 3 } else { 1 };
                    break;
                }
                Some(b'\n' | b'\r') if !quote.triple => {
                    self.unterminated(start, quote);
                    break;
                }
                Some(_) => self.at += 1,
                None => {
                    self.unterminated(start, quote);
                    break;
                }
            }
        }
        self.push(Token::Text, start, self.at);
    }

    /// True where the closing quote stands.
    fn at_quote(&self, quote: Quote) -> bool {
        let bytes = self.source.as_bytes();
        let count = if quote.triple { 3 } else { 1 };
        bytes.get(self.at..self.at + count).is_some_and(|b| b.iter().all(|b| *b == quote.byte))
    }

    /// Passes a backslash and what it escapes; a brace after it may still open a field.
    fn backslash(&mut self, quote: Quote) {
        if !quote.raw && self.rest().starts_with("\\N{") {
            let span = Span::new(self.at, self.at + 3);
            self.error(
                Diagnostic::error(Code::BadEscape, span, "characters cannot be named in a text")
                    .with_help("write the character itself, or its number: \\u2014"),
            );
        }
        self.at += match (self.byte(self.at + 1), self.byte(self.at + 2)) {
            (Some(b'\r'), Some(b'\n')) => 3,
            (Some(b'{' | b'}') | None, _) => 1,
            // The rest of a character of several bytes holds no quote and no brace.
            _ => 2,
        };
    }

    fn unterminated(&mut self, start: usize, quote: Quote) {
        let mark = char::from(quote.byte).to_string().repeat(if quote.triple { 3 } else { 1 });
        let span = Span::new(start, self.at);
        let help = if quote.triple {
            format!("add {mark}")
        } else {
            format!("add {mark}, or use {} for a text of several lines", mark.repeat(3))
        };
        let error =
            Diagnostic::error(Code::UnterminatedText, span, "this text has no closing quote");
        self.error(error.with_help(help));
    }

    /// Reads a stretch of f-string text, up to a field, its end, or the closing quote.
    fn format_text(&mut self) {
        let Some(format) = self.formats.last() else { return };
        let (quote, spec) = (format.quote, !format.fields.is_empty());
        let start = self.at;
        loop {
            match self.byte(self.at) {
                Some(b'\\') => self.backslash(quote),
                Some(b'{') if self.byte(self.at + 1) == Some(b'{') && !spec => self.at += 2,
                Some(b'{') => {
                    self.stretch(quote, start);
                    return self.open_field();
                }
                Some(b'}') if spec => {
                    self.stretch(quote, start);
                    self.push(Token::FieldClose, self.at, self.at + 1);
                    self.at += 1;
                    return self.close_field();
                }
                Some(b'}') => self.lone_brace(),
                Some(byte) if byte == quote.byte && self.at_quote(quote) => {
                    self.stretch(quote, start);
                    return self.close_quote(quote, spec);
                }
                Some(b'\n' | b'\r') if !quote.triple => {
                    self.stretch(quote, start);
                    return self.unterminated_format(self.at);
                }
                Some(_) => self.at += 1,
                None => {
                    self.stretch(quote, start);
                    return self.unterminated_format(self.at);
                }
            }
        }
    }

    fn stretch(&mut self, quote: Quote, start: usize) {
        if start < self.at {
            let token = if quote.raw { Token::FormatRaw } else { Token::FormatText };
            self.push(token, start, self.at);
        }
    }

    fn open_field(&mut self) {
        self.push(Token::FieldOpen, self.at, self.at + 1);
        self.at += 1;
        let brackets = self.brackets.len();
        if let Some(format) = self.formats.last_mut() {
            format.fields.push(Field { spec: false, brackets });
        }
    }

    /// `}` in an f-string outside a field, doubled or not.
    fn lone_brace(&mut self) {
        if self.byte(self.at + 1) == Some(b'}') {
            self.at += 2;
            return;
        }
        let span = Span::new(self.at, self.at + 1);
        self.at += 1;
        self.error(
            Diagnostic::error(Code::Syntax, span, "expected `}}`, found `}`")
                .with_help("a brace in an f-string is written twice"),
        );
    }

    /// The closing quote; inside a field's format it closes the field too, with an error.
    fn close_quote(&mut self, quote: Quote, spec: bool) {
        let length = if quote.triple { 3 } else { 1 };
        if spec {
            let span = Span::new(self.at, self.at + length);
            self.error(
                Diagnostic::error(
                    Code::Syntax,
                    span,
                    "expected `}`, found the end of the f-string",
                )
                .with_help("close the field with }"),
            );
        }
        let end = self.at + length;
        self.close_format(self.at, end);
        self.at = end;
    }

    fn unterminated_format(&mut self, at: usize) {
        let Some(format) = self.formats.last() else { return };
        let (start, quote) = (format.start, format.quote);
        self.unterminated(start.range().start, quote);
        self.close_format(at, at);
    }

    /// Ends the innermost f-string with whatever fields are open.
    fn close_format(&mut self, at: usize, end: usize) {
        let Some(format) = self.formats.pop() else { return };
        if let Some(first) = format.fields.first() {
            self.brackets.truncate(first.brackets);
        }
        for _ in &format.fields {
            self.push(Token::FieldClose, at, at);
        }
        self.push(Token::FormatEnd, at, end);
    }

    /// `true` while an f-string is still open.
    fn end_of_source(&mut self) -> bool {
        if self.formats.is_empty() {
            return false;
        }
        self.unterminated_format(self.at);
        true
    }

    /// A JavaScript template: one token, so that the error can show the f-string.
    fn template(&mut self, start: usize) {
        match self.rest().find('`') {
            Some(length) => {
                self.at += length + 1;
                self.push(Token::Template, start, self.at);
            }
            None => {
                let span = Span::new(start, start + 1);
                self.error(
                    Diagnostic::error(Code::UnexpectedCharacter, span, "unexpected character ```")
                        .with_help("write texts with quotes: \"...\""),
                );
                self.push(Token::Error, start, start + 1);
            }
        }
    }

    /// `++` or `--`: a statement of its own at its start or end, else two signs.
    fn twice(&mut self, start: usize, end: usize) {
        let before = self.lexed.tokens.last().map(|(token, _)| *token);
        let starts =
            matches!(before, None | Some(Token::Newline | Token::Semicolon | Token::LeftBrace));
        let after = self.rest().trim_start_matches([' ', '\t']);
        let ends = after.is_empty() || after.starts_with(['\n', '\r', ';', '}', '#', ')']);
        if starts || ends {
            self.push(Token::Increment, start, end);
        } else {
            let sign = if self.byte(start) == Some(b'+') { Token::Plus } else { Token::Minus };
            self.push(sign, start, start + 1);
            self.push(sign, start + 1, end);
        }
    }

    /// `0..n`: the first dot looks like a float's.
    fn is_range(&self, start: usize, end: usize) -> bool {
        self.source.get(start..end).is_some_and(|text| text.ends_with('.'))
            && self.byte(end) == Some(b'.')
    }

    fn range(&mut self, start: usize, end: usize) {
        let span = Span::new(start, end + 1);
        self.error(
            Diagnostic::error(Code::Foreign, span, "`..` is not part of the language")
                .with_help("write range(a, b), or x[a:b] for a slice"),
        );
        self.at = end + 1;
        self.push(Token::Error, start, end + 1);
    }

    fn bad_number(&mut self, start: usize, end: usize) {
        let text = self.source.get(start..end).unwrap_or_default();
        let span = Span::new(start, end);
        let error = if end - start > 100 {
            Diagnostic::error(Code::BadNumber, span, "this number has too many digits")
        } else {
            Diagnostic::error(Code::BadNumber, span, format!("`{text}` is not a number"))
        };
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let help = match text.get(digits.len()..) {
            Some("k" | "K") => Some(format!("write {digits}_000")),
            Some("m" | "M") => Some(format!("write {digits}_000_000")),
            _ if text.len() > digits.len() && end - start <= 100 => {
                Some("names start with a letter or _".to_string())
            }
            _ => None,
        };
        self.error(Diagnostic { help, ..error });
        self.push(Token::Error, start, end);
    }
}

/// The letter of `!r`, `!s` or `!a` at the start of a text, if a field's expression ends there.
fn conversion(text: &str) -> Option<char> {
    let rest = text.strip_prefix('!')?;
    let letter = rest.chars().next().filter(|c| matches!(c, 'r' | 's' | 'a'))?;
    let after = rest.get(1..)?.trim_start_matches([' ', '\t']);
    after.starts_with(['}', ':']).then_some(letter)
}
