//! Diagnostics as data: what is wrong, where, and what to do. Rendering is in `render.rs`.

use serde::Serialize;

use crate::codes::Code;
use crate::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The program does not run (or stopped).
    Error,
    /// The program runs; the writer should know.
    Note,
}

/// One finding about a program.
///
/// The message is lower case, without a full stop, and says "expected X, found Y" where that fits.
/// The remedy stands in `help` alone, so that every renderer can place it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnostic {
    /// Which kind; see `codes.rs`.
    pub code: Code,
    /// Error or note.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the program.
    pub span: Span,
    /// Other places that matter, each with a word about why.
    pub labels: Vec<(Span, String)>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
        }
    }

    /// A note at a place.
    pub fn note(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, span, message) }
    }

    /// The same with a remedy.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same with one more place.
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push((span, text.into()));
        self
    }
}
