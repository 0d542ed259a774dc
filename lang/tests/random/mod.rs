//! Random programs: the same one for the same seed, always correct, in many spellings.

#[allow(unreachable_pub)] // as the other helpers of `tests/support`
#[path = "../../../tests/support/random.rs"]
pub(crate) mod numbers;

use numbers::Random;

/// A program of a few statements.
pub(crate) fn program(seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..4 {
        random.below(2);
    }
    let mut out = String::new();
    for _ in 0..1 + random.below(4) {
        statement(&mut random, 0, false, &mut out);
    }
    out
}

impl Random {
    fn pick(&mut self, all: &[&str]) -> String {
        all[self.below(all.len())].to_string()
    }
}

fn line(random: &mut Random, depth: usize, text: &str, out: &mut String) {
    out.push_str(&"    ".repeat(depth));
    out.push_str(text);
    out.push_str(&random.pick(&["\n", "\n", "\n", "\n\n", "  # note\n", "\n\n\n", ";\n"]));
    if random.below(8) == 0 {
        out.push_str(&"    ".repeat(depth));
        out.push_str("# a line\n");
    }
}

fn statement(random: &mut Random, depth: usize, looping: bool, out: &mut String) {
    let compound = depth < 3 && random.below(3) == 0;
    if !compound {
        let text = simple(random, looping);
        return line(random, depth, &text, out);
    }
    let condition = expr(random, 2);
    match random.below(8) {
        0 => {
            block(random, depth, &format!("if {condition}"), looping, out);
            if random.below(2) == 0 {
                let other = expr(random, 1);
                block(random, depth, &format!("elif {other}"), looping, out);
            }
            if random.below(2) == 0 {
                block(random, depth, "else", looping, out);
            }
        }
        1 => {
            let target = target(random);
            block(random, depth, &format!("for {target} in {condition}"), true, out);
            if random.below(4) == 0 {
                block(random, depth, "else", looping, out);
            }
        }
        2 => {
            block(random, depth, &format!("while {condition}"), true, out);
            if random.below(4) == 0 {
                block(random, depth, "else", looping, out);
            }
        }
        3 | 4 => function(random, depth, out),
        5 => {
            block(random, depth, "try", looping, out);
            block(random, depth, "finally", looping, out);
        }
        _ => {
            block(random, depth, "try", looping, out);
            for _ in 0..random.below(3) {
                let head = random.pick(&[
                    "except KeyError",
                    "except (ValueError, json.JSONDecodeError) as e",
                    "except IndexError as e",
                ]);
                block(random, depth, &head, looping, out);
            }
            let head = random.pick(&["except", "except e", "except ValueError as e"]);
            block(random, depth, &head, looping, out);
            if random.below(4) == 0 {
                block(random, depth, "else", looping, out);
            }
            if random.below(4) == 0 {
                block(random, depth, "finally", looping, out);
            }
        }
    }
}

/// A function in one of its spellings, with what may stand in one alone.
fn function(random: &mut Random, depth: usize, out: &mut String) {
    let default = expr(random, 1);
    let head = random.pick(&["def f", "def f", "async def f"]);
    let params = match random.below(4) {
        0 => format!("a, b={default}, *c"),
        1 => format!("a, b={default}, *c, **d"),
        2 => format!("a: int, b: str = {default}"),
        _ => String::new(),
    };
    let indent = "    ".repeat(depth);
    for _ in 0..random.below(5).saturating_sub(2) {
        let decorator = random.pick(&["@cache", "@lru_cache(maxsize=None)", "@a.b"]);
        line(random, depth, &decorator, out);
    }
    out.push_str(&format!("{indent}{head}({params}) {{\n"));
    if random.below(3) == 0 {
        out.push_str(&format!("{indent}    global g, h\n"));
    }
    for _ in 0..random.below(3) {
        statement(random, depth + 1, false, out);
    }
    let value = expr(random, 2);
    let end = random.pick(&["return", "return X", "return X, 1", "return *X, 1", "return await X"]);
    out.push_str(&format!("{indent}    {}\n{indent}}}\n", end.replace('X', &format!("({value})"))));
}

/// A block in one of its spellings.
fn block(random: &mut Random, depth: usize, head: &str, looping: bool, out: &mut String) {
    let indent = "    ".repeat(depth);
    match random.below(4) {
        0 => {
            let inside = simple(random, looping);
            out.push_str(&format!("{indent}{head} {{ {inside} }}\n"));
        }
        1 => {
            let note = random.pick(&["", "  # head"]);
            out.push_str(&format!("{indent}{head}:{note}\n"));
            for _ in 0..1 + random.below(2) {
                statement(random, depth + 1, looping, out);
            }
        }
        2 if !head.contains('{') => {
            // A brace behind the colon would open a block.
            let inside = simple(random, looping);
            let inside = if inside.starts_with('{') { format!("({inside})") } else { inside };
            out.push_str(&format!("{indent}{head}: {inside}\n"));
        }
        _ => {
            let note = random.pick(&["", "  # head"]);
            out.push_str(&format!("{indent}{head} {{{note}\n"));
            for _ in 0..random.below(3) {
                statement(random, depth + 1, looping, out);
            }
            out.push_str(&format!("{indent}}}\n"));
        }
    }
}

fn simple(random: &mut Random, looping: bool) -> String {
    match random.below(16) {
        12 => format!("x: list = {}", expr(random, 2)),
        13 => format!("x := {}", expr(random, 2)),
        14 => format!("x.y[{}] += {}", expr(random, 1), expr(random, 1)),
        15 => random.pick(&[
            "from math import pi, e as f",
            "from datetime import (date,\n  datetime as dt,)",
            "import re, json as j",
            "const q = 1",
            "del (x, y.z), w[0]",
            "x = yy\\\n  + 1",
            "a, *b = c",
            "x = y = z, 1",
        ]),
        0 => format!("{} = {}", target(random), expr(random, 3)),
        1 => format!("x = y[0] = {}", expr(random, 2)),
        2 => format!(
            "x {}= {}",
            random.pick(&["+", "-", "*", "//", "**", ">>", "|"]),
            expr(random, 3)
        ),
        3 => {
            format!("x.{} = {}, {}", random.pick(&["a", "match"]), expr(random, 2), expr(random, 2))
        }
        4 => format!("assert {}, {}", expr(random, 2), expr(random, 1)),
        5 => format!("raise {}", expr(random, 2)),
        6 if looping => random.pick(&["break", "continue"]),
        7 => random.pick(&["pass", "del x, y[1]", "import datetime as dt", "i++", "let q = 1"]),
        _ => expr(random, 4),
    }
}

fn target(random: &mut Random) -> String {
    random.pick(&["x", "x, y", "(x, y)", "x, (y, *z)", "*x, y", "[a, b]"])
}

fn list(random: &mut Random, depth: usize) -> String {
    let all: Vec<String> = (0..random.below(4)).map(|_| expr(random, depth)).collect();
    let gap = random.pick(&[", ", ",\n  ", ","]);
    let end =
        if all.is_empty() { String::new() } else { random.pick(&["", ",", ",  # end\n", "\n"]) };
    all.join(&gap) + &end
}

fn clauses(random: &mut Random, depth: usize) -> String {
    let mut out = format!(" for {} in ({})", target(random), expr(random, depth));
    if random.below(2) == 0 {
        out += &format!(" if ({})", expr(random, depth));
    }
    if random.below(4) == 0 {
        out += " for z in zs";
    }
    out
}

fn expr(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return atom(random);
    }
    let d = depth - 1;
    let wrap = |random: &mut Random| {
        let inner = expr(random, d);
        if random.below(3) == 0 { format!("(  {inner})") } else { format!("({inner})") }
    };
    match random.below(24) {
        16 => format!("name(*{}, key={}, **{})", wrap(random), wrap(random), wrap(random)),
        17 => format!("{{{}: {}{}}}", wrap(random), wrap(random), clauses(random, d)),
        18 => format!("{{{}{}}}", wrap(random), clauses(random, d)),
        19 => format!("[*{}, {}]", wrap(random), wrap(random)),
        20 => format!("({})[{}:{}:{}]", expr(random, d), wrap(random), atom(random), atom(random)),
        21 => {
            let head = random.pick(&["lambda", "lambda *a, **k", "lambda a, *b"]);
            format!("({head}: {})", wrap(random))
        }
        22 => format!("({}{})", wrap(random), clauses(random, d)),
        23 => format!("(x := {})", wrap(random)),
        0 | 1 => {
            let op = random.pick(&[
                "+", "-", "*", "/", "//", "%", "**", "|", "&", "^", "<<", ">>", "and", "or", "<",
                "==", "!=", "in", "not in", "is", "is not", ">=", "&&", "||", "===", "!==",
            ]);
            format!("{} {op} {}", wrap(random), wrap(random))
        }
        2 => format!("{}{}", random.pick(&["-", "not ", "~", "+", "- - ", "!"]), wrap(random)),
        3 => format!("{} if {} else {}", wrap(random), wrap(random), wrap(random)),
        4 => format!("[{}]", list(random, d)),
        5 => format!("({},)", wrap(random)),
        6 => format!("{{{}: {}, **{}}}", wrap(random), wrap(random), wrap(random)),
        7 => format!("[{}{}]", wrap(random), clauses(random, d)),
        8 => format!("f({}{})", wrap(random), clauses(random, d)),
        9 => format!("({}).method({}, key={})", expr(random, d), wrap(random), wrap(random)),
        10 => format!("name({})", list(random, d)),
        11 => format!("({})[{}]", expr(random, d), wrap(random)),
        12 => format!("({})[{}:{}]", expr(random, d), wrap(random), wrap(random)),
        13 => format!("lambda a, b=1: {}", wrap(random)),
        14 => format!("{} < {} <= {}", wrap(random), wrap(random), wrap(random)),
        _ => format!("f\"a {{{}:>{{w}}}} {{({})!r}}\"", field(random, d), field(random, d)),
    }
}

/// An expression that may stand in a field on one line.
fn field(random: &mut Random, depth: usize) -> String {
    let inner = expr(random, depth.min(1));
    if inner.contains(['\n', '#']) { "x".to_string() } else { format!("({inner})") }
}

fn atom(random: &mut Random) -> String {
    random.pick(&[
        "x",
        "yy",
        "long_name_of_a_variable",
        "1",
        "60_000",
        "0x1f",
        "1.5",
        ".5",
        "2e6",
        "\"a\"",
        "'b\"c'",
        "r\"\\d+\"",
        "r'\"'",
        "'''long\ntext'''",
        "\"a\" 'b'",
        "None",
        "true",
        "null",
        "()",
        "[]",
        "{}",
        "f'{x}'",
        "rf\"\\b{x}\"",
        "f\"{x=}\"",
        "f'{d[\"k\"]}'",
        "\"tab\\t\"",
        "{1, 2}",
        "f'''a {x}\n b'''",
        "\"it's\"",
        "x.y.z",
        "f(1)",
        "1.0",
        "\"\\u200b\"",
        "(a, b)",
    ])
}
