//! `grammar/rlm.lark` in the engine that vLLM, SGLang and custom tools run, without a tokenizer:
//! each byte is a token.

use std::sync::{Mutex, OnceLock};

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::ApproximateTokEnv;
use llguidance::{Matcher, ParserFactory};

/// Whether a program is in the grammar, and if not, how many of its bytes are.
pub(crate) fn read(program: &str) -> Result<(), usize> {
    let mut matcher = fresh();
    let tokens: Vec<u32> = program.bytes().map(u32::from).collect();
    let consumed = matcher.try_consume_tokens(&tokens).expect("the engine fails");
    if consumed == tokens.len() && matcher.is_accepting().expect("the engine fails") {
        Ok(())
    } else {
        Err(consumed)
    }
}

/// A matcher at the start of the grammar, which is loaded once.
fn fresh() -> Matcher {
    static LOADED: OnceLock<Mutex<Matcher>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| Mutex::new(load()));
    loaded.lock().unwrap().deep_clone()
}

fn load() -> Matcher {
    let mut factory = ParserFactory::new_simple(&ApproximateTokEnv::single_byte_env()).unwrap();
    factory.quiet();
    let lark = include_str!("../../grammar/rlm.lark");
    let parser = factory.create_parser(TopLevelGrammar::from_lark(lark.to_string()));
    let mut matcher = Matcher::new(parser);
    assert_eq!(matcher.get_error(), None);
    assert_eq!(matcher.grammar_warnings(), Vec::<String>::new());
    matcher
}
