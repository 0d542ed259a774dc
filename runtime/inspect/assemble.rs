//! The second look: turns, programs and what they asked for become a tree.

use std::collections::{BTreeMap, BTreeSet};

use rlm_lang_syntax::printer;

use super::gather::{Asked, Gathered, ProgramKey, Reply, began};
use super::tree::{Engine, Origin, Program, Resumption, State, Trajectory, Turn};
use crate::engine::event::EndingKind;
use crate::engine::{Ledger, Limits, Totals, programs};
use crate::record::{Mode, Past, Recorded};

/// The trajectory of a record, without a name.
pub(super) fn trajectory(recorded: &Recorded) -> Trajectory {
    let mut gathered = Gathered::from(recorded);
    let mut asked = gathered.asked();
    let depths = depths(&gathered);
    let engines: Vec<Engine> = gathered
        .engines()
        .into_iter()
        .map(|number| {
            let depth = depths.get(&number).copied().unwrap_or_default();
            engine(number, depth, &mut gathered, &mut asked)
        })
        .collect();
    let Gathered { direct, resumed, notes, seen, .. } = gathered;
    let coverage = seen.by_document(&recorded.run.documents, &engines);
    let root = engines.first();
    let (state, reason) = root.map_or((State::Unfinished, None), state);
    let totals = root.and_then(|root| root.end.as_ref()).map(|end| end.totals);
    Trajectory {
        origin: Origin::Record,
        id: String::new(),
        run: recorded.run.clone(),
        state,
        reason,
        ended_ms: recorded.moments.iter().flatten().max().copied(),
        totals: totals.unwrap_or_else(|| counted(recorded)),
        resumed,
        direct,
        coverage,
        engines,
        notes,
    }
}

/// What a run without an end used until its record stops.
fn counted(recorded: &Recorded) -> Totals {
    let ledger = Ledger::new(Limits::default());
    Past::new(recorded, Mode::Resume).carry_over(&ledger);
    ledger.totals()
}

/// How deep each engine stands.
fn depths(gathered: &Gathered) -> BTreeMap<u64, u64> {
    let mut depths = BTreeMap::new();
    // A parent has a smaller number than its children: engines are numbered as they start.
    for (engine, (question, _)) in &gathered.questions {
        let above = depths.get(&question.parent).copied().unwrap_or_default();
        depths.insert(*engine, above + 1);
    }
    depths
}

/// How the root stands, and why it ended.
fn state(root: &Engine) -> (State, Option<String>) {
    if let Some(end) = &root.end {
        let state = match end.ending {
            EndingKind::Answered => State::Answered,
            EndingKind::Prose => State::Prose,
            EndingKind::Limit => State::Limit,
            EndingKind::Interrupted => State::Interrupted,
        };
        return (state, end.reason.clone());
    }
    let last = root.turns.last().and_then(|turn| turn.exchange.as_ref());
    match last.and_then(|exchange| exchange.failure.as_ref()) {
        Some(failure) => (State::Failed, Some(failure.message.clone())),
        None => (State::Unfinished, None),
    }
}

fn engine(
    number: u64,
    depth: u64,
    gathered: &mut Gathered,
    asked: &mut BTreeMap<ProgramKey, Asked>,
) -> Engine {
    let (asked_for, started_ms) = match gathered.questions.remove(&number) {
        Some((question, moment)) => (Some(question), moment),
        None => (None, Some(0).filter(|_| number == 0 && gathered.last_ms.contains_key(&0))),
    };
    let (end, ended_ms) = match gathered.ends.remove(&number) {
        Some((end, moment)) => (Some(end), moment),
        None => (None, None),
    };
    let mut turns: Vec<Turn> = turn_numbers(number, gathered, asked)
        .into_iter()
        .map(|(turn, is_usual)| Turn {
            number: turn,
            last: !is_usual,
            ..self::turn(number, turn, is_usual, gathered, asked)
        })
        .collect();
    if let Some(last) = turns.last_mut() {
        if end.is_none() {
            add_unfinished(last);
        }
        last.ended_ms = last.ended_ms.or(ended_ms);
    }
    let ended_ms = ended_ms.or(gathered.last_ms.get(&number).copied());
    Engine { number, depth, asked: asked_for, started_ms, ended_ms, turns, end }
}

/// The turns of an engine: those with a reply, and those of which only programs or calls are known.
fn turn_numbers(
    engine: u64,
    gathered: &Gathered,
    asked: &BTreeMap<ProgramKey, Asked>,
) -> BTreeSet<(u64, bool)> {
    let replies = gathered.turns.range((engine, 0, false)..=(engine, u64::MAX, true));
    let mut all: BTreeSet<(u64, bool)> =
        replies.map(|((_, turn, is_usual), _)| (*turn, *is_usual)).collect();
    let whole = (engine, 0, 0)..=(engine, u64::MAX, u64::MAX);
    let programs = gathered.programs.range(whole.clone()).map(|((_, turn, _), _)| *turn);
    for turn in programs.chain(asked.range(whole).map(|((_, turn, _), _)| *turn)) {
        if !all.contains(&(turn, false)) {
            all.insert((turn, true));
        }
    }
    all
}

fn turn(
    engine: u64,
    number: u64,
    is_usual: bool,
    gathered: &mut Gathered,
    asked: &mut BTreeMap<ProgramKey, Asked>,
) -> Turn {
    let reply = gathered.turns.remove(&(engine, number, is_usual));
    let (exchange, replied_ms, times) = match reply {
        Some(Reply { exchange, ended_ms, asked }) => (Some(exchange), ended_ms, asked),
        None => (None, None, 0),
    };
    // Of a turn that was asked for twice, as the last one and later as one of more, the programs are
    // those of the later.
    let has_programs = is_usual || !gathered.turns.contains_key(&(engine, number, true));
    let mut programs = Vec::new();
    let mut result = None;
    if has_programs {
        let fences = exchange.as_ref().and_then(|exchange| exchange.reply.as_deref());
        programs = ran(engine, number, fences, gathered, asked);
        result = gathered.results.remove(&(engine, number));
    }
    set_starts(&mut programs, replied_ms, &gathered.resumed);
    separate_prints(&mut programs);
    let (result, told_ms) = result.map_or((None, None), |(text, moment)| (Some(text), moment));
    Turn {
        number,
        last: !is_usual,
        compacted: gathered.compactions.remove(&(engine, number)),
        started_ms: exchange.as_ref().and_then(|exchange| began(replied_ms, exchange)),
        exchange,
        asked: times,
        replied_ms,
        ended_ms: told_ms.or(programs.last().and_then(|program| program.ended_ms)),
        programs,
        result,
    }
}

/// The programs of a turn with what they asked for. One that asked for something and has no end of its own
/// was stopped in the middle; its code is in the reply.
fn ran(
    engine: u64,
    turn: u64,
    reply: Option<&str>,
    gathered: &mut Gathered,
    asked: &mut BTreeMap<ProgramKey, Asked>,
) -> Vec<Program> {
    let whole = (engine, turn, 0)..=(engine, turn, u64::MAX);
    let mut numbers: BTreeSet<u64> =
        gathered.programs.range(whole.clone()).map(|((.., program), _)| *program).collect();
    numbers.extend(asked.range(whole).map(|((.., program), _)| *program));
    let mut fences = None;
    numbers
        .into_iter()
        .map(|number| {
            let key = (engine, turn, number);
            let mut program = gathered.programs.remove(&key).unwrap_or_else(|| {
                let fences = fences.get_or_insert_with(|| programs(reply.unwrap_or_default()));
                let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
                let code = index.and_then(|index| fences.get(index)).map(|f| f.code.clone());
                Program { code, ..Program::empty(number) }
            });
            program.canonical = program.code.as_deref().and_then(canonical);
            let Asked { calls, children, refused, budgets } =
                asked.remove(&key).unwrap_or_default();
            let children = children.into_iter().map(|(_, child)| child).collect();
            Program { calls, children, refused, budgets, ..program }
        })
        .collect()
}

/// The last reply of an engine that was stopped may hold a program that was running and had asked for
/// nothing yet.
fn add_unfinished(turn: &mut Turn) {
    let reply = turn.exchange.as_ref().and_then(|exchange| exchange.reply.as_deref());
    if !turn.programs.is_empty() || turn.result.is_some() {
        return;
    }
    if let Some(fence) = programs(reply.unwrap_or_default()).into_iter().next() {
        let canonical = canonical(&fence.code);
        let program = Program { code: Some(fence.code), canonical, ..Program::empty(1) };
        turn.programs.push(Program { started_ms: turn.replied_ms, ..program });
    }
}

fn canonical(code: &str) -> Option<String> {
    printer::format(code).ok()
}

/// A program begins when the reply is there or the program before it is over; in another process than the
/// reply, when that goes on.
fn set_starts(programs: &mut [Program], replied_ms: Option<u64>, resumed: &[Resumption]) {
    let mut before = replied_ms;
    for program in programs {
        let first = program.calls.iter().filter_map(|call| call.started_ms).min();
        let until = program.ended_ms.or(first).unwrap_or(u64::MAX);
        let resumed = resumed.iter().filter_map(|resumed| resumed.at_ms);
        let resumed = resumed.filter(|moment| *moment <= until).max();
        // What was asked by the process that was stopped came before.
        let start = before.max(resumed).map(|start| first.map_or(start, |first| start.min(first)));
        program.started_ms = start;
        before = program.ended_ms.or(before);
    }
}

/// The record has what a turn printed so far; here each program has its own part, as far as that can be
/// told: what is shortened may differ in the middle.
fn separate_prints(programs: &mut [Program]) {
    let mut before = String::new();
    for program in programs.iter_mut().filter(|program| program.is_over) {
        let whole = program.printed.clone();
        if let Some(own) = whole.strip_prefix(&before) {
            program.printed = own.to_string();
        }
        before = whole;
    }
}
