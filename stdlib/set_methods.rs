//! Methods of sets.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;

use crate::builtin::Builtin;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{combined, members, reserve_list};
use crate::value::{Members, Set, Value, hashable, repr};

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &ADD,
    &REMOVE,
    &DISCARD,
    &POP,
    &CLEAR,
    &COPY,
    &UNION,
    &INTERSECTION,
    &DIFFERENCE,
    &SYMMETRIC_DIFFERENCE,
    &UPDATE,
    &INTERSECTION_UPDATE,
    &DIFFERENCE_UPDATE,
    &SYMMETRIC_DIFFERENCE_UPDATE,
    &ISSUBSET,
    &ISSUPERSET,
    &ISDISJOINT,
];

/// Refuses to change a `frozenset`.
fn changeable(set: &Set) -> Result<(), Fault> {
    if set.is_frozen() {
        return Err(Fault::new(Code::WrongType, "a frozenset cannot be changed")
            .with_help("make it a set first: set(s)"));
    }
    Ok(())
}

/// Checks a value that is looked for: a set stands for the frozenset with the same members.
fn searchable(item: &Value) -> Result<(), Fault> {
    if matches!(item, Value::Set(_)) { Ok(()) } else { hashable(item) }
}

/// Adds a member.
///
/// ```rlm
/// s = {1}
/// s.add(2)
/// s  # -> {1, 2}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn add(
    /// The set.
    s: Set,
    /// The member.
    item: Value,
) -> Result<(), Fault> {
    changeable(&s)?;
    hashable(&item)?;
    s.members_mut().insert(item);
    Ok(())
}

/// Removes a member; it is an error if it is not there.
///
/// ```rlm
/// s = {1, 2}
/// s.remove(1)
/// s  # -> {2}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn remove(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// The member.
    item: Value,
) -> Result<(), Fault> {
    if taken(host, &s, &item)? {
        return Ok(());
    }
    const SHOWN: usize = 40;
    let shown: String = repr(&item).chars().take(SHOWN).collect();
    Err(Fault::new(Code::NotFound, format!("{shown} is not in the set"))
        .of_class("KeyError")
        .with_help("s.discard(x) removes it if it is there"))
}

/// Removes a member if it is there.
///
/// ```rlm
/// s = {1, 2}
/// s.discard(5)
/// s  # -> {1, 2}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates, aliases("delete"))]
pub fn discard(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// The member.
    item: Value,
) -> Result<(), Fault> {
    taken(host, &s, &item).map(drop)
}

/// Removes a member, keeping the order of the others; false if it was not there.
fn taken(host: &mut dyn Host, s: &Set, item: &Value) -> Result<bool, Fault> {
    changeable(s)?;
    searchable(item)?;
    let at = s.members().get_index_of(item);
    let Some(at) = at else { return Ok(false) };
    host.spend((s.len() - at) as u64 / 64)?;
    let removed = s.members_mut().shift_remove_index(at);
    Ok(removed.is_some())
}

/// Removes a member and gives it; which one is not promised.
///
/// ```rlm
/// s = {5}
/// s.pop()  # -> 5
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn pop(
    /// The set.
    s: Set,
) -> Result<Value, Fault> {
    changeable(&s)?;
    let popped = s.members_mut().pop();
    popped.ok_or_else(|| {
        Fault::new(Code::NotFound, "pop from an empty set")
            .of_class("KeyError")
            .with_help("test it first: if s")
    })
}

/// Removes all members.
///
/// ```rlm
/// s = {1}
/// s.clear()
/// s  # -> set()
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn clear(
    /// The set.
    s: Set,
) -> Result<(), Fault> {
    changeable(&s)?;
    let old = std::mem::take(&mut *s.members_mut());
    drop(old);
    Ok(())
}

/// A new set with the same members.
///
/// ```rlm
/// {1, 2}.copy()  # -> {1, 2}
/// ```
#[builtin(owners(Set), group = "sets", aliases("clone"))]
pub fn copy(
    host: &mut dyn Host,
    /// The set.
    s: Set,
) -> Result<Set, Fault> {
    reserve_list(host, s.len().saturating_mul(2))?;
    let members = s.members().clone();
    Ok(like(&s, members))
}

/// A set of these members, frozen if the other is.
fn like(s: &Set, members: Members) -> Set {
    let new = Set::new(members);
    if s.is_frozen() {
        new.freeze();
    }
    new
}

/// The members after an operation with each of the others.
fn folded(host: &mut dyn Host, s: &Set, op: BinaryOp, others: &[Value]) -> Result<Members, Fault> {
    reserve_list(host, s.len().saturating_mul(2))?;
    let mut result = s.members().clone();
    for other in others {
        host.spend(result.len() as u64)?;
        let other = members(host, other)?;
        result = combined(op, result, &other);
    }
    Ok(result)
}

/// The members of the set and of all others.
///
/// ```rlm
/// {1, 2}.union([2, 3])  # -> {1, 2, 3}
/// ```
#[builtin(owners(Set), group = "sets")]
pub fn union(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    #[rest]
    others: Vec<Value>,
) -> Result<Set, Fault> {
    Ok(like(&s, folded(host, &s, BinaryOp::BitOr, &others)?))
}

/// The members that are in all others too.
///
/// ```rlm
/// {1, 2}.intersection([2, 3])  # -> {2}
/// ```
#[builtin(owners(Set), group = "sets", aliases("intersect"))]
pub fn intersection(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    #[rest]
    others: Vec<Value>,
) -> Result<Set, Fault> {
    Ok(like(&s, folded(host, &s, BinaryOp::BitAnd, &others)?))
}

/// The members that are in none of the others.
///
/// ```rlm
/// {1, 2}.difference([2, 3])  # -> {1}
/// ```
#[builtin(owners(Set), group = "sets")]
pub fn difference(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    #[rest]
    others: Vec<Value>,
) -> Result<Set, Fault> {
    Ok(like(&s, folded(host, &s, BinaryOp::Sub, &others)?))
}

/// The members of one of the two, but not of both.
///
/// ```rlm
/// {1, 2}.symmetric_difference([2, 3])  # -> {1, 3}
/// ```
#[builtin(owners(Set), group = "sets")]
pub fn symmetric_difference(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    other: Value,
) -> Result<Set, Fault> {
    Ok(like(&s, folded(host, &s, BinaryOp::BitXor, &[other])?))
}

fn replace(host: &mut dyn Host, s: &Set, op: BinaryOp, others: &[Value]) -> Result<(), Fault> {
    changeable(s)?;
    let members = folded(host, s, op, others)?;
    let old = std::mem::replace(&mut *s.members_mut(), members);
    drop(old);
    Ok(())
}

/// Adds the members of all others.
///
/// ```rlm
/// s = {1}
/// s.update([2, 3])
/// s  # -> {1, 2, 3}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn update(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    #[rest]
    others: Vec<Value>,
) -> Result<(), Fault> {
    changeable(&s)?;
    // Not by way of `replace`: adding little to a large set must stay cheap.
    for other in &others {
        let new = members(host, other)?;
        s.members_mut().extend(new);
    }
    Ok(())
}

/// Keeps the members that are in all others too.
///
/// ```rlm
/// s = {1, 2}
/// s.intersection_update([2, 3])
/// s  # -> {2}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn intersection_update(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    #[rest]
    others: Vec<Value>,
) -> Result<(), Fault> {
    replace(host, &s, BinaryOp::BitAnd, &others)
}

/// Removes the members of all others.
///
/// ```rlm
/// s = {1, 2}
/// s.difference_update([2, 3])
/// s  # -> {1}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn difference_update(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    #[rest]
    others: Vec<Value>,
) -> Result<(), Fault> {
    replace(host, &s, BinaryOp::Sub, &others)
}

/// Keeps the members of one of the two, but not of both.
///
/// ```rlm
/// s = {1, 2}
/// s.symmetric_difference_update([2, 3])
/// s  # -> {1, 3}
/// ```
#[builtin(owners(Set), group = "sets", effect = Mutates)]
pub fn symmetric_difference_update(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    other: Value,
) -> Result<(), Fault> {
    replace(host, &s, BinaryOp::BitXor, &[other])
}

/// Whether all members are in the other.
///
/// ```rlm
/// {1}.issubset([1, 2])  # -> True
/// ```
#[builtin(owners(Set), group = "sets", aliases("is_subset"))]
pub fn issubset(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    other: Value,
) -> Result<bool, Fault> {
    host.spend(s.len() as u64)?;
    let other = members(host, &other)?;
    let holds = s.members().iter().all(|m| other.contains(m));
    Ok(holds)
}

/// Whether all items of the other are members.
///
/// ```rlm
/// {1, 2}.issuperset([1])  # -> True
/// ```
#[builtin(owners(Set), group = "sets", aliases("is_superset"))]
pub fn issuperset(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    other: Value,
) -> Result<bool, Fault> {
    let other = members(host, &other)?;
    let holds = other.iter().all(|m| s.members().contains(m));
    Ok(holds)
}

/// Whether no member is in the other.
///
/// ```rlm
/// {1, 2}.isdisjoint([3])  # -> True
/// ```
#[builtin(owners(Set), group = "sets", aliases("is_disjoint"))]
pub fn isdisjoint(
    host: &mut dyn Host,
    /// The set.
    s: Set,
    /// Anything that can be walked.
    other: Value,
) -> Result<bool, Fault> {
    let other = members(host, &other)?;
    let holds = other.iter().all(|m| !s.members().contains(m));
    Ok(holds)
}
