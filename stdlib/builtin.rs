//! The record of a builtin, and the table that finds it by name.

use rlm_lang_syntax::signature::{Catalog, Signature, Type};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

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

/// The builtins by name, built once.
pub struct Table {
    signatures: Vec<&'static Signature>,
    functions: FxHashMap<&'static str, &'static Builtin>,
    methods: FxHashMap<&'static str, Vec<&'static Builtin>>,
}

impl Table {
    /// The table of all builtins.
    pub fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table::new(crate::GROUPS))
    }

    fn new(groups: &[&[&'static Builtin]]) -> Table {
        let mut table = Table {
            signatures: Vec::new(),
            functions: FxHashMap::default(),
            methods: FxHashMap::default(),
        };
        for &builtin in groups.iter().copied().flatten() {
            let signature = &builtin.signature;
            table.signatures.push(signature);
            let names = std::iter::once(&signature.name).chain(signature.aliases);
            for &name in names {
                if signature.is_method() {
                    table.methods.entry(name).or_default().push(builtin);
                } else {
                    table.functions.entry(name).or_insert(builtin);
                }
            }
        }
        table
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
        self.own_method(owner, name).or_else(|| {
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

    fn inputs(&self) -> &[&'static str] {
        INPUTS
    }

    fn check_regex(&self, pattern: &str) -> Result<(), String> {
        crate::search::check_pattern(pattern)
    }
}
