//! What the parser reports: a place, what it found, and a small set of what it expected.
//!
//! Our own error type instead of chumsky's `Rich`: a parse tries many alternatives and each failure
//! makes one of these, so it must be small and cheap to merge; and the sets are already the words
//! that a message uses.

use chumsky::DefaultExpected;
use chumsky::error::{Error, LabelError};
use chumsky::util::MaybeRef;

use crate::diagnostic::Diagnostic;
use crate::parser::Tokens;
use crate::span::Span;
use crate::token::Token;

/// What may be expected, in the order in which a message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    Name,
    Expression,
    Statement,
    Block,
    In,
    Else,
    Except,
    Import,
    Def,
    Colon,
    LeftParen,
    Comma,
    RightParen,
    RightSquare,
    RightBrace,
    Assign,
    EndOfLine,
    /// Operators, calls, indexes: named only if nothing else was expected.
    Operator,
    /// Never named.
    Hidden,
}

/// Every [`Expect`] in order.
const ALL: [Expect; 18] = [
    Expect::Name,
    Expect::Expression,
    Expect::Statement,
    Expect::Block,
    Expect::In,
    Expect::Else,
    Expect::Except,
    Expect::Import,
    Expect::Def,
    Expect::Colon,
    Expect::LeftParen,
    Expect::Comma,
    Expect::RightParen,
    Expect::RightSquare,
    Expect::RightBrace,
    Expect::Assign,
    Expect::EndOfLine,
    Expect::Operator,
];

impl Expect {
    /// The word in a message.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Expect::Name => "a name",
            Expect::Expression => "a value",
            Expect::Statement => "a statement",
            Expect::Block => "`{`",
            Expect::In => "`in`",
            Expect::Else => "`else`",
            Expect::Except => "`except`",
            Expect::Import => "`import`",
            Expect::Def => "`def`",
            Expect::Colon => "`:`",
            Expect::LeftParen => "`(`",
            Expect::Comma => "`,`",
            Expect::RightParen => "`)`",
            Expect::RightSquare => "`]`",
            Expect::RightBrace => "`}`",
            Expect::Assign => "`=`",
            Expect::EndOfLine => "the end of the line",
            Expect::Operator => "an operator",
            Expect::Hidden => "something else",
        }
    }

    /// What an unlabelled `just(token)` expects.
    fn of(token: Token) -> Expect {
        match token {
            Token::BlockOpen => Expect::Block,
            Token::In => Expect::In,
            Token::Else => Expect::Else,
            Token::Except => Expect::Except,
            Token::Import => Expect::Import,
            Token::Def => Expect::Def,
            Token::Colon => Expect::Colon,
            Token::Comma => Expect::Comma,
            Token::RightParen => Expect::RightParen,
            Token::RightSquare => Expect::RightSquare,
            Token::RightBrace | Token::FieldClose => Expect::RightBrace,
            Token::Assign => Expect::Assign,
            Token::Newline => Expect::EndOfLine,
            _ => Expect::Hidden,
        }
    }
}

/// A set of [`Expect`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected(u32);

impl Expected {
    fn one(expect: Expect) -> Expected {
        Expected(1 << expect as u32)
    }

    pub(crate) fn contains(self, expect: Expect) -> bool {
        self.0 & Expected::one(expect).0 != 0
    }

    /// The words of a message, most telling first.
    pub(crate) fn words(self) -> Vec<&'static str> {
        let named: Vec<Expect> = ALL.into_iter().filter(|&e| self.contains(e)).collect();
        let only_operator = named == [Expect::Operator];
        let statement = self.contains(Expect::Statement);
        named
            .into_iter()
            .filter(|&e| e != Expect::Operator || only_operator)
            .filter(|&e| e != Expect::EndOfLine || !statement)
            .map(Expect::word)
            .collect()
    }
}

/// A failure of the parser.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    /// `None` at the end of the program.
    pub(crate) found: Option<Token>,
    pub(crate) expected: Expected,
    /// A finding with its own words, instead of "expected X, found Y".
    pub(crate) own: Option<Box<Diagnostic>>,
}

impl Fault {
    /// A finding with its own words.
    pub(crate) fn own(diagnostic: Diagnostic) -> Fault {
        Fault {
            span: diagnostic.span,
            found: None,
            expected: Expected::default(),
            own: Some(Box::new(diagnostic)),
        }
    }

    fn new(expected: Expected, found: Option<MaybeRef<'_, Token>>, span: Span) -> Fault {
        Fault { span, found: found.map(|token| *token), expected, own: None }
    }
}

impl Error<'static, Tokens> for Fault {
    fn merge(mut self, other: Fault) -> Fault {
        self.expected.0 |= other.expected.0;
        self.own = self.own.or(other.own);
        self
    }
}

impl LabelError<'static, Tokens, DefaultExpected<'static, Token>> for Fault {
    fn expected_found<E: IntoIterator<Item = DefaultExpected<'static, Token>>>(
        expected: E,
        found: Option<MaybeRef<'static, Token>>,
        span: Span,
    ) -> Fault {
        let mut set = Expected::default();
        for one in expected {
            let expect = match one {
                DefaultExpected::Token(token) => Expect::of(*token),
                DefaultExpected::EndOfInput => Expect::EndOfLine,
                _ => Expect::Hidden,
            };
            set.0 |= Expected::one(expect).0;
        }
        Fault::new(set, found, span)
    }
}

impl LabelError<'static, Tokens, Expect> for Fault {
    fn expected_found<E: IntoIterator<Item = Expect>>(
        expected: E,
        found: Option<MaybeRef<'static, Token>>,
        span: Span,
    ) -> Fault {
        let set = expected.into_iter().fold(0, |set, e| set | Expected::one(e).0);
        Fault::new(Expected(set), found, span)
    }

    fn label_with(&mut self, label: Expect) {
        self.expected = Expected::one(label);
    }
}
