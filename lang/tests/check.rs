//! Checks before the run: what they report, and what they leave alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalog;

use catalog::Small;
use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::parse;

/// Message and remedy of each error.
fn errors_with(source: &str, known: &[&str]) -> Vec<String> {
    let parsed = parse(source);
    assert_eq!(parsed.errors, [], "{source}");
    let known: Vec<String> = known.iter().map(|name| name.to_string()).collect();
    let found = check::check(&parsed, &Small, &Options { known: &known });
    let text = |error: &rlm_lang_syntax::diagnostic::Diagnostic| {
        let help = error.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{} {}{help}", error.code, error.message)
    };
    found.iter().map(text).collect()
}

#[track_caller]
fn says(source: &str, expected: &[&str]) {
    assert_eq!(errors_with(source, &[]), expected, "{source}");
}

#[track_caller]
fn fine(source: &str) {
    says(source, &[]);
}

#[test]
fn unknown_names() {
    says("total = 1\nprint(totl)", &["E301 nothing is called `totl`; did you mean `total`?"]);
    says("prnt(1)", &["E301 nothing is called `prnt`; did you mean `print`?"]);
    says("x = contxt", &["E301 nothing is called `contxt`; did you mean `context`?"]);
    says("print(zebra, zebra)\nprint(zebra)", &["E301 nothing is called `zebra`"]);
    says(
        "def f(a) { local = a }\nf(1)\nprint(local)",
        &["E301 nothing is called `local`; `local` exists only inside `f`: return it"],
    );
    says(
        "xs = [row for row in docs]\nprint(row)",
        &["E301 nothing is called `row`; `row` exists only inside its comprehension"],
    );
    says("def f(items) { return itms }", &["E301 nothing is called `itms`; did you mean `items`?"]);
    says(
        "print(f\"{cuont}\")\ncount = 1",
        &["E301 nothing is called `cuont`; did you mean `count`?"],
    );
    says("print(re)", &["E301 nothing is called `re`"]);
}

#[test]
fn known_names() {
    fine("print(later)\nlater = 1");
    fine("def f(n) { return g(n) }\ndef g(n) { return top }\ntop = 1");
    fine("def f() { global made\n made = 1 }\nf()\nprint(made)");
    fine("def f() { x = 1\n def g() { nonlocal x\n x += 1 }\n g() }");
    fine("h = lambda a, b=context: a + b");
    fine("try { print(1) } except e { print(e) }");
    fine("for i, (a, *b) in docs { print(i, a, b) } else { print(i) }");
    fine("x = {k: v for k, v in [(1, 2)] if k}");
    fine(
        "import re, json as j\nfrom collections import Counter as C\nprint(re.findall(\"a\"), j.loads(\"1\"), C([1]))",
    );
    fine("if __name__ == \"__main__\" { print(1) }");
    fine("x = re.IGNORECASE; y = math.pi");
    fine("f = len; print(f([1]))");
    assert_eq!(errors_with("print(hits, dt.strptime(\"1\", \"2\"))", &["hits", "dt"]), [""; 0]);
}

#[test]
fn libraries_and_files() {
    let help = "no files or libraries; the input is context and docs; csv(t) reads tables";
    says("t = open(\"f\").read()", &[&format!("E205 there is no `open`; {help}")]);
    says("print(os.listdir())", &[&format!("E205 there is no `os`; {help}")]);
    says(
        "with_threads = ThreadPoolExecutor()",
        &[
            "E205 there is no `ThreadPoolExecutor`; model calls already run in parallel: [ask(q, c) for c in chunks]",
        ],
    );
    says(
        "import asyncio\nasyncio.run(main)\nmain = 1",
        &[
            "E301 nothing is called `asyncio.run`; model calls already run in parallel: [ask(q, c) for c in chunks]",
        ],
    );
    says(
        "x = re.findal(\"a\", context)",
        &["E301 nothing is called `re.findal`; did you mean `findall`?"],
    );
    says(
        "from collections import Countr\nprint(Countr([]))",
        &["E301 nothing is called `collections.Countr`; did you mean `Counter`?"],
    );
}

#[test]
fn inputs_are_not_assigned() {
    for source in [
        "context = 1",
        "x, context = 1, 2",
        "context += \"a\"",
        "for context in docs { }",
        "def context(x) { }",
        "del context",
        "def f() { context = 1 }",
        "import re as context",
        "try { x = 1 } except context { }",
    ] {
        says(source, &["E306 `context` is an input and cannot be assigned; pick another name"]);
    }
    fine("def f(context) { context = context.strip()\n return context }");
    fine("f = lambda question: question");
    fine("x = [docs for docs in [1]]");
    fine("docs[0]; f = [question]");
}

#[test]
fn loops_over_characters() {
    let help = "use docs, lines(context) or chunk(context, 200000)";
    let expected = format!("E308 a loop over `context` walks single characters; {help}");
    says("for d in context { print(d) }", &[&expected]);
    says("x = [d for d in context]", &[&expected]);
    fine("for d in docs { print(d) }");
    fine("def f(context) { for c in context { print(c) } }");
}

#[test]
fn unknown_methods() {
    says("[1].psuh(2)", &["E302 list has no method `psuh`; did you mean `push`?"]);
    says(
        "counts = Counter([1])\ncounts.most_commun(5)",
        &["E302 dict has no method `most_commun`; did you mean `most_common`?"],
    );
    says(
        "Counter([1]).most_commun(5)",
        &["E302 dict has no method `most_commun`; did you mean `most_common`?"],
    );
    says("\"a\".append(1)", &["E302 text has no method `append`"]);
    says("x = docs[0]\nx.frobnicate()", &["E302 no value has a method `frobnicate`"]);
    says(
        "def clean(t) { return t }\nx = docs[0].clean()",
        &["E302 no value has a method `clean`; write clean(x)"],
    );
    says("docs[0].print()", &["E302 no value has a method `print`; write print(x)"]);
}

#[test]
fn methods_that_may_exist() {
    fine("tools = {\"run\": lambda x: x}\ntools.run(1)");
    fine("tools = {name: len for name in [\"a\"]}\ntools.whatever(1)");
    fine("o = docs[0]\no.callback = len\no.callback(1)");
    fine("docs[0].lower().strip().split(\",\").append(1)");
    fine("[1, 2].len(); docs.flatten()");
    fine("row = docs[0]\nprint(row.anything, row.other.thing)");
}

#[test]
fn keyword_arguments() {
    says("sorted([1], ky=len)", &["E303 `sorted` has no argument `ky`; did you mean `key`?"]);
    says(
        "sorted([1], by=len)",
        &["E303 `sorted` has no argument `by`; write sorted(xs, key=None, reverse=False)"],
    );
    says(
        "chunk(context, 10, steps=3)",
        &["E303 `chunk` has no argument `steps`; write chunk(x, size, overlap=0)"],
    );
    says(
        "docs[0].chunk(10, steps=3)",
        &["E303 `chunk` has no argument `steps`; write x.chunk(size, overlap=0)"],
    );
    says("def f(a, b=1) { }\nf(1, c=2)", &["E303 `f` has no argument `c`; write f(a, b=...)"]);
    fine("grep(\"a\", text=context, n=3)");
    fine("def f(a, **d) { }\nf(1, c=2)");
    fine("print(1, sep=\"\")");
}

#[test]
fn counts() {
    says("len()", &["E304 `len` needs a value for `x`; write len(x)"]);
    says("len(1, 2)", &["E304 `len` takes 1 argument, found 2; write len(x)"]);
    says(
        "chunk(context)",
        &["E304 `chunk` needs a value for `size`; write chunk(x, size, overlap=0)"],
    );
    says(
        "chunk(context, 1, 2, 3)",
        &["E304 `chunk` takes at most 3 arguments, found 4; write chunk(x, size, overlap=0)"],
    );
    says("budget(1)", &["E304 `budget` takes no arguments, found 1; write budget()"]);
    says(
        "chunk(context, 1, x=2)",
        &["E304 `chunk` got `x` twice; write chunk(x, size, overlap=0)"],
    );
    says(
        "docs[0].chunk()",
        &["E304 `chunk` needs a value for `size`; write x.chunk(size, overlap=0)"],
    );
    says("def f(a, b) { }\nf(1)", &["E304 `f` needs a value for `b`; write f(a, b)"]);
    says("def f(a) { }\nf(1, 2)", &["E304 `f` takes 1 argument, found 2; write f(a)"]);
    says("def f(a, *, b) { }\nf(1)", &["E304 `f` needs a value for `b`; write f(a, b=...)"]);
    says(
        "def f(a, *, b=2) { }\nf(1, 2)",
        &["E304 `f` takes at most 1 argument, found 2; write f(a, b=...)"],
    );
    says(
        "re.split(\"a\")",
        &["E304 `re.split` needs a value for `t`; write re.split(regex, t, maxsplit=0)"],
    );
}

#[test]
fn counts_that_fit() {
    fine(
        "xs = [1]\nlen(*xs); chunk(*xs); chunk(context, *xs); chunk(**{}); zip(*xs); max(1, 2, 3)",
    );
    fine("def f(a, *rest) { }\nf(1, 2, 3); f(1)");
    fine("def f(a) { }\nif docs { def f(a, b) { } }\nf(1, 2)");
    fine("f = lambda a, b: a\nf(1)");
    fine("len = [1]\nlen(docs, 2)");
    fine("def len(a, b) { }\nlen(1, 2)");
    fine("count = lambda x, y: x\ncount(1, 2)");
    fine("[1].pop(); {1: 2}.pop(1, 2); d = docs[0]\nd.pop(1, 2)");
    fine("\",\".join([1]); docs.join(); re.split(\"a\", context)");
}

#[test]
fn regexes() {
    says(
        "grep(r\"(a\", context)",
        &[
            "E305 bad regex: a group is never closed; write a backslash before a sign that is meant literally",
        ],
    );
    says(
        "docs[0].findall(\"(\")",
        &[
            "E305 bad regex: a group is never closed; write a backslash before a sign that is meant literally",
        ],
    );
    says(
        "grep(context, r\"\\d+\")",
        &["E307 `grep` takes the regex first, then the text; write grep(regex, text)"],
    );
    says(
        "search(docs[0], f\"{question}\")",
        &["E307 `search` takes the regex first, then the text; write search(regex, text)"],
    );
    fine("p = \"(\"\ngrep(p); \"(\".split(\"(\"); grep(question, context)");
}

#[test]
fn all_in_order() {
    says(
        "aaa1\nlen()\nbbb2\nccc3\nddd4",
        &[
            "E301 nothing is called `aaa1`",
            "E304 `len` needs a value for `x`; write len(x)",
            "E301 nothing is called `bbb2`",
            "E301 nothing is called `ccc3`",
            "E301 nothing is called `ddd4`",
        ],
    );
}

#[test]
fn replaced_builtins_are_noted() {
    let notes = check::notes(&parse("def len(x) { return 1 }\ndef mine() { }"), &Small);
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].message, "your function `len` replaces the builtin");
    let notes = check::notes(&parse("xs = []\nxs.push(1); xs.push(2); xs.append(3)"), &Small);
    let messages: Vec<&str> = notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(messages, ["`.push()` is `.append()` here"]);
}
