//! What servers do not take, learned from their refusals.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What a server does not take. A set of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quirks(u8);

impl Quirks {
    /// No structured output at all.
    pub(crate) const NO_SCHEMA: Self = Self(1);
    /// No schemas; JSON without one may be asked for.
    pub(crate) const NO_JSON_SCHEMA: Self = Self(64);
    /// The other name, or the other amount, of the limit of output tokens.
    pub(crate) const OTHER_LIMIT: Self = Self(2);
    /// No temperature.
    pub(crate) const NO_TEMPERATURE: Self = Self(4);
    /// No stop texts.
    pub(crate) const NO_STOP: Self = Self(8);
    /// No usage in streams.
    pub(crate) const NO_STREAM_USAGE: Self = Self(16);
    /// No streams.
    pub(crate) const NO_STREAM: Self = Self(32);

    /// Whether a flag is set.
    pub(crate) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    /// These flags and another.
    pub(crate) fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    /// The flags that might avoid a refusal, by the fields that the refusal names. `said` is in lower
    /// case.
    pub(crate) fn named_in(said: &str) -> impl Iterator<Item = Self> {
        FIELDS
            .into_iter()
            .filter(move |(_, words)| words.iter().any(|word| said.contains(word)))
            .map(|(flag, _)| flag)
    }

    /// Whether the server would refuse the field in any request, and not only what stood in it.
    pub(crate) fn is_lasting(said: &str) -> bool {
        // OpenAI on what strict mode lacks, Anthropic on keywords and on more unions than it compiles.
        const THIS_ONE: [&str; 4] = ["invalid schema", "format.schema", "too many", "too complex"];
        !THIS_ONE.iter().any(|words| said.contains(words))
    }
}

/// Words by which refusals name structured output.
const STRUCTURED: &[&str] = &[
    "response_format",
    "schema",
    "output_config",
    "output_format",
    "output format",
    "structured output",
    "responsejsonschema",
    "response_json_schema",
    "responsemimetype",
    "response_mime_type",
];

/// Words by which refusals name fields; where several flags may help, the one that costs least is first.
const FIELDS: [(Quirks, &[&str]); 6] = [
    (Quirks::NO_JSON_SCHEMA, STRUCTURED),
    (Quirks::NO_SCHEMA, STRUCTURED),
    (
        Quirks::OTHER_LIMIT,
        &["max_tokens", "max_completion_tokens", "maxoutputtokens", "max_output_tokens"],
    ),
    (Quirks::NO_TEMPERATURE, &["temperature"]),
    // The word alone is in too many sentences.
    (
        Quirks::NO_STOP,
        &["'stop'", "`stop`", "stop:", "(parameter stop)", "stop_sequences", "stopsequences"],
    ),
    // Groq's old end, Mistral's, and whatever forbids unknown fields. That streams as such are not
    // taken is found out by leaving them out: see `remote`.
    (Quirks::NO_STREAM_USAGE, &["stream_options", "include_usage"]),
];

/// What each model of a server was found not to take, for the rest of the run: every refusal is met
/// once.
#[derive(Debug, Default)]
pub(crate) struct Learned(Mutex<BTreeMap<String, Quirks>>);

impl Learned {
    /// What is known of a model.
    pub(crate) fn of(&self, model: &str) -> Quirks {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(model).copied().unwrap_or_default()
    }

    /// Remembers one more thing of a model.
    pub(crate) fn add(&self, model: &str, quirk: Quirks) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let flags = known.entry(model.to_owned()).or_default();
        *flags = flags.with(quirk);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_what_to_leave_out() {
        let first = |said: &str| Quirks::named_in(said).next();
        for (said, flag) in [
            ("response_format is not supported", Some(Quirks::NO_JSON_SCHEMA)),
            ("this model does not support output format", Some(Quirks::NO_JSON_SCHEMA)),
            (
                "schemas contains too many parameters with union types (17)",
                Some(Quirks::NO_JSON_SCHEMA),
            ),
            ("unsupported parameter: 'max_tokens'", Some(Quirks::OTHER_LIMIT)),
            ("'temperature' does not support 0", Some(Quirks::NO_TEMPERATURE)),
            ("unsupported parameter: 'stop'", Some(Quirks::NO_STOP)),
            (
                "property 'stream_options' is unsupported, did you mean 'stream'?",
                Some(Quirks::NO_STREAM_USAGE),
            ),
            ("stream_options.include_usage: extra inputs", Some(Quirks::NO_STREAM_USAGE)),
            ("something else stopped", None),
        ] {
            assert_eq!(first(said), flag, "{said}");
        }
    }

    #[test]
    fn a_bad_schema_does_not_mean_no_schemas() {
        assert!(!Quirks::is_lasting("invalid schema for response_format 'reply': no type"));
        assert!(!Quirks::is_lasting("output_config.format.schema: unknown keyword"));
        assert!(!Quirks::is_lasting("schemas contains too many parameters with union types"));
        assert!(Quirks::is_lasting("response_format is not supported"));
    }

    #[test]
    fn what_is_learned_of_one_model_is_not_said_of_another() {
        let learned = Learned::default();
        learned.add("a", Quirks::NO_STOP);
        learned.add("a", Quirks::NO_SCHEMA);
        assert!(learned.of("a").has(Quirks::NO_STOP) && learned.of("a").has(Quirks::NO_SCHEMA));
        assert_eq!(learned.of("b"), Quirks::default());
    }
}
