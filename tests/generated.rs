//! The files of `grammar/` are what the tables say. `UPDATE=1` writes them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use rlm_lang_std::builtin::Table;
use rlm_lang_std::prompt::{PromptFields, system};
use rlm_lang_syntax::grammar;

fn is_fresh(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar").join(name);
    if std::env::var_os("UPDATE").is_some() {
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
fn the_prompt_is_fresh_and_short() {
    let prompt = system(&PromptFields::default());
    is_fresh("prompt.md", &prompt);
    // The hand-written draft of this text had 3,622 characters and 1,073 tokens (o200k): at 3.4
    // characters a token the limit of 1,500 tokens is some 5,000 characters.
    assert!(prompt.chars().count() < 5_000, "{}", prompt.chars().count());
}
