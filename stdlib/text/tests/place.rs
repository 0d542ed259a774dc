//! Where texts stand, and what stands around them.

use std::sync::Arc;

use proptest::prelude::*;

use super::model::{Model, bytes};
use crate::text::{Document, Source, Storage, Text};

/// Documents as a loader puts them into one buffer.
fn join(parts: &[Vec<u8>]) -> (Vec<u8>, Vec<Document>) {
    let (mut buffer, mut documents) = (Vec::new(), Vec::new());
    for (number, part) in parts.iter().enumerate() {
        if number > 0 && !parts[number - 1].ends_with(b"\n") {
            buffer.push(b'\n');
        }
        let start = buffer.len() as u64;
        buffer.extend_from_slice(part);
        let range = start..buffer.len() as u64;
        documents.push(Document { name: format!("part{number}"), range });
    }
    (buffer, documents)
}

fn source(parts: &[Vec<u8>]) -> Arc<Source> {
    let (buffer, documents) = join(parts);
    Source::from_documents(Storage::Owned(buffer), documents)
}

proptest! {
    #[test]
    fn documents_show_their_own_bytes(parts in prop::collection::vec(bytes(), 1..6)) {
        let source = source(&parts);
        for (number, part) in parts.iter().enumerate() {
            let text = source.document_text(number);
            prop_assert_eq!(text.bytes(), &part[..]);
            let place = text.place().unwrap();
            prop_assert_eq!((place.document, place.line), (number, 1));
            prop_assert_eq!(place.name, format!("part{number}"));
            prop_assert_eq!(text.document().unwrap(), text.clone());
            for byte in place.start_byte..place.end_byte {
                prop_assert_eq!(&source.document_at(byte).unwrap().name, place.name);
            }
            prop_assert!(source.document_at(place.end_byte).is_none_or(|d| d.name != place.name));
        }
    }

    #[test]
    fn places_and_surroundings(
        parts in prop::collection::vec(bytes(), 1..4),
        at in any::<prop::sample::Index>(),
        (from, to, n) in (0usize..40, 0usize..40, 0usize..30),
    ) {
        let source = source(&parts);
        let number = at.index(parts.len());
        let document = source.document_text(number);
        let text = document.slice_chars(from.min(to), from.max(to));
        let whole = Model::new(source.bytes());
        let own = Model::new(&parts[number]);
        let place = text.place().unwrap();
        let first = from.min(to).min(own.chars.len());
        let last = from.max(to).min(own.chars.len());

        // An empty text where the next document begins is taken for one of that.
        prop_assume!(last > first || source.document_number(place.start_byte) == Some(number));
        prop_assert_eq!(place.document, number);
        prop_assert_eq!(place.start_char, whole.char_of_byte(place.start_byte));
        prop_assert_eq!(place.end_char - place.start_char, last - first);
        let newlines = own.chars[..first].iter().filter(|&&c| c == '\n').count();
        prop_assert_eq!(place.line, newlines + 1);
        let again = Text::view(&source, place.start_byte..place.end_byte);
        prop_assert_eq!(again.place(), Some(place));

        let around = own.slice(first.saturating_sub(n), last.saturating_add(n));
        prop_assert_eq!(text.around(n).to_string(), around);
        // Line by line: which lines the text touches, and n more.
        let rows: Vec<String> =
            own.slice(0, usize::MAX).split('\n').map(str::to_owned).collect();
        let row_of = |position: usize| own.chars[..position].iter().filter(|&&c| c == '\n').count();
        let last_row = row_of(if last > first { last - 1 } else { last });
        let shown = &rows[row_of(first).saturating_sub(n)..(last_row + n + 1).min(rows.len())];
        let shown = shown.join("\n");
        let shown = shown.strip_suffix('\r').unwrap_or(&shown);
        prop_assert_eq!(text.around_lines(n).to_string(), shown);
    }
}

#[test]
fn the_newline_between_two_documents_belongs_to_none() {
    let source = source(&[b"ab".to_vec(), b"".to_vec(), b"cd\n".to_vec(), b"ef".to_vec()]);
    assert_eq!(source.bytes(), b"ab\n\ncd\nef");
    let names: Vec<Option<&str>> =
        (0..10).map(|byte| source.document_at(byte).map(|d| d.name.as_str())).collect();
    let (a, c, d) = (Some("part0"), Some("part2"), Some("part3"));
    assert_eq!(names, [a, a, None, None, c, c, c, d, d, None]);
    assert_eq!(source.document_text(1).place().unwrap().name, "part1");
    assert_eq!(source.document_text(9), Text::empty());
    assert_eq!(Text::view(&source, 8..9).place().unwrap().line, 1);
}

#[test]
fn ranges_that_cannot_be_are_put_right() {
    let document = |name: &str, range| Document { name: name.into(), range };
    #[allow(clippy::reversed_empty_ranges)]
    let documents = vec![document("a", 0..3), document("b", 1..99), document("c", 9..2)];
    let source = Source::from_documents(Storage::Owned(b"abcdef".to_vec()), documents);
    let ranges: Vec<_> = source.documents().iter().map(|d| d.range.clone()).collect();
    assert_eq!(ranges, [0..3, 3..6, 6..6]);
}

#[test]
fn what_a_program_made_has_no_place() {
    for text in [Text::from("short"), Text::from("long ".repeat(1000))] {
        assert_eq!(text.place(), None);
        assert_eq!(text.document(), None);
        assert_eq!(text.around(5), text);
        assert_eq!(text.line_text(), text);
    }
    assert!(Text::from("long ".repeat(1000)).source().unwrap().is_anonymous());
}

#[test]
fn surroundings_of_a_text_over_several_documents() {
    let source = source(&[b"one\ntwo".to_vec(), b"three\nfour".to_vec()]);
    let text = Text::view(&source, 5..10);
    assert_eq!(text, "wo\nth");
    assert_eq!(text.around(100), "one\ntwo\nthree\nfour");
    assert_eq!(text.around(1), "two\nthr");
    assert_eq!(text.line_text(), "two\nthree");
}
