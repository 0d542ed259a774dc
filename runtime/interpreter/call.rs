//! Calls: of the program's functions, of builtins by name, of methods.

use std::any::Any;
use std::rc::Rc;

use rlm_lang_std::builtin::{Builtin, Table};
use rlm_lang_std::fault::Fault;
use rlm_lang_std::value::{
    Dict, Function, Map, Position, UserFunction, Value, failed_used, release,
};
use rlm_lang_std::walk::is_iterator;
use rlm_lang_std::{convert, errors};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::{Arity, Effect};
use rlm_lang_syntax::span::Span;
use rlm_lang_syntax::suggest;

use super::arguments::{Given, bind, in_order, plural, positional_slot};
use super::code::*;
use super::flow::Flow;
use super::quick::QuickMethod;
use super::{Cell, MAX_CALLS, Machine};

/// A function or lambda of the program, with the variables that it shares.
pub(super) struct Closure {
    pub code: Rc<FunctionCode>,
    /// Defaults by parameter, `Unset` where there is none.
    pub defaults: Vec<Value>,
    pub captured: Rc<[Cell]>,
}

impl UserFunction for Closure {
    fn name(&self) -> &str {
        &self.code.name
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for Closure {
    /// A program can wrap a function in another one a million times: the ordinary drop would recurse
    /// as deep.
    fn drop(&mut self) {
        let mut values = std::mem::take(&mut self.defaults);
        if let Some(cells) = Rc::get_mut(&mut self.captured) {
            let owned = cells.iter_mut().filter_map(Rc::get_mut);
            values.extend(owned.map(|cell| std::mem::take(cell.get_mut())));
        }
        if !values.is_empty() {
            release(values);
        }
    }
}

pub(super) fn closure_of(function: &Function) -> Option<&Closure> {
    match function {
        Function::User(user) => user.as_any().downcast_ref(),
        _ => None,
    }
}

/// What calls of functions leave of the stack for calls of builtins, in bytes.
const BUILTIN_ROOM: usize = 512 << 10;

/// Builtins with at most this many parameters get their arguments on the stack.
const FEW: usize = 6;

impl Machine<'_> {
    /// A call of a variable or expression.
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Result<Value, Fault> {
        let function = match self.at_hand(&call.function) {
            Some(Value::Function(function)) => function.clone(),
            _ => match (self.eval(&call.function), call.builtin) {
                (Ok(Value::Function(function)), _) => function,
                // `answer = ask(...)`, then `answer(answer)`: a call looks for a function.
                (_, Some(builtin)) => return self.call_builtin_with(builtin, &call.args, span),
                (Ok(other), None) => return Err(self.no_function(&other, call.function.span)),
                (Err(fault), None) => return Err(fault),
            },
        };
        if call.args.plain
            && let Some(closure) = closure_of(&function)
            && closure.code.is_plain()
        {
            return self.call_plain(closure, &call.args, span);
        }
        let given = self.given(&call.args)?;
        self.call_given(&function, given, span)
    }

    #[cold]
    fn no_function(&self, found: &Value, span: Span) -> Fault {
        let mut fault = convert::expected("a function", found);
        if fault.help.is_none() {
            fault = fault.with_help("leave out the ( ) after a value");
        }
        self.at(fault, span)
    }

    /// A call with positional arguments only: they are evaluated into the new frame.
    fn call_plain(&mut self, closure: &Closure, args: &Args, span: Span) -> Result<Value, Fault> {
        let base = self.stack.len();
        for item in &args.positional {
            match self.value_of(&item.value) {
                Ok(value) => self.stack.push(value),
                Err(fault) => {
                    self.clear(base);
                    return Err(fault);
                }
            }
        }
        let result = self.enter_frame(closure, base, span);
        self.clear(base);
        result
    }

    /// Takes everything off the stack from `base` on.
    #[inline]
    fn clear(&mut self, base: usize) {
        while self.stack.len() > base
            && let Some(value) = self.stack.pop()
        {
            value.discard();
        }
    }

    /// Evaluates arguments, stars spread out.
    fn given(&mut self, args: &Args) -> Result<Given, Fault> {
        let positional = self.items(&args.positional)?;
        let mut keywords = Vec::with_capacity(args.keywords.len());
        for (name, value) in &args.keywords {
            keywords.push((name.clone(), self.eval(value)?));
        }
        for spread in &args.spreads {
            match self.eval(spread)? {
                Value::Dict(dict) => {
                    for (key, value) in dict.map().iter() {
                        let Some(name) = key.as_text() else {
                            let fault = convert::expected("a text as argument name", key);
                            return Err(self.at(fault, spread.span));
                        };
                        keywords.push((Rc::from(&*name.to_str()), value.clone()));
                    }
                }
                other => return Err(self.at(convert::expected("a dict", &other), spread.span)),
            }
        }
        Ok(Given { positional, keywords })
    }

    fn call_given(
        &mut self,
        function: &Rc<Function>,
        given: Given,
        span: Span,
    ) -> Result<Value, Fault> {
        match &**function {
            Function::Builtin(builtin) => {
                let result = bind(&builtin.signature, None, given)
                    .and_then(|mut args| self.run_builtin(builtin, &mut args));
                result.map_err(|fault| self.at(fault, span))
            }
            Function::Method { receiver, builtin } => {
                let result = bind(&builtin.signature, Some(receiver.clone()), given)
                    .and_then(|mut args| self.run_builtin(builtin, &mut args));
                result.map_err(|fault| self.at(fault, span))
            }
            Function::Kind(kind) => {
                if let Some((name, _)) = given.keywords.first() {
                    let message = format!("{kind} has no argument {name}");
                    return Err(self.at(Fault::new(Code::UnknownKeyword, message), span));
                }
                Ok(errors::make(kind, given.positional))
            }
            Function::User(_) => match closure_of(function) {
                Some(closure) => {
                    let base = self.stack.len();
                    self.spread(closure, given).map_err(|fault| {
                        self.stack.truncate(base);
                        self.at(fault, span)
                    })?;
                    self.enter(closure, base, span)
                }
                None => Err(self.at(Fault::new(Code::WrongType, "this cannot be called"), span)),
            },
        }
    }

    /// Puts arguments onto the stack in the order of the parameters.
    fn spread(&mut self, closure: &Closure, given: Given) -> Result<(), Fault> {
        let code = &closure.code;
        let base = self.stack.len();
        self.stack.resize(base + code.params.len(), Value::Unset);
        let mut rest = Vec::new();
        let count = given.positional.len();
        for (index, value) in given.positional.into_iter().enumerate() {
            if index < code.by_position {
                self.stack[base + index] = value;
            } else if code.star.is_some() {
                rest.push(value);
            } else {
                return Err(too_many(code, count));
            }
        }
        let mut named = Map::default();
        for (name, value) in given.keywords {
            let slot = code.params.iter().position(|p| *p.name == *name);
            match slot.filter(|&slot| Some(slot) != code.star && Some(slot) != code.double_star) {
                Some(slot) if matches!(self.stack[base + slot], Value::Unset) => {
                    self.stack[base + slot] = value;
                }
                Some(_) => {
                    let message = format!("{} got the argument {name} twice", code.name);
                    return Err(Fault::new(Code::WrongCount, message));
                }
                None if code.double_star.is_some() => {
                    named.insert(Value::from(&*name), value);
                }
                None => {
                    let message = format!("{} has no argument {name}", code.name);
                    return Err(Fault::new(Code::UnknownKeyword, message));
                }
            }
        }
        if let Some(star) = code.star {
            self.stack[base + star] = Value::tuple(rest);
        }
        if let Some(double_star) = code.double_star {
            self.stack[base + double_star] = Value::Dict(Dict::new(named));
        }
        Ok(())
    }

    /// Runs a function whose arguments lie on the stack from `base` on. The stack is left as it
    /// was below `base`.
    fn enter(&mut self, closure: &Closure, base: usize, span: Span) -> Result<Value, Fault> {
        let result = self.enter_frame(closure, base, span);
        self.clear(base);
        result
    }

    #[inline(always)]
    fn enter_frame(&mut self, closure: &Closure, base: usize, span: Span) -> Result<Value, Fault> {
        let code = &*closure.code;
        self.step().map_err(|fault| self.at(fault, span))?;
        self.check_depth(span)?;
        let given = self.stack.len() - base;
        if given > code.params.len() {
            return Err(self.at(too_many(code, given), span));
        }
        for _ in given..code.frame.slots {
            self.stack.push(Value::Unset);
        }
        for index in 0..code.params.len() {
            if matches!(self.stack[base + index], Value::Unset) {
                self.default(closure, base, index).map_err(|fault| self.at(fault, span))?;
            }
        }
        let old_base = std::mem::replace(&mut self.base, base);
        // What a function that captures nothing leaves there is not looked at.
        let old_captured = (!code.captures.is_empty())
            .then(|| std::mem::replace(&mut self.captured, closure.captured.clone()));
        let old_cell_base = std::mem::replace(&mut self.cell_base, self.cells.len());
        let old_program = std::mem::replace(&mut self.program, code.program);
        let old_statement = self.statement;
        if code.frame.cells > 0 {
            self.make_cells(code, base);
        }
        self.calls += 1;
        let result = self.body(&code.body);
        self.calls -= 1;
        if code.frame.cells > 0 {
            self.cells.truncate(self.cell_base);
        }
        self.cell_base = old_cell_base;
        if let Some(captured) = old_captured {
            self.captured = captured;
        }
        self.base = old_base;
        self.program = old_program;
        self.statement = old_statement;
        result.map_err(|fault| fault.through(&code.name, self.program, span))
    }

    /// What a function's body returns.
    #[inline(always)]
    fn body(&mut self, body: &Body) -> Result<Value, Fault> {
        let statements = match body {
            Body::Expr(expr) => return self.eval(expr),
            Body::Block(statements) => statements.as_slice(),
        };
        if let [Stmt { op: StmtOp::Return(Some(value)), span }] = statements {
            // Small functions are one `return`: as [`Machine::statement`] does it, without the way there.
            self.statement = *span;
            self.step().map_err(|fault| self.at(fault, *span))?;
            return self.eval(value);
        }
        match self.block(statements)? {
            Flow::Return(value) => Ok(value),
            _ => Ok(Value::None),
        }
    }

    /// Gives a parameter without an argument its default.
    #[cold]
    fn default(&mut self, closure: &Closure, base: usize, index: usize) -> Result<(), Fault> {
        match closure.defaults.get(index) {
            None | Some(Value::Unset) => Err(too_few(&closure.code, index)),
            Some(default) => {
                self.stack[base + index] = default.clone();
                Ok(())
            }
        }
    }

    /// Fresh cells for the frame; parameters that are shared move into theirs.
    fn make_cells(&mut self, code: &FunctionCode, base: usize) {
        let first = self.cells.len();
        self.cells.resize_with(first + code.frame.cells, Cell::default);
        for (index, param) in code.params.iter().enumerate() {
            if let Some(cell) = param.cell {
                let value = std::mem::take(&mut self.stack[base + index]);
                self.cells[first + cell] = Rc::new(std::cell::RefCell::new(value));
            }
        }
    }

    fn check_depth(&self, span: Span) -> Result<(), Fault> {
        let here = std::ptr::from_ref(&span).addr();
        if self.calls < MAX_CALLS && here > self.stack_floor {
            return Ok(());
        }
        let message = format!("functions call each other more than {} deep", self.calls);
        let fault = Fault::new(Code::CallDepth, message);
        Err(self.at(fault.with_help("check that the recursion ends, or use a loop"), span))
    }

    /// Refuses expressions that nest deeper than the stack is. Functions are refused before, so that
    /// their last call still has room for a few builtins.
    #[inline]
    pub(super) fn check_stack(&self, span: Span) -> Result<(), Fault> {
        let here = std::ptr::from_ref(&span).addr();
        if here.saturating_add(BUILTIN_ROOM) > self.stack_floor {
            return Ok(());
        }
        let fault = Fault::new(Code::CallDepth, "calls and brackets are nested too deeply here");
        Err(self.at(fault.with_help("give the inner parts names, one statement each"), span))
    }

    /// Calls a function value, for builtins (`key=`).
    pub(super) fn call_value(
        &mut self,
        function: &Value,
        args: &mut Vec<Value>,
    ) -> Result<Value, Fault> {
        let span = self.statement;
        let Value::Function(function) = function else {
            return Err(convert::expected("a function", function));
        };
        if let Some(closure) = closure_of(function)
            && closure.code.is_plain()
        {
            let base = self.stack.len();
            self.stack.append(args);
            return self.enter(closure, base, span);
        }
        let given = Given { positional: std::mem::take(args), keywords: Vec::new() };
        self.call_given(function, given, span)
    }

    /// The same with arguments by name.
    pub(super) fn call_value_named(
        &mut self,
        function: &Value,
        positional: Vec<Value>,
        keywords: Vec<(String, Value)>,
    ) -> Result<Value, Fault> {
        let span = self.statement;
        let Value::Function(function) = function else {
            return Err(convert::expected("a function", function));
        };
        let keywords = keywords.into_iter().map(|(name, value)| (Rc::from(name), value)).collect();
        self.call_given(function, Given { positional, keywords }, span)
    }

    /// A call of a builtin by its own name.
    pub(super) fn call_builtin(&mut self, call: &CallBuiltin, span: Span) -> Result<Value, Fault> {
        self.check_stack(span)?;
        let Some(slots) = &call.slots else {
            return self.call_builtin_with(call.builtin, &call.args, span);
        };
        let builtin = call.builtin;
        self.with_args(builtin, |machine, values| {
            let positional = call.args.positional.iter().map(|item| &item.value);
            let keywords = call.args.keywords.iter().map(|(_, value)| value);
            let mut rest = Vec::new();
            let mut rest_slot = None;
            for (expr, &slot) in positional.chain(keywords).zip(slots) {
                let value = machine.value_of(expr)?;
                if builtin.signature.params[slot].arity == Arity::Rest {
                    rest.push(value);
                    rest_slot = Some(slot);
                } else {
                    values[slot].set(value);
                }
            }
            if let Some(slot) = rest_slot {
                values[slot] = Value::tuple(rest);
            }
            machine.run_builtin(builtin, values).map_err(|fault| machine.at(fault, span))
        })
    }

    /// Runs a builtin's body.
    #[inline]
    pub(super) fn run_builtin(
        &mut self,
        builtin: &Builtin,
        args: &mut [Value],
    ) -> Result<Value, Fault> {
        if self.scratch.is_some() && acts(builtin, args) {
            return Err(Fault::interrupted());
        }
        let result = (builtin.call)(self, args);
        self.settled(result)
    }

    /// Runs `work` with room for a builtin's arguments, on the stack if they are few.
    #[inline]
    fn with_args<T>(
        &mut self,
        builtin: &Builtin,
        work: impl FnOnce(&mut Self, &mut [Value]) -> T,
    ) -> T {
        let count = builtin.signature.params.len();
        if count <= FEW {
            let mut values: [Value; FEW] = Default::default();
            let result = work(self, &mut values[..count]);
            // The builtin took nearly everything: what is left is dropped here, one by one, as the drop of
            // an array makes a call for each.
            values[..count].iter_mut().for_each(|value| value.set(Value::Unset));
            std::mem::forget(values);
            result
        } else {
            let mut values = vec![Value::Unset; count];
            work(self, &mut values)
        }
    }

    fn call_builtin_with(
        &mut self,
        builtin: &'static Builtin,
        args: &Args,
        span: Span,
    ) -> Result<Value, Fault> {
        let given = self.given(args)?;
        let result = bind(&builtin.signature, None, given)
            .and_then(|mut args| self.run_builtin(builtin, &mut args));
        result.map_err(|fault| self.at(fault, span))
    }

    /// A call `x.name(...)`.
    pub(super) fn call_method(&mut self, call: &CallMethod, span: Span) -> Result<Value, Fault> {
        self.check_stack(span)?;
        if let Some(FoundMethod { quick: Some(method), .. }) = call.cache.get()
            && let Some(result) = self.quick_method(method, call)
        {
            return self.settled(result).map_err(|fault| self.at(fault, span));
        }
        let object = self.value_of(&call.object)?;
        let ty = object.ty();
        let found = match call.cache.get() {
            Some(found) if found.ty == ty => found,
            _ => match self.table.method(ty, &call.name) {
                Some(builtin) => {
                    let receiver = builtin.signature.receiver.unwrap_or(0);
                    let count = call.args.positional.len();
                    let in_order = call.args.plain && in_order(&builtin.signature, count, receiver);
                    let quick = QuickMethod::of(builtin).filter(|_| in_order);
                    let found = FoundMethod { ty, builtin, in_order, quick };
                    call.cache.set(Some(found));
                    self.note_foreign(&call.name, builtin);
                    found
                }
                None => return self.call_field(&object, call, span),
            },
        };
        let builtin = found.builtin;
        let receiver = builtin.signature.receiver.unwrap_or(0);
        if found.in_order {
            return self.with_args(builtin, |machine, values| {
                values[receiver].set(object);
                for (index, item) in call.args.positional.iter().enumerate() {
                    let slot = if index < receiver { index } else { index + 1 };
                    values[slot].set(machine.value_of(&item.value)?);
                }
                machine.run_builtin(builtin, values).map_err(|fault| machine.at(fault, span))
            });
        }
        if !call.args.plain {
            let given = self.given(&call.args)?;
            let result = bind(&builtin.signature, Some(object), given)
                .and_then(|mut args| self.run_builtin(builtin, &mut args));
            return result.map_err(|fault| self.at(fault, span));
        }
        self.with_args(builtin, |machine, values| {
            values[receiver] = object;
            let mut rest = Vec::new();
            let mut rest_slot = None;
            for (index, item) in call.args.positional.iter().enumerate() {
                let value = machine.eval(&item.value)?;
                match positional_slot(&builtin.signature, index, Some(receiver)) {
                    Some(slot) if builtin.signature.params[slot].arity == Arity::Rest => {
                        rest.push(value);
                        rest_slot = Some(slot);
                    }
                    Some(slot) => values[slot] = value,
                    None => {
                        let most = builtin.signature.positional(true).count();
                        let message = format!(
                            "{} takes at most {most} argument{}, found {}",
                            call.name,
                            plural(most),
                            call.args.positional.len()
                        );
                        return Err(machine.at(Fault::new(Code::WrongCount, message), span));
                    }
                }
            }
            if let Some(slot) = rest_slot {
                values[slot] = Value::tuple(rest);
            }
            machine.run_builtin(builtin, values).map_err(|fault| machine.at(fault, span))
        })
    }

    /// Says how a method is called here that is known under the name that another language has for it.
    pub(super) fn note_foreign(&mut self, name: &str, builtin: &Builtin) {
        const FOREIGN: &[&str] =
            &["length", "size", "push", "trim", "len", "to_string", "shift", "unshift"];
        let signature = &builtin.signature;
        let is_foreign = FOREIGN.contains(&name) || name.contains(|c: char| c.is_ascii_uppercase());
        if signature.name == name && name != "len" || !is_foreign {
            return;
        }
        let own = match (signature.is_method(), signature.name) {
            (true, own) => format!("x.{own}"),
            (false, own) => format!("{own}(x)"),
        };
        self.add_note(Code::Habit, format!("x.{name} is {own} here"));
    }

    /// `row.name(...)` where `name` is a function in a dict.
    fn call_field(
        &mut self,
        object: &Value,
        call: &CallMethod,
        span: Span,
    ) -> Result<Value, Fault> {
        if let Value::Dict(dict) = object
            && let Some(Value::Function(function)) = dict.get(&Value::from(&*call.name))
        {
            let given = self.given(&call.args)?;
            return self.call_given(&function, given, span);
        }
        Err(self.no_method(object, &call.name, span))
    }

    /// "dict has no method `most_commun`", with what was probably meant.
    pub(super) fn no_method(&self, object: &Value, name: &str, span: Span) -> Fault {
        match object {
            Value::Failed(failed) => return self.at(failed_used(failed), span),
            Value::None => {
                let fault = Fault::new(
                    Code::NoMatch,
                    format!("expected a value with `{name}`, found None"),
                );
                let help = "a search that finds nothing gives None: test it with `if m { ... }`";
                return self.at(fault.with_help(help), span);
            }
            _ => {}
        }
        let ty = object.ty();
        let fault =
            Fault::new(Code::UnknownMethod, format!("{} has no method `{name}`", ty.word()));
        let mut names: Vec<String> =
            self.table.method_names(ty).into_iter().map(str::to_string).collect();
        if let Value::Dict(dict) = object {
            names.extend(dict.keys().iter().filter_map(|k| {
                let text = k.as_text()?;
                Some(text.to_str().into_owned())
            }));
        }
        let fault = match suggest::nearest(name, names.iter().map(String::as_str)) {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault,
        };
        self.at(fault, span)
    }
}

#[cold]
fn too_few(code: &FunctionCode, missing: usize) -> Fault {
    let name = code.params.get(missing).map_or("", |param| &param.name);
    Fault::new(Code::WrongCount, format!("{} needs the argument {name}", code.name))
}

#[cold]
fn too_many(code: &FunctionCode, found: usize) -> Fault {
    let most = code.by_position;
    Fault::new(
        Code::WrongCount,
        format!("{} takes at most {most} argument{}, found {found}", code.name, plural(most)),
    )
}

/// Whether a builtin does something that cannot be taken back. Prints and calls of the language's own go
/// through the machine, which keeps them from being seen; a function that a host added may do anything.
fn acts(builtin: &Builtin, args: &[Value]) -> bool {
    match builtin.signature.effect {
        Effect::Pure | Effect::Reads => args.iter().any(is_used_up),
        // What nobody else holds can be changed unseen.
        Effect::Mutates => !matches!(args.first(), Some(Value::List(list)) if list.is_unshared()),
        Effect::Answers => true,
        Effect::Prints | Effect::Calls => {
            let own = Table::get().function(builtin.signature.name);
            !own.is_some_and(|own| std::ptr::eq(own, builtin))
        }
    }
}

/// Whether a walk of an argument takes items away that others would see.
fn is_used_up(value: &Value) -> bool {
    match value {
        Value::List(list) => {
            matches!(list.position(), Some(Position::At(_))) && !list.is_unshared()
        }
        other => is_iterator(other),
    }
}
