//! The interactive view on a terminal of any size.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block as Border, Borders, Clear, Paragraph};

use super::app::{App, Focus, HELP};
use super::lines::lines;
use super::nodes::Node;
use crate::cli::paint;

/// Columns below which only one of tree and text is shown.
const NARROW: u16 = 70;

/// Columns from which on the last line has room for how to get help.
const HINTED: usize = 30;

/// Draws everything.
pub(super) fn draw(app: &mut App<'_>, frame: &mut Frame<'_>) {
    let [main, last] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(1)]).areas(frame.area());
    app.rows = usize::from(main.height);
    let is_narrow = main.width < NARROW;
    match app.focus {
        Focus::Whole => detail(app, frame, main, false),
        Focus::Detail if is_narrow => detail(app, frame, main, false),
        Focus::Tree if is_narrow => tree(app, frame, main),
        Focus::Tree | Focus::Detail => {
            let parts = [Constraint::Percentage(45), Constraint::Fill(1)];
            let [left, right] = Layout::horizontal(parts).areas(main);
            tree(app, frame, left);
            detail(app, frame, right, true);
        }
    }
    status(app, frame, last);
    if app.help.is_some() {
        help(app, frame, main);
    }
}

fn tree(app: &mut App<'_>, frame: &mut Frame<'_>, area: Rect) {
    let rows = usize::from(area.height);
    // The selected line is on the screen, whatever the screen has become.
    if app.selected < app.top {
        app.top = app.selected;
    } else if app.selected >= app.top + rows.max(1) {
        app.top = app.selected + 1 - rows.max(1);
    }
    app.top = app.top.min(app.visible.len().saturating_sub(rows));
    let width = usize::from(area.width);
    let shown = app.visible.iter().enumerate().skip(app.top).take(rows);
    let lines: Vec<Line<'_>> = shown
        .filter_map(|(position, index)| Some((position, app.nodes.get(*index)?)))
        .map(|(position, node)| row(node, position == app.selected, width, app))
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn row(node: &Node, is_selected: bool, width: usize, app: &App<'_>) -> Line<'static> {
    let mark = match (node.below, node.open) {
        (0, _) => "  ",
        (_, true) => "- ",
        (_, false) => "+ ",
    };
    let text = format!("{}{mark}{}", "  ".repeat(node.depth), node.title);
    let mut text = paint::cut(&text, width);
    let mut style = match node.failed {
        true if app.color => Style::new().fg(Color::Red),
        true => Style::new().add_modifier(Modifier::BOLD),
        false => Style::new(),
    };
    if is_selected {
        // As wide as the tree, so that it can be seen where a title is short.
        let missing = width.saturating_sub(paint::width(&text));
        text.push_str(&" ".repeat(missing));
        style = style.add_modifier(Modifier::REVERSED);
    }
    Line::from(Span::styled(text, style))
}

fn detail(app: &mut App<'_>, frame: &mut Frame<'_>, area: Rect, is_beside: bool) {
    let mut border = Border::new();
    if is_beside {
        let style = match app.focus {
            Focus::Detail if app.color => Style::new().fg(Color::Cyan),
            Focus::Detail => Style::new().add_modifier(Modifier::BOLD),
            Focus::Tree | Focus::Whole => Style::new().add_modifier(Modifier::DIM),
        };
        border = border.borders(Borders::LEFT).border_style(style);
    }
    let inner = border.inner(area);
    let all = lines(&app.blocks(), usize::from(inner.width), app.color);
    app.last_scroll = all.len().saturating_sub(usize::from(inner.height));
    app.scroll = app.scroll.min(app.last_scroll);
    let shown: Vec<Line<'_>> =
        all.into_iter().skip(app.scroll).take(usize::from(inner.height)).collect();
    frame.render_widget(border, area);
    frame.render_widget(Paragraph::new(shown), inner);
}

/// The last line: what is typed, what is to be said, or where one is.
fn status(app: &App<'_>, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    let text = match (&app.typing, app.message.as_str()) {
        (Some(typed), _) => format!("/{typed}"),
        (None, "") => {
            let text = match app.last_scroll {
                0 => String::new(),
                last => format!("  text: {} %", app.scroll * 100 / last),
            };
            format!("{} of {}{text}", app.selected + 1, app.visible.len())
        }
        (None, message) => message.to_string(),
    };
    let running = if app.is_running() { "running  " } else { "" };
    let keys = if app.typing.is_none() && width >= HINTED { "  ? keys" } else { "" };
    let room = width - keys.len();
    let left = paint::cut(&format!("{}  {running}{text}", app.run.id), room);
    let style = Style::new().add_modifier(Modifier::REVERSED);
    let missing = room.saturating_sub(paint::width(&left));
    let line = Line::from(Span::styled(left + &" ".repeat(missing) + keys, style));
    frame.render_widget(Paragraph::new(line), area);
}

/// The keys, in a box in the middle; what does not fit is scrolled to.
fn help(app: &mut App<'_>, frame: &mut Frame<'_>, area: Rect) {
    let lines = help_lines(usize::from(area.width).saturating_sub(2));
    let widest = lines.iter().map(Line::width).max().unwrap_or_default();
    let size = |wanted: usize, most: u16| u16::try_from(wanted).unwrap_or(most).min(most);
    let rows = size(lines.len() + 2, area.height);
    app.last_help = (lines.len() + 2).saturating_sub(usize::from(rows));
    let first = app.help.unwrap_or_default().min(app.last_help);
    let title = match app.last_help {
        0 => "keys (any key closes this)",
        _ => "keys (down: more, q closes this)",
    };
    let columns = size(widest.max(title.len()) + 2, area.width);
    let middle = Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 2,
        width: columns,
        height: rows,
    };
    frame.render_widget(Clear, middle);
    let border = Border::new().borders(Borders::ALL).title(title);
    let shown: Vec<Line<'_>> = lines.into_iter().skip(first).collect();
    frame.render_widget(Paragraph::new(shown).block(border), middle);
}

/// Keys, and beside them what they do; where there is no room for that, below them.
fn help_lines(columns: usize) -> Vec<Line<'static>> {
    const LEAST: usize = 30;
    let width = HELP.iter().map(|(keys, _)| keys.len()).max().unwrap_or_default();
    let beside = columns.saturating_sub(width + 2);
    let lines = HELP.iter().flat_map(|(keys, what)| {
        if beside < LEAST {
            let pieces = paint::fold(what, columns.saturating_sub(2));
            let below = pieces.into_iter().map(|piece| Line::from(format!("  {piece}")));
            return std::iter::once(Line::from(*keys)).chain(below).collect::<Vec<_>>();
        }
        let pieces = paint::fold(what, beside).into_iter().enumerate();
        let line = |(index, piece)| {
            let keys = if index == 0 { *keys } else { "" };
            Line::from(format!("{keys:<width$}  {piece}"))
        };
        pieces.map(line).collect()
    });
    lines.collect()
}
