//! The clock that does not exist: programs give the same result at any time.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::value::Value;

/// An error: there is no clock, so that a program gives the same result at any time.
///
/// ```rlm
/// date("2023-01-06") - date("2023-01-01")   # -> 5 days, 0:00:00
/// ```
#[builtin(
    group = "dates",
    name = "datetime.now",
    aliases(
        "datetime.today",
        "datetime.utcnow",
        "date.today",
        "time.time",
        "time.perf_counter",
        "time.monotonic",
        "time.localtime",
        "time.strftime"
    )
)]
pub fn now(
    /// Ignored.
    #[rest]
    args: Vec<Value>,
) -> Result<Value, Fault> {
    let _ = args;
    Err(Fault::new(Code::NoLibraries, "there is no clock; take dates from the input")
        .with_help("or write the date: date(\"2023-01-06\")"))
}
