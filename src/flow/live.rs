//! What happens elsewhere: backend → app, as it happens; and what a person does about it: app → backend.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::customer::ClientId;
use crate::domain::notification::{Incident, Kept, Mute, NotificationKey};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;

use super::said::Message;

/// Something that happened elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    /// Notifications that are new to this desk or stand otherwise than before. At the start, all that are not dealt with.
    Notifications(Vec<Kept>),
    /// The rules that are in force.
    Mutes(Vec<Mute>),
    /// Records changed: what was read of them is old.
    Changed(Changed),
    /// How the desk hears of changes.
    Stream(Stream),
    /// A system's changes are held back, or not any more.
    Held(Held),
    /// Something is out for many customers, or not any more.
    Incident(Option<Incident>),
}

/// Records of one system that changed. Desks of one machine tell each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Where.
    pub system: System,
    /// Of which kind.
    pub record: RecordKind,
    /// Their ids as the system writes them. Empty for all of the kind: too much changed to be told apart.
    pub ids: Vec<Text>,
    /// The Salesforce account they belong to, where it is known.
    pub account: Option<SalesforceId>,
    /// The WHMCS client they belong to, where it is known.
    pub client: Option<ClientId>,
    /// The names of the fields that changed, where they are known.
    pub fields: Vec<Text>,
    /// This site wrote it: nothing to announce.
    pub ours: bool,
    /// When, by the system's clock.
    pub at: Timestamp,
}

/// What kind of record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RecordKind {
    /// Salesforce accounts.
    Account,
    /// Salesforce cases.
    Case,
    /// Salesforce orders.
    Order,
    /// Their items.
    OrderItem,
    /// Opportunities.
    Opportunity,
    /// WHMCS invoices.
    Invoice,
}

/// How the desk hears of changes in Salesforce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Whether it does.
    pub state: StreamState,
    /// Events delivered to the whole organisation today and the day's allowance, where they are known.
    pub delivered: Option<(u64, u64)>,
    /// Since when it stands so.
    pub since: Timestamp,
}

/// Whether the desk hears of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamState {
    /// It does not listen, as the configuration wants it.
    Off,
    /// About to.
    Connecting,
    /// It listens itself, for this many other desks of this machine too.
    Listening {
        /// Other desks served.
        desks: usize,
    },
    /// Another desk of this machine listens for it.
    Shared,
    /// It does not hear anything; why, and when it tries again.
    Lost {
        /// Why.
        why: Message,
        /// When it tries again; `None` where trying is of no use.
        again: Option<Timestamp>,
    },
}

/// A system whose changes are held back, or let go again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub system: System,
    /// Since when it is held; `None` when it is not.
    pub since: Option<Timestamp>,
    /// Who holds it. Empty when nobody does.
    pub by: Text,
    /// How many changes wait to be let go.
    pub queued: usize,
}

/// What a person does about what happens elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tend {
    /// It is dealt with. It comes back only when its subject changes.
    Done(NotificationKey),
    /// It is not dealt with after all.
    Again(NotificationKey),
    /// Not before then.
    Snooze(NotificationKey, Timestamp),
    /// Not announced any more.
    Mute(Mute),
    /// Announced again.
    Unmute(Mute),
    /// Changes of a system wait, or are let go, so many a minute.
    Hold(System, bool),
    /// Something is out for many customers: every desk of this machine says so. Or not any more.
    Incident(Option<Incident>),
}
