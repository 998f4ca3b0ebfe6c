//! Writes to Freebit.

use serde::{Deserialize, Serialize};

use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Network, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::quota::Quota;
use crate::domain::text::Text;

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
    /// Another plan (PA05-21). Proved by the line's plan, or by its being planned for that day.
    ChangePlan {
        /// Of which line.
        line: Msisdn,
        /// The plan it was on when the change was planned: from another one it is not changed.
        from: Text,
        /// Code of the new one.
        to: Text,
        /// From when.
        on: EffectiveDate,
    },
    /// Voice options (PA05-06). Only these are sent: the call that registers them would switch off what is left out.
    SetVoice {
        /// Of which line.
        line: Msisdn,
        /// What each of them was when the change was planned.
        from: VoiceOptions,
        /// What each of them becomes.
        to: VoiceOptions,
    },
    /// 4G or 5G (PA05-38). Locks the line for about half an hour and cannot be called off.
    ChangeNetwork {
        /// Of which line.
        line: Msisdn,
        /// Which.
        to: Network,
    },
}

impl Write {
    /// The line it is about.
    pub const fn line(&self) -> &Msisdn {
        match self {
            Self::AddQuota { line, .. }
            | Self::ChangePlan { line, .. }
            | Self::SetVoice { line, .. }
            | Self::ChangeNetwork { line, .. } => line,
        }
    }
}
