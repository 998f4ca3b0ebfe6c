//! Writes of the desk to itself: what only it keeps, in its journal.

use serde::{Deserialize, Serialize};

use crate::domain::operation_id::OperationId;
use crate::domain::phone::Msisdn;
use crate::domain::text::Text;

/// One write of what the desk keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// A line is protected from being ended.
    Protect {
        /// Which.
        line: Msisdn,
        /// Why.
        reason: Text,
    },
    /// Its protection rests, and holds again by itself.
    Lift {
        /// Which.
        line: Msisdn,
        /// Why.
        reason: Text,
        /// For how many minutes.
        minutes: i64,
    },
    /// An operation whose customer paid and got nothing is not driven on: something else is done instead.
    SetAside {
        /// Which.
        operation: OperationId,
    },
    /// It is closed, because that was done.
    Settle {
        /// Which.
        operation: OperationId,
        /// What was done instead.
        reason: Text,
    },
}
