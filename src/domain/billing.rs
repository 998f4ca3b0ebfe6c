//! What WHMCS keeps: services, invoices, pay methods, its own orders and tickets.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::money::Yen;
use super::phone::Msisdn;
use super::salesforce_id::SalesforceId;
use super::text::Text;
use super::time;

/// What kind of product a service or an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ProductKind {
    /// Fibre to the home.
    Internet,
    /// A mobile line.
    Sim,
    /// A VPN.
    Vpn,
    /// Anything else.
    Other,
}

/// A WHMCS service: one subscription of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Service id.
    pub id: u64,
    /// Product name.
    pub name: Text,
    /// Product group, e.g. `Mobile`.
    pub group: Text,
    /// What it is, by the configured products.
    pub kind: ProductKind,
    /// Where it stands.
    pub status: ServiceStatus,
    /// Recurring price in yen; `None` when WHMCS did not say.
    pub amount: Option<Yen>,
    /// Billing cycle as written, e.g. `Monthly`.
    pub cycle: Text,
    /// When it was registered.
    pub registered: Option<Date>,
    /// Next due date.
    pub next_due: Option<Date>,
    /// WHMCS order id that created it.
    pub order: Option<u64>,
    /// The WHMCS "domain" field: for a line its number, otherwise a label.
    pub label: Text,
    /// The line that belongs to it, from the custom field or the label.
    pub line: Option<Msisdn>,
    /// Card product number. Personal data.
    pub product_number: Text,
    /// EID. Personal data.
    pub eid: Text,
    /// Salesforce opportunity the custom field names.
    pub opportunity: Option<SalesforceId>,
    /// Why it is suspended, when it is.
    pub suspension_reason: Text,
    /// Suspension is held off until this day.
    pub no_suspend_until: Option<Date>,
    /// Every other custom field with a value, name first.
    pub fields: Vec<(Text, Text)>,
    /// Configurable options, name first.
    pub options: Vec<(Text, Text)>,
    /// Its product: what an upgrade starts from.
    pub product: Option<u64>,
}

/// Where a WHMCS service stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ServiceStatus {
    /// Ordered, not set up.
    Pending,
    /// Running.
    Active,
    /// Paid off, nothing left to bill.
    Completed,
    /// Stopped for a reason.
    Suspended,
    /// Ended by the operator.
    Terminated,
    /// Ended by the customer.
    Cancelled,
    /// Refused as fraud.
    Fraud,
    /// A word the desk does not know.
    Other(Text),
}

impl ServiceStatus {
    /// It is billed, or is going to be: what has ended, or was never to be, says nothing of today.
    pub const fn is_current(&self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Suspended)
    }
}

/// Some rows of a longer list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listing<T> {
    /// What was read.
    pub rows: Vec<T>,
    /// How many the system says there are.
    pub total: u64,
}

impl<T> Listing<T> {
    /// True when every row was read.
    pub fn complete(&self) -> bool {
        self.rows.len() as u64 >= self.total
    }
}

/// A WHMCS invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Invoice id, which is what customers see unless `number` is set.
    pub id: u64,
    /// Sequential invoice number; empty where the install does not use them.
    pub number: Text,
    /// Issue date.
    pub date: Option<Date>,
    /// Due date.
    pub due: Option<Date>,
    /// When it was paid.
    pub paid: Option<Timestamp>,
    /// Last attempt to capture.
    pub last_capture: Option<Timestamp>,
    /// Total in yen, tax included.
    pub total: Yen,
    /// Credit applied, in yen.
    pub credit: Yen,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// Gateway as written.
    pub gateway: Text,
}

impl Invoice {
    /// The number to read to a customer.
    pub fn spoken_number(&self) -> Cow<'_, str> {
        if self.number.is_empty() { Cow::Owned(self.id.to_string()) } else { Cow::Borrowed(self.number.as_str()) }
    }

    /// Days past due on `today` (JST); `None` unless unpaid and past due.
    pub fn days_overdue(&self, today: Date) -> Option<i64> {
        let due = self.due?;
        (self.status == InvoiceStatus::Unpaid && due < today).then(|| time::days_between(due, today))
    }
}

/// Where an invoice stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum InvoiceStatus {
    /// Not published.
    Draft,
    /// Published, not paid.
    Unpaid,
    /// Paid.
    Paid,
    /// Withdrawn.
    Cancelled,
    /// Paid back.
    Refunded,
    /// With a collector.
    Collections,
    /// A payment is on its way.
    PaymentPending,
    /// A word the desk does not know.
    Other(Text),
}

/// A pay method on file: brand, last four and expiry are all the desk ever knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayMethod {
    /// Id within WHMCS.
    pub id: u64,
    /// Card or bank account.
    pub kind: PayMethodKind,
    /// Card brand or bank name.
    pub brand: Text,
    /// Last four digits. Personal data.
    pub last_four: Text,
    /// Last month the card is good for, as its first day.
    pub expires: Option<Date>,
    /// The customer's label.
    pub description: Text,
    /// The module of the gateway that keeps it; empty when WHMCS does not say.
    pub gateway: Text,
}

/// What a pay method is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayMethodKind {
    /// A card, here or at the gateway.
    Card,
    /// A bank account.
    Bank,
    /// Something else.
    Other,
}

/// What a card's expiry means on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardExpiry {
    /// Good for longer than the warning period.
    Good,
    /// Ends within the warning period (two months).
    Soon,
    /// Over.
    Expired,
    /// Not told, or no card.
    Unknown,
}

impl PayMethod {
    /// Whether it is a card that is no good any more on that day: it is good to the end of its month.
    pub fn ends_before(&self, day: Date) -> bool {
        self.kind != PayMethodKind::Bank && self.expires.is_some_and(|month| month.last_of_month() < day)
    }

    /// What its expiry means on `today` (JST). A card is good to the end of its month.
    pub fn expiry(&self, today: Date) -> CardExpiry {
        if self.kind == PayMethodKind::Bank {
            return CardExpiry::Good;
        }
        let Some(last) = self.expires else { return CardExpiry::Unknown };
        let month = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
        match month(last) - month(today) {
            n if n < 0 => CardExpiry::Expired,
            0..=1 => CardExpiry::Soon,
            _ => CardExpiry::Good,
        }
    }
}

/// A WHMCS order: WHMCS keeps its own beside Salesforce's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhmcsOrder {
    /// Internal id.
    pub id: u64,
    /// The ten-digit number the customer sees.
    pub number: Text,
    /// When it was placed.
    pub date: Option<Timestamp>,
    /// Pending, Active, Fraud, Cancelled or another word.
    pub status: Text,
    /// Amount in yen.
    pub amount: Option<Yen>,
    /// Its invoice, when it has one.
    pub invoice: Option<u64>,
    /// Paid, Unpaid or another word.
    pub payment: Text,
    /// The Salesforce order its notes name (`sfOrderId=`).
    pub salesforce_order: Option<SalesforceId>,
    /// What was ordered, one line.
    pub what: Text,
}

/// A WHMCS support ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Internal id.
    pub id: u64,
    /// The number the customer sees; may hold letters.
    pub number: Text,
    /// Subject.
    pub subject: Text,
    /// Open, Answered, Customer-Reply or another word.
    pub status: Text,
    /// Low, Medium, High.
    pub priority: Text,
    /// When it was opened.
    pub opened: Option<Timestamp>,
    /// Last reply.
    pub last_reply: Option<Timestamp>,
}

impl Ticket {
    /// Nothing is to be done any more.
    pub fn closed(&self) -> bool {
        self.status.eq_ignore_ascii_case("closed")
    }
}

/// One line of WHMCS's activity log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// When.
    pub at: Option<Timestamp>,
    /// What happened.
    pub what: Text,
    /// Who did it.
    pub who: Text,
}
