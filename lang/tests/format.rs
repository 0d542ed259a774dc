//! The canonical form: what it looks like, that it means the same, and that it stays as it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod random;
mod sexp;

use rlm_lang_syntax::printer::format;

/// Formats, and proves that the result means the same and is stable.
fn formatted(source: &str) -> String {
    let once = format(source).unwrap_or_else(|errors| panic!("{source}\n{errors:?}"));
    let parsed = rlm_lang_syntax::parse(&once);
    assert_eq!(parsed.errors, [], "the canonical form of\n{source}\nis\n{once}");
    assert_eq!(sexp::meaning(source), sexp::meaning(&once), "{source}\nbecame\n{once}");
    let twice = format(&once).unwrap();
    assert_eq!(once, twice, "not stable:\n{source}\nbecame\n{once}\nand then\n{twice}");
    once
}

#[track_caller]
fn becomes(source: &str, expected: &str) {
    assert_eq!(formatted(source).trim_end(), expected, "{source}");
}

#[track_caller]
fn stays(source: &str) {
    becomes(source, source);
}

#[test]
fn programs_of_models() {
    for folder in ["programs", "instinct", "readers"] {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            formatted(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn random_programs() {
    for seed in 1..=400 {
        formatted(&random::program(seed));
    }
}

#[test]
fn blocks() {
    becomes(
        "if x:\n  a\n  b\nelif y:\n  c\nelse:\n  d\n",
        "if x {\n    a\n    b\n} elif y {\n    c\n} else {\n    d\n}",
    );
    becomes("for x in xs: print(x)", "for x in xs { print(x) }");
    becomes("if a { b; c }", "if a {\n    b\n    c\n}");
    becomes("if a { if b { c } }", "if a {\n    if b { c }\n}");
    becomes("if a { b } else { c }", "if a { b } else { c }");
    becomes("if a { b }\nelse { c }", "if a {\n    b\n} else {\n    c\n}");
    becomes("def f(x, y = 1, *z, **w) { return x }", "def f(x, y=1, *z, **w) { return x }");
    becomes("while True {}", "while True { }");
    becomes(
        "try: a\nexcept ValueError as e: b\nfinally: c",
        "try {\n    a\n} except ValueError as e {\n    b\n} finally {\n    c\n}",
    );
    becomes("for x in y { a } else { b }", "for x in y { a } else { b }");
    let long = format!("if {} {{ answer(x) }}", "a".repeat(90));
    becomes(&long, &format!("if {} {{\n    answer(x)\n}}", "a".repeat(90)));
}

#[test]
fn statements() {
    becomes("a;b ; c", "a\nb\nc");
    becomes("i++; --j", "i += 1\nj -= 1");
    becomes("x: int = 1\ny: str", "x = 1\npass");
    becomes("(a, b) = (c, d)", "a, b = c, d");
    becomes("return (1, 2)", "return 1, 2");
    becomes("for (i, (a, b)) in x: pass", "for i, (a, b) in x { pass }");
    becomes("raise ValueError(\"x\")", "raise ValueError(\"x\")");
    becomes("if m := f(x): y", "if (m := f(x)) { y }");
    becomes("try: a\nexcept (A.B, C): b", "try {\n    a\n} except (A.B, C) {\n    b\n}");
    becomes("del (a, b[0])", "del a, b[0]");
    becomes(
        "import re\nimport datetime as dt\nfrom  math import (pi,\n e,)\nx",
        "import datetime as dt\nfrom math import pi, e\nx",
    );
    becomes("assert x , 'no'", "assert x, \"no\"");
    stays("x = y = 0\nglobal a, b\nx //= 2\na, *b = c");
}

#[test]
fn habits_come_out_canonical() {
    becomes("let x = a && !b || null", "x = a and not b or None");
    becomes("f = x => x === 1", "f = lambda x: x == 1");
    becomes("if (x) { y } else if (z) { w }", "if x { y } elif z { w }");
    becomes(
        "if __name__ == '__main__':\n    main()",
        "if __name__ == \"__main__\" {\n    main()\n}",
    );
    becomes("async def f(x: int) -> str:\n    return await g(x)", "def f(x) {\n    return g(x)\n}");
}

#[test]
fn parentheses() {
    stays("x = (a + b) * c - (d - e) - -f ** 2 ** -g");
    stays("x = (-a) ** 2 + (not b) + (1).c + (a if b else c)");
    stays("x = not (a and b or c) or not a in b and (a < b) < c");
    stays("x = (lambda y: y)(1) or (lambda: 2) or [a if b else (c, d) for e in f or g if not h]");
    stays("x = a if b else c if d else lambda: e");
    becomes(
        "x = ((a)) + (((b * c))) ; y = (a ** b) ** c; z = - - x",
        "x = a + b * c\ny = (a ** b) ** c\nz = - -x",
    );
    stays("f(*a, b=(c for d in e), **g)\nsum(x for x in y)\nf((x for x in y), 1)");
    stays("x[1:2], x[:], x[::2], x[a, b]".replace("x[a, b]", "x[(a, b)]").as_str());
    stays("(a,)\n()\n{1, 2}\n{}\n{1: 2, **d}\n{k: v for k, v in d if k}\n{k for k in d}");
}

#[test]
fn literals() {
    stays("x = 60_000 + 0x1f + 1.50 + 1e-7 + 2E6");
    becomes("x = .5 + 2. + 007", "x = 0.5 + 2.0 + 7");
    becomes(
        "x = 'a' + 'say \"a\"' + 'it\\'s' + 'a\"b\\'c'",
        "x = \"a\" + 'say \"a\"' + \"it's\" + \"a\\\"b'c\"",
    );
    stays("x = \"\\n\\t\\\\ \\x1b é \\u200b\"");
    stays("x = r\"\\d+\\.\" + r'\"\\d' + r'''[\"']''' + rf\"\\b{x}\\b\"");
    becomes("x = r'\\d'", "x = r\"\\d\"");
    stays("x = \"\"\"a\n  \"b\"\n\"\"\"");
    becomes("x = '''a\n\"\"\"b'''", "x = \"\"\"a\n\"\"\\\"b\"\"\"");
    stays("x = \"a\" \"b\" f\"{c}\"");
}

#[test]
fn format_strings() {
    stays("x = f\"{a} {b!r} {c:.2f} {d:<{e}} {{f}} {g=}\"");
    becomes("x = f'{d[\"k\"]} {\", \".join(x)}'", "x = f\"{d['k']} {', '.join(x)}\"");
    becomes("x = f'say \"{a}\"'", "x = f'say \"{a}\"'");
    becomes(
        "x = f\"{ {1: 2}[a] } {(lambda: 1)()} {b if c else d}\"",
        "x = f\"{ {1: 2}[a]} {(lambda: 1)()} {b if c else d}\"",
    );
    stays("x = f\"\"\"a {b}\nc {d:,}\n\"\"\"");
    becomes("x = f\"{a && b}\"", "x = f\"{a and b}\"");
    stays("x = f\"{f'{a}'}\"");
    // A quote never stands inside itself.
    becomes("x = f\"{a['k']} {r'\"'}\"", "x = f\"\"\"{a['k']} {r'\"'}\"\"\"");
    becomes("x = f\"{f'{a['k']}'}\"", "x = f\"\"\"{f\"{a['k']}\"}\"\"\"");
    becomes(
        "x = f\"{f'{a['k']}{r'\"'}\\n'}\\n{b}\"",
        "x = f'''{f\"\"\"{a['k']}{r'\"'}\\n\"\"\"}\n{b}'''",
    );
    stays("x = rf\"\\d{a['k']}\"");
    becomes("x = rf'\\d{a['k']}\"'", "x = rf'''\\d{a['k']}\"'''");
}

#[test]
fn comments_and_blank_lines() {
    stays("# first\nx = 1  # one\n\n# second\n# third\ny = 2\n# last");
    becomes("x = 1\n\n\n\ny = 2", "x = 1\n\ny = 2");
    becomes("//a\nx /* b */ = 1 #c", "# a\n# b\nx = 1  # c");
    becomes(
        "if x: # why\n    # inside\n\n    y\n    # end\n# after\nz",
        "if x {  # why\n    # inside\n\n    y\n    # end\n}\n# after\nz",
    );
    becomes(
        "if x { # why\n}\nfor a in b {\n# only\n}",
        "if x {  # why\n}\nfor a in b {\n    # only\n}",
    );
    stays("xs = [\n    # one\n    1,  # first\n    2,\n    # end\n]");
    becomes("f(a, # one\n  b)", "f(\n    a,  # one\n    b,\n)");
    becomes("x = (a # one\n + b)", "# one\nx = a + b");
    becomes(
        "if a: # x\n  b # y\nelse: # z\n  c",
        "if a {  # x\n    b  # y\n} else {\n    # z\n    c\n}",
    );
}

#[test]
fn long_lines() {
    let a = "a".repeat(40);
    becomes(&format!("x = [{a}, {a}, {a}]"), &format!("x = [\n    {a},\n    {a},\n    {a},\n]"));
    becomes(
        &format!("x = ask(\"{a}\", {a}, schema=[{a}])"),
        &format!("x = ask(\n    \"{a}\",\n    {a},\n    schema=[{a}],\n)"),
    );
    becomes(
        &format!("x = [{a}({a}) for {a} in xs if x]"),
        &format!("x = [\n    {a}({a})\n    for {a} in xs\n    if x\n]"),
    );
    becomes(&format!("{a}, {a} = {a}, {a}"), &format!("{a}, {a} = (\n    {a},\n    {a},\n)"));
    becomes(
        &format!("x = (\"{a}\"\n  \"{a}\"\n '{a}')"),
        &format!("x = (\n    \"{a}\"\n    \"{a}\"\n    \"{a}\"\n)"),
    );
    becomes(
        &format!("x = {{\"{a}\": f({a}, {a}), \"k\": 1}}"),
        &format!("x = {{\n    \"{a}\": f(\n        {a},\n        {a},\n    ),\n    \"k\": 1,\n}}"),
    );
}

#[test]
fn errors_are_given_back() {
    assert!(format("x = = 1").is_err());
    assert_eq!(format("").unwrap(), "");
    assert_eq!(format("# only").unwrap(), "# only\n");
}
