//! A line's form, and the seal that ties it to the lines before.
//!
//! A line is a JSON object that ends with its seal: the SHA-256 of its own bytes up to there. Among those is `prev`, the seal
//! of the line before, and `seq`, which is the line's number in the file. Bytes are hashed and not values, so that nobody has
//! to write JSON the same way twice.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// The seal before the first line.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Between what is sealed and the seal.
const MARK: &[u8] = b",\"hash\":\"";
/// After the seal.
const END: &[u8] = b"\"}";
/// How every line begins.
const BEGINNING: &[u8] = b"{\"seq\":";

/// Acts of the log itself.
pub mod acts {
    /// The chain begins; what was in the file before is named by its hash.
    pub const BEGUN: &str = "chain-begun";
    /// What stands before was cut off while it was written.
    pub const CUT_OFF: &str = "cut-off";
}

/// What a line has to tell whoever follows the chain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// Its number in the file, from 1.
    pub seq: u64,
    /// What was done.
    pub act: String,
    /// The seal of the line before.
    pub prev: String,
    /// For the acts of the log itself: the bytes they are about.
    pub covers: Option<Region>,
    /// Its own seal.
    #[serde(skip)]
    pub hash: String,
}

/// Some lines of the file, with their ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// How many.
    pub lines: u64,
    /// How long.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: String,
}

impl Region {
    /// These lines.
    pub fn of(bytes: &[u8]) -> Self {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
        Self { lines: lines as u64, bytes: bytes.len() as u64, sha256: hex(bytes) }
    }
}

/// What bytes between two line ends are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A line as it was written.
    Sound(Link),
    /// A line of ours that is not as it was written.
    Changed,
    /// The beginning of a line that is surely ours.
    Begun,
    /// The first bytes of a line, or what a disk gives for bytes that never reached it.
    Cut,
    /// No line of this log: from before it had a chain, or somebody else's.
    Foreign,
}

impl Kind {
    /// Whether a crash can have left it.
    pub const fn is_cut(&self) -> bool {
        matches!(self, Self::Begun | Self::Cut)
    }

    /// Says what a line is, given without its end.
    pub fn of(line: &[u8]) -> Self {
        let sealed = line.len().checked_sub(MARK.len() + NOTHING.len() + END.len()).and_then(|at| {
            let (body, seal) = line.split_at(at);
            let hash = seal.strip_prefix(MARK)?.strip_suffix(END)?;
            Some((body, std::str::from_utf8(hash).ok()?))
        });
        let ours = line.starts_with(BEGINNING);
        let Some((body, hash)) = sealed else {
            let cut = BEGINNING.starts_with(line) || line.iter().all(|byte| *byte == 0);
            return match (ours, cut) {
                (true, _) => Self::Begun,
                (false, true) => Self::Cut,
                (false, false) => Self::Foreign,
            };
        };
        // Who ends with a seal is ours, whatever became of its beginning.
        let link = [body, b"}"].concat();
        match serde_json::from_slice::<Link>(&link) {
            Ok(link) if hex(body) == hash => Self::Sound(Link { hash: hash.to_owned(), ..link }),
            _ => Self::Changed,
        }
    }
}

/// Seals a JSON object: its line with the end, and the seal.
pub fn seal(mut object: String) -> (String, String) {
    object.truncate(object.len().saturating_sub(1));
    let hash = hex(object.as_bytes());
    (format!("{object},\"hash\":\"{hash}\"}}\n"), hash)
}

/// SHA-256 in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    to_hex(digest(&SHA256, bytes).as_ref())
}

/// Bytes in hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
