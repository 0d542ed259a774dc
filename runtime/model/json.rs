//! JSON as servers send it: what is broken is mended, what is odd is understood.

use serde_json::Value;

/// A count of tokens at a JSON pointer, where there is one. Some servers write it as a float or as a
/// text.
pub(crate) fn tokens(value: &Value, pointer: &str) -> Option<u64> {
    let number = value.pointer(pointer)?;
    number.as_u64().or_else(|| {
        let float = match number {
            Value::String(text) => text.trim().parse().ok()?,
            other => other.as_f64()?,
        };
        (0.0..1e15).contains(&float).then_some(float as u64)
    })
}

/// The numbers in a usage that stand at none of these JSON pointers, with the objects around them: what a
/// provider tells beyond what has a place of its own.
pub(crate) fn other_numbers(usage: &Value, known: &[&str]) -> Option<Value> {
    fn collect(value: &Value, at: &str, known: &[&str]) -> Option<Value> {
        match value {
            Value::Number(_) if !known.contains(&at) => Some(value.clone()),
            Value::Object(map) => {
                let kept = map.iter().filter_map(|(name, inner)| {
                    Some((name.clone(), collect(inner, &format!("{at}/{name}"), known)?))
                });
                // More than any provider tells: a reply must not fill the record.
                let kept: serde_json::Map<String, Value> = kept.take(32).collect();
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            _ => None,
        }
    }
    collect(usage, "", known)
}

/// The sum of counts of which at least one is known.
pub(crate) fn sum(counts: &[Option<u64>]) -> Option<u64> {
    counts.iter().flatten().copied().reduce(u64::saturating_add)
}

/// Reads JSON as servers send it: with a byte order mark, with broken UTF-8, with half surrogates.
pub(crate) fn parse(bytes: &[u8]) -> Option<Value> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(&text).ok().or_else(|| serde_json::from_str(&whole_surrogates(&text)).ok())
}

/// Replaces `\ud83d` without its other half by U+FFFD: Python servers write it when a reply is cut
/// inside a character.
fn whole_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = surrogate(escape);
        let next = unit.and_then(|_| surrogate(escape.get(6..)?));
        let (kept, length) = match (unit, next) {
            (Some(0xd800..0xdc00), Some(0xdc00..)) => (escape.get(..12), 12),
            (Some(_), _) => (Some("\\ufffd"), 6),
            // A backslash and what it escapes, which may be another backslash.
            (None, _) => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        out.push_str(kept.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The code unit of a `\uXXXX` escape at the start of a text, if it is a surrogate.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let unit = u32::from_str_radix(digits, 16).ok()?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_a_place_are_kept() {
        let usage = serde_json::json!({"a": 1, "b": {"c": 2, "d": 3, "e": "x"}, "f": null, "g": {"h": []}, "i": 0.5});
        let other = other_numbers(&usage, &["/a", "/b/c"]).unwrap();
        assert_eq!(other, serde_json::json!({"b": {"d": 3}, "i": 0.5}));
        assert_eq!(other_numbers(&other, &["/b/d", "/i"]), None);
        assert_eq!(other_numbers(&Value::Null, &[]), None);
    }

    #[test]
    fn json_as_servers_send_it() {
        let text = |bytes: &[u8]| parse(bytes).and_then(|v| v["t"].as_str().map(str::to_owned));
        assert_eq!(text(b"\xef\xbb\xbf{\"t\":\"a\"}").as_deref(), Some("a"));
        assert_eq!(text(b"{\"t\":\"a\xff b\"}").as_deref(), Some("a\u{fffd} b"));
        assert_eq!(text(br#"{"t":"a\ud83d"}"#).as_deref(), Some("a\u{fffd}"));
        assert_eq!(
            text(br#"{"t":"\ud83d\ude00\udE00\\ud83d\n"}"#).as_deref(),
            Some("😀\u{fffd}\\ud83d\n")
        );
        assert_eq!(text(br#"{"t":"\ud83d\ud83d\ude00 \u00e9"}"#).as_deref(), Some("\u{fffd}😀 é"));
        assert_eq!(parse(br#"{"t":"a"#), None);
        assert_eq!(parse(b"\\"), None);
        assert_eq!(parse("\\é".as_bytes()), None);
    }

    #[test]
    fn counts_are_read_and_summed() {
        let usage =
            serde_json::json!({"a": 3, "b": {"c": 2.0}, "d": null, "e": -1, "f": "x", "g": "12"});
        let read = |pointer| tokens(&usage, pointer);
        assert_eq!(
            ["/a", "/b/c", "/d", "/e", "/f", "/g", "/h"].map(read),
            [Some(3), Some(2), None, None, None, Some(12), None]
        );
        assert_eq!(sum(&[Some(1), None, Some(2)]), Some(3));
        assert_eq!(sum(&[None, None]), None);
    }
}
