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

/// Bytes of an input: lines, characters of one to four bytes, and bytes that are no UTF-8.
fn input() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let part = prop_oneof![
        4 => "[a-z ]{0,12}".prop_map(String::into_bytes),
        3 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        2 => "[äß€😀]{1,4}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
        1 => Just(vec![0xf0, 0x9f]),
    ];
    proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

    #[test]
    fn chunks_lose_nothing(bytes in input(), size in 1_i64..90, part in 0_i64..90) {
        let overlap = part % size;
        let source = crate::text::Source::from_bytes("input.txt", bytes.clone());
        let text = Text::whole(&source);
        let args = [Value::Text(text.clone()), Value::Int(size), Value::Int(overlap)];
        let list = FakeHost::new().run("chunk", &args).unwrap().items().unwrap().to_vec();
        let ranges: Vec<_> =
            list.iter().map(|piece| piece.as_text().unwrap().byte_range().unwrap()).collect();
        let (most, shared) = (usize::try_from(size).unwrap(), usize::try_from(overlap).unwrap());
        let characters = |range: std::ops::Range<usize>| text.slice_bytes(range).char_len();
        for range in &ranges {
            assert!(!range.is_empty() && characters(range.clone()) <= most, "{ranges:?}");
        }
        // The first begins at the start, the last ends at the end, and each begins where the one before
        // it ends, or as many characters earlier as they share, if that one is longer.
        assert_eq!(ranges.first().map_or(0, |range| range.start), 0);
        assert_eq!(ranges.last().map_or(0, |range| range.end), bytes.len());
        for pair in ranges.windows(2) {
            let (before, after) = (&pair[0], &pair[1]);
            assert!(after.start > before.start && after.start <= before.end, "{ranges:?}");
            let common = characters(after.start..before.end);
            assert!(common <= shared, "{common} shared of {shared}: {ranges:?}");
            let room = characters(before.clone()) > shared;
            assert!(common == shared || !room, "{common} shared of {shared}: {ranges:?}");
        }
        // Without what neighbours share, the pieces are the text, byte for byte.
        let mut joined = Vec::new();
        for range in ranges {
            joined.extend_from_slice(&bytes[range.start.max(joined.len())..range.end]);
        }
        assert_eq!(joined, bytes);
    }

    #[test]
    fn batches_lose_nothing(count in 0_i64..200, size in 1_i64..50, part in 0_i64..50) {
        let overlap = part % size;
        let items: Vec<Value> = (0..count).map(Value::Int).collect();
        let args = [Value::list(items.clone()), Value::Int(size), Value::Int(overlap)];
        let batches = FakeHost::new().run("chunk", &args).unwrap().items().unwrap().to_vec();
        let mut joined = Vec::new();
        for (index, batch) in batches.iter().enumerate() {
            let batch = batch.items().unwrap().to_vec();
            assert!(!batch.is_empty() && i64::try_from(batch.len()).unwrap() <= size);
            let skip = if index == 0 { 0 } else { usize::try_from(overlap).unwrap() };
            joined.extend(batch.into_iter().skip(skip));
        }
        assert_eq!(joined, items);
    }
}
