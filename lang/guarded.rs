//! `try: import pandas … except ImportError: …`: the import of a module that does not exist raises, so
//! the handler is what runs. What follows the import in the block is never reached and goes.

use crate::ast::{Arg, Block, Expr, ExprKind, Handler, Stmt, StmtKind, TextLiteral};
use crate::libraries;

/// Puts a `raise` in the place of such imports.
pub(crate) fn rewrite(body: &mut [Stmt]) {
    for statement in body {
        match &mut statement.kind {
            StmtKind::If { branches, otherwise } => {
                branches.iter_mut().for_each(|(_, block)| rewrite(&mut block.body));
                inside(otherwise);
            }
            StmtKind::For { body, otherwise, .. } | StmtKind::While { body, otherwise, .. } => {
                rewrite(&mut body.body);
                inside(otherwise);
            }
            StmtKind::Def { body, .. } => rewrite(&mut body.body),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                if handlers.iter().any(catches_imports) && raise_instead(&mut body.body) {
                    *otherwise = None;
                }
                rewrite(&mut body.body);
                handlers.iter_mut().for_each(|handler| rewrite(&mut handler.body.body));
                inside(otherwise);
                inside(finally);
            }
            _ => {}
        }
    }
}

fn inside(block: &mut Option<Block>) {
    if let Some(block) = block {
        rewrite(&mut block.body);
    }
}

fn catches_imports(handler: &Handler) -> bool {
    let kinds = ["ImportError", "ModuleNotFoundError"];
    handler.kinds.is_empty() || handler.kinds.iter().any(|kind| kinds.contains(&kind.text.as_str()))
}

/// True if there was such an import.
fn raise_instead(body: &mut Vec<Stmt>) -> bool {
    let missing = |statement: &Stmt| match &statement.kind {
        StmtKind::Import(names) => names.iter().find_map(|name| {
            let module = name.path.split('.').next().unwrap_or_default();
            (!libraries::is_known(module)).then(|| module.to_string())
        }),
        _ => None,
    };
    let found = body.iter().enumerate().find_map(|(at, one)| Some((at, missing(one)?)));
    let Some((at, module)) = found else { return false };
    body.truncate(at + 1);
    if let Some(statement) = body.last_mut() {
        let span = statement.span;
        let node = |kind| Expr { kind, span };
        let value = format!("No module named '{module}'");
        let text = node(ExprKind::Text(TextLiteral { value, raw: false }));
        let kind = Box::new(node(ExprKind::Name("ModuleNotFoundError".to_string())));
        let error = node(ExprKind::Call { function: kind, args: vec![Arg::Positional(text)] });
        statement.kind = StmtKind::Raise(Some(error));
    }
    true
}
