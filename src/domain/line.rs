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
    /// What is running, as Freebit names it.
    pub what: Text,
    /// When it began.
    pub since: Option<Timestamp>,
    /// When it should be over, by the usual duration of such a change.
    pub until: Option<Timestamp>,
}

/// Data used on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Today, in KB.
    pub today_kb: Option<i64>,
    /// The days before, newest first, in KB.
    pub days_kb: Vec<i64>,
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
