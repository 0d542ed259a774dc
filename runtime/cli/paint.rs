//! Colours and widths: what a terminal shows of a text, and nothing that could change the terminal.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use rlm_lang_syntax::highlight::{self, Kind};
use unicode_width::UnicodeWidthChar;

/// Whether to use colours: for a terminal, unless `NO_COLOR` is set to something (no-color.org) or the
/// terminal says that it knows none.
pub(super) fn has_color(stream: &impl IsTerminal) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    stream.is_terminal() && set("NO_COLOR").is_none() && !is_dumb()
}

/// Whether the terminal cannot move its cursor.
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Paints, or leaves texts as they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub on: bool,
}

impl Paint {
    pub(super) fn dim(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default(), text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on && style != Style::new() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }

    /// A program in colours, its characters as they are.
    pub(super) fn program(self, source: &str) -> String {
        if !self.on {
            return source.to_string();
        }
        let mut out = String::with_capacity(source.len() * 2);
        let mut at = 0;
        for (kind, span) in highlight::pieces(source) {
            out.push_str(source.get(at..span.range().start).unwrap_or_default());
            // Each line of a piece by itself: lines are cut apart afterwards.
            let piece = source.get(span.range()).unwrap_or_default();
            let lines: Vec<_> = piece.split('\n').map(|l| self.with(style(kind), l)).collect();
            out.push_str(&lines.join("\n"));
            at = span.range().end;
        }
        out.push_str(source.get(at..).unwrap_or_default());
        out
    }
}

/// What a piece of a program looks like.
pub(super) fn style(kind: Kind) -> Style {
    match kind {
        Kind::Keyword => AnsiColor::Magenta.on_default(),
        Kind::Call => AnsiColor::Blue.on_default(),
        Kind::Number => AnsiColor::Cyan.on_default(),
        Kind::Text => AnsiColor::Green.on_default(),
        Kind::Comment => Style::new().dimmed(),
        Kind::Name | Kind::Mark => Style::new(),
    }
}

/// A text that cannot move the cursor or change the terminal, whoever wrote it: control characters
/// become U+FFFD; tabs become spaces, and line ends `\n`: texts from Windows are full of others.
pub(super) fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\t', "    ").chars().map(visible).collect()
}

fn visible(c: char) -> char {
    // Those that turn the direction of writing make a line look like another one.
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c != '\n' && (c.is_control() || turns) { '\u{fffd}' } else { c }
}

/// The columns that a text takes, colours not counted.
pub(super) fn width(text: &str) -> usize {
    columns(text).map(|(_, width)| width).sum()
}

/// The lines and columns of the terminal at standard output; `None` where there is none.
pub(super) fn terminal_size() -> Option<(usize, usize)> {
    let is_terminal = std::io::stdout().is_terminal();
    let (lines, columns) = is_terminal.then(|| console::Term::stdout().size_checked()).flatten()?;
    Some((usize::from(lines), usize::from(columns)))
}

/// The text cut to `most` columns; what was cut is `...`.
pub(super) fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_string();
    }
    let dots = most.min(3);
    let mut out = String::new();
    let mut used = 0;
    for (c, width) in columns(text) {
        // Colours after the cut are kept: they end what began before it.
        if width > 0 && used + width > most - dots {
            used = most;
            continue;
        }
        used += width;
        out.push(c);
    }
    out + &"...".chars().take(dots).collect::<String>()
}

/// The text in pieces of at most `most` columns, broken between words where that is possible; colours go on
/// in the next piece. Spaces at the end of a piece may stand beyond the columns: nobody sees them.
pub(super) fn fold(line: &str, most: usize) -> Vec<String> {
    let chars: Vec<(char, usize)> = columns(line).collect();
    let mut breaks = breaks(&chars, most).into_iter().peekable();
    let mut pieces = vec![String::new()];
    for (index, (c, _)) in chars.into_iter().enumerate() {
        if breaks.next_if_eq(&index).is_some() {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces
}

/// Where a line of characters and their columns is broken: the indices of the characters with which the
/// second and further pieces begin.
pub(super) fn breaks(chars: &[(char, usize)], most: usize) -> Vec<usize> {
    let most = most.max(2);
    let (mut breaks, mut used) = (Vec::new(), 0);
    // Behind the last space of this piece that has a word before it, and whether there was a word.
    let (mut space, mut has_word) = (None, false);
    for (index, (c, width)) in chars.iter().enumerate() {
        if *c == ' ' {
            used += width;
            space = has_word.then_some(index + 1).or(space);
            continue;
        }
        if used + width > most && index > 0 {
            let at = space.take().unwrap_or(index);
            breaks.push(at);
            used = chars.get(at..index).unwrap_or_default().iter().map(|(_, width)| width).sum();
            has_word = at < index;
        }
        has_word |= *width > 0;
        used += width;
    }
    breaks
}

/// Characters with their columns; those of a colour's escape sequence take none.
fn columns(text: &str) -> impl Iterator<Item = (char, usize)> {
    let mut in_escape = false;
    text.chars().map(move |c| {
        if c == '\u{1b}' {
            in_escape = true;
        }
        let width = if in_escape { 0 } else { c.width().unwrap_or(0) };
        if in_escape && c == 'm' {
            in_escape = false;
        }
        (c, width)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_to_columns() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "ab...");
        assert_eq!(cut("abcdef", 2), "..");
        assert_eq!(cut("日本語です", 8), "日本...");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn colours_take_no_columns_and_are_ended() {
        let red = Paint { on: true }.bad("abcdef");
        assert_eq!(width(&red), 6);
        let short = cut(&red, 5);
        assert_eq!(short, "\u{1b}[31mab\u{1b}[0m...");
    }

    #[test]
    fn folds_without_losing_characters() {
        let line = "a日b本c語d";
        for most in 0..12 {
            let pieces = fold(line, most);
            assert_eq!(pieces.concat(), line);
            assert!(pieces.iter().all(|piece| width(piece) <= most.max(2)), "{pieces:?}");
        }
    }

    #[test]
    fn folds_between_words() {
        assert_eq!(fold("one two three", 8), ["one two ", "three"]);
        assert_eq!(fold("one two  three", 7), ["one two  ", "three"]);
        // An indentation is no word, and a word may be longer than a line.
        assert_eq!(fold("    abcdefgh", 8), ["    abcd", "efgh"]);
        assert_eq!(fold("a bcdefghijkl m", 5), ["a ", "bcdef", "ghijk", "l m"]);
        let painted = Paint { on: true }.bad("one two three");
        assert_eq!(fold(&painted, 8), ["\u{1b}[31mone two ", "three\u{1b}[0m"]);
        for text in ["a  b   c d", "   ", " word  x", "日 本語 で す"] {
            for most in 0..9 {
                let pieces = fold(text, most);
                assert_eq!(pieces.concat(), text);
                let fits = |piece: &String| width(piece.trim_end()) <= most.max(2);
                assert!(pieces.iter().all(fits), "{most} {pieces:?}");
            }
        }
    }

    #[test]
    fn a_reply_cannot_change_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\rc\u{7}\td\ne"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}    d\ne");
        assert_eq!(harmless("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(harmless("a\r\nb\r\r\n"), "a\nb\u{fffd}\n");
    }

    #[test]
    fn colours_change_no_character() {
        let program = "x = \"\"\"a\nb\"\"\" # c\nprint(x)";
        let painted = Paint { on: true }.program(program);
        let mut bare = String::new();
        let mut in_escape = false;
        for c in painted.chars() {
            match c {
                '\u{1b}' => in_escape = true,
                'm' if in_escape => in_escape = false,
                c if !in_escape => bare.push(c),
                _ => {}
            }
        }
        assert_eq!(bare, program);
        assert!(painted.contains('\u{1b}'));
        assert_eq!(Paint { on: false }.program(program), program);
    }
}
