//! What this machine has left.

use std::io;
use std::path::Path;

/// Bytes that may still be written where a folder lies.
///
/// # Errors
/// The system does not tell.
pub fn room(folder: &Path) -> io::Result<u64> {
    let there = rustix::fs::statvfs(folder)?;
    Ok(there.f_bavail.saturating_mul(there.f_frsize))
}
