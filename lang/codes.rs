//! Every diagnostic code, with its explanation and a program that triggers it.
//!
//! Numbers are grouped by stage and never reused: 100 lexing, 200 syntax, 300 checks before the
//! run, 400 errors while running, 500 limits and model calls, 900 notes. The reference page and the
//! tests walk [`Code::ALL`].

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $program:expr;)+) => {
        /// The kind of a diagnostic. The doc comment of each is its explanation in the reference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// All codes in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The number: `E301` is 301.
            pub fn number(self) -> u16 {
                match self { $(Code::$name => $number,)+ }
            }

            /// What it means and what to do.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc, "\n"),+).trim_ascii(),)+ }
            }

            /// A short program that triggers it. Some need more: a model that fails, a limit, or a user
            /// who stops the run; the reference of errors says which.
            pub fn program(self) -> &'static str {
                match self { $(Code::$name => $program,)+ }
            }
        }
    };
}

/// Brackets nested 201 deep.
const DEEP: &str = {
    const NESTED: usize = 201;
    const BYTES: [u8; 2 * NESTED] = {
        let mut bytes = [b'('; 2 * NESTED];
        let (_, closing) = bytes.split_at_mut(NESTED);
        let mut at = 0;
        while at < NESTED {
            closing[at] = b')';
            at += 1;
        }
        bytes
    };
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => "",
    }
};

codes! {
    /// A character that starts no token.
    UnexpectedCharacter = 101, "x = $";
    /// A text without its closing quote.
    UnterminatedText = 102, "x = \"abc";
    /// A number that is not one, such as `12ab`.
    BadNumber = 103, "x = 12ab";
    /// Brackets or blocks nested more than 200 deep.
    TooDeep = 104, DEEP;
    /// A bracket without its partner.
    UnbalancedBracket = 105, "x = (1, 2";
    /// A character given by its name, as in `\N{BULLET}`: write the character or its number.
    BadEscape = 106, "x = \"\\N{BULLET}\"";
    /// Something else was expected here.
    Syntax = 201, "x = = 1";
    /// A construct of another language, or one of Python that this language does not have.
    Foreign = 202, "class A { }";
    /// The left side of `=` is nothing that can be assigned.
    BadTarget = 203, "f(x) = 1";
    /// `return` outside a function that cannot be an answer, `break` or `continue` outside a loop.
    Misplaced = 204, "break";
    /// A library or a file: there are none; the input is in `context` and `docs`.
    NoLibraries = 205, "import pandas";
    /// A name that nothing defines.
    UnknownName = 301, "print(totl)";
    /// A method that no type has.
    UnknownMethod = 302, "x = [1].psuh(2)";
    /// A keyword argument that the function does not take.
    UnknownKeyword = 303, "sorted([1], order=len)";
    /// Too few or too many arguments.
    WrongCount = 304, "len()";
    /// A regular expression that cannot be compiled.
    BadRegex = 305, "grep(r\"(a\", context)";
    /// An input (`context`, `docs`, `question`) cannot be assigned.
    InputAssigned = 306, "context = 1";
    /// A regex and the text to search stand in each other's place: the regex comes first.
    WrongOrder = 307, "grep(context, \"a\")";
    /// A loop over an input as a text walks single characters, which is never meant.
    CharacterLoop = 308, "for d in context { print(d) }";
    /// A value of the wrong type.
    WrongType = 401, "x = 1 + \"a\"";
    /// A value of the right type that does not fit.
    BadValue = 402, "int(\"x\")";
    /// A position outside a list, or a key that a dict does not have.
    NotFound = 403, "x = [1]\nx[5]";
    /// A variable that was not assigned yet.
    Unassigned = 404, "if False { x = 1 }\nprint(x)";
    /// `assert` or `raise`.
    Raised = 405, "assert 1 > 2, \"one is not more than two\"";
    /// Division by zero.
    DivisionByZero = 406, "1 / 0";
    /// A failed model call was used as a value.
    FailedUsed = 407, "ask(\"Hello?\") + \"!\"";
    /// `search` found nothing, and its result was used as a match.
    NoMatch = 408, "search(\"zz\", \"a\")[0]";
    /// The program took too many steps.
    OutOfSteps = 501, "while True { }";
    /// The program needed too much memory.
    OutOfMemory = 502, "x = [0] * 10 ** 9";
    /// Functions called each other too deeply.
    CallDepth = 503, "def f(n) { return f(n + 1) }\nf(0)";
    /// The run's limit of model calls, tokens, money or time is used up.
    LimitReached = 504, "[ask(f\"Is {n} prime?\") for n in range(2000)]";
    /// A text is larger than the model's window.
    TextTooLarge = 505, "ask(\"Ready?\")\nask(\"Summarise.\", \"a\" * 10 ** 6)";
    /// No model is configured.
    NoModel = 506, "ask(\"Ready?\")";
    /// The run was interrupted.
    Interrupted = 507, "while True { }";
    /// A habit of another language that was understood.
    Habit = 901, "let x = 1";
    /// A slice bound below zero that was computed, taken as zero.
    ClampedSlice = 902, "i = -5\n\"abcdef\"[i:3]";
    /// `None` was compared by order, which is false.
    NoneCompared = 903, "None < 1";
    /// The model calls of a loop ran at the same time.
    RanAhead = 904, "for n in range(3) { print(ask(f\"Is {n} prime?\")) }";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "E{}", self.number())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
