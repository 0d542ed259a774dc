//! `rlm-lang prompt`: the system prompt that a model gets.

use rlm_lang_std::prompt::{PromptFields, system};

use super::args::Prompt;
use super::exit;
use super::failure::Failure;

pub(super) fn prompt(args: &Prompt) -> Result<u8, Failure> {
    let fields = PromptFields {
        variant: args.variant,
        calls: Some(args.max_calls),
        recursion: !args.no_recursion,
        ..PromptFields::default()
    };
    print!("{}", system(&fields));
    Ok(exit::DONE)
}
