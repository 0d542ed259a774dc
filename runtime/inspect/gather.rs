//! The first look at a record: every event at its place. Where a place occurs twice, the later line counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rlm_lang_std::host::Budget;

use super::coverage::Seen;
use super::place::Place;
use super::tree::{
    Call, Compaction, DirectCall, End, Note, Program, Question, Refused, Resumption,
};
use crate::engine::event::{Event, Exchange};
use crate::record::Recorded;

/// A turn of an engine: its number, and false for the answer that is asked for when turns are used up. A
/// run that went on with more turns then has a turn of the same number, which comes after it.
pub(super) type TurnKey = (u64, u64, bool);

/// A program of an engine: the numbers of engine, turn and program.
pub(super) type ProgramKey = (u64, u64, u64);

/// An exchange with its moment, and how often it was asked for.
pub(super) struct Reply {
    pub(super) exchange: Exchange,
    pub(super) ended_ms: Option<u64>,
    pub(super) asked: u32,
}

/// Everything of a record by its place.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) direct: Option<DirectCall>,
    pub(super) resumed: Vec<Resumption>,
    pub(super) turns: BTreeMap<TurnKey, Reply>,
    pub(super) compactions: HashMap<(u64, u64), Compaction>,
    /// Without calls, children, refusals and budgets.
    pub(super) programs: BTreeMap<ProgramKey, Program>,
    /// With the moment.
    pub(super) results: HashMap<(u64, u64), (String, Option<u64>)>,
    calls: HashMap<(u64, String), Call>,
    children: HashMap<(u64, String), u64>,
    /// By the number of the child, with the moment.
    pub(super) questions: BTreeMap<u64, (Question, Option<u64>)>,
    refused: BTreeMap<(u64, String), String>,
    budgets: BTreeMap<(u64, String), Budget>,
    /// With the moment.
    pub(super) ends: HashMap<u64, (End, Option<u64>)>,
    pub(super) notes: Vec<Note>,
    /// What programs looked at.
    pub(super) seen: Seen,
    /// The last moment of each engine.
    pub(super) last_ms: HashMap<u64, u64>,
}

/// What programs asked for, by program.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) calls: Vec<Call>,
    /// With their places.
    pub(super) children: Vec<(String, u64)>,
    pub(super) refused: Vec<Refused>,
    pub(super) budgets: Vec<Budget>,
}

impl Gathered {
    /// All events of a record.
    pub(super) fn from(recorded: &Recorded) -> Gathered {
        let mut all = Gathered::default();
        let moments = recorded.moments.iter().copied().chain(std::iter::repeat(None));
        for (event, moment) in recorded.events.iter().zip(moments) {
            all.take(event, moment);
        }
        all
    }

    fn take(&mut self, event: &Event, moment: Option<u64>) {
        if let (Some(engine), Some(moment)) = (engine_of(event), moment) {
            let last = self.last_ms.entry(engine).or_default();
            *last = moment.max(*last);
        }
        match event {
            Event::Turn { engine, turn, last, exchange } => {
                let key = (*engine, *turn, !*last);
                let asked = self.turns.get(&key).map_or(0, |before| before.asked) + 1;
                let exchange = exchange.clone();
                self.turns.insert(key, Reply { exchange, ended_ms: moment, asked });
            }
            Event::Compacted { engine, turn, times, exchange } => {
                let (times, exchange) = (*times, exchange.clone());
                let started_ms = began(moment, &exchange);
                let compaction = Compaction { times, exchange, started_ms, ended_ms: moment };
                self.compactions.insert((*engine, *turn), compaction);
            }
            Event::Program { engine, turn, program, .. } => {
                self.programs.insert((*engine, *turn, *program), ran(event, moment));
            }
            Event::Result { engine, turn, message } => {
                self.results.insert((*engine, *turn), (message.clone(), moment));
            }
            Event::Call { engine, at, .. } => {
                let key = (*engine, at.clone());
                let before = self.calls.get(&key).map_or(0, |call| call.asked);
                if let Some(call) = made(event, moment, before + 1) {
                    self.calls.insert(key, call);
                }
            }
            Event::Child { engine, parent, at, question, context } => {
                let (parent, at) = (*parent, at.clone());
                self.children.insert((parent, at.clone()), *engine);
                let (question, context) = (question.clone(), context.clone());
                let asked = Question { parent, at, question, context };
                self.questions.entry(*engine).or_insert((asked, moment));
            }
            // What came of it stands in an event of its own.
            Event::Sent { .. } => {}
            Event::Refused { engine, at, message } => {
                self.refused.insert((*engine, at.clone()), message.clone());
            }
            Event::Budget { engine, at, budget } => {
                self.budgets.insert((*engine, at.clone()), *budget);
            }
            Event::Answer { engine, text, ending, reason, totals, sources } => {
                let (text, reason, sources) = (text.clone(), reason.clone(), sources.clone());
                let end = End { text, ending: *ending, reason, totals: *totals, sources };
                self.ends.insert(*engine, (end, moment));
            }
            Event::Resumed { started, .. } => {
                // It goes on, so that was not its end.
                self.ends.remove(&0);
                self.resumed.push(Resumption { started: started.clone(), at_ms: moment });
            }
            Event::Direct { tokens, window } => {
                self.direct = Some(DirectCall { tokens: *tokens, window: *window });
            }
            Event::Note { message } => {
                let message = message.clone();
                self.notes.push(Note { at_ms: moment, engine: None, message });
            }
            Event::Diverged { engine, message } => {
                let message = format!("not as recorded: {message}");
                self.notes.push(Note { at_ms: moment, engine: Some(*engine), message });
            }
            Event::Coverage { engine, searched, sliced, sent, shown, .. } => {
                self.seen.take(*engine, [searched, sliced, sent, shown]);
            }
            Event::Run(_) => {}
        }
    }

    /// The numbers of all engines.
    pub(super) fn engines(&self) -> BTreeSet<u64> {
        let mut all: BTreeSet<u64> = self.questions.keys().copied().collect();
        all.insert(0);
        all.extend(self.turns.keys().map(|(engine, ..)| *engine));
        all.extend(self.programs.keys().map(|(engine, ..)| *engine));
        all.extend(self.calls.keys().map(|(engine, _)| *engine));
        all.extend(self.ends.keys().copied());
        all
    }

    /// What programs asked for, each at its program.
    pub(super) fn asked(&mut self) -> BTreeMap<ProgramKey, Asked> {
        let mut all: BTreeMap<ProgramKey, Asked> = BTreeMap::new();
        let key = |engine: u64, at: &str| {
            let place = Place::parse(at)?;
            Some((engine, place.turn, place.program))
        };
        for ((engine, at), call) in std::mem::take(&mut self.calls) {
            if let Some(key) = key(engine, &at) {
                all.entry(key).or_default().calls.push(call);
            }
        }
        for ((engine, at), child) in std::mem::take(&mut self.children) {
            if let Some(key) = key(engine, &at) {
                all.entry(key).or_default().children.push((at, child));
            }
        }
        for ((engine, at), message) in std::mem::take(&mut self.refused) {
            if let Some(key) = key(engine, &at) {
                all.entry(key).or_default().refused.push(Refused { at, message });
            }
        }
        for ((engine, at), budget) in std::mem::take(&mut self.budgets) {
            if let Some(key) = key(engine, &at) {
                all.entry(key).or_default().budgets.push(budget);
            }
        }
        // Maps have no order of their own.
        let order = |at: &str| Place::parse(at).map(|place| place.order());
        for asked in all.values_mut() {
            asked.calls.sort_by_cached_key(|call| order(&call.at));
            asked.children.sort_by_cached_key(|(at, _)| order(at));
        }
        all
    }
}

/// When a request was made that had ended at a moment.
pub(super) fn began(ended: Option<u64>, exchange: &Exchange) -> Option<u64> {
    // What comes from the record of an earlier process took its time then.
    ended.map(|ended| ended.saturating_sub(exchange.millis))
}

fn ran(event: &Event, moment: Option<u64>) -> Program {
    let Event::Program { program, code, printed, error, reached, steps, interrupted, .. } = event
    else {
        return Program::empty(0);
    };
    Program {
        code: Some(code.clone()),
        printed: printed.clone(),
        error: error.clone(),
        reached: *reached,
        is_over: true,
        steps: Some(*steps),
        interrupted: *interrupted,
        ended_ms: moment,
        ..Program::empty(*program)
    }
}

fn made(event: &Event, moment: Option<u64>, asked: u32) -> Option<Call> {
    let Event::Call { call, at, instruction, data, exchange, .. } = event else { return None };
    Some(Call {
        call: *call,
        at: at.clone(),
        instruction: instruction.clone(),
        data: data.clone(),
        exchange: exchange.clone(),
        asked,
        started_ms: began(moment, exchange),
        ended_ms: moment,
    })
}

fn engine_of(event: &Event) -> Option<u64> {
    match event {
        Event::Turn { engine, .. }
        | Event::Compacted { engine, .. }
        | Event::Program { engine, .. }
        | Event::Result { engine, .. }
        | Event::Call { engine, .. }
        | Event::Child { engine, .. }
        | Event::Sent { engine, .. }
        | Event::Refused { engine, .. }
        | Event::Budget { engine, .. }
        | Event::Coverage { engine, .. }
        | Event::Answer { engine, .. }
        | Event::Diverged { engine, .. } => Some(*engine),
        Event::Run(_) | Event::Resumed { .. } | Event::Direct { .. } | Event::Note { .. } => None,
    }
}
