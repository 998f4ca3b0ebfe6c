//! Bills and money.

#![expect(missing_docs, reason = "a column's name is its description; only the surprising ones are explained")]

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::super::table::{Id, Row, row};
use super::super::words::{InvoiceStatus, PayMethodKind};

row!(Invoice, of client_id, words number, open |it| matches!(it.status, InvoiceStatus::Unpaid | InvoiceStatus::Draft));
row!(Transaction, of client_id, words transid);
row!(Credit, of client_id);
row!(BillableItem, of client_id, open |it| it.invoice_id == 0);
row!(PayMethod, of client_id);

/// A bill. Its sums follow from its lines.
#[derive(Clone, Serialize, Deserialize)]
pub struct Invoice {
    pub id: Id,
    pub client_id: Id,
    /// Empty unless sequential numbering is on; then the id is shown instead.
    pub number: String,
    pub date: Date,
    pub due: Date,
    pub paid_at: Option<DateTime>,
    pub captured_at: Option<DateTime>,
    pub refunded_at: Option<DateTime>,
    pub cancelled_at: Option<DateTime>,
    /// Credit applied, in yen.
    pub credit: i64,
    /// Whole percent.
    pub tax_percent: i64,
    pub status: InvoiceStatus,
    pub gateway: String,
    pub notes: String,
    pub created: DateTime,
    pub updated: DateTime,
    pub items: Vec<InvoiceItem>,
}

impl Invoice {
    /// Sum of the lines, in yen.
    pub fn subtotal(&self) -> i64 {
        self.items.iter().map(|it| it.amount).sum()
    }

    /// Tax on the taxed lines, rounded down to whole yen.
    pub fn tax(&self) -> i64 {
        let taxed: i64 = self.items.iter().filter(|it| it.taxed).map(|it| it.amount).sum();
        (taxed * self.tax_percent).div_euclid(100)
    }

    /// What is charged: lines and tax less applied credit, in yen.
    pub fn total(&self) -> i64 {
        self.subtotal() + self.tax() - self.credit
    }

    /// Unpaid and past its due date, which WHMCS decides by the server's date.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.status == InvoiceStatus::Unpaid && self.due < today
    }
}

/// A line of a bill.
#[derive(Clone, Serialize, Deserialize)]
pub struct InvoiceItem {
    pub id: Id,
    /// `Hosting`, `Addon`, `Item`, `LateFee`, or empty.
    pub kind: String,
    /// The service or addon it bills.
    pub rel_id: Id,
    pub description: String,
    pub amount: i64,
    pub taxed: bool,
}

/// Money in or out.
#[derive(Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub id: Id,
    pub client_id: Id,
    pub invoice_id: Id,
    pub gateway: String,
    pub date: DateTime,
    pub description: String,
    pub amount_in: i64,
    pub fees: i64,
    pub amount_out: i64,
    pub transid: String,
    pub refund_id: Id,
}

/// A movement of a client's credit.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credit {
    pub id: Id,
    pub client_id: Id,
    pub date: Date,
    pub description: String,
    /// Signed yen.
    pub amount: i64,
    pub rel_id: Id,
}

/// Something that goes on a later bill.
#[derive(Clone, Serialize, Deserialize)]
pub struct BillableItem {
    pub id: Id,
    pub client_id: Id,
    pub description: String,
    /// Yen without tax, for all units together.
    pub amount: i64,
    /// Hours or pieces.
    pub quantity: String,
    /// `noinvoice`, `nextcron`, `nextinvoice`, `duedate` or `recur`.
    pub action: String,
    pub due: Option<Date>,
    /// 0 until it is on a bill.
    pub invoice_id: Id,
}

/// A stored card or bank account.
#[derive(Clone, Serialize, Deserialize)]
pub struct PayMethod {
    pub id: Id,
    pub client_id: Id,
    pub kind: PayMethodKind,
    pub description: String,
    /// Gateway module.
    pub gateway: String,
    /// Card only.
    pub last_four: String,
    /// Card only: the last month it is good for; the day is ignored.
    pub expires: Option<Date>,
    /// Card only: `Visa`, `JCB`, …
    pub brand: String,
    /// Bank only.
    pub bank_name: String,
    /// The gateway's secret handle.
    pub remote_token: String,
    pub updated: DateTime,
}
