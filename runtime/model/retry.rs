//! When to try again, and how long to wait before.

use super::failure::Failure;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// How often and how patiently a call is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most tries in all; 1 means no retry.
    pub tries: u32,
    /// The wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest single wait, also where a server asks for more.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            // At one failure in five, a thousand calls end well with a chance of 94 %.
            tries: 6,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// The wait before the next try, or `None` if this failure is final. `tried` counts the tries that
    /// failed, this one included. `seed` spreads calls that failed together; the same call always
    /// waits the same, so that a run can be repeated.
    pub(crate) fn wait(&self, failure: &Failure, tried: u32, seed: u64) -> Option<Duration> {
        if tried >= self.tries || !failure.again {
            return None;
        }
        if failure.at_once && tried == 1 {
            return Some(Duration::ZERO);
        }
        let doubled = self.first_wait.saturating_mul(1 << (tried - 1).min(20));
        let part = fraction(seed, tried);
        let wait = match failure.wait {
            // Not before the server's time, and not all at the same moment after it.
            Some(asked) => asked.saturating_add(self.spread(seed, tried)),
            None => doubled.mul_f64(0.75 + part / 2.0),
        };
        Some(wait.min(self.longest_wait))
    }

    /// How much later than others a call comes after a pause that all of them keep.
    pub(crate) fn spread(&self, seed: u64, tried: u32) -> Duration {
        self.first_wait.mul_f64(fraction(seed, tried) / 4.0)
    }
}

/// A number in 0..1 from a seed and a count, by the finaliser of splitmix64.
fn fraction(seed: u64, count: u32) -> f64 {
    let mut x = seed.wrapping_add(u64::from(count).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    (x >> 11) as f64 / (1u64 << 53) as f64
}

/// Applies what the headers of a failed reply say: `retry-after-ms`, `retry-after` (seconds or a date)
/// and `x-should-retry`. The last cannot turn a refusal (400, 401, 403, 404) into a retry: sending the
/// same again is refused again.
pub(crate) fn heed_headers(failure: &mut Failure, headers: &HeaderMap) {
    if let Some(wait) = wait_in(headers, Timestamp::now()) {
        failure.wait = Some(wait);
    }
    match text(headers, "x-should-retry") {
        Some("true") if !matches!(failure.status, Some(400 | 401 | 403 | 404)) => {
            failure.again = true;
        }
        Some("false") => failure.again = false,
        _ => {}
    }
}

/// The wait that headers ask for. A date is compared with the server's own clock where it is given.
fn wait_in(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if let Some(ms) = text(headers, "retry-after-ms").and_then(|t| t.parse::<f64>().ok())
        && let Ok(wait) = Duration::try_from_secs_f64(ms / 1000.0)
    {
        return Some(wait);
    }
    let after = text(headers, RETRY_AFTER.as_str())?;
    if let Ok(seconds) = after.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let now = text(headers, DATE.as_str()).and_then(http_date).unwrap_or(now);
    let wait = http_date(after)?.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or_default())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// An HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`), which is an e-mail date too.
fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;
    use reqwest::header::{HeaderName, HeaderValue};

    fn failure(again: bool) -> Failure {
        Failure::new(ErrorKind::Server, "x".into(), again)
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs.map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn waits_double_within_a_quarter_and_end() {
        let policy = RetryPolicy { tries: 4, first_wait: ms(1000), longest_wait: ms(3500) };
        for seed in 0..50 {
            let wait = |tried| policy.wait(&failure(true), tried, seed);
            assert!((ms(750)..=ms(1250)).contains(&wait(1).unwrap()));
            assert!((ms(1500)..=ms(2500)).contains(&wait(2).unwrap()));
            assert!((ms(3000)..=ms(3500)).contains(&wait(3).unwrap()));
            assert_eq!(wait(4), None);
            assert_eq!(wait(1), wait(1));
        }
        let spread: std::collections::BTreeSet<_> =
            (0..50).map(|seed| policy.wait(&failure(true), 1, seed)).collect();
        assert_eq!(spread.len(), 50);
        assert_eq!(policy.wait(&failure(false), 1, 0), None);
        let patient = RetryPolicy { tries: u32::MAX, ..policy };
        assert_eq!(patient.wait(&failure(true), u32::MAX - 1, 0), Some(ms(3500)));
    }

    #[test]
    fn the_servers_time_is_kept_up_to_the_cap() {
        let policy = RetryPolicy { tries: 4, first_wait: ms(100), longest_wait: ms(5000) };
        let asked = Failure { wait: Some(ms(2000)), ..failure(true) };
        let wait = policy.wait(&asked, 1, 7).unwrap();
        assert!((ms(2000)..=ms(2025)).contains(&wait), "{wait:?}");
        let long = Failure { wait: Some(Duration::MAX), ..failure(true) };
        assert_eq!(policy.wait(&long, 1, 7), Some(ms(5000)));
    }

    #[test]
    fn waits_in_headers() {
        let now = http_date("Sun, 06 Nov 1994 08:49:30 GMT").unwrap();
        for (pairs, wait) in [
            (vec![("retry-after", "3")], Some(ms(3000))),
            (vec![("retry-after", " 0.5 ")], Some(ms(500))),
            (vec![("retry-after-ms", "120"), ("retry-after", "9")], Some(ms(120))),
            (vec![("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(ms(7000))),
            (vec![("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")], Some(ms(0))),
            (
                vec![
                    ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
                    ("date", "Sun, 06 Nov 1994 08:49:35 GMT"),
                ],
                Some(ms(2000)),
            ),
            (vec![("retry-after", "-1")], None),
            (vec![("retry-after", "1e300")], None),
            (vec![("retry-after", "NaN")], None),
            (vec![("retry-after", "soon")], None),
            (vec![], None),
        ] {
            assert_eq!(wait_in(&headers(&pairs), now), wait, "{pairs:?}");
        }
    }

    #[test]
    fn servers_may_decide_but_not_repeat_refusals() {
        for (status, again, header, want) in [
            (500, true, "false", false),
            (501, false, "true", true),
            (400, false, "true", false),
            (401, false, "true", false),
            (404, false, "true", false),
            (429, true, "maybe", true),
        ] {
            let mut failed = Failure { status: Some(status), ..failure(again) };
            heed_headers(&mut failed, &headers(&[("x-should-retry", header)]));
            assert_eq!(failed.again, want, "{status} {header}");
        }
    }
}
