//! Imports: which modules a program may name, and what to say about the others.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// Modules that may be imported. Their names that exist here need no import; those that do not
/// are reported where they are used.
const KNOWN: &[&str] = &[
    "__future__",
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "bisect",
    "builtins",
    "collections",
    "concurrent",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "html",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "multiprocessing",
    "numbers",
    "operator",
    "os",
    "pathlib",
    "pprint",
    "random",
    "re",
    "statistics",
    "string",
    "sys",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "urllib",
    "uuid",
    "warnings",
];

/// What a program has instead of files and libraries.
pub(crate) const NO_LIBRARIES: &str =
    "no files or libraries; the input is context and docs; csv(t) reads tables";

/// Members of modules that are left out on purpose, by the module or by module and member, each with
/// what to write instead. The first that fits counts.
const LEFT_OUT: &[(&str, &str)] = &[
    ("asyncio", ALREADY_PARALLEL),
    ("concurrent", ALREADY_PARALLEL),
    ("multiprocessing", ALREADY_PARALLEL),
    ("threading", ALREADY_PARALLEL),
    ("json.dump", "json.dumps(x) gives the text"),
    ("types", "use dicts for records: {\"name\": x}"),
    ("string.Formatter", "write an f-string, or \"{}\".format(x)"),
    ("unicodedata.name", "compare characters themselves, or their numbers: ord(c)"),
    ("datetime.time", "write a time of day as a text: \"09:30\""),
    ("collections.UserDict", "there are no classes; use dicts and functions"),
    (
        "functools.singledispatch",
        "use if isinstance(x, str) { ... } elif isinstance(x, list) { ... }",
    ),
    ("textwrap.TextWrapper", "textwrap.fill(t, width) wraps a text"),
    ("hashlib", "md5, sha1, sha256 and sha512 are there"),
    ("base64", "b64encode and b64decode are there"),
    ("csv.Sniffer", "csv(t) recognises the separator"),
    ("statistics.median_grouped", "median(xs), median_low(xs) and median_high(xs) are there"),
    ("sys.getsizeof", "len(x) counts characters or items"),
    ("random.sample", "sample(xs, n) takes evenly spaced items"),
    ("random.choices", "sample(xs, n) takes evenly spaced items"),
    ("random", "nothing is random here; sample(xs, n) takes evenly spaced items"),
    ("time.sleep", "there is no clock and nothing to wait for; retries are done already"),
    ("time", "there is no clock; remove the line"),
    ("decimal", "use round(x, 2), or count in cents with ints, which have no limit"),
    ("fractions", "use a pair of ints, or floats"),
    ("dataclasses", "use dicts for records: {\"name\": x}, or namedtuple(\"P\", [\"x\", \"y\"])"),
    ("enum", "use texts: KIND = \"a\""),
    ("logging", "use print(...)"),
    ("warnings", "use print(...)"),
    ("traceback", "print(e) shows the error"),
    ("contextlib", "use try { ... } except { ... }"),
    ("uuid", "number the items: enumerate(xs)"),
    ("sys.exit", "the program ends by itself; answer(value) ends the run"),
    ("urllib.request", NO_LIBRARIES),
    ("os", NO_LIBRARIES),
    ("sys", NO_LIBRARIES),
    ("pathlib", NO_LIBRARIES),
    ("argparse", NO_LIBRARIES),
];

/// What to write instead of a member of a module that does not exist here.
pub fn instead_of(path: &str) -> Option<&'static str> {
    let fits = |start: &str| {
        path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    LEFT_OUT.iter().find(|(start, _)| fits(start)).map(|(_, help)| *help)
}

/// The groups of builtins that have a module's names: what a misspelt member may have meant.
pub(crate) fn groups_of(module: &str) -> &'static [&'static str] {
    match module.rsplit('.').next().unwrap_or(module) {
        "datetime" => &["dates"],
        "math" | "statistics" => &["math"],
        "re" => &["search"],
        "json" | "csv" => &["records"],
        "itertools" | "heapq" | "bisect" => &["sequences", "lists"],
        "functools" | "operator" | "copy" => &["sequences", "values"],
        "collections" => &["records", "lists"],
        "string" | "textwrap" => &["text"],
        _ => &[],
    }
}

/// What a program has instead of threads.
pub(crate) const ALREADY_PARALLEL: &str =
    "model calls already run in parallel: [ask(q, c) for c in chunks]";

/// What a program has instead of numpy.
const NO_ARRAYS: &str =
    "use lists: sum(xs), mean(xs), max(xs), [x * 2 for x in xs], float(\"inf\")";

/// What a program has instead of pandas.
const NO_FRAMES: &str =
    "csv(t) gives the rows as dicts; group_by(rows, \"a\"), count_by(rows, \"a\")";

/// Whether a module may be imported.
pub(crate) fn is_known(module: &str) -> bool {
    KNOWN.contains(&module)
}

/// The error for a module that does not exist here.
pub(crate) fn refuse_module(path: &str, span: Span) -> Option<Diagnostic> {
    let module = path.split('.').next().unwrap_or_default();
    if is_known(module) {
        return None;
    }
    let message = format!("there is no module `{module}`");
    let error = Diagnostic::error(Code::NoLibraries, span, message);
    Some(match module {
        "joblib" => error.with_help(ALREADY_PARALLEL),
        "rlm" | "rlms" | "dspy" | "openai" | "anthropic" => {
            error.with_help("model calls need no import: ask(question, text)")
        }
        "numpy" => error.with_help(NO_ARRAYS),
        "pandas" => error.with_help(NO_FRAMES),
        _ => error.with_help(NO_LIBRARIES),
    })
}

/// The diagnostic of an unknown name that stands for a library or a file elsewhere.
pub(crate) fn refuse_name(name: &str, span: Span) -> Option<Diagnostic> {
    let help = match name {
        "open" | "os" | "sys" | "requests" | "subprocess" | "pathlib" | "Path" | "shutil"
        | "urllib" | "__import__" => NO_LIBRARIES,
        "np" | "numpy" => NO_ARRAYS,
        "pd" | "pandas" => NO_FRAMES,
        "eval" | "exec" => "write the code itself; json(t) and ast.literal_eval(t) read data",
        "input" => "nobody answers while a program runs; ask(instruction, text) asks a model",
        "exit" | "quit" => "the program ends by itself; answer(value) ends the run",
        "bytes" | "bytearray" | "memoryview" => {
            "texts are characters; ord(c) and chr(n) give their numbers"
        }
        "super" | "property" | "staticmethod" | "classmethod" => {
            "there are no classes; use dicts and functions"
        }
        "complex" => "there are no complex numbers; use a pair of floats",
        "setattr" | "delattr" => "write d[\"name\"] = x, or del d[\"name\"]",
        "id" => "compare with `is`, or number the items: enumerate(xs)",
        "slice" => "write xs[a:b]",
        "dir" | "help" => "vars() lists your variables",
        "ThreadPoolExecutor"
        | "ProcessPoolExecutor"
        | "asyncio"
        | "threading"
        | "concurrent"
        | "multiprocessing" => ALREADY_PARALLEL,
        "console" => "write print(x)",
        "openai" | "anthropic" | "client" => "model calls need no client: ask(question, text)",
        _ => return None,
    };
    let message = format!("there is no `{name}`");
    Some(Diagnostic::error(Code::NoLibraries, span, message).with_help(help))
}
