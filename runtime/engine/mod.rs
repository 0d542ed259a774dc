//! The engine: a question over an input, answered in turns.
//!
//! Each turn the root model writes a program, the interpreter runs it, and a bounded report goes back.
//! Programs call models through the [`Hub`]; `recurse` starts a child engine on a thread of its own
//! with the same hub, so one ledger counts the whole tree.

mod children;
mod citation;
mod compaction;
mod coverage;
mod direct;
mod estimate;
pub mod event;
mod fences;
mod framing;
mod hub;
mod limits;
pub mod live;
mod outside;
mod program;
mod report;
mod save;
mod shared;
mod turns;

use std::sync::Arc;

use rlm_lang_std::text::Text;

use crate::record::Mode;

pub(crate) use citation::find as find_cited;
pub use citation::{Citation, not_cited, rolling};
pub use coverage::Coverage;
pub use direct::Direct;
pub use fences::{Fence, programs};
pub use hub::{Cancel, Hub};
pub use limits::{Hold, Ledger, LimitReached, Limits, Totals, no_price};
pub use program::{Connect, ProgramOutside};
pub use report::{
    MAX_PRINTED, cut_off_note, diagnostic as fault_diagnostic, error_text as fault_text,
};
pub(crate) use save::{Kept, program as kept_program};
pub use turns::answered as answer_of;

/// A question with its input.
#[derive(Clone, Debug)]
pub struct Task {
    /// The question.
    pub question: Text,
    /// The whole input.
    pub context: Text,
    /// The documents of the input; one for an input that is no file.
    pub documents: Vec<Text>,
}

impl Task {
    /// A question about a text: a whole source with its documents, or a part of one.
    pub fn new(question: Text, context: Text) -> Task {
        let documents = documents_of(&context);
        Task { question, context, documents }
    }
}

/// The documents that a text covers: whole ones, or the parts inside it. A document that only touches it is
/// none of its.
fn documents_of(context: &Text) -> Vec<Text> {
    let (Some(source), Some(range)) = (context.source(), context.byte_range()) else {
        return vec![context.clone()];
    };
    let documents: Vec<Text> = source
        .documents()
        .iter()
        .filter_map(|document| {
            let start = usize::try_from(document.range.start).ok()?.max(range.start);
            let end = usize::try_from(document.range.end).ok()?.min(range.end);
            // An empty document counts where it lies inside, and every one of the whole input does.
            let is_whole_input = range.start == 0 && range.end == source.len();
            let is_empty = document.range.is_empty()
                && (is_whole_input || range.start < start && start < range.end);
            (start < end || is_empty).then(|| Text::view(source, start..end.max(start)))
        })
        .collect();
    if documents.is_empty() { vec![context.clone()] } else { documents }
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The answer, exactly as it is to be printed.
    pub text: String,
    /// The answer as JSON where the program gave no text.
    pub value: Option<serde_json::Value>,
    /// The places that the answer cites, those that its program named first.
    pub sources: Vec<Citation>,
    /// How the run came to it.
    pub ending: Ending,
    /// The input was sent to the model in one call, without programs.
    pub direct: bool,
    /// The statements that the answer needed, as a program of its own; see [`Hub::keep_program`].
    pub program: Option<String>,
}

/// Why a run is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A program said `answer(...)`.
    Answered,
    /// The model answered in prose, twice in a row; taken as the answer.
    Prose,
    /// A limit was reached; the answer is the best there was.
    Limit(String),
    /// It was interrupted.
    Interrupted,
}

/// Why a run gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// One line: what, where, what to do.
    pub message: String,
}

/// Runs a question to its end. Blocks; must be called on a thread with a large stack
/// ([`crate::interpreter::memory::on_large_stack`]).
///
/// # Errors
/// When the root model cannot be reached or refuses; when a replay differs from its record, or the
/// record ends too early.
pub fn run(hub: &Arc<Hub>, task: &Task) -> Result<Answer, RunError> {
    let result = turns::Engine::root(hub.clone(), task.clone()).run();
    if hub.past.mode() == Mode::Replay
        && let Some(difference) = hub.past.divergence()
    {
        let message = format!("the replay is not as recorded: {difference}");
        return Err(RunError { message });
    }
    result.map_err(|stop| match stop {
        turns::Stop::Failed(error) => error,
        turns::Stop::Unknown => {
            let message = "the record ends before the run came to an end; resume goes on with it";
            RunError { message: message.to_string() }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlm_lang_std::text::{Document, Source, Storage};

    #[test]
    fn a_part_of_the_input_has_the_documents_that_it_covers() {
        let document = |name: &str, range| Document { name: name.into(), range };
        let documents = vec![
            document("a", 0..3),
            document("b", 3..3),
            document("c", 3..8),
            document("d", 8..8),
        ];
        let storage = Storage::Owned(b"onethree".to_vec());
        let source = Source::from_documents(storage, documents);
        let found = |start: usize, end: usize| -> Vec<String> {
            let view = Text::view(&source, start..end);
            documents_of(&view).iter().map(|text| text.to_str().into_owned()).collect()
        };
        assert_eq!(found(0, 8), ["one", "", "three", ""], "all of it");
        assert_eq!(found(3, 8), ["three"], "what only touches a part is not in it");
        assert_eq!(found(0, 3), ["one"]);
        assert_eq!(found(2, 5), ["e", "", "th"]);
        assert_eq!(found(4, 4), [""], "a text without a character is one document");
        assert_eq!(documents_of(&Text::from("made")).len(), 1);
    }
}
