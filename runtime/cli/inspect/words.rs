//! Figures as people read them.

use rlm_lang_std::prompt::grouped;

use crate::engine::Totals;
use crate::engine::event::Exchange;
use crate::inspect::{Group, cost_of};
use crate::model::Usage;
use crate::model::prices::Prices;

/// `1,234,567`
pub(super) fn number(n: u64) -> String {
    grouped(usize::try_from(n).unwrap_or(usize::MAX))
}

/// `1 call`, `2 calls`
pub(super) fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", number(n), if n == 1 { "" } else { "s" })
}

/// A number in few digits: `950`, `51 k`, `1.2 M`.
pub(super) fn about(n: u64) -> String {
    match n {
        0..10_000 => number(n),
        10_000..1_000_000 => format!("{} k", (n + 500) / 1000),
        _ => format!("{}.{} M", n / 1_000_000, n / 100_000 % 10),
    }
}

/// A time: `32 ms`, `2.1 s`, `45 s`, `4 min 12 s`, `2 h 5 min`.
pub(super) fn time(millis: u64) -> String {
    let seconds = (millis + 500) / 1000;
    match millis {
        0..100 => format!("{millis} ms"),
        100..9_950 => format!("{} s", tenths(millis)),
        9_950..119_500 => format!("{seconds} s"),
        119_500..3_599_500 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// Seconds with one digit behind the point.
fn tenths(millis: u64) -> String {
    let tenths = (millis + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// From one time to another: `0.8–2.1 s`.
pub(super) fn times(fastest: u64, slowest: u64) -> String {
    let (from, to) = (time(fastest), time(slowest));
    match (from.strip_suffix(" s"), to.strip_suffix(" s")) {
        _ if from == to => to,
        (Some(from), Some(_)) if !from.contains(' ') => format!("{from}–{to}"),
        _ => format!("{from}–{to}"),
    }
}

/// Dollars: `$0.0123`, `$12.34`.
pub(super) fn usd(cost: f64) -> String {
    if cost >= 1.0 { format!("${cost:.2}") } else { format!("${cost:.4}") }
}

/// Tokens of a request in and out; nothing where none are known.
pub(super) fn tokens(exchange: &Exchange) -> Option<String> {
    let Usage { input, output, .. } = exchange.counted();
    if input.is_none() && output.is_none() {
        return None;
    }
    let of = |tokens: &Option<u64>| about(tokens.unwrap_or_default());
    let estimated = if exchange.counted.is_some() { " (in part estimated)" } else { "" };
    Some(format!("{} tokens in, {} out{estimated}", of(input), of(output)))
}

/// What a request took: time, tokens, cost, and what else is worth knowing of it.
pub(super) fn facts(exchange: &Exchange, prices: &Prices) -> Vec<String> {
    let mut facts = vec![time(exchange.millis)];
    if exchange.waited > 0 {
        facts.push(format!("{} of it waiting", time(exchange.waited)));
    }
    if let Some(free) = exchange.free {
        facts.push(match free {
            crate::engine::event::Free::Cache => "from the cache".to_string(),
            crate::engine::event::Free::Shared => "shared with an equal call".to_string(),
        });
    }
    facts.extend(tokens(exchange));
    match cost_of(exchange, prices) {
        Some(0.0) => {}
        Some(cost) => facts.push(usd(cost)),
        None => facts.push("cost unknown".to_string()),
    }
    if exchange.tries > 1 {
        facts.push(counted(u64::from(exchange.tries), "try").replace("trys", "tries"));
    }
    if let Some(finish) = &exchange.finish {
        facts.push(format!("ended by {}", finish_word(finish)));
    }
    facts
}

fn finish_word(finish: &crate::model::Finish) -> String {
    match finish {
        crate::model::Finish::Stop => "the model".to_string(),
        crate::model::Finish::Length => "its longest length".to_string(),
        crate::model::Finish::Filtered => "the provider's filter".to_string(),
        crate::model::Finish::Other(other) => other.clone(),
    }
}

/// Many calls in one line: `48 calls, 2 failed, 0.8–2.1 s, 51 k tokens`.
pub(super) fn group(group: &Group) -> String {
    let mut parts = vec![counted(group.calls, "call")];
    if group.failed > 0 {
        parts.push(format!("{} failed", number(group.failed)));
    }
    if group.free > 0 {
        parts.push(format!("{} for nothing", number(group.free)));
    }
    parts.push(times(group.fastest, group.slowest));
    if group.tokens > 0 {
        parts.push(format!("{} tokens", about(group.tokens)));
    }
    parts.join(", ")
}

/// What a run used, in one line.
pub(super) fn totals(totals: &Totals) -> String {
    let failed = match totals.failed {
        0 => String::new(),
        failed => format!(" ({} failed)", number(failed)),
    };
    let (turns, calls) = (counted(totals.turns, "turn"), counted(totals.calls, "call"));
    format!("{turns}, {calls}{failed}, {}", crate::cli::progress::used(totals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_never_misleading() {
        for (millis, expected) in [
            (0, "0 ms"),
            (99, "99 ms"),
            (100, "0.1 s"),
            (2149, "2.1 s"),
            (9949, "9.9 s"),
            (9950, "10 s"),
            (119_499, "119 s"),
            (119_500, "2 min 0 s"),
            (252_000, "4 min 12 s"),
            (3_599_499, "59 min 59 s"),
            (7_500_000, "2 h 5 min"),
        ] {
            assert_eq!(time(millis), expected);
        }
        assert_eq!(times(800, 2100), "0.8–2.1 s");
        assert_eq!(times(32, 2100), "32 ms–2.1 s");
        assert_eq!(times(2100, 2100), "2.1 s");
        assert_eq!(times(800, 252_000), "0.8–4 min 12 s");
    }

    #[test]
    fn numbers_are_in_few_digits() {
        let shown: Vec<String> =
            [0, 9_999, 10_000, 51_400, 999_499, 1_000_000, 12_345_678].map(about).into();
        assert_eq!(shown, ["0", "9,999", "10 k", "51 k", "999 k", "1.0 M", "12.3 M"]);
        assert_eq!(
            (counted(1, "call"), counted(1200, "call")),
            ("1 call".into(), "1,200 calls".into())
        );
    }
}
