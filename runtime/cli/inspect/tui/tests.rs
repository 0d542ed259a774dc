//! The interactive view on a terminal that is a buffer.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::{App, Focus};
use super::draw::draw;
use crate::inspect::{Trajectory, read};
use crate::model::prices::Prices;

#[allow(dead_code, unreachable_pub, missing_docs)]
#[path = "../../../../tests/support/trajectories.rs"]
mod trajectories;

fn run(turns: u64, calls: u64) -> Trajectory {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("t.jsonl");
    std::fs::write(&path, trajectories::record(5, trajectories::Size { turns, calls })).unwrap();
    read(&path).unwrap()
}

struct Screen<'r> {
    app: App<'r>,
    terminal: Terminal<TestBackend>,
}

impl<'r> Screen<'r> {
    fn new(run: &'r Trajectory, prices: &'r Prices, (width, height): (u16, u16)) -> Screen<'r> {
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        Screen { app: App::new(run, prices, true), terminal }
    }

    /// What is on the screen after some keys.
    fn after(&mut self, keys: &[KeyCode]) -> String {
        for key in keys {
            // Drawn before each key, as the loop does: pages are as high as the screen.
            self.terminal.draw(|frame| draw(&mut self.app, frame)).unwrap();
            self.app.key(KeyEvent::new(*key, KeyModifiers::NONE));
        }
        self.terminal.draw(|frame| draw(&mut self.app, frame)).unwrap();
        let buffer = self.terminal.backend().buffer().clone();
        let width = usize::from(buffer.area.width);
        let cells: Vec<&str> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        let rows = cells.chunks(width.max(1)).map(|row| row.concat().trim_end().to_string());
        rows.collect::<Vec<String>>().join("\n")
    }

    fn typed(&mut self, text: &str) -> String {
        let keys: Vec<KeyCode> = text.chars().map(KeyCode::Char).collect();
        self.after(&keys)
    }

    fn title(&self) -> String {
        self.app.current().unwrap().1.title.clone()
    }
}

#[test]
fn the_tree_stands_beside_what_is_selected() {
    let (run, prices) = (run(3, 60), Prices::shipped());
    let mut screen = Screen::new(&run, &prices, (100, 24));
    let first = screen.after(&[]);
    assert!(first.contains("How many of the tickets"), "{first}");
    assert!(first.contains("2 documents, 80.0 MB"), "{first}");
    assert!(first.contains("- turn 1: ") && first.contains("+ 20 calls, "), "{first}");
    assert!(first.ends_with("  ? keys"), "{first}");
    let second = screen.typed("jj");
    assert!(screen.title().starts_with("program 1: parts = chunks("), "{second}");
    assert!(second.ends_with("  ? keys"), "the hint stays: {second}");
    assert!(second.contains("│  | parts = chunks(context, 2000)"), "{second}");
}

#[test]
fn calls_are_opened_and_read_on_the_whole_screen() {
    let (run, prices) = (run(3, 60), Prices::shipped());
    let mut screen = Screen::new(&run, &prices, (100, 24));
    screen.typed("jjj");
    assert!(screen.title().starts_with("20 calls, "), "{}", screen.title());
    let visible = screen.app.visible.len();
    screen.after(&[KeyCode::Enter]);
    assert_eq!(screen.app.visible.len(), visible + 20);
    let call = screen.after(&[KeyCode::Down, KeyCode::Enter]);
    assert_eq!(screen.app.focus, Focus::Whole);
    for part in ["call 1  gpt-5-mini", "at 1.1/1.0.1#0", "Is ticket 1 about", "with tickets/"] {
        assert!(call.contains(part), "{part}: {call}");
    }
    assert!(!call.contains('│'));
    screen.after(&[KeyCode::Esc, KeyCode::Left]);
    assert!(screen.title().starts_with("20 calls, "), "left goes out of a branch");
    screen.after(&[KeyCode::Left]);
    assert_eq!(screen.app.visible.len(), visible);
}

#[test]
fn searching_finds_what_is_closed_and_goes_around() {
    let (run, prices) = (run(4, 80), Prices::shipped());
    let mut screen = Screen::new(&run, &prices, (90, 20));
    screen.typed("/ticket 57 about");
    screen.after(&[KeyCode::Enter]);
    assert!(screen.title().contains("Is ticket 57 about"), "{}", screen.title());
    let again = screen.typed("n");
    assert!(again.contains("searched around the end"), "{again}");
    assert!(screen.title().contains("Is ticket 57 about"));
    screen.typed("/no such words at all");
    assert!(screen.after(&[KeyCode::Enter]).contains("nothing holds"));
    // Small letters stand for large ones, large ones for themselves.
    screen.typed("/FORTY");
    assert!(screen.after(&[KeyCode::Enter]).contains("nothing holds"));
    screen.typed("/forty");
    screen.after(&[KeyCode::Enter]);
    assert_eq!(screen.title(), "answer: forty-two");
    let back = screen.typed("?");
    assert!(back.contains("any key closes this"), "{back}");
    assert!(!screen.typed("x").contains("any key closes this"));
    screen.typed("q");
    assert!(screen.app.is_done());
}

#[test]
fn the_keys_can_be_read_on_a_small_screen() {
    let (run, prices) = (run(3, 60), Prices::shipped());
    let mut screen = Screen::new(&run, &prices, (50, 12));
    let mut seen = screen.typed("?");
    assert!(seen.contains("q closes this"), "{seen}");
    for _ in 0..40 {
        seen += &screen.after(&[KeyCode::Down]);
    }
    for (keys, what) in super::app::HELP {
        let words: Vec<&str> = what.split_whitespace().collect();
        assert!(seen.contains(keys) && words.iter().all(|word| seen.contains(word)), "{keys}");
    }
    assert!(!screen.typed("q").contains("q closes this"));
    assert!(!screen.app.is_done(), "the first q closes the keys only");
}

#[test]
fn a_run_that_goes_on_is_followed() {
    let (whole, prices) = (run(4, 80), Prices::shipped());
    let mut begun = whole.clone();
    begun.state = crate::inspect::State::Running;
    begun.engines.truncate(1);
    begun.engines[0].turns.truncate(2);
    begun.engines[0].end = None;
    let mut screen = Screen::new(&begun, &prices, (100, 30));
    let first = screen.typed("jj");
    assert!(first.contains("running"), "{first}");
    let selected = screen.title();
    screen.app.follow(begun.clone());
    assert_eq!(screen.title(), selected);
    // Whoever is at the end stays there; what was opened stays open.
    screen.typed("+G");
    screen.app.follow(whole.clone());
    assert_eq!(screen.title(), "answer: forty-two");
    let over = screen.after(&[]);
    assert!(over.contains("the run is over") && !over.contains("running"), "{over}");
    assert!(screen.app.visible.len() > 40, "{}", screen.app.visible.len());
}

#[test]
fn every_key_is_safe_on_every_size() {
    let (run, prices) = (run(12, 240), Prices::shipped());
    let keys = "jk+lhGgnN-?x/a";
    let mut seed = 9_u64;
    for (width, height) in [(1, 1), (3, 2), (20, 5), (69, 3), (70, 10), (200, 60), (100, 1)] {
        let mut screen = Screen::new(&run, &prices, (width, height));
        for _ in 0..60 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let special = [KeyCode::Enter, KeyCode::Tab, KeyCode::Esc, KeyCode::PageDown];
            let key = match seed >> 60 {
                n @ 0..4 => special[usize::try_from(n).unwrap()],
                _ => {
                    let index = usize::try_from(seed >> 33).unwrap() % keys.len();
                    KeyCode::Char(char::from(keys.as_bytes()[index]))
                }
            };
            screen.after(&[key]);
            assert!(screen.app.current().is_some());
        }
        // A terminal that becomes another size is drawn as that.
        screen.terminal.backend_mut().resize(width / 2 + 1, height * 2);
        screen.after(&[KeyCode::Char('G')]);
    }
}

#[test]
fn a_text_is_scrolled_to_its_end_and_not_further() {
    let (run, prices) = (run(3, 60), Prices::shipped());
    let mut screen = Screen::new(&run, &prices, (60, 8));
    // Narrow: the text takes the place of the tree.
    let turn = screen.after(&[KeyCode::Down, KeyCode::Tab]);
    assert!(turn.starts_with("turn 1"), "{turn}");
    assert!(turn.contains("text: 0 %"), "{turn}");
    let end = screen.typed("G");
    assert!(end.contains("text: 100 %"), "{end}");
    assert_eq!(screen.typed("jjjj"), end);
    assert_eq!(screen.after(&[KeyCode::Home]), turn);
}

#[test]
fn without_colours_nothing_has_one() {
    let (run, prices) = (run(8, 40), Prices::shipped());
    let mut screen = Screen::new(&run, &prices, (100, 30));
    screen.app.color = false;
    screen.typed("jj");
    let buffer = screen.terminal.backend().buffer();
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
    screen.app.color = true;
    screen.after(&[]);
    let buffer = screen.terminal.backend().buffer();
    assert!(buffer.content().iter().any(|cell| cell.fg == ratatui::style::Color::Blue));
}
