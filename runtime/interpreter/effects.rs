//! What the names in a program tell before it is lowered.

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::ast::{self, ExprKind, StmtKind};
use rlm_lang_syntax::signature::{Catalog, Effect, Type};
use rlm_lang_syntax::visit::{Node, walk};

/// What a program mentions anywhere.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mentions {
    /// A builtin that calls models: only then can a function value be one that does.
    pub models: bool,
    /// Something that moves on by being looked at.
    pub iterators: bool,
    /// A dict that makes its items when they are looked at.
    pub making_dicts: bool,
}

impl Mentions {
    /// Something changes by being looked at.
    pub(super) fn shared_state(&self) -> bool {
        self.iterators || self.making_dicts
    }

    /// Adds what another program of the same session mentions.
    pub(super) fn add(&mut self, table: &Table, body: &[ast::Stmt]) {
        walk(body, &mut |node| match node {
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Name(name) => self.name(table, name),
                ExprKind::Attribute { name, .. } => {
                    self.name(table, &name.text);
                    // Methods that call models come from hosts only.
                    let methods = table.methods(&name.text);
                    self.models |= methods.iter().any(|method| method.effect == Effect::Calls);
                }
                _ => {}
            },
            Node::Stmt(stmt) => {
                if let StmtKind::Import(imported) = &stmt.kind {
                    imported.iter().for_each(|item| self.name(table, &item.path));
                }
            }
        });
    }

    fn name(&mut self, table: &Table, name: &str) {
        // `csv.reader` is known under its whole name only.
        let found = table.function(name).or_else(|| table.function(&format!("csv.{name}")));
        let Some(signature) = found.map(|builtin| &builtin.signature) else { return };
        self.models |= signature.effect == Effect::Calls;
        self.iterators |=
            signature.returns == Type::Iterator || matches!(signature.name, "next" | "islice");
        self.making_dicts |= signature.name == "defaultdict";
    }
}
