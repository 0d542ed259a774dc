//! The state of the interactive view, and what keys do to it. Nothing here knows a terminal.

use std::borrow::Cow;
use std::collections::HashMap;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::block::Block;
use super::nodes::{self, Node, Of};
use crate::inspect::{State, Trajectory};
use crate::model::prices::Prices;

/// The state of the view.
pub(super) struct App<'r> {
    pub run: Cow<'r, Trajectory>,
    pub prices: &'r Prices,
    pub color: bool,
    pub nodes: Vec<Node>,
    /// The nodes that are not inside of a closed one.
    pub visible: Vec<usize>,
    /// Which of the visible ones is selected.
    pub selected: usize,
    /// The first visible one on the screen.
    pub top: usize,
    pub focus: Focus,
    /// The first line of what the selected node shows.
    pub scroll: usize,
    /// What is being typed behind `/`.
    pub typing: Option<String>,
    /// What was searched for last.
    pub searched: String,
    /// What is said in the last line.
    pub message: String,
    /// The first line of the help that is shown, while it is.
    pub help: Option<usize>,
    /// Lines of the help that cannot be scrolled away.
    pub last_help: usize,
    /// Rows of the tree and of what is shown, as they were drawn last.
    pub rows: usize,
    /// Lines that cannot be scrolled away.
    pub last_scroll: usize,
    is_done: bool,
}

/// What keys move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    Tree,
    /// What the selected node shows, beside the tree.
    Detail,
    /// The same on the whole screen.
    Whole,
}

/// Keys and what they do: what `?` shows.
pub(super) const HELP: &[(&str, &str)] = &[
    ("up down j k", "the line above, below"),
    ("PgUp PgDn Ctrl-u Ctrl-d", "a page up, down"),
    ("g G Home End", "the first, the last"),
    ("right l", "open; into it"),
    ("left h", "close; out of it"),
    ("+ -", "open all, close all"),
    ("Enter", "open or close; a call, program or answer on the whole screen"),
    ("Tab", "between tree and text"),
    ("/ n N", "search titles, prompts, replies, programs; the next, the one before"),
    ("Esc", "back"),
    ("q Ctrl-C", "quit"),
];

impl<'r> App<'r> {
    pub(super) fn new(run: &'r Trajectory, prices: &'r Prices, color: bool) -> App<'r> {
        let mut app = App {
            prices,
            color,
            nodes: nodes::nodes(run, prices),
            run: Cow::Borrowed(run),
            visible: Vec::new(),
            selected: 0,
            top: 0,
            focus: Focus::Tree,
            scroll: 0,
            typing: None,
            searched: String::new(),
            message: String::new(),
            help: None,
            last_help: 0,
            rows: 10,
            last_scroll: 0,
            is_done: false,
        };
        app.refresh();
        app
    }

    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// The selected node: its index, and itself.
    pub(super) fn current(&self) -> Option<(usize, &Node)> {
        let index = *self.visible.get(self.selected)?;
        Some((index, self.nodes.get(index)?))
    }

    /// What the selected node shows.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let of = self.current().map_or(Of::Run, |(_, node)| node.of);
        nodes::blocks(&self.run, self.prices, of)
    }

    /// Takes a key.
    pub(super) fn key(&mut self, key: KeyEvent) {
        self.message.clear();
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if control && key.code == KeyCode::Char('c') {
            self.is_done = true;
        } else if self.typing.is_some() {
            self.type_key(key.code);
        } else if let Some(line) = self.help {
            self.help = self.help_key(key.code, line);
        } else {
            self.command(key.code, control);
        }
    }

    fn command(&mut self, code: KeyCode, control: bool) {
        let page = self.rows.saturating_sub(1).max(1);
        match code {
            KeyCode::Char('q') => self.is_done = true,
            KeyCode::Char('?') => self.help = Some(0),
            KeyCode::Char('/') => self.typing = Some(String::new()),
            KeyCode::Char('n') => self.search(true),
            KeyCode::Char('N') => self.search(false),
            KeyCode::Esc => self.focus = Focus::Tree,
            KeyCode::Tab => {
                self.focus = match self.focus {
                    Focus::Tree => Focus::Detail,
                    Focus::Detail | Focus::Whole => Focus::Tree,
                };
            }
            KeyCode::Up | KeyCode::Char('k') => self.go(1, false),
            KeyCode::Down | KeyCode::Char('j') => self.go(1, true),
            KeyCode::PageUp => self.go(page, false),
            KeyCode::PageDown => self.go(page, true),
            KeyCode::Char('u') if control => self.go(page / 2 + 1, false),
            KeyCode::Char('d') if control => self.go(page / 2 + 1, true),
            KeyCode::Home | KeyCode::Char('g') => self.go(usize::MAX, false),
            KeyCode::End | KeyCode::Char('G') => self.go(usize::MAX, true),
            _ if self.focus == Focus::Whole => self.leave(code),
            KeyCode::Enter => self.enter(),
            KeyCode::Right | KeyCode::Char('l') => self.inwards(),
            KeyCode::Left | KeyCode::Char('h') => self.outwards(),
            KeyCode::Char('+') => self.open_all(true),
            KeyCode::Char('-') => self.open_all(false),
            _ => {}
        }
    }

    /// The line of the help that comes first after a key; none if the key closes it.
    fn help_key(&self, code: KeyCode, line: usize) -> Option<usize> {
        match code {
            _ if self.last_help == 0 => None,
            KeyCode::Down | KeyCode::Char('j' | ' ') => Some(line + 1),
            KeyCode::Up | KeyCode::Char('k') => Some(line.saturating_sub(1)),
            KeyCode::PageDown | KeyCode::End => Some(self.last_help),
            KeyCode::PageUp | KeyCode::Home => Some(0),
            _ => None,
        }
        .map(|line| line.min(self.last_help))
    }

    /// Whether there may be more to see: the run goes on.
    pub(super) fn is_running(&self) -> bool {
        self.run.state == State::Running
    }

    /// Shows the run as it is now. What is open stays open; whoever is at the last line stays there.
    pub(super) fn follow(&mut self, run: Trajectory) {
        let was_last = self.selected + 1 >= self.visible.len();
        let selected = self.current().map(|(_, node)| node.of);
        let open: HashMap<Of, bool> = self.nodes.iter().map(|node| (node.of, node.open)).collect();
        self.nodes = nodes::nodes(&run, self.prices);
        self.run = Cow::Owned(run);
        for node in self.nodes.iter_mut().filter(|node| node.below > 0) {
            node.open = open.get(&node.of).copied().unwrap_or(node.open);
        }
        self.refresh();
        let same = |index: &usize| self.nodes.get(*index).map(|node| node.of) == selected;
        let last = self.visible.len().saturating_sub(1);
        let at = if was_last { Some(last) } else { self.visible.iter().position(same) };
        self.select(at.unwrap_or(self.selected));
        if !self.is_running() {
            self.message = "the run is over".to_string();
        }
    }

    /// Leaves the whole screen.
    fn leave(&mut self, code: KeyCode) {
        if matches!(code, KeyCode::Enter | KeyCode::Left | KeyCode::Char('h')) {
            self.focus = Focus::Tree;
        }
    }

    /// Moves the selection, or the text where keys move that.
    fn go(&mut self, lines: usize, down: bool) {
        let (at, last) = match self.focus {
            Focus::Tree => (self.selected, self.visible.len().saturating_sub(1)),
            Focus::Detail | Focus::Whole => (self.scroll, self.last_scroll),
        };
        let to = if down { at.saturating_add(lines).min(last) } else { at.saturating_sub(lines) };
        match self.focus {
            Focus::Tree => self.select(to),
            Focus::Detail | Focus::Whole => self.scroll = to,
        }
    }

    fn select(&mut self, to: usize) {
        if to != self.selected {
            self.scroll = 0;
        }
        self.selected = to;
    }

    fn enter(&mut self) {
        match self.current() {
            Some((index, node)) if node.below > 0 && !matches!(node.of, Of::Program { .. }) => {
                self.toggle(index);
            }
            _ => self.focus = Focus::Whole,
        }
    }

    fn toggle(&mut self, index: usize) {
        if let Some(node) = self.nodes.get_mut(index) {
            node.open = !node.open;
        }
        self.refresh();
    }

    fn inwards(&mut self) {
        match self.current() {
            Some((index, node)) if node.below > 0 && !node.open => self.toggle(index),
            Some((_, node)) if node.below > 0 => self.select(self.selected + 1),
            _ => self.focus = Focus::Detail,
        }
    }

    fn outwards(&mut self) {
        if self.focus == Focus::Detail {
            self.focus = Focus::Tree;
            return;
        }
        match self.current() {
            Some((index, node)) if node.below > 0 && node.open => self.toggle(index),
            Some((index, _)) => {
                if let Some(parent) = self.parent(index) {
                    self.show(parent);
                }
            }
            None => {}
        }
    }

    fn open_all(&mut self, open: bool) {
        let current = self.current().map(|(index, _)| index);
        for node in &mut self.nodes {
            node.open = open && node.below > 0;
        }
        self.refresh();
        // What was selected, or what it is inside of now.
        let mut at = current;
        while let Some(index) = at {
            if let Ok(position) = self.visible.binary_search(&index) {
                self.select(position);
                return;
            }
            at = self.parent(index);
        }
        self.select(0);
    }

    /// The node that a node stands below.
    fn parent(&self, index: usize) -> Option<usize> {
        let depth = self.nodes.get(index)?.depth;
        (0..index).rev().find(|before| {
            self.nodes.get(*before).is_some_and(|node| node.depth < depth && node.below > 0)
        })
    }

    /// Selects a node, and opens what it is inside of.
    fn show(&mut self, index: usize) {
        let mut at = self.parent(index);
        while let Some(parent) = at {
            if let Some(node) = self.nodes.get_mut(parent) {
                node.open = true;
            }
            at = self.parent(parent);
        }
        self.refresh();
        if let Ok(position) = self.visible.binary_search(&index) {
            self.select(position);
        }
    }

    /// Finds out which nodes are visible.
    fn refresh(&mut self) {
        self.visible.clear();
        let mut index = 0;
        while let Some(node) = self.nodes.get(index) {
            self.visible.push(index);
            index += 1 + if node.open { 0 } else { node.below };
        }
        self.selected = self.selected.min(self.visible.len().saturating_sub(1));
    }

    /// A key while a search is typed.
    fn type_key(&mut self, code: KeyCode) {
        let Some(text) = &mut self.typing else { return };
        match code {
            KeyCode::Char(c) => text.push(c),
            KeyCode::Backspace => {
                let erased = text.pop();
                // Nothing is left to erase: the slash goes, too.
                self.typing = self.typing.take().filter(|_| erased.is_some());
            }
            KeyCode::Enter => {
                let text = self.typing.take().unwrap_or_default();
                if !text.is_empty() {
                    self.searched = text;
                }
                self.search(true);
            }
            KeyCode::Esc => self.typing = None,
            _ => {}
        }
    }

    /// Selects the next node, or the one before, that holds what is searched for; around the end.
    fn search(&mut self, forwards: bool) {
        if self.searched.is_empty() {
            self.message = "nothing to search for yet; / begins".to_string();
            return;
        }
        let from = self.current().map_or(0, |(index, _)| index);
        let count = self.nodes.len();
        let found = (1..=count).map(|step| {
            if forwards { (from + step) % count } else { (from + count - step) % count }
        });
        let found = found.into_iter().find(|index| self.holds(*index));
        match found {
            Some(index) => {
                let wrapped = if forwards { index <= from } else { index >= from };
                if wrapped {
                    self.message = "searched around the end".to_string();
                }
                self.show(index);
            }
            None => self.message = format!("nothing holds {:?}", self.searched),
        }
    }

    /// Whether a node holds what is searched for, in its title or in what it shows. As `rg -S` does, small
    /// letters stand for large ones, too.
    fn holds(&self, index: usize) -> bool {
        let Some(node) = self.nodes.get(index) else { return false };
        let exactly = self.searched.chars().any(char::is_uppercase);
        let is_in = |text: &str| {
            if exactly {
                text.contains(&self.searched)
            } else {
                text.to_lowercase().contains(&self.searched)
            }
        };
        // A group holds what its calls hold: those are found themselves.
        if is_in(&node.title) {
            return true;
        }
        !matches!(node.of, Of::Calls { .. })
            && nodes::blocks(&self.run, self.prices, node.of).iter().any(|block| is_in(&block.text))
    }
}
