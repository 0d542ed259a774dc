//! The asynchronous side: model calls of all programs of a run, bounded, counted and told of.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rlm_lang_std::builtin::Table;
use rlm_lang_std::host::Prompt;
use rlm_lang_std::prompt::Variant;
use rlm_lang_std::text::Text;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore};

use crate::engine::event::{Event, Observers};
use crate::engine::limits::{Ledger, LimitReached};
use crate::engine::live::{InFlight, Live};
use crate::engine::{Direct, framing};
use crate::model::{Listener, Message, Model, ModelError, Purpose, Reply, Request, Usage};

/// A request without a reply.
#[derive(Debug)]
pub(super) struct Unanswered {
    pub(super) why: Why,
    /// Whether it was given to the model's client.
    pub(super) sent: bool,
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

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Limit(limit) => &limit.message,
            Why::Interrupted => "interrupted",
            Why::Failed(error) => &error.message,
        })
    }
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
    /// Set to stop the run.
    pub cancel: Cancel,
    /// How the language is taught to the models that write programs.
    pub prompt: Variant,
    /// Requests in flight over the whole tree.
    permits: Semaphore,
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
            cancel: Cancel::default(),
            prompt: Variant::default(),
            permits: Semaphore::new(concurrency.max(1)),
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

    /// The number of a new child engine.
    pub(super) fn engine_number(&self) -> u64 {
        self.next_engine.fetch_add(1, Ordering::Relaxed)
    }

    /// Numbers for `count` new calls: the first of them.
    pub(super) fn call_numbers(&self, count: usize) -> u64 {
        self.next_call.fetch_add(count as u64, Ordering::Relaxed)
    }

    /// Sends a request when there is a place for it and the ledger allows it, until it is cancelled or
    /// time is over. What it used is in the ledger afterwards.
    pub(super) async fn send(
        &self,
        model: &Arc<dyn Model>,
        request: Request,
        listener: Option<&mut dyn Listener>,
    ) -> Result<Reply, Unanswered> {
        self.send_unless(model, request, listener, &Cancel::default()).await
    }

    /// The same, until `unwanted` is set.
    async fn send_unless(
        &self,
        model: &Arc<dyn Model>,
        request: Request,
        listener: Option<&mut dyn Listener>,
        unwanted: &Cancel,
    ) -> Result<Reply, Unanswered> {
        let sent = AtomicBool::new(false);
        let exchange = async {
            let Ok(_permit) = self.permits.acquire().await else { return Err(Why::Interrupted) };
            let name = if request.model.is_empty() { model.name() } else { &request.model };
            let hold = self.ledger.admit(name, &request).await.map_err(Why::Limit)?;
            sent.store(true, Ordering::Relaxed);
            let _told = InFlight::new(&self.observers, request.purpose);
            let reply = match listener {
                Some(listener) => model.listen(request, listener).await,
                None => model.complete(request).await,
            };
            let reply = reply.map_err(Why::Failed)?;
            hold.settle(&reply);
            self.observers.live(&Live::Used(self.ledger.totals()));
            Ok(reply)
        };
        let limit = self.ledger.time_left().unwrap_or(Duration::MAX);
        let result = tokio::select! {
            result = tokio::time::timeout(limit, exchange) => match result {
                Ok(reply) => reply,
                Err(_) => Err(Why::Limit(self.ledger.time_is_over())),
            },
            () = self.cancel.cancelled() => Err(Why::Interrupted),
            () = unwanted.cancelled() => Err(Why::Interrupted),
        };
        result.map_err(|why| Unanswered { why, sent: sent.load(Ordering::Relaxed) })
    }

    /// A call that was not sent is given back; one that a model could not answer has failed. A request
    /// that a client refuses to send counts all the same: a loop over it must come to an end.
    pub(super) fn count_unanswered(&self, unanswered: &Unanswered) {
        if unanswered.sent {
            self.ledger.settle_failed();
        } else {
            self.ledger.refund(1);
        }
    }

    /// One plain model call of a program, already reserved in the ledger, until `unwanted` is set.
    pub(super) async fn call(
        &self,
        engine: u64,
        call: u64,
        prompt: Prompt,
        unwanted: &Cancel,
    ) -> Result<Text, String> {
        let started = Instant::now();
        let request = Request {
            model: prompt.model.clone().unwrap_or_default(),
            messages: vec![Message::user(framing::message(&prompt))],
            response_schema: prompt.schema.clone(),
            purpose: Purpose::Call,
            ..Request::default()
        };
        let result = self.send_unless(&self.sub, request, None, unwanted).await;
        let (reply, error, usage) = match result {
            Ok(reply) => match reply.unusable(prompt.schema.is_some()) {
                // Paid for, and yet no reply: a program must not take it for one.
                Some(why) => {
                    self.ledger.settle_failed();
                    (None, Some(why.to_string()), reply.usage)
                }
                None => (Some(reply.text), None, reply.usage),
            },
            Err(unanswered) => {
                self.count_unanswered(&unanswered);
                (None, Some(unanswered.why.to_string()), Usage::default())
            }
        };
        self.observers.tell(&Event::Call {
            engine,
            call,
            instruction: prompt.instruction.to_str().into_owned(),
            data: prompt.data.iter().map(framing::reference).collect(),
            reply: reply.clone(),
            error: error.clone(),
            usage,
            millis: millis(started.elapsed()),
        });
        match (reply, error) {
            (Some(text), _) => Ok(Text::from(text)),
            (None, error) => Err(error.unwrap_or_default()),
        }
    }
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Stops a run from outside.
#[derive(Default)]
pub struct Cancel {
    set: AtomicBool,
    notify: Notify,
}

impl Cancel {
    /// Stops the run: calls in flight end, programs stop at their next look.
    pub fn cancel(&self) {
        self.set.store(true, Ordering::SeqCst);
        self.notify.notify_waiters();
    }

    /// Whether the run is to stop.
    pub fn is_set(&self) -> bool {
        self.set.load(Ordering::Relaxed)
    }

    async fn cancelled(&self) {
        loop {
            // Registered before the look, so that no notification is missed in between.
            let notified = self.notify.notified();
            if self.is_set() {
                return;
            }
            notified.await;
        }
    }
}
