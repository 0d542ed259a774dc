//! What an engine's programs looked at, turn by turn: the events of the coverage map; see
//! [`rlm_lang_std::text::seen`].

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;
use rlm_lang_std::text::seen::{self, Seen, Written};
use rlm_lang_std::text::{Ranges, Source, Text};
use rlm_lang_syntax::source::floor;

use crate::engine::event::Event;
use crate::engine::report::{MAX_PRINTED, Printed};

/// Ranges of one kind that one event names; more are joined with what is between them.
const MOST: usize = 4096;

/// A shorter text that was written into another one may stand in what the model is shown by chance. In
/// bytes.
const TELLING: usize = 4;

/// The beginning or end of a text by which a cut one is found in what is shown. In bytes.
const NEEDLE: usize = 24;

/// What is watched of the input on this engine's thread.
#[derive(Default)]
pub struct Coverage {
    source: Option<Arc<Source>>,
    new: Parts,
    told: Parts,
}

/// The kinds that need watching. Of what was sent most stands in the calls, what was cited in the answer.
#[derive(Default)]
struct Parts {
    searched: Ranges,
    sliced: Ranges,
    sent: Ranges,
    shown: Ranges,
}

impl Coverage {
    /// Watches the source of a context; nothing if a program made it.
    pub fn of(context: &Text) -> Coverage {
        let source = context.source().filter(|source| !source.is_anonymous()).cloned();
        seen::watch(source.as_ref());
        Coverage { source, new: Parts::default(), told: Parts::default() }
    }

    /// Takes what the programs of a turn looked at. `printed` is what the model is shown of their
    /// output, if it is.
    pub(super) fn ran(&mut self, printed: Option<&Printed>) {
        let Some(source) = &self.source else { return };
        let Seen { searched, sliced, sent, written } = seen::take();
        self.new.sent.merge(sent);
        if let Some(printed) = printed {
            let kept = Kept::of(printed);
            let shown = written.iter().filter_map(|written| kept.shown(source, written));
            let gap = seen::gap(source);
            shown.flatten().for_each(|range| self.new.shown.insert_near(range, gap));
        }
        self.new.searched.merge(searched);
        self.new.sliced.merge(sliced);
    }

    /// Takes what the report of a turn looked at by itself: it stands there as a whole.
    pub(super) fn reported(&mut self) {
        if let Some(source) = &self.source {
            let Seen { searched, sliced, sent, written } = seen::take();
            self.new.sent.merge(sent);
            self.new.searched.merge(searched);
            self.new.sliced.merge(sliced);
            let gap = seen::gap(source);
            for written in written.into_iter().filter(|written| written.printed) {
                self.new.shown.insert_near(written.range, gap);
            }
        }
    }

    /// The event for a program that a person ran: whatever it printed is shown.
    pub fn of_program(mut self) -> Option<Event> {
        self.reported();
        self.event(0, 0)
    }

    /// The event for what is new since the last one; nothing if nothing is.
    pub(super) fn event(&mut self, engine: u64, turn: u64) -> Option<Event> {
        let searched = pairs(&mut self.new.searched, &mut self.told.searched);
        let sliced = pairs(&mut self.new.sliced, &mut self.told.sliced);
        let sent = pairs(&mut self.new.sent, &mut self.told.sent);
        let shown = pairs(&mut self.new.shown, &mut self.told.shown);
        let all = [&searched, &sliced, &sent, &shown];
        let nothing = all.iter().all(|kind| kind.is_empty());
        (!nothing).then_some(Event::Coverage { engine, turn, searched, sliced, sent, shown })
    }
}

impl Drop for Coverage {
    fn drop(&mut self) {
        if self.source.is_some() {
            seen::watch(None);
        }
    }
}

/// The event of an input that was sent to the model as it is.
pub(super) fn whole(context: &Text) -> Option<Event> {
    let is_input = context.source().is_some_and(|source| !source.is_anonymous());
    let range = context.byte_range().filter(|range| is_input && !range.is_empty())?;
    let shown = vec![[range.start as u64, range.end as u64]];
    let (searched, sliced, sent) = (Vec::new(), Vec::new(), Vec::new());
    Some(Event::Coverage { engine: 0, turn: 0, searched, sliced, sent, shown })
}

/// What is new, and now told.
fn pairs(new: &mut Ranges, told: &mut Ranges) -> Vec<[u64; 2]> {
    let mut fresh = std::mem::take(new).without(told);
    fresh.join(MOST);
    told.merge(fresh.clone());
    fresh.iter().map(|range| [range.start as u64, range.end as u64]).collect()
}

/// What a report keeps of the output.
struct Kept {
    head: String,
    tail: String,
    is_whole: bool,
}

impl Kept {
    fn of(printed: &Printed) -> Kept {
        let (head, tail, is_whole) = printed.parts();
        Kept { head: head.to_string(), tail, is_whole }
    }

    /// The parts of a text that are in it.
    fn shown(&self, source: &Arc<Source>, written: &Written) -> Option<Vec<Range<usize>>> {
        if self.head.is_empty() {
            return None;
        }
        if written.printed && self.is_whole {
            return Some(vec![written.range.clone()]);
        }
        let text = Text::view(source, written.range.clone());
        if text.byte_len() <= 4 * MAX_PRINTED {
            let whole = String::from_utf8_lossy(text.unread());
            if whole.len() < TELLING && !written.printed {
                return None;
            }
            let finder = memmem::Finder::new(whole.as_bytes());
            if [&self.head, &self.tail].iter().any(|part| finder.find(part.as_bytes()).is_some()) {
                return Some(vec![written.range.clone()]);
            }
        }
        written.printed.then(|| self.ends_shown(&text))
    }

    /// The beginning of a text at the end of the head, and its end at the beginning of the tail.
    fn ends_shown(&self, text: &Text) -> Vec<Range<usize>> {
        let (length, most) = (text.byte_len(), 4 * MAX_PRINTED);
        let first = text.slice_bytes(0..most);
        let first = String::from_utf8_lossy(first.unread());
        let last = text.slice_bytes(length.saturating_sub(most)..length);
        let last = String::from_utf8_lossy(last.unread());
        let mut parts = Vec::new();
        let needle = first.get(..floor(&first, NEEDLE)).unwrap_or_default();
        let shown = self.head.rfind(needle).and_then(|at| self.head.get(at..));
        if let Some(shown) = shown.filter(|shown| first.starts_with(*shown)) {
            parts.extend(text.slice_chars(0, shown.chars().count()).byte_range());
        }
        let from = boundary_after(&last, last.len().saturating_sub(NEEDLE));
        let needle = last.get(from..).unwrap_or_default();
        let shown = self.tail.find(needle).and_then(|at| self.tail.get(..at + needle.len()));
        if let Some(shown) = shown.filter(|shown| last.ends_with(*shown)) {
            let chars = text.char_len();
            parts.extend(text.slice_chars(chars - shown.chars().count(), chars).byte_range());
        }
        parts
    }
}

/// The first place from byte `at` on where a character begins or the text ends.
fn boundary_after(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}
