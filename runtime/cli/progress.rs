//! Progress on standard error: a line a turn, more with `-v`, and on a terminal what goes on now.

mod status;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::paint;
use super::screen::Screen;
use crate::engine::event::{EndingKind, Event, Observer};
use crate::engine::live::Live;
use crate::engine::{Totals, programs};
use status::Status;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// What goes on now, on a terminal; no lines.
    Now,
    /// A line a turn.
    Turns,
    /// Programs and their results, too.
    Programs,
    /// Calls, too.
    Calls,
}

/// Shows events to people.
pub(super) struct Progress {
    detail: Detail,
    started: Instant,
    status: Arc<Mutex<Status>>,
    /// Calls that failed, over the whole run.
    failed: Mutex<u64>,
    screen: Screen,
}

/// Columns of a model's words where there is no terminal, which cuts a line at its width.
const WORDS: usize = 100;

/// Characters of a line that are looked at.
const READ: usize = 1000;

/// As wide as the time that begins a line.
const INDENT: &str = "           ";

/// What stands before the lines of programs, ...
const PROGRAM: &str = "           | ";
/// ... and before those that the model is told.
const TOLD: &str = "           > ";

impl Progress {
    /// `time` is how long the run may take.
    pub(super) fn new(detail: Detail, time: Option<Duration>) -> Progress {
        let started = Instant::now();
        let status = Arc::new(Mutex::new(Status::default()));
        let shared = status.clone();
        let screen = Screen::new(move |width, paint| {
            lock(&shared).render(started.elapsed(), time, width, paint)
        });
        Progress { detail, started, status, failed: Mutex::new(0), screen }
    }

    /// Where lines go that are not of the run's events.
    pub(super) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// A line with the time; those of children say whose they are.
    fn line(&self, engine: u64, text: &str) {
        let seconds = self.started.elapsed().as_secs_f64();
        let clock = self.screen.paint.dim(&format!("[{seconds:6.1} s]"));
        let who = if engine == 0 { String::new() } else { format!("  child {engine}, ") };
        let line = format!("{clock} {who}{text}");
        let line = match self.screen.columns() {
            Some(columns) => paint::cut(&line, columns - 1),
            None => line,
        };
        self.screen.line(&line);
    }

    /// A line of which nothing may be lost: on a terminal it goes on in the next one.
    fn whole(&self, text: &str) {
        let room = self.screen.columns().map_or(usize::MAX, |columns| columns - 1 - INDENT.len());
        for (index, piece) in paint::fold(text, room.max(10)).iter().enumerate() {
            if index == 0 {
                self.line(0, piece);
            } else {
                self.screen.line(&format!("{INDENT}{piece}"));
            }
        }
    }

    /// The first line that is no fence, fit to be shown; where no terminal cuts it, it is cut here.
    fn plan(&self, text: &str) -> String {
        let is_said = |line: &&str| !line.is_empty() && !line.starts_with("```");
        let line = text.lines().map(str::trim).find(is_said).unwrap_or_default();
        let most = if self.screen.columns().is_some() { READ } else { WORDS };
        let line = paint::harmless(&line.chars().take(READ).collect::<String>());
        paint::cut(&line, most)
    }

    /// Children may be many: their lines are for those who want to know more.
    fn is_told(&self, engine: u64) -> bool {
        engine == 0 || self.detail >= Detail::Programs
    }

    fn block(&self, gutter: &str, text: &str) {
        let room = self.screen.columns().map(|columns| (columns - 1).saturating_sub(gutter.len()));
        let gutter = self.screen.paint.dim(gutter);
        let mut lines = Vec::new();
        for line in text.trim_end().lines() {
            match room {
                // The terminal would break a line anywhere and without the gutter.
                Some(room) => {
                    let pieces = paint::fold(line, room.max(10));
                    lines.extend(pieces.iter().map(|piece| format!("{gutter}{piece}")));
                }
                None => lines.push(format!("{gutter}{line}")),
            }
        }
        self.screen.line(&lines.join("\n"));
    }

    /// The status line is there while something goes on.
    fn refresh(&self) {
        let status = lock(&self.status);
        let is_shown = status.has_turns() || status.is_busy();
        drop(status);
        if is_shown { self.screen.show() } else { self.screen.hide() }
    }

    fn show(&self, event: &Event) {
        let paint = self.screen.paint;
        match event {
            Event::Run(run) => {
                let bytes: u64 = run.documents.iter().map(|d| d.bytes).sum();
                let count = run.documents.len();
                let s = if count == 1 { "" } else { "s" };
                let model = self.plan(&run.model.name);
                self.line(0, &format!("{model}: {count} document{s}, {}", size(bytes)));
            }
            Event::Resumed { .. } => self.line(0, "going on with a recorded run"),
            Event::Note { message } => self.whole(&format!("note: {}", paint::harmless(message))),
            Event::Diverged { message, .. } => {
                self.whole(&format!("not as recorded: {}", paint::harmless(message)));
            }
            Event::Direct { tokens, .. } => self.whole(&format!(
                "the input is small (about {tokens} tokens): sent directly, without programs; \
                 --direct never changes that"
            )),
            Event::Turn { engine, turn, exchange, .. } if self.is_told(*engine) => {
                // Without a reply the run ends and says why.
                let Some(reply) = &exchange.reply else { return };
                let turn = paint.bold(&format!("turn {turn}:"));
                self.line(*engine, &format!("{turn} {}", self.plan(reply)));
                // Now, and not when it has run: that may take a while.
                for fence in programs(reply).iter().filter(|_| self.detail >= Detail::Programs) {
                    self.block(PROGRAM, &paint.program(&paint::harmless(&fence.code)));
                }
            }
            Event::Compacted { engine, times, exchange, .. }
                if self.is_told(*engine) && !exchange.was_stopped() =>
            {
                self.line(
                    *engine,
                    &format!("the model's window was almost full: history compacted, time {times}"),
                );
            }
            Event::Program { engine: 0, error: Some(error), .. }
                if self.detail < Detail::Programs =>
            {
                self.line(0, &paint.bad(&format!("  {}", self.plan(error))));
            }
            Event::Result { message, .. } if self.detail >= Detail::Programs => {
                self.block(TOLD, &paint::harmless(message));
            }
            Event::Call { engine, call, instruction, exchange, .. }
                if self.detail >= Detail::Calls =>
            {
                let about = self.plan(instruction);
                let millis = exchange.millis;
                let text = match &exchange.failure {
                    Some(_) if exchange.was_cancelled() => "given up".to_string(),
                    Some(failure) => paint.bad(&format!("failed, {}", self.plan(&failure.message))),
                    None => "done".to_string(),
                };
                self.line(*engine, &format!("call {call}: {text} in {millis} ms: {about}"));
            }
            Event::Child { engine, question, .. } if self.is_told(*engine) => {
                self.line(*engine, &format!("asked: {}", self.plan(question)));
            }
            Event::Answer { engine: 0, ending, reason, totals, .. } => {
                self.screen.hide();
                let how = match (ending, reason) {
                    (EndingKind::Answered, _) => paint.good("answered"),
                    (_, Some(reason)) => format!("stopped: {}", paint::harmless(reason)),
                    (_, None) => "stopped".to_string(),
                };
                let failed = *lock(&self.failed);
                let failed = if failed > 0 { format!(" ({failed} failed)") } else { String::new() };
                let counted =
                    |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
                self.whole(&format!(
                    "{how}: {}, {}{failed}, {}",
                    counted(totals.turns, "turn"),
                    counted(totals.calls, "call"),
                    used(totals)
                ));
            }
            Event::Turn { .. }
            | Event::Compacted { .. }
            | Event::Program { .. }
            | Event::Result { .. }
            | Event::Call { .. }
            | Event::Child { .. }
            | Event::Sent { .. }
            | Event::Refused { .. }
            | Event::Budget { .. }
            | Event::Coverage { .. }
            | Event::Answer { .. } => {}
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        lock(&self.status).event(event);
        if let Event::Call { exchange, .. } = event
            && exchange.failure.is_some()
            && !exchange.was_cancelled()
        {
            *lock(&self.failed) += 1;
        }
        if self.detail > Detail::Now {
            self.show(event);
        }
        if !matches!(event, Event::Answer { engine: 0, .. }) {
            self.refresh();
        }
    }

    fn live(&self, change: &Live) {
        lock(&self.status).live(change);
        self.refresh();
    }

    fn end(&self) {
        self.screen.hide();
    }
}

/// Tokens and cost: `1200 tokens in (900 cached), 80 out, $0.0012`.
pub(super) fn used(totals: &Totals) -> String {
    let cached = totals.cached_input_tokens.filter(|n| *n > 0);
    let cached = cached.map(|n| format!(" ({n} cached)")).unwrap_or_default();
    let (input, output) = (totals.input_tokens, totals.output_tokens);
    let estimated = match totals.estimated_tokens {
        0 => String::new(),
        n => format!(" ({n} of these estimated)"),
    };
    let cost = match totals.cost_usd {
        None => ", cost unknown (--prices FILE)".to_string(),
        Some(0.0) => String::new(),
        Some(usd) => format!(", ${usd:.4}"),
    };
    format!("{input} tokens in{cached}, {output} out{estimated}{cost}")
}

/// Counters are whole whatever happened to another thread.
fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `12.3 MB`
pub(super) fn size(bytes: u64) -> String {
    const UNITS: &[&str] = &["bytes", "KB", "MB", "GB", "TB"];
    #[allow(clippy::cast_precision_loss)] // shown with one decimal
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("bytes");
    if unit == 0 { format!("{bytes} {name}") } else { format!("{value:.1} {name}") }
}
