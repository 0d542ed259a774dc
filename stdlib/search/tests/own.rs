//! What Python does not have: lines, views, documents, ranking, quotations, and the errors.

use rlm_lang_syntax::codes::Code;

use crate::testing::{FakeHost, function, lit, shown};
use crate::text::{Document, Source, Storage, Text};
use crate::value::{Value, repr};

fn text(text: &str) -> Value {
    Value::from(text)
}

/// A host over documents of these names and contents.
fn over(documents: &[(&str, &str)]) -> FakeHost {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, content) in documents {
        let start = bytes.len() as u64;
        bytes.extend_from_slice(content.as_bytes());
        list.push(Document { name: (*name).to_string(), range: start..bytes.len() as u64 });
        bytes.push(b'\n');
    }
    let source = Source::from_documents(Storage::Owned(bytes), list);
    let mut host = FakeHost::new();
    host.context = Text::whole(&source);
    host
}

fn places(host: &mut FakeHost, list: &Value) -> String {
    let places = list.items().unwrap().iter().map(|v| host.run("cite", &[v]).unwrap());
    places.map(|place| place.as_text().unwrap().to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn grep_gives_each_line_once_with_its_place() {
    let mut host = over(&[("a.txt", "one\ntwo two\nthree"), ("b.txt", "four\r\ntwo\r\n")]);
    let found = host.run("grep", &[text("two")]).unwrap();
    assert_eq!(repr(&found), "['two two', 'two']");
    assert_eq!(places(&mut host, &found), "a.txt:2 b.txt:2");
    assert_eq!(shown(host.run("grep", &[text("^t.*$")])), "['two two', 'three', 'two']");
    assert_eq!(shown(host.run("grep", &[text("(?i)O$")])), "['two two', 'two']");
    let limited = host.run_with("grep", &[text("o")], &[("limit", Value::Int(2))]);
    assert_eq!(shown(limited), "['one', 'two two']");
    let insensitive = host.run_with("grep", &[text("FOUR")], &[("ignore_case", true.into())]);
    assert_eq!(shown(insensitive), "['four']");
    let docs = Value::List(crate::host::Host::docs(&host));
    let found = host.run("grep", &[text("t"), docs]).unwrap();
    assert_eq!(repr(&found), "['two two', 'three', 'two']");
}

#[test]
fn grep_looks_at_lines_alone() {
    let mut host = FakeHost::new();
    let mut grep = |regex: &str, t: &str| shown(host.run("grep", &[text(regex), text(t)]));
    assert_eq!(grep(r"[^x]+b", "a\nb\nab"), "['ab']");
    assert_eq!(grep(r"a\s+b", "a\nb\na b"), "['a b']");
    assert_eq!(grep(r"^$", "a\n\nb\n"), "['']");
    assert_eq!(grep(r"", "a\n\nb\n"), "['a', '', 'b']");
    assert_eq!(grep(r"x*", ""), "[]");
    assert_eq!(grep(r"\Ab", "a\nb"), "['b']");
    assert_eq!(grep(r"a(?=b)", "ab\nac\n"), "['ab']");
    assert_eq!(grep(r"c$", "abc\r\nc d\r\n"), "['abc']");
    // A newline in the regex: the lines together.
    assert_eq!(grep(r"a\nb", "1 a\nb 2\nc"), "['1 a\\nb 2']");
}

#[test]
fn large_texts_are_searched_in_two_halves() {
    let line = "x".repeat(99) + "\n";
    let mut content = line.repeat(400_000);
    for at in [0, 100 * 199_999, 100 * 200_000, 100 * 399_999] {
        content.replace_range(at..at + 6, "needle");
    }
    let mut host = over(&[("big", &content)]);
    host.fuel = u64::MAX;
    let found = host.run("grep", &[text("needle")]).unwrap();
    assert_eq!(places(&mut host, &found), "big:1 big:200000 big:200001 big:400000");
}

#[test]
fn found_texts_are_views() {
    let mut host = over(&[("log", "é id=7\nname id=42 end\n")]);
    let found = host.run("findall", &[text(r"id=(\d+)")]).unwrap();
    assert_eq!(repr(&found), "['7', '42']");
    let second = found.items().unwrap().get(1).unwrap();
    assert_eq!(shown(host.method(&second, "start", &[])), "15");
    assert_eq!(shown(host.method(&second, "around", &[Value::Int(4)])), "' id=42 end'");
    let matches = host.run("finditer", &[text(r"(?P<key>id)=(\d+)")]).unwrap();
    let m = matches.items().unwrap().get(1).unwrap();
    for (name, args, expected) in [
        ("group", "()", "'id=42'"),
        ("group", "(1, 2)", "('id', '42')"),
        ("group", "('key',)", "'id'"),
        ("groups", "()", "('id', '42')"),
        ("groupdict", "()", "{'key': 'id'}"),
        ("start", "()", "12"),
        ("end", "(2,)", "17"),
        ("span", "(1,)", "(12, 14)"),
        ("line", "()", "2"),
        ("name", "()", "'log'"),
        ("lastindex", "()", "2"),
        ("upper", "()", "'ID=42'"),
        ("expand", "('<key> = <2>',)", "'<key> = <2>'"),
        ("group", "(3,)", "error: no group 3: the regex `(?P<key>id)=(\\d+)` has 2 groups"),
        ("group", "('x',)", "error: no group 'x': the regex `(?P<key>id)=(\\d+)` has 2 groups"),
    ] {
        let args = lit(args).items().unwrap().to_vec();
        assert_eq!(shown(host.method(&m, name, &args)), expected, "{name}");
    }
    let own = host.run("search", &[text("b"), text("aaabccc")]).unwrap();
    assert_eq!(shown(host.method(&own, "around", &[Value::Int(2)])), "'aabcc'");
}

#[test]
fn results_can_be_limited_and_lists_searched() {
    let mut host = FakeHost::new();
    let limit = [("limit", Value::Int(2))];
    let digits = [text(r"\d"), text("1 2 3")];
    assert_eq!(shown(host.run_with("findall", &digits, &limit)), "['1', '2']");
    let list = lit("['a1', 'b', 'c2 d3']");
    assert_eq!(shown(host.run("findall", &[text(r"\d"), list.clone()])), "['1', '2', '3']");
    let m = host.run("search", &[text(r"[cd](\d)"), list]).unwrap();
    assert_eq!(shown(host.method(&m, "group", &[Value::Int(1)])), "'2'");
    assert_eq!(shown(host.run("search", &[text("x"), text("abc")])), "None");
}

#[test]
fn replacements_may_be_functions() {
    let double = function(|args| {
        let Value::Match(m) = &args[0] else { panic!("a match") };
        let n: i64 = m.whole().to_string().parse().unwrap();
        Ok(Value::from((2 * n).to_string().as_str()))
    });
    let mut host = FakeHost::new();
    let args = [text(r"\d+"), double, text("a1 b22")];
    assert_eq!(shown(host.run("sub", &args)), "'a2 b44'");
    let number = function(|_| Ok(Value::Int(1)));
    let fault = host.run("sub", &[text("a"), number, text("a")]).unwrap_err();
    assert_eq!(fault.message, "expected a text from the function, found an int");
    let wrong = shown(host.run("sub", &[text("a"), text(r"\2"), text("a")]));
    assert_eq!(wrong, "error: bad replacement: invalid group reference 2");
    // Nothing replaced: the text itself.
    let mut host = over(&[("x", "abc")]);
    let context = Value::Text(host.context.clone());
    let same = host.run("sub", &[text("z"), text(""), context]).unwrap();
    assert_eq!(shown(host.method(&same, "line", &[])), "1");
}

#[test]
fn compiled_patterns_have_the_same_methods() {
    let mut host = FakeHost::new();
    let flags = [("flags", Value::Int(2))];
    let pattern = host.run_with("re.compile", &[text("B(.)")], &flags).unwrap();
    let t = text("abcabd");
    for (name, args, expected) in [
        ("findall", vec![t.clone()], "['c', 'd']"),
        ("sub", vec![text(r"<\1>"), t.clone()], "'a<c>a<d>'"),
        ("split", vec![t.clone()], "['a', 'c', 'a', 'd', '']"),
        ("match", vec![t.clone()], "None"),
        ("search", vec![t.clone(), Value::Int(3)], "'bd'"),
        ("pattern", vec![], "'B(.)'"),
        ("flags", vec![], "2"),
    ] {
        assert_eq!(shown(host.method(&pattern, name, &args)), expected, "{name}");
    }
    assert_eq!(shown(host.run("re.findall", &[pattern.clone(), t])), "['c', 'd']");
    assert_eq!(shown(host.run("count", &[text("abcabd"), pattern])), "2");
}

#[test]
fn a_regex_and_a_text_in_the_wrong_order_are_told() {
    let mut host = over(&[("x", &"some words here\n".repeat(40))]);
    let context = Value::Text(host.context.clone());
    let fault = host.run("grep", &[context.clone(), text("words")]).unwrap_err();
    assert_eq!(fault.code, Code::WrongType);
    assert_eq!(fault.message, "grep takes the regex first, then the text");
    assert_eq!(fault.help.as_deref(), Some("write grep('words', context)"));
    assert!(host.run("search", &[text("words"), context]).is_ok());
    let fault = host.run("findall", &[lit("['a']"), text("a")]).unwrap_err();
    assert_eq!(fault.message, "findall, regex: expected a regex, found a list");
}

#[test]
fn bad_regexes_are_errors_with_a_place() {
    let mut host = FakeHost::new();
    let fault = host.run("grep", &[text("(a"), text("x")]).unwrap_err();
    assert_eq!(fault.code, Code::BadRegex);
    assert_eq!(fault.message, "bad regex `(a`: missing ), unterminated subpattern at position 0");
    let slow = host.run("search", &[text(r"(?:(a+)\1?)+b"), text(&"a".repeat(60))]).unwrap_err();
    assert!(slow.message.contains("too many steps"), "{}", slow.message);
}

#[test]
fn rank_gives_the_same_from_its_index() {
    let mut host = FakeHost::over("");
    let texts: Vec<Value> = (0..200)
        .map(|i| {
            text(&format!("Item {i} is {} and {}", "red ".repeat(i % 7), "Blue, ".repeat(i % 5)))
        })
        .collect();
    let list = Value::list(texts);
    for query in ["red", "blue red red", "item 42", "nothing at all", "Éa", ""] {
        // The first query passes over the texts, the second makes the index, the third uses it.
        let other = host.run("rank", &[text("x"), Value::list(vec![text("x y")])]).unwrap();
        assert_eq!(repr(&other), "['x y']");
        let by_pass = repr(&host.run("rank", &[text(query), list.clone()]).unwrap());
        for _ in 0..2 {
            assert_eq!(repr(&host.run("rank", &[text(query), list.clone()]).unwrap()), by_pass);
        }
    }
}

#[test]
fn rank_finds_the_best_first() {
    let mut host = FakeHost::new();
    let texts = lit("['green pears and plums', 'Red apples, red wine', 'apples', 'nothing here']");
    let found = host.run("rank", &[text("red apples"), texts.clone()]).unwrap();
    assert_eq!(repr(&found), "['Red apples, red wine', 'apples']");
    let one = host.run_with("rank", &[text("APPLES")], &[("texts", texts), ("k", Value::Int(1))]);
    assert_eq!(shown(one), "['apples']");
    // Ties keep the order of the texts.
    let ties = lit("['b x', 'a x', 'c x']");
    assert_eq!(shown(host.run("rank", &[text("x"), ties])), "['b x', 'a x', 'c x']");
    let mut host = over(&[("x", "first part\nabout cats\n\nsecond part\nabout dogs\n\nthird")]);
    let found = host.run("rank", &[text("dogs")]).unwrap();
    assert_eq!(repr(&found), "['second part\\nabout dogs']");
    assert_eq!(places(&mut host, &found), "x:4-5");
    assert_eq!(shown(host.run("rank", &[text("dogs")])), "['second part\\nabout dogs']");
}

#[test]
fn files_are_found_by_name() {
    let mut host = over(&[
        ("src/main.rs", "a"),
        ("src/net/retry.rs", "b"),
        ("Cargo.toml", "c"),
        ("empty.py", ""),
        ("lib/tool.py", "d"),
    ]);
    let mut names = |glob: &str| {
        let found = host.run("files", &[text(glob)]).unwrap();
        let names: Vec<String> = found
            .items()
            .unwrap()
            .iter()
            .map(|doc| super::super::files::document_name(&doc.as_text().unwrap()).unwrap())
            .collect();
        names.join(" ")
    };
    assert_eq!(names("src/**/*.rs"), "src/main.rs src/net/retry.rs");
    assert_eq!(names("**/*.{py,toml}"), "Cargo.toml empty.py lib/tool.py");
    assert_eq!(names("*.rs"), "src/main.rs src/net/retry.rs");
    assert_eq!(names("src/*.rs"), "src/main.rs");
    assert_eq!(names("net/*.rs"), "src/net/retry.rs");
    assert_eq!(names("./Cargo.toml"), "Cargo.toml");
    assert_eq!(names("**/*.md"), "");
    let fault = host.run("files", &[text("a[")]).unwrap_err();
    assert!(fault.message.starts_with("bad file pattern `a[`"), "{}", fault.message);
    assert_eq!(host.run("files", &[]).unwrap().items().unwrap().len(), 5);
}

#[test]
fn quotations_are_found_again() {
    let mut host = over(&[("n", "He said:\n“It   was—they say—\nnot  Me.” And left.")]);
    let mut find = |quote: &str| shown(host.run("quoted", &[text(quote)]));
    assert_eq!(find("\"it was-they say- not me.\""), "'It   was—they say—\\nnot  Me.'");
    assert_eq!(find("And left."), "'And left.'");
    assert_eq!(find("and right"), "None");
    assert_eq!(find("  "), "None");
    assert_eq!(find(&"it was ".repeat(3000)), "None");
    assert_eq!(find("(left"), "None");
}

#[test]
fn count_counts_texts_items_and_what_is_true() {
    let mut host = FakeHost::new();
    let mut count = |x: &str, item: Value| shown(host.run("count", &[lit(x), item]));
    assert_eq!(count("'aaaa'", text("aa")), "2");
    assert_eq!(count("['a', 'b', 'a']", text("a")), "2");
    assert_eq!(count("(1, 2, 1.0, True)", Value::Int(1)), "3");
    let even = function(|args| Ok(Value::Bool(matches!(args[0], Value::Int(n) if n % 2 == 0))));
    assert_eq!(count("[1, 2, 4]", even), "2");
}

#[test]
fn invalid_bytes_are_characters() {
    let source = Source::from_bytes("x", b"user=caf\xe9 id=1\nuser=ok id=2\n\xff\xfe".to_vec());
    let mut host = FakeHost::new();
    host.context = Text::whole(&source);
    let mut run = |name: &str, regex: &str| shown(host.run(name, &[text(regex)]));
    assert_eq!(run("grep", "user=.* id="), "['user=caf\u{fffd} id=1', 'user=ok id=2']");
    assert_eq!(run("findall", "user=(.+?) "), "['caf\u{fffd}', 'ok']");
    assert_eq!(run("findall", r"user=(\S+)"), "['caf\u{fffd}', 'ok']");
    assert_eq!(run("findall", r"f([^ ]) "), "['\u{fffd}']");
    assert_eq!(run("findall", r"f(\w) "), "[]");
    assert_eq!(run("findall", r"[\s\S]\Z"), "['\u{fffd}']");
    assert_eq!(run("search", r"(?s)user.*2"), "'user=caf\u{fffd} id=1\\nuser=ok id=2'");
}

/// Whatever stands in a pattern, it is an error or it runs; and what is replaced by itself or cut and
/// put together again is the text.
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn no_pattern_panics(
            regex in r"[ab(){}\[\]|*+?^$.\\dwsbBAZPx<>=!:#i0-3,\- é\n]{0,16}",
            content in r"[ab \né0-2]{0,12}",
        ) {
            let mut host = FakeHost::new();
            let args = [text(&regex), text(&content)];
            for name in ["grep", "findall", "finditer", "search", "match", "fullmatch", "re.split"] {
                let Ok(found) = host.run(name, &args) else { continue };
                let _ = repr(&found);
            }
            if let Ok(same) = host.run("sub", &[text(&regex), text(r"\g<0>"), text(&content)]) {
                prop_assert_eq!(same.as_text().unwrap(), content.as_str());
            }
        }
    }

    #[test]
    fn deep_and_large_patterns_end_in_errors() {
        for regex in [
            "(?:".repeat(5000) + &")".repeat(5000),
            "(?=".repeat(5000) + &")".repeat(5000),
            "(a".repeat(3000) + &")".repeat(3000),
            "a|".repeat(20_000),
            r"((a{100}){100}){100}".to_string(),
            r"(?=((a{100}){100}){100})".to_string(),
            r"(a)(\1{1000}){1000}".to_string(),
            "[".repeat(10_000),
            r"\w{1000}{1000}".to_string(),
        ] {
            let mut host = FakeHost::new();
            let _ = host.run("findall", &[text(&regex), text("aaa a")]);
        }
    }
}
