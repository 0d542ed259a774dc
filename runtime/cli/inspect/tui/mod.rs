//! `inspect RUN -i`: the run as a tree to walk, with what is selected beside it. `app` holds the state and
//! knows the keys, `draw` shows it; only this file touches a terminal.

mod app;
mod draw;
mod lines;
mod nodes;
#[cfg(test)]
mod tests;

use std::io::IsTerminal;

use ratatui::crossterm::event::{self, Event, KeyEventKind};

use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::paint;
use crate::inspect::Trajectory;
use crate::model::prices::Prices;
use app::App;

/// Shows a run until the user has seen enough.
pub(super) fn walk(run: &Trajectory, prices: &Prices) -> Result<u8, Failure> {
    let stdout = std::io::stdout();
    if !stdout.is_terminal() || !std::io::stdin().is_terminal() || paint::is_dumb() {
        let message = "--interactive needs a terminal; without it, inspect RUN writes text";
        return Err(Failure::usage(message));
    }
    let failed = |error: std::io::Error| Failure::failed(format!("the terminal failed: {error}"));
    let mut app = App::new(run, prices, paint::has_color(&stdout));
    let mut terminal = ratatui::try_init().map_err(failed)?;
    let result = (|| {
        while !app.is_done() {
            terminal.draw(|frame| draw::draw(&mut app, frame))?;
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
