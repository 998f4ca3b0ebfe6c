//! What happened to a customer, in one column: what three systems wrote down, newest first, and where they are silent.
//!
//! The same event is often written down twice, by two systems or by one in two places. Both stay, because the two may differ
//! and each says who knows; a line of WHMCS's log that only repeats what stands beside it is marked as an echo. Where a part
//! was not read, or not far enough back, a gap says so: an empty stretch must never look like a quiet one.

mod collect;

use jiff::Timestamp;
use jiff::civil::Date;

use super::billing::{Activity, Invoice, Listing, Subscription, Ticket, WhmcsOrder};
use super::customer::{Account, EligibilityState, VerificationState};
use super::history::{Change, FollowUp, Message, MessageKind, Side};
use super::ledger::{CreditEntry, Email, EmailState, Transaction};
use super::line::{Line, Operation};
use super::money::Yen;
use super::order::{Case, Order};
use super::phone::Msisdn;
use super::service::{CancelEffect, CancelRequest};
use super::status::Place;
use super::system::System;
use super::text::Text;
use super::time;

/// When something happened, as exactly as its system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The moment.
    At(Timestamp),
    /// Only the day (JST).
    Day(Date),
}

impl When {
    /// The day in Japan.
    pub fn day(self) -> Date {
        match self {
            Self::At(at) => time::today(at),
            Self::Day(day) => day,
        }
    }

    /// For sorting: what has only a day stands at its beginning, before all that has a time.
    fn key(self) -> (Date, Option<Timestamp>) {
        match self {
            Self::At(at) => (time::today(at), Some(at)),
            Self::Day(day) => (day, None),
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub when: When,
    /// Who says so.
    pub source: System,
    /// What happened.
    pub what: What,
    /// Where to read more.
    pub place: Option<Place>,
    /// A line of the log that repeats what another event of the same system says of the same record at the same time.
    pub echo: bool,
}

/// What happened, with what its wording needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A line of WHMCS's activity log, as written.
    Logged {
        /// What happened.
        what: Text,
        /// Who did it.
        who: Text,
    },
    /// An invoice was issued.
    InvoiceIssued {
        /// Number as spoken.
        number: Text,
        /// Total.
        total: Yen,
    },
    /// An invoice was paid in full.
    InvoicePaid {
        /// Number as spoken.
        number: Text,
        /// Total.
        total: Yen,
    },
    /// A capture was tried, and the invoice is still not paid.
    CaptureTried {
        /// Number as spoken.
        number: Text,
    },
    /// Money came or went.
    Money {
        /// Received, in yen.
        received: Option<Yen>,
        /// Paid out, in yen.
        paid_out: Option<Yen>,
        /// Gateway as written.
        gateway: Text,
    },
    /// The credit balance changed.
    Credit {
        /// In yen; negative when used.
        amount: Option<Yen>,
        /// What it says.
        description: Text,
    },
    /// A mail to the customer.
    Mail {
        /// Subject.
        subject: Text,
        /// How it went.
        state: EmailState,
    },
    /// A WHMCS order was placed.
    WhmcsOrderPlaced {
        /// The number the customer sees.
        number: Text,
        /// What was ordered.
        what: Text,
    },
    /// A service was registered.
    ServiceRegistered {
        /// Product name.
        name: Text,
    },
    /// The end of a service was asked for.
    CancelAsked {
        /// Reason.
        reason: Text,
        /// When it takes effect.
        effect: CancelEffect,
    },
    /// A ticket was opened.
    TicketOpened {
        /// Number.
        number: Text,
        /// Subject.
        subject: Text,
    },
    /// Somebody last replied in a ticket whose messages were not read.
    TicketReplied {
        /// Number.
        number: Text,
        /// Subject.
        subject: Text,
    },
    /// Something was said in a case or ticket.
    Said {
        /// Number of the case or ticket.
        number: Text,
        /// Who.
        who: Text,
        /// Which side.
        side: Side,
        /// How.
        kind: MessageKind,
        /// The customer can read it.
        public: bool,
        /// Its beginning, one line.
        beginning: Text,
    },
    /// A case was opened.
    CaseOpened {
        /// Number.
        number: Text,
        /// Subject.
        subject: Text,
    },
    /// A Salesforce order was placed.
    OrderPlaced {
        /// Number.
        number: Text,
        /// Total.
        total: Option<Yen>,
    },
    /// A field of a Salesforce record changed.
    Changed(Change),
    /// A promise was written down.
    Promised {
        /// What.
        subject: Text,
        /// Whose.
        owner: Text,
    },
    /// The Salesforce account was made.
    AccountMade,
    /// Internet eligibility was asked for.
    EligibilityAsked,
    /// Internet eligibility was answered.
    EligibilityAnswered(EligibilityState),
    /// The residence card was sent in.
    IdentitySent,
    /// The residence card was reviewed.
    IdentityReviewed(VerificationState),
    /// A line went into service.
    LineStarted(Msisdn),
    /// A change began that locks a line.
    LineLocked {
        /// The line.
        msisdn: Msisdn,
        /// What is done.
        what: Operation,
        /// When it should be over.
        until: Option<Timestamp>,
    },
    /// Data was added.
    ToppedUp {
        /// The line.
        msisdn: Msisdn,
        /// How much, in MB.
        mb: Option<i64>,
        /// The code it was sent with.
        code: Text,
    },
}

/// A part that events come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Salesforce account: eligibility, residence card.
    Account,
    /// WHMCS's activity log.
    Activity,
    /// Invoices.
    Invoices,
    /// Payments and refunds.
    Transactions,
    /// Credit entries.
    Credits,
    /// Mails.
    Emails,
    /// WHMCS's orders.
    WhmcsOrders,
    /// Services.
    Services,
    /// Cancellation requests.
    CancelRequests,
    /// Tickets.
    Tickets,
    /// Cases.
    Cases,
    /// What was said in one case or ticket, by its number.
    Messages(Text),
    /// Salesforce's orders.
    Orders,
    /// Changes of Salesforce's records.
    Changes,
    /// Promises.
    FollowUps,
    /// A line.
    Line(Msisdn),
    /// A line's top-ups.
    TopUps(Msisdn),
    /// What was done to the lines.
    LineOperations,
}

/// Something that the timeline does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Whose.
    pub source: System,
    /// Which part.
    pub part: Part,
    /// Why.
    pub why: GapWhy,
}

/// Why something is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapWhy {
    /// It was not read, or could not be.
    NotRead,
    /// Only the newest were read.
    Older {
        /// The oldest that was; `None` when those carry no date.
        than: Option<When>,
        /// How many were not.
        missing: u64,
    },
    /// The system keeps no record of it.
    NotKept,
}

/// What was read of the customer. `None` was not read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// Salesforce account.
    pub account: Option<&'a Account>,
    /// WHMCS's activity log.
    pub activity: Option<&'a Listing<Activity>>,
    /// Invoices.
    pub invoices: Option<&'a Listing<Invoice>>,
    /// Payments and refunds.
    pub transactions: Option<&'a Listing<Transaction>>,
    /// Credit entries.
    pub credits: Option<&'a Listing<CreditEntry>>,
    /// Mails.
    pub emails: Option<&'a Listing<Email>>,
    /// WHMCS's orders.
    pub whmcs_orders: Option<&'a Listing<WhmcsOrder>>,
    /// Services.
    pub services: Option<&'a Listing<Subscription>>,
    /// Cancellation requests.
    pub cancel_requests: Option<&'a Listing<CancelRequest>>,
    /// Tickets.
    pub tickets: Option<&'a Listing<Ticket>>,
    /// What was said in tickets, by ticket id, as far as it was read.
    pub ticket_messages: &'a [(u64, &'a Listing<Message>)],
    /// Cases.
    pub cases: Option<&'a Listing<Case>>,
    /// What was said in cases, by case number, as far as it was read.
    pub case_messages: &'a [(&'a str, &'a Listing<Message>)],
    /// Salesforce's orders.
    pub orders: Option<&'a Listing<Order>>,
    /// Changes of Salesforce's records.
    pub changes: Option<&'a Listing<Change>>,
    /// Promises.
    pub follow_ups: Option<&'a Listing<FollowUp>>,
    /// Every line that any system names for this customer; `None` was not read from Freebit.
    pub lines: &'a [(Msisdn, Option<&'a Line>)],
}

/// All that happened, and what is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// Newest first. What is dated in the future stands on top; what has no date at all is not here.
    pub events: Vec<Event>,
    /// What is missing, in the order of the systems.
    pub gaps: Vec<Gap>,
}

/// Puts all parts into one column.
pub fn timeline(parts: &Parts<'_>) -> Timeline {
    let mut timeline = Timeline::default();
    collect::collect(parts, &mut timeline);
    // Stable: of one moment, the systems stay in their order.
    timeline.events.sort_by_key(|event| std::cmp::Reverse(event.when.key()));
    mark_echoes(&mut timeline.events);
    timeline.gaps.sort_by_key(|gap| gap.source);
    timeline
}

/// Seconds within which two entries of one system about one record are of one event.
const SAME_TIME: i64 = 120;

fn mark_echoes(events: &mut [Event]) {
    for at in 0..events.len() {
        let event = &events[at];
        let (What::Logged { .. }, Some(place), When::At(moment)) = (&event.what, &event.place, event.when) else {
            continue;
        };
        let near = |other: &&Event| match other.when {
            When::At(other) => (other.as_second() - moment.as_second()).abs() <= SAME_TIME,
            When::Day(_) => false,
        };
        let says_it = |other: &Event| {
            !matches!(other.what, What::Logged { .. })
                && other.source == event.source
                && other.place.as_ref() == Some(place)
        };
        let later = events[..at].iter().rev().take_while(near);
        let earlier = events[at + 1..].iter().take_while(near);
        let echo = later.chain(earlier).any(says_it);
        events[at].echo = echo;
    }
}

#[cfg(test)]
mod tests;
