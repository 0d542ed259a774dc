//! Functions over anything that can be walked: Python's own, and what `itertools`, `functools` and
//! `heapq` add.

pub mod combine;
pub mod deque;
pub mod heap;
pub mod itertools;
pub mod order;
pub mod pick;
pub mod reduce;
pub(crate) mod sort;
#[cfg(test)]
mod tests;
pub mod views;
pub(crate) mod walk;

use crate::builtin::Builtin;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &views::RANGE,
    &views::ENUMERATE,
    &views::ZIP,
    &views::REVERSED,
    &views::ITER,
    &views::NEXT,
    &order::SORTED,
    &order::MIN,
    &order::MAX,
    &order::NLARGEST,
    &order::NSMALLEST,
    &pick::FIRST,
    &pick::UNIQUE,
    &pick::FLATTEN,
    &pick::PAIRS,
    &pick::FILTER,
    &pick::FILTERFALSE,
    &pick::TAKEWHILE,
    &pick::DROPWHILE,
    &pick::COMPRESS,
    &pick::ISLICE,
    &reduce::SUM,
    &reduce::ANY,
    &reduce::ALL_TRUE,
    &reduce::MAP,
    &reduce::STARMAP,
    &reduce::REDUCE,
    &reduce::ACCUMULATE,
    &combine::CHAIN,
    &combine::CHAIN_FROM_ITERABLE,
    &combine::FROM_ITERABLE,
    &combine::COMBINATIONS,
    &combine::PERMUTATIONS,
    &combine::PRODUCT,
    &itertools::GROUPBY,
    &itertools::ZIP_LONGEST,
    &itertools::PAIRWISE,
    &itertools::REPEAT,
    &itertools::CYCLE,
    &itertools::ITERTOOLS_COUNT,
    &itertools::ITEMGETTER,
    &itertools::COMBINATIONS_WITH_REPLACEMENT,
    &itertools::TEE,
    &itertools::BATCHED,
    &deque::DEQUE,
    &deque::POPLEFT,
    &deque::APPENDLEFT,
    &deque::EXTENDLEFT,
    &deque::ROTATE,
    &deque::MAXLEN,
    &heap::HEAPPUSH,
    &heap::HEAPPOP,
    &heap::HEAPIFY,
    &heap::HEAPPUSHPOP,
    &heap::HEAPREPLACE,
    &heap::MERGE,
    &heap::BISECT_LEFT,
    &heap::BISECT_RIGHT,
    &heap::INSORT_LEFT,
    &heap::INSORT_RIGHT,
];
