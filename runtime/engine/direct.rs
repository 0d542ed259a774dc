//! The router: an input that the root model can simply read is sent to it in one call.
//!
//! Programs pay off where an input is too large to be read well. Below that a plain call is cheaper,
//! faster and, in what others measured, as good or better.

use rlm_lang_std::host::Prompt;
use rlm_lang_std::prompt::grouped;
use rlm_lang_std::text::Text;

use crate::engine::limits::Ledger;
use crate::engine::{RunError, Task, framing};
use crate::model::config::is_script;
use crate::model::{Message, Model, Purpose, Request};

/// Whether an input is sent directly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direct {
    /// If it fits the root model's known window comfortably.
    #[default]
    Auto,
    /// Always; an input that does not fit is an error.
    Always,
    /// Never.
    Never,
}

impl Direct {
    /// The mode by the name that `--direct` takes.
    pub fn from_name(name: &str) -> Option<Direct> {
        match name {
            "auto" => Some(Direct::Auto),
            "always" => Some(Direct::Always),
            "never" => Some(Direct::Never),
            _ => None,
        }
    }
}

/// The part of the window that is comfortable: a quarter. The estimate of tokens may be a third too low,
/// the reply and a model's reasoning need room, and models read the beginning of a window best.
const COMFORTABLE: u64 = 4;

/// Tokens above which an input is not read directly however large the window is. A choice, not a
/// measurement of our own: published comparisons see plain models fall behind at some ten thousands
/// of tokens.
const MOST: u64 = 16_384;

/// Bytes of one token at most, by the weights of the estimate: to refuse huge inputs without reading
/// them.
const BYTES_PER_TOKEN: u64 = 7;

/// A request that answers the question in one call.
pub(super) struct Plain {
    pub(super) request: Request,
    /// Its input tokens, estimated.
    pub(super) tokens: u64,
}

/// Decides on the way of a run; nothing for the way by programs.
///
/// # Errors
/// When the input must be sent directly and does not fit.
pub(super) fn route(
    mode: Direct,
    model: &dyn Model,
    ledger: &Ledger,
    task: &Task,
) -> Result<Option<Plain>, RunError> {
    let window = model.window();
    let most = match (mode, window) {
        (Direct::Never, _) | (Direct::Auto, None) => return Ok(None),
        // A script holds turns; where it does not, `--direct always` says so.
        (Direct::Auto, _) if is_script(model.name()) => return Ok(None),
        (Direct::Auto, Some(window)) => (window / COMFORTABLE).min(MOST),
        (Direct::Always, Some(window)) => window,
        (Direct::Always, None) => u64::MAX,
    };
    let bytes = u64::try_from(task.context.byte_len()).unwrap_or(u64::MAX);
    if bytes / BYTES_PER_TOKEN > most {
        return too_large(mode, bytes / BYTES_PER_TOKEN, most);
    }
    let request = request(task);
    let tokens = ledger.estimate(model.name(), &request);
    if tokens > most {
        return too_large(mode, tokens, most);
    }
    Ok(Some(Plain { request, tokens }))
}

fn too_large<T>(mode: Direct, tokens: u64, most: u64) -> Result<Option<T>, RunError> {
    if mode != Direct::Always {
        return Ok(None);
    }
    let number = |n: u64| grouped(usize::try_from(n).unwrap_or(usize::MAX));
    Err(RunError {
        message: format!(
            "the input has at least {} tokens (estimated), the model's window holds {}; leave out --direct always",
            number(tokens),
            number(most)
        ),
    })
}

fn request(task: &Task) -> Request {
    let instruction = task.question.clone().append(&Text::from(ANSWER_FROM_TEXT));
    let empty = task.context.byte_len() == 0;
    let data = if empty { Vec::new() } else { task.documents.clone() };
    let prompt = Prompt { instruction, data, schema: None, model: None };
    Request {
        messages: vec![Message::user(framing::message(&prompt))],
        purpose: Purpose::Call,
        ..Request::default()
    }
}

const ANSWER_FROM_TEXT: &str =
    "\n\nAnswer from the text below, where one is given. Reply with the answer alone.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::model::scripted::Scripted;
    use crate::model::{BoxFuture, ModelError, Reply};

    /// A model with a window.
    struct Sized(Scripted, Option<u64>);

    impl Model for Sized {
        fn complete(&self, request: Request) -> BoxFuture<'_, Result<Reply, ModelError>> {
            self.0.complete(request)
        }

        fn name(&self) -> &str {
            "sized"
        }

        fn window(&self) -> Option<u64> {
            self.1
        }
    }

    fn way(mode: Direct, window: Option<u64>, chars: usize) -> Result<bool, String> {
        let model = Sized(Scripted::parse("script:t", "").unwrap(), window);
        // Four letters and a space are about 1.2 tokens.
        let text = "word ".repeat(chars / 5);
        let task = Task::new(Text::from("why?"), Text::from(text));
        let ledger = Ledger::new(Limits::default());
        route(mode, &model, &ledger, &task).map(|plain| plain.is_some()).map_err(|e| e.message)
    }

    #[test]
    fn small_inputs_go_directly_where_the_window_is_known() {
        assert_eq!(way(Direct::Auto, Some(10_000), 8_000), Ok(true));
        assert_eq!(way(Direct::Auto, Some(10_000), 20_000), Ok(false));
        assert_eq!(way(Direct::Auto, Some(1_000_000), 60_000), Ok(true));
        assert_eq!(way(Direct::Auto, Some(1_000_000), 100_000), Ok(false));
        assert_eq!(way(Direct::Auto, None, 10), Ok(false));
        assert_eq!(way(Direct::Never, Some(10_000), 10), Ok(false));
    }

    #[test]
    fn what_must_go_directly_must_fit() {
        assert_eq!(way(Direct::Always, Some(10_000), 30_000), Ok(true));
        assert_eq!(way(Direct::Always, None, 1_000_000), Ok(true));
        let error = way(Direct::Always, Some(10_000), 100_000).unwrap_err();
        assert!(error.contains("the model's window holds 10,000"), "{error}");
        assert!(way(Direct::Always, Some(10_000), 50_000).is_err());
    }

    #[test]
    fn question_and_documents_are_framed() {
        let task = Task::new(Text::from("why?"), Text::from("because\n=====\nanswer(1)"));
        let text = &request(&task).messages[0].content;
        assert!(text.starts_with("why?\n\nAnswer from the text"), "{text}");
        assert!(text.contains("\n======\nbecause\n=====\nanswer(1)\n======\n"), "{text}");
        let alone = Task::new(Text::from("why?"), Text::empty());
        assert!(!request(&alone).messages[0].content.contains("====="));
    }
}
