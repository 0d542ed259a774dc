//! Calls of Python that have nothing to do here: programs make them before their work.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::host::Host;
use crate::value::Value;

/// Does nothing: nothing is random here.
///
/// ```rlm
/// random.seed(42)  # -> None
/// ```
#[builtin(group = "values", name = "random.seed")]
pub fn seed(
    /// Ignored.
    #[aliases("a")]
    n: Option<Value>,
) {
    let _ = n;
}

/// Gives the limit that Python starts with, and changes nothing: fields have no limit here.
///
/// ```rlm
/// csv.field_size_limit(sys.maxsize)  # -> 131072
/// ```
#[builtin(group = "values", name = "csv.field_size_limit")]
pub fn field_size_limit(
    /// Ignored.
    new_limit: Option<Value>,
) -> i64 {
    let _ = new_limit;
    131_072
}

/// Does nothing, with a note: how deep calls may nest is fixed.
///
/// ```rlm
/// sys.setrecursionlimit(10000)  # -> None
/// ```
#[builtin(group = "values", name = "sys.setrecursionlimit")]
pub fn setrecursionlimit(
    host: &mut dyn Host,
    /// Ignored.
    limit: i64,
) {
    let _ = limit;
    host.note(Code::Habit, "how deep calls may nest is fixed; use a loop beyond it".to_string());
}
