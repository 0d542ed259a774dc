use futures_util::FutureExt;

use super::*;
use crate::model::{Finish, Message};

fn ask(text: &str) -> Request {
    Request {
        messages: vec![Message::user(text)],
        purpose: Purpose::Call,
        max_output_tokens: Some(10),
        ..Request::default()
    }
}

fn reply(usage: Usage) -> Reply {
    Reply {
        text: "four words of text".to_string(),
        usage,
        finish: Finish::Stop,
        left_after: None,
        other_usage: None,
        model: "m".to_string(),
        tries: 1,
        elapsed: Duration::ZERO,
    }
}

fn used(input: u64, output: u64) -> Usage {
    Usage { input: Some(input), output: Some(output), ..Usage::default() }
}

fn priced(limits: Limits) -> Ledger {
    let prices = Prices::with_rows("[models]\nm = { input = 1, cached_input = 0.5, output = 10 }");
    Ledger::with_prices(limits, prices.unwrap())
}

/// A hold that must be possible at once.
fn hold(ledger: &Ledger) -> Hold<'_> {
    try_hold(ledger, "m", &ask("some words to send")).unwrap().unwrap()
}

fn try_hold<'l>(
    ledger: &'l Ledger,
    model: &str,
    request: &Request,
) -> Result<Option<Hold<'l>>, LimitReached> {
    let wanted = ledger.wanted(model, request);
    Ok(ledger.try_room(&wanted)?.map(|room| ledger.hold(wanted, room)))
}

/// A request of this size was answered with all of the output that it allows: others will use as much.
fn make_known(ledger: &Ledger) {
    let request = ask("some words to send");
    let told = used(estimate::request(&request), 10);
    hold(ledger).settle(Some(&reply(told)), Lost::default());
}

#[test]
fn reserves_all_or_none() {
    let ledger = Ledger::new(Limits { calls: Some(5), ..Limits::default() });
    assert!(ledger.reserve(3).is_ok());
    let refused = ledger.reserve(3).unwrap_err();
    assert_eq!(
        refused.message,
        "this would make 3 model calls, 2 of 5 are left (--max-calls allows more)"
    );
    assert_eq!(ledger.calls_left(), Some(2));
    ledger.refund(1);
    assert!(ledger.reserve(3).is_ok());
    let refused = ledger.reserve(1).unwrap_err();
    assert_eq!(refused.message, "all 5 model calls are made (--max-calls allows more)");
}

#[test]
fn no_request_starts_that_would_pass_the_tokens() {
    let ledger = Ledger::new(Limits { tokens: Some(69), ..Limits::default() });
    make_known(&ledger);
    assert_eq!(ledger.totals().tokens(), 19);
    let first = hold(&ledger);
    assert_eq!(first.room.tokens, 19);
    let second = hold(&ledger);
    // The third fits only if the others use less than they hold: it waits.
    let request = ask("some words to send");
    assert!(try_hold(&ledger, "m", &request).unwrap().is_none());
    first.settle(Some(&reply(used(5, 2))), Lost::default());
    let third = hold(&ledger);
    second.settle(Some(&reply(used(5, 2))), Lost::default());
    third.settle(Some(&reply(used(20, 8))), Lost::default());
    assert_eq!(ledger.totals().tokens(), 61);
    // What is used leaves no room, whatever is in flight: refused, and nothing starts after it.
    let refused = try_hold(&ledger, "m", &ask(&"long ".repeat(100))).unwrap_err();
    assert_eq!(
        refused.message,
        "the next request would pass the limit of 69 tokens, 61 are used (--max-tokens allows more)"
    );
    assert_eq!(ledger.reserve(1).unwrap_err(), refused);
}

#[tokio::test]
async fn a_request_waits_for_those_in_flight() {
    let ledger = Ledger::new(Limits { tokens: Some(30), ..Limits::default() });
    let first = hold(&ledger);
    let request = ask("some words to send");
    let mut second = Box::pin(ledger.admit("m", &request));
    assert!((&mut second).now_or_never().is_none());
    first.settle(Some(&reply(used(5, 2))), Lost::default());
    assert!(second.await.is_ok());
}

/// Where little is left and nothing is known, requests of a kind are sent one by one.
#[test]
fn the_first_of_a_kind_holds_more_than_it_may_need() {
    let ledger = Ledger::new(Limits { tokens: Some(100), ..Limits::default() });
    let first = hold(&ledger);
    assert_eq!(first.room.tokens, CAUTION * 19);
    assert!(try_hold(&ledger, "m", &ask("some words to send")).unwrap().is_none());
    first.settle(Some(&reply(used(9, 5))), Lost::default());
    // What was used until then was enough for each of them.
    assert_eq!(hold(&ledger).room.tokens, 14);
}

/// What is held is enough for whatever uses no more than one before it.
#[test]
fn the_largest_of_a_kind_is_expected_again() {
    let ledger = priced(Limits::default());
    for (input, output) in [(9, 5), (18, 2), (9, 7), (9, 1)] {
        hold(&ledger).settle(Some(&reply(used(input, output))), Lost::default());
    }
    assert_eq!(hold(&ledger).room.tokens, 18 + 7);
}

/// A lost try is counted at once, and another needs room of its own.
#[tokio::test]
async fn another_try_waits_for_room() {
    let ledger = Ledger::new(Limits { tokens: Some(60), ..Limits::default() });
    make_known(&ledger);
    let mut first = hold(&ledger);
    let second = hold(&ledger);
    let (_, wanted) = first.lose(Lost { tries: 1, bytes: 8 });
    assert_eq!(ledger.totals().tokens(), 19 + 9 + 2);
    assert!(ledger.room_for(&wanted).now_or_never().is_none());
    second.settle(Some(&reply(used(9, 2))), Lost::default());
    let room = ledger.room_for(&wanted).now_or_never().unwrap().unwrap();
    first.renew(room);
    // Of three tries one is counted already.
    let counted = first.settle(None, Lost { tries: 3, bytes: 8 });
    assert_eq!(counted, used(3 * 9, 2));
    let refused = ledger.room_for(&wanted).now_or_never().unwrap().unwrap_err();
    assert!(refused.message.contains("would pass the limit of 60 tokens"), "{}", refused.message);
}

#[test]
fn a_dropped_request_gives_back_what_it_held() {
    let ledger = priced(Limits { tokens: Some(20), cost: Some(1.0), ..Limits::default() });
    drop(hold(&ledger));
    drop(hold(&ledger));
    assert_eq!(ledger.totals().tokens(), 0);
    assert_eq!(ledger.with(|book| (book.held_tokens, book.held_cost)), (0, 0));
}

#[test]
fn costs_are_counted_by_kind_of_token() {
    let ledger = priced(Limits::default());
    let usage = Usage { cached_input: Some(600), reasoning: Some(7), ..used(1000, 100) };
    hold(&ledger).settle(Some(&reply(usage)), Lost::default());
    let totals = ledger.totals();
    assert_eq!(totals.cost_usd, Some((400.0 + 300.0 + 1000.0) / 1e6));
    assert_eq!((totals.cached_input_tokens, totals.reasoning_tokens), (Some(600), Some(7)));
    assert_eq!((totals.cache_write_tokens, totals.estimated_tokens), (None, 0));
}

#[test]
fn an_unknown_price_is_an_unknown_cost() {
    let ledger = priced(Limits::default());
    assert_eq!(ledger.totals().cost_usd, Some(0.0));
    let request = ask("a");
    let other = try_hold(&ledger, "other", &request).unwrap().unwrap();
    other.settle(Some(&reply(used(1, 1))), Lost::default());
    hold(&ledger).settle(Some(&reply(used(1, 1))), Lost::default());
    assert_eq!(ledger.totals().cost_usd, None);
    let limited = priced(Limits { cost: Some(1.0), ..Limits::default() });
    let refused = try_hold(&limited, "other", &request).unwrap_err();
    assert!(refused.message.contains("--prices FILE"), "{}", refused.message);
    // That is a matter of this call: calls to models with a price go on.
    assert!(limited.reserve(1).is_ok());
}

#[test]
fn the_cost_is_limited() {
    let ledger = priced(Limits { cost: Some(0.001), ..Limits::default() });
    hold(&ledger).settle(Some(&reply(used(500, 40))), Lost::default());
    let refused = try_hold(&ledger, "m", &ask(&"long ".repeat(100))).unwrap_err();
    assert_eq!(
        refused.message,
        "the next request would pass the limit of $0.001, $0.0009 are used (--max-cost allows more)"
    );
}

#[test]
fn what_a_provider_does_not_tell_is_estimated_and_marked() {
    let ledger = priced(Limits::default());
    hold(&ledger).settle(Some(&reply(Usage::default())), Lost::default());
    let totals = ledger.totals();
    assert_eq!((totals.input_tokens, totals.output_tokens), (9, 5));
    assert_eq!(totals.estimated_tokens, 14);
    assert!(totals.cost_usd > Some(0.0));
    // A scripted reply costs nothing.
    let free = Reply { tries: 0, ..reply(Usage::default()) };
    hold(&ledger).settle(Some(&free), Lost::default());
    assert_eq!(ledger.totals(), totals);
}

#[test]
fn tries_without_a_reply_are_counted_by_what_came_of_them() {
    let ledger = priced(Limits::default());
    let prompt = ledger.estimate("m", &ask("some words to send"));
    assert_eq!(hold(&ledger).settle(None, Lost::default()), Usage::default());
    assert_eq!(ledger.totals(), Totals { cost_usd: Some(0.0), ..Totals::default() });
    let lost = Lost { tries: 2, bytes: 41 };
    assert_eq!(hold(&ledger).settle(None, lost), used(prompt * 2, 11));
    let with_reply = hold(&ledger).settle(Some(&reply(used(prompt, 5))), lost);
    assert_eq!(with_reply, used(prompt * 3, 16));
    assert_eq!(ledger.totals().estimated_tokens, prompt * 4 + 22);
}

#[test]
fn a_stream_that_was_left_used_at_least_what_was_told_and_what_came() {
    let left = |told: u64, came: u64| {
        let ledger = priced(Limits::default());
        let reply = Reply { left_after: Some(came), ..reply(used(7, told)) };
        hold(&ledger).settle(Some(&reply), Lost::default()).output.unwrap()
    };
    let text = "four words of text".len() as u64;
    assert_eq!(left(1, text), 5, "the count of a stream's beginning");
    assert_eq!(left(1, text + 400), 105, "with thoughts");
    assert_eq!(left(900, text), 900, "with thoughts that were told of and not sent");
}

#[test]
fn estimates_learn_from_what_providers_tell() {
    let ledger = priced(Limits::default());
    let request = ask("some words to send");
    let before = ledger.estimate("m", &request);
    hold(&ledger).settle(Some(&reply(used(before * 2, 3))), Lost::default());
    assert_eq!(ledger.estimate("m", &request), before * 2);
    // Nonsense is not followed far.
    hold(&ledger).settle(Some(&reply(used(1_000_000, 3))), Lost::default());
    assert_eq!(ledger.estimate("m", &request), before * 4);
    assert_eq!(ledger.estimate("other", &request), before);
}

#[test]
fn stops_when_time_is_over() {
    let ledger = Ledger::new(Limits { time: Some(Duration::ZERO), ..Limits::default() });
    let refused = ledger.reserve(1).unwrap_err();
    assert_eq!(refused.message, "the time of 0 s is over (--max-time allows more)");
}
