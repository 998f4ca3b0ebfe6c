//! Money around invoices: credit, transactions, pay methods, gateways, currencies.

use serde_json::{Value, json};

use super::api::Ask;
use super::db::{Db, PayMethod, Transaction};
use super::reply::{Answer, html, joined, moment, money, refuse, success, text};

/// `GetCredits`: signed movements of one client's credit, without paging.
pub(super) fn get_credits(db: &Db, ask: &Ask) -> Answer {
    let Some(client) = ask.params.id("clientid").and_then(|id| db.clients.get(id)) else {
        return refuse("Client ID Not Found");
    };
    let rows: Vec<Value> = db
        .credits
        .of(client.id)
        .map(|it| {
            json!({
                "id": it.id, "date": it.date.to_string(), "description": html(&it.description),
                "amount": money(it.amount), "relid": it.rel_id,
            })
        })
        .collect();
    success(json!({"totalresults": rows.len(), "clientid": client.id, "credits": {"credit": rows}}))
}

/// `GetTransactions`: by client, invoice or transaction id; no paging, so that callers must always filter.
pub(super) fn get_transactions(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let (client, invoice, transid) = (params.id("clientid"), params.id("invoiceid"), params.get("transid"));
    let owner = client.or_else(|| invoice.map(|id| db.invoices.get(id).map_or(0, |it| it.client_id)));
    let found: Vec<&Transaction> = match (owner, transid) {
        (Some(id), _) => db.transactions.of(id).collect(),
        (None, Some(word)) => db.transactions.named(word).collect(),
        (None, None) => db.transactions.iter().collect(),
    };
    let rows: Vec<Value> = found
        .into_iter()
        .filter(|it| invoice.is_none_or(|id| it.invoice_id == id) && transid.is_none_or(|word| it.transid == word))
        .map(transaction_row)
        .collect();
    success(json!({
        "totalresults": rows.len(), "startnumber": 0, "numreturned": rows.len(),
        "transactions": {"transaction": rows},
    }))
}

/// A payment or refund; `currency` is 0 because it follows the client.
pub(super) fn transaction_row(it: &Transaction) -> Value {
    json!({
        "id": text(it.id), "userid": text(it.client_id), "currency": "0", "gateway": it.gateway,
        "date": moment(Some(it.date)), "description": html(&it.description), "amountin": money(it.amount_in),
        "fees": money(it.fees), "amountout": money(it.amount_out), "rate": "1.00000", "transid": it.transid,
        "invoiceid": text(it.invoice_id), "refundid": text(it.refund_id),
    })
}

/// `GetPayMethods`: a flat list that carries the gateway's secret; `last_updated` is in the installation's own form.
pub(super) fn get_pay_methods(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(client) = params.id("clientid").and_then(|id| db.clients.get(id)) else {
        return refuse("Client Not Found");
    };
    let kind = params.text("type");
    let wanted = |it: &&PayMethod| {
        params.id("paymethodid").is_none_or(|id| it.id == id)
            && match kind {
                "CreditCard" => it.kind.is_card(),
                "BankAccount" => !it.kind.is_card(),
                _ => true,
            }
    };
    let rows: Vec<Value> = db.pay_methods.of(client.id).filter(wanted).map(pay_method_row).collect();
    success(json!({"clientid": params.text("clientid"), "paymethods": rows}))
}

fn pay_method_row(it: &PayMethod) -> Value {
    let head = json!({
        "id": it.id, "type": it.kind.as_str(), "description": html(&it.description), "gateway_name": it.gateway,
        "contact_type": "Client", "contact_id": it.client_id,
    });
    let details = if it.kind.is_card() {
        let expiry = it.expires.map_or_else(String::new, |it| it.strftime("%m/%y").to_string());
        json!({
            "card_last_four": it.last_four, "expiry_date": expiry, "start_date": "", "issue_number": "",
            "card_type": it.brand, "remote_token": it.remote_token,
        })
    } else {
        json!({"bank_name": html(&it.bank_name), "remote_token": it.remote_token})
    };
    let updated = json!({"last_updated": it.updated.strftime("%d/%m/%Y %H:%M").to_string()});
    joined([head, details, updated]).into()
}

/// `GetPaymentMethods`: the gateways.
pub(super) fn get_payment_methods(db: &Db, _: &Ask) -> Answer {
    let rows: Vec<Value> =
        db.settings.gateways.iter().map(|it| json!({"module": it.module, "displayname": it.display_name})).collect();
    success(json!({"totalresults": rows.len(), "paymentmethods": {"paymentmethod": rows}}))
}

/// `GetCurrencies`
pub(super) fn get_currencies(db: &Db, _: &Ask) -> Answer {
    let rows: Vec<Value> = db
        .settings
        .currencies
        .iter()
        .map(|it| {
            json!({
                "id": it.id, "code": it.code, "prefix": it.prefix, "suffix": it.suffix, "format": it.format,
                "rate": "1.00000",
            })
        })
        .collect();
    success(json!({"totalresults": rows.len(), "currencies": {"currency": rows}}))
}
