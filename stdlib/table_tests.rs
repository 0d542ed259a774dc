//! What holds for every builtin.

use std::collections::BTreeSet;
use std::path::Path;

use rlm_lang_syntax::signature::Arity;

use crate::GROUPS;
use crate::builtin::Builtin;

fn all() -> impl Iterator<Item = &'static Builtin> {
    GROUPS.iter().copied().flatten().copied()
}

/// Counts declarations in the sources: attributes, and entries of the `functions!` macro, which
/// writes one attribute for many.
fn declared(folder: &Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // The macro's own examples are no builtins.
            if !path.ends_with("macros") {
                count += declared(&path);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                let is_attribute = line.starts_with("#[builtin");
                let is_entry = line.split_whitespace().nth(1) == Some("|x|");
                count += usize::from(is_attribute || is_entry);
            }
        }
    }
    count
}

#[test]
fn every_builtin_is_in_the_table() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(all().count(), declared(sources));
}

#[test]
fn names_are_unique_for_each_owner() {
    let mut seen = BTreeSet::new();
    for builtin in all() {
        let signature = &builtin.signature;
        let names = std::iter::once(&signature.name).chain(signature.aliases);
        for name in names {
            if signature.is_method() {
                for owner in signature.owners {
                    assert!(seen.insert((Some(*owner), *name)), "{owner:?}.{name} twice");
                }
            } else {
                assert!(seen.insert((None, *name)), "{name} twice");
            }
        }
    }
}

#[test]
fn every_builtin_is_documented() {
    for builtin in all() {
        let signature = &builtin.signature;
        let place = format!("{} at {}:{}", signature.name, builtin.file, builtin.line);
        let mut lines = signature.docs.lines();
        let summary = lines.next().unwrap_or_default();
        assert!(!summary.is_empty() && summary.chars().count() < 100, "{place}: {summary}");
        assert!(lines.next().is_none_or(str::is_empty), "{place}: a blank line after the summary");
        assert!(signature.docs.contains("```rlm"), "{place}: an example is missing");
        for param in signature.params {
            assert!(!param.docs.is_empty(), "{place}: {} is not documented", param.name);
        }
    }
}

#[test]
fn parameters_are_in_order() {
    for builtin in all() {
        let signature = &builtin.signature;
        let mut names = BTreeSet::new();
        for param in signature.params {
            for name in std::iter::once(&param.name).chain(param.aliases) {
                assert!(names.insert(*name), "{}: {name} twice", signature.name);
            }
        }
        let rest = signature.params.iter().filter(|p| p.arity == Arity::Rest).count();
        let keywords = signature.params.iter().filter(|p| p.arity == Arity::Keywords).count();
        assert!(rest <= 1 && keywords <= 1, "{}", signature.name);
        if let Some(receiver) = signature.receiver {
            assert!(receiver < signature.params.len(), "{}", signature.name);
        }
    }
}
