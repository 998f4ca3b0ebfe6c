//! Record ids: 15 case-sensitive characters, or 18 with a suffix that survives case folding.

use std::fmt;

const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// What stands between an object's prefix and the running number: the instance and a reserved character.
const INSTANCE: &[u8; 3] = b"Q80";

/// The 15 significant characters of a record id. Built only by [`Id::parse`] and [`Id::nth`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 15]);

impl Id {
    /// Reads an id of 15 characters, or of 18 whose suffix fits; anything else is no id.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if !matches!(bytes.len(), 15 | 18) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return None;
        }
        let id = Self(bytes[..15].try_into().ok()?);
        (bytes.len() == 15 || id.suffix() == bytes[15..]).then_some(id)
    }

    /// The n-th id of the object with this three-character prefix.
    pub fn nth(prefix: &str, n: u64) -> Self {
        let mut id = [b'A'; 15];
        for (slot, byte) in id.iter_mut().zip(prefix.bytes().chain(*INSTANCE)) {
            *slot = byte;
        }
        let mut rest = n;
        for slot in id[6..].iter_mut().rev() {
            *slot = DIGITS[(rest % 62) as usize];
            rest /= 62;
        }
        Self(id)
    }

    /// The three characters that name the object.
    pub fn prefix(&self) -> &str {
        std::str::from_utf8(&self.0[..3]).unwrap_or_default()
    }

    /// The 15 characters without suffix, as they stand before the `!` of an access token.
    pub fn short(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// For each group of five characters, bit k is set when character k is an upper-case letter.
    fn suffix(self) -> [u8; 3] {
        let mut suffix = [0; 3];
        for (slot, group) in suffix.iter_mut().zip(self.0.chunks(5)) {
            let bits = group.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
            *slot = SUFFIX[bits.fold(0, |bits, (k, _)| bits | (1 << k))];
        }
        suffix
    }
}

/// Eighteen characters, the only form the sandbox stores and answers.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())?;
        f.write_str(std::str::from_utf8(&self.suffix()).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_is_that_of_known_ids() {
        for (short, long) in [("001D000000IqhSL", "001D000000IqhSLIAZ"), ("0014H00002LbR7Q", "0014H00002LbR7QQAV")] {
            assert_eq!(Id::parse(short).unwrap().to_string(), long);
            assert_eq!(Id::parse(long), Id::parse(short));
        }
    }

    #[test]
    fn what_is_no_id() {
        for text in ["", "001", "001D000000IqhSLIAY", "001D000000Iqh-L", "001D000000IqhSLI"] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_make_different_ids_with_the_prefix() {
        let ids: std::collections::BTreeSet<_> = (0..5000).map(|n| Id::nth("001", n)).collect();
        assert_eq!(ids.len(), 5000);
        assert!(ids.iter().all(|id| id.prefix() == "001" && Id::parse(&id.to_string()) == Some(*id)));
    }
}
