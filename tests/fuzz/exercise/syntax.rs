//! Targets of the front end: parser, formatter, checker, and the search for programs in a reply.

use rlm_lang::engine;
use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::check::{self, Options};
use rlm_lang_syntax::{printer, render, scope};

use super::sexp;

/// Lexer, layout and parser, and every way to show what they found.
pub fn parse(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let parsed = rlm_lang_syntax::parse(&source);
    let all: Vec<_> = parsed.errors.iter().chain(&parsed.notes).cloned().collect();
    for found in &all {
        let (start, end) = (found.span.start as usize, found.span.end as usize);
        assert!(start <= end && end <= source.len(), "{found:?} lies outside of {source:?}");
        assert!(!found.message.is_empty(), "{found:?}");
    }
    render::plain_all(&source, &all);
    render::json(&source, &all);
    render::fancy("p", &source, &all, false);
    scope::bound(&parsed.program.body);
    scope::used_in_functions(&parsed.program.body);
}

/// The canonical form means the same and is stable.
pub fn fmt(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let Ok(once) = printer::format(&source) else { return };
    let twice = printer::format(&once);
    assert_eq!(twice.as_ref(), Ok(&once), "not stable: {source:?}");
    assert_eq!(sexp::meaning(&source), sexp::meaning(&once), "{source:?} became {once:?}");
}

/// The checker, its notes and its bounds, against the real table of builtins.
pub fn check(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let parsed = rlm_lang_syntax::parse(&source);
    let known = ["x".to_string(), "rows".to_string()];
    let found = check::check(&parsed, Table::get(), &Options { known: &known });
    render::plain_all(&source, &found);
    render::plain_all(&source, &check::notes(&parsed, Table::get()));
    let _ = check::summary(&parsed, Table::get()).to_string();
}

/// Programs in a model's reply: each is a part of it.
pub fn replies(bytes: &[u8]) {
    let reply = String::from_utf8_lossy(bytes);
    for fence in engine::programs(&reply) {
        assert!(!fence.code.trim().is_empty());
        for line in fence.code.lines() {
            assert!(reply.contains(line), "{line:?} is not in {reply:?}");
        }
    }
}
