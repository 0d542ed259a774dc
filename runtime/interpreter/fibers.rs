//! Comprehensions whose items call models: items run as stackful coroutines ("fibers") on the
//! interpreter's thread, so that all their calls wait at the same time.
//!
//! Only one fiber runs at a moment and it gives way only where it waits for a model: there are no
//! locks and no races. Results and prints keep the order of the items. An item sees a copy of the
//! frame around it; all it can assign there are the comprehension's own variables.
//!
//! A fiber that waits hands the tickets of its work to whoever runs it. Fibers may run fibers: the
//! tickets are handed on, down to the machine's own loop, which waits for the outside.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Host;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::span::Span;

use super::code::{Clause, Comprehension, Place, Target};
use super::comprehension::Collected;
use super::lane::Lane;
use super::outside::{Replies, Ticket, Work};
use super::{Cell, Machine};

/// The stack of one fiber, in bytes. Reserved, touched only as far as used.
const FIBER_STACK: usize = 1 << 20;

/// What must be left of it for a call.
const FIBER_RESERVE: usize = 256 << 10;

/// Fibers alive at once: enough for every request that may be in flight, few enough for memory.
const WINDOW: usize = 2048;

/// Why a fiber goes on.
enum Wake {
    Start,
    Done(Ticket, Replies),
    /// Nobody wants its result any more: every wait fails.
    Abort,
}

type Switch = Yielder<Wake, Vec<Ticket>>;

/// The fiber that the machine runs in at the moment.
pub(super) struct Link {
    switch: *const Switch,
    /// What was printed, until it is the item's turn.
    printed: String,
    /// Work started since it last gave way.
    fresh: Vec<Ticket>,
    aborted: bool,
}

/// The part of the machine that each fiber has for itself.
struct State {
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
    link: Option<Link>,
}

struct Fiber {
    coroutine: Coroutine<Wake, Vec<Ticket>, Result<Collected, Fault>, DefaultStack>,
    state: State,
}

/// A comprehension on its way.
struct Schedule {
    /// The position that the comprehension took.
    place: Lane,
    running: HashMap<usize, Fiber>,
    waiting: HashMap<Ticket, usize>,
    /// Items that are done and not yet taken over: their turn has not come.
    done: BTreeMap<usize, (Result<Collected, Fault>, String)>,
    stacks: Vec<DefaultStack>,
    started: usize,
    taken: usize,
    /// The first item that failed; nothing after it matters.
    failed: Option<usize>,
}

impl Machine<'_> {
    /// Starts work and waits for it, giving way to other fibers.
    pub(super) fn wait_for(&mut self, work: Work) -> Result<Replies, Fault> {
        if self.link.as_ref().is_some_and(|link| link.aborted) {
            return Err(Fault::interrupted());
        }
        self.lane.advance();
        let ticket = self.outside.start(work, &self.lane)?;
        if let Some(link) = &mut self.link {
            link.fresh.push(ticket);
        }
        loop {
            let (done, replies) = self.next_done()?;
            // Work of items that were given up may still come in.
            if done == ticket {
                return Ok(replies);
            }
        }
    }

    /// The next piece of work to finish of all that is waited for here.
    fn next_done(&mut self) -> Result<(Ticket, Replies), Fault> {
        let Some(link) = &mut self.link else { return self.outside.wait() };
        if link.aborted {
            return Err(Fault::interrupted());
        }
        let fresh = std::mem::take(&mut link.fresh);
        let switch = link.switch;
        // Safety: the pointer was set by the running fiber's own body, which is still on the stack.
        #[allow(unsafe_code)]
        let wake = unsafe { (*switch).suspend(fresh) };
        match wake {
            Wake::Done(ticket, replies) => Ok((ticket, replies)),
            Wake::Start | Wake::Abort => {
                if let Some(link) = &mut self.link {
                    link.aborted = true;
                }
                Err(Fault::interrupted())
            }
        }
    }

    /// Prints in order: a fiber's output waits for its turn.
    pub(super) fn print_in_order(&mut self, text: &str) -> Result<(), Fault> {
        match &mut self.link {
            Some(link) => {
                link.printed.push_str(text);
                Ok(())
            }
            None => self.outside.print(text),
        }
    }

    /// Runs the items of a comprehension's first clause as fibers.
    pub(super) fn concurrently(
        &mut self,
        code: &Comprehension,
        collected: &mut Collected,
        span: Span,
    ) -> Result<(), Fault> {
        let Some((Clause::For { target, iterable }, rest)) = code.clauses.split_first() else {
            return Ok(());
        };
        let items = self.eval(iterable)?;
        self.lane.advance();
        self.admit(code, &items, span)?;
        let mut walk = self.walk(items, iterable.span)?;
        let mut schedule = Schedule::new(self.lane.clone());
        let result = loop {
            // Fill the window.
            while schedule.failed.is_none() && schedule.running.len() < WINDOW {
                let Some(item) = walk.next() else { break };
                self.step().map_err(|fault| self.at(fault, span))?;
                let index = schedule.started;
                schedule.started += 1;
                self.start_fiber(&mut schedule, index, (code, target, rest, span), item)?;
            }
            if let Err(fault) = self.take_over(&mut schedule, collected) {
                break Err(fault);
            }
            if schedule.running.is_empty() {
                break Ok(());
            }
            match self.next_done() {
                Ok((ticket, replies)) => {
                    // Tickets of fibers that were given up are nobody's.
                    if let Some(index) = schedule.waiting.remove(&ticket) {
                        self.resume(&mut schedule, index, Wake::Done(ticket, replies));
                    }
                }
                Err(fault) => break Err(fault),
            }
        };
        self.give_up(&mut schedule, 0);
        result
    }

    /// Refuses a comprehension that cannot finish within the calls left, before any is made.
    fn admit(&mut self, code: &Comprehension, items: &Value, span: Span) -> Result<(), Fault> {
        let Value::List(list) = items else { return Ok(()) };
        let wanted = (list.len() as u64).saturating_mul(code.calls);
        if wanted == 0 {
            return Ok(());
        }
        match self.outside.budget(&self.lane).calls_left {
            Some(left) if wanted > left => {
                let message = format!("this would make {wanted} model calls, {left} are left");
                let fault = Fault::new(Code::LimitReached, message).with_help(
                    "give each call more: chunk(xs, 100), or use classify(items, labels)",
                );
                Err(self.at(fault, span))
            }
            _ => Ok(()),
        }
    }

    fn start_fiber(
        &mut self,
        schedule: &mut Schedule,
        index: usize,
        (code, target, rest, span): (&Comprehension, &Target, &[Clause], Span),
        item: Value,
    ) -> Result<(), Fault> {
        let stack = match schedule.stacks.pop() {
            Some(stack) => stack,
            None => DefaultStack::new(FIBER_STACK).map_err(|error| {
                Fault::limit(Code::OutOfMemory, format!("no stack for an item: {error}"))
            })?,
        };
        let mut state = self.copy_frame(code);
        state.stack_floor = stack.limit().get() + FIBER_RESERVE;
        state.lane = schedule.place.item(index);
        let machine: *mut Machine<'_> = self;
        let body = move |switch: &Switch, _: Wake| {
            // Safety: the machine outlives the fiber (`concurrently` ends every fiber before it
            // returns), and while the fiber runs nobody else uses the machine: the one who resumed it
            // waits inside `resume`.
            #[allow(unsafe_code)]
            let machine = unsafe { &mut *machine };
            if let Some(link) = &mut machine.link {
                link.switch = switch;
            }
            let mut collected = code.empty();
            machine.assign(target, item)?;
            machine.clauses(code, rest, &mut collected, span)?;
            Ok(collected)
        };
        // Safety: all that the body borrows lives in the caller of `concurrently`, see above.
        #[allow(unsafe_code)]
        let coroutine = unsafe { Coroutine::with_stack_unchecked(stack, body) };
        schedule.running.insert(index, Fiber { coroutine, state });
        self.resume(schedule, index, Wake::Start);
        Ok(())
    }

    /// The frame as an item sees it: its variables, and fresh cells for those of the comprehension.
    fn copy_frame(&self, code: &Comprehension) -> State {
        let mut cells = self.cells[self.cell_base..].to_vec();
        for clause in &code.clauses {
            if let Clause::For { target, .. } = clause {
                fresh_cells(target, &mut cells);
            }
        }
        State {
            stack: self.stack[self.base..].to_vec(),
            base: 0,
            cells,
            cell_base: 0,
            captured: self.captured.clone(),
            program: self.program,
            statement: self.statement,
            calls: self.calls,
            stack_floor: 0,
            lane: Lane::main(),
            link: Some(Link {
                switch: std::ptr::null(),
                printed: String::new(),
                fresh: Vec::new(),
                aborted: false,
            }),
        }
    }

    /// Runs a fiber until it waits or ends.
    fn resume(&mut self, schedule: &mut Schedule, index: usize, wake: Wake) {
        let Some(mut fiber) = schedule.running.remove(&index) else { return };
        self.swap(&mut fiber.state);
        let result = fiber.coroutine.resume(wake);
        self.swap(&mut fiber.state);
        match result {
            CoroutineResult::Yield(tickets) => {
                if let Some(link) = &mut self.link {
                    link.fresh.extend(&tickets);
                }
                schedule.waiting.extend(tickets.into_iter().map(|ticket| (ticket, index)));
                schedule.running.insert(index, fiber);
            }
            CoroutineResult::Return(result) => {
                schedule.stacks.push(fiber.coroutine.into_stack());
                let printed = fiber.state.link.map(|link| link.printed).unwrap_or_default();
                if result.is_err() && schedule.failed.is_none_or(|first| index < first) {
                    schedule.failed = Some(index);
                    self.give_up(schedule, index + 1);
                }
                schedule.done.insert(index, (result, printed));
            }
        }
    }

    /// Ends the fibers of all items from `first` on.
    fn give_up(&mut self, schedule: &mut Schedule, first: usize) {
        let late: Vec<usize> =
            schedule.running.keys().copied().filter(|&index| index >= first).collect();
        for index in late {
            if let Some(mut fiber) = schedule.running.remove(&index) {
                self.swap(&mut fiber.state);
                // Every wait fails from now on, so it ends without giving way again.
                while let CoroutineResult::Yield(_) = fiber.coroutine.resume(Wake::Abort) {}
                self.swap(&mut fiber.state);
            }
        }
    }

    /// Takes over results in the order of the items, up to the first that is not done.
    fn take_over(
        &mut self,
        schedule: &mut Schedule,
        collected: &mut Collected,
    ) -> Result<(), Fault> {
        while let Some((result, printed)) = schedule.done.remove(&schedule.taken) {
            schedule.taken += 1;
            if !printed.is_empty() {
                self.print(&printed)?;
            }
            collected.extend(result?);
        }
        Ok(())
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
        swap(&mut self.link, &mut state.link);
    }
}

impl Schedule {
    fn new(place: Lane) -> Schedule {
        Schedule {
            place,
            running: HashMap::new(),
            waiting: HashMap::new(),
            done: BTreeMap::new(),
            stacks: Vec::new(),
            started: 0,
            taken: 0,
            failed: None,
        }
    }
}

fn fresh_cells(target: &Target, cells: &mut [Cell]) {
    match target {
        Target::Name(Place::Cell(cell)) => {
            if let Some(slot) = cells.get_mut(*cell) {
                *slot = Cell::default();
            }
        }
        Target::Tuple { items, .. } => items.iter().for_each(|item| fresh_cells(item, cells)),
        _ => {}
    }
}
