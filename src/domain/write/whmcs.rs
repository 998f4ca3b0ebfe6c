//! Writes to WHMCS.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Id;
use crate::domain::customer::ClientId;
use crate::domain::money::Yen;
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
}
