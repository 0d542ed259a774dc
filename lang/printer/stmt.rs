//! Statements and blocks, with the comments and blank lines between them.

use crate::ast::{Block, Expr, Handler, Stmt, StmtKind};
use crate::lexer::Comment;
use crate::printer::comments::own_lines;
use crate::printer::expr::{ANY, ExprPrinter, sign};
use crate::printer::{STEP, WIDEST, imports};
use crate::span::Span;

/// Writes a program.
pub(super) struct Printer<'a> {
    source: &'a str,
    expr: ExprPrinter<'a>,
    /// The line of the source on which what was written last ends; `None` at a block's start.
    last_line: Option<usize>,
}

/// A part of a compound statement: its header and its block.
struct Part<'s> {
    head: Head<'s>,
    block: &'s Block,
}

/// What stands before a block.
enum Head<'s> {
    Condition(&'static str, &'s Expr),
    For(&'s Expr, &'s Expr),
    Def(&'s str, &'s [crate::ast::Param]),
    Except(&'s Handler),
    Word(&'static str),
}

impl<'a> Printer<'a> {
    pub(super) fn new(source: &'a str, comments: &'a [Comment]) -> Printer<'a> {
        Printer { source, expr: ExprPrinter::new(source, comments), last_line: None }
    }

    pub(super) fn program(mut self, program: &Block) -> String {
        self.statements(&program.body, u32::MAX, u32::MAX);
        let mut out = self.expr.out.trim_start_matches('\n').to_string();
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// Statements, each on lines of its own, with the comments before `end`; `after` is where the
    /// source goes on behind them.
    fn statements(&mut self, body: &[Stmt], end: u32, after: u32) {
        self.last_line = None;
        for (index, statement) in body.iter().enumerate() {
            let next = body.get(index + 1).map_or(after, |next| next.span.start);
            self.comment_lines(statement.span.start);
            if let StmtKind::Import(names) = &statement.kind
                && imports::is_needless(names)
            {
                continue;
            }
            self.statement(statement, next);
        }
        self.comment_lines(end);
    }

    /// Comments that stand before a place and are not written yet, each on a line of its own.
    fn comment_lines(&mut self, before: u32) {
        for comment in self.expr.comments.take(0, before) {
            self.start_line(comment.span);
            let lines = own_lines(comment);
            self.expr.out.push_str(&lines.join(&format!("\n{}", " ".repeat(self.expr.indent))));
        }
    }

    /// Begins a line for something of the source: behind a blank line if there was one.
    fn start_line(&mut self, span: Span) {
        let first = self.expr.comments.line(span.start);
        if self.last_line.is_some_and(|last| first > last + 1) {
            self.expr.out.push('\n');
        }
        self.expr.new_line();
        let last = span.end.saturating_sub(1).max(span.start);
        self.last_line = Some(self.expr.comments.line(last));
    }

    fn statement(&mut self, statement: &Stmt, next: u32) {
        let start = self.expr.out.len();
        let begun = self.last_line;
        self.start_line(statement.span);
        let last_line = self.last_line;
        let parts = parts(statement);
        if parts.is_empty() {
            self.simple(statement);
            self.hoist(statement.span, start, begun);
        } else {
            self.compound(statement, &parts, next);
        }
        // Comments at the end of an indented block reach further than the statement.
        self.last_line = self.last_line.max(last_line);
        if statement.span.end <= next {
            self.expr.trailing_comment(statement.span.end, next);
        }
    }

    /// Comments inside a statement that no bracket took move in front of it.
    fn hoist(&mut self, span: Span, start: usize, begun: Option<usize>) {
        if !self.expr.comments.any_in(span) {
            return;
        }
        let written = self.expr.out.split_off(start);
        let last_line = std::mem::replace(&mut self.last_line, begun);
        for (index, comment) in
            self.expr.comments.take(span.start, span.end).into_iter().enumerate()
        {
            let place =
                if index == 0 { Span { end: span.start + 1, ..span } } else { comment.span };
            self.start_line(place);
            let lines = own_lines(comment);
            self.expr.out.push_str(&lines.join(&format!("\n{}", " ".repeat(self.expr.indent))));
        }
        self.last_line = last_line;
        let rest = written.trim_start_matches('\n');
        self.expr.out.push('\n');
        self.expr.out.push_str(rest);
    }

    fn simple(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) => self.expr.top(value),
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    self.expr.top(target);
                    self.word(" = ");
                }
                self.expr.top(value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.expr.expr(target, ANY);
                self.word(&format!(" {}= ", sign(*op)));
                self.expr.top(value);
            }
            StmtKind::Return(value) => {
                self.word("return");
                if let Some(value) = value {
                    self.word(" ");
                    self.expr.top(value);
                }
            }
            StmtKind::Raise(value) => {
                self.word("raise");
                if let Some(value) = value {
                    self.word(" ");
                    self.expr.expr(value, ANY);
                }
            }
            StmtKind::Assert { condition, message } => {
                self.word("assert ");
                self.expr.expr(condition, ANY);
                if let Some(message) = message {
                    self.word(", ");
                    self.expr.expr(message, ANY);
                }
            }
            StmtKind::Del(targets) => {
                self.word("del ");
                for (index, target) in targets.iter().enumerate() {
                    self.word(if index > 0 { ", " } else { "" });
                    self.expr.expr(target, ANY);
                }
            }
            StmtKind::Global(names) | StmtKind::Nonlocal(names) => {
                let names: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
                let global = matches!(statement.kind, StmtKind::Global(_));
                self.word(if global { "global " } else { "nonlocal " });
                self.word(&names.join(", "));
            }
            StmtKind::Import(_) => {
                let written = self.source.get(statement.span.range()).unwrap_or_default();
                self.word(&imports::canonical(written));
            }
            StmtKind::Break => self.word("break"),
            StmtKind::Continue => self.word("continue"),
            _ => self.word("pass"),
        }
    }

    fn word(&mut self, text: &str) {
        self.expr.out.push_str(text);
    }

    fn compound(&mut self, statement: &Stmt, parts: &[Part<'_>], next: u32) {
        if self.on_one_line(statement, parts) {
            return;
        }
        for (index, part) in parts.iter().enumerate() {
            self.word(if index > 0 { " " } else { "" });
            let header_end = self.head(&part.head).unwrap_or(statement.span.start);
            let after = parts.get(index + 1).map_or(next, |next| start_of(next));
            self.block(part.block, header_end, after);
        }
    }

    /// Writes a small statement on one line if it stood on one.
    fn on_one_line(&mut self, statement: &Stmt, parts: &[Part<'_>]) -> bool {
        let span = statement.span;
        let small = parts.iter().all(|part| match part.block.body.as_slice() {
            [] => true,
            [one] => self::parts(one).is_empty() && !matches!(one.kind, StmtKind::Import(_)),
            _ => false,
        });
        let last = span.end.saturating_sub(1).max(span.start);
        let comments = &self.expr.comments;
        if !small || comments.line(span.start) != comments.line(last) || comments.any_in(span) {
            return false;
        }
        let outer = std::mem::take(&mut self.expr.out);
        let flat = std::mem::replace(&mut self.expr.flat, true);
        for (index, part) in parts.iter().enumerate() {
            self.word(if index > 0 { " " } else { "" });
            self.head(&part.head);
            self.word(" { ");
            if let Some(one) = part.block.body.first() {
                self.simple(one);
                self.word(" ");
            }
            self.word("}");
        }
        self.expr.flat = flat;
        let line = std::mem::replace(&mut self.expr.out, outer);
        let fits = self.expr.column() + line.chars().count() <= WIDEST && !line.contains('\n');
        if fits {
            self.word(&line);
        }
        fits
    }

    /// A header without its brace; gives the end of its last expression.
    fn head(&mut self, head: &Head<'_>) -> Option<u32> {
        match head {
            Head::Condition(word, condition) => {
                self.word(word);
                self.expr.expr(condition, ANY);
                Some(condition.span.end)
            }
            Head::For(target, iterable) => {
                self.word("for ");
                self.expr.top(target);
                self.word(" in ");
                self.expr.top(iterable);
                Some(iterable.span.end)
            }
            Head::Def(name, params) => {
                self.word(&format!("def {name}("));
                self.expr.params(params);
                self.word(")");
                None
            }
            Head::Except(handler) => {
                self.word(&caught(handler));
                None
            }
            Head::Word(word) => {
                self.word(word);
                None
            }
        }
    }

    /// A block over several lines; `next` is where the source goes on behind it.
    fn block(&mut self, block: &Block, header_end: u32, next: u32) {
        self.word(" {");
        let braces = self.source.as_bytes().get(block.span.start as usize) == Some(&b'{')
            && self.source.as_bytes().get((block.span.end as usize).wrapping_sub(1)) == Some(&b'}');
        let first = block.body.first();
        let inside = first.map_or(block.span.end, |first| first.span.start);
        let begin = if braces { block.span.start.max(header_end) } else { header_end };
        if begin <= inside {
            self.expr.trailing_comment(begin, inside);
        }
        let commented = !self.expr.out.ends_with(" {");
        self.expr.indent += STEP;
        let before = self.expr.out.len();
        let after = if braces { block.span.end } else { next };
        self.statements(&block.body, block.span.end, after);
        if !braces && let Some(first) = first {
            self.indented_comments(first, block.span.end, next);
        }
        self.expr.indent -= STEP;
        if commented || self.expr.out.len() > before {
            self.expr.new_line();
        } else {
            self.word(" ");
        }
        self.word("}");
    }

    /// Comments at the end of a block without braces.
    fn indented_comments(&mut self, first: &Stmt, end: u32, next: u32) {
        // What follows on the line of the block's end belongs to its last statement, which has it.
        let column = self.expr.comments.lines.column(first.span.start as usize);
        for comment in self.expr.comments.take_indented(end, next.max(end), column) {
            self.start_line(comment.span);
            let lines = own_lines(comment);
            self.expr.out.push_str(&lines.join(&format!("\n{}", " ".repeat(self.expr.indent))));
        }
    }
}

/// `except`, `except e`, `except KeyError`, `except (KeyError, ValueError) as e`
fn caught(handler: &Handler) -> String {
    let kinds: Vec<&str> = handler.kinds.iter().map(|kind| kind.text.as_str()).collect();
    let name = handler.name.as_ref().map(|name| name.text.as_str());
    let kinds = match kinds.as_slice() {
        [one] => (*one).to_string(),
        several => format!("({})", several.join(", ")),
    };
    match (handler.kinds.is_empty(), name) {
        (true, None) => "except".to_string(),
        (true, Some(name)) => format!("except {name}"),
        (false, None) => format!("except {kinds}"),
        (false, Some(name)) => format!("except {kinds} as {name}"),
    }
}

/// Where the source of a part begins, as far as the tree tells.
fn start_of(part: &Part<'_>) -> u32 {
    match &part.head {
        Head::Condition(_, expr) | Head::For(expr, _) => expr.span.start,
        _ => part.block.body.first().map_or(part.block.span.start, |first| first.span.start),
    }
}

/// The parts of a compound statement; none for a simple one.
fn parts(statement: &Stmt) -> Vec<Part<'_>> {
    let mut all = Vec::new();
    let mut add = |head, block| all.push(Part { head, block });
    let mut last = Vec::new();
    match &statement.kind {
        StmtKind::If { branches, otherwise } => {
            for (index, (condition, block)) in branches.iter().enumerate() {
                let word = if index == 0 { "if " } else { "elif " };
                add(Head::Condition(word, condition), block);
            }
            last.push(("else", otherwise));
        }
        StmtKind::For { target, iterable, body, otherwise } => {
            add(Head::For(target, iterable), body);
            last.push(("else", otherwise));
        }
        StmtKind::While { condition, body, otherwise } => {
            add(Head::Condition("while ", condition), body);
            last.push(("else", otherwise));
        }
        StmtKind::Def { name, params, body } => add(Head::Def(&name.text, params), body),
        StmtKind::Try { body, handlers, otherwise, finally } => {
            add(Head::Word("try"), body);
            for handler in handlers {
                add(Head::Except(handler), &handler.body);
            }
            last.extend([("else", otherwise), ("finally", finally)]);
        }
        _ => {}
    }
    for (word, block) in last {
        if let Some(block) = block {
            add(Head::Word(word), block);
        }
    }
    all
}
