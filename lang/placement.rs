//! Statements that mean nothing where they stand: `break` outside a loop, `return` without a value
//! outside a function, imports of modules that do not exist.

use crate::ast::{Stmt, StmtKind};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::libraries::refuse_module;
use crate::visit::{Child, statement_children};

/// Where a statement stands.
#[derive(Clone, Copy, Default)]
struct Around {
    function: bool,
    looping: bool,
}

/// Reports misplaced statements as errors and an answering `return` as a note.
pub(crate) fn check(body: &[Stmt]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check_block(body, Around::default(), &mut found);
    found
}

fn check_block(body: &[Stmt], around: Around, found: &mut Vec<Diagnostic>) {
    for statement in body {
        check_statement(statement, around, found);
    }
}

fn check_statement(statement: &Stmt, around: Around, found: &mut Vec<Diagnostic>) {
    let misplaced = |message: &str| Diagnostic::error(Code::Misplaced, statement.span, message);
    match &statement.kind {
        StmtKind::Break if !around.looping => found.push(misplaced("`break` outside a loop")),
        StmtKind::Continue if !around.looping => found.push(misplaced("`continue` outside a loop")),
        StmtKind::Return(None) if !around.function => {
            found.push(misplaced("`return` without a value outside a function").with_help(
                "return x ends the run with the answer x; else put the rest into an else block",
            ))
        }
        StmtKind::Return(Some(_)) if !around.function => {
            found.push(Diagnostic::note(
                Code::Habit,
                statement.span,
                "`return x` outside a function is answer(x)",
            ));
        }
        StmtKind::Import(names) => {
            let refused = names.iter().find_map(|name| refuse_module(&name.path, statement.span));
            found.extend(refused);
        }
        StmtKind::Nonlocal(_) if !around.function => {
            found.push(misplaced("`nonlocal` outside a function"));
        }
        StmtKind::Def { body, .. } => {
            return check_block(&body.body, Around { function: true, looping: false }, found);
        }
        StmtKind::For { body, otherwise, .. } | StmtKind::While { body, otherwise, .. } => {
            check_block(&body.body, Around { looping: true, ..around }, found);
            if let Some(otherwise) = otherwise {
                check_block(&otherwise.body, around, found);
            }
            return;
        }
        _ => {}
    }
    statement_children(statement, &mut |child| {
        if let Child::Block(block) = child {
            check_block(&block.body, around, found);
        }
    });
}
