//! `hashlib`: digests of texts, of their UTF-8 bytes.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use md5::Md5;
use rlm_lang_macros::builtin;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use crate::convert::expected;
use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;
use crate::value::{Object, Value};

/// What `hashlib.md5()` gives.
pub struct Digest {
    algorithm: Algorithm,
    /// All that was put in so far.
    data: RefCell<Vec<u8>>,
}

#[derive(Clone, Copy)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    fn hex(&self) -> String {
        let data = self.data.borrow();
        let bytes = match self.algorithm {
            Algorithm::Md5 => Md5::digest(&*data).to_vec(),
            Algorithm::Sha1 => Sha1::digest(&*data).to_vec(),
            Algorithm::Sha256 => Sha256::digest(&*data).to_vec(),
            Algorithm::Sha512 => Sha512::digest(&*data).to_vec(),
        };
        let mut out = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}

fn started(host: &mut dyn Host, algorithm: Algorithm, data: &Text) -> Result<Value, Fault> {
    let digest = Digest { algorithm, data: RefCell::new(Vec::new()) };
    add(host, &digest, data)?;
    Ok(Value::Object(Rc::new(Object::Digest(digest))))
}

fn add(host: &mut dyn Host, digest: &Digest, data: &Text) -> Result<(), Fault> {
    host.spend(data.byte_len() as u64 / 64)?;
    host.reserve(data.byte_len())?;
    digest.data.borrow_mut().extend_from_slice(data.to_str().as_bytes());
    Ok(())
}

fn digest_of(value: &Value) -> Result<&Digest, Fault> {
    match value {
        Value::Object(object) => match &**object {
            Object::Digest(digest) => Ok(digest),
            _ => Err(expected("a digest", value)),
        },
        _ => Err(expected("a digest", value)),
    }
}

/// The MD5 digest of a text.
///
/// ```rlm
/// hashlib.md5("abc".encode()).hexdigest()  # -> '900150983cd24fb0d6963f7d28e17f72'
/// ```
#[builtin(group = "values", name = "hashlib.md5")]
pub fn md5_(
    host: &mut dyn Host,
    /// The text.
    #[default("")]
    data: Text,
    /// Ignored.
    #[keyword]
    usedforsecurity: Option<Value>,
) -> Result<Value, Fault> {
    let _ = usedforsecurity;
    started(host, Algorithm::Md5, &data)
}

/// The SHA-1 digest of a text.
///
/// ```rlm
/// hashlib.sha1("abc").hexdigest()[:8]  # -> 'a9993e36'
/// ```
#[builtin(group = "values", name = "hashlib.sha1")]
pub fn sha1_(
    host: &mut dyn Host,
    /// The text.
    #[default("")]
    data: Text,
    /// Ignored.
    #[keyword]
    usedforsecurity: Option<Value>,
) -> Result<Value, Fault> {
    let _ = usedforsecurity;
    started(host, Algorithm::Sha1, &data)
}

/// The SHA-256 digest of a text.
///
/// ```rlm
/// hashlib.sha256("abc").hexdigest()[:8]  # -> 'ba7816bf'
/// ```
#[builtin(group = "values", name = "hashlib.sha256")]
pub fn sha256_(
    host: &mut dyn Host,
    /// The text.
    #[default("")]
    data: Text,
) -> Result<Value, Fault> {
    started(host, Algorithm::Sha256, &data)
}

/// The SHA-512 digest of a text.
///
/// ```rlm
/// hashlib.sha512("abc").hexdigest()[:8]  # -> 'ddaf35a1'
/// ```
#[builtin(group = "values", name = "hashlib.sha512")]
pub fn sha512_(
    host: &mut dyn Host,
    /// The text.
    #[default("")]
    data: Text,
) -> Result<Value, Fault> {
    started(host, Algorithm::Sha512, &data)
}

/// Adds a text to what is digested.
///
/// ```rlm
/// h = hashlib.md5()
/// h.update("abc")
/// h.hexdigest()[:8]  # -> '90015098'
/// ```
#[builtin(group = "values", name = "update", owners(Digest), effect = Mutates)]
pub fn update(
    host: &mut dyn Host,
    /// The digest.
    h: Value,
    /// The text.
    data: Text,
) -> Result<(), Fault> {
    add(host, digest_of(&h)?, &data)
}

/// The digest in hexadecimal digits.
///
/// ```rlm
/// hashlib.md5("abc").hexdigest()[:8]  # -> '90015098'
/// ```
#[builtin(group = "values", owners(Digest))]
pub fn hexdigest(
    /// The digest.
    h: Value,
) -> Result<String, Fault> {
    digest_of(&h).map(Digest::hex)
}
