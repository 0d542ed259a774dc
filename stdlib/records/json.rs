//! Reading JSON straight into values, without recursion: texts without escapes are views.

use num_bigint::BigInt;
use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;
use crate::host::Host;
use crate::records::lenient;
use crate::text::Text;
use crate::value::{Dict, Map, Value};

/// Containers nested deeper than this are refused.
pub(super) const MAX_DEPTH: usize = 500;

/// CPython's limit for the digits of an integer; it also bounds the time of the conversion.
const MOST_DIGITS: usize = 4300;

/// Texts up to this many bytes are stored in place, without an allocation.
const INLINE: usize = 15;

/// Values between two looks at the limits.
const BATCH: usize = 1024;

/// Reads JSON; also JSON lines, and the JSON in a model's reply.
///
/// A code fence and a byte order mark are taken off. Several values, one a line, give a list.
/// What is not quite JSON is read as it was meant where there is no doubt: trailing commas, single
/// quotes, `True` and `None`, one value with prose around it. Integers have any size; of a repeated
/// key the last value counts.
///
/// ```rlm
/// json("{\"name\": \"Ada\", \"born\": 1815}")["born"]   # -> 1815
/// ```
#[builtin(
    group = "records",
    receiver = "t",
    aliases("json.loads", "json.load"),
    prompt = "json(t) parses"
)]
pub fn json(
    host: &mut dyn Host,
    /// The text.
    #[aliases("s", "fp")]
    t: Text,
    /// Accepted as in Python; line ends inside texts are taken either way.
    #[default(true)]
    #[keyword]
    strict: bool,
) -> Result<Value, Fault> {
    let _ = strict;
    parse(&t, Some(host))
}

/// Reads JSON as the builtin `json` does, without a limit on steps.
///
/// # Errors
/// Where the text is no JSON, with line and column.
pub fn parse_json(text: &Text) -> Result<Value, Fault> {
    parse(text, None)
}

/// The JSON value that a model's reply means, as tolerant as possible: with several values among
/// prose, the longest.
pub fn parse_json_lenient(text: &str) -> Option<Value> {
    parse_text_lenient(&Text::from(text))
}

/// The same of a text, which is not copied.
pub fn parse_text_lenient(text: &Text) -> Option<Value> {
    let whole = text.as_str()?;
    let mut parser = Parser::new(whole, text, None);
    parser.document().ok().or_else(|| lenient::reply(&mut parser, lenient::Several::Longest))
}

fn parse(text: &Text, host: Option<&mut (dyn Host + '_)>) -> Result<Value, Fault> {
    let Some(whole) = text.as_str() else {
        return parse(&Text::from(text.to_str().into_owned()), host);
    };
    let mut parser = Parser::new(whole, text, host);
    match parser.document() {
        Ok(value) => Ok(value),
        Err(Stop::Limit(fault)) => Err(fault),
        Err(Stop::Problem(problem)) => match lenient::reply(&mut parser, lenient::Several::None) {
            Some(value) => Ok(value),
            None => Err(parser.stopped.take().unwrap_or_else(|| problem.fault(whole))),
        },
    }
}

/// Where and why a text is no JSON.
pub(super) struct Problem {
    /// The byte where it shows.
    pub(super) at: usize,
    /// What could have stood there; a whole sentence if `found` is not to be added.
    expected: &'static str,
    is_sentence: bool,
}

impl Problem {
    fn fault(&self, whole: &str) -> Fault {
        let before = whole.get(..self.at).unwrap_or(whole);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        let found = match whole.get(self.at..).and_then(|rest| rest.chars().next()) {
            _ if self.is_sentence => String::new(),
            None => ", found the end of the text".to_string(),
            Some('\n' | '\r') => ", found a line end".to_string(),
            Some(c) => format!(", found `{c}`"),
        };
        let what = if self.is_sentence { "" } else { "expected " };
        let place = format!("line {line}, column {column}");
        Fault::new(Code::BadValue, format!("no JSON: {what}{}{found} at {place}", self.expected))
            .of_class("JSONDecodeError")
    }
}

/// Why reading stopped.
pub(super) enum Stop {
    /// The text is no JSON.
    Problem(Problem),
    /// The program reached a limit.
    Limit(Fault),
}

/// A container whose end was not reached yet.
enum Open {
    List(Vec<Value>),
    /// With the key whose value comes next.
    Dict(Map, Value),
}

/// A reader over a part of a text.
pub(super) struct Parser<'a, 'h> {
    /// The whole text, for places.
    pub(super) whole: &'a str,
    /// The same as a value, to take views of.
    text: &'a Text,
    host: Option<&'a mut (dyn Host + 'h)>,
    /// The limit that was reached in a tolerant try.
    pub(super) stopped: Option<Fault>,
    /// The next byte.
    pub(super) at: usize,
    /// The byte where the part ends.
    pub(super) end: usize,
    /// Whether forms that are no JSON are taken.
    pub(super) is_lenient: bool,
    values: usize,
    charged: usize,
}

impl<'a, 'h> Parser<'a, 'h> {
    fn new(
        whole: &'a str,
        text: &'a Text,
        host: Option<&'a mut (dyn Host + 'h)>,
    ) -> Parser<'a, 'h> {
        let end = whole.len();
        let (stopped, is_lenient) = (None, false);
        Parser { whole, text, host, stopped, at: 0, end, is_lenient, values: 0, charged: 0 }
    }

    /// All of the text as one value, or as a list of several.
    fn document(&mut self) -> Result<Value, Stop> {
        let inside = lenient::without_fence(self.whole);
        self.part(inside.start, inside.end)
    }

    /// A part of the text as one value, or as a list of several.
    pub(super) fn part(&mut self, start: usize, end: usize) -> Result<Value, Stop> {
        (self.at, self.end, self.charged) = (start, end, start);
        let first = self.value()?;
        let mut gap = self.at;
        self.space();
        if self.at == self.end {
            return Ok(first);
        }
        let mut values = vec![first];
        while self.at < self.end {
            self.check_gap(gap)?;
            values.push(self.value()?);
            gap = self.at;
            self.space();
        }
        Ok(Value::list(values))
    }

    /// Values may follow each other directly if both are in brackets, else line by line: `12 34`
    /// or `2023-01-06` is a mistake.
    fn check_gap(&self, gap: usize) -> Result<(), Stop> {
        let closes = gap.checked_sub(1).and_then(|last| self.whole.as_bytes().get(last));
        let in_brackets =
            matches!(closes, Some(b'}' | b']')) && matches!(self.peek(), Some(b'{' | b'['));
        let between = self.whole.get(gap..self.at).unwrap_or_default();
        if in_brackets || between.contains(['\n', '\r']) {
            return Ok(());
        }
        Err(self.problem("the end of the text"))
    }

    pub(super) fn problem(&self, expected: &'static str) -> Stop {
        Stop::Problem(Problem { at: self.at, expected, is_sentence: false })
    }

    fn sentence(&self, at: usize, sentence: &'static str) -> Stop {
        Stop::Problem(Problem { at, expected: sentence, is_sentence: true })
    }

    pub(super) fn peek(&self) -> Option<u8> {
        if self.at < self.end { self.whole.as_bytes().get(self.at).copied() } else { None }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn rest(&self) -> &'a str {
        self.whole.get(self.at..self.end).unwrap_or_default()
    }

    fn space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.is_lenient => match lenient::comment(self.rest()) {
                    0 => return,
                    length => self.at += length,
                },
                _ => return,
            }
        }
    }

    /// Spends for what was read since the last time.
    fn charge(&mut self) -> Result<(), Stop> {
        self.values += 1;
        if !self.values.is_multiple_of(BATCH) {
            return Ok(());
        }
        let bytes = self.at.saturating_sub(self.charged);
        self.charged = self.at;
        let Some(host) = self.host.as_deref_mut() else { return Ok(()) };
        host.spend(BATCH as u64 / 4 + bytes as u64 / 64)
            .and_then(|()| host.reserve(0))
            .map_err(Stop::Limit)
    }

    /// One value.
    pub(super) fn value(&mut self) -> Result<Value, Stop> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.charge()?;
            self.space();
            self.check_depth(&open)?;
            let value = if self.eat(b'[') {
                self.space();
                if !self.eat(b']') {
                    open.push(Open::List(Vec::new()));
                    continue;
                }
                Value::list(Vec::new())
            } else if self.eat(b'{') {
                self.space();
                if !self.eat(b'}') {
                    open.push(Open::Dict(Map::default(), self.key()?));
                    continue;
                }
                Value::Dict(Dict::new(Map::default()))
            } else {
                self.scalar()?
            };
            if let Some(value) = self.close(&mut open, value)? {
                return Ok(value);
            }
        }
    }

    fn check_depth(&self, open: &[Open]) -> Result<(), Stop> {
        if open.len() >= MAX_DEPTH && matches!(self.peek(), Some(b'[' | b'{')) {
            return Err(self.sentence(self.at, "brackets are nested more than 500 deep"));
        }
        Ok(())
    }

    /// Puts a value into the innermost open container and closes all that end after it; the
    /// outermost value when none is left open.
    fn close(&mut self, open: &mut Vec<Open>, mut value: Value) -> Result<Option<Value>, Stop> {
        loop {
            let Some(innermost) = open.pop() else { return Ok(Some(value)) };
            self.space();
            match innermost {
                Open::List(mut items) => {
                    items.push(value);
                    if self.another(b']', "`,` or `]`")? {
                        open.push(Open::List(items));
                        return Ok(None);
                    }
                    value = Value::list(items);
                }
                Open::Dict(mut map, key) => {
                    map.insert(key, value);
                    if self.another(b'}', "`,` or `}`")? {
                        let key = self.key()?;
                        open.push(Open::Dict(map, key));
                        return Ok(None);
                    }
                    value = Value::Dict(Dict::new(map));
                }
            }
        }
    }

    /// After an item: true for a comma, false for the closing bracket.
    fn another(&mut self, close: u8, expected: &'static str) -> Result<bool, Stop> {
        if self.eat(close) {
            return Ok(false);
        }
        if !self.eat(b',') {
            return Err(self.problem(expected));
        }
        self.space();
        Ok(!(self.is_lenient && self.eat(close)))
    }

    /// A key with the colon after it.
    fn key(&mut self) -> Result<Value, Stop> {
        self.space();
        let key = match self.peek() {
            Some(b'"') => self.string(true)?,
            Some(b'\'') if self.is_lenient => self.string(true)?,
            _ if self.is_lenient => match lenient::word(self.rest()) {
                "" => return Err(self.problem("a key in quotes")),
                word => {
                    self.at += word.len();
                    Value::from(word)
                }
            },
            _ => return Err(self.problem("a key in double quotes")),
        };
        self.space();
        if !self.eat(b':') {
            return Err(self.problem("`:`"));
        }
        Ok(key)
    }

    fn scalar(&mut self) -> Result<Value, Stop> {
        match self.peek() {
            Some(b'"') => return self.string(false),
            Some(b'\'') if self.is_lenient => return self.string(false),
            Some(b'0'..=b'9') => return self.number(),
            Some(b'-') if self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit) => {
                return self.number();
            }
            _ => {}
        }
        let (word, value) = match lenient::word(self.rest()) {
            word @ "true" => (word, Value::Bool(true)),
            word @ "false" => (word, Value::Bool(false)),
            word @ "null" => (word, Value::None),
            word @ "NaN" => (word, Value::Float(f64::NAN)),
            word @ "Infinity" => (word, Value::Float(f64::INFINITY)),
            "" if self.rest().starts_with("-Infinity") => {
                ("-Infinity", Value::Float(f64::NEG_INFINITY))
            }
            word @ "True" if self.is_lenient => (word, Value::Bool(true)),
            word @ "False" if self.is_lenient => (word, Value::Bool(false)),
            word @ ("None" | "undefined") if self.is_lenient => (word, Value::None),
            _ => return Err(self.problem("a value")),
        };
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        self.eat(b'-');
        let is_zero = self.eat(b'0');
        let digits = if is_zero { 1 } else { self.digits() };
        let next = |parser: &Self, offset: usize| parser.rest().as_bytes().get(offset).copied();
        let mut is_float = false;
        if self.peek() == Some(b'.') && next(self, 1).is_some_and(|b| b.is_ascii_digit()) {
            is_float = true;
            self.at += 1;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            let sign = usize::from(matches!(next(self, 1), Some(b'+' | b'-')));
            if next(self, 1 + sign).is_some_and(|b| b.is_ascii_digit()) {
                is_float = true;
                self.at += 1 + sign;
                self.digits();
            }
        }
        let written = self.whole.get(start..self.at).unwrap_or_default();
        if is_float {
            return Ok(Value::Float(written.parse().unwrap_or(f64::NAN)));
        }
        if let Ok(small) = written.parse() {
            return Ok(Value::Int(small));
        }
        if digits > MOST_DIGITS {
            return Err(self.sentence(start, "an integer of more than 4300 digits"));
        }
        Ok(written.parse::<BigInt>().map_or(Value::None, Value::int))
    }

    /// A text in quotes. Keys of a dozen bytes are stored in place, the rest are views.
    fn string(&mut self, is_key: bool) -> Result<Value, Stop> {
        let opening = self.at;
        let quote = self.peek().unwrap_or(b'"');
        self.at += 1;
        let start = self.at;
        let length = self.plain_length(quote)?;
        self.at += length;
        if self.eat(quote) {
            let end = start + length;
            let in_place = is_key && length <= INLINE;
            let text = match self.whole.get(start..end).filter(|_| in_place) {
                Some(short) => Text::from(short),
                None => self.text.slice_bytes(start..end),
            };
            return Ok(Value::Text(text));
        }
        let mut built = self.whole.get(start..self.at).unwrap_or_default().to_string();
        loop {
            match self.peek() {
                None => return Err(self.sentence(opening, "a text without its closing quote")),
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(Value::text(built));
                }
                Some(b'\\') => self.escape(&mut built)?,
                Some(_) => {
                    let length = self.plain_length(quote)?;
                    built.push_str(self.rest().get(..length).unwrap_or_default());
                    self.at += length;
                }
            }
        }
    }

    /// The bytes up to the next quote or backslash.
    fn plain_length(&self, quote: u8) -> Result<usize, Stop> {
        let rest = self.rest();
        let length = memchr::memchr2(quote, b'\\', rest.as_bytes()).unwrap_or(rest.len());
        let plain = rest.as_bytes().get(..length).unwrap_or_default();
        match plain.iter().position(|&byte| byte < 0x20) {
            Some(offset) if !self.is_lenient => Err(Stop::Problem(Problem {
                at: self.at + offset,
                expected: "the closing quote",
                is_sentence: false,
            })),
            _ => Ok(length),
        }
    }

    /// What a backslash stands for; half of a surrogate pair alone becomes U+FFFD.
    fn escape(&mut self, built: &mut String) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.rest().chars().next() else {
            return Err(self.sentence(start, "a text without its closing quote"));
        };
        self.at += c.len_utf8();
        match c {
            '"' | '\\' | '/' => built.push(c),
            'n' => built.push('\n'),
            't' => built.push('\t'),
            'r' => built.push('\r'),
            'b' => built.push('\u{8}'),
            'f' => built.push('\u{c}'),
            'u' => match self.hex() {
                Some(unit) => built.push(self.paired(unit)),
                None => return Err(self.sentence(start, "`\\u` without four hex digits")),
            },
            '\'' if self.is_lenient => built.push(c),
            _ if self.is_lenient => {
                built.push('\\');
                built.push(c);
            }
            _ => return Err(self.sentence(start, "a backslash that escapes nothing")),
        }
        Ok(())
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn paired(&mut self, unit: u32) -> char {
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        let before = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            if let Some(low @ 0xdc00..0xe000) = self.hex() {
                let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
        }
        self.at = before;
        char::REPLACEMENT_CHARACTER
    }
}
