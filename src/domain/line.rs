//! The mobile line as Freebit tells it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::phone::Msisdn;
use super::text::Text;

/// One line, read on its own: Freebit forbids reading many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The number.
    pub msisdn: Msisdn,
    /// Where the line stands.
    pub state: LineState,
    /// Plan code.
    pub plan: Text,
    /// `4G` or `5G` as written.
    pub network: Text,
    /// First day in service.
    pub started: Option<Date>,
    /// Card product number. Personal data.
    pub product_number: Text,
    /// ICCID. Personal data.
    pub iccid: Text,
    /// EID. Personal data.
    pub eid: Text,
    /// Card size, or `esim`.
    pub size: Text,
    /// Voice calls; `None` is not told.
    pub voice: Option<bool>,
    /// SMS.
    pub sms: Option<bool>,
    /// Voice mail.
    pub voice_mail: Option<bool>,
    /// Call waiting.
    pub call_waiting: Option<bool>,
    /// Roaming calls (WORLD WING).
    pub roaming: Option<bool>,
    /// Data left, in MB (1 MB = 1,000 KB). `None` is not told, never zero.
    pub quota_left_mb: Option<i64>,
    /// A change that is running and locks the line.
    pub lock: Option<Lock>,
    /// A change that was accepted for a later day and locks nothing until then.
    pub planned: Option<Planned>,
    /// Data used; `None` when it could not be read.
    pub usage: Option<Usage>,
    /// Top-ups, newest first; `None` when they could not be read.
    pub top_ups: Option<Vec<TopUp>>,
}

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LineState {
    /// In service.
    Active,
    /// Stopped.
    Suspended,
    /// Registered, not yet in service.
    Waiting,
    /// Temporary registration.
    Temporary,
    /// Ended.
    Ended,
    /// A word the desk does not know.
    Other(Text),
}

/// An asynchronous change that locks the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// What is running.
    pub what: Operation,
    /// When it began.
    pub since: Option<Timestamp>,
    /// When it should be over, by the usual duration of such a change.
    pub until: Option<Timestamp>,
}

impl Lock {
    /// Whether data can be added all the same.
    pub const fn leaves_data(&self) -> bool {
        matches!(self.what, Operation::VoiceOptions | Operation::Reissue)
    }
}

/// A change that takes effect on a day to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// What will happen.
    pub what: Operation,
    /// On which day (JST); `None` when Freebit did not say.
    pub on: Option<Date>,
}

/// What is done to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// The line is registered with the carrier.
    Registration,
    /// 4G to 5G or back.
    Network,
    /// Voice mail, call waiting and the like.
    VoiceOptions,
    /// Another plan.
    Plan,
    /// The end of the line.
    Cancellation,
    /// Another eSIM profile in the place of the one before.
    Reissue,
    /// A name the desk does not know, as Freebit writes it.
    Other(Text),
}

impl Operation {
    /// How long such a change locks the line, in minutes, by what the carrier says of it: a registration up to ten, a change
    /// of network or voice options about thirty. `None` where nothing is said.
    pub const fn usual_minutes(&self) -> Option<i64> {
        match self {
            Self::Registration => Some(10),
            Self::Network | Self::VoiceOptions => Some(30),
            Self::Plan | Self::Cancellation | Self::Reissue | Self::Other(_) => None,
        }
    }
}

/// Data used on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Today, in KB.
    pub today_kb: Option<i64>,
    /// The days before the day of reading, newest first, in KB. `None` is a day that was told, but not readable.
    pub days_kb: Vec<Option<i64>>,
    /// Slowed down.
    pub throttled: Option<bool>,
}

/// One addition of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUp {
    /// How much, in MB.
    pub mb: Option<i64>,
    /// When.
    pub at: Option<Timestamp>,
    /// Last day it can be used.
    pub expires: Option<Date>,
    /// The code it was sent with.
    pub code: Text,
}

/// Voice options that are to be set. What is `None` stays as it is. Only those are here that a line tells of, so that what was
/// set can be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VoiceOptions {
    /// Voice mail.
    pub voice_mail: Option<bool>,
    /// Call waiting.
    pub call_waiting: Option<bool>,
    /// Roaming calls (WORLD WING).
    pub roaming: Option<bool>,
}

impl VoiceOptions {
    /// As the line has them; `None` is not told.
    pub const fn of(line: &Line) -> Self {
        Self { voice_mail: line.voice_mail, call_waiting: line.call_waiting, roaming: line.roaming }
    }

    /// Each with its key in the language table.
    pub const fn all(self) -> [(&'static str, Option<bool>); 3] {
        [
            ("field-voice-mail", self.voice_mail),
            ("field-call-waiting", self.call_waiting),
            ("field-roaming", self.roaming),
        ]
    }

    /// Those of these that are not so already.
    #[must_use]
    pub fn beyond(self, now: Self) -> Self {
        let other = |to: Option<bool>, from: Option<bool>| to.filter(|_| to != from);
        Self {
            voice_mail: other(self.voice_mail, now.voice_mail),
            call_waiting: other(self.call_waiting, now.call_waiting),
            roaming: other(self.roaming, now.roaming),
        }
    }

    /// What these options were before, for taking them back.
    #[must_use]
    pub fn before(self, now: Self) -> Self {
        let old = |to: Option<bool>, from: Option<bool>| to.and(from);
        Self {
            voice_mail: old(self.voice_mail, now.voice_mail),
            call_waiting: old(self.call_waiting, now.call_waiting),
            roaming: old(self.roaming, now.roaming),
        }
    }

    /// Whether nothing is set.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The network of a line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// LTE.
    #[serde(rename = "4G")]
    Lte,
    /// 5G.
    #[serde(rename = "5G")]
    FiveG,
}

impl Network {
    /// As Freebit and people write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lte => "4G",
            Self::FiveG => "5G",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Lte => Self::FiveG,
            Self::FiveG => Self::Lte,
        }
    }
}

impl Line {
    /// Whether it is an eSIM.
    pub fn is_esim(&self) -> bool {
        super::profile::is_esim(&self.size)
    }

    /// Whether it certainly has no calls.
    pub fn is_data_only(&self) -> bool {
        self.voice == Some(false)
    }
}
