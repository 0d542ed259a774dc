//! Base URLs as people write them, made into the URL that a request goes to.

use super::{ErrorKind, ModelError};
use reqwest::Url;
use std::net::{IpAddr, Ipv6Addr};

/// Reads a base URL. A missing scheme becomes `http` for a local host and `https` for any other.
pub(crate) fn parse(text: &str) -> Result<Url, ModelError> {
    let text = text.trim();
    let bad = |why: &str| {
        // What stands before an `@` may be a password.
        let text = text.rsplit('@').next().unwrap_or_default();
        let message =
            format!("the base URL {text:?} {why}; expected one like http://localhost:8080/v1");
        ModelError::unsent(ErrorKind::NotConfigured, message)
    };
    let full = if text.contains("://") {
        text.to_owned()
    } else {
        // Parsed once with a stand-in scheme, to learn whether the host is a local one.
        let guess = Url::parse(&format!("http://{text}")).map_err(|_| bad("is no URL"))?;
        if is_local(&guess) { guess.to_string() } else { format!("https://{text}") }
    };
    let url = Url::parse(&full).map_err(|_| bad("is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("is neither http nor https"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad("names no host"));
    }
    Ok(url)
}

/// The URL of an endpoint below a base. `root` is the version path that a bare host stands for
/// (`/v1`), `tail` what follows it (`/chat/completions`). The base may end with slashes or already
/// hold the tail; a query (`?api-version=...`) stays.
pub(crate) fn endpoint(base: &Url, root: &str, tail: &str) -> Url {
    let mut url = base.clone();
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix(tail).unwrap_or(path).trim_end_matches('/');
    let path = if path.is_empty() { root } else { path };
    url.set_path(&format!("{path}{tail}"));
    url.set_fragment(None);
    url
}

/// A base URL that ends in a version path (`/v1`, `/v1beta`): `root` is added where it does not.
/// Anthropic's and Google's own clients take bases without it, and so do the many servers that have
/// their formats below a path of their own (`https://host/anthropic`).
pub(crate) fn versioned(base: &Url, root: &str, tail: &str) -> Url {
    let mut url = base.clone();
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix(tail).unwrap_or(path).trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_version =
        last.strip_prefix('v').is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    url.set_path(&if is_version { path.to_owned() } else { format!("{path}{root}") });
    url
}

/// A URL fit for messages: no user, no password, no query.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for URLs without a host, which `parse` refuses.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// Whether the host is this machine: no proxy can reach it for us.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match address(url) {
        Some(ip) => ip.is_loopback() || ip.is_unspecified(),
        None => {
            let host = host(url);
            host == "localhost" || host.ends_with(".localhost")
        }
    }
}

/// Whether the host is this machine or one of its own network, as far as the name tells.
pub(crate) fn is_local(url: &Url) -> bool {
    if is_loopback(url) {
        return true;
    }
    match address(url) {
        Some(IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local(),
        Some(IpAddr::V6(ip)) => is_private_v6(ip),
        None => {
            let host = host(url);
            !host.contains('.')
                || [".local", ".lan", ".internal", ".home.arpa"].iter().any(|s| host.ends_with(s))
        }
    }
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    let first = ip.segments()[0];
    first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_end_matches('.')
}

fn address(url: &Url) -> Option<IpAddr> {
    host(url).trim_matches(['[', ']']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(base: &str) -> String {
        endpoint(&parse(base).unwrap(), "/v1", "/chat/completions").to_string()
    }

    #[test]
    fn bases_as_people_write_them() {
        let full = "http://localhost:8080/v1/chat/completions";
        for base in [
            "http://localhost:8080",
            "http://localhost:8080/",
            "http://localhost:8080/v1",
            "http://localhost:8080/v1//",
            "http://localhost:8080/v1/chat/completions",
            "http://localhost:8080/v1/chat/completions/",
            " localhost:8080 ",
            "localhost:8080/v1#x",
        ] {
            assert_eq!(chat(base), full, "{base}");
        }
        assert_eq!(chat("api.example.com"), "https://api.example.com/v1/chat/completions");
        assert_eq!(chat("https://a.example/api/v1"), "https://a.example/api/v1/chat/completions");
        assert_eq!(
            chat("https://a.example/deploy/m?api-version=2"),
            "https://a.example/deploy/m/chat/completions?api-version=2"
        );
    }

    #[test]
    fn bases_get_a_version_where_they_have_none() {
        for (base, want) in [
            ("http://h", "http://h/v1"),
            ("http://h/anthropic/", "http://h/anthropic/v1"),
            ("http://h/anthropic/v1", "http://h/anthropic/v1"),
            ("http://h/v1/messages", "http://h/v1"),
            ("http://h/api/v2beta/", "http://h/api/v2beta"),
            ("http://h/vault", "http://h/vault/v1"),
        ] {
            let url = versioned(&Url::parse(base).unwrap(), "/v1", "/messages");
            assert_eq!(url.as_str(), want, "{base}");
        }
    }

    #[test]
    fn what_is_no_base_is_said() {
        for (base, why) in [
            ("", "is no URL"),
            ("ftp://a/b", "neither http"),
            ("http://", "is no URL"),
            ("a b", "is no URL"),
        ] {
            let error = parse(base).unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotConfigured);
            assert!(error.message.contains(why), "{base}: {}", error.message);
        }
    }

    #[test]
    fn local_hosts() {
        let local = |text: &str| is_local(&Url::parse(text).unwrap());
        for url in [
            "http://localhost:1",
            "http://127.0.0.5",
            "http://[::1]:8",
            "http://0.0.0.0:1",
            "http://10.1.2.3",
            "http://192.168.1.9",
            "http://gpu-box:8000",
            "http://host.docker.internal",
            "http://[fd00::1]",
        ] {
            assert!(local(url), "{url}");
        }
        for url in ["https://api.openai.com", "http://8.8.8.8", "http://localhost.example.com"] {
            assert!(!local(url), "{url}");
        }
    }

    #[test]
    fn shown_without_secrets() {
        let url = Url::parse("https://me:pw@a.example/v1?key=k#f").unwrap();
        assert_eq!(shown(&url), "https://a.example/v1");
    }
}
