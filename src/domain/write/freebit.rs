//! Writes to Freebit.

use serde::{Deserialize, Serialize};

use crate::domain::phone::Msisdn;
use crate::domain::quota::Quota;

/// One write to Freebit. Each that takes effect on a day names that day: Freebit takes a missing one for "at once".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// More data (PA04-04). Found again in the line's history by its code, which is the operation's id.
    AddQuota {
        /// To which line.
        line: Msisdn,
        /// How much.
        quota: Quota,
    },
}
