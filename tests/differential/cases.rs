//! Many small cases by theme: one expression each, random literals, printed by both languages.
//!
//! Where `random.rs` combines what programs do, this goes through the arguments of one thing: bounds
//! of slices, positions of `find`, format specs, floats of every size. No case is an error in Python.

use std::fmt::Write as _;

use crate::numbers::Random;

/// Makes one expression.
pub type Case = fn(&mut Random) -> String;

/// The themes, each with its expressions.
pub const THEMES: &[(&str, Case)] = &[
    ("slices", slice),
    ("find", find),
    ("methods", method),
    ("formats", format),
    ("numbers", number),
    ("order", order),
];

/// Cases of one program.
pub const CASES: usize = 120;

/// The program of a theme and seed: always the same one.
pub fn program(case: Case, seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    // The first numbers of neighbouring seeds are alike.
    (0..8).for_each(|_| {
        random.draw();
    });
    let mut out = String::new();
    for number in 0..CASES {
        let _ = writeln!(out, "print({number}, repr({}))", case(&mut random));
    }
    out
}

impl Random {
    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// A number around zero, mostly a small one.
    fn a_bound(&mut self) -> String {
        match self.below(12) {
            0 => String::new(),
            1 => {
                self.one_of(&["100", "-100", "9223372036854775807", "-9223372036854775808"]).into()
            }
            _ => (self.below(19) as i64 - 9).to_string(),
        }
    }

    /// A text literal from few characters, so that things are found in it.
    fn a_text(&mut self, longest: usize) -> String {
        const PIECES: &[&str] = &[
            "a", "a", "b", "ab", " ", "  ", "B", "é", "日", "😀", "\\n", "\\t", ",", ".", "-", "1",
            "x", "ß", "\\r\\n", "İ", "\\u2028", "_", "Z", "aa", "\\u0301",
        ];
        let text: String = (0..self.below(longest + 1)).map(|_| self.one_of(PIECES)).collect();
        format!("\"{text}\"")
    }

    fn an_int(&mut self) -> String {
        match self.below(6) {
            0 => (self.draw() as i64).to_string(),
            1 => format!("{}{}", self.draw() as i64, self.draw() >> 1),
            2 => (self.below(2_000_001) as i64 - 1_000_000).to_string(),
            _ => (self.below(41) as i64 - 20).to_string(),
        }
    }

    fn a_float(&mut self) -> String {
        match self.below(4) {
            0 => {
                let float = f64::from_bits(self.draw());
                if float.is_finite() { format!("{float:e}") } else { "-0.0".to_string() }
            }
            1 => format!("{}.{}", self.below(2000) as i64 - 1000, self.below(1000)),
            2 => format!(
                "{}.{}",
                self.below(100),
                self.one_of(&["5", "25", "125", "05", "005", "675"])
            ),
            _ => format!("{}e{}", self.below(1000), self.below(40) as i64 - 20),
        }
    }

    fn list(&mut self, item: fn(&mut Random) -> String, longest: usize) -> String {
        let items: Vec<String> = (0..self.below(longest + 1)).map(|_| item(self)).collect();
        format!("[{}]", items.join(", "))
    }
}

fn slice(random: &mut Random) -> String {
    let whole = match random.below(4) {
        0 => random.list(|r| r.below(10).to_string(), 8),
        1 => format!("tuple({})", random.list(|r| r.below(10).to_string(), 8)),
        _ => random.a_text(9),
    };
    let (from, to) = (random.a_bound(), random.a_bound());
    match random.below(3) {
        0 => format!("{whole}[{from}:{to}]"),
        _ => {
            let step =
                random.one_of(&["", "1", "2", "3", "-1", "-2", "-3", "9", "-9223372036854775808"]);
            format!("{whole}[{from}:{to}:{step}]")
        }
    }
}

fn find(random: &mut Random) -> String {
    let (text, part) = (random.a_text(14), random.a_text(2));
    let bounds = |random: &mut Random| match random.below(3) {
        0 => String::new(),
        1 => format!(", {}", random.below(19) as i64 - 9),
        _ => format!(", {}, {}", random.below(19) as i64 - 9, random.below(19) as i64 - 9),
    };
    match random.below(8) {
        0 | 1 => {
            let name = random.one_of(&["find", "rfind"]);
            format!("{text}.{name}({part}{})", bounds(random))
        }
        2 => format!("{text}.count({part}{})", bounds(random)),
        3 => {
            let name = random.one_of(&["startswith", "endswith"]);
            format!("{text}.{name}({part}{})", bounds(random))
        }
        4 => format!("{part} in {text}"),
        5 => {
            let name = random.one_of(&["partition", "rpartition"]);
            format!(
                "{text}.{name}({})",
                random.one_of(&["\"a\"", "\"é\"", "\" \"", "\"ab\"", "\"😀\""])
            )
        }
        6 => {
            let name = random.one_of(&["removeprefix", "removesuffix"]);
            format!("{text}.{name}({part})")
        }
        _ => {
            let (new, count) = (random.a_text(2), random.below(5) as i64 - 1);
            format!("{text}.replace({part}, {new}, {count})")
        }
    }
}

fn method(random: &mut Random) -> String {
    let text = random.a_text(12);
    match random.below(10) {
        0 => {
            let name = random.one_of(&["strip", "lstrip", "rstrip"]);
            let chars = random.one_of(&["", "\"a\"", "\"ab \"", "\"é\\n\"", "None"]);
            format!("{text}.{name}({chars})")
        }
        1 => {
            let name = random.one_of(&["split", "rsplit"]);
            let sep = random.one_of(&["None", "\"a\"", "\" \"", "\"ab\"", "\"\\n\"", "\"é\""]);
            format!("{text}.{name}({sep}, {})", random.below(5) as i64 - 1)
        }
        2 => format!("{text}.split()"),
        3 => format!("{text}.splitlines({})", random.one_of(&["", "True"])),
        4 => {
            let name =
                random.one_of(&["upper", "lower", "title", "capitalize", "swapcase", "casefold"]);
            format!("{text}.{name}()")
        }
        5 => {
            let name = random.one_of(&["center", "ljust", "rjust"]);
            let fill = random.one_of(&["", ", \"*\"", ", \"é\""]);
            format!("{text}.{name}({}{fill})", random.below(20))
        }
        6 => match random.below(2) {
            0 => format!("{text}.zfill({})", random.below(16)),
            _ => format!("{text}.expandtabs({})", random.below(10)),
        },
        7 => {
            let name = random.one_of(&[
                "isalpha",
                "isdigit",
                "isalnum",
                "isspace",
                "isupper",
                "islower",
                "istitle",
                "isascii",
                "isdecimal",
                "isnumeric",
                "isidentifier",
            ]);
            format!("{text}.{name}()")
        }
        8 => format!("{text}.join({})", random.list(|r| r.a_text(3), 4)),
        _ => format!("{text}.translate(str.maketrans(\"ab\", \"é1\", \" \"))"),
    }
}

fn format(random: &mut Random) -> String {
    let fill = random.one_of(&["", "", "<", ">", "^", "=", "*<", "_^", "0=", "é>"]);
    let (sign, width) =
        (random.one_of(&["", "", "+", " ", "-"]), random.one_of(&["", "6", "13", "25"]));
    match random.below(5) {
        0 => {
            let (zero, comma) = (random.one_of(&["", "", "0"]), random.one_of(&["", ",", "_"]));
            format!("format({}, \"{fill}{sign}{zero}{width}{comma}d\")", random.an_int())
        }
        1 => {
            let kind = random.one_of(&["x", "X", "b", "o", "#x", "#b", "#o", "_x", "_b"]);
            let (alternate, kind) = match kind.strip_prefix('#') {
                Some(kind) => ("#", kind),
                None => ("", kind),
            };
            let group = if kind.starts_with('_') { "_" } else { "" };
            let kind = kind.trim_start_matches('_');
            format!("format({}, \"{fill}{sign}{alternate}{width}{group}{kind}\")", random.an_int())
        }
        2 | 3 => {
            let (zero, comma) = (random.one_of(&["", "", "0"]), random.one_of(&["", "", ",", "_"]));
            let digits = random.one_of(&["", ".0", ".1", ".2", ".3", ".6", ".17"]);
            let kind = random.one_of(&["", "f", "e", "g", "%", "F", "E", "G"]);
            format!(
                "format({}, \"{fill}{sign}{zero}{width}{comma}{digits}{kind}\")",
                random.a_float()
            )
        }
        _ => {
            let fill = if fill.contains('=') { "" } else { fill };
            let digits = random.one_of(&["", ".0", ".2", ".5"]);
            format!("format({}, \"{fill}{width}{digits}s\")", random.a_text(8))
        }
    }
}

fn number(random: &mut Random) -> String {
    match random.below(12) {
        0 => random.a_float(),
        1 => format!("({}) // ({})", random.an_int(), 1 + random.below(99) as i64),
        2 => format!("divmod({}, {})", random.an_int(), -1 - (random.below(99) as i64)),
        3 => {
            format!(
                "({}) % ({})",
                random.a_float(),
                random.one_of(&["3", "-3", "0.7", "-2.5", "1e10"])
            )
        }
        4 => format!(
            "({}) // ({})",
            random.a_float(),
            random.one_of(&["3", "-3", "0.7", "-2.5", "1e10"])
        ),
        5 => format!("round({}, {})", random.a_float(), random.below(8) as i64 - 3),
        6 => format!("round({}, {})", random.an_int(), random.below(4) as i64 - 3),
        7 => {
            let sign = random.one_of(&["+", "-", "*", "&", "|", "^", "<", "=="]);
            format!("({}) {sign} ({})", random.an_int(), random.an_int())
        }
        8 => format!("int(\"{}\", 36)", random.below(1_000_000_000)),
        9 => format!("float(\"{}\")", random.a_float()),
        10 => {
            format!(
                "({}) {} ({})",
                random.an_int(),
                random.one_of(&["<", "==", ">="]),
                random.a_float()
            )
        }
        _ => format!("({}) >> {}", random.an_int(), random.below(70)),
    }
}

fn order(random: &mut Random) -> String {
    let pair = |r: &mut Random| format!("({}, {})", r.below(4), r.below(100));
    match random.below(7) {
        0 => {
            let reverse = random.one_of(&["True", "False"]);
            format!("sorted({}, key=lambda p: p[0], reverse={reverse})", random.list(pair, 12))
        }
        1 => {
            let name = random.one_of(&["min", "max"]);
            format!("{name}([(0, 0)] + {}, key=lambda p: p[0])", random.list(pair, 8))
        }
        2 => format!("sorted({})", random.list(|r| r.a_text(4), 9)),
        3 => format!("list(dict({}).items())", random.list(pair, 9)),
        4 => format!("{{**dict({}), **dict({})}}", random.list(pair, 6), random.list(pair, 6)),
        5 => {
            let sign = random.one_of(&["|", "&", "-", "^"]);
            let set = |r: &mut Random| format!("set({})", r.list(|r| r.below(9).to_string(), 7));
            format!("sorted({} {sign} {})", set(random), set(random))
        }
        _ => format!(
            "list(dict.fromkeys({}))",
            random.list(
                |r| r.one_of(&["1", "1.0", "True", "0", "\"1\"", "(1,)", "None", "-0.0"]).into(),
                9
            )
        ),
    }
}
