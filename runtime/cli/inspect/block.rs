//! What is shown of a run, before it is lines of a terminal: pieces of text with what they are. The text
//! views and the interactive one are made of the same pieces.

use crate::cli::paint::{self, Paint};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The head of what follows; what stands behind two spaces is said of it.
    Title,
    /// Something known of it.
    Fact,
    /// A program.
    Program,
    /// What a program printed, or a model was told.
    Printed,
    /// Why something failed.
    Error,
    /// Words of a model or a person.
    Text,
    /// What was left out, and how to see it.
    More,
    /// Lines of a difference: each begins with `+`, `-` or a space.
    Difference,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub indent: usize,
    pub kind: Kind,
    /// One or several lines; nothing in it can change a terminal.
    pub text: String,
}

impl Block {
    pub(super) fn new(indent: usize, kind: Kind, text: &str) -> Block {
        Block { indent, kind, text: paint::harmless(text) }
    }

    /// What stands before each line.
    pub(super) fn gutter(&self) -> &'static str {
        match self.kind {
            Kind::Program => "| ",
            Kind::Printed => "> ",
            Kind::Error => "! ",
            Kind::Title | Kind::Fact | Kind::Text | Kind::More | Kind::Difference => "",
        }
    }

    /// The text in colours, as lines.
    fn lines(&self, paint: Paint) -> Vec<String> {
        let text = self.text.trim_end_matches('\n');
        let each = |paint_line: &dyn Fn(&str) -> String| text.split('\n').map(paint_line).collect();
        match self.kind {
            Kind::Program => paint.program(text).split('\n').map(str::to_string).collect(),
            Kind::Title => each(&|line| match line.split_once("  ") {
                Some((head, facts)) => format!("{}  {}", paint.bold(head), paint.dim(facts)),
                None => paint.bold(line),
            }),
            Kind::Error => each(&|line| paint.bad(line)),
            Kind::More | Kind::Fact => each(&|line| paint.dim(line)),
            Kind::Printed | Kind::Text => each(&str::to_string),
            Kind::Difference => each(&|line| match line.as_bytes().first() {
                Some(b'+') => paint.good(line),
                Some(b'-') => paint.bad(line),
                Some(b'@') => paint.dim(line),
                _ => line.to_string(),
            }),
        }
    }
}

/// The pieces as lines for a terminal of a width, or for a pipe, where no line is broken.
pub(super) fn render(blocks: &[Block], paint: Paint, columns: Option<usize>) -> String {
    let mut out = String::new();
    for block in blocks {
        let before = format!("{}{}", " ".repeat(block.indent), paint.dim(block.gutter()));
        let room = columns
            .map(|columns| columns.saturating_sub(block.indent + block.gutter().len()).max(20));
        for line in block.lines(paint) {
            let pieces = match room {
                Some(room) => paint::fold(&line, room),
                None => vec![line],
            };
            for piece in pieces {
                out.push_str(format!("{before}{piece}").trim_end());
                out.push('\n');
            }
        }
    }
    // Parts begin with an empty line; the first has none before it.
    out.trim_start_matches('\n').to_string()
}

/// The beginning of a text, and a line about the rest where there is more than `lines` lines or `chars`
/// characters.
pub(super) fn shortened(text: &str, lines: usize, chars: usize) -> (String, Option<String>) {
    let text = text.trim_end_matches('\n');
    let mut kept = String::new();
    let mut count = 0;
    for (index, line) in text.split('\n').enumerate() {
        let room = chars.saturating_sub(count);
        if index == lines || index > 0 && room == 0 {
            break;
        }
        if index > 0 {
            kept.push('\n');
        }
        let start: String = line.chars().take(room).collect();
        count += start.chars().count() + 1;
        kept.push_str(&start);
        if start.len() < line.len() {
            break;
        }
    }
    let Some(rest) = text.get(kept.len()..).filter(|rest| !rest.is_empty()) else {
        return (kept, None);
    };
    let more_lines = rest.matches('\n').count() as u64;
    let more = match (more_lines, rest.chars().count() as u64) {
        (0, chars) => super::words::counted(chars, "more character"),
        (lines, _) => super::words::counted(lines, "more line"),
    };
    (kept, Some(more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let cut = |text: &str, lines, chars| shortened(text, lines, chars);
        assert_eq!(cut("a\nb\n", 2, 10), ("a\nb".to_string(), None));
        assert_eq!(cut("a\nb\nc", 2, 10), ("a\nb".to_string(), Some("1 more line".to_string())));
        assert_eq!(cut("äääää", 2, 3), ("äää".to_string(), Some("2 more characters".to_string())));
        assert_eq!(cut("ab\ncd\nef", 9, 4).0, "ab\nc");
        assert_eq!(cut("", 2, 3), (String::new(), None));
    }

    #[test]
    fn lines_are_folded_for_a_terminal_and_whole_in_a_pipe() {
        let block = Block::new(2, Kind::Printed, "aaaaaaaaaabbbbbbbbbbcccccccccc\nd\u{1b}[2J");
        let plain = Paint { on: false };
        assert_eq!(
            render(std::slice::from_ref(&block), plain, Some(24)),
            "  > aaaaaaaaaabbbbbbbbbb\n  > cccccccccc\n  > d\u{fffd}[2J\n"
        );
        let whole = render(&[block], plain, None);
        assert_eq!(whole.lines().count(), 2);
    }
}
