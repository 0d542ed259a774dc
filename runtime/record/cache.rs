//! Replies kept for later: a folder with a file for each request, named by its digest.
//!
//! The name is the digest of everything that can change a reply: protocol, server, model and the
//! complete request. A file appears whole or not at all, so processes can share a folder; one that is
//! damaged is no reply and is written anew. Only whole replies are kept: none that was cut off or
//! withheld.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{RecordError, inputs};
use crate::model::{Api, Finish, Reply, Request, Usage};

/// The version of the files' format; part of their names' digests.
const VERSION: u32 = 1;

/// A folder of replies.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// Who is asked: the part of a request's name that the request does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The protocol.
    pub api: String,
    /// The server, whole: it is hashed, not kept.
    pub base_url: String,
    /// The model, unless the request names another.
    pub model: String,
}

impl Asked {
    /// A script is a file that people change, and costs nothing.
    fn is_script(&self) -> bool {
        self.api == Api::Script.name()
    }
}

/// What a file holds.
#[derive(Serialize, Deserialize)]
struct Entry {
    version: u32,
    model: String,
    text: String,
    /// The digest of `text`: tells a damaged file.
    blake3: String,
}

impl Cache {
    /// Uses a folder, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> Result<Cache, RecordError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| RecordError::file("create", folder, &error))?;
        Ok(Cache { folder: folder.to_path_buf() })
    }

    fn path(&self, asked: &Asked, request: &Request) -> PathBuf {
        let model = if request.model.is_empty() { &asked.model } else { &request.model };
        let mut hasher = blake3::Hasher::new();
        for field in [&asked.api, &asked.base_url, model] {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.update(&VERSION.to_le_bytes());
        hasher.update(request.digest().as_bytes());
        let name = hasher.finalize().to_hex();
        // Two letters of folder: some file systems are slow with many files in one.
        self.folder.join(&name[..2]).join(format!("{name}.json"))
    }

    /// The reply that is kept for a request. It cost nothing.
    pub fn get(&self, asked: &Asked, request: &Request) -> Option<Reply> {
        if asked.is_script() {
            return None;
        }
        let bytes = std::fs::read(self.path(asked, request)).ok()?;
        let entry: Entry = serde_json::from_slice(&bytes).ok()?;
        let is_whole =
            entry.version == VERSION && inputs::digest(entry.text.as_bytes()) == entry.blake3;
        is_whole.then(|| Reply {
            text: entry.text,
            usage: Usage::default(),
            finish: Finish::Stop,
            left_after: None,
            other_usage: None,
            model: entry.model,
            tries: 0,
            elapsed: Duration::ZERO,
        })
    }

    /// Keeps a reply, if it is a whole one.
    ///
    /// # Errors
    /// When it cannot be written; the cache is as before then.
    pub fn put(&self, asked: &Asked, request: &Request, reply: &Reply) -> std::io::Result<()> {
        if reply.finish != Finish::Stop || asked.is_script() {
            return Ok(());
        }
        let path = self.path(asked, request);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder)?;
        let blake3 = inputs::digest(reply.text.as_bytes());
        let entry = Entry {
            version: VERSION,
            model: reply.model.clone(),
            text: reply.text.clone(),
            blake3,
        };
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(&entry)?)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Message;

    fn request(text: &str) -> Request {
        Request { messages: vec![Message::user(text)], ..Request::default() }
    }

    fn reply(text: &str, finish: Finish) -> Reply {
        let elapsed = Duration::from_secs(1);
        let usage = Usage { input: Some(5), ..Usage::default() };
        Reply {
            text: text.into(),
            usage,
            finish,
            left_after: None,
            other_usage: None,
            model: "m-1".into(),
            tries: 1,
            elapsed,
        }
    }

    #[test]
    fn whole_replies_are_kept_by_everything_that_matters() {
        let folder = tempfile::TempDir::new().unwrap();
        let cache = Cache::open(&folder.path().join("new")).unwrap();
        let asked = Asked { api: "openai".into(), base_url: "u".into(), model: "m".into() };
        assert_eq!(cache.get(&asked, &request("q")), None);
        cache.put(&asked, &request("q"), &reply("cut", Finish::Length)).unwrap();
        assert_eq!(cache.get(&asked, &request("q")), None);
        cache.put(&asked, &request("q"), &reply("ä", Finish::Stop)).unwrap();
        let kept = cache.get(&asked, &request("q")).unwrap();
        assert_eq!((kept.text.as_str(), kept.usage, kept.tries), ("ä", Usage::default(), 0));
        for other in [
            Asked { api: "gemini".into(), ..asked.clone() },
            Asked { base_url: "v".into(), ..asked.clone() },
            Asked { model: "n".into(), ..asked.clone() },
        ] {
            assert_eq!(cache.get(&other, &request("q")), None);
        }
        assert_eq!(cache.get(&asked, &request("p")), None);
        let by_name = Request { model: "n".into(), ..request("q") };
        assert_eq!(cache.get(&asked, &by_name), None);
    }

    #[test]
    fn damaged_files_are_no_replies_and_are_written_anew() {
        let folder = tempfile::TempDir::new().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let (asked, request) = (Asked::default(), request("q"));
        let path = cache.path(&asked, &request);
        for damage in [&b""[..], b"{", b"\xff\xfe", b"{\"version\":1}"] {
            cache.put(&asked, &request, &reply("whole", Finish::Stop)).unwrap();
            assert_eq!(cache.get(&asked, &request).unwrap().text, "whole");
            std::fs::write(&path, damage).unwrap();
            assert_eq!(cache.get(&asked, &request), None, "{damage:?}");
        }
        cache.put(&asked, &request, &reply("whole", Finish::Stop)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("whole", "other")).unwrap();
        assert_eq!(cache.get(&asked, &request), None);
    }
}
