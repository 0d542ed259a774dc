//! What a program of a turn can reach: its inputs, the report, the hub.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::{Budget, Prompt, SubQuestion};
use rlm_lang_std::models::check_size;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::codes::Code;
use tokio::task::JoinSet;

use crate::engine::children;
use crate::engine::hub::{Cancel, Hub};
use crate::engine::live::Live;
use crate::engine::{Task, report};
use crate::interpreter::{Lane, Outside, Replies, Ticket, Work};

/// A finished piece of work.
type Done = (Ticket, Replies);

/// The outside of one engine's programs.
pub(super) struct TurnOutside {
    hub: Arc<Hub>,
    task: Task,
    docs: List,
    /// The number of this engine, 0 for the root.
    engine: u64,
    depth: u32,
    turns_left: u64,
    /// What the program printed in this turn.
    pub(super) printed: report::Printed,
    pub(super) answer: Option<(Value, Option<List>)>,
    /// Whether variables of earlier turns have values.
    pub(super) has_variables: bool,
    /// Whether anything was looked at: an input or a model's reply.
    looked: Cell<bool>,
    /// An answer from nowhere was refused already.
    refused: bool,
    next_ticket: Ticket,
    /// Calls under way, to give them up. Children are not among them: they go on to their end.
    running: HashMap<Ticket, Arc<Cancel>>,
    /// Calls that were started ahead and not taken yet, as far as they are known to be.
    ahead: HashSet<Ticket>,
    done: (Sender<Done>, Receiver<Done>),
}

impl TurnOutside {
    pub(super) fn new(hub: Arc<Hub>, task: Task, engine: u64, depth: u32) -> TurnOutside {
        let docs = List::new(task.documents.iter().cloned().map(Value::Text).collect());
        TurnOutside {
            hub,
            task,
            docs,
            engine,
            depth,
            turns_left: 0,
            printed: report::Printed::default(),
            answer: None,
            has_variables: false,
            looked: Cell::new(false),
            refused: false,
            next_ticket: 0,
            running: HashMap::new(),
            ahead: HashSet::new(),
            done: channel(),
        }
    }

    /// Prepares for the programs of the next turn.
    pub(super) fn begin_turn(&mut self, turns_left: u64) {
        self.turns_left = turns_left;
        self.printed = report::Printed::default();
    }

    fn depth_left(&self) -> u32 {
        self.hub.ledger.limits().depth.saturating_sub(self.depth)
    }

    fn start_prompts(&mut self, prompts: Vec<Prompt>) -> Result<(), Fault> {
        self.hub
            .ledger
            .reserve(prompts.len() as u64)
            .map_err(|limit| Fault::limit(Code::LimitReached, limit.message))?;
        let (hub, engine, ticket) = (self.hub.clone(), self.engine, self.next_ticket);
        let first = hub.call_numbers(prompts.len());
        hub.observers.live(&Live::CallsQueued { count: prompts.len() as u64 });
        let sender = self.done.0.clone();
        let unwanted = Arc::new(Cancel::default());
        self.running.insert(ticket, unwanted.clone());
        self.hub.handle.spawn(async move {
            let mut replies: Replies = vec![Err("interrupted".to_string()); prompts.len()];
            let mut calls = JoinSet::new();
            for (index, prompt) in prompts.into_iter().enumerate() {
                let (hub, unwanted) = (hub.clone(), unwanted.clone());
                let call = first + index as u64;
                calls
                    .spawn(async move { (index, hub.call(engine, call, prompt, &unwanted).await) });
            }
            while let Some(finished) = calls.join_next().await {
                if let Ok((index, reply)) = finished
                    && let Some(slot) = replies.get_mut(index)
                {
                    *slot = reply;
                }
            }
            // The program may have ended meanwhile: nobody listens then.
            let _ = sender.send((ticket, replies));
        });
        Ok(())
    }

    fn start_children(&mut self, questions: Vec<SubQuestion>) -> Result<(), Fault> {
        if self.depth_left() == 0 {
            // The deepest level asks the model directly, so it must hold the text.
            let window = window_chars(self.hub.sub.window());
            for question in &questions {
                let chars = question.question.char_len() + question.text.char_len();
                check_size(chars, window, "recurse")?;
            }
            let prompts = questions
                .into_iter()
                .map(|q| Prompt {
                    instruction: q.question,
                    data: vec![q.text],
                    schema: None,
                    model: None,
                })
                .collect();
            return self.start_prompts(prompts);
        }
        let sender = self.done.0.clone();
        let (parent, depth, ticket) = (self.engine, self.depth, self.next_ticket);
        children::start(&self.hub, parent, depth, questions, move |replies| {
            let _ = sender.send((ticket, replies));
        });
        Ok(())
    }
}

impl Outside for TurnOutside {
    fn context(&self) -> Text {
        self.looked.set(true);
        self.task.context.clone()
    }

    fn docs(&self) -> List {
        self.looked.set(true);
        self.docs.clone()
    }

    fn question(&self) -> Text {
        self.looked.set(true);
        self.task.question.clone()
    }

    fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.printed.push(text);
        Ok(())
    }

    fn start(&mut self, work: Work, _lane: &Lane) -> Result<Ticket, Fault> {
        self.looked.set(true);
        self.next_ticket += 1;
        match work {
            Work::Prompts(prompts) => self.start_prompts(prompts)?,
            Work::Children(questions) => self.start_children(questions)?,
        }
        Ok(self.next_ticket)
    }

    fn start_ahead(&mut self, work: &Work, _lane: &Lane) -> Option<Ticket> {
        let Work::Prompts(prompts) = work else { return None };
        // At most half of what is left: the other half is for calls that are certain to be wanted.
        let open = self.ahead.len() as u64;
        let spare = self.hub.ledger.calls_left().is_none_or(|left| left > open);
        if prompts.len() > 1 || !spare {
            return None;
        }
        self.next_ticket += 1;
        self.start_prompts(prompts.clone()).ok()?;
        self.ahead.insert(self.next_ticket);
        Some(self.next_ticket)
    }

    fn cancel(&mut self, ticket: Ticket) {
        self.ahead.remove(&ticket);
        if let Some(unwanted) = self.running.remove(&ticket) {
            unwanted.cancel();
        }
    }

    fn wait(&mut self) -> Result<(Ticket, Replies), Fault> {
        let done = self.done.1.recv().map_err(|_| Fault::interrupted())?;
        self.running.remove(&done.0);
        self.ahead.remove(&done.0);
        if self.hub.cancel.is_set() {
            return Err(Fault::interrupted());
        }
        Ok(done)
    }

    fn answer(&mut self, value: Value, sources: Option<List>) -> Result<(), Fault> {
        let has_input = self.task.context.byte_len() > 0;
        if has_input && !self.looked.get() && !self.has_variables && !self.refused {
            self.refused = true;
            return Err(from_nowhere());
        }
        self.answer = Some((value, sources));
        Ok(())
    }

    fn budget(&mut self, _lane: &Lane) -> Budget {
        let ledger = &self.hub.ledger;
        let totals = ledger.totals();
        Budget {
            calls_made: totals.calls,
            calls_left: ledger.calls_left(),
            tokens_used: totals.tokens(),
            tokens_left: ledger.tokens_left(),
            turns_left: Some(self.turns_left),
            depth_left: self.depth_left(),
        }
    }

    fn window_chars(&self) -> Option<usize> {
        Some(window_chars(self.hub.sub.window()))
    }

    fn cancelled(&self) -> bool {
        self.hub.cancel.is_set() || self.hub.ledger.time_left().is_some_and(|left| left.is_zero())
    }
}

/// Models sometimes answer from memory, with the input unread: that is said once. The second time the
/// answer stands, as some questions need no input.
fn from_nowhere() -> Fault {
    let what = "this answer rests on nothing: neither the input nor a model was looked at";
    Fault::new(Code::BadValue, what).with_help(
        "look at context or docs first; if the question needs no input, call answer(...) again",
    )
}

/// The characters that one call may send: three a token, a tenth kept for the reply; 400,000 where
/// the window is unknown.
pub(super) fn window_chars(window: Option<u64>) -> usize {
    const UNKNOWN: usize = 400_000;
    let chars = window.map(|tokens| tokens.saturating_mul(27) / 10);
    chars.map_or(UNKNOWN, |chars| usize::try_from(chars).unwrap_or(UNKNOWN))
}
