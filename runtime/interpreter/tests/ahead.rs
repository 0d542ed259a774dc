//! Loops start the calls of later rounds, and nobody can tell.

use proptest::prelude::*;

use super::fake::{Fake, Order, Seen, run, run_with};

/// Runs in several orders, and once without calls to spare: nothing may differ.
fn seen(source: &str) -> Seen {
    let first = run(source, Order::First);
    for order in (0..10).map(Order::Seed).chain([Order::Last]) {
        let other = run(source, order);
        assert_eq!(other.shown, first.shown, "{order:?} of\n{source}");
        assert_eq!(other.started, first.started, "{order:?} of\n{source}");
    }
    let alone = without_spare(source);
    assert_eq!(alone.shown, first.shown, "one by one:\n{source}");
    assert_eq!(alone.ahead, 0);
    first
}

fn without_spare(source: &str) -> Seen {
    run_with(source, || {
        let mut fake = Fake::new(Order::First);
        fake.spares = false;
        fake
    })
}

/// The loop starts calls ahead and wastes none.
fn runs_ahead(source: &str) -> Seen {
    let found = seen(source);
    assert!(found.ahead > 1, "nothing was started ahead:\n{source}");
    assert_eq!(found.cancelled, 0, "{source}");
    assert!(found.shown.contains("note: calls in this loop ran in parallel"), "{}", found.shown);
    assert_eq!(found.started, without_spare(source).started, "{source}");
    found
}

/// The loop goes round by round.
fn runs_alone(source: &str) {
    let found = seen(source);
    assert_eq!(found.ahead, 0, "{source}: {:?}", found.in_time);
}

#[test]
fn independent_rounds_start_ahead() {
    let found = runs_ahead("out = []\nfor i in range(20) { out.append(ask(f\"q {i}\")) }");
    // Eight are on their way before the first round goes on.
    assert_eq!(found.in_time[7], "1.7.1: q 7");
    runs_ahead(
        "q = \"say\"\nout = {}\nfor i, x in enumerate([\"a\", \"b\", \"c\"]) {\nprint(i)\nprompt = f\"{q} {x}\"\nr = ask(prompt)\nout[x] = r\n}",
    );
    runs_ahead(
        "n = 0\nfor i in range(9) {\nn += 1\nif i % 3 == 0 { continue }\nr = ask(f\"q {i}\")\nprint(n, r)\n}",
    );
    runs_ahead("for i in range(5) { try { r = ask(f\"q {i}\") } except e { r = e }\nprint(r) }");
    runs_ahead(
        "def one(x) { return ask(f\"q {x}\") }\nout = []\ndef keep(x) { out.append(x) }\nfor i in range(5) { keep(one(i)) }",
    );
    runs_ahead(
        "def all(xs) {\nout = []\nfor x in xs { out.append(ask(f\"q {x}\")) }\nreturn out\n}\nr = all([1, 2, 3])",
    );
    // The second call of a round follows from its first.
    runs_ahead("for i in range(4) { r = ask(ask(f\"q {i}\"))\nprint(r) }");
}

#[test]
fn loops_in_loops_and_items_start_ahead() {
    runs_ahead("for i in range(3) { for k in range(3) { print(ask(f\"{i} {k}\")) } }");
    runs_ahead(
        "def f(i) { t = \"\"\nfor k in range(4) { t += ask(f\"{i} {k}\") }\nreturn t }\nx = [f(i) for i in range(3)]",
    );
    runs_ahead(
        "log = []\ndef f(i) {\nfor k in range(4) { log.append(ask(f\"{i} {k}\")) }\n}\nx = [f(i) for i in range(3)]",
    );
}

#[test]
fn what_depends_on_earlier_rounds_does_not() {
    for source in [
        "s = \"\"\nfor i in range(5) { s = ask(f\"{s} {i}\") }",
        "out = []\nfor i in range(5) { out.append(ask(f\"{len(out)} {i}\")) }",
        "n = 0\nfor i in range(5) {\nn += 1\nprint(ask(f\"q {n}\"))\n}",
        "done = False\nfor i in range(5) {\nif done { continue }\nr = ask(f\"q {i}\")\ndone = i > 2\n}",
        "xs = [1, 2, 3]\nfor x in xs {\nr = ask(f\"q {x}\")\nif len(xs) < 5 { xs.append(x) }\n}",
        "n = 0\ndef f(i) { global n\nn += 1\nreturn ask(f\"q {i} {n}\") }\nfor i in range(4) { print(f(i)) }",
        "for i in range(5) { print(ask(f\"q {budget()[\"calls_made\"]}\")) }",
        "it = iter(range(9))\nfor i in range(3) { print(ask(f\"q {next(it)}\")) }",
        "for x in [7] { print(ask(f\"q {x}\")) }",
    ] {
        runs_alone(source);
    }
}

#[test]
fn a_wrong_guess_is_noticed() {
    // Two names for one list: the prompts of later rounds turn out different.
    let source =
        "a = []\nb = a\nfor i in range(6) {\nr = ask(f\"{i} of {len(b)}\")\na.append(r)\n}";
    let found = seen(source);
    assert!(found.shown.contains("'re: 5 of 5'"), "{}", found.shown);
    assert!(found.cancelled > 0 && found.ahead <= 8, "{} {}", found.cancelled, found.ahead);
}

#[test]
fn what_ends_the_loop_cancels_the_rest() {
    for end in ["break", "answer(r)", "raise \"no\"", "x = 1 / 0"] {
        let source = format!(
            "for i in range(30) {{\nr = ask(f\"q {{i}}\")\nprint(r)\nif i == 2 {{ {end} }}\n}}"
        );
        let found = run(&source, Order::First);
        assert_eq!(found.ahead, 10, "{end}");
        assert_eq!(found.cancelled, 7, "{end}");
        assert!(found.shown.starts_with("re: q 0\nre: q 1\nre: q 2\n"), "{}", found.shown);
        assert!(!found.shown.contains("re: q 3"));
    }
    let source = "def f() {\nfor i in range(30) {\nr = ask(f\"q {i}\")\nif i == 2 { return r }\n}\n}\nx = f()\ny = ask(\"z\")";
    let found = run(source, Order::First);
    assert_eq!((found.ahead, found.cancelled), (10, 7));
    assert!(found.started.contains(&"2: z".to_string()), "{:?}", found.started);
}

/// As many rounds are looked at ahead as were done, at least 8 and at most what is enough.
#[test]
fn the_window_follows_the_rounds() {
    for (last, enough, window) in
        [(3, usize::MAX, 8), (40, usize::MAX, 40), (40, 20, 20), (40, 1, 8), (900, usize::MAX, 512)]
    {
        let source = format!(
            "for i in range(2000) {{\nr = ask(f\"q {{i}}\")\nif i == {last} {{ break }}\n}}"
        );
        let found = run_with(&source, || Fake::with_enough(Order::First, enough));
        assert_eq!(found.ahead, last + window, "{last} {enough}");
        assert_eq!(found.cancelled, window - 1, "{last} {enough}");
    }
}

/// Where few calls are to spare, those that were found wait until one is.
#[test]
fn what_could_not_be_started_is_started_later() {
    let source = "for i in range(40) { print(ask(f\"q {i}\")) }";
    let few = run_with(source, || {
        let mut fake = Fake::new(Order::First);
        fake.most_ahead = 3;
        fake
    });
    assert_eq!((few.ahead, few.cancelled, few.most_on_the_way), (40, 0, 3));
    assert_eq!(few.shown, run(source, Order::First).shown);
}

#[test]
fn a_look_ahead_changes_nothing() {
    // Parts before the call that would change something end the look.
    for source in [
        "parts = []\nfor i in range(4) {\nparts.append(i)\nprint(ask(f\"q {i}\"))\n}",
        "d = {}\nfor i in range(4) {\nd[i] = 1\nprint(ask(f\"q {i}\"))\n}",
        "d = {\"n\": 0}\nfor i in range(4) {\nd[\"n\"] += 1\nprint(ask(f\"q {i}\"))\n}",
        "xs = [0, 1]\nfor i in range(4) {\nxs += [i]\nprint(ask(f\"q {i}\"))\n}",
        "from collections import defaultdict\nd = defaultdict(list)\nfor i in range(4) {\nn = len(d[i])\nprint(ask(f\"q {i}\"))\n}",
        "def f() {\nn = 0\ndef add() { nonlocal n\nn += 1 }\nfor i in range(4) {\nadd()\nprint(ask(f\"q {i}\"))\n}\nreturn n\n}\nx = f()",
        "xs = [0, 1, 2, 3]\nfor i in range(3) {\ndel xs[0]\nprint(ask(f\"q {i}\"))\n}",
        "for i in range(4) {\nif i == 2 { answer(i) }\nprint(ask(f\"q {i}\"))\n}",
        "for i in range(4) {\nx = [1, 2][i]\nprint(ask(f\"q {i}\"))\n}",
    ] {
        seen(source);
    }
}

/// Statements of a loop's body over `i`.
const STATEMENTS: &[&str] = &[
    "x = ask(f\"a {i}\")",
    "x = ask(f\"b {i} {x}\")",
    "out.append((i, x))",
    "print(i, n)",
    "n += 1",
    "x = f\"{len(out)}\"",
    "if i == 3 { break }",
    "if i % 2 { continue }",
    "y = i * 2",
    "if n < 3 { x = ask(f\"c {y}\") }",
    "seen[i] = x",
    "x = f(i)",
    "x = g(i)",
    "for k in range(2) { x = ask(f\"in {i} {k}\") }",
    "z = [ask(f\"it {i} {k}\") for k in range(2)]",
    "if i > 4 { answer(out) }",
    "try { x = ask(f\"t {n}\")\nassert i != 2 } except e { out.append(e) }",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn nobody_can_tell(
        body in proptest::collection::vec(0..STATEMENTS.len(), 1..7),
        seed in any::<u64>(),
        inside in any::<bool>(),
    ) {
        let body: Vec<&str> = body.iter().map(|&at| STATEMENTS[at]).collect();
        let body = body.join("\n");
        let (open, close) = if inside {
            ("def h() {\nglobal n\nx = \"x\"\ny = 0\nz = 0\n", "return x\n}\nx = [h() for k in range(2)]")
        } else {
            ("", "")
        };
        let source = format!(
            "out = []\nn = 0\nx = \"x\"\ny = 0\nseen = {{}}\ndef f(i) {{ return ask(f\"f {{i}} {{n}}\") }}\ndef g(i) {{\nout.append(i)\nreturn ask(f\"g {{i}}\")\n}}\n{open}for i in range(6) {{\n{body}\n}}\n{close}\nend = ask(\"end\")"
        );
        let without_note = |seen: Seen| seen.shown.replace("note: calls in this loop ran in parallel\n", "");
        let alone = without_note(without_spare(&source));
        for order in [Order::First, Order::Last, Order::Seed(seed)] {
            prop_assert_eq!(without_note(run(&source, order)), alone.clone(), "{}", &source);
        }
    }
}
