//! What the page's script shows, as JSON.

use rlm_lang_std::output::one_line;
use rlm_lang_std::text::Ranges;
use rlm_lang_syntax::highlight::{self, Kind};
use serde_json::{Value, json};

use crate::engine::event::{Exchange, TextReference};
use crate::inspect::{Call, DocumentCoverage, Engine, Program, Trajectory, Turn};

/// Ranges of one kind that are drawn of a document: there are not more places on a screen.
const DRAWN: usize = 1000;

/// Ranges that are drawn of all documents together.
const DRAWN_IN_ALL: usize = 30_000;

/// The data of a page, with texts of at most `longest` characters, in a form that cannot end the block in
/// which it stands.
pub(super) fn json(run: &Trajectory, longest: usize) -> String {
    let mut models = Vec::new();
    let engines: Vec<Value> =
        run.engines.iter().map(|one| engine(one, longest, &mut models)).collect();
    let drawn = DRAWN_IN_ALL / (6 * run.coverage.len().max(1));
    let coverage: Vec<Value> =
        run.coverage.iter().map(|document| covered(document, drawn.clamp(8, DRAWN))).collect();
    let end = run.root().end.as_ref();
    let documents: Vec<Value> =
        run.run.documents.iter().map(|document| json!([document.name, document.bytes])).collect();
    let data = json!({
        "id": run.id,
        "question": short(&run.run.question, longest.max(2000)),
        "started": run.run.started,
        "model": run.run.model.name,
        "subModel": run.run.sub_model.name,
        "version": run.run.rlm_lang,
        "concurrency": run.run.concurrency,
        "state": run.state.word(),
        "reason": run.reason,
        "ended": run.ended_ms,
        "totals": run.totals,
        "answer": end.map(|end| short(&end.text, longest.max(4000))),
        "sources": end.map(|end| &end.sources),
        "documents": documents,
        "coverage": coverage,
        "direct": run.direct.is_some(),
        "notes": run.notes,
        "models": models,
        "engines": engines,
    });
    // Only inside of texts does `<` occur: so no tag of any kind is in it.
    data.to_string().replace('<', "\\u003c")
}

/// A text of at most `most` characters; of a longer one its beginning, and how much more there is.
fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_string(),
        Some((end, _)) => {
            let more = text.get(end..).unwrap_or_default().chars().count();
            let start = text.get(..end).unwrap_or_default();
            format!("{start} ... {more} more characters, see the record")
        }
    }
}

fn engine(engine: &Engine, longest: usize, models: &mut Vec<String>) -> Value {
    let asked = engine.asked.as_ref();
    json!({
        "n": engine.number,
        "depth": engine.depth,
        "parent": asked.map(|asked| asked.parent),
        "question": asked.map(|asked| short(&asked.question, longest)),
        "context": asked.map(|asked| named(&asked.context)),
        "start": engine.started_ms,
        "end": engine.ended_ms,
        "answer": engine.end.as_ref().map(|end| short(&end.text, longest)),
        "ending": engine.end.as_ref().map(|end| end.ending),
        "reason": engine.end.as_ref().and_then(|end| end.reason.clone()),
        "turns": engine.turns.iter().map(|one| turn(one, longest, models)).collect::<Vec<_>>(),
    })
}

fn turn(turn: &Turn, longest: usize, models: &mut Vec<String>) -> Value {
    let exchange = turn.exchange.as_ref();
    let compacted = turn.compacted.as_ref().map(|compaction| &compaction.exchange);
    json!({
        "n": turn.number,
        "last": turn.last,
        "start": turn.started_ms,
        "replied": turn.replied_ms,
        "end": turn.ended_ms,
        "model": exchange.map(|exchange| number_of(exchange, models)),
        "in": exchange.and_then(|exchange| exchange.counted().input),
        "out": exchange.and_then(|exchange| exchange.counted().output),
        "reply": exchange.and_then(|exchange| exchange.reply.as_ref()).map(|r| short(r, longest)),
        "failure": exchange.and_then(failure),
        "free": exchange.is_some_and(|exchange| exchange.free.is_some()),
        "compacted": compacted.map(|exchange| short(exchange.reply.as_deref().unwrap_or_default(), longest)),
        "result": turn.result.as_ref().map(|result| short(result, longest)),
        "programs": turn.programs.iter().map(|one| program(one, longest, models)).collect::<Vec<_>>(),
    })
}

fn program(program: &Program, longest: usize, models: &mut Vec<String>) -> Value {
    let code = program.canonical.as_ref().or(program.code.as_ref());
    json!({
        "n": program.number,
        "code": code.map(|code| pieces(&short(code, longest.max(1000)))),
        "printed": short(&program.printed, longest),
        "error": program.error.as_ref().map(|error| short(error, longest)),
        "steps": program.steps,
        "interrupted": program.interrupted,
        "start": program.started_ms,
        "end": program.ended_ms,
        "children": program.children,
        "refused": program.refused.iter().map(|refused| &refused.message).collect::<Vec<_>>(),
        "calls": program.calls.iter().map(|one| call(one, longest / 2, models)).collect::<Vec<_>>(),
    })
}

/// A call as a list: there may be many. Number, place, start, milliseconds that it waited, end, model, tokens
/// in and out, whether it cost nothing, instruction, data, reply, failure, tries.
fn call(call: &Call, longest: usize, models: &mut Vec<String>) -> Value {
    let exchange = &call.exchange;
    json!([
        call.call,
        call.at,
        call.started_ms,
        exchange.waited,
        call.ended_ms,
        number_of(exchange, models),
        exchange.counted().input,
        exchange.counted().output,
        u8::from(exchange.free.is_some()),
        short(&call.instruction, longest),
        short(&call.data.iter().map(named).collect::<Vec<_>>().join(", "), longest.max(100)),
        exchange.reply.as_ref().map(|reply| short(reply, longest)),
        failure(exchange),
        exchange.tries,
    ])
}

/// A text by its place, or by its size if it has none.
fn named(text: &TextReference) -> String {
    match &text.place {
        Some(place) => one_line(place).into_owned(),
        None => format!("{} bytes that the program made", text.bytes),
    }
}

fn failure(exchange: &Exchange) -> Option<String> {
    exchange.failure.as_ref().map(|failure| failure.message.clone())
}

/// The number of an exchange's model in the list.
fn number_of(exchange: &Exchange, models: &mut Vec<String>) -> usize {
    let known = models.iter().position(|model| *model == exchange.model);
    known.unwrap_or_else(|| {
        models.push(exchange.model.clone());
        models.len() - 1
    })
}

/// A program in pieces: those with a colour as pairs of its number and a text, the others as texts.
fn pieces(code: &str) -> Vec<Value> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut plain = String::new();
    for (kind, span) in highlight::pieces(code) {
        plain.push_str(code.get(at..span.range().start).unwrap_or_default());
        let text = code.get(span.range()).unwrap_or_default();
        at = span.range().end;
        match colour(kind) {
            None => plain.push_str(text),
            Some(number) => {
                if !plain.is_empty() {
                    pieces.push(Value::from(std::mem::take(&mut plain)));
                }
                pieces.push(json!([number, text]));
            }
        }
    }
    plain.push_str(code.get(at..).unwrap_or_default());
    if !plain.is_empty() {
        pieces.push(Value::from(plain));
    }
    pieces
}

/// The number of the class `c0` to `c4` in the page's style.
fn colour(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Keyword => Some(0),
        Kind::Call => Some(1),
        Kind::Number => Some(2),
        Kind::Text => Some(3),
        Kind::Comment => Some(4),
        Kind::Name | Kind::Mark => None,
    }
}

/// A document's map: its name, its size, and for each kind the bytes as they are and ranges to draw.
fn covered(document: &DocumentCoverage, drawn: usize) -> Value {
    let kinds: Vec<Value> = document
        .kinds()
        .iter()
        .map(|(_, ranges)| {
            let mut near: Ranges = (*ranges).clone();
            near.join(drawn);
            let flat: Vec<usize> = near.iter().flat_map(|range| [range.start, range.end]).collect();
            json!([ranges.bytes(), flat])
        })
        .collect();
    json!([document.name, document.bytes, kinds])
}
