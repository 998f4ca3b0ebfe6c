//! Money that moves: payments, captures and credit.

use jiff::civil::DateTime;
use serde_json::json;

use super::api::Ask;
use super::bills::credit_note;
use super::clients::log;
use super::db::{Credit, Db, Id, Invoice, InvoiceStatus, PayMethod, Transaction};
use super::invoices::balance;
use super::mail;
use super::params::yen;
use super::reply::{Answer, money, refuse, success};
use super::upgrade;

/// A card whose last four digits are these is declined, so that a failed charge can be tried.
const DECLINED: &str = "0002";

/// `AddInvoicePayment`: books money that came in; without an amount, all that is left to pay.
pub(super) fn add_invoice_payment(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(invoice) = params.id("invoiceid").and_then(|id| db.invoices.get(id)) else {
        return refuse("Invoice ID Not Found");
    };
    if invoice.status == InvoiceStatus::Cancelled {
        return refuse("It is not possible to add a payment to an Invoice that is Cancelled");
    }
    let (amount, was) = (params.yen("amount").unwrap_or_else(|| balance(db, invoice)), invoice.status);
    let date = params.moment("date").unwrap_or(ask.now);
    let (id, client_id) = (invoice.id, invoice.client_id);
    db.transactions.insert(Transaction {
        id: 0,
        client_id,
        invoice_id: id,
        gateway: params.text("gateway").to_owned(),
        date,
        description: "Invoice Payment".to_owned(),
        amount_in: amount,
        fees: params.yen("fees").unwrap_or(0),
        amount_out: 0,
        transid: params.text("transid").to_owned(),
        refund_id: 0,
    });
    log(db, ask, client_id, &format!("Added Invoice Payment - Invoice ID: {id}"));
    if !params.flag("noemail") {
        mail::send(db, ask, client_id, "Invoice Payment Confirmation", &format!("<p>Invoice #{id}</p>"));
    }
    if was == InvoiceStatus::Paid {
        // Nothing was owed any more.
        move_credit(db, client_id, amount, &format!("Invoice #{id} Overpayment"), id, ask.now);
    }
    settle(db, id, ask);
    success(json!({}))
}

/// Marks an invoice paid once nothing is left to pay; what was paid too much becomes credit.
fn settle(db: &mut Db, id: Id, ask: &Ask) {
    let now = ask.now;
    let Some(invoice) = db.invoices.get(id).filter(|it| it.status == InvoiceStatus::Unpaid) else { return };
    let (client_id, left) = (invoice.client_id, balance(db, invoice));
    if left > 0 {
        return;
    }
    db.invoices.update(id, |it| {
        it.status = InvoiceStatus::Paid;
        it.paid_at = Some(now);
        it.updated = now;
    });
    if left < 0 {
        move_credit(db, client_id, -left, &format!("Invoice #{id} Overpayment"), id, now);
    }
    upgrade::complete_paid(db, ask, id);
}

pub(super) fn move_credit(
    db: &mut Db,
    client_id: Id,
    amount: i64,
    description: &str,
    rel_id: Id,
    now: DateTime,
) -> i64 {
    let description = description.to_owned();
    db.credits.insert(Credit { id: 0, client_id, date: now.date(), description, amount, rel_id });
    let balance = db.clients.update(client_id, |it| {
        it.credit += amount;
        it.credit
    });
    balance.unwrap_or(0)
}

/// `CapturePayment`: charges the stored card now. A missing, expired or declined card fails the attempt, and the
/// attempt's time is kept.
pub(super) fn capture_payment(db: &mut Db, ask: &Ask) -> Answer {
    let found = ask.params.id("invoiceid").and_then(|id| db.invoices.get(id));
    let Some(invoice) = found.filter(|it| it.status == InvoiceStatus::Unpaid) else {
        return refuse("Invoice Not Found or Not Unpaid");
    };
    let (id, client_id, gateway, amount) =
        (invoice.id, invoice.client_id, invoice.gateway.clone(), balance(db, invoice));
    let card = db.pay_methods.of(client_id).find(|it| it.kind.is_card() && it.gateway == gateway);
    let good = card.is_some_and(|it| it.last_four != DECLINED && !expired(it, ask.now));
    db.invoices.update(id, |it| {
        it.captured_at = Some(ask.now);
        it.updated = ask.now;
    });
    if !good {
        log(db, ask, client_id, &format!("Credit Card Payment Failed - Invoice ID: {id}"));
        mail::send(db, ask, client_id, "Credit Card Payment Failed", &format!("<p>Invoice #{id}</p>"));
        return refuse("Payment Attempt Failed");
    }
    let transid = format!("ch_{:010}", db.transactions.next_id());
    db.transactions.insert(Transaction {
        id: 0,
        client_id,
        invoice_id: id,
        gateway,
        date: ask.now,
        description: "Invoice Payment".to_owned(),
        amount_in: amount,
        fees: 0,
        amount_out: 0,
        transid,
        refund_id: 0,
    });
    log(db, ask, client_id, &format!("Credit Card Payment Successful - Invoice ID: {id}"));
    mail::send(db, ask, client_id, "Credit Card Payment Confirmation", &format!("<p>Invoice #{id}</p>"));
    settle(db, id, ask);
    success(json!({}))
}

/// A card is good through the last day of its month.
fn expired(card: &PayMethod, now: DateTime) -> bool {
    card.expires.is_some_and(|it| it.last_of_month() < now.date())
}

/// `ApplyCredit`: pays an invoice from the client's credit. Whether that paid all of it is said as a string.
pub(super) fn apply_credit(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(invoice) = params.id("invoiceid").and_then(|id| db.invoices.get(id)) else {
        return refuse("Invoice ID Not Found");
    };
    if invoice.status != InvoiceStatus::Unpaid {
        return refuse("Invoice Not in Unpaid Status");
    }
    let available = db.clients.get(invoice.client_id).map_or(0, |it| it.credit);
    let due = balance(db, invoice);
    let amount = match params.get("amount") {
        Some("full") => available.min(due),
        amount => amount.and_then(yen).unwrap_or(0),
    };
    if amount <= 0 {
        return refuse("Credit Amount to apply must be greater than zero");
    }
    if amount > available {
        return refuse("Amount exceeds customer credit balance");
    }
    if amount > due {
        return refuse("Amount Exceeds Invoice Balance");
    }
    let (id, client_id) = (invoice.id, invoice.client_id);
    use_credit(db, id, client_id, amount, ask);
    let paid = db.invoices.get(id).is_some_and(|it| it.status == InvoiceStatus::Paid);
    success(json!({"invoiceid": id.to_string(), "amount": money(amount), "invoicepaid": paid.to_string()}))
}

fn use_credit(db: &mut Db, id: Id, client_id: Id, amount: i64, ask: &Ask) {
    db.invoices.update(id, |it| {
        it.credit += amount;
        it.updated = ask.now;
    });
    move_credit(db, client_id, -amount, &format!("Credit Applied to Invoice #{id}"), id, ask.now);
    log(db, ask, client_id, &format!("Credit Applied - Invoice ID: {id} - Amount: {}", money(amount)));
    credit_note(db, ask, id, amount);
    settle(db, id, ask);
}

/// Pays as much of a new invoice as the client's credit allows.
pub(super) fn apply_all_credit(db: &mut Db, invoice: &Invoice, ask: &Ask) {
    let available = db.clients.get(invoice.client_id).map_or(0, |it| it.credit);
    let amount = available.min(balance(db, invoice));
    if amount > 0 {
        use_credit(db, invoice.id, invoice.client_id, amount, ask);
    }
}

/// `AddCredit`: adds to or, with `type=remove`, takes from a client's credit; answers the new balance.
pub(super) fn add_credit(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let sign = match params.get("type") {
        None | Some("add") => 1,
        Some("remove") => -1,
        Some(_) => return refuse("Type can only be add or remove"),
    };
    let Some(client) = params.id("clientid").and_then(|id| db.clients.get(id)) else {
        return refuse("Client ID Not Found");
    };
    let Some(amount) = params.get("amount") else { return refuse("No Amount Provided") };
    let Some(amount) = yen(amount).filter(|it| *it > 0) else {
        return refuse("Amount must be in decimal format: ### or ###.##");
    };
    if sign < 0 && amount > client.credit {
        return refuse("Insufficient Credit Balance");
    }
    let at = match params.get("date") {
        None => ask.now,
        Some(_) => match params.date("date") {
            Some(day) => day.to_datetime(ask.now.time()),
            None => return refuse("Date Format is not Valid"),
        },
    };
    let client_id = client.id;
    let balance = move_credit(db, client_id, sign * amount, params.text("description"), 0, at);
    log(
        db,
        ask,
        client_id,
        &format!("Credit Balance Changed - User ID: {client_id} - Amount: {}", money(sign * amount)),
    );
    success(json!({"newbalance": money(balance)}))
}
