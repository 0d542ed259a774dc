//! What programs mean: trees by precedence, and the same tree for every way of writing it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sexp;

use sexp::program;

#[track_caller]
fn tree(source: &str, expected: &str) {
    assert_eq!(program(source), expected, "{source}");
}

#[track_caller]
fn same(sources: &[&str]) {
    let first = program(sources[0]);
    for source in &sources[1..] {
        assert_eq!(program(source), first, "{source}");
    }
}

#[test]
fn precedence_is_pythons() {
    tree("-2**2", "(Minus (2 Pow 2))");
    tree("2**-1**2", "(2 Pow (Minus (1 Pow 2)))");
    tree("2**3**2", "(2 Pow (3 Pow 2))");
    tree("-a.b[0]", "(Minus a.b[0])");
    tree("a + b * c - d", "((a Add (b Mul c)) Sub d)");
    tree("a // b % c / d", "(((a FloorDiv b) Mod c) Div d)");
    tree("a | b ^ c & d << e + f", "(a BitOr (b BitXor (c BitAnd (d ShiftLeft (e Add f)))))");
    tree("~a >> -b", "((Invert a) ShiftRight (Minus b))");
    tree("not a == b", "(Not (a Equal b))");
    tree("not a in b and c or d", "(((Not (a In b)) And c) Or d)");
    tree("a or b and not c", "(a Or (b And (Not c)))");
    tree("a < b | c", "(a Less (b BitOr c))");
    tree("a < b <= c != d", "(a Less b LessEqual c NotEqual d)");
    tree("(a < b) < c", "((a Less b) Less c)");
    tree("a < (b < c)", "(a Less (b Less c))");
    tree("((a) < b) < c", "((a Less b) Less c)");
    tree("(a) < b < c", "(a Less b Less c)");
    tree("a not in b is not c is d", "(a NotIn b IsNot c Is d)");
    tree("a if b else c if d else e", "(a if b else (c if d else e))");
    tree("lambda x, y=1, *z, **w: x if y else z", "(lambda x, y=1, *z, **w: (x if y else z))");
    tree("lambda: (yes, no)", "(lambda : (yes, no,))");
    tree("x if a or b else lambda: c", "(x if (a Or b) else (lambda : c))");
    tree("f(x)(y).z[1][2:3](w)", "f(x)(y).z[1][2:3:](w)");
    tree("-x ** 2 * y", "((Minus (x Pow 2)) Mul y)");
    tree("\"%s\" % x + y", "((\"%s\" Mod x) Add y)");
}

#[test]
fn displays_and_calls() {
    tree("(), (1), (1,), [], {}, {1}, {1: 2}", "((,), 1, (1,), [], {}, {1}, {1: 2},)");
    tree("[*a, b]; {**a, \"b\": c,}", "[*a, b]; {**a, \"b\": c}");
    tree("f(a, *b, c=d, **e,)", "f(a, *b, c=d, **e)");
    tree("f(x for x in xs)", "f(Generator(x for x in xs))");
    tree("f(y, (x for x in xs))", "f(y, Generator(x for x in xs))");
    tree("[a for a, b in c if d if e for f in a]", "List(a for (a, b,) in c if d if e for f in a)");
    tree("[x if a else y for x in b or c]", "List((x if a else y) for x in (b Or c))");
    tree(
        "{k: v for (k, v) in d}; {x for x in y}",
        "Dict(k: v for (k, v,) in d); Set(x for x in y)",
    );
    tree(
        "x[:]; x[1:]; x[:-1]; x[::2]; x[a:b:c]; x[1, 2]; x[1,]",
        "x[::]; x[1::]; x[:(Minus 1):]; x[::2]; x[a:b:c]; x[(1, 2,)]; x[(1,)]",
    );
    tree("x.class.if", "x.class.if");
    tree("...", "None");
}

#[test]
fn numbers_and_texts() {
    tree(
        "60_000; 0x1f; 0b11; 1.5; .5; 2.; 2e6; 1_0.5e-1",
        "60000; 31; 3; 1.5; 0.5; 2.0; 2000000.0; 1.05",
    );
    tree(r#"'a' "b" r'\c' """d""""#, r#""ab\\cd""#);
    tree(r#"U"é\n" R'\n'"#, r#""é\n\\n""#);
    tree("x = '''a\n'b' '''", "x = \"a\\n'b' \"");
    tree("\"\"; ''; \"\"\"\"\"\"", "\"\"; \"\"; \"\"");
    tree("__name__ == \"__main__\"", "(\"__main__\" Equal \"__main__\")");
}

#[test]
fn f_strings() {
    tree("f\"a{x}b\"", "f<\"a\" {x} \"b\">");
    tree("f'{x!r:>{w}.2f}'", "f<{x!r:<\">\" {w} \".2f\">}>");
    tree("f\"{d[\"k\"]} {f\"{y}\"}\"", "f<{d[\"k\"]} \" \" {f<{y}>}>");
    tree(
        "f'{x = } {x=:.1f} {a==b}'",
        "f<{\"x = \" x} \" \" {\"x=\" x:<\".1f\">} \" \" {(a Equal b)}>",
    );
    tree("f'{{{x}}}'", "f<\"{\" {x} \"}\">");
    tree("f'{x:,}' 'y' rf'\\d{z}{{2}}'", "f<{x:<\",\">} \"y\\\\d\" {z} \"{2}\">");
    tree(
        "f'{ {1: 2}[1] } {(lambda x: x)(1)} {a, b}'",
        "f<{{1: 2}[1]} \" \" {(lambda x: x)(1)} \" \" {(a, b,)}>",
    );
    tree("f'{a != b} {a if b else c!s}'", "f<{(a NotEqual b)} \" \" {(a if b else c)!s}>");
    tree("f'{x:=5}'", "f<{x:<\"=5\">}>");
    tree("f'''{\n  x\n}'''", "f<{x}>");
    tree("f\"\\t{x:%Y-%m-%d %H:%M}\"", "f<\"\\t\" {x:<\"%Y-%m-%d %H:%M\">}>");
    tree("f''", "f<>");
    tree(
        "f\"{', '.join(f'{k}: {v}' for k, v in d.items())}\"",
        "f<{\", \".join(Generator(f<{k} \": \" {v}> for (k, v,) in d.items()))}>",
    );
}

#[test]
fn statements() {
    tree("x = y = 0; a, *b = c; x[0] = d.e = 1", "x = y = 0; (a, *b,) = c; x[0] = d.e = 1");
    tree(
        "x += 1; x //= 2; x **= 3; x >>= 4; x |= {1}",
        "x Add= 1; x FloorDiv= 2; x Pow= 3; x ShiftRight= 4; x BitOr= {1}",
    );
    tree("x: int = 3; y: list[str]", "x = 3; pass");
    tree(
        "def f(a: int, b: str = 'x', *, c=1, **d) -> dict[str, int] { return a, b }",
        "def f(a, b=\"x\", *, c=1, **d) {return (a, b,)}",
    );
    tree(
        "for i, (a, b) in enumerate(x) { pass } else { y }",
        "for (i, (a, b,),) in enumerate(x) {pass} else {y}",
    );
    tree("while a { break; continue }", "while a {break; continue}");
    tree(
        "if a { x } elif b { y } else if c { z } else { w }",
        "if a {x} elif b {y} elif c {z} else {w}",
    );
    tree(
        "try { x } except { y } else { z } finally { w }",
        "try {x} except : {y} else {z} finally {w}",
    );
    tree("try { x } finally { w }", "try {x} finally {w}");
    tree(
        "assert a, \"b\"; assert c; del x, y[0]; pass",
        "assert a \"b\"; assert c ; del x, y[0]; pass",
    );
    tree(
        "raise ValueError(\"a\"); raise ValueError; raise; raise e; raise f(1)",
        "raise ValueError(\"a\"); raise ValueError; raise ; raise e; raise f(1)",
    );
    tree("def f() { global a, b; nonlocal_ = 1 }", "def f() {global a, b; nonlocal_ = 1}");
    tree(
        "import re, json as j; from collections import Counter as C, deque; from math import (pi, e,); import datetime.x",
        "import re as re, json as j; import collections.Counter as C, collections.deque as deque; import math.pi as pi, math.e as e; import datetime as datetime",
    );
}

#[test]
fn handlers() {
    tree("try { x } except Exception as e { y }", "try {x} except :e {y}");
    tree("try { x } except e { y }", "try {x} except :e {y}");
    tree("try { x } except ValueError { y }", "try {x} except ValueError: {y}");
    tree(
        "try { x } except (KeyError, json.JSONDecodeError) as e { y }",
        "try {x} except KeyError,json.JSONDecodeError:e {y}",
    );
    tree(
        "try:\n  x\nexcept KeyError:\n  y\nexcept Exception:\n  z\n",
        "try {x} except KeyError: {y} except : {z}",
    );
    tree("try { x } except (KeyError, Exception) as e { y }", "try {x} except :e {y}");
}

#[test]
fn assignments_inside_expressions() {
    tree("if (m := f(x)) { m }", "if (m := f(x)) {m}");
    tree("if m := f(x) { m }", "if (m := f(x)) {m}");
    tree("x := 1", "x = 1");
    tree("(x := 1)", "(x := 1)");
    tree("f(y := 1, [z := 2, z])", "f((y := 1), [(z := 2), z])");
    tree("x = (y := 1) + y", "x = ((y := 1) Add y)");
}

#[test]
fn braces_and_layout_are_the_same() {
    same(&[
        "for x in xs { if x { a } else { b }\nc }\nd",
        "for x in xs:\n    if x:\n        a\n    else:\n        b\n    c\nd",
        "for x in xs:\n\tif x: a\n\telse: b\n\tc\nd",
        "for x in xs {\n  if x:\n    a\n  else { b }\n  c\n}\nd\n",
        "for x in xs\n{\n    if x\n    {\n        a\n    }\n    else\n    {\n        b\n    }\n    c\n}\nd",
        "for x in xs: {\n if x: { a } else: { b }\n c }\nd",
        "for x in xs {\r\n if x { a }\r\n else { b }\r\n c }\r\nd",
        "\u{feff}for x in xs:\n  # note\n  if x:\n\n    a # b\n\n  # e\n  else:\n      b\n# f\n  c\n\nd",
        "    for x in xs:\n      if x:\n        a\n      else: b\n      c\n    d",
        "for x in xs { if x: a else: b\n c } d",
        "for x in xs:\n if x:\n  a\n else:\n  b\n c\nd;",
    ]);
    same(&[
        "def f(x) { return {1: x} }\nf(2)",
        "def f(x):\n    return {1: x}\nf(2)",
        "def f(x): return {1: x}\nf(2)",
        "function f(x) { return {1: x} }; f(2)",
        "fn f(x) { return {\n1\n:\nx\n} } f(2)",
        "async def f(x): return {1: x}\nawait f(2)",
    ]);
    same(&[
        "try { a } except e { b } finally { c }",
        "try:\n a\nexcept Exception as e:\n b\nfinally:\n c",
        "try { a }\nexcept e { b }\nfinally { c }",
        "try {\n a\n}\n\n# note\nexcept e {\n b\n} finally {\n c\n}",
    ]);
    same(&[
        "if a { b }\nif c { d }",
        "if a: b\nif c: d",
        "if a { b } if c { d }",
        "if a { b }; if c { d };",
        "if (a) { b }\n\n\nif (c) { d }",
    ]);
    same(&["while True { x }", "while true: x", "while (True)\n{\nx\n}"]);
    same(&["for x in {1, 2} { y }", "for x in {1, 2}: y"]);
    same(&["if x == {} { y }", "if x == {}: y"]);
    same(&["if a { if b { c } }\nelse { d }", "if a:\n  if b:\n    c\nelse:\n  d"]);
    same(&["if a { if b { c } else { d } }", "if a:\n  if b: c\n  else: d"]);
    same(&["if a { x = {1: 2}; y } else { z = {} }", "if a:\n  x = {1: 2}\n  y\nelse:\n  z = {}"]);
    same(&["if a { }", "if a {}", "if a {\n}", "if a {\n# nothing\n}"]);
    same(&["f(lambda x: x)\nif g(lambda y: y) { z }", "f(lambda x: x)\nif g(lambda y: y): z"]);
    same(&["if f(x[1:2]) { y: int = 2 }", "if f(x[1:2]): y: int = 2"]);
}

#[test]
fn line_ends() {
    same(&[
        "x = f(a, b).c().d",
        "x = f(\n  a,\n  b\n)\n  .c()\n  .d",
        "x = \\\n  f(a, b) \\\n  .c().d",
    ]);
    same(&[
        "x = [1, 2]",
        "x = [\n# one\n1,\n\n2,\n]",
        "x = [\n// one\n1,\n2]",
        "// note\nx = [1, /* two */ 2]",
    ]);
    same(&["x = 7 // 2", "x = (7\n  // 2)"]);
    same(&["a; b", "a\nb", "a;\nb;", ";a;;b", "\n\na\n\n\nb\n\n"]);
    same(&["x = '.5'\ny = .5", "x = '.5'\n\n  y = .5"]);
    tree("", "");
    tree("# only a comment", "");
    tree("x = a +\\\nb", "x = (a Add b)");
}

#[test]
fn habits_of_other_languages() {
    same(&[
        "x = 1",
        "let x = 1",
        "const x = 1",
        "var x = 1",
        "let mut x = 1",
        "x := 1",
        "x: int = 1",
    ]);
    same(&[
        "x = a and not b or None",
        "x = a && !b || null",
        "x = a && !b || nil",
        "x = a && ! b || undefined",
    ]);
    same(&["x == True; y != False", "x === true; y !== false"]);
    same(&["f = lambda x: x + 1", "f = x => x + 1", "f = (x) => x + 1"]);
    same(&["f(lambda a, b: a, lambda: 1)", "f((a, b) => a, () => 1)"]);
    same(&["i += 1; j -= 1", "i++; j--", "++i; --j", "i++\nj--"]);
    same(&["x = - -y; z = a + +b", "x = --y; z = a ++b"]);
    same(&["x = f(y)", "x = await f(y)", "x = f(await y)"]);
    same(&["\"a\"", "b\"a\"", "B'a'"]);
    same(&["if a { b } elif c { d }", "if a { b } else if c { d }", "if a: b\nelse if c: d"]);
}

#[test]
fn words_of_other_languages_stay_names() {
    tree(
        "match = 1; var = match; end = var[0]; fn = end.match; let = 2",
        "match = 1; var = match; end = var[0]; fn = end.match; let = 2",
    );
    tree(
        "def resolve(var, type=1) { return var.case }",
        "def resolve(var, type=1) {return var.case}",
    );
    tree("null = None; x = null", "null = None; x = null");
    tree("x.null; x.true", "x.null; x.true");
    tree("function(x); print(end, do)", "function(x); print(end, do)");
}
