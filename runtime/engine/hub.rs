//! The asynchronous side: model calls of all programs of a run, bounded, counted and told of.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant};

use rlm_lang_std::builtin::Table;
use rlm_lang_std::host::Prompt;
use rlm_lang_std::prompt::Variant;
use rlm_lang_std::text::Text;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore};

use crate::engine::event::{Event, Exchange, Free, Key, Observers};
use crate::engine::limits::{Ledger, LimitReached, Totals};
use crate::engine::live::{InFlight, Live};
use crate::engine::shared::{self, Flights, Part};
use crate::engine::{Direct, estimate, framing};
use crate::model::{
    ErrorKind, Finish, Listener, Message, Model, ModelError, Purpose, Reply, Request, Tries, Usage,
};
use crate::record::cache::{Asked, Cache};
use crate::record::{Mode, Past, inputs};

/// A request without a reply.
#[derive(Debug)]
pub(super) struct Unanswered {
    pub(super) why: Why,
    /// How many times it was sent.
    pub(super) tries: u32,
    /// What was counted for tries that may be billed.
    pub(super) counted: Usage,
}

impl Unanswered {
    /// Whether it counts as a call. A request that a client refuses to send counts all the same: a loop
    /// over it must come to an end.
    fn is_call(&self) -> bool {
        self.tries > 0 || matches!(self.why, Why::Failed(_))
    }

    /// The reason as records hold it.
    fn into_error(self) -> ModelError {
        let tries = self.tries;
        let unsent = match self.why {
            Why::Limit(limit) => ModelError::unsent(ErrorKind::LimitReached, limit.message),
            Why::Interrupted => ModelError::unsent(ErrorKind::Cancelled, "interrupted"),
            Why::Failed(error) => return error,
        };
        ModelError { tries, ..unsent }
    }
}

/// Why there is no reply.
#[derive(Debug)]
pub(super) enum Why {
    /// A limit does not allow it.
    Limit(LimitReached),
    /// The run was interrupted.
    Interrupted,
    /// The model failed for good.
    Failed(ModelError),
}

impl Why {
    /// The reason why an exchange has no reply.
    pub(super) fn of(exchange: &Exchange) -> Why {
        let Some(failure) = exchange.failure.clone() else { return Why::Interrupted };
        match failure.kind {
            ErrorKind::LimitReached => Why::Limit(LimitReached { message: failure.message }),
            ErrorKind::Cancelled => Why::Interrupted,
            kind => Why::Failed(ModelError::unsent(kind, failure.message)),
        }
    }
}

/// Where a request belongs.
pub(super) struct Asking<'k> {
    /// Its place in the run.
    pub(super) key: &'k Key,
    /// Its outcome is taken from the record if it is there; see [`Past`].
    pub(super) sealed: bool,
    /// It was reserved in the ledger as a call.
    pub(super) reserved: bool,
    /// Set when its outcome is no longer wanted.
    pub(super) unwanted: Option<&'k Cancel>,
}

/// A request that is to be answered: since when, and the digest of all of it.
struct Begun {
    at: Instant,
    digest: blake3::Hash,
}

/// What all engines of a run share.
pub struct Hub {
    /// The model that writes programs at the root.
    pub root: Arc<dyn Model>,
    /// The model of calls and of children.
    pub sub: Arc<dyn Model>,
    /// Where asynchronous work runs.
    pub handle: Handle,
    /// What was used.
    pub ledger: Ledger,
    /// Who is told.
    pub observers: Observers,
    /// Whether an input that fits the root model's window is sent to it directly.
    pub direct: Direct,
    /// The builtins that programs know.
    pub table: Arc<Table>,
    /// What an earlier process recorded.
    pub past: Past,
    /// Replies of other runs, with who is asked at the root and below it.
    pub cache: Option<(Cache, Asked, Asked)>,
    /// Whether one reply serves all calls that ask the same at the same time.
    pub share: bool,
    /// Whether the statements that the answer needed are to be found out.
    pub keep_program: bool,
    /// Set to stop the run.
    pub cancel: Cancel,
    /// How the language is taught to the models that write programs.
    pub prompt: Variant,
    flights: Flights,
    cache_failed: AtomicBool,
    /// Requests in flight over the whole tree.
    permits: Semaphore,
    concurrency: usize,
    /// Child engines at work, by depth: a parent that waits holds none of its children's places.
    pub(super) child_permits: Vec<Arc<Semaphore>>,
    next_call: AtomicU64,
    next_engine: AtomicU64,
}

/// Child engines of one depth at work at once: each is a thread of its own.
const CHILDREN_AT_ONCE: usize = 128;

impl Hub {
    /// A hub with at most `concurrency` requests in flight.
    pub fn new(
        (root, sub): (Arc<dyn Model>, Arc<dyn Model>),
        handle: Handle,
        ledger: Ledger,
        observers: Observers,
        concurrency: usize,
    ) -> Hub {
        let depth = ledger.limits().depth as usize;
        Hub {
            root,
            sub,
            handle,
            ledger,
            observers,
            direct: Direct::default(),
            table: Table::shared(),
            past: Past::default(),
            cache: None,
            share: false,
            keep_program: false,
            cancel: Cancel::default(),
            prompt: Variant::default(),
            flights: Flights::default(),
            cache_failed: AtomicBool::new(false),
            permits: Semaphore::new(concurrency.max(1)),
            concurrency: concurrency.max(1),
            child_permits: (0..=depth)
                .map(|_| Arc::new(Semaphore::new(CHILDREN_AT_ONCE)))
                .collect(),
            next_call: AtomicU64::new(1),
            next_engine: AtomicU64::new(1),
        }
    }

    /// The hub with other builtins than the language's own.
    #[must_use]
    pub fn with_table(mut self, table: Arc<Table>) -> Hub {
        self.table = table;
        self
    }

    /// The same with what an earlier process recorded of the run.
    pub fn with_past(self, past: Past) -> Hub {
        let (next_call, next_engine) = past.free_numbers();
        let (next_call, next_engine) = (AtomicU64::new(next_call), AtomicU64::new(next_engine));
        Hub { past, next_call, next_engine, ..self }
    }

    /// How many requests may be in flight over the whole tree.
    pub(super) fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// What the run used; in a replay, what the recorded run used.
    pub fn totals(&self) -> Totals {
        let recorded = self.past.end(0).filter(|_| self.past.mode() == Mode::Replay);
        recorded.map_or_else(|| self.ledger.totals(), |end| end.totals)
    }

    /// The number of the child engine that is asked for at a place, and whether the record holds it:
    /// one of another question or context is another child.
    pub(super) fn engine_number(&self, key: &Key, question: &str, context: &str) -> (u64, bool) {
        let new = || self.next_engine.fetch_add(1, Ordering::Relaxed);
        match self.past.child(key) {
            None => (new(), false),
            Some(child) if child.question == question && child.context == context => {
                (child.engine, true)
            }
            Some(_) => {
                let what = "the question or the context of the child";
                self.diverge(key.engine, format!("{what} at {} is different", key.at));
                (new(), false)
            }
        }
    }

    /// Waits until no child is at work, at most a moment: their threads need what ends with the run.
    pub async fn at_rest(&self) {
        const MOMENT: Duration = Duration::from_secs(1);
        for permits in &self.child_permits {
            let all = permits.acquire_many(u32::try_from(CHILDREN_AT_ONCE).unwrap_or(u32::MAX));
            let _ = tokio::time::timeout(MOMENT, all).await;
        }
    }

    /// The number of the call that is asked for at a place.
    pub(super) fn call_number(&self, key: &Key) -> u64 {
        let recorded = self.past.call_number(key);
        recorded.unwrap_or_else(|| self.next_call.fetch_add(1, Ordering::Relaxed))
    }

    /// Tells everyone of an event that a record may hold already, and compares it with that.
    pub(super) fn tell(&self, engine: u64, event: &Event) {
        self.observers.tell(event);
        if let Some(difference) = self.past.difference(event) {
            self.diverge(engine, difference);
        }
    }

    /// The run is not as recorded: that ends a replay, and is noted where the run goes on.
    pub(super) fn diverge(&self, engine: u64, difference: String) {
        self.past.diverge(difference.clone());
        match self.past.mode() {
            Mode::Replay => self.cancel.cancel(),
            _ => self.observers.tell(&Event::Diverged { engine, message: difference }),
        }
    }

    /// What comes of a request: from the record where it is known, otherwise from the model. What it
    /// used is in the ledger afterwards.
    pub(super) async fn exchange(
        &self,
        asking: Asking<'_>,
        model: &Arc<dyn Model>,
        request: Request,
        listener: Option<&mut dyn Listener>,
    ) -> Exchange {
        let begun = Begun { at: Instant::now(), digest: request.digest() };
        let digest = inputs::shortened(&begun.digest);
        if self.past.is_by_request() {
            if let Some(known) = self.past.reply_to(&digest) {
                self.tell_sent_again(asking.key, &known, &request);
                return known;
            }
            let Key { engine, at } = asking.key;
            let message = format!("the record holds no reply to what is asked at {at}");
            self.diverge(*engine, message.clone());
            let error = ModelError::unsent(ErrorKind::Cancelled, message);
            return Exchange::new(digest, String::new(), Err(error), 0);
        }
        if let Some(known) = self.past.exchange(asking.key, asking.sealed) {
            // A turn's request holds the system prompt, which another version may word differently;
            // what matters of it, the results, is compared as it comes.
            if known.request == digest || request.purpose == Purpose::Root {
                self.tell_sent_again(asking.key, known, &request);
                return known.clone();
            }
            let message = format!("the prompt of the call at {} is different", asking.key.at);
            self.diverge(asking.key.engine, message.clone());
            if self.past.mode() == Mode::Replay {
                let error = ModelError::unsent(ErrorKind::Cancelled, message);
                return Exchange::new(digest, String::new(), Err(error), 0);
            }
            // What the record holds was not reserved, and is no use now.
            if asking.reserved
                && let Err(limit) = self.ledger.reserve(1)
            {
                let error = ModelError::unsent(ErrorKind::LimitReached, limit.message);
                return Exchange::new(digest, String::new(), Err(error), 0);
            }
        }
        let exchange = match self.cached(model, &request, &digest) {
            Some(cached) => cached,
            None if self.share && asking.reserved && request.purpose == Purpose::Call => {
                self.shared(&asking, model, request, &begun).await
            }
            None => self.live(&asking, model, request, listener, &begun).await,
        };
        if exchange.free.is_some() && asking.reserved {
            self.ledger.refund(1);
        }
        exchange
    }

    /// A replay tells of a request as the run did.
    fn tell_sent_again(&self, key: &Key, known: &Exchange, request: &Request) {
        if self.past.mode() == Mode::Replay && known.was_sent() {
            self.observers.tell(&Event::Sent {
                engine: key.engine,
                at: key.at.clone(),
                model: known.model.clone(),
                input: estimate::request(request),
                recorded: true,
            });
        }
    }

    /// The reply that another run got to the same request.
    fn cached(&self, model: &Arc<dyn Model>, request: &Request, digest: &str) -> Option<Exchange> {
        let (cache, root, sub) = self.cache.as_ref()?;
        let asked = if Arc::ptr_eq(model, &self.root) { root } else { sub };
        let reply = cache.get(asked, request)?;
        let name = if request.model.is_empty() { model.name() } else { &request.model };
        let exchange = Exchange::new(digest.to_string(), name.to_string(), Ok(reply), 0);
        Some(Exchange { free: Some(Free::Cache), ..exchange })
    }

    /// Sends a request unless the same is on its way; then its outcome serves both.
    async fn shared(
        &self,
        asking: &Asking<'_>,
        model: &Arc<dyn Model>,
        request: Request,
        begun: &Begun,
    ) -> Exchange {
        loop {
            match self.flights.join(begun.digest) {
                Part::First(first) => {
                    let exchange = self.live(asking, model, request, None, begun).await;
                    // Others may still want what was given up here: one of them asks again.
                    if !exchange.was_cancelled() {
                        first.tell(&exchange);
                    }
                    return exchange;
                }
                Part::Other(other) => {
                    let outcome = tokio::select! {
                        outcome = shared::outcome(other) => outcome,
                        // Alone it ends at once, with nothing sent.
                        () = given_up(asking.unwanted) => {
                            return self.live(asking, model, request, None, begun).await;
                        }
                    };
                    // Where the first is given up, the next takes its place.
                    if let Some(exchange) = outcome {
                        return Exchange { millis: millis(begun.at.elapsed()), ..exchange };
                    }
                }
            }
        }
    }

    /// Sends a request; keeps the reply in the cache if there is one.
    async fn live(
        &self,
        asking: &Asking<'_>,
        model: &Arc<dyn Model>,
        request: Request,
        listener: Option<&mut dyn Listener>,
        begun: &Begun,
    ) -> Exchange {
        let digest = inputs::shortened(&begun.digest);
        let asked = if request.model.is_empty() { model.name() } else { &request.model };
        let asked = asked.to_string();
        let kept = self.cache.as_ref().map(|_| request.clone());
        let is_call = asking.reserved && request.purpose == Purpose::Call;
        let typed = request.response_schema.is_some();
        let mut usage = None;
        let admitted = OnceLock::new();
        let sending = self.send(model, request, listener, asking, &admitted);
        let (result, counted) = match sending.await {
            Ok((reply, counted)) => match reply.unusable(typed).filter(|_| is_call) {
                // Paid for, and yet no reply: a program must not take it for one.
                Some(why) => {
                    self.ledger.settle_failed();
                    usage = Some(reply.usage);
                    let mut error = ModelError::unsent(ErrorKind::BadReply, why);
                    error.tries = reply.tries;
                    (Err(error), Some(counted))
                }
                None => (Ok(reply), Some(counted)),
            },
            Err(unanswered) => {
                if asking.reserved && unanswered.is_call() {
                    self.ledger.settle_failed();
                } else if asking.reserved {
                    self.ledger.refund(1);
                }
                let counted = unanswered.counted;
                (Err(unanswered.into_error()), Some(counted))
            }
        };
        if let (Some((cache, root, sub)), Some(request), Ok(reply)) = (&self.cache, &kept, &result)
        {
            let asked = if Arc::ptr_eq(model, &self.root) { root } else { sub };
            if let Err(error) = cache.put(asked, request, reply) {
                self.tell_of_cache(&error);
            }
        }
        let mut exchange = Exchange::new(digest, asked, result, millis(begun.at.elapsed()));
        exchange.usage = usage.unwrap_or(exchange.usage);
        exchange.waited =
            admitted.get().map_or(exchange.millis, |at| millis(at.duration_since(begun.at)));
        let counted = counted.filter(|counted| *counted != exchange.usage);
        Exchange { counted, ..exchange }
    }

    /// A cache that cannot be written to is told of once; the run needs no cache.
    fn tell_of_cache(&self, error: &std::io::Error) {
        if !self.cache_failed.swap(true, Ordering::Relaxed) {
            self.observers
                .tell(&Event::Note { message: format!("the cache cannot be written: {error}") });
        }
    }

    /// Sends a request when there is a place for it and the ledger allows it, until it is cancelled or
    /// unwanted or time is over. Gives the reply and what was counted for it; `admitted` is set when it
    /// is sent.
    async fn send(
        &self,
        model: &Arc<dyn Model>,
        request: Request,
        listener: Option<&mut dyn Listener>,
        asking: &Asking<'_>,
        admitted: &OnceLock<Instant>,
    ) -> Result<(Reply, Usage), Unanswered> {
        // Both outlive the exchange, which is dropped where it is given up.
        let tries = Tries::default();
        let held = Mutex::new(None);
        let exchange = async {
            let Ok(_permit) = self.permits.acquire().await else { return Err(Why::Interrupted) };
            let name = if request.model.is_empty() { model.name() } else { &request.model };
            let hold = self.ledger.admit(name, &request).await.map_err(Why::Limit)?;
            admitted.get_or_init(Instant::now);
            // Written down before anything is sent: a process that is killed meanwhile may have to pay.
            let observers = self.observers.clone();
            let Key { engine, at } = asking.key.clone();
            let (model_name, input) = (name.to_string(), hold.estimate());
            tries.before_first(move || {
                let (model, recorded) = (model_name, false);
                observers.tell(&Event::Sent { engine, at, model, input, recorded });
            });
            *lock(&held) = Some(hold);
            let _told = InFlight::new(&self.observers, request.purpose);
            // Borrowed anew: what is dropped with the tries must not be asked to outlive them.
            let listener = listener.map(|listener| &mut *listener as &mut dyn Listener);
            let mut answering = model.track(request, listener, &tries);
            let mut known = 0;
            loop {
                // It gives way before it tries again.
                let step = poll_fn(|context| match answering.as_mut().poll(context) {
                    Poll::Ready(result) => Poll::Ready(Some(result)),
                    Poll::Pending if tries.over().tries > known => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                });
                if let Some(result) = step.await {
                    // Its connection is back in the pool before the next request looks for one there:
                    // otherwise that makes another.
                    if self.permits.available_permits() == 0 {
                        tokio::task::yield_now().await;
                    }
                    return result.map_err(Why::Failed);
                }
                let lost = tries.over();
                known = lost.tries;
                let wanted = lock(&held).as_mut().map(|hold| hold.lose(lost));
                if let Some((ledger, wanted)) = wanted {
                    let room = ledger.room_for(&wanted).await.map_err(Why::Limit)?;
                    if let Some(hold) = lock(&held).as_mut() {
                        hold.renew(room);
                    }
                }
            }
        };
        let limit = self.ledger.time_left().unwrap_or(Duration::MAX);
        let result = tokio::select! {
            // In order: what is not wanted any more is not sent, however soon it could be.
            biased;
            () = self.cancel.cancelled() => Err(Why::Interrupted),
            () = given_up(asking.unwanted) => Err(Why::Interrupted),
            result = tokio::time::timeout(limit, exchange) => match result {
                Ok(reply) => reply,
                Err(_) => Err(Why::Limit(self.ledger.time_is_over())),
            },
        };
        let hold = lock(&held).take();
        let counted = hold.map(|hold| hold.settle(result.as_ref().ok(), tries.lost()));
        let counted = counted.unwrap_or_default();
        self.observers.live(&Live::Used(self.ledger.totals()));
        match result {
            Ok(reply) => Ok((reply, counted)),
            Err(why) => Err(Unanswered { why, tries: tries.sent(), counted }),
        }
    }

    /// One plain model call of a program, already reserved in the ledger where it is not recorded, until
    /// `unwanted` is set. Gives the reply, and whether it was cut off.
    pub(super) async fn call(
        &self,
        key: Key,
        sealed: bool,
        call: u64,
        prompt: Prompt,
        unwanted: &Cancel,
    ) -> (Result<Text, String>, bool) {
        let request = Request {
            model: prompt.model.clone().unwrap_or_default(),
            messages: vec![Message::user(framing::message(&prompt))],
            response_schema: prompt.schema.clone(),
            purpose: Purpose::Call,
            ..Request::default()
        };
        let asking = Asking { key: &key, sealed, reserved: true, unwanted: Some(unwanted) };
        let exchange = self.exchange(asking, &self.sub, request, None).await;
        let is_cut_off = exchange.reply.is_some() && exchange.finish == Some(Finish::Length);
        if exchange.is_void() {
            return (exchange.into_result().map(Text::from), is_cut_off);
        }
        let event = Event::Call {
            engine: key.engine,
            call,
            at: key.at,
            instruction: prompt.instruction.to_str().into_owned(),
            data: prompt.data.iter().map(framing::reference).collect(),
            exchange,
        };
        self.observers.tell(&event);
        // Taken back, not copied: replies may be large.
        let Event::Call { exchange, .. } = event else { return (Ok(Text::default()), false) };
        (exchange.into_result().map(Text::from), is_cut_off)
    }
}

/// Waits until a request is no longer wanted.
async fn given_up(unwanted: Option<&Cancel>) {
    match unwanted {
        Some(unwanted) => unwanted.cancelled().await,
        None => std::future::pending().await,
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Stops a run, or one piece of work in it, from outside.
#[derive(Default)]
pub struct Cancel {
    set: AtomicBool,
    notify: Notify,
    /// What this belongs to: it stops with that.
    whole: Option<Arc<Cancel>>,
}

impl Cancel {
    /// Stops the run: calls in flight end, programs stop at their next look.
    pub fn cancel(&self) {
        self.set.store(true, Ordering::SeqCst);
        self.notify.notify_waiters();
    }

    /// A part of something that may be stopped as a whole.
    pub(super) fn part_of(whole: &Arc<Cancel>) -> Cancel {
        Cancel { whole: Some(whole.clone()), ..Cancel::default() }
    }

    /// Whether it is to stop.
    pub fn is_set(&self) -> bool {
        self.set.load(Ordering::Relaxed) || self.whole.as_ref().is_some_and(|whole| whole.is_set())
    }

    pub(super) async fn cancelled(&self) {
        loop {
            // Registered before the look, so that no notification is missed in between.
            let notified = self.notify.notified();
            if self.is_set() {
                return;
            }
            match &self.whole {
                // Boxed: it waits for its own whole in turn.
                Some(whole) => tokio::select! {
                    () = notified => {}
                    () = Box::pin(whole.cancelled()) => {}
                },
                None => notified.await,
            }
        }
    }
}
