//! The one writer of standard error during a run: lines, and on a terminal a status line below them.
//!
//! Everything goes through here, so that lines and status do not overwrite each other. Without a
//! terminal there is no status and no control character. Our own and not a library's: the crate for it
//! fills the status line with spaces to the right edge, so the `^C` that a terminal echoes breaks the
//! line and an outdated status stays behind.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::paint::{self, Paint};

/// Time between two draws of the status line. A status that is over before the first one is not seen.
const DRAW: Duration = Duration::from_millis(100);

/// Columns of a terminal that does not tell.
const COLUMNS: u16 = 80;

/// To the beginning of the line, and nothing on it.
const CLEAR: &str = "\r\u{1b}[2K";

/// Standard error during a run.
#[derive(Clone)]
pub(super) struct Screen {
    /// The status line; `None` where standard error is no terminal.
    status: Option<Arc<Status>>,
    pub paint: Paint,
    /// The program's last line on the terminal has no end yet.
    in_line: Arc<AtomicBool>,
}

/// The status line.
struct Status {
    render: Box<dyn Fn(usize, Paint) -> String + Send + Sync>,
    state: Mutex<State>,
    paint: Paint,
}

#[derive(Default)]
struct State {
    /// It is to be there.
    is_shown: bool,
    /// It is there.
    is_drawn: bool,
    /// How often it was shown: the thread that draws it ends when another one took over.
    times: u64,
}

impl Screen {
    /// Standard error as it is; `status` gives the line for a width in columns.
    pub(super) fn new(status: impl Fn(usize, Paint) -> String + Send + Sync + 'static) -> Screen {
        let stderr = std::io::stderr();
        let paint = Paint { on: paint::has_color(&stderr) };
        let is_live = stderr.is_terminal() && !paint::is_dumb();
        let status = is_live
            .then(|| Arc::new(Status { render: Box::new(status), state: Mutex::default(), paint }));
        Screen { status, paint, in_line: Arc::default() }
    }

    /// The columns of the terminal; `None` where there is none.
    pub(super) fn columns(&self) -> Option<usize> {
        self.status.as_ref().map(|_| columns())
    }

    /// Writes a line above the status.
    pub(super) fn line(&self, line: &str) {
        match &self.status {
            Some(status) => status.above(|| write(&format!("{line}\n"))),
            None => write(&format!("{line}\n")),
        }
    }

    /// Shows the status line from now on.
    pub(super) fn show(&self) {
        let Some(status) = &self.status else { return };
        let mut state = status.lock();
        if state.is_shown {
            return;
        }
        if self.in_line.swap(false, Ordering::Relaxed) {
            write("\n");
        }
        state.is_shown = true;
        state.times += 1;
        let (time, weak) = (state.times, Arc::downgrade(status));
        // Without the thread there is no status line, and the lines come all the same.
        let _ = std::thread::Builder::new().name("status line".to_string()).spawn(move || {
            loop {
                std::thread::sleep(DRAW);
                match weak.upgrade() {
                    Some(status) if status.draw(time) => {}
                    _ => return,
                }
            }
        });
    }

    /// Takes the status line away.
    pub(super) fn hide(&self) {
        let Some(status) = &self.status else { return };
        let mut state = status.lock();
        state.is_shown = false;
        if std::mem::take(&mut state.is_drawn) {
            write(CLEAR);
        }
    }

    fn is_shown(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.lock().is_shown)
    }
}

impl Status {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Three plain values: whole whatever happened to another thread.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws the line, for the thread that was started when it was shown for the `time`-th time. False
    /// when that is over.
    fn draw(&self, time: u64) -> bool {
        let mut state = self.lock();
        if !state.is_shown || state.times != time {
            return false;
        }
        state.is_drawn = true;
        write(&format!("{CLEAR}{}", self.line()));
        true
    }

    /// Writes something that ends with its line.
    fn above<T>(&self, work: impl FnOnce() -> T) -> T {
        let state = self.lock();
        if state.is_drawn {
            write(CLEAR);
        }
        let result = work();
        if state.is_drawn {
            write(&self.line());
        }
        result
    }

    fn line(&self) -> String {
        // One column stays free: some terminals break the line when the last one is written.
        (self.render)(columns() - 1, self.paint)
    }
}

fn columns() -> usize {
    let known = console::Term::stderr().size_checked();
    usize::from(known.map_or(COLUMNS, |(_, columns)| columns)).max(2)
}

/// One write, so that other processes on the terminal do not come between.
fn write(text: &str) {
    // A closed standard error must not stop the run.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// A program's own output on the terminal where the status line is.
pub(super) struct Above<W: Write> {
    out: W,
    screen: Screen,
    /// The beginning of a line whose end is not there yet: below it the status could not stand.
    held: Vec<u8>,
}

impl<W: Write> Above<W> {
    pub(super) fn new(out: W, screen: Screen) -> Above<W> {
        Above { out, screen, held: Vec::new() }
    }
}

impl<W: Write> Write for Above<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let ready = match self.held.iter().rposition(|&byte| byte == b'\n') {
            _ if !self.screen.is_shown() => self.held.len(),
            Some(end) => end + 1,
            None => 0,
        };
        let lines: Vec<u8> = self.held.drain(..ready).collect();
        if let Some(last) = lines.last() {
            self.screen.in_line.store(*last != b'\n', Ordering::Relaxed);
            let out = &mut self.out;
            let mut work = || out.write_all(&lines).and_then(|()| out.flush());
            match &self.screen.status {
                Some(status) => status.above(work)?,
                None => work()?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if !self.held.is_empty() {
            // Now it may be the time for what was held.
            let _ = self.write(b"")?;
        }
        self.out.flush()
    }
}
