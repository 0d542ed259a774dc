//! Limits of a run, and the ledger that counts what the whole tree of engines uses.
//!
//! Calls are reserved when a program starts them, tokens and cost right before a request is sent: what the
//! request may use is held until its reply tells what it used. No request starts once what is used and held
//! would pass a limit, nor is one tried again. So calls and turns hold exactly; tokens and cost do unless a
//! request in flight uses more than any of its kind before. One ledger serves the root and all its children.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rlm_lang_std::host::Budget;
use tokio::sync::Notify;

use crate::engine::estimate;
use crate::interpreter::Fuel;
use crate::model::prices::{PicoUsd, Price, Prices, USD};
use crate::model::{Lost, Purpose, Reply, Request, Usage};

/// What a run may use. `None` means no limit.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Turns of each engine, the root's and every child's. When they are used up without an answer, one
    /// more request asks for it.
    pub turns: u64,
    /// How deep `recurse` may nest; at 0 it is a plain model call.
    pub depth: u32,
    /// Model calls by programs and turns of children, over the tree.
    pub calls: Option<u64>,
    /// Tokens in and out, over the tree.
    pub tokens: Option<u64>,
    /// US dollars, over the tree.
    pub cost: Option<f64>,
    /// Wall time of the run, for each process that works on it. Records hold it in seconds.
    #[serde(with = "seconds")]
    pub time: Option<Duration>,
    /// Steps of one program; see [`Fuel`].
    pub steps: u64,
    /// Bytes of values that one program may hold.
    pub memory: usize,
}

impl Limits {
    /// What a program is told of them before anything is used. It has no turns.
    pub fn unused(&self) -> Budget {
        Budget {
            calls_left: self.calls,
            tokens_left: self.tokens,
            depth_left: self.depth,
            ..Budget::default()
        }
    }
}

/// A duration as a number of seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(clippy::ref_option)] // serde's signature
    pub(super) fn serialize<S: Serializer>(
        time: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| time.as_secs_f64()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let seconds: Option<f64> = Option::deserialize(deserializer)?;
        seconds.map(Duration::try_from_secs_f64).transpose().map_err(serde::de::Error::custom)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        let fuel = Fuel::default();
        Limits {
            turns: 30,
            depth: 1,
            calls: Some(1000),
            tokens: None,
            cost: None,
            time: None,
            steps: fuel.steps,
            memory: fuel.memory,
        }
    }
}

impl Limits {
    /// What one program may use.
    pub fn fuel(&self) -> Fuel {
        Fuel { steps: self.steps, memory: self.memory }
    }
}

/// Which limit was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    /// One line: what is used up and how to allow more.
    pub message: String,
}

impl LimitReached {
    /// What is used up, and the flag of the command line that allows more.
    pub(super) fn new(what: &str, flag: &str) -> LimitReached {
        LimitReached { message: format!("{what} ({flag} allows more)") }
    }
}

/// What was used, in total.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Calls reserved: made, or being made.
    pub calls: u64,
    /// Turns of the root and of children; the requests for a last answer are none.
    pub turns: u64,
    /// Input tokens, cached ones included.
    pub input_tokens: u64,
    /// Output tokens, reasoning included.
    pub output_tokens: u64,
    /// Of the input: read from providers' caches; `None` if no provider told.
    pub cached_input_tokens: Option<u64>,
    /// Of the input: written to providers' caches; `None` if no provider told.
    pub cache_write_tokens: Option<u64>,
    /// Of the output: spent on reasoning; `None` if no provider told.
    pub reasoning_tokens: Option<u64>,
    /// Of all tokens: estimated, because the provider did not tell.
    pub estimated_tokens: u64,
    /// Calls that ended without a reply.
    pub failed: u64,
    /// US dollars; `None` as soon as a model without a known price was used.
    pub cost_usd: Option<f64>,
}

impl Totals {
    /// Tokens in and out.
    pub fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// What requests of one kind used so far, to estimate the next.
#[derive(Clone, Copy, Debug, Default)]
struct Meter {
    /// Input tokens that the provider told of, and our estimates of the same requests.
    told: u64,
    estimated: u64,
    /// Of one request: what was told and our estimate, where they differ the most.
    worst: (u64, u64),
    /// The longest output.
    output: u64,
    /// Replies so far.
    replies: u64,
}

/// Output tokens expected of a request before any reply was seen.
const FIRST_OUTPUT: u64 = 500;

/// How many times what is expected of it a request holds before any reply of its kind was seen: where
/// little is left, few are sent until it is known what they use.
const CAUTION: u64 = 4;

impl Meter {
    /// An estimate corrected by what was told of all earlier ones.
    fn corrected(&self, estimate: u64) -> u64 {
        scaled(estimate, (self.told, self.estimated))
    }

    /// An estimate that was enough for every earlier request.
    fn most_input(&self, estimate: u64) -> u64 {
        scaled(estimate, self.worst)
    }

    fn most_output(&self, most: Option<u64>) -> u64 {
        let seen = if self.replies == 0 { FIRST_OUTPUT } else { self.output };
        most.map_or(seen, |most| seen.min(most))
    }

    fn learn(&mut self, told: Option<u64>, estimate: u64, output: u64) {
        if let Some(told) = told {
            self.told = self.told.saturating_add(told);
            self.estimated = self.estimated.saturating_add(estimate);
            let (most, of) = self.worst;
            if u128::from(told) * u128::from(of) >= u128::from(most) * u128::from(estimate) {
                self.worst = (told, estimate);
            }
        }
        self.output = self.output.max(output);
        self.replies += 1;
    }
}

/// An estimate times a ratio, rounded up; by no more than the factor 4, as a server that tells nonsense must
/// not make estimates useless.
fn scaled(estimate: u64, (told, estimated): (u64, u64)) -> u64 {
    if told == 0 || estimated == 0 {
        return estimate;
    }
    let scaled = (u128::from(estimate) * u128::from(told)).div_ceil(u128::from(estimated));
    let scaled = u64::try_from(scaled).unwrap_or(u64::MAX);
    scaled.clamp(estimate / 4, estimate.saturating_mul(4))
}

#[derive(Debug, Default)]
struct Book {
    totals: Totals,
    cost: PicoUsd,
    /// Models without a price were used.
    unpriced: bool,
    /// Held for requests in flight.
    held_tokens: u64,
    held_cost: PicoUsd,
    meters: HashMap<(String, Purpose), Meter>,
    /// Prices that were looked up.
    prices: HashMap<String, Option<Price>>,
    /// Set when a request was refused: no other starts after it, or a loop of calls would never end.
    closed: Option<LimitReached>,
}

/// The ledger of a run, shared by the whole tree.
#[derive(Debug)]
pub struct Ledger {
    limits: Limits,
    prices: Prices,
    started: Instant,
    book: Mutex<Book>,
    /// Told when a request in flight has ended.
    settled: Notify,
}

impl Ledger {
    /// An empty ledger with the shipped prices.
    pub fn new(limits: Limits) -> Ledger {
        Ledger::with_prices(limits, Prices::shipped())
    }

    /// An empty ledger with prices of one's own.
    pub fn with_prices(limits: Limits, prices: Prices) -> Ledger {
        let (book, settled) = (Mutex::default(), Notify::new());
        Ledger { limits, prices, started: Instant::now(), book, settled }
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    fn with<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        // The book holds plain numbers: a panic elsewhere cannot leave them half changed.
        let mut book = self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&mut book)
    }

    /// Counts what an earlier process of this run used: calls, turns and failures as numbers, tokens and
    /// cost by the models and usages of its requests, with how many of the tokens were estimated.
    pub fn carry_over<'u>(
        &self,
        counts: Totals,
        requests: impl IntoIterator<Item = (&'u str, &'u Usage, u64)>,
    ) {
        self.with(|book| {
            book.totals.calls += counts.calls;
            book.totals.turns += counts.turns;
            book.totals.failed += counts.failed;
            for (model, usage, estimated) in requests {
                // A scripted model tells nothing and costs nothing.
                if *usage == Usage::default() {
                    continue;
                }
                match self.prices.price(model) {
                    Some(price) => book.cost = book.cost.saturating_add(price.cost(usage)),
                    None => book.unpriced = true,
                }
                book.totals.add(usage, estimated);
            }
        });
    }

    /// What was used so far.
    pub fn totals(&self) -> Totals {
        self.with(|book| Totals {
            cost_usd: (!book.unpriced).then_some(book.cost as f64 / USD),
            ..book.totals
        })
    }

    /// Calls left; `None` without a limit.
    pub fn calls_left(&self) -> Option<u64> {
        self.limits.calls.map(|most| most.saturating_sub(self.totals().calls))
    }

    /// Tokens left; `None` without a limit.
    pub fn tokens_left(&self) -> Option<u64> {
        self.limits.tokens.map(|most| most.saturating_sub(self.totals().tokens()))
    }

    /// Reserves `count` calls, all or none.
    ///
    /// # Errors
    /// When a limit does not allow them.
    pub fn reserve(&self, count: u64) -> Result<(), LimitReached> {
        self.check_running()?;
        self.with(|book| match self.limits.calls {
            Some(most) if book.totals.calls.saturating_add(count) > most => {
                let left = most.saturating_sub(book.totals.calls);
                let what = if count == 1 {
                    format!("all {most} model calls are made")
                } else {
                    format!("this would make {count} model calls, {left} of {most} are left")
                };
                Err(LimitReached::new(&what, "--max-calls"))
            }
            _ => {
                book.totals.calls += count;
                Ok(())
            }
        })
    }

    /// Gives back calls that were not sent.
    pub fn refund(&self, count: u64) {
        self.with(|book| book.totals.calls = book.totals.calls.saturating_sub(count));
    }

    /// Waits until a request may be sent and holds what it may use. It waits while requests in flight hold
    /// more than they may need.
    ///
    /// # Errors
    /// When what is used already leaves no room for it; no request is sent after that.
    pub async fn admit(&self, model: &str, request: &Request) -> Result<Hold<'_>, LimitReached> {
        let wanted = self.wanted(model, request);
        let room = self.room_for(&wanted).await?;
        Ok(self.hold(wanted, room))
    }

    /// Waits until there is room for a request.
    ///
    /// # Errors
    /// As [`Ledger::admit`].
    pub(super) async fn room_for(&self, wanted: &Wanted) -> Result<Room, LimitReached> {
        loop {
            // Registered before the look, so that no notification is missed in between.
            let settled = self.settled.notified();
            if let Some(room) = self.try_room(wanted)? {
                return Ok(room);
            }
            settled.await;
        }
    }

    fn wanted(&self, model: &str, request: &Request) -> Wanted {
        Wanted {
            key: (model.to_owned(), request.purpose),
            estimate: estimate::request(request),
            most_output: request.max_output_tokens,
            price: self.price(model),
        }
    }

    /// The price of a model, looked up once: each row of the table is compared with the name.
    fn price(&self, model: &str) -> Option<Price> {
        self.with(|book| match book.prices.get(model) {
            Some(price) => *price,
            None => {
                let price = self.prices.price(model);
                book.prices.insert(model.to_owned(), price);
                price
            }
        })
    }

    fn hold(&self, wanted: Wanted, room: Room) -> Hold<'_> {
        Hold { ledger: self, wanted, room, booked: Lost::default(), counted: Usage::default() }
    }

    /// Room for a request, or nothing where there may be some when other requests have ended.
    fn try_room(&self, wanted: &Wanted) -> Result<Option<Room>, LimitReached> {
        self.check_running()?;
        if self.limits.cost.is_some() && wanted.price.is_none() {
            return Err(LimitReached { message: no_price(&wanted.key.0) });
        }
        self.with(|book| {
            let meter = book.meters.get(&wanted.key).copied().unwrap_or_default();
            let needed = wanted.room(&meter);
            let used = book.totals.tokens();
            let most_cost = self.limits.cost.map(|usd| (usd * USD) as PicoUsd);
            let fits = |used: u64, held: u64, more: u64, most: Option<u64>| {
                most.is_none_or(|most| used.saturating_add(held).saturating_add(more) <= most)
            };
            let refused = if !fits(used, 0, needed.tokens, self.limits.tokens) {
                let most = self.limits.tokens.unwrap_or_default();
                let what = format!(
                    "the next request would pass the limit of {most} tokens, {used} are used"
                );
                Some(LimitReached::new(&what, "--max-tokens"))
            } else if !fits(book.cost, 0, needed.cost, most_cost) {
                let most = self.limits.cost.unwrap_or_default();
                let used = book.cost as f64 / USD;
                let what = format!(
                    "the next request would pass the limit of ${most}, ${used:.4} are used"
                );
                Some(LimitReached::new(&what, "--max-cost"))
            } else {
                None
            };
            if let Some(refused) = refused {
                book.closed = Some(refused.clone());
                // Those that wait are refused, too.
                self.settled.notify_waiters();
                return Err(refused);
            }
            let room = if meter.replies == 0 { needed.times(CAUTION) } else { needed };
            let nothing_held = book.held_tokens == 0 && book.held_cost == 0;
            let is_free = nothing_held
                || fits(used, book.held_tokens, room.tokens, self.limits.tokens)
                    && fits(book.cost, book.held_cost, room.cost, most_cost);
            if is_free {
                // A server may tell any number.
                book.held_tokens = book.held_tokens.saturating_add(room.tokens);
                book.held_cost = book.held_cost.saturating_add(room.cost);
            }
            Ok(is_free.then_some(room))
        })
    }

    /// Counts a call without a reply.
    pub fn settle_failed(&self) {
        self.with(|book| book.totals.failed += 1);
    }

    /// Counts a turn.
    pub fn count_turn(&self) {
        self.with(|book| book.totals.turns += 1);
    }

    /// Whether time and earlier refusals allow anything more.
    ///
    /// # Errors
    /// When a limit is reached.
    pub fn check_running(&self) -> Result<(), LimitReached> {
        if let Some(reached) = self.with(|book| book.closed.clone()) {
            return Err(reached);
        }
        match self.time_left() {
            Some(left) if left.is_zero() => Err(self.time_is_over()),
            _ => Ok(()),
        }
    }

    /// The limit on time, as a limit that was reached.
    pub(super) fn time_is_over(&self) -> LimitReached {
        let most = self.limits.time.unwrap_or_default().as_secs_f64();
        LimitReached::new(&format!("the time of {most} s is over"), "--max-time")
    }

    /// Time left; `None` without a limit.
    pub fn time_left(&self) -> Option<Duration> {
        self.limits.time.map(|most| most.saturating_sub(self.started.elapsed()))
    }

    /// Time since the run started.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The input tokens of a request to a model, estimated and corrected by earlier requests.
    pub(super) fn estimate(&self, model: &str, request: &Request) -> u64 {
        let estimate = estimate::request(request);
        let key = (model.to_owned(), request.purpose);
        self.with(|book| book.meters.get(&key).copied().unwrap_or_default().corrected(estimate))
    }
}

/// What is said of a model without a price where the cost is limited.
pub fn no_price(model: &str) -> String {
    format!(
        "the cost cannot be limited: no price is known for the model {model:?}; give one with --prices FILE, a file such as\n\
         [models]\n{model:?} = {{ input = 0.25, cached_input = 0.025, output = 2 }} # dollars for a million tokens"
    )
}

/// A request as the ledger sees it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    key: (String, Purpose),
    /// Our estimate of the input, not corrected.
    estimate: u64,
    most_output: Option<u64>,
    price: Option<Price>,
}

impl Wanted {
    /// What it may use, by what others of its kind used.
    fn room(&self, meter: &Meter) -> Room {
        let input = meter.most_input(self.estimate);
        let output = meter.most_output(self.most_output);
        let usage = Usage { input: Some(input), output: Some(output), ..Usage::default() };
        let cost = self.price.map_or(0, |price| price.cost(&usage));
        Room { tokens: input.saturating_add(output), cost }
    }
}

/// Tokens and cost that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    tokens: u64,
    cost: PicoUsd,
}

impl Room {
    fn times(self, factor: u64) -> Room {
        let cost = self.cost.saturating_mul(factor);
        Room { tokens: self.tokens.saturating_mul(factor), cost }
    }
}

/// What one request in flight may use. Given back when it is dropped; what it used is settled before.
#[derive(Debug)]
pub struct Hold<'l> {
    ledger: &'l Ledger,
    wanted: Wanted,
    room: Room,
    /// Tries that are lost and counted already.
    booked: Lost,
    /// What was counted for them.
    counted: Usage,
}

impl<'l> Hold<'l> {
    /// Our estimate of the input tokens, by the request alone.
    pub(super) fn estimate(&self) -> u64 {
        self.wanted.estimate
    }

    /// Counts what a request used, and gives what was counted: for the reply, if there is one, what the
    /// provider told of it, otherwise an estimate; for tries that brought none the prompt and what came of
    /// the reply. What is estimated is marked so.
    pub fn settle(self, reply: Option<&Reply>, lost: Lost) -> Usage {
        // A scripted reply, or one from a cache: nothing was sent and nothing is to be paid.
        let reply = reply.filter(|reply| reply.tries > 0 || reply.usage != Usage::default());
        let lost = lost.beyond(self.booked);
        if reply.is_none() && lost.tries == 0 {
            return self.counted;
        }
        let told = reply.map(|reply| reply.usage).unwrap_or_default();
        let last = self.book(reply, lost);
        let sum = |a: Option<u64>, b: Option<u64>| {
            a.map_or(b, |a| Some(a.saturating_add(b.unwrap_or(0))))
        };
        let input = sum(self.counted.input, last.input);
        Usage { input, output: sum(self.counted.output, last.output), ..told }
    }

    /// Counts tries that are lost, all of them so far, and gives back what was held: another try needs room
    /// anew, which [`Hold::renew`] takes. Gives what it needs room for.
    pub(super) fn lose(&mut self, lost: Lost) -> (&'l Ledger, Wanted) {
        let more = self.book(None, lost.beyond(self.booked));
        self.booked = lost;
        self.counted.input = Some(self.counted.input.unwrap_or(0) + more.input.unwrap_or(0));
        self.counted.output = Some(self.counted.output.unwrap_or(0) + more.output.unwrap_or(0));
        self.give_back();
        (self.ledger, self.wanted.clone())
    }

    /// Takes room for another try.
    pub(super) fn renew(&mut self, room: Room) {
        self.room = room;
    }

    fn book(&self, reply: Option<&Reply>, lost: Lost) -> Usage {
        self.ledger.with(|book| {
            let meter = book.meters.entry(self.wanted.key.clone()).or_default();
            let told = reply.map(|reply| reply.usage).unwrap_or_default();
            let guess = meter.corrected(self.wanted.estimate);
            let (mut input, mut output) = (0, 0);
            if let Some(reply) = reply {
                input = told.input.unwrap_or(guess);
                output = output_of(reply);
                meter.learn(told.input, self.wanted.estimate, output);
            }
            input = input.saturating_add(guess.saturating_mul(u64::from(lost.tries)));
            output = output.saturating_add(lost.bytes.div_ceil(BYTES_PER_TOKEN));
            let usage = Usage { input: Some(input), output: Some(output), ..told };
            match self.wanted.price {
                Some(price) => book.cost = book.cost.saturating_add(price.cost(&usage)),
                None => book.unpriced = true,
            }
            book.totals.add(&usage, usage.beyond(&told));
            usage
        })
    }

    fn give_back(&mut self) {
        let Room { tokens, cost } = std::mem::take(&mut self.room);
        self.ledger.with(|book| {
            book.held_tokens = book.held_tokens.saturating_sub(tokens);
            book.held_cost = book.held_cost.saturating_sub(cost);
        });
        self.ledger.settled.notify_waiters();
    }
}

/// Bytes of output that make a token, where only their number is known.
const BYTES_PER_TOKEN: u64 = 4;

/// The output tokens of a reply: as told, or estimated. Of a stream that was left nothing final is told,
/// but it was at least what had been told by then.
fn output_of(reply: &Reply) -> u64 {
    let Some(came) = reply.left_after else {
        return reply.usage.output.unwrap_or_else(|| estimate::tokens(&reply.text));
    };
    let unseen = came.saturating_sub(reply.text.len() as u64).div_ceil(BYTES_PER_TOKEN);
    let heard = estimate::tokens(&reply.text).saturating_add(unseen);
    reply.usage.output.unwrap_or(0).max(heard)
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Usage {
    /// How many of these tokens are more than was told.
    pub(crate) fn beyond(&self, told: &Usage) -> u64 {
        let more = |all: Option<u64>, told: Option<u64>| {
            all.unwrap_or(0).saturating_sub(told.unwrap_or(0))
        };
        more(self.input, told.input).saturating_add(more(self.output, told.output))
    }
}

impl Totals {
    fn add(&mut self, usage: &Usage, estimated: u64) {
        let sum = |total: u64, more: Option<u64>| total.saturating_add(more.unwrap_or(0));
        let known = |total: Option<u64>, more: Option<u64>| match (total, more) {
            (total, None) => total,
            (total, Some(more)) => Some(total.unwrap_or(0).saturating_add(more)),
        };
        self.input_tokens = sum(self.input_tokens, usage.input);
        self.output_tokens = sum(self.output_tokens, usage.output);
        self.cached_input_tokens = known(self.cached_input_tokens, usage.cached_input);
        self.cache_write_tokens = known(self.cache_write_tokens, usage.cache_write);
        self.reasoning_tokens = known(self.reasoning_tokens, usage.reasoning);
        self.estimated_tokens = self.estimated_tokens.saturating_add(estimated);
    }
}

#[cfg(test)]
mod tests;
