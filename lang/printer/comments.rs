//! Comments while a program is printed: each is written once, near what it stood at.

use crate::lexer::Comment;
use crate::source::Lines;
use crate::span::Span;

/// The comments of a program and which of them are written.
pub(super) struct Comments<'a> {
    all: &'a [Comment],
    written: Vec<bool>,
    pub(super) lines: Lines<'a>,
}

impl<'a> Comments<'a> {
    pub(super) fn new(source: &'a str, all: &'a [Comment]) -> Comments<'a> {
        Comments { all, written: vec![false; all.len()], lines: Lines::new(source) }
    }

    /// The line of a byte position, from 1.
    pub(super) fn line(&self, at: u32) -> usize {
        self.lines.line(at as usize)
    }

    /// True if a comment that is not written begins in a place.
    pub(super) fn any_in(&self, span: Span) -> bool {
        self.unwritten(span.start, span.end).next().is_some()
    }

    fn unwritten(&self, from: u32, to: u32) -> impl Iterator<Item = usize> + '_ {
        let first = self.all.partition_point(|comment| comment.span.start < from);
        let end = self.all.partition_point(|comment| comment.span.start < to).max(first);
        (first..end).filter(|&index| self.written.get(index) == Some(&false))
    }

    /// Takes the comments that begin at `from` or later and before `to`.
    pub(super) fn take(&mut self, from: u32, to: u32) -> Vec<&'a Comment> {
        let found: Vec<usize> = self.unwritten(from, to).collect();
        self.mark(&found)
    }

    /// Takes the comments on the line of `after` that begin there or later and before `to`.
    pub(super) fn take_on_line(&mut self, after: u32, to: u32) -> Vec<&'a Comment> {
        let line = self.line(after);
        let same = |index: &usize| {
            self.all.get(*index).is_some_and(|comment| self.line(comment.span.start) == line)
        };
        let found: Vec<usize> = self.unwritten(after, to).take_while(same).collect();
        self.mark(&found)
    }

    /// Takes the comments after a block without braces that are indented like it and have lines of
    /// their own.
    pub(super) fn take_indented(&mut self, after: u32, to: u32, column: usize) -> Vec<&'a Comment> {
        let inside = |index: &usize| {
            self.all.get(*index).is_some_and(|one| {
                let start = one.span.start as usize;
                let before = self.lines.text(self.lines.line(start)).chars();
                let own = self.lines.column(start);
                own >= column && before.take(own - 1).all(char::is_whitespace)
            })
        };
        let found: Vec<usize> = self.unwritten(after, to).take_while(inside).collect();
        self.mark(&found)
    }

    fn mark(&mut self, found: &[usize]) -> Vec<&'a Comment> {
        for &index in found {
            if let Some(written) = self.written.get_mut(index) {
                *written = true;
            }
        }
        found.iter().filter_map(|&index| self.all.get(index)).collect()
    }
}

/// The lines of a comment as it is printed.
pub(super) fn own_lines(comment: &Comment) -> Vec<String> {
    comment.text.lines().map(|line| line_of(line.trim())).chain(empty(comment)).collect()
}

/// A comment behind code: on one line whatever it was.
pub(super) fn trailing(comments: &[&Comment]) -> String {
    let texts: Vec<&str> =
        comments.iter().flat_map(|one| one.text.lines().map(str::trim)).collect();
    line_of(&texts.join(" "))
}

fn empty(comment: &Comment) -> Option<String> {
    comment.text.is_empty().then(|| "#".to_string())
}

fn line_of(text: &str) -> String {
    let gap = if text.is_empty() || text.starts_with('#') { "" } else { " " };
    format!("#{gap}{text}")
}
