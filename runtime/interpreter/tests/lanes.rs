//! The place of a start does not depend on the order of replies.

use super::fake::{Order, run};

const ORDERS: [Order; 5] =
    [Order::First, Order::Last, Order::Seed(1), Order::Seed(2), Order::Seed(3)];

/// The starts of a program, the same in every order.
fn starts(source: &str) -> Vec<String> {
    let first = run(source, Order::First);
    for order in ORDERS {
        let seen = run(source, order);
        assert_eq!(seen.started, first.started, "{order:?}");
        assert_eq!(seen.looked, first.looked, "{order:?}");
    }
    first.started
}

#[test]
fn the_main_line_counts_its_starts() {
    let found = starts("a = ask(\"x\")\nb = llm_query_batched([\"y\", \"z\"])\nc = recurse(\"w\")");
    assert_eq!(found, ["1: x", "2: y; z", "3: w"]);
}

#[test]
fn items_count_their_own() {
    let found =
        starts("a = ask(\"x\")\nb = [ask(ask(f\"q {i}\")) for i in range(3)]\nc = ask(\"y\")");
    let expected = [
        "1: x",
        "2.0.1: q 0",
        "2.0.2: re: q 0",
        "2.1.1: q 1",
        "2.1.2: re: q 1",
        "2.2.1: q 2",
        "2.2.2: re: q 2",
        "3: y",
    ];
    assert_eq!(found, expected);
}

#[test]
fn comprehensions_nest() {
    let found = starts(
        "def all(i) { return [ask(f\"{i} {k}\") for k in range(i)] }\nx = [[all(i), ask(f\"end {i}\")] for i in (2, 1)]",
    );
    let expected =
        ["1.0.1.0.1: 2 0", "1.0.1.1.1: 2 1", "1.0.2: end 2", "1.1.1.0.1: 1 0", "1.1.2: end 1"];
    assert_eq!(found, expected);
}

#[test]
fn a_condition_that_leaves_items_out_changes_no_other_s_place() {
    let found =
        starts("x = [ask(f\"q {i}\") for i in range(5) if i % 2 and len(ask(f\"ok {i}\")) > 0]");
    assert_eq!(found, ["1.1.1: ok 1", "1.1.2: q 1", "1.3.1: ok 3", "1.3.2: q 3"]);
}

#[test]
fn the_budget_takes_a_place() {
    let source = "a = ask(\"x\")\nb = budget()[\"calls_made\"]\nc = ask(\"y\")";
    assert_eq!(starts(source), ["1: x", "3: y"]);
    assert_eq!(run(source, Order::First).looked, ["2"]);
    // Items are admitted against the budget at the place of their comprehension.
    let source = "a = [ask(f\"q {i}\") for i in [7]]";
    assert_eq!(starts(source), ["1.0.1: q 7"]);
    assert_eq!(run(source, Order::First).looked, ["1"]);
}

#[test]
fn items_with_a_variable_of_their_own_run_at_the_same_time() {
    let found =
        starts("x = [ask(k) for i in range(2) if i < 9 and (k := ask(f\"q {i}\")) != \"\"]");
    assert_eq!(found, ["1.0.1: q 0", "1.0.2: re: q 0", "1.1.1: q 1", "1.1.2: re: q 1"]);
}

#[test]
fn items_that_read_what_the_one_before_assigned_wait_for_it() {
    let found = starts("t = 0\nx = [t := t + len(ask(f\"q {i}\")) for i in range(2)]");
    assert_eq!(found, ["1: q 0", "2: q 1"]);
    // It may not be assigned where it is read.
    let found = starts("t = 0\nx = [t for i in range(2) if i or (t := ask(f\"q {i}\"))]");
    assert_eq!(found, ["1: q 0"]);
}
