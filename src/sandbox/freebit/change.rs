//! What can happen to a line over time, and what must not happen at the same time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Voice options to be set; what is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Voice {
    /// Voice mail.
    pub voice_mail: Option<bool>,
    /// Call waiting.
    pub call_waiting: Option<bool>,
    /// Call forwarding.
    pub call_transfer: Option<bool>,
    /// Roaming.
    pub world_wing: Option<bool>,
}

/// The identities of a card or an eSIM profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Number printed on the card.
    pub product_number: String,
    /// Card id.
    pub iccid: String,
    /// Subscriber id on the network.
    pub imsi: String,
    /// Chip id.
    pub eid: String,
}

/// What a change in progress will make of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Registration, up to ten minutes.
    Register,
    /// Another network generation, about thirty minutes.
    ContractLine(String),
    /// Voice mail, call waiting and the like.
    VoiceOptions(Voice),
    /// Another plan from a day on; does not lock the line.
    Plan(String),
    /// Another eSIM profile in the place of the one before, which then works no more.
    Reissue(Profile),
    /// The end of the line; does not lock it before.
    Cancel,
    /// A change that the carrier will not make, although it was accepted.
    Fails(Box<Change>),
}

/// Kinds of requests, by what they may not run beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// More data.
    TopUp,
    /// Registration.
    Register,
    /// Another plan, at once or on a day.
    Plan,
    /// 4G or 5G.
    Network,
    /// Voice options.
    Voice,
    /// A new eSIM profile.
    Reissue,
    /// The end of the line, at once or on a day.
    Cancel,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::TopUp, Self::Register, Self::Plan, Self::Network, Self::Voice, Self::Reissue, Self::Cancel];

    /// Whether a request of kind `wanted` is refused as long as this one is not over. A change of network shuts the line
    /// for everything; a plan for a later day only keeps other plans away.
    pub fn shuts_out(self, wanted: Self) -> bool {
        match self {
            Self::Network | Self::Register => true,
            Self::Voice | Self::Reissue | Self::Cancel => wanted != Self::TopUp,
            Self::Plan => wanted == Self::Plan,
            Self::TopUp => false,
        }
    }
}

impl Change {
    /// The vendor's name of the function, as `async.func` tells it.
    pub fn func(&self) -> &'static str {
        match self {
            Self::Register => "regist",
            Self::ContractLine(_) => "contractline",
            Self::VoiceOptions(_) => "talkoption",
            Self::Plan(_) => "plan",
            Self::Reissue(_) => "esim",
            Self::Cancel => "cancel",
            Self::Fails(change) => change.func(),
        }
    }

    /// What kind of request it came from.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Register => Kind::Register,
            Self::ContractLine(_) => Kind::Network,
            Self::VoiceOptions(_) => Kind::Voice,
            Self::Plan(_) => Kind::Plan,
            Self::Reissue(_) => Kind::Reissue,
            Self::Cancel => Kind::Cancel,
            Self::Fails(change) => change.kind(),
        }
    }
}

/// A change that was accepted and takes effect later; it cannot be called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What it does.
    pub change: Change,
    /// When it was accepted.
    pub since: Timestamp,
    /// When it takes effect, in world time.
    pub due: Timestamp,
}
