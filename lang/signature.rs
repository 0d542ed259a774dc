//! What the front end knows of a builtin: its name, parameters, types and effect, never its body.
//!
//! The records are made by `#[builtin]` in the standard library; checker, prompt, reference and
//! completion all read them through [`Catalog`].

/// The kind of a value, as far as the checker and error messages tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Anything.
    Any,
    /// `None`
    None,
    /// `True`, `False`
    Bool,
    /// An integer of any size.
    Int,
    /// A 64-bit float.
    Float,
    /// A text: a view of an input, or an owned one.
    Text,
    /// A match of a regex.
    Match,
    /// A list.
    List,
    /// A tuple.
    Tuple,
    /// A dict.
    Dict,
    /// A set.
    Set,
    /// A function, of the program or built in.
    Function,
    /// A compiled regex.
    Pattern,
    /// A date, with or without a time of day.
    Date,
    /// A difference of two dates.
    Duration,
    /// What `iter(...)` makes.
    Iterator,
    /// The input: documents as one text.
    Context,
    /// A model call that failed.
    Failed,
    /// A caught error.
    Error,
    /// A text that is written like a file.
    Buffer,
    /// A writer of rows.
    Writer,
    /// A digest in the making.
    Digest,
    /// A comparison of two sequences.
    Matcher,
}

impl Type {
    /// The word that messages use: `text`, `list`, ...
    pub fn word(self) -> &'static str {
        match self {
            Type::Any => "value",
            Type::None => "None",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Float => "float",
            Type::Text => "text",
            Type::Match => "match",
            Type::List => "list",
            Type::Tuple => "tuple",
            Type::Dict => "dict",
            Type::Set => "set",
            Type::Function => "function",
            Type::Pattern => "pattern",
            Type::Date => "date",
            Type::Duration => "duration",
            Type::Iterator => "iterator",
            Type::Context => "context",
            Type::Failed => "failed call",
            Type::Error => "error",
            Type::Buffer => "buffer",
            Type::Writer => "writer",
            Type::Digest => "digest",
            Type::Matcher => "comparison",
        }
    }

    /// The word with its article, for "expected a text, found a list".
    pub fn with_article(self) -> String {
        match self {
            Type::None => "None".to_string(),
            Type::Any => "a value".to_string(),
            Type::Int | Type::Iterator | Type::Error => format!("an {}", self.word()),
            Type::Context => "the context".to_string(),
            _ => format!("a {}", self.word()),
        }
    }
}

/// What calling a builtin does beyond giving a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing: the value depends on the arguments alone.
    Pure,
    /// Looks at the input although no argument names it.
    Reads,
    /// Changes one of its arguments.
    Mutates,
    /// Prints.
    Prints,
    /// May call models.
    Calls,
    /// Ends the run.
    Answers,
}

/// How a parameter takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// One argument, by position or name.
    One,
    /// All further positional arguments.
    Rest,
    /// One argument, by name only.
    KeywordOnly,
    /// All arguments by names that no other parameter has.
    Keywords,
}

/// One parameter of a builtin.
#[derive(Clone, Copy, Debug)]
pub struct ParamSpec {
    /// The documented name.
    pub name: &'static str,
    /// Other accepted names (`n`, `limit`, `top_k` for `k`).
    pub aliases: &'static [&'static str],
    /// What it is for; one line.
    pub docs: &'static str,
    /// What it accepts.
    pub ty: Type,
    /// The default as it is written in a program; `None` if the argument must be given.
    pub default: Option<&'static str>,
    /// How it takes arguments.
    pub arity: Arity,
}

/// One builtin function, method or property.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// The documented name; a module's function that differs from the plain one is dotted
    /// (`re.split`).
    pub name: &'static str,
    /// `None` for a function; for a method the types it belongs to.
    pub owners: &'static [Type],
    /// Other accepted names, dotted ones (`json.loads`) included.
    pub aliases: &'static [&'static str],
    /// Its chapter in the reference (`text`, `search`, ...).
    pub group: &'static str,
    /// The doc comment: first line a summary.
    pub docs: &'static str,
    /// Parameters in order; for a method the first is the receiver.
    pub params: &'static [ParamSpec],
    /// For a function: the parameter that stands before the dot in `x.f(y)`.
    pub receiver: Option<usize>,
    /// What it returns.
    pub returns: Type,
    /// What else it does.
    pub effect: Effect,
    /// `x.name` without parentheses gives the value too.
    pub property: bool,
    /// The line that the system prompt shows: a call as a model would write it, then a few words.
    /// `None` for what a model finds without being told.
    pub prompt: Option<&'static str>,
}

impl Signature {
    /// True for a method of some type.
    pub fn is_method(&self) -> bool {
        !self.owners.is_empty()
    }

    /// The index of the parameter with this name or alias.
    pub fn param_index(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|p| {
            p.arity != Arity::Keywords && (p.name == name || p.aliases.contains(&name))
        })
    }

    /// The index of the parameter that takes keyword arguments of any name.
    pub fn keywords(&self) -> Option<usize> {
        self.params.iter().position(|p| p.arity == Arity::Keywords)
    }

    /// The parameters that positional arguments fill, in order: without the receiver if the call
    /// is `x.f(y)`, without keyword-only ones.
    pub fn positional(&self, as_method: bool) -> impl Iterator<Item = usize> + '_ {
        let receiver = if as_method { Some(self.receiver.unwrap_or(0)) } else { None };
        (0..self.params.len())
            .filter(move |&i| Some(i) != receiver && self.params[i].arity != Arity::KeywordOnly)
    }
}

/// The input that no program can assign: later turns count on finding it as it was. The others are
/// names that programs for similar systems use for their own values.
pub const FIXED_INPUT: &str = "context";

/// The table of builtins, as the front end sees it.
pub trait Catalog {
    /// Every builtin.
    fn signatures(&self) -> &[&'static Signature];

    /// The function of this name or alias (dotted names included).
    fn function(&self, name: &str) -> Option<&'static Signature>;

    /// All methods and properties of this name (one per set of owner types), and the function
    /// that can be called in method style.
    fn methods(&self, name: &str) -> Vec<&'static Signature>;

    /// True for a module whose name may stand before a dot (`re`, `json`, `math`, ...).
    fn module(&self, name: &str) -> bool;

    /// True for a module's name that is a value: `math.pi`, `string.digits`.
    fn constant(&self, _path: &str) -> bool {
        false
    }

    /// Names that are always defined and no function: `context`, `docs`, `question`. All but
    /// [`FIXED_INPUT`] can be assigned.
    fn inputs(&self) -> &[&'static str];

    /// Tries to compile a regex that stands in a program as a literal.
    ///
    /// # Errors
    /// What is wrong with it: lower case, one line. The default accepts everything.
    fn check_regex(&self, _pattern: &str) -> Result<(), String> {
        Ok(())
    }
}
