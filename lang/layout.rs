//! From lines to blocks: braces and Python's layout become the same tokens.
//!
//! Going in, line ends are tokens and `{` is just a brace. Coming out, [`Token::Newline`] stands
//! only between statements, and every block is between [`Token::BlockOpen`] and
//! [`Token::BlockClose`], whether it was written with braces, behind a colon on one line, or
//! indented. Brackets and blocks always come out balanced; where they did not go in so, there is an
//! error. Words of other languages that stand for one of ours (`let`, `null`, `&&`) are settled
//! here too, with a note.

use std::collections::HashSet;

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::lexer::Spanned;
use crate::span::Span;
use crate::token::Token;

/// What the layout made of the tokens.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    /// Canonical tokens: balanced, blocks marked.
    pub(crate) tokens: Vec<Spanned>,
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) notes: Vec<Diagnostic>,
    /// From this byte on the structure is a guess: errors of the parser there mean nothing.
    pub(crate) guessed_from: Option<u32>,
}

/// Marks statements and blocks.
pub(crate) fn lay_out(source: &str, input: &[Spanned]) -> Laid {
    let mut layout = Layout {
        source,
        input,
        at: 0,
        laid: Laid { tokens: Vec::with_capacity(input.len() + 16), ..Laid::default() },
        open: Vec::new(),
        open_fields: 0,
        statement: Statement::default(),
        line_column: 0,
        brace_is_block: false,
        rebound: rebound_words(source, input),
    };
    layout.first_line();
    while let Some(&(token, span)) = layout.input.get(layout.at) {
        layout.at += 1;
        layout.token(token, span);
    }
    layout.finish();
    layout.laid
}

/// Constants of other languages, and what they are here.
fn foreign_constant(word: &str) -> Option<Token> {
    match word {
        "null" | "nil" | "undefined" => Some(Token::None),
        "true" => Some(Token::True),
        "false" => Some(Token::False),
        _ => None,
    }
}

/// Such words that the program assigns itself (`null = None` before pasted JSON): plain names then.
fn rebound_words<'s>(source: &'s str, input: &[Spanned]) -> HashSet<&'s str> {
    let mut words = HashSet::new();
    for window in input.windows(2) {
        if let [(Token::Name, span), (Token::Assign, _)] = window {
            let word = source.get(span.range()).unwrap_or_default();
            if foreign_constant(word).is_some() {
                words.insert(word);
            }
        }
    }
    words
}

/// Something that is open.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Open {
    /// `(`, `[`, a dict's or set's `{`, or a field of an f-string: its opening token.
    Bracket(Token),
    /// A block in braces.
    Brace,
    /// A block behind a colon, up to the end of the line.
    Line,
    /// An indented block.
    Indent {
        /// Column of its first line.
        column: usize,
        /// Column of its header's line.
        header: usize,
    },
}

impl Open {
    fn is_block(self) -> bool {
        !matches!(self, Open::Bracket(_))
    }
}

const FIELD: Open = Open::Bracket(Token::FieldOpen);

/// An entry of the stack of open things.
#[derive(Clone, Copy, Debug)]
struct Opened {
    kind: Open,
    span: Span,
    /// Index of its token in the output.
    index: usize,
}

/// What is known of the statement that is being read.
#[derive(Clone, Copy, Debug, Default)]
struct Statement {
    /// A token of it was read.
    begun: bool,
    /// It is a header that wants a block.
    header: bool,
    /// Its first token, if it is one that a block may follow at once (`else`, `try`).
    bare: bool,
    /// `lambda`s that wait for their colon.
    lambdas: usize,
    /// `if`s of conditionals that wait for their `else`.
    conditionals: usize,
}

struct Layout<'s, 'i> {
    source: &'s str,
    input: &'i [Spanned],
    at: usize,
    laid: Laid,
    open: Vec<Opened>,
    /// How many of the open things are fields of f-strings.
    open_fields: usize,
    statement: Statement,
    /// Column of the first token of the current line.
    line_column: usize,
    /// The next `{` opens a block: it follows a header's colon or stands on a line below it.
    brace_is_block: bool,
    rebound: HashSet<&'s str>,
}

impl<'s> Layout<'s, '_> {
    fn text(&self, span: Span) -> &'s str {
        self.source.get(span.range()).unwrap_or_default()
    }

    fn peek(&self) -> Option<Spanned> {
        self.input.get(self.at).copied()
    }

    /// The next token on this line.
    fn peek_here(&self) -> Option<Token> {
        self.peek().map(|(token, _)| token).filter(|token| *token != Token::Newline)
    }

    fn last(&self) -> Option<Token> {
        self.laid.tokens.last().map(|(token, _)| *token)
    }

    fn last_end(&self) -> usize {
        self.laid.tokens.last().map_or(0, |(_, span)| span.range().end)
    }

    fn in_block(&self) -> bool {
        self.open.last().is_none_or(|opened| opened.kind.is_block())
    }

    fn emit(&mut self, token: Token, span: Span) {
        self.laid.tokens.push((token, span));
    }

    fn note(&mut self, span: Span, text: &str) {
        if !self.laid.notes.iter().any(|note| note.message == text) {
            self.laid.notes.push(Diagnostic::note(Code::Habit, span, text));
        }
    }

    /// The column of a token's line: spaces before it, a tab reaching to the next multiple of eight.
    fn column(&self, span: Span) -> usize {
        let before = self.source.get(..span.range().start).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let mut column = 0;
        for c in before.get(line..).unwrap_or_default().chars() {
            match c {
                '\t' => column = (column / 8 + 1) * 8,
                '\u{feff}' => {}
                _ => column += 1,
            }
        }
        column
    }

    fn first_line(&mut self) {
        self.skip_newlines();
        if let Some((_, span)) = self.peek() {
            self.line_column = self.column(span);
        }
    }

    fn skip_newlines(&mut self) {
        while matches!(self.peek(), Some((Token::Newline, _))) {
            self.at += 1;
        }
    }

    fn token(&mut self, token: Token, span: Span) {
        match token {
            Token::Newline => return self.newline(span),
            Token::Semicolon if self.in_block() => return self.separator(span),
            _ => {}
        }
        if self.in_block() && self.statement_word(token, span) {
            return;
        }
        match token {
            Token::Colon if self.in_block() => self.colon(span),
            Token::LeftBrace if self.opens_block() => self.open_brace(span),
            Token::LeftParen | Token::LeftSquare | Token::LeftBrace | Token::FieldOpen => {
                self.begin();
                self.push_open(Open::Bracket(token), span);
                self.emit(token, span);
            }
            Token::RightParen | Token::RightSquare | Token::RightBrace | Token::FieldClose => {
                self.close(token, span);
            }
            _ => self.word(token, span),
        }
    }

    fn push_open(&mut self, kind: Open, span: Span) {
        let index = self.laid.tokens.len();
        self.open_fields += usize::from(kind == FIELD);
        self.open.push(Opened { kind, span, index });
    }

    fn pop_open(&mut self) -> Option<Opened> {
        let opened = self.open.pop();
        self.open_fields -= usize::from(opened.is_some_and(|opened| opened.kind == FIELD));
        opened
    }

    /// Marks the statement as begun.
    fn begin(&mut self) {
        self.statement.begun = true;
        self.brace_is_block = false;
    }

    fn separator(&mut self, span: Span) {
        if !matches!(self.last(), None | Some(Token::Newline | Token::BlockOpen)) {
            self.emit(Token::Newline, span);
        }
        self.statement = Statement::default();
    }

    /// Handles words that matter at the start of a statement or for its blocks; `true` if the token
    /// is used up.
    fn statement_word(&mut self, token: Token, span: Span) -> bool {
        if self.statement.begun {
            match token {
                Token::Lambda => self.statement.lambdas += 1,
                Token::If => self.statement.conditionals += 1,
                Token::Else if self.statement.conditionals > 0 => self.statement.conditionals -= 1,
                // `if a: b else: c` on one line.
                _ if token.continues_statement() && self.in_line_block() => {
                    self.close_block(span);
                    return self.statement_word(token, span);
                }
                _ => {}
            }
            return false;
        }
        match token {
            Token::Else if self.peek_here() == Some(Token::If) => {
                let end = self.peek().map_or(span, |(_, next)| next);
                self.at += 1;
                self.header(Token::Elif, span.to(end), false);
                true
            }
            Token::Else | Token::Try | Token::Finally | Token::Except => {
                self.header(token, span, true);
                true
            }
            Token::If
            | Token::Elif
            | Token::For
            | Token::While
            | Token::Def
            | Token::With
            | Token::Class => {
                self.header(token, span, false);
                true
            }
            Token::Async if matches!(self.peek_here(), Some(Token::Def | Token::For)) => true,
            Token::Name => self.foreign_start(span),
            Token::Not if self.text(span) == "!" && self.peek_here() == Some(Token::Name) => {
                self.shell_command(span);
                false
            }
            _ => false,
        }
    }

    fn in_line_block(&self) -> bool {
        self.open.last().is_some_and(|opened| opened.kind == Open::Line)
    }

    fn header(&mut self, token: Token, span: Span, bare: bool) {
        self.emit(token, span);
        self.begin();
        self.statement.header = true;
        self.statement.bare = bare;
    }

    /// `!ls -la`: no statement begins so, and `not ls - la` is not what was meant.
    fn shell_command(&mut self, span: Span) {
        let message = "a shell command is not part of the language";
        self.laid.errors.push(
            Diagnostic::error(Code::Foreign, span, message)
                .with_help("remove the line; there are no files or programs"),
        );
    }

    /// `let x`, `function f`: words that other languages put before a name.
    fn foreign_start(&mut self, span: Span) -> bool {
        let word = self.text(span);
        match (word, self.peek_here()) {
            ("let" | "const", Some(Token::Name | Token::LeftSquare | Token::LeftBrace))
            | ("var", Some(Token::Name)) => {
                self.note(span, "no `let`, `const` or `var` is needed: x = 1");
                if let Some((Token::Name, next)) = self.peek()
                    && self.text(next) == "mut"
                    && matches!(self.input.get(self.at + 1), Some((Token::Name, _)))
                {
                    self.at += 1;
                }
                true
            }
            ("function" | "fn" | "func", Some(Token::Name)) => {
                self.note(span, "functions are written def f(x) { ... }");
                self.header(Token::Def, span, false);
                true
            }
            _ => false,
        }
    }

    /// Every other token: emitted, perhaps as something else.
    fn word(&mut self, token: Token, span: Span) {
        self.statement.bare = false;
        let after_dot = self.last() == Some(Token::Dot);
        let token = match token {
            _ if after_dot
                && token.is_keyword()
                && self.text(span).starts_with(char::is_alphabetic) =>
            {
                Token::Name
            }
            Token::Await => {
                if self.peek_here().is_some_and(Token::starts_operand) {
                    return;
                }
                Token::Name
            }
            Token::Name if !after_dot => self.name(span),
            Token::FatArrow => {
                self.mark_arrow(span);
                token
            }
            _ => {
                self.note_spelling(token, span);
                token
            }
        };
        self.begin();
        self.emit(token, span);
    }

    /// A name, or a word that stands for a constant.
    fn name(&mut self, span: Span) -> Token {
        let word = self.text(span);
        if self.peek_here() == Some(Token::FatArrow) {
            return Token::ArrowName;
        }
        let Some(constant) = foreign_constant(word) else { return Token::Name };
        if self.rebound.contains(word) {
            return Token::Name;
        }
        let ours = match constant {
            Token::True => "True",
            Token::False => "False",
            _ => "None",
        };
        self.note(span, &format!("`{word}` is {ours} here"));
        constant
    }

    /// Notes operators that are spelled as in another language.
    fn note_spelling(&mut self, token: Token, span: Span) {
        let text = self.text(span);
        let ours = match (token, text) {
            (Token::And, "&&") => "and",
            (Token::Or, "||") => "or",
            (Token::Not, "!") => "not",
            (Token::Comparison, "===") => "==",
            (Token::Comparison, "!==") => "!=",
            (Token::Increment, "++") => "+= 1",
            (Token::Increment, _) => "-= 1",
            _ => return,
        };
        self.note(span, &format!("`{text}` is `{ours}` here"));
    }

    /// `=>`: what stands before it are parameters.
    fn mark_arrow(&mut self, span: Span) {
        self.note(span, "`x => e` is lambda x: e here");
        if self.last() != Some(Token::RightParen) {
            return;
        }
        let mut depth = 0usize;
        for (token, _) in self.laid.tokens.iter_mut().rev() {
            match token {
                Token::RightParen => depth += 1,
                Token::LeftParen | Token::ArrowOpen => {
                    depth -= 1;
                    if depth == 0 {
                        *token = Token::ArrowOpen;
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// True where `{` opens a block: after an operand, which no dict can follow, and after words
    /// that want a block at once.
    fn opens_block(&self) -> bool {
        if !self.in_block() {
            return false;
        }
        if self.brace_is_block || self.statement.bare {
            return true;
        }
        self.statement.begun && self.last().is_some_and(Token::ends_operand)
    }

    fn open_brace(&mut self, span: Span) {
        self.open_block(Open::Brace, span);
    }

    fn open_block(&mut self, kind: Open, span: Span) {
        self.push_open(kind, span);
        self.emit(Token::BlockOpen, span);
        self.statement = Statement::default();
        self.brace_is_block = false;
    }

    /// A colon outside brackets: of a lambda, before a block, or before an annotation.
    fn colon(&mut self, span: Span) {
        if self.statement.lambdas > 0 {
            self.statement.lambdas -= 1;
            return self.emit(Token::Colon, span);
        }
        let ends_line = matches!(self.peek(), None | Some((Token::Newline, _)));
        let next_line = if ends_line { self.next_line() } else { None };
        let deeper = next_line.is_some_and(|(_, column)| column > self.line_column);
        let opens = self.statement.header || (ends_line && deeper);
        if !opens {
            self.statement.bare = false;
            return self.emit(Token::Colon, span);
        }
        match self.peek() {
            Some((Token::LeftBrace, _)) => self.brace_is_block = true,
            _ if !ends_line => self.open_block(Open::Line, span),
            _ => match next_line {
                Some((Token::LeftBrace, column)) if column <= self.line_column => {
                    self.skip_newlines();
                    self.brace_is_block = true;
                }
                Some((_, column)) if deeper => {
                    self.skip_newlines();
                    self.open_block(Open::Indent { column, header: self.line_column }, span);
                    self.line_column = column;
                }
                _ => self.missing_block(span),
            },
        }
    }

    /// First token and column of the next line that has any.
    fn next_line(&self) -> Option<(Token, usize)> {
        let mut rest = self.input.get(self.at..)?.iter();
        let (token, span) = rest.find(|(token, _)| *token != Token::Newline)?;
        Some((*token, self.column(*span)))
    }

    fn missing_block(&mut self, colon: Span) {
        self.laid.errors.push(
            Diagnostic::error(Code::Syntax, colon, "expected an indented block after this line")
                .with_help("indent what belongs to it, or write { ... }; pass does nothing"),
        );
        self.open_block(Open::Line, colon);
    }

    /// A line end: nothing inside brackets and before `.name`; else it ends statements and blocks.
    fn newline(&mut self, span: Span) {
        if !self.in_block() {
            if self.bracket_is_left_open() {
                self.close_brackets(self.last_end());
                return self.newline(span);
            }
            return;
        }
        self.skip_newlines();
        let Some((next, next_span)) = self.peek() else { return };
        if self.continues_on_next_line(next) {
            return;
        }
        if self.statement.header && next == Token::LeftBrace {
            self.brace_is_block = true;
            return;
        }
        let column = self.column(next_span);
        self.close_lines(column, next_span);
        let after_block = next.continues_statement() && self.last() == Some(Token::BlockClose);
        if !after_block && !matches!(self.last(), None | Some(Token::Newline | Token::BlockOpen)) {
            self.emit(Token::Newline, span);
        }
        self.statement = Statement::default();
        self.line_column = column;
    }

    /// A line that begins with `.name` goes on with the one before it.
    fn continues_on_next_line(&self, next: Token) -> bool {
        next == Token::Dot
            && matches!(self.input.get(self.at + 1), Some((word, _)) if *word == Token::Name || word.is_keyword())
            && self.statement.begun
    }

    /// A bracket was forgotten if the next line starts with a word that only starts statements.
    fn bracket_is_left_open(&self) -> bool {
        self.open_fields == 0
            && self.next_line().is_some_and(|(token, _)| token.only_starts_statement())
    }

    /// Closes the blocks that a line of this column ends.
    fn close_lines(&mut self, column: usize, next: Span) {
        while let Some(opened) = self.open.last().copied() {
            match opened.kind {
                Open::Line => self.close_block(Span::new(self.last_end(), self.last_end())),
                Open::Indent { column: own, header } if column < own => {
                    if column > header {
                        let message = "the indentation fits no block above";
                        self.laid.errors.push(
                            Diagnostic::error(Code::Syntax, next, message)
                                .with_help("give the lines of a block the same indentation"),
                        );
                        return;
                    }
                    self.close_block(Span::new(self.last_end(), self.last_end()));
                }
                _ => return,
            }
        }
    }

    /// Closes the innermost block.
    fn close_block(&mut self, span: Span) {
        let opened = self.pop_open();
        let end = self.last_end();
        let brace = opened.is_some_and(|opened| opened.kind == Open::Brace);
        let span = if brace { span } else { Span::new(end, end) };
        self.emit(Token::BlockClose, span);
        self.statement = Statement::default();
    }

    /// A closing bracket.
    fn close(&mut self, token: Token, span: Span) {
        if token == Token::RightBrace {
            while self
                .open
                .last()
                .is_some_and(|o| matches!(o.kind, Open::Line | Open::Indent { .. }))
                && self.open.iter().any(|o| o.kind == Open::Brace)
            {
                self.close_block(span);
            }
        }
        let Some(depth) = self.partner(token) else {
            let text = self.text(span);
            self.laid.errors.push(
                Diagnostic::error(
                    Code::UnbalancedBracket,
                    span,
                    format!("`{text}` closes nothing"),
                )
                .with_help(format!("remove {text}")),
            );
            return;
        };
        while self.open.len() > depth + 1 {
            self.unclosed(span.range().start, false);
        }
        if self.open.last().is_some_and(|opened| opened.kind == Open::Brace) {
            self.close_block(span);
            self.after_brace();
        } else {
            self.pop_open();
            self.statement.bare = false;
            self.emit(token, span);
        }
    }

    /// The index of the open thing that this bracket closes. Brackets inside a block or field close
    /// nothing outside it, but `}` closes a block whose brackets were forgotten.
    fn partner(&self, token: Token) -> Option<usize> {
        let wanted = match token {
            Token::RightParen => Token::LeftParen,
            Token::RightSquare => Token::LeftSquare,
            Token::FieldClose => Token::FieldOpen,
            _ => Token::LeftBrace,
        };
        for (index, opened) in self.open.iter().enumerate().rev() {
            match opened.kind {
                Open::Bracket(open) if open == wanted => return Some(index),
                FIELD => return None,
                Open::Bracket(_) => {}
                Open::Brace if token == Token::RightBrace => return Some(index),
                _ => return None,
            }
        }
        None
    }

    /// After a block's `}` a new statement may start on the same line.
    fn after_brace(&mut self) {
        match self.peek_here() {
            None | Some(Token::Semicolon | Token::RightBrace) => {}
            Some(next) if next.continues_statement() => {}
            Some(_) => {
                let end = self.last_end();
                self.emit(Token::Newline, Span::new(end, end));
            }
        }
    }

    /// Closes the innermost bracket or brace block, which has no partner.
    fn unclosed(&mut self, at: usize, rest_is_guess: bool) {
        let Some(opened) = self.open.last().copied() else { return };
        let place = Span::new(at, at);
        let token = match opened.kind {
            Open::Bracket(Token::LeftParen) => Token::RightParen,
            Open::Bracket(Token::LeftSquare) => Token::RightSquare,
            FIELD => Token::FieldClose,
            Open::Bracket(_) => Token::RightBrace,
            Open::Line | Open::Indent { .. } => return self.close_block(place),
            Open::Brace => Token::BlockClose,
        };
        let open = self.text(opened.span);
        let close = match open {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        self.laid.errors.push(
            Diagnostic::error(
                Code::UnbalancedBracket,
                opened.span,
                format!("`{open}` is never closed"),
            )
            .with_help(format!("add {close}")),
        );
        if rest_is_guess && token != Token::BlockClose {
            let from = opened.span.start;
            self.laid.guessed_from = Some(self.laid.guessed_from.map_or(from, |g| g.min(from)));
        }
        if token == Token::BlockClose {
            self.close_block(place);
        } else {
            // An arrow's parameters may have renamed it; the output's own token decides.
            let arrow = matches!(self.laid.tokens.get(opened.index), Some((Token::ArrowOpen, _)));
            self.pop_open();
            self.emit(if arrow { Token::RightParen } else { token }, place);
        }
    }

    /// Closes all brackets up to the innermost block.
    fn close_brackets(&mut self, at: usize) {
        while !self.in_block() {
            self.unclosed(at, false);
        }
    }

    /// Closes what is still open at the end.
    fn finish(&mut self) {
        while !self.open.is_empty() {
            self.unclosed(self.source.len(), true);
        }
    }
}
