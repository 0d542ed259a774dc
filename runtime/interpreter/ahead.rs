//! Loops whose rounds call models: each round has a line of its own, and where rounds do not depend on each
//! other the first calls of later rounds are started before their time.
//!
//! A later round is looked at from scratch: it runs up to its first call, on copies of the variables,
//! with nothing of it to be seen. The real round takes the call that was started, if it asks for the very
//! same: so a wrong guess costs a call, never a wrong result.

use std::collections::VecDeque;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Prompt;
use rlm_lang_std::text::seen;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::codes::Code;

use super::Machine;
use super::code::*;
use super::demand;
use super::fibers::{given_away, looked_at};
use super::flow::{Flow, Walk};
use super::lane::Lane;
use super::outside::{Replies, Ticket, Work};
use super::reach::Reach;
use super::summary::Summary;

/// Rounds looked at ahead, at first: enough for the time of a call to be used, few enough that `break`
/// wastes little.
const FIRST_WINDOW: usize = 8;

/// Rounds looked at ahead, at most, however many requests may be in flight. In between, as many as were
/// done: a loop that went on for so long may go on for as long again.
const LAST_WINDOW: usize = 512;

/// A loop under way that starts calls ahead.
pub(super) struct Loop {
    /// Calls of later rounds, in the order of the rounds.
    calls: VecDeque<Call>,
    /// The next round to look at.
    next: usize,
    /// A round asked for something else than was started: no more guesses.
    stopped: bool,
    /// Calls that rounds took.
    taken: usize,
}

/// A call that a later round will probably make.
struct Call {
    lane: Lane,
    work: Work,
    /// `None` where it is not started yet, for want of calls to spare.
    ticket: Option<Ticket>,
    replies: Option<Replies>,
}

/// A call that was started before its time.
pub(super) enum Started {
    Running(Ticket),
    Done(Replies),
}

/// A round that is looked at before its time.
#[derive(Default)]
pub(super) struct Scratch {
    found: Option<(Work, Lane)>,
    /// What it asked for may depend on what is not known yet.
    spoiled: bool,
    /// Cells of the frames around it: not its own.
    cells: usize,
}

impl Scratch {
    pub(super) fn spoil(&mut self) {
        self.spoiled = true;
    }
}

impl Machine<'_> {
    /// A `for` loop whose rounds may call models. It takes a position, and each round has its own line.
    pub(super) fn calling_loop(
        &mut self,
        parts: &ForLoop,
        summary: &Summary,
        reach: Reach,
        items: Value,
    ) -> Result<Flow, Fault> {
        let span = parts.iterable.span;
        self.lane.advance();
        if !reach.answers {
            let wanted = self.count_loop(summary, &items);
            self.admit(wanted, Some(&parts.iterable), span)?;
        }
        let walk = self.walk(items, span)?;
        let place = self.lane.clone();
        let ahead = parts.ahead
            && self.scratch.is_none()
            && walk.peek(1).is_some()
            && demand::is_independent(self, parts, summary);
        if ahead {
            self.ahead.push(Loop::new());
        }
        let flow = self.rounds(parts, walk, &place, ahead);
        if ahead && let Some(mut done) = self.ahead.pop() {
            self.drop_calls(&mut done);
        }
        self.lane = place;
        match flow? {
            Flow::Next => self.block(&parts.otherwise),
            Flow::Break => Ok(Flow::Next),
            other => Ok(other),
        }
    }

    fn rounds(
        &mut self,
        parts: &ForLoop,
        mut walk: Walk,
        place: &Lane,
        ahead: bool,
    ) -> Result<Flow, Fault> {
        let mut round = 0;
        loop {
            if ahead {
                self.look_ahead(parts, &walk, place, round)?;
            }
            let Some(item) = walk.next() else { return Ok(Flow::Next) };
            self.step().map_err(|fault| self.at(fault, parts.iterable.span))?;
            self.lane = place.item(round);
            round += 1;
            self.assign(&parts.target, item)?;
            match self.block(&parts.body)? {
                Flow::Next | Flow::Continue => {}
                other => return Ok(other),
            }
        }
    }

    /// Starts the first calls of the rounds from the present one up to the window's end.
    fn look_ahead(
        &mut self,
        parts: &ForLoop,
        walk: &Walk,
        place: &Lane,
        round: usize,
    ) -> Result<(), Fault> {
        self.start_found();
        let most = self.outside.enough().clamp(FIRST_WINDOW, LAST_WINDOW);
        let window = round.clamp(FIRST_WINDOW, most);
        while let Some(this) = self.ahead.last_mut()
            && !this.stopped
            && this.next < round + window
        {
            let next = this.next;
            let Some(item) = walk.peek(next - round) else { break };
            this.next += 1;
            self.step().map_err(|fault| self.at(fault, parts.iterable.span))?;
            let Some((work, lane)) = self.first_call(parts, item, place.item(next)) else {
                continue;
            };
            // It may reach a model also if nobody waits for its reply in the end.
            if let Work::Prompts(prompts) = &work {
                prompts.iter().for_each(given_away_ahead);
            }
            // A loop around this one may have started the very first call.
            let mut started = self.ahead.iter().flat_map(|this| &this.calls);
            if started.any(|call| call.lane == lane) {
                continue;
            }
            let ticket = self.outside.start_ahead(&work, &lane);
            if let (Some(ticket), Some(link)) = (ticket, &mut self.link) {
                link.fresh.push(ticket);
            }
            if let Some(this) = self.ahead.last_mut() {
                this.calls.push_back(Call { lane, work, ticket, replies: None });
            }
        }
        Ok(())
    }

    /// Starts calls that were found when there were none to spare, as far as there are by now.
    fn start_found(&mut self) {
        let Some(this) = self.ahead.last_mut() else { return };
        for call in this.calls.iter_mut().filter(|call| call.ticket.is_none()) {
            let Some(ticket) = self.outside.start_ahead(&call.work, &call.lane) else { return };
            call.ticket = Some(ticket);
            if let Some(link) = &mut self.link {
                link.fresh.push(ticket);
            }
        }
    }

    /// Runs a round from scratch up to its first call, and tells which that is.
    fn first_call(&mut self, parts: &ForLoop, item: Value, lane: Lane) -> Option<(Work, Lane)> {
        let globals = self.globals.clone();
        let frame = self.stack.get(self.base..).unwrap_or_default().to_vec();
        let (statement, lane) = (self.statement, std::mem::replace(&mut self.lane, lane));
        // The real round will look at the same.
        let unwatched = seen::pause();
        self.scratch = Some(Scratch { cells: self.cells.len(), ..Scratch::default() });
        // How it ends does not matter: it must not be seen, and the real round will end the same way.
        let _ = self.assign(&parts.target, item).and_then(|()| self.block(&parts.body));
        let scratch = self.scratch.take();
        drop(unwatched);
        self.globals = globals;
        self.stack.truncate(self.base);
        self.stack.extend(frame);
        self.statement = statement;
        self.lane = lane;
        scratch.filter(|scratch| !scratch.spoiled)?.found
    }

    /// Keeps the first call of a round that is looked at, and ends the look.
    pub(super) fn found_ahead(&mut self, work: Work) -> Fault {
        let lane = self.lane.clone();
        if let Some(scratch) = &mut self.scratch {
            scratch.found = Some((work, lane));
        }
        Fault::interrupted()
    }

    /// The call at the present lane, if it was started ahead and is the same.
    pub(super) fn take_ahead(&mut self, work: &Work) -> Option<Started> {
        let lane = &self.lane;
        let (this, at) = self.ahead.iter_mut().rev().find_map(|this| {
            let at = this.calls.iter().position(|call| call.lane == *lane)?;
            Some((this, at))
        })?;
        let call = this.calls.remove(at)?;
        let unwatched = seen::pause();
        let differs = call.work != *work;
        drop(unwatched);
        if differs {
            this.stopped = true;
            let mut wrong = std::mem::take(&mut this.calls);
            wrong.push_back(call);
            self.cancel_all(wrong);
            return None;
        }
        this.taken += 1;
        if this.taken == 2 {
            self.add_note(Code::RanAhead, "calls in this loop ran in parallel".to_string());
        }
        match (call.replies, call.ticket) {
            (Some(replies), _) => Some(Started::Done(replies)),
            (None, ticket) => ticket.map(Started::Running),
        }
    }

    /// Keeps what came in for a later round. Replies that nobody waits for are let go.
    pub(super) fn keep_ahead(&mut self, ticket: Ticket, replies: Replies) {
        let mut calls = self.ahead.iter_mut().flat_map(|this| &mut this.calls);
        if let Some(call) = calls.find(|call| call.ticket == Some(ticket)) {
            call.replies = Some(replies);
        }
    }

    fn drop_calls(&mut self, done: &mut Loop) {
        self.cancel_all(std::mem::take(&mut done.calls));
    }

    fn cancel_all(&mut self, calls: VecDeque<Call>) {
        for call in calls {
            if let (Some(ticket), None) = (call.ticket, &call.replies) {
                self.outside.cancel(ticket);
            }
        }
    }

    /// Whether the machine looks ahead; then what follows is not used.
    pub(super) fn spoil(&mut self) -> bool {
        match &mut self.scratch {
            Some(scratch) => {
                scratch.spoil();
                true
            }
            None => false,
        }
    }

    /// The same for a cell of the present frame, unless the look made it itself.
    pub(super) fn is_shared_cell(&mut self, cell: usize) -> bool {
        let at = self.cell_base + cell;
        match &mut self.scratch {
            Some(scratch) if at < scratch.cells => {
                scratch.spoil();
                true
            }
            _ => false,
        }
    }

    /// Ends a look ahead that would change something.
    ///
    /// # Errors
    /// While the machine looks ahead.
    pub(super) fn no_change_ahead(&self) -> Result<(), Fault> {
        if self.scratch.is_some() { Err(Fault::interrupted()) } else { Ok(()) }
    }
}

/// Tells that the texts of a prompt leave the program before it asks for that.
fn given_away_ahead(prompt: &Prompt) {
    given_away(prompt);
    // Where they are sent is in no record if the loop breaks off.
    prompt.data.iter().for_each(looked_at);
}

impl Loop {
    fn new() -> Loop {
        Loop { calls: VecDeque::new(), next: 0, stopped: false, taken: 0 }
    }
}
