//! `rlm-lang grammar`: the grammar of the canonical form, in several notations.

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::grammar as writers;

use super::args::Grammar;
use super::exit;
use super::failure::Failure;

/// Written by hand, unlike the others.
const TREE_SITTER: &str = include_str!("../../grammar/tree-sitter/grammar.js");

pub(super) fn grammar(args: &Grammar) -> Result<u8, Failure> {
    let text = match args.format.as_str() {
        "lark" => writers::lark(),
        "gbnf" => writers::gbnf(),
        "ebnf" => writers::ebnf(),
        "tree-sitter" => TREE_SITTER.to_string(),
        "highlights" => writers::highlights(Table::get()),
        _ => writers::textmate(Table::get()),
    };
    print!("{text}");
    Ok(exit::DONE)
}
