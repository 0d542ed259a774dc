//! A model provider that does what a test tells it: answers by rule or by turn, late, or wrongly.
//!
//! It listens on a free loopback port, on a thread of its own, until it is dropped, and speaks Chat
//! Completions, Messages and generateContent, told apart by the path. Every request is kept for assertions.

use super::faults::{Asked, Fault};
use super::formats::{self, Format};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::serve::ListenerExt;
use regex::Regex;
use serde_json::Value;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Answers a request by its body and its last message, if it likes.
type Responder = Arc<dyn Fn(&Value, &str) -> Option<String> + Send + Sync>;

/// Decides what goes wrong with a request.
type FaultChooser = Arc<dyn Fn(&Arrival) -> Option<Fault> + Send + Sync>;

/// What the server does. Built by its methods, each of which adds to it.
#[derive(Clone, Default)]
pub struct Script {
    rules: Vec<(Regex, String)>,
    turns: Vec<String>,
    default: Option<String>,
    latency: Duration,
    key: Option<String>,
    models: Vec<String>,
    faults: Option<FaultChooser>,
    forgets: bool,
    pace: Option<Duration>,
    plain: bool,
    chop: Option<usize>,
    responder: Option<Responder>,
}

impl Script {
    /// A server that answers `OK` to everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers requests whose last message matches; `$1` and `${name}` stand for groups. Rules are
    /// tried in order, before turns.
    pub fn rule(mut self, pattern: &str, reply: &str) -> Self {
        self.rules.push((Regex::new(pattern).expect("a rule's regex"), reply.to_owned()));
        self
    }

    /// Adds the next reply of the root conversation; which one is given depends on how many assistant
    /// messages a request holds.
    pub fn turn(mut self, reply: &str) -> Self {
        self.turns.push(reply.to_owned());
        self
    }

    /// What is answered when neither rule nor turn fits.
    pub fn otherwise(mut self, reply: &str) -> Self {
        self.default = Some(reply.to_owned());
        self
    }

    /// How long every answer takes.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sends the events of streams one by one, with this pause before each.
    pub fn pace(mut self, pause: Duration) -> Self {
        self.pace = Some(pause);
        self
    }

    /// Sends streams in packets of so many bytes.
    pub fn chop(mut self, bytes: usize) -> Self {
        self.chop = Some(bytes);
        self
    }

    /// Lets a function answer, by the body of a request and its last message. It comes before all rules.
    pub fn respond(
        mut self,
        answer: impl Fn(&Value, &str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.responder = Some(Arc::new(answer));
        self
    }

    /// Answers requests for streams with plain JSON.
    pub fn without_streams(mut self) -> Self {
        self.plain = true;
        self
    }

    /// Answers 401 to requests without this key.
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Answers 404 to any other model.
    pub fn model(mut self, name: &str) -> Self {
        self.models.push(name.to_owned());
        self
    }

    /// Keeps no requests, for tests of many thousands.
    pub fn forget(mut self) -> Self {
        self.forgets = true;
        self
    }

    /// Lets a function decide what goes wrong with each request.
    pub fn faults(
        mut self,
        choose: impl Fn(&Arrival) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        self.faults = Some(Arc::new(choose));
        self
    }

    /// Lets these faults meet the first requests, in order; the rest go well.
    pub fn first(self, faults: &[Fault]) -> Self {
        let faults = faults.to_vec();
        self.faults(move |arrival| faults.get(arrival.number).cloned())
    }

    /// Starts a server that does this.
    pub fn start(self) -> FakeServer {
        FakeServer::start(self)
    }

    fn reply(&self, body: &Value, messages: &[(String, String)]) -> String {
        let last = messages.last().map_or("", |(_, text)| text.as_str());
        if let Some(text) = self.responder.as_ref().and_then(|answer| answer(body, last)) {
            return text;
        }
        for (pattern, reply) in &self.rules {
            if let Some(captures) = pattern.captures(last) {
                let mut text = String::new();
                captures.expand(reply, &mut text);
                return text;
            }
        }
        let said = messages.iter().filter(|(role, _)| role == "assistant").count();
        let turn = self.turns.get(said).or(self.default.as_ref());
        turn.cloned().unwrap_or_else(|| "OK".to_owned())
    }
}

/// A request as it comes in, for deciding on a fault.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// How many requests came before.
    pub number: usize,
    /// How many requests with the very same body came before.
    pub seen: usize,
    /// The text of its last message.
    pub last: String,
    /// Its body.
    pub body: Value,
    /// Its path and query.
    pub path: String,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The path and query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null if it was no JSON.
    pub body: Value,
    /// The body as it came.
    pub raw: String,
    /// When it came.
    pub arrived: Instant,
    /// What went wrong with it on purpose.
    pub fault: Option<Fault>,
}

#[derive(Default)]
struct Log {
    arrived: usize,
    /// How often each body came, by its hash.
    seen: HashMap<u64, usize>,
    requests: Vec<Recorded>,
}

#[derive(Default)]
struct Shared {
    script: Script,
    log: Mutex<Log>,
    connections: AtomicUsize,
    answered: AtomicUsize,
    told: Mutex<Vec<(u64, u64)>>,
    events: AtomicUsize,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
}

/// A running server; dropping it closes all of its connections.
pub struct FakeServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeServer {
    /// Starts a server.
    pub fn start(script: Script) -> Self {
        let shared = Arc::new(Shared { script, ..Shared::default() });
        let (stop, stopped) = oneshot::channel();
        let (told, address) = std::sync::mpsc::channel();
        let state = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                told.send(listener.local_addr().expect("an address")).expect("the test waits");
                let counted = Arc::clone(&state);
                let app = axum::Router::new()
                    .fallback(answer)
                    .layer(DefaultBodyLimit::disable())
                    .with_state(state);
                // Without it a reply in two packets waits for the client's delayed acknowledgement.
                let listener = listener.tap_io(move |socket| {
                    counted.connections.fetch_add(1, Ordering::SeqCst);
                    drop(socket.set_nodelay(true));
                });
                tokio::select! {
                    _ = stopped => {}
                    _ = async { axum::serve(listener, app).await } => {}
                }
            });
        });
        let address = address.recv().expect("the server starts");
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// The base URL, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.log.lock().expect("no panic while held").requests.clone()
    }

    /// How many requests came, kept or not.
    pub fn arrived(&self) -> usize {
        self.shared.log.lock().expect("no panic while held").arrived
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many requests got a right and whole answer.
    pub fn answered(&self) -> usize {
        self.shared.answered.load(Ordering::SeqCst)
    }

    /// Input and output tokens of each right and whole answer, as it told of them.
    pub fn told(&self) -> Vec<(u64, u64)> {
        self.shared.told.lock().expect("no panic while held").clone()
    }

    /// How many events of paced streams were sent.
    pub fn events(&self) -> usize {
        self.shared.events.load(Ordering::SeqCst)
    }

    /// How many requests wait for an answer now.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::SeqCst)
    }

    /// The largest number of requests that waited at the same time.
    pub fn most_in_flight(&self) -> usize {
        self.shared.most_in_flight.load(Ordering::SeqCst)
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Counts a request as waiting for as long as it lives, also when the client goes away.
struct Waiting(Arc<Shared>);

impl Waiting {
    fn new(shared: &Arc<Shared>) -> Self {
        let now = shared.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most_in_flight.fetch_max(now, Ordering::SeqCst);
        Self(Arc::clone(shared))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let waiting = Waiting::new(&shared);
    let raw = String::from_utf8_lossy(&body).into_owned();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let format = Format::of_path(uri.path());
    let messages = format.map(|f| f.messages(&body)).unwrap_or_default();
    let fault = shared.record(&uri, &headers, (&body, raw), &messages);
    let script = &shared.script;
    let Some(format) = format else {
        return error(404, &format!("no such path: {}", uri.path()));
    };
    if script.key.as_ref().is_some_and(|key| formats::key_of(&headers).as_ref() != Some(key)) {
        let sent = formats::key_of(&headers).unwrap_or_default();
        return error(401, &format!("Incorrect API key provided: {sent}."));
    }
    let model = format.model(&body, uri.path());
    if !script.models.is_empty() && !script.models.contains(&model) {
        return error(404, &format!("The model '{model}' does not exist."));
    }
    tokio::time::sleep(script.latency).await;
    let text = script.reply(&body, &messages);
    let stream = !script.plain && format.wants_stream(&body, uri.path());
    let asked = Asked { format, model: &model, text: &text, body: &body, stream };
    if let Some(fault) = fault {
        return fault.response(&asked).await;
    }
    shared.answered.fetch_add(1, Ordering::SeqCst);
    let (input, output) = formats::tokens(body.to_string().len(), &text);
    shared.told.lock().expect("no panic while held").push((input as u64, output as u64));
    match script.pace {
        Some(pause) if stream => {
            let events = format.events(&asked.right(), &body).into_iter();
            paced(events, pause, Arc::clone(&shared), waiting)
        }
        _ if stream && script.chop.is_some() => {
            let body = asked.encoded(&asked.right());
            let packets: Vec<_> = body
                .chunks(script.chop.unwrap_or(1))
                .map(|packet| Ok::<_, std::convert::Infallible>(Bytes::copy_from_slice(packet)))
                .collect();
            let packets = futures_util::stream::iter(packets);
            formats::stream_response(axum::body::Body::from_stream(packets))
        }
        _ => asked.respond(asked.encoded(&asked.right())),
    }
}

/// A stream whose events come one by one.
fn paced(
    events: std::vec::IntoIter<String>,
    pause: Duration,
    shared: Arc<Shared>,
    waiting: Waiting,
) -> Response {
    // The request waits until its last event was sent, or the client is gone.
    let state = (events, shared, waiting);
    let body = futures_util::stream::unfold(state, move |mut state| async move {
        let event = state.0.next()?;
        tokio::time::sleep(pause).await;
        state.1.events.fetch_add(1, Ordering::SeqCst);
        Some((Ok::<_, std::convert::Infallible>(event), state))
    });
    formats::stream_response(axum::body::Body::from_stream(body))
}

impl Shared {
    fn record(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        (body, raw): (&Value, String),
        messages: &[(String, String)],
    ) -> Option<Fault> {
        let mut hasher = DefaultHasher::new();
        body.to_string().hash(&mut hasher);
        let mut log = self.log.lock().expect("no panic while held");
        let seen = log.seen.entry(hasher.finish()).or_default();
        *seen += 1;
        let seen = *seen - 1;
        let last = messages.last().map(|(_, text)| text.clone()).unwrap_or_default();
        let arrival =
            Arrival { number: log.arrived, seen, last, body: body.clone(), path: uri.to_string() };
        log.arrived += 1;
        let fault = self.script.faults.as_ref().and_then(|choose| choose(&arrival));
        if !self.script.forgets {
            log.requests.push(Recorded {
                path: uri.to_string(),
                headers: headers.clone(),
                body: body.clone(),
                raw,
                arrived: Instant::now(),
                fault: fault.clone(),
            });
        }
        fault
    }
}

fn error(status: u16, message: &str) -> Response {
    let body = serde_json::json!({"error": {"message": message, "type": "invalid_request_error"}});
    formats::json_response(status, body.to_string())
}
