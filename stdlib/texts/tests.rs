//! Looking at texts and taking them apart.

use crate::testing::{FakeHost, lit, shown};
use crate::text::Text;
use crate::value::{Value, repr};

fn run(name: &str, args: &str) -> String {
    let args = lit(args).items().unwrap().to_vec();
    shown(FakeHost::new().run(name, &args))
}

#[test]
fn lengths_are_pythons() {
    for (value, expected) in [
        ("('äö',)", "2"),
        ("([1, 2],)", "2"),
        ("({1: 2},)", "1"),
        ("(set(),)", "0"),
        ("((1, 2, 3),)", "3"),
        ("(5,)", "error: expected something with a length, found an int"),
        ("(None,)", "error: expected something with a length, found None"),
    ] {
        assert_eq!(run("len", value), expected, "{value}");
    }
}

#[test]
fn joins_take_both_orders() {
    assert_eq!(run("join", "([1, 'b', None],)"), "'1\\nb\\nNone'");
    assert_eq!(run("join", "(['a', 'b'], ', ')"), "'a, b'");
    assert_eq!(run("join", "(', ', ['a', 'b'])"), "'a, b'");
    assert_eq!(run("join", "([], ',')"), "''");
    let mut host = FakeHost::new();
    assert_eq!(shown(host.method(&lit("['a', 'b']"), "join", &[Value::from("-")])), "'a-b'");
}

#[test]
fn splits_are_of_text_then_separator() {
    assert_eq!(run("split", "('a, b, c', ', ')"), "['a', 'b', 'c']");
    assert_eq!(run("split", "('a b',)"), "['a', 'b']");
    assert_eq!(run("split", "('a,b,c', ',', 1)"), "['a', 'b,c']");
    assert_eq!(
        run("split", "(',', 'a,b,c')"),
        "error: split takes the text first, then the separator"
    );
}

#[test]
fn pieces_together_are_the_text() {
    let samples = [
        String::new(),
        "one line without an end".repeat(20),
        "äöü 😀\n".repeat(300),
        "a\n\n\nb".repeat(100),
        "x".repeat(1000),
        (0..200).map(|i| format!("{}\n", "word ".repeat(i % 9))).collect(),
    ];
    for sample in &samples {
        for size in [1, 2, 7, 50, 333, 100_000] {
            let args = [Value::Text(Text::from(sample.as_str())), Value::Int(size)];
            let list = FakeHost::new().run("chunk", &args).unwrap().items().unwrap().to_vec();
            let parts: Vec<Text> = list.iter().map(|v| v.as_text().unwrap()).collect();
            assert_eq!(Text::concat(&parts), sample.as_str());
            let most = parts.iter().map(Text::char_len).max().unwrap_or(0);
            assert!(most <= size as usize, "{most} > {size}");
            assert!(parts.iter().all(|part| !part.is_empty()));
        }
    }
}

#[test]
fn pieces_end_at_lines_and_overlap() {
    assert_eq!(run("chunk", "('aa\\nbb\\ncc\\n', 7)"), "['aa\\nbb\\n', 'cc\\n']");
    assert_eq!(run("chunk", "('abcdefgh', 4, 1)"), "['abcd', 'defg', 'gh']");
    assert_eq!(run("chunk", "('äöüß', 3, 2)"), "['äöü', 'öüß']");
    assert_eq!(run("chunk", "([1, 2, 3, 4, 5], 2)"), "[[1, 2], [3, 4], [5]]");
    assert_eq!(run("chunk", "([1, 2, 3, 4], 3, 1)"), "[[1, 2, 3], [3, 4]]");
    assert_eq!(run("chunk", "([], 3)"), "[]");
    assert_eq!(run("chunk", "('abc', 0)"), "error: expected a size above 0, found 0");
    let wrong = "error: expected an overlap below the size 3, found 3";
    assert_eq!(run("chunk", "('abc', 3, 3)"), wrong);
}

#[test]
fn lines_and_places() {
    let mut host = FakeHost::over("one\r\ntwo\nthree\n");
    let lines = host.run("lines", &[]).unwrap();
    assert_eq!(repr(&lines), "['one', 'two', 'three']");
    let third = lines.items().unwrap().get(2).unwrap();
    assert_eq!(shown(host.run("cite", &[third])), "'input.txt:3'");
    let context = Value::Text(host.context.clone());
    assert_eq!(shown(host.run("cite", &[context])), "'input.txt:1-3'");
    assert_eq!(shown(host.run("cite", &[Value::from("own")])), "'(no source)'");
    assert_eq!(shown(host.run("lines", &[lit("['a\\nb', 'c']")])), "['a', 'b', 'c']");
}

#[test]
fn peek_shows_size_start_and_end() {
    let mut host = FakeHost::over(&"0123456789\n".repeat(1000));
    let shown = host.run_with("peek", &[], &[("n", Value::Int(30))]).unwrap();
    assert_eq!(
        shown.as_text().unwrap().to_string(),
        "11,000 characters, 1,000 lines, from input.txt\n0123456789\n012345678\n\
         ... 10,970 characters left out ...\n\n012345678\n"
            .replace("\n\n012345678\n", "\n123456789\n"),
    );
    let list = host.run("peek", &[lit("[1, 2, 3]")]).unwrap();
    assert_eq!(list.as_text().unwrap(), "list[3 int]\n[1, 2, 3]");
    let short = host.run("peek", &[Value::from("abc")]).unwrap();
    assert_eq!(short.as_text().unwrap(), "3 characters, 1 lines\nabc");
}
