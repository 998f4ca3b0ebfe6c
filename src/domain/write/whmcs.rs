//! Writes to WHMCS.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Id;
use crate::domain::customer::ClientId;
use crate::domain::money::Yen;
use crate::domain::service::Cycle;
use crate::domain::text::Text;

/// One write to WHMCS. Each that makes something carries a mark by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// `CreateInvoice`. Learns `invoice`. Found again by the operation's id in the invoice's notes.
    CreateInvoice {
        /// For whom.
        client: ClientId,
        /// What is billed.
        items: Vec<(Text, Yen)>,
        /// Until when it is to be paid.
        due: Date,
        /// Whether WHMCS sends it to the customer.
        send: bool,
    },
    /// `CapturePayment`. Learns `transaction`. WHMCS refuses an invoice that is not unpaid.
    Capture {
        /// Which.
        invoice: Id,
        /// What it comes to, as it was confirmed: another amount is not captured.
        amount: Yen,
    },
    /// `UpdateInvoice` with status Cancelled.
    CancelInvoice {
        /// Which.
        invoice: Id,
    },
    /// `CreateInvoice` as a draft, which no customer sees. Learns `invoice`. Found again like a published one.
    DraftInvoice {
        /// For whom.
        client: ClientId,
        /// What is billed.
        items: Vec<(Text, Yen)>,
        /// Until when it is to be paid.
        due: Date,
    },
    /// `AddInvoicePayment`: money that came in some other way. Found again by its transaction id, which WHMCS itself does
    /// not keep unique.
    AddPayment {
        /// On which invoice.
        invoice: Id,
        /// The bank's or the gateway's id of it.
        transaction: Text,
        /// The gateway it is booked under, as its module is called.
        gateway: String,
        /// How much came in.
        amount: Yen,
        /// When it came in.
        date: Date,
    },
    /// `ApplyCredit`. Found again in the client's credit as the use on this invoice that was not there before.
    ApplyCredit {
        /// Whose credit.
        client: ClientId,
        /// On which invoice.
        invoice: Id,
        /// How much.
        amount: Yen,
        /// The credit as it was confirmed: with another one nothing is sent.
        credit: Yen,
        /// What the invoice left to pay as it was confirmed: with another balance nothing is sent.
        balance: Yen,
    },
    /// `AddCredit`. Learns `credit`. Found again by the operation's id in its description.
    AddCredit {
        /// To whom.
        client: ClientId,
        /// How much.
        amount: Yen,
        /// What for; the customer sees it.
        reason: Text,
    },
    /// `AddBillableItem`. Learns `billable`. WHMCS has no action that reads billable items: it is found again in the
    /// client's activity log, as the line about a billable item that was not there before.
    AddBillableItem {
        /// For whom.
        client: ClientId,
        /// What it says on the bill.
        item: Text,
        /// How much.
        amount: Yen,
        /// When it is billed.
        billed: Billed,
    },
    /// `AddCancelRequest`. WHMCS keeps one for a service, and no action takes it back.
    CancelService {
        /// Whose.
        client: ClientId,
        /// Which service.
        service: u64,
        /// When it ends.
        ends: Ends,
        /// Why.
        reason: Text,
    },
    /// `UpdateClientProduct`: changes what WHMCS knows of a service and runs nothing on the line.
    SetService {
        /// Whose.
        client: ClientId,
        /// Which service.
        service: u64,
        /// What is set.
        set: Vec<ServiceSet>,
    },
    /// `UpgradeProduct`: orders another product for a service. Learns `order` and, where something is to be paid, `invoice`;
    /// WHMCS makes the change when that is paid.
    Upgrade {
        /// Whose.
        client: ClientId,
        /// Which service.
        service: u64,
        /// The product it becomes.
        product: u64,
        /// How often it is billed then.
        cycle: Cycle,
        /// The price as WHMCS quoted it, in its own writing: with another one nothing is sent.
        quoted: Text,
    },
    /// `AddOrder` of an add-on for a service. Learns `order` and `invoice`. Found again by the operation's id in the
    /// order's notes.
    OrderAddon {
        /// For whom.
        client: ClientId,
        /// For which service.
        service: u64,
        /// Which, by its number in WHMCS's catalogue.
        addon: u64,
        /// The gateway it is paid by.
        gateway: String,
    },
    /// `AcceptOrder`, without setting anything up and without mail. An order that is not pending is left as it is.
    AcceptOrder {
        /// Whose.
        client: ClientId,
        /// Which, by its internal id.
        order: u64,
    },
    /// `AddOrder` of what a Salesforce order holds, without invoice and mail. Learns `billed-order` and, of each item from the
    /// first on, `service-1`, `service-2`. Found again by the Salesforce order's id in the notes, whoever wrote it.
    OrderOf {
        /// For whom.
        client: ClientId,
        /// The Salesforce order's id.
        order: String,
        /// The gateway it is paid by.
        gateway: String,
        /// What, in the order's own order.
        items: Vec<Ordered>,
    },
    /// `CancelOrder`, which WHMCS takes while the order is pending.
    CancelOrder {
        /// Whose.
        client: ClientId,
        /// Which.
        order: Id,
    },
    /// As [`Self::AcceptOrder`], of an order that an earlier write made.
    AcceptOrderOf {
        /// Whose.
        client: ClientId,
        /// Which.
        order: Id,
    },
    /// `UpdateClientProduct` of custom fields by their names; those that the product has not are left out. One that holds
    /// something else is not overwritten.
    NameService {
        /// Whose.
        client: ClientId,
        /// Which service.
        service: Id,
        /// Names and values.
        fields: Vec<(String, String)>,
    },
    /// `UpdateClient`: what is sent is overwritten, the rest stays.
    SetClient {
        /// Whom.
        client: ClientId,
        /// What is set.
        set: Vec<ClientSet>,
    },
    /// `SendEmail` from a template. Learns `email`. Found again among the client's e-mails as one with its subject that was
    /// not there before.
    SendTemplate {
        /// To whom.
        client: ClientId,
        /// The template's name.
        template: Text,
        /// Its subject, which may have gaps: `Invoice #{$invoice_num}`.
        subject: Text,
        /// The same in the client's language, where WHMCS has the template in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        translated: Option<Text>,
        /// The client, service, invoice or ticket it is about, by the kind of template.
        about: u64,
    },
    /// `SendEmail` with a text of its own. Learns `email`. Found again like one from a template.
    SendMessage {
        /// To whom.
        client: ClientId,
        /// The subject.
        subject: Text,
        /// Plain text.
        body: Text,
    },
}

/// A product that is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// Which.
    pub product: u64,
    /// How often it is billed.
    pub cycle: Cycle,
    /// What the service is called by: a line's number; empty for nothing.
    pub domain: String,
}

/// When a billable item is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// When somebody says so.
    Held,
    /// With the next run of WHMCS's daily job.
    NextRun,
    /// With the next invoice of the client.
    NextInvoice,
    /// On this day.
    On(Date),
}

/// When a service ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// At once.
    AtOnce,
    /// With the billing period.
    WithPeriod,
}

/// Something of a client that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSet {
    /// What.
    pub field: ClientField,
    /// What stood there when the change was planned: if something else stands there, nothing is sent.
    pub from: String,
    /// What will stand there.
    pub to: String,
}

/// What of a client can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientField {
    /// Block and number.
    Address1,
    /// Building and room.
    Address2,
    /// City.
    City,
    /// Prefecture.
    State,
    /// Postal code.
    PostCode,
    /// A custom field, by its id.
    Custom(u64),
}

/// Something of a service that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSet {
    /// What.
    pub field: ServiceField,
    /// What stood there when the change was planned: if something else stands there, nothing is sent.
    pub from: String,
    /// What will stand there; empty takes it away.
    pub to: String,
}

/// What of a service can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceField {
    /// The day until which it is not suspended for want of payment, as `2026-12-01`.
    NoSuspendUntil,
    /// Its status, in WHMCS's word.
    Status,
    /// A custom field, by its id.
    Custom(u64),
}
