//! Python's regex flags, as bits.

/// `re.IGNORECASE`
pub const IGNORE_CASE: u32 = 2;
/// `re.MULTILINE`
pub const MULTILINE: u32 = 8;
/// `re.DOTALL`
pub const DOT_ALL: u32 = 16;
/// `re.VERBOSE`
pub const VERBOSE: u32 = 64;
/// `re.ASCII`
pub const ASCII: u32 = 256;

/// The flags that change anything.
pub const ALL: u32 = IGNORE_CASE | MULTILINE | DOT_ALL | VERBOSE | ASCII;
