//! The line that lives below the others: what is going on right now. A value and a pure function.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cli::paint::{self, Paint};
use crate::engine::Totals;
use crate::engine::event::Event;
use crate::engine::live::Live;
use crate::model::Purpose;

/// What is going on, as far as events tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    /// The root model's name.
    model: String,
    /// The turn of the root, from 1; 0 where no model writes programs.
    turn: u64,
    /// The root model is writing its reply, ...
    is_writing: bool,
    /// ... of which so many characters have come.
    heard: usize,
    /// Calls since the turn began: all of them, ...
    queued: u64,
    /// ... those that ended, ...
    done: u64,
    /// ... and those that ended without a reply.
    failed: u64,
    /// Requests of calls in flight.
    running: u64,
    /// Child engines at work.
    children: BTreeSet<u64>,
    /// What the whole run used.
    used: Totals,
}

/// Columns of the bar.
const BAR: usize = 20;

impl Status {
    /// Takes what happened.
    pub(super) fn event(&mut self, event: &Event) {
        match event {
            Event::Run(run) => {
                self.model = paint::harmless(&run.model.name);
                self.turn = 1;
            }
            Event::Turn { engine: 0, .. } => self.is_writing = false,
            Event::Call { exchange, .. } => {
                self.done += 1;
                self.failed += u64::from(exchange.failure.is_some());
            }
            Event::Child { engine, .. } => {
                self.children.insert(*engine);
            }
            _ => {}
        }
    }

    /// Takes a change of what is going on.
    pub(super) fn live(&mut self, change: &Live) {
        match change {
            Live::TurnStarted { engine: 0, turn } => {
                self.turn = *turn;
                (self.is_writing, self.heard) = (true, 0);
                (self.queued, self.done, self.failed) = (0, 0, 0);
            }
            Live::Heard { engine: 0, chars, .. } => self.heard = *chars,
            Live::TurnStarted { .. } | Live::Heard { .. } => {}
            Live::CallsQueued { count } => self.queued += count,
            Live::Sent(Purpose::Call) => self.running += 1,
            Live::Received(Purpose::Call) => self.running = self.running.saturating_sub(1),
            Live::Sent(Purpose::Root) | Live::Received(Purpose::Root) => {}
            Live::Used(totals) => self.used = *totals,
            Live::ChildEnded { engine } => {
                self.children.remove(engine);
            }
        }
    }

    /// Whether a model is at work for the program or for the root.
    pub(super) fn is_busy(&self) -> bool {
        self.is_writing || self.done < self.queued || !self.children.is_empty()
    }

    /// Whether this is a run of turns, which has something to show from its beginning to its end.
    pub(super) fn has_turns(&self) -> bool {
        self.turn > 0
    }

    /// The line, at most `width` columns: what matters most stands first and stays when it gets
    /// narrow. `now` counts from the start of the run; `limit` is the time that it may take.
    pub(super) fn render(
        &self,
        now: Duration,
        limit: Option<Duration>,
        width: usize,
        paint: Paint,
    ) -> String {
        let mut parts = Parts { line: String::new(), used: 0, width };
        if self.turn > 0 {
            parts.add(&paint.bold(&format!("turn {}", self.turn)));
        }
        if self.is_writing {
            parts.add(&match self.heard {
                0 => format!("waiting for {}", self.model),
                heard => format!("{} is writing, {} characters", self.model, amount(heard as u64)),
            });
        } else if self.queued > 0 {
            if width > 60 {
                parts.add(&self.bar(paint));
            }
            parts.add(&format!("{}/{} calls", self.done, self.queued));
        } else if self.children.is_empty() {
            parts.add("the program is running");
        }
        if !self.children.is_empty() {
            let s = if self.children.len() == 1 { "" } else { "ren" };
            parts.add(&format!("{} child{s} at work", self.children.len()));
        }
        if self.failed > 0 {
            parts.add(&paint.bad(&format!("{} failed", self.failed)));
        }
        if self.running > 0 {
            parts.add(&format!("{} running", self.running));
        }
        parts.add(&time(now));
        if let Some(limit) = limit {
            parts.add(&format!("{} left", time(limit.saturating_sub(now))));
        }
        if let Some(usd) = self.used.cost_usd.filter(|usd| *usd > 0.0) {
            parts.add(&format!("${usd:.2}"));
        }
        if self.used.tokens() > 0 {
            parts.add(&format!("{} tokens", amount(self.used.tokens())));
        }
        parts.line
    }

    fn bar(&self, paint: Paint) -> String {
        let filled = usize::try_from(self.done.saturating_mul(BAR as u64) / self.queued.max(1))
            .unwrap_or(BAR)
            .min(BAR);
        let (full, rest) = ("#".repeat(filled), "-".repeat(BAR - filled));
        format!("[{}{}]", paint.good(&full), paint.dim(&rest))
    }
}

/// A line that takes parts as long as they fit.
struct Parts {
    line: String,
    used: usize,
    width: usize,
}

impl Parts {
    fn add(&mut self, part: &str) {
        let gap = if self.line.is_empty() { 0 } else { 2 };
        let wanted = gap + paint::width(part);
        if self.line.is_empty() {
            self.line = paint::cut(part, self.width);
            self.used = paint::width(&self.line);
        } else if self.used + wanted <= self.width {
            self.line.push_str("  ");
            self.line.push_str(part);
            self.used += wanted;
        } else {
            // What comes later matters less: it must not take the place of what did not fit.
            self.width = self.used;
        }
    }
}

/// `9 s`, `2:05`, `1:02:05`
fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes}:{:02}", seconds % 60),
        _ => format!("{hours}:{:02}:{:02}", minutes % 60, seconds % 60),
    }
}

/// `950`, `12.3k`, `4.5M`
pub(super) fn amount(n: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // shown with one decimal
    let x = n as f64;
    match n {
        0..1_000 => n.to_string(),
        1_000..999_950 => format!("{:.1}k", x / 1e3),
        _ => format!("{:.1}M", x / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::event::{Exchange, Failure, TextReference};

    fn plain(status: &Status, seconds: u64, limit: Option<u64>, width: usize) -> String {
        let limit = limit.map(Duration::from_secs);
        status.render(Duration::from_secs(seconds), limit, width, Paint { on: false })
    }

    fn call(error: Option<&str>) -> Event {
        Event::Call {
            engine: 0,
            call: 1,
            instruction: String::new(),
            at: String::new(),
            data: Vec::new(),
            exchange: Exchange {
                reply: error.is_none().then(String::new),
                failure: error.map(|message| Failure {
                    kind: crate::model::ErrorKind::Refused,
                    message: message.to_string(),
                }),
                ..Exchange::default()
            },
        }
    }

    /// A run in its second turn with 40 calls, of which 10 ended, one of them badly, and 16 are out.
    fn busy() -> Status {
        let mut status = Status { model: "gpt-5".to_string(), ..Status::default() };
        status.live(&Live::TurnStarted { engine: 0, turn: 2 });
        status.is_writing = false;
        status.live(&Live::CallsQueued { count: 40 });
        for index in 0..26 {
            status.live(&Live::Sent(Purpose::Call));
            if index < 10 {
                status.event(&call((index == 3).then_some("refused")));
                status.live(&Live::Received(Purpose::Call));
            }
        }
        let totals = Totals {
            input_tokens: 12_000,
            output_tokens: 340,
            cost_usd: Some(1.234),
            ..Totals::default()
        };
        status.live(&Live::Used(totals));
        status
    }

    #[test]
    fn calls_have_a_bar() {
        assert_eq!(
            plain(&busy(), 75, Some(600), 120),
            "turn 2  [#####---------------]  10/40 calls  1 failed  16 running  1:15  8:45 left  $1.23  12.3k tokens"
        );
    }

    #[test]
    fn narrow_lines_keep_what_matters() {
        assert_eq!(plain(&busy(), 75, None, 47), "turn 2  10/40 calls  1 failed  16 running  1:15");
        assert_eq!(plain(&busy(), 75, None, 25), "turn 2  10/40 calls");
        assert_eq!(plain(&busy(), 75, None, 4), "t...");
        for width in 0..130 {
            assert!(paint::width(&plain(&busy(), 7500, Some(9000), width)) <= width, "{width}");
        }
    }

    #[test]
    fn colours_change_no_width() {
        let colourful = busy().render(Duration::ZERO, None, 80, Paint { on: true });
        assert_eq!(paint::width(&colourful), paint::width(&plain(&busy(), 0, None, 80)));
        assert!(colourful.contains("\u{1b}[31m1 failed\u{1b}[0m"), "{colourful:?}");
    }

    #[test]
    fn says_who_is_waited_for() {
        let mut status = busy();
        status.live(&Live::TurnStarted { engine: 0, turn: 3 });
        assert_eq!(plain(&status, 3, None, 40), "turn 3  waiting for gpt-5  16 running");
        status.live(&Live::Heard { engine: 0, turn: 3, chars: 1234 });
        assert_eq!(plain(&status, 3, None, 46), "turn 3  gpt-5 is writing, 1.2k characters");
        let mut status = Status::default();
        status.live(&Live::TurnStarted { engine: 0, turn: 1 });
        status.is_writing = false;
        assert!(!status.is_busy());
        assert_eq!(plain(&status, 3, None, 80), "turn 1  the program is running  3 s");
    }

    #[test]
    fn children_are_counted_until_they_end() {
        let mut status = Status::default();
        for engine in [1, 2] {
            status.event(&Event::Child {
                engine,
                parent: 0,
                at: String::new(),
                question: String::new(),
                context: TextReference { place: None, bytes: 0, blake3: String::new() },
            });
        }
        assert_eq!(plain(&status, 3, None, 80), "2 children at work  3 s");
        status.live(&Live::ChildEnded { engine: 2 });
        assert_eq!(plain(&status, 3, None, 80), "1 child at work  3 s");
        status.live(&Live::ChildEnded { engine: 1 });
        assert!(!status.is_busy());
    }

    #[test]
    fn times_and_amounts_are_short() {
        let shown: Vec<String> =
            [0, 59, 60, 3600].map(|s| time(Duration::from_secs(s))).into_iter().collect();
        assert_eq!(shown, ["0 s", "59 s", "1:00", "1:00:00"]);
        let shown: Vec<String> = [999, 1000, 999_949, 999_950, 12_345_678].map(amount).into();
        assert_eq!(shown, ["999", "1.0k", "999.9k", "1.0M", "12.3M"]);
    }
}
