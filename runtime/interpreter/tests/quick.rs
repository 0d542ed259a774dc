//! Whatever goes a quick way gives just what the general way gives: variables, errors, steps, and what of the
//! input counts as looked at.
//!
//! Each program runs twice. The second time its tests and calls are written so that only the general way knows
//! them: `(...) if yes else no` is the same value in the same number of steps.

use std::fmt::Write as _;

use proptest::prelude::*;
use rlm_lang_std::text::{Source, Text, seen};
use rlm_lang_std::value::{Value, repr};
use rlm_lang_syntax::codes::Code as ErrorCode;

use super::fake::{Fake, Order};
use crate::interpreter::memory::on_large_stack;
use crate::interpreter::{Fuel, Session};

/// All that can be seen of a run.
fn shown(source: &str, text: &[u8], steps: u64) -> String {
    on_large_stack(|| {
        let parsed = rlm_lang_syntax::parse(source);
        assert!(parsed.errors.is_empty(), "{source}\n{:?}", parsed.errors);
        let input = Source::from_bytes("input.txt", text.to_vec());
        seen::watch(Some(&input));
        let mut session = Session::new();
        session.set("text", Value::Text(Text::whole(&input)));
        let fuel = Fuel { steps, ..Fuel::default() };
        let mut outside = Fake::new(Order::First);
        let outcome = session
            .run(source, &parsed.program.body, &mut outside, fuel)
            .unwrap_or_else(|errors| panic!("{source}\n{errors:?}"));
        let looked = seen::take();
        seen::watch(None);
        let mut shown = format!("{} steps\n", outcome.steps);
        // Where steps run out inside of a statement, the next item may have been looked for or not.
        let out_of_steps = outcome.error.as_ref().is_some_and(|e| e.code == ErrorCode::OutOfSteps);
        if !out_of_steps {
            let _ = writeln!(shown, "{looked:?}");
        }
        for (name, value) in session.variables().filter(|(name, _)| *name != "text") {
            let _ = writeln!(shown, "{name} = {}", repr(value));
        }
        if let Some(fault) = outcome.error {
            let _ = writeln!(shown, "error: {}", fault.message);
        }
        shown
    })
    .unwrap()
}

const SETUP: &str = "yes = True\nno = 0\nn = 0\nm = 0\nlast = None\ncounts = {}\nkept = None\n";

const LISTS: [&str; 6] = [
    "text.split(\"\\n\")",
    "lines(text)",
    "text.splitlines()",
    "list(text.split(\"b\"))",
    "text.split(\"ERR\")",
    "[\"Date: x\", \"b\", 1, \"ERR\"]",
];

const TESTS: [&str; 12] = [
    "line.startswith(\"Date: \")",
    "line.startswith((\"b\", \"Date\"))",
    "line.endswith(\"x\")",
    "\"ERR\" in line",
    "\"ERR\" not in line",
    "not line",
    "line",
    "\"a\" in line and line.startswith(\"b\")",
    "\"a\" in line or line.endswith(\"\")",
    "\"ERR\" in line and len(line) > 9",
    "\"\" in line",
    "not (\"a\" in line and not line.endswith(\"a\"))",
];

const LOOPS: [&str; 9] = [
    "for line in LIST { if TEST { n += 1\nlast = line } }",
    "for line in LIST { if TEST { n += 1 } elif MORE { m += 1 } }",
    "for line in LIST { if TEST { continue }\nn += len(line) }",
    "for line in LIST { if TEST { n += 1\nif n > 40 { break } } } else { last = line }",
    "kept = [line for line in LIST if TEST]",
    "kept = [line for line in LIST if TEST if MORE]",
    "n = sum(1 for line in LIST if TEST)",
    "kept = {line: c for line in LIST if TEST for c in line[:2]}",
    "def f(xs) { k = 0\nfor line in xs { if TEST { k += 1 } }\nreturn k }\nn = f(LIST)",
];

const BODIES: [&str; 9] = [
    "for line in LIST { k = PIECE\ncounts[k] = COUNT }",
    "for line in LIST { k = line\ncounts[k] = COUNT }",
    "counts = Counter()\nfor line in LIST { counts[line] += ONE }",
    "counts = defaultdict(int)\nfor line in LIST { counts[line[:3]] += ONE }",
    "k = \"b\"\ncounts = {\"b\": 9223372036854775800}\nfor line in LIST { counts[k] = COUNT }",
    "k = 1\ncounts = {True: \"x\"}\nfor line in LIST { counts[k] = COUNT }",
    "counts = [1, 2]\nfor line in LIST { counts[1] += ONE }",
    "kept = []\nfor line in LIST { APPEND }",
    "kept = deque([], 3)\nfor line in LIST { APPEND }",
];

fn both(program: &str, pairs: &[(&str, &str, &str)]) -> (String, String) {
    let fill = |general: bool| {
        let with = pairs.iter().fold(program.to_string(), |program, (name, quick, slow)| {
            program.replace(name, if general { slow } else { quick })
        });
        format!("{SETUP}{with}")
    };
    (fill(false), fill(true))
}

const LINES: &[&[u8]] = &[
    b"Date: 1 || User: 7 || x",
    b"Date: 2 || User: 8",
    b"an ERR b",
    b"ERR and a long line in which nothing else is to be found at all, but that it is long x",
    b"",
    b"b\r",
    b"ba\xFF\xE2\x82",
    "b\u{e9}a\u{2028}".as_bytes(),
];

/// Such lines, some of them not UTF-8.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(LINES);
    prop::collection::vec(line, 0..9).prop_flat_map(|lines| {
        // Often enough to come to the end of a tick, in any phase.
        (Just(lines), 1usize..900).prop_map(|(lines, times)| {
            lines.iter().cycle().take(lines.len() * times).fold(Vec::new(), |mut text, line| {
                text.extend_from_slice(line);
                text.push(b'\n');
                text
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn loops_with_tests_are_the_same(
        text in text(),
        list in prop::sample::select(&LISTS[..]),
        test in prop::sample::select(&TESTS[..]),
        more in prop::sample::select(&TESTS[..]),
        program in prop::sample::select(&LOOPS[..]),
        steps in prop::sample::select(&[1, 9000, 1_000_000][..]),
    ) {
        let hidden = |test: &str| format!("(({test}) if yes else no)");
        let (quick, general) = both(program, &[
            ("LIST", list, list),
            ("TEST", test, &hidden(test)),
            ("MORE", more, &hidden(more)),
        ]);
        prop_assert_eq!(shown(&quick, &text, steps), shown(&general, &text, steps));
    }

    #[test]
    fn pieces_and_counts_are_the_same(
        text in text(),
        list in prop::sample::select(&LISTS[..]),
        program in prop::sample::select(&BODIES[..]),
        piece in prop::sample::select(&[("\" || \"", 1), ("\"a\"", 0), ("\"\"", 0), ("\"b\"", -1)][..]),
        steps in prop::sample::select(&[1, 9000, 1_000_000][..]),
    ) {
        let (separator, number) = piece;
        let (quick, general) = both(program, &[
            ("LIST", list, list),
            (
                "PIECE",
                &format!("line.split({separator})[{number}]"),
                &format!("(line.split({separator}) if yes else no)[{number}]"),
            ),
            ("COUNT", "counts.get(k, 0) + 1", "(counts if yes else no).get(k, 0) + 1"),
            ("ONE", "1", "(1 if yes else no)"),
            ("APPEND", "kept.append(line[:5])", "(kept if yes else no).append(line[:5])"),
        ]);
        prop_assert_eq!(shown(&quick, &text, steps), shown(&general, &text, steps));
    }
}
