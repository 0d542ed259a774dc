//! Names of Python's smaller modules that programs over texts use: `hashlib`, `html`, `urllib.parse`,
//! `base64`, `unicodedata`, `difflib`, `pprint`, `ast.literal_eval`, `os.path`.

pub mod codec;
pub mod difflib;
pub mod digest;
pub mod paths;
pub mod pprint;
pub mod unicode;

use crate::builtin::Builtin;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &codec::HTML_ESCAPE,
    &codec::HTML_UNESCAPE,
    &codec::QUOTE,
    &codec::QUOTE_PLUS,
    &codec::UNQUOTE,
    &codec::UNQUOTE_PLUS,
    &codec::URLPARSE,
    &codec::URLENCODE,
    &codec::PARSE_QS,
    &codec::PARSE_QSL,
    &codec::URLJOIN,
    &codec::HOSTNAME,
    &codec::B64ENCODE,
    &codec::B64DECODE,
    &difflib::SEQUENCE_MATCHER,
    &difflib::RATIO,
    &difflib::MATCHING_BLOCKS,
    &difflib::OPCODES,
    &difflib::LONGEST_MATCH,
    &difflib::CLOSE_MATCHES,
    &difflib::UNIFIED_DIFF,
    &difflib::NDIFF,
    &digest::MD5,
    &digest::SHA1,
    &digest::SHA256,
    &digest::SHA512,
    &digest::UPDATE,
    &digest::HEXDIGEST,
    &paths::BASENAME,
    &paths::DIRNAME,
    &paths::SPLITEXT,
    &paths::PATH_JOIN,
    &pprint::PPRINT,
    &pprint::PFORMAT,
    &pprint::LITERAL_EVAL,
    &unicode::NORMALIZE,
    &unicode::CATEGORY,
    &unicode::COMBINING,
];
