//! A run at a glance: what was asked, what the model did turn by turn, and what came of it.

use super::block::{Block, Kind, shortened};
use super::words;
use crate::engine::event::{EndingKind, Exchange};
use crate::inspect::{Call, End, Engine, Program, State, Trajectory, Turn, group};
use crate::model::prices::Prices;

/// Lines and characters of a program, of what it printed and of an answer that are shown.
const PROGRAM: (usize, usize) = (40, 4000);
const PRINTED: (usize, usize) = (8, 800);
const ANSWER: (usize, usize) = (60, 6000);

/// Calls of a program up to which each has a line.
const FEW: usize = 3;

/// Documents that are named.
const NAMED: usize = 3;

/// Places that an answer cites which are shown.
const SOURCES: usize = 8;

/// Columns that a child stands further in.
const STEP: usize = 4;

/// What stands below a run that is going on.
const RUNNING: &str = "still running: this is what happened so far; inspect RUN -i follows it";

/// Everything of a run that fits a first look.
pub(super) fn blocks(run: &Trajectory, prices: &Prices) -> Vec<Block> {
    let mut blocks = head(run);
    engine(run, run.root(), prices, 0, &mut blocks);
    blocks.extend(answer(run.root(), 0, true));
    for note in &run.notes {
        blocks.push(Block::new(0, Kind::Fact, &format!("note: {}", note.message)));
    }
    if run.state == State::Running {
        blocks.push(Block::new(0, Kind::Text, ""));
        blocks.push(Block::new(0, Kind::Title, RUNNING));
    }
    blocks
}

/// What was asked, of whom, about what, and how it ended.
pub(super) fn head(run: &Trajectory) -> Vec<Block> {
    let mut blocks = Vec::new();
    let question = run.run.question.trim();
    let question = if question.is_empty() { "(no question)" } else { question };
    push_shortened(&mut blocks, 0, Kind::Text, question, (8, 2000), "--json");
    for (name, value) in facts(run) {
        blocks.push(Block::new(2, Kind::Fact, &format!("{name:<8}{value}")));
    }
    blocks
}

/// The facts of a run's head, each with its name.
pub(super) fn facts(run: &Trajectory) -> Vec<(&'static str, String)> {
    let info = &run.run;
    let mut facts = vec![("run", format!("{}, {}", run.id, info.started))];
    let (root, sub) = (&info.model.name, &info.sub_model.name);
    if !root.is_empty() {
        let sub = (root != sub && !sub.is_empty()).then(|| format!(", calls to {sub}"));
        facts.push(("model", format!("{root}{}", sub.unwrap_or_default())));
    }
    if let Some(digest) = &info.program {
        facts.push(("program", format!("run by hand, digest {digest}")));
    }
    facts.push(("input", input(run)));
    let is_running = run.state == State::Running;
    facts.push((if is_running { "state" } else { "ended" }, ending(run)));
    if let Some(direct) = run.direct {
        let tokens = words::number(direct.tokens);
        facts.push(("way", format!("sent directly, without programs (about {tokens} tokens)")));
    }
    for resumed in &run.resumed {
        facts.push(("resumed", resumed.started.clone()));
    }
    facts.push(("used", words::totals(&run.totals)));
    facts
}

fn input(run: &Trajectory) -> String {
    let documents = &run.run.documents;
    if documents.is_empty() {
        return "none".to_string();
    }
    let size = crate::cli::progress::size;
    let bytes = documents.iter().map(|document| document.bytes).fold(0, u64::saturating_add);
    let named: Vec<String> = documents
        .iter()
        .take(NAMED)
        .map(|document| match documents.len() {
            1 => document.name.clone(),
            _ => format!("{} ({})", document.name, size(document.bytes)),
        })
        .collect();
    let more = if documents.len() > NAMED { ", ..." } else { "" };
    let count = words::counted(documents.len() as u64, "document");
    format!("{count}, {}: {}{more}", size(bytes), named.join(", "))
}

/// How a run ended, when, and why.
pub(super) fn ending(run: &Trajectory) -> String {
    let how = match run.state {
        State::Answered => "answered",
        State::Prose => "the model answered without a program",
        State::Limit => "stopped by a limit",
        State::Interrupted => "interrupted",
        State::Failed => "failed",
        State::Running => "still running",
        State::Unfinished if run.run.program.is_some() => "the calls of a program",
        State::Unfinished => "the record has no end: it was killed, or cannot be read to its end",
    };
    let after = run.ended_ms.map(|ended| format!(" after {}", words::time(ended)));
    let reason = run.reason.as_ref().filter(|_| !matches!(run.state, State::Prose));
    let reason = reason.filter(|reason| *reason != "interrupted");
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{how}{}{reason}", after.unwrap_or_default())
}

/// The turns of an engine.
fn engine(
    run: &Trajectory,
    engine: &Engine,
    prices: &Prices,
    indent: usize,
    blocks: &mut Vec<Block>,
) {
    for turn in &engine.turns {
        let name = name(engine, turn);
        let title = title(turn, prices);
        blocks.push(Block::new(0, Kind::Text, ""));
        blocks.push(Block::new(indent, Kind::Title, &title));
        let inner = indent + 2;
        if let Some(compacted) = &turn.compacted {
            let facts = words::facts(&compacted.exchange, prices).join(", ");
            let text = format!("before it the history was compacted, time {}", compacted.times);
            blocks.push(Block::new(inner, Kind::Fact, &format!("{text}: {facts}")));
        }
        if let Some(exchange) = &turn.exchange {
            said(exchange, turn.programs.is_empty(), &name, inner, blocks);
        }
        for program in &turn.programs {
            ran(program, &name, inner, blocks);
            calls(program, prices, &name, inner, blocks);
            for child in program.children.iter().filter_map(|number| run.engine(*number)) {
                let question = child.asked.as_ref().map(|asked| asked.question.as_str());
                let question = question.unwrap_or_default();
                let text = format!("child {}  {}", child.number, first_words(question, 200));
                blocks.push(Block::new(inner, Kind::Title, &text));
                // A damaged record must not send us around in circles.
                if child.number > engine.number {
                    self::engine(run, child, prices, inner + STEP - 2, blocks);
                    blocks.extend(answer(child, inner + STEP - 2, false));
                }
            }
        }
    }
}

/// What a user calls a turn: `3`, `1.2` for turn 2 of child 1.
pub(super) fn name(engine: &Engine, turn: &Turn) -> String {
    match engine.number {
        0 => turn.number.to_string(),
        child => format!("{child}.{}", turn.number),
    }
}

/// A turn in a line.
pub(super) fn title(turn: &Turn, prices: &Prices) -> String {
    let what = match (turn.number, turn.last, &turn.exchange) {
        (_, true, _) => "the last answer".to_string(),
        (0, _, Some(_)) => "the direct call".to_string(),
        (0, _, None) => "the program".to_string(),
        (number, ..) => format!("turn {number}"),
    };
    let mut facts = Vec::new();
    if let Some(exchange) = &turn.exchange {
        facts = words::facts(exchange, prices);
    }
    if turn.asked > 1 {
        facts.push(format!("asked {} times", turn.asked));
    }
    let work = match (turn.replied_ms, turn.programs.last().and_then(|program| program.ended_ms)) {
        (Some(replied), Some(ended)) => ended.saturating_sub(replied),
        _ => 0,
    };
    // What programs do without calls is over in no time.
    if work >= 100 {
        facts.push(format!("{} for its programs", words::time(work)));
    }
    let facts = facts.join(", ");
    if facts.is_empty() { what } else { format!("{what}  {facts}") }
}

/// What the model wrote around its programs.
fn said(exchange: &Exchange, is_all: bool, name: &str, indent: usize, blocks: &mut Vec<Block>) {
    match (&exchange.reply, &exchange.failure) {
        (Some(reply), _) if is_all => {
            push_shortened(blocks, indent, Kind::Text, reply, PRINTED, &format!("--turn {name}"));
        }
        (Some(reply), _) => {
            let plan = plan(reply);
            if !plan.is_empty() {
                blocks.push(Block::new(indent, Kind::Text, &plan));
            }
        }
        (None, Some(failure)) => blocks.push(Block::new(indent, Kind::Error, &failure.message)),
        (None, None) => blocks.push(Block::new(indent, Kind::Error, "the record holds no reply")),
    }
}

/// The first line of a reply that is no fence.
pub(super) fn plan(reply: &str) -> String {
    let is_fence = |line: &str| line.starts_with("```") || line.starts_with("~~~");
    let line = reply.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if is_fence(line) { String::new() } else { first_words(line, 200) }
}

/// A program with what came of it.
fn ran(program: &Program, name: &str, indent: usize, blocks: &mut Vec<Block>) {
    let whole = format!("--turn {name}");
    if let Some(code) = program.canonical.as_ref().or(program.code.as_ref()) {
        push_shortened(blocks, indent, Kind::Program, code, PROGRAM, &whole);
    }
    if !program.printed.trim().is_empty() {
        push_shortened(blocks, indent, Kind::Printed, &program.printed, PRINTED, &whole);
    }
    if let Some(error) = &program.error {
        push_shortened(blocks, indent, Kind::Error, error, PRINTED, &whole);
    }
    if program.code.is_some() && !program.is_over {
        let text = "the record does not hold what came of this program";
        blocks.push(Block::new(indent, Kind::More, text));
    }
    for refused in &program.refused {
        blocks.push(Block::new(indent, Kind::Error, &format!("refused: {}", refused.message)));
    }
}

/// The calls of a program: a line each, or a line for all.
fn calls(program: &Program, prices: &Prices, name: &str, indent: usize, blocks: &mut Vec<Block>) {
    if program.calls.len() <= FEW {
        for call in &program.calls {
            let kind = if call.exchange.failure.is_some() { Kind::Error } else { Kind::Fact };
            blocks.push(Block::new(indent, kind, &call_line(call, prices)));
        }
        return;
    }
    let sum = words::group(&group(program.calls.iter().map(|call| &call.exchange)));
    blocks.push(Block::new(indent, Kind::Fact, &format!("{sum} (--turn {name} shows them)")));
    for (message, failed) in failures(program).iter().take(FEW) {
        let text = format!("{} failed: {message}", words::counted(failed.len() as u64, "call"));
        blocks.push(Block::new(indent, Kind::Error, &text));
    }
}

/// The calls of a program that failed, by their messages, in the order of the first of each.
pub(super) fn failures(program: &Program) -> Vec<(&str, Vec<&Call>)> {
    let mut all: Vec<(&str, Vec<&Call>)> = Vec::new();
    for call in &program.calls {
        let Some(failure) = &call.exchange.failure else { continue };
        match all.iter_mut().find(|(message, _)| *message == failure.message) {
            Some((_, calls)) => calls.push(call),
            None => all.push((&failure.message, vec![call])),
        }
    }
    all
}

/// A call in a line: `call 7  1.2 s, 300 tokens in, 12 out: Is this about ... -> yes`.
pub(super) fn call_line(call: &Call, prices: &Prices) -> String {
    let facts = words::facts(&call.exchange, prices).join(", ");
    let asked = first_words(&call.instruction, 80);
    let came = match (&call.exchange.reply, &call.exchange.failure) {
        (Some(reply), _) => first_words(reply, 80),
        (None, Some(failure)) => format!("failed: {}", first_words(&failure.message, 120)),
        (None, None) => "no reply".to_string(),
    };
    format!("call {}  {facts}: {asked} -> {came}", call.call)
}

/// How an engine ended, in a line.
pub(super) fn ended(end: &End) -> String {
    let what = match end.ending {
        EndingKind::Answered | EndingKind::Prose => "answer",
        EndingKind::Limit | EndingKind::Interrupted if end.text.is_empty() => "no answer",
        EndingKind::Limit | EndingKind::Interrupted => "the best there was",
    };
    let reason = end.reason.as_ref().map(|reason| format!("  {reason}")).unwrap_or_default();
    format!("{what}{reason}")
}

/// How an engine ended, with its answer.
pub(super) fn answer(engine: &Engine, indent: usize, is_root: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    let Some(end) = &engine.end else { return blocks };
    if is_root {
        blocks.push(Block::new(0, Kind::Text, ""));
    }
    blocks.push(Block::new(indent, Kind::Title, &ended(end)));
    if !end.text.is_empty() {
        let most = if is_root { ANSWER } else { PRINTED };
        push_shortened(&mut blocks, indent + 2, Kind::Text, &end.text, most, "--json");
    }
    blocks.extend(sources(end, indent + 2, SOURCES));
    blocks
}

/// The places that an answer cites, at most so many.
pub(super) fn sources(end: &End, indent: usize, most: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    for source in end.sources.iter().take(most) {
        let text = format!("from {}, bytes {}-{}", source.place(), source.start, source.end);
        blocks.push(Block::new(indent, Kind::Fact, &text));
    }
    if end.sources.len() > most {
        let more = words::counted((end.sources.len() - most) as u64, "more place");
        blocks.push(Block::new(indent, Kind::More, &format!("... {more} (--json shows all)")));
    }
    blocks
}

/// A text on one line, not longer than `most` characters.
pub(super) fn first_words(text: &str, most: usize) -> String {
    let mut words = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if count + length + 1 > most {
            let room = most.saturating_sub(count + 1);
            if words.is_empty() {
                words.extend(word.chars().take(room));
            }
            return words + " ...";
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        count += length + 1;
    }
    words
}

/// A text, or its beginning and how the rest is seen.
fn push_shortened(
    blocks: &mut Vec<Block>,
    indent: usize,
    kind: Kind,
    text: &str,
    (lines, chars): (usize, usize),
    whole: &str,
) {
    let (kept, more) = shortened(text, lines, chars);
    blocks.push(Block::new(indent, kind, &kept));
    if let Some(more) = more {
        blocks.push(Block::new(indent, Kind::More, &format!("... {more} ({whole} shows all)")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_stay_on_one_line() {
        assert_eq!(first_words("a\n b\tc", 9), "a b c");
        assert_eq!(first_words("alpha beta gamma", 11), "alpha beta ...");
        assert_eq!(first_words(&"x".repeat(50), 9), format!("{} ...", "x".repeat(8)));
        assert_eq!(first_words("", 9), "");
    }

    #[test]
    fn a_plan_is_what_stands_before_the_program() {
        assert_eq!(plan("\n I look.\n```rlm\nx\n```"), "I look.");
        assert_eq!(plan("```rlm\nx\n```\nDone."), "");
    }
}
