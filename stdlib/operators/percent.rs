//! `"..." % x`: refused, with the f-string that does the same.

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::text::Text;
use crate::value::{Value, failed_used};

/// Templates longer than this are not rewritten.
const LONGEST: usize = 60;

/// The error for `template % values`.
pub(super) fn unsupported(template: &Text, values: &Value) -> Fault {
    if let Value::Failed(failed) = values {
        return failed_used(failed);
    }
    let fault = Fault::new(Code::WrongType, "texts have no % formatting");
    let help = match rewritten(&template.to_str()) {
        Some(text) => format!("use an f-string: {text}"),
        None => "use an f-string: f\"{x} and {y:.2f}\"".to_string(),
    };
    fault.with_help(help)
}

/// `%s of %.1f` as `f"{a} of {b:.1f}"`.
fn rewritten(template: &str) -> Option<String> {
    if template.len() > LONGEST || template.contains(['\n', '"', '{', '}']) {
        return None;
    }
    let mut out = String::from("f\"");
    let mut names = 'a'..='z';
    let mut rest = template;
    let mut fields = 0;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (flags, tail) = rest.split_at(end);
        let kind = tail.chars().next()?;
        let flags = flags.replace('-', "<");
        out.push('{');
        out.push(names.next()?);
        match kind {
            's' | 'd' | 'i' if flags.is_empty() => {}
            'r' => out.push_str("!r"),
            's' | 'd' | 'i' => out.push_str(&format!(":{flags}")),
            other => out.push_str(&format!(":{flags}{other}")),
        }
        out.push('}');
        fields += 1;
        rest = tail.get(1..)?;
    }
    out.push_str(rest);
    out.push('"');
    (fields > 0).then_some(out)
}
