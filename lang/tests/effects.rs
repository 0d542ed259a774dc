//! Effects and the bound on model calls.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalog;

use catalog::Small;
use rlm_lang_syntax::check::{self, Effects};
use rlm_lang_syntax::parse;

#[track_caller]
fn calls(source: &str, expected: &str) {
    let parsed = parse(source);
    assert_eq!(parsed.errors, []);
    assert_eq!(check::summary(&parsed, &Small).calls.to_string(), expected, "{source}");
}

#[test]
fn bounds() {
    calls("x = 1", "none");
    calls("ask(1); ask(2)", "at most 2");
    calls(
        "ask(1)\nys = [ask(\"q\", c) for c in chunk(context, 200_000)]\nask(ys)",
        "at most 2 + len(chunk(context, 200000))",
    );
    calls("for i, d in enumerate(docs) { a = ask(d); b = d.ask(\"q\") }", "at most 2 * len(docs)");
    calls(
        "for d in docs { for p in chunk(d, 9) { ask(p) } }",
        "at most len(docs) * len(chunk(d, 9))",
    );
    calls("for i in range(5) { ask(i) }", "at most 5");
    calls("for i in range(n) { ask(i) }\nn = 2", "at most n");
    calls("for q in [\"a\", \"b\"] { ask(q) }", "at most 2");
    calls("x = [ask(a) for a in [ask(b) for b in docs]]", "at most len(docs) + len(...)");
    calls("while True { ask(1) }", "unbounded, 1 in each round of a while loop");
    calls("classify(rows, [\"a\"])\nrows = lines(context)", "at most len(rows) / 20");
    calls("rows.classify([\"a\"])\nrows = lines(context)", "at most len(rows) / 20");
    calls("def f(c) { return ask(c) }\nfor d in docs { f(d) }\nf(1)", "at most 1 + len(docs)");
    calls("def f(c) { return ask(c) }", "none");
    calls("def f(c) { ask(c)\n f(c) }\nf(1)", "unknown, at least 1");
    calls("map(lambda c: ask(c), docs); map(ask, docs)", "at most 2 * len(docs)");
    calls("f = lambda c: ask(c)\nf(1)", "unknown, at least 1");
    calls("def f(c) { ask(c) }\nsorted(docs, key=f)", "unknown, at least 1");
    calls("if docs { ask(1) } else { ask(2) }", "at most 2");
    calls("recurse(\"q\", context)", "none");
}

#[test]
fn effects() {
    let of = |source: &str| check::effects(&parse(source), &Small);
    assert_eq!(of("x = 1"), Effects::default());
    assert!(of("x = context").reads && of("grep(\"a\")").reads && !of("len([1])").reads);
    assert!(of("xs = []\nxs.append(1)").mutates && of("d = {}\nd[1] = 2").mutates);
    assert!(of("print(1)").prints && of("map(print, docs)").prints);
    assert!(of("answer(1)").may_answer && of("if docs { return 1 }").may_answer);
    assert!(of("answer[\"content\"] = 1").may_answer && !of("def f() { return 1 }").may_answer);
    assert!(of("recurse(\"q\")").recurses && !of("recurse(\"q\")").calls_models);
    assert!(of("ask(\"q\")").calls_models);
}

#[test]
fn summary() {
    let source =
        "xs = [recurse(\"q\", d) for d in docs]\nx = ask(\"Join\", xs)\nprint(x)\nanswer(x)";
    assert_eq!(
        check::summary(&parse(source), &Small).to_string(),
        "reads the input\ncalls models: at most 1\nstarts child engines: at most len(docs)\nprints\nmay answer"
    );
    assert_eq!(check::summary(&parse("x = 1"), &Small).to_string(), "computes only");
}
