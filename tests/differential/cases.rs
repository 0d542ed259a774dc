//! Many small cases by theme: one expression each, random literals, printed by both languages.
//!
//! Where `random.rs` combines what programs do, this goes through the arguments of one thing: bounds
//! of slices, positions of `find`, format specs, floats of every size. No case is an error in Python.

use std::fmt::Write as _;

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
        random.next();
    });
    let mut out = String::new();
    for number in 0..CASES {
        let _ = writeln!(out, "print({number}, repr({}))", case(&mut random));
    }
    out
}

/// A small generator of numbers: the same ones at every run.
pub struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let index = self.below(all.len() as u64);
        all[usize::try_from(index).unwrap_or_default()]
    }

    /// A number around zero, mostly a small one.
    fn bound(&mut self) -> String {
        match self.below(12) {
            0 => String::new(),
            1 => self.pick(&["100", "-100", "9223372036854775807", "-9223372036854775808"]).into(),
            _ => (self.below(19) as i64 - 9).to_string(),
        }
    }

    /// A text literal from few characters, so that things are found in it.
    fn text(&mut self, longest: u64) -> String {
        const PIECES: &[&str] = &[
            "a", "a", "b", "ab", " ", "  ", "B", "é", "日", "😀", "\\n", "\\t", ",", ".", "-", "1",
            "x", "ß", "\\r\\n", "İ", "\\u2028", "_", "Z", "aa", "\\u0301",
        ];
        let text: String = (0..self.below(longest + 1)).map(|_| self.pick(PIECES)).collect();
        format!("\"{text}\"")
    }

    fn int(&mut self) -> String {
        match self.below(6) {
            0 => (self.next() as i64).to_string(),
            1 => format!("{}{}", self.next() as i64, self.next() >> 1),
            2 => (self.below(2_000_001) as i64 - 1_000_000).to_string(),
            _ => (self.below(41) as i64 - 20).to_string(),
        }
    }

    fn float(&mut self) -> String {
        match self.below(4) {
            0 => {
                let float = f64::from_bits(self.next());
                if float.is_finite() { format!("{float:e}") } else { "-0.0".to_string() }
            }
            1 => format!("{}.{}", self.below(2000) as i64 - 1000, self.below(1000)),
            2 => format!(
                "{}.{}",
                self.below(100),
                self.pick(&["5", "25", "125", "05", "005", "675"])
            ),
            _ => format!("{}e{}", self.below(1000), self.below(40) as i64 - 20),
        }
    }

    fn list(&mut self, item: fn(&mut Random) -> String, longest: u64) -> String {
        let items: Vec<String> = (0..self.below(longest + 1)).map(|_| item(self)).collect();
        format!("[{}]", items.join(", "))
    }
}

fn slice(random: &mut Random) -> String {
    let whole = match random.below(4) {
        0 => random.list(|r| r.below(10).to_string(), 8),
        1 => format!("tuple({})", random.list(|r| r.below(10).to_string(), 8)),
        _ => random.text(9),
    };
    let (from, to) = (random.bound(), random.bound());
    match random.below(3) {
        0 => format!("{whole}[{from}:{to}]"),
        _ => {
            let step =
                random.pick(&["", "1", "2", "3", "-1", "-2", "-3", "9", "-9223372036854775808"]);
            format!("{whole}[{from}:{to}:{step}]")
        }
    }
}

fn find(random: &mut Random) -> String {
    let (text, part) = (random.text(14), random.text(2));
    let bounds = |random: &mut Random| match random.below(3) {
        0 => String::new(),
        1 => format!(", {}", random.below(19) as i64 - 9),
        _ => format!(", {}, {}", random.below(19) as i64 - 9, random.below(19) as i64 - 9),
    };
    match random.below(8) {
        0 | 1 => {
            let name = random.pick(&["find", "rfind"]);
            format!("{text}.{name}({part}{})", bounds(random))
        }
        2 => format!("{text}.count({part}{})", bounds(random)),
        3 => {
            let name = random.pick(&["startswith", "endswith"]);
            format!("{text}.{name}({part}{})", bounds(random))
        }
        4 => format!("{part} in {text}"),
        5 => {
            let name = random.pick(&["partition", "rpartition"]);
            format!(
                "{text}.{name}({})",
                random.pick(&["\"a\"", "\"é\"", "\" \"", "\"ab\"", "\"😀\""])
            )
        }
        6 => {
            let name = random.pick(&["removeprefix", "removesuffix"]);
            format!("{text}.{name}({part})")
        }
        _ => {
            let (new, count) = (random.text(2), random.below(5) as i64 - 1);
            format!("{text}.replace({part}, {new}, {count})")
        }
    }
}

fn method(random: &mut Random) -> String {
    let text = random.text(12);
    match random.below(10) {
        0 => {
            let name = random.pick(&["strip", "lstrip", "rstrip"]);
            let chars = random.pick(&["", "\"a\"", "\"ab \"", "\"é\\n\"", "None"]);
            format!("{text}.{name}({chars})")
        }
        1 => {
            let name = random.pick(&["split", "rsplit"]);
            let sep = random.pick(&["None", "\"a\"", "\" \"", "\"ab\"", "\"\\n\"", "\"é\""]);
            format!("{text}.{name}({sep}, {})", random.below(5) as i64 - 1)
        }
        2 => format!("{text}.split()"),
        3 => format!("{text}.splitlines({})", random.pick(&["", "True"])),
        4 => {
            let name =
                random.pick(&["upper", "lower", "title", "capitalize", "swapcase", "casefold"]);
            format!("{text}.{name}()")
        }
        5 => {
            let name = random.pick(&["center", "ljust", "rjust"]);
            let fill = random.pick(&["", ", \"*\"", ", \"é\""]);
            format!("{text}.{name}({}{fill})", random.below(20))
        }
        6 => match random.below(2) {
            0 => format!("{text}.zfill({})", random.below(16)),
            _ => format!("{text}.expandtabs({})", random.below(10)),
        },
        7 => {
            let name = random.pick(&[
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
        8 => format!("{text}.join({})", random.list(|r| r.text(3), 4)),
        _ => format!("{text}.translate(str.maketrans(\"ab\", \"é1\", \" \"))"),
    }
}

fn format(random: &mut Random) -> String {
    let fill = random.pick(&["", "", "<", ">", "^", "=", "*<", "_^", "0=", "é>"]);
    let (sign, width) =
        (random.pick(&["", "", "+", " ", "-"]), random.pick(&["", "6", "13", "25"]));
    match random.below(5) {
        0 => {
            let (zero, comma) = (random.pick(&["", "", "0"]), random.pick(&["", ",", "_"]));
            format!("format({}, \"{fill}{sign}{zero}{width}{comma}d\")", random.int())
        }
        1 => {
            let kind = random.pick(&["x", "X", "b", "o", "#x", "#b", "#o", "_x", "_b"]);
            let (alternate, kind) = match kind.strip_prefix('#') {
                Some(kind) => ("#", kind),
                None => ("", kind),
            };
            let group = if kind.starts_with('_') { "_" } else { "" };
            let kind = kind.trim_start_matches('_');
            format!("format({}, \"{fill}{sign}{alternate}{width}{group}{kind}\")", random.int())
        }
        2 | 3 => {
            let (zero, comma) = (random.pick(&["", "", "0"]), random.pick(&["", "", ",", "_"]));
            let digits = random.pick(&["", ".0", ".1", ".2", ".3", ".6", ".17"]);
            let kind = random.pick(&["", "f", "e", "g", "%", "F", "E", "G"]);
            format!(
                "format({}, \"{fill}{sign}{zero}{width}{comma}{digits}{kind}\")",
                random.float()
            )
        }
        _ => {
            let fill = if fill.contains('=') { "" } else { fill };
            let digits = random.pick(&["", ".0", ".2", ".5"]);
            format!("format({}, \"{fill}{width}{digits}s\")", random.text(8))
        }
    }
}

fn number(random: &mut Random) -> String {
    match random.below(12) {
        0 => random.float(),
        1 => format!("({}) // ({})", random.int(), 1 + random.below(99) as i64),
        2 => format!("divmod({}, {})", random.int(), -1 - (random.below(99) as i64)),
        3 => {
            format!("({}) % ({})", random.float(), random.pick(&["3", "-3", "0.7", "-2.5", "1e10"]))
        }
        4 => format!(
            "({}) // ({})",
            random.float(),
            random.pick(&["3", "-3", "0.7", "-2.5", "1e10"])
        ),
        5 => format!("round({}, {})", random.float(), random.below(8) as i64 - 3),
        6 => format!("round({}, {})", random.int(), random.below(4) as i64 - 3),
        7 => {
            let sign = random.pick(&["+", "-", "*", "&", "|", "^", "<", "=="]);
            format!("({}) {sign} ({})", random.int(), random.int())
        }
        8 => format!("int(\"{}\", 36)", random.below(1_000_000_000)),
        9 => format!("float(\"{}\")", random.float()),
        10 => {
            format!("({}) {} ({})", random.int(), random.pick(&["<", "==", ">="]), random.float())
        }
        _ => format!("({}) >> {}", random.int(), random.below(70)),
    }
}

fn order(random: &mut Random) -> String {
    let pair = |r: &mut Random| format!("({}, {})", r.below(4), r.below(100));
    match random.below(7) {
        0 => {
            let reverse = random.pick(&["True", "False"]);
            format!("sorted({}, key=lambda p: p[0], reverse={reverse})", random.list(pair, 12))
        }
        1 => {
            let name = random.pick(&["min", "max"]);
            format!("{name}([(0, 0)] + {}, key=lambda p: p[0])", random.list(pair, 8))
        }
        2 => format!("sorted({})", random.list(|r| r.text(4), 9)),
        3 => format!("list(dict({}).items())", random.list(pair, 9)),
        4 => format!("{{**dict({}), **dict({})}}", random.list(pair, 6), random.list(pair, 6)),
        5 => {
            let sign = random.pick(&["|", "&", "-", "^"]);
            let set = |r: &mut Random| format!("set({})", r.list(|r| r.below(9).to_string(), 7));
            format!("sorted({} {sign} {})", set(random), set(random))
        }
        _ => format!(
            "list(dict.fromkeys({}))",
            random.list(
                |r| r.pick(&["1", "1.0", "True", "0", "\"1\"", "(1,)", "None", "-0.0"]).into(),
                9
            )
        ),
    }
}
