//! `inspect RUN -i`: the run as a tree to walk, with what is selected beside it. `app` holds the state and
//! knows the keys, `draw` shows it; only this file touches a terminal.

mod app;
mod draw;
mod lines;
mod nodes;
#[cfg(test)]
mod tests;

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{self, Event, KeyEventKind};

use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::paint;
use crate::inspect::{self, Trajectory};
use crate::model::prices::Prices;
use app::App;

/// Shows a run until the user has seen enough.
/// A run that goes on is read again from its record while it does.
pub(super) fn walk(run: &Trajectory, path: &Path, prices: &Prices) -> Result<u8, Failure> {
    let stdout = std::io::stdout();
    if !stdout.is_terminal() || !std::io::stdin().is_terminal() || paint::is_dumb() {
        let message = "--interactive needs a terminal; without it, inspect RUN writes text";
        return Err(Failure::usage(message));
    }
    let failed = |error: std::io::Error| {
        Failure::failed(format!("the terminal failed: {}", crate::told::io_reason(&error)))
    };
    let mut app = App::new(run, prices, paint::has_color(&stdout));
    let mut record = Growing::new(path);
    let mut terminal = ratatui::try_init().map_err(failed)?;
    let result = (|| {
        while !app.is_done() {
            terminal.draw(|frame| draw::draw(&mut app, frame))?;
            if app.is_running() && !event::poll(record.pause)? {
                if let Some(run) = record.news() {
                    app.follow(run);
                }
                continue;
            }
            // Releases are told of by some terminals, and by Windows; a press is what counts.
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => app.key(key),
                _ => {}
            }
        }
        Ok(())
    })();
    // The terminal first: whatever happened is to be read on a whole one.
    let restored = ratatui::try_restore();
    result.and(restored).map_err(failed)?;
    Ok(exit::DONE)
}

/// How long a record that grows is left alone at least.
const PAUSE: Duration = Duration::from_millis(500);

/// A record that a run is being written to.
struct Growing<'p> {
    path: &'p Path,
    /// Its length when it was read last.
    length: u64,
    /// How long to wait before the next look: reading takes a tenth of the time at most.
    pause: Duration,
}

impl<'p> Growing<'p> {
    fn new(path: &'p Path) -> Growing<'p> {
        // It may have grown since it was read: the first look reads it again.
        Growing { path, length: 0, pause: PAUSE }
    }

    /// The run as it is now, if there is something new: more of it, or its end.
    fn news(&mut self) -> Option<Trajectory> {
        let length = std::fs::metadata(self.path).map_or(0, |file| file.len());
        if length == self.length && inspect::is_being_written(self.path) {
            return None;
        }
        let started = Instant::now();
        // What cannot be read now may be so at the next look.
        let run = inspect::read(self.path).ok()?;
        self.length = length;
        self.pause = PAUSE.max(started.elapsed() * 10);
        Some(run)
    }
}
