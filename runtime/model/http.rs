//! The HTTP client under all providers: one connection pool per endpoint, time limits that let slow
//! models think, and a bound on what a server can make this process hold.

use super::base_url::{is_local, is_loopback};
use super::failure::{Failure, Place, from_status};
use super::gate::{Gate, Gates};
use super::retry::{RetryPolicy, heed_headers};
use super::{ErrorKind, ModelError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, Response, Url, redirect};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

/// The most of an error body that is read, in bytes.
const ERROR_BODY: usize = 64 << 10;

/// The longest wait for an error body: its words are welcome, but the status says enough.
const ERROR_WAIT: Duration = Duration::from_secs(5);

/// Time limits, retries and bounds of the exchange with a server.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// The longest time without a byte from the server. There is no limit on the whole exchange: a
    /// local model may read a long prompt for minutes before its first word.
    pub idle_timeout: Duration,
    /// The largest reply that is accepted, in bytes.
    pub max_reply: usize,
    /// When and how often to try again.
    pub retry: RetryPolicy,
    /// Whether replies that someone listens to are asked for as streams.
    pub stream: bool,
    /// Pauses that servers ask for. Clients made from clones of one `HttpOptions` keep them together.
    pub gates: Gates,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(300),
            max_reply: 64 << 20,
            retry: RetryPolicy::default(),
            stream: true,
            gates: Gates::default(),
        }
    }
}

/// A key. It is sent and never shown: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A key without the spaces and line ends that come with pasting; `None` if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The key as a header value behind `prefix`, marked so that no log shows it.
    pub(crate) fn header(&self, prefix: &str) -> Result<HeaderValue, ModelError> {
        let mut value = HeaderValue::try_from(format!("{prefix}{}", self.0)).map_err(|_| {
            let message = "the key holds characters that no HTTP header can carry; set it again";
            ModelError::unsent(ErrorKind::NotConfigured, message)
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Hides the key in a text that a server sent back.
    fn hide_in(&self, text: String) -> String {
        if text.contains(&self.0) { text.replace(&self.0, "***") } else { text }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// A client for one host.
pub(crate) struct Http {
    client: Client,
    headers: HeaderMap,
    key: Option<Secret>,
    options: HttpOptions,
    /// Whether this host ever answered: until then a refused connection means a wrong address, and
    /// afterwards a restart that may be over soon.
    reached: AtomicBool,
    gate: Arc<Gate>,
}

impl Http {
    /// A client for the host of `url`, which sends `headers` with each request.
    pub(crate) fn new(
        url: &Url,
        headers: HeaderMap,
        key: Option<Secret>,
        options: HttpOptions,
    ) -> Result<Self, ModelError> {
        let client = client(url, &options).map_err(|e| {
            let message = format!("the HTTP client cannot be set up: {}", root_cause(&e));
            ModelError::unsent(ErrorKind::NotConfigured, message)
        })?;
        let gate = options.gates.of(url);
        Ok(Self { client, headers, key, options, reached: AtomicBool::new(false), gate })
    }

    /// When and how often to try again.
    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.options.retry
    }

    /// Whether replies that someone listens to are asked for as streams.
    pub(crate) fn streams(&self) -> bool {
        self.options.stream
    }

    /// The pauses that this host asked for.
    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The status and the body of a GET that is tried once, for at most `limit`.
    pub(crate) async fn get(
        &self,
        url: &Url,
        limit: Duration,
    ) -> Result<(u16, Vec<u8>), ModelError> {
        let shown = super::base_url::shown(url);
        let failed = |error: reqwest::Error| {
            let cause = root_cause(&error);
            let message = if error.is_timeout() {
                format!("no answer from {shown} within {limit:?}")
            } else {
                format!("cannot reach {shown}: {cause}; {}", advice_on_connecting(&cause))
            };
            ModelError::unsent(ErrorKind::Connect, message)
        };
        let request = self.client.get(url.clone()).headers(self.headers.clone()).timeout(limit);
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > self.options.max_reply {
                break;
            }
        }
        Ok((status, body))
    }

    /// Posts JSON and gives the body of a successful reply, of which nothing is read yet.
    pub(crate) async fn post<'h>(
        &'h self,
        url: &Url,
        body: Vec<u8>,
        place: &'h Place,
    ) -> Result<Body<'h>, Failure> {
        let request = self.client.post(url.clone()).headers(self.headers.clone()).body(body);
        let mut response = request.send().await.map_err(|e| {
            let mut failure = self.no_reply(&e, place);
            // A pooled connection that the server had closed, most likely.
            failure.at_once = failure.kind == ErrorKind::Connect && !e.is_connect();
            failure
        })?;
        self.reached.store(true, Ordering::Relaxed);
        let status = response.status();
        if status.is_success() {
            let stated = response.content_length().and_then(|n| usize::try_from(n).ok());
            let body = Body { http: self, response, place, read: 0 };
            return if stated > Some(self.options.max_reply) {
                Err(body.too_large())
            } else {
                Ok(body)
            };
        }
        let mut text = error_body(&mut response).await;
        if let Some(key) = &self.key {
            text = key.hide_in(text);
        }
        let mut failure = from_status(place, status.as_u16(), &text);
        heed_headers(&mut failure, response.headers());
        Err(failure)
    }

    /// What it means that no whole reply came.
    fn no_reply(&self, error: &reqwest::Error, place: &Place) -> Failure {
        let url = &place.url;
        if error.is_connect() {
            let again = self.reached.load(Ordering::Relaxed);
            let cause = if error.is_timeout() {
                format!("no answer within {:?}", self.options.connect_timeout)
            } else {
                root_cause(error)
            };
            let advice = advice_on_connecting(&cause);
            let message = format!("cannot connect to {url}: {cause}; {advice}");
            return Failure::new(ErrorKind::Connect, message, again);
        }
        if error.is_timeout() {
            let idle = self.options.idle_timeout;
            let message = format!(
                "{url} sent nothing for {idle:?}; raise --idle-timeout if the model is slow"
            );
            return Failure::new(ErrorKind::Timeout, message, true);
        }
        let message = format!("the connection to {url} broke: {}", root_cause(error));
        Failure::new(ErrorKind::Connect, message, true)
    }
}

/// The body of a successful reply, while it comes.
pub(crate) struct Body<'h> {
    http: &'h Http,
    response: Response,
    place: &'h Place,
    /// Bytes that came so far. A stated length is a claim: memory is taken as bytes arrive.
    read: usize,
}

impl Body<'_> {
    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<impl AsRef<[u8]>>, Failure> {
        let chunk = self.response.chunk().await;
        let chunk = chunk.map_err(|e| self.http.no_reply(&e, self.place))?;
        self.read += chunk.as_ref().map_or(0, |bytes| bytes.len());
        if self.read > self.http.options.max_reply { Err(self.too_large()) } else { Ok(chunk) }
    }

    fn too_large(&self) -> Failure {
        let limit = self.http.options.max_reply;
        let message = format!("the reply of {} is larger than {limit} bytes", self.place.url);
        Failure::new(ErrorKind::BadReply, message, false)
    }
}

/// What arrives of an error body: a broken or slow one must not hide the status.
async fn error_body(response: &mut Response) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ERROR_BODY {
                break;
            }
        }
    };
    // Late or not, what came is used.
    let _ = tokio::time::timeout(ERROR_WAIT, reading).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

fn advice_on_connecting(cause: &str) -> &'static str {
    let cause = cause.to_lowercase();
    // What rustls says when the other side answers a handshake in plain text.
    if cause.contains("corrupt message") {
        return "does the server speak plain http? then write http:// in --base-url";
    }
    if cause.contains("certificate") {
        return "the server's certificate is not trusted here";
    }
    "is the server running, and is --base-url right?"
}

/// The innermost cause of an error, as one line.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let told = match cause.downcast_ref::<std::io::Error>() {
        Some(error) => crate::told::io_reason(error),
        None => cause.to_string(),
    };
    super::failure::quote(&told.to_lowercase())
}

fn client(url: &Url, options: &HttpOptions) -> reqwest::Result<Client> {
    static PROVIDER: Once = Once::new();
    // reqwest is built without a TLS provider of its own and panics if none is installed. An
    // embedding program may have installed another one already; then that one is used.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let builder = Client::builder()
        .user_agent(concat!("rlm-lang/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.idle_timeout)
        .tcp_keepalive(Duration::from_secs(30))
        // llama.cpp and others close idle sockets after seconds; a pooled one then fails on use.
        .pool_idle_timeout(Duration::from_secs(if is_local(url) { 2 } else { 60 }))
        // Keys of custom headers would follow a redirect to another host, and a POST may become a GET.
        .redirect(redirect::Policy::none());
    let builder = if is_loopback(url) {
        // A proxy has another loopback than this machine.
        builder.no_proxy()
    } else {
        builder
    };
    if is_loopback(url) && url.scheme() == "http" {
        // No certificates are needed, and reading the system's takes longer than the first request.
        builder.tls_certs_only([]).build()
    } else {
        // Merged, so that a machine without any CA certificates works too.
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        builder.tls_certs_merge(roots.filter_map(|der| Certificate::from_der(der).ok())).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_never_shown() {
        let key = Secret::new(" sk-123\n").unwrap();
        assert_eq!(format!("{key:?}"), "Secret(***)");
        assert_eq!(key.hide_in("bad key sk-123.".into()), "bad key ***.");
        assert_eq!(format!("{:?}", key.header("Bearer ").unwrap()), "Sensitive");
        assert_eq!(Secret::new(" \n"), None);
        let broken = Secret::new("a\nb").unwrap().header("").unwrap_err();
        assert_eq!(broken.kind, ErrorKind::NotConfigured);
    }

    #[test]
    fn clients_can_be_built_for_any_host() {
        for url in ["http://localhost:1/v1", "http://box:1/v1", "https://api.example.com/v1"] {
            let url = Url::parse(url).unwrap();
            assert!(Http::new(&url, HeaderMap::new(), None, HttpOptions::default()).is_ok());
        }
    }
}
