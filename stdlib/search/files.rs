//! `files`: documents by name.

use globset::{GlobBuilder, GlobMatcher};
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{List, Value};

/// The documents whose name fits a pattern, in their order.
///
/// `*` stands for anything but `/`, `**` for any folders, `{a,b}` for one of several. A pattern without
/// `/` is compared with the last part of the name. Without a pattern: all documents.
///
/// ```rlm
/// [f.name for f in files("src/**/*.{rs,toml}")]  # -> ['src/lamp.rs']
/// ```
#[builtin(group = "search", effect = Reads, aliases("glob", "find_files", "list_files"), prompt = "files(\"src/**/*.py\") documents by name")]
pub fn files(
    host: &mut dyn Host,
    /// The pattern, or a list of patterns.
    #[aliases("pattern", "patterns")]
    glob: Option<Value>,
) -> Result<List, Fault> {
    let docs = host.docs();
    host.spend(docs.len() as u64 + 1)?;
    let Some(glob) = glob else { return Ok(docs) };
    let patterns = match &glob {
        Value::Text(text) => vec![text.clone()],
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
            let items = glob.items()?;
            items
                .iter()
                .map(|item| item.as_text().ok_or_else(|| expected("a text", &item)))
                .collect::<Result<_, _>>()?
        }
        other => return Err(expected("a text such as \"**/*.py\"", other)),
    };
    let mut matchers = Vec::with_capacity(patterns.len());
    for pattern in &patterns {
        matchers.push(Matcher::new(&pattern.to_str())?);
    }
    let named: Vec<(Value, String)> = docs
        .iter()
        .map(|doc| {
            let name = doc.as_text().and_then(|text| document_name(&text)).unwrap_or_default();
            (doc, name)
        })
        .collect();
    let select = |test: &dyn Fn(&Matcher, &str) -> bool| -> Vec<Value> {
        let fits = |(_, name): &&(Value, String)| matchers.iter().any(|m| test(m, name));
        named.iter().filter(fits).map(|(doc, _)| doc.clone()).collect()
    };
    let found = select(&Matcher::fits);
    // Nothing: perhaps the names begin with folders that the pattern leaves out.
    Ok(List::new(if found.is_empty() { select(&Matcher::fits_deeper) } else { found }))
}

struct Matcher {
    exact: GlobMatcher,
    deeper: Option<GlobMatcher>,
    name_only: bool,
}

impl Matcher {
    fn new(pattern: &str) -> Result<Matcher, Fault> {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        let deeper = format!("**/{}", pattern.trim_start_matches('/'));
        Ok(Matcher {
            exact: compile(pattern)?,
            deeper: if pattern.starts_with("**/") { None } else { Some(compile(&deeper)?) },
            name_only: !pattern.contains('/'),
        })
    }

    fn fits(&self, name: &str) -> bool {
        let name = name.strip_prefix("./").unwrap_or(name);
        let last = name.rsplit('/').next().unwrap_or(name);
        self.exact.is_match(name) || self.name_only && self.exact.is_match(last)
    }

    fn fits_deeper(&self, name: &str) -> bool {
        self.deeper.as_ref().is_some_and(|deeper| deeper.is_match(name))
    }
}

fn compile(pattern: &str) -> Result<GlobMatcher, Fault> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).empty_alternates(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|e| {
        Fault::new(Code::BadValue, format!("bad file pattern `{pattern}`: {}", e.kind()))
            .with_help("an example: files(\"**/*.{py,rs}\")")
    })
}

/// The name of the document in which a text begins; cheaper than its whole place.
pub(crate) fn document_name(text: &Text) -> Option<String> {
    let source = text.source().filter(|source| !source.is_anonymous())?;
    let start = text.byte_range()?.start as u64;
    let documents = source.documents();
    let after = documents.partition_point(|d| d.range.start <= start);
    // An empty document begins where the next one does: the length tells them apart.
    let empty =
        documents.get(..after)?.iter().rposition(|d| d.range.start == start && d.range.is_empty());
    let at = empty.filter(|_| text.is_empty()).or(after.checked_sub(1))?;
    documents.get(at).map(|document| document.name.clone())
}
