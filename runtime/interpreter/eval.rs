//! Expressions.

use std::cmp::Ordering;
use std::fmt::Write;
use std::rc::Rc;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{Dict, DictKind, Function, Map, Members, Set, Value, display, hashable};
use rlm_lang_std::{convert, format, operators, subscript};
use rlm_lang_syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::span::Span;

use super::Machine;
use super::call::Closure;
use super::code::*;

/// Arithmetic on small integers; `None` where the general way must be taken.
#[inline(always)]
pub(super) fn small_int(op: BinaryOp, a: i64, b: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::FloorDiv if b > 0 => Some(a.div_euclid(b)),
        BinaryOp::Mod if b > 0 => Some(a.rem_euclid(b)),
        _ => None,
    }
}

#[inline(always)]
fn small_compare(op: CompareOp, order: Ordering) -> Option<bool> {
    Some(match op {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterEqual => order.is_ge(),
        _ => return None,
    })
}

/// The item at a position from the start, or the value of a simple key, if there is one; everything else
/// needs [`subscript::index`].
#[inline]
fn item_of(object: &Value, index: &Value) -> Option<Value> {
    match (object, index) {
        (Value::List(list), Value::Int(n)) => list.get(usize::try_from(*n).ok()?),
        (Value::Tuple(items), Value::Int(n)) => items.get(usize::try_from(*n).ok()?).cloned(),
        (Value::Match(m), Value::Int(n)) => {
            let group = usize::try_from(*n).ok().filter(|n| *n < m.groups.len())?;
            Some(m.value(group))
        }
        (Value::Dict(dict), Value::Text(_) | Value::Int(_)) => dict.get(index),
        _ => None,
    }
}

/// Start, stop and step of a slice.
pub(super) type Bounds = (Option<i64>, Option<i64>, Option<i64>);

impl Machine<'_> {
    pub(super) fn eval(&mut self, expr: &Expr) -> Result<Value, Fault> {
        match &expr.op {
            Op::Const(value) => Ok(value.clone()),
            Op::Variable(place, name) => match self.read(*place) {
                Value::Unset => Err(self.unassigned(name, expr.span)),
                value => Ok(value),
            },
            Op::Binary { op, left, right } => self.binary(*op, left, right, expr.span),
            Op::Compare { op, left, right } => {
                Ok(Value::Bool(self.compare(*op, left, right, expr.span)?))
            }
            Op::CallBuiltin(call) => self.call_builtin(call, expr.span),
            Op::CallMethod(call) => self.call_method(call, expr.span),
            Op::Call(call) => self.call(call, expr.span),
            Op::Index { object, index } => {
                if let (Some(object), Some(index)) = (self.at_hand(object), self.at_hand(index))
                    && let Some(item) = item_of(object, index)
                {
                    return Ok(item);
                }
                if let Op::CallMethod(call) = &object.op
                    && let Some(piece) = self.quick_piece(call, index)
                {
                    return piece.map_err(|fault| self.at(fault, object.span));
                }
                if matches!(object.op, Op::Input(Input::Context)) {
                    self.note_documents();
                }
                let object = self.value_of(object)?;
                let index = self.value_of(index)?;
                self.index(&object, &index, expr.span)
            }
            Op::Slice(slice) => self.slice(slice, expr.span),
            Op::Attribute { object, name } => {
                let object = self.eval(object)?;
                self.attribute(&object, name, expr.span)
            }
            Op::And(left, right) => {
                let left = self.eval(left)?;
                if left.truthy() { self.eval(right) } else { Ok(left) }
            }
            Op::Or(left, right) => {
                let left = self.eval(left)?;
                if left.truthy() { Ok(left) } else { self.eval(right) }
            }
            Op::Unary { op: UnaryOp::Not, operand } => Ok(Value::Bool(!self.condition(operand)?)),
            Op::Unary { op, operand } => self.unary(*op, operand, expr.span),
            Op::Conditional(parts) => {
                let (condition, then, otherwise) = &**parts;
                if self.condition(condition)? { self.eval(then) } else { self.eval(otherwise) }
            }
            Op::Walrus(place, value) => {
                let value = self.eval(value)?;
                self.write(*place, value.clone());
                Ok(value)
            }
            Op::CompareChain { first, rest } => self.chain(first, rest, expr.span),
            Op::Format(pieces) => self.format(pieces).map(Value::Text),
            Op::List(items) => self.items(items).map(Value::list),
            Op::Tuple(items) => self.items(items).map(Value::tuple),
            Op::Set(items) => self.set(items, expr.span),
            Op::Dict(entries) => self.dict(entries),
            Op::Comprehension(comprehension) => self.comprehension(comprehension, expr.span),
            Op::Function(code) => self.make_function(code),
            Op::Input(input) => Ok(self.input(*input)),
        }
    }

    /// Says that `context[i]` is a character where it may be meant as a document.
    #[cold]
    fn note_documents(&mut self) {
        let count = self.outside.docs().len();
        if count > 1 {
            let note = format!(
                "context is all {count} documents as one text, so context[i] is a character; docs[i] is a document"
            );
            self.add_note(Code::Habit, note);
        }
    }

    /// An expression as a condition, without making a value of a comparison.
    pub(super) fn condition(&mut self, expr: &Expr) -> Result<bool, Fault> {
        match &expr.op {
            Op::Compare { op, left, right } => self.compare(*op, left, right, expr.span),
            Op::And(left, right) => Ok(self.condition(left)? && self.condition(right)?),
            Op::Or(left, right) => Ok(self.condition(left)? || self.condition(right)?),
            Op::Unary { op: UnaryOp::Not, operand } => Ok(!self.condition(operand)?),
            _ => {
                let value = self.eval(expr)?;
                let holds = value.truthy();
                value.discard();
                Ok(holds)
            }
        }
    }

    /// The value of a constant or of a plain variable, where it lies; `Unset` for a variable without one.
    #[inline(always)]
    pub(super) fn at_hand<'a>(&'a self, expr: &'a Expr) -> Option<&'a Value> {
        match &expr.op {
            Op::Const(value) => Some(value),
            Op::Variable(Place::Local(slot), _) => self.stack.get(self.base + slot),
            Op::Variable(Place::Global(slot), _) => self.globals.get(*slot),
            _ => None,
        }
    }

    /// The value of an expression; a constant or plain variable is looked at on the spot.
    #[inline(always)]
    pub(super) fn value_of(&mut self, expr: &Expr) -> Result<Value, Fault> {
        match self.at_hand(expr) {
            None | Some(Value::Unset) => self.eval(expr),
            Some(value) => Ok(value.clone()),
        }
    }

    /// An integer that is written or lies in a plain variable: most operands of arithmetic.
    #[inline(always)]
    fn int_at_hand(&self, expr: &Expr) -> Option<i64> {
        match self.at_hand(expr) {
            Some(Value::Int(n)) => Some(*n),
            _ => None,
        }
    }

    #[cold]
    fn unassigned(&self, name: &str, span: Span) -> Fault {
        let fault = Fault::new(Code::Unassigned, format!("`{name}` has no value yet"))
            .with_help("assign it before the `if` or loop that may leave it out");
        self.at(fault, span)
    }

    /// `left op right`. Integers stay numbers on the way: no value is made that must be dropped.
    #[inline(always)]
    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Result<Value, Fault> {
        let a = match self.int_at_hand(left) {
            Some(a) => a,
            None => match self.eval(left)? {
                Value::Int(a) => a,
                other => return self.binary_with(op, other, right, span),
            },
        };
        let b = match self.int_at_hand(right) {
            Some(b) => b,
            None => match self.eval(right)? {
                Value::Int(b) => b,
                other => return self.binary_operator(op, Value::Int(a), other, span),
            },
        };
        match small_int(op, a, b) {
            Some(result) => Ok(Value::Int(result)),
            None => self.binary_operator(op, Value::Int(a), Value::Int(b), span),
        }
    }

    #[inline(never)]
    fn binary_with(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: &Expr,
        span: Span,
    ) -> Result<Value, Fault> {
        let right = self.value_of(right)?;
        self.binary_operator(op, left, right, span)
    }

    #[inline(never)]
    fn binary_operator(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, Fault> {
        if let (Value::Float(a), Value::Float(b)) = (&left, &right) {
            match op {
                BinaryOp::Add => return Ok(Value::Float(a + b)),
                BinaryOp::Sub => return Ok(Value::Float(a - b)),
                BinaryOp::Mul => return Ok(Value::Float(a * b)),
                _ => {}
            }
        }
        let result = operators::binary(self, op, left, right);
        self.settled(result).map_err(|fault| self.at(fault, span))
    }

    /// `left op right`, as [`Machine::binary`].
    #[inline(always)]
    fn compare(
        &mut self,
        op: CompareOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Result<bool, Fault> {
        let a = match self.int_at_hand(left) {
            Some(a) => a,
            None => match self.eval(left)? {
                Value::Int(a) => a,
                other => return self.compare_with(op, &other, right, span),
            },
        };
        let b = match self.int_at_hand(right) {
            Some(b) => b,
            None => match self.eval(right)? {
                Value::Int(b) => b,
                other => return self.compare_operator(op, &Value::Int(a), &other, span),
            },
        };
        match small_compare(op, a.cmp(&b)) {
            Some(result) => Ok(result),
            None => self.compare_operator(op, &Value::Int(a), &Value::Int(b), span),
        }
    }

    #[inline(never)]
    fn compare_with(
        &mut self,
        op: CompareOp,
        left: &Value,
        right: &Expr,
        span: Span,
    ) -> Result<bool, Fault> {
        let right = self.value_of(right)?;
        self.compare_operator(op, left, &right, span)
    }

    #[inline(never)]
    fn compare_operator(
        &mut self,
        op: CompareOp,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<bool, Fault> {
        let result = operators::compare(self, op, left, right);
        self.settled(result).map_err(|fault| self.at(fault, span))
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr, span: Span) -> Result<Value, Fault> {
        let operand = self.eval(operand)?;
        operators::unary(self, op, operand).map_err(|fault| self.at(fault, span))
    }

    fn chain(
        &mut self,
        first: &Expr,
        rest: &[(CompareOp, Expr)],
        span: Span,
    ) -> Result<Value, Fault> {
        let mut left = self.eval(first)?;
        for (op, right) in rest {
            let right = self.eval(right)?;
            if !self.compare_operator(*op, &left, &right, span)? {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    #[inline]
    fn index(&mut self, object: &Value, index: &Value, span: Span) -> Result<Value, Fault> {
        if let Some(item) = item_of(object, index) {
            return Ok(item);
        }
        if let Value::Dict(dict) = object
            && matches!(dict.kind(), DictKind::Default(_))
        {
            // The item would be made now.
            self.no_change_ahead()?;
        }
        let result = subscript::index(self, object, index);
        self.settled(result).map_err(|fault| self.at(fault, span))
    }

    fn slice(&mut self, slice: &SliceCode, span: Span) -> Result<Value, Fault> {
        let object = self.eval(&slice.object)?;
        let (start, stop, step) = self.bounds(slice)?;
        subscript::slice(self, &object, start, stop, step).map_err(|fault| self.at(fault, span))
    }

    /// The bounds of a slice. A negative bound that was computed, not written, becomes 0: the
    /// window `t[i-300:i+300]` near the start is what was meant, not Python's empty text.
    pub(super) fn bounds(&mut self, slice: &SliceCode) -> Result<Bounds, Fault> {
        let step = self.bound(slice.step.as_ref(), true)?;
        let plain = step.is_none_or(|step| step > 0);
        let start = self.bound(slice.start.as_ref(), slice.start_from_end || !plain)?;
        let stop = self.bound(slice.stop.as_ref(), slice.stop_from_end || !plain)?;
        Ok((start, stop, step))
    }

    fn bound(&mut self, bound: Option<&Expr>, from_end: bool) -> Result<Option<i64>, Fault> {
        let Some(expr) = bound else { return Ok(None) };
        let value = self.eval(expr)?;
        let position = <Option<i64> as convert::FromValue>::from_value(value)
            .map_err(|fault| self.at(fault.within("slice"), expr.span))?;
        match position {
            Some(n) if n < 0 && !from_end => {
                self.add_note(
                    Code::ClampedSlice,
                    format!("the slice bound {n} was computed and taken as 0"),
                );
                Ok(Some(0))
            }
            other => Ok(other),
        }
    }

    /// `x.name` without a call: a field of a dict, a property, or the method itself.
    fn attribute(&mut self, object: &Value, name: &Rc<str>, span: Span) -> Result<Value, Fault> {
        if let Value::Dict(dict) = object
            && let Some(value) = dict.get(&Value::from(&**name))
        {
            return Ok(value);
        }
        if let Value::Tuple(items) = object
            && let Some(value) = items.field(name)
        {
            return Ok(value.clone());
        }
        let Some(builtin) = self.table.method(object.ty(), name) else {
            return Err(self.no_method(object, name, span));
        };
        if builtin.signature.property {
            self.note_foreign(name, builtin);
            let mut args = vec![Value::Unset; builtin.signature.params.len()];
            if let Some(receiver) = args.get_mut(builtin.signature.receiver.unwrap_or(0)) {
                *receiver = object.clone();
            }
            return self.run_builtin(builtin, &mut args).map_err(|fault| self.at(fault, span));
        }
        let method = Function::Method { receiver: object.clone(), builtin };
        Ok(Value::Function(Rc::new(method)))
    }

    pub(super) fn items(&mut self, items: &[Item]) -> Result<Vec<Value>, Fault> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(&item.value)?;
            if item.star {
                let mut walk = self.walk(value, item.value.span)?;
                while let Some(value) = walk.next() {
                    self.step()?;
                    values.push(value);
                }
            } else {
                values.push(value);
            }
        }
        Ok(values)
    }

    /// Checks that a value can be a key.
    pub(super) fn key(&mut self, value: &Value, span: Span) -> Result<(), Fault> {
        let result = hashable(value);
        self.settled(result).map_err(|fault| self.at(fault, span))
    }

    fn set(&mut self, items: &[Item], span: Span) -> Result<Value, Fault> {
        let mut members = Members::default();
        for value in self.items(items)? {
            self.key(&value, span)?;
            members.insert(value);
        }
        Ok(Value::Set(Set::new(members)))
    }

    fn dict(&mut self, entries: &[DictEntry]) -> Result<Value, Fault> {
        let mut map = Map::with_capacity_and_hasher(entries.len(), Default::default());
        for entry in entries {
            match entry {
                DictEntry::Pair(key_expr, value) => {
                    let key = self.eval(key_expr)?;
                    self.key(&key, key_expr.span)?;
                    let value = self.eval(value)?;
                    map.insert(key, value);
                }
                DictEntry::Spread(expr) => match self.eval(expr)? {
                    Value::Dict(dict) => {
                        map.extend(dict.map().iter().map(|(k, v)| (k.clone(), v.clone())));
                    }
                    other => return Err(self.at(convert::expected("a dict", &other), expr.span)),
                },
            }
        }
        Ok(Value::Dict(Dict::new(map)))
    }

    fn format(&mut self, pieces: &[Piece]) -> Result<Text, Fault> {
        let mut out = String::new();
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field { value: expr, label, conversion, spec } => {
                    if let Some(label) = label {
                        out.push_str(label);
                    }
                    let mut value = self.eval(expr)?;
                    if let Some(conversion) = conversion {
                        value = Value::Text(format::convert(&value, *conversion));
                    } else if label.is_some() && spec.is_none() {
                        value = Value::Text(format::convert(&value, 'r'));
                    }
                    self.settled(Ok(())).map_err(|fault| self.at(fault, expr.span))?;
                    parts.extend(value.as_text().filter(Text::has_origin));
                    self.field(&value, spec.as_deref(), expr.span, &mut out)?;
                }
            }
        }
        self.check_memory(0)?;
        Ok(Text::from(out).made_of(&parts))
    }

    fn field(
        &mut self,
        value: &Value,
        spec: Option<&[Piece]>,
        span: Span,
        out: &mut String,
    ) -> Result<(), Fault> {
        let Some(spec) = spec else {
            match value {
                Value::Text(text) => out.push_str(&text.to_str()),
                // Writing to a String cannot fail.
                Value::Int(n) => drop(write!(out, "{n}")),
                other => out.push_str(&display(other).to_str()),
            }
            return self.settled(Ok(())).map_err(|fault| self.at(fault, span));
        };
        let spec = self.format(spec)?;
        let text =
            format::format_value(value, &spec.to_str()).map_err(|fault| self.at(fault, span))?;
        out.push_str(&text.to_str());
        Ok(())
    }

    fn make_function(&mut self, code: &Rc<FunctionCode>) -> Result<Value, Fault> {
        let mut defaults = Vec::with_capacity(code.params.len());
        for param in &code.params {
            defaults.push(match &param.default {
                Some(expr) => self.eval(expr)?,
                None => Value::Unset,
            });
        }
        let captured = code
            .captures
            .iter()
            .map(|place| match place {
                Place::Cell(cell) => self.cells[self.cell_base + cell].clone(),
                Place::Captured(cell) => self.captured[*cell].clone(),
                // Lowering makes a cell of every variable that a function shares.
                Place::Local(_) | Place::Global(_) => super::Cell::default(),
            })
            .collect();
        let closure = Closure { code: code.clone(), defaults, captured };
        Ok(Value::Function(Rc::new(Function::User(Box::new(closure)))))
    }
}
