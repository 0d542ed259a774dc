//! Calls that cannot all be made are refused before the first.

use super::fake::{Fake, Order, Seen, run_with};

/// Runs with this many calls left.
fn with_left(source: &str, left: u64) -> Seen {
    run_with(source, || {
        let mut fake = Fake::new(Order::First);
        fake.calls_left = Some(left);
        fake
    })
}

/// The program is refused without a call for this many, and runs with as many.
fn needs(source: &str, calls: u64) {
    let source = format!(
        "rows = list(range(12))\ndocs3 = [1, 2, 3]\ndef one(x) {{ return ask(f\"q {{x}}\") }}\ndef two(x) {{ return one(one(x)) }}\n{source}"
    );
    let refused = with_left(&source, calls - 1);
    assert!(refused.started.is_empty(), "{source}: {:?}", refused.started);
    let message = format!("this would make {calls} model calls, {} are left", calls - 1);
    assert!(refused.shown.contains(&message), "{source}: {}", refused.shown);
    let runs = with_left(&source, calls);
    assert!(!runs.shown.contains("error: "), "{source}: {}", runs.shown);
}

#[test]
fn comprehensions_are_counted() {
    needs("x = [ask(f\"q {r}\") for r in rows]", 12);
    needs("x = {r: ask(f\"q {r}\") for r in rows}", 12);
    needs("x = [ask(ask(f\"q {r}\")) for r in rows]", 24);
    needs("x = [one(r) for r in rows]", 12);
    needs("x = [two(r) for r in rows]", 24);
    needs("f = ask\nx = [f(f\"q {r}\") for r in rows]", 12);
}

#[test]
fn nested_clauses_are_counted_where_sizes_are_known() {
    needs("x = [ask(f\"{a} {b}\") for a in rows for b in docs3]", 36);
    needs("x = [ask(f\"{a} {b}\") for a in rows for b in range(4)]", 48);
    needs("x = [ask(f\"{a} {b}\") for a in rows for i, b in enumerate(docs3) for c in (1, 2)]", 72);
    needs("d = {1: 2, 3: 4}\nx = [ask(f\"{a} {b}\") for a in rows for b in d.values()]", 24);
    // Sizes that depend on an item are not known.
    let source = "x = [ask(f\"{a} {b}\") for a in range(3) for b in range(a)]";
    assert!(!with_left(source, 3).shown.contains("error"));
}

#[test]
fn loops_are_counted() {
    needs("for r in rows { x = ask(f\"q {r}\") }", 12);
    needs("out = []\nfor r in rows {\nprint(r)\nout.append(two(r))\nif r { print(r) }\n}", 24);
    needs("def all(xs) { for x in xs { y = one(x) } }\nall(rows)", 12);
}

#[test]
fn functions_of_functions_are_counted() {
    needs("x = list(map(one, rows))", 12);
    needs("x = map(lambda r: ask(f\"q {r}\"), rows)", 12);
    needs("x = list(filter(two, rows))", 24);
    needs("x = sorted(rows, key=one)", 12);
    needs("x = list(map(ask, [\"a\", \"b\"]))", 2);
}

#[test]
fn batches_are_counted() {
    needs("x = llm_query_batched([f\"q {r}\" for r in rows])", 12);
    // 100 items go in packs of 40.
    let source = "x = classify([f\"item {i}\" for i in range(100)], [\"a\", \"b\"], \"?\")";
    let refused = with_left(source, 2);
    assert!(
        refused.shown.contains("this would make 3 model calls, 2 are left"),
        "{}",
        refused.shown
    );
    assert!(refused.started.is_empty());
    // With three left the packs are sent, and items without a label are not asked again.
    let seen = with_left(source, 3);
    assert_eq!(seen.started.len(), 1);
    assert!(seen.shown.starts_with("x = [<failed: "), "{}", seen.shown);
}

#[test]
fn nothing_is_refused_by_mistake() {
    for source in [
        "for i in range(9) { if ask(f\"q {i}\") { break } }",
        "for i in range(9) {\nif i > 1 { continue }\nask(f\"q {i}\")\n}",
        "for i in range(9) {\nif i > 1 { answer(i) }\nask(f\"q {i}\")\n}",
        "def f(i) { if i > 1 { return 0 }\nreturn ask(f\"q {i}\") }\nx = [f(i) for i in range(9)]",
        "def stop(i) { if i > 1 { answer(i) } }\nfor i in range(9) {\nstop(i)\nask(f\"q {i}\")\n}",
        "x = [ask(f\"q {i}\") if i < 2 else i for i in range(9)]",
        "x = [ask(f\"q {i}\") for i in range(9) if i < 2]",
        "x = [i < 2 and ask(f\"q {i}\") for i in range(9)]",
        "x = [[ask(f\"q {k}\") for k in range(i)] for i in (0, 0, 2)]",
        "def f(n) { return ask(\"q\") if n < 1 else f(n - 1) }\nx = [f(i) for i in (1, 2)]",
        "for i in range(9) { try { if i > 1 { raise \"x\" }\nask(f\"q {i}\") } except { pass } }",
    ] {
        let seen = with_left(source, 2);
        assert!(!seen.shown.contains("error: "), "{source}: {}", seen.shown);
        assert!(!seen.started.is_empty(), "{source}");
    }
}

#[test]
fn the_refusal_says_how_to_go_on() {
    let source = "rows = list(range(4812))\nx = [ask(f\"q {r}\") for r in rows]";
    let shown = with_left(source, 188).shown;
    assert!(shown.contains("this would make 4,812 model calls, 188 are left"), "{shown}");
    assert!(shown.contains("chunk(rows, 100)"), "{shown}");
    // It can be caught, and cost nothing.
    let source = "rows = list(range(9))\ntry { x = [ask(\"q\") for r in rows] } except e { x = len(rows) }\ny = ask(\"z\")";
    let seen = with_left(source, 5);
    assert_eq!(seen.started, ["2: z"]);
}
