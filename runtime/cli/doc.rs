//! `rlm-lang doc`: the reference, from the table of builtins.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::signature::Catalog;

use super::args::Doc;
use super::exit;
use super::failure::Failure;
use crate::pages;

pub(super) fn doc(args: &Doc) -> Result<u8, Failure> {
    let table = Table::get();
    let Some(name) = &args.name else {
        list(table);
        return Ok(exit::DONE);
    };
    let Some(found) = pages::of(table, name) else {
        return Err(Failure::failed(pages::unknown(table, name)));
    };
    println!("{found}");
    Ok(exit::DONE)
}

/// All names with their first lines, by group.
fn list(table: &Table) {
    for group in reference::groups() {
        println!("{group}");
        for signature in table.signatures().iter().filter(|s| s.group == group) {
            let summary = signature.docs.lines().next().unwrap_or_default();
            println!("  {:<24} {summary}", reference::call_name(signature));
        }
    }
}
