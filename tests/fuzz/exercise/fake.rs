//! A world for hostile programs: a small input, and models that answer at once.

use std::collections::VecDeque;
use std::sync::Arc;

use rlm_lang::interpreter::{Lane, Outside, Replies, Ticket, Work};
use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Budget;
use rlm_lang_std::text::{Source, Text};
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::codes::Code;

/// Bytes that may be printed.
const MOST_PRINTED: usize = 1 << 20;

/// Calls that are answered; more are refused, as the ledger would.
const MOST_CALLS: u64 = 200;

/// See the module.
pub struct Fake {
    context: Text,
    /// What was printed.
    pub printed: String,
    /// The answer, once given.
    pub answer: Option<Value>,
    calls: u64,
    started: Ticket,
    /// Replies that nobody has fetched; the newest comes first, so that order is put to the test.
    ready: VecDeque<(Ticket, Replies)>,
}

impl Fake {
    /// A world with this input.
    pub fn new(input: &Arc<Source>) -> Fake {
        Fake {
            context: Text::whole(input),
            printed: String::new(),
            answer: None,
            calls: 0,
            started: 0,
            ready: VecDeque::new(),
        }
    }

    /// Every third call fails; the others give the beginning of what they were asked.
    fn reply(&mut self, question: &Text) -> Result<Text, String> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err("timeout after 3 tries".to_string());
        }
        Ok(Text::from(question.to_str().chars().take(40).collect::<String>()))
    }
}

impl Outside for Fake {
    fn context(&self) -> Text {
        self.context.clone()
    }

    fn docs(&self) -> List {
        List::new(vec![Value::Text(self.context.clone())])
    }

    fn question(&self) -> Text {
        Text::from("what?")
    }

    fn print(&mut self, text: &str) -> Result<(), Fault> {
        if self.printed.len() + text.len() > MOST_PRINTED {
            return Err(Fault::limit(Code::LimitReached, "too much was printed"));
        }
        self.printed.push_str(text);
        Ok(())
    }

    fn start(&mut self, work: Work, _lane: &Lane) -> Result<Ticket, Fault> {
        let count = match &work {
            Work::Prompts(prompts) => prompts.len(),
            Work::Children(questions) => questions.len(),
        };
        if self.calls + count as u64 > MOST_CALLS {
            return Err(Fault::limit(Code::LimitReached, "too many calls"));
        }
        let replies = match work {
            Work::Prompts(prompts) => prompts
                .iter()
                .map(|prompt| self.reply(prompt.data.first().unwrap_or(&prompt.instruction)))
                .collect(),
            Work::Children(questions) => questions.iter().map(|q| self.reply(&q.text)).collect(),
        };
        self.started += 1;
        self.ready.push_front((self.started, replies));
        Ok(self.started)
    }

    fn start_ahead(&mut self, work: &Work, lane: &Lane) -> Option<Ticket> {
        match work {
            Work::Prompts(prompts) => self.start(Work::Prompts(prompts.clone()), lane).ok(),
            Work::Children(_) => None,
        }
    }

    fn cancel(&mut self, ticket: Ticket) {
        self.ready.retain(|(ready, _)| *ready != ticket);
    }

    fn wait(&mut self) -> Result<(Ticket, Replies), Fault> {
        self.ready.pop_front().ok_or_else(Fault::interrupted)
    }

    fn answer(&mut self, value: Value, _sources: Option<List>) -> Result<(), Fault> {
        self.answer = Some(value);
        Ok(())
    }

    fn budget(&mut self, _lane: &Lane) -> Budget {
        Budget {
            calls_made: self.calls,
            calls_left: Some(MOST_CALLS - self.calls),
            ..Budget::default()
        }
    }

    fn window_chars(&self) -> Option<usize> {
        Some(1000)
    }

    fn cancelled(&self) -> bool {
        false
    }
}
