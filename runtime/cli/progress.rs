//! Progress on standard error: a line a turn, more with `-v`.

use std::io::Write;
use std::sync::Mutex;
use std::time::Instant;

use crate::engine::Totals;
use crate::engine::event::{Event, Observer};

/// Shows events to people.
pub(super) struct Progress {
    verbose: u8,
    started: Instant,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    calls: u64,
    failed: u64,
}

/// Characters of a reply's plan that a line shows.
const PLAN: usize = 100;

impl Progress {
    /// Shows turns; programs and results if `verbose`, calls if twice.
    pub(super) fn new(verbose: u8) -> Progress {
        Progress { verbose, started: Instant::now(), counts: Mutex::new(Counts::default()) }
    }

    fn line(&self, text: &str) {
        // A closed standard error must not stop the run.
        let seconds = self.started.elapsed().as_secs_f64();
        let _ = writeln!(std::io::stderr().lock(), "[{seconds:6.1} s] {text}");
    }

    fn block(&self, text: &str) {
        let mut out = std::io::stderr().lock();
        for line in text.trim_end().lines() {
            let _ = writeln!(out, "           | {line}");
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        match event {
            Event::Run { model, documents, .. } => {
                let bytes: u64 = documents.iter().map(|d| d.bytes).sum();
                let s = if documents.len() == 1 { "" } else { "s" };
                self.line(&format!("{model}: {} document{s}, {}", documents.len(), size(bytes)));
            }
            Event::Direct { tokens, .. } => self.line(&format!(
                "the input is small (about {tokens} tokens): sent directly, without programs; --direct never changes that"
            )),
            Event::Turn { engine, turn, reply, .. } => {
                self.line(&format!("{}turn {turn}: {}", indent(*engine), plan(reply)));
            }
            Event::Program { engine, code, error, .. } => {
                if self.verbose > 0 {
                    self.block(code);
                } else if let Some(error) = error {
                    let first = error.lines().next().unwrap_or_default();
                    self.line(&format!("{}  {first}", indent(*engine)));
                }
            }
            Event::Result { message, .. } => {
                if self.verbose > 0 {
                    self.block(message);
                }
            }
            Event::Call { call, instruction, error, millis, .. } => {
                let mut counts =
                    self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                counts.calls += 1;
                counts.failed += u64::from(error.is_some());
                drop(counts);
                if self.verbose > 1 {
                    let outcome = error.as_deref().unwrap_or("done");
                    let about = plan(instruction);
                    self.line(&format!("  call {call}: {outcome} in {millis} ms: {about}"));
                }
            }
            Event::Child { engine, question, .. } => {
                self.line(&format!("{}child {engine}: {}", indent(*engine), plan(question)));
            }
            Event::Answer { engine: 0, complete, reason, totals, .. } => {
                let how = match (complete, reason) {
                    (true, _) => "answered".to_string(),
                    (false, Some(reason)) => format!("stopped: {reason}"),
                    (false, None) => "stopped".to_string(),
                };
                let failed = self.counts.lock().map(|c| c.failed).unwrap_or(0);
                let failed = if failed > 0 { format!(" ({failed} failed)") } else { String::new() };
                self.line(&format!(
                    "{how}: {} turns, {} calls{failed}, {}",
                    totals.turns,
                    totals.calls,
                    used(totals)
                ));
            }
            Event::Answer { .. } => {}
        }
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

fn indent(engine: u64) -> &'static str {
    if engine == 0 { "" } else { "    " }
}

/// The first line that is no fence, shortened.
fn plan(text: &str) -> String {
    let line =
        text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with("```")).unwrap_or("");
    if line.chars().count() <= PLAN {
        return line.to_string();
    }
    let cut: String = line.chars().take(PLAN - 3).collect();
    format!("{}...", cut.trim_end())
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
