//! One part of a run in full: a turn with everything in it, a call, all failures.

use super::block::{Block, Kind};
use super::outline;
use super::words;
use crate::engine::event::TextReference;
use crate::inspect::{Call, Engine, Program, Trajectory, Turn};
use crate::model::prices::Prices;

/// Calls that failed in the same way, up to which each is named.
const FEW: usize = 5;

/// A turn: the whole reply, every program with its prints and calls, and what the model was told.
pub(super) fn turn(engine: &Engine, turn: &Turn, prices: &Prices) -> Vec<Block> {
    let mut blocks = asked(engine, turn, prices);
    for program in &turn.programs {
        blocks.extend(self::program(program));
        for call in &program.calls {
            blocks.extend(self::call(call, prices));
        }
    }
    told(&mut blocks, turn);
    blocks
}

/// A turn without its programs.
pub(super) fn turn_alone(engine: &Engine, turn: &Turn, prices: &Prices) -> Vec<Block> {
    let mut blocks = asked(engine, turn, prices);
    told(&mut blocks, turn);
    blocks
}

/// What the model was asked and replied.
fn asked(engine: &Engine, turn: &Turn, prices: &Prices) -> Vec<Block> {
    let mut blocks = vec![Block::new(0, Kind::Title, &outline::title(turn, prices))];
    if engine.number > 0 {
        let question = engine.asked.as_ref().map(|asked| asked.question.as_str());
        let text = format!("of child {}: {}", engine.number, question.unwrap_or_default());
        blocks.push(Block::new(2, Kind::Fact, &text));
    }
    if let Some(compacted) = &turn.compacted {
        let facts = words::facts(&compacted.exchange, prices).join(", ");
        section(&mut blocks, &format!("compaction {}  {facts}", compacted.times));
        let summary = compacted.exchange.result().unwrap_or_else(|failure| failure);
        blocks.push(Block::new(2, Kind::Text, &summary));
    }
    if let Some(exchange) = &turn.exchange {
        section(&mut blocks, "reply");
        match exchange.result() {
            Ok(reply) => blocks.push(Block::new(2, Kind::Text, &reply)),
            Err(failure) => blocks.push(Block::new(2, Kind::Error, &failure)),
        }
    }
    blocks
}

fn told(blocks: &mut Vec<Block>, turn: &Turn) {
    if let Some(result) = &turn.result {
        section(blocks, "what the model was told");
        blocks.push(Block::new(2, Kind::Printed, result));
    }
}

/// A child: what it was asked, about what, and what came back.
pub(super) fn child(child: &Engine) -> Vec<Block> {
    let mut blocks = vec![Block::new(0, Kind::Title, &format!("child {}", child.number))];
    if let Some(asked) = &child.asked {
        let about = reference(&asked.context);
        blocks.push(Block::new(2, Kind::Fact, &format!("at {}, about {about}", asked.at)));
        blocks.push(Block::new(2, Kind::Text, &asked.question));
    }
    blocks.extend(answer(child));
    blocks
}

/// How an engine ended, with the whole answer.
pub(super) fn answer(engine: &Engine) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(end) = &engine.end {
        section(&mut blocks, &outline::ended(end));
        blocks.push(Block::new(2, Kind::Text, &end.text));
        blocks.extend(outline::sources(end, 2, usize::MAX));
    }
    blocks
}

/// A program with all that came of it, without its calls.
pub(super) fn program(program: &Program) -> Vec<Block> {
    let mut blocks = Vec::new();
    let took = match (program.started_ms, program.ended_ms) {
        (Some(started), Some(ended)) => {
            format!("  {}", words::time(ended.saturating_sub(started)))
        }
        _ => String::new(),
    };
    let steps = program.steps.map(|steps| format!(", {} steps", words::number(steps)));
    let title = format!("program {}{took}{}", program.number, steps.unwrap_or_default());
    section(&mut blocks, &title);
    if let Some(code) = program.canonical.as_ref().or(program.code.as_ref()) {
        blocks.push(Block::new(2, Kind::Program, code));
    }
    if !program.printed.is_empty() {
        blocks.push(Block::new(2, Kind::Printed, &program.printed));
    }
    if let Some(error) = &program.error {
        blocks.push(Block::new(2, Kind::Error, error));
    }
    if program.interrupted {
        blocks.push(Block::new(2, Kind::Error, "it was stopped from outside"));
    }
    for refused in &program.refused {
        let text = format!("refused at {}: {}", refused.at, refused.message);
        blocks.push(Block::new(2, Kind::Error, &text));
    }
    for child in &program.children {
        let text = format!("child {child} was asked; --turn {child}.1 shows its first turn");
        blocks.push(Block::new(2, Kind::Fact, &text));
    }
    blocks
}

/// A call: what was asked, about what, and what came back.
pub(super) fn call(call: &Call, prices: &Prices) -> Vec<Block> {
    let exchange = &call.exchange;
    let facts = words::facts(exchange, prices).join(", ");
    let mut blocks = Vec::new();
    section(&mut blocks, &format!("call {}  {}: {facts}", call.call, exchange.model));
    let asked =
        if call.asked > 1 { format!(", asked {} times", call.asked) } else { String::new() };
    blocks.push(Block::new(2, Kind::Fact, &format!("at {}{asked}", call.at)));
    blocks.push(Block::new(2, Kind::Text, &call.instruction));
    for data in &call.data {
        blocks.push(Block::new(2, Kind::Fact, &format!("with {}", reference(data))));
    }
    match exchange.result() {
        Ok(reply) => blocks.push(Block::new(2, Kind::Printed, &reply)),
        Err(failure) => blocks.push(Block::new(2, Kind::Error, &failure)),
    }
    blocks
}

/// A text that the record names.
pub(super) fn reference(text: &TextReference) -> String {
    let bytes = words::counted(text.bytes, "byte");
    match &text.place {
        Some(place) => format!("{place}, {bytes}"),
        None => format!("{bytes} that the program made"),
    }
}

/// Everything that failed, in order.
pub(super) fn failures(run: &Trajectory) -> Vec<Block> {
    let mut blocks = Vec::new();
    for engine in &run.engines {
        for turn in &engine.turns {
            let name = outline::name(engine, turn);
            let failure = turn.exchange.as_ref().and_then(|exchange| exchange.failure.as_ref());
            if let Some(failure) = failure {
                section(&mut blocks, &format!("turn {name}  the model gave no reply"));
                blocks.push(Block::new(2, Kind::Error, &failure.message));
            }
            for program in &turn.programs {
                if let Some(error) = &program.error {
                    let number = program.number;
                    section(&mut blocks, &format!("turn {name}, program {number}"));
                    blocks.push(Block::new(2, Kind::Error, error));
                }
                for refused in &program.refused {
                    section(&mut blocks, &format!("turn {name}  refused at {}", refused.at));
                    blocks.push(Block::new(2, Kind::Error, &refused.message));
                }
                failed_calls(&mut blocks, program, &name);
            }
        }
        if engine.number > 0 && engine.end.is_none() {
            section(&mut blocks, &format!("child {}  did not come to its end", engine.number));
        }
        if let Some(reason) = engine.end.as_ref().and_then(|end| end.reason.as_ref()) {
            let who = match engine.number {
                0 => "the run".to_string(),
                child => format!("child {child}"),
            };
            section(&mut blocks, &format!("{who}  ended without an answer of its own"));
            blocks.push(Block::new(2, Kind::Error, reason));
        }
    }
    if blocks.is_empty() {
        blocks.push(Block::new(0, Kind::Fact, "nothing failed"));
    }
    blocks
}

/// The calls of a program that failed; those that failed in the same way together.
fn failed_calls(blocks: &mut Vec<Block>, program: &Program, name: &str) {
    for (message, calls) in outline::failures(program) {
        let count = words::counted(calls.len() as u64, "call");
        section(blocks, &format!("turn {name}, {count}"));
        blocks.push(Block::new(2, Kind::Error, message));
        for call in calls.iter().take(FEW) {
            let asked = outline::first_words(&call.instruction, 120);
            blocks.push(Block::new(2, Kind::Fact, &format!("call {}: {asked}", call.call)));
        }
        if calls.len() > FEW {
            let more = words::counted((calls.len() - FEW) as u64, "more call");
            let text = format!("... {more} (--calls --failed shows all)");
            blocks.push(Block::new(2, Kind::More, &text));
        }
    }
}

/// The head of a part.
fn section(blocks: &mut Vec<Block>, title: &str) {
    blocks.push(Block::new(0, Kind::Text, ""));
    blocks.push(Block::new(0, Kind::Title, title));
}
