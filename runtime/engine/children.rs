//! Child engines: each on a thread of its own, all with the parent's hub.

use std::sync::Arc;

use rlm_lang_std::host::SubQuestion;
use rlm_lang_std::output::one_line;
use rlm_lang_std::text::Text;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::engine::event::{Event, Key};
use crate::engine::hub::{Cancel, Hub};
use crate::engine::live::ChildAtWork;
use crate::engine::outside::Position;
use crate::engine::turns::{Engine, Stop};
use crate::engine::{Ending, Task, framing};
use crate::interpreter::memory;

/// What comes back from a child.
#[derive(Clone, Debug)]
pub(super) enum ChildReply {
    /// Its answer.
    Answer(Text),
    /// The best that it found before a limit stopped it, and what its parent's model is told of that.
    Unfinished(Text, String),
    /// Why there is none.
    Failed(String),
    /// The record does not hold its end, and it is not to be asked anew.
    Unknown,
}

impl ChildReply {
    /// The reply as programs get it.
    pub(super) fn into_result(self) -> Result<Text, String> {
        match self {
            ChildReply::Answer(text) | ChildReply::Unfinished(text, _) => Ok(text),
            ChildReply::Failed(message) => Err(message),
            ChildReply::Unknown => Err("interrupted".to_string()),
        }
    }
}

/// Starts a child for each question and calls `done` with what came back, in order. `parent` is
/// where the program stands that asked.
pub(super) fn start(
    hub: &Arc<Hub>,
    parent: Position,
    questions: Vec<(SubQuestion, Key)>,
    unwanted: Arc<Cancel>,
    done: impl FnOnce(Vec<ChildReply>) + Send + 'static,
) {
    let shared = hub.clone();
    hub.handle.spawn(async move {
        let interrupted = ChildReply::Failed("interrupted".to_string());
        let mut replies = vec![interrupted; questions.len()];
        let mut running = JoinSet::new();
        for (index, (question, key)) in questions.into_iter().enumerate() {
            let (hub, unwanted) = (shared.clone(), unwanted.clone());
            running
                .spawn(async move { (index, child(hub, parent, question, key, unwanted).await) });
        }
        while let Some(finished) = running.join_next().await {
            if let Ok((index, reply)) = finished
                && let Some(slot) = replies.get_mut(index)
            {
                *slot = reply;
            }
        }
        done(replies);
    });
}

async fn child(
    hub: Arc<Hub>,
    parent: Position,
    question: SubQuestion,
    key: Key,
    unwanted: Arc<Cancel>,
) -> ChildReply {
    let permits = hub.child_permits.get(parent.depth as usize).cloned();
    let _permit = match &permits {
        Some(permits) => match permits.acquire().await {
            Ok(permit) => Some(permit),
            Err(error) => return ChildReply::Failed(error.to_string()),
        },
        None => None,
    };
    if unwanted.is_set() || hub.cancel.is_set() {
        return ChildReply::Failed("interrupted".to_string());
    }
    let (asked, about) = (question.question.to_str(), framing::reference(&question.text));
    let (engine, is_known) = hub.engine_number(&key, &asked, &about.blake3);
    // One that the record holds with another question runs for the first time.
    let sealed = parent.sealed && (is_known || hub.past.child(&key).is_none());
    hub.observers.tell(&Event::Child {
        engine,
        parent: key.engine,
        at: key.at,
        question: asked.clone().into_owned(),
        context: about.clone(),
    });
    if hub.past.is_by_request()
        && let Some(answer) = hub.past.answer_to(&asked, &about.blake3)
    {
        return ChildReply::Answer(Text::from(answer.as_str()));
    }
    let _told = ChildAtWork::new(&hub.observers, engine);
    let (sender, receiver) = oneshot::channel();
    drop(asked);
    let position = Position { engine, depth: parent.depth + 1, sealed, ..Position::default() };
    let asked = question.question.clone();
    let thread = memory::spawn_small(move || {
        let task = Task::new(question.question, question.text);
        let reply = match Engine::child(hub, task, position, unwanted).run() {
            Ok(answer) => match answer.ending {
                // What stopped a recorded child stopped its parent, too.
                Ending::Interrupted if position.sealed => ChildReply::Unknown,
                Ending::Interrupted => ChildReply::Failed("interrupted".to_string()),
                Ending::Limit(reason) if answer.text.is_empty() => ChildReply::Failed(reason),
                Ending::Limit(reason) => {
                    ChildReply::Unfinished(Text::from(answer.text), unfinished(&asked, &reason))
                }
                Ending::Answered | Ending::Prose => ChildReply::Answer(Text::from(answer.text)),
            },
            Err(Stop::Failed(error)) => ChildReply::Failed(error.message),
            Err(Stop::Unknown) => ChildReply::Unknown,
        };
        let _ = sender.send(reply);
    });
    if let Err(error) = thread {
        return ChildReply::Failed(format!("no thread for a child: {error}"));
    }
    let stopped = |_| ChildReply::Failed("the child stopped unexpectedly".to_string());
    receiver.await.unwrap_or_else(stopped)
}

/// What the parent's model is told of an answer that is not finished.
fn unfinished(question: &Text, reason: &str) -> String {
    const SHOWN: usize = 60;
    let start: String = question.chars().take(SHOWN).collect();
    let start = one_line(&start).into_owned();
    format!("recurse({start:?}) did not finish ({reason}); what it returned is the best it had")
}
