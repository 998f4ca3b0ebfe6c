//! What is sold and subscribed to.

#![expect(missing_docs, reason = "a column's name is its description; only the surprising ones are explained")]

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::super::table::{Id, Row, row};
use super::super::words::{BillingCycle, CancelKind, ServiceStatus};

row!(Product);
row!(Service, of client_id, words domain, open |it| it.status == ServiceStatus::Pending);
row!(Addon, of client_id);
row!(CancelRequest, of client_id);
row!(Upgrade, of client_id, open |it| it.completed.is_none());
row!(Order, of client_id, open |it| it.status == "Pending");
row!(ModuleQueueEntry, open | it | !it.completed);

/// Something on sale.
#[derive(Clone, Serialize, Deserialize)]
pub struct Product {
    pub id: Id,
    pub group_id: Id,
    pub group: String,
    pub name: String,
    /// HTML.
    pub description: String,
    /// Server module that provisions it; empty for none.
    pub module: String,
    pub recurring: bool,
    /// Price and setup fee in yen by cycle; a cycle that is missing is not offered (`-1.00` on the wire).
    pub prices: BTreeMap<BillingCycle, (i64, i64)>,
    pub custom_fields: Vec<CustomField>,
}

/// A product's custom field, whose values its services carry.
#[derive(Clone, Serialize, Deserialize)]
pub struct CustomField {
    pub id: Id,
    pub name: String,
    pub required: bool,
}

/// A subscription.
#[derive(Clone, Serialize, Deserialize)]
pub struct Service {
    pub id: Id,
    pub client_id: Id,
    pub order_id: Id,
    pub product_id: Id,
    pub registered: Date,
    /// For a line, its phone number.
    pub domain: String,
    /// Yen, tax excluded.
    pub first_payment: i64,
    /// Yen per cycle, tax excluded.
    pub recurring: i64,
    /// Gateway module.
    pub gateway: String,
    pub cycle: BillingCycle,
    /// `None` for free and one-time services.
    pub next_due: Option<Date>,
    pub status: ServiceStatus,
    pub suspension_reason: String,
    pub username: String,
    /// Travels in clear text, as in the real system.
    pub password: String,
    pub notes: String,
    /// Grace: not suspended automatically before this day.
    pub no_suspend_until: Option<Date>,
    pub terminated: Option<Date>,
    /// Values by the product's custom field id.
    pub custom_fields: BTreeMap<Id, String>,
    pub options: Vec<ConfigOption>,
}

/// A chosen option of a service.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfigOption {
    pub id: Id,
    pub name: String,
    /// `dropdown`, `radio`, `yesno`, `quantity`.
    pub kind: String,
    pub value: String,
}

/// An extra on a subscription.
#[derive(Clone, Serialize, Deserialize)]
pub struct Addon {
    pub id: Id,
    pub service_id: Id,
    pub client_id: Id,
    pub order_id: Id,
    /// The catalogue's addon.
    pub addon_id: Id,
    pub name: String,
    pub setup_fee: i64,
    pub recurring: i64,
    pub cycle: BillingCycle,
    pub taxed: bool,
    pub status: ServiceStatus,
    pub registered: Date,
    pub next_due: Option<Date>,
    pub gateway: String,
    pub notes: String,
}

/// A request to cancel a service.
#[derive(Clone, Serialize, Deserialize)]
pub struct CancelRequest {
    pub id: Id,
    pub service_id: Id,
    pub client_id: Id,
    pub date: DateTime,
    pub reason: String,
    pub kind: CancelKind,
}

/// An order. Its lines point at what it created; their words are read from there.
#[derive(Clone, Serialize, Deserialize)]
pub struct Order {
    pub id: Id,
    /// The customer-facing number: up to ten random digits.
    pub number: u64,
    pub client_id: Id,
    pub contact_id: Id,
    /// The user who ordered.
    pub requestor_id: Id,
    /// The admin who ordered for the client.
    pub admin_id: Id,
    pub date: DateTime,
    pub amount: i64,
    pub gateway: String,
    /// 0 when no invoice was made.
    pub invoice_id: Id,
    /// A word of the settings' `order_statuses`.
    pub status: String,
    pub ip: String,
    pub promo_code: String,
    pub notes: String,
    pub lines: Vec<OrderLine>,
}

/// What one line of an order created.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderLine {
    /// A [`Service`].
    Service(Id),
    /// An [`Addon`].
    Addon(Id),
    /// An [`Upgrade`].
    Upgrade(Id),
}

/// Another product in the place of a service's, ordered and perhaps not paid yet.
#[derive(Clone, Serialize, Deserialize)]
pub struct Upgrade {
    pub id: Id,
    pub service_id: Id,
    pub client_id: Id,
    /// The new product.
    pub product_id: Id,
    /// The new cycle.
    pub cycle: BillingCycle,
    /// What it costs until the next bill, in yen without tax; negative for what is given back.
    pub amount: i64,
    /// When the service became the new product; a cancelled one stays without.
    pub completed: Option<DateTime>,
}

/// A provisioning call that failed.
#[derive(Clone, Serialize, Deserialize)]
pub struct ModuleQueueEntry {
    pub id: Id,
    /// `service`, `addon` or `domain`.
    pub service_type: String,
    pub service_id: Id,
    pub module: String,
    /// `CreateAccount`, …
    pub action: String,
    pub last_attempt: DateTime,
    pub last_error: String,
    pub retries: u32,
    pub completed: bool,
    pub created: DateTime,
}
