//! The parts of a trajectory. All of them can be written as JSON: that is what `inspect --json` shows.

use rlm_lang_std::host::Budget;
use serde::Serialize;

use super::coverage::DocumentCoverage;
use crate::engine::event::{EndingKind, Exchange, RunInfo, TextReference};
use crate::engine::{Citation, Totals};

/// What happened in a run. Moments (`..._ms`) are milliseconds since the run began; they are missing where
/// the record does not have them.
#[derive(Clone, Debug, Serialize)]
pub struct Trajectory {
    /// What it was read from.
    pub origin: Origin,
    /// What a user calls the run: the name of its record.
    pub id: String,
    /// What the run was asked to do, as the record has it.
    pub run: RunInfo,
    /// How it stands.
    pub state: State,
    /// Why it ended, where it was not by an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last moment of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
    /// What the whole run used. Of a run without an end it is counted from what the record holds.
    pub totals: Totals,
    /// The processes that went on with the run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<Resumption>,
    /// The input was sent in one call, without programs; the reply is turn 0 of the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct: Option<DirectCall>,
    /// What was looked at of each document, as far as the record says: older records do not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<DocumentCoverage>,
    /// The root first, then its children and theirs by number.
    pub engines: Vec<Engine>,
    /// What the user was told, and what could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

impl Trajectory {
    /// The engine that was asked the question.
    pub fn root(&self) -> &Engine {
        // Whoever makes a trajectory puts the root first; an empty one has a root without turns.
        static NONE: Engine = Engine::empty(0);
        self.engines.first().unwrap_or(&NONE)
    }

    /// The engine of a number.
    pub fn engine(&self, number: u64) -> Option<&Engine> {
        let index = self.engines.binary_search_by_key(&number, |engine| engine.number).ok()?;
        self.engines.get(index)
    }

    /// All calls of all programs.
    pub fn calls(&self) -> impl Iterator<Item = (&Engine, &Turn, &Program, &Call)> {
        self.engines.iter().flat_map(|engine| {
            engine.turns.iter().flat_map(move |turn| {
                turn.programs.iter().flat_map(move |program| {
                    program.calls.iter().map(move |call| (engine, turn, program, call))
                })
            })
        })
    }
}

/// What a trajectory was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A record of ours.
    Record,
    /// A log of the official implementation.
    Official,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A program said `answer(...)`, or the model answered directly.
    Answered,
    /// Two replies without a program: the last was taken as the answer.
    Prose,
    /// A limit was reached: the best there was.
    Limit,
    /// It was interrupted.
    Interrupted,
    /// The root model could not be reached, or refused.
    Failed,
    /// It is going on.
    Running,
    /// The record has no end: the process was killed, or it holds the calls of a program.
    Unfinished,
}

impl State {
    /// The state in a word.
    pub fn word(self) -> &'static str {
        match self {
            State::Answered => "answered",
            State::Prose => "prose",
            State::Limit => "limit",
            State::Interrupted => "interrupted",
            State::Failed => "failed",
            State::Running => "running",
            State::Unfinished => "unfinished",
        }
    }
}

/// Another process went on with the run.
#[derive(Clone, Debug, Serialize)]
pub struct Resumption {
    /// When, as RFC 3339 in UTC.
    pub started: String,
    /// The same as a moment of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<u64>,
}

/// The input was sent directly.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DirectCall {
    /// Input tokens, estimated.
    pub tokens: u64,
    /// The model's window in tokens, where it is known.
    pub window: Option<u64>,
}

/// Something that the user was told.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<u64>,
    /// Of which engine, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<u64>,
    /// One line.
    pub message: String,
}

/// One engine: the root, or a child.
#[derive(Clone, Debug, Serialize)]
pub struct Engine {
    /// Its number; 0 is the root.
    pub number: u64,
    /// How deep it stands; 0 is the root.
    pub depth: u64,
    /// Who asked for it, and what; nothing for the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Question>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<u64>,
    /// When its last event was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
    /// Its turns in order.
    pub turns: Vec<Turn>,
    /// How it ended; nothing where it did not come to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

impl Engine {
    /// An engine that has done nothing.
    pub(super) const fn empty(number: u64) -> Engine {
        let (started_ms, ended_ms, end) = (None, None, None);
        Engine { number, depth: 0, asked: None, started_ms, ended_ms, turns: Vec::new(), end }
    }
}

/// What a child engine was asked.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// The number of the engine that asked.
    pub parent: u64,
    /// Where in the parent's work; see [`Place`](super::Place).
    pub at: String,
    /// The question.
    pub question: String,
    /// The child's context.
    pub context: TextReference,
}

/// How an engine ended.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    /// The answer.
    pub text: String,
    /// How it came about.
    pub ending: EndingKind,
    /// Why it ended, where it was not by an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the whole run used until then.
    pub totals: Totals,
    /// The places that it cites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Citation>,
}

/// One turn of an engine.
#[derive(Clone, Debug, Serialize)]
pub struct Turn {
    /// From 1; 0 for an input that was sent directly, and for a program that was run by hand.
    pub number: u64,
    /// The turns were used up: the model was asked for its answer once more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    /// Before it the history was compacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compacted: Option<Compaction>,
    /// Request and reply; nothing for a program that was run by hand.
    #[serde(flatten)]
    pub exchange: Option<Exchange>,
    /// How often the reply was asked for: more than once where another process asked again.
    pub asked: u32,
    /// When the request was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<u64>,
    /// When the reply was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replied_ms: Option<u64>,
    /// When the turn was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
    /// The programs of the reply, in order.
    pub programs: Vec<Program>,
    /// What the model was told after the turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// A summary that made room in the model's window.
#[derive(Clone, Debug, Serialize)]
pub struct Compaction {
    /// How often so far, this time included.
    pub times: u32,
    /// Request and reply.
    #[serde(flatten)]
    pub exchange: Exchange,
    /// When the request was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<u64>,
    /// When the reply was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
}

/// One program of a turn.
#[derive(Clone, Debug, Serialize)]
pub struct Program {
    /// Which of the turn, from 1.
    pub number: u64,
    /// The code as written; nothing where the record holds only the calls of a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code in canonical form; nothing where it cannot be parsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
    /// What it printed, as far as the model was shown it.
    pub printed: String,
    /// The error, as the model saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Start and end, in bytes of the code, of the statement in which it ended early, by an error or by its
    /// answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<[u32; 2]>,
    /// The record has its end. Otherwise it was running when the run was stopped.
    pub is_over: bool,
    /// Steps taken, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// It was stopped from outside.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// When it began, to the moment that the event before it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<u64>,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
    /// The model calls that it made, in the order of its text and of the items that made them.
    pub calls: Vec<Call>,
    /// The numbers of the child engines that it asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<u64>,
    /// Calls that a limit refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// What it was told of the limits, each time it asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<Budget>,
}

impl Program {
    /// A program of which nothing is known yet.
    pub(super) fn empty(number: u64) -> Program {
        Program {
            number,
            code: None,
            canonical: None,
            printed: String::new(),
            error: None,
            reached: None,
            is_over: false,
            steps: None,
            interrupted: false,
            started_ms: None,
            ended_ms: None,
            calls: Vec::new(),
            children: Vec::new(),
            refused: Vec::new(),
            budgets: Vec::new(),
        }
    }
}

/// A limit refused calls before anything was sent.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// Where in the engine's work; see [`Place`](super::Place).
    pub at: String,
    /// What the program was told.
    pub message: String,
}

/// One model call of a program.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Its number: calls are numbered as they start.
    pub call: u64,
    /// Where in the engine's work; see [`Place`](super::Place).
    pub at: String,
    /// The instruction.
    pub instruction: String,
    /// The data, as places in the input where it comes from there.
    pub data: Vec<TextReference>,
    /// Request and reply.
    #[serde(flatten)]
    pub exchange: Exchange,
    /// How often it was asked: more than once where another process asked again.
    pub asked: u32,
    /// When it was asked for. It was sent when it had waited for its place: `waited` later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<u64>,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
}
