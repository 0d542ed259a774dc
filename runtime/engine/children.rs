//! Child engines: each on a thread of its own, all with the parent's hub.

use std::sync::Arc;

use rlm_lang_std::host::SubQuestion;
use rlm_lang_std::text::Text;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::engine::event::Event;
use crate::engine::hub::Hub;
use crate::engine::live::ChildAtWork;
use crate::engine::turns::Engine;
use crate::engine::{Ending, Task, framing};
use crate::interpreter::Replies;
use crate::interpreter::memory;

/// Starts a child for each question and calls `done` with their answers, in order.
pub(super) fn start(
    hub: &Arc<Hub>,
    parent: u64,
    depth: u32,
    questions: Vec<SubQuestion>,
    done: impl FnOnce(Replies) + Send + 'static,
) {
    let shared = hub.clone();
    hub.handle.spawn(async move {
        let mut replies: Replies = vec![Err("interrupted".to_string()); questions.len()];
        let mut running = JoinSet::new();
        for (index, question) in questions.into_iter().enumerate() {
            let hub = shared.clone();
            running.spawn(async move { (index, child(hub, parent, depth, question).await) });
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
    parent: u64,
    depth: u32,
    question: SubQuestion,
) -> Result<Text, String> {
    let permits = hub.child_permits.get(depth as usize).cloned();
    let _permit = match &permits {
        Some(permits) => Some(permits.acquire().await.map_err(|e| e.to_string())?),
        None => None,
    };
    let number = hub.engine_number();
    hub.observers.tell(&Event::Child {
        engine: number,
        parent,
        question: question.question.to_str().into_owned(),
        context: framing::reference(&question.text),
    });
    let _told = ChildAtWork::new(&hub.observers, number);
    let (sender, receiver) = oneshot::channel();
    let thread = memory::spawn_small(move || {
        let task = Task::new(question.question, question.text);
        let result = Engine::child(hub, task, number, depth + 1).run();
        let reply = match result {
            Ok(answer) => match answer.ending {
                Ending::Interrupted => Err("interrupted".to_string()),
                _ => Ok(Text::from(answer.text)),
            },
            Err(error) => Err(error.message),
        };
        let _ = sender.send(reply);
    });
    if let Err(error) = thread {
        return Err(format!("no thread for a child: {error}"));
    }
    receiver.await.unwrap_or_else(|_| Err("the child stopped unexpectedly".to_string()))
}
