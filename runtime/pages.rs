//! The reference of builtins as text: what `rlm-lang doc` shows, from the table alone.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::signature::{Catalog, Signature};
use rlm_lang_syntax::suggest;

/// The pages of all functions and methods of this name; `None` if there are none.
pub(crate) fn of(table: &Table, name: &str) -> Option<String> {
    let mut found: Vec<&Signature> = table.methods(name);
    if let Some(function) = Catalog::function(table, name)
        && !found.iter().any(|s| std::ptr::eq(*s, function))
    {
        found.insert(0, function);
    }
    let pages: Vec<String> = found.into_iter().map(page).collect();
    (!pages.is_empty()).then(|| pages.join("\n\n"))
}

/// What to say where nothing has this name.
pub(crate) fn unknown(table: &Table, name: &str) -> String {
    let names = table.signatures().iter().map(|signature| signature.name);
    let near = suggest::nearest(name, names).map(|near| format!("; did you mean {near}?"));
    let all = "; rlm-lang doc lists all names".to_string();
    format!("nothing is called {name}{}", near.unwrap_or(all))
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
