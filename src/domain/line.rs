//! The mobile line as Freebit tells it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::phone::Msisdn;
use super::text::Text;

/// One line, read on its own: Freebit forbids reading many.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// What is running.
    pub what: Operation,
    /// When it began.
    pub since: Option<Timestamp>,
    /// When it should be over, by the usual duration of such a change.
    pub until: Option<Timestamp>,
}

/// A change that takes effect on a day to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What will happen.
    pub what: Operation,
    /// On which day (JST); `None` when Freebit did not say.
    pub on: Option<Date>,
}

/// What is done to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
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
            Self::Plan | Self::Cancellation | Self::Other(_) => None,
        }
    }
}

/// Data used on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Today, in KB.
    pub today_kb: Option<i64>,
    /// The days before the day of reading, newest first, in KB. `None` is a day that was told, but not readable.
    pub days_kb: Vec<Option<i64>>,
    /// Slowed down.
    pub throttled: Option<bool>,
}

/// One addition of data.
#[derive(Debug, Clone, PartialEq, Eq)]
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
