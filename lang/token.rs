//! Tokens: the raw ones that `logos` recognises, and those that the lexer and the layout make of them.

use logos::Logos;

/// One kind of token. Tokens carry no text: with their span they point into the source, so that a
/// list of them is small and copies are free.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(skip r"[ \t\f\u{a0}\u{feff}\u{200b}]+")]
#[logos(skip r"\\[ \t]*(\r\n|\r|\n)")]
pub(crate) enum Token {
    // Raw only: the lexer turns these into something else.
    /// The start of a text with its prefix; the lexer scans the rest.
    #[regex(r#"([rR]|[uU]|[bB]|[fF]|[rR][fF]|[fF][rR]|[rR][bB]|[bB][rR])?("""|'''|"|')"#)]
    Quote,
    #[token("`")]
    Backtick,
    #[regex(r"#[^\r\n]*", allow_greedy = true)]
    #[regex(r"/\*([^*]|\*+[^*/])*\*+/", allow_greedy = true)]
    Comment,
    #[token("++")]
    #[token("--")]
    Twice,

    // Words with a meaning of their own.
    #[token("if")]
    If,
    #[token("elif")]
    Elif,
    #[token("else")]
    Else,
    #[token("for")]
    For,
    #[token("in")]
    In,
    #[token("while")]
    While,
    #[token("def")]
    Def,
    #[token("return")]
    Return,
    #[token("break")]
    Break,
    #[token("continue")]
    Continue,
    #[token("pass")]
    Pass,
    #[token("try")]
    Try,
    #[token("except")]
    Except,
    #[token("finally")]
    Finally,
    #[token("assert")]
    Assert,
    #[token("raise")]
    Raise,
    #[token("del")]
    Del,
    #[token("global")]
    Global,
    #[token("nonlocal")]
    Nonlocal,
    #[token("import")]
    Import,
    #[token("from")]
    From,
    #[token("as")]
    As,
    #[token("class")]
    Class,
    #[token("with")]
    With,
    #[token("yield")]
    Yield,
    #[token("async")]
    Async,
    #[token("await")]
    Await,
    #[token("lambda")]
    Lambda,
    #[token("and")]
    #[token("&&")]
    And,
    #[token("or")]
    #[token("||")]
    Or,
    #[token("not")]
    #[token("!")]
    Not,
    #[token("is")]
    Is,
    #[token("None")]
    None,
    #[token("True")]
    True,
    #[token("False")]
    False,

    // Names and literals.
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*")]
    Name,
    #[regex(r"[0-9][0-9_]*", priority = 20)]
    #[regex(r"0[xX][0-9a-fA-F_]+", priority = 20)]
    #[regex(r"0[oO][0-7_]+", priority = 20)]
    #[regex(r"0[bB][01_]+", priority = 20)]
    Int,
    #[regex(r"[0-9][0-9_]*\.([0-9][0-9_]*)?([eE][+-]?[0-9][0-9_]*)?", priority = 20)]
    #[regex(r"\.[0-9][0-9_]*([eE][+-]?[0-9][0-9_]*)?", priority = 20)]
    #[regex(r"[0-9][0-9_]*[eE][+-]?[0-9][0-9_]*", priority = 20)]
    Float,
    #[regex(r"[0-9][0-9_]*(\.[0-9_]*)?[\p{XID_Start}][\p{XID_Continue}]*", priority = 3)]
    BadNumber,
    #[token("...")]
    Ellipsis,

    // Punctuation.
    #[token("(")]
    LeftParen,
    #[token(")")]
    RightParen,
    #[token("[")]
    LeftSquare,
    #[token("]")]
    RightSquare,
    /// `{` of a dict or set; that of a block is [`Token::BlockOpen`].
    #[token("{")]
    LeftBrace,
    #[token("}")]
    RightBrace,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(";")]
    Semicolon,
    #[token(".")]
    Dot,
    #[token("=")]
    Assign,
    #[token(":=")]
    Walrus,
    #[token("=>")]
    FatArrow,
    #[token("->")]
    Arrow,
    #[token("|>")]
    PipeInto,
    #[token("?")]
    Question,
    #[token("@")]
    At,

    // Operators; which one it is says the source.
    #[token("+=")]
    #[token("-=")]
    #[token("*=")]
    #[token("/=")]
    #[token("//=")]
    #[token("%=")]
    #[token("**=")]
    #[token("|=")]
    #[token("&=")]
    #[token("^=")]
    #[token("<<=")]
    #[token(">>=")]
    Augmented,
    #[token("==")]
    #[token("!=")]
    #[token("<")]
    #[token("<=")]
    #[token(">")]
    #[token(">=")]
    #[token("===")]
    #[token("!==")]
    Comparison,
    #[token("<<")]
    #[token(">>")]
    Shift,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("**")]
    DoubleStar,
    /// `/`, `//` or `%`
    #[token("/")]
    #[token("//")]
    #[token("%")]
    Divide,
    #[token("|")]
    Bar,
    #[token("&")]
    Ampersand,
    #[token("^")]
    Caret,
    #[token("~")]
    Tilde,

    /// The end of a line; after the layout only where it ends a statement (then `;` is one too).
    #[regex(r"\r\n|\r|\n")]
    Newline,

    // Made by the lexer.
    /// A whole text literal without fields.
    Text,
    /// The start of an f-string: prefix and quote.
    FormatStart,
    /// A stretch of an f-string between fields.
    FormatText,
    /// As [`Token::FormatText`], in a raw f-string.
    FormatRaw,
    /// `{` of a field.
    FieldOpen,
    /// The `=` of `{x=}`.
    FieldDebug,
    /// `!r`, `!s`, `!a`.
    Conversion,
    /// The `:` before a field's format.
    SpecColon,
    /// `}` of a field.
    FieldClose,
    /// The closing quote of an f-string.
    FormatEnd,
    /// A JavaScript template between backticks.
    Template,
    /// `i++`, `--i` where it is a statement.
    Increment,
    /// What was already reported; the parser takes it for an operand.
    Error,

    // Made by the layout.
    /// `{` of a block, or the `:` of a Python block.
    BlockOpen,
    /// `}` of a block, or the empty place where an indented one ends.
    BlockClose,
    /// A name before `=>`.
    ArrowName,
    /// The `(` of `(a, b) => a`.
    ArrowOpen,
}

/// The words of the language, in the order of their tokens: none of them can be a name.
pub const KEYWORDS: &[&str] = &[
    "if", "elif", "else", "for", "in", "while", "def", "return", "break", "continue", "pass",
    "try", "except", "finally", "assert", "raise", "del", "global", "nonlocal", "import", "from",
    "as", "class", "with", "yield", "async", "await", "lambda", "and", "or", "not", "is", "None",
    "True", "False",
];

impl Token {
    /// True for a token that can end an operand: what follows is an operator, or a block.
    pub(crate) fn ends_operand(self) -> bool {
        matches!(
            self,
            Token::Name
                | Token::Int
                | Token::Float
                | Token::Text
                | Token::FormatEnd
                | Token::Template
                | Token::Error
                | Token::None
                | Token::True
                | Token::False
                | Token::Ellipsis
                | Token::RightParen
                | Token::RightSquare
                | Token::RightBrace
        )
    }

    /// True for a token that can start an operand on the same line.
    pub(crate) fn starts_operand(self) -> bool {
        matches!(
            self,
            Token::Name
                | Token::Int
                | Token::Float
                | Token::Text
                | Token::FormatStart
                | Token::Template
                | Token::None
                | Token::True
                | Token::False
                | Token::LeftParen
                | Token::LeftSquare
                | Token::LeftBrace
        )
    }

    /// True for a word of the language.
    pub(crate) fn is_keyword(self) -> bool {
        (Token::If as u8..=Token::False as u8).contains(&(self as u8))
    }

    /// True for the words that continue a compound statement: `else`, `elif`, `except`, `finally`.
    pub(crate) fn continues_statement(self) -> bool {
        matches!(self, Token::Else | Token::Elif | Token::Except | Token::Finally)
    }

    /// True for words that start a statement and never stand inside an expression.
    pub(crate) fn only_starts_statement(self) -> bool {
        matches!(
            self,
            Token::While
                | Token::Def
                | Token::Return
                | Token::Break
                | Token::Continue
                | Token::Pass
                | Token::Try
                | Token::Except
                | Token::Finally
                | Token::Elif
                | Token::Assert
                | Token::Raise
                | Token::Del
                | Token::Global
                | Token::Nonlocal
                | Token::Import
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_those_of_the_tokens() {
        let tokens: Vec<Token> =
            KEYWORDS.iter().map(|word| Token::lexer(word).next().unwrap().unwrap()).collect();
        let numbers: Vec<u8> = tokens.iter().map(|token| *token as u8).collect();
        let all: Vec<u8> = (Token::If as u8..=Token::False as u8).collect();
        assert_eq!(numbers, all);
    }
}
