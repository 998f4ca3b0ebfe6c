//! Invoices that are made and changed.

use std::collections::BTreeSet;

use serde_json::json;

use super::api::Ask;
use super::clients::log;
use super::db::{BillableItem, Db, Id, Invoice, InvoiceItem, InvoiceStatus};
use super::mail;
use super::params::{Params, yen};
use super::payments::apply_all_credit;
use super::reply::{Answer, Refusal, money, refuse, success};
use super::style::Release;
use super::upgrade;

/// Lines `itemdescriptionN` are looked for up to this N.
const MOST_LINES: usize = 100;

/// `CreateInvoice`: lines come as `itemdescriptionN`, `itemamountN`, `itemtaxedN`, N from 0 or 1.
pub(super) fn create_invoice(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(client) = params.id("userid").and_then(|id| db.clients.get(id)) else {
        return refuse("Client ID Not Found");
    };
    let status = match params.get("status") {
        _ if params.flag("draft") => InvoiceStatus::Draft,
        None => InvoiceStatus::Unpaid,
        Some(word) => InvoiceStatus::parse(word).ok_or_else(|| Refusal(format!("Invalid status {word}")))?,
    };
    if status == InvoiceStatus::Draft && params.flag("sendinvoice") {
        return refuse("Cannot create and send a draft invoice in one request");
    }
    let gateway = params.get("paymentmethod").unwrap_or(&client.default_gateway).to_owned();
    let client_id = client.id;
    let tax_percent = match params.int("taxrate") {
        Some(rate) => rate,
        None if client.tax_exempt => 0,
        None => db.settings.tax_percent,
    };
    let date = params.date("date").unwrap_or(ask.now.date());
    let id = db.add_invoice(Invoice {
        id: 0,
        client_id,
        number: String::new(),
        date,
        due: params.date("duedate").unwrap_or(date),
        paid_at: None,
        captured_at: None,
        refunded_at: None,
        cancelled_at: None,
        credit: 0,
        tax_percent,
        status,
        gateway,
        notes: params.text("notes").to_owned(),
        created: ask.now,
        updated: ask.now,
        items: (0..=MOST_LINES).filter_map(|n| numbered_line(params, n)).collect(),
    });
    log(db, ask, client_id, &format!("Created Invoice - Invoice ID: {id}"));
    if params.flag("sendinvoice") {
        mail::send(db, ask, client_id, "Customer Invoice", &format!("<p>Invoice #{id}</p>"));
    }
    if params.flag("autoapplycredit")
        && let Some(invoice) = db.invoices.get(id).filter(|it| it.status == InvoiceStatus::Unpaid).cloned()
    {
        apply_all_credit(db, &invoice, ask);
    }
    let status = db.invoices.get(id).map_or(status, |it| it.status);
    success(json!({"invoiceid": id, "status": status.as_str()}))
}

fn numbered_line(params: &Params, n: usize) -> Option<InvoiceItem> {
    let description = params.get(&format!("itemdescription{n}"))?.to_owned();
    let amount = params.yen(&format!("itemamount{n}")).unwrap_or(0);
    Some(line(description, amount, params.flag(&format!("itemtaxed{n}"))))
}

fn line(description: String, amount: i64, taxed: bool) -> InvoiceItem {
    InvoiceItem { id: 0, kind: String::new(), rel_id: 0, description, amount, taxed }
}

/// What `UpdateInvoice` may do to lines and sums; release 9 allows it on a draft only.
struct Edit {
    changed: Vec<(Id, String, i64, bool)>,
    added: Vec<InvoiceItem>,
    deleted: BTreeSet<Id>,
}

impl Edit {
    fn asked(params: &Params) -> Result<Self, Refusal> {
        Ok(Self {
            changed: triples(params, "item")?,
            added: triples(params, "newitem")?
                .into_iter()
                .map(|(_, text, amount, taxed)| line(text, amount, taxed))
                .collect(),
            deleted: params.list("deletelineids").into_iter().filter_map(|(_, id)| id.parse().ok()).collect(),
        })
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty() && self.deleted.is_empty()
    }
}

/// `xdescription[k]`, `xamount[k]` and `xtaxed[k]`, which must come together.
fn triples(params: &Params, prefix: &str) -> Result<Vec<(Id, String, i64, bool)>, Refusal> {
    let part = |name: &str| params.list(&format!("{prefix}{name}"));
    let (amounts, taxed) = (part("amount"), part("taxed"));
    let of =
        |list: &[(&str, &str)], key: &str| list.iter().find(|(it, _)| *it == key).map(|(_, value)| (*value).to_owned());
    let found = part("description").into_iter().map(|(key, text)| {
        let amount = yen(&of(&amounts, key)?)?;
        let taxed = of(&taxed, key)?;
        Some((key.parse().ok()?, text.to_owned(), amount, !taxed.is_empty() && taxed != "0"))
    });
    let all: Option<Vec<_>> = found.collect();
    let missing = || {
        Refusal(format!("Missing Variables: {prefix}description, {prefix}amount and {prefix}taxed are needed together"))
    };
    all.filter(|it| it.len() == amounts.len()).ok_or_else(missing)
}

/// `UpdateInvoice`: status, dates, notes, lines; `publish` turns a draft into a bill.
pub(super) fn update_invoice(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(invoice) = params.id("invoiceid").and_then(|id| db.invoices.get(id)) else {
        return refuse("Invoice ID Not Found");
    };
    let (id, client_id, was) = (invoice.id, invoice.client_id, invoice.status);
    let publish = params.flag("publish") || params.flag("publishandsendemail");
    if publish && was != InvoiceStatus::Draft {
        return refuse("Invoice must be in Draft status to be published");
    }
    let status = match params.get("status") {
        None => None,
        Some(word) => Some(InvoiceStatus::parse(word).ok_or_else(|| Refusal(format!("Invalid status {word}")))?),
    };
    let edit = Edit::asked(params)?;
    let reshaped =
        !edit.is_empty() || ["date", "duedate", "taxrate", "credit"].iter().any(|it| params.get(it).is_some());
    if ask.style.release == Release::V9 && was != InvoiceStatus::Draft && reshaped {
        let article = if was == InvoiceStatus::Unpaid { "an" } else { "a" };
        let word = was.as_str();
        return refuse(&format!("This is {article} {word} Invoice. You cannot modify an Invoice that is {word}."));
    }
    let mut last_item = db.last_item;
    db.invoices.update(id, |it| {
        it.items.retain(|line| !edit.deleted.contains(&line.id));
        for (line_id, text, amount, taxed) in edit.changed {
            if let Some(line) = it.items.iter_mut().find(|line| line.id == line_id) {
                (line.description, line.amount, line.taxed) = (text, amount, taxed);
            }
        }
        for mut line in edit.added {
            last_item += 1;
            line.id = last_item;
            it.items.push(line);
        }
        it.date = params.date("date").unwrap_or(it.date);
        it.due = params.date("duedate").unwrap_or(it.due);
        it.tax_percent = params.int("taxrate").unwrap_or(it.tax_percent);
        it.credit = params.yen("credit").unwrap_or(it.credit);
        params.set("paymentmethod", &mut it.gateway);
        params.set("notes", &mut it.notes);
        if let Some(status) = if publish { Some(InvoiceStatus::Unpaid) } else { status } {
            become_status(it, status, ask);
        }
        it.updated = ask.now;
    });
    db.last_item = last_item;
    let now = db.invoices.get(id).map_or(was, |it| it.status);
    if was != now && matches!(now, InvoiceStatus::Cancelled | InvoiceStatus::Paid) {
        let left = db.invoices.get(id).map_or(0, |it| it.total() - db.paid_towards(it));
        if was == InvoiceStatus::Unpaid {
            credit_note(db, ask, id, left);
        }
        if now == InvoiceStatus::Paid {
            upgrade::complete_paid(db, ask, id);
        }
    }
    if params.flag("publishandsendemail") {
        mail::send(db, ask, client_id, "Customer Invoice", &format!("<p>Invoice #{id}</p>"));
    }
    log(db, ask, client_id, &format!("Modified Invoice - Invoice ID: {id}"));
    success(json!({"invoiceid": id}))
}

/// What release 9 does where an older one only changed the bill: the part that will never be paid, in yen, becomes a
/// credit note. Notes cannot be read through the API; the activity log tells of them.
pub(super) fn credit_note(db: &mut Db, ask: &Ask, invoice_id: Id, amount: i64) {
    if ask.style.release != Release::V9 || amount <= 0 {
        return;
    }
    let Some(client_id) = db.invoices.get(invoice_id).map(|it| it.client_id) else { return };
    db.last_credit_note += 1;
    let words = format!(
        "Credit Note #{} Created for Invoice ID: {invoice_id} - Amount: {}",
        db.last_credit_note,
        money(amount)
    );
    log(db, ask, client_id, &words);
}

/// `AddBillableItem`: something for a later bill. Nothing reads it back but a counter and the activity log.
pub(super) fn add_billable_item(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(client_id) = params.id("clientid").filter(|id| db.clients.get(*id).is_some()) else {
        return refuse("Client ID not Found");
    };
    let Some(description) = params.get("description") else { return refuse("You must provide a description") };
    let Some(amount) = params.yen("amount") else { return refuse("You must provide an amount") };
    let action = params.get("invoiceaction").unwrap_or("noinvoice");
    if !["noinvoice", "nextcron", "nextinvoice", "duedate", "recur"].contains(&action) {
        return refuse("Invalid Invoice Action");
    }
    if action == "recur" && ["recur", "recurcycle", "recurfor"].iter().any(|it| params.get(it).is_none()) {
        return refuse("Recurring must have a unit, cycle and number of times to recur");
    }
    let due = params.date("duedate");
    if action == "duedate" && due.is_none() {
        return refuse("Due date is required when invoice action is set to duedate");
    }
    let id = db.billable.insert(BillableItem {
        id: 0,
        client_id,
        description: description.to_owned(),
        amount,
        quantity: params.get("quantity").or_else(|| params.get("hours")).unwrap_or("0").to_owned(),
        action: action.to_owned(),
        due,
        invoice_id: 0,
    });
    log(db, ask, client_id, &format!("Billable Item Created - User ID: {client_id} - Billable Item ID: {id}"));
    success(json!({"billableid": id}))
}

/// Changes the status and keeps when it happened.
pub(super) fn become_status(invoice: &mut Invoice, status: InvoiceStatus, ask: &Ask) {
    invoice.status = status;
    match status {
        InvoiceStatus::Paid => invoice.paid_at = Some(ask.now),
        InvoiceStatus::Cancelled => invoice.cancelled_at = Some(ask.now),
        InvoiceStatus::Refunded => invoice.refunded_at = Some(ask.now),
        InvoiceStatus::Draft | InvoiceStatus::Unpaid | InvoiceStatus::Collections | InvoiceStatus::PaymentPending => {}
    }
}
