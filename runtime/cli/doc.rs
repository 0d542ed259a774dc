//! `rlm-lang doc`: the reference, from the table of builtins.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference;
use rlm_lang_syntax::signature::Catalog;

use super::args::Doc;
use super::failure::Failure;
use super::inspect::pager::{self, Page};
use super::paint;
use crate::pages;

pub(super) fn doc(args: &Doc) -> Result<u8, Failure> {
    let table = Table::get();
    let Some(name) = &args.name else {
        let page = Page::new();
        return page.show(&list(table, page.columns));
    };
    let Some(found) = pages::of(table, name) else {
        return Err(Failure::failed(pages::unknown(table, name)));
    };
    pager::print(format!("{found}\n").as_bytes())
}

/// Columns of a name; what a longer one does stands below it.
const NAME: usize = 24;

/// All names with their first lines, by group, the names in order; cut to a terminal's columns.
fn list(table: &Table, columns: Option<usize>) -> String {
    let mut lines = Vec::new();
    for group in reference::groups() {
        lines.push(group.to_string());
        let mut members: Vec<_> = table.signatures().iter().filter(|s| s.group == group).collect();
        members.sort_by_cached_key(|signature| reference::call_name(signature).to_lowercase());
        for signature in members {
            let name = reference::call_name(signature);
            let summary = signature.docs.lines().next().unwrap_or_default();
            if name.len() > NAME {
                lines.push(format!("  {name}"));
                lines.push(format!("  {:<NAME$} {summary}", ""));
            } else {
                lines.push(format!("  {name:<NAME$} {summary}"));
            }
        }
    }
    if let Some(columns) = columns {
        lines.iter_mut().for_each(|line| *line = paint::cut(line, columns));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_keeps_its_columns() {
        for columns in [None, Some(80), Some(50)] {
            let text = list(Table::get(), columns);
            for line in text.lines().filter(|line| line.starts_with("  ")) {
                let start: String = line.chars().take(NAME + 3).collect();
                let is_name_alone = !line.trim_start().contains(' ');
                assert!(is_name_alone || start.ends_with(' '), "{line}");
                assert!(columns.is_none_or(|columns| paint::width(line) <= columns), "{line}");
            }
        }
    }
}
