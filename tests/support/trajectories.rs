//! Records of runs that never were, of any size: the same seed gives the same bytes.

use rlm_lang::engine::Totals;
use rlm_lang::engine::event::{
    DocumentInfo, EndingKind, Event, Exchange, Failure, ModelInfo, RECORD_VERSION, RunInfo,
    TextReference,
};
use rlm_lang::model::{ErrorKind, Usage};

/// How large a record is to be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub turns: u64,
    pub calls: u64,
}

/// The record of a run with programs, calls and a child every tenth turn: as lines, written as the engine
/// writes them.
pub fn record(seed: u64, size: Size) -> String {
    let mut writer = Writer { random: Random(seed), now: 0, text: String::new() };
    writer.line(&Event::Run(Box::new(run())), 0);
    let (mut call, mut child) = (1, 1);
    for turn in 1..=size.turns {
        writer.turn(0, turn, size.turns);
        let many = size.calls * turn / size.turns - size.calls * (turn - 1) / size.turns;
        let began = writer.now;
        for item in 0..many {
            writer.call(turn, call, item, began);
            call += 1;
        }
        if turn.is_multiple_of(10) {
            writer.child(turn, child);
            child += 1;
        }
        writer.program(turn, many, turn == size.turns);
    }
    let totals = Totals { calls: size.calls, turns: size.turns, ..Totals::default() };
    let text = "forty-two".to_string();
    let (ending, reason) = (EndingKind::Answered, None);
    writer.line(&Event::Answer { engine: 0, text, ending, reason, totals, sources: Vec::new() }, 1);
    writer.text
}

/// The bytes of each of the two documents that the run reads.
pub const DOCUMENT: u64 = 40_000_000;

fn run() -> RunInfo {
    let model = |name: &str| ModelInfo {
        name: name.to_string(),
        api: "openai".to_string(),
        base_url: "http://localhost:1/v1".to_string(),
        window: Some(128_000),
    };
    let document = |name: &str| DocumentInfo {
        name: name.to_string(),
        bytes: DOCUMENT,
        start: None,
        blake3: "00112233445566778899aabbccddeeff".to_string(),
    };
    RunInfo {
        version: RECORD_VERSION,
        rlm_lang: "0.1.0".to_string(),
        started: "2026-01-02T03:04:05Z".to_string(),
        question: "How many of the tickets are about <billing> & refunds?".to_string(),
        folder: "/home/user".to_string(),
        paths: vec!["tickets/".to_string()],
        model: model("gpt-5"),
        sub_model: model("gpt-5-mini"),
        concurrency: 16,
        documents: vec![document("tickets/a.txt"), document("tickets/b.txt")],
        ..RunInfo::default()
    }
}

struct Writer {
    random: Random,
    now: u64,
    text: String,
}

impl Writer {
    /// Writes an event some milliseconds after the one before.
    fn line(&mut self, event: &Event, later: u64) {
        self.now += later;
        let mut line = serde_json::to_value(event).expect("an event is JSON");
        line["elapsed"] = self.now.into();
        self.text.push_str(&line.to_string());
        self.text.push('\n');
    }

    fn exchange(&mut self, model: &str, millis: u64, reply: String) -> Exchange {
        let usage = Usage {
            input: Some(self.random.below(4000) + 100),
            output: Some(self.random.below(200) + 1),
            ..Usage::default()
        };
        Exchange {
            request: format!("{:016x}{:016x}", self.random.next(), self.random.next()),
            model: model.to_string(),
            reply: Some(reply),
            usage,
            millis,
            tries: 1,
            ..Exchange::default()
        }
    }

    fn turn(&mut self, engine: u64, turn: u64, last: u64) {
        let millis = self.random.below(2000) + 200;
        let prose = self.words(60);
        let code = code(turn, turn == last);
        let reply = format!("{prose}\n```rlm\n{code}```\n");
        // Children are answered by the sub-model.
        let model = if engine == 0 { "gpt-5" } else { "gpt-5-mini" };
        let exchange = self.exchange(model, millis, reply);
        self.line(&Event::Turn { engine, turn, last: false, exchange }, millis);
    }

    /// Calls run at the same time, 16 at once: each ends somewhat later than the one before.
    fn call(&mut self, turn: u64, call: u64, item: u64, began: u64) {
        let later = self.random.below(60);
        let took = (self.now + later - began).min(self.random.below(1500) + 300);
        let millis = self.now + later - began;
        let reply = self.words(30);
        let mut exchange = self.exchange("gpt-5-mini", millis, reply);
        exchange.waited = millis - took;
        if self.random.below(50) == 0 {
            let message = "the server is overloaded (529)".to_string();
            exchange.failure = Some(Failure { kind: ErrorKind::Server, message });
            exchange.reply = None;
        }
        let start = self.random.below(DOCUMENT * 2 - 4000);
        let name = if start < DOCUMENT { "tickets/a.txt" } else { "tickets/b.txt" };
        let place = Some(format!("{name}:{start}-{}", start + 2000));
        let blake3 = format!("{:016x}{:016x}", self.random.next(), self.random.next());
        let data = vec![TextReference { place, bytes: 2000, blake3 }];
        let at = format!("{turn}.1/1.{item}.1#0");
        let instruction = format!("Is ticket {call} about billing? {}", self.words(12));
        self.line(&Event::Call { engine: 0, call, at, instruction, data, exchange }, later);
    }

    fn child(&mut self, turn: u64, engine: u64) {
        let (at, question) = (format!("{turn}.1/2#0"), format!("What is odd in part {engine}?"));
        let place = Some("tickets/a.txt:0-5000".to_string());
        let context = TextReference { place, bytes: 5000, blake3: "00".repeat(16) };
        self.line(&Event::Child { engine, parent: 0, at, question, context }, 1);
        self.turn(engine, 1, 1);
        let (code, printed) = (code(1, true), String::new());
        let program = Event::Program {
            engine,
            turn: 1,
            program: 1,
            code,
            printed,
            error: None,
            reached: None,
            steps: 12,
            interrupted: false,
            untaken: Vec::new(),
        };
        self.line(&program, 1);
        let (text, ending) = ("nothing".to_string(), EndingKind::Answered);
        let totals = Totals::default();
        self.line(
            &Event::Answer { engine, text, ending, reason: None, totals, sources: Vec::new() },
            1,
        );
    }

    fn program(&mut self, turn: u64, calls: u64, answers: bool) {
        let error =
            turn.is_multiple_of(7).then_some("line 3: unknown name `totl`; did you mean total?");
        let printed = format!("{calls} tickets\n{}\n", self.words(80));
        let program = Event::Program {
            engine: 0,
            turn,
            program: 1,
            code: code(turn, answers),
            printed: printed.clone(),
            error: error.map(str::to_string),
            reached: None,
            steps: self.random.below(100_000),
            interrupted: false,
            untaken: Vec::new(),
        };
        self.line(&program, 2);
        if !answers {
            let message = format!("[turn {turn}; {calls} calls made]\n{printed}");
            self.line(&Event::Result { engine: 0, turn, message }, 0);
        }
    }

    fn words(&mut self, count: u64) -> String {
        const WORDS: &[&str] = &[
            "ticket",
            "refund",
            "billing",
            "the",
            "a",
            "of",
            "customer",
            "asks",
            "about",
            "näive",
            "<b>",
            "\"quoted\"",
            "日本",
            "late",
            "invoice",
            "and",
            "again",
            "error",
            "code",
            "x",
        ];
        let words: Vec<&str> = (0..count)
            .map(|_| WORDS[usize::try_from(self.random.below(WORDS.len() as u64)).unwrap_or(0)])
            .collect();
        words.join(" ")
    }
}

fn code(turn: u64, answers: bool) -> String {
    let end = if answers { "answer(total)" } else { "print(total)" };
    format!(
        "parts = chunks(context, 2000)\nrs{turn} = [ask(\"Is it about billing?\", p) for p in parts]\n\
         total = 0\nfor r in rs{turn} {{\n    if \"yes\" in r {{ total += 1 }}\n}}\n{end}\n"
    )
}

/// Splitmix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }
}
