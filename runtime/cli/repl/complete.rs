//! What could be meant where the cursor stands: names, methods, keyword arguments and commands, each
//! with a few words about it. Pure functions over what the session knows.

use std::collections::HashSet;

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::signature::{Arity, Catalog, Signature, Type};
use rlm_lang_syntax::{KEYWORDS, highlight};

use super::commands::COMMANDS;

/// What completion knows of the session.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The variables.
    pub variables: Vec<Variable>,
}

/// A variable of the session.
#[derive(Debug)]
pub(super) struct Variable {
    pub name: String,
    /// The type of its value.
    pub ty: Type,
    /// The type of its first item, if it has items.
    pub item: Option<Type>,
}

/// One thing that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What is written.
    pub text: String,
    /// What it is, in a few words.
    pub about: String,
}

/// Where the word at the cursor begins, and what could be meant by it, the nearest first: parameters of the
/// call that is being written, then what the session has, then everything else, each in order.
pub(super) fn candidates(line: &str, at: usize, known: &Known) -> (usize, Vec<Candidate>) {
    let table = Table::get();
    let before = line.get(..at).unwrap_or(line);
    let start = word_start(before);
    let word = before.get(start..).unwrap_or_default();
    let head = before.get(..start).unwrap_or_default();
    let mut found = if before.trim_start().starts_with(':') {
        let is_command = head.trim() == ":";
        sorted(if is_command { commands() } else { functions(table) })
    } else if let Some(receiver) = head.strip_suffix('.') {
        sorted(members(table, receiver, known))
    } else {
        let call = open_call(table, head);
        let mut all = call.map(|(signature, given)| keywords(signature, given)).unwrap_or_default();
        all.extend(sorted(own(table, known)));
        all.extend(sorted(names(table)));
        all
    };
    let mut seen = HashSet::new();
    found.retain(|one| one.text.starts_with(word) && seen.insert(one.text.clone()));
    (start, found)
}

/// The parameters of the call that is being written at the end of the line.
pub(super) fn hint(line: &str) -> Option<String> {
    let (signature, given) = open_call(Table::get(), line)?;
    if !given.trim().is_empty() {
        return None;
    }
    let call = reference::usage(signature);
    call.split_once('(').map(|(_, params)| params.to_string())
}

fn word_start(text: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.char_indices().rev().take_while(|(_, c)| word(*c)).last().map_or(text.len(), |(at, _)| at)
}

fn candidate(text: impl Into<String>, about: impl Into<String>) -> Candidate {
    Candidate { text: text.into(), about: about.into() }
}

fn commands() -> Vec<Candidate> {
    COMMANDS.iter().map(|command| candidate(command.name, command.about)).collect()
}

fn functions(table: &Table) -> Vec<Candidate> {
    let plain = table.signatures().iter().filter(|one| !one.is_method());
    plain.map(|one| candidate(one.name, summary(one))).collect()
}

fn summary(signature: &Signature) -> &str {
    signature.docs.lines().next().unwrap_or_default()
}

fn sorted(mut found: Vec<Candidate>) -> Vec<Candidate> {
    // What begins with a capital letter is the rarer thing.
    let order = |one: &Candidate| (one.text.starts_with(char::is_uppercase), one.text.clone());
    found.sort_by_cached_key(order);
    found
}

/// What the session has: variables and inputs.
fn own(table: &Table, known: &Known) -> Vec<Candidate> {
    let variables = known.variables.iter().map(|one| candidate(&one.name, one.ty.with_article()));
    let inputs = table.inputs().iter().map(|name| candidate(*name, "an input"));
    variables.chain(inputs).collect()
}

/// Functions and words of the language.
fn names(table: &Table) -> Vec<Candidate> {
    let words = KEYWORDS.iter().map(|word| candidate(*word, "a word of the language"));
    let functions = functions(table).into_iter().filter(|one| !one.text.contains('.'));
    functions.chain(words).collect()
}

/// What may stand after `receiver.`: the functions of a module, the methods of the type if it is known
/// from the last name or literal, else those of all types.
fn members(table: &Table, receiver: &str, known: &Known) -> Vec<Candidate> {
    let word = receiver.get(word_start(receiver)..).unwrap_or_default();
    let stands_alone = !receiver.ends_with([')', ']', '}']);
    let variable = known.variables.iter().find(|one| one.name == word).map(|one| one.ty);
    if variable.is_none() && stands_alone && table.module(word) {
        let prefix = format!("{word}.");
        let functions = table.signatures().iter().filter(|one| !one.is_method());
        return functions
            .flat_map(|one| {
                std::iter::once(&one.name).chain(one.aliases).map(move |name| (name, one))
            })
            .filter_map(|(name, one)| Some(candidate(name.strip_prefix(&prefix)?, summary(one))))
            .collect();
    }
    let ty = match word {
        _ if receiver.ends_with(['"', '\'']) => Some(Type::Text),
        "context" | "question" if stands_alone => Some(Type::Text),
        "docs" if stands_alone => Some(Type::List),
        _ if stands_alone => variable,
        _ => indexed(receiver, known),
    };
    let fits = |one: &&&Signature| match ty {
        Some(ty) => one.owners.contains(&ty) || (one.receiver.is_some() && takes(one, ty)),
        None => one.is_method() || one.receiver.is_some(),
    };
    table.signatures().iter().filter(fits).map(|one| candidate(one.name, summary(one))).collect()
}

/// The type of `name[...]`: of an item, or of the whole if it is a slice.
fn indexed(receiver: &str, known: &Known) -> Option<Type> {
    let (name, index) = receiver.strip_suffix(']')?.split_once('[')?;
    let name = name.get(word_start(name)..)?;
    let is_plain = !index.contains(['[', ']', '(', ')', '{', '}']);
    if is_plain && matches!(name, "context" | "question") {
        return Some(Type::Text);
    }
    let variable = known.variables.iter().find(|one| one.name == name).filter(|_| is_plain)?;
    if index.contains(':') { Some(variable.ty) } else { variable.item }
}

/// Whether a function can be called on a value of this type in method style.
fn takes(signature: &Signature, ty: Type) -> bool {
    let receiver = signature.receiver.and_then(|index| signature.params.get(index));
    !signature.is_method() && receiver.is_some_and(|param| param.ty == ty || param.ty == Type::Any)
}

/// The parameters of a call that are not given by name yet.
fn keywords(signature: &Signature, given: &str) -> Vec<Candidate> {
    let named = |arity: Arity| matches!(arity, Arity::One | Arity::KeywordOnly);
    let params = signature.params.iter().filter(|param| named(param.arity));
    params
        .map(|param| candidate(format!("{}=", param.name), param.docs.replace('\n', " ")))
        .filter(|keyword| !given.contains(&keyword.text))
        .collect()
}

/// The function whose call is open at the end of a text, and what is given to it so far. Brackets in
/// texts are not brackets.
fn open_call<'t>(table: &'t Table, text: &'t str) -> Option<(&'t Signature, &'t str)> {
    let mut open: Vec<usize> = Vec::new();
    for (kind, span) in highlight::pieces(text) {
        if kind == highlight::Kind::Mark {
            match text.get(span.range())? {
                "(" | "[" | "{" => open.push(span.range().start),
                ")" | "]" | "}" => drop(open.pop()),
                _ => {}
            }
        }
    }
    let at = open.pop().filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with('(')))?;
    let (before, given) = (text.get(..at)?, text.get(at + 1..)?);
    let name = before.get(word_start(before)..)?;
    let is_method = before.strip_suffix(name).is_some_and(|head| head.ends_with('.'));
    let signature = match is_method {
        true => table.methods(name).into_iter().next(),
        false => Catalog::function(table, name),
    };
    signature.map(|signature| (signature, given))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let variable = |name: &str, ty| {
            let (name, item) = (name.to_string(), Some(Type::Text));
            Variable { name, ty, item }
        };
        Known { variables: vec![variable("hits", Type::List), variable("name", Type::Text)] }
    }

    fn texts(line: &str) -> (usize, Vec<String>) {
        let (start, found) = candidates(line, line.len(), &known());
        (start, found.into_iter().map(|candidate| candidate.text).collect())
    }

    #[test]
    fn names_begin_like_the_word() {
        let (start, found) = texts("x = hi");
        assert_eq!((start, found), (4, vec!["hits".to_string()]));
        let (_, found) = texts("gre");
        assert_eq!(found, ["grep"]);
        let (_, found) = texts("whi");
        assert_eq!(found, ["while"]);
        let (_, found) = texts("con");
        assert!(found.contains(&"context".to_string()) && found.contains(&"continue".to_string()));
    }

    #[test]
    fn methods_are_those_of_the_type() {
        let (start, found) = texts("hits.app");
        assert_eq!((start, found), (5, vec!["append".to_string(), "appendleft".to_string()]));
        let (_, found) = texts("name.upp");
        assert_eq!(found, ["upper"]);
        assert!(texts("name.appe").1.is_empty());
        assert_eq!(texts("\"a\".upp").1, ["upper"]);
        // Of what a call gives nothing is known: all methods.
        assert_eq!(texts("f(x).appe").1, ["append", "appendleft"]);
        assert_eq!(texts("hits[0].appe").1, Vec::<String>::new());
        assert_eq!(texts("x = hits[i].upp").1, ["upper"]);
        assert_eq!(texts("hits[2:5].appe").1, ["append", "appendleft"]);
        assert!(texts("context.spl").1.contains(&"splitlines".to_string()));
    }

    #[test]
    fn calls_offer_their_parameters() {
        let (_, found) = texts("grep(r\"(\", lim");
        assert_eq!(found, ["limit="]);
        // They come first, and not again once they are given.
        let (_, found) = texts("grep(");
        assert!(found[0].ends_with('='), "{found:?}");
        let others = found.iter().position(|one| !one.ends_with('=')).unwrap();
        assert!(found[others..].iter().all(|one| !one.ends_with('=')), "{found:?}");
        assert!(found[others..].starts_with(&["context".to_string()]), "{found:?}");
        assert!(texts("grep(\"a\", limit=3, lim").1.is_empty());
        assert!(hint("grep(").is_some_and(|hint| hint.contains("limit=")));
        assert_eq!(hint("grep(\"a\""), None);
        assert_eq!(hint("x = (1 +"), None);
        assert_eq!(hint(""), None);
    }

    #[test]
    fn commands_and_their_names() {
        assert_eq!(texts(":un"), (1, vec!["undo".to_string()]));
        assert_eq!(texts(":help gre").1, ["grep"]);
    }

    #[test]
    fn any_line_can_be_completed() {
        for line in ["", ".", "ä.", "\"", "(((", ")", "f\"{", ":", "x.y.z(", "日本.", "a\n  b."]
        {
            for at in 0..=line.len() + 1 {
                let (start, _) = candidates(line, at, &known());
                assert!(start <= line.len(), "{line:?} {at}");
            }
            hint(line);
        }
    }
}
