//! Functions of your own in the language: what [`macro@builtin`] needs, and what such functions take and
//! give.
//!
//! ```
//! use rlm_lang::extend::{Fault, builtin};
//! use rlm_lang::{Engine, Input};
//!
//! /// The price of an article, in cents.
//! #[builtin(group = "shop")]
//! pub fn price(
//!     /// The article's name.
//!     article: String,
//! ) -> Result<i64, Fault> {
//!     match article.as_str() {
//!         "tea" => Ok(350),
//!         other => Err(Fault::bad_value(format!("there is no article {other:?}"))),
//!     }
//! }
//!
//! # fn main() -> Result<(), rlm_lang::Error> {
//! let engine = Engine::builder().without_models().builtin(&PRICE).build()?;
//! let ran = engine.run("answer(sum([price(word) for word in context.split()]))", &Input::text("tea tea"))?;
//! assert_eq!(ran.answer.map(|answer| answer.text).as_deref(), Some("700"));
//! assert!(engine.run("price(\"gold\")", &Input::text("")).is_err());
//! assert!(engine.prompt().contains("price(article)"));
//! # Ok(())
//! # }
//! ```
//!
//! The attribute makes a static of the function's name in capitals beside it; an engine learns of it by
//! [`crate::Builder::builtin`]. The doc comments are part of the declaration: models read the first line
//! in the prompt, people read all of it in [`crate::Engine::doc`].
//!
//! What the function does besides giving a value must be declared, as `effect = ...`: nothing (`Pure`, if
//! it is left out), `Reads` (looks at the input though no argument names it), `Mutates` (changes an
//! argument), `Prints`, or `Calls` (asks models by [`host::Host::complete`]: items of a comprehension then
//! run at the same time). A program is single-threaded: a function that waits makes it wait.

pub use rlm_lang_macros::host_builtin as builtin;
pub use rlm_lang_std::{builtin, convert, fault, host, value};
pub use rlm_lang_syntax::signature;

pub use rlm_lang_std::fault::Fault;
pub use rlm_lang_std::host::{Host, Prompt};
pub use rlm_lang_std::text::Text;
pub use rlm_lang_std::value::{Dict, List, Value};
