//! An official log as a trajectory.

use serde_json::Value;

use super::shape::{Child, CodeBlock, Completion, Iteration, Line, Setup, Used};
use super::write::{ANSWER, named};
use crate::engine::event::{EndingKind, Exchange, Failure, ModelInfo, RunInfo, TextReference};
use crate::engine::{Limits, Totals};
use crate::inspect::{
    Call, End, Engine, Note, Origin, Program, Question, State, Trajectory, Turn, cost_of,
};
use crate::model::prices::Prices;
use crate::model::{ErrorKind, Usage};

/// Reads a log; lines that cannot be read are left out and named.
pub(in crate::inspect) fn trajectory(bytes: &[u8]) -> Trajectory {
    let (mut setup, mut began, mut iterations) = (Setup::default(), None, Vec::new());
    let mut notes = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(Line::Metadata { timestamp, setup: known }) => {
                (setup, began) = (*known, timestamp.as_deref().and_then(moment));
            }
            Ok(Line::Iteration(iteration)) => iterations.push(*iteration),
            Err(error) => notes.push(note(format!(
                "line {} of the log cannot be read and is left out: {error}",
                index + 1
            ))),
        }
    }
    notes.push(note(
        "this is a log of the official implementation: it does not tell what the root model used"
            .to_string(),
    ));
    if !iterations.is_sorted_by(|one: &Iteration, next| one.iteration < next.iteration) {
        notes.push(note("the log holds several runs, shown one after another".to_string()));
    }
    let mut log = Log { engines: Vec::new(), began };
    let question = log.question(&iterations);
    let model = setup.root_model.clone().unwrap_or_default();
    log.engine(0, None, &model, iterations);
    let mut engines = log.engines;
    engines.sort_by_key(|engine| engine.number);
    let root = engines.first();
    let state = match root.and_then(|root| root.end.as_ref()) {
        Some(_) => State::Answered,
        None => State::Unfinished,
    };
    let mut run = Trajectory {
        origin: Origin::Official,
        id: String::new(),
        run: head(&setup, question, began),
        state,
        reason: None,
        ended_ms: root.and_then(|root| root.ended_ms),
        totals: Totals::default(),
        resumed: Vec::new(),
        direct: None,
        engines,
        coverage: Vec::new(),
        notes,
    };
    run.totals = totals(&run);
    for engine in &mut run.engines {
        if let Some(end) = &mut engine.end {
            end.totals = run.totals;
        }
    }
    run
}

fn note(message: String) -> Note {
    Note { at_ms: None, engine: None, message }
}

/// A moment that Python's `isoformat` wrote: without a time zone, it is taken as UTC.
fn moment(text: &str) -> Option<jiff::Timestamp> {
    let zoned = text.parse().ok();
    zoned.or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

fn head(setup: &Setup, question: String, began: Option<jiff::Timestamp>) -> RunInfo {
    let text = |value: &Option<Value>, name: &str| {
        let value = value.as_ref().and_then(|value| value.get(name)).and_then(Value::as_str);
        value.unwrap_or_default().to_string()
    };
    let model = ModelInfo {
        name: setup.root_model.clone().unwrap_or_default(),
        api: setup.backend.clone().unwrap_or_default(),
        base_url: text(&setup.backend_kwargs, "base_url"),
        window: None,
    };
    let limits = Limits {
        turns: setup.max_iterations.unwrap_or_default(),
        depth: setup.max_depth.unwrap_or_default(),
        ..Limits::default()
    };
    RunInfo {
        started: began
            .map(|began| began.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .unwrap_or_default(),
        question,
        model,
        limits,
        ..RunInfo::default()
    }
}

/// What the calls of a log used: of the root model it does not tell.
fn totals(run: &Trajectory) -> Totals {
    let mut totals = Totals { cost_usd: Some(0.0), ..Totals::default() };
    let prices = Prices::shipped();
    totals.turns = run.engines.iter().map(|engine| engine.turns.len() as u64).sum();
    for (.., call) in run.calls() {
        let Usage { input, output, .. } = call.exchange.usage;
        totals.calls += 1;
        totals.failed += u64::from(call.exchange.failure.is_some());
        totals.input_tokens += input.unwrap_or_default();
        totals.output_tokens += output.unwrap_or_default();
        let cost = cost_of(&call.exchange, &prices);
        totals.cost_usd = totals.cost_usd.zip(cost).map(|(sum, cost)| sum + cost);
    }
    // Turns of the root cost something, too, and nobody knows how much.
    totals.cost_usd = totals.cost_usd.filter(|_| totals.turns == 0);
    totals
}

struct Log {
    engines: Vec<Engine>,
    began: Option<jiff::Timestamp>,
}

impl Log {
    /// Milliseconds since the run began.
    fn millis(&self, timestamp: Option<&String>) -> Option<u64> {
        let moment = timestamp.and_then(|text| moment(text))?;
        let since = moment.duration_since(self.began?).as_millis();
        u64::try_from(since).ok()
    }

    /// The question: the first message holds it, or the context is the question.
    fn question(&self, iterations: &[Iteration]) -> String {
        let Some(first) = iterations.first() else { return String::new() };
        let users = messages(&first.prompt).filter(|(role, _)| *role == "user");
        let asked = users.filter_map(|(_, text)| question_of(text)).next();
        let context = first
            .code_blocks
            .iter()
            .filter_map(|block| block.result.locals.get("context")?.as_str())
            .find(|context| context.len() < SHORT);
        asked.or_else(|| context.map(str::to_string)).unwrap_or_default()
    }

    /// Takes an engine with its turns; gives its number.
    fn engine(
        &mut self,
        depth: u64,
        asked: Option<Question>,
        model: &str,
        iterations: Vec<Iteration>,
    ) -> u64 {
        let number = self.engines.len() as u64;
        self.engines.push(Engine::empty(number));
        let mut turns: Vec<Turn> = Vec::new();
        let mut answer = None;
        for iteration in iterations {
            answer = text(&iteration.final_answer).or(answer);
            let turn = self.turn((number, turns.len() as u64 + 1, depth), model, iteration);
            turns.push(turn);
        }
        let end = answer.map(|text| End {
            text,
            ending: EndingKind::Answered,
            reason: None,
            totals: Totals::default(),
            sources: Vec::new(),
        });
        let ended_ms = turns.last().and_then(|turn| turn.ended_ms);
        let began_ms = turns.first().and_then(|turn| turn.started_ms);
        let started_ms = if number == 0 { began_ms.map(|_| 0) } else { began_ms };
        let engine = Engine { number, depth, asked, started_ms, ended_ms, turns, end };
        if let Some(place) = usize::try_from(number).ok().and_then(|at| self.engines.get_mut(at)) {
            *place = engine;
        }
        number
    }

    fn turn(
        &mut self,
        (engine, number, depth): (u64, u64, u64),
        model: &str,
        iteration: Iteration,
    ) -> Turn {
        let ended_ms = self.millis(iteration.timestamp.as_ref());
        let took = iteration.iteration_time.map(millis);
        let worked: u64 = iteration
            .code_blocks
            .iter()
            .map(|block| block.result.execution_time.map_or(0, millis))
            .sum();
        let replied_ms = ended_ms.map(|ended| ended.saturating_sub(worked));
        let reply_took = took.map_or(0, |took| took.saturating_sub(worked));
        let mut at = replied_ms;
        let blocks = iteration.code_blocks.into_iter().enumerate();
        let programs = blocks
            .map(|(index, block)| {
                let place = (engine, number, index as u64 + 1, depth);
                let program = self.program(place, at, block);
                at = program.ended_ms;
                program
            })
            .collect();
        Turn {
            number,
            last: false,
            compacted: None,
            exchange: Some(Exchange {
                model: model.to_string(),
                reply: Some(iteration.response),
                millis: reply_took,
                tries: 1,
                ..Exchange::default()
            }),
            asked: 1,
            started_ms: replied_ms.map(|replied| replied.saturating_sub(reply_took)),
            replied_ms,
            ended_ms,
            programs,
            result: None,
        }
    }

    fn program(
        &mut self,
        (engine, turn, number, depth): (u64, u64, u64, u64),
        started_ms: Option<u64>,
        block: CodeBlock,
    ) -> Program {
        let CodeBlock { code, result } = block;
        let took = result.execution_time.map_or(0, millis);
        let (mut calls, mut children) = (Vec::new(), Vec::new());
        for (index, completion) in result.rlm_calls.into_iter().enumerate() {
            let at = format!("{turn}.{number}/{}#0", index + 1);
            if completion.metadata.is_some() {
                children.push(self.child(engine, at, depth, completion));
            } else {
                calls.push(call(calls.len() as u64 + 1, at, completion));
            }
        }
        Program {
            code: Some(code),
            printed: result.stdout,
            error: Some(result.stderr).filter(|text| !text.trim().is_empty()),
            steps: None,
            is_over: true,
            started_ms,
            ended_ms: started_ms.map(|started| started + took),
            calls,
            children,
            ..Program::empty(number)
        }
    }

    fn child(&mut self, parent: u64, at: String, depth: u64, completion: Completion) -> u64 {
        let Child { run_metadata, iterations } =
            completion.metadata.map(|child| *child).unwrap_or_default();
        let prompt = shown(&completion.prompt);
        let context = completion.data.into_iter().next().unwrap_or_else(|| made(&prompt));
        let question = Question { parent, at, question: prompt, context };
        let model = run_metadata.root_model.or(completion.root_model).unwrap_or_default();
        let number = self.engine(depth + 1, Some(question), &model, iterations);
        let place = usize::try_from(number).ok().and_then(|at| self.engines.get_mut(at));
        if let Some(child) = place {
            // What came back counts, also where the child's own turns do not say so.
            child.end = Some(End {
                text: completion.response,
                ending: if completion.error.is_some() {
                    EndingKind::Limit
                } else {
                    EndingKind::Answered
                },
                reason: completion.error,
                totals: Totals::default(),
                sources: Vec::new(),
            });
        }
        number
    }
}

/// A text that may stand for a question.
const SHORT: usize = 500;

/// The question in a message, in the forms that versions of the official implementation used.
fn question_of(text: &str) -> Option<String> {
    let quoted = |marker: &str| {
        let (_, rest) = text.split_once(marker)?;
        rest.split_once('"').map(|(question, _)| question.to_string())
    };
    let asked = text.strip_prefix(ANSWER).map(|rest| {
        rest.rsplit_once("\n\nYour context is").map_or(rest, |(question, _)| question).to_string()
    });
    asked.or_else(|| quoted("original query: \"")).or_else(|| quoted("original prompt: \""))
}

/// Messages with their roles.
fn messages(prompt: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = prompt.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|message| {
        Some((message.get("role")?.as_str()?, message.get("content")?.as_str()?))
    })
}

/// A final answer: a text, or in old logs a pair of a kind and a text.
fn text(answer: &Value) -> Option<String> {
    match answer {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(pair) => pair.last().map(shown),
        other => Some(other.to_string()),
    }
}

/// A prompt as text.
fn shown(prompt: &Value) -> String {
    match prompt {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(_) => messages(prompt).map(|(_, text)| text).collect::<Vec<_>>().join("\n\n"),
        other => other.to_string(),
    }
}

fn call(number: u64, at: String, completion: Completion) -> Call {
    let mut usage = Usage::default();
    for Used { total_input_tokens, total_output_tokens, .. } in
        completion.usage_summary.model_usage_summaries.values()
    {
        let sum = |sum: Option<u64>, more: Option<u64>| match (sum, more) {
            (None, None) => None,
            (sum, more) => Some(sum.unwrap_or_default() + more.unwrap_or_default()),
        };
        usage.input = sum(usage.input, *total_input_tokens);
        usage.output = sum(usage.output, *total_output_tokens);
    }
    let prompt = shown(&completion.prompt);
    let instruction = prompt.strip_suffix(&named(&completion.data)).unwrap_or(&prompt).to_string();
    let failure = completion.error.map(|message| Failure { kind: ErrorKind::Server, message });
    Call {
        call: number,
        at,
        instruction,
        data: completion.data,
        exchange: Exchange {
            model: completion.root_model.unwrap_or_default(),
            reply: Some(completion.response).filter(|_| failure.is_none()),
            failure,
            usage,
            millis: completion.execution_time.map_or(0, millis),
            tries: 1,
            ..Exchange::default()
        },
        asked: 1,
        started_ms: None,
        ended_ms: None,
    }
}

fn made(text: &str) -> TextReference {
    TextReference { place: None, bytes: text.len() as u64, blake3: String::new() }
}

fn millis(seconds: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|time| u64::try_from(time.as_millis()).ok())
        .unwrap_or_default()
}
