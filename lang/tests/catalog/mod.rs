//! A small table of builtins for tests: enough of the language's to check programs against.
#![allow(dead_code)] // each test file uses its part

use rlm_lang_syntax::signature::{Arity, Catalog, Effect, ParamSpec, Signature, Type};

const fn param(
    name: &'static str,
    aliases: &'static [&'static str],
    default: Option<&'static str>,
    arity: Arity,
) -> ParamSpec {
    ParamSpec { name, aliases, docs: "", ty: Type::Any, default, arity }
}

/// `[x, size: "n", overlap = "0", *rest, keyword sep = " "]` as parameters.
macro_rules! params {
    (@list [$($done:expr,)*]) => { &[$($done,)*] };
    (@list [$($done:expr,)*] * $name:ident $(, $($rest:tt)*)?) => {
        params!(@list [$($done,)* param(stringify!($name), &[], None, Arity::Rest),] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] key $name:ident = $default:literal $(, $($rest:tt)*)?) => {
        params!(@list [$($done,)* param(stringify!($name), &[], Some($default), Arity::KeywordOnly),]
            $($($rest)*)?)
    };
    (@list [$($done:expr,)*] $name:ident $(| $alias:ident)* = $default:literal $(, $($rest:tt)*)?) => {
        params!(@list [$($done,)*
            param(stringify!($name), &[$(stringify!($alias)),*], Some($default), Arity::One),]
            $($($rest)*)?)
    };
    (@list [$($done:expr,)*] $name:ident $(| $alias:ident)* $(, $($rest:tt)*)?) => {
        params!(@list [$($done,)*
            param(stringify!($name), &[$(stringify!($alias)),*], None, Arity::One),]
            $($($rest)*)?)
    };
}

/// A list of signatures, one a line: `name|alias (params) flags`.
macro_rules! table {
    ($($name:literal $(| $alias:literal)* ($($params:tt)*) $(of [$($owner:ident)+])?
        $(at $receiver:literal)? $(-> $returns:ident)? $(does $effect:ident)?;)+) => {
        &[$(&Signature {
            name: $name,
            owners: &[$($(Type::$owner),+)?],
            aliases: &[$($alias),*],
            group: "",
            docs: "",
            params: params!(@list [] $($params)*),
            receiver: receiver(&[$($receiver)?]),
            returns: returns(&[$(Type::$returns)?]),
            effect: effect(&[$(Effect::$effect)?]),
            property: false,
            prompt: None,
        }),+]
    };
}

const fn receiver(given: &[usize]) -> Option<usize> {
    if let [one] = given { Some(*one) } else { None }
}

const fn returns(given: &[Type]) -> Type {
    if let [one] = given { *one } else { Type::Any }
}

const fn effect(given: &[Effect]) -> Effect {
    if let [one] = given { *one } else { Effect::Pure }
}

static SIGNATURES: &[&Signature] = table! {
    "len" (x) at 0 -> Int;
    "lines" (t) at 0 -> List;
    "join" (xs, sep = "\"\\n\"") at 0 -> Text;
    "peek" (x, n = "800") at 0 -> Text;
    "cite" (t) at 0 -> Text;
    "chunk" (x, size, overlap = "0") at 0 -> List;
    "number" (t) at 0;
    "grep" (regex | pattern, t | text = "context", ignore_case = "False", limit | n | k = "None") at 1 -> List;
    "findall" (regex, t = "context", flags = "0") at 1 -> List;
    "search" (regex, t = "context", flags = "0") at 1;
    "sub" (regex, new, t) at 2 -> Text;
    "re.split" (regex, t, maxsplit = "0") -> List;
    "rank" (query, texts, k | n | limit = "10") at 1 -> List;
    "range" (start, stop = "None", step = "None") -> List;
    "enumerate" (xs, start = "0") at 0 -> List;
    "zip" (*xs) -> List;
    "map" (f, *xs) -> List;
    "sorted" (xs, key = "None", reverse = "False") at 0 -> List;
    "flatten" (xs) at 0 -> List;
    "pairs" (xs) at 0 -> List;
    "first" | "next" (xs, default = "None") at 0;
    "sum" (xs, start = "0") at 0;
    "min" (*xs, key key = "None", key default = "None") at 0;
    "max" (*xs, key key = "None", key default = "None") at 0;
    "any" (xs) at 0 -> Bool;
    "all" (xs) at 0 -> Bool;
    "unique" (xs) at 0 -> List;
    "count_by" | "Counter" (xs = "[]", key = "None") at 0 -> Dict;
    "defaultdict" (factory = "None") -> Dict;
    "group_by" (xs, key) at 0 -> Dict;
    "json" | "json.loads" (t) at 0;
    "to_json" | "json.dumps" (value, indent = "None") at 0 -> Text;
    "csv" (t) at 0 -> List;
    "median" (xs) at 0;
    "table" (rows) at 0 -> Text;
    "sample" (xs, n) at 0 -> List;
    "files" (glob) -> List;
    "int" (x = "0", base = "10") -> Int;
    "str" (x = "\"\"") -> Text;
    "float" (x = "0") -> Float;
    "list" (x = "[]") -> List;
    "dict" (x = "{}") -> Dict;
    "set" (x = "[]") -> Set;
    "isinstance" (x, kind) -> Bool;
    "round" (x, digits = "None");
    "strptime" (t, format) -> Date;
    "ask" | "llm_query" (instruction | prompt, text = "None", choices = "None", schema = "None", model = "None")
        at 1 does Calls;
    "ask_all" | "llm_query_batched" (prompts) does Calls;
    "classify" (items, labels, instruction = "None") at 0 -> List does Calls;
    "recurse" | "rlm_query" (question, text = "None") at 1 does Calls;
    "budget" () -> Dict does Reads;
    "print" (*values, key sep = "\" \"", key end = "\"\\n\"") does Prints;
    "answer" | "FINAL" | "FINAL_VAR" (value, sources = "None") does Answers;
    "vars" () -> Dict does Reads;
    "append" | "push" (xs, x) of [List] does Mutates;
    "pop" (xs, i = "-1") of [List] does Mutates;
    "pop" (d, key, default = "None") of [Dict] does Mutates;
    "sort" (xs, key = "None", reverse = "False") of [List] does Mutates;
    "strip" | "trim" (t, chars = "None") of [Text Match] -> Text;
    "lower" | "toLowerCase" (t) of [Text Match] -> Text;
    "isdigit" (t) of [Text] -> Bool;
    "split" (t, sep = "None", maxsplit = "-1") of [Text Match] -> List;
    "replace" (t, old, new, count = "-1") of [Text Match] -> Text;
    "startswith" (t, prefix) of [Text Match] -> Bool;
    "partition" (t, sep) of [Text] -> Tuple;
    "join" (sep, xs) of [Text] -> Text;
    "format" (t, *values) of [Text] -> Text;
    "around" (t, n = "300") of [Text Match] -> Text;
    "group" (m, n = "0") of [Match] -> Text;
    "start" (t) of [Text Match] -> Int;
    "get" (d, key, default = "None") of [Dict];
    "items" (d) of [Dict] -> List;
    "keys" (d) of [Dict] -> List;
    "values" (d) of [Dict] -> List;
    "most_common" (d, n = "None") of [Dict] -> List;
    "setdefault" (d, key, default = "None") of [Dict] does Mutates;
    "add" (s, x) of [Set] does Mutates;
    "now" () -> Date;
};

/// The table.
pub(crate) struct Small;

impl Catalog for Small {
    fn signatures(&self) -> &[&'static Signature] {
        SIGNATURES
    }

    fn function(&self, name: &str) -> Option<&'static Signature> {
        let named = |one: &&&Signature| {
            !one.is_method() && (one.name == name || one.aliases.contains(&name))
        };
        if let Some(found) = SIGNATURES.iter().find(named) {
            return Some(found);
        }
        let (module, rest) = name.split_once('.')?;
        if self.module(module) { self.function(rest) } else { None }
    }

    fn methods(&self, name: &str) -> Vec<&'static Signature> {
        let fits = |one: &&&Signature| {
            (one.is_method() || one.receiver.is_some())
                && (one.name == name || one.aliases.contains(&name))
        };
        SIGNATURES.iter().filter(fits).copied().collect()
    }

    fn module(&self, name: &str) -> bool {
        matches!(name, "re" | "json" | "math" | "datetime" | "collections" | "statistics" | "csv")
    }

    fn inputs(&self) -> &[&'static str] {
        &["context", "docs", "question"]
    }

    fn check_regex(&self, pattern: &str) -> Result<(), String> {
        let open = pattern.matches('(').count() - pattern.matches("\\(").count();
        let close = pattern.matches(')').count() - pattern.matches("\\)").count();
        if open == close { Ok(()) } else { Err("a group is never closed".to_string()) }
    }
}
