//! What happened to the money: what an invoice is for, payments, refunds, credit. All of it WHMCS's.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::billing::InvoiceStatus;
use super::money::Yen;
use super::text::Text;

/// What one invoice is for and what was paid on it: the part of an invoice that a list of invoices does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceDetail {
    /// How it stands.
    pub status: InvoiceStatus,
    /// Its lines.
    pub items: Vec<InvoiceItem>,
    /// Payments and refunds on it, oldest first.
    pub transactions: Vec<Transaction>,
    /// Before tax, in yen; `None` when not told.
    pub subtotal: Option<Yen>,
    /// Tax in yen.
    pub tax: Option<Yen>,
    /// What is left to pay, in yen.
    pub balance: Option<Yen>,
    /// The operator's notes on it.
    pub notes: Text,
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceItem {
    /// What it says.
    pub description: Text,
    /// Amount in yen, without tax where `taxed`.
    pub amount: Option<Yen>,
    /// Tax is added to it; `None` is not told.
    pub taxed: Option<bool>,
    /// What it charges for, as WHMCS names it, e.g. `Hosting`, `Addon`. Empty for a free line.
    pub kind: Text,
    /// The service it charges for, where `kind` is `Hosting`.
    pub service: Option<u64>,
}

/// Money in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// WHMCS's id.
    pub id: u64,
    /// When.
    pub at: Option<Timestamp>,
    /// Gateway as written.
    pub gateway: Text,
    /// The gateway's own id, what a bank or card company asks for.
    pub reference: Text,
    /// What it says.
    pub description: Text,
    /// Received, in yen.
    pub received: Option<Yen>,
    /// Paid out, e.g. a refund, in yen.
    pub paid_out: Option<Yen>,
    /// The gateway's fee, in yen.
    pub fee: Option<Yen>,
    /// The invoice it belongs to.
    pub invoice: Option<u64>,
}

/// A change of the customer's credit balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditEntry {
    /// WHMCS's id.
    pub id: u64,
    /// On which day (JST).
    pub date: Option<Date>,
    /// What it says.
    pub description: Text,
    /// In yen; negative when credit was used.
    pub amount: Option<Yen>,
    /// The invoice it was used on or came from, where WHMCS says so.
    pub invoice: Option<u64>,
}

/// An e-mail that WHMCS sent, or tried to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// WHMCS's id.
    pub id: u64,
    /// When it was sent or queued.
    pub at: Option<Timestamp>,
    /// Subject.
    pub subject: Text,
    /// To whom. Personal data.
    pub to: Text,
    /// Body as plain text.
    pub body: Text,
    /// How it went.
    pub state: EmailState,
}

/// How an e-mail went, as far as WHMCS knows: it cannot know that somebody received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmailState {
    /// Handed to the mail server.
    Sent,
    /// Waits to be sent.
    Pending,
    /// Could not be sent; WHMCS's reason, empty when it gives none.
    Failed(Text),
}
