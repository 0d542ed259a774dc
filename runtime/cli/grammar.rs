//! `rlm-lang grammar`: the grammar of the canonical form, in several notations.

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::grammar as writers;

use super::args::Grammar;
use super::exit;
use super::failure::Failure;

pub(super) fn grammar(args: &Grammar) -> Result<u8, Failure> {
    let text = match args.format.as_str() {
        "lark" => writers::lark(),
        "gbnf" => writers::gbnf(),
        "ebnf" => writers::ebnf(),
        _ => writers::textmate(Table::get()),
    };
    print!("{text}");
    Ok(exit::DONE)
}
