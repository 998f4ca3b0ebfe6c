//! Writes to Freebit.

use serde::{Deserialize, Serialize};

use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Line, Network, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::port_in::{Holder, PortIn};
use crate::domain::quota::Quota;
use crate::domain::sim::{Eid, Iccid, ProductNumber};
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
    /// Another eSIM profile for the line (PA05-41, `addKind` R). The profile before dies when the carrier is done, which it
    /// tells by a notice and not by an answer.
    Reissue {
        /// Of which line.
        line: Msisdn,
        /// The chip it is for.
        eid: Eid,
        /// What the line is reached by until then.
        old: Profile,
    },
    /// The end of a line (PA02-04). There is no call that takes it back.
    EndLine {
        /// Which.
        line: Msisdn,
        /// With the end of which day.
        on: EffectiveDate,
    },
    /// A card is queued for a number that comes from another carrier (PA05-18). No call tells what is queued, so an answer
    /// is all there is to prove it by.
    QueueCard(Box<PortIn>),
    /// The line of a card that waits with this number (PA02-01). Takes minutes; proved by the line being in service.
    Register {
        /// Which.
        line: Msisdn,
        /// The number printed on the card: a line on another card is somebody else's.
        card: Text,
        /// Code of its plan.
        plan: Text,
    },
    /// A new line on an eSIM (PA05-41, `addKind` N). Proved like a registered one.
    OpenEsim {
        /// Which.
        line: Msisdn,
        /// The chip it is for.
        eid: Eid,
        /// Code of its plan.
        plan: Text,
        /// What it can do.
        kind: SimKind,
        /// On which network it begins.
        network: Network,
    },
    /// Voice options of a new line, and who has it (PA05-05). What is left out is off.
    RegisterVoice {
        /// Of which line.
        line: Msisdn,
        /// What is on.
        options: VoiceOptions,
        /// Who has it.
        holder: Box<Holder>,
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
            | Self::Reissue { line, .. }
            | Self::EndLine { line, .. }
            | Self::Register { line, .. }
            | Self::OpenEsim { line, .. }
            | Self::RegisterVoice { line, .. }
            | Self::ChangeNetwork { line, .. } => line,
            Self::QueueCard(port_in) => &port_in.line,
        }
    }
}

/// What a line can do, as Freebit tells eSIMs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimKind {
    /// Calls, messages and data.
    Voice,
    /// Data alone.
    Data,
    /// Data and messages.
    DataAndMessages,
}

impl SimKind {
    /// Freebit's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Voice => "E0",
            Self::Data => "E2",
            Self::DataAndMessages => "E3",
        }
    }
}

/// What a line is reached by. What is not told, or is no such number, is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The number of the card or the profile at Freebit.
    pub product_number: Option<ProductNumber>,
    /// The card's or the profile's own number.
    pub iccid: Option<Iccid>,
    /// The chip.
    pub eid: Option<Eid>,
}

impl Profile {
    /// That of a line.
    pub fn of(line: &Line) -> Self {
        Self {
            product_number: ProductNumber::parse(&line.product_number).ok(),
            iccid: Iccid::parse(&line.iccid).ok(),
            eid: Eid::parse(&line.eid).ok(),
        }
    }
}
