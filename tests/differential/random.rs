//! Programs made up at random: typed expressions over small values, each printed.
//!
//! Every expression has the right types, but may fail for its values (an index, a division): each is
//! printed inside `try`, so that both languages must fail at the same ones.

use std::fmt::Write as _;

use crate::numbers::Random;

/// Printed expressions of one program.
const LINES: usize = 8;

/// How deep expressions nest.
const DEPTH: usize = 3;

/// The program of a seed: always the same one.
pub fn program(seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    // The first numbers of neighbouring seeds are alike.
    for _ in 0..8 {
        random.below(2);
    }
    let mut out = String::new();
    let _ = writeln!(out, "at = {}", random.text_literal());
    let _ = writeln!(out, "bt = {}", random.text_literal());
    for name in ["a", "b"] {
        let _ = writeln!(out, "{name} = {}", random.int_literal());
        let _ = writeln!(out, "{name}f = {}", random.float_literal());
        let _ = writeln!(out, "{name}l = {}", random.ints_literal());
        let _ = writeln!(out, "{name}w = {}", random.texts_literal());
        let _ = writeln!(out, "{name}d = {}", random.dict_literal());
    }
    for number in 0..LINES {
        let expression = random.printed();
        let _ = writeln!(out, "try:\n    print({number}, {expression})");
        let _ = writeln!(out, "except Exception as e:\n    print({number}, \"failed\")");
    }
    out
}

impl Random {
    fn pick(&mut self, all: &[&str]) -> String {
        all[self.below(all.len())].to_string()
    }

    fn int_literal(&mut self) -> String {
        let small = self.below(20).to_string();
        let wide = (self.below(2_000_000) as i64 - 1_000_000).to_string();
        let special = self.pick(&[
            "-1",
            "0",
            "255",
            "2 ** 31",
            "9223372036854775807",
            "-9223372036854775808",
            "10 ** 19",
            "-7",
        ]);
        self.pick(&[&small, &small, &wide, &special])
    }

    fn float_literal(&mut self) -> String {
        let plain = format!(
            "{}.{}",
            self.below(2000) as i64 - 1000,
            self.pick(&["0", "5", "25", "1", "333"])
        );
        let special = self.pick(&[
            "0.1",
            "-0.0",
            "1e16",
            "1.5e-7",
            "2.675",
            "123456789.125",
            "1e22",
            "0.5",
            "2.5",
            "1e300",
        ]);
        self.pick(&[&plain, &plain, &special])
    }

    fn text_literal(&mut self) -> String {
        self.pick(&[
            r#""hello world""#,
            r#""The quick brown fox""#,
            r#""""#,
            r#""  padded\t""#,
            r#""a,b,,c""#,
            r#""naïve café""#,
            r#""日本語 text 😀""#,
            r#""line one\nline two\n""#,
            r#""key=value; other=2""#,
            r#""AbC123""#,
            r#""it's \"quoted\"""#,
            r#""banana""#,
            r#""-42""#,
            r#""3.14""#,
        ])
    }

    fn ints_literal(&mut self) -> String {
        let count = self.below(6);
        let items: Vec<String> =
            (0..count).map(|_| (self.below(30) as i64 - 10).to_string()).collect();
        format!("[{}]", items.join(", "))
    }

    fn texts_literal(&mut self) -> String {
        let count = self.below(5);
        let items: Vec<String> = (0..count).map(|_| self.text_literal()).collect();
        format!("[{}]", items.join(", "))
    }

    fn dict_literal(&mut self) -> String {
        let count = self.below(4);
        let items: Vec<String> =
            (0..count).map(|_| format!("{}: {}", self.text_literal(), self.below(50))).collect();
        format!("{{{}}}", items.join(", "))
    }

    /// A small number, written: computed bounds below zero mean something else here.
    fn bound(&mut self) -> String {
        let near = self.below(8).to_string();
        let back = format!("-{}", 1 + self.below(6));
        self.pick(&[&near, &near, &back, ""])
    }

    fn slice(&mut self) -> String {
        let (from, to) = (self.bound(), self.bound());
        match self.below(3) {
            0 => format!("{from}:{to}:{}", self.pick(&["1", "2", "-1", "-2", "3"])),
            _ => format!("{from}:{to}"),
        }
    }

    fn printed(&mut self) -> String {
        match self.below(9) {
            0 => self.int(DEPTH),
            1 => self.float(DEPTH),
            2 => format!("repr({})", self.text(DEPTH)),
            3 => self.bool(DEPTH),
            4 => self.ints(DEPTH),
            5 => self.texts(DEPTH),
            6 => self.dict(DEPTH),
            7 => self.formatted(DEPTH),
            _ => format!("[{}, {}]", self.text(DEPTH), self.float(DEPTH)),
        }
    }

    fn int(&mut self, depth: usize) -> String {
        if depth == 0 {
            let literal = self.int_literal();
            return self.pick(&["a", "b", &literal]);
        }
        let d = depth - 1;
        match self.below(14) {
            0 => {
                let sign = self.pick(&["+", "-", "*", "//", "%", "&", "|", "^"]);
                format!("({} {sign} {})", self.int(d), self.int(d))
            }
            1 => format!("len({})", self.text(d)),
            2 => format!("len({})", self.ints(d)),
            3 => format!("sum({})", self.ints(d)),
            4 => format!("{}.find({})", self.text(d), self.needle()),
            5 => format!("{}.count({})", self.text(d), self.needle()),
            6 => format!("{}({})", self.pick(&["min", "max"]), self.ints(d)),
            7 => format!("{}[{}]", self.ints(d), self.below(4)),
            8 => format!("int({})", self.float(d)),
            9 => format!("round({})", self.float(d)),
            10 => format!("abs({})", self.int(d)),
            11 => format!("({} if {} else {})", self.int(d), self.bool(d), self.int(d)),
            12 => format!("{}.get({}, {})", self.dict(d), self.text(d), self.int(d)),
            _ => format!("(-{} ** {})", self.below(12), self.below(25)),
        }
    }

    fn float(&mut self, depth: usize) -> String {
        if depth == 0 {
            let literal = self.float_literal();
            return self.pick(&["af", "bf", &literal]);
        }
        let d = depth - 1;
        match self.below(8) {
            0 | 1 => {
                let sign = self.pick(&["+", "-", "*", "/", "//", "%"]);
                format!("({} {sign} {})", self.float(d), self.float(d))
            }
            2 => format!("({} / {})", self.int(d), self.int(d)),
            3 => format!("round({}, {})", self.float(d), self.below(5) as i64 - 1),
            4 => format!("abs({})", self.float(d)),
            5 => format!("float({})", self.int(d)),
            6 => format!("({} * {})", self.int(d), self.float(d)),
            _ => format!("max({}, {})", self.float(d), self.int(d)),
        }
    }

    fn needle(&mut self) -> String {
        self.pick(&[
            r#""a""#, r#""o""#, r#""an""#, r#"" ""#, r#""é""#, r#""zz""#, r#"",""#, r#""l""#,
        ])
    }

    fn text(&mut self, depth: usize) -> String {
        if depth == 0 {
            let literal = self.text_literal();
            return self.pick(&["at", "bt", &literal]);
        }
        let d = depth - 1;
        match self.below(14) {
            0 => format!("({} + {})", self.text(d), self.text(d)),
            1 => format!("{}[{}]", self.text(d), self.slice()),
            2 => {
                let name = self.pick(&[
                    "upper",
                    "lower",
                    "title",
                    "capitalize",
                    "swapcase",
                    "strip",
                    "lstrip",
                    "rstrip",
                    "casefold",
                ]);
                format!("{}.{name}()", self.text(d))
            }
            3 => format!("{}.replace({}, {})", self.text(d), self.needle(), self.needle()),
            4 => {
                let name = self.pick(&["center", "ljust", "rjust"]);
                format!("{}.{name}({}, \"*\")", self.text(d), self.below(30))
            }
            5 => format!("{}.zfill({})", self.text(d), self.below(12)),
            6 => format!("({} * {})", self.text(d), self.below(4)),
            7 => format!("{}.join({})", self.needle(), self.texts(d)),
            8 => format!("str({})", self.int(d)),
            9 => format!("str({})", self.float(d)),
            10 => format!("{}[{}]", self.text(d), self.below(9)),
            11 => format!(
                "{}.{}({})[2]",
                self.text(d),
                self.pick(&["partition", "rpartition"]),
                self.needle()
            ),
            12 => format!("{}.strip({})", self.text(d), self.needle()),
            _ => self.formatted(d),
        }
    }

    fn bool(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.pick(&["True", "False", "(a < b)", "bool(bl)"]);
        }
        let d = depth - 1;
        let comparison = self.pick(&["<", "<=", "==", "!=", ">", ">="]);
        match self.below(10) {
            0 => format!("({} {comparison} {})", self.int(d), self.int(d)),
            1 => format!("({} {comparison} {})", self.float(d), self.int(d)),
            2 => format!("({} {comparison} {})", self.text(d), self.text(d)),
            3 => format!("({} {comparison} {})", self.ints(d), self.ints(d)),
            4 => format!("({} in {})", self.needle(), self.text(d)),
            5 => format!("({} in {})", self.int(d), self.ints(d)),
            6 => {
                let name = self.pick(&[
                    "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "istitle",
                ]);
                format!("{}.{name}()", self.text(d))
            }
            7 => format!("({} {} {})", self.bool(d), self.pick(&["and", "or"]), self.bool(d)),
            8 => format!("(not {})", self.bool(d)),
            _ => format!("({} < {} <= {})", self.int(d), self.int(d), self.int(d)),
        }
    }

    fn ints(&mut self, depth: usize) -> String {
        if depth == 0 {
            let literal = self.ints_literal();
            return self.pick(&["al", "bl", &literal]);
        }
        let d = depth - 1;
        match self.below(10) {
            0 => format!("({} + {})", self.ints(d), self.ints(d)),
            1 => format!("{}[{}]", self.ints(d), self.slice()),
            2 => format!("sorted({}, reverse={})", self.ints(d), self.bool(d)),
            3 => format!("[x * {} for x in {} if x % 2 == 0]", self.below(5), self.ints(d)),
            4 => format!("list(map(abs, {}))", self.ints(d)),
            5 => format!("list(range({}))", self.below(6)),
            6 => format!("[len(x) for x in {}]", self.texts(d)),
            7 => format!("list({}.values())", self.dict(d)),
            8 => format!("sorted(set({}))", self.ints(d)),
            _ => format!("list(reversed({}))", self.ints(d)),
        }
    }

    fn texts(&mut self, depth: usize) -> String {
        if depth == 0 {
            let literal = self.texts_literal();
            return self.pick(&["aw", "bw", &literal]);
        }
        let d = depth - 1;
        match self.below(9) {
            0 => format!("{}.split()", self.text(d)),
            1 => format!("{}.split({})", self.text(d), self.needle()),
            2 => format!("{}.split({}, {})", self.text(d), self.needle(), self.below(3)),
            3 => format!("{}.splitlines()", self.text(d)),
            4 => format!("sorted({}, key=len)", self.texts(d)),
            5 => format!(
                "[x.{}() for x in {}]",
                self.pick(&["upper", "strip", "title"]),
                self.texts(d)
            ),
            6 => format!("{}[{}]", self.texts(d), self.slice()),
            7 => format!("list({})", self.text(d)),
            _ => format!("{}.rsplit({}, 1)", self.text(d), self.needle()),
        }
    }

    fn dict(&mut self, depth: usize) -> String {
        if depth == 0 {
            let literal = self.dict_literal();
            return self.pick(&["ad", "bd", &literal]);
        }
        let d = depth - 1;
        match self.below(5) {
            0 => format!(
                "{{k: v + 1 for k, v in {}.items() if v > {}}}",
                self.dict(d),
                self.below(30)
            ),
            1 => format!("dict(zip({}, {}))", self.texts(d), self.ints(d)),
            2 => format!("{{**{}, **{}}}", self.dict(d), self.dict(d)),
            3 => format!("dict(sorted({}.items()))", self.dict(d)),
            _ => format!("{{c: {0}.count(c) for c in {0}}}", self.pick(&["bt", "at"])),
        }
    }

    /// An f-string with a random format spec.
    fn formatted(&mut self, depth: usize) -> String {
        let align = self.pick(&["", "<", ">", "^", "*<", "_^"]);
        let width = self.pick(&["", "6", "12"]);
        match self.below(4) {
            0 => {
                let kind = self.pick(&["", "d", "x", "b", ",", "_", "e", ".2f", "%", "o"]);
                let sign = self.pick(&["", "+", " "]);
                format!("f\"[{{{}:{align}{sign}{width}{kind}}}]\"", unquoted(self.int(depth)))
            }
            1 => {
                let kind = self.pick(&[
                    "", ".2f", ".0f", ".3e", "g", ".4g", ",.1f", ".1%", "e", ".5", ",", "n",
                ]);
                let sign = self.pick(&["", "+", " "]);
                format!("f\"[{{{}:{align}{sign}{width}{kind}}}]\"", unquoted(self.float(depth)))
            }
            2 => {
                let kind = self.pick(&["", ".3", "s", ".0"]);
                let name = self.pick(&["at", "bt", "aw", "bd"]);
                // Only texts take a spec.
                match name.as_str() {
                    "aw" | "bd" => format!("f\"[{{{name}}}]\""),
                    _ => format!("f\"[{{{name}:{align}{width}{kind}}}]\""),
                }
            }
            _ => {
                let name = self.pick(&["a", "bf", "at", "bl", "ad"]);
                format!("f\"{{{name}!r:{align}{width}}} {{{name}=}}\"")
            }
        }
    }
}

/// An expression that can stand in an f-string of Python 3.11: no quotes, no backslashes.
fn unquoted(expression: String) -> String {
    let quoted = expression.contains(['"', '\\', '\'', '{']);
    if quoted { "a".to_string() } else { expression }
}
