//! What became of the tries of one request, for the one who sent it.
//!
//! A try that brings no reply may still be paid for: the server read the prompt, and perhaps wrote half of
//! the reply. The sender must know of that also when it gives the request up in the middle, so this
//! stands outside of the future that it drops.

use std::sync::{Mutex, PoisonError};

/// The tries of one request so far.
#[derive(Default)]
pub struct Tries {
    state: Mutex<State>,
    /// Called before the first.
    before_first: Mutex<Option<BeforeFirst>>,
}

type BeforeFirst = Box<dyn FnOnce() + Send>;

/// Tries that brought no reply although the server may have worked on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// How many.
    pub tries: u32,
    /// Bytes of output that came in them.
    pub bytes: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    sent: u32,
    lost: Lost,
    /// Bytes of output that came in the try that goes on now.
    now: Option<u64>,
}

impl Tries {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // Plain numbers: a panic elsewhere cannot leave them half changed.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has this called right before the first try begins.
    pub(crate) fn before_first(&self, call: impl FnOnce() + Send + 'static) {
        let mut before = self.before_first.lock().unwrap_or_else(PoisonError::into_inner);
        *before = Some(Box::new(call));
    }

    /// A try begins: from now on its bytes may be on the way.
    pub fn begin(&self) {
        let before = self.before_first.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(call) = before {
            call();
        }
        self.with(|state| {
            state.sent = state.sent.saturating_add(1);
            state.now = Some(0);
        });
    }

    /// So many bytes of output, thoughts included, have come since the try began.
    pub fn receive(&self, bytes: u64) {
        self.with(|state| state.now = state.now.map(|_| bytes));
    }

    /// Bytes of output that came in the try that goes on now.
    pub fn received(&self) -> u64 {
        self.with(|state| state.now.unwrap_or(0))
    }

    /// The try is over: it brought the reply, or nothing that anybody bills.
    pub fn end(&self) {
        self.with(|state| state.now = None);
    }

    /// The try is over without a reply, and the server may have worked on it.
    pub fn lose(&self) {
        self.with(|state| *state = State { lost: state.all_lost(), now: None, ..*state });
    }

    /// What is lost, without the try that goes on.
    pub(crate) fn over(&self) -> Lost {
        self.with(|state| state.lost)
    }

    /// How many tries began.
    pub fn sent(&self) -> u32 {
        self.with(|state| state.sent)
    }

    /// What is lost, with the try that goes on if there is one: it is given up.
    pub fn lost(&self) -> Lost {
        self.with(|state| state.all_lost())
    }
}

impl Lost {
    /// What is lost beyond what was known to be.
    pub(crate) fn beyond(self, known: Lost) -> Lost {
        let tries = self.tries.saturating_sub(known.tries);
        Lost { tries, bytes: self.bytes.saturating_sub(known.bytes) }
    }
}

impl State {
    fn all_lost(&self) -> Lost {
        let Some(bytes) = self.now else { return self.lost };
        let tries = self.lost.tries.saturating_add(1);
        Lost { tries, bytes: self.lost.bytes.saturating_add(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn the_first_is_announced_once() {
        let (tries, told) = (Tries::default(), Arc::new(AtomicU32::new(0)));
        let heard = told.clone();
        tries.before_first(move || {
            heard.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(told.load(Ordering::Relaxed), 0);
        tries.begin();
        tries.lose();
        tries.begin();
        assert_eq!((told.load(Ordering::Relaxed), tries.sent()), (1, 2));
        let lost = Lost { tries: 1, bytes: 0 };
        assert_eq!((tries.over(), tries.lost().tries), (lost, 2));
        assert_eq!(tries.lost().beyond(lost), lost);
    }

    #[test]
    fn what_is_lost_is_what_came_without_a_reply() {
        let tries = Tries::default();
        assert_eq!((tries.sent(), tries.lost()), (0, Lost::default()));
        // Nothing is received before it is asked for.
        tries.receive(9);
        tries.begin();
        tries.end();
        assert_eq!((tries.sent(), tries.lost()), (1, Lost::default()), "refused");
        tries.begin();
        tries.receive(3);
        tries.receive(7);
        assert_eq!(tries.received(), 7);
        tries.lose();
        assert_eq!(tries.lost(), Lost { tries: 1, bytes: 7 });
        tries.begin();
        tries.receive(2);
        assert_eq!(tries.lost(), Lost { tries: 2, bytes: 9 }, "given up now");
        tries.end();
        assert_eq!((tries.sent(), tries.lost()), (3, Lost { tries: 1, bytes: 7 }), "answered");
    }
}
