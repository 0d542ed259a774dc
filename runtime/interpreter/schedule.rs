//! Runs many items at the same time, as fibers: which are started, which go on, and in which order.
//!
//! Items that can change nothing but what is theirs go on as replies come in. All others go on in turn:
//! in rounds, by the number of waits that they have behind them, then by their index. What a program
//! does is then the same whatever the order of replies, and items of one call each act in Python's order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use corosensei::stack::DefaultStack;
use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Host;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::span::Span;

use super::Machine;
use super::code::Comprehension;
use super::comprehension::Collected;
use super::fibers::{Fiber, Link, Step, Wake};
use super::lane::Lane;
use super::outside::Ticket;

/// Fibers alive at once, at most.
const WINDOW: usize = 2048;

/// Finished items that are kept back before they are taken over.
const KEPT: usize = 256;

/// Items to run, and how.
pub(super) struct Batch<'b> {
    /// The comprehension whose variables each item has for itself.
    pub(super) code: Option<&'b Comprehension>,
    /// Items go on in turn, because they may change what others see.
    pub(super) ordered: bool,
    pub(super) span: Span,
}

struct Running {
    fiber: Fiber,
    /// Turns that it has had, its start included.
    turns: u64,
    /// It waits for its turn.
    ready: bool,
}

/// A batch on its way.
struct Schedule<'b> {
    batch: &'b Batch<'b>,
    /// The position that the batch took.
    place: Lane,
    running: HashMap<usize, Running>,
    /// Whose turn is when: items that wait, by round and index. Empty unless they go on in turn.
    turns: BTreeSet<(u64, usize)>,
    waiting: HashMap<Ticket, usize>,
    /// Items that are done and not yet taken over: their turn has not come.
    done: BTreeMap<usize, (Result<Collected, Fault>, Link)>,
    stacks: Vec<DefaultStack>,
    started: usize,
    taken: usize,
    /// The first item that failed; nothing after it matters.
    failed: Option<usize>,
}

impl Machine<'_> {
    /// Runs `body` for each item, at the present position of the lane, and collects what it gives in the
    /// order of the items.
    ///
    /// # Errors
    /// That of the first item that fails.
    pub(super) fn run_items(
        &mut self,
        batch: &Batch<'_>,
        next: &mut dyn FnMut() -> Option<Value>,
        collected: &mut Collected,
        body: &dyn Fn(&mut Machine<'_>, Value) -> Result<Collected, Fault>,
    ) -> Result<(), Fault> {
        if self.scratch.is_some() {
            // Items start many calls by themselves: none of them is started ahead.
            return Err(Fault::interrupted());
        }
        let mut schedule = Schedule::new(batch, self.lane.clone());
        let result = self.run_schedule(&mut schedule, next, collected, body);
        self.give_up(&mut schedule, 0);
        // Items that go on as replies come in may have ended out of the turn of the fiber around them.
        if !batch.ordered {
            self.take_turn()?;
        }
        result
    }

    fn run_schedule<'b>(
        &mut self,
        schedule: &mut Schedule<'b>,
        next: &mut dyn FnMut() -> Option<Value>,
        collected: &mut Collected,
        body: &'b dyn Fn(&mut Machine<'_>, Value) -> Result<Collected, Fault>,
    ) -> Result<(), Fault> {
        loop {
            while schedule.failed.is_none() && schedule.running.len() < self.window(schedule) {
                let Some(item) = next() else { break };
                self.step().map_err(|fault| self.at(fault, schedule.batch.span))?;
                self.start_item(schedule, item, body)?;
                if schedule.done.len() > KEPT {
                    self.take_over(schedule, collected)?;
                }
            }
            self.take_over(schedule, collected)?;
            if schedule.running.is_empty() {
                return Ok(());
            }
            if let Some(index) = schedule.next_turn() {
                // It acts within the turn of the fiber around it.
                self.take_turn()?;
                self.resume(schedule, index, Wake::Turn);
                continue;
            }
            let (ticket, replies) = self.next_done()?;
            match schedule.waiting.remove(&ticket) {
                Some(index) => self.resume(schedule, index, Wake::Done(ticket, replies)),
                // It belongs to a loop around the batch, or to a fiber that was given up.
                None => self.keep_ahead(ticket, replies),
            }
        }
    }

    /// Fibers of the batch alive at once. A fiber costs a stack and a request in the queue, and making
    /// more of them than can be in flight delays those that are. Where items go on in turn, what they do
    /// depends on how many take part in a round, so that is the same for any number of requests in flight.
    fn window(&self, schedule: &Schedule<'_>) -> usize {
        if schedule.batch.ordered { WINDOW } else { self.outside.enough().min(WINDOW) }
    }

    fn start_item<'b>(
        &mut self,
        schedule: &mut Schedule<'b>,
        item: Value,
        body: &'b dyn Fn(&mut Machine<'_>, Value) -> Result<Collected, Fault>,
    ) -> Result<(), Fault> {
        let index = schedule.started;
        schedule.started += 1;
        let (lane, batch) = (schedule.place.item(index), schedule.batch);
        let state = self.copy_frame(batch.code, lane, batch.ordered);
        let stack = schedule.stacks.pop();
        let fiber = self.new_fiber(stack, state, move |machine| body(machine, item))?;
        schedule.running.insert(index, Running { fiber, turns: 0, ready: false });
        self.resume(schedule, index, Wake::Start);
        Ok(())
    }

    /// Runs a fiber until it waits or ends.
    fn resume(&mut self, schedule: &mut Schedule<'_>, index: usize, wake: Wake) {
        let Some(mut running) = schedule.running.remove(&index) else { return };
        let acts = matches!(wake, Wake::Start | Wake::Turn);
        if acts {
            schedule.turns.remove(&(running.turns, index));
            running.turns += 1;
            running.ready = false;
        }
        match self.step_fiber(&mut running.fiber, wake) {
            Step::Paused(pause) => {
                schedule.waiting.extend(pause.tickets.into_iter().map(|ticket| (ticket, index)));
                running.ready = pause.for_turn;
                if acts && schedule.batch.ordered {
                    schedule.turns.insert((running.turns, index));
                }
                schedule.running.insert(index, running);
            }
            Step::Ended(result, link) => {
                schedule.turns.remove(&(running.turns, index));
                schedule.stacks.push(running.fiber.into_stack());
                if result.is_err() && schedule.failed.is_none_or(|first| index < first) {
                    schedule.failed = Some(index);
                    self.give_up(schedule, index + 1);
                }
                schedule.done.insert(index, (result, link));
            }
        }
    }

    /// Ends the fibers of all items from `first` on.
    fn give_up(&mut self, schedule: &mut Schedule<'_>, first: usize) {
        let late: Vec<usize> =
            schedule.running.keys().copied().filter(|&index| index >= first).collect();
        for index in late {
            if let Some(running) = schedule.running.remove(&index) {
                schedule.turns.remove(&(running.turns, index));
                self.end_fiber(running.fiber);
            }
        }
        // What they waited for would be paid for in vain.
        let tickets: Vec<Ticket> =
            schedule.waiting.iter().filter(|(_, at)| **at >= first).map(|(t, _)| *t).collect();
        for ticket in tickets {
            schedule.waiting.remove(&ticket);
            self.outside.cancel(ticket);
        }
    }

    /// Takes over results in the order of the items, up to the first that is not done.
    fn take_over(
        &mut self,
        schedule: &mut Schedule<'_>,
        collected: &mut Collected,
    ) -> Result<(), Fault> {
        while let Some((result, link)) = schedule.done.remove(&schedule.taken) {
            schedule.taken += 1;
            if !link.printed.is_empty() {
                self.print(&link.printed)?;
            }
            link.notes.into_iter().for_each(|note| self.keep_note(note));
            match &mut self.link {
                Some(around) => around.cut_off += link.cut_off,
                None => self.cut_off += link.cut_off,
            }
            collected.extend(result?);
        }
        Ok(())
    }
}

impl<'b> Schedule<'b> {
    fn new(batch: &'b Batch<'b>, place: Lane) -> Schedule<'b> {
        Schedule {
            batch,
            place,
            running: HashMap::new(),
            turns: BTreeSet::new(),
            waiting: HashMap::new(),
            done: BTreeMap::new(),
            stacks: Vec::new(),
            started: 0,
            taken: 0,
            failed: None,
        }
    }

    /// The item whose turn it is, if what it waits for is there.
    fn next_turn(&self) -> Option<usize> {
        let (_, index) = self.turns.first()?;
        self.running.get(index).filter(|running| running.ready).map(|_| *index)
    }
}
