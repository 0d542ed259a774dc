//! `os.path`: names of documents as paths. Nothing here looks at files.

use rlm_lang_macros::builtin;

use crate::convert::expected;
use crate::fault::Fault;
use crate::value::{Value, display};

/// The last part of a path.
///
/// ```rlm
/// os.path.basename("src/main.rs")  # -> 'main.rs'
/// ```
#[builtin(group = "text", name = "os.path.basename")]
pub fn basename(
    /// The path.
    p: String,
) -> String {
    p.rsplit('/').next().unwrap_or_default().to_string()
}

/// A path without its last part.
///
/// ```rlm
/// os.path.dirname("src/main.rs")  # -> 'src'
/// ```
#[builtin(group = "text", name = "os.path.dirname")]
pub fn dirname(
    /// The path.
    p: String,
) -> String {
    let head = p.rfind('/').map_or("", |at| p.get(..=at).unwrap_or_default());
    let cut = head.trim_end_matches('/');
    if cut.is_empty() { head.to_string() } else { cut.to_string() }
}

/// A path without its extension, and the extension with its dot.
///
/// ```rlm
/// os.path.splitext("a/b.tar.gz")  # -> ('a/b.tar', '.gz')
/// ```
#[builtin(group = "text", name = "os.path.splitext", returns = Tuple)]
pub fn splitext(
    /// The path.
    p: String,
) -> Value {
    let name = p.rfind('/').map_or(0, |at| at + 1);
    let last = p.get(name..).unwrap_or_default();
    let dots = last.len() - last.trim_start_matches('.').len();
    let at = last.rfind('.').filter(|&at| at >= dots).map_or(p.len(), |at| name + at);
    let (root, extension) = p.split_at(at);
    Value::tuple(vec![Value::from(root), Value::from(extension)])
}

/// Parts of a path joined by `/`.
///
/// ```rlm
/// os.path.join("a", "b.txt")  # -> 'a/b.txt'
/// ```
#[builtin(group = "text", name = "os.path.join")]
pub fn path_join(
    /// The parts.
    #[rest]
    parts: Vec<Value>,
) -> Result<String, Fault> {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        let text = part.as_text().map(|_| display(part)).ok_or_else(|| expected("a text", part))?;
        let text = text.to_str();
        if text.starts_with('/') || index == 0 {
            out = text.into_owned();
        } else {
            if !out.is_empty() && !out.ends_with('/') {
                out.push('/');
            }
            out.push_str(&text);
        }
    }
    Ok(out)
}
