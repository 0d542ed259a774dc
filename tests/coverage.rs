//! The coverage map: what a record says of what programs read, and that the rest was not read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::single_range_in_vec_init)] // lists of one range are meant
#![allow(unreachable_pub, dead_code, unused_imports)] // the fuzzers' crate shows what is shared with it

#[path = "fuzz/exercise/mod.rs"]
mod exercise;
#[path = "support/mod.rs"]
mod support;

use std::path::Path;

use exercise::{Tried, unread_does_not_matter};
use rlm_lang::interpreter::memory::on_large_stack;
use rlm_lang_std::text::Ranges;
use serde_json::Value;
use support::process::{ends, fenced, folder_with, run, script};

/// Random bytes that are the same at every run.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::from_fn(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Some((state >> 24) as u8)
    })
}

/// Random programs; a debug build does some three hundred a second.
const SEEDS: u64 = 1500;

#[test]
fn what_random_programs_do_not_read_does_not_matter() {
    let (mut partly, mut depend) = (0u64, 0u64);
    on_large_stack(|| {
        for seed in 0..SEEDS {
            let bytes: Vec<u8> = noise(seed).take(600).collect();
            let mut choices = arbitrary::Unstructured::new(&bytes);
            let Ok(source) = exercise::looking(&mut choices) else { continue };
            let Some(tried) = unread_does_not_matter(&source) else { continue };
            partly += u64::from(tried.read > 0 && tried.unread > 0);
            depend += u64::from(tried.depends);
        }
    })
    .unwrap();
    // Otherwise the test would see nothing.
    assert!(
        partly > SEEDS / 10 && depend > SEEDS / 10,
        "{partly} read a part, {depend} depend on the input"
    );
}

/// Programs that each look at a part, and the most bytes that they may count as read.
const PARTS: &[(&str, usize)] = &[
    ("print(len(context), len(lines(context)), context[10:20].line)", 0),
    ("print(context[100:150])", 60),
    ("print(context[-40:])", 50),
    ("print([l for l in lines(context)[3:6]])", 150),
    ("for l in context.splitlines()[:4] { print(l.upper()) }", 150),
    ("x = [l for l in lines(context) if len(l) > 20]\nprint(len(x))", 0),
    ("print(context.startswith(\"name\"))", 4),
    ("print(\"ERROR\" in context)", 90),
    ("print(context.find(\"ERROR\"), context[:200].rfind(\"k\"))", 300),
    ("print(context.partition(\",\")[0])", 10),
    ("print(context.strip()[5:8])", 30),
    ("print(peek(context, 60))", 100),
    ("print(context[50:60].around(10), lines(context)[9].around_lines(1))", 200),
    ("print([len(c) for c in chunk(context, 400)])", 400),
    ("d = {l[:3]: l for l in lines(context)[:9]}\nprint(sorted(d.keys()))", 60),
    ("print(cite(lines(context)[5]), cite(context[3:900]))", 0),
    ("print(context[30], context[-1], context[5:25:3], context[8:2:-1])", 60),
    ("xs = [ask(\"what?\", l) for l in lines(context)[2:5]]\nprint(xs)", 150),
    (
        "for l in lines(context)[:6] { x = ask(\"what?\", l)\nif \"e\" in x { break } }\nprint(x)",
        250,
    ),
    ("print(ask(\"%s, %.3s\" % (context[5:25], context[40:60])))", 60),
    ("print(ask(\"{} {x}\".format(context[5:25], x=context[40:60])))", 60),
    ("s = \"\"\nfor l in lines(context)[:3] { s += l }\nprint(ask(f\"Why {s}?\"))", 150),
    ("s = \"\"\nfor l in lines(context)[:5] { s += l }\nprint(f\"{s} {context[0:5]}\")", 150),
];

#[test]
fn parts_count_as_parts() {
    on_large_stack(|| {
        for (source, most) in PARTS {
            let Tried { read, .. } =
                unread_does_not_matter(source).unwrap_or_else(|| panic!("refused: {source}"));
            assert!(read <= *most, "{read} bytes read, at most {most} expected: {source}");
        }
    })
    .unwrap();
}

#[test]
fn searches_over_everything_count_as_such() {
    let whole = exercise::input().len();
    let all = [
        "print(len(grep(\"WARN\")))",
        "print(context.count(\"e\"))",
        "print(len(findall(r\"\\d+\")))",
        "print(len(context.split()))",
        "print(search(\"name\")[0])",
        "print(\"nowhere\" in context)",
        "print(context.lower()[:5])",
        "print(hash(context) == 0, context == context[1:])",
        "print(rank(\"log\", lines(context), 2))",
        "for l in lines(context) { x = l + \"!\" }",
    ];
    on_large_stack(|| {
        for source in all {
            let tried = unread_does_not_matter(source).unwrap_or_else(|| panic!("{source}"));
            // Line ends may stay out, where lines are looked at.
            assert!(tried.read + 200 > whole, "{} of {whole} read: {source}", tried.read);
        }
    })
    .unwrap();
}

/// The ranges of a kind that the events of a record name.
fn ranges(events: &[Value], kind: &str) -> Ranges {
    let coverage = events.iter().filter(|event| event["event"] == "coverage");
    let pairs = coverage.flat_map(|event| event[kind].as_array().cloned().unwrap_or_default());
    pairs
        .map(|pair| {
            let at = |i: usize| usize::try_from(pair[i].as_u64().unwrap()).unwrap();
            at(0)..at(1)
        })
        .collect()
}

fn events(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn list(ranges: &Ranges) -> Vec<(usize, usize)> {
    ranges.iter().map(|range| (range.start, range.end)).collect()
}

#[test]
fn a_record_says_what_was_looked_at() {
    let input: String = (0..1000).map(|i| format!("line {i:04}\n")).collect();
    let turns = [
        fenced("print(context[0:20])\nx = grep(\"line 0500\")"),
        // The second time nothing is new but what is printed.
        fenced("print(x[0])\nprint(f\"see: {context[1000:1009]}\")"),
        fenced(
            "for l in lines(context)[700:900] { print(l) }\nfor l in lines(context) { print(l[5:]) }",
        ),
        fenced(
            "r = ask(f\"In short: {context[3000:4500]}\" + \"!\")\nanswer(ask(\"What?\", context[2000:2010]))",
        ),
    ];
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    let folder =
        folder_with(&[("in.txt", &input), ("root", &(script(&turns) + "=== call . ===\nyes\n"))]);
    let args = ["ask", "q", "in.txt", "--model", "script:root"];
    let output = run(folder.path(), &[&args[..], &["--trace", "a.jsonl"]].concat());
    ends(&output, 0, &[]);
    let events = events(&folder.path().join("a.jsonl"));
    let of_turn = |turn: u64| -> Vec<Value> {
        events.iter().filter(|event| event["turn"] == turn).cloned().collect()
    };
    let first = of_turn(1);
    assert_eq!(list(&ranges(&first, "searched")), [(0, 10_000)]);
    assert_eq!(list(&ranges(&first, "sliced")), [(0, 20)]);
    assert_eq!(list(&ranges(&first, "shown")), [(0, 20)]);
    let second = of_turn(2);
    assert!(ranges(&second, "searched").is_empty());
    assert_eq!(list(&ranges(&second, "sliced")), [(1000, 1009), (5000, 5009)]);
    assert_eq!(list(&ranges(&second, "shown")), [(1000, 1009), (5000, 5009)]);
    // Of what was printed, the model is shown both ends: 4,800 and 3,200 characters.
    let shown = ranges(&of_turn(3), "shown");
    assert!(shown.contains(&(7000..8999)), "{shown:?}");
    assert!(shown.contains(&(9995..9999)), "{shown:?}");
    assert!(!shown.contains(&(6000..6999)), "{shown:?}");
    // A view that is sent stands in the call, and the program did not look at it itself.
    assert_eq!(list(&ranges(&of_turn(4), "sent")), [(3000, 4500)]);
    assert!(!ranges(&of_turn(4), "sliced").contains(&(2000..2004)), "{:?}", of_turn(4));
    // A replay says the same.
    let output = run(folder.path(), &["replay", "a.jsonl", "--trace", "b.jsonl"]);
    ends(&output, 0, &[]);
    let again = self::events(&folder.path().join("b.jsonl"));
    let coverage = |events: &[Value]| -> Vec<Value> {
        events.iter().filter(|event| event["event"] == "coverage").cloned().collect()
    };
    assert_eq!(coverage(&events), coverage(&again));
}

/// However a program makes a prompt of parts of the input, long or short, those parts are sent with it.
#[test]
fn what_is_written_into_prompts_is_sent() {
    let input: String = (0..1000).map(|i| format!("line {i:04}\n")).collect();
    let lines = |range: std::ops::Range<usize>| range.map(|l| l * 10..l * 10 + 9).collect();
    // Each with the bytes that go out.
    let ways = [
        (
            "ask(\"About %s and %5.4s.\" % (context[100:140], context[200:204]))",
            vec![100..140, 200..204],
        ),
        (
            "ask(\"About {} and {x!s:>50}.\".format(context[300:340], x=context[400:440]))",
            vec![300..340, 400..440],
        ),
        ("s = \"\"\nfor l in lines(context)[50:350] { s += l + \"; \" }\nask(s)", vec![500..3500]),
        (
            "s = \"\"\nfor l in lines(context)[50:55] { s += l }\nask(f\"In short: {s}!\")",
            lines(50..55),
        ),
        ("ask(\"; \".join(l + \"?\" for l in lines(context)[70:75]))", lines(70..75)),
        ("ask(\"Sum up.\", \"%(a)s.\" % {\"a\": context[900:930]})", vec![900..930]),
    ];
    for (code, wanted) in ways {
        let turns = [fenced(code), fenced("answer(question)")];
        let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
        let root = script(&turns) + "=== call . ===\nyes\n";
        let folder = folder_with(&[("in.txt", &input), ("root", &root)]);
        let args = ["ask", "q", "in.txt", "--model", "script:root", "--trace", "a.jsonl"];
        ends(&run(folder.path(), &args), 0, &[]);
        let events = events(&folder.path().join("a.jsonl"));
        let sent = ranges(&events, "sent");
        for part in &wanted {
            // The last may be a line end, which is not written.
            let inside = part.start..part.end - 1;
            assert!(sent.contains(&inside), "{code}: {part:?} is not in {sent:?}");
        }
        let bytes: usize = wanted.iter().map(std::ops::Range::len).sum();
        let told: usize = sent.iter().map(|range| range.len()).sum();
        assert!(told <= bytes, "{code}: {sent:?}");
    }
}

/// What is sent as the instruction is in no place of `call.data`.
#[test]
fn views_that_are_questions_were_looked_at() {
    let input: String = (0..1000).map(|i| format!("line {i:04}\n")).collect();
    let turns = [
        fenced(
            "ask(context[0:3000])\nllm_query_batched(lines(context)[500:502])\nrecurse(context[7000:7100], context[8000:8010])",
        ),
        fenced("answer(question)"),
    ];
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    let folder =
        folder_with(&[("in.txt", &input), ("root", &(script(&turns) + "=== call . ===\nyes\n"))]);
    let args = ["ask", "q", "in.txt", "--model", "script:root", "--max-depth", "0"];
    ends(&run(folder.path(), &[&args[..], &["--trace", "a.jsonl"]].concat()), 0, &[]);
    let events = events(&folder.path().join("a.jsonl"));
    let sliced = ranges(&events, "sliced");
    for wanted in [0..3000, 5000..5009, 5010..5019, 7000..7100] {
        assert!(
            sliced.iter().any(|range| range.start <= wanted.start && wanted.end <= range.end),
            "{wanted:?} is not in {sliced:?}"
        );
    }
}
