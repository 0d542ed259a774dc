//! What code reaches when it runs: through the functions that its variables hold at the moment. Nothing is
//! run or made to find out.

use std::collections::HashSet;
use std::rc::Rc;

use rlm_lang_std::fault::Fault;
use rlm_lang_std::prompt::grouped;
use rlm_lang_std::value::{Function, Value};
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Effect;
use rlm_lang_syntax::span::Span;

use super::Machine;
use super::call::{Closure, closure_of};
use super::certain::Certain;
use super::code::*;
use super::summary::Summary;

/// What code can do, all functions behind it included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// Call models.
    pub calls: bool,
    /// Change what others see.
    pub changes: bool,
    /// End the run with an answer.
    pub answers: bool,
}

/// The variables that code touches, those of its functions included.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Variables of the session and of the present frame that it reads.
    pub reads: HashSet<Place>,
    /// Those that it assigns, or whose containers it changes.
    pub changed: HashSet<Place>,
    /// It may change anything.
    pub anything: bool,
}

/// Functions that are followed when certain calls are counted: those that call each other twice double at
/// every step.
const MOST_FOLLOWED: usize = 500;

impl Machine<'_> {
    /// What code can do whose variables are those of the present frame.
    pub(super) fn reach(&self, summary: &Summary) -> Reach {
        let mut found = Found::new(&self.globals);
        found.summary(summary);
        for place in &summary.reads {
            found.value(&self.read(*place));
        }
        found.reach
    }

    /// What variables code touches whose own variables are those of the present frame.
    pub(super) fn touched(&self, summary: &Summary) -> Touched {
        let mut found = Found::new(&self.globals);
        found.summary(summary);
        found.touched.reads.extend(&summary.reads);
        found.touched.changed.extend(&summary.changed);
        for place in &summary.reads {
            found.value(&self.read(*place));
        }
        found.touched
    }

    /// What calling a value can do.
    pub(super) fn reach_of(&self, function: &Value) -> Reach {
        let mut found = Found::new(&self.globals);
        found.value(function);
        found.reach
    }

    /// Model calls that code in the present frame makes for certain.
    pub(super) fn count(&self, certain: &Certain) -> u64 {
        let mut counter = Counter::new(&self.globals);
        let functions = certain.functions.iter().map(|place| counter.value(&self.read(*place)));
        functions.fold(certain.calls, u64::saturating_add)
    }

    /// Model calls that calling a value makes for certain.
    pub(super) fn count_of(&self, function: &Value) -> u64 {
        Counter::new(&self.globals).value(function)
    }

    /// Model calls that a loop makes for certain over these items.
    pub(super) fn count_loop(&self, summary: &Summary, items: &Value) -> u64 {
        self.count(&summary.certain).saturating_mul(size(items).unwrap_or(0))
    }

    /// Model calls that a comprehension makes for certain over these items of its first clause.
    pub(super) fn count_items(&self, code: &Comprehension, items: &Value) -> u64 {
        let mut total = self.count(&code.summary.certain);
        if total == 0 {
            return 0;
        }
        let mut bound = HashSet::new();
        for (index, clause) in code.clauses.iter().enumerate() {
            let size = match clause {
                Clause::For { .. } if index == 0 => size(items),
                Clause::For { iterable, .. } => {
                    self.size_of(iterable, &|place| bound.contains(&place))
                }
                Clause::If(_) => None,
            };
            super::summary::bind_clause(clause, &mut bound);
            // An inner iterable of unknown size may be empty.
            total = total.saturating_mul(size.unwrap_or(0));
        }
        total
    }

    /// How many items an expression gives, where that is seen without making them.
    fn size_of(&self, expr: &Expr, is_bound: &dyn Fn(Place) -> bool) -> Option<u64> {
        match &expr.op {
            Op::Variable(place, _) if !is_bound(*place) => size(&self.read(*place)),
            Op::Const(value) => size(value),
            Op::Input(Input::Docs) => Some(self.outside.docs().len() as u64),
            Op::List(items) | Op::Tuple(items) if items.iter().all(|item| !item.star) => {
                Some(items.len() as u64)
            }
            Op::CallBuiltin(call) => {
                let args: Vec<&Expr> = call.args.values().collect();
                match (call.builtin.signature.name, args.as_slice()) {
                    ("enumerate" | "list" | "tuple" | "sorted" | "reversed", [of]) => {
                        self.size_of(of, is_bound)
                    }
                    ("range", [stop]) => match &stop.op {
                        Op::Const(Value::Int(n)) => Some(u64::try_from(*n).unwrap_or(0)),
                        _ => None,
                    },
                    _ => None,
                }
            }
            Op::CallMethod(call) if call.args.values().next().is_none() => {
                let walks = matches!(&*call.name, "items" | "keys" | "values");
                if walks { self.size_of(&call.object, is_bound) } else { None }
            }
            _ => None,
        }
    }

    /// Refuses calls that cannot all be made within the limits, before the first is. `over` is what is
    /// walked, for advice. Looks at the budget at the present place.
    ///
    /// # Errors
    /// When fewer calls than `wanted` are left.
    pub(super) fn admit(
        &mut self,
        wanted: u64,
        over: Option<&Expr>,
        span: Span,
    ) -> Result<(), Fault> {
        if wanted == 0 || self.scratch.is_some() {
            return Ok(());
        }
        let Some(left) = self.outside.budget(&self.lane).calls_left else { return Ok(()) };
        if wanted <= left {
            return Ok(());
        }
        let shown = |n: u64| grouped(usize::try_from(n).unwrap_or(usize::MAX));
        let calls = if wanted == 1 { "call" } else { "calls" };
        let message =
            format!("this would make {} model {calls}, {} are left", shown(wanted), shown(left));
        let fault = Fault::new(Code::LimitReached, message);
        if left == 0 {
            return Err(self.at(fault.with_help("work with the replies that you have"), span));
        }
        let name = match over.map(|expr| &expr.op) {
            Some(Op::Variable(_, name)) => name,
            _ => "xs",
        };
        let size = round_up(wanted.div_ceil(left).saturating_mul(2));
        let help =
            format!("give each call more: chunk({name}, {size}), or classify({name}, labels)");
        Err(self.at(fault.with_help(help), span))
    }
}

/// Functions made of functions are followed as deep as this.
const DEEPEST: usize = 20;

struct Found<'m> {
    globals: &'m [Value],
    reach: Reach,
    touched: Touched,
    seen: Vec<*const FunctionCode>,
    depth: usize,
}

impl<'m> Found<'m> {
    fn new(globals: &'m [Value]) -> Found<'m> {
        Found {
            globals,
            reach: Reach::default(),
            touched: Touched::default(),
            seen: Vec::new(),
            depth: 0,
        }
    }

    fn summary(&mut self, summary: &Summary) {
        self.reach.calls |= summary.calls | summary.unknown;
        self.reach.changes |= summary.changes | summary.unknown;
        self.reach.answers |= summary.answers | summary.unknown;
        self.touched.anything |= summary.changes_others | summary.unknown;
    }

    fn value(&mut self, value: &Value) {
        let Value::Function(function) = value else { return };
        match &**function {
            Function::Builtin(builtin) | Function::Method { builtin, .. } => {
                // What `partial` and the like made calls the function that it was made of.
                if let Function::Method { receiver: Value::Tuple(parts), .. } = &**function {
                    self.parts(parts);
                }
                let effect = builtin.signature.effect;
                self.reach.calls |= effect == Effect::Calls;
                self.reach.answers |= effect == Effect::Answers;
                self.touched.anything |= effect == Effect::Mutates;
                self.reach.changes |= matches!(effect, Effect::Mutates | Effect::Answers)
                    || builtin.signature.name == "budget";
            }
            Function::Kind(_) => {}
            Function::User(_) => match closure_of(function) {
                Some(closure) => self.closure(closure),
                None => self.summary(&Summary::unknown()),
            },
        }
    }

    fn parts(&mut self, parts: &[Value]) {
        if self.depth == DEEPEST {
            return self.summary(&Summary::unknown());
        }
        self.depth += 1;
        parts.iter().for_each(|part| self.value(part));
        self.depth -= 1;
    }

    fn closure(&mut self, closure: &Closure) {
        let code = Rc::as_ptr(&closure.code);
        if self.seen.contains(&code) {
            return;
        }
        self.seen.push(code);
        let summary = &closure.code.summary;
        self.summary(summary);
        for place in &summary.changed {
            match place {
                Place::Global(_) => drop(self.touched.changed.insert(*place)),
                // A variable of a function around it: whose, is not known here.
                _ => self.touched.anything = true,
            }
        }
        for place in &summary.reads {
            match place {
                Place::Captured(cell) => {
                    if let Some(cell) = closure.captured.get(*cell) {
                        self.value(&cell.borrow());
                    }
                }
                Place::Global(slot) => {
                    self.touched.reads.insert(*place);
                    if let Some(value) = self.globals.get(*slot) {
                        self.value(value);
                    }
                }
                // A function's own variables are no reads of what is around it.
                Place::Local(_) | Place::Cell(_) => {}
            }
        }
    }
}

/// Counts certain calls through functions.
struct Counter<'m> {
    globals: &'m [Value],
    /// Functions on the way down: one that calls itself ends somehow.
    active: Vec<*const FunctionCode>,
    /// How many more functions are followed.
    left: usize,
}

impl<'m> Counter<'m> {
    fn new(globals: &'m [Value]) -> Counter<'m> {
        Counter { globals, active: Vec::new(), left: MOST_FOLLOWED }
    }

    fn value(&mut self, value: &Value) -> u64 {
        let Value::Function(function) = value else { return 0 };
        if let Function::Builtin(builtin) = &**function {
            return u64::from(builtin.signature.name == "ask");
        }
        let Some(closure) = closure_of(function) else { return 0 };
        let code = Rc::as_ptr(&closure.code);
        if self.left == 0 || self.active.contains(&code) {
            return 0;
        }
        self.left -= 1;
        self.active.push(code);
        let certain = &closure.code.summary.certain;
        let mut calls = certain.calls;
        for place in &certain.functions {
            calls = calls.saturating_add(match place {
                Place::Global(slot) => self.globals.get(*slot).map_or(0, |v| self.value(v)),
                Place::Captured(cell) => {
                    closure.captured.get(*cell).map_or(0, |cell| self.value(&cell.borrow()))
                }
                Place::Local(_) | Place::Cell(_) => 0,
            });
        }
        self.active.pop();
        calls
    }
}

/// How many items a value has, where that is known without making them.
fn size(value: &Value) -> Option<u64> {
    match value {
        Value::List(list) => Some(list.len() as u64),
        Value::Tuple(items) => Some(items.len() as u64),
        Value::Dict(dict) => Some(dict.len() as u64),
        _ => None,
    }
}

/// The next of 1, 2, 5, 10, 20, 50, …
fn round_up(n: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let candidate = power.saturating_mul(step);
            if candidate >= n {
                return candidate;
            }
        }
        power = power.saturating_mul(10);
    }
}
