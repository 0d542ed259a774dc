//! The loop of one engine: reply, programs, report, until there is an answer.

use std::sync::Arc;
use std::time::Instant;

use rlm_lang_std::output::answer_text;
use rlm_lang_std::prompt::{self, PromptFields, Variant};
use rlm_lang_std::records::to_json_value;
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::render;

use crate::engine::event::Event;
use crate::engine::fences::{self, Fence, TurnListener};
use crate::engine::hub::{Hub, Why, millis};
use crate::engine::limits::LimitReached;
use crate::engine::live::Live;
use crate::engine::outside::{TurnOutside, window_chars};
use crate::engine::report::{self, Ran};
use crate::engine::{Answer, Citation, Direct, Ending, RunError, Task, direct};
use crate::interpreter::{Fuel, Outcome, Session};
use crate::model::{ErrorKind, Finish, Message, Purpose, Reply, Request};

/// One engine: the root, or a child.
pub(super) struct Engine {
    hub: Arc<Hub>,
    task: Task,
    number: u64,
    depth: u32,
    session: Session,
    history: Vec<Message>,
    last_value: Option<Value>,
}

/// What a turn came to.
enum Turn {
    Answered(Value, Option<List>),
    /// The message for the next turn.
    Next(String),
}

impl Engine {
    pub(super) fn root(hub: Arc<Hub>, task: Task) -> Engine {
        Engine::child(hub, task, 0, 0)
    }

    pub(super) fn child(hub: Arc<Hub>, task: Task, number: u64, depth: u32) -> Engine {
        let session = Session::with_table(hub.table.clone());
        Engine { hub, task, number, depth, session, history: Vec::new(), last_value: None }
    }

    pub(super) fn run(mut self) -> Result<Answer, RunError> {
        let result = match self.directly() {
            Ok(None) => self.turns(),
            Ok(Some(answer)) => Ok(answer),
            Err(error) => Err(error),
        };
        if let Ok(answer) = &result {
            let complete = matches!(answer.ending, Ending::Answered);
            let reason = match &answer.ending {
                Ending::Answered => None,
                Ending::Prose => Some("two replies without a program".to_string()),
                Ending::Limit(message) => Some(message.clone()),
                Ending::Interrupted => Some("interrupted".to_string()),
            };
            self.hub.observers.tell(&Event::Answer {
                engine: self.number,
                text: answer.text.clone(),
                complete,
                reason,
                totals: self.hub.ledger.totals(),
            });
        }
        result
    }

    /// Sends the question and the input in one call where the router says so. The provider may find
    /// the input too large nevertheless: then programs take over.
    fn directly(&mut self) -> Result<Option<Answer>, RunError> {
        if self.depth > 0 {
            return Ok(None);
        }
        let hub = self.hub.clone();
        let plain = direct::route(hub.direct, hub.root.as_ref(), &hub.ledger, &self.task)?;
        let Some(plain) = plain else { return Ok(None) };
        self.hub.observers.tell(&Event::Direct { tokens: plain.tokens, window: hub.root.window() });
        let ending = match self.exchange(1, plain.request) {
            Ok(reply) => {
                let cut = reply.finish == Finish::Length;
                let ending = if cut {
                    Ending::Limit("the model's reply was cut off at its longest".to_string())
                } else {
                    Ending::Answered
                };
                let text = reply.text.trim().to_string();
                let sources = Vec::new();
                return Ok(Some(Answer { text, value: None, sources, ending, direct: true }));
            }
            Err(Why::Failed(error)) if error.kind == ErrorKind::TooLarge => {
                if hub.direct == Direct::Auto {
                    return Ok(None);
                }
                return Err(RunError { message: error.message });
            }
            Err(Why::Failed(error)) => return Err(RunError { message: error.message }),
            Err(Why::Limit(limit)) => Ending::Limit(limit.message),
            Err(Why::Interrupted) => Ending::Interrupted,
        };
        Ok(Some(Answer { direct: true, ..self.unfinished(ending) }))
    }

    fn turns(&mut self) -> Result<Answer, RunError> {
        let most = self.hub.ledger.limits().turns;
        let mut outside =
            TurnOutside::new(self.hub.clone(), self.task.clone(), self.number, self.depth);
        self.begin(most);
        let mut without_code = 0;
        for turn in 1..=most {
            if self.hub.cancel.is_set() {
                return Ok(self.unfinished(Ending::Interrupted));
            }
            if let Some(limit) = self.limit() {
                return Ok(self.unfinished(Ending::Limit(limit)));
            }
            let reply = match self.reply(turn) {
                Ok(reply) => reply,
                Err(Why::Interrupted) => return Ok(self.unfinished(Ending::Interrupted)),
                Err(Why::Limit(limit)) => {
                    return Ok(self.unfinished(Ending::Limit(limit.message)));
                }
                Err(Why::Failed(error)) => return Err(RunError { message: error.message }),
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
            outside.begin_turn(most - turn);
            let is_value = |(_, value): (&str, &Value)| !matches!(value, Value::Function(_));
            outside.has_variables = self.session.variables().any(is_value);
            match self.turn(turn, &programs, &mut outside) {
                Turn::Answered(value, sources) => return Ok(answered(&value, sources.as_ref())),
                Turn::Next(message) => self.say(turn, reply, message),
            }
        }
        Ok(self.last_words(most, &mut outside))
    }

    /// All turns are used: one more request asks for the answer. Whatever it gives is unfinished.
    fn last_words(&mut self, most: u64, outside: &mut TurnOutside) -> Answer {
        let what = format!("all {most} turns are used");
        let ending = Ending::Limit(LimitReached::new(&what, "--max-turns").message);
        if self.hub.cancel.is_set() || self.limit().is_some() {
            return self.unfinished(ending);
        }
        // The last report and the request are one message: some providers want roles to alternate.
        if let Some(last) = self.history.last_mut() {
            last.content.push_str(LAST_WORDS);
        }
        let Ok(reply) = self.reply(most + 1) else { return self.unfinished(ending) };
        let programs = fences::programs(&reply);
        if programs.is_empty() {
            let text = reply.trim().to_string();
            if text.is_empty() {
                return self.unfinished(ending);
            }
            return Answer { text, value: None, sources: Vec::new(), ending, direct: false };
        }
        outside.begin_turn(0);
        match self.turn(most + 1, &programs, outside) {
            Turn::Answered(value, sources) => {
                Answer { ending, ..answered(&value, sources.as_ref()) }
            }
            Turn::Next(_) => self.unfinished(ending),
        }
    }

    /// A limit that ends the run before the next turn.
    fn limit(&self) -> Option<String> {
        let ledger = &self.hub.ledger;
        if let Err(limit) = ledger.check_running() {
            return Some(limit.message);
        }
        // A child's turns are calls of the tree.
        if self.depth > 0
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
            recursion: self.depth < hub.ledger.limits().depth,
        };
        self.history.push(Message::system(prompt::system_for(&hub.table, &fields)));
        self.history.push(Message::user(prompt::first_message(
            &self.task.question,
            &self.task.context,
            &self.task.documents,
        )));
    }

    fn reply(&mut self, turn: u64) -> Result<String, Why> {
        let request = Request {
            messages: self.history.clone(),
            purpose: Purpose::Root,
            ..Request::default()
        };
        self.exchange(turn, request).map(|reply| reply.text)
    }

    /// One request to the model of this engine, counted as a turn.
    fn exchange(&mut self, turn: u64, request: Request) -> Result<Reply, Why> {
        let started = Instant::now();
        self.hub.observers.live(&Live::TurnStarted { engine: self.number, turn });
        let model = if self.depth == 0 { &self.hub.root } else { &self.hub.sub };
        let engine = self.number;
        let heard = |chars| self.hub.observers.live(&Live::Heard { engine, turn, chars });
        // Only a turn of programs ends with a program.
        let mut listener = TurnListener::new(request.purpose == Purpose::Root, heard);
        let exchange = self.hub.send(model, request, Some(&mut listener));
        let sent = self.hub.handle.block_on(exchange);
        let reply = sent.map_err(|unanswered| {
            // A child's turns are calls of the tree.
            if self.depth > 0 {
                self.hub.count_unanswered(&unanswered);
            }
            unanswered.why
        })?;
        self.hub.ledger.count_turn();
        self.hub.observers.tell(&Event::Turn {
            engine: self.number,
            turn,
            reply: reply.text.clone(),
            usage: reply.usage,
            millis: millis(started.elapsed()),
        });
        Ok(reply)
    }

    fn say(&mut self, turn: u64, reply: String, message: String) {
        self.hub.observers.tell(&Event::Result {
            engine: self.number,
            turn,
            message: message.clone(),
        });
        self.history.push(Message::assistant(reply));
        self.history.push(Message::user(message));
    }

    /// Runs the programs of a turn in order, up to the first error.
    fn turn(&mut self, turn: u64, programs: &[Fence], outside: &mut TurnOutside) -> Turn {
        let mut ran = Vec::new();
        for fence in programs {
            let program = self.program(fence, outside);
            self.tell(turn, fence, &program, outside);
            let stopped = match &program {
                Ran::Refused(..) => true,
                Ran::Outcome(outcome) => {
                    if outcome.answered
                        && let Some((value, sources)) = outside.answer.take()
                    {
                        return Turn::Answered(value, sources);
                    }
                    if outcome.value.is_some() {
                        self.last_value.clone_from(&outcome.value);
                    }
                    outcome.error.is_some()
                }
            };
            ran.push(program);
            if stopped {
                break;
            }
        }
        let mut message = report::report(&self.header(turn), &outside.printed, &ran, &self.session);
        if programs.len() > ran.len() {
            let which = ran.len();
            message.push_str(&format!(
                "\nThat was program {which} of {}; the programs after it did not run.",
                programs.len()
            ));
        }
        let left = self.hub.ledger.limits().turns.saturating_sub(turn);
        match left {
            1 => message.push_str("\nThe next turn is the last: call answer(value) in it."),
            2 => message.push_str("\nTwo turns are left: answer soon."),
            _ => {}
        }
        Turn::Next(message)
    }

    fn header(&self, turn: u64) -> String {
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
        match self.session.run(source, &parsed.program.body, outside, Fuel::default()) {
            Ok(outcome) => {
                let more = check::notes(&parsed, &*self.hub.table);
                Ran::Outcome(with_habits(outcome, parsed.notes.iter().chain(&more)))
            }
            Err(errors) => Ran::Refused(source.to_string(), errors),
        }
    }

    fn tell(&self, turn: u64, fence: &Fence, program: &Ran, outside: &TurnOutside) {
        let (error, steps) = match program {
            Ran::Refused(source, errors) => (Some(render::plain_all(source, errors)), 0),
            Ran::Outcome(outcome) => {
                let error = outcome.error.as_ref();
                (error.map(|fault| report::error_text(fault, &self.session)), outcome.steps)
            }
        };
        self.hub.observers.tell(&Event::Program {
            engine: self.number,
            turn,
            code: fence.code.clone(),
            printed: outside.printed.text(),
            error,
            steps,
        });
    }

    /// The best answer that there is without `answer(...)`: the variable of that name, else the last
    /// value.
    fn unfinished(&self, ending: Ending) -> Answer {
        let value = self.session.get("answer").or(self.last_value.as_ref());
        let text = value.map(answer_text).unwrap_or_default();
        Answer { text, value: None, sources: Vec::new(), ending, direct: false }
    }
}

const LAST_WORDS: &str = "\n\nAll turns are used. Give your best answer now, from what you have found: reply with the answer alone, as plain text without a program.";

const NO_WORD: &str = "two replies in a row are empty: the provider withheld them, or thinking used up their limit of tokens";

const NO_PROGRAM: &str = "no program was found in your reply. Write one in a fence:\n```rlm\nprint(len(context))\n```\nTo finish, call answer(value) in a program.";

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
    }
}

/// The answer that a program gave, with the places it cites.
pub fn answered(value: &Value, sources: Option<&List>) -> Answer {
    let structured = !matches!(value, Value::Text(_) | Value::Match(_));
    let mut places: Vec<Citation> = Vec::new();
    let given = sources.map(|list| list.to_vec()).unwrap_or_default();
    for text in given.iter().chain([value]).filter_map(Value::as_text) {
        if let Some(place) = text.place() {
            places.push(Citation {
                document: place.name.to_string(),
                line: place.line,
                start: place.start_byte,
                end: place.end_byte,
            });
        }
    }
    Answer {
        text: answer_text(value),
        value: if structured { to_json_value(value).ok() } else { None },
        sources: places,
        ending: Ending::Answered,
        direct: false,
    }
}
