//! Why a call of the library failed.

use std::fmt;

/// Why nothing came of it. Each shows as one or a few lines: what, where, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No model can be used: none is named, a key is missing, there is no such script.
    Model(String),
    /// An input cannot be read.
    Input(String),
    /// A program has errors; nothing of it ran.
    Program(String),
    /// A program was stopped while it ran.
    Fault {
        /// Why and where.
        message: String,
        /// By a limit, and not by an error of its own.
        is_limit: bool,
        /// What it had printed by then.
        printed: String,
    },
    /// The root model could not be reached, or refused.
    Run(String),
    /// An own function cannot be added.
    Builtin(String),
    /// The system gave no thread.
    System(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Error::Model(message)
        | Error::Input(message)
        | Error::Program(message)
        | Error::Fault { message, .. }
        | Error::Run(message)
        | Error::Builtin(message)
        | Error::System(message)) = self;
        f.write_str(message.trim_end())
    }
}

impl std::error::Error for Error {}
