//! The front end of rlm-lang: program text in, checked syntax tree or diagnostics out.

pub mod ast;
pub mod codes;
pub mod diagnostic;
pub mod signature;
pub mod span;
