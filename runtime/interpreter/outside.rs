//! What a program may ask of the world: inputs, output, models.

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::{Budget, Prompt, SubQuestion};
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};

/// Everything outside a program. The interpreter touches nothing else.
pub trait Outside {
    /// The whole input.
    fn context(&self) -> Text;

    /// The documents of the input.
    fn docs(&self) -> List;

    /// The question; empty when there is none.
    fn question(&self) -> Text;

    /// Takes what is printed.
    ///
    /// # Errors
    /// When nothing more can be printed.
    fn print(&mut self, text: &str) -> Result<(), Fault>;

    /// Sends prompts and waits for all replies, in order; a failed call is its reason.
    ///
    /// # Errors
    /// Limits, interruption, no model.
    fn complete(&mut self, prompts: Vec<Prompt>) -> Result<Vec<Result<Text, String>>, Fault>;

    /// Runs child engines and waits for all, in order.
    ///
    /// # Errors
    /// As [`Outside::complete`].
    fn recurse(&mut self, questions: Vec<SubQuestion>)
    -> Result<Vec<Result<Text, String>>, Fault>;

    /// Takes the answer.
    ///
    /// # Errors
    /// When the answer is refused: the program goes on to its next turn with that error.
    fn answer(&mut self, value: Value, sources: Option<List>) -> Result<(), Fault>;

    /// What is left of the limits.
    fn budget(&self) -> Budget;

    /// The most characters of one model call.
    fn window_chars(&self) -> Option<usize>;

    /// True when the run is to stop.
    fn cancelled(&self) -> bool;
}
