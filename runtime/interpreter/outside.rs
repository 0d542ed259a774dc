//! What a program may ask of the world: inputs, output, models.

use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::{Budget, Prompt, SubQuestion};
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};

use super::lane::Lane;

/// Names a piece of work that was started.
pub type Ticket = u64;

/// What came of work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replies {
    /// One reply for each prompt or question, in order; a failed one is its reason.
    pub each: Vec<Result<Text, String>>,
    /// How many of them end where a limit of output tokens cut them off.
    pub cut_off: u64,
}

impl FromIterator<Result<Text, String>> for Replies {
    /// Replies of which none was cut off.
    fn from_iter<I: IntoIterator<Item = Result<Text, String>>>(each: I) -> Replies {
        Replies { each: each.into_iter().collect(), cut_off: 0 }
    }
}

/// What a program can have done outside, all of it at once.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Plain model calls.
    Prompts(Vec<Prompt>),
    /// Child engines.
    Children(Vec<SubQuestion>),
}

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

    /// Starts model calls or child engines and returns at once with a ticket. `lane` names the start:
    /// no other of the same program has it, and it does not depend on the order of replies.
    ///
    /// # Errors
    /// Limits, no model; nothing was started then.
    fn start(&mut self, work: Work, lane: &Lane) -> Result<Ticket, Fault>;

    /// Starts work that the program will probably ask for soon, under the lane that it will have then.
    /// `None` where too little is left for calls that may turn out to be unwanted; the program starts the work
    /// itself then, when it comes to it. What a program sees must not depend on which it is.
    fn start_ahead(&mut self, work: &Work, lane: &Lane) -> Option<Ticket>;

    /// Gives up work whose result nobody wants: what was not sent yet is never sent nor counted. A ticket
    /// that is done or unknown is nobody's concern.
    fn cancel(&mut self, ticket: Ticket);

    /// How many pieces of work are enough to have under way: of more, the rest only waits for a place. It
    /// bounds how many items are started before the first of them is done; what a program does must not
    /// depend on it.
    fn enough(&self) -> usize {
        usize::MAX
    }

    /// Waits for the next piece of work to finish, whichever it is.
    ///
    /// # Errors
    /// Limits, interruption.
    fn wait(&mut self) -> Result<(Ticket, Replies), Fault>;

    /// Takes the answer.
    ///
    /// # Errors
    /// When the answer is refused: the program goes on to its next turn with that error.
    fn answer(&mut self, value: Value, sources: Option<List>) -> Result<(), Fault>;

    /// What is left of the limits. The program sees it, so it has a place
    /// like a start; a comprehension looks at its own place, before its items.
    fn budget(&mut self, lane: &Lane) -> Budget;

    /// The most characters of one model call.
    fn window_chars(&self) -> Option<usize>;

    /// True when the run is to stop.
    fn cancelled(&self) -> bool;
}
