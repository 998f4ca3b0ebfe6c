//! Freebit's lines: what is known of each, what is still happening to it, what was topped up.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp, civil};
use serde::{Deserialize, Serialize};

/// State of a line as Freebit words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineState {
    /// In service.
    Active,
    /// Stopped for a while.
    Suspended,
    /// Registered under a temporary number.
    Temporary,
    /// Waiting for the carrier.
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

/// What a change in progress will make of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Registration, up to ten minutes.
    Register,
    /// Another network generation, about thirty minutes.
    ContractLine(String),
    /// Voice mail and call waiting.
    VoiceOptions {
        /// Voice mail afterwards.
        voice_mail: bool,
        /// Call waiting afterwards.
        call_waiting: bool,
    },
    /// Another plan from a day on; does not lock the line.
    Plan(String),
    /// The end of the line; does not lock it before.
    Cancel,
}

impl Change {
    /// The vendor's name of the function, as `async.func` tells it.
    pub fn func(&self) -> &'static str {
        match self {
            Self::Register => "regist",
            Self::ContractLine(_) => "contractline",
            Self::VoiceOptions { .. } => "talkoption",
            Self::Plan(_) => "plan",
            Self::Cancel => "cancel",
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Top-ups, newest first.
    pub top_ups: Vec<TopUp>,
    /// Change in progress, if any.
    pub pending: Option<Pending>,
}

impl Line {
    /// The line as it is at `now`: a change whose time has come has happened.
    pub fn at(&self, now: Timestamp) -> Self {
        let mut line = self.clone();
        let Some(pending) = line.pending.take_if(|pending| pending.due <= now) else { return line };
        match pending.change {
            Change::Register => {
                line.state = LineState::Active;
                line.start = Some(crate::sandbox::clock::jst(pending.due).date());
            }
            Change::ContractLine(generation) => line.contract_line = generation,
            Change::VoiceOptions { voice_mail, call_waiting } => {
                line.voice_mail = voice_mail;
                line.call_waiting = call_waiting;
            }
            Change::Plan(code) => line.plan_code = code,
            Change::Cancel => line.state = LineState::Obsolete,
        }
        line
    }
}

/// How strict the emulation is about things the vendor forbids in prose; its real numbers are not public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Minutes of world time an authentication key lives.
    pub key_minutes: i64,
    /// Different accounts that may be read within a minute; more counts as the bulk retrieval the vendor forbids.
    pub accounts_per_minute: Option<usize>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { key_minutes: 60, accounts_per_minute: Some(30) }
    }
}

/// Freebit's tables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Db {
    /// Strictness.
    #[serde(default)]
    pub rules: Rules,
    lines: BTreeMap<String, Line>,
    /// Keys die with the process, as sessions do.
    #[serde(skip)]
    keys: BTreeMap<String, Timestamp>,
    #[serde(skip)]
    issued: u64,
    #[serde(skip)]
    asked: VecDeque<(Timestamp, String)>,
}

impl Db {
    /// Adds a line, or replaces the one with that number.
    pub fn insert(&mut self, line: Line) {
        self.lines.insert(line.account.clone(), line);
    }

    /// The line with that number, changes that are due included.
    pub fn line(&self, account: &str, now: Timestamp) -> Option<Line> {
        self.lines.get(account).map(|line| line.at(now))
    }

    /// The line with that number, to be changed.
    pub fn line_mut(&mut self, account: &str) -> Option<&mut Line> {
        self.lines.get_mut(account)
    }

    /// All lines, by number.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A new authentication key.
    pub(super) fn issue_key(&mut self, now: Timestamp) -> String {
        self.keys.retain(|_, until| *until > now);
        self.issued += 1;
        let key = format!("SBX{:016x}", fastrand::Rng::with_seed(self.issued ^ now.as_second() as u64).u64(..));
        let until = now.saturating_add(SignedDuration::from_mins(self.rules.key_minutes)).unwrap_or(Timestamp::MAX);
        self.keys.insert(key.clone(), until);
        key
    }

    pub(super) fn knows_key(&self, key: &str, now: Timestamp) -> bool {
        self.keys.get(key).is_some_and(|until| *until > now)
    }

    /// How many keys were issued and not forgotten.
    #[cfg(test)]
    pub(crate) fn keys_alive(&self) -> usize {
        self.keys.len()
    }

    /// Ends every session.
    pub fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Notes that `account` is being read; false when that makes it bulk retrieval.
    pub(super) fn may_ask(&mut self, account: &str, now: Timestamp) -> bool {
        let Some(limit) = self.rules.accounts_per_minute else { return true };
        let minute_ago = now.saturating_sub(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MIN);
        self.asked.retain(|(at, asked)| *at > minute_ago && asked != account);
        if self.asked.len() >= limit {
            return false;
        }
        self.asked.push_back((now, account.to_owned()));
        true
    }
}
