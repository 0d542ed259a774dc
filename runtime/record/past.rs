//! What is known already: the record of an earlier process, for the engine to ask before it asks
//! anybody else.
//!
//! A turn is *sealed* when its model replied to its result, or when its engine answered in it: the run
//! went on from there, so everything its programs learned is taken from the record, failures and
//! refusals too. In a turn that is not sealed, replies are taken from the record and what may have
//! passed by now (a server that was down, a limit that is raised) is asked anew. In a replay every turn
//! is sealed.

use std::collections::HashMap;
use std::sync::Mutex;

use rlm_lang_std::host::Budget;

use super::Recorded;
use crate::engine::event::{EndingKind, Event, Exchange, Key};
use crate::engine::{Ending, Ledger, Limits, Totals};
use crate::model::{ErrorKind, Usage};

/// What is done with a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// There is none: the run is new.
    #[default]
    New,
    /// Everything comes from it; what is not in it is an error.
    Replay,
    /// The run goes on where it ends.
    Resume,
}

/// The end of an engine as it was recorded.
#[derive(Clone, Debug)]
pub struct End {
    /// How it ended.
    pub kind: EndingKind,
    /// Why, where it was not by an answer.
    pub reason: Option<String>,
    /// What the run had used by then.
    pub totals: Totals,
    text: String,
}

impl End {
    /// The ending as the engine has it.
    pub fn ending(&self) -> Ending {
        match self.kind {
            EndingKind::Answered => Ending::Answered,
            EndingKind::Prose => Ending::Prose,
            EndingKind::Limit => Ending::Limit(self.reason.clone().unwrap_or_default()),
            EndingKind::Interrupted => Ending::Interrupted,
        }
    }
}

/// A program of a turn, as it was recorded.
#[derive(Clone, Debug)]
struct Program {
    code: String,
    printed: String,
    error: Option<String>,
    steps: u64,
    interrupted: bool,
    untaken: Vec<String>,
}

/// What an earlier process recorded. Empty for a new run.
#[derive(Debug, Default)]
pub struct Past {
    mode: Mode,
    /// Turns and calls. Where a call was asked again, the last.
    exchanges: HashMap<Key, Exchange>,
    calls: HashMap<Key, u64>,
    children: HashMap<Key, Child>,
    refusals: HashMap<Key, String>,
    /// With the limits that were in force.
    budgets: HashMap<Key, (Budget, Limits)>,
    programs: HashMap<(u64, u64, u64), Program>,
    results: HashMap<(u64, u64), String>,
    /// The last turn of each engine to which its model replied.
    last_turns: HashMap<u64, u64>,
    ends: HashMap<u64, End>,
    /// Calls, turns and failures.
    counts: Totals,
    /// Every request that was paid for: the model, what was counted, and how much of that was estimated.
    paid: Vec<(String, Usage, u64)>,
    /// Requests that went out and of which nothing more is known yet: how many at a place, and of the last
    /// the model and the estimated input.
    on_the_way: HashMap<Key, (u64, String, u64)>,
    /// The limits as the record tells them, and those in force now.
    limits: Limits,
    limits_now: Option<Limits>,
    divergence: Mutex<Option<String>>,
    /// Replies by their requests, where places are not those of the record.
    requests: Option<Requests>,
}

/// A recorded child engine.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    /// Its number.
    pub(crate) engine: u64,
    /// Its question.
    pub(crate) question: String,
    /// The digest of its context.
    pub(crate) context: String,
}

/// What a record holds, found by what was asked.
#[derive(Debug, Default)]
struct Requests {
    /// By the digest of the request, in the order of the record.
    replies: HashMap<String, Vec<Exchange>>,
    /// How many of them were given.
    given: Mutex<HashMap<String, usize>>,
    /// Answers of children, by question and digest of the context.
    children: HashMap<(String, String), String>,
}

impl Past {
    /// Makes a record ready to be asked.
    pub fn new(recorded: &Recorded, mode: Mode) -> Past {
        let mut past = Past { mode, limits: recorded.run.limits.clone(), ..Past::default() };
        for event in &recorded.events {
            past.take(event);
        }
        past.count_lost();
        past
    }

    /// Makes a record ready for another program than the one that was recorded: replies are found by
    /// what is asked, not by where. Several replies to one request are given in their order.
    pub fn by_request(recorded: &Recorded) -> Past {
        let mut past = Past::new(recorded, Mode::Replay);
        let mut requests = Requests::default();
        for event in &recorded.events {
            match event {
                // What failed for good fails again; what was dropped or refused tells nothing.
                Event::Turn { exchange, .. } | Event::Call { exchange, .. }
                    if !exchange.was_stopped() =>
                {
                    let replies = requests.replies.entry(exchange.request.clone()).or_default();
                    replies.push(served(exchange));
                }
                Event::Child { engine, question, context, .. } => {
                    let whole =
                        |end: &&End| matches!(end.kind, EndingKind::Answered | EndingKind::Prose);
                    if let Some(end) = past.ends.get(engine).filter(whole) {
                        let asked = (question.clone(), context.blake3.clone());
                        requests.children.insert(asked, end.text.clone());
                    }
                }
                _ => {}
            }
        }
        past.requests = Some(requests);
        past
    }

    /// Whether replies are found by what is asked.
    pub(crate) fn is_by_request(&self) -> bool {
        self.requests.is_some()
    }

    /// The next recorded reply to a request.
    pub(crate) fn reply_to(&self, request: &str) -> Option<Exchange> {
        let requests = self.requests.as_ref()?;
        let replies = requests.replies.get(request)?;
        let mut given = requests.given.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = given.entry(request.to_string()).or_default();
        let reply = replies.get(*next).or(replies.last()).cloned();
        *next += 1;
        reply
    }

    /// The recorded answer of a child to a question about a text.
    pub(crate) fn answer_to(&self, question: &str, context: &str) -> Option<&String> {
        self.requests.as_ref()?.children.get(&(question.to_string(), context.to_string()))
    }

    fn take(&mut self, event: &Event) {
        match event {
            Event::Turn { engine, turn, last, exchange } => {
                let key = if *last { Key::last(*engine, *turn) } else { Key::turn(*engine, *turn) };
                // A child's turns are calls of the tree.
                if *engine > 0 {
                    self.count_call(exchange);
                }
                self.counts.turns += u64::from(exchange.reply.is_some() && !last);
                // What is said when turns are used up is no going on.
                if exchange.reply.is_some() && !last {
                    let newest = self.last_turns.entry(*engine).or_default();
                    *newest = (*newest).max(*turn);
                }
                self.count_paid(exchange);
                self.arrived(&key, exchange);
                self.exchanges.insert(key, served(exchange));
            }
            Event::Compacted { engine, turn, exchange, .. } => {
                if *engine > 0 {
                    self.count_call(exchange);
                }
                self.count_paid(exchange);
                let key = Key::compaction(*engine, *turn);
                self.arrived(&key, exchange);
                self.exchanges.insert(key, served(exchange));
            }
            Event::Call { engine, call, at, exchange, .. } => {
                let key = Key { engine: *engine, at: at.clone() };
                self.allowed(&key);
                self.count_call(exchange);
                self.count_paid(exchange);
                self.calls.insert(key.clone(), *call);
                self.arrived(&key, exchange);
                self.exchanges.insert(key, served(exchange));
            }
            Event::Sent { engine, at, model, input, .. } => {
                let key = Key { engine: *engine, at: at.clone() };
                let (count, ..) = self.on_the_way.get(&key).cloned().unwrap_or_default();
                self.on_the_way.insert(key, (count + 1, model.clone(), *input));
            }
            Event::Program {
                engine,
                turn,
                program,
                code,
                printed,
                error,
                steps,
                interrupted,
                untaken,
                ..
            } => {
                let program_key = (*engine, *turn, *program);
                let program = Program {
                    code: code.clone(),
                    printed: printed.clone(),
                    error: error.clone(),
                    steps: *steps,
                    interrupted: *interrupted,
                    untaken: untaken.clone(),
                };
                self.programs.insert(program_key, program);
            }
            Event::Result { engine, turn, message } => {
                self.results.insert((*engine, *turn), message.clone());
            }
            Event::Child { engine, parent, at, question, context } => {
                let key = Key { engine: *parent, at: at.clone() };
                self.allowed(&key);
                let (question, context) = (question.clone(), context.blake3.clone());
                self.children.insert(key, Child { engine: *engine, question, context });
            }
            Event::Refused { engine, at, message } => {
                self.refusals.insert(Key { engine: *engine, at: at.clone() }, message.clone());
            }
            Event::Budget { engine, at, budget } => {
                let key = Key { engine: *engine, at: at.clone() };
                self.budgets.insert(key, (*budget, self.limits.clone()));
            }
            Event::Answer { engine, text, ending, reason, totals, .. } => {
                let (text, reason) = (text.clone(), reason.clone());
                let end = End { kind: *ending, reason, totals: *totals, text };
                self.ends.insert(*engine, end);
            }
            Event::Resumed { limits, .. } => self.limits = limits.clone(),
            Event::Run(_)
            | Event::Direct { .. }
            | Event::Coverage { .. }
            | Event::Note { .. }
            | Event::Diverged { .. } => {}
        }
    }

    /// Counts a call as the ledger does: not if it was free, or stopped before it was sent.
    fn count_call(&mut self, exchange: &Exchange) {
        let unsent = exchange.tries == 0 && exchange.was_stopped();
        if exchange.free.is_none() && !unsent {
            self.counts.calls += 1;
            self.counts.failed += u64::from(exchange.failure.is_some());
        }
    }

    /// What an earlier process was refused at a place, a later one was not.
    fn allowed(&mut self, key: &Key) {
        if let Some((work, _)) = key.at.rsplit_once('#') {
            self.refusals.remove(&Key { engine: key.engine, at: work.to_string() });
        }
    }

    /// What came of a request that was on its way.
    fn arrived(&mut self, key: &Key, exchange: &Exchange) {
        if exchange.was_sent()
            && let Some((count, ..)) = self.on_the_way.get_mut(key)
        {
            *count = count.saturating_sub(1);
        }
    }

    /// Counts what was on its way when a process was killed: it may have been answered, and be billed.
    fn count_lost(&mut self) {
        for (key, (count, model, input)) in std::mem::take(&mut self.on_the_way) {
            if count == 0 {
                continue;
            }
            // All but the turns of the root are calls of the tree.
            if key.engine > 0 || key.at.contains('/') {
                self.counts.calls += count;
                self.counts.failed += count;
            }
            let input = input.saturating_mul(count);
            let usage = Usage { input: Some(input), output: Some(0), ..Usage::default() };
            self.paid.push((model, usage, input));
        }
    }

    fn count_paid(&mut self, exchange: &Exchange) {
        // A reply that could not be used was paid for, too.
        if exchange.free.is_none() {
            let counted = *exchange.counted();
            self.paid.push((exchange.model.clone(), counted, counted.beyond(&exchange.usage)));
        }
    }

    /// What is done with the record.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Tells a ledger what the recorded part of the run used.
    pub fn carry_over(&self, ledger: &Ledger) {
        let paid = self.paid.iter().map(|(model, usage, more)| (model.as_str(), usage, *more));
        ledger.carry_over(self.counts, paid);
    }

    /// Whether the record holds a reply to a request.
    pub(crate) fn holds_reply(&self, key: &Key) -> bool {
        self.exchanges.get(key).is_some_and(|exchange| exchange.reply.is_some())
    }

    /// The first numbers that no recorded call and no recorded engine has.
    pub(crate) fn free_numbers(&self) -> (u64, u64) {
        let next = |most: Option<u64>| most.map_or(1, |most| most + 1);
        let children = self.children.values().map(|child| child.engine).max();
        (next(self.calls.values().max().copied()), next(children))
    }

    /// The recorded number of a call.
    pub(crate) fn call_number(&self, key: &Key) -> Option<u64> {
        self.calls.get(key).copied()
    }

    /// The recorded child engine that was asked for at a place.
    pub(crate) fn child(&self, key: &Key) -> Option<&Child> {
        self.children.get(key)
    }

    /// Whether the run went on after this turn of an engine.
    pub(crate) fn is_sealed(&self, engine: u64, turn: u64) -> bool {
        self.mode == Mode::Replay
            || self.last_turns.get(&engine).is_some_and(|last| turn < *last)
            || self.is_answered(engine)
    }

    /// Whether the engine came to an answer: there is nothing to go on with.
    pub fn is_answered(&self, engine: u64) -> bool {
        let end = self.ends.get(&engine);
        end.is_some_and(|end| matches!(end.kind, EndingKind::Answered | EndingKind::Prose))
    }

    /// How an engine ended.
    pub fn end(&self, engine: u64) -> Option<&End> {
        self.ends.get(&engine)
    }

    /// What came of a request, if that is to be taken from the record.
    pub(crate) fn exchange(&self, key: &Key, sealed: bool) -> Option<&Exchange> {
        let exchange = self.exchanges.get(key)?;
        let usable = match &exchange.failure {
            None => true,
            Some(failure) if sealed => failure.kind != ErrorKind::Cancelled,
            Some(failure) => !may_pass(failure.kind),
        };
        usable.then_some(exchange)
    }

    /// Why calls at this place were refused.
    pub(crate) fn refusal(&self, key: &Key) -> Option<&String> {
        self.refusals.get(key)
    }

    /// Sets the limits that are in force now.
    pub fn limit(&mut self, limits: &Limits) {
        self.limits_now = Some(limits.clone());
    }

    /// What a program was told of its limits. In a turn that is not sealed it is told of limits raised
    /// since.
    pub(crate) fn budget(&self, key: &Key, sealed: bool) -> Option<Budget> {
        let (budget, then) = self.budgets.get(key)?;
        let now = self.limits_now.as_ref().filter(|_| !sealed).unwrap_or(then);
        Some(Budget {
            calls_left: shifted(budget.calls_left, then.calls, now.calls)?,
            tokens_left: shifted(budget.tokens_left, then.tokens, now.tokens)?,
            ..*budget
        })
    }

    /// The message that a model was told after a turn.
    pub(crate) fn result(&self, engine: u64, turn: u64) -> Option<&String> {
        self.results.get(&(engine, turn))
    }

    /// The steps after which a program was interrupted.
    pub(crate) fn interrupted_after(&self, engine: u64, turn: u64, program: u64) -> Option<u64> {
        let program = self.programs.get(&(engine, turn, program))?;
        program.interrupted.then_some(program.steps)
    }

    /// Where a program had asked for work that was done when it was stopped, and that it never saw.
    pub(crate) fn untaken(&self, engine: u64, turn: u64, program: u64) -> &[String] {
        let program = self.programs.get(&(engine, turn, program));
        program.map_or(&[], |program| &program.untaken)
    }

    /// Compares what happens now with what the record says, as far as that is to stay: what is
    /// different.
    pub(crate) fn difference(&self, event: &Event) -> Option<String> {
        match event {
            Event::Program { engine, turn, program, code, printed, error, .. } => {
                let was = self.programs.get(&(*engine, *turn, *program))?;
                if !self.is_sealed(*engine, *turn) {
                    return None;
                }
                let what = [
                    ("code", &was.code == code),
                    ("output", &was.printed == printed),
                    ("error", &was.error == error),
                ];
                let different = what.iter().find(|(_, same)| !same);
                different.map(|(what, _)| {
                    format!("{}program {program}: its {what} is different", place(*engine, *turn))
                })
            }
            Event::Result { engine, turn, message } => {
                let was = self.result(*engine, *turn)?;
                if !self.is_sealed(*engine, *turn) {
                    return None;
                }
                let line = was.lines().zip(message.lines()).find(|(was, is)| was != is);
                (was != message).then(|| {
                    let (was, is) = line.unwrap_or(("no line more", "more lines"));
                    let place = place(*engine, *turn);
                    format!("{place}the result: {:?} then, {:?} now", cut(was), cut(is))
                })
            }
            Event::Answer { engine, text, ending, .. } => {
                let was = self.ends.get(engine)?;
                let stays = self.mode == Mode::Replay || self.is_answered(*engine);
                let same = &was.text == text && was.kind == *ending;
                (stays && !same).then(|| format!("{}the answer is different", of_engine(*engine)))
            }
            _ => None,
        }
    }

    /// Remembers that the run is not as recorded; the first difference counts.
    pub(crate) fn diverge(&self, difference: String) {
        let mut first = self.divergence.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        first.get_or_insert(difference);
    }

    /// The first difference between the run and its record.
    pub fn divergence(&self) -> Option<String> {
        self.divergence.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// What is left of a limit that was moved since; nothing where there was none.
#[allow(clippy::option_option)] // "unknown" and "without a limit" are two things
fn shifted(left: Option<u64>, then: Option<u64>, now: Option<u64>) -> Option<Option<u64>> {
    match (left, then, now) {
        (Some(left), Some(then), Some(now)) => {
            Some(Some(left.saturating_add(now).saturating_sub(then)))
        }
        (_, _, None) => Some(None),
        _ => None,
    }
}

/// Whether asking again may go better: the server was away, or the key is another now.
fn may_pass(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::TooLarge | ErrorKind::Refused | ErrorKind::BadReply)
}

fn served(exchange: &Exchange) -> Exchange {
    Exchange { recorded: true, ..exchange.clone() }
}

fn of_engine(engine: u64) -> String {
    if engine == 0 { String::new() } else { format!("child {engine}, ") }
}

/// `child 3, turn 2, `
fn place(engine: u64, turn: u64) -> String {
    format!("{}turn {turn}, ", of_engine(engine))
}

/// The beginning of a line, for a message.
fn cut(line: &str) -> String {
    line.chars().take(100).collect()
}

impl Key {
    /// The place of a turn's reply.
    pub fn turn(engine: u64, turn: u64) -> Key {
        Key { engine, at: turn.to_string() }
    }

    /// The place of the summary that is asked for before a turn.
    pub fn compaction(engine: u64, turn: u64) -> Key {
        Key { engine, at: format!("{turn}c") }
    }

    /// The place of the answer that is asked for when all turns are used. With more turns, that is
    /// another question.
    pub fn last(engine: u64, turn: u64) -> Key {
        Key { engine, at: format!("last {turn}") }
    }
}
