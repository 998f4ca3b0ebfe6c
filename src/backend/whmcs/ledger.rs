//! What happened to the money: payments, credit, and what an invoice is for.

use serde::{Deserialize, Deserializer};

use super::convert::{Names, date, yen};
use super::{Whmcs, convert, unreadable};
use crate::backend::lenient::{self, flag, id, text};
use crate::domain::billing::Listing;
use crate::domain::customer::ClientId;
use crate::domain::ledger::{CreditEntry, InvoiceDetail, InvoiceItem, Transaction};
use crate::domain::money::Yen;
use crate::domain::text::Text;
use crate::flow::fault::Fault;

impl Whmcs {
    /// A client's payments and refunds, newest first. The list has no pages: it comes whole.
    pub async fn transactions(&self, id: ClientId) -> Result<Listing<Transaction>, Fault> {
        let params = [("clientid", &*id.0.to_string())];
        let page = self.page("GetTransactions", &params, ("transactions", "transaction")).await?;
        let mut listing = convert::listing(&page, |row| transaction(row, &self.names));
        listing.rows.sort_by_key(|it| std::cmp::Reverse((it.at, it.id)));
        Ok(listing)
    }

    /// The payment that has this id of a bank or gateway, whosever it is; `None` when none has.
    pub async fn payment(&self, transaction: &str) -> Result<Option<Transaction>, Fault> {
        let params = [("transid", transaction)];
        let page = self.page("GetTransactions", &params, ("transactions", "transaction")).await?;
        let listing = convert::listing(&page, |row| self::transaction(row, &self.names));
        // An installation that does not know the filter lists everything.
        Ok(listing.rows.into_iter().find(|it| it.reference == Text::line(transaction)))
    }

    /// Changes of a client's credit, newest first. The list has no pages: it comes whole.
    pub async fn credits(&self, id: ClientId) -> Result<Listing<CreditEntry>, Fault> {
        let page = self.page("GetCredits", &[("clientid", &id.0.to_string())], ("credits", "credit")).await?;
        let mut listing = convert::listing(&page, credit);
        listing.rows.sort_by_key(|it| std::cmp::Reverse((it.date, it.id)));
        Ok(listing)
    }

    /// What one invoice is for, and what was paid on it. A missing one is [`crate::flow::fault::FaultKind::NotFound`].
    pub async fn invoice_detail(&self, id: u64) -> Result<InvoiceDetail, Fault> {
        let action = "GetInvoice";
        let answer = self.read(action, &[("invoiceid", &id.to_string())]).await?;
        let row: InvoiceRow = serde_json::from_value(answer).map_err(|_| unreadable(action))?;
        if row.invoiceid.or(row.id) != Some(id) {
            return Err(unreadable(action));
        }
        Ok(row.detail(&self.names))
    }
}

/// A row of `GetTransactions`, and of the transactions within `GetInvoice`.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct TransactionRow {
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    #[serde(deserialize_with = "text")]
    gateway: String,
    #[serde(deserialize_with = "text")]
    date: String,
    #[serde(deserialize_with = "text")]
    description: String,
    #[serde(deserialize_with = "text")]
    amountin: String,
    #[serde(deserialize_with = "text")]
    fees: String,
    #[serde(deserialize_with = "text")]
    amountout: String,
    #[serde(deserialize_with = "text")]
    transid: String,
    #[serde(deserialize_with = "id")]
    invoiceid: Option<u64>,
}

fn transaction(row: &TransactionRow, names: &Names) -> Option<Transaction> {
    Some(Transaction {
        id: row.id?,
        at: names.moment(&row.date),
        gateway: Text::html(&row.gateway),
        reference: Text::html(&row.transid),
        description: Text::html(&row.description),
        received: yen(&row.amountin),
        paid_out: yen(&row.amountout),
        fee: yen(&row.fees),
        invoice: row.invoiceid,
    })
}

/// A row of `GetCredits`.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct CreditRow {
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    #[serde(deserialize_with = "text")]
    date: String,
    #[serde(deserialize_with = "text")]
    description: String,
    #[serde(deserialize_with = "text")]
    amount: String,
    /// An invoice for some entries, something else for others.
    #[serde(deserialize_with = "id")]
    relid: Option<u64>,
}

fn credit(row: &CreditRow) -> Option<CreditEntry> {
    let description = Text::html(&row.description);
    Some(CreditEntry {
        id: row.id?,
        date: date(&row.date),
        amount: yen(&row.amount),
        invoice: row.relid.filter(|id| names_invoice(&description, *id)),
        description,
    })
}

/// WHMCS does not say what kind of record an entry's `relid` is, so only one that the description calls an invoice counts.
fn names_invoice(description: &str, id: u64) -> bool {
    let id = id.to_string();
    let mut numbers = description.split(|c: char| !c.is_ascii_digit());
    description.to_ascii_lowercase().contains("invoice") && numbers.any(|number| number == id)
}

/// `GetInvoice`, as far as it is more than a row of the list.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct InvoiceRow {
    #[serde(deserialize_with = "id")]
    invoiceid: Option<u64>,
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    #[serde(deserialize_with = "text")]
    status: String,
    #[serde(deserialize_with = "text")]
    subtotal: String,
    #[serde(deserialize_with = "text")]
    tax: String,
    #[serde(deserialize_with = "text")]
    tax2: String,
    #[serde(deserialize_with = "text")]
    balance: String,
    #[serde(deserialize_with = "text")]
    notes: String,
    #[serde(deserialize_with = "items")]
    items: Vec<ItemRow>,
    /// `""` when there are none.
    #[serde(deserialize_with = "transactions")]
    transactions: Vec<TransactionRow>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct ItemRow {
    #[serde(rename = "type", deserialize_with = "text")]
    kind: String,
    #[serde(deserialize_with = "id")]
    relid: Option<u64>,
    #[serde(deserialize_with = "text")]
    description: String,
    #[serde(deserialize_with = "text")]
    amount: String,
    #[serde(deserialize_with = "flag")]
    taxed: Option<bool>,
}

fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ItemRow>, D::Error> {
    lenient::rows(deserializer, "item")
}

fn transactions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<TransactionRow>, D::Error> {
    lenient::rows(deserializer, "transaction")
}

impl InvoiceRow {
    fn detail(&self, names: &Names) -> InvoiceDetail {
        let items = self.items.iter().map(|item| InvoiceItem {
            description: Text::html(&item.description),
            amount: yen(&item.amount),
            taxed: item.taxed,
            kind: Text::html(&item.kind),
            service: item.relid.filter(|_| item.kind == "Hosting"),
        });
        let mut transactions: Vec<Transaction> =
            self.transactions.iter().filter_map(|row| transaction(row, names)).collect();
        transactions.sort_by_key(|it| (it.at, it.id));
        // WHMCS can charge two taxes; a second one that is told but unreadable makes the sum unknown.
        let second = if self.tax2.is_empty() { Some(Yen::ZERO) } else { yen(&self.tax2) };
        InvoiceDetail {
            status: convert::invoice_status(Text::html(&self.status)),
            items: items.collect(),
            transactions,
            subtotal: yen(&self.subtotal),
            tax: yen(&self.tax).zip(second).map(|(first, second)| first + second),
            balance: yen(&self.balance),
            notes: Text::html_block(&self.notes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_invoice_that_is_called_so_is_one() {
        assert!(names_invoice("Credit Applied to Invoice #9001", 9001));
        assert!(!names_invoice("Credit Applied to Invoice #90012", 9001));
        assert!(!names_invoice("Upgrade/Downgrade Credit 9001", 9001));
    }
}
