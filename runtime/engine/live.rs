//! What goes on at this moment, for whoever shows it to people. Unlike an [`Event`](super::event::Event)
//! nothing of this is recorded: it depends on timing, and a replay has none of it.

use crate::engine::event::Observers;
use crate::engine::limits::Totals;
use crate::model::Purpose;

/// A change of what is going on.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    /// An engine asks its model for the reply of a turn.
    TurnStarted {
        /// Which engine: 0 is the root.
        engine: u64,
        /// From 1.
        turn: u64,
    },
    /// The reply to a turn has come this far; less far than before when it begins anew. This happens
    /// many times a second.
    Heard {
        /// Which engine: 0 is the root.
        engine: u64,
        /// From 1.
        turn: u64,
        /// Characters until now.
        chars: usize,
    },
    /// Calls of a program were admitted; each now waits for its place.
    CallsQueued {
        /// How many.
        count: u64,
    },
    /// A request goes out: it has its place among those in flight.
    Sent(Purpose),
    /// A request is over, however it ended.
    Received(Purpose),
    /// What the whole run used until now.
    Used(Totals),
    /// A child engine is over, however it ended.
    ChildEnded {
        /// Its number.
        engine: u64,
    },
}

/// A request in flight: told of when it is made, and when it is dropped.
pub(super) struct InFlight {
    observers: Observers,
    purpose: Purpose,
}

impl InFlight {
    pub(super) fn new(observers: &Observers, purpose: Purpose) -> InFlight {
        observers.live(&Live::Sent(purpose));
        InFlight { observers: observers.clone(), purpose }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.observers.live(&Live::Received(self.purpose));
    }
}

/// A child engine at work: its end is told of when this is dropped.
pub(super) struct ChildAtWork {
    observers: Observers,
    engine: u64,
}

impl ChildAtWork {
    pub(super) fn new(observers: &Observers, engine: u64) -> ChildAtWork {
        ChildAtWork { observers: observers.clone(), engine }
    }
}

impl Drop for ChildAtWork {
    fn drop(&mut self) {
        self.observers.live(&Live::ChildEnded { engine: self.engine });
    }
}
