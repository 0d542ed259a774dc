//! What holds for every builtin.

use std::collections::BTreeSet;
use std::path::Path;

use rlm_lang_syntax::signature::{Arity, Type};

use crate::GROUPS;
use crate::builtin::{Builtin, Table};

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
    let mut twice = Vec::new();
    for builtin in all() {
        let signature = &builtin.signature;
        let names = std::iter::once(&signature.name).chain(signature.aliases);
        for name in names {
            if signature.is_method() {
                for owner in signature.owners {
                    if !seen.insert((Some(*owner), *name)) {
                        twice.push(format!("{owner:?}.{name}"));
                    }
                }
            } else if !seen.insert((None, *name)) {
                twice.push(name.to_string());
            }
        }
    }
    assert!(twice.is_empty(), "twice: {twice:?}");
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
    let mut twice = Vec::new();
    for builtin in all() {
        let signature = &builtin.signature;
        let mut names = BTreeSet::new();
        for param in signature.params {
            for name in std::iter::once(&param.name).chain(param.aliases) {
                if !names.insert(*name) {
                    twice.push(format!("{}: {name}", signature.name));
                }
            }
        }
        let rest = signature.params.iter().filter(|p| p.arity == Arity::Rest).count();
        let keywords = signature.params.iter().filter(|p| p.arity == Arity::Keywords).count();
        assert!(rest <= 1 && keywords <= 1, "{}", signature.name);
        if let Some(receiver) = signature.receiver {
            assert!(receiver < signature.params.len(), "{}", signature.name);
        }
    }
    assert!(twice.is_empty(), "twice: {twice:?}");
}

/// The program in a doc comment.
fn example(docs: &str) -> Option<String> {
    let (_, after) = docs.split_once("```rlm\n")?;
    let (program, _) = after.split_once("```")?;
    Some(program.to_string())
}

#[test]
fn examples_parse_and_check() {
    let mut wrong = Vec::new();
    for builtin in all() {
        let Some(program) = example(builtin.signature.docs) else { continue };
        let parsed = rlm_lang_syntax::parse(&program);
        // Examples may speak of variables that they do not make.
        let known = ["m", "d", "it", "t", "xs", "rows", "docs", "line", "labels", "texts"];
        let known = known.map(str::to_string);
        let options = rlm_lang_syntax::check::Options { known: &known };
        for error in rlm_lang_syntax::check::check(&parsed, Table::get(), &options) {
            wrong.push(format!("{}: {}\n{program}", builtin.signature.name, error.message));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn keywords_of_any_name_are_known_to_the_checker() {
    let messages = |program: &str| -> Vec<String> {
        let parsed = rlm_lang_syntax::parse(program);
        let options = rlm_lang_syntax::check::Options { known: &[] };
        let found = rlm_lang_syntax::check::check(&parsed, Table::get(), &options);
        found.into_iter().map(|error| error.message).collect()
    };
    assert!(messages("d = dict(a=1, b=2)\nprint(\"{x}\".format(x=1))").is_empty());
    assert_eq!(messages("x = sorted([1], a=1)").len(), 1);
}

#[test]
fn methods_can_be_named_by_their_type() {
    let table = Table::get();
    let owners = |name: &str| table.function(name).map(|b| b.signature.owners.to_vec());
    assert!(owners("str.lower").is_some_and(|o| o.contains(&Type::Text)));
    assert!(owners("list.append").is_some_and(|o| o.contains(&Type::List)));
    // Functions of their own under a dotted name come first.
    assert!(owners("dict.fromkeys").is_some_and(|o| o.is_empty()));
    assert!(owners("str.append").is_none());
    assert!(owners("nothing.lower").is_none());
}
