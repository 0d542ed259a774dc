//! Every builtin with arguments it was not made for: an error or a value, never a panic.

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::memory::on_large_stack;
use rlm_lang::interpreter::{Fuel, Session};
use rlm_lang_std::builtin::Table;
use rlm_lang_std::fault::FaultKind;
use rlm_lang_std::text::{Source, Text};
use rlm_lang_std::value::Value;
use rlm_lang_syntax::signature::{Arity, Catalog, Signature};

use crate::exercise::Fake;

const FUEL: Fuel = Fuel { steps: 20_000, memory: 64 << 20 };

/// Variables that programs of this test use.
const VALUES: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"naïve 日本 😀\\r\\n\\x00\\ufeff\\u2028 end\"",
    "\"{} {0} {x!r:>5} %s %(a)s %\"",
    "\"(a+)+(?<=b)\\\\1\"",
    "\"%Y-%m-%d\"",
    "\"2024-02-30\"",
    "\"a,b\\n1,2\\n\" * 500",
    "\"[{\\\"a\\\": [1, null, 1e999]}]\"",
    "0",
    "1",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "2 ** 70",
    "-(10 ** 300)",
    "0.5",
    "-0.0",
    "1e308",
    "float(\"nan\")",
    "float(\"inf\")",
    "None",
    "True",
    "[]",
    "[1, \"a\", None, [2.5], (1,)]",
    "[3, 1, 2]",
    "[\"b\", \"a\", \"b\"]",
    "[{\"a\": 1}, {\"a\": None, \"b\": []}]",
    "range(10 ** 12)",
    "range(-3, 3)",
    "()",
    "(1, (2, (3, \"x\")))",
    "{}",
    "{\"a\": 1, 2: [], None: \"x\"}",
    "Counter(\"abca\")",
    "defaultdict(list)",
    "set()",
    "{1, \"a\", (2, 3)}",
    "frozenset([1])",
    "lambda *a: 1",
    "lambda a: a",
    "lambda a: 1 / 0",
    "lambda a, b: a",
    "len",
    "str.lower",
    "re.compile(\"(?P<n>a)|b\")",
    "re.search(\"(a)(b)?\", \"xab\")",
    "date(\"2024-02-29\")",
    "date(\"9999-12-31 23:59\")",
    "timedelta(days=-1)",
    "iter([1, 2])",
    "ask(\"q\")",
];

/// What a value that holds itself is made with.
const CYCLES: &str = "c = [1]\nc.append(c)\nd = {\"k\": 1}\nd[\"d\"] = d\n\
                      e = ()\nfor i in range(600) { e = (e,) }\n";

pub fn trials() -> Vec<Trial> {
    const PARTS: usize = 4;
    (0..PARTS)
        .map(|part| {
            Trial::test(format!("table::every_builtin_{part}"), move || {
                on_large_stack(move || {
                    let all = Table::get().signatures();
                    let some: Vec<_> = all.iter().copied().skip(part).step_by(PARTS).collect();
                    // Builtins change the values: a few share them.
                    for few in some.chunks(16) {
                        let mut session = session();
                        for signature in few {
                            try_out(signature, &mut session)?;
                        }
                    }
                    Ok(())
                })?
            })
        })
        .collect()
}

/// Calls of each builtin.
const CALLS: usize = 24;

/// Calls in one program.
const TOGETHER: usize = 8;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n.max(1) as u64) as usize
    }
}

fn try_out(signature: &'static Signature, session: &mut Session) -> Result<(), Failed> {
    let name = signature.name;
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |seed: u64, byte| {
        (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut random = Random(seed);
    let mut checked = 0;
    let mut done = 0;
    while done < CALLS {
        let together = TOGETHER.min(CALLS - done);
        let program: String = (0..together)
            .map(|_| format!("try {{ {} }} except g {{ }}\n", call(signature, &mut random)))
            .collect();
        checked += usize::from(run(session, &program));
        done += together;
    }
    if checked == 0 { Err(format!("no program with {name} was run").into()) } else { Ok(()) }
}

fn call(signature: &Signature, random: &mut Random) -> String {
    let value = |random: &mut Random| {
        let at = random.below(VALUES.len() + 4);
        match at.checked_sub(VALUES.len()) {
            None => format!("v{at}"),
            Some(0) => "c".to_string(),
            Some(1) => "d".to_string(),
            Some(2) => "e".to_string(),
            Some(_) => "b".to_string(),
        }
    };
    let mut args = Vec::new();
    for slot in signature.positional(signature.is_method()) {
        let param = &signature.params[slot];
        if param.default.is_some() && random.below(3) == 0 {
            break;
        }
        match param.arity {
            Arity::One => args.push(value(random)),
            Arity::Rest => (0..random.below(4)).for_each(|_| args.push(value(random))),
            Arity::KeywordOnly | Arity::Keywords => {}
        }
    }
    for param in signature.params.iter().filter(|p| p.arity == Arity::KeywordOnly) {
        if random.below(3) == 0 {
            args.push(format!("{}={}", param.name, value(random)));
        }
    }
    let args = args.join(", ");
    if !signature.is_method() {
        return format!("{}({args})", signature.name);
    }
    format!("{}.{}({args})", value(random), signature.name)
}

/// A session with the values.
fn session() -> Session {
    let mut session = Session::new();
    let invalid = Source::from_bytes("b", b"a\xff\xc3(\xf0\x9f\r\n\0\xef\xbb\xbf".to_vec());
    session.set("b", Value::Text(Text::whole(&invalid)));
    let values: String =
        VALUES.iter().enumerate().map(|(i, value)| format!("v{i} = {value}\n")).collect();
    assert!(run(&mut session, &format!("{values}{CYCLES}")), "the values are wrong");
    session
}

/// Runs a program; false if it was refused before.
fn run(session: &mut Session, source: &str) -> bool {
    let mut outside = Fake::new(b"one\r\ntwo \xff\xfe\n");
    let parsed = rlm_lang_syntax::parse(source);
    if !parsed.errors.is_empty() {
        return false;
    }
    let Ok(outcome) = session.run(source, &parsed.program.body, &mut outside, FUEL) else {
        return false;
    };
    if let Some(fault) = &outcome.error {
        assert!(!fault.message.is_empty(), "no message: {source}");
        assert!(fault.kind != FaultKind::Error, "{source}: {}", fault.message);
    }
    true
}
