//! What each piece of a program is, for colours: a terminal, a page and the prompt of the REPL all
//! paint from this one list.

use crate::lexer;
use crate::span::Span;
use crate::token::Token;

/// What a piece of a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A word of the language, `None`, `True` and `False` among them.
    Keyword,
    /// A name.
    Name,
    /// A name before `(`.
    Call,
    /// A number.
    Number,
    /// A text, with its quotes and prefix; of an f-string, what stands between the fields.
    Text,
    /// A comment.
    Comment,
    /// An operator or a bracket.
    Mark,
}

/// The coloured pieces of a program in order, without overlap; what lies between them is white space.
/// Works for any text, also for one that is no program.
pub fn pieces(source: &str) -> Vec<(Kind, Span)> {
    // Spans are 32 bits wide; nobody looks at a gigabyte in colour.
    if u32::try_from(source.len()).is_err() {
        return Vec::new();
    }
    let lexed = lexer::lex(source);
    let mut pieces: Vec<(Kind, Span)> = Vec::with_capacity(lexed.tokens.len());
    let mut tokens = lexed.tokens.iter().peekable();
    while let Some(&(token, span)) = tokens.next() {
        let is_called = tokens
            .peek()
            .is_some_and(|(next, at)| *next == Token::LeftParen && at.start == span.end);
        if let Some(kind) = kind(token, is_called)
            && span.start < span.end
        {
            pieces.push((kind, span));
        }
    }
    pieces.extend(lexed.comments.iter().map(|comment| (Kind::Comment, comment.span)));
    pieces.sort_by_key(|(_, span)| (span.start, span.end));
    let mut end = 0;
    pieces.retain(|(_, span)| {
        let is_apart = span.start >= end && source.get(span.range()).is_some();
        end = if is_apart { span.end } else { end };
        is_apart
    });
    pieces
}

fn kind(token: Token, is_called: bool) -> Option<Kind> {
    Some(match token {
        Token::Newline => return None,
        Token::Name if is_called => Kind::Call,
        Token::Name | Token::ArrowName => Kind::Name,
        Token::Int | Token::Float | Token::BadNumber => Kind::Number,
        Token::Text
        | Token::Quote
        | Token::Backtick
        | Token::Template
        | Token::FormatStart
        | Token::FormatText
        | Token::FormatRaw
        | Token::FormatEnd => Kind::Text,
        Token::Comment => Kind::Comment,
        word if word.is_keyword() => Kind::Keyword,
        _ => Kind::Mark,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(source: &str) -> Vec<(Kind, &str)> {
        pieces(source).into_iter().map(|(kind, span)| (kind, &source[span.range()])).collect()
    }

    #[test]
    fn pieces_say_what_they_are() {
        let found = painted("for h in grep(r\"a\") { x += 1 } # all");
        use Kind::*;
        let wanted = [
            (Keyword, "for"),
            (Name, "h"),
            (Keyword, "in"),
            (Call, "grep"),
            (Mark, "("),
            (Text, "r\"a\""),
            (Mark, ")"),
            (Mark, "{"),
            (Name, "x"),
            (Mark, "+="),
            (Number, "1"),
            (Mark, "}"),
            (Comment, "# all"),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn fields_of_a_text_are_code() {
        let found = painted("f\"a{len(x)}b\"");
        assert!(found.contains(&(Kind::Call, "len")), "{found:?}");
        assert_eq!(found.first(), Some(&(Kind::Text, "f\"")));
    }

    #[test]
    fn what_is_no_program_has_pieces_too() {
        for text in ["", "\"open", "ä § \u{0} 12ab `x`", "f\"{", "a /* b", "x = '''\n\n"] {
            let mut end = 0;
            for (_, span) in pieces(text) {
                assert!(span.start as usize >= end && text.get(span.range()).is_some(), "{text:?}");
                end = span.end as usize;
            }
        }
    }
}
