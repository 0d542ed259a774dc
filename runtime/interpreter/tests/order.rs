//! What a program does is the same whatever the order of replies.

use proptest::prelude::*;

use super::fake::{Fake, Order, run, run_with};

/// What the program shows, the same in many orders.
fn shown(source: &str) -> String {
    let first = run(source, Order::First);
    for order in (0..20).map(Order::Seed).chain([Order::Last]) {
        let seen = run(source, order);
        assert_eq!(seen.shown, first.shown, "{order:?} of\n{source}");
        assert_eq!(seen.started, first.started, "{order:?} of\n{source}");
    }
    first.shown
}

#[test]
fn items_that_append_do_so_in_turn() {
    let source = "\
log = []
def f(i) {
    log.append(f\"before {i}\")
    r = ask(f\"q {i}\")
    log.append(r)
    return len(log)
}
xs = [f(i) for i in range(3)]";
    let log = "['before 0', 'before 1', 'before 2', 're: q 0', 're: q 1', 're: q 2']";
    assert_eq!(shown(source), format!("log = {log}\nxs = [4, 5, 6]\n"));
}

#[test]
fn a_variable_that_functions_read_is_that_of_the_item_before() {
    let source = "\
y = \"start\"
def seen() { return y }
xs = [(seen(), (y := ask(f\"q {i}\"))) for i in range(3)]";
    let pairs = "[('start', 're: q 0'), ('re: q 0', 're: q 1'), ('re: q 1', 're: q 2')]";
    assert_eq!(shown(source), format!("y = 're: q 2'\nxs = {pairs}\n"));
}

/// Items that only call are started as far as there is use for them. Those that act in turn all take part in
/// each round: what they do must not depend on how many requests may be in flight.
#[test]
fn items_wait_where_enough_are_under_way() {
    let with = |source: &str, enough| run_with(source, || Fake::with_enough(Order::Last, enough));
    let calls = "xs = [ask(ask(f\"q {i}\")) for i in range(50)]";
    let (few, all) = (with(calls, 7), with(calls, usize::MAX));
    assert_eq!((few.most_on_the_way, all.most_on_the_way), (7, 50));
    assert_eq!((few.shown, few.started), (all.shown, all.started));
    let acts = "\
log = []
def f(i) {
    log.append(i)
    log.append(ask(f\"q {i}\"))
    return len(log)
}
xs = [f(i) for i in range(50)]";
    let (few, all) = (with(acts, 7), with(acts, usize::MAX));
    assert_eq!((few.most_on_the_way, all.most_on_the_way), (50, 50));
    assert_eq!((few.shown, few.in_time), (all.shown, all.in_time));
}

#[test]
fn rounds_follow_the_number_of_waits() {
    let source = "\
log = []
def f(i) {
    for k in range(3 - i) { log.append((k, ask(f\"{i} {k}\"))) }
    return i
}
xs = [f(i) for i in range(3)]
answer([x[1] for x in log])";
    let shown = shown(source);
    let rounds = r#"["re: 0 0","re: 1 0","re: 2 0","re: 0 1","re: 1 1","re: 0 2"]"#;
    assert!(shown.replace(", ", ",").contains(&format!("answer: {rounds}")), "{shown}");
}

#[test]
fn what_items_assign_for_themselves_is_seen_by_functions_and_stays() {
    let source = "\
k = \"outside\"
def why() { return ask(f\"why {k}\") }
xs = [(k, why()) for i in range(3) if \"1\" not in (k := ask(f\"q {i}\"))]
def inside() {
    ys = {n: ask(n) for i in range(3) if (n := ask(f\"n {i}\"))}
    return len(ys), n
}
ys = inside()
zs = [ask(m) for m in \"ab\" if (j := ask(m)) == \"none\"]
end = (k, j)";
    let expected = "k = 're: q 2'
xs = [('re: q 0', 're: why re: q 0'), ('re: q 2', 're: why re: q 2')]
ys = (3, 're: n 2')
zs = []
end = ('re: q 2', 're: b')
j = 're: b'
";
    let found = shown(source);
    let mut found: Vec<&str> = found.lines().collect();
    let mut expected: Vec<&str> = expected.lines().collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn counters_and_globals_are_safe() {
    let source = "\
total = 0
seen = {}
def f(i) {
    global total
    total += len(ask(f\"q {i}\"))
    seen[total] = i
    return total
}
xs = list(map(f, range(5)))";
    assert!(shown(source).starts_with("total = 35\n"));
}

#[test]
fn nested_items_act_in_turn_too() {
    shown(
        "\
log = []
def inner(i, k) { log.append((i, k, ask(f\"{i} {k}\"))) }
def outer(i) {
    [inner(i, k) for k in range(i)]
    log.append(ask(f\"end {i}\"))
    pure = [ask(ask(f\"p {k}\")) for k in range(2)]
    log.append(len(log))
}
xs = [outer(i) for i in (3, 1, 2)]",
    );
}

#[test]
fn shared_iterators_and_dicts_that_make_items_are_safe() {
    shown("it = iter(range(9))\nxs = [(ask(f\"q {i}\"), next(it)) for i in range(4)]");
    shown(
        "from collections import defaultdict\nd = defaultdict(list)\nxs = [(ask(f\"q {i}\"), d[i]) for i in range(4)]",
    );
}

#[test]
fn an_answer_and_an_error_of_items_are_those_of_the_first() {
    let answers = "def f(i) { r = ask(ask(f\"q {i}\")) if i < 3 else ask(f\"q {i}\")\n if i > 1 { answer(r) } }\n[f(i) for i in range(6)]";
    // Item 3 answers earlier, and yet item 2 comes first.
    assert_eq!(shown(answers), "answer: re: re: q 2\n");
    let fails = "def f(i) { r = ask(ask(f\"q {i}\")) if i < 3 else ask(f\"q {i}\")\n print(i)\n assert i < 2, f\"no {i}\" }\n[f(i) for i in range(6)]";
    assert!(shown(fails).contains("error: no "), "{}", shown(fails));
}

#[test]
fn notes_keep_the_order_of_items() {
    let source = "xs = [(len(ask(f\"q {i}\")), \"abcdef\"[i - 9:3]) for i in range(3)]";
    assert!(shown(source).matches("note: ").count() == 3, "{}", shown(source));
}

#[test]
fn items_without_effects_go_on_as_replies_come() {
    // Item 2 asks again before item 0 has its first reply.
    let pure = "xs = [ask(ask(f\"q {i}\")) for i in range(3)]";
    let second = |seen: &[String]| seen.iter().position(|s| s.starts_with("1.0.2")).unwrap();
    assert_eq!(run(pure, Order::Last).in_time[3], "1.2.2: re: q 2");
    assert_eq!(second(&run(pure, Order::Last).in_time), 5);
    // A list that a function makes for itself is nobody else's.
    let own = "\
def f(i) {
    out = []
    out.append(ask(f\"{i} 1\"))
    out.append(ask(f\"{i} 2\"))
    return out
}
xs = [f(i) for i in range(3)]";
    let seen = run(own, Order::Last).in_time;
    assert!(seen[3].starts_with("1.2.2"), "{seen:?}");
    // With an effect, item 0 comes first.
    let impure = "log = []\nxs = [(ask(ask(f\"q {i}\")), log.append(i)) for i in range(3)]";
    assert_eq!(run(impure, Order::Last).in_time[3], "1.0.2: re: q 0");
}

/// Statements of a function of `i`, some of which change what others see.
const STATEMENTS: &[&str] = &[
    "x = ask(f\"a {i} {x}\")",
    "log.append((i, x))",
    "print(i, x)",
    "total += len(x)",
    "seen[x] = i",
    "if i % 2 { x = ask(f\"odd {i}\") }",
    "mine.append(x)",
    "x = f\"{len(log)} {total}\"",
    "y = [ask(f\"in {i} {k}\") for k in range(i % 3)]",
    "y = [log.append(ask(f\"deep {i} {k}\")) for k in range(2)]",
    "for k in range(i) { x = ask(f\"loop {i} {k}\") }",
    "x = max([x, \"q\"], key=lambda t: len(ask(t)))",
    "seen.update({i: len(seen)})",
];

const FORMS: &[&str] = &[
    "out = [f(i) for i in range(5)]",
    "out = {i: f(i) for i in (3, 1, 2)}",
    "out = list(map(f, range(4)))",
    "out = [[f(i + k) for k in range(2)] for i in range(3)]",
    "out = [f(i) for i in range(6) if ask(f\"take {i}\") != \"re: take 3\"]",
    "out = sorted(range(4), key=lambda i: f(3 - i))",
    "for i in range(4) { out = f(i) }",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_order_of_replies_can_be_seen(
        body in proptest::collection::vec(0..STATEMENTS.len(), 1..7),
        form in 0..FORMS.len(),
        seeds in proptest::collection::vec(any::<u64>(), 3),
    ) {
        let body: Vec<&str> = body.iter().map(|&at| STATEMENTS[at]).collect();
        let source = format!(
            "log = []\ntotal = 0\nseen = {{}}\ndef f(i) {{\nglobal total\nx = \"x\"\ny = None\nmine = []\n{}\nreturn f\"{{x}} {{y}} {{len(mine)}}\"\n}}\n{}\nanswer([log, total, seen])",
            body.join("\n"),
            FORMS[form],
        );
        let first = run(&source, Order::First);
        for seed in seeds {
            let seen = run(&source, Order::Seed(seed));
            prop_assert_eq!(&seen.shown, &first.shown, "{}", &source);
            prop_assert_eq!(&seen.started, &first.started, "{}", &source);
        }
    }
}
