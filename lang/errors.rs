//! Python's kinds of error: which there are, and which belongs to which.

/// Each kind with the one above it, as in CPython 3.11. A kind of a module is listed by its own
/// name: `json.JSONDecodeError` is `JSONDecodeError`, `re.error` is `error`.
const KINDS: &[(&str, &str)] = &[
    ("BaseException", ""),
    ("Exception", "BaseException"),
    ("KeyboardInterrupt", "BaseException"),
    ("SystemExit", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("OverflowError", "ArithmeticError"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("EOFError", "Exception"),
    ("ImportError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("LookupError", "Exception"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("MemoryError", "Exception"),
    ("NameError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("OSError", "Exception"),
    ("IOError", "OSError"),
    ("ConnectionError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("PermissionError", "OSError"),
    ("TimeoutError", "OSError"),
    ("RuntimeError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("StopIteration", "Exception"),
    ("SyntaxError", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("JSONDecodeError", "ValueError"),
    ("StatisticsError", "ValueError"),
    ("UnicodeError", "ValueError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("UnicodeEncodeError", "UnicodeError"),
    ("Warning", "Exception"),
    // `re.error`, `csv.Error`
    ("error", "Exception"),
    ("Error", "Exception"),
];

/// Names of all kinds.
pub fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

/// The kind of this name, as a static text.
pub fn kind(name: &str) -> Option<&'static str> {
    names().find(|known| *known == name)
}

/// Whether the name stands for a kind wherever it is written: `re.error` and `csv.Error` do only behind
/// their module.
pub fn is_kind(name: &str) -> bool {
    kind(name).is_some_and(|kind| !kind.eq_ignore_ascii_case("error"))
}

/// Whether errors of one kind are errors of another: a `KeyError` is a `LookupError`.
pub fn belongs(name: &str, wanted: &str) -> bool {
    let mut name = name;
    while name != wanted {
        match KINDS.iter().find(|(known, _)| *known == name) {
            Some((_, above)) if !above.is_empty() => name = above,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_leads_to_the_one_above_all() {
        for name in names() {
            assert!(belongs(name, "BaseException"), "{name}");
            assert_eq!(belongs("Exception", name), matches!(name, "Exception" | "BaseException"));
        }
        assert!(belongs("JSONDecodeError", "ValueError"));
        assert!(!belongs("ValueError", "JSONDecodeError"));
        assert!(!belongs("NoSuchError", "Exception"));
    }
}
