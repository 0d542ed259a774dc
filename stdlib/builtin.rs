//! The record of a builtin, and the table that finds it by name.

use rlm_lang_syntax::signature::{Catalog, Signature, Type};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

use crate::fault::Fault;
use crate::host::Host;
use crate::value::Value;

/// A builtin: what it is, and what it does. Made by `#[builtin]`.
#[derive(Debug)]
pub struct Builtin {
    /// Name, parameters, docs, effect.
    pub signature: Signature,
    /// The body. Arguments stand in parameter order, [`Value::Unset`] for one not given; a
    /// `Rest` parameter holds a tuple.
    pub call: fn(&mut dyn Host, &mut [Value]) -> Result<Value, Fault>,
    /// Where it is declared: file and line, for messages of tests.
    pub file: &'static str,
    /// The line in that file.
    pub line: u32,
}

impl Builtin {
    /// Its name and its aliases.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.signature.name).chain(self.signature.aliases.iter().copied())
    }
}

/// Modules of Python whose functions work here under their dotted and their plain name.
const MODULES: &[&str] = &[
    "re",
    "json",
    "math",
    "statistics",
    "collections",
    "itertools",
    "functools",
    "datetime",
    "date",
    "timezone",
    "NormalDist",
    "csv",
    "string",
    "io",
    "textwrap",
    "operator",
    "typing",
    "heapq",
    "bisect",
    "time",
    "random",
    "copy",
    "asyncio",
    "difflib",
    "hashlib",
    "html",
    "urllib",
    "parse",
    "base64",
    "unicodedata",
    "pprint",
    "ast",
    "os",
    "path",
    "sys",
];

/// Types whose methods may be named without a value: `key=str.lower`, `set.union(a, b)`.
const TYPES: &[(&str, Type)] = &[
    ("str", Type::Text),
    ("list", Type::List),
    ("dict", Type::Dict),
    ("set", Type::Set),
    ("tuple", Type::Tuple),
    ("int", Type::Int),
    ("float", Type::Float),
];

fn type_named(name: &str) -> Option<Type> {
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, ty)| *ty)
}

/// Names that a run defines.
const INPUTS: &[&str] = &["context", "docs", "question"];

/// Why a builtin cannot be added to the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// One line: which, where it is declared, what to do.
    pub message: String,
}

/// The builtins by name.
pub struct Table {
    signatures: Vec<&'static Signature>,
    /// Those of them that the language does not have by itself.
    added: Vec<&'static Signature>,
    functions: FxHashMap<&'static str, &'static Builtin>,
    methods: FxHashMap<&'static str, Vec<&'static Builtin>>,
}

impl Table {
    /// The table of the language's own builtins, built once.
    pub fn get() -> &'static Table {
        Table::own()
    }

    /// The same, to be kept beside tables with more in them.
    pub fn shared() -> Arc<Table> {
        Table::own().clone()
    }

    fn own() -> &'static Arc<Table> {
        static TABLE: OnceLock<Arc<Table>> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut table = Table {
                signatures: Vec::new(),
                added: Vec::new(),
                functions: FxHashMap::default(),
                methods: FxHashMap::default(),
            };
            for builtin in crate::GROUPS.iter().copied().flatten() {
                table.insert(builtin);
            }
            Arc::new(table)
        })
    }

    /// The language's own builtins and some more, for an engine whose user brings them.
    ///
    /// # Errors
    /// When one has a name that is taken or that no program could write.
    pub fn with(builtins: &[&'static Builtin]) -> Result<Table, Clash> {
        let own = Table::get();
        let mut table = Table {
            signatures: own.signatures.clone(),
            added: Vec::new(),
            functions: own.functions.clone(),
            methods: own.methods.clone(),
        };
        for &builtin in builtins {
            for name in builtin.names() {
                if let Some(trouble) = table.trouble(builtin, name) {
                    let Builtin { file, line, .. } = builtin;
                    let message = format!("the function `{name}` of {file}:{line} {trouble}");
                    return Err(Clash { message });
                }
            }
            table.insert(builtin);
            table.added.push(&builtin.signature);
        }
        Ok(table)
    }

    /// Why a builtin cannot be called so.
    fn trouble(&self, builtin: &Builtin, name: &str) -> Option<&'static str> {
        let owners = builtin.signature.owners;
        let is_taken = match owners {
            [] => self.function(name).is_some() || INPUTS.contains(&name) || self.module(name),
            _ => owners.iter().any(|&owner| self.own_method(owner, name).is_some()),
        };
        let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let parsed = rlm_lang_syntax::parse(&format!("{name} = 1"));
        if is_taken {
            Some("has the name of something that is there already; pick another one")
        } else if !is_word || !parsed.errors.is_empty() {
            Some("has a name that no program can write; use letters, digits and _")
        } else {
            None
        }
    }

    fn insert(&mut self, builtin: &'static Builtin) {
        let signature = &builtin.signature;
        self.signatures.push(signature);
        for name in builtin.names() {
            if signature.is_method() {
                self.methods.entry(name).or_default().push(builtin);
            } else {
                self.functions.entry(name).or_insert(builtin);
            }
        }
    }

    /// The builtins that the language does not have by itself.
    pub fn added(&self) -> &[&'static Signature] {
        &self.added
    }

    /// The function of this name: the dotted name if there is one of its own (`re.split`), else
    /// the part after the module (`re.findall` is `findall`) or the method of a type
    /// (`str.lower`).
    pub fn function(&self, name: &str) -> Option<&'static Builtin> {
        if let Some(&builtin) = self.functions.get(name) {
            return Some(builtin);
        }
        let (module, rest) = name.split_once('.')?;
        if let Some(owner) = type_named(module) {
            return self.own_method(owner, rest);
        }
        if MODULES.contains(&module) { self.function(rest) } else { None }
    }

    /// The method or property of this name for a type, else the function that takes such a
    /// receiver in `x.f(y)`.
    pub fn method(&self, owner: Type, name: &str) -> Option<&'static Builtin> {
        // A caught error behaves as its text.
        let as_text = || self.own_method(Type::Text, name).filter(|_| owner == Type::Error);
        self.own_method(owner, name).or_else(as_text).or_else(|| {
            self.functions.get(name).copied().filter(|b| b.signature.receiver.is_some())
        })
    }

    fn own_method(&self, owner: Type, name: &str) -> Option<&'static Builtin> {
        let all = self.methods.get(name)?;
        all.iter().find(|b| b.signature.owners.contains(&owner)).copied()
    }

    /// Names of methods and properties that a type has of its own, sorted.
    pub fn method_names(&self, owner: Type) -> Vec<&'static str> {
        let mut names: Vec<_> =
            self.signatures.iter().filter(|s| s.owners.contains(&owner)).map(|s| s.name).collect();
        names.sort_unstable();
        names
    }

    /// Documented names of all functions, sorted.
    pub fn function_names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            self.signatures.iter().filter(|s| !s.is_method()).map(|s| s.name).collect();
        names.sort_unstable();
        names
    }
}

impl Catalog for Table {
    fn signatures(&self) -> &[&'static Signature] {
        &self.signatures
    }

    fn function(&self, name: &str) -> Option<&'static Signature> {
        Table::function(self, name).map(|b| &b.signature)
    }

    fn methods(&self, name: &str) -> Vec<&'static Signature> {
        let own = self.methods.get(name).into_iter().flatten().map(|b| &b.signature);
        let function = self.functions.get(name).filter(|b| b.signature.receiver.is_some());
        own.chain(function.map(|b| &b.signature)).collect()
    }

    fn module(&self, name: &str) -> bool {
        MODULES.contains(&name) || type_named(name).is_some()
    }

    fn constant(&self, path: &str) -> bool {
        // `sys.stdout` stands for nothing, and yet has a method.
        crate::constants::constant(path).is_some_and(|value| !matches!(value, Value::None))
    }

    fn inputs(&self) -> &[&'static str] {
        INPUTS
    }

    fn check_regex(&self, pattern: &str) -> Result<(), String> {
        crate::search::check_pattern(pattern)
    }
}
