//! What a builtin may ask of whoever runs the program.

use rlm_lang_syntax::codes::Code;
use serde::{Deserialize, Serialize};

use crate::builtin::Table;
use crate::fault::Fault;
use crate::text::Text;
use crate::value::{List, Value};

/// A plain model call, framed and ready to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// What the model should do.
    pub instruction: Text,
    /// The data, kept apart from the instruction; views are not copied before sending.
    pub data: Vec<Text>,
    /// A JSON schema that the reply must follow, for providers that can enforce one.
    pub schema: Option<serde_json::Value>,
    /// Another model than the configured sub-model.
    pub model: Option<String>,
}

/// A sub-question for a child engine.
#[derive(Clone, Debug, PartialEq)]
pub struct SubQuestion {
    /// The question.
    pub question: Text,
    /// The child's context.
    pub text: Text,
}

/// What is left of the run's limits; `None` means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// Model calls made so far.
    pub calls_made: u64,
    /// Model calls left.
    pub calls_left: Option<u64>,
    /// Tokens used so far, in and out.
    pub tokens_used: u64,
    /// Tokens left.
    pub tokens_left: Option<u64>,
    /// Turns left, the present one included.
    pub turns_left: Option<u64>,
    /// The recursion depth left for `recurse`.
    pub depth_left: u32,
}

/// The runner of a program, as builtins see it. Implemented by the interpreter.
pub trait Host {
    /// The builtins that the program knows.
    fn table(&self) -> &Table {
        Table::get()
    }

    /// Calls a function value.
    ///
    /// # Errors
    /// What the function raises, or that the value is no function.
    fn call(&mut self, function: &Value, args: &mut Vec<Value>) -> Result<Value, Fault>;

    /// Whether calling a function may wait for models. Then [`Host::call_each`] saves time.
    fn may_wait(&self, _function: &Value) -> bool {
        false
    }

    /// Calls a function once for each list of arguments, and gives the results in order. Calls that wait
    /// for models wait at the same time.
    ///
    /// # Errors
    /// Those of the first call that fails.
    fn call_each(
        &mut self,
        function: &Value,
        arguments: Vec<Vec<Value>>,
    ) -> Result<Vec<Value>, Fault> {
        arguments.into_iter().map(|mut arguments| self.call(function, &mut arguments)).collect()
    }

    /// Calls a function value with arguments by name too.
    ///
    /// # Errors
    /// As [`Host::call`], and when the function does not take such names.
    fn call_named(
        &mut self,
        function: &Value,
        args: Vec<Value>,
        keywords: Vec<(String, Value)>,
    ) -> Result<Value, Fault>;

    /// The whole input.
    fn context(&self) -> Text;

    /// The documents of the input.
    fn docs(&self) -> List;

    /// The question of the run; empty when a program runs without one.
    fn question(&self) -> Text;

    /// Prints a text as it is.
    ///
    /// # Errors
    /// When the output is closed or the print limit of the run is used up.
    fn print(&mut self, text: &str) -> Result<(), Fault>;

    /// Leaves a short note for whoever wrote the program; repeated ones are kept once.
    fn note(&mut self, code: Code, message: String);

    /// Counts `steps` against the program's fuel. A builtin that walks data spends one step for
    /// about every 64 bytes or item it looks at.
    ///
    /// # Errors
    /// When the fuel is used up or the run was interrupted.
    fn spend(&mut self, steps: u64) -> Result<(), Fault>;

    /// Asks for `bytes` of memory before a large allocation.
    ///
    /// # Errors
    /// When the program's memory limit would be exceeded.
    fn reserve(&mut self, bytes: usize) -> Result<(), Fault>;

    /// The bytes of memory that the program may still take.
    fn memory_left(&self) -> usize {
        usize::MAX
    }

    /// Counts `bytes` that another thread allocated and that are the program's from now on.
    fn adopt(&mut self, _bytes: usize) {}

    /// Sends prompts, all at once as far as the limits allow, and waits for every reply. One
    /// result a prompt, in order; a failed call is its reason.
    ///
    /// # Errors
    /// Only when the program must stop: limits, interruption, no model.
    fn complete(&mut self, prompts: Vec<Prompt>) -> Result<Vec<Result<Text, String>>, Fault>;

    /// Runs child engines, like [`Host::complete`].
    ///
    /// # Errors
    /// As [`Host::complete`].
    fn recurse(&mut self, questions: Vec<SubQuestion>) -> Result<Vec<Result<Text, String>>, Fault>;

    /// Takes the answer. Returns the fault that ends the program.
    fn answer(&mut self, value: Value, sources: Option<List>) -> Fault;

    /// What is left of the limits.
    fn budget(&mut self) -> Budget;

    /// The most characters that one model call may send; `None` when unknown.
    fn window_chars(&self) -> Option<usize>;

    /// The program's variables in order of first assignment.
    fn variables(&self) -> Vec<(String, Value)>;
}
