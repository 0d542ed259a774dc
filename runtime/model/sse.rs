//! Server-sent events: bytes as the network cuts them, made into whole events.
//!
//! The network cuts anywhere, also inside a character or between the two bytes of a line end, so bytes
//! are kept until an event is whole and only then read as text. The format is that of the HTML
//! standard, section 9.2.6 (lines ended by LF, CR or both; `data` lines joined by a newline; a blank
//! line ends an event; lines that start with a colon are comments), read with two tolerances: a last
//! event without a blank line counts, because some servers end that way, and names of events are
//! ignored, because every provider repeats them in the data.

/// What has been received of an event stream and is not yet read.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The beginning of a line.
    line: Vec<u8>,
    /// The `data` lines of the event so far, joined.
    data: Option<Vec<u8>>,
    /// The last byte was a CR: an LF that follows belongs to it.
    after_cr: bool,
    /// Something was read, so that a byte order mark may no longer come.
    begun: bool,
}

impl Decoder {
    /// Takes bytes and gives the data of all events that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut events = Vec::new();
        let mut rest = bytes;
        if self.after_cr && !rest.is_empty() {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            self.after_cr = false;
        }
        while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
            let (part, ended) = rest.split_at(at);
            self.line.extend_from_slice(part);
            events.extend(self.end_line());
            rest = match ended {
                [b'\r'] => {
                    self.after_cr = true;
                    &[]
                }
                [b'\r', b'\n', more @ ..] | [_, more @ ..] => more,
                [] => &[],
            };
        }
        self.line.extend_from_slice(rest);
        events
    }

    /// The data of an event that the stream ended in, if there is any.
    pub(crate) fn finish(mut self) -> Option<Vec<u8>> {
        self.end_line().or_else(|| self.data.take())
    }

    /// Reads the line; a blank one gives the event that it ends.
    fn end_line(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.data.take();
        }
        if let Some(value) = line.strip_prefix(b"data")
            && let Some(value) =
                if value.is_empty() { Some(value) } else { value.strip_prefix(b":") }
        {
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            }
        }
        None
    }
}

/// Whether a body looks like an event stream, whatever its content type says. `None` means that too
/// little of it has come to tell.
pub(crate) fn is_stream(body: &[u8]) -> Option<bool> {
    const STARTS: [&[u8]; 5] = [b"data:", b"event:", b"id:", b"retry:", b":"];
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let body = body.trim_ascii_start();
    if STARTS.iter().any(|start| body.starts_with(start)) {
        return Some(true);
    }
    let may_become = STARTS.iter().any(|start| start.starts_with(body));
    (!may_become).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The events of a stream that comes in the given pieces.
    fn events<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut all: Vec<Vec<u8>> = Vec::new();
        for piece in pieces {
            all.extend(decoder.push(piece));
        }
        all.extend(decoder.finish());
        all.iter().map(|data| String::from_utf8_lossy(data).into_owned()).collect()
    }

    #[test]
    fn events_are_read_as_the_standard_says() {
        for (stream, want) in [
            ("data: a\n\ndata: b\n\n", vec!["a", "b"]),
            ("data:a\r\n\r\ndata: b\r\rdata:  c\n\n", vec!["a", "b", " c"]),
            ("\u{feff}data: a\n\n", vec!["a"]),
            (": ping\n\nevent: x\nid: 7\nretry: 9\ndata: {\ndata: }\n\n", vec!["{\n}"]),
            ("data\n\ndatabase: x\nnonsense\n\n", vec![""]),
            ("data: last", vec!["last"]),
            ("data: last\n", vec!["last"]),
            ("event: x\n\n\n\n", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(events([stream.as_bytes()]), want, "{stream:?}");
        }
    }

    #[test]
    fn what_is_a_stream_is_told_by_its_first_bytes() {
        for (body, want) in [
            ("data: {}", Some(true)),
            (": ping", Some(true)),
            ("\n\nevent: x", Some(true)),
            ("\u{feff}data:", Some(true)),
            ("dat", None),
            ("", None),
            (" \n", None),
            ("{\"a\":1}", Some(false)),
            ("[{}]", Some(false)),
            ("<html>", Some(false)),
            ("data", None),
            ("database", Some(false)),
        ] {
            assert_eq!(is_stream(body.as_bytes()), want, "{body:?}");
        }
    }

    /// Streams made of the bytes that matter, so that most cuts fall somewhere delicate.
    fn streams() -> impl Strategy<Value = Vec<u8>> {
        let parts: &[&str] =
            &["data: ", "data:", "\n", "\r\n", "\r", "\n\n", "é", "😀", "x", ":", " "];
        prop::collection::vec(prop::sample::select(parts), 0..40)
            .prop_map(|parts| parts.concat().into_bytes())
    }

    proptest! {
        #[test]
        fn where_the_network_cuts_does_not_matter(
            stream in streams(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|w| &stream[w[0]..w[1]]).collect();
            prop_assert_eq!(events(pieces), events([stream.as_slice()]));
        }

        #[test]
        fn texts_come_back_whole(texts in prop::collection::vec("[^\r\n]{0,20}", 0..8), size in 1usize..9) {
            let stream: String = texts.iter().map(|text| format!("data: {text}\r\n\r\n")).collect();
            prop_assert_eq!(events(stream.as_bytes().chunks(size)), texts);
        }
    }
}
