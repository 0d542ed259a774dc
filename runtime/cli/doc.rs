//! `rlm-lang doc`: the reference, from the table of builtins.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::signature::Catalog;

use super::args::Doc;
use super::failure::Failure;
use super::inspect::pager;
use crate::pages;

pub(super) fn doc(args: &Doc) -> Result<u8, Failure> {
    let table = Table::get();
    let Some(name) = &args.name else {
        return pager::print(list(table).as_bytes());
    };
    let Some(found) = pages::of(table, name) else {
        return Err(Failure::failed(pages::unknown(table, name)));
    };
    pager::print(format!("{found}\n").as_bytes())
}

/// All names with their first lines, by group.
fn list(table: &Table) -> String {
    let mut lines = Vec::new();
    for group in reference::groups() {
        lines.push(group.to_string());
        for signature in table.signatures().iter().filter(|s| s.group == group) {
            let summary = signature.docs.lines().next().unwrap_or_default();
            lines.push(format!("  {:<24} {summary}", reference::call_name(signature)));
        }
    }
    lines.join("\n") + "\n"
}
