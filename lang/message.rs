//! From a parser's failure to a diagnostic: "expected X, found Y", or what a habit of another
//! language is called here.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::fault::{Expect, Fault};
use crate::foreign;
use crate::lexer::Spanned;
use crate::span::Span;
use crate::token::Token;

/// The most expectations that a message names.
const MOST_EXPECTED: usize = 3;

/// The diagnostic of a failure; `None` if what was found was reported already.
pub(crate) fn diagnostic(source: &str, tokens: &[Spanned], fault: Fault) -> Option<Diagnostic> {
    if let Some(own) = fault.own {
        return Some(*own);
    }
    if fault.found == Some(Token::Error) {
        return None;
    }
    let place = Place::find(source, tokens, &fault);
    if let Some(habit) = foreign::recognise(&place) {
        return Some(habit);
    }
    let found = place.found_words();
    let expected = fault.expected.words();
    let expected = match expected.as_slice() {
        [] => "something else".to_string(),
        [one] => (*one).to_string(),
        [most @ .., last] if expected.len() <= MOST_EXPECTED => {
            format!("{} or {last}", most.join(", "))
        }
        many => match many.get(..MOST_EXPECTED) {
            Some([most @ .., last]) => format!("{} or {last}", most.join(", ")),
            _ => many.join(", "),
        },
    };
    let error = Diagnostic::error(
        Code::Syntax,
        place.span(),
        format!("expected {expected}, found {found}"),
    );
    Some(match help(&place, fault.expected) {
        Some(help) => error.with_help(help),
        None => error,
    })
}

/// Remedies for plain mistakes.
fn help(place: &Place<'_>, expected: crate::fault::Expected) -> Option<String> {
    let first = place.statement.first().map(|(token, _)| *token);
    let header = matches!(first, Some(Token::If | Token::Elif | Token::While));
    match place.found {
        Some(Token::Assign) if header || !expected.contains(Expect::EndOfLine) => {
            Some("compare with ==".to_string())
        }
        Some(Token::Else | Token::Elif) if place.index == 0 => {
            Some("it belongs right after the block of an `if`".to_string())
        }
        Some(Token::Except | Token::Finally) if place.index == 0 => {
            Some("it belongs right after the block of a `try`".to_string())
        }
        Some(token) if token.is_keyword() && expected.contains(Expect::Name) => {
            Some(format!("`{}` is a word of the language; pick another name", place.found_text()))
        }
        Some(_) if place.comment_before() => Some("comments start with #".to_string()),
        Some(Token::Newline | Token::BlockClose) | None if expected.contains(Expect::Except) => {
            Some("add except e { ... }".to_string())
        }
        Some(Token::FieldClose) => {
            Some("braces in an f-string are written twice: {{}}".to_string())
        }
        Some(Token::Newline) | None if expected.contains(Expect::Block) => {
            Some("write the block in braces: { ... }".to_string())
        }
        _ => None,
    }
}

/// Where a failure is: its statement and the token in it.
pub(crate) struct Place<'a> {
    pub(crate) source: &'a str,
    /// The statement's tokens, without the line end after it.
    pub(crate) statement: &'a [Spanned],
    /// Index of the token that was found, in `statement`; past its end for a line's end.
    pub(crate) index: usize,
    pub(crate) found: Option<Token>,
    found_span: Span,
}

impl<'a> Place<'a> {
    fn find(source: &'a str, tokens: &'a [Spanned], fault: &Fault) -> Place<'a> {
        // Tokens without width may share a start: the found kind decides among them.
        let mut at = tokens.partition_point(|(_, span)| span.start < fault.span.start);
        while let Some((token, span)) = tokens.get(at)
            && Some(*token) != fault.found
            && span.start == fault.span.start
        {
            at += 1;
        }
        if fault.found.is_none() {
            at = tokens.len();
        }
        let ends =
            |token: Token| matches!(token, Token::Newline | Token::BlockOpen | Token::BlockClose);
        let before = tokens.get(..at).unwrap_or_default();
        let start = before.iter().rposition(|(token, _)| ends(*token)).map_or(0, |i| i + 1);
        let after = tokens.get(at..).unwrap_or_default();
        let end = at + after.iter().position(|(token, _)| ends(*token)).unwrap_or(after.len());
        Place {
            source,
            statement: tokens.get(start..end).unwrap_or_default(),
            index: at - start,
            found: fault.found,
            found_span: fault.span,
        }
    }

    /// The source of a token.
    pub(crate) fn text(&self, index: usize) -> &'a str {
        self.statement
            .get(index)
            .and_then(|(_, span)| self.source.get(span.range()))
            .unwrap_or_default()
    }

    /// The kind of a token.
    pub(crate) fn token(&self, index: usize) -> Option<Token> {
        self.statement.get(index).map(|(token, _)| *token)
    }

    /// The source from one token to before another, for rewritten lines; `None` if it is long.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Option<&'a str> {
        let start = self.statement.get(from)?.1.range().start;
        let end = self.statement.get(to.checked_sub(1)?)?.1.range().end;
        let text = self.source.get(start..end)?;
        (text.len() <= 60 && !text.contains('\n')).then_some(text)
    }

    /// True if `//` stands before the place, as if it started a comment.
    fn comment_before(&self) -> bool {
        (0..self.index).any(|i| self.text(i) == "//")
    }

    /// The whole statement's place.
    pub(crate) fn statement_span(&self) -> Span {
        let first = self.statement.first().map_or(self.found_span, |(_, span)| *span);
        let last = self.statement.last().map_or(self.found_span, |(_, span)| *span);
        first.to(last)
    }

    fn found_text(&self) -> &'a str {
        self.source.get(self.found_span.range()).unwrap_or_default()
    }

    /// The place to show: a line end is shown at the last character before it.
    fn span(&self) -> Span {
        match self.found {
            Some(Token::Newline) => {
                Span::new(self.found_span.range().start, self.found_span.range().start)
            }
            _ => self.found_span,
        }
    }

    /// The word for what was found.
    fn found_words(&self) -> String {
        match self.found {
            None => "the end of the program".to_string(),
            Some(Token::Newline) if self.found_text() == ";" => "`;`".to_string(),
            Some(Token::Newline) => "the end of the line".to_string(),
            Some(Token::BlockClose) if self.found_text().is_empty() => {
                "the end of the block".to_string()
            }
            Some(Token::Text | Token::Template) => "a text".to_string(),
            Some(Token::FormatStart) => "an f-string".to_string(),
            Some(Token::FormatEnd) => "the end of the f-string".to_string(),
            Some(_) => {
                let text = self.found_text();
                let short: String = text.chars().take(30).collect();
                format!("`{short}`")
            }
        }
    }
}
