//! Statements.

use rlm_lang_std::fault::{Fault, FaultKind};
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Position, Tuple, Value, display};
use rlm_lang_std::walk::{is_iterator, take_next};
use rlm_lang_std::{errors, operators};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::span::Span;

use super::Machine;
use super::code::*;
use super::sieve::LoopSieve;

/// What follows a statement.
pub(super) enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
}

/// What a loop walks.
pub(super) enum Walk {
    /// A list, by index: it may change while it is walked.
    List { list: List, next: usize },
    /// A range of integers.
    Range { next: i64, stop: i64, step: i64 },
    /// A tuple, which cannot change.
    Tuple { items: Tuple, next: usize },
    /// What `iter(...)` made, or a buffer: it stays where the loop leaves it.
    Iterator(Value),
    /// What a generator, `map` and the like gave: it stays where the loop leaves it, but to walk all of it
    /// takes nothing away.
    Once { list: List, taken: usize, fresh: bool },
}

impl Walk {
    /// The item that comes `offset` items after the next one, where it is known before its time.
    pub(super) fn peek(&self, offset: usize) -> Option<Value> {
        match self {
            Walk::List { list, next } => list.get(next.checked_add(offset)?),
            Walk::Range { next, stop, step } => {
                let item = step.checked_mul(i64::try_from(offset).ok()?)?.checked_add(*next)?;
                let inside = if *step > 0 { item < *stop } else { item > *stop };
                inside.then_some(Value::Int(item))
            }
            Walk::Tuple { items, next } => items.get(next.checked_add(offset)?).cloned(),
            Walk::Iterator(_) => None,
            Walk::Once { list, .. } => match list.position()? {
                Position::At(at) => list.get(at.checked_add(offset)?),
                _ => None,
            },
        }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<Value> {
        match self {
            Walk::List { list, next } => {
                let item = list.get(*next)?;
                *next += 1;
                Some(item)
            }
            Walk::Range { next, stop, step } => {
                if (*step > 0 && next >= stop) || (*step < 0 && next <= stop) {
                    return None;
                }
                let item = *next;
                // A range ends before its stop, so only the last step can overflow.
                *next = next.saturating_add(*step);
                Some(Value::Int(item))
            }
            Walk::Tuple { items, next } => {
                let item = items.get(*next)?.clone();
                *next += 1;
                Some(item)
            }
            Walk::Iterator(value) => take_next(value),
            Walk::Once { list, taken, fresh } => {
                let at = list.begin();
                let item = list.get(at);
                match &item {
                    Some(_) => {
                        list.set_position(Position::At(at + 1));
                        *taken += 1;
                    }
                    None if *fresh && at == *taken => list.set_position(Position::Walked),
                    None => {}
                }
                item
            }
        }
    }
}

impl Machine<'_> {
    pub(super) fn block(&mut self, body: &[Stmt]) -> Result<Flow, Fault> {
        for stmt in body {
            match self.statement(stmt)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn statement(&mut self, stmt: &Stmt) -> Result<Flow, Fault> {
        self.statement = stmt.span;
        self.step().map_err(|fault| self.at(fault, stmt.span))?;
        match &stmt.op {
            StmtOp::Expr(expr) => {
                self.eval(expr)?;
            }
            StmtOp::Assign { targets, value } => {
                if let [Target::Index { object, index, .. }] = targets.as_slice()
                    && self.quick_count(object, index, value)
                {
                    return Ok(Flow::Next);
                }
                let value = self.eval(value)?;
                match targets.as_slice() {
                    [Target::Name(place)] => self.write(*place, value),
                    [target] => self.assign(target, value)?,
                    targets => {
                        for target in targets {
                            self.assign(target, value.clone())?;
                        }
                    }
                }
            }
            StmtOp::Augment { target, op, value } => self.augment(target, *op, value, stmt.span)?,
            StmtOp::If { branches, otherwise } => {
                for (condition, body) in branches {
                    if self.condition(condition)? {
                        return self.block(body);
                    }
                }
                return self.block(otherwise);
            }
            StmtOp::For(parts) => return self.for_loop(parts),
            StmtOp::While { condition, body, otherwise } => {
                return self.while_loop(condition, body, otherwise);
            }
            StmtOp::Try(parts) => return self.try_block(parts),
            StmtOp::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(value)?,
                    None => Value::None,
                };
                return Ok(Flow::Return(value));
            }
            StmtOp::Break => return Ok(Flow::Break),
            StmtOp::Continue => return Ok(Flow::Continue),
            StmtOp::Pass => {}
            StmtOp::Assert { condition, message } => {
                if !self.condition(condition)? {
                    let message = match message {
                        Some(m) => {
                            let value = self.eval(m)?;
                            self.shown(&value, m.span)?
                        }
                        None => "this assertion does not hold".to_string(),
                    };
                    let fault = Fault::new(Code::Raised, message).of_class("AssertionError");
                    return Err(self.at(fault, stmt.span));
                }
            }
            StmtOp::Raise(value) => {
                let fault = self.raised(value.as_ref());
                let fault = self.settled(fault).map_err(|fault| self.at(fault, stmt.span))?;
                return Err(self.at(fault, stmt.span));
            }
            StmtOp::Delete(targets) => {
                for target in targets {
                    self.delete(target)?;
                }
            }
        }
        Ok(Flow::Next)
    }

    /// A value as it prints, for the message of an error.
    fn shown(&mut self, value: &Value, span: Span) -> Result<String, Fault> {
        let shown = display(value).to_str().into_owned();
        self.settled(Ok(shown)).map_err(|fault| self.at(fault, span))
    }

    fn while_loop(
        &mut self,
        condition: &Expr,
        body: &[Stmt],
        otherwise: &[Stmt],
    ) -> Result<Flow, Fault> {
        while self.condition(condition)? {
            self.step().map_err(|fault| self.at(fault, condition.span))?;
            match self.block(body)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
        }
        self.block(otherwise)
    }

    fn for_loop(&mut self, parts: &ForLoop) -> Result<Flow, Fault> {
        let ForLoop { target, iterable, body, otherwise, .. } = parts;
        let items = self.eval(iterable)?;
        if let Some(summary) = &parts.summary {
            let reach = self.reach(summary);
            if reach.calls {
                return self.calling_loop(parts, summary, reach, items);
            }
        }
        let mut walk = self.walk(items, iterable.span)?;
        let tests = parts.sieve.as_ref();
        let mut sieve = tests.map(LoopSieve::sieve);
        loop {
            let sifted = sieve.and_then(|_| self.sift(&mut sieve, &mut walk, target));
            let (item, body) = match (sifted, tests) {
                (Some((number, item)), Some(tests)) => (item, tests.block(body, number)),
                _ => {
                    let Some(item) = walk.next() else { break };
                    self.step().map_err(|fault| self.at(fault, iterable.span))?;
                    (item, body.as_slice())
                }
            };
            match target {
                Target::Name(place) => self.write(*place, item),
                _ => self.assign(target, item)?,
            }
            match self.block(body)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
        }
        self.block(otherwise)
    }

    /// What a loop or comprehension walks.
    pub(super) fn walk(&mut self, value: Value, span: Span) -> Result<Walk, Fault> {
        Ok(match value {
            // Of a list that nobody else holds nobody sees how far it was walked, unless items were taken.
            Value::List(list)
                if matches!(list.position(), Some(Position::At(_)))
                    || list.position().is_some() && !list.is_unshared() =>
            {
                return self.walk_once(list);
            }
            Value::List(list) => match list.sequence().and_then(|s| s.as_range()) {
                Some((next, stop, step)) => Walk::Range { next, stop, step },
                None => Walk::List { list, next: 0 },
            },
            Value::Tuple(items) => Walk::Tuple { items, next: 0 },
            other if is_iterator(&other) => {
                self.no_change_ahead()?;
                Walk::Iterator(other)
            }
            Value::Text(text) if is_whole_input(&text) => {
                let fault = Fault::new(
                    Code::WrongType,
                    "walking the whole input character by character is never meant",
                );
                let help =
                    "use lines(context), docs, chunk(context, 200000) or grep(regex, context)";
                return Err(self.at(fault.with_help(help), span));
            }
            other => {
                let list = other.items();
                let list = self.settled(list).map_err(|fault| {
                    let fault = match other {
                        Value::Int(_) => fault.with_help("to count up to it: range(n)"),
                        _ => fault,
                    };
                    self.at(fault, span)
                })?;
                Walk::List { list, next: 0 }
            }
        })
    }

    /// A list that is walked once in Python and that others hold, too.
    fn walk_once(&mut self, list: List) -> Result<Walk, Fault> {
        let fresh = !matches!(list.position(), Some(Position::At(_)));
        // Items that run side by side do not see how far the others are.
        if fresh && (self.scratch.is_some() || self.link.is_some()) {
            return Ok(Walk::List { list, next: 0 });
        }
        self.no_change_ahead()?;
        if fresh {
            list.set_position(Position::At(0));
        }
        Ok(Walk::Once { list, taken: 0, fresh })
    }

    fn try_block(&mut self, parts: &Try) -> Result<Flow, Fault> {
        let (stack, cells) = (self.stack.len(), self.cells.len());
        let tried = self.block(&parts.body);
        let result = match tried {
            Ok(Flow::Next) => self.block(&parts.otherwise),
            Err(fault) if fault.kind == FaultKind::Error => {
                self.stack.truncate(stack);
                self.cells.truncate(cells);
                self.handle(parts, fault)
            }
            other => other,
        };
        if let Err(fault) = &result
            && fault.kind != FaultKind::Error
        {
            return result;
        }
        match self.block(&parts.finally)? {
            Flow::Next => result,
            other => Ok(other),
        }
    }

    fn handle(&mut self, parts: &Try, fault: Fault) -> Result<Flow, Fault> {
        let caught = parts.handlers.iter().find(|handler| {
            handler.kinds.is_empty() || handler.kinds.iter().any(|kind| self.fits(kind, &fault))
        });
        let Some(handler) = caught else { return Err(fault) };
        if let Some(place) = handler.place {
            self.write(place, errors::caught(&fault, self.raised.as_ref()));
        }
        self.handling.push(fault);
        let result = self.block(&handler.body);
        self.handling.pop();
        result
    }

    fn fits(&self, kind: &Caught, fault: &Fault) -> bool {
        match kind {
            Caught::Kind(kind) => fault.is_a(kind),
            Caught::Variable(place) => errors::fits(fault, &self.read(*place)),
        }
    }

    /// `raise x`, and `raise` alone.
    fn raised(&mut self, value: Option<&Expr>) -> Result<Fault, Fault> {
        match value {
            Some(value) => {
                let value = self.eval(value)?;
                let fault = errors::raised(&value);
                self.raised = Some(value);
                Ok(fault)
            }
            None => Ok(self.handling.last().cloned().unwrap_or_else(|| {
                Fault::new(Code::Raised, "raise alone passes on an error, and there is none")
                    .of_class("RuntimeError")
            })),
        }
    }

    fn augment(
        &mut self,
        target: &Target,
        op: rlm_lang_syntax::ast::BinaryOp,
        value: &Expr,
        span: Span,
    ) -> Result<(), Fault> {
        match target {
            Target::Name(place) => {
                let right = self.eval(value)?;
                if let Value::Int(more) = right
                    && let Some(Value::Int(n)) = self.variable_mut(*place)
                    && let Some(result) = super::eval::small_int(op, *n, more)
                {
                    *n = result;
                    return Ok(());
                }
                // Taken out, so that a text with one owner grows in place.
                let left = self.take(*place, span)?;
                if self.scratch.is_some()
                    && matches!(left, Value::List(_) | Value::Dict(_) | Value::Set(_))
                {
                    return Err(Fault::interrupted());
                }
                if let (Value::Int(a), Value::Int(b)) = (&left, &right)
                    && let Some(result) = super::eval::small_int(op, *a, *b)
                {
                    self.write(*place, Value::Int(result));
                    return Ok(());
                }
                // Kept for the case of an error, but not where a copy would hinder the growth.
                let grows =
                    matches!((&left, &right), (Value::Text(_), Value::Text(_) | Value::Match(_)));
                let keep = (!grows).then(|| left.clone());
                match operators::augment(self, op, left, right) {
                    Ok(result) => self.write(*place, result),
                    Err(fault) => {
                        if let Some(kept) = keep {
                            self.write(*place, kept);
                        }
                        return Err(self.at(fault, span));
                    }
                }
                Ok(())
            }
            Target::Index { object, index, span } => {
                if let Some(Value::Int(more)) = self.at_hand(value)
                    && self.change_item(object, index, op, *more, None)
                {
                    return Ok(());
                }
                let object = self.eval(object)?;
                let index = self.eval(index)?;
                let right = self.eval(value)?;
                let span = *span;
                self.augment_item(&object, &index, op, right).map_err(|fault| self.at(fault, span))
            }
            Target::Attribute { object, name, span } => {
                let object = self.eval(object)?;
                let index = Value::from(&**name);
                let right = self.eval(value)?;
                let span = *span;
                self.augment_item(&object, &index, op, right).map_err(|fault| self.at(fault, span))
            }
            Target::Tuple { span, .. } => Err(self
                .at(Fault::new(Code::BadTarget, "expected one variable before the sign"), *span)),
            Target::Slice(slice) => {
                let span = slice.object.span;
                Err(self
                    .at(Fault::new(Code::BadTarget, "a slice cannot be changed in place"), span))
            }
        }
    }
}

/// The whole context, or a whole document: never walked by characters.
fn is_whole_input(text: &Text) -> bool {
    const LARGE: usize = 10_000;
    text.byte_len() > LARGE
        && text.document().is_some_and(|document| document.byte_len() <= text.byte_len())
}
