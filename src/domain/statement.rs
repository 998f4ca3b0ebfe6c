//! What is said of invoices outside their list: one invoice as plain text, and all of them by month.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::billing::{Invoice, InvoiceStatus};
use super::ledger::{InvoiceDetail, Transaction};
use super::money::Yen;
use super::text::Text;
use super::time;

/// The words of an invoice in the reader's language.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// Before the number.
    pub invoice: &'a str,
    /// Before the customer's name.
    pub name: &'a str,
    /// Before the issue date.
    pub date: &'a str,
    /// Before the due date.
    pub due: &'a str,
    /// Before the status.
    pub status: &'a str,
    /// Before the sum without tax.
    pub subtotal: &'a str,
    /// Before the tax.
    pub tax: &'a str,
    /// Before the credit that was used.
    pub credit: &'a str,
    /// Before the total.
    pub total: &'a str,
    /// Before what was paid.
    pub paid: &'a str,
    /// Before what is left to pay.
    pub balance: &'a str,
    /// For a figure nobody knows.
    pub unknown: &'a str,
    /// Instead of the items while they are not read.
    pub items_unknown: &'a str,
}

/// An invoice as lines of plain text, to read aloud or paste into a mail: one fact a line, nothing that needs a fixed
/// width. Of the customer it says the name and nothing else. `status` is the status in the reader's words.
pub fn plain_text(
    invoice: &Invoice,
    detail: Option<&InvoiceDetail>,
    name: &str,
    status: &str,
    labels: &Labels<'_>,
) -> Vec<String> {
    let yen = |amount: Option<Yen>| amount.map_or_else(|| labels.unknown.to_owned(), |yen| yen.to_string());
    let fact = |label: &str, value: &str| format!("{label}: {value}");
    let mut lines = vec![fact(labels.invoice, &invoice.spoken_number())];
    if !name.is_empty() {
        lines.push(fact(labels.name, name));
    }
    if let Some(day) = invoice.date {
        lines.push(fact(labels.date, &time::iso(day)));
    }
    if let Some(day) = invoice.due {
        lines.push(fact(labels.due, &time::iso(day)));
    }
    lines.push(fact(labels.status, status));
    lines.push(String::new());
    match detail {
        None => lines.push(labels.items_unknown.to_owned()),
        Some(detail) => {
            // An item's description may have several lines, e.g. the period it is for.
            lines.extend(detail.items.iter().map(|item| {
                let what = item.description.split('\n').map(str::trim).filter(|part| !part.is_empty());
                fact(&what.collect::<Vec<_>>().join(", "), &yen(item.amount))
            }));
            lines.push(String::new());
            lines.push(fact(labels.subtotal, &yen(detail.subtotal)));
            lines.push(fact(labels.tax, &yen(detail.tax)));
        }
    }
    if !invoice.credit.is_zero() {
        lines.push(fact(labels.credit, &(-invoice.credit).to_string()));
    }
    lines.push(fact(labels.total, &invoice.total.to_string()));
    if let Some(detail) = detail {
        lines.push(fact(labels.paid, &yen(paid(&detail.transactions))));
        lines.push(fact(labels.balance, &yen(detail.balance)));
    }
    lines
}

/// What these payments come to, refunds taken off. `None` when one of them has no amount at all.
pub fn paid<'a>(transactions: impl IntoIterator<Item = &'a Transaction>) -> Option<Yen> {
    transactions.into_iter().try_fold(Yen::ZERO, |sum, it| match (it.received, it.paid_out) {
        (None, None) => None,
        (received, paid_out) => Some(sum + received.unwrap_or_default() - paid_out.unwrap_or_default()),
    })
}

/// What is left to pay on an open invoice by the payments that name it, where WHMCS has not told the balance itself.
/// `None` for an invoice nobody waits for the money of, and where a payment's amount is not known.
pub fn balance(invoice: &Invoice, transactions: &[Transaction]) -> Option<Yen> {
    if !is_open(&invoice.status) {
        return None;
    }
    Some(invoice.total - paid(transactions.iter().filter(|it| it.invoice == Some(invoice.id)))?)
}

/// Published and not paid, whoever is after the money.
pub const fn is_open(status: &InvoiceStatus) -> bool {
    matches!(status, InvoiceStatus::Unpaid | InvoiceStatus::Collections | InvoiceStatus::PaymentPending)
}

/// What was billed in a month, by the invoices' dates of issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// Totals of all that were published and not withdrawn, in yen.
    pub billed: Yen,
    /// Of that, totals of the paid ones.
    pub paid: Yen,
    /// Of that, totals of the open ones.
    pub open: Yen,
    /// Of that, refunded or in a state the desk does not know.
    pub other: Yen,
    /// The invoices it counts, in the order they came.
    pub invoices: Vec<u64>,
}

impl Month {
    const fn of(first: Date) -> Self {
        Self { first, billed: Yen::ZERO, paid: Yen::ZERO, open: Yen::ZERO, other: Yen::ZERO, invoices: Vec::new() }
    }
}

/// Beyond this many months without an invoice between two others, the months between are not told.
const LONGEST_GAP: i32 = 24;

/// Billed, paid and open by month, newest first. Drafts and cancelled invoices do not count: nobody owes them. A month
/// without an invoice between two others is there with nothing in it, so that a chart does not hide the pause.
pub fn months(invoices: &[Invoice]) -> Vec<Month> {
    let mut months: BTreeMap<Date, Month> = BTreeMap::new();
    for invoice in invoices {
        let Some(date) = invoice.date else { continue };
        if matches!(invoice.status, InvoiceStatus::Draft | InvoiceStatus::Cancelled) {
            continue;
        }
        let first = date.first_of_month();
        let month = months.entry(first).or_insert_with(|| Month::of(first));
        month.billed += invoice.total;
        match &invoice.status {
            InvoiceStatus::Paid => month.paid += invoice.total,
            status if is_open(status) => month.open += invoice.total,
            _ => month.other += invoice.total,
        }
        month.invoices.push(invoice.id);
    }
    let mut all: Vec<Month> = Vec::new();
    for month in months.into_values() {
        if let Some(before) = all.last().map(|it| it.first)
            && number(month.first) - number(before) <= LONGEST_GAP
        {
            let mut between = time::next_month_start(before);
            while between < month.first {
                all.push(Month::of(between));
                between = time::next_month_start(between);
            }
        }
        all.push(month);
    }
    all.reverse();
    all
}

/// Months since the year 0.
fn number(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month())
}

/// `2026-11`.
pub fn month_word(first: Date) -> Text {
    Text::line(&first.strftime("%Y-%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::super::ledger::InvoiceItem;
    use super::*;

    const LABELS: Labels<'static> = Labels {
        invoice: "Invoice",
        name: "Name",
        date: "Date",
        due: "Due",
        status: "Status",
        subtotal: "Subtotal",
        tax: "Tax",
        credit: "Credit",
        total: "Total",
        paid: "Paid",
        balance: "Balance",
        unknown: "not known",
        items_unknown: "Items were not read",
    };

    fn invoice(id: u64, date: &str, total: i64, status: InvoiceStatus) -> Invoice {
        Invoice {
            id,
            number: Text::default(),
            date: date.parse().ok(),
            due: None,
            paid: None,
            last_capture: None,
            total: Yen(total),
            credit: Yen::ZERO,
            status,
            gateway: Text::default(),
        }
    }

    fn payment(invoice: u64, received: Option<i64>, paid_out: Option<i64>) -> Transaction {
        Transaction {
            id: 1,
            at: None,
            gateway: Text::default(),
            reference: Text::default(),
            description: Text::default(),
            received: received.map(Yen),
            paid_out: paid_out.map(Yen),
            fee: None,
            invoice: Some(invoice),
        }
    }

    #[test]
    fn an_invoice_is_one_fact_a_line() {
        let mut it = invoice(9001, "2026-11-01", 2800, InvoiceStatus::Unpaid);
        it.due = "2026-11-10".parse().ok();
        it.credit = Yen(500);
        let item = |what: &str, amount| InvoiceItem {
            description: Text::block(what),
            amount,
            taxed: Some(true),
            kind: Text::default(),
            service: None,
        };
        let detail = InvoiceDetail {
            status: InvoiceStatus::Unpaid,
            items: vec![item("SIM 10GB\n2026-11-01 - 2026-11-30", Some(Yen(3000))), item("Fee", None)],
            transactions: vec![payment(9001, Some(1000), None)],
            subtotal: Some(Yen(3000)),
            tax: Some(Yen(300)),
            balance: Some(Yen(1800)),
            notes: Text::line("an operator's word"),
        };
        let lines = plain_text(&it, Some(&detail), "Aiko Mori", "Unpaid", &LABELS);
        assert_eq!(
            lines,
            [
                "Invoice: 9001",
                "Name: Aiko Mori",
                "Date: 2026-11-01",
                "Due: 2026-11-10",
                "Status: Unpaid",
                "",
                "SIM 10GB, 2026-11-01 - 2026-11-30: ¥3,000",
                "Fee: not known",
                "",
                "Subtotal: ¥3,000",
                "Tax: ¥300",
                "Credit: -¥500",
                "Total: ¥2,800",
                "Paid: ¥1,000",
                "Balance: ¥1,800",
            ]
        );
        let unread = plain_text(&it, None, "", "Unpaid", &LABELS);
        assert!(unread.contains(&"Items were not read".to_owned()));
        assert!(!unread.iter().any(|line| line.starts_with("Balance") || line.starts_with("Name")));
    }

    #[test]
    fn what_is_left_to_pay_is_known_only_where_every_payment_is() {
        let open = invoice(1, "2026-11-01", 3300, InvoiceStatus::Unpaid);
        assert_eq!(balance(&open, &[]), Some(Yen(3300)));
        let some = [payment(1, Some(1300), None), payment(1, None, Some(300)), payment(2, Some(9), None)];
        assert_eq!(balance(&open, &some), Some(Yen(2300)));
        assert_eq!(balance(&open, &[payment(1, None, None)]), None);
        assert_eq!(balance(&invoice(1, "2026-11-01", 3300, InvoiceStatus::Paid), &[]), None);
    }

    #[test]
    fn months_count_what_somebody_owes_or_paid() {
        let rows = [
            invoice(6, "2026-11-20", 500, InvoiceStatus::Unpaid),
            invoice(5, "2026-11-01", 3300, InvoiceStatus::Paid),
            invoice(4, "2026-11-01", 7, InvoiceStatus::Draft),
            invoice(3, "2026-09-30", 100, InvoiceStatus::Refunded),
            invoice(2, "2026-09-01", 900, InvoiceStatus::Collections),
            invoice(1, "2020-01-01", 10, InvoiceStatus::Paid),
            invoice(0, "", 10, InvoiceStatus::Paid),
        ];
        let told: Vec<_> = months(&rows)
            .into_iter()
            .map(|it| (month_word(it.first).to_string(), it.billed.0, it.paid.0, it.open.0, it.other.0, it.invoices))
            .collect();
        assert_eq!(
            told,
            [
                ("2026-11".to_owned(), 3800, 3300, 500, 0, vec![6, 5]),
                ("2026-10".to_owned(), 0, 0, 0, 0, vec![]),
                ("2026-09".to_owned(), 1000, 0, 900, 100, vec![3, 2]),
                ("2020-01".to_owned(), 10, 10, 0, 0, vec![1]),
            ]
        );
    }
}
