//! Identical requests on their way at the same time: one is sent, all get its reply.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::engine::event::{Exchange, Free};

type Outcome = watch::Receiver<Option<Exchange>>;

/// The requests on their way, by their digests.
#[derive(Debug, Default)]
pub(super) struct Flights {
    flights: Mutex<HashMap<blake3::Hash, Outcome>>,
}

/// The part of one request in it.
pub(super) enum Part<'f> {
    /// Nobody else asks this: it is to be sent, and its outcome told.
    First(First<'f>),
    /// Another asks the same; its outcome, unless that one is given up.
    Other(Outcome),
}

/// The one that is sent.
pub(super) struct First<'f> {
    flights: &'f Flights,
    digest: blake3::Hash,
    outcome: watch::Sender<Option<Exchange>>,
    has_left: bool,
}

impl Flights {
    /// Joins those that ask the same.
    pub(super) fn join(&self, digest: blake3::Hash) -> Part<'_> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = flights.get(&digest) {
            return Part::Other(outcome.clone());
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(digest, receiver);
        Part::First(First { flights: self, digest, outcome: sender, has_left: false })
    }
}

impl First<'_> {
    /// Gives the outcome to all that wait for it.
    pub(super) fn tell(mut self, exchange: &Exchange) {
        self.leave();
        // From here on nobody joins. A copy is made only where somebody waits: replies may be large.
        if self.outcome.receiver_count() > 0 {
            let _ = self.outcome.send(Some(exchange.clone()));
        }
    }

    /// The flight is over: whoever asks the same from now on is the first of another.
    fn leave(&mut self) {
        if !std::mem::replace(&mut self.has_left, true) {
            let mut flights = self.flights.flights.lock().unwrap_or_else(PoisonError::into_inner);
            flights.remove(&self.digest);
        }
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The outcome of the request that was sent, as the others get it; `None` if it was given up.
pub(super) async fn outcome(mut outcome: Outcome) -> Option<Exchange> {
    let exchange = outcome.wait_for(Option::is_some).await.ok()?.clone()?;
    let usage = crate::model::Usage::default();
    Some(Exchange {
        free: Some(Free::Shared),
        usage,
        counted: None,
        other_usage: None,
        tries: 0,
        ..exchange
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_others_get_the_outcome_of_the_first_or_ask_themselves() {
        let flights = Flights::default();
        let digest = blake3::hash(b"q");
        let Part::First(first) = flights.join(digest) else { panic!("the first is sent") };
        let Part::Other(other) = flights.join(digest) else { panic!("the second waits") };
        assert!(matches!(flights.join(blake3::hash(b"p")), Part::First(_)));
        first.tell(&Exchange { reply: Some("r".into()), tries: 3, ..Exchange::default() });
        let shared = outcome(other).await.unwrap();
        assert_eq!((shared.reply.as_deref(), shared.tries), (Some("r"), 0));
        assert_eq!(shared.free, Some(Free::Shared));

        let Part::First(first) = flights.join(digest) else { panic!("the flight is over") };
        let Part::Other(other) = flights.join(digest) else { panic!("it waits") };
        drop(first);
        assert_eq!(outcome(other).await, None);
        assert!(matches!(flights.join(digest), Part::First(_)));
    }
}
