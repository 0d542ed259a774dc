//! Do the arguments of a call fit the parameters?

use crate::ast::{Arg, Param, ParamKind};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::signature::{Arity, Signature};
use crate::span::Span;
use crate::suggest;

/// The longest usage line that a remedy shows, in bytes.
const LONGEST_USAGE: usize = 80;

/// What is called: a name for messages and its parameters.
pub(super) struct Shape<'a> {
    name: &'a str,
    slots: Vec<Slot<'a>>,
    /// `**kwargs`: every keyword is welcome.
    any_keyword: bool,
    /// The slot that stands before the dot.
    receiver: Option<usize>,
}

struct Slot<'a> {
    name: &'a str,
    aliases: &'a [&'a str],
    /// As written; `None` if the argument must be given.
    default: Option<&'a str>,
    arity: Arity,
}

impl<'a> Shape<'a> {
    /// A builtin, called by its name or in method style.
    pub(super) fn of_builtin(signature: &'a Signature, as_method: bool) -> Shape<'a> {
        // What takes the remaining keywords stands last and is filled by no argument of its own.
        let named = signature.params.iter().filter(|param| param.arity != Arity::Keywords);
        let slots = named.map(|param| Slot {
            name: param.name,
            aliases: param.aliases,
            default: param.default,
            arity: param.arity,
        });
        Shape {
            name: signature.name,
            slots: slots.collect(),
            any_keyword: signature.keywords().is_some(),
            receiver: as_method.then(|| signature.receiver.unwrap_or(0)),
        }
    }

    /// A function of the program.
    pub(super) fn of_function(name: &'a str, params: &'a [Param]) -> Shape<'a> {
        let star = |param: &Param| matches!(param.kind, ParamKind::Star | ParamKind::Bare);
        let star = params.iter().position(star);
        let named = params
            .iter()
            .enumerate()
            .filter(|(_, param)| !matches!(param.kind, ParamKind::DoubleStar | ParamKind::Bare));
        let slots = named.map(|(index, param)| Slot {
            name: &param.name.text,
            aliases: &[],
            default: param.default.as_ref().map(|_| "..."),
            arity: match star {
                Some(star) if index == star => Arity::Rest,
                Some(star) if index > star => Arity::KeywordOnly,
                _ => Arity::One,
            },
        });
        Shape {
            name,
            slots: slots.collect(),
            any_keyword: params.iter().any(|param| param.kind == ParamKind::DoubleStar),
            receiver: None,
        }
    }

    /// The slot of each positional argument in order, the receiver left out; further arguments
    /// have none.
    fn positional(&self) -> Vec<usize> {
        let fits = |(index, slot): (usize, &Slot<'_>)| {
            (Some(index) != self.receiver && slot.arity != Arity::KeywordOnly).then_some(index)
        };
        self.slots.iter().enumerate().filter_map(fits).collect()
    }

    /// The slot of each argument as written; `None` for starred ones and those behind one.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub(super) fn fit(&self, args: &[Arg], call: Span) -> Result<Vec<Option<usize>>, Diagnostic> {
        let positional = self.positional();
        let rest = positional.iter().position(|&slot| self.arity(slot) == Some(Arity::Rest));
        let mut filled: Vec<usize> = self.receiver.into_iter().collect();
        let mut slots = Vec::with_capacity(args.len());
        let (mut count, mut starred, mut spread) = (0, false, false);
        for arg in args {
            let slot = match arg {
                Arg::Positional(_) if starred => None,
                Arg::Positional(value) => {
                    let at = rest.map_or(count, |rest| count.min(rest));
                    count += 1;
                    let Some(&slot) = positional.get(at) else {
                        return Err(self.too_many(args, positional.len(), value.span));
                    };
                    Some(slot)
                }
                Arg::Keyword(name, _) => match self.named(&name.text) {
                    Some(slot) if filled.contains(&slot) && !starred => {
                        let message = format!("`{}` got `{}` twice", self.name, name.text);
                        return Err(self.wrong(Code::WrongCount, name.span, message));
                    }
                    Some(slot) => Some(slot),
                    None if self.any_keyword => None,
                    None => return Err(self.unknown_keyword(&name.text, name.span)),
                },
                Arg::Star(_) => {
                    starred = true;
                    None
                }
                Arg::DoubleStar(_) => {
                    spread = true;
                    None
                }
            };
            filled.extend(slot);
            slots.push(slot);
        }
        let missing = self.slots.iter().enumerate().find(|(index, slot)| {
            slot.default.is_none() && slot.arity != Arity::Rest && !filled.contains(index)
        });
        match missing {
            Some((_, slot)) if !starred && !spread => {
                let message = format!("`{}` needs a value for `{}`", self.name, slot.name);
                Err(self.wrong(Code::WrongCount, call, message))
            }
            _ => Ok(slots),
        }
    }

    fn arity(&self, slot: usize) -> Option<Arity> {
        self.slots.get(slot).map(|slot| slot.arity)
    }

    fn named(&self, name: &str) -> Option<usize> {
        // What stands before the dot has no name for callers: `d.update(d=1)` adds a key.
        self.slots.iter().enumerate().position(|(index, slot)| {
            Some(index) != self.receiver
                && slot.arity != Arity::Rest
                && (slot.name == name || slot.aliases.contains(&name))
        })
    }

    fn wrong(&self, code: Code, span: Span, message: String) -> Diagnostic {
        Diagnostic::error(code, span, message).with_help(format!("write {}", self.usage()))
    }

    fn too_many(&self, args: &[Arg], most: usize, span: Span) -> Diagnostic {
        let found = args.iter().filter(|arg| matches!(arg, Arg::Positional(_))).count();
        let optional = self.slots.iter().any(|slot| slot.default.is_some());
        let at_most = if optional { "at most " } else { "" };
        let most = match most {
            0 => "no arguments".to_string(),
            1 => format!("{at_most}1 argument"),
            _ => format!("{at_most}{most} arguments"),
        };
        let message = format!("`{}` takes {most}, found {found}", self.name);
        self.wrong(Code::WrongCount, span, message)
    }

    fn unknown_keyword(&self, name: &str, span: Span) -> Diagnostic {
        let message = format!("`{}` has no argument `{name}`", self.name);
        let names = self
            .slots
            .iter()
            .flat_map(|slot| std::iter::once(slot.name).chain(slot.aliases.iter().copied()));
        match suggest::nearest(name, names) {
            Some(near) => Diagnostic::error(Code::UnknownKeyword, span, message)
                .with_help(format!("did you mean `{near}`?")),
            None => self.wrong(Code::UnknownKeyword, span, message),
        }
    }

    /// `chunk(x, size, overlap=0)`; optional parameters are left out where it gets long.
    fn usage(&self) -> String {
        let whole = self.usage_with(true);
        if whole.len() <= LONGEST_USAGE { whole } else { self.usage_with(false) }
    }

    fn usage_with(&self, optional: bool) -> String {
        let shown = |(index, slot): (usize, &Slot<'_>)| match (slot.arity, slot.default) {
            _ if Some(index) == self.receiver => None,
            (Arity::KeywordOnly, None) => Some(format!("{}=...", slot.name)),
            (Arity::Rest, _) => Some(format!("*{}", slot.name)),
            (_, None) => Some(slot.name.to_string()),
            (_, Some(default)) => optional.then(|| format!("{}={default}", slot.name)),
        };
        let mut all: Vec<String> = self.slots.iter().enumerate().filter_map(shown).collect();
        if !optional {
            all.push("...".to_string());
        }
        let dot = if self.receiver.is_some() { "x." } else { "" };
        format!("{dot}{}({})", self.name, all.join(", "))
    }
}
