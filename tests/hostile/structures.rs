//! Programs that only their size and nesting make hostile, through the whole of what `run` does.

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::Fuel;
use rlm_lang::interpreter::memory::on_large_stack;

use crate::exercise;

const FUEL: Fuel = Fuel { steps: 300_000, memory: 64 << 20 };

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("structures::ten_thousand_brackets", ten_thousand_brackets),
        Trial::test("structures::deep_blocks_and_lambdas", deep_blocks_and_lambdas),
        Trial::test("structures::deepest_allowed", deepest_allowed),
        Trial::test("structures::deepest_allowed_in_items", deepest_allowed_in_items),
        Trial::test("structures::unclosed", unclosed),
        Trial::test("structures::five_megabytes", five_megabytes),
        Trial::test("structures::random_bytes", random_bytes),
    ]
}

/// The codes of what is wrong before a run.
fn errors(source: &str) -> Vec<u16> {
    let parsed = rlm_lang_syntax::parse(source);
    rlm_lang_syntax::render::fancy("p", source, &parsed.errors, false);
    parsed.errors.iter().map(|error| error.code.number()).collect()
}

fn one_error(what: &str, source: &str) -> Result<(), Failed> {
    let found = errors(source);
    if found.len() == 1 { Ok(()) } else { Err(format!("{what}: {found:?}").into()) }
}

/// Runs it, and wants it to end in one line.
fn runs(what: &str, source: &str) -> Result<(), Failed> {
    let source = source.to_string();
    match on_large_stack(move || exercise::run(&source, &[], FUEL))? {
        Some(_) => Ok(()),
        None => Err(format!("{what} was refused before it ran").into()),
    }
}

fn ten_thousand_brackets() -> Result<(), Failed> {
    let n = 10_000;
    let kinds = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{1: ", "}"),
        ("f(", ")"),
        ("x[", "]"),
        ("f\"{", "}\""),
    ];
    for (open, close) in kinds {
        one_error(open, &format!("x = {}1{}", open.repeat(n), close.repeat(n)))?;
    }
    let mixed: Vec<_> = (0..n).map(|i| kinds[i * 7 % kinds.len()]).collect();
    let open: String = mixed.iter().map(|(open, _)| *open).collect();
    let close: String = mixed.iter().rev().map(|(_, close)| *close).collect();
    one_error("mixed", &format!("x = {open}1{close}"))
}

fn deep_blocks_and_lambdas() -> Result<(), Failed> {
    let n = 10_000;
    one_error("blocks", &format!("{}x{}", "if a { ".repeat(n), " }".repeat(n)))?;
    one_error("loops", &format!("{}x{}", "for a in b { ".repeat(n), " }".repeat(n)))?;
    one_error("functions", &format!("{}x{}", "def f() { ".repeat(n), " }".repeat(n)))?;
    one_error("tries", &"try { ".repeat(n).to_string())?;
    one_error("lambdas", &format!("x = {}1", "lambda: ".repeat(n)))?;
    one_error("comprehensions", &format!("x = {}1{}", "[".repeat(n), " for a in b]".repeat(n)))?;
    one_error("f-strings", &format!("x = {}1{}", "f\"{".repeat(n), "}\"".repeat(n)))?;
    one_error("calls", &format!("x = f{}", "()".repeat(n)))?;
    one_error("sums", &format!("x = 1{}", " + 1".repeat(n)))
}

/// As deep as the parser lets pass, each in a function that calls itself to the end.
fn deepest_allowed() -> Result<(), Failed> {
    let n = 95;
    for (name, open, close) in [
        ("lists", "[", "]"),
        ("dicts", "{1: ", "}"),
        ("calls", "len([", "])"),
        ("comprehensions", "[", " for a in [1]]"),
        ("strings", "str(", ")"),
        ("lambdas", "(lambda: ", ")()"),
        ("choices", "(1 if ", " else 2)"),
        ("sorted", "sorted([", "], key=lambda a: 1)"),
    ] {
        let inside = format!("{}f(n + 1){}", open.repeat(n), close.repeat(n));
        runs(name, &format!("def f(n) {{ return {inside} }}\nf(0)"))?;
    }
    runs("chain", &format!("x = 1{}\nx", "+1".repeat(999)))
}

/// The same in items of a comprehension that call models: their stacks are small.
fn deepest_allowed_in_items() -> Result<(), Failed> {
    let n = 95;
    for (name, open, close) in [
        ("lists", "[", "]"),
        ("calls", "len([", "])"),
        ("comprehensions", "[", " for a in [1]]"),
        ("sorted", "sorted([", "], key=lambda a: 1)"),
        ("strings", "str(", ")"),
    ] {
        let inside = format!("{}ask(\"q\"){}", open.repeat(n), close.repeat(n));
        runs(name, &format!("[{inside} for i in range(3)]"))?;
        let deep = format!("{}ask(\"q\") + f(n + 1){}", open.repeat(n), close.repeat(n));
        runs(name, &format!("def f(n) {{ return {deep} }}\n[f(0) for i in range(3)]"))?;
    }
    let walks = [
        "repr(x)",
        "x == y",
        "x < y",
        "json.dumps(x)",
        "x in [y]",
        "sorted([x, y])",
        "unique([x, y])",
        "re.search(\"(?:\" * 90 + \"a\" + \")*\" * 90, \"a\" * 500)",
        "re.search(\"(?=\" * 90 + \"a\" + \")\" * 90, \"a\" * 500)",
        "json.loads(\"[\" * 499 + \"]\" * 499)",
    ];
    for walk in walks {
        runs(
            walk,
            &format!(
                "x = 1\ny = 1\nfor i in range(499) {{ x = [x]; y = [y] }}\n\
                 def f(n) {{\n    try {{ return f(n + 1) }} except {{ return str({walk}) }}\n}}\n\
                 [ask(\"q\") + f(0) for i in range(2)]"
            ),
        )?;
    }
    Ok(())
}

/// What never ends is no reason to take exponential time.
fn unclosed() -> Result<(), Failed> {
    for open in ["[", "(", "{", "f(", "x[", "{1: ", "f\"{", "[*", "(lambda: ", "[a for a in "] {
        for end in ["", "\nx = 1\n", " x y", "1 for", "\nif x { y }\n"] {
            let source = format!("a, b = s{}{end}", open.repeat(90));
            if errors(&source).is_empty() {
                return Err(format!("{source} has no error").into());
            }
        }
    }
    Ok(())
}

fn five_megabytes() -> Result<(), Failed> {
    let size = 5_000_000;
    let text = format!("x = \"{}\"\nlen(x)", "a".repeat(size));
    runs("one long text", &text)?;
    runs("one long comment", &format!("# {}\n1", "a".repeat(size)))?;
    runs("one long number", &format!("len(\"x\")  {}", " ".repeat(size)))?;
    one_error("one long name", &format!("{} = = 1", "a".repeat(size)))?;
    one_error("blank bytes", &"\0".repeat(size))
}

fn random_bytes() -> Result<(), Failed> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..300 {
        let mut bytes = Vec::new();
        for _ in 0..state % 200 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.push(state.to_le_bytes()[0]);
        }
        state = state.wrapping_add(0x1234_5678_9abc);
        exercise::parse(&bytes);
        exercise::check(&bytes);
        exercise::fmt(&bytes);
        exercise::replies(&bytes);
    }
    Ok(())
}
