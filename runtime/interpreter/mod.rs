//! The interpreter: a synchronous walk over the lowered tree.
//!
//! A [`Session`] keeps variables from program to program. [`Session::run`] runs one program against
//! an [`Outside`]: the inputs, the output and the models. Steps and memory are counted, so a
//! program that never ends is ended; waiting for models costs nothing.

mod ahead;
mod arguments;
mod assign;
mod call;
mod certain;
mod code;
mod comprehension;
mod demand;
mod effects;
mod eval;
mod fibers;
mod flow;
mod host;
mod lane;
mod lower;
pub mod memory;
mod outside;
mod parts;
mod quick;
mod reach;
mod schedule;
mod sieve;
mod summary;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rlm_lang_std::builtin::Table;
use rlm_lang_std::fault::{Fault, FaultKind};
use rlm_lang_std::meter;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::ast;
use rlm_lang_syntax::codes::Code as ErrorCode;
use rlm_lang_syntax::diagnostic::Diagnostic;
use rlm_lang_syntax::signature::FIXED_INPUT;
use rlm_lang_syntax::span::Span;

use code::Input;
pub use lane::Lane;
pub use outside::{Outside, Replies, Ticket, Work};

/// A variable shared by functions.
type Cell = Rc<RefCell<Value>>;

/// Limits of one program: counted, not timed, so that a run is the same everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Fuel {
    /// Statements, loop items, calls, and what builtins spend (about one step for 64 bytes).
    pub steps: u64,
    /// Bytes of live values beyond those at the start of the program.
    pub memory: usize,
}

impl Default for Fuel {
    fn default() -> Fuel {
        // 2e9 steps are some 40 to 100 seconds of plain looping.
        Fuel { steps: 2_000_000_000, memory: 2 << 30 }
    }
}

/// User functions may call each other this deep, as in CPython.
const MAX_CALLS: usize = 1000;

/// Steps between two looks at the limits.
const TICK: u64 = 4096;

/// The stack of the thread that runs programs, in bytes. Reserved, not touched: deep recursion of
/// deep expressions is refused before it ends.
pub const STACK_SIZE: usize = 256 << 20;

/// A call is refused when less than this is left of the stack.
const STACK_RESERVE: usize = 1 << 20;

/// Something that the writer of a program should know, though the program went on.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What kind of note.
    pub code: ErrorCode,
    /// The statement it is about.
    pub span: Span,
    /// What to know.
    pub message: String,
}

/// How a program ended.
#[derive(Debug)]
pub struct Outcome {
    /// The value of the last statement, if it was an expression and is not `None`.
    pub value: Option<Value>,
    /// Why the program stopped early; an answer is no error.
    pub error: Option<Fault>,
    /// `answer(...)` was called.
    pub answered: bool,
    /// Notes, each once.
    pub notes: Vec<Note>,
    /// Replies of models that end where a limit of output tokens cut them off, of those that it took.
    pub cut_off: u64,
    /// Steps taken.
    pub steps: u64,
    /// The last top-level statement that was begun.
    pub reached: Option<Span>,
}

/// Variables and functions that stay from program to program.
pub struct Session {
    table: Arc<Table>,
    names: lower::Names,
    globals: Vec<Value>,
    programs: Vec<Rc<str>>,
    stop: Option<u64>,
}

impl Default for Session {
    fn default() -> Session {
        Session::with_table(Table::shared())
    }
}

impl Session {
    /// A session without variables, with the language's own builtins.
    pub fn new() -> Session {
        Session::default()
    }

    /// A session without variables, with these builtins.
    pub fn with_table(table: Arc<Table>) -> Session {
        Session {
            table,
            names: lower::Names::default(),
            globals: Vec::new(),
            programs: Vec::new(),
            stop: None,
        }
    }

    /// The builtins that its programs know.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The names of variables that have a value, in order of first assignment.
    pub fn variable_names(&self) -> impl Iterator<Item = &str> {
        let names = self.names.globals.iter().map(String::as_str);
        names.zip(&self.globals).filter(|(_, v)| !matches!(v, Value::Unset)).map(|(name, _)| name)
    }

    /// Names that later programs may use: variables and import aliases.
    pub fn known_names(&self) -> Vec<String> {
        self.names.globals.iter().chain(self.names.aliases.keys()).cloned().collect()
    }

    /// The variables with their values, in order of first assignment.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Value)> {
        let names = self.names.globals.iter().map(String::as_str);
        names.zip(&self.globals).filter(|(_, v)| !matches!(v, Value::Unset))
    }

    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let slot = self.names.globals.get_index_of(name)?;
        self.globals.get(slot).filter(|v| !matches!(v, Value::Unset))
    }

    /// Sets a variable from outside.
    pub fn set(&mut self, name: &str, value: Value) {
        let (slot, _) = self.names.globals.insert_full(name.to_string());
        self.globals.resize(self.globals.len().max(slot + 1), Value::Unset);
        if let Some(place) = self.globals.get_mut(slot) {
            *place = value;
        }
    }

    /// Interrupts the next program at its first look or wait after so many steps: a replay ends where
    /// Ctrl-C ended the run.
    pub(crate) fn stop_next(&mut self, steps: Option<u64>) {
        self.stop = steps;
    }

    /// The source of a program of this session, for rendering places in it.
    pub fn source(&self, program: u32) -> Option<&str> {
        self.programs.get(program as usize).map(|s| &**s)
    }

    /// The source of the newest program.
    pub fn last_source(&self) -> Option<&str> {
        self.programs.last().map(|s| &**s)
    }

    /// Runs a parsed and checked program. `source` is kept for messages.
    ///
    /// # Errors
    /// Names that nothing defines, found before anything ran.
    pub fn run(
        &mut self,
        source: &str,
        body: &[ast::Stmt],
        outside: &mut dyn Outside,
        fuel: Fuel,
    ) -> Result<Outcome, Vec<Diagnostic>> {
        let program = u32::try_from(self.programs.len()).unwrap_or(u32::MAX);
        let code = lower::lower(body, &self.table, &mut self.names, program)?;
        self.programs.push(Rc::from(source));
        self.globals.resize(self.names.globals.len(), Value::Unset);
        self.take_inputs(outside);
        meter::reset(Some((fuel.steps, fuel.memory)));
        let mut machine =
            Machine::new(&self.table, std::mem::take(&mut self.globals), outside, fuel);
        machine.variable_names = &self.names.globals;
        machine.stop = self.stop.take();
        let mut outcome = machine.program(&code);
        outcome.steps = machine.steps_taken();
        self.globals = std::mem::take(&mut machine.globals);
        meter::reset(None);
        Ok(outcome)
    }

    /// Gives inputs that this program assigns somewhere the value that they have until then.
    fn take_inputs(&mut self, outside: &mut dyn Outside) {
        for (name, global) in self.names.globals.iter().zip(&mut self.globals) {
            if let (Some(input), Value::Unset) = (Input::named(name), &*global)
                && name != FIXED_INPUT
            {
                *global = input.value(outside);
            }
        }
    }
}

/// The running interpreter.
pub(crate) struct Machine<'o> {
    globals: Vec<Value>,
    variable_names: &'o indexmap::IndexSet<String>,
    /// Local variables of all active calls; those of the present one begin at `base`.
    stack: Vec<Value>,
    base: usize,
    cells: Vec<Cell>,
    cell_base: usize,
    captured: Rc<[Cell]>,
    /// The program that the present code belongs to.
    program: u32,
    /// The present statement, for notes.
    statement: Span,
    /// The last top-level statement that was begun.
    reached: Option<Span>,
    calls: usize,
    /// Errors whose handlers run, the innermost last.
    handling: Vec<Fault>,
    /// What the program raised last.
    raised: Option<Value>,
    /// Calls are refused when the stack has grown down to this address.
    stack_floor: usize,
    table: &'o Table,
    outside: &'o mut dyn Outside,
    /// Where the newest start of the present line stands.
    lane: Lane,
    /// Loops under way that start calls ahead, the innermost last.
    ahead: Vec<ahead::Loop>,
    /// A round is looked at before its time: nothing it does must be seen.
    scratch: Option<ahead::Scratch>,
    /// The fiber that runs at the moment, if one does.
    link: Option<fibers::Link>,
    notes: Vec<Note>,
    /// Replies that were cut off, of those that the program took.
    cut_off: u64,
    fuel: Fuel,
    /// Steps after which the program is interrupted.
    stop: Option<u64>,
    /// Steps left until the next look at the limits.
    tick: u64,
    /// Steps of finished ticks.
    spent: u64,
    memory_at_start: usize,
}

impl Machine<'_> {
    /// An input, or what the session's programs have assigned to its name since: functions of earlier
    /// programs see that, too.
    fn input(&self, input: Input) -> Value {
        let name = Some(input.name()).filter(|name| *name != FIXED_INPUT);
        let slot = name.and_then(|name| self.variable_names.get_index_of(name));
        match slot.and_then(|slot| self.globals.get(slot)) {
            None | Some(Value::Unset) => input.value(&*self.outside),
            Some(own) => own.clone(),
        }
    }
}

/// Notes kept of one program.
const MAX_NOTES: usize = 20;

static NO_NAMES: std::sync::LazyLock<indexmap::IndexSet<String>> =
    std::sync::LazyLock::new(indexmap::IndexSet::new);

impl<'o> Machine<'o> {
    fn new(
        table: &'o Table,
        globals: Vec<Value>,
        outside: &'o mut dyn Outside,
        fuel: Fuel,
    ) -> Machine<'o> {
        let here = std::ptr::from_ref(&fuel).addr();
        Machine {
            globals,
            variable_names: &NO_NAMES,
            stack: Vec::new(),
            base: 0,
            cells: Vec::new(),
            cell_base: 0,
            captured: Rc::from([]),
            program: 0,
            statement: Span::default(),
            reached: None,
            calls: 0,
            handling: Vec::new(),
            raised: None,
            stack_floor: here.saturating_sub(memory::stack_left().saturating_sub(STACK_RESERVE)),
            table,
            outside,
            lane: Lane::main(),
            ahead: Vec::new(),
            scratch: None,
            link: None,
            notes: Vec::new(),
            cut_off: 0,
            fuel,
            stop: None,
            tick: TICK,
            spent: 0,
            memory_at_start: memory::in_use(),
        }
    }

    fn steps_taken(&self) -> u64 {
        self.spent + (TICK - self.tick)
    }

    /// Runs the top level.
    fn program(&mut self, code: &code::Code) -> Outcome {
        self.program = code.program;
        self.stack.resize(code.frame.slots, Value::Unset);
        self.cells = (0..code.frame.cells).map(|_| Cell::default()).collect();
        let result = self.top_level(&code.body);
        let (value, error) = match result {
            Ok(value) => (value, None),
            Err(fault) => (None, Some(fault)),
        };
        let answered = error.as_ref().is_some_and(|f| f.kind == FaultKind::Answer);
        Outcome {
            value: value.filter(|v| !matches!(v, Value::None | Value::Unset)),
            error: error.filter(|f| f.kind != FaultKind::Answer),
            answered,
            notes: std::mem::take(&mut self.notes),
            cut_off: self.cut_off,
            steps: 0,
            reached: self.reached,
        }
    }

    fn top_level(&mut self, body: &[code::Stmt]) -> Result<Option<Value>, Fault> {
        let Some((last, before)) = body.split_last() else { return Ok(None) };
        let mut flow = flow::Flow::Next;
        for statement in before {
            self.reached = Some(statement.span);
            flow = self.block(std::slice::from_ref(statement))?;
            if !matches!(flow, flow::Flow::Next) {
                break;
            }
        }
        let flow = match flow {
            flow::Flow::Next => {
                self.reached = Some(last.span);
                if let code::StmtOp::Expr(expr) = &last.op {
                    self.statement = last.span;
                    self.step()?;
                    return self.eval(expr).map(Some);
                }
                self.statement(last)?
            }
            other => other,
        };
        match flow {
            flow::Flow::Return(value) => {
                self.add_note(
                    ErrorCode::Habit,
                    "return outside a function was taken as answer(...)".to_string(),
                );
                Err(rlm_lang_std::host::Host::answer(self, value, None))
            }
            _ => Ok(None),
        }
    }

    fn add_note(&mut self, code: ErrorCode, message: String) {
        let note = Note { code, span: self.statement, message };
        self.keep_note(note);
    }

    /// Keeps a note, each once; one of a fiber waits for the item's turn, as prints do.
    fn keep_note(&mut self, note: Note) {
        if self.scratch.is_some() {
            return;
        }
        let notes = match &mut self.link {
            Some(link) => &mut link.notes,
            None => &mut self.notes,
        };
        if notes.len() < MAX_NOTES && !notes.iter().any(|n| n.message == note.message) {
            notes.push(note);
        }
    }

    /// Counts one step.
    #[inline]
    fn step(&mut self) -> Result<(), Fault> {
        self.tick -= 1;
        if self.tick == 0 { self.checkpoint(0) } else { Ok(()) }
    }

    /// A look at the limits, with `more` steps to count.
    #[cold]
    fn checkpoint(&mut self, more: u64) -> Result<(), Fault> {
        self.spent = self.spent.saturating_add(TICK - self.tick).saturating_add(more);
        self.tick = TICK;
        if self.outside.cancelled() || self.is_to_stop() {
            return Err(Fault::interrupted());
        }
        if self.spent > self.fuel.steps {
            return Err(Fault::limit(
                ErrorCode::OutOfSteps,
                format!("the program took more than {} steps", self.fuel.steps),
            )
            .with_help("check that its loops end, or use grep, count_by and the like"));
        }
        self.check_memory(0)
    }

    /// Whether the program was interrupted here when it was recorded.
    fn is_to_stop(&self) -> bool {
        self.stop.is_some_and(|steps| self.steps_taken() >= steps)
    }

    /// The result of an operation that may have walked nested values: an error where a walk had to
    /// stop, as its result is worth nothing then.
    #[inline]
    fn settled<T>(&mut self, result: Result<T, Fault>) -> Result<T, Fault> {
        if meter::is_due() { self.settle().and(result) } else { result }
    }

    #[cold]
    fn settle(&mut self) -> Result<(), Fault> {
        let settled = meter::settle(self);
        let used = self.memory_used();
        let steps = self.fuel.steps.saturating_sub(self.steps_taken());
        meter::reset(Some((steps, self.fuel.memory.saturating_sub(used))));
        settled
    }

    /// Bytes of values that the program made.
    fn memory_used(&self) -> usize {
        memory::in_use().saturating_sub(self.memory_at_start)
    }

    /// Whether `more` bytes still fit.
    fn check_memory(&self, more: usize) -> Result<(), Fault> {
        let used = self.memory_used().saturating_add(more);
        if used <= self.fuel.memory {
            return Ok(());
        }
        Err(Fault::limit(
            ErrorCode::OutOfMemory,
            format!("the program needs more than {} MB of memory", self.fuel.memory >> 20),
        )
        .with_help("keep views (slices, grep hits) instead of new texts, and fewer items at once"))
    }

    /// Adds the place to a fault.
    fn at(&self, fault: Fault, span: Span) -> Fault {
        fault.at(self.program, span)
    }
}
