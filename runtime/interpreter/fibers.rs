//! Fibers: stackful coroutines on the interpreter's thread, one for each item whose calls wait at the same
//! time as those of the others.
//!
//! Only one fiber runs at a moment and it gives way only where it waits: there are no locks and no races.
//! An item sees a copy of the frame around it; all it can assign there are the comprehension's own
//! variables. Prints and notes of a fiber wait until it is the item's turn.
//!
//! A fiber that waits hands the tickets of its work to whoever runs it. Fibers may run fibers: the
//! tickets are handed on, down to the machine's own loop, which waits for the outside.

use std::collections::VecDeque;
use std::rc::Rc;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Prompt;
use rlm_lang_std::text::Text;
use rlm_lang_std::text::seen::Look;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::span::Span;

use super::ahead::Started;
use super::code::{Clause, Comprehension, Place, Target};
use super::comprehension::Collected;
use super::lane::Lane;
use super::outside::{Replies, Ticket, Work};
use super::{Cell, Machine, Note, ahead};

/// The stack of one fiber, in bytes. Reserved, touched only as far as used.
const FIBER_STACK: usize = 2 << 20;

/// What must be left of it for a call: a builtin may walk values nested 500 deep, and an expression
/// of 200 brackets takes half of it in an unoptimised build.
const FIBER_RESERVE: usize = 1 << 20;

/// Why a fiber goes on.
pub(super) enum Wake {
    Start,
    Done(Ticket, Replies),
    /// What it waited for is there, and it is its turn.
    Turn,
    /// Nobody wants its result any more: every wait fails.
    Abort,
}

/// Why a fiber gives way.
pub(super) struct Pause {
    /// Work started since it last gave way.
    pub(super) tickets: Vec<Ticket>,
    /// It waits for nothing but its turn.
    pub(super) for_turn: bool,
}

type Switch = Yielder<Wake, Pause>;

/// The fiber that the machine runs in at the moment.
pub(super) struct Link {
    switch: *const Switch,
    /// What was printed, until it is the item's turn.
    pub(super) printed: String,
    pub(super) notes: Vec<Note>,
    /// Replies that were cut off, of those that it took.
    pub(super) cut_off: u64,
    /// Work started since it last gave way.
    pub(super) fresh: Vec<Ticket>,
    /// What came in while it waited for its turn.
    early: VecDeque<(Ticket, Replies)>,
    /// It goes on in turn only.
    ordered: bool,
    aborted: bool,
}

/// The part of the machine that each fiber has for itself.
pub(super) struct State {
    stack: Vec<Value>,
    base: usize,
    cells: Vec<Cell>,
    cell_base: usize,
    captured: Rc<[Cell]>,
    program: u32,
    statement: Span,
    calls: usize,
    stack_floor: usize,
    lane: Lane,
    handling: Vec<Fault>,
    raised: Option<Value>,
    ahead: Vec<ahead::Loop>,
    pub(super) link: Option<Link>,
    /// Variables of the session that the item has for itself: they stand in their place while it runs.
    own: Vec<(usize, Value)>,
}

type Body = Coroutine<Wake, Pause, Result<Collected, Fault>, DefaultStack>;

/// One item on its way.
pub(super) struct Fiber {
    coroutine: Body,
    state: State,
}

/// What a fiber did before it gave way or ended.
pub(super) enum Step {
    Paused(Pause),
    Ended(Result<Collected, Fault>, Link),
}

impl Machine<'_> {
    /// Starts work and waits for it, giving way to other fibers.
    pub(super) fn wait_for(&mut self, work: Work) -> Result<Replies, Fault> {
        let replies = self.replies_to(work)?;
        // Counted as the program takes them, so that the count does not depend on timing.
        match &mut self.link {
            Some(link) => link.cut_off += replies.cut_off,
            None => self.cut_off += replies.cut_off,
        }
        Ok(replies)
    }

    fn replies_to(&mut self, work: Work) -> Result<Replies, Fault> {
        if self.link.as_ref().is_some_and(|link| link.aborted) {
            return Err(Fault::interrupted());
        }
        self.lane.advance();
        if self.scratch.is_some() {
            return Err(self.found_ahead(work));
        }
        if let Work::Prompts(prompts) = &work {
            prompts.iter().for_each(given_away);
        }
        if let Work::Children(questions) = &work {
            // The bytes are read where nobody watches.
            questions.iter().for_each(|one| looked_at(&one.question));
        }
        let started = match self.take_ahead(&work) {
            Some(Started::Done(replies)) => {
                self.take_turn()?;
                return Ok(replies);
            }
            Some(Started::Running(ticket)) => Some(ticket),
            None => None,
        };
        let ticket = match started {
            Some(ticket) => ticket,
            None => self.start(work)?,
        };
        loop {
            let (done, replies) = self.next_done()?;
            if done == ticket {
                self.take_turn()?;
                return Ok(replies);
            }
            self.keep_ahead(done, replies);
        }
    }

    fn start(&mut self, work: Work) -> Result<Ticket, Fault> {
        if let Work::Prompts(prompts) = &work
            && prompts.len() > 1
        {
            // A batch is refused as a whole, like a comprehension.
            self.admit(prompts.len() as u64, None, self.statement)?;
        }
        let ticket = self.outside.start(work, &self.lane)?;
        if let Some(link) = &mut self.link {
            link.fresh.push(ticket);
        }
        Ok(ticket)
    }

    /// The next piece of work to finish of all that is waited for here.
    pub(super) fn next_done(&mut self) -> Result<(Ticket, Replies), Fault> {
        let Some(link) = &mut self.link else {
            if self.is_to_stop() {
                return Err(Fault::interrupted());
            }
            return self.outside.wait();
        };
        if let Some(early) = link.early.pop_front() {
            return Ok(early);
        }
        match self.give_way(false)? {
            Wake::Done(ticket, replies) => Ok((ticket, replies)),
            // Turns are given to those who wait for nothing else.
            Wake::Start | Wake::Turn | Wake::Abort => Err(Fault::interrupted()),
        }
    }

    /// Waits until it is this fiber's turn, if it goes on in turn only. After every wait, so that what it
    /// does next comes at a place that does not depend on the order of replies.
    pub(super) fn take_turn(&mut self) -> Result<(), Fault> {
        if !self.link.as_ref().is_some_and(|link| link.ordered) {
            return Ok(());
        }
        loop {
            match self.give_way(true)? {
                Wake::Done(ticket, replies) => {
                    if let Some(link) = &mut self.link {
                        link.early.push_back((ticket, replies));
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn give_way(&mut self, for_turn: bool) -> Result<Wake, Fault> {
        let Some(link) = self.link.as_mut().filter(|link| !link.aborted) else {
            return Err(Fault::interrupted());
        };
        let tickets = std::mem::take(&mut link.fresh);
        let switch = link.switch;
        // Safety: the pointer was set by the running fiber's own body, which is still on the stack.
        #[allow(unsafe_code)]
        let wake = unsafe { (*switch).suspend(Pause { tickets, for_turn }) };
        if let (Wake::Abort, Some(link)) = (&wake, &mut self.link) {
            link.aborted = true;
            return Err(Fault::interrupted());
        }
        Ok(wake)
    }

    /// Prints in order: a fiber's output waits for its turn.
    pub(super) fn print_in_order(&mut self, text: &str) -> Result<(), Fault> {
        if self.scratch.is_some() {
            return Ok(());
        }
        match &mut self.link {
            Some(link) => {
                link.printed.push_str(text);
                Ok(())
            }
            None => self.outside.print(text),
        }
    }

    /// Makes a fiber that will run `body`; nothing runs yet.
    ///
    /// The caller must end the fiber before it lets go of anything that `body` borrows, and of the
    /// machine: [`Machine::run_items`] does.
    pub(super) fn new_fiber<'b>(
        &mut self,
        stack: Option<DefaultStack>,
        mut state: State,
        body: impl FnOnce(&mut Machine<'_>) -> Result<Collected, Fault> + 'b,
    ) -> Result<Fiber, Fault> {
        let stack = match stack {
            Some(stack) => stack,
            None => DefaultStack::new(FIBER_STACK).map_err(|error| {
                Fault::limit(Code::OutOfMemory, format!("no stack for an item: {error}"))
            })?,
        };
        state.stack_floor = stack.limit().get() + FIBER_RESERVE;
        let machine: *mut Machine<'_> = self;
        let run = move |switch: &Switch, _: Wake| {
            // Safety: the machine outlives the fiber (see above), and while the fiber runs nobody else
            // uses the machine: the one who resumed it waits inside `step_fiber`.
            #[allow(unsafe_code)]
            let machine = unsafe { &mut *machine };
            if let Some(link) = &mut machine.link {
                link.switch = switch;
            }
            body(machine)
        };
        // Safety: all that the body borrows lives until the fiber has ended, see above.
        #[allow(unsafe_code)]
        let coroutine = unsafe { Coroutine::with_stack_unchecked(stack, run) };
        Ok(Fiber { coroutine, state })
    }

    /// Runs a fiber until it gives way or ends.
    pub(super) fn step_fiber(&mut self, fiber: &mut Fiber, wake: Wake) -> Step {
        self.swap(&mut fiber.state);
        let result = fiber.coroutine.resume(wake);
        self.swap(&mut fiber.state);
        match result {
            CoroutineResult::Yield(pause) => {
                if let Some(link) = &mut self.link {
                    link.fresh.extend(&pause.tickets);
                }
                Step::Paused(pause)
            }
            CoroutineResult::Return(result) => {
                Step::Ended(result, fiber.state.link.take().unwrap_or_else(|| Link::new(false)))
            }
        }
    }

    /// Ends a fiber whose result nobody wants.
    pub(super) fn end_fiber(&mut self, mut fiber: Fiber) {
        self.swap(&mut fiber.state);
        // Every wait fails from now on, so it ends without giving way again.
        while let CoroutineResult::Yield(_) = fiber.coroutine.resume(Wake::Abort) {}
        self.swap(&mut fiber.state);
    }

    /// The frame as an item sees it: its variables, and fresh cells for those of the comprehension.
    pub(super) fn copy_frame(
        &self,
        code: Option<&Comprehension>,
        lane: Lane,
        ordered: bool,
    ) -> State {
        let mut cells = self.cells[self.cell_base..].to_vec();
        for clause in code.iter().flat_map(|code| &code.clauses) {
            if let Clause::For { target, .. } = clause {
                fresh_cells(target, &mut cells);
            }
        }
        let mut stack = self.stack[self.base..].to_vec();
        let mut own = Vec::new();
        for place in code.iter().flat_map(|code| &code.own) {
            match place {
                Place::Global(slot) => own.push((*slot, Value::Unset)),
                Place::Local(slot) => {
                    if let Some(value) = stack.get_mut(*slot) {
                        *value = Value::Unset;
                    }
                }
                _ => {}
            }
        }
        State {
            stack,
            base: 0,
            cells,
            cell_base: 0,
            captured: self.captured.clone(),
            program: self.program,
            statement: self.statement,
            calls: self.calls,
            stack_floor: 0,
            lane,
            handling: self.handling.clone(),
            raised: self.raised.clone(),
            ahead: Vec::new(),
            link: Some(Link::new(ordered)),
            own,
        }
    }

    fn swap(&mut self, state: &mut State) {
        use std::mem::swap;
        swap(&mut self.stack, &mut state.stack);
        swap(&mut self.base, &mut state.base);
        swap(&mut self.cells, &mut state.cells);
        swap(&mut self.cell_base, &mut state.cell_base);
        swap(&mut self.captured, &mut state.captured);
        swap(&mut self.program, &mut state.program);
        swap(&mut self.statement, &mut state.statement);
        swap(&mut self.calls, &mut state.calls);
        swap(&mut self.stack_floor, &mut state.stack_floor);
        swap(&mut self.lane, &mut state.lane);
        swap(&mut self.handling, &mut state.handling);
        swap(&mut self.raised, &mut state.raised);
        swap(&mut self.ahead, &mut state.ahead);
        swap(&mut self.link, &mut state.link);
        for (slot, value) in &mut state.own {
            if let Some(global) = self.globals.get_mut(*slot) {
                swap(global, value);
            }
        }
    }
}

impl Link {
    fn new(ordered: bool) -> Link {
        Link {
            switch: std::ptr::null(),
            printed: String::new(),
            notes: Vec::new(),
            cut_off: 0,
            fresh: Vec::new(),
            early: VecDeque::new(),
            ordered,
            aborted: false,
        }
    }
}

impl Fiber {
    /// The stack of a fiber that has ended, for the next.
    pub(super) fn into_stack(self) -> DefaultStack {
        self.coroutine.into_stack()
    }
}

fn fresh_cells(target: &Target, cells: &mut [Cell]) {
    target.names(&mut |place| {
        if let Place::Cell(cell) = place
            && let Some(slot) = cells.get_mut(cell)
        {
            *slot = Cell::default();
        }
    });
}

/// Tells that the texts of a prompt leave the program. The instruction is read where nobody watches; of the
/// data the record has the places.
pub(super) fn given_away(prompt: &Prompt) {
    prompt.instruction.is_sent();
    looked_at(&prompt.instruction);
    prompt.data.iter().for_each(Text::is_sent);
}

/// Tells that all of a text was looked at.
pub(super) fn looked_at(text: &Text) {
    text.looked_at(0..text.byte_len(), Look::Sliced);
}
