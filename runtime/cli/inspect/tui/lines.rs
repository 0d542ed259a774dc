//! Blocks as lines of the interactive view: the same gutters and colours as in text.

use anstyle::{AnsiColor, Effects};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use rlm_lang_syntax::highlight;
use unicode_width::UnicodeWidthChar;

use super::super::block::{Block, Kind};
use crate::cli::paint;

/// Pieces of one line with their styles.
type Styled = Vec<(Style, String)>;

/// All lines of blocks, broken at a width.
pub(super) fn lines(blocks: &[Block], width: usize, color: bool) -> Vec<Line<'static>> {
    let mut all = Vec::new();
    for block in blocks {
        let before = format!("{}{}", " ".repeat(block.indent), block.gutter());
        let room = width.saturating_sub(before.len()).max(4);
        for line in styled(block, color) {
            for piece in fold(line, room) {
                let mut spans = vec![Span::styled(before.clone(), dim())];
                spans.extend(piece.into_iter().map(|(style, text)| Span::styled(text, style)));
                all.push(Line::from(spans));
            }
        }
    }
    // Parts begin with an empty line; the first has none before it.
    let is_blank = |line: &Line<'_>| line.spans.iter().all(|span| span.content.trim().is_empty());
    let first = all.iter().position(|line| !is_blank(line)).unwrap_or(all.len());
    all.split_off(first)
}

fn styled(block: &Block, color: bool) -> Vec<Styled> {
    let text = block.text.trim_end_matches('\n');
    let plain = |style: Style| {
        let line = move |line: &str| vec![(style, line.to_string())];
        text.split('\n').map(line).collect()
    };
    match block.kind {
        Kind::Program if color => program(text),
        Kind::Title => text.split('\n').map(title).collect(),
        Kind::Error if color => plain(Style::new().fg(Color::Red)),
        Kind::Error => plain(Style::new().add_modifier(Modifier::BOLD)),
        Kind::Fact | Kind::More => plain(dim()),
        Kind::Program | Kind::Printed | Kind::Text | Kind::Difference => plain(Style::new()),
    }
}

fn title(line: &str) -> Styled {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    match line.split_once("  ") {
        Some((head, facts)) => vec![(bold, head.to_string()), (dim(), format!("  {facts}"))],
        None => vec![(bold, line.to_string())],
    }
}

fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// A program in colours, line by line.
fn program(source: &str) -> Vec<Styled> {
    let mut lines = vec![Styled::new()];
    let mut push = |style: Style, text: &str| {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Styled::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) {
                line.push((style, part.to_string()));
            }
        }
    };
    let mut at = 0;
    for (kind, span) in highlight::pieces(source) {
        push(Style::new(), source.get(at..span.range().start).unwrap_or_default());
        push(style(kind), source.get(span.range()).unwrap_or_default());
        at = span.range().end;
    }
    push(Style::new(), source.get(at..).unwrap_or_default());
    lines
}

/// The style that a terminal gets elsewhere, for this view.
fn style(kind: highlight::Kind) -> Style {
    let known = paint::style(kind);
    let color = match known.get_fg_color() {
        Some(anstyle::Color::Ansi(AnsiColor::Magenta)) => Color::Magenta,
        Some(anstyle::Color::Ansi(AnsiColor::Blue)) => Color::Blue,
        Some(anstyle::Color::Ansi(AnsiColor::Cyan)) => Color::Cyan,
        Some(anstyle::Color::Ansi(AnsiColor::Green)) => Color::Green,
        Some(anstyle::Color::Ansi(AnsiColor::Yellow)) => Color::Yellow,
        Some(anstyle::Color::Ansi(AnsiColor::Red)) => Color::Red,
        _ => Color::Reset,
    };
    let is_dim = known.get_effects().contains(Effects::DIMMED);
    let style = Style::new().fg(color);
    if is_dim { style.add_modifier(Modifier::DIM) } else { style }
}

/// A line in pieces of at most `most` columns.
fn fold(line: Styled, most: usize) -> Vec<Styled> {
    let chars = line.iter().flat_map(|(_, text)| text.chars());
    let chars: Vec<(char, usize)> = chars.map(|c| (c, c.width().unwrap_or(0))).collect();
    let mut breaks = paint::breaks(&chars, most).into_iter().peekable();
    let mut pieces = vec![Styled::new()];
    let mut index = 0;
    for (style, text) in line {
        let mut part = String::new();
        for c in text.chars() {
            if breaks.next_if_eq(&index).is_some() {
                if let Some(piece) = pieces.last_mut().filter(|_| !part.is_empty()) {
                    piece.push((style, std::mem::take(&mut part)));
                }
                pieces.push(Styled::new());
            }
            index += 1;
            part.push(c);
        }
        if let Some(piece) = pieces.last_mut().filter(|_| !part.is_empty()) {
            piece.push((style, part));
        }
    }
    pieces
}
