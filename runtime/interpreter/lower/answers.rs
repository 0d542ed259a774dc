//! The answer in a dict: `answer["content"] = x` and `answer["ready"] = True`, by which other systems take
//! it.

use std::rc::Rc;

use rlm_lang_std::builtin::Builtin;
use rlm_lang_std::output::ANSWER_DICT;
use rlm_lang_syntax::ast::{self, ExprKind, StmtKind};
use rlm_lang_syntax::span::Span;

use super::Lowerer;
use crate::interpreter::code::*;

/// The variable behind `answer["content"]`; see `Lowerer::answer_field`.
pub(super) const ANSWER_CONTENT: &str = "answer_content";

impl Lowerer<'_> {
    /// `answer["content"]` and `answer["ready"]`, by which other systems take the answer, where `answer`
    /// is no variable of the program.
    pub(super) fn answer_field(&mut self, expr: &ast::Expr) -> Option<&'static str> {
        let ExprKind::Index { object, index } = &expr.kind else { return None };
        let (ExprKind::Name(name), ExprKind::Text(key)) = (&object.kind, &index.kind) else {
            return None;
        };
        let field = ["content", "ready"].into_iter().find(|field| *field == key.value)?;
        (name == "answer" && self.variable(name).is_none()).then_some(field)
    }

    /// What follows an assignment that may make the dict `answer` ready: `answer["ready"] = True`, or the
    /// whole dict, where `answer` is a variable of the program.
    pub(super) fn answer_dict(&mut self, stmt: &ast::Stmt) -> Option<Stmt> {
        let StmtKind::Assign { targets, value } = &stmt.kind else { return None };
        let [target] = targets.as_slice() else { return None };
        let is_key = |expr: &ast::Expr, key: &str| matches!(&expr.kind, ExprKind::Text(text) if text.value == key);
        let (object, sets_it) = match &target.kind {
            ExprKind::Index { object, index } => (&**object, is_key(index, "ready")),
            _ => (
                target,
                matches!(&value.kind, ExprKind::Dict(items) if items.iter().any(|item| {
                    matches!(item, ast::DictItem::Pair(key, _) if is_key(key, "ready"))
                })),
            ),
        };
        if !sets_it || !matches!(&object.kind, ExprKind::Name(name) if name == "answer") {
            return None;
        }
        let place = self.variable("answer")?;
        let span = stmt.span;
        let answer = Expr { op: Op::Variable(place, Rc::from("answer")), span };
        Some(builtin_call(&ANSWER_DICT, answer, span))
    }

    /// The variable that stands for `answer["content"]`.
    pub(super) fn answer_content(&mut self) -> Place {
        Place::Global(self.names.globals.insert_full(ANSWER_CONTENT.to_string()).0)
    }

    /// `answer["ready"] = True`: answers with what `answer["content"]` holds.
    pub(super) fn answer_when(&mut self, ready: &ast::Expr, span: Span) -> Stmt {
        let condition = self.expr(ready);
        let place = self.answer_content();
        let content = Expr { op: Op::Variable(place, Rc::from(ANSWER_CONTENT)), span };
        let answer = self.table.function("answer");
        let answered = answer.map(|builtin| builtin_call(builtin, content, span));
        let answered = answered.into_iter().collect();
        let branches = vec![(condition, answered)];
        Stmt { op: StmtOp::If { branches, otherwise: Vec::new() }, span }
    }
}

/// A statement that calls a builtin with one argument.
fn builtin_call(builtin: &'static Builtin, value: Expr, span: Span) -> Stmt {
    let positional = vec![Item { value, star: false }];
    let args = Args::new(positional, Vec::new(), Vec::new());
    let call = CallBuiltin { builtin, args, slots: None };
    Stmt { op: StmtOp::Expr(Expr { op: Op::CallBuiltin(Box::new(call)), span }), span }
}
