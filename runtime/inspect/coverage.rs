//! The coverage map: what was looked at of each document.

use std::ops::Range;

use rlm_lang_std::text::Ranges;
use serde::{Serialize, Serializer};

use super::tree::Engine;
use crate::engine::event::{DocumentInfo, TextReference};

/// What was looked at of a document. Ranges are in bytes of the document; kinds may overlap.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentCoverage {
    /// The document.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What searches of programs went over.
    pub searched: Covered,
    /// What programs cut out and looked at.
    pub sliced: Covered,
    /// What the root model was shown.
    pub shown: Covered,
    /// What was sent to sub-models: the data of calls, and what children's models were shown.
    pub sent: Covered,
    /// What the answer cites.
    pub cited: Covered,
    /// What is in none of these: no program read it, and no recorded call has it.
    pub untouched: Covered,
}

/// Ranges of a document.
#[derive(Clone, Debug, Default)]
pub struct Covered(pub Ranges);

impl Serialize for Covered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            bytes: usize,
            ranges: Vec<[usize; 2]>,
        }
        let ranges = self.0.iter().map(|range| [range.start, range.end]).collect();
        Written { bytes: self.0.bytes(), ranges }.serialize(serializer)
    }
}

impl DocumentCoverage {
    /// The kinds by their names, from the least to the most telling; what is untouched comes last.
    pub fn kinds(&self) -> [(&'static str, &Ranges); 6] {
        [
            ("searched", &self.searched.0),
            ("sliced", &self.sliced.0),
            ("sent", &self.sent.0),
            ("shown", &self.shown.0),
            ("cited", &self.cited.0),
            ("untouched", &self.untouched.0),
        ]
    }
}

/// What the events of a record tell, in bytes of the whole input.
#[derive(Default)]
pub(super) struct Seen {
    searched: Ranges,
    sliced: Ranges,
    shown: Ranges,
    sent: Ranges,
    /// Whether the record tells of coverage at all.
    is_told: bool,
}

impl Seen {
    /// Takes an event of coverage.
    pub(super) fn take(&mut self, engine: u64, [searched, sliced, sent, shown]: [&[[u64; 2]]; 4]) {
        self.is_told = true;
        self.searched.extend(searched.iter().filter_map(range));
        self.sliced.extend(sliced.iter().filter_map(range));
        self.sent.extend(sent.iter().filter_map(range));
        // The model of a child is a sub-model.
        let told = if engine == 0 { &mut self.shown } else { &mut self.sent };
        told.extend(shown.iter().filter_map(range));
    }

    /// The map of each document; none where the record does not tell.
    pub(super) fn by_document(
        mut self,
        documents: &[DocumentInfo],
        engines: &[Engine],
    ) -> Vec<DocumentCoverage> {
        let root = engines.first().and_then(|root| root.end.as_ref());
        let sources = root.map(|end| end.sources.as_slice()).unwrap_or_default();
        if !self.is_told && sources.is_empty() {
            return Vec::new();
        }
        let programs = engines.iter().flat_map(|engine| &engine.turns).flat_map(|t| &t.programs);
        let data = programs.flat_map(|program| &program.calls).flat_map(|call| &call.data);
        self.sent.extend(data.filter_map(place));
        let cited: Ranges = sources.iter().map(|source| source.start..source.end).collect();
        let mut next = 0;
        documents
            .iter()
            .map(|document| {
                let start = document.start.unwrap_or(next);
                next = start.saturating_add(document.bytes);
                let whole = size(start)..size(next);
                let part = |ranges: &Ranges| Covered(from(ranges, &whole));
                let (searched, sliced) = (part(&self.searched), part(&self.sliced));
                let (shown, sent, cited) = (part(&self.shown), part(&self.sent), part(&cited));
                let mut touched = Ranges::default();
                for covered in [&searched, &sliced, &shown, &sent, &cited] {
                    touched.extend(covered.0.iter());
                }
                let all: Ranges = std::iter::once(0..whole.len()).collect();
                let untouched = Covered(all.without(&touched));
                let (name, bytes) = (document.name.clone(), document.bytes);
                DocumentCoverage { name, bytes, searched, sliced, shown, sent, cited, untouched }
            })
            .collect()
    }
}

/// The part of the ranges inside a document, in bytes of the document.
fn from(ranges: &Ranges, document: &Range<usize>) -> Ranges {
    let inside = ranges.within(document);
    inside.iter().map(|range| range.start - document.start..range.end - document.start).collect()
}

fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn range([start, end]: &[u64; 2]) -> Option<Range<usize>> {
    Some(usize::try_from(*start).ok()?..usize::try_from(*end).ok()?)
}

/// `DOCUMENT:START-END`
fn place(text: &TextReference) -> Option<Range<usize>> {
    let (_, range) = text.place.as_deref()?.rsplit_once(':')?;
    let (start, end) = range.split_once('-')?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart_by_document() {
        let document = |name: &str, start, bytes| DocumentInfo {
            name: name.to_string(),
            bytes,
            start: Some(start),
            blake3: String::new(),
        };
        let documents = [document("a", 0, 10), document("b", 11, 20)];
        let mut seen = Seen::default();
        seen.take(0, [&[[0, 31]], &[], &[], &[]]);
        seen.take(0, [&[], &[[5, 15]], &[], &[[5, 8]]]);
        seen.take(3, [&[], &[], &[[1, 2]], &[[20, 31]]]);
        let map = seen.by_document(&documents, &[]);
        let told: Vec<Vec<String>> = map
            .iter()
            .map(|one| {
                let kinds = one.kinds();
                kinds
                    .iter()
                    .map(|(name, r)| format!("{name} {:?}", r.iter().collect::<Vec<_>>()))
                    .collect()
            })
            .collect();
        assert_eq!(
            told[0],
            [
                "searched [0..10]",
                "sliced [5..10]",
                "sent [1..2]",
                "shown [5..8]",
                "cited []",
                "untouched []"
            ]
        );
        assert_eq!(
            told[1],
            [
                "searched [0..20]",
                "sliced [0..4]",
                "sent [9..20]",
                "shown []",
                "cited []",
                "untouched []"
            ]
        );
        assert!(Seen::default().by_document(&documents, &[]).is_empty());
    }

    #[test]
    fn the_rest_is_untouched() {
        let (name, blake3) = ("a: b".to_string(), String::new());
        let documents = [DocumentInfo { name, bytes: 100, start: None, blake3: blake3.clone() }];
        let mut seen = Seen::default();
        seen.take(0, [&[[10, 20], [30, 40]], &[], &[], &[]]);
        seen.sent.extend(place(&TextReference {
            place: Some("a: b:50-60".to_string()),
            bytes: 10,
            blake3,
        }));
        let map = seen.by_document(&documents, &[]);
        let rest: Vec<_> = map[0].untouched.0.iter().collect();
        assert_eq!(rest, [0..10, 20..30, 40..50, 60..100]);
        let json = serde_json::to_value(&map[0]).unwrap();
        assert_eq!(json["sent"], serde_json::json!({ "bytes": 10, "ranges": [[50, 60]] }));
    }
}
