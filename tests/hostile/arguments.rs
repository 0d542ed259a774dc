//! Every function, method and dotted name of the table on arguments that nobody means well by: by
//! position, none to three, and each keyword by its name.
//!
//! Each call is a program of its own, written from the lists below, so a failure can be tried by hand.
//! It ends in a value or in one clear error, within fuel and memory, and the same way twice.

use std::panic::{AssertUnwindSafe, catch_unwind};

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::Fuel;
use rlm_lang::interpreter::memory::on_large_stack;
use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::signature::{Arity, Catalog, Signature, Type};

use super::bombs::SLACK;
use super::memory::peak;
use crate::exercise::{self, Ran};
use crate::numbers::Random;

/// Enough for a pass over every value of the pool, and used up at once by a debug build.
const FUEL: Fuel = Fuel { steps: 4000, memory: 16 << 20 };

/// The table is cut into so many tests, which run beside each other.
const PARTS: usize = 16;

/// Calls with positional arguments of each name.
const CALLS: usize = 40;

/// Of an alias, whose body has been called under its own name.
const ALIAS_CALLS: usize = 4;

/// How the pool's values are written, by their kind.
const POOL: &[(Type, &[&str])] = &[
    (Type::None, &["None"]),
    (Type::Bool, &["True", "False"]),
    (
        Type::Int,
        &[
            "0",
            "1",
            "-1",
            "7",
            "10 ** 7",
            "9223372036854775807",
            "-9223372036854775808",
            "2 ** 70",
            "-(10 ** 400)",
        ],
    ),
    (
        Type::Float,
        &[
            "float(\"nan\")",
            "float(\"inf\")",
            "-float(\"inf\")",
            "-0.0",
            "0.5",
            "1e308",
            "-2.5e18",
            "5e-324",
        ],
    ),
    (
        Type::Text,
        &[
            r#""""#,
            r#""a""#,
            r#""a,b\nc,d\r\n,\"""#,
            r#""([""#,
            r#""(a*)*b|(?<=x)\\1""#,
            r#""{} {0} {x!r:>9999999} %s %(d)*d $x ${""#,
            r#""2023-02-30T25:61""#,
            r#""%Y-%j %p %""#,
            r#""[1, {\"a\": ""#,
            r#""\x00\ufeff\u2028é😀İ""#,
            r#""9" * 5000"#,
            r#""1e999""#,
            "context",
            "context[94:]",
            "context[100:][:3]",
        ],
    ),
    (
        Type::List,
        &[
            "[]",
            "[1, \"a\", None]",
            "[[1, 2], [3]]",
            "[(\"a\", 1), (\"b\", 2.5)]",
            "[{\"a\": 1}, {\"b\": [2]}]",
            "cyclic()",
            "nested()",
            "range(10 ** 18)",
            "range(-(2 ** 63), 2 ** 63 - 1)",
            "itertools.cycle([1])",
            "itertools.count()",
            "itertools.repeat(\"x\")",
            "(c for c in \"ab\")",
            "map(str, [1, 2])",
            "deque([1, 2, 3], 2)",
            "lines(context)",
            "finditer(\"(?P<a>.)\", context)",
        ],
    ),
    (Type::Tuple, &["()", "(1,)", "(\"a\", [])", "namedtuple(\"P\", \"x y\")(1, 2)"]),
    (
        Type::Dict,
        &[
            "{}",
            "{\"a\": 1, 2: [3], None: {}}",
            "around()",
            "Counter(\"aab\")",
            "defaultdict(list)",
            "{float(\"nan\"): 1, (1, 2): 2}",
        ],
    ),
    (Type::Set, &["set()", "{1, \"x\", None}", "frozenset([1, 2])"]),
    (
        Type::Function,
        &[
            "len",
            "sorted",
            "str.lower",
            "lambda *a: a",
            "lambda a: 1 / 0",
            "lambda a, b=None: b",
            "lambda a: ask(\"q\", a)",
            "ValueError",
            "list",
        ],
    ),
    (Type::Pattern, &["re.compile(\"(?P<x>a)|b\")", "re.compile(\"(?=(.))\\\\1\")"]),
    (Type::Match, &["search(\"(a)|(?P<n>b)\", \"xb\")", "search(\"\", context)"]),
    (
        Type::Date,
        &[
            "date(\"2023-01-06\")",
            "datetime(9999, 12, 31, 23, 59)",
            "date(\"0001-01-01\")",
            "datetime.fromisoformat(\"2024-02-29T23:59:59.999999-11:30\")",
        ],
    ),
    (Type::Duration, &["timedelta(days=999999999)", "timedelta(microseconds=-1)"]),
    (Type::Iterator, &["iter([1, 2])", "iter(\"ab\")", "iter(())"]),
    (Type::Failed, &["[ask(\"q\") for i in range(3)][2]"]),
    (Type::Error, &["ValueError(\"bad\", 1)", "KeyError()", "caught()"]),
    (Type::Buffer, &["io.StringIO(\"a\\nb\")", "io.StringIO()"]),
    (Type::Writer, &["csv.writer(io.StringIO())"]),
    (Type::Digest, &["hashlib.md5()"]),
    (Type::Matcher, &["difflib.SequenceMatcher(None, \"abcd\", \"bcde\")"]),
    (Type::Context, &["context"]),
];

/// Functions for values that no expression makes; a program has those that it uses.
const HELPERS: &[(&str, &str)] = &[
    ("cyclic()", "def cyclic() { x = [1]; x.append(x); return x }\n"),
    ("around()", "def around() { x = {\"a\": 1}; x[\"b\"] = x; return x }\n"),
    ("nested()", "def nested() { x = []\nfor i in range(600) { x = [x] }\nreturn x }\n"),
    ("caught()", "def caught() { try { int(\"x\") } except ValueError as e { return e } }\n"),
];

pub fn trials() -> Vec<Trial> {
    let part = |part| Trial::test(format!("arguments::{part}"), move || calls(part));
    let mut trials: Vec<Trial> = (0..PARTS).map(part).collect();
    trials.push(Trial::test("arguments::every_kind_is_in_the_pool", every_kind));
    trials
}

/// A method whose receiver is of no kind of the pool would never be called.
fn every_kind() -> Result<(), Failed> {
    let owners = Table::get().signatures().iter().flat_map(|signature| signature.owners);
    let missing: Vec<_> =
        owners.filter(|&&owner| owner != Type::Any && of(owner).is_empty()).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no values of {missing:?}").into()) }
}

fn of(kind: Type) -> &'static [&'static str] {
    POOL.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, values)| values)
}

/// A value of the pool: mostly of the kind that is wanted, which gets further than others.
fn value(wanted: Type, random: &mut Random) -> &'static str {
    let fitting = of(wanted);
    let values = if fitting.is_empty() || random.below(3) == 0 {
        POOL[random.below(POOL.len())].1
    } else {
        fitting
    };
    values[random.below(values.len())]
}

/// What a name is called on: the receiver of a method, nothing for a function.
fn head(signature: &Signature, name: &str, random: &mut Random) -> String {
    if !signature.is_method() {
        return name.to_string();
    }
    let owner = signature.owners[random.below(signature.owners.len())];
    let values = if owner == Type::Any { POOL[random.below(POOL.len())].1 } else { of(owner) };
    // In a list the checker does not know what it is.
    format!("[{}][0].{name}", values[random.below(values.len())])
}

/// A call with so many positional arguments, and with the keyword of a parameter if there is one.
fn call(
    signature: &Signature,
    name: &str,
    positional: usize,
    keyword: Option<usize>,
    random: &mut Random,
) -> String {
    let mut slots = signature.positional(signature.is_method()).collect::<Vec<_>>();
    if let Some(last) = slots.last().copied().filter(|&l| signature.params[l].arity == Arity::Rest)
    {
        slots.extend([last; 3]);
    }
    let slots = slots.into_iter().take(positional).filter(|slot| Some(*slot) != keyword);
    let mut arguments: Vec<String> = Vec::new();
    for slot in slots {
        arguments.push(value(signature.params[slot].ty, random).to_string());
    }
    if let Some(param) = keyword.map(|slot| &signature.params[slot]) {
        let names = param.aliases.len() + 1;
        let name = std::iter::once(&param.name).chain(param.aliases).nth(random.below(names));
        let word = if param.arity == Arity::Keywords { "any" } else { name.unwrap_or(&param.name) };
        arguments.push(format!("{word}={}", value(param.ty, random)));
    }
    format!("{}({})", head(signature, name, random), arguments.join(", "))
}

/// The calls of one builtin, in the order in which they are tried.
fn calls_of(signature: &Signature, random: &mut Random) -> Vec<String> {
    let mut calls = Vec::new();
    for n in 0..CALLS {
        calls.push(call(signature, signature.name, n % 4, None, random));
    }
    let receiver = signature.receiver.filter(|_| signature.is_method());
    for slot in (0..signature.params.len()).filter(|slot| Some(*slot) != receiver) {
        if signature.params[slot].arity != Arity::Rest {
            calls.push(call(signature, signature.name, slot.min(3), Some(slot), random));
        }
    }
    for alias in signature.aliases {
        for n in 0..ALIAS_CALLS {
            calls.push(call(signature, alias, 1 + n % 3, None, random));
        }
    }
    if signature.property {
        calls.push(head(signature, signature.name, random));
    }
    calls
}

fn program(call: &str) -> String {
    let mut program = String::new();
    for (call_of, helper) in HELPERS {
        if call.contains(call_of) {
            program.push_str(helper);
        }
    }
    program + "r = " + call + "\nprint(type(r), r)\nr\n"
}

/// Runs a call; `None` where the checker refuses it. A panic is an error here.
fn run(source: &str) -> Result<Option<Ran>, String> {
    catch_unwind(AssertUnwindSafe(|| exercise::run(source, &[], FUEL)))
        .map_err(|_| "panicked".to_string())
}

/// The calls of every `PARTS`th builtin.
fn calls(part: usize) -> Result<(), Failed> {
    let all = Table::get().signatures().iter().copied().skip(part).step_by(PARTS);
    let mut random = Random(0x9e37_79b9_7f4a_7c15 + part as u64);
    let calls = all.flat_map(|signature| calls_of(signature, &mut random));
    let programs: Vec<String> = calls.map(|call| program(&call)).collect();
    let total = programs.len();
    let (ran, wrong) = on_large_stack(move || run_all(&programs))?;
    // Those with too few arguments.
    if ran * 10 < total * 7 {
        return Err(format!("the checker refused {} of {total} calls", total - ran).into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n\n").into()) }
}

/// How many ran, and what went wrong.
fn run_all(programs: &[String]) -> (usize, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    let mut most = FUEL.memory + SLACK;
    for (index, source) in programs.iter().enumerate() {
        let mut complain = |what: &str| wrong.push(format!("{what}:\n{source}"));
        match run(source) {
            Err(what) => complain(&what),
            Ok(None) => {}
            Ok(Some(first)) => {
                count += 1;
                // Two runs of all would take twice as long.
                if index % 4 == 0 && run(source) != Ok(Some(first)) {
                    complain("two runs differ");
                }
            }
        }
        if peak() > most {
            complain(&format!("{} MB were in use at once", peak() >> 20));
            most = peak();
        }
    }
    (count, wrong)
}
