//! What models cost and how much they read at once: one table, shipped and overridable.
//!
//! The shipped rows stand in `prices.toml` with their dates and sources. A user's file has the same form
//! and comes before them. A model without a row has no price: its cost is unknown, never zero.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::Usage;

/// The table that is shipped.
const SHIPPED: &str = include_str!("prices.toml");

/// Millionths of a millionth of a US dollar. Whole numbers, so that the sum of many costs is the same in
/// every order.
pub type PicoUsd = u64;

/// One US dollar.
pub const USD: f64 = 1e12;

/// Prices of one kind of request, in US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rates {
    input: f64,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
    output: f64,
}

/// Prices of requests with a long input.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    /// Input tokens up to which the usual prices hold.
    above: u64,
    input: f64,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
    output: f64,
}

/// A row as it is written: any of its fields may be left out, but not one price of two.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    window: Option<u64>,
    input: Option<f64>,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
    output: Option<f64>,
    long: Option<Long>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    models: BTreeMap<String, Row>,
}

/// What a model costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    usual: Rates,
    long: Option<Long>,
}

impl Price {
    /// The cost of a request. Tokens that the provider did not tell of count as none; cached ones and
    /// those written to a cache are part of the input, reasoning is part of the output.
    pub fn cost(&self, usage: &Usage) -> PicoUsd {
        let input = usage.input.unwrap_or(0);
        let rates = match self.long {
            Some(long) if input > long.above => Rates {
                input: long.input,
                cached_input: long.cached_input,
                cache_write: long.cache_write,
                output: long.output,
            },
            _ => self.usual,
        };
        let cached = usage.cached_input.unwrap_or(0).min(input);
        let written = usage.cache_write.unwrap_or(0).min(input - cached);
        [
            (input - cached - written, rates.input),
            (cached, rates.cached_input.unwrap_or(rates.input)),
            (written, rates.cache_write.unwrap_or(rates.input)),
            (usage.output.unwrap_or(0), rates.output),
        ]
        .into_iter()
        .map(|(tokens, price)| tokens.saturating_mul(pico(price)))
        .fold(0, u64::saturating_add)
    }
}

/// A price for a million tokens as the price of one.
fn pico(usd_per_million: f64) -> PicoUsd {
    // Checked to be a small number that is not negative when the table was read.
    (usd_per_million * 1e6).round() as PicoUsd
}

/// What is known of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Known {
    window: Option<u64>,
    price: Option<Price>,
}

/// The table of models.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    /// The user's rows and the shipped ones; the first that names a model holds.
    tables: Vec<Arc<BTreeMap<String, Known>>>,
}

static TABLE: LazyLock<Arc<BTreeMap<String, Known>>> =
    // A test reads the shipped table: it has no errors.
    LazyLock::new(|| Arc::new(read(SHIPPED).unwrap_or_default()));

impl Prices {
    /// The table that is shipped.
    pub fn shipped() -> Prices {
        Prices { tables: vec![TABLE.clone()] }
    }

    /// The shipped table behind rows of the user's own, in the form of the shipped file.
    ///
    /// # Errors
    /// One line that says what is wrong and where.
    pub fn with_rows(toml: &str) -> Result<Prices, String> {
        Ok(Prices { tables: vec![Arc::new(read(toml)?), TABLE.clone()] })
    }

    /// The price of a model, if it is known.
    pub fn price(&self, model: &str) -> Option<Price> {
        self.rows(model).find_map(|row| row.price)
    }

    /// The tokens of input that a model takes, if they are known.
    pub fn window(&self, model: &str) -> Option<u64> {
        self.rows(model).find_map(|row| row.window)
    }

    /// The rows that name a model, the most special of each table first.
    fn rows(&self, model: &str) -> impl Iterator<Item = Known> {
        let model = own_name(model).to_owned();
        self.tables.iter().filter_map(move |table| {
            let matching = table.iter().filter(|(name, _)| names(name, &model));
            matching.max_by_key(|(name, _)| (!name.ends_with('*'), name.len())).map(|(_, k)| *k)
        })
    }
}

/// A name without what gateways put before the names of the providers that the table knows.
fn own_name(model: &str) -> &str {
    const BEFORE: [&str; 6] =
        ["openai/", "anthropic/", "google/", "models/", "deepseek/", "mistral/"];
    BEFORE.iter().find_map(|before| model.strip_prefix(before)).unwrap_or(model)
}

/// Whether a row's name stands for a model: it is the same, but for a date or build number.
fn names(row: &str, model: &str) -> bool {
    if let Some(start) = row.strip_suffix('*') {
        return model.starts_with(start);
    }
    let Some(rest) = model.strip_prefix(row) else { return false };
    let Some(version) = rest.strip_prefix(['-', '@']) else { return rest.is_empty() };
    // One or two digits are another model (`claude-opus-4-1` beside `claude-opus-4`).
    let first = version.split('-').next().unwrap_or_default();
    first.len() >= 3 && version.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn read(toml: &str) -> Result<BTreeMap<String, Known>, String> {
    let file: File = toml::from_str(toml).map_err(|error| {
        let (line, what) = crate::told::toml_trouble(toml, &error);
        format!("line {line}: {what}")
    })?;
    file.models.into_iter().map(|(name, row)| Ok((name.clone(), known(&name, &row)?))).collect()
}

fn known(name: &str, row: &Row) -> Result<Known, String> {
    let price = match (row.input, row.output) {
        (Some(input), Some(output)) => {
            let usual = Rates {
                input,
                cached_input: row.cached_input,
                cache_write: row.cache_write,
                output,
            };
            Some(Price { usual, long: row.long })
        }
        (None, None) if row.cached_input.or(row.cache_write).is_none() && row.long.is_none() => {
            None
        }
        _ => return Err(format!("the model {name:?} needs both input and output prices")),
    };
    let long = row.long.map(|l| [Some(l.input), l.cached_input, l.cache_write, Some(l.output)]);
    let all = [row.input, row.cached_input, row.cache_write, row.output];
    for number in all.into_iter().chain(long.into_iter().flatten()).flatten() {
        // Nothing sold costs more; above it sums could overflow.
        if !(0.0..=1e6).contains(&number) {
            return Err(format!(
                "a price of the model {name:?} is {number}; expected dollars for a million tokens, 0 or more"
            ));
        }
    }
    Ok(Known { window: row.window, price })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, output: u64) -> Usage {
        Usage { input: Some(input), output: Some(output), ..Usage::default() }
    }

    #[test]
    fn the_shipped_table_is_well_formed() {
        let table = read(SHIPPED).unwrap();
        assert!(table.len() > 50);
        for (name, known) in &table {
            assert!(known.price.is_some(), "{name}");
            let rates = known.price.unwrap().usual;
            assert!(rates.cached_input.is_none_or(|c| c <= rates.input), "{name}");
            assert!(rates.output >= rates.input, "{name}");
        }
        // Every group of rows names its source.
        assert!(SHIPPED.matches("https://").count() >= 10);
    }

    #[test]
    fn every_kind_of_token_has_its_price() {
        let prices = Prices::with_rows(
            "[models]\nm = { input = 3, cached_input = 0.3, cache_write = 3.75, output = 15 }",
        )
        .unwrap();
        let price = prices.price("m").unwrap();
        let used = Usage {
            input: Some(1000),
            output: Some(100),
            cached_input: Some(600),
            cache_write: Some(300),
            reasoning: Some(40),
        };
        // 100 at 3, 600 at 0.3, 300 at 3.75, 100 at 15; reasoning is part of the output.
        let expected = 100.0 * 3.0 + 600.0 * 0.3 + 300.0 * 3.75 + 100.0 * 15.0;
        assert_eq!(price.cost(&used) as f64 / USD, expected / 1e6);
        // A provider that says nonsense cannot make the cost wrap around.
        let odd = Usage { input: Some(5), cached_input: Some(50), ..Usage::default() };
        assert_eq!(price.cost(&odd), 5 * 300_000);
    }

    #[test]
    fn long_requests_have_their_own_prices() {
        let price = Prices::shipped().price("gemini-2.5-pro").unwrap();
        assert_eq!(price.cost(&usage(200_000, 0)) as f64 / USD, 0.25);
        assert_eq!(price.cost(&usage(300_000, 1000)) as f64 / USD, 0.75 + 0.015);
    }

    #[test]
    fn names_with_dates_are_known_and_other_models_are_not() {
        let prices = Prices::shipped();
        for name in ["gpt-5", "gpt-5-2025-08-07", "openai/gpt-5", "claude-haiku-4-5-20251001"] {
            assert!(prices.price(name).is_some(), "{name}");
        }
        for name in [
            "gpt-5-turbo",
            "gpt-4.5",
            "gpt-4-1",
            "gpt-5.",
            "claude-opus-4-9-20270101",
            "gpt",
            "llama3",
            "",
            "default",
        ] {
            assert!(prices.price(name).is_none(), "{name}");
        }
        let opus = prices.price("claude-opus-4-1-20250805").unwrap();
        assert_eq!(opus.usual.input, 15.0);
        assert_eq!(prices.price("claude-opus-4-5").unwrap().usual.input, 5.0);
        assert_eq!(prices.window("gpt-4o-2024-11-20"), Some(128_000));
        assert_eq!(prices.window("llama3"), None);
    }

    #[test]
    fn a_user_s_rows_come_first() {
        let prices = Prices::with_rows(
            "[models]\n\"gpt-5\" = { input = 1, output = 2 }\n\"*\" = { input = 0, output = 0 }\n\
             \"local-*\" = { window = 32_768 }",
        )
        .unwrap();
        assert_eq!(prices.price("gpt-5").unwrap().usual.input, 1.0);
        assert_eq!(prices.window("gpt-5"), Some(272_000));
        assert_eq!(prices.price("anything").unwrap().cost(&usage(9, 9)), 0);
        assert_eq!(prices.window("local-7b"), Some(32_768));
    }

    #[test]
    fn wrong_files_are_told_with_their_place() {
        let error = |toml: &str| Prices::with_rows(toml).unwrap_err();
        assert!(
            error("[models]\nm = { inputs = 1 }")
                .starts_with("line 2: there is no inputs, expected")
        );
        assert!(error("[models]\n\nm = {").starts_with("line 3: "));
        assert_eq!(
            error("[models]\nm = { input = 1 }"),
            "the model \"m\" needs both input and output prices"
        );
        assert!(error("[models]\nm = { input = -1, output = 1 }").contains("is -1"));
        assert!(error("[models]\nm = { input = nan, output = 1 }").contains("is NaN"));
    }
}
