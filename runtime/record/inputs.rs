//! What a record says of an input, and whether an input is still that.

use rlm_lang_std::text::Source;

use crate::engine::event::DocumentInfo;

/// Up to this size all documents together are hashed whole; beyond it each large one is sampled, so
/// that the first request need not wait for a gigabyte to be read. In bytes.
const WHOLE: usize = 64 << 20;

/// The pieces of a sampled document: so many, evenly spaced, the first at its start and the last at
/// its end.
const PIECES: usize = 16;

/// The size of one piece, in bytes.
const PIECE: usize = 4 << 10;

/// Hex digits of a digest that a record keeps: 128 bits.
const DIGITS: usize = 32;

/// The documents of an input as a record names them.
pub fn documents(source: &Source) -> Vec<DocumentInfo> {
    let bytes = source.bytes();
    let whole = bytes.len() <= WHOLE;
    let documents = source.documents().iter().map(|document| {
        let start = usize::try_from(document.range.start).unwrap_or(0);
        let end = usize::try_from(document.range.end).unwrap_or(0);
        let content = bytes.get(start..end).unwrap_or_default();
        let blake3 = if whole || content.len() <= PIECES * PIECE {
            digest(content)
        } else {
            format!("sampled:{}", sampled(content))
        };
        DocumentInfo {
            name: document.name.clone(),
            bytes: content.len() as u64,
            start: Some(start as u64),
            blake3,
        }
    });
    documents.collect()
}

/// The beginning of a BLAKE3 digest, in hex.
pub fn digest(bytes: &[u8]) -> String {
    shortened(&blake3::hash(bytes))
}

/// The beginning of a digest, in hex.
pub fn shortened(digest: &blake3::Hash) -> String {
    digest.to_hex()[..DIGITS].to_string()
}

/// The digest of the length and of pieces at fixed places.
fn sampled(content: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(content.len() as u64).to_le_bytes());
    let last = content.len().saturating_sub(PIECE);
    for piece in 0..PIECES {
        let start = last / (PIECES - 1) * piece;
        let start = if piece == PIECES - 1 { last } else { start };
        hasher.update(content.get(start..start + PIECE).unwrap_or_default());
    }
    shortened(&hasher.finalize())
}

/// What is different about an input; `None` if it is what it was. Documents are compared in order.
pub fn difference(then: &[DocumentInfo], now: &[DocumentInfo]) -> Option<String> {
    for (was, is) in then.iter().zip(now) {
        if was.name != is.name {
            return Some(format!("the input was {}, here is {}", was.name, is.name));
        }
        if was.bytes != is.bytes {
            return Some(format!(
                "the document {} is not what it was: {} bytes then, {} now",
                was.name, was.bytes, is.bytes
            ));
        }
        if was.blake3 != is.blake3 {
            return Some(format!("the document {} is not what it was", was.name));
        }
    }
    match (then.get(now.len()), now.get(then.len())) {
        (Some(gone), _) => Some(format!("the document {} is missing", gone.name)),
        (None, Some(new)) => Some(format!("the document {} is new", new.name)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(text: &str) -> Vec<DocumentInfo> {
        documents(&Source::from_bytes("a", text.as_bytes().to_vec()))
    }

    #[test]
    fn a_change_is_named() {
        assert_eq!(difference(&info("x"), &info("x")), None);
        let size = difference(&info("x"), &info("xy")).unwrap();
        assert_eq!(size, "the document a is not what it was: 1 bytes then, 2 now");
        assert_eq!(
            difference(&info("x"), &info("y")).unwrap(),
            "the document a is not what it was"
        );
        assert_eq!(difference(&info("x"), &[]).unwrap(), "the document a is missing");
    }

    #[test]
    fn samples_reach_both_ends() {
        let mut content = vec![b'x'; 1 << 20];
        let before = sampled(&content);
        *content.last_mut().unwrap() = b'y';
        assert_ne!(before, sampled(&content));
        *content.last_mut().unwrap() = b'x';
        assert_eq!(before, sampled(&content));
        content[0] = b'y';
        assert_ne!(before, sampled(&content));
        content.push(b'x');
        content[0] = b'x';
        assert_ne!(before, sampled(&content));
    }
}
