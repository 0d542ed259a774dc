//! What happens in a run, as data: the record writes it down, the progress line shows it.
//!
//! `docs/record.md` describes every event and field for those who read records with other programs; a
//! test holds it to this file.

use std::sync::Arc;

use rlm_lang_std::host::Budget;
use serde::{Deserialize, Serialize};

use crate::engine::limits::{Limits, Totals};
use crate::engine::live::Live;
use crate::engine::{Citation, Direct};
use crate::model::{ErrorKind, Finish, ModelError, Reply, Usage};

/// The version of the record's format: raised when a reader must change.
pub const RECORD_VERSION: u32 = 3;

/// One thing that happened. In the record each is a JSON object on a line of its own, with `event`
/// naming the kind. An engine is named by its number, 0 is the root.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run begins.
    Run(Box<RunInfo>),
    /// Another process goes on with the run.
    Resumed {
        /// The program's version.
        rlm_lang: String,
        /// When, as RFC 3339 in UTC.
        started: String,
        /// The limits from here on.
        limits: Limits,
    },
    /// The input is sent to the root model in one call, without programs; its reply is turn 0.
    Direct {
        /// Input tokens of that call, estimated.
        tokens: u64,
        /// The model's window in tokens, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
    },
    /// A model replied to a turn, or failed to.
    Turn {
        /// Which engine.
        engine: u64,
        /// From 1; 0 for the one call of an input that is sent directly.
        turn: u64,
        /// The turns are used up: the model is asked for its answer once more.
        #[serde(default, skip_serializing_if = "is_false")]
        last: bool,
        /// Request and reply.
        #[serde(flatten)]
        exchange: Exchange,
    },
    /// The history of an engine was compacted: the model was asked for a summary of its work.
    Compacted {
        /// Which engine.
        engine: u64,
        /// Before which turn.
        turn: u64,
        /// How often so far, this time included.
        times: u32,
        /// Request and reply.
        #[serde(flatten)]
        exchange: Exchange,
    },
    /// A program ran, or was refused.
    Program {
        /// Which engine.
        engine: u64,
        /// In which turn.
        turn: u64,
        /// Which of the turn's programs, from 1.
        program: u64,
        /// The code as written.
        code: String,
        /// What the turn printed so far, shortened as the model sees it.
        printed: String,
        /// The error, as the model sees it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// Where in the code it ended early, by an error or its answer: start and end, in bytes, of the
        /// statement of its outermost level.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reached: Option<[u32; 2]>,
        /// Steps taken.
        steps: u64,
        /// It was stopped from outside, by Ctrl-C or by the run's time limit.
        #[serde(default, skip_serializing_if = "is_false")]
        interrupted: bool,
        /// Where it asked for work that was done when it was stopped, and that it never saw; see [`Key`],
        /// without the index.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        untaken: Vec<String>,
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
        /// Where in the engine's work it was asked; see [`Key`].
        at: String,
        /// The instruction.
        instruction: String,
        /// The data, as places in the input where it comes from there.
        data: Vec<TextReference>,
        /// Request and reply.
        #[serde(flatten)]
        exchange: Exchange,
    },
    /// A request goes out. What came of it follows as a turn, a summary or a call; if nothing does, the
    /// process was killed meanwhile.
    Sent {
        /// Which engine asks.
        engine: u64,
        /// Where in the engine's work; see [`Key`].
        at: String,
        /// The model as it is asked for.
        model: String,
        /// Its input tokens, estimated from the request alone.
        input: u64,
        /// It was not sent now: an earlier process wrote it down.
        #[serde(skip)]
        recorded: bool,
    },
    /// A child engine started.
    Child {
        /// Its number.
        engine: u64,
        /// The engine that asked.
        parent: u64,
        /// Where in the parent's work it was asked; see [`Key`].
        at: String,
        /// Its question.
        question: String,
        /// Its context.
        context: TextReference,
    },
    /// A limit refused calls of a program, before anything was sent.
    Refused {
        /// The engine whose program asked.
        engine: u64,
        /// Where in the engine's work; see [`Key`].
        at: String,
        /// What the program was told.
        message: String,
    },
    /// A program asked what is left of the limits.
    Budget {
        /// The engine whose program asked.
        engine: u64,
        /// Where in the engine's work; see [`Key`].
        at: String,
        /// What it was told.
        budget: Budget,
    },
    /// What the programs of a turn looked at, as far as no turn of the engine before did: ranges of bytes
    /// of the whole input. Nothing is told of a text that a program made.
    Coverage {
        /// Which engine.
        engine: u64,
        /// Which turn; 0 for an input that is sent directly, and for `run`.
        turn: u64,
        /// What searches went over.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        searched: Vec<[u64; 2]>,
        /// Texts that were cut out and looked at.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sliced: Vec<[u64; 2]>,
        /// Parts of long texts that programs made and sent to models. Views that were sent stand in the calls.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sent: Vec<[u64; 2]>,
        /// What the model is shown.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        shown: Vec<[u64; 2]>,
    },
    /// An engine is done.
    Answer {
        /// Which engine.
        engine: u64,
        /// The answer.
        text: String,
        /// How it came about.
        ending: EndingKind,
        /// Why the run ended, where it was not by an answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What the run used until then.
        totals: Totals,
        /// The places that it cites.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<Citation>,
    },
    /// Something that the user should know.
    Note {
        /// One line.
        message: String,
    },
    /// A resumed run did not do what the record says it did.
    Diverged {
        /// Which engine.
        engine: u64,
        /// What is different, for people.
        message: String,
    },
}

/// How an engine's work ended: the kinds of [`Ending`](crate::engine::Ending).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// A program said `answer(...)`.
    Answered,
    /// Two replies without a program: the last is taken as the answer.
    Prose,
    /// A limit was reached: the best there was.
    Limit,
    /// It was interrupted.
    Interrupted,
}

/// Where in a run something was asked of the outside. It does not depend on timing: the same program
/// with the same replies asks at the same places.
///
/// `at` is the turn for a turn's reply (`last TURN` for the answer that is asked for after all turns),
/// and `TURN.PROGRAM/LANE#INDEX` for what a program asks: the program's number in the turn, the
/// [`Lane`](crate::interpreter::Lane) of the work within the program, and the index within work of
/// several prompts, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The number of the engine.
    pub engine: u64,
    /// Where in its work.
    pub at: String,
}

/// A request to a model and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The beginning of the BLAKE3 digest of the complete request, in hex.
    pub request: String,
    /// The model as it was asked for.
    pub model: String,
    /// The model as the provider names it, where that is another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// The reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// Why the reply ends where it does, where it was not the model's own wish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Finish>,
    /// Why there is no reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What it used, as the provider told.
    pub usage: Usage,
    /// Numbers that the provider told of the usage beyond that, as it writes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_usage: Option<serde_json::Value>,
    /// What was counted for it, where the provider did not tell all of it: the rest is estimated. Tries
    /// that brought no reply although the server may have worked on them are part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Usage>,
    /// From start to end, waiting for a place in the queue included, in milliseconds.
    pub millis: u64,
    /// Of these: until it had its place among the requests in flight.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waited: u64,
    /// How many times the request was sent.
    pub tries: u32,
    /// Set where the reply cost nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<Free>,
    /// It was not asked now: an earlier process wrote it down.
    #[serde(skip)]
    pub recorded: bool,
}

/// Why a reply cost nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Free {
    /// It comes from the cache of replies.
    Cache,
    /// The same request was on its way: one reply for both.
    Shared,
}

/// A request that failed for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong, for programs.
    pub kind: ErrorKind,
    /// What went wrong, for people.
    pub message: String,
}

/// What stands for a reply that a damaged record lacks.
const NO_REPLY: &str = "the record holds no reply";

impl Exchange {
    /// What came of a request: its outcome, with the digest of the request.
    pub fn new(
        request: String,
        asked: String,
        result: Result<Reply, ModelError>,
        millis: u64,
    ) -> Exchange {
        match result {
            Ok(reply) => Exchange {
                request,
                answered_by: Some(reply.model).filter(|model| *model != asked),
                model: asked,
                reply: Some(reply.text),
                finish: Some(reply.finish).filter(|finish| *finish != Finish::Stop),
                usage: reply.usage,
                other_usage: reply.other_usage,
                millis,
                tries: reply.tries,
                ..Exchange::default()
            },
            Err(error) => Exchange {
                request,
                model: asked,
                failure: Some(Failure { kind: error.kind, message: error.message }),
                millis,
                tries: error.tries,
                ..Exchange::default()
            },
        }
    }

    /// What the ledger counted for it.
    pub fn counted(&self) -> &Usage {
        self.counted.as_ref().unwrap_or(&self.usage)
    }

    /// Nobody waited for the reply any more.
    pub fn was_cancelled(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.kind == ErrorKind::Cancelled)
    }

    /// The run stopped it: nobody waited for the reply any more, or a limit was reached.
    pub fn was_stopped(&self) -> bool {
        let kind = self.failure.as_ref().map(|failure| failure.kind);
        matches!(kind, Some(ErrorKind::Cancelled | ErrorKind::LimitReached))
    }

    /// It was given up before it was sent: nothing was learned, and nothing paid.
    pub fn is_void(&self) -> bool {
        self.was_cancelled() && self.tries == 0
    }

    /// It went out, and was not given up before that.
    pub fn was_sent(&self) -> bool {
        self.free.is_none() && (self.tries > 0 || !self.was_stopped())
    }

    /// The reply, or why there is none.
    pub fn result(&self) -> Result<String, String> {
        match (&self.reply, &self.failure) {
            (Some(reply), _) => Ok(reply.clone()),
            (None, Some(failure)) => Err(failure.message.clone()),
            (None, None) => Err(NO_REPLY.to_string()),
        }
    }

    /// The same, taken out of it.
    pub fn into_result(self) -> Result<String, String> {
        match (self.reply, self.failure) {
            (Some(reply), _) => Ok(reply),
            (None, Some(failure)) => Err(failure.message),
            (None, None) => Err(NO_REPLY.to_string()),
        }
    }
}

/// A text as the record names it: never the text itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReference {
    /// `DOCUMENT:START-END` for a part of the input, in bytes of the whole input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Its length in bytes.
    pub bytes: u64,
    /// The beginning of its BLAKE3 digest, in hex.
    pub blake3: String,
}

/// What a run was asked to do: enough to do it again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunInfo {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// The program's version.
    pub rlm_lang: String,
    /// When it started, as RFC 3339 in UTC.
    pub started: String,
    /// The question.
    pub question: String,
    /// For `run`: the beginning of the BLAKE3 digest of the program, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The folder that relative paths start from.
    pub folder: String,
    /// The inputs as they were given.
    pub paths: Vec<String>,
    /// Every file of a folder was taken.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
    /// Large files were read, not mapped.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_mmap: bool,
    /// The root model.
    pub model: ModelInfo,
    /// The model of calls and children.
    pub sub_model: ModelInfo,
    /// What the run may use.
    pub limits: Limits,
    /// Requests in flight at once.
    pub concurrency: usize,
    /// Whether the input is sent directly: `auto`, `always` or `never`.
    pub direct: Direct,
    /// How the language is taught: the variant of the system prompt; `full` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The documents: names, sizes in bytes, digests; never their text.
    pub documents: Vec<DocumentInfo>,
}

/// A model as it was asked for. No key, and nothing of a URL that may hold one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Its name; `script:FILE` for a script.
    pub name: String,
    /// `openai`, `anthropic`, `gemini` or `script`.
    pub api: String,
    /// Where the server is, without user, password and query; empty for a script.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub base_url: String,
    /// The size of its window in tokens, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
}

/// A document of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentInfo {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where it starts in the whole input, in bytes: a newline is put between documents where one does not
    /// end with one. Nothing in older records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    /// The beginning of the BLAKE3 digest of its bytes, in hex; `sampled:` before it where only parts
    /// of a large document were looked at.
    pub blake3: String,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
fn is_false(value: &bool) -> bool {
    !*value
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
fn is_zero(value: &u64) -> bool {
    *value == 0
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
