//! Sizes in tokens of the o200k vocabulary, which is part of the crate.

/// Tokens of a text.
pub(crate) fn count(text: &str) -> usize {
    tiktoken_rs::o200k_base_singleton().encode_ordinary(text).len()
}
