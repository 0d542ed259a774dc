//! Programs that a person runs: prints go straight out, models are connected when one is called.

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Budget;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::codes::Code;

use crate::engine::Task;
use crate::engine::hub::Hub;
use crate::engine::outside::{Position, TurnOutside};
use crate::interpreter::{Lane, Outside, Replies, Ticket, Work};
use crate::record::Mode;

/// Makes the hub when the first model call needs it; the error is one line for the user.
pub type Connect = Box<dyn FnMut() -> Result<Arc<Hub>, String>>;

/// The outside of a program that is run by hand or by a script.
pub struct ProgramOutside<W: Write> {
    task: Task,
    docs: List,
    out: W,
    connect: Connect,
    models: Option<TurnOutside>,
    answer: Option<(Value, Option<List>)>,
    /// What the limits allow, known before any model is connected.
    pub unused: Budget,
    /// The hub, once there is one.
    pub hub: Option<Arc<Hub>>,
    /// When the time of the program is over.
    pub deadline: Option<Instant>,
    /// Set from outside to stop the program.
    pub cancelled: Arc<std::sync::atomic::AtomicBool>,
}

impl<W: Write> ProgramOutside<W> {
    /// Prints go to `out`.
    pub fn new(task: Task, out: W, connect: Connect) -> ProgramOutside<W> {
        let docs = List::new(task.documents.iter().cloned().map(Value::Text).collect());
        ProgramOutside {
            task,
            docs,
            out,
            connect,
            models: None,
            answer: None,
            unused: Budget::default(),
            deadline: None,
            hub: None,
            cancelled: Arc::default(),
        }
    }

    /// The answer of the last program, if it gave one.
    pub fn take_answer(&mut self) -> Option<(Value, Option<List>)> {
        self.answer.take()
    }

    /// Ends a program: what it still had under way is given up, counted and recorded.
    pub fn end(&mut self) {
        if let Some(models) = &mut self.models {
            models.end_program();
        }
    }

    /// Forgets the models: the next call connects anew. For a hub that was cancelled.
    pub fn disconnect(&mut self) {
        if let Some(hub) = self.hub.take() {
            hub.cancel.cancel();
        }
        self.models = None;
    }

    /// What is left of the limits, for a person who asks between programs.
    pub fn budget_now(&mut self) -> Budget {
        self.budget(&Lane::main())
    }

    /// Writes out what was printed.
    ///
    /// # Errors
    /// Those of the output.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }

    /// Whether the program's time is over.
    pub fn time_is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn models(&mut self) -> Result<&mut TurnOutside, Fault> {
        if self.models.is_none() {
            let hub = (self.connect)().map_err(|message| Fault::limit(Code::NoModel, message))?;
            self.hub = Some(hub.clone());
            let sealed = hub.past.mode() == Mode::Replay;
            let position = Position { program: 1, sealed, ..Position::default() };
            self.models = Some(TurnOutside::new(hub, self.task.clone(), position, Arc::default()));
        }
        match &mut self.models {
            Some(models) => Ok(models),
            None => Err(Fault::limit(Code::NoModel, "no model is configured")),
        }
    }
}

impl<W: Write> Outside for ProgramOutside<W> {
    fn context(&self) -> Text {
        self.task.context.clone()
    }

    fn docs(&self) -> List {
        self.docs.clone()
    }

    fn question(&self) -> Text {
        self.task.question.clone()
    }

    fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.out.write_all(text.as_bytes()).map_err(|error| match error.kind() {
            // A reader that has seen enough ends the program without an error.
            std::io::ErrorKind::BrokenPipe => Fault::interrupted(),
            _ => Fault::limit(
                Code::LimitReached,
                format!("cannot print: {}", crate::told::io_reason(&error)),
            ),
        })
    }

    fn start(&mut self, work: Work, lane: &Lane) -> Result<Ticket, Fault> {
        // What was printed so far should be seen while models work.
        let _ = self.out.flush();
        self.models()?.start(work, lane)
    }

    fn start_ahead(&mut self, work: &Work, lane: &Lane) -> Option<Ticket> {
        let _ = self.out.flush();
        self.models().ok()?.start_ahead(work, lane)
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(models) = &mut self.models {
            models.cancel(ticket);
        }
    }

    fn enough(&self) -> usize {
        // The first item that calls a model connects it.
        self.models.as_ref().map_or(usize::MAX, Outside::enough)
    }

    fn wait(&mut self) -> Result<(Ticket, Replies), Fault> {
        self.models()?.wait()
    }

    fn answer(&mut self, value: Value, sources: Option<List>) -> Result<(), Fault> {
        self.answer = Some((value, sources));
        Ok(())
    }

    fn budget(&mut self, lane: &Lane) -> Budget {
        match &mut self.models {
            Some(models) => models.budget(lane),
            None => self.unused,
        }
    }

    fn window_chars(&self) -> Option<usize> {
        self.models.as_ref().and_then(Outside::window_chars)
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(std::sync::atomic::Ordering::Relaxed)
            || self.time_is_over()
            || self.models.as_ref().is_some_and(Outside::cancelled)
    }
}
