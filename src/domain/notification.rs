//! What happened elsewhere that somebody at the desk should know.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::customer::CustomerKey;
use super::drift::Drift;
use super::status::{Place, Tone};
use super::system::System;
use super::text::Text;

/// Who noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A system: its stream, or a look at it.
    System(System),
    /// This desk's own journal and clock.
    Desk,
}

/// What happened. A closed list: what a system says beyond it is no notification, but still moves the open screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// A customer asked whether internet can be had.
    EligibilityAsked,
    /// It can.
    Eligible,
    /// It cannot.
    Ineligible,
    /// A residence card was sent in.
    IdSubmitted,
    /// It was found good.
    IdVerified,
    /// It was not.
    IdRejected,
    /// An order was approved.
    OrderApproved,
    /// What was ordered works.
    OrderActivated,
    /// It could not be activated.
    OrderFailed,
    /// It is being activated for too long.
    OrderSlow,
    /// A customer's internet is to end.
    CancellationInternet,
    /// A customer's SIM is to end.
    CancellationSim,
    /// The customer answered in a case.
    CaseReply,
    /// An answer is due soon, or overdue.
    CaseDue,
    /// An invoice was not paid in time.
    InvoiceOverdue,
    /// A card was refused.
    CaptureFailed,
    /// A card ends soon.
    CardExpiring,
    /// A line takes changes again.
    LockReleased,
    /// A line should take changes again, and does not.
    LockOverdue,
    /// A customer paid and has not got what they paid for.
    PaidNotDelivered,
    /// Two systems say different things.
    Drift,
    /// A system does not answer.
    SystemDown,
    /// It answers again.
    SystemBack,
    /// Events may have been missed; what they would have told was read instead.
    EventsRead,
}

impl NotificationKind {
    /// Every kind, by what it is about.
    pub const ALL: [Self; 24] = [
        Self::PaidNotDelivered,
        Self::Drift,
        Self::SystemDown,
        Self::SystemBack,
        Self::EventsRead,
        Self::OrderFailed,
        Self::OrderSlow,
        Self::OrderApproved,
        Self::OrderActivated,
        Self::IdSubmitted,
        Self::IdVerified,
        Self::IdRejected,
        Self::EligibilityAsked,
        Self::Eligible,
        Self::Ineligible,
        Self::CaseReply,
        Self::CaseDue,
        Self::CancellationInternet,
        Self::CancellationSim,
        Self::InvoiceOverdue,
        Self::CaptureFailed,
        Self::CardExpiring,
        Self::LockReleased,
        Self::LockOverdue,
    ];

    /// Its name: in the configuration, and in the language table under `notification-…`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EligibilityAsked => "eligibility-asked",
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::IdSubmitted => "id-submitted",
            Self::IdVerified => "id-verified",
            Self::IdRejected => "id-rejected",
            Self::OrderApproved => "order-approved",
            Self::OrderActivated => "order-activated",
            Self::OrderFailed => "order-failed",
            Self::OrderSlow => "order-slow",
            Self::CancellationInternet => "cancellation-internet",
            Self::CancellationSim => "cancellation-sim",
            Self::CaseReply => "case-reply",
            Self::CaseDue => "case-due",
            Self::InvoiceOverdue => "invoice-overdue",
            Self::CaptureFailed => "capture-failed",
            Self::CardExpiring => "card-expiring",
            Self::LockReleased => "lock-released",
            Self::LockOverdue => "lock-overdue",
            Self::PaidNotDelivered => "paid-not-delivered",
            Self::Drift => "drift",
            Self::SystemDown => "system-down",
            Self::SystemBack => "system-back",
            Self::EventsRead => "events-read",
        }
    }

    /// How much it matters.
    pub const fn tone(self) -> Tone {
        match self {
            Self::PaidNotDelivered | Self::Drift | Self::SystemDown => Tone::Critical,
            Self::OrderFailed
            | Self::OrderSlow
            | Self::CaseDue
            | Self::CancellationInternet
            | Self::CancellationSim
            | Self::InvoiceOverdue
            | Self::CaptureFailed
            | Self::LockOverdue
            | Self::IdRejected
            | Self::EventsRead => Tone::Warning,
            Self::EligibilityAsked
            | Self::Eligible
            | Self::Ineligible
            | Self::IdSubmitted
            | Self::IdVerified
            | Self::OrderApproved
            | Self::OrderActivated
            | Self::CaseReply
            | Self::CardExpiring
            | Self::LockReleased
            | Self::SystemBack => Tone::Info,
        }
    }

    /// Whether it stands until what it tells of is closed: nobody puts it aside, mutes it, or is spared it during a call.
    pub const fn stays(self) -> bool {
        matches!(self.tone(), Tone::Critical)
    }
}

/// What makes two notifications the same one: who noticed, about what, and the state it came to. A subject that changes
/// again comes with another state, and so comes back after it was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotificationKey {
    /// Who noticed.
    pub source: Source,
    /// About what: a record id, an invoice's number, an operation's id.
    pub subject: Text,
    /// What it came to, e.g. `order-failed 210`. For what can come to the same state twice, with when.
    pub state: Text,
}

/// The customer it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    /// How to open them.
    pub key: CustomerKey,
    /// Customer number, or WHMCS's client number as people write it.
    pub number: Text,
    /// Name as that system writes it. Personal data.
    pub name: Text,
}

/// Whose matter it is at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The person's at this desk.
    Mine,
    /// A queue's that the person at this desk works on.
    MyQueue(Text),
    /// A colleague's or another queue's.
    Other(Text),
    /// Nobody's yet.
    #[default]
    Nobody,
}

/// Something that happened elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What tells it from others.
    pub key: NotificationKey,
    /// What happened.
    pub kind: NotificationKind,
    /// To whom; `None` where it is about no customer, or nobody knows whose it is.
    pub who: Option<Whose>,
    /// What it is about as people say it: an order's, a case's, an invoice's number, a line. Empty for a system.
    pub about: Text,
    /// What more there is: an error's code and words, an amount, a day. Empty where there is nothing.
    pub detail: Text,
    /// What the systems disagree on, where it is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// The place in the open customer that clears it.
    pub opens: Option<Place>,
    /// Whose matter it is.
    pub owner: Owner,
    /// When it happened, by the system's own clock.
    pub at: Timestamp,
}

/// What became of a notification at this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody dealt with it yet.
    New,
    /// Put off until then.
    Snoozed(Timestamp),
    /// Dealt with, then.
    Done(Timestamp),
}

/// A notification as the site keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What it tells.
    pub notification: Notification,
    /// What became of it.
    pub standing: Standing,
    /// When it reached this site.
    pub reached: Timestamp,
}

/// What is not to be announced. Both given, both must fit; one of them at least is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Of this kind.
    pub kind: Option<NotificationKind>,
    /// Of this customer, by number.
    pub customer: Option<Text>,
}

impl Mute {
    /// Whether it is about a notification. One that [`stays`](NotificationKind::stays) is never muted.
    pub fn covers(&self, notification: &Notification) -> bool {
        let kind = self.kind.is_none_or(|kind| kind == notification.kind);
        let number = notification.who.as_ref().map(|who| &who.number);
        let customer = self.customer.as_ref().is_none_or(|customer| number == Some(customer));
        let says_something = self.kind.is_some() || self.customer.is_some();
        says_something && kind && customer && !notification.kind.stays()
    }
}

/// What callers are told while something is out for many of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What is out, in a line.
    pub what: Text,
    /// What to tell callers.
    pub tell: Text,
    /// Since when.
    pub since: Timestamp,
    /// Who said so.
    pub by: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(kind: NotificationKind, number: &str) -> Notification {
        let key = NotificationKey {
            source: Source::System(System::Salesforce),
            subject: Text::line("801"),
            state: Text::line(kind.name()),
        };
        let who = Whose { key: CustomerKey::default(), number: Text::line(number), name: Text::line("Mina Sato") };
        Notification {
            key,
            kind,
            who: Some(who),
            about: Text::default(),
            detail: Text::default(),
            drift: None,
            opens: None,
            owner: Owner::Nobody,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_kind_is_listed_once_and_reads_back_by_its_name() {
        for kind in NotificationKind::ALL {
            assert_eq!(NotificationKind::ALL.iter().filter(|it| **it == kind).count(), 1, "{kind:?}");
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        }
    }

    #[test]
    fn a_rule_covers_what_fits_all_it_says_and_never_what_stays() {
        let failed = notification(NotificationKind::OrderFailed, "C-000021");
        let rule = |kind, customer: Option<&str>| Mute { kind, customer: customer.map(Text::line) };
        assert!(rule(Some(NotificationKind::OrderFailed), None).covers(&failed));
        assert!(rule(None, Some("C-000021")).covers(&failed));
        assert!(!rule(Some(NotificationKind::OrderFailed), Some("C-000022")).covers(&failed));
        assert!(!rule(None, None).covers(&failed));
        let paid = notification(NotificationKind::PaidNotDelivered, "C-000021");
        assert!(!rule(None, Some("C-000021")).covers(&paid));
    }
}
