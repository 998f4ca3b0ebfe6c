//! The name of one operation: a confirmed change on its way through the systems.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::{Builder, Uuid};

/// A UUID of version 7, so that ids sort by when they were made. It travels to the systems (Freebit's quota code, notes at
/// WHMCS), where it is what an answer that never came is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct OperationId(Uuid);

/// The text is no operation's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an operation's id looks like 01935c3a-8f00-7abc-8def-0123456789ab")]
pub struct OperationIdError;

impl OperationId {
    /// The id of an operation confirmed at that moment. `random` keeps two of one millisecond apart.
    #[must_use]
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for OperationId {
    type Err = OperationIdError;

    fn from_str(text: &str) -> Result<Self, OperationIdError> {
        let id = Uuid::try_parse(text.trim()).map_err(|_| OperationIdError)?;
        if id.get_version_num() == 7 { Ok(Self(id)) } else { Err(OperationIdError) }
    }
}

impl From<OperationId> for String {
    fn from(id: OperationId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for OperationId {
    type Error = OperationIdError;

    fn try_from(text: String) -> Result<Self, OperationIdError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let early = OperationId::new(at("2026-11-22T09:00:00Z"), [0xff; 10]);
        let late = OperationId::new(at("2026-11-22T09:00:00.001Z"), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse(), Ok(early));
        let json = serde_json::to_string(&early).unwrap();
        assert_eq!(serde_json::from_str::<OperationId>(&json).unwrap(), early);
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in ["", "01935c3a", "4f6c2b1e-8f00-4abc-8def-0123456789ab", "../../etc/passwd"] {
            assert_eq!(text.parse::<OperationId>(), Err(OperationIdError), "{text}");
        }
    }
}
