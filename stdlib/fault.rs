//! Errors without a place: a builtin says what is wrong, the interpreter adds where.

use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;
use rlm_lang_syntax::span::Span;

/// Why a program stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// An error of the program; `try` catches it.
    Error,
    /// A limit; ends the program.
    Limit,
    /// `answer(...)` was called; ends the program.
    Answer,
    /// The run was cancelled from outside; ends the program.
    Interrupted,
}

/// An error or another reason to stop, without a place. Boxed: results stay small.
#[derive(Clone, Debug)]
pub struct Fault(Box<FaultData>);

/// What a [`Fault`] holds.
#[derive(Clone, Debug)]
pub struct FaultData {
    /// Whether it can be caught.
    pub kind: FaultKind,
    /// The code of the error.
    pub code: Code,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Python's kind of error, where the code does not tell it; see [`Fault::class`].
    class: Option<&'static str>,
    /// Where it happened: set once, by the interpreter.
    pub place: Option<FaultPlace>,
    /// The calls that led there, innermost first, at most [`MAX_TRACE`].
    pub trace: Vec<(String, FaultPlace)>,
}

/// A place in one of a session's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultPlace {
    /// The index of the program in the session.
    pub program: u32,
    /// The bytes of that program.
    pub span: Span,
}

/// Calls kept in a fault's trace.
pub const MAX_TRACE: usize = 5;

impl Fault {
    /// An error that `try` can catch.
    pub fn new(code: Code, message: impl Into<String>) -> Fault {
        Fault::of_kind(FaultKind::Error, code, message)
    }

    /// An error about a value that an argument has, which `try` can catch. The message is lower case,
    /// without a full stop.
    pub fn bad_value(message: impl Into<String>) -> Fault {
        Fault::new(Code::BadValue, message)
    }

    /// A limit, which ends the program.
    pub fn limit(code: Code, message: impl Into<String>) -> Fault {
        Fault::of_kind(FaultKind::Limit, code, message)
    }

    /// The signal that `answer` was called.
    pub fn answered() -> Fault {
        Fault::of_kind(FaultKind::Answer, Code::Raised, "the run was answered")
    }

    /// The signal that the run was cancelled.
    pub fn interrupted() -> Fault {
        Fault::of_kind(FaultKind::Interrupted, Code::Interrupted, "interrupted")
    }

    fn of_kind(kind: FaultKind, code: Code, message: impl Into<String>) -> Fault {
        Fault(Box::new(FaultData {
            kind,
            code,
            message: message.into(),
            help: None,
            class: None,
            place: None,
            trace: Vec::new(),
        }))
    }

    /// "expected a text, found a list".
    pub fn wrong_type(expected: &str, found: Type) -> Fault {
        Fault::new(Code::WrongType, format!("expected {expected}, found {}", found.with_article()))
    }

    /// The same with a remedy.
    pub fn with_help(mut self, help: impl Into<String>) -> Fault {
        self.0.help = Some(help.into());
        self
    }

    /// The same, of one of Python's kinds of error (see [`rlm_lang_syntax::errors`]).
    pub fn of_class(mut self, class: &'static str) -> Fault {
        self.0.class = Some(class);
        self
    }

    /// Python's kind of error: what `except` goes by.
    pub fn class(&self) -> &'static str {
        self.0.class.unwrap_or(match self.code {
            Code::WrongType | Code::NoMatch | Code::UnknownKeyword | Code::WrongCount => {
                "TypeError"
            }
            Code::BadValue | Code::TextTooLarge => "ValueError",
            Code::NotFound => "LookupError",
            Code::Unassigned => "UnboundLocalError",
            Code::UnknownName => "NameError",
            Code::UnknownMethod => "AttributeError",
            Code::DivisionByZero => "ZeroDivisionError",
            Code::BadRegex => "error",
            Code::FailedUsed => "RuntimeError",
            Code::CallDepth => "RecursionError",
            _ => "Exception",
        })
    }

    /// Whether `except KIND` takes the error. A failed model call may stand where any value was
    /// expected, so each kind takes it; what is not in `None` is a `TypeError` by index and an
    /// `AttributeError` by name in Python.
    pub fn is_a(&self, kind: &str) -> bool {
        self.code == Code::FailedUsed
            || self.code == Code::NoMatch && kind == "AttributeError"
            || rlm_lang_syntax::errors::belongs(self.class(), kind)
    }

    /// The same with its place, unless it has one already.
    pub fn at(mut self, program: u32, span: Span) -> Fault {
        self.0.place.get_or_insert(FaultPlace { program, span });
        self
    }

    /// The same, having passed through a call of `function` at a place.
    pub fn through(mut self, function: &str, program: u32, span: Span) -> Fault {
        if self.0.trace.len() < MAX_TRACE {
            self.0.trace.push((function.to_string(), FaultPlace { program, span }));
        }
        self
    }

    /// The same with `prefix: ` before the message.
    pub fn within(mut self, prefix: impl std::fmt::Display) -> Fault {
        if self.0.kind == FaultKind::Error {
            self.0.message = format!("{prefix}: {}", self.0.message);
        }
        self
    }
}

impl std::ops::Deref for Fault {
    type Target = FaultData;

    fn deref(&self) -> &FaultData {
        &self.0
    }
}
