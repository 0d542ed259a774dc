//! `html`, `urllib.parse` and `base64`: texts written so that they fit somewhere else.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators::reserve_list;
use crate::text::Text;
use crate::value::{Dict, List, Map, Record, Tuple, Value, display};

fn pay(host: &mut dyn Host, t: &Text) -> Result<(), Fault> {
    host.spend(1 + t.byte_len() as u64 / 32)?;
    host.reserve(t.byte_len().saturating_mul(3))
}

/// A text with `<`, `>`, `&` and quotes written as HTML needs them.
///
/// ```rlm
/// html.escape("a < b")  # -> 'a &lt; b'
/// ```
#[builtin(group = "text", name = "html.escape")]
pub fn html_escape(
    host: &mut dyn Host,
    /// The text.
    s: Text,
    /// Whether quotes are written so too.
    #[default(true)]
    quote: bool,
) -> Result<String, Fault> {
    pay(host, &s)?;
    let mut out = s.to_str().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if quote {
        out = out.replace('"', "&quot;").replace('\'', "&#x27;");
    }
    Ok(out)
}

/// A text with HTML's `&lt;`, `&eacute;`, `&#233;` turned into characters.
///
/// ```rlm
/// html.unescape("&lt;b&gt; caf&eacute;")  # -> '<b> café'
/// ```
#[builtin(group = "text", name = "html.unescape")]
pub fn html_unescape(
    host: &mut dyn Host,
    /// The text.
    s: Text,
) -> Result<String, Fault> {
    pay(host, &s)?;
    Ok(htmlize::unescape(s.to_str()).into_owned())
}

/// What `quote` leaves as it is besides letters and digits.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// Percent-encodes a text, some characters left as they are.
fn encode(text: &str, safe: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        if safe.contains(c) {
            out.push(c);
        } else {
            out.extend(utf8_percent_encode(c.encode_utf8(&mut buffer), &UNRESERVED));
        }
    }
    out
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A text as it stands in a URL: `%20` for a space.
///
/// ```rlm
/// urllib.parse.quote("a b/c")  # -> 'a%20b/c'
/// ```
#[builtin(group = "text", name = "urllib.parse.quote")]
pub fn quote(
    host: &mut dyn Host,
    /// The text.
    string: Text,
    /// Characters that stay as they are.
    #[default("/")]
    safe: String,
) -> Result<String, Fault> {
    pay(host, &string)?;
    Ok(encode(&string.to_str(), &safe))
}

/// As `quote`, with `+` for a space.
///
/// ```rlm
/// urllib.parse.quote_plus("a b/c")  # -> 'a+b%2Fc'
/// ```
#[builtin(group = "text", name = "urllib.parse.quote_plus")]
pub fn quote_plus(
    host: &mut dyn Host,
    /// The text.
    string: Text,
    /// Characters that stay as they are.
    #[default("")]
    safe: String,
) -> Result<String, Fault> {
    pay(host, &string)?;
    Ok(encode(&string.to_str(), &format!("{safe} ")).replace(' ', "+"))
}

/// A text from a URL with `%20` and the like turned into characters.
///
/// ```rlm
/// urllib.parse.unquote("a%20b")  # -> 'a b'
/// ```
#[builtin(group = "text", name = "urllib.parse.unquote")]
pub fn unquote(
    host: &mut dyn Host,
    /// The text.
    string: Text,
) -> Result<String, Fault> {
    pay(host, &string)?;
    Ok(decode(&string.to_str()))
}

/// As `unquote`, with `+` as a space.
///
/// ```rlm
/// urllib.parse.unquote_plus("a+b")  # -> 'a b'
/// ```
#[builtin(group = "text", name = "urllib.parse.unquote_plus")]
pub fn unquote_plus(
    host: &mut dyn Host,
    /// The text.
    string: Text,
) -> Result<String, Fault> {
    pay(host, &string)?;
    Ok(decode(&string.to_str().replace('+', " ")))
}

/// The parts of a URL, as Python's `urlsplit` has them.
struct Url<'a> {
    scheme: String,
    netloc: &'a str,
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

fn split_url(url: &str) -> Url<'_> {
    let mut rest = url;
    let mut scheme = String::new();
    if let Some((before, after)) = url.split_once(':') {
        let mut chars = before.chars();
        let is_scheme = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
            && chars.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if is_scheme {
            (scheme, rest) = (before.to_ascii_lowercase(), after);
        }
    }
    let netloc = match rest.strip_prefix("//") {
        Some(after) => {
            let end = after.find(['/', '?', '#']).unwrap_or(after.len());
            let (netloc, after) = after.split_at(end);
            rest = after;
            netloc
        }
        None => "",
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Url { scheme, netloc, path, query, fragment }
}

/// The parts of a URL: `scheme`, `netloc`, `path`, `params`, `query`, `fragment`; also `hostname`.
///
/// ```rlm
/// urllib.parse.urlparse("https://a.org/x?y=1").netloc  # -> 'a.org'
/// ```
#[builtin(
    group = "text",
    name = "urllib.parse.urlparse",
    aliases("urllib.parse.urlsplit"),
    returns = Tuple
)]
pub fn urlparse(
    host: &mut dyn Host,
    /// The URL.
    url: Text,
) -> Result<Value, Fault> {
    pay(host, &url)?;
    let text = url.to_str();
    let parts = split_url(text.trim_start_matches(|c: char| c <= ' '));
    // Parameters behind the last `;` of the last part of the path.
    let last = parts.path.rfind('/').map_or(0, |at| at + 1);
    let tail = parts.path.get(last..).unwrap_or_default();
    let (path, params) = match tail.find(';') {
        Some(at) => (
            parts.path.get(..last + at).unwrap_or_default(),
            tail.get(at + 1..).unwrap_or_default(),
        ),
        None => (parts.path, ""),
    };
    let fields = ["scheme", "netloc", "path", "params", "query", "fragment"];
    let values = [&*parts.scheme, parts.netloc, path, params, parts.query, parts.fragment];
    let record =
        Record { name: "ParseResult".to_string(), fields: fields.map(str::to_string).to_vec() };
    Ok(Value::Tuple(Tuple::record(values.map(Value::from).to_vec(), Rc::new(record))))
}

/// The name of the computer in what `urlparse` gives, without user and port.
///
/// ```rlm
/// urllib.parse.urlparse("https://me@A.org:8080/x").hostname  # -> 'a.org'
/// ```
#[builtin(group = "text", owners(Tuple), property)]
pub fn hostname(
    /// What `urlparse` gave.
    t: Tuple,
) -> Result<Value, Fault> {
    let netloc = t.field("netloc").ok_or_else(|| {
        let found = Value::Tuple(t.clone());
        expected("what urlparse gives", &found)
    })?;
    let netloc = display(netloc).to_str().to_lowercase();
    let place = netloc.rsplit_once('@').map_or(&*netloc, |(_, place)| place);
    let name = match place.strip_prefix('[') {
        Some(inside) => inside.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    Ok(if name.is_empty() { Value::None } else { Value::from(name) })
}

/// Names and values as the query of a URL.
///
/// ```rlm
/// urllib.parse.urlencode({"q": "a b", "n": 1})  # -> 'q=a+b&n=1'
/// ```
#[builtin(group = "text", name = "urllib.parse.urlencode")]
pub fn urlencode(
    host: &mut dyn Host,
    /// A dict, or a list of pairs.
    query: Value,
    /// Whether a list as a value stands for several.
    #[default(false)]
    doseq: bool,
) -> Result<String, Fault> {
    let mut parts = Vec::new();
    let plus = |value: &Value| encode(&display(value).to_str(), " ").replace(' ', "+");
    for (name, value) in crate::operators::entries(host, &query)? {
        match &value {
            Value::List(_) | Value::Tuple(_) if doseq => {
                let items = value.items()?;
                reserve_list(host, items.len().saturating_mul(4))?;
                for item in items.iter() {
                    parts.push(format!("{}={}", plus(&name), plus(&item)));
                }
            }
            _ => parts.push(format!("{}={}", plus(&name), plus(&value))),
        }
    }
    Ok(parts.join("&"))
}

fn pairs(query: &str, keep_blank: bool) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let Some((name, value)) = part.split_once('=') else {
            if keep_blank {
                found.push((decode(&part.replace('+', " ")), String::new()));
            }
            continue;
        };
        if !value.is_empty() || keep_blank {
            found.push((decode(&name.replace('+', " ")), decode(&value.replace('+', " "))));
        }
    }
    found
}

/// The names and values of a URL's query, as a dict of lists.
///
/// ```rlm
/// urllib.parse.parse_qs("x=1&x=2")  # -> {'x': ['1', '2']}
/// ```
#[builtin(group = "text", name = "urllib.parse.parse_qs")]
pub fn parse_qs(
    host: &mut dyn Host,
    /// The query, without its `?`.
    qs: Text,
    /// Whether empty values count.
    #[default(false)]
    keep_blank_values: bool,
) -> Result<Dict, Fault> {
    pay(host, &qs)?;
    let dict = Dict::new(Map::default());
    for (name, value) in pairs(&qs.to_str(), keep_blank_values) {
        let name = Value::text(name);
        match dict.get(&name) {
            Some(Value::List(values)) => values.push(Value::text(value)),
            _ => dict.insert(name, Value::list(vec![Value::text(value)])),
        }
    }
    Ok(dict)
}

/// The names and values of a URL's query, as a list of pairs.
///
/// ```rlm
/// urllib.parse.parse_qsl("x=1&y=2")  # -> [('x', '1'), ('y', '2')]
/// ```
#[builtin(group = "text", name = "urllib.parse.parse_qsl")]
pub fn parse_qsl(
    host: &mut dyn Host,
    /// The query, without its `?`.
    qs: Text,
    /// Whether empty values count.
    #[default(false)]
    keep_blank_values: bool,
) -> Result<List, Fault> {
    pay(host, &qs)?;
    let pair =
        |(name, value): (String, String)| Value::tuple(vec![Value::text(name), Value::text(value)]);
    Ok(List::new(pairs(&qs.to_str(), keep_blank_values).into_iter().map(pair).collect()))
}

/// A link as it stands on a page, as a whole URL.
///
/// ```rlm
/// urllib.parse.urljoin("https://a.org/x/y", "../z")  # -> 'https://a.org/z'
/// ```
#[builtin(group = "text", name = "urllib.parse.urljoin")]
pub fn urljoin(
    host: &mut dyn Host,
    /// The page.
    base: Text,
    /// The link.
    url: Text,
) -> Result<String, Fault> {
    pay(host, &base)?;
    pay(host, &url)?;
    let (base, url) = (base.to_str(), url.to_str());
    if url.is_empty() || base.is_empty() {
        return Ok(if url.is_empty() { base } else { url }.into_owned());
    }
    let (from, to) = (split_url(&base), split_url(&url));
    if !to.scheme.is_empty() && to.scheme != from.scheme {
        return Ok(url.into_owned());
    }
    let mut netloc = from.netloc;
    let (path, query) = if !to.netloc.is_empty() {
        netloc = to.netloc;
        (to.path.to_string(), to.query)
    } else if to.path.is_empty() {
        let query = if to.query.is_empty() { from.query } else { to.query };
        (from.path.to_string(), query)
    } else {
        let whole = if to.path.starts_with('/') {
            to.path.to_string()
        } else {
            let folder = from.path.rfind('/').map_or("", |at| from.path.get(..=at).unwrap_or(""));
            let folder = if folder.is_empty() && !netloc.is_empty() { "/" } else { folder };
            format!("{folder}{}", to.path)
        };
        (without_dots(&whole), to.query)
    };
    let mut out = String::new();
    if !from.scheme.is_empty() {
        out.push_str(&format!("{}:", from.scheme));
    }
    if !netloc.is_empty() {
        out.push_str(&format!("//{netloc}"));
    }
    out.push_str(&path);
    for (sign, part) in [('?', query), ('#', to.fragment)] {
        if !part.is_empty() {
            out.push(sign);
            out.push_str(part);
        }
    }
    Ok(out)
}

/// A path with its `.` and `..` carried out.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let ends_open = path.ends_with("/.") || path.ends_with("/..");
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            other => parts.push(other),
        }
    }
    let mut joined = parts.join("/");
    if ends_open && !joined.ends_with('/') {
        joined.push('/');
    }
    joined
}

/// A text in base 64.
///
/// ```rlm
/// base64.b64encode("hello")  # -> 'aGVsbG8='
/// ```
#[builtin(group = "text", name = "base64.b64encode")]
pub fn b64encode(
    host: &mut dyn Host,
    /// The text.
    s: Text,
) -> Result<String, Fault> {
    pay(host, &s)?;
    Ok(STANDARD.encode(s.to_str().as_bytes()))
}

/// The text that is written in base 64; bytes that are no UTF-8 become U+FFFD.
///
/// ```rlm
/// base64.b64decode("aGVsbG8=")  # -> 'hello'
/// ```
#[builtin(group = "text", name = "base64.b64decode")]
pub fn b64decode(
    host: &mut dyn Host,
    /// The text in base 64; other characters in it are left out.
    s: Text,
) -> Result<String, Fault> {
    pay(host, &s)?;
    let kept: String = s
        .to_str()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))
        .collect();
    let bytes = STANDARD.decode(kept).map_err(|error| {
        Fault::new(Code::BadValue, format!("b64decode: {}", error.to_string().to_lowercase()))
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
