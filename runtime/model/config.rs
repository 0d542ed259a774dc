//! Which model to use: from what the user says and what the environment holds, to a client.

use super::anthropic::{self, Anthropic};
use super::gemini::{self, Gemini};
use super::http::{Http, HttpOptions, Secret};
use super::openai::{self, OpenAi};
use super::quirks::Learned;
use super::remote::{Remote, Wire};
use super::scripted::Scripted;
use super::{ErrorKind, Model, ModelError, base_url};
use crate::engine::event::ModelInfo;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::path::Path;
use std::sync::Arc;

/// What stands before the file name of a scripted model.
const SCRIPT: &str = "script:";

/// Whether a model's name is that of a script.
pub fn is_script(name: &str) -> bool {
    name.starts_with(SCRIPT)
}

/// The name sent to a server for which the user named no model: llama.cpp and others with a single
/// model ignore it, the rest answer that they do not know it.
const UNNAMED: &str = "default";

/// What a user without a model is told.
const WAYS: &str = "no model is configured; pass --model NAME with OPENAI_API_KEY, ANTHROPIC_API_KEY \
                    or GEMINI_API_KEY set, or --base-url http://localhost:8080/v1 for a local server, or \
                    --model script:FILE for scripted replies";

/// A wire format, or no wire at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// Chat Completions, which most servers speak.
    OpenAi,
    /// Anthropic's Messages.
    Anthropic,
    /// Google's generateContent.
    Gemini,
    /// Replies from a file.
    Script,
}

impl Api {
    /// The format by the name that `--api` takes.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "openai" => Some(Self::OpenAi),
            "anthropic" => Some(Self::Anthropic),
            "gemini" => Some(Self::Gemini),
            _ => None,
        }
    }

    /// The name that `--api` takes; `script` for a script.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Script => "script",
        }
    }

    /// The environment variable that holds the key.
    pub fn key_variable(self) -> &'static str {
        match self {
            Self::OpenAi | Self::Script => "OPENAI_API_KEY",
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::Gemini => "GEMINI_API_KEY",
        }
    }

    /// Where requests go unless the user says otherwise.
    fn home(self) -> &'static str {
        match self {
            Self::OpenAi | Self::Script => openai::HOME,
            Self::Anthropic => anthropic::HOME,
            Self::Gemini => gemini::HOME,
        }
    }

    /// The format that a host is known for.
    fn of_host(base: &Url) -> Option<Self> {
        match base.host_str()? {
            "api.openai.com" => Some(Self::OpenAi),
            "api.anthropic.com" => Some(Self::Anthropic),
            // Google's host speaks Chat Completions too, below a path that says so.
            "generativelanguage.googleapis.com" if !base.path().contains("/openai") => {
                Some(Self::Gemini)
            }
            _ => None,
        }
    }

    /// The format that a provider's own model names tell.
    fn of_model(name: &str) -> Option<Self> {
        if name.starts_with("claude-") {
            Some(Self::Anthropic)
        } else if name.starts_with("gemini-") {
            Some(Self::Gemini)
        } else {
            None
        }
    }
}

/// What the user said about a model, by flags or a settings file. All of it may be missing.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `--model` or `--sub-model`.
    pub model: Option<String>,
    /// `--api` or `--sub-api`.
    pub api: Option<Api>,
    /// `--base-url` or `--sub-base-url`.
    pub base_url: Option<String>,
    /// A key from a settings file; the environment's is used otherwise.
    pub key: Option<Secret>,
    /// The size of the model's window in tokens, where the user or a table says.
    pub window: Option<u64>,
}

/// A model, fully decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelConfig {
    /// The wire format.
    pub api: Api,
    /// Where the server is; empty for a script.
    pub base_url: String,
    /// The key, if there is one.
    pub key: Option<Secret>,
    /// The model's name; for a script `script:FILE`.
    pub model: String,
    /// The size of its window in tokens, where it is known.
    pub window: Option<u64>,
}

/// A base URL fit for records and messages, without user, password and query; `None` if it is no URL.
pub fn shown_url(url: &str) -> Option<String> {
    base_url::parse(url).ok().map(|url| base_url::shown(&url))
}

/// Looks up an environment variable.
type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

impl ModelConfig {
    /// Decides the root model. `env` looks up environment variables: `RLM_MODEL` for the name,
    /// `OPENAI_BASE_URL`, and the key variable of the format.
    pub fn root(wanted: &Wanted, env: Env<'_>) -> Result<Self, ModelError> {
        let name = wanted.model.clone().or_else(|| set(env, "RLM_MODEL"));
        resolve(wanted, name, env)
    }

    /// The base URL fit for records and messages: without user, password and query.
    pub fn shown_url(&self) -> String {
        shown_url(&self.base_url).unwrap_or_default()
    }

    /// The model as records name it: no key, and nothing of a URL that may hold one.
    pub fn info(&self) -> ModelInfo {
        ModelInfo {
            name: self.model.clone(),
            api: self.api.name().to_string(),
            base_url: self.shown_url(),
            window: self.window,
        }
    }

    /// Decides the model of calls made by programs. `RLM_SUB_MODEL` names it where `wanted` does not;
    /// with neither it is the root's. What is not said about it is taken from the root where that fits:
    /// the server, unless the name is one of another provider whose key is set.
    pub fn sub(wanted: &Wanted, root: &Self, env: Env<'_>) -> Result<Self, ModelError> {
        let name = wanted.model.clone().or_else(|| set(env, "RLM_SUB_MODEL"));
        let own_server = wanted.base_url.is_some() || wanted.api.is_some_and(|api| api != root.api);
        let Some(name) = name else {
            if !own_server {
                return Ok(root.clone());
            }
            return resolve(wanted, Some(root.model.clone()), env);
        };
        if own_server || root.api == Api::Script || name.starts_with(SCRIPT) {
            return resolve(wanted, Some(name), env);
        }
        let elsewhere = Api::of_model(&name)
            .filter(|api| *api != root.api && root.base_url == root.api.home())
            .filter(|api| set(env, api.key_variable()).is_some());
        if elsewhere.is_some() && wanted.api.is_none() {
            return resolve(wanted, Some(name), env);
        }
        let key = wanted.key.clone().or_else(|| root.key.clone());
        Ok(Self { model: name, key, window: wanted.window, ..root.clone() })
    }
}

/// A variable that is set to something.
fn set(env: Env<'_>, name: &str) -> Option<String> {
    env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn resolve(wanted: &Wanted, name: Option<String>, env: Env<'_>) -> Result<ModelConfig, ModelError> {
    let window = wanted.window;
    if let Some(model) = name.as_ref().filter(|name| name.starts_with(SCRIPT)) {
        let model = model.clone();
        return Ok(ModelConfig {
            api: Api::Script,
            base_url: String::new(),
            key: None,
            model,
            window,
        });
    }
    let explicit = wanted.base_url.as_deref().map(base_url::parse).transpose()?;
    let api = wanted.api.unwrap_or_else(|| guess(name.as_deref(), explicit.as_ref(), env));
    let base = match explicit {
        Some(url) => Some(url),
        None if api == Api::OpenAi => {
            set(env, "OPENAI_BASE_URL").as_deref().map(base_url::parse).transpose()?
        }
        None => None,
    };
    let key = wanted.key.clone().or_else(|| Secret::new(&env(api.key_variable())?));
    let model = match (name, &base) {
        (Some(name), _) => name,
        (None, Some(url)) if Api::of_host(url).is_none() => UNNAMED.to_owned(),
        (None, _) if key.is_some() => {
            let message = format!(
                "no model is named; pass --model NAME or set RLM_MODEL ({} is set)",
                api.key_variable()
            );
            return Err(ModelError::unsent(ErrorKind::NotConfigured, message));
        }
        (None, _) => return Err(ModelError::unsent(ErrorKind::NotConfigured, WAYS)),
    };
    // Providers refuse requests without a key; other servers may or may not want one and say so.
    let needs_key = base.as_ref().is_none_or(|url| Api::of_host(url).is_some());
    if needs_key && key.is_none() {
        let mut message = format!(
            "no key for the model {model:?}; set {}, or pass --base-url URL for a local server",
            api.key_variable()
        );
        if Path::new(&model).is_file() {
            message += &format!("; there is a file of this name: --model script:{model} plays it");
        }
        return Err(ModelError::unsent(ErrorKind::NotConfigured, message));
    }
    let base_url = base.map_or_else(|| api.home().to_owned(), |url| url.to_string());
    Ok(ModelConfig { api, base_url, key, model, window })
}

/// The format where the user names none: by the host, by the model's name, and otherwise the one that
/// most servers speak.
fn guess(name: Option<&str>, base: Option<&Url>, env: Env<'_>) -> Api {
    if let Some(base) = base {
        return Api::of_host(base).unwrap_or(Api::OpenAi);
    }
    let by_name = name.and_then(Api::of_model);
    let has_key = |api: &Api| set(env, api.key_variable()).is_some();
    let openai = has_key(&Api::OpenAi) || set(env, "OPENAI_BASE_URL").is_some();
    match by_name {
        // A gateway may serve any name, but the provider's own key says where it is meant to go.
        Some(api) if has_key(&api) || !openai => api,
        _ if openai => Api::OpenAi,
        _ => [Api::Anthropic, Api::Gemini].into_iter().find(has_key).unwrap_or(Api::OpenAi),
    }
}

/// Makes the client for a model. Nothing is sent yet; a script is read.
pub fn connect(config: &ModelConfig, options: HttpOptions) -> Result<Arc<dyn Model>, ModelError> {
    if config.api == Api::Script {
        let path = config.model.strip_prefix(SCRIPT).unwrap_or(&config.model);
        return Ok(Arc::new(Scripted::read(Path::new(path))?.with_window(config.window)));
    }
    let base = base_url::parse(&config.base_url)?;
    match config.api {
        Api::Anthropic => remote(Anthropic::new(&base), config, options),
        Api::Gemini => remote(Gemini::new(&base), config, options),
        Api::OpenAi | Api::Script => remote(OpenAi::new(&base), config, options),
    }
}

fn remote<W: Wire + 'static>(
    wire: W,
    config: &ModelConfig,
    options: HttpOptions,
) -> Result<Arc<dyn Model>, ModelError> {
    let headers = headers(config)?;
    let http = Http::new(&wire.url(&config.model, false), headers, config.key.clone(), options)?;
    Ok(Arc::new(Remote {
        wire,
        http,
        model: config.model.clone(),
        window: config.window,
        key_variable: config.api.key_variable(),
        has_key: config.key.is_some(),
        learned: Learned::default(),
    }))
}

pub(super) fn headers(config: &ModelConfig) -> Result<HeaderMap, ModelError> {
    let mut headers = HeaderMap::new();
    let (name, prefix) = match config.api {
        Api::Anthropic => ("x-api-key", ""),
        Api::Gemini => ("x-goog-api-key", ""),
        Api::OpenAi | Api::Script => ("authorization", "Bearer "),
    };
    if let Some(key) = &config.key {
        headers.insert(HeaderName::from_static(name), key.header(prefix)?);
    }
    if config.api == Api::Anthropic {
        headers.insert("anthropic-version", HeaderValue::from_static(anthropic::VERSION));
    }
    Ok(headers)
}

#[cfg(test)]
mod tests;
