//! Imports: which modules a program may name, and what to say about the others.

use crate::ast::Name;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;

/// Modules that may be imported. Their names that exist here need no import; those that do not
/// are reported where they are used.
const KNOWN: &[&str] = &[
    "__future__",
    "abc",
    "asyncio",
    "bisect",
    "builtins",
    "collections",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "html",
    "io",
    "itertools",
    "json",
    "math",
    "operator",
    "pprint",
    "random",
    "re",
    "statistics",
    "string",
    "textwrap",
    "time",
    "types",
    "typing",
    "unicodedata",
];

/// What a program has instead of files and libraries.
pub(crate) const NO_LIBRARIES: &str =
    "no files or libraries; the input is context and docs; csv(t) reads tables";

/// What a program has instead of threads.
pub(crate) const ALREADY_PARALLEL: &str =
    "model calls already run in parallel: [ask(q, c) for c in chunks]";

/// The error for a module that does not exist here.
pub(crate) fn refuse_module(path: &Name) -> Option<Diagnostic> {
    let module = path.text.split('.').next().unwrap_or_default();
    if KNOWN.contains(&module) {
        return None;
    }
    let message = format!("there is no module `{module}`");
    let error = Diagnostic::error(Code::NoLibraries, path.span, message);
    Some(match module {
        "concurrent" | "threading" | "multiprocessing" | "joblib" => {
            error.with_help(ALREADY_PARALLEL)
        }
        "rlm" | "rlms" | "dspy" | "openai" | "anthropic" => {
            error.with_help("model calls need no import: ask(question, text)")
        }
        _ => error.with_help(NO_LIBRARIES),
    })
}

/// The diagnostic of an unknown name that stands for a library or a file elsewhere.
pub(crate) fn refuse_name(name: &str, span: crate::span::Span) -> Option<Diagnostic> {
    let help = match name {
        "open" | "os" | "sys" | "requests" | "subprocess" | "pathlib" | "Path" | "shutil"
        | "urllib" | "pd" | "pandas" | "np" | "numpy" | "input" | "eval" | "exec"
        | "__import__" => NO_LIBRARIES,
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
