//! Targets of builtins that read foreign notations: regexes, JSON and CSV.

use rlm_lang::interpreter::Fuel;
use rlm_lang_std::text::{Source, Text};
use rlm_lang_std::value::Value;

use super::programs::run;

const FUEL: Fuel = Fuel { steps: 2_000_000, memory: 64 << 20 };

/// What is done with a pattern `p`, a text `t` and a replacement `r`.
const REGEX_USES: &[&str] = &[
    "findall(p, t)",
    "[m.span() for m in finditer(p, t)]",
    "m = search(p, t)\nif m { print(m.groups(), m.groupdict(), m.start(), m.end()) }",
    "print(match(p, t), fullmatch(p, t))",
    "sub(p, r, t)",
    "re.sub(p, lambda m: m[0] + r, t, count=3)",
    "split(p, t)\nre.split(p, t, 2)",
    "grep(p, t)",
    "count(p, t)",
    "re.compile(p, re.IGNORECASE | re.MULTILINE | re.DOTALL).findall(t)",
    "re.compile(p, re.VERBOSE).sub(r, t)",
];

/// A pattern, a text and a replacement, parted by zero bytes; the first byte says what for.
pub fn regex(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let mut parts = rest.splitn(3, |&b| b == 0);
    let mut part = || parts.next().unwrap_or_default();
    let pattern = String::from_utf8_lossy(part()).into_owned();
    let replacement = String::from_utf8_lossy(part()).into_owned();
    // The text keeps its bytes: it may be no UTF-8.
    let source = Source::from_bytes("t.txt", part().to_vec());
    let program = REGEX_USES[usize::from(first) % REGEX_USES.len()];
    let variables = [
        ("p", Value::from(pattern.as_str())),
        ("r", Value::from(replacement.as_str())),
        ("t", Value::Text(Text::whole(&source))),
    ];
    assert!(run(program, &variables, FUEL).is_some(), "does not check: {program}");
}

/// What is done with a text `t`: each program fails or holds.
const RECORD_USES: &[&str] = &[
    // Written and read again, JSON is the same.
    "v = json(t)\nassert repr(json(to_json(v))) == repr(v), \"json changed \" + to_json(v)",
    "v = json.loads(t)\nassert repr(json.loads(json.dumps(v, indent=2))) == repr(v), \"json changed\"",
    "rows = csv(t)\nprint(len(rows), rows[:3])\nto_json(rows)",
    "csv(t, sep=\";\")",
    "list(csv.reader(t.splitlines()))\nlist(csv.DictReader(io.StringIO(t)))",
    "[json(line) for line in lines(t) if line]",
];

/// A text after a first byte that says what for.
pub fn records(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let source = Source::from_bytes("t.txt", rest.to_vec());
    let program = RECORD_USES[usize::from(first) % RECORD_USES.len()];
    let variables = [("t", Value::Text(Text::whole(&source)))];
    let ran = run(program, &variables, FUEL);
    assert!(ran.is_some(), "does not check: {program}");
    let end = ran.map(|ran| ran.end).unwrap_or_default();
    // The text itself may hold the words.
    let claims = program.contains("json changed") && end.contains("json changed");
    let changed = claims && !String::from_utf8_lossy(rest).contains("json changed");
    assert!(!changed, "{end}\n{:?}", String::from_utf8_lossy(rest));
}
