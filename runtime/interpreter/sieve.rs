//! Loops over texts that first ask something of each: items that fail are passed over in one go.
//!
//! `for line in lines { if line.startswith("Date: ") { ... } }` does nothing for a line that fails the test,
//! and so does a loop that begins with `if not ...: continue`. Such tests are found when the program is
//! lowered ([`rlm_lang_std::sieve`] asks them); what they cannot answer goes the ordinary way. Steps are
//! counted as there, and no look at the limits is left out.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::sieve::{Next, Sieve, Test};
use rlm_lang_std::text::Text;
use rlm_lang_std::text_methods::find::{ENDSWITH, STARTSWITH};
use rlm_lang_std::value::Value;
use rlm_lang_syntax::ast::{CompareOp, UnaryOp};
use rlm_lang_syntax::signature::Type;

use super::Machine;
use super::code::*;
use super::flow::Walk;

/// The tests that a loop's body begins with.
pub(crate) struct LoopSieve {
    sieve: Sieve,
    /// The body is a test for what is to be left out, and the rest is for what is not.
    is_guard: bool,
}

impl LoopSieve {
    /// Of a loop whose body is nothing but `if`, or begins with `if ... { continue }`.
    pub(super) fn of_loop(table: &Table, target: &Target, body: &[Stmt]) -> Option<LoopSieve> {
        let (Target::Name(item), Some((first, rest))) = (target, body.split_first()) else {
            return None;
        };
        let StmtOp::If { branches, otherwise } = &first.op else { return None };
        let is_guard = matches!(
            branches.as_slice(),
            [(_, block)] if matches!(block.as_slice(), [Stmt { op: StmtOp::Continue, .. }])
        );
        if !otherwise.is_empty() || !rest.is_empty() && !is_guard {
            return None;
        }
        let mut tests: Vec<Test> =
            branches.iter().map(|(condition, _)| test(table, condition, *item)).collect();
        if is_guard {
            tests = tests.into_iter().map(|test| Test::Not(Box::new(test))).collect();
        }
        // A step for the item and one for `if`; `continue` is one more.
        let sieve = Sieve { tests, steps_each: 2, steps_more: u64::from(is_guard) };
        is_worth_it(&sieve, *item).then_some(LoopSieve { sieve, is_guard })
    }

    pub(super) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// What a loop does with an item that passes a test.
    pub(super) fn block<'c>(&self, body: &'c [Stmt], number: usize) -> &'c [Stmt] {
        match body.split_first() {
            Some((_, rest)) if self.is_guard => rest,
            Some((Stmt { op: StmtOp::If { branches, .. }, .. }, _)) => {
                branches.get(number).map_or(&[], |(_, block)| block)
            }
            _ => &[],
        }
    }
}

/// The conditions behind the first `for` of a comprehension, as one test.
pub(super) fn of_clauses(table: &Table, target: &Target, rest: &[Clause]) -> Option<Sieve> {
    let Target::Name(item) = target else { return None };
    let conditions = rest.iter().map_while(|clause| match clause {
        Clause::If(condition) => Some(test(table, condition, *item)),
        Clause::For { .. } => None,
    });
    let all = conditions.reduce(|first, second| Test::And(Box::new(first), Box::new(second)))?;
    let sieve = Sieve { tests: vec![all], steps_each: 1, steps_more: 0 };
    is_worth_it(&sieve, *item).then_some(sieve)
}

/// Variables that functions share may change while an item is looked at.
fn is_worth_it(sieve: &Sieve, item: Place) -> bool {
    matches!(item, Place::Local(_) | Place::Global(_))
        && sieve.tests.first().is_some_and(Test::may_answer)
}

/// The test that a condition is, of the variable `item`.
fn test(table: &Table, condition: &Expr, item: Place) -> Test {
    let is_item = |expr: &Expr| matches!(&expr.op, Op::Variable(place, _) if *place == item);
    let inner = |expr: &Expr| Box::new(test(table, expr, item));
    match &condition.op {
        Op::Variable(..) if is_item(condition) => Test::Filled,
        Op::Unary { op: UnaryOp::Not, operand } => Test::Not(inner(operand)),
        Op::And(first, second) => Test::And(inner(first), inner(second)),
        Op::Or(first, second) => Test::Or(inner(first), inner(second)),
        Op::Compare { op, left, right } if is_item(right) => match (op, &left.op) {
            (CompareOp::In, Op::Const(Value::Text(needle))) => Test::holds(needle),
            (CompareOp::NotIn, Op::Const(Value::Text(needle))) => {
                Test::Not(Box::new(Test::holds(needle)))
            }
            _ => Test::Other,
        },
        Op::CallMethod(call) if is_item(&call.object) => ends_test(table, call),
        _ => Test::Other,
    }
}

/// `item.startswith("...")` and the like, called as it is named here.
fn ends_test(table: &Table, call: &CallMethod) -> Test {
    let found = table.method(Type::Text, &call.name);
    let Some(builtin) = found.filter(|found| *found.signature.name == *call.name) else {
        return Test::Other;
    };
    let [argument] = call.args.positional.as_slice() else { return Test::Other };
    let wanted = texts(&argument.value).filter(|_| call.args.plain);
    match wanted {
        Some(wanted) if std::ptr::eq(builtin, &STARTSWITH) => Test::Starts(wanted),
        Some(wanted) if std::ptr::eq(builtin, &ENDSWITH) => Test::Ends(wanted),
        _ => Test::Other,
    }
}

/// A text that is written in the program, or a tuple of such texts.
fn texts(expr: &Expr) -> Option<Vec<Box<[u8]>>> {
    let bytes = |text: &Text| Box::from(text.bytes());
    match &expr.op {
        Op::Const(Value::Text(text)) => Some(vec![bytes(text)]),
        Op::Tuple(items) => {
            let texts = items.iter().map(|item| match &item.value.op {
                Op::Const(Value::Text(text)) if !item.star => Some(bytes(text)),
                _ => None,
            });
            texts.collect()
        }
        _ => None,
    }
}

impl Machine<'_> {
    /// Passes over items that no test holds for. Gives the next item, with the number of the test that holds
    /// for it; its steps up to there are counted. Otherwise the next item goes the ordinary way. Nothing is
    /// sifted any more (`sieve` becomes `None`) where that makes no sense.
    pub(super) fn sift(
        &mut self,
        sieve: &mut Option<&Sieve>,
        walk: &mut Walk,
        target: &Target,
    ) -> Option<(usize, Value)> {
        let (Walk::List { list, next }, Target::Name(place), Some(tests)) = (walk, target, *sieve)
        else {
            *sieve = None;
            return None;
        };
        // Whatever comes to the end of a tick looks at the limits.
        let sifted = tests.sift(list, *next, self.tick.saturating_sub(1));
        self.tick -= sifted.steps;
        *next += sifted.left_out;
        match sifted.next {
            Next::Found(number, item) => {
                *next += 1;
                return Some((number, item));
            }
            Next::Unclear => {}
            Next::Nothing => *sieve = None,
        }
        // What comes next may raise an error, or be the end: the variable has its last item then.
        if let Some(last) = next.checked_sub(1).filter(|_| sifted.left_out > 0)
            && let Some(item) = list.get(last)
        {
            self.write(*place, item);
        }
        None
    }
}
