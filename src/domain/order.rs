//! What Salesforce keeps of sales: orders, opportunities, cases, the card inventory.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::billing::ProductKind;
use super::money::Yen;
use super::phone::Msisdn;
use super::salesforce_id::SalesforceId;
use super::text::Text;

/// A Salesforce order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Record id.
    pub id: SalesforceId,
    /// Order number as people say it.
    pub number: Text,
    /// Where the order stands.
    pub status: OrderStatus,
    /// What was ordered.
    pub kind: ProductKind,
    /// Where its activation stands.
    pub activation: ActivationStatus,
    /// When activation is planned, for a scheduled one.
    pub scheduled: Option<Timestamp>,
    /// Error code of a failed activation. Empty when none.
    pub error_code: Text,
    /// Error text of a failed activation.
    pub error_message: Text,
    /// The WHMCS order it became, by id.
    pub whmcs_order: Option<u64>,
    /// eSIM or physical, as written.
    pub sim_type: Text,
    /// Whether that is an eSIM; `None` for a word the desk does not know.
    pub esim: Option<bool>,
    /// EID typed in the order. Personal data.
    pub eid: Text,
    /// Port-in, when there is one.
    pub port_in: Option<PortIn>,
    /// When it was placed.
    pub created: Option<Timestamp>,
    /// Last change.
    pub modified: Option<Timestamp>,
    /// Total in yen.
    pub total: Option<Yen>,
    /// Opportunity it belongs to.
    pub opportunity: Option<SalesforceId>,
    /// What is in it.
    pub items: Vec<OrderItem>,
}

impl Order {
    /// True while somebody still has to do something: neither delivered, withdrawn nor a draft.
    pub fn open(&self) -> bool {
        matches!(
            self.status,
            OrderStatus::PendingReview | OrderStatus::Approved | OrderStatus::Reactivate | OrderStatus::Other(_)
        )
    }
}

/// Where a Salesforce order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    /// Being written.
    Draft,
    /// Waits for our review.
    PendingReview,
    /// Approved, fulfilment runs.
    Approved,
    /// Delivered.
    Processed,
    /// Withdrawn.
    Cancelled,
    /// Set to be tried again.
    Reactivate,
    /// A word the desk does not know.
    Other(Text),
}

/// Where an order's activation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActivationStatus {
    /// Nothing was started, or nothing is said.
    NotStarted,
    /// Running.
    Activating,
    /// Done.
    Activated,
    /// Failed; the order has code and message.
    Failed,
    /// Waits for its date.
    Scheduled,
    /// A word the desk does not know.
    Other(Text),
}

/// A number that comes from another carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortIn {
    /// The number to bring. Personal data.
    pub number: Text,
    /// The same as a line; `None` when it is no line's number.
    pub line: Option<Msisdn>,
    /// Reservation number; empty in the one-stop method.
    pub reservation: Text,
    /// Last day of the reservation (JST).
    pub expires: Option<Date>,
}

/// One line of a Salesforce order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// Product name.
    pub product: Text,
    /// Quantity, as a whole number.
    pub quantity: u32,
    /// Unit price in yen.
    pub price: Option<Yen>,
    /// Monthly or Onetime, as written.
    pub cycle: Text,
    /// The WHMCS service it became.
    pub whmcs_service: Option<u64>,
}

/// A Salesforce opportunity: the contract's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opportunity {
    /// Record id.
    pub id: SalesforceId,
    /// Name.
    pub name: Text,
    /// Stage as written; labels hold symbols, and "Cancelled" counts as won, so nothing is derived from won or lost.
    pub stage: Text,
    /// The WHMCS service it names.
    pub whmcs_service: Option<u64>,
    /// When internet ends, if a cancellation is planned.
    pub cancels: Option<Timestamp>,
    /// When the SIM ends, if a cancellation is planned.
    pub sim_cancels: Option<Timestamp>,
    /// Whether the notice for internet was received, as written.
    pub notice: Text,
    /// Whether the notice for the SIM was received, as written.
    pub sim_notice: Text,
    /// Where the return of the internet equipment stands, as written.
    pub line_return: Text,
}

/// A Salesforce case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Record id.
    pub id: SalesforceId,
    /// Case number, eight digits.
    pub number: Text,
    /// Subject.
    pub subject: Text,
    /// Status as written.
    pub status: Text,
    /// Closed by Salesforce's own account.
    pub closed: bool,
    /// Priority as written.
    pub priority: Text,
    /// Type as written.
    pub kind: Text,
    /// Where it came from.
    pub origin: Text,
    /// Owner's name: a person or a queue.
    pub owner: Text,
    /// The owner's record id: `005…` is a person, `00G…` a queue.
    pub owner_id: Option<SalesforceId>,
    /// What the customer wrote first.
    pub description: Text,
    /// When it was opened.
    pub created: Option<Timestamp>,
    /// Last change.
    pub modified: Option<Timestamp>,
}

/// A card of the SIM inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimCard {
    /// Record id.
    pub id: SalesforceId,
    /// Product number printed on the card. Personal data.
    pub product_number: Text,
    /// The line on it.
    pub line: Option<Msisdn>,
    /// ICCID. Personal data.
    pub iccid: Text,
    /// EID. Personal data.
    pub eid: Text,
    /// eSIM or physical, as written.
    pub kind: Text,
    /// Whether that is an eSIM; `None` for a word the desk does not know.
    pub esim: Option<bool>,
    /// In stock, assigned, … as written.
    pub status: Text,
}
