//! Values with methods of their own that are no data: caught errors, buffers, writers, digests.

use rlm_lang_syntax::errors::belongs;
use rlm_lang_syntax::signature::Type;

use crate::fault::Fault;
use crate::library::difflib::Matcher;
use crate::library::digest::Digest;
use crate::records::buffer::{Buffer, Writer};
use crate::text::Text;
use crate::value::{Value, display, repr};

/// A value with methods of its own.
pub enum Object {
    /// What `except ... as e` gives, or `ValueError("x")`.
    Error(ErrorValue),
    /// `io.StringIO()`
    Buffer(Buffer),
    /// `csv.writer(f)`
    Writer(Writer),
    /// `hashlib.md5()`
    Digest(Digest),
    /// `SequenceMatcher(None, a, b)`
    Matcher(Matcher),
}

/// An error as a value.
pub struct ErrorValue {
    /// Python's kind: `KeyError`; see [`rlm_lang_syntax::errors`].
    pub kind: &'static str,
    /// What it was made of.
    pub args: Vec<Value>,
    /// The error that was caught, with its place and help: what `raise e` passes on.
    pub fault: Option<Fault>,
}

impl ErrorValue {
    /// The error that a value is.
    pub fn of(value: &Value) -> Option<&ErrorValue> {
        match value {
            Value::Object(object) => match &**object {
                Object::Error(error) => Some(error),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is of a kind.
    pub fn is_a(&self, kind: &str) -> bool {
        self.fault.as_ref().map_or_else(|| belongs(self.kind, kind), |fault| fault.is_a(kind))
    }

    /// What `str(e)` gives: the message of a caught error, else as in Python.
    pub fn message(&self) -> Text {
        if let Some(fault) = self.fault.as_ref().filter(|_| !self.args.is_empty()) {
            return Text::from(fault.message.as_str());
        }
        match self.args.as_slice() {
            [] => Text::empty(),
            [one] if self.kind == "KeyError" => Text::from(repr(one)),
            [one] => display(one),
            several => Text::from(repr(&Value::tuple(several.to_vec()))),
        }
    }
}

impl Object {
    /// The kind of value.
    pub fn ty(&self) -> Type {
        match self {
            Object::Error(_) => Type::Error,
            Object::Buffer(_) => Type::Buffer,
            Object::Writer(_) => Type::Writer,
            Object::Digest(_) => Type::Digest,
            Object::Matcher(_) => Type::Matcher,
        }
    }

    /// The name of its type in Python.
    pub fn type_name(&self) -> &'static str {
        match self {
            Object::Error(error) => error.kind,
            Object::Buffer(_) => "StringIO",
            Object::Writer(_) => "writer",
            Object::Digest(_) => "HASH",
            Object::Matcher(_) => "SequenceMatcher",
        }
    }

    /// The text that it can be used as.
    pub fn as_text(&self) -> Option<Text> {
        match self {
            Object::Error(error) => Some(error.message()),
            Object::Buffer(buffer) => Some(buffer.text()),
            Object::Writer(_) | Object::Digest(_) | Object::Matcher(_) => None,
        }
    }

    /// The form that `print` shows.
    pub fn display(&self) -> Text {
        match self {
            Object::Error(error) => error.message(),
            _ => Text::from(self.repr()),
        }
    }

    /// The form inside a list.
    pub fn repr(&self) -> String {
        match self {
            Object::Error(error) => {
                let args: Vec<String> = error.args.iter().map(repr).collect();
                format!("{}({})", error.kind, args.join(", "))
            }
            _ => format!("<{}>", self.type_name()),
        }
    }
}
