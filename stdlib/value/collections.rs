//! Lists, tuples, dicts and sets.
//!
//! No method here runs program code while a container is borrowed, so a program cannot make a
//! borrow fail.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::ops::Range;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::meter;
use crate::text::Text;
use crate::value::drop::{holds_values, release};
use crate::value::{Function, Value};

/// A native sequence whose items are made when looked at: lines of a text, hits of a search.
pub trait Sequence {
    /// The number of items.
    fn len(&self) -> usize;

    /// True without items.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at an index below `len`.
    fn get(&self, index: usize) -> Option<Value>;

    /// All items in order.
    fn iter(&self) -> Box<dyn Iterator<Item = Value> + '_>;

    /// Where the items from `from` on are parts of texts: gives them in order and without making values,
    /// until `f` wants no more. Ends early before an item that is none.
    fn each_piece(&self, _from: usize, _f: &mut EachPiece<'_>) {}

    /// For a range of integers: start, stop and step.
    fn as_range(&self) -> Option<(i64, i64, i64)> {
        None
    }

    /// The same where the end may lie beyond 64 bits.
    fn as_wide_range(&self) -> Option<(i64, i128, i64)> {
        None
    }

    /// How many views lie upon each other below this one: getting an item recurses as deep.
    fn depth(&self) -> usize {
        0
    }
}

/// A part of a text.
pub struct Piece<'t> {
    /// The text.
    pub text: &'t Text,
    /// The part in **bytes** of the text.
    pub range: Range<usize>,
    /// The bytes of the part.
    pub bytes: &'t [u8],
}

/// Takes a part of a text; tells whether it wants more.
pub type EachPiece<'f> = dyn FnMut(Piece<'_>) -> More + 'f;

/// What who is given items wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// The next item.
    Yes,
    /// Nothing more: this item was taken.
    Taken,
    /// Nothing more: this item comes next, to whoever asks.
    Left,
}

/// How a list keeps its items.
pub enum Storage {
    /// As values.
    Values(Vec<Value>),
    /// As something compact; becomes `Values` when the list is changed.
    Lazy(Rc<dyn Sequence>),
}

/// A list: shared, mutable.
#[derive(Clone)]
pub struct List(Rc<ListCell>);

struct ListCell {
    storage: RefCell<Storage>,
    kind: Kind,
}

/// What a list is beside its items.
enum Kind {
    Plain,
    Deque(Deque),
    /// What a generator, `map`, `finditer` and the like gave.
    Once(Cell<Position>),
    /// Keys or entries of a dict: Python compares them as sets.
    Keys,
}

/// How far a list has been walked that Python gives item by item. `next` takes items away for good, and
/// so does a loop that is left early; a walk to the end alone takes nothing: the list can be walked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Not at all.
    Fresh,
    /// To the end, and nothing else: `next` finds nothing more.
    Walked,
    /// Items before this one were taken.
    At(usize),
}

/// What makes a list a `deque`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deque {
    /// The most items that it keeps; adding one at an end drops one at the other.
    pub most: Option<usize>,
}

impl Drop for ListCell {
    fn drop(&mut self) {
        if let Storage::Values(values) = self.storage.get_mut()
            && values.iter().any(holds_values)
        {
            release(std::mem::take(values));
        }
    }
}

impl List {
    /// A list of these items.
    pub fn new(items: Vec<Value>) -> List {
        List::with(Storage::Values(items), Kind::Plain)
    }

    /// A `deque` of these items.
    pub fn deque(items: Vec<Value>, most: Option<usize>) -> List {
        let list = List::with(Storage::Values(items), Kind::Deque(Deque { most }));
        list.drop_surplus(true);
        list
    }

    fn with(storage: Storage, kind: Kind) -> List {
        List(Rc::new(ListCell { storage: RefCell::new(storage), kind }))
    }

    /// What makes it a `deque`, if it is one.
    pub fn as_deque(&self) -> Option<Deque> {
        match self.0.kind {
            Kind::Deque(deque) => Some(deque),
            _ => None,
        }
    }

    /// The same items as a list that `next` takes items from.
    #[must_use]
    pub fn one_by_one(mut self) -> List {
        let kind = Kind::Once(Cell::new(Position::Fresh));
        if let Some(cell) = Rc::get_mut(&mut self.0) {
            cell.kind = kind;
            return self;
        }
        let storage = match &*self.storage() {
            Storage::Values(values) => Storage::Values(values.clone()),
            Storage::Lazy(sequence) => Storage::Lazy(sequence.clone()),
        };
        List::with(storage, kind)
    }

    /// A list of a dict's keys or entries.
    pub fn of_keys(items: Vec<Value>) -> List {
        List::with(Storage::Values(items), Kind::Keys)
    }

    /// Whether it was made by [`List::of_keys`].
    pub fn is_keys(&self) -> bool {
        matches!(self.0.kind, Kind::Keys)
    }

    /// How far it has been walked, for a list that `next` takes items from.
    pub fn position(&self) -> Option<Position> {
        match &self.0.kind {
            Kind::Once(position) => Some(position.get()),
            _ => None,
        }
    }

    /// Sets how far it has been walked; nothing for other lists.
    pub fn set_position(&self, to: Position) {
        if let Kind::Once(position) = &self.0.kind {
            position.set(to);
        }
    }

    /// The index of the item that `next` gives, from now on counted exactly.
    pub fn begin(&self) -> usize {
        let at = match self.position() {
            Some(Position::At(at)) => at,
            Some(Position::Walked) => usize::MAX,
            Some(Position::Fresh) | None => 0,
        };
        self.set_position(Position::At(at));
        at
    }

    /// The next item, taken away from a list that gives them one by one; the first of another.
    pub fn take_next(&self) -> Option<Value> {
        let at = self.begin();
        let item = self.get(at)?;
        self.set_position(Position::At(at + 1));
        Some(item)
    }

    /// What a walk to the end sees: all items, but those that were taken away.
    pub fn walked(&self) -> List {
        match self.position() {
            None => self.clone(),
            Some(Position::At(at)) => {
                self.set_position(Position::At(usize::MAX));
                if at == 0 { self.clone() } else { crate::ranges::Rest::list(self.clone(), at) }
            }
            Some(_) => {
                self.set_position(Position::Walked);
                self.clone()
            }
        }
    }

    /// True while nobody else holds it.
    pub fn is_unshared(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// Drops what a `deque` has beyond its most, at its beginning or its end.
    pub fn drop_surplus(&self, at_start: bool) {
        if let Some(Deque { most: Some(most) }) = self.as_deque()
            && self.len() > most
        {
            let mut values = self.values_mut();
            if at_start {
                let surplus = values.len() - most;
                values.drain(..surplus);
            } else {
                values.truncate(most);
            }
        }
    }

    /// A list over a native sequence.
    pub fn lazy(sequence: Rc<dyn Sequence>) -> List {
        List::with(Storage::Lazy(sequence), Kind::Plain)
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        match &*self.0.storage.borrow() {
            Storage::Values(values) => values.len(),
            Storage::Lazy(sequence) => sequence.len(),
        }
    }

    /// True without items.
    pub fn is_empty(&self) -> bool {
        match &*self.0.storage.borrow() {
            Storage::Values(values) => values.is_empty(),
            Storage::Lazy(sequence) => sequence.is_empty(),
        }
    }

    /// The item at an index, if there is one.
    pub fn get(&self, index: usize) -> Option<Value> {
        match &*self.0.storage.borrow() {
            Storage::Values(values) => values.get(index).cloned(),
            Storage::Lazy(sequence) => sequence.get(index),
        }
    }

    /// The depth of views behind the list; see [`Sequence::depth`].
    pub fn depth(&self) -> usize {
        match &*self.0.storage.borrow() {
            Storage::Values(_) => 0,
            Storage::Lazy(sequence) => sequence.depth(),
        }
    }

    /// The native sequence behind the list, if it still is one.
    pub fn sequence(&self) -> Option<Rc<dyn Sequence>> {
        match &*self.0.storage.borrow() {
            Storage::Values(_) => None,
            Storage::Lazy(sequence) => Some(sequence.clone()),
        }
    }

    /// The storage, for reading many items at once. Do not run program code while it is held.
    pub fn storage(&self) -> Ref<'_, Storage> {
        self.0.storage.borrow()
    }

    /// The items for changing; a native sequence is turned into values first. Do not run program
    /// code while it is held.
    pub fn values_mut(&self) -> RefMut<'_, Vec<Value>> {
        let mut storage = self.0.storage.borrow_mut();
        if let Storage::Lazy(sequence) = &*storage {
            let values = made(&**sequence);
            *storage = Storage::Values(values);
        }
        RefMut::map(storage, |storage| match storage {
            Storage::Values(values) => values,
            Storage::Lazy(_) => unreachable!("made into values above"),
        })
    }

    /// The items one by one, by index: program code may run in between and change the list, as
    /// in a `for` loop of Python.
    pub fn iter(&self) -> impl Iterator<Item = Value> + use<> {
        let list = self.clone();
        let mut index = 0;
        std::iter::from_fn(move || {
            let item = list.get(index)?;
            index += 1;
            Some(item)
        })
    }

    /// A copy of the items.
    pub fn to_vec(&self) -> Vec<Value> {
        match &*self.0.storage.borrow() {
            Storage::Values(values) => values.clone(),
            Storage::Lazy(sequence) => made(&**sequence),
        }
    }

    /// Puts other items in place of all, and gives the old ones.
    pub fn replace(&self, items: Vec<Value>) -> Storage {
        std::mem::replace(&mut *self.0.storage.borrow_mut(), Storage::Values(items))
    }

    /// Adds an item at the end.
    pub fn push(&self, value: Value) {
        self.values_mut().push(value);
    }

    /// True for the same list, not only an equal one.
    pub fn same(&self, other: &List) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// A number that tells live lists apart, for cycle checks.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.0).cast::<()>() as usize
    }
}

/// All items of a sequence. None, and an error when the walk is settled, of one that steps or memory do
/// not suffice for: a range may be longer than any memory.
fn made(sequence: &dyn Sequence) -> Vec<Value> {
    const FEW: usize = 4096;
    let count = sequence.len();
    let bytes = count.saturating_mul(std::mem::size_of::<Value>());
    if count > FEW && !(meter::walk(count as u64) && meter::print(bytes)) {
        return Vec::new();
    }
    sequence.iter().collect()
}

/// A tuple: shared, fixed.
#[derive(Clone)]
pub struct Tuple(Rc<TupleCell>);

struct TupleCell {
    items: Vec<Value>,
    record: Option<Rc<Record>>,
}

/// What a `namedtuple` has beside its items.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// The name of the kind: `Point`.
    pub name: String,
    /// The names of the items.
    pub fields: Vec<String>,
}

impl Drop for TupleCell {
    fn drop(&mut self) {
        if self.items.iter().any(holds_values) {
            release(std::mem::take(&mut self.items));
        }
    }
}

impl Tuple {
    /// A tuple of these items.
    pub fn new(items: Vec<Value>) -> Tuple {
        Tuple(Rc::new(TupleCell { items, record: None }))
    }

    /// A tuple whose items have names.
    pub fn record(items: Vec<Value>, record: Rc<Record>) -> Tuple {
        Tuple(Rc::new(TupleCell { items, record: Some(record) }))
    }

    /// The names of its items, if they have any.
    pub fn as_record(&self) -> Option<&Rc<Record>> {
        self.0.record.as_ref()
    }

    /// The item of a name.
    pub fn field(&self, name: &str) -> Option<&Value> {
        let at = self.as_record()?.fields.iter().position(|field| field == name)?;
        self.get(at)
    }
}

impl std::ops::Deref for Tuple {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.items
    }
}

/// The map inside a dict. Keys are hashable (see [`hashable`](crate::value::hashable)).
pub type Map = IndexMap<Value, Value, FxBuildHasher>;

/// The items inside a set.
pub type Members = IndexSet<Value, FxBuildHasher>;

/// What a dict does for a key that is missing.
#[derive(Clone, Default)]
pub enum DictKind {
    /// An error.
    #[default]
    Plain,
    /// Zero: a counter.
    Counter,
    /// The result of calling the function, stored: `defaultdict(list)`.
    Default(Rc<Function>),
}

/// A dict: shared, mutable, in order of insertion.
#[derive(Clone)]
pub struct Dict(Rc<DictCell>);

struct DictCell {
    map: RefCell<Map>,
    kind: DictKind,
}

impl Drop for DictCell {
    fn drop(&mut self) {
        // A factory may be a method of another such dict, and so on.
        if let DictKind::Default(factory) = std::mem::take(&mut self.kind) {
            release(vec![Value::Function(factory)]);
        }
        let map = self.map.get_mut();
        if map.iter().any(|(k, v)| holds_values(v) || holds_values(k)) {
            let mut items = Vec::with_capacity(map.len());
            for (k, v) in map.drain(..) {
                items.push(k);
                items.push(v);
            }
            release(items);
        }
    }
}

impl Dict {
    /// A plain dict.
    pub fn new(map: Map) -> Dict {
        Dict::of_kind(map, DictKind::Plain)
    }

    /// A dict with its own rule for missing keys.
    pub fn of_kind(map: Map, kind: DictKind) -> Dict {
        Dict(Rc::new(DictCell { map: RefCell::new(map), kind }))
    }

    /// A plain dict of named fields.
    pub fn record<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Dict {
        Dict::new(fields.into_iter().map(|(k, v)| (Value::from(k), v)).collect())
    }

    /// What happens for a missing key.
    pub fn kind(&self) -> &DictKind {
        &self.0.kind
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.0.map.borrow().len()
    }

    /// True without keys.
    pub fn is_empty(&self) -> bool {
        self.0.map.borrow().is_empty()
    }

    /// The value of a key; the key must be hashable.
    pub fn get(&self, key: &Value) -> Option<Value> {
        self.0.map.borrow().get(key).cloned()
    }

    /// Sets a key; the key must be hashable.
    pub fn insert(&self, key: Value, value: Value) {
        self.0.map.borrow_mut().insert(key, value);
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Value> {
        self.0.map.borrow().keys().cloned().collect()
    }

    /// The map for reading. Do not run program code while it is held.
    pub fn map(&self) -> Ref<'_, Map> {
        self.0.map.borrow()
    }

    /// The map for changing. Do not run program code while it is held.
    pub fn map_mut(&self) -> RefMut<'_, Map> {
        self.0.map.borrow_mut()
    }

    /// True for the same dict, not only an equal one.
    pub fn same(&self, other: &Dict) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// A number that tells live dicts apart, for cycle checks.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.0).cast::<()>() as usize
    }
}

/// A set: shared, mutable, in order of insertion.
#[derive(Clone)]
pub struct Set(Rc<SetCell>);

struct SetCell {
    members: RefCell<Members>,
    frozen: Cell<bool>,
}

impl Set {
    /// A set of these members, which must be hashable.
    pub fn new(members: Members) -> Set {
        Set(Rc::new(SetCell { members: RefCell::new(members), frozen: Cell::new(false) }))
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.0.members.borrow().len()
    }

    /// True without members.
    pub fn is_empty(&self) -> bool {
        self.0.members.borrow().is_empty()
    }

    /// The members in order.
    pub fn to_vec(&self) -> Vec<Value> {
        self.0.members.borrow().iter().cloned().collect()
    }

    /// The members for reading. Do not run program code while it is held.
    pub fn members(&self) -> Ref<'_, Members> {
        self.0.members.borrow()
    }

    /// The members for changing. Do not run program code while it is held.
    pub fn members_mut(&self) -> RefMut<'_, Members> {
        self.0.members.borrow_mut()
    }

    /// True for the same set, not only an equal one.
    pub fn same(&self, other: &Set) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// A number that tells live sets apart, for cycle checks.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.0).cast::<()>() as usize
    }

    /// True for a `frozenset`, which can be a key.
    pub fn is_frozen(&self) -> bool {
        self.0.frozen.get()
    }

    /// Makes it a `frozenset`.
    pub fn freeze(&self) {
        self.0.frozen.set(true);
    }
}
