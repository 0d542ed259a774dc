//! The exchange with a server, the same for every wire format: send, read, adapt, try again.

use super::failure::{Failure, Place, from_error};
use super::http::{Body, Http};
use super::quirks::{Learned, Quirks};
use super::sse::{self, Decoder};
use super::stream::{Heard, Hearing, Partial};
use super::{
    BoxFuture, ErrorKind, Finish, Listener, Model, ModelError, Reply, Request, Tries, Usage, json,
    schema,
};
use reqwest::Url;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A wire format: how a request is written and a reply is read.
pub(crate) trait Wire: Send + Sync {
    /// Where a request goes; `stream` tells whether a stream is wanted.
    fn url(&self, model: &str, stream: bool) -> Url;

    /// The body of a request, as JSON text.
    fn body(
        &self,
        model: &str,
        request: &Request,
        quirks: Quirks,
        stream: bool,
    ) -> serde_json::Result<Vec<u8>>;

    /// Reads a successful reply; a long text may be taken out of it. The error says, in a few words, what is
    /// missing.
    fn read(&self, reply: &mut Value) -> Result<Answer, String>;

    /// Reads one event of a stream. The error says, in a few words, what is wrong with it.
    fn fold(&self, event: &Value, partial: &mut Partial) -> Result<(), String>;

    /// Whether all of a stream has come: the server told of an end, or of the reason for one.
    fn is_whole(&self, partial: &Partial) -> bool {
        partial.ended || partial.finish.is_some()
    }

    /// Reads usage as the provider writes it.
    fn usage(&self, usage: &Value) -> Usage;

    /// Where usage has what [`Wire::usage`] reads, as JSON pointers, and sums of that.
    fn usage_fields(&self) -> &'static [&'static str];
}

/// What a wire format reads from a reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) usage: Usage,
    pub(crate) finish: Finish,
    /// Usage as the provider writes it.
    pub(crate) raw_usage: Value,
    /// See [`Reply::left_after`].
    pub(crate) left_after: Option<u64>,
    /// The model's name as the server tells it.
    pub(crate) model: Option<String>,
}

/// A model behind HTTP.
pub(crate) struct Remote<W> {
    pub(crate) wire: W,
    pub(crate) http: Http,
    pub(crate) model: String,
    pub(crate) window: Option<u64>,
    pub(crate) key_variable: &'static str,
    pub(crate) has_key: bool,
    /// Learned so far, shared by all calls so that each refusal is met once.
    pub(crate) learned: Learned,
}

impl<W: Wire> Model for Remote<W> {
    fn complete(&self, request: Request) -> BoxFuture<'_, Result<Reply, ModelError>> {
        Box::pin(async move { self.exchange(request, None, &Tries::default()).await })
    }

    fn listen<'a>(
        &'a self,
        request: Request,
        listener: &'a mut dyn Listener,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move { self.exchange(request, Some(listener), &Tries::default()).await })
    }

    fn track<'a>(
        &'a self,
        request: Request,
        listener: Option<&'a mut dyn Listener>,
        tries: &'a Tries,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(self.exchange(request, listener, tries))
    }

    fn name(&self) -> &str {
        &self.model
    }

    fn window(&self) -> Option<u64> {
        self.window
    }
}

/// How long the end of a stream is waited for once all that is wanted of it has come. It brings the
/// usage, and lets the connection be used again.
const GRACE: Duration = Duration::from_secs(2);

/// One request and where it goes.
struct Call<'r> {
    request: &'r Request,
    model: &'r str,
    place: Place,
    tries: &'r Tries,
}

impl<W: Wire> Remote<W> {
    async fn exchange(
        &self,
        request: Request,
        mut listener: Option<&mut dyn Listener>,
        tracked: &Tries,
    ) -> Result<Reply, ModelError> {
        let started = Instant::now();
        let model = if request.model.is_empty() { &self.model } else { &request.model };
        let place = Place {
            url: super::base_url::shown(&self.wire.url(model, false)),
            model: model.clone(),
            key_variable: self.key_variable,
            has_key: self.has_key,
        };
        let call = Call { request: &request, model, place, tries: tracked };
        let (retry, gate) = (self.http.retry(), self.http.gate());
        let wants_stream = listener.is_some() && self.http.streams();
        let known = self.learned.of(model);
        let mut quirks = known;
        let (mut tries, mut failed) = (0, 0);
        loop {
            if tries > 0 {
                // Whoever counts tries has a look before the next.
                tokio::task::yield_now().await;
            }
            if gate.pass().await {
                tokio::time::sleep(retry.spread(seed(&request), tries)).await;
            }
            tries += 1;
            tracked.begin();
            let stream = wants_stream && !quirks.has(Quirks::NO_STREAM);
            // Borrowed anew for each try.
            let heard_by = listener.as_mut().map(|l| &mut **l as &mut dyn Listener);
            let failure = match self.attempt(&call, quirks, stream, heard_by).await {
                Ok(answer) => {
                    tracked.end();
                    if quirks.has(Quirks::NO_STREAM) && !known.has(Quirks::NO_STREAM) {
                        self.learned.add(model, Quirks::NO_STREAM);
                    }
                    return Ok(Reply {
                        text: answer.text,
                        usage: answer.usage,
                        other_usage: json::other_numbers(
                            &answer.raw_usage,
                            self.wire.usage_fields(),
                        ),
                        finish: answer.finish,
                        left_after: answer.left_after,
                        model: answer.model.unwrap_or_else(|| model.clone()),
                        tries,
                        elapsed: started.elapsed(),
                    });
                }
                Err(failure) => failure,
            };
            let received = tracked.received();
            if may_be_billed(&failure, received) {
                tracked.lose();
            } else {
                tracked.end();
            }
            if let Some(pause) = failure.wait {
                gate.close_for(pause.min(retry.longest_wait));
            }
            if let Some(quirk) = self.adapt(&failure, &call, quirks, stream) {
                quirks = quirks.with(quirk);
                continue;
            }
            failed += 1;
            if stream && may_be_the_stream(&failure, failed, received) {
                quirks = quirks.with(Quirks::NO_STREAM);
                if !failure.again {
                    continue;
                }
            }
            match retry.wait(&failure, failed, seed(&request)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error(failure, tries)),
            }
        }
    }

    async fn attempt(
        &self,
        call: &Call<'_>,
        quirks: Quirks,
        stream: bool,
        listener: Option<&mut dyn Listener>,
    ) -> Result<Answer, Failure> {
        let url = self.wire.url(call.model, stream);
        let body = self.wire.body(call.model, call.request, quirks, stream).map_err(|e| {
            let message = format!("the request cannot be written as JSON: {e}");
            Failure::new(ErrorKind::Refused, message, false)
        })?;
        let body = self.http.post(&url, body, &call.place).await?;
        let answered = self.receive(body, call, quirks, Hearing::new(listener)).await;
        answered.map_err(|failure| Failure { answered: true, ..failure })
    }

    /// Reads a reply of good status.
    async fn receive(
        &self,
        mut body: Body<'_>,
        call: &Call<'_>,
        quirks: Quirks,
        mut hearing: Hearing<'_>,
    ) -> Result<Answer, Failure> {
        // What comes decides how it is read: servers answer streams with plain JSON and the reverse.
        let mut head = Vec::new();
        let mut is_stream = None;
        while is_stream.is_none()
            && let Some(bytes) = body.next().await?
        {
            head.extend_from_slice(bytes.as_ref());
            is_stream = sse::is_stream(&head);
        }
        let mut answer = if is_stream == Some(true) {
            self.streamed(body, &head, &mut hearing, call).await?
        } else {
            self.whole(body, head, call).await?
        };
        hearing.hear(&answer.text);
        if let Some(kept) = hearing.kept() {
            answer.text.truncate(kept);
        }
        if let Some(schema) = &call.request.response_schema {
            answer.text = schema::unwrap(answer.text, schema);
        }
        if quirks.has(Quirks::NO_STOP) {
            cut_at_stop(&mut answer, &call.request.stop);
        }
        Ok(answer)
    }

    /// Reads a reply that is one JSON value.
    async fn whole(
        &self,
        mut body: Body<'_>,
        mut bytes: Vec<u8>,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        while let Some(more) = body.next().await? {
            bytes.extend_from_slice(more.as_ref());
            // What of it is text is known at its end only.
            call.tries.receive(bytes.len() as u64);
        }
        let mut reply = json::parse(&bytes).ok_or_else(|| call.bad("is not JSON"))?;
        // Replies may be large: each is held once.
        drop(bytes);
        if let Value::Array(events) = &reply {
            // Gemini's streams without server-sent events are an array of them.
            let mut partial = Partial::default();
            for event in events {
                self.fold(event, &mut partial, call)?;
            }
            return self.ended(partial, call);
        }
        // Gateways wrap errors of the provider behind them into a reply with status 200.
        self.wire.read(&mut reply).map_err(|what| {
            let failure = call.wrong(&reply, &what);
            if failure.status.is_some() {
                // An error in the place of a reply: nothing of it was output.
                call.tries.receive(0);
            }
            failure
        })
    }

    /// Reads a reply that comes as a stream, to its end or until the listener has enough.
    async fn streamed(
        &self,
        mut body: Body<'_>,
        head: &[u8],
        hearing: &mut Hearing<'_>,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        let mut partial = Partial::default();
        let mut decoder = Decoder::default();
        let mut events = decoder.push(head);
        let mut heard = Heard::More;
        loop {
            for event in events {
                match self.event(&event, &mut partial, call) {
                    Err(_) if heard == Heard::Complete => return Ok(self.cut(partial)),
                    done => done?,
                }
                call.tries.receive(partial.output_bytes());
                heard = hearing.hear(partial.text());
                if heard == Heard::Enough {
                    return Ok(self.cut(partial));
                }
            }
            let is_whole = self.wire.is_whole(&partial);
            let next = if heard == Heard::Complete || is_whole {
                tokio::time::timeout(GRACE, body.next()).await.unwrap_or(Ok(None))
            } else {
                body.next().await
            };
            events = match next {
                Ok(Some(bytes)) => decoder.push(bytes.as_ref()),
                Err(failure) if heard == Heard::More && !is_whole => return Err(failure),
                Ok(None) | Err(_) => break,
            };
        }
        if let Some(event) = decoder.finish() {
            // Half an event at a broken end is no news: the end is judged below.
            let _ = self.event(&event, &mut partial, call);
        }
        if heard == Heard::Complete && !self.wire.is_whole(&partial) {
            return Ok(self.cut(partial));
        }
        let before = partial.text().len();
        let answer = self.ended(partial, call)?;
        if hearing.kept().is_none() && answer.text.len() < before {
            // What was heard turned out to be a thought.
            hearing.restart();
        }
        Ok(answer)
    }

    fn event(&self, data: &[u8], partial: &mut Partial, call: &Call<'_>) -> Result<(), Failure> {
        if data.trim_ascii() == b"[DONE]" {
            partial.ended = true;
            return Ok(());
        }
        let event = json::parse(data).ok_or_else(|| call.bad("holds an event that is not JSON"))?;
        self.fold(&event, partial, call)
    }

    fn fold(&self, event: &Value, partial: &mut Partial, call: &Call<'_>) -> Result<(), Failure> {
        self.wire.fold(event, partial).map_err(|what| call.wrong(event, &what))
    }

    /// A stream that ended.
    fn ended(&self, mut partial: Partial, call: &Call<'_>) -> Result<Answer, Failure> {
        if !partial.begun {
            return Err(call.bad("holds no content"));
        }
        if !self.wire.is_whole(&partial) {
            // The reason for an end and no end: that may be how this server ends its streams.
            let (kind, how) = match partial.finish {
                Some(_) => (ErrorKind::BadReply, "without its last event"),
                None => (ErrorKind::Connect, "in the middle"),
            };
            let message = format!("the stream of {} ended {how}", call.place.url);
            return Err(Failure::new(kind, message, true));
        }
        partial.close();
        let raw_usage = partial.usage();
        let usage = self.wire.usage(&raw_usage);
        let finish = partial.finish.take().unwrap_or(Finish::Stop);
        let (model, left_after) = (partial.model.take(), None);
        Ok(Answer { model, text: partial.into_text(), usage, raw_usage, finish, left_after })
    }

    /// A stream that nobody listens to any further. The output that was told of so far is a count from
    /// the beginning of the stream, if not of nothing: what came since is for the ledger to estimate.
    fn cut(&self, mut partial: Partial) -> Answer {
        let raw_usage = partial.usage();
        let usage = self.wire.usage(&raw_usage);
        let (model, left_after) = (partial.model.take(), Some(partial.output_bytes()));
        let text = partial.into_text();
        Answer { model, text, usage, raw_usage, finish: Finish::Stop, left_after }
    }

    /// What to leave out so that a refused request may pass, if anything. Each thing is left out once,
    /// and only if that changes the request: otherwise the refusal is final.
    fn adapt(
        &self,
        failure: &Failure,
        call: &Call<'_>,
        sent: Quirks,
        stream: bool,
    ) -> Option<Quirks> {
        let refused = failure.kind == ErrorKind::Refused || failure.kind == ErrorKind::Server;
        if !refused || !matches!(failure.status, Some(400 | 422 | 500)) {
            return None;
        }
        let body = |quirks| self.wire.body(call.model, call.request, quirks, stream).ok();
        let before = body(sent);
        let helps = |quirk: &Quirks| !sent.has(*quirk) && body(sent.with(*quirk)) != before;
        let quirk = Quirks::named_in(&failure.said).find(helps)?;
        if Quirks::is_lasting(&failure.said) {
            self.learned.add(call.model, quirk);
        }
        Some(quirk)
    }
}

impl Call<'_> {
    fn bad(&self, what: &str) -> Failure {
        let message = format!("the reply of {} {what}; is this the right --api?", self.place.url);
        Failure::new(ErrorKind::BadReply, message, true)
    }

    /// What is wrong with a reply or an event: an error that it holds, or what it lacks.
    fn wrong(&self, reply: &Value, what: &str) -> Failure {
        let error = reply.get("error").or_else(|| reply.pointer("/choices/0/error"));
        let error = error.filter(|error| !error.is_null());
        // vLLM's errors are objects of their own.
        let error = error.or_else(|| (reply.get("object")? == "error").then_some(reply));
        error.map_or_else(|| self.bad(what), |error| from_error(&self.place, error))
    }
}

/// Whether a try that failed may be billed: the server gave up answering a request that it had read, or
/// broke off its answer. One that says that it failed before it wrote anything bills nothing.
fn may_be_billed(failure: &Failure, received: u64) -> bool {
    match failure.status {
        Some(_) => received > 0,
        None => failure.kind == ErrorKind::Timeout || failure.answered,
    }
}

/// Whether a failure may be due to the stream that was asked for: a refusal, or the second failure of
/// other kinds in a row, unless streams are seen to work. A plain reply may still come.
fn may_be_the_stream(failure: &Failure, failed: u32, received: u64) -> bool {
    match failure.kind {
        ErrorKind::Refused | ErrorKind::NotFound => true,
        ErrorKind::Server if matches!(failure.status, Some(501 | 505)) => true,
        ErrorKind::BadReply => failure.again && failed > 1,
        ErrorKind::Server | ErrorKind::Connect => failure.again && failed > 1 && received == 0,
        _ => false,
    }
}

/// Ends a text at the first stop text, where the server was not told of them.
fn cut_at_stop(answer: &mut Answer, stop: &[String]) {
    let ends = stop.iter().filter(|s| !s.is_empty()).filter_map(|s| answer.text.find(s.as_str()));
    if let Some(end) = ends.min() {
        answer.text.truncate(end);
        answer.finish = Finish::Stop;
    }
}

fn seed(request: &Request) -> u64 {
    let digest = request.digest();
    let first = digest.as_bytes().first_chunk::<8>();
    first.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn error(failure: Failure, tries: u32) -> ModelError {
    let mut message = failure.message;
    if tries > 1 {
        message.push_str(&format!(" (after {tries} tries)"));
    }
    ModelError { kind: failure.kind, message, status: failure.status, tries }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_at_the_first_stop() {
        let usage = Usage::default();
        let mut answer = Answer {
            text: "a END b STOP".into(),
            usage,
            finish: Finish::Length,
            raw_usage: Value::Null,
            left_after: None,
            model: None,
        };
        cut_at_stop(&mut answer, &["STOP".into(), "END".into(), String::new()]);
        assert_eq!((answer.text.as_str(), &answer.finish), ("a ", &Finish::Stop));
    }
}
