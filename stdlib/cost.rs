//! What a builtin's work costs the program: steps for bytes looked at, memory for bytes copied.

use crate::fault::Fault;
use crate::host::Host;

/// Copies up to here are not asked for: the host counts values as well. In bytes.
const SMALL: usize = 16 * 1024;

/// Charges for looking at `bytes` bytes.
///
/// # Errors
/// When the program's steps are used up.
pub fn scan(host: &mut dyn Host, bytes: usize) -> Result<(), Fault> {
    host.spend(of_scan(bytes))
}

/// The steps that [`scan`] spends.
pub fn of_scan(bytes: usize) -> u64 {
    bytes as u64 / 64 + 1
}

/// Charges for making a text or list of `bytes` bytes.
///
/// # Errors
/// When the program's steps or memory are used up.
pub fn copy(host: &mut dyn Host, bytes: usize) -> Result<(), Fault> {
    host.spend(bytes as u64 / 64 + 1)?;
    if bytes > SMALL { host.reserve(bytes) } else { Ok(()) }
}
