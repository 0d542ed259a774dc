//! Whether a configured model can be reached, without asking it anything that costs.

use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use super::http::{Http, HttpOptions};
use super::{Api, ModelConfig, ModelError, base_url, config, connect};

/// What a look at a model's server showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// A script; it can be read.
    Script,
    /// The server answered.
    Answered {
        /// What was asked for, fit to be shown.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The models that the server lists, where it lists them.
        models: Option<Vec<String>>,
    },
}

/// Asks the server for its list of models, once, for at most `limit`. Must be called inside a tokio
/// runtime.
///
/// # Errors
/// No connection, no answer in time, a wrong configuration: one line, never a secret.
pub async fn probe(config: &ModelConfig, limit: Duration) -> Result<Probe, ModelError> {
    if config.api == Api::Script {
        return connect(config, HttpOptions::default()).map(|_| Probe::Script);
    }
    let base = base_url::parse(&config.base_url)?;
    let url = list_url(config.api, &base);
    let options =
        HttpOptions { connect_timeout: limit, idle_timeout: limit, ..HttpOptions::default() };
    let http = Http::new(&url, config::headers(config)?, config.key.clone(), options)?;
    let shown = base_url::shown(&url);
    let (status, body) = http.get(&url, limit).await?;
    let models = if status == 200 { names(&body) } else { None };
    Ok(Probe::Answered { url: shown, status, models })
}

/// Where a server lists its models: beside the endpoint that requests go to.
fn list_url(api: Api, base: &Url) -> Url {
    let (root, tail) = match api {
        Api::OpenAi | Api::Script => ("/v1", "/chat/completions"),
        Api::Anthropic => ("/v1", "/messages"),
        Api::Gemini => ("/v1beta", "/models"),
    };
    let mut url = base_url::endpoint(base, root, tail);
    let path = url.path().strip_suffix(tail).map(|path| format!("{path}/models"));
    if let Some(path) = path {
        url.set_path(&path);
    }
    url
}

/// The names in a list of models: `data[].id` as OpenAI and Anthropic give it, `models[].name` as
/// Gemini and Ollama do.
fn names(body: &[u8]) -> Option<Vec<String>> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let list = value.get("data").or_else(|| value.get("models"))?.as_array()?;
    let name = |one: &Value| {
        let name = one.get("id").or_else(|| one.get("name"))?.as_str()?;
        Some(name.strip_prefix("models/").unwrap_or(name).to_owned())
    };
    Some(list.iter().filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(api: Api, base: &str) -> String {
        list_url(api, &base_url::parse(base).unwrap()).to_string()
    }

    #[test]
    fn lists_stand_beside_the_endpoints() {
        assert_eq!(url(Api::OpenAi, "localhost:8080"), "http://localhost:8080/v1/models");
        assert_eq!(url(Api::OpenAi, "https://a.b/x/chat/completions"), "https://a.b/x/models");
        assert_eq!(
            url(Api::Anthropic, "https://api.anthropic.com"),
            "https://api.anthropic.com/v1/models"
        );
        let gemini = "https://generativelanguage.googleapis.com/v1beta/models";
        assert_eq!(url(Api::Gemini, "https://generativelanguage.googleapis.com/v1beta"), gemini);
    }

    #[test]
    fn names_of_each_kind_of_list() {
        let found = names(br#"{"data": [{"id": "a"}, {"id": "b"}, {}]}"#);
        assert_eq!(found, Some(vec!["a".to_owned(), "b".to_owned()]));
        let found = names(br#"{"models": [{"name": "models/g"}]}"#);
        assert_eq!(found, Some(vec!["g".to_owned()]));
        assert_eq!(names(b"<html>"), None);
        assert_eq!(names(b"{}"), None);
    }
}
