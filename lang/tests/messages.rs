//! What a writer sees: the plain form of each error, with its remedy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::{parse, render};

/// The first line of the plain form of each error.
fn errors(source: &str) -> Vec<String> {
    let parsed = parse(source);
    let texts = parsed.errors.iter().map(|error| render::plain(source, error));
    texts.map(|text| text.lines().next().unwrap().to_string()).collect()
}

#[track_caller]
fn says(source: &str, expected: &[&str]) {
    assert_eq!(errors(source), expected, "{source}");
}

#[track_caller]
fn foreign(source: &str, what: &str, help: &str) {
    let parsed = parse(source);
    let found = parsed.errors.first().expect(source);
    assert_eq!(found.message, format!("{what} is not part of the language"), "{source}");
    assert_eq!(found.help.as_deref(), Some(help), "{source}");
    assert_eq!(parsed.errors.len(), 1, "{source}: {:?}", errors(source));
}

/// Every code of the lexer and the parser comes from its program.
#[test]
fn every_code_has_a_program_that_triggers_it() {
    for code in Code::ALL.iter().filter(|code| code.number() < 300) {
        let program = code.program();
        let found: Vec<Code> = parse(program).errors.iter().map(|error| error.code).collect();
        assert_eq!(found, [*code], "{program}");
        assert!(!code.explanation().is_empty());
    }
    assert_eq!(parse(Code::Habit.program()).notes.first().map(|note| note.code), Some(Code::Habit));
}

#[test]
fn expected_and_found() {
    says("x = = 1", &["error, line 1: expected a value, found `=`; compare with =="]);
    says("x = 1 +", &["error, line 1: expected a value, found the end of the program"]);
    says("x = 1 +\ny = 2", &["error, line 1: expected a value, found the end of the line"]);
    says("f(a b)", &["error, line 1: expected `,` or `)`, found `b`"]);
    says("x = [1 2]", &["error, line 1: expected `,` or `]`, found `2`"]);
    says("if x = 1 { y }", &["error, line 1: expected `{`, found `=`; compare with =="]);
    says(
        "if x\n  y",
        &[
            "error, line 1: expected `{`, found the end of the line; write the block in braces: { ... }",
        ],
    );
    says("for x { y }", &["error, line 1: expected `in`, found `{`"]);
    says(
        "def f(class) { }",
        &[
            "error, line 1: expected a name or `)`, found `class`; `class` is a word of the language; pick another name",
        ],
    );
    says(
        "else { x }",
        &[
            "error, line 1: expected a statement, found `else`; it belongs right after the block of an `if`",
        ],
    );
    says(
        "try { x }\ny",
        &["error, line 1: expected `except`, found the end of the line; add except e { ... }"],
    );
    says(
        "x = 1 // the count",
        &["error, line 1: expected the end of the line, found `count`; comments start with #"],
    );
    says(
        "f\"{}\"",
        &[
            "error, line 1: expected a value, found `}`; braces in an f-string are written twice: {{}}",
        ],
    );
    says(
        "f\"{x!d}\"",
        &[
            "error, line 1: expected `}` after this; a field ends with !r, !s, !a or a format: {x:.2f}",
        ],
    );
    says("lambda x { x }", &["error, line 1: expected `:` or `,`, found `{`"]);
    says(
        "{1: 2, 3}",
        &[
            "error, line 1: a dict's entry has no value; a dict is {key: value, ...}, a set is {value, ...}",
        ],
    );
}

#[test]
fn one_error_a_statement_and_several_together() {
    says(
        "x = = 1 = = 2\ny = 3\nfor a { b = = }\nif c { d = = 1\n e = f g }\nz ]",
        &[
            "error, line 1: expected a value, found `=`; compare with ==",
            "error, line 3: expected `in`, found `{`",
            "error, line 4: expected a value, found `=`; compare with ==",
            "error, line 5: expected the end of the line, found `g`",
            "error, line 6: `]` closes nothing; remove ]",
        ],
    );
}

#[test]
fn brackets() {
    says("x = (1, 2", &["error, line 1: `(` is never closed; add )"]);
    says("x = [1, 2\ny = 3\nz = 4", &["error, line 1: `[` is never closed; add ]"]);
    says(
        "for x in xs {\n  print((x)\n}\ny = = 1",
        &[
            "error, line 2: `(` is never closed; add )",
            "error, line 4: expected a value, found `=`; compare with ==",
        ],
    );
    says("f(a, b\nwhile c { d }", &["error, line 1: `(` is never closed; add )"]);
    says("while True { print(1)", &["error, line 1: `{` is never closed; add }"]);
    says("x = f(1)) + 2", &["error, line 1: `)` closes nothing; remove )"]);
    says("x = (1]", &["error, line 1: `(` is never closed; add )"]);
}

#[test]
fn layout() {
    says(
        "if x:\nprint(x)",
        &[
            "error, line 1: expected an indented block after this line; indent what belongs to it, or write { ... }; pass does nothing",
        ],
    );
    says(
        "if x:",
        &[
            "error, line 1: expected an indented block after this line; indent what belongs to it, or write { ... }; pass does nothing",
        ],
    );
    says(
        "if x:\n        a\n    b\nc",
        &[
            "error, line 3: the indentation fits no block above; give the lines of a block the same indentation",
        ],
    );
}

#[test]
fn texts_and_numbers() {
    says(
        "x = \"abc\ny = 1",
        &[
            "error, line 1: this text has no closing quote; add \", or use \"\"\" for a text of several lines",
        ],
    );
    says("x = '''abc\ny = 1", &["error, line 1: this text has no closing quote; add '''"]);
    says(
        "f\"{x",
        &[
            "error, line 1: this text has no closing quote; add \", or use \"\"\" for a text of several lines",
        ],
    );
    says(
        "f\"a } b\"",
        &["error, line 1: expected `}}`, found `}`; a brace in an f-string is written twice"],
    );
    says("x = 60k", &["error, line 1: `60k` is not a number; write 60_000"]);
    says("x = 12ab", &["error, line 1: `12ab` is not a number; names start with a letter or _"]);
    says(
        "x = “abc”",
        &["error, line 1: unexpected character `“`; write texts with straight quotes: \"...\""],
    );
    says("x = \u{1}", &["error, line 1: unexpected character U+0001"]);
    says("x = $a $b $c", &["error, line 1: unexpected character `$`"]);
}

#[test]
fn targets() {
    says(
        "++f(x)",
        &["error, line 1: a call cannot be assigned to; assign to a name, x[i] or x.key"],
    );
    says(
        "f(x) = 1",
        &["error, line 1: a call cannot be assigned to; assign to a name, x[i] or x.key"],
    );
    says(
        "a, b += 1",
        &[
            "error, line 1: several values at once cannot be assigned to; assign to a name, x[i] or x.key",
        ],
    );
    says(
        "for 1 in x { }",
        &["error, line 1: a literal cannot be assigned to; assign to a name, x[i] or x.key"],
    );
    says(
        "del f(x)",
        &["error, line 1: a call cannot be assigned to; assign to a name, x[i] or x.key"],
    );
    says(
        "None = 3",
        &["error, line 1: a literal cannot be assigned to; assign to a name, x[i] or x.key"],
    );
}

#[test]
fn misplaced() {
    says("break", &["error, line 1: `break` outside a loop"]);
    says("for x in y { def f() { continue } }", &["error, line 1: `continue` outside a loop"]);
    says("while a { b } else { break }", &["error, line 1: `break` outside a loop"]);
    says("for x in y { if z { break } else { continue } }", &[]);
    says("return 1", &[]);
    assert_eq!(parse("return 1").notes[0].message, "`return x` outside a function is answer(x)");
}

#[test]
fn libraries() {
    let help = "no files or libraries; the input is context and docs; csv(t) reads tables";
    says("import requests", &[&format!("error, line 1: there is no module `requests`; {help}")]);
    let rows = "csv(t) gives the rows as dicts; group_by(rows, \"a\"), count_by(rows, \"a\")";
    says("import pandas as pd", &[&format!("error, line 1: there is no module `pandas`; {rows}")]);
    let lists = "use lists: sum(xs), mean(xs), max(xs), [x * 2 for x in xs], float(\"inf\")";
    says(
        "from numpy.linalg import norm",
        &[&format!("error, line 1: there is no module `numpy`; {lists}")],
    );
    says("from os.path import join", &[]);
    says(
        "with open(\"f\") as g:\n    x = g.read()",
        &[&format!("error, line 1: `with` is not part of the language; {help}")],
    );
    let parallel = "model calls already run in parallel: [ask(q, c) for c in chunks]";
    says("import joblib", &[&format!("error, line 1: there is no module `joblib`; {parallel}")]);
    says(
        "with ThreadPoolExecutor() as e:\n    e.map(f, x)",
        &[&format!("error, line 1: `with` is not part of the language; {parallel}")],
    );
    says("import re, json\nfrom collections import Counter", &[]);
}

#[test]
fn constructs_of_other_languages() {
    foreign(
        "class A {\n  x = 1\n}",
        "`class`",
        "use dicts for records: {\"name\": x}, and def for functions",
    );
    foreign(
        "class A(B):\n    def f(self): pass",
        "`class`",
        "use dicts for records: {\"name\": x}, and def for functions",
    );
    foreign("def f() { yield 1 }", "`yield`", "collect the items: out.append(x), and return out");
    let alone = "write def f(x) { ... } on the next line";
    foreign("@cache", "a decorator without a function", alone);
    foreign(
        "@dataclass\nclass P:\n    x: int",
        "`class`",
        "use dicts for records: {\"name\": x}, and def for functions",
    );
    let compare = "compare with if x == a { ... } elif x == b { ... } else { ... }";
    foreign("match x {\n case 1 { y }\n}", "`match`", compare);
    foreign("match x:\n  case 1:\n    y\n  case _:\n    z", "`match`", compare);
    foreign("switch (x) { case 1: y; break; default: z }", "`switch`", compare);
    foreign("x = c ? a : b", "`c ? a : b`", "write a if c else b");
    foreign("print(n > 1 ? \"a\" : \"b\")", "`c ? a : b`", "write \"a\" if n > 1 else \"b\"");
    foreign("x = `a ${y} b`", "a text in backticks", "write f\"a {y} b\"");
    foreign("x |> len", "`|>`", "write len(x)");
    foreign("for (x of xs) { y }", "`for (x of xs)`", "write for x in xs { ... }");
    foreign(
        "for (const [k, v] of d.items()) { y }",
        "`for (x of xs)`",
        "write for k, v in d.items() { ... }",
    );
    foreign(
        "for (let i = 0; i < n; i++) { y }",
        "`for (i = 0; ...)`",
        "write for i in range(n) { ... }",
    );
    foreign("for i in 0..n { y }", "`..`", "write range(a, b), or x[a:b] for a slice");
    foreign("for i in a..b { y }", "`..`", "write range(a, b), or x[a:b] for a slice");
    foreign("print x", "a call without parentheses", "write print(x)");
    foreign("answer \"x\"", "a call without parentheses", "write answer(\"x\")");
    foreign("if x > 1 then\n  y\nend", "`then`", "write if x > 1 { ... }");
    foreign("while x do\n  y\nend", "`do`", "write while x { ... }");
    foreign("x = y if z", "`if` after a statement", "write if z { x = y }");
    foreign("x = if c { 1 } else { 2 }", "`if` as a value", "write a if c else b");
    foreign("%matplotlib inline", "a notebook command", "remove the line");
    foreign("!pip install x", "a shell command", "remove the line; there are no files or programs");
    foreign("x = i++\ny = z", "`++` inside an expression", "write i += 1 on a line of its own");
    foreign("try { x } catch (e) { y }", "`catch`", "write except e { ... }");
    foreign("x <> y", "`<>`", "compare with !=");
    foreign("xs.map(|x| x + 1)", "`|x| e`", "write lambda x: e");
    let function = "a function with statements inside an expression";
    foreign("xs.map(x => { return x })", function, "write def f(x) { ... } first, then pass f");
    foreign(
        "xs.map(function (x) { return x })",
        function,
        "write def f(x) { ... } first, then pass f",
    );
    foreign("x?.y", "`?.`", "write x.get(\"key\"), or test x first");
    foreign("x = a ?? b", "`??`", "write a if a is not None else b");
    foreign("int x = 5", "`int`", "no types or modifiers are needed: x = 1");
    foreign("unless x { y }", "`unless`", "write if not c { ... }");
    foreign("struct P { x: int }", "`struct`", "use dicts for records: {\"name\": x}");
}

#[test]
fn each_habit_is_noted_once() {
    let parsed = parse("let x = a && b\nlet y = c && d\nz = null\nf = v => v");
    let notes: Vec<&str> = parsed.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(
        notes,
        [
            "no `let`, `const` or `var` is needed: x = 1",
            "`&&` is `and` here",
            "`null` is None here",
            "`x => e` is lambda x: e here",
        ]
    );
    assert!(parsed.errors.is_empty());
    let silent = "x: int = 1\nif x: y = 2; z = 3\nelse if y:\n    pass\nimport re\ndel x\nfor a in b { } else { }";
    assert_eq!(parse(silent).notes, []);
}

#[test]
fn comments_are_kept() {
    let parsed = parse("#one\nx = 1  #  two \n// three\n/* four\n*/ y = \"# no\"\n");
    let comments: Vec<&str> = parsed.comments.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(comments, ["one", "two", "three", "four"]);
    assert_eq!(parsed.comments[1].span.range(), 12..19);
}

#[test]
fn plain_form() {
    let source = "a = 1\n\nb = éé + 1)\n";
    let parsed = parse(source);
    assert_eq!(
        render::plain_all(source, &parsed.errors),
        "error, line 3: `)` closes nothing; remove )\n3 | b = éé + 1)"
    );
    let long = format!("x = \"{}\" $ \"{}\"", "é".repeat(200), "b".repeat(200));
    let text = render::plain(&long, &parse(&long).errors[0]);
    let shown = text.lines().nth(1).unwrap();
    assert!(
        shown.starts_with("1 | ...éé") && shown.ends_with("bb...") && shown.contains("é\" $ \"b"),
        "{shown}"
    );
    assert_eq!(shown.chars().count(), 4 + 3 + 80 + 3);
}

#[test]
fn boxed_form() {
    let source = "x = 1\nüber = = 2\n";
    let text = render::fancy("p.rlm", source, &parse(source).errors, false);
    assert!(text.contains("[E201] Error: expected a value, found `=`"), "{text}");
    assert!(text.contains("p.rlm:2:8"), "{text}");
    assert!(text.contains("2 | über = = 2"), "{text}");
    assert!(text.contains("Help: compare with =="), "{text}");
    assert!(text.is_ascii() || !text.contains('\u{1b}'), "{text}");
    assert!(!text.lines().any(|line| line.ends_with(' ')), "{text}");
    assert!(render::fancy("p", source, &parse(source).errors, true).contains('\u{1b}'));
}

#[test]
fn json_form() {
    let source = "x = 1\nüber = = 2\n";
    let all = render::json(source, &parse(source).errors);
    assert_eq!((all[0].line, all[0].column, all[0].end_column), (2, 8, 9));
    assert_eq!((all[0].start, all[0].end), (14, 15));
    assert_eq!(all[0].code, Code::Syntax);
}
