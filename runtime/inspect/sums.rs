//! Figures of many requests.

use serde::Serialize;

use crate::engine::event::Exchange;
use crate::model::Usage;
use crate::model::prices::{Prices, USD};

/// What several calls came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Group {
    /// How many.
    pub calls: u64,
    /// Of these: without a reply.
    pub failed: u64,
    /// Of these: for nothing, from the cache or shared.
    pub free: u64,
    /// The shortest and the longest, in milliseconds, waiting for a place not included.
    pub fastest: u64,
    /// See `fastest`.
    pub slowest: u64,
    /// Tokens in and out of those that were paid for, as far as they are known.
    pub tokens: u64,
}

/// Sums calls up.
pub fn group<'e>(exchanges: impl IntoIterator<Item = &'e Exchange>) -> Group {
    let mut sum = Group { fastest: u64::MAX, ..Group::default() };
    for exchange in exchanges {
        let millis = exchange.millis.saturating_sub(exchange.waited);
        sum.calls += 1;
        sum.failed += u64::from(exchange.failure.is_some());
        sum.free += u64::from(exchange.free.is_some());
        sum.fastest = sum.fastest.min(millis);
        sum.slowest = sum.slowest.max(millis);
        sum.tokens = sum.tokens.saturating_add(tokens(exchange));
    }
    sum.fastest = sum.fastest.min(sum.slowest);
    sum
}

/// Tokens in and out of a request; none of one that cost nothing.
fn tokens(exchange: &Exchange) -> u64 {
    let Usage { input, output, .. } = exchange.counted();
    let sum = input.unwrap_or_default().saturating_add(output.unwrap_or_default());
    if exchange.free.is_some() { 0 } else { sum }
}

/// What a request cost, in US dollars; nothing where no price of its model is known. What used no tokens
/// cost nothing.
pub fn cost_of(exchange: &Exchange, prices: &Prices) -> Option<f64> {
    if tokens(exchange) == 0 {
        return Some(0.0);
    }
    #[allow(clippy::cast_precision_loss)] // shown with a few digits
    prices.price(&exchange.model).map(|price| price.cost(exchange.counted()) as f64 / USD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::event::{Failure, Free};
    use crate::model::ErrorKind;

    fn call(millis: u64, waited: u64, input: u64) -> Exchange {
        let usage = Usage { input: Some(input), output: Some(1), ..Usage::default() };
        Exchange { millis, waited, usage, ..Exchange::default() }
    }

    #[test]
    fn calls_are_summed_up() {
        let failure = Failure { kind: ErrorKind::Server, message: String::new() };
        let failed = Exchange { failure: Some(failure), ..call(900, 0, 0) };
        let free = Exchange { free: Some(Free::Cache), ..call(0, 0, 50) };
        let sum = group([&call(300, 100, 10), &call(2000, 1500, 20), &failed, &free]);
        let expected = Group { calls: 4, failed: 1, free: 1, fastest: 0, slowest: 900, tokens: 33 };
        assert_eq!(sum, expected);
        assert_eq!(group([]), Group::default());
    }

    #[test]
    fn a_cost_is_known_or_not_and_never_guessed() {
        let prices = Prices::with_rows("[models]\nm = { input = 1, output = 10 }").unwrap();
        let known = Exchange { model: "m".to_string(), ..call(1, 0, 1_000_000) };
        assert_eq!(cost_of(&known, &prices), Some(1.00001));
        let unknown = Exchange { model: "no such".to_string(), ..call(1, 0, 10) };
        assert_eq!(cost_of(&unknown, &prices), None);
        let free = Exchange { free: Some(Free::Shared), ..unknown };
        assert_eq!(cost_of(&free, &prices), Some(0.0));
    }
}
