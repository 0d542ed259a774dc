//! Limits of a run, and the ledger that counts what the whole tree of engines uses.
//!
//! A call is reserved before it is sent and settled after it, in one ledger for the root and all its
//! children: no child can spend what is not there.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::model::Usage;

/// What a run may use. `None` means no limit.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Turns of each engine, the root's and every child's.
    pub turns: u64,
    /// How deep `recurse` may nest; at 0 it is a plain model call.
    pub depth: u32,
    /// Model calls by programs and turns of children, over the tree.
    pub calls: Option<u64>,
    /// Tokens in and out, over the tree.
    pub tokens: Option<u64>,
    /// Wall time of the run.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { turns: 30, depth: 1, calls: Some(1000), tokens: None, time: None }
    }
}

/// Which limit was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    /// One line: what is used up and how to allow more.
    pub message: String,
}

/// What was used, in total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Totals {
    /// Calls reserved: made, or being made.
    pub calls: u64,
    /// Turns of the root and of children.
    pub turns: u64,
    /// Input tokens that providers told of.
    pub input_tokens: u64,
    /// Output tokens that providers told of.
    pub output_tokens: u64,
    /// Calls that ended without a reply.
    pub failed: u64,
}

impl Totals {
    /// Tokens in and out.
    pub fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// The ledger of a run, shared by the whole tree.
#[derive(Debug)]
pub struct Ledger {
    limits: Limits,
    started: Instant,
    totals: Mutex<Totals>,
}

impl Ledger {
    /// An empty ledger.
    pub fn new(limits: Limits) -> Ledger {
        Ledger { limits, started: Instant::now(), totals: Mutex::new(Totals::default()) }
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    fn with<T>(&self, work: impl FnOnce(&mut Totals) -> T) -> T {
        // The totals are plain numbers: a panic elsewhere cannot leave them half changed.
        let mut totals = self.totals.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&mut totals)
    }

    /// What was used so far.
    pub fn totals(&self) -> Totals {
        self.with(|totals| *totals)
    }

    /// Calls left; `None` without a limit.
    pub fn calls_left(&self) -> Option<u64> {
        self.limits.calls.map(|most| most.saturating_sub(self.totals().calls))
    }

    /// Tokens left; `None` without a limit.
    pub fn tokens_left(&self) -> Option<u64> {
        self.limits.tokens.map(|most| most.saturating_sub(self.totals().tokens()))
    }

    /// Reserves `count` calls, all or none.
    ///
    /// # Errors
    /// When a limit does not allow them.
    pub fn reserve(&self, count: u64) -> Result<(), LimitReached> {
        self.check_running()?;
        self.with(|totals| match self.limits.calls {
            Some(most) if totals.calls.saturating_add(count) > most => {
                let left = most.saturating_sub(totals.calls);
                let message = if count == 1 {
                    format!("all {most} model calls are made")
                } else {
                    format!("this would make {count} model calls, {left} of {most} are left")
                };
                Err(LimitReached { message })
            }
            _ => {
                totals.calls += count;
                Ok(())
            }
        })
    }

    /// Gives back calls that were not sent.
    pub fn refund(&self, count: u64) {
        self.with(|totals| totals.calls = totals.calls.saturating_sub(count));
    }

    /// Counts what a call used.
    pub fn settle(&self, usage: &Usage) {
        self.with(|totals| {
            totals.input_tokens = totals.input_tokens.saturating_add(usage.input.unwrap_or(0));
            totals.output_tokens = totals.output_tokens.saturating_add(usage.output.unwrap_or(0));
        });
    }

    /// Counts a call without a reply.
    pub fn settle_failed(&self) {
        self.with(|totals| totals.failed += 1);
    }

    /// Counts a turn.
    pub fn count_turn(&self) {
        self.with(|totals| totals.turns += 1);
    }

    /// Whether tokens and time allow anything more.
    ///
    /// # Errors
    /// When a limit is reached.
    pub fn check_running(&self) -> Result<(), LimitReached> {
        if let Some(most) = self.limits.tokens
            && self.totals().tokens() >= most
        {
            return Err(LimitReached { message: format!("all {most} tokens are used") });
        }
        match self.time_left() {
            Some(left) if left.is_zero() => {
                let most = self.limits.time.unwrap_or_default().as_secs_f64();
                Err(LimitReached { message: format!("the time of {most} s is over") })
            }
            _ => Ok(()),
        }
    }

    /// Time left; `None` without a limit.
    pub fn time_left(&self) -> Option<Duration> {
        self.limits.time.map(|most| most.saturating_sub(self.started.elapsed()))
    }

    /// Time since the run started.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserves_all_or_none() {
        let ledger = Ledger::new(Limits { calls: Some(5), ..Limits::default() });
        assert!(ledger.reserve(3).is_ok());
        let refused = ledger.reserve(3).unwrap_err();
        assert_eq!(refused.message, "this would make 3 model calls, 2 of 5 are left");
        assert_eq!(ledger.calls_left(), Some(2));
        ledger.refund(1);
        assert!(ledger.reserve(3).is_ok());
        assert_eq!(ledger.reserve(1).unwrap_err().message, "all 5 model calls are made");
    }

    #[test]
    fn stops_when_tokens_are_used() {
        let ledger = Ledger::new(Limits { tokens: Some(10), ..Limits::default() });
        ledger.settle(&Usage { input: Some(8), output: Some(3), ..Usage::default() });
        assert_eq!(ledger.check_running().unwrap_err().message, "all 10 tokens are used");
    }

    #[test]
    fn stops_when_time_is_over() {
        let ledger = Ledger::new(Limits { time: Some(Duration::ZERO), ..Limits::default() });
        assert!(ledger.reserve(1).is_err());
    }
}
