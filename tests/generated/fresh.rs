//! The files of `grammar/` are what the tables say. `UPDATE=1` writes them.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::{KEYWORDS, grammar};

use crate::programs::root;

/// Fails if a file of `grammar/` does not hold this text; writes it with `UPDATE=1`.
#[track_caller]
pub(crate) fn is_fresh(name: &str, wanted: &str) {
    let path = root("grammar").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "grammar/{name} is stale: UPDATE=1 cargo test --test generated");
}

#[test]
fn grammars_are_fresh() {
    is_fresh("rlm.ebnf", &grammar::ebnf());
    is_fresh("rlm.lark", &grammar::lark());
    is_fresh("rlm.gbnf", &grammar::gbnf());
    is_fresh("rlm.tmLanguage.json", &grammar::textmate(Table::get()));
}

#[test]
fn the_tree_sitter_grammar_has_the_words_of_the_language() {
    is_fresh("tree-sitter/queries/highlights.scm", &grammar::highlights(Table::get()));
    let written = std::fs::read_to_string(root("grammar/tree-sitter/grammar.js")).unwrap();
    let (_, rules) = written.split_once("rules: {").unwrap();
    let field = regex::Regex::new(r"field\(\s*'\w+'").unwrap();
    let rules = field.replace_all(rules, "");
    let word = regex::Regex::new("'([A-Za-z]{2,})'").unwrap();
    let mut found: Vec<&str> =
        word.captures_iter(&rules).map(|found| found.get(1).unwrap().as_str()).collect();
    // The prefix of raw f-strings.
    found.retain(|word| *word != "rf");
    found.sort_unstable();
    found.dedup();
    let mut words: Vec<&str> =
        KEYWORDS.iter().copied().filter(|word| !grammar::REFUSED.contains(word)).collect();
    words.sort_unstable();
    assert_eq!(found, words);
}

#[test]
fn references_are_fresh() {
    is_fresh("builtins.md", &reference::markdown());
    is_fresh("builtins.json", &reference::json());
}
