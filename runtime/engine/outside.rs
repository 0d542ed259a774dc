//! What a program of a turn can reach: its inputs, the report, the hub.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::{Budget, Prompt, SubQuestion};
use rlm_lang_std::models::check_size;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::codes::Code;

use crate::engine::children::{self, ChildReply};
use crate::engine::event::{Event, Key};
use crate::engine::hub::{Cancel, Hub};
use crate::engine::live::Live;
use crate::engine::{Task, report};
use crate::interpreter::{Lane, Outside, Replies, Ticket, Work};
use crate::record::Mode;

/// A finished piece of work; without replies where it hung on what the record does not hold.
type Done = (Ticket, Option<Replies>);

/// Which engine a program belongs to, and where the engine stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    /// The number of the engine, 0 for the root.
    pub(super) engine: u64,
    /// Its depth, 0 for the root.
    pub(super) depth: u32,
    /// The turn, from 1; 0 for programs that people run.
    pub(super) turn: u64,
    /// The program of the turn, from 1.
    pub(super) program: u64,
    /// What this turn learns is taken from the record; see [`crate::record::Past`].
    pub(super) sealed: bool,
}

/// The outside of one engine's programs.
pub(super) struct TurnOutside {
    hub: Arc<Hub>,
    task: Task,
    docs: List,
    pub(super) position: Position,
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
    /// What the model is to know of children that did not finish.
    notes: Arc<Mutex<BTreeSet<String>>>,
    next_ticket: Ticket,
    /// Set when nobody wants this engine's answer any more.
    unwanted: Arc<Cancel>,
    /// Work under way, to give it up.
    under_way: HashMap<Ticket, Arc<Cancel>>,
    /// Where the program asked for work, by its ticket.
    places: HashMap<Ticket, String>,
    /// Where it asked for work that was done when the program was stopped, and that it never saw.
    untaken: Vec<String>,
    /// Which of it is children: they take a moment to end.
    families: HashSet<Ticket>,
    /// Calls that were given up and have not ended yet.
    given_up: HashSet<Ticket>,
    /// Calls that were started ahead and not taken yet, as far as they are known to be.
    ahead: HashSet<Ticket>,
    done: (Sender<Done>, Receiver<Done>),
    /// Work that came in while something else was waited for.
    early: VecDeque<Done>,
    /// Work that was started and has not come in.
    running: usize,
    parked: Parked,
}

/// The replies to one piece of work, while they come in. When the last of its calls is done or gone, they
/// are handed on: a call that ended without a reply does not hold up the others.
struct Slots {
    ticket: Ticket,
    replies: Mutex<Replies>,
    done: Sender<Done>,
}

impl Slots {
    fn new(ticket: Ticket, count: usize, done: Sender<Done>) -> Arc<Slots> {
        let each = vec![Err(INTERRUPTED.to_string()); count];
        Arc::new(Slots { ticket, replies: Mutex::new(Replies { each, cut_off: 0 }), done })
    }

    fn fill(&self, index: usize, reply: Result<Text, String>, is_cut_off: bool) {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = replies.each.get_mut(index) {
            *slot = reply;
        }
        replies.cut_off += u64::from(is_cut_off);
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        let replies = self.replies.get_mut().unwrap_or_else(PoisonError::into_inner);
        // The program may have ended meanwhile: nobody listens then.
        let _ = self.done.send((self.ticket, Some(std::mem::take(replies))));
    }
}

/// How work is started.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// As the program asks for it; from the record where that holds it.
    Usual,
    /// Before the program asks for it: a refusal is nothing that the program learns.
    Ahead,
    /// Whatever the record holds.
    Live,
}

/// What stands for a reply that nobody waited for any more.
const INTERRUPTED: &str = "interrupted";

/// Work of a sealed turn that the record does not hold. Nothing came of it in the run that was
/// recorded: the program did not need it in the end, or was stopped while it waited. So it is not
/// started unless nothing else is left to wait for.
#[derive(Default)]
struct Parked {
    work: VecDeque<(Ticket, Work, String)>,
    /// Children at work: whether the record holds their ends is known only later.
    children: HashMap<Ticket, (Vec<SubQuestion>, String)>,
}

impl TurnOutside {
    /// The outside of an engine that stops when it is `unwanted`.
    pub(super) fn new(
        hub: Arc<Hub>,
        task: Task,
        position: Position,
        unwanted: Arc<Cancel>,
    ) -> TurnOutside {
        let docs = List::new(task.documents.iter().cloned().map(Value::Text).collect());
        TurnOutside {
            hub,
            task,
            docs,
            position,
            turns_left: 0,
            printed: report::Printed::default(),
            answer: None,
            has_variables: false,
            looked: Cell::new(false),
            refused: false,
            notes: Arc::default(),
            next_ticket: 0,
            unwanted,
            under_way: HashMap::new(),
            places: HashMap::new(),
            untaken: Vec::new(),
            families: HashSet::new(),
            given_up: HashSet::new(),
            ahead: HashSet::new(),
            done: channel(),
            early: VecDeque::new(),
            running: 0,
            parked: Parked::default(),
        }
    }

    /// Prepares for the programs of the next turn.
    pub(super) fn begin_turn(&mut self, turn: u64, turns_left: u64, sealed: bool) {
        self.position = Position { turn, program: 0, sealed, ..self.position };
        self.turns_left = turns_left;
        self.printed = report::Printed::default();
    }

    /// Prepares for the next program of the turn.
    pub(super) fn begin_program(&mut self) {
        self.position.program += 1;
        self.parked = Parked::default();
        self.places.clear();
        self.untaken.clear();
    }

    /// Ends a program: nobody wants what is still under way. Waits for it, so that what it used is counted
    /// and recorded before anything that comes after the program.
    pub(super) fn end_program(&mut self) {
        // Children may be inside of something that looks up rarely.
        const PATIENCE: Duration = Duration::from_secs(5);
        for unwanted in self.under_way.values() {
            unwanted.cancel();
        }
        let until = Instant::now() + PATIENCE;
        while self.running > 0 {
            let left = || until.saturating_duration_since(Instant::now());
            let early = self.early.pop_front();
            let Some(done) = early.or_else(|| self.done.1.recv_timeout(left()).ok()) else { break };
            self.running -= 1;
            self.leave(&done);
        }
        self.under_way.clear();
        self.families.clear();
        self.given_up.clear();
        self.ahead.clear();
        self.parked = Parked::default();
    }

    /// Notes work that was done and that the program did not see before it was stopped.
    fn leave(&mut self, (ticket, replies): &Done) {
        let is_reply =
            |reply: &Result<Text, String>| reply.as_ref() != Err(&INTERRUPTED.to_string());
        if replies.as_ref().is_some_and(|replies| replies.each.iter().any(is_reply)) {
            self.untaken.extend(self.places.remove(ticket));
        }
    }

    /// Where the program asked for work that was done when it was stopped, and that it never saw.
    pub(super) fn take_untaken(&mut self) -> Vec<String> {
        if self.position.sealed {
            return self.recorded_untaken().to_vec();
        }
        self.untaken.sort_unstable();
        std::mem::take(&mut self.untaken)
    }

    fn recorded_untaken(&self) -> &[String] {
        let Position { engine, turn, program, .. } = self.position;
        self.hub.past.untaken(engine, turn, program)
    }

    /// Whether the recorded program was stopped before it saw what it asked for here.
    fn is_untaken(&self, at: &str) -> bool {
        self.recorded_untaken().iter().any(|untaken| untaken == at)
    }

    /// What the model is to know of children that did not finish; each once, in an order that does not
    /// depend on who was first.
    pub(super) fn take_notes(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn depth_left(&self) -> u32 {
        self.hub.ledger.limits().depth.saturating_sub(self.position.depth)
    }

    fn at(&self, lane: &Lane) -> String {
        format!("{}.{}/{lane}", self.position.turn, self.position.program)
    }

    fn keys(&self, at: &str, count: usize) -> Vec<Key> {
        let engine = self.position.engine;
        (0..count).map(|index| Key { engine, at: format!("{at}#{index}") }).collect()
    }

    /// Starts work, or parks it.
    fn begin(&mut self, ticket: Ticket, work: Work, at: String, how: Start) -> Result<(), Fault> {
        match work {
            Work::Children(questions) if self.depth_left() > 0 => {
                self.start_children(ticket, questions, at, how);
                Ok(())
            }
            // The deepest level asks the model directly, so it must hold the text.
            Work::Children(questions) => {
                let window = window_chars(self.hub.sub.window());
                for question in &questions {
                    let chars = question.question.char_len() + question.text.char_len();
                    check_size(chars, window, "recurse")?;
                }
                let prompts = questions.into_iter().map(|q| Prompt {
                    instruction: q.question,
                    data: vec![q.text],
                    schema: None,
                    model: None,
                });
                self.start_prompts(ticket, prompts.collect(), at, how)
            }
            Work::Prompts(prompts) => self.start_prompts(ticket, prompts, at, how),
        }
    }

    fn start_prompts(
        &mut self,
        ticket: Ticket,
        prompts: Vec<Prompt>,
        at: String,
        how: Start,
    ) -> Result<(), Fault> {
        let sealed = self.position.sealed && how != Start::Live;
        let keys = self.keys(&at, prompts.len());
        let past = &self.hub.past;
        let unknown = keys.iter().filter(|key| past.exchange(key, sealed).is_none()).count();
        let is_unseen = unknown > 0 || self.is_untaken(&at);
        if is_unseen && sealed && !past.is_by_request() {
            self.parked.work.push_back((ticket, Work::Prompts(prompts), at));
            return Ok(());
        }
        self.reserve(if sealed { 0 } else { unknown as u64 }, &at, how)?;
        self.running += 1;
        let unwanted = self.work(ticket, at);
        let hub = self.hub.clone();
        hub.observers.live(&Live::CallsQueued { count: prompts.len() as u64 });
        let slots = Slots::new(ticket, prompts.len(), self.done.0.clone());
        for (index, (prompt, key)) in prompts.into_iter().zip(keys).enumerate() {
            let (hub, unwanted, slots) = (hub.clone(), unwanted.clone(), slots.clone());
            let call = hub.call_number(&key);
            self.hub.handle.spawn(async move {
                // Made where it runs: a task is put together on the stack of the item that asks, and each
                // page of that which is touched costs as much as all else about it.
                let call = Box::pin(hub.call(key, sealed, call, prompt, &unwanted));
                let (reply, is_cut_off) = call.await;
                slots.fill(index, reply, is_cut_off);
            });
        }
        Ok(())
    }

    /// Reserves calls in the ledger; a refusal is something that the program learns.
    fn reserve(&self, count: u64, at: &str, how: Start) -> Result<(), Fault> {
        if count == 0 {
            return Ok(());
        }
        self.hub.ledger.reserve(count).map_err(|limit| {
            let engine = self.position.engine;
            if how != Start::Ahead {
                let (at, message) = (at.to_string(), limit.message.clone());
                self.hub.observers.tell(&Event::Refused { engine, at, message });
            }
            Fault::limit(Code::LimitReached, limit.message)
        })
    }

    /// Notes that work is under way.
    fn work(&mut self, ticket: Ticket, at: String) -> Arc<Cancel> {
        self.places.insert(ticket, at);
        let unwanted = Arc::new(Cancel::part_of(&self.unwanted));
        self.under_way.insert(ticket, unwanted.clone());
        unwanted
    }

    /// Waits for calls that were given up, all of them before: of those that were not sent the ledger gets
    /// the reservation back, and a program must not see less left than there is.
    fn settle(&mut self) {
        while !self.given_up.is_empty() {
            let Ok(done) = self.done.1.recv() else { return };
            if self.given_up.remove(&done.0) {
                self.running = self.running.saturating_sub(1);
            } else {
                self.under_way.remove(&done.0);
                self.early.push_back(done);
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.hub.cancel.is_set() || self.unwanted.is_set()
    }

    fn start_children(
        &mut self,
        ticket: Ticket,
        questions: Vec<SubQuestion>,
        at: String,
        how: Start,
    ) {
        let position =
            Position { sealed: self.position.sealed && how != Start::Live, ..self.position };
        let keys = self.keys(&at, questions.len());
        if position.sealed && self.is_untaken(&at) {
            self.parked.work.push_back((ticket, Work::Children(questions), at));
            return;
        }
        if position.sealed {
            self.parked.children.insert(ticket, (questions.clone(), at.clone()));
        }
        self.running += 1;
        let sender = self.done.0.clone();
        let asked = questions.into_iter().zip(keys).collect();
        let notes = self.notes.clone();
        let unwanted = self.work(ticket, at);
        self.families.insert(ticket);
        children::start(&self.hub, position, asked, unwanted, move |replies| {
            let unfinished = replies.iter().filter_map(|reply| match reply {
                ChildReply::Unfinished(_, note) => Some(note.clone()),
                _ => None,
            });
            notes.lock().unwrap_or_else(PoisonError::into_inner).extend(unfinished);
            let is_known = |reply: &ChildReply| !matches!(reply, ChildReply::Unknown);
            let replies = replies
                .iter()
                .all(is_known)
                .then(|| replies.into_iter().map(ChildReply::into_result).collect());
            let _ = sender.send((ticket, replies));
        });
    }

    /// Nothing comes in any more: the program waits for what the record does not hold.
    fn stalled(&mut self) -> Result<(), Fault> {
        let Position { engine, turn, program, .. } = self.position;
        if self.hub.past.interrupted_after(engine, turn, program).is_some() {
            return Err(Fault::interrupted());
        }
        let at = self.parked.work.front().map(|(_, _, at)| at.clone()).unwrap_or_default();
        self.hub.diverge(engine, format!("the record holds no reply to the call at {at}"));
        if self.hub.past.mode() == Mode::Replay {
            return Err(Fault::interrupted());
        }
        for (ticket, work, at) in std::mem::take(&mut self.parked.work) {
            self.begin(ticket, work, at, Start::Live)?;
        }
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

    fn start(&mut self, work: Work, lane: &Lane) -> Result<Ticket, Fault> {
        self.looked.set(true);
        self.settle();
        let at = self.at(lane);
        if self.position.sealed
            && let Some(message) =
                self.hub.past.refusal(&Key { engine: self.position.engine, at: at.clone() })
        {
            let message = message.clone();
            let engine = self.position.engine;
            self.hub.observers.tell(&Event::Refused { engine, at, message: message.clone() });
            return Err(Fault::limit(Code::LimitReached, message));
        }
        self.next_ticket += 1;
        self.begin(self.next_ticket, work, at, Start::Usual)?;
        Ok(self.next_ticket)
    }

    fn start_ahead(&mut self, work: &Work, lane: &Lane) -> Option<Ticket> {
        let Work::Prompts(prompts) = work else { return None };
        // What was given up is in no record: a replay by request must not miss it.
        if self.hub.past.is_by_request() {
            return None;
        }
        self.settle();
        // At most half of what is left: the other half is for calls that are certain to be wanted.
        let open = self.ahead.len() as u64;
        let spare = self.hub.ledger.calls_left().is_none_or(|left| left > open);
        if prompts.len() > 1 || !spare {
            return None;
        }
        let at = self.at(lane);
        let key = Key { engine: self.position.engine, at: at.clone() };
        if self.position.sealed && self.hub.past.refusal(&key).is_some() {
            return None;
        }
        self.next_ticket += 1;
        self.start_prompts(self.next_ticket, prompts.clone(), at, Start::Ahead).ok()?;
        self.ahead.insert(self.next_ticket);
        Some(self.next_ticket)
    }

    fn cancel(&mut self, ticket: Ticket) {
        self.ahead.remove(&ticket);
        self.parked.work.retain(|(parked, ..)| *parked != ticket);
        self.parked.children.remove(&ticket);
        if let Some(unwanted) = self.under_way.remove(&ticket) {
            unwanted.cancel();
            if !self.families.remove(&ticket) {
                self.given_up.insert(ticket);
            }
        }
    }

    fn enough(&self) -> usize {
        // Some wait for their place, so that one that is free is taken before the program looks.
        const SPARE: usize = 64;
        let in_flight = self.hub.concurrency();
        in_flight.saturating_add(in_flight / 4).saturating_add(SPARE)
    }

    fn wait(&mut self) -> Result<(Ticket, Replies), Fault> {
        loop {
            if self.is_cancelled() {
                return Err(Fault::interrupted());
            }
            if self.running == 0 && !self.parked.work.is_empty() {
                self.stalled()?;
            }
            if self.running == 0 {
                return Err(Fault::interrupted());
            }
            let done = match self.early.pop_front() {
                Some(done) => done,
                None => self.done.1.recv().map_err(|_| Fault::interrupted())?,
            };
            let ticket = done.0;
            self.running = self.running.saturating_sub(1);
            self.under_way.remove(&ticket);
            self.families.remove(&ticket);
            self.given_up.remove(&ticket);
            self.ahead.remove(&ticket);
            if self.is_cancelled() {
                self.leave(&done);
                return Err(Fault::interrupted());
            }
            let children = self.parked.children.remove(&ticket);
            match (done.1, children) {
                (Some(replies), _) => {
                    self.places.remove(&ticket);
                    return Ok((ticket, replies));
                }
                (None, Some((questions, at))) => {
                    self.parked.work.push_back((ticket, Work::Children(questions), at));
                }
                // Nobody waits for it any more.
                (None, None) => {}
            }
        }
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

    fn budget(&mut self, lane: &Lane) -> Budget {
        self.settle();
        let key = Key { engine: self.position.engine, at: self.at(lane) };
        let recorded = self.hub.past.budget(&key, self.position.sealed);
        let budget = recorded.unwrap_or_else(|| {
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
        });
        let (engine, at) = (key.engine, key.at);
        self.hub.observers.tell(&Event::Budget { engine, at, budget });
        budget
    }

    fn window_chars(&self) -> Option<usize> {
        Some(window_chars(self.hub.sub.window()))
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled() || self.hub.ledger.time_left().is_some_and(|left| left.is_zero())
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
