//! `rlm-lang doc`: the reference, from the table of builtins.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::signature::{Catalog, Signature};
use rlm_lang_syntax::suggest;

use super::args::Doc;
use super::exit;
use super::failure::Failure;

pub(super) fn doc(args: &Doc) -> Result<u8, Failure> {
    let table = Table::get();
    let Some(name) = &args.name else {
        list(table);
        return Ok(exit::DONE);
    };
    let mut found: Vec<&Signature> = table.methods(name);
    if let Some(function) = Catalog::function(table, name)
        && !found.iter().any(|s| std::ptr::eq(*s, function))
    {
        found.insert(0, function);
    }
    if found.is_empty() {
        let names = table.signatures().iter().map(|s| s.name);
        let help = suggest::nearest(name, names).map(|near| format!("; did you mean {near}?"));
        return Err(Failure::failed(format!(
            "nothing is called {name}{}",
            help.unwrap_or_default()
        )));
    }
    let pages: Vec<String> = found.into_iter().map(page).collect();
    println!("{}", pages.join("\n\n"));
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

fn page(signature: &Signature) -> String {
    let mut out = format!(
        "{}  -> {}\n\n{}\n",
        reference::usage(signature),
        signature.returns.word(),
        signature.docs
    );
    for param in reference::params(signature) {
        out.push_str(&format!("\n  {:<14} {}", param.name, param.docs.replace('\n', " ")));
        if !param.aliases.is_empty() {
            out.push_str(&format!(" (also {})", param.aliases.join(", ")));
        }
    }
    if !signature.aliases.is_empty() {
        out.push_str(&format!("\n\nalso called {}", signature.aliases.join(", ")));
    }
    out
}
