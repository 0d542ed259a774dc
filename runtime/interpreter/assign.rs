//! Reading, writing and deleting variables and items.

use rlm_lang_std::fault::Fault;
use rlm_lang_std::value::{DictKind, Value};
use rlm_lang_std::{operators, subscript};
use rlm_lang_syntax::ast::BinaryOp;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::span::Span;

use super::Machine;
use super::arguments::plural;
use super::code::*;

impl Machine<'_> {
    /// Sets a variable.
    #[inline]
    pub(super) fn write(&mut self, place: Place, value: Value) {
        match place {
            Place::Local(slot) => self.stack[self.base + slot].set(value),
            Place::Global(slot) => self.globals[slot].set(value),
            Place::Cell(cell) => {
                if !self.is_shared_cell(cell) {
                    *self.cells[self.cell_base + cell].borrow_mut() = value;
                }
            }
            Place::Captured(cell) => {
                if !self.spoil() {
                    *self.captured[cell].borrow_mut() = value;
                }
            }
        }
    }

    /// A variable's value, `Unset` before its first assignment.
    #[inline(always)]
    pub(super) fn read(&self, place: Place) -> Value {
        match place {
            Place::Local(slot) => self.stack[self.base + slot].clone(),
            Place::Global(slot) => self.globals[slot].clone(),
            Place::Cell(cell) => self.cells[self.cell_base + cell].borrow().clone(),
            Place::Captured(cell) => self.captured[cell].borrow().clone(),
        }
    }

    /// A plain variable, where it lies; `None` for one that functions share.
    #[inline]
    pub(super) fn variable_mut(&mut self, place: Place) -> Option<&mut Value> {
        match place {
            Place::Local(slot) => self.stack.get_mut(self.base + slot),
            Place::Global(slot) => self.globals.get_mut(slot),
            Place::Cell(_) | Place::Captured(_) => None,
        }
    }

    /// Takes a variable's value out, for a change in place.
    pub(super) fn take(&mut self, place: Place, span: Span) -> Result<Value, Fault> {
        if matches!(place, Place::Cell(_) | Place::Captured(_)) {
            self.no_change_ahead()?;
        }
        let value = match place {
            Place::Local(slot) => std::mem::take(&mut self.stack[self.base + slot]),
            Place::Global(slot) => std::mem::take(&mut self.globals[slot]),
            Place::Cell(cell) => self.cells[self.cell_base + cell].take(),
            Place::Captured(cell) => self.captured[cell].take(),
        };
        match value {
            Value::Unset => {
                Err(self.at(Fault::new(Code::Unassigned, "this variable has no value yet"), span))
            }
            value => Ok(value),
        }
    }

    pub(super) fn assign(&mut self, target: &Target, value: Value) -> Result<(), Fault> {
        match target {
            Target::Name(place) => {
                self.write(*place, value);
                Ok(())
            }
            Target::Tuple { items, star, span } => self.unpack(items, *star, value, *span),
            _ if self.scratch.is_some() => Err(Fault::interrupted()),
            Target::Index { object, index, span } => match self.quick_set(object, index, value) {
                None => self.settled(Ok(())).map_err(|fault| self.at(fault, *span)),
                Some(value) => self.assign_item(object, index, value, *span),
            },
            Target::Attribute { object, name, span } => {
                let object = self.eval(object)?;
                subscript::set_index(self, &object, Value::from(&**name), value)
                    .map_err(|fault| self.at(fault, *span))
            }
            Target::Slice(slice) => {
                let object = self.eval(&slice.object)?;
                let (start, stop, step) = self.bounds(slice)?;
                subscript::assign_slice(self, &object, start, stop, step, value)
                    .map_err(|fault| self.at(fault, slice.object.span))
            }
        }
    }

    #[inline(never)]
    fn assign_item(
        &mut self,
        object: &Expr,
        index: &Expr,
        value: Value,
        span: Span,
    ) -> Result<(), Fault> {
        let object = self.value_of(object)?;
        let index = self.value_of(index)?;
        let result = subscript::set_index(self, &object, index, value);
        self.settled(result).map_err(|fault| self.at(fault, span))
    }

    fn unpack(
        &mut self,
        targets: &[Target],
        star: Option<usize>,
        value: Value,
        span: Span,
    ) -> Result<(), Fault> {
        if let (None, Value::Tuple(items)) = (star, &value)
            && items.len() == targets.len()
        {
            for (target, item) in targets.iter().zip(items.iter()) {
                self.assign(target, item.clone())?;
            }
            return Ok(());
        }
        let found = value.ty();
        let list = value.items().map_err(|_| {
            let wanted = format!("{} values", targets.len());
            self.at(Fault::wrong_type(&wanted, found), span)
        })?;
        let Some(star) = star else {
            // Counted first: a native sequence may be far too long to be made into values.
            if list.len() != targets.len() {
                return Err(self.at(wrong_count(targets.len(), list.len()), span));
            }
            for (target, item) in targets.iter().zip(list.to_vec()) {
                self.assign(target, item)?;
            }
            return Ok(());
        };
        self.check_memory(list.len().saturating_mul(size_of::<Value>()))
            .map_err(|fault| self.at(fault, span))?;
        let items = list.to_vec();
        let after = targets.len() - star - 1;
        if items.len() < star + after {
            return Err(self.at(wrong_count(targets.len() - 1, items.len()), span));
        }
        let mut items = items;
        let tail = items.split_off(items.len() - after);
        let middle = items.split_off(star);
        let values = items.into_iter().chain([Value::list(middle)]).chain(tail);
        for (target, item) in targets.iter().zip(values) {
            self.assign(target, item)?;
        }
        Ok(())
    }

    /// `object[index] op= right`
    pub(super) fn augment_item(
        &mut self,
        object: &Value,
        index: &Value,
        op: BinaryOp,
        right: Value,
    ) -> Result<(), Fault> {
        self.no_change_ahead()?;
        // The common `counts[k] += 1` looks the key up once.
        if let (Value::Dict(dict), BinaryOp::Add, Value::Int(more)) = (object, op, &right) {
            if let Some(Value::Int(n)) = dict.map_mut().get_mut(index)
                && let Some(sum) = n.checked_add(*more)
            {
                *n = sum;
                return Ok(());
            }
            if matches!(dict.kind(), DictKind::Counter) && dict.get(index).is_none() {
                return subscript::set_index(self, object, index.clone(), right);
            }
        }
        let left = subscript::index(self, object, index)?;
        let result = operators::augment(self, op, left, right)?;
        let result = subscript::set_index(self, object, index.clone(), result);
        self.settled(result)
    }

    pub(super) fn delete(&mut self, target: &Target) -> Result<(), Fault> {
        if !matches!(target, Target::Name(_)) {
            self.no_change_ahead()?;
        }
        match target {
            Target::Name(place) => {
                self.write(*place, Value::Unset);
                Ok(())
            }
            Target::Index { object, index, span } => {
                let object = self.eval(object)?;
                let index = self.eval(index)?;
                let result = subscript::delete_index(self, &object, &index);
                self.settled(result).map_err(|fault| self.at(fault, *span))
            }
            Target::Attribute { object, name, span } => {
                let object = self.eval(object)?;
                subscript::delete_index(self, &object, &Value::from(&**name))
                    .map_err(|fault| self.at(fault, *span))
            }
            Target::Slice(slice) => {
                let object = self.eval(&slice.object)?;
                let (start, stop, step) = self.bounds(slice)?;
                subscript::assign_slice(self, &object, start, stop, step, Value::list(Vec::new()))
                    .map_err(|fault| self.at(fault, slice.object.span))
            }
            Target::Tuple { items, .. } => items.iter().try_for_each(|item| self.delete(item)),
        }
    }
}

fn wrong_count(wanted: usize, found: usize) -> Fault {
    Fault::new(
        Code::BadValue,
        format!("expected {wanted} value{} to unpack, found {found}", plural(wanted)),
    )
}
