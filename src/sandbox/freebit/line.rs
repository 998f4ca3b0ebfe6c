//! One mobile line as Freebit knows it.

use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};

use super::change::{Change, Kind, Pending};
use crate::sandbox::clock;

/// State of a line as Freebit words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineState {
    /// In service.
    Active,
    /// Stopped for a while.
    Suspended,
    /// Registered under a temporary number.
    Temporary,
    /// Waiting for the carrier.
    #[default]
    Waiting,
    /// Ended.
    Obsolete,
}

impl LineState {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Temporary => "temporary",
            Self::Waiting => "waiting",
            Self::Obsolete => "obsolete",
        }
    }
}

/// Quota that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUp {
    /// Amount in KB.
    pub quota_kb: u64,
    /// When, in Japan.
    pub at: civil::DateTime,
    /// Last day it can be used, in Japan.
    pub expires: civil::Date,
    /// The caller's own mark, which comes back here.
    pub code: Option<String>,
}

/// One mobile line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// Phone number, digits only.
    pub account: String,
    /// State.
    pub state: LineState,
    /// First day of service.
    pub start: Option<civil::Date>,
    /// Reseller's plan code.
    pub plan_code: String,
    /// Number printed on the card.
    pub product_number: String,
    /// Card id; unknown for a line that was never opened.
    pub iccid: Option<String>,
    /// Subscriber id on the network.
    pub imsi: Option<String>,
    /// Chip id; only for an eSIM.
    pub eid: Option<String>,
    /// `4G` or `5G`.
    pub contract_line: String,
    /// `standard`, `micro`, `nano` or `esim`.
    pub size: String,
    /// Short messages.
    pub sms: bool,
    /// Voice calls.
    pub talk: bool,
    /// Voice mail.
    pub voice_mail: bool,
    /// Call waiting.
    pub call_waiting: bool,
    /// Call forwarding; no answer tells of it.
    #[serde(default)]
    pub call_transfer: bool,
    /// Roaming.
    pub world_wing: bool,
    /// What is left this month, in KB.
    pub quota_kb: u64,
    /// Used today, in KB.
    pub today_kb: u64,
    /// Used on the days before, in KB, newest first.
    pub recent_kb: Vec<u64>,
    /// Slowed down.
    pub throttled: bool,
    /// Fixed address, when the contract has one.
    pub ipv4: Option<String>,
    /// Code of the group the SIM shares its quota with.
    #[serde(default)]
    pub share_group: Option<String>,
    /// Top-ups, newest first.
    pub top_ups: Vec<TopUp>,
    /// Change in progress, if any.
    pub pending: Option<Pending>,
    /// Changes for days to come.
    #[serde(default)]
    pub planned: Vec<Pending>,
}

impl Line {
    /// The line as it is at `now`: a change whose time has come has happened.
    pub fn at(&self, now: Timestamp) -> Self {
        let mut line = self.clone();
        line.settle(now);
        line
    }

    /// Lets happen what is due, in its order. Nothing happens to a line that has ended.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let due = |pending: &Pending| pending.due <= now;
        let mut happened: Vec<Pending> = self.pending.take_if(|pending| due(pending)).into_iter().collect();
        happened.extend(self.planned.extract_if(.., |pending| due(pending)));
        happened.sort_by_key(|pending| pending.due);
        for pending in happened {
            if self.state != LineState::Obsolete {
                self.happen(pending);
            }
        }
        if self.state == LineState::Obsolete {
            self.pending = None;
            self.planned.clear();
        }
    }

    fn happen(&mut self, pending: Pending) {
        match pending.change {
            Change::Register => {
                self.state = LineState::Active;
                self.start = Some(clock::jst(pending.due).date());
            }
            Change::ContractLine(generation) => self.contract_line = generation,
            Change::VoiceOptions(voice) => {
                for (option, now) in [
                    (&mut self.voice_mail, voice.voice_mail),
                    (&mut self.call_waiting, voice.call_waiting),
                    (&mut self.call_transfer, voice.call_transfer),
                    (&mut self.world_wing, voice.world_wing),
                ] {
                    *option = now.unwrap_or(*option);
                }
            }
            Change::Plan(code) => self.plan_code = code,
            Change::Reissue(profile) => {
                self.product_number = profile.product_number;
                self.iccid = Some(profile.iccid);
                self.imsi = Some(profile.imsi);
                self.eid = Some(profile.eid);
                "esim".clone_into(&mut self.size);
            }
            Change::Cancel => {
                self.state = LineState::Obsolete;
                self.quota_kb = 0;
            }
            Change::Fails(_) => {}
        }
    }

    /// Whether something that is not over keeps out a request of this kind.
    pub(super) fn shuts_out(&self, wanted: Kind) -> bool {
        self.pending.iter().chain(&self.planned).any(|pending| pending.change.kind().shuts_out(wanted))
    }

    /// What `async` tells: a change that runs, otherwise the next one that is planned, with its date. The end of a line
    /// on a day is told as the last second of that day.
    pub(super) fn told(&self) -> Option<(&'static str, civil::DateTime)> {
        let next = || self.planned.iter().min_by_key(|pending| pending.due);
        let pending = self.pending.as_ref().or_else(next)?;
        let due = clock::jst(pending.due).datetime();
        let ends = pending.change == Change::Cancel && self.pending.is_none();
        let second = jiff::Span::new().seconds(i64::from(ends));
        Some((pending.change.func(), due.saturating_sub(second)))
    }
}
