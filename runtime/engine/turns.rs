//! The loop of one engine: reply, programs, report, until there is an answer.

use std::sync::Arc;

use rlm_lang_std::fault::FaultKind;
use rlm_lang_std::output::{answer_text, dict_answer};
use rlm_lang_std::prompt::{self, PromptFields, Variant};
use rlm_lang_std::records::to_json_value;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::render;
use rlm_lang_syntax::span::Span;

use crate::engine::compaction::{self, Compacted, Room};
use crate::engine::coverage::{self, Coverage};
use crate::engine::event::{EndingKind, Event, Exchange, Key};
use crate::engine::fences::{self, Fence, TurnListener};
use crate::engine::hub::{Asking, Cancel, Hub, Why};
use crate::engine::limits::LimitReached;
use crate::engine::live::Live;
use crate::engine::outside::{Position, TurnOutside, window_chars};
use crate::engine::report::{self, Ran};
use crate::engine::save::{self, Kept};
use crate::engine::{Answer, Direct, Ending, RunError, Task, citation, direct};
use crate::interpreter::{Outcome, Session};
use crate::model::{ErrorKind, Finish, Message, Model, Purpose, Request};
use crate::record::Mode;

/// One engine: the root, or a child.
pub(super) struct Engine {
    hub: Arc<Hub>,
    task: Task,
    /// Which engine this is; `sealed` if the engine that asked for it stands in a sealed turn.
    position: Position,
    session: Session,
    history: Vec<Message>,
    compacted: Compacted,
    /// What the last program gave, or printed.
    last_value: Option<Value>,
    /// The programs that ran, if the run's program is to be saved.
    kept: Vec<Kept>,
    coverage: Coverage,
    /// Set when nobody wants its answer any more.
    unwanted: Arc<Cancel>,
}

/// What a turn came to.
enum Turn {
    Answered(Value, Option<List>),
    /// The message for the next turn.
    Next(String),
    /// Its program was stopped from outside.
    Interrupted,
}

/// Why an engine ends without an answer.
pub(super) enum Stop {
    /// Its model cannot be reached or refuses.
    Failed(RunError),
    /// The record ends here, and nobody is to be asked.
    Unknown,
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Stop {
        Stop::Failed(error)
    }
}

impl Engine {
    pub(super) fn root(hub: Arc<Hub>, task: Task) -> Engine {
        let sealed = hub.past.mode() == Mode::Replay;
        Engine::child(hub, task, Position { sealed, ..Position::default() }, Arc::default())
    }

    /// An engine that stops when it is `unwanted`.
    pub(super) fn child(
        hub: Arc<Hub>,
        task: Task,
        position: Position,
        unwanted: Arc<Cancel>,
    ) -> Engine {
        Engine {
            unwanted,
            session: Session::with_table(hub.table.clone()),
            hub,
            task,
            position,
            history: Vec::new(),
            compacted: Compacted::default(),
            last_value: None,
            kept: Vec::new(),
            coverage: Coverage::default(),
        }
    }

    pub(super) fn run(mut self) -> Result<Answer, Stop> {
        let mut result = match self.directly() {
            Ok(None) => self.turns(),
            Ok(Some(answer)) => Ok(answer),
            Err(stop) => Err(stop),
        };
        if let Ok(answer) = &mut result {
            answer.program = save::program(&self.hub.table, &self.kept);
            let (ending, reason) = match &answer.ending {
                Ending::Answered => (EndingKind::Answered, None),
                Ending::Prose => {
                    (EndingKind::Prose, Some("two replies without a program".to_string()))
                }
                Ending::Limit(message) => (EndingKind::Limit, Some(message.clone())),
                Ending::Interrupted => (EndingKind::Interrupted, Some("interrupted".to_string())),
            };
            let engine = self.position.engine;
            // The ledger counts the whole tree: what it showed at this moment depended on timing.
            let recorded = self.hub.past.end(engine).filter(|_| self.is_sealed_end());
            let totals = recorded.map_or_else(|| self.hub.ledger.totals(), |end| end.totals);
            let (text, sources) = (answer.text.clone(), answer.sources.clone());
            self.hub.tell(engine, &Event::Answer { engine, text, ending, reason, totals, sources });
        }
        result
    }

    fn is_cancelled(&self) -> bool {
        self.hub.cancel.is_set() || self.unwanted.is_set()
    }

    /// Whether the engine's end is to be taken from the record.
    fn is_sealed_end(&self) -> bool {
        self.position.sealed || self.hub.past.is_answered(self.position.engine)
    }

    /// Sends the question and the input in one call where the router says so. The provider may find
    /// the input too large nevertheless: then programs take over.
    fn directly(&mut self) -> Result<Option<Answer>, Stop> {
        // A recorded run that went by programs goes on that way.
        if self.position.depth > 0 || self.hub.past.holds_reply(&Key::turn(0, 1)) {
            return Ok(None);
        }
        let hub = self.hub.clone();
        let plain = direct::route(hub.direct, hub.root.as_ref(), &hub.ledger, &self.task)?;
        let Some(plain) = plain else { return Ok(None) };
        self.hub.observers.tell(&Event::Direct { tokens: plain.tokens, window: hub.root.window() });
        let asked = Asked { turn: 0, last: false, sealed: self.is_sealed_end() };
        if asked.sealed && hub.past.exchange(&asked.key(0), true).is_none() {
            return self.recorded_end().map(Some);
        }
        let ending = match self.exchange(asked, plain.request) {
            // Withheld, or nothing at all: programs may find a way around what offends the provider.
            Ok((reply, finish)) if reply.trim().is_empty() || finish == Some(Finish::Filtered) => {
                if hub.direct == Direct::Auto {
                    return Ok(None);
                }
                let message = "the model gave no reply to the question (empty or withheld); try --direct never";
                return Err(RunError { message: message.to_string() }.into());
            }
            Ok((reply, finish)) => {
                let cut = finish == Some(Finish::Length);
                let ending = if cut {
                    Ending::Limit("the model's reply was cut off at its longest".to_string())
                } else {
                    Ending::Answered
                };
                if let Some(event) = coverage::whole(&self.task.context) {
                    hub.observers.tell(&event);
                }
                let text = reply.trim().to_string();
                let sources = Vec::new();
                return Ok(Some(Answer {
                    text,
                    value: None,
                    sources,
                    ending,
                    direct: true,
                    program: None,
                }));
            }
            Err(Why::Failed(error)) if error.kind == ErrorKind::TooLarge => {
                if hub.direct == Direct::Auto {
                    return Ok(None);
                }
                return Err(RunError { message: error.message }.into());
            }
            Err(Why::Failed(error)) => return Err(RunError { message: error.message }.into()),
            Err(Why::Limit(limit)) => Ending::Limit(limit.message),
            Err(Why::Interrupted) => Ending::Interrupted,
        };
        Ok(Some(Answer { direct: true, ..self.unfinished(ending) }))
    }

    fn turns(&mut self) -> Result<Answer, Stop> {
        let most = self.hub.ledger.limits().turns;
        let unwanted = self.unwanted.clone();
        let mut outside =
            TurnOutside::new(self.hub.clone(), self.task.clone(), self.position, unwanted);
        self.begin(most);
        self.coverage = Coverage::of(&self.task.context);
        let mut without_code = 0;
        for turn in 1..=most {
            if self.is_cancelled() {
                return Ok(self.unfinished(Ending::Interrupted));
            }
            let engine = self.position.engine;
            let sealed = self.position.sealed || self.hub.past.is_sealed(engine, turn);
            let asked = Asked { turn, last: false, sealed };
            let is_new = self.hub.past.exchange(&asked.key(engine), sealed).is_none();
            if is_new && self.is_sealed_end() {
                return self.recorded_end();
            }
            if let Some(ending) = self.make_room(asked) {
                return Ok(self.unfinished(ending));
            }
            // Reserved last: nothing after it ends the engine without the request.
            if is_new && let Some(limit) = self.limit() {
                return Ok(self.unfinished(Ending::Limit(limit)));
            }
            let reply = match self.reply(asked) {
                Ok(reply) => reply,
                Err(Why::Interrupted) => return Ok(self.unfinished(Ending::Interrupted)),
                Err(Why::Limit(limit)) => {
                    return Ok(self.unfinished(Ending::Limit(limit.message)));
                }
                // A window that we did not know is full: what was found so far stays.
                Err(Why::Failed(error)) if error.kind == ErrorKind::TooLarge && turn > 1 => {
                    return Ok(self.unfinished(Ending::Limit(error.message)));
                }
                Err(Why::Failed(error)) => return Err(RunError { message: error.message }.into()),
            };
            let programs = fences::programs(&reply);
            if programs.is_empty() {
                without_code += 1;
                if without_code == 2 && reply.trim().is_empty() {
                    // Asked again it would say nothing again, and each time is paid for.
                    return Ok(self.unfinished(Ending::Limit(NO_WORD.to_string())));
                }
                if without_code == 2 {
                    return Ok(prose(&reply));
                }
                self.say(turn, reply, NO_PROGRAM.to_string());
                continue;
            }
            without_code = 0;
            outside.begin_turn(turn, most - turn, sealed);
            let is_value = |(_, value): (&str, &Value)| !matches!(value, Value::Function(_));
            outside.has_variables = self.session.variables().any(is_value);
            let came_to = self.turn(turn, &programs, &mut outside);
            self.tell_coverage(turn);
            match came_to {
                Turn::Answered(value, sources) => {
                    return Ok(self.answered(&value, sources.as_ref()));
                }
                Turn::Next(message) => self.say(turn, reply, message),
                // Nobody was told of the turn: a run that goes on does it again.
                Turn::Interrupted => return Ok(self.stopped()),
            }
        }
        Ok(self.last_words(most, &mut outside))
    }

    /// The end after the last turn that the record holds.
    fn recorded_end(&self) -> Result<Answer, Stop> {
        match self.hub.past.end(self.position.engine) {
            Some(end) => Ok(self.unfinished(end.ending())),
            None => Err(Stop::Unknown),
        }
    }

    /// The end in the middle of a turn.
    fn stopped(&self) -> Answer {
        let recorded = self.hub.past.end(self.position.engine).filter(|_| self.is_sealed_end());
        let ending = match (recorded, self.hub.ledger.check_running()) {
            (Some(end), _) => end.ending(),
            (None, Err(limit)) if !self.is_cancelled() => Ending::Limit(limit.message),
            _ => Ending::Interrupted,
        };
        self.unfinished(ending)
    }

    /// All turns are used: one more request asks for the answer. Whatever it gives is unfinished.
    fn last_words(&mut self, most: u64, outside: &mut TurnOutside) -> Answer {
        let what = match most {
            1 => "the only turn is used".to_string(),
            _ => format!("all {most} turns are used"),
        };
        let ending = Ending::Limit(LimitReached::new(&what, "--max-turns").message);
        let asked = Asked { turn: most + 1, last: true, sealed: self.is_sealed_end() };
        let key = asked.key(self.position.engine);
        let is_known = self.hub.past.exchange(&key, asked.sealed).is_some();
        // Reserved last: nothing after it ends the engine without the request.
        if self.is_cancelled() || !is_known && (asked.sealed || self.limit().is_some()) {
            return self.unfinished(ending);
        }
        // The last report and the request are one message: some providers want roles to alternate.
        if let Some(last) = self.history.last_mut() {
            last.content.push_str(LAST_WORDS);
        }
        let Ok(reply) = self.reply(asked) else { return self.unfinished(ending) };
        let programs = fences::programs(&reply);
        if programs.is_empty() {
            let text = reply.trim().to_string();
            if text.is_empty() {
                return self.unfinished(ending);
            }
            return Answer {
                text,
                value: None,
                sources: Vec::new(),
                ending,
                direct: false,
                program: None,
            };
        }
        outside.begin_turn(most + 1, 0, asked.sealed);
        let came_to = self.turn(most + 1, &programs, outside);
        self.tell_coverage(most + 1);
        match came_to {
            Turn::Answered(value, sources) => {
                Answer { ending, ..self.answered(&value, sources.as_ref()) }
            }
            Turn::Next(_) | Turn::Interrupted => self.unfinished(ending),
        }
    }

    /// A limit that ends the run before the next turn.
    fn limit(&self) -> Option<String> {
        let ledger = &self.hub.ledger;
        if let Err(limit) = ledger.check_running() {
            return Some(limit.message);
        }
        // A child's turns are calls of the tree.
        if self.position.depth > 0
            && let Err(limit) = ledger.reserve(1)
        {
            return Some(limit.message);
        }
        None
    }

    /// System prompt and first message.
    fn begin(&mut self, turns: u64) {
        let hub = &self.hub;
        let calls = hub.ledger.limits().calls;
        let fields = PromptFields {
            // Whoever may make no call should not be told how.
            variant: if calls == Some(0) { Variant::NoCalls } else { hub.prompt },
            calls,
            window_chars: window_chars(hub.sub.window()),
            turns,
            recursion: self.position.depth < hub.ledger.limits().depth,
        };
        self.history.push(Message::system(prompt::system_for(&hub.table, &fields)));
        self.history.push(Message::user(prompt::first_message(
            &self.task.question,
            &self.task.context,
            &self.task.documents,
        )));
    }

    /// Compacts a history that fills the window before the next turn is asked for; an ending where
    /// nothing more can be done.
    fn make_room(&mut self, asked: Asked) -> Option<Ending> {
        let engine = self.position.engine;
        let key = Key::compaction(engine, asked.turn);
        // Where the turn has its reply, it went on with what came of the summary, or without one: so it
        // goes on again.
        let sealed = asked.sealed || self.hub.past.holds_reply(&asked.key(engine));
        let asked = Asked { sealed, ..asked };
        if self.hub.past.exchange(&key, sealed).is_none() {
            if sealed {
                return None;
            }
            let model = self.model();
            let window = model.window()?;
            let tokens = self.hub.ledger.estimate(model.name(), &self.request());
            match self.compacted.room(tokens, window, self.history.len()) {
                Room::Enough => return None,
                Room::Full => return Some(Ending::Limit(compaction::is_full(window))),
                Room::Compact => {}
            }
            if let Some(limit) = self.limit() {
                return Some(Ending::Limit(limit));
            }
        }
        self.compact(asked, &key)
    }

    /// Asks the model for a summary and goes on with that; without one if it cannot be had.
    fn compact(&mut self, asked: Asked, key: &Key) -> Option<Ending> {
        let mut request = self.request();
        if let Some(last) = request.messages.last_mut() {
            last.content.push_str(compaction::ASK);
        }
        let exchange = self.ask(key, asked, request, false);
        let stopped = match (&exchange.reply, Why::of(&exchange)) {
            (None, Why::Interrupted) => Some(Ending::Interrupted),
            (None, Why::Limit(limit)) => Some(Ending::Limit(limit.message)),
            _ => None,
        };
        if stopped.is_some() {
            self.tell_compacted(asked.turn, exchange);
            return stopped;
        }
        let summary = exchange.reply.as_ref().filter(|reply| !reply.trim().is_empty());
        let summary = summary.map_or(compaction::NO_SUMMARY, String::as_str);
        let text = Value::Text(Text::from(self.compacted.turns(&self.history)));
        let has = |name: &str| self.session.get(name).is_some();
        let variable = self.compacted.variable(has);
        self.session.set(variable, text);
        self.history = self.compacted.history(&self.history, summary);
        self.tell_compacted(asked.turn, exchange);
        None
    }

    fn tell_compacted(&self, turn: u64, exchange: Exchange) {
        let (engine, times) = (self.position.engine, self.compacted.times());
        if !exchange.is_void() {
            self.hub.observers.tell(&Event::Compacted { engine, turn, times, exchange });
        }
    }

    /// The model of this engine.
    fn model(&self) -> &Arc<dyn Model> {
        if self.position.depth == 0 { &self.hub.root } else { &self.hub.sub }
    }

    /// The next request: all that was said.
    fn request(&self) -> Request {
        Request { messages: self.history.clone(), purpose: Purpose::Root, ..Request::default() }
    }

    fn reply(&mut self, asked: Asked) -> Result<String, Why> {
        let request = self.request();
        self.exchange(asked, request).map(|(reply, _)| reply)
    }

    /// One request to the model of this engine, heard as it comes; `programs` ends it with the first.
    fn ask(&self, key: &Key, asked: Asked, request: Request, programs: bool) -> Exchange {
        let Position { engine, depth, .. } = self.position;
        // A child's requests are calls of the tree.
        let asking = Asking {
            key,
            sealed: asked.sealed,
            reserved: depth > 0,
            unwanted: Some(&self.unwanted),
        };
        let (turn, observers) = (asked.turn, &self.hub.observers);
        observers.live(&Live::TurnStarted { engine, turn });
        let heard = |chars| observers.live(&Live::Heard { engine, turn, chars });
        let mut listener = TurnListener::new(programs, heard);
        let exchange = self.hub.exchange(asking, self.model(), request, Some(&mut listener));
        self.hub.handle.block_on(exchange)
    }

    /// One request to the model of this engine, counted as a turn: the reply, and why it ended where the
    /// model was not done.
    fn exchange(
        &mut self,
        asked: Asked,
        request: Request,
    ) -> Result<(String, Option<Finish>), Why> {
        let Position { engine, .. } = self.position;
        // Only a turn of programs ends with a program.
        let programs = request.purpose == Purpose::Root;
        let exchange = self.ask(&asked.key(engine), asked, request, programs);
        let result = match &exchange.reply {
            Some(reply) => Ok((reply.clone(), exchange.finish.clone())),
            None => Err(Why::of(&exchange)),
        };
        // What is asked for when the turns are used up is no turn.
        if result.is_ok() && !exchange.recorded && !asked.last {
            self.hub.ledger.count_turn();
        }
        if !exchange.is_void() {
            let Asked { turn, last, .. } = asked;
            self.hub.observers.tell(&Event::Turn { engine, turn, last, exchange });
        }
        result
    }

    fn say(&mut self, turn: u64, reply: String, message: String) {
        let engine = self.position.engine;
        self.hub.tell(engine, &Event::Result { engine, turn, message: message.clone() });
        // What the model was told stays, also where this version words it differently.
        let recorded = self.recorded_result(turn).cloned();
        let told = recorded.unwrap_or(message);
        self.history.push(Message::assistant(reply));
        self.history.push(Message::user(told));
    }

    /// What the model was told after a turn, if it went on from there.
    fn recorded_result(&self, turn: u64) -> Option<&String> {
        let (past, Position { engine, sealed, .. }) = (&self.hub.past, self.position);
        past.result(engine, turn).filter(|_| sealed || past.is_sealed(engine, turn))
    }

    /// Runs the programs of a turn in order, up to the first error.
    fn turn(&mut self, turn: u64, programs: &[Fence], outside: &mut TurnOutside) -> Turn {
        let (mut ran, mut gave) = (Vec::new(), false);
        for fence in programs {
            outside.begin_program();
            let program = self.program(fence, outside);
            outside.end_program();
            let interrupted = was_interrupted(&program);
            let untaken = if interrupted { outside.take_untaken() } else { Vec::new() };
            self.tell(fence, &program, untaken, outside);
            self.keep(fence, &program);
            if interrupted {
                self.coverage.ran(None);
                return Turn::Interrupted;
            }
            let stopped = match &program {
                Ran::Refused(..) => true,
                Ran::Outcome(outcome) => {
                    if outcome.answered
                        && let Some((value, sources)) = outside.answer.take()
                    {
                        self.coverage.ran(None);
                        return Turn::Answered(value, sources);
                    }
                    if outcome.value.is_some() {
                        self.last_value.clone_from(&outcome.value);
                        gave = true;
                    }
                    outcome.error.is_some()
                }
            };
            ran.push(program);
            if stopped {
                break;
            }
        }
        // A program of a parent would take prints of its child for data.
        if !gave && self.position.depth == 0 && !outside.printed.is_empty() {
            let printed = outside.printed.text();
            self.last_value = Some(Value::Text(Text::from(printed.trim_end())));
        }
        self.coverage.ran(Some(&outside.printed));
        let mut message = report::report(&self.header(turn), &outside.printed, &ran, &self.session);
        self.coverage.reported();
        if programs.len() > ran.len() {
            let which = ran.len();
            message.push_str(&format!(
                "\nThat was program {which} of {}; the programs after it did not run.",
                programs.len()
            ));
        }
        for note in outside.take_notes() {
            message.push_str(&format!("\nnote: {note}"));
        }
        message.push_str(self.warning(turn).unwrap_or_default());
        Turn::Next(message)
    }

    /// Tells what the programs of a turn looked at.
    fn tell_coverage(&mut self, turn: u64) {
        let event = self.coverage.event(self.position.engine, turn);
        if let Some(event) = event {
            self.hub.observers.tell(&event);
        }
    }

    /// What is said when turns run out. A run that goes on with more turns was told of fewer before.
    fn warning(&self, turn: u64) -> Option<&'static str> {
        match self.recorded_result(turn) {
            Some(told) => [LAST_TURN, TWO_TURNS].into_iter().find(|said| told.ends_with(*said)),
            None => match self.hub.ledger.limits().turns.saturating_sub(turn) {
                1 => Some(LAST_TURN),
                2 => Some(TWO_TURNS),
                _ => None,
            },
        }
    }

    fn header(&self, turn: u64) -> String {
        // What the ledger showed depended on timing, where engines work at the same time.
        let recorded = self.recorded_result(turn);
        if let Some(header) = recorded.and_then(|message| message.lines().next()) {
            return header.to_string();
        }
        let ledger = &self.hub.ledger;
        let made = ledger.totals().calls;
        let left = ledger.calls_left().map(|left| format!(", {left} left")).unwrap_or_default();
        format!("[turn {turn} of {}; {made} calls made{left}]", ledger.limits().turns)
    }

    fn program(&mut self, fence: &Fence, outside: &mut TurnOutside) -> Ran {
        let source = fence.code.as_str();
        let parsed = rlm_lang_syntax::parse(source);
        if !parsed.errors.is_empty() {
            let mut errors = parsed.errors;
            if !fence.closed {
                let line = source.lines().count();
                if let Some(first) = errors.first_mut() {
                    first.help =
                        Some(format!("your program was cut off at line {line}; write it shorter"));
                }
            }
            return Ran::Refused(source.to_string(), errors);
        }
        let known = self.session.known_names();
        let options = Options { known: &known };
        let errors = check::check(&parsed, &*self.hub.table, &options);
        if !errors.is_empty() {
            return Ran::Refused(source.to_string(), errors);
        }
        self.session.stop_next(self.recorded_stop(outside));
        let fuel = self.hub.ledger.limits().fuel();
        match self.session.run(source, &parsed.program.body, outside, fuel) {
            Ok(outcome) => {
                let more = check::notes(&parsed, &*self.hub.table);
                Ran::Outcome(with_habits(outcome, parsed.notes.iter().chain(&more)))
            }
            Err(errors) => Ran::Refused(source.to_string(), errors),
        }
    }

    /// Remembers a program that ran, if the run's program is to be saved.
    fn keep(&mut self, fence: &Fence, program: &Ran) {
        if let Ran::Outcome(outcome) = program
            && self.hub.keep_program
            && self.position.engine == 0
        {
            let source = fence.code.clone();
            let ended_in = early_end(outcome);
            self.kept.push(Kept { source, ended_in, answered: outcome.answered });
        }
    }

    /// The steps after which a program was interrupted when it was recorded: it stops there again.
    fn recorded_stop(&self, outside: &TurnOutside) -> Option<u64> {
        let Position { engine, turn, program, sealed, .. } = outside.position;
        self.hub.past.interrupted_after(engine, turn, program).filter(|_| sealed)
    }

    fn tell(&self, fence: &Fence, program: &Ran, untaken: Vec<String>, outside: &TurnOutside) {
        let (error, steps, reached) = match program {
            Ran::Refused(source, errors) => (Some(render::plain_all(source, errors)), 0, None),
            Ran::Outcome(outcome) => {
                let error = outcome.error.as_ref();
                let error = error.map(|fault| report::error_text(fault, &self.session));
                (error, outcome.steps, early_end(outcome).map(|span| [span.start, span.end]))
            }
        };
        let Position { engine, turn, program: number, .. } = outside.position;
        self.hub.tell(
            engine,
            &Event::Program {
                engine,
                turn,
                program: number,
                code: fence.code.clone(),
                printed: outside.printed.text(),
                error,
                reached,
                steps,
                interrupted: was_interrupted(program),
                untaken,
            },
        );
    }

    /// The answer that a program gave; people are told of sources that are none.
    fn answered(&self, value: &Value, sources: Option<&List>) -> Answer {
        let context = &self.task.context;
        if let Some(message) = citation::not_cited(sources, context) {
            self.hub.observers.tell(&Event::Note { message });
        }
        answered(value, sources, context)
    }

    /// The best answer that there is without `answer(...)`: a variable that is called so, else what the
    /// last program gave or, at the root, printed.
    fn unfinished(&self, ending: Ending) -> Answer {
        let is_value = |value: &&Value| !matches!(value, Value::Function(_) | Value::None);
        let named = ANSWERS.iter().find_map(|name| self.session.get(name).filter(is_value));
        let value = named.or(self.last_value.as_ref());
        // Of `{"content": ..., "ready": False}` the content is what was found so far.
        let content = value.and_then(|value| dict_answer(value, false));
        let value = content.as_ref().or(value);
        let nothing = Value::Text(Text::empty());
        Answer { ending, ..answered(value.unwrap_or(&nothing), None, &self.task.context) }
    }
}

/// What programs call the variable that holds what they found so far.
const ANSWERS: [&str; 4] = ["answer", "final_answer", "final", "result"];

const LAST_WORDS: &str = "\n\nAll turns are used. Give your best answer now, from what you have found: reply with the answer alone, as plain text without a program.";

const NO_WORD: &str = "two replies in a row are empty: the provider withheld them, or thinking used up their limit of tokens";

const NO_PROGRAM: &str = "no program was found in your reply. Write one in a fence:\n```rlm\nprint(len(context))\n```\nTo finish, call answer(value) in a program.";

const LAST_TURN: &str = "\nThe next turn is the last: call answer(value) in it.";
const TWO_TURNS: &str = "\nTwo turns are left: answer soon.";

/// A request of an engine to its own model.
#[derive(Clone, Copy)]
struct Asked {
    turn: u64,
    /// All turns are used; this asks for the answer.
    last: bool,
    sealed: bool,
}

impl Asked {
    fn key(self, engine: u64) -> Key {
        if self.last { Key::last(engine, self.turn) } else { Key::turn(engine, self.turn) }
    }
}

/// Whether a program was stopped from outside.
fn was_interrupted(program: &Ran) -> bool {
    let Ran::Outcome(outcome) = program else { return false };
    outcome.error.as_ref().is_some_and(|fault| fault.kind == FaultKind::Interrupted)
}

/// The statement in which a program ended early.
fn early_end(outcome: &Outcome) -> Option<Span> {
    outcome.reached.filter(|_| outcome.answered || outcome.error.is_some())
}

/// Notes of the parser join those of the run.
fn with_habits<'n>(
    mut outcome: Outcome,
    notes: impl Iterator<Item = &'n rlm_lang_syntax::diagnostic::Diagnostic>,
) -> Outcome {
    for note in notes.take(3) {
        outcome.notes.push(crate::interpreter::Note {
            code: note.code,
            span: note.span,
            message: note.message.clone(),
        });
    }
    outcome
}

fn prose(reply: &str) -> Answer {
    Answer {
        text: reply.trim().to_string(),
        value: None,
        sources: Vec::new(),
        ending: Ending::Prose,
        direct: false,
        program: None,
    }
}

/// The answer that a program gave about a context, with the places it cites.
pub fn answered(value: &Value, sources: Option<&List>, context: &Text) -> Answer {
    let structured = !matches!(value, Value::Text(_) | Value::Match(_));
    Answer {
        text: answer_text(value),
        value: if structured { to_json_value(value).ok() } else { None },
        sources: citation::of_answer(value, sources, context),
        ending: Ending::Answered,
        direct: false,
        program: None,
    }
}
