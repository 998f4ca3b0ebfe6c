//! Invoices.

use serde_json::{Value, json};

use super::api::Ask;
use super::billing::transaction_row;
use super::clients::descending;
use super::db::{Db, Invoice, InvoiceStatus};
use super::reply::{Answer, Page, html, joined, lines, moment, money, refuse, success};

/// `GetInvoices`: by client and status, where `Overdue` is Unpaid past due; sorted as asked, else by id.
pub(super) fn get_invoices(db: &Db, ask: &Ask) -> Answer {
    let (page, today) = (Page::asked(ask.params), ask.now.date());
    let (client, status) = (ask.params.id("userid"), ask.params.get("status"));
    let (order, descending) = (ask.params.text("orderby"), descending(ask.params, "order"));
    if client.is_none() && status.is_none() && matches!(order, "" | "id") {
        // "The newest 25" is polled: it must not cost a look at every invoice.
        let (total, row) = (db.invoices.len(), |it| list_row(db, it));
        let rows = if descending {
            page.of(total, db.invoices.iter().rev(), row)
        } else {
            page.of(total, db.invoices.iter(), row)
        };
        return rows.envelope("invoices", "invoice");
    }
    let open = matches!(status.map(str::to_ascii_lowercase).as_deref(), Some("overdue" | "unpaid" | "draft"));
    let mut invoices: Vec<&Invoice> = match client {
        Some(id) => db.invoices.of(id).collect(),
        None if open => db.invoices.open().collect(),
        None => db.invoices.iter().collect(),
    };
    match status {
        Some(word) if word.eq_ignore_ascii_case("overdue") => invoices.retain(|it| it.is_overdue(today)),
        Some(word) => invoices.retain(|it| it.status.as_str().eq_ignore_ascii_case(word)),
        None => {}
    }
    match order {
        "invoicenumber" => invoices.sort_by(|a, b| a.number.cmp(&b.number)),
        "date" => invoices.sort_by_key(|it| it.date),
        "duedate" => invoices.sort_by_key(|it| it.due),
        "total" => invoices.sort_by_cached_key(|it| it.total()),
        "status" => invoices.sort_by_key(|it| it.status.as_str()),
        _ => {}
    }
    if descending {
        invoices.reverse();
    }
    page.of(invoices.len(), invoices.into_iter(), |it| list_row(db, it)).envelope("invoices", "invoice")
}

fn list_row(db: &Db, it: &Invoice) -> Value {
    let client = db.clients.get(it.client_id);
    let name = |part: fn(&super::db::Client) -> &str| client.map_or_else(String::new, |it| html(part(it)));
    let currency = db.settings.currencies.first();
    let head = json!({
        "id": it.id, "userid": it.client_id, "firstname": name(|it| &it.firstname),
        "lastname": name(|it| &it.lastname), "companyname": name(|it| &it.companyname), "invoicenum": it.number,
        "date": it.date.to_string(), "duedate": it.due.to_string(), "datepaid": moment(it.paid_at),
        "last_capture_attempt": moment(it.captured_at), "date_refunded": moment(it.refunded_at),
        "date_cancelled": moment(it.cancelled_at),
    });
    let rest = json!({
        "status": it.status.as_str(), "paymentmethod": it.gateway, "paymethodid": null, "notes": lines(&it.notes),
        "created_at": moment(Some(it.created)), "updated_at": moment(Some(it.updated)),
        "currencycode": currency.map_or("", |it| &it.code), "currencyprefix": currency.map_or("", |it| &it.prefix),
        "currencysuffix": currency.map_or("", |it| &it.suffix),
    });
    joined([head, sums(it), rest]).into()
}

fn sums(it: &Invoice) -> Value {
    json!({
        "subtotal": money(it.subtotal()), "credit": money(it.credit), "tax": money(it.tax()), "tax2": money(0),
        "total": money(it.total()), "taxrate": format!("{}.000", it.tax_percent), "taxrate2": "0.000",
    })
}

/// `GetInvoice`: other names than the list, a balance, lines, and `""` for no transactions.
pub(super) fn get_invoice(db: &Db, ask: &Ask) -> Answer {
    let Some(it) = ask.params.id("invoiceid").and_then(|id| db.invoices.get(id)) else {
        return refuse("Invoice ID Not Found");
    };
    let items: Vec<Value> = it
        .items
        .iter()
        .map(|it| {
            json!({
                "id": it.id, "type": it.kind, "relid": it.rel_id, "description": lines(&it.description),
                "amount": money(it.amount), "taxed": u8::from(it.taxed),
            })
        })
        .collect();
    let transactions: Vec<Value> =
        db.transactions.of(it.client_id).filter(|row| row.invoice_id == it.id).map(transaction_row).collect();
    let card = db.settings.gateways.iter().any(|gateway| gateway.card && gateway.module == it.gateway);
    let head = json!({
        "invoiceid": it.id, "invoicenum": it.number, "userid": it.client_id, "date": it.date.to_string(),
        "duedate": it.due.to_string(), "datepaid": moment(it.paid_at), "lastcaptureattempt": moment(it.captured_at),
    });
    let transactions = if transactions.is_empty() { json!("") } else { json!({"transaction": transactions}) };
    let rest = json!({
        "balance": money(balance(db, it)), "status": it.status.as_str(), "paymentmethod": it.gateway,
        "notes": lines(&it.notes), "ccgateway": card, "items": {"item": items}, "transactions": transactions,
    });
    success(joined([head, sums(it), rest]).into())
}

/// What is still to be paid, in yen.
pub(super) fn balance(db: &Db, invoice: &Invoice) -> i64 {
    match invoice.status {
        InvoiceStatus::Cancelled | InvoiceStatus::Refunded => 0,
        _ => invoice.total() - db.paid_towards(invoice),
    }
}
