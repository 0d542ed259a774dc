//! Native sequences whose items are made when looked at: ranges, `enumerate`, `zip`, `reversed`,
//! the characters of a text.
//!
//! As in Python they look at the lists behind them while they are walked.

use std::rc::Rc;

use crate::subscript::Bounds;
use crate::text::Text;
use crate::value::{List, Sequence, Value};

/// `range(start, stop, step)`; the step is not zero.
pub(crate) struct Range {
    start: i64,
    /// May lie beyond 64 bits, where the items end: such a range is longer than can be counted.
    stop: i128,
    step: i64,
}

impl Range {
    /// A range as a list.
    pub(crate) fn list(start: i64, stop: i64, step: i64) -> List {
        Range::wide(start, i128::from(stop), step)
    }

    /// The same with an end that may lie beyond 64 bits.
    pub(crate) fn wide(start: i64, stop: i128, step: i64) -> List {
        List::lazy(Rc::new(Range { start, stop, step }))
    }

    fn item(&self, index: usize) -> Option<i64> {
        let distance = i128::from(self.step).checked_mul(i128::try_from(index).ok()?)?;
        i64::try_from(i128::from(self.start) + distance).ok()
    }
}

impl Sequence for Range {
    fn len(&self) -> usize {
        let distance = if self.step > 0 {
            self.stop.saturating_sub(i128::from(self.start))
        } else {
            i128::from(self.start).saturating_sub(self.stop)
        };
        if distance <= 0 {
            return 0;
        }
        let step = i128::from(self.step).abs();
        usize::try_from((distance - 1) / step + 1).unwrap_or(usize::MAX)
    }

    fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        self.item(index).map(Value::Int)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).filter_map(|i| self.item(i).map(Value::Int)))
    }

    fn as_range(&self) -> Option<(i64, i64, i64)> {
        Some((self.start, i64::try_from(self.stop).ok()?, self.step))
    }

    fn as_wide_range(&self) -> Option<(i64, i128, i64)> {
        Some((self.start, self.stop, self.step))
    }
}

/// A slice of a range as a range; `None` for other lists.
pub(crate) fn part(list: &List, bounds: Bounds) -> Option<List> {
    let (start, _, step) = list.sequence()?.as_range()?;
    let first = i128::from(start) + i128::from(step) * i128::try_from(bounds.start).ok()?;
    let step = i128::from(step) * i128::from(bounds.step);
    let stop = first + step * i128::try_from(bounds.count).ok()?;
    let fits = |n: i128| i64::try_from(n).ok();
    Some(Range::list(fits(first)?, fits(stop)?, fits(step)?))
}

/// `enumerate(xs, start)`
pub(crate) struct Enumerate {
    /// What is counted.
    pub(crate) items: List,
    /// The number of the first item.
    pub(crate) start: i64,
}

impl Enumerate {
    fn pair(&self, index: usize, item: Value) -> Value {
        let number = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(self.start);
        Value::tuple(vec![Value::Int(number), item])
    }
}

impl Sequence for Enumerate {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.items.get(index).map(|item| self.pair(index, item))
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new(self.items.iter().enumerate().map(|(i, item)| self.pair(i, item)))
    }

    fn depth(&self) -> usize {
        self.items.depth() + 1
    }
}

/// `zip(a, b, ...)`: as long as the shortest.
pub(crate) struct Zip {
    /// What is walked side by side; at least one list.
    pub(crate) lists: Vec<List>,
}

impl Sequence for Zip {
    fn len(&self) -> usize {
        self.lists.iter().map(List::len).min().unwrap_or(0)
    }

    fn get(&self, index: usize) -> Option<Value> {
        // Without lists there are no rows, not rows without items.
        if self.lists.is_empty() {
            return None;
        }
        let row: Option<Vec<Value>> = self.lists.iter().map(|list| list.get(index)).collect();
        row.map(Value::tuple)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).map_while(|i| self.get(i)))
    }

    fn depth(&self) -> usize {
        self.lists.iter().map(List::depth).max().unwrap_or(0) + 1
    }
}

/// `reversed(xs)`
pub(crate) struct Reversed {
    /// What is walked backwards.
    pub(crate) items: List,
}

impl Sequence for Reversed {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn get(&self, index: usize) -> Option<Value> {
        let last = self.items.len().checked_sub(1)?;
        self.items.get(last.checked_sub(index)?)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).filter_map(|i| self.get(i)))
    }

    fn depth(&self) -> usize {
        self.items.depth() + 1
    }
}

/// Items that `itertools.cycle` gives before it ends: more than any program walks.
const CYCLE_LEN: usize = 1 << 24;

/// `itertools.cycle(xs)`: the items over and over.
pub(crate) struct Cycle {
    /// The items; at least one.
    pub(crate) items: Vec<Value>,
}

impl Sequence for Cycle {
    fn len(&self) -> usize {
        CYCLE_LEN
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.items.get(index.checked_rem(self.items.len())?).cloned()
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new(self.items.iter().cloned().cycle().take(CYCLE_LEN))
    }
}

/// What an iterator has not given yet.
pub(crate) struct Rest {
    items: List,
    start: usize,
}

impl Rest {
    /// The items from a position on.
    pub(crate) fn list(items: List, start: usize) -> List {
        List::lazy(Rc::new(Rest { items, start }))
    }
}

impl Sequence for Rest {
    fn len(&self) -> usize {
        self.items.len().saturating_sub(self.start)
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.items.get(self.start.checked_add(index)?)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new((0..self.len()).filter_map(|i| self.get(i)))
    }

    fn depth(&self) -> usize {
        self.items.depth() + 1
    }
}

/// The characters of a text, each a text: a long one must not become as many values at once.
pub(crate) struct Chars(Text);

impl Chars {
    /// The characters as a list.
    pub(crate) fn list(text: &Text) -> List {
        List::lazy(Rc::new(Chars(text.clone())))
    }
}

impl Sequence for Chars {
    fn len(&self) -> usize {
        self.0.char_len()
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.0.char_at(index).map(Value::Text)
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new(self.0.chars().map(|c| Value::from(&*c.encode_utf8(&mut [0; 4]))))
    }
}
