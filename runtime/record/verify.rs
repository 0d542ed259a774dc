//! Whether what an answer cites is still there.

use std::sync::Arc;

use rlm_lang_std::text::Source;
use serde::Serialize;

use super::inputs::digest;
use crate::engine::{Citation, find_cited};

/// How a cited text stands in the inputs as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// Where it was.
    Ok,
    /// Somewhere else.
    Moved {
        /// The document in which it is now.
        now_document: String,
        /// The line of that document, from 1.
        now_line: usize,
        /// Its first byte in that document.
        now_at: usize,
    },
    /// The document is there, the text is nowhere.
    Changed,
    /// The document is not there, and the text is nowhere.
    Gone,
}

impl Standing {
    /// Whether the text is still in the inputs.
    pub fn is_there(&self) -> bool {
        matches!(self, Standing::Ok | Standing::Moved { .. })
    }
}

/// Looks for a cited text: at its place, then elsewhere in its document, then in the others.
pub fn standing(citation: &Citation, inputs: &[Arc<Source>]) -> Standing {
    let documents = inputs.iter().flat_map(|source| {
        source.documents().iter().map(move |document| {
            let start = usize::try_from(document.range.start).unwrap_or(usize::MAX);
            let end = usize::try_from(document.range.end).unwrap_or(usize::MAX);
            let bytes = source.bytes().get(start..end).unwrap_or_default();
            (document.name.as_str(), bytes)
        })
    });
    let (own, others): (Vec<_>, Vec<_>) =
        documents.partition(|(name, _)| *name == citation.document);
    let length = citation.end.saturating_sub(citation.start);
    let range = citation.at..citation.at.saturating_add(length);
    let is_ok =
        |bytes: &[u8]| bytes.get(range.clone()).is_some_and(|b| digest(b) == citation.blake3);
    if own.iter().any(|(_, bytes)| is_ok(bytes)) {
        return Standing::Ok;
    }
    for (name, bytes) in own.iter().chain(&others) {
        if let Some(found) = find_cited(citation, bytes) {
            let before = bytes.get(..found.start).unwrap_or_default();
            return Standing::Moved {
                now_document: name.to_string(),
                now_line: 1 + memchr::memchr_iter(b'\n', before).count(),
                now_at: found.start,
            };
        }
    }
    if own.is_empty() { Standing::Gone } else { Standing::Changed }
}
