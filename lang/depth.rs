//! The nesting limit: what passes it is safe to parse, to walk and to drop by recursion.
//!
//! Decided on tokens, before any tree exists. Brackets, blocks and operators that nest to the right
//! (`not`, `-`, `**`, `lambda`, `if`/`else`) count against [`MOST_NESTED`]; operators that nest to
//! the left (`a + b + c`, `a.b.c`) make long thin trees and have a limit of their own.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::lexer::Spanned;
use crate::span::Span;
use crate::token::Token;

/// Brackets, blocks and prefix operators inside each other.
pub(crate) const MOST_NESTED: usize = 200;

/// Operators in one chain, those of the enclosing brackets included.
pub(crate) const LONGEST_CHAIN: usize = 1000;

/// Counts of one bracket or block: of the part since the last comma or statement end.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Operators that nest to the right.
    right: usize,
    /// Prefix operators directly in front of each other, not yet in `right`.
    run: usize,
    /// Prefix operators in front of the last operand.
    last_run: usize,
    /// Operators that nest to the left.
    chain: usize,
}

/// The first place where a program nests too deeply.
pub(crate) fn check(tokens: &[Spanned]) -> Option<Diagnostic> {
    let mut levels = vec![Level::default()];
    // Sums over all levels but the innermost.
    let (mut right, mut chain) = (0, 0);
    let (mut operand, mut starts) = (false, true);
    for &(token, span) in tokens {
        let Some(level) = levels.last_mut() else { break };
        match token {
            Token::LeftParen
            | Token::ArrowOpen
            | Token::LeftSquare
            | Token::LeftBrace
            | Token::FieldOpen
            | Token::FormatStart
            | Token::BlockOpen => {
                // A call or an index is a step of a chain.
                let step = operand && matches!(token, Token::LeftParen | Token::LeftSquare);
                level.chain += usize::from(step);
                right += level.right + level.run;
                chain += level.chain;
                levels.push(Level::default());
            }
            Token::RightParen
            | Token::RightSquare
            | Token::RightBrace
            | Token::FieldClose
            | Token::FormatEnd
            | Token::BlockClose => {
                levels.pop();
                if let Some(level) = levels.last_mut() {
                    right -= level.right + level.run;
                    chain -= level.chain;
                    level.operand();
                }
            }
            Token::Comma | Token::Newline => *level = Level::default(),
            Token::Plus | Token::Minus | Token::Star | Token::DoubleStar if !operand => {
                level.run += 1
            }
            Token::Not if !operand => level.run += 1,
            Token::Tilde => level.run += 1,
            // Of a statement, which its block counts for.
            Token::If | Token::Else if starts => {}
            Token::Lambda | Token::FatArrow | Token::DoubleStar | Token::Else | Token::If => {
                level.nest()
            }
            _ if token.ends_operand() => level.operand(),
            Token::Plus
            | Token::Minus
            | Token::Star
            | Token::Divide
            | Token::Shift
            | Token::Bar
            | Token::Ampersand
            | Token::Caret
            | Token::And
            | Token::Or
            | Token::Dot => level.chain += 1,
            _ => {}
        }
        operand = token.ends_operand();
        starts = matches!(token, Token::Newline | Token::BlockOpen | Token::BlockClose);
        if let Some(level) = levels.last() {
            if levels.len() - 1 + right + level.right + level.run > MOST_NESTED {
                return Some(too_deep(span, "nested more than 200 deep"));
            }
            if chain + level.chain > LONGEST_CHAIN {
                return Some(too_deep(span, "more than 1000 operators in one expression"));
            }
        }
    }
    None
}

impl Level {
    fn operand(&mut self) {
        if self.run > 0 {
            self.last_run = std::mem::take(&mut self.run);
        }
    }

    fn nest(&mut self) {
        self.right += 1 + std::mem::take(&mut self.last_run) + std::mem::take(&mut self.run);
    }
}

fn too_deep(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(Code::TooDeep, span, message).with_help("give parts of it names of their own")
}
