//! An outside without models: the reply to a prompt follows from the prompt, and a seed decides which
//! of the calls on their way ends next.

use std::fmt::Write as _;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::Budget;
use rlm_lang_std::output::answer_text;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value, repr};

use crate::interpreter::memory::on_large_stack;
use crate::interpreter::{Fuel, Lane, Outside, Replies, Session, Ticket, Work};

/// Which call ends next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    /// As they were started.
    First,
    /// The newest first.
    Last,
    /// At random, the same for the same seed.
    Seed(u64),
}

/// The outside and what it saw.
pub(super) struct Fake {
    order: Order,
    on_the_way: Vec<(Ticket, Replies)>,
    /// Calls that the limits still allow.
    pub(super) calls_left: Option<u64>,
    calls_made: u64,
    /// The most calls that were on their way while the program waited.
    most_on_the_way: usize,
    /// Calls may be started before their time.
    pub(super) spares: bool,
    /// So many may be on their way before another is started before its time.
    pub(super) most_ahead: usize,
    /// See [`Outside::enough`].
    enough: usize,
    /// Starts before their time, and those given up.
    pub(super) ahead: usize,
    pub(super) cancelled: usize,
    /// Every start, as `lane: prompts` in order of arrival.
    pub(super) started: Vec<String>,
    /// Where the budget was looked at.
    pub(super) looked: Vec<String>,
    pub(super) printed: String,
    pub(super) answer: Option<Value>,
}

impl Fake {
    /// One for which so much work is [enough](Outside::enough).
    pub(super) fn with_enough(order: Order, enough: usize) -> Fake {
        Fake { enough, ..Fake::new(order) }
    }

    pub(super) fn new(order: Order) -> Fake {
        Fake {
            order,
            on_the_way: Vec::new(),
            calls_left: None,
            calls_made: 0,
            most_on_the_way: 0,
            spares: true,
            most_ahead: usize::MAX,
            enough: usize::MAX,
            ahead: 0,
            cancelled: 0,
            started: Vec::new(),
            looked: Vec::new(),
            printed: String::new(),
            answer: None,
        }
    }

    /// The place of the call that ends next.
    fn choose(&mut self) -> usize {
        let count = self.on_the_way.len();
        match &mut self.order {
            Order::First => 0,
            Order::Last => count.saturating_sub(1),
            Order::Seed(seed) => {
                // A linear congruential generator (Knuth's MMIX constants) is random enough here.
                *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                usize::try_from(*seed >> 33).unwrap_or(0) % count.max(1)
            }
        }
    }
}

/// `re: PROMPT`, and a prompt that ends in `fail` fails.
fn reply(prompt: &Text) -> Result<Text, String> {
    let prompt = prompt.to_str();
    if prompt.ends_with("fail") {
        Err("it failed".into())
    } else {
        Ok(Text::from(format!("re: {prompt}")))
    }
}

impl Outside for Fake {
    fn context(&self) -> Text {
        Text::empty()
    }

    fn docs(&self) -> List {
        List::new(Vec::new())
    }

    fn question(&self) -> Text {
        Text::empty()
    }

    fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.printed.push_str(text);
        Ok(())
    }

    fn start(&mut self, work: Work, lane: &Lane) -> Result<Ticket, Fault> {
        let asked: Vec<Text> = match work {
            Work::Prompts(prompts) => prompts.into_iter().map(|p| p.instruction).collect(),
            Work::Children(questions) => questions.into_iter().map(|q| q.question).collect(),
        };
        let count = asked.len() as u64;
        if let Some(left) = &mut self.calls_left {
            *left = left.checked_sub(count).ok_or_else(Fault::interrupted)?;
        }
        self.calls_made += count;
        let shown: Vec<_> = asked.iter().map(Text::to_str).collect();
        self.started.push(format!("{lane}: {}", shown.join("; ")));
        let ticket = self.started.len() as Ticket;
        self.on_the_way.push((ticket, asked.iter().map(reply).collect()));
        Ok(ticket)
    }

    fn start_ahead(&mut self, work: &Work, lane: &Lane) -> Option<Ticket> {
        let is_full = self.on_the_way.len() >= self.most_ahead;
        if !self.spares || is_full || self.calls_left.is_some() {
            return None;
        }
        let ticket = self.start(work.clone(), lane).ok()?;
        self.ahead += 1;
        Some(ticket)
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(at) = self.on_the_way.iter().position(|(t, _)| *t == ticket) {
            self.on_the_way.remove(at);
            self.cancelled += 1;
        }
    }

    fn enough(&self) -> usize {
        self.enough
    }

    fn wait(&mut self) -> Result<(Ticket, Replies), Fault> {
        self.most_on_the_way = self.most_on_the_way.max(self.on_the_way.len());
        assert!(!self.on_the_way.is_empty(), "nothing to wait for");
        let next = self.choose();
        Ok(self.on_the_way.remove(next))
    }

    fn answer(&mut self, value: Value, _: Option<List>) -> Result<(), Fault> {
        self.answer = Some(value);
        Ok(())
    }

    fn budget(&mut self, lane: &Lane) -> Budget {
        self.looked.push(lane.to_string());
        Budget { calls_left: self.calls_left, calls_made: self.calls_made, ..Budget::default() }
    }

    fn window_chars(&self) -> Option<usize> {
        None
    }

    fn cancelled(&self) -> bool {
        false
    }
}

/// What a program did: starts sorted by their lanes, and everything that it shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) started: Vec<String>,
    /// The same in the order in which they were started.
    pub(super) in_time: Vec<String>,
    pub(super) looked: Vec<String>,
    pub(super) ahead: usize,
    pub(super) cancelled: usize,
    /// The most calls that were on their way while the program waited.
    pub(super) most_on_the_way: usize,
    /// Prints, then variables, the answer, the error and notes.
    pub(super) shown: String,
}

/// Runs a program with replies in this order.
pub(super) fn run(source: &str, order: Order) -> Seen {
    run_with(source, || Fake::new(order))
}

/// Runs a program against an outside made by `make`.
pub(super) fn run_with(source: &str, make: impl FnOnce() -> Fake + Send) -> Seen {
    on_large_stack(|| {
        let parsed = rlm_lang_syntax::parse(source);
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        let (mut session, mut outside) = (Session::new(), make());
        let outcome = session
            .run(source, &parsed.program.body, &mut outside, Fuel::default())
            .unwrap_or_else(|errors| panic!("{errors:?}"));
        let mut shown = std::mem::take(&mut outside.printed);
        for (name, value) in session.variables() {
            if !matches!(value, Value::Function(_)) {
                let _ = writeln!(shown, "{name} = {}", repr(value));
            }
        }
        if let Some(value) = &outside.answer {
            let _ = writeln!(shown, "answer: {}", answer_text(value));
        }
        if let Some(fault) = &outcome.error {
            let help = fault.help.clone().unwrap_or_default();
            let _ = writeln!(shown, "error: {}; {help}", fault.message);
        }
        for note in &outcome.notes {
            let _ = writeln!(shown, "note: {}", note.message);
        }
        let Fake { mut started, looked, ahead, cancelled, most_on_the_way, .. } = outside;
        let in_time = started.clone();
        started.sort();
        Seen { started, in_time, looked, ahead, cancelled, most_on_the_way, shown }
    })
    .unwrap()
}
