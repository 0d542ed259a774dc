//! Comprehensions.

use std::cell::RefCell;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::value::{Dict, Map, Members, Set, Value};
use rlm_lang_syntax::span::Span;

use super::Machine;
use super::code::*;
use super::reach::Reach;
use super::schedule::Batch;

/// What has been collected so far.
pub(super) enum Collected {
    List(Vec<Value>),
    Set(Members),
    Dict(Map),
}

impl Comprehension {
    pub(super) fn empty(&self) -> Collected {
        match self.kind {
            Collect::List | Collect::Generator => Collected::List(Vec::new()),
            Collect::Set => Collected::Set(Members::default()),
            Collect::Dict => Collected::Dict(Map::default()),
        }
    }
}

impl Collected {
    /// The newest item of a list.
    fn last(&self) -> Option<&Value> {
        match self {
            Collected::List(items) => items.last(),
            _ => None,
        }
    }

    /// Adds what another part of the same comprehension collected, after what is there.
    pub(super) fn extend(&mut self, more: Collected) {
        match (self, more) {
            (Collected::List(all), Collected::List(more)) => all.extend(more),
            (Collected::Set(all), Collected::Set(more)) => all.extend(more),
            (Collected::Dict(all), Collected::Dict(more)) => all.extend(more),
            // Parts of one comprehension are of one kind.
            _ => {}
        }
    }
}

impl Machine<'_> {
    pub(super) fn comprehension(
        &mut self,
        code: &Comprehension,
        span: Span,
    ) -> Result<Value, Fault> {
        let mut collected = code.empty();
        let reach = if code.concurrent { self.reach(&code.summary) } else { Reach::default() };
        if reach.calls {
            self.concurrently(code, reach.changes, &mut collected, span)?;
        } else {
            self.clauses(code, &code.clauses, &mut collected, span)?;
        }
        Ok(match collected {
            Collected::List(items) if code.kind == Collect::Generator => {
                Value::list(items).one_by_one()
            }
            Collected::List(items) => Value::list(items),
            Collected::Set(members) => Value::Set(Set::new(members)),
            Collected::Dict(map) => Value::Dict(Dict::new(map)),
        })
    }

    /// Runs the items of a comprehension's first clause as fibers.
    fn concurrently(
        &mut self,
        code: &Comprehension,
        ordered: bool,
        collected: &mut Collected,
        span: Span,
    ) -> Result<(), Fault> {
        let Some((Clause::For { target, iterable }, rest)) = code.clauses.split_first() else {
            return Ok(());
        };
        let items = self.eval(iterable)?;
        self.lane.advance();
        self.admit(self.count_items(code, &items), Some(iterable), span)?;
        let mut walk = self.walk(items, iterable.span)?;
        let batch = Batch { code: Some(code), ordered, span };
        let left = RefCell::new(vec![(0, Value::Unset); code.own.len()]);
        let mut number = 0;
        let mut next = || {
            number += 1;
            Some(Value::tuple(vec![Value::Int(number), walk.next()?]))
        };
        self.run_items(&batch, &mut next, collected, &|machine, numbered| {
            let numbered = numbered.items()?;
            let (Some(Value::Int(number)), Some(item)) = (numbered.get(0), numbered.get(1)) else {
                return Ok(code.empty());
            };
            let mut collected = code.empty();
            machine.assign(target, item)?;
            machine.clauses(code, rest, &mut collected, span)?;
            for (place, newest) in code.own.iter().zip(left.borrow_mut().iter_mut()) {
                let value = machine.read(*place);
                if number > newest.0 && !matches!(value, Value::Unset) {
                    *newest = (number, value);
                }
            }
            Ok(collected)
        })?;
        // What `:=` gave the last item stays, as in Python.
        for (place, (number, value)) in code.own.iter().zip(left.into_inner()) {
            if number > 0 {
                self.write(*place, value);
            }
        }
        Ok(())
    }

    pub(super) fn clauses(
        &mut self,
        code: &Comprehension,
        clauses: &[Clause],
        collected: &mut Collected,
        span: Span,
    ) -> Result<(), Fault> {
        let Some((Clause::For { target, iterable }, rest)) = clauses.split_first() else {
            return self.behind_loop(code, clauses, collected, span);
        };
        let items = self.eval(iterable)?;
        let mut walk = self.walk(items, iterable.span)?;
        // It belongs to the first loop.
        let mut sieve = code.sieve.as_ref().filter(|_| clauses.len() == code.clauses.len());
        let conditions = rest.iter().take_while(|clause| matches!(clause, Clause::If(_))).count();
        let behind = rest.get(conditions..).unwrap_or_default();
        loop {
            let (item, rest) = match sieve.and_then(|_| self.sift(&mut sieve, &mut walk, target)) {
                Some((_, item)) => (item, behind),
                None => {
                    let Some(item) = walk.next() else { break };
                    self.step().map_err(|fault| self.at(fault, span))?;
                    (item, rest)
                }
            };
            match target {
                Target::Name(place) => self.write(*place, item),
                _ => self.assign(target, item)?,
            }
            self.behind_loop(code, rest, collected, span)?;
            if code.until.is_some_and(|until| collected.last().is_some_and(|l| until.is_met(l))) {
                break;
            }
        }
        Ok(())
    }

    /// What follows a loop, for one item: conditions, then further loops or the element.
    #[inline]
    fn behind_loop(
        &mut self,
        code: &Comprehension,
        mut clauses: &[Clause],
        collected: &mut Collected,
        span: Span,
    ) -> Result<(), Fault> {
        while let Some((Clause::If(condition), rest)) = clauses.split_first() {
            if !self.condition(condition)? {
                return Ok(());
            }
            clauses = rest;
        }
        if clauses.is_empty() {
            self.check_stack(span)?;
            return self.collect(code, collected, span);
        }
        self.clauses(code, clauses, collected, span)
    }

    #[inline]
    fn collect(
        &mut self,
        code: &Comprehension,
        collected: &mut Collected,
        span: Span,
    ) -> Result<(), Fault> {
        let element = self.eval(&code.element)?;
        match collected {
            Collected::List(items) => items.push(element),
            Collected::Set(members) => {
                self.key(&element, span)?;
                members.insert(element);
            }
            Collected::Dict(map) => {
                self.key(&element, span)?;
                let value = match &code.value {
                    Some(value) => self.eval(value)?,
                    None => Value::None,
                };
                map.insert(element, value);
            }
        }
        Ok(())
    }
}
