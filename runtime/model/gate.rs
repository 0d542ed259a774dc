//! Pauses that a server asks for, kept by all calls to it.
//!
//! A server that answers one call with "wait ten seconds" means everyone: calls that learn it each by
//! being refused make the server busier, and use up their tries.

use reqwest::Url;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Holds back requests to one server.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<Option<Instant>>);

impl Gate {
    /// Lets nothing through for this long, or longer if it is closed for longer already.
    pub(crate) fn close_for(&self, pause: Duration) {
        let until = Instant::now().checked_add(pause);
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = until.max(*closed);
    }

    /// Waits until the server may be asked. Tells whether there was anything to wait for.
    pub(crate) async fn pass(&self) -> bool {
        let mut waited = false;
        // Closed again meanwhile: looked at anew.
        while let Some(until) = self.closed_until() {
            waited = true;
            tokio::time::sleep_until(until).await;
        }
        waited
    }

    fn closed_until(&self) -> Option<Instant> {
        let closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        closed.filter(|until| *until > Instant::now())
    }
}

/// The gates of all servers that a run talks to, shared by its clients.
#[derive(Debug, Clone, Default)]
pub struct Gates(Arc<Mutex<HashMap<String, Arc<Gate>>>>);

impl Gates {
    /// The gate of the server that a URL leads to.
    pub(crate) fn of(&self, url: &Url) -> Arc<Gate> {
        let server = url.origin().ascii_serialization();
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(server).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_pause_is_kept_by_everyone() {
        const LONG: Duration = Duration::from_millis(80);
        let gates = Gates::default();
        let url = |text| Url::parse(text).unwrap();
        let gate = gates.of(&url("http://h:1/v1/chat/completions"));
        assert!(!gate.pass().await);
        let started = Instant::now();
        gate.close_for(LONG);
        gate.close_for(LONG / 4);
        let same = gates.clone().of(&url("http://h:1/v1/models"));
        let other = gates.of(&url("http://h:2/v1"));
        assert!(!other.pass().await, "another server");
        assert!(same.pass().await);
        assert!(started.elapsed() >= LONG, "{:?}", started.elapsed());
        assert!(!gate.pass().await);
    }
}
