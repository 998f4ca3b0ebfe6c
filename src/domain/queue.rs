//! The shift's queues: what waits for somebody, over all customers.

use jiff::Timestamp;

use super::customer::CustomerKey;
use super::money::Yen;
use super::status::{Count, Place};
use super::system::System;
use super::text::Text;

/// Something that waits, over all customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// Orders that wait for our review.
    OrdersInReview,
    /// Orders that are being activated for too long, or whose start never came.
    OrdersStuck,
    /// Orders whose activation failed.
    OrdersFailed,
    /// Residence cards that wait for a reviewer.
    IdWaiting,
    /// Internet eligibility checks that wait for an answer.
    EligibilityWaiting,
    /// My open cases.
    CasesMine,
    /// Open cases that belong to a queue, so to nobody yet.
    CasesUnassigned,
    /// Open cases past their answer time, or about to be.
    CasesBreaching,
    /// Every open case.
    CasesOpen,
    /// My promises that are due.
    FollowUpsDue,
    /// WHMCS tickets that wait for our answer.
    TicketsAwaiting,
    /// WHMCS invoices past due.
    InvoicesOverdue,
    /// WHMCS orders that are not accepted.
    WhmcsOrdersPending,
    /// Module commands that WHMCS could not carry out.
    ModuleFailures,
}

impl Queue {
    /// Whether its rows are Salesforce cases, which owe an answer.
    pub const fn is_cases(self) -> bool {
        matches!(self, Self::CasesMine | Self::CasesUnassigned | Self::CasesBreaching | Self::CasesOpen)
    }

    /// In the order of the board.
    pub const ALL: [Self; 14] = [
        Self::OrdersFailed,
        Self::OrdersStuck,
        Self::OrdersInReview,
        Self::IdWaiting,
        Self::EligibilityWaiting,
        Self::CasesBreaching,
        Self::CasesMine,
        Self::CasesUnassigned,
        Self::CasesOpen,
        Self::FollowUpsDue,
        Self::TicketsAwaiting,
        Self::InvoicesOverdue,
        Self::WhmcsOrdersPending,
        Self::ModuleFailures,
    ];

    /// The system that keeps it.
    pub const fn system(self) -> System {
        match self {
            Self::TicketsAwaiting | Self::InvoicesOverdue | Self::WhmcsOrdersPending | Self::ModuleFailures => {
                System::Whmcs
            }
            _ => System::Salesforce,
        }
    }

    /// The name in the language table, under `queue-…`, and in saved views.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrdersInReview => "orders-in-review",
            Self::OrdersStuck => "orders-stuck",
            Self::OrdersFailed => "orders-failed",
            Self::IdWaiting => "id-waiting",
            Self::EligibilityWaiting => "eligibility-waiting",
            Self::CasesMine => "cases-mine",
            Self::CasesUnassigned => "cases-unassigned",
            Self::CasesBreaching => "cases-breaching",
            Self::CasesOpen => "cases-open",
            Self::FollowUpsDue => "follow-ups-due",
            Self::TicketsAwaiting => "tickets-awaiting",
            Self::InvoicesOverdue => "invoices-overdue",
            Self::WhmcsOrdersPending => "whmcs-orders-pending",
            Self::ModuleFailures => "module-failures",
        }
    }
}

/// How much waits in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: Count,
    /// Since when the oldest waits; `None` when nothing waits or the system does not tell.
    pub oldest: Option<Timestamp>,
}

/// One thing that waits, with the customer it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueItem {
    /// The system that keeps it.
    pub system: System,
    /// Number as people say it: of the order, case, ticket, invoice; the customer number otherwise.
    pub number: Text,
    /// How to open its customer; without either identity when the system does not tell whose it is.
    pub customer: CustomerKey,
    /// The customer's name as that system writes it.
    pub name: Text,
    /// Its reading in katakana. Empty where that system keeps none.
    pub kana: Text,
    /// What it is about: subject, products, offering, the failed command.
    pub what: Text,
    /// Where it stands, each word as written; what says most stands first: an error before what it happened to.
    pub status: Vec<Text>,
    /// Priority as written. Empty where there is none.
    pub priority: Text,
    /// Whose it is: a person or a queue.
    pub owner: Text,
    /// In yen, of an invoice or order.
    pub amount: Option<Yen>,
    /// Since when it waits.
    pub since: Option<Timestamp>,
    /// Until when an answer is owed.
    pub due: Option<Timestamp>,
    /// The place in the open customer that clears it.
    pub opens: Place,
}
