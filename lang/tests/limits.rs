//! Whatever is fed to the front end: one clear error, never a panic, never an overflow, in time that
//! grows with the input's length only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalog;
#[allow(unreachable_pub)] // as the other helpers of `tests/support`
#[path = "../../tests/support/random.rs"]
mod numbers;

use numbers::Random;
use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::{parse, render, scope};

/// Parses, renders all there is and walks the tree: what every user of the crate does.
fn exercise(source: &str) -> rlm_lang_syntax::Parsed {
    let parsed = parse(source);
    let all: Vec<_> = parsed.errors.iter().chain(&parsed.notes).cloned().collect();
    render::plain_all(source, &all);
    render::json(source, &all);
    scope::bound(&parsed.program.body);
    scope::used_in_functions(&parsed.program.body);
    parsed
}

/// The same with what comes after parsing: checks, bounds and the canonical form.
fn exercise_all(source: &str) -> rlm_lang_syntax::Parsed {
    let parsed = exercise(source);
    check::check(&parsed, &catalog::Small, &Options::default());
    check::notes(&parsed, &catalog::Small);
    let _ = check::summary(&parsed, &catalog::Small).to_string();
    if let Ok(once) = rlm_lang_syntax::printer::format(source) {
        let twice = rlm_lang_syntax::printer::format(&once);
        assert_eq!(twice.as_ref(), Ok(&once), "{source:?}");
    }
    parsed
}

fn codes(source: &str) -> Vec<Code> {
    exercise(source).errors.iter().map(|error| error.code).collect()
}

#[test]
fn random_bytes() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..1500 {
        let bytes: Vec<u8> = (0..random.below(80)).map(|_| random.below(256) as u8).collect();
        let source = String::from_utf8_lossy(&bytes);
        let parsed = exercise_all(&source);
        render::fancy("p", &source, &parsed.errors, false);
    }
}

#[test]
fn random_tokens() {
    const WORDS: &[&str] = &[
        "if",
        "else",
        "elif",
        "for",
        "in",
        "while",
        "def",
        "return",
        "try",
        "except",
        "finally",
        "lambda",
        "not",
        "is",
        "x",
        "f",
        "1",
        "2.5",
        "'a'",
        "f\"{",
        "f'''",
        "}\"",
        "'''",
        "\"",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        ";",
        ".",
        "=",
        "==",
        ":=",
        "=>",
        "+",
        "-",
        "*",
        "**",
        "++",
        "--",
        "!",
        "!r",
        "?",
        "`",
        "@",
        "\\\n",
        "\n",
        "\n    ",
        "\n\t",
        "\n        ",
        " ",
        "//",
        "#c\n",
        "import",
        "from",
        "as",
        "class",
        "with",
        "await",
        "é",
        "|>",
        "print",
        "let",
        "null",
        "%",
        "/*",
        "*/",
        "del",
        "global",
        "match",
        "catch",
        "\r\n",
        "{{",
        "}}",
    ];
    let mut random = Random(7);
    for _ in 0..3000 {
        let mut source = String::new();
        for _ in 0..random.below(40) {
            source += WORDS[random.below(WORDS.len())];
            if random.below(3) > 0 {
                source.push(' ');
            }
        }
        let parsed = exercise_all(&source);
        render::fancy("p", &source, &parsed.errors, false);
    }
}

#[test]
fn programs_cut_anywhere() {
    let source = include_str!("programs/readers/r3_t11.rlm");
    for at in 0..source.len() {
        if source.is_char_boundary(at) {
            // What parses is formatted twice: every tenth place is enough for that.
            let run = if at % 10 == 0 { exercise_all } else { exercise };
            run(&source[..at]);
            run(&source[at..]);
        }
    }
}

#[test]
fn deep_brackets() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{1:", "}"),
        ("f(", ")"),
        ("x[", "]"),
        ("f\"{", "}\""),
    ] {
        for n in [201, 10_000] {
            let source = format!("x = {}1{}", open.repeat(n), close.repeat(n));
            assert_eq!(codes(&source), [Code::TooDeep], "{open} {n}");
            exercise(&format!("x = {}", open.repeat(n)));
            exercise(&format!("x = {}", close.repeat(n)));
        }
    }
    assert_eq!(codes(&format!("x = {}1{}", "(".repeat(199), ")".repeat(199))), []);
    assert_eq!(codes(&format!("x = {}1{}", "f\"{".repeat(99), "}\"".repeat(99))), []);
}

#[test]
fn deep_blocks() {
    for n in [201, 10_000] {
        assert_eq!(codes(&format!("{}x{}", "if a { ".repeat(n), " }".repeat(n))), [Code::TooDeep]);
        assert_eq!(codes(&format!("{}x", "if a: ".repeat(n))), [Code::TooDeep]);
    }
    let indented: String = (0..300).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect();
    assert_eq!(codes(&format!("{indented}{}x", " ".repeat(300))), [Code::TooDeep]);
    let fine: String = (0..190).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect();
    assert_eq!(codes(&format!("{fine}{}x", " ".repeat(190))), []);
}

#[test]
fn deep_chains() {
    let n = 100_000;
    for source in [
        format!("x = {}1", "not ".repeat(n)),
        format!("x = {}1", "- ".repeat(n)),
        format!("x = {}1", "~".repeat(n)),
        format!("x = {}1", "lambda: ".repeat(n)),
        format!("x = {}1", "a => ".repeat(n)),
        format!("x = {}1", "1 ** ".repeat(n)),
        format!("x = {}1", "1 ** -".repeat(n)),
        format!("x = {}1", "a if b else ".repeat(n)),
        format!("x = a{}", ".b".repeat(n)),
        format!("x = a{}", "[0]".repeat(n)),
        format!("x = a{}", "()".repeat(n)),
        format!("x = 1{}", "+1".repeat(n)),
        format!("x = 1{}", " and 1".repeat(n)),
        format!("x = 1{}", " or not 1".repeat(n)),
        format!("x = 1{}", " * -1".repeat(n)),
        format!("x = [{}1]", "*".repeat(n)),
    ] {
        assert_eq!(codes(&source), [Code::TooDeep], "{}", &source[..20]);
    }
}

#[test]
fn long_lists_are_no_chains() {
    let n = 20_000;
    assert_eq!(codes(&format!("x = [{}]", "-1, ".repeat(n))), []);
    assert_eq!(codes(&format!("x = 1{}", " < 2".repeat(n))), []);
    assert_eq!(codes(&format!("x = {}1", "y = ".repeat(n))), []);
    assert_eq!(codes(&format!("x = {}", "\"a\" ".repeat(n))), []);
    assert_eq!(codes(&format!("if a {{ }}{}", " elif b { }".repeat(n))), []);
    assert_eq!(codes(&format!("x = [a {}]", "for a in b ".repeat(n))), []);
    assert_eq!(codes(&format!("x = f\"{}\"", "{a} ".repeat(n))), []);
}

/// The deepest allowed trees are safe on a thread with 2 MB of stack, in an unoptimised build.
#[test]
fn deepest_trees_fit_the_stack() {
    let worst = format!("x = {}1{}", "(- ".repeat(99), ")".repeat(99));
    assert_eq!(codes(&worst), []);
    assert_eq!(codes(&format!("x = 1{}", "+1".repeat(999))), []);
    assert_eq!(codes(&format!("x = a{}", "(0)".repeat(999))), []);
}

#[test]
fn a_large_program_takes_linear_time() {
    let line = "rows = [r.strip() for r in lines(context) if \"a\" in r and len(r) > 3]\n";
    let start = std::time::Instant::now();
    assert_eq!(codes(&line.repeat(2_000)), []);
    let small = start.elapsed();
    let start = std::time::Instant::now();
    assert_eq!(codes(&line.repeat(5_000_000 / line.len())), []);
    let large = start.elapsed();
    let ratio = 5_000_000.0 / (2_000 * line.len()) as f64;
    assert!(large.as_secs_f64() < 8.0 * ratio * small.as_secs_f64() + 1.0, "{small:?} {large:?}");
}

#[test]
fn large_programs_full_of_errors_take_linear_time() {
    for unit in [
        "x = = 1\n",
        "(\n",
        "if x {\n",
        "\"\n",
        "`",
        "f\"{",
        "=> ",
        ")",
        "x = (a\nwhile b {\n",
        "$",
        "if a: ",
    ] {
        let start = std::time::Instant::now();
        exercise(&unit.repeat(50_000 / unit.len()));
        assert!(start.elapsed().as_secs() < 30, "{unit:?} {:?}", start.elapsed());
    }
}
