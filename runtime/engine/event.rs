//! What happens in a run, as data: the trace writes it down, the progress line shows it.

use std::sync::Arc;

use serde::Serialize;

use crate::engine::limits::Totals;
use crate::engine::live::Live;
use crate::model::Usage;

/// The version of the trace's format: raised when a reader must change.
pub const TRACE_VERSION: u32 = 1;

/// One thing that happened. In the trace each is a JSON object on a line of its own, with `event`
/// naming the kind.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run begins.
    Run {
        /// [`TRACE_VERSION`].
        version: u32,
        /// The program's version.
        rlm_lang: &'static str,
        /// The question.
        question: String,
        /// The root model.
        model: String,
        /// The model of calls and children.
        sub_model: String,
        /// The documents: names, sizes in bytes, digests; never their text.
        documents: Vec<DocumentInfo>,
    },
    /// The input is sent to the root model in one call, without programs; its reply is turn 1.
    Direct {
        /// Input tokens of that call, estimated.
        tokens: u64,
        /// The model's window in tokens, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
    },
    /// A model replied to a turn.
    Turn {
        /// Which engine: 0 is the root.
        engine: u64,
        /// From 1.
        turn: u64,
        /// The whole reply.
        reply: String,
        /// What it used.
        usage: Usage,
        /// From request to reply, in milliseconds.
        millis: u64,
    },
    /// A program ran, or was refused.
    Program {
        /// Which engine.
        engine: u64,
        /// In which turn.
        turn: u64,
        /// The code as written.
        code: String,
        /// What it printed, shortened as the model sees it.
        printed: String,
        /// The error, as the model sees it.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// Steps taken.
        steps: u64,
    },
    /// What the model is told after a turn.
    Result {
        /// Which engine.
        engine: u64,
        /// After which turn.
        turn: u64,
        /// The message.
        message: String,
    },
    /// A model call of a program ended.
    Call {
        /// The engine whose program asked.
        engine: u64,
        /// The calls of a run are numbered in the order in which they started.
        call: u64,
        /// The instruction.
        instruction: String,
        /// The data as places in the input, or as length and digest.
        data: Vec<String>,
        /// The reply.
        #[serde(skip_serializing_if = "Option::is_none")]
        reply: Option<String>,
        /// Why there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// What it used.
        usage: Usage,
        /// From start to end, waiting for a place in the queue included, in milliseconds.
        millis: u64,
    },
    /// A child engine started.
    Child {
        /// Its number.
        engine: u64,
        /// The engine that asked.
        parent: u64,
        /// Its question.
        question: String,
        /// Its context as a place in the input, or as length and digest.
        context: String,
    },
    /// An engine is done.
    Answer {
        /// Which engine.
        engine: u64,
        /// The answer.
        text: String,
        /// False if a limit ended the run and this is the best there is.
        complete: bool,
        /// Why the run ended, where it was not by an answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What the run used until then.
        totals: Totals,
    },
}

/// A document of the input.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentInfo {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The beginning of the BLAKE3 digest of its bytes, in hex; left out above 64 MB, where hashing
    /// would delay the first request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
}

/// Someone who is told of events, from any thread.
pub trait Observer: Send + Sync {
    /// Takes one event.
    fn event(&self, event: &Event);

    /// Takes a change of what is going on.
    fn live(&self, _change: &Live) {}

    /// The run is over, or the process is about to end: nothing more comes.
    fn end(&self) {}
}

/// All observers of a run.
#[derive(Clone, Default)]
pub struct Observers(pub Vec<Arc<dyn Observer>>);

impl Observers {
    /// Tells everyone.
    pub fn tell(&self, event: &Event) {
        for observer in &self.0 {
            observer.event(event);
        }
    }

    /// Tells everyone what is going on.
    pub fn live(&self, change: &Live) {
        for observer in &self.0 {
            observer.live(change);
        }
    }

    /// Tells everyone that nothing more comes.
    pub fn end(&self) {
        for observer in &self.0 {
            observer.end();
        }
    }
}
